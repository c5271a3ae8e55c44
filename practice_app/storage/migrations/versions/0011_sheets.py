"""What a copy needs of a file besides its pages: their sizes, and the words on them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Files that are here already get it when they are next needed in a copy."""
    op.add_column("attachment", sa.Column("sheets_sealed", sa.LargeBinary(), nullable=True))
