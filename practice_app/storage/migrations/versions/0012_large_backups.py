"""Room for the size of a backup over 2 GiB, which a server's whole numbers do not have."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """A file keeps numbers of any length under either name."""
    with op.batch_alter_table("backup") as backup:
        backup.alter_column(
            "size", existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False
        )
