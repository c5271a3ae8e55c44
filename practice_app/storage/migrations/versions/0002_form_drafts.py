"""Forms begun and not saved."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of forms that somebody has begun."""
    op.create_table(
        "form_draft",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("clinical_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name="fk_form_draft_author_id_user_account"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_form_draft_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_form_draft"),
    )
    op.create_index("ix_form_draft_author_id", "form_draft", ["author_id"])
    op.create_index("ix_form_draft_person_id", "form_draft", ["person_id"])
