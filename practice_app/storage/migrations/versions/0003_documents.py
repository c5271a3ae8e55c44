"""Documents beside letters; files with a clean copy and what became of them; sealed subjects of letters."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of documents, and let an attachment belong to a document instead of a letter."""
    op.create_table(
        "document",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("title_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("entered_by_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name="fk_document_entered_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    op.create_index("ix_document_entered_by_id", "document", ["entered_by_id"])
    op.create_table(
        "document_subject",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_document_subject_document_id_document"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_document_subject_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_document_subject"),
    )
    op.create_index("ix_document_subject_document_id", "document_subject", ["document_id"])
    op.create_index("ix_document_subject_person_id", "document_subject", ["person_id"])
    with op.batch_alter_table("attachment") as attachment:
        attachment.alter_column("letter_id", existing_type=sa.Uuid(), nullable=True)
        attachment.add_column(sa.Column("document_id", sa.Uuid(), nullable=True))
        attachment.add_column(
            sa.Column("state", sa.String(length=40), nullable=False, server_default="as_received")
        )
        attachment.add_column(sa.Column("pages", sa.Integer(), nullable=False, server_default="0"))
        attachment.add_column(sa.Column("digest", sa.String(length=64), nullable=False, server_default=""))
        attachment.add_column(sa.Column("cleaned_sealed", sa.LargeBinary(), nullable=True))
        attachment.create_foreign_key(
            "fk_attachment_document_id_document", "document", ["document_id"], ["id"]
        )
        attachment.create_check_constraint(
            "ck_attachment_one_owner", "(letter_id IS NULL) <> (document_id IS NULL)"
        )
        attachment.create_index("ix_attachment_document_id", ["document_id"])
    op.add_column("letter", sa.Column("subject_sealed", sa.LargeBinary(), nullable=True))
    op.add_column("practice", sa.Column("keeps_recordings", sa.Boolean(), nullable=False, server_default="0"))
