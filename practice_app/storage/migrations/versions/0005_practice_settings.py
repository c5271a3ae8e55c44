"""What a director sets: the practice's habits, when practitioners came, what was closed, notes on GPs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns; a practice that exists goes on as it was."""
    op.add_column(
        "practice",
        sa.Column("confirm_details_after_months", sa.Integer(), nullable=False, server_default="12"),
    )
    op.add_column("practice", sa.Column("lock_minutes", sa.Integer(), nullable=False, server_default="5"))
    op.add_column(
        "practice",
        sa.Column("reception_reads_letters", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.add_column("practitioner", sa.Column("joined_on", sa.Date(), nullable=True))
    op.add_column("room", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("appointment_type", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column(
        "gp_practice", sa.Column("notes", sa.String(length=1000), nullable=False, server_default="")
    )
