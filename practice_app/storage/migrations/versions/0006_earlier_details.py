"""What a person's details were before, and the details that one form edits."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table of earlier details; add the columns the form needs and what it asks while typing."""
    op.create_table(
        "earlier_detail",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("was", sa.String(length=2000), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user_account.id"], name="fk_earlier_detail_changed_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_earlier_detail_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_earlier_detail"),
    )
    for column in ("change_id", "changed_by_id", "person_id"):
        op.create_index(f"ix_earlier_detail_{column}", "earlier_detail", [column])
    op.add_column("patient", sa.Column("archived_on", sa.Date(), nullable=True))
    op.add_column(
        "patient",
        sa.Column("no_nhs_number", sa.String(length=40), nullable=False, server_default="not_asked"),
    )
    op.add_column(
        "patient", sa.Column("introduced_by", sa.String(length=300), nullable=False, server_default="")
    )
    op.add_column("address", sa.Column("note", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("email", sa.Column("kind", sa.String(length=40), nullable=False, server_default="home"))
    op.create_index("ix_email_address", "email", ["address"])
