"""Whose list a patient is on, and a quick way to the reasons given for looking at other records."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table, and the index over the few entries of the log that give a reason."""
    op.create_table(
        "caseload",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("put_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_caseload_user_id_user_account"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_caseload_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["put_by_id"], ["user_account.id"], name="fk_caseload_put_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_caseload"),
    )
    op.create_index("ix_caseload_user_id", "caseload", ["user_id"])
    op.create_index("ix_caseload_patient_id", "caseload", ["patient_id"])
    op.create_index("ix_caseload_put_by_id", "caseload", ["put_by_id"])
    is_cover = sa.text("action = 'covered'")
    op.create_index(
        "ix_audit_event_covered", "audit_event", ["seq"], sqlite_where=is_cover, postgresql_where=is_cover
    )
