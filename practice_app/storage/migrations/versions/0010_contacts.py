"""Contacts in full, couples and families, competence, what is kept from whom, deaths, and a minimum age."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables in the order of their links; known contacts go on showing how to reach them."""
    _contacts()
    _families()
    _competence()
    _kept_from()
    _deaths()
    op.add_column("practice", sa.Column("minimum_age", sa.Integer(), nullable=True))


def _contacts() -> None:
    with op.batch_alter_table("contact") as contact:
        contact.add_column(sa.Column("authority_seen_by_id", sa.Uuid(), nullable=True))
        contact.add_column(sa.Column("may_speak_from", sa.Date(), nullable=True))
        contact.add_column(sa.Column("may_speak_until", sa.Date(), nullable=True))
        contact.add_column(sa.Column("shows_reach", sa.Boolean(), server_default=sa.true(), nullable=False))
        contact.add_column(sa.Column("confirmed_on", sa.Date(), nullable=True))
        contact.create_foreign_key(
            "fk_contact_authority_seen_by_id_user_account", "user_account", ["authority_seen_by_id"], ["id"]
        )
        contact.create_index("ix_contact_authority_seen_by_id", ["authority_seen_by_id"])


def _families() -> None:
    op.create_table(
        "family",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_family"),
    )
    op.create_table(
        "family_member",
        sa.Column("family_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("parted_on", sa.Date(), nullable=True),
        sa.Column("parting", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name="fk_family_member_family_id_family"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_family_member_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_family_member"),
    )
    op.create_index("ix_family_member_family_id", "family_member", ["family_id"])
    op.create_index("ix_family_member_patient_id", "family_member", ["patient_id"])


def _competence() -> None:
    op.create_table(
        "competence_note",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("can_decide", sa.Boolean(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=False),
        sa.Column("assessor", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("matter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reasons_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_competence_note_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["assessor_id"], ["user_account.id"], name="fk_competence_note_assessor_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_competence_note"),
    )
    op.create_index("ix_competence_note_patient_id", "competence_note", ["patient_id"])
    op.create_index("ix_competence_note_assessor_id", "competence_note", ["assessor_id"])


def _kept_from() -> None:
    op.create_table(
        "kept_from",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("named", sa.String(length=300), nullable=False),
        sa.Column("item_kind", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("expectation", sa.String(length=40), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_kept_from_patient_id_patient"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name="fk_kept_from_contact_id_contact"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name="fk_kept_from_recorded_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_kept_from"),
    )
    op.create_index("ix_kept_from_patient_id", "kept_from", ["patient_id"])
    op.create_index("ix_kept_from_contact_id", "kept_from", ["contact_id"])
    op.create_index("ix_kept_from_recorded_by_id", "kept_from", ["recorded_by_id"])


def _deaths() -> None:
    op.create_table(
        "death",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("died_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_death_patient_id_patient"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name="fk_death_recorded_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_death"),
    )
    op.create_index("ix_death_patient_id", "death", ["patient_id"])
    op.create_index("ix_death_recorded_by_id", "death", ["recorded_by_id"])
    op.create_table(
        "death_stop",
        sa.Column("death_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("state_before", sa.String(length=40), nullable=False),
        sa.Column("cancelled_version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["death_id"], ["death.id"], name="fk_death_stop_death_id_death"),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name="fk_death_stop_appointment_id_appointment"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_death_stop"),
    )
    op.create_index("ix_death_stop_death_id", "death_stop", ["death_id"])
    op.create_index("ix_death_stop_appointment_id", "death_stop", ["appointment_id"])
