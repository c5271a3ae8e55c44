"""Everything that shows a consent, privacy notices, corrections, and who must get no marketing."""

import os

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _make_privacy_notices()
    _widen_wordings()
    _widen_consents()
    _make_tables_beside_it()
    _give_the_vault_a_key()


def _make_privacy_notices() -> None:
    op.create_table(
        "privacy_notice",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name="fk_privacy_notice_made_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_notice"),
        sa.UniqueConstraint("revision", name="uq_privacy_notice_revision"),
    )
    op.create_index("ix_privacy_notice_effective_from", "privacy_notice", ["effective_from"])
    op.create_index("ix_privacy_notice_made_by_id", "privacy_notice", ["made_by_id"])
    op.create_table(
        "privacy_notice_given",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["privacy_notice.id"], name="fk_privacy_notice_given_notice_id_privacy_notice"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_privacy_notice_given_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name="fk_privacy_notice_given_recorded_by_id_user_account",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_privacy_notice_given"),
    )
    for column in ("notice_id", "person_id", "recorded_by_id"):
        op.create_index(f"ix_privacy_notice_given_{column}", "privacy_notice_given", [column])


def _widen_wordings() -> None:
    """Earlier words may come back as a new version, so what is unique is the version."""
    with op.batch_alter_table("consent_wording") as table:
        table.add_column(sa.Column("made_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("made_by_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            "fk_consent_wording_made_by_id_user_account", "user_account", ["made_by_id"], ["id"]
        )
        table.drop_constraint("uq_consent_wording_digest", type_="unique")
        table.create_unique_constraint("uq_consent_wording_purpose", ["purpose", "language", "revision"])
    op.create_index("ix_consent_wording_digest", "consent_wording", ["digest"])
    op.create_index("ix_consent_wording_made_by_id", "consent_wording", ["made_by_id"])


_CHOICES = ("basis", "method", "given_as", "capacity_basis")
_FLAGS = ("got_from_them_here", "similar_services", "easy_to_refuse")
_DAYS = ("valid_from", "review_on")
_TEXTS = {
    "place": 200,
    "witness": 200,
    "evidence": 300,
    "relation": 100,
    "proof": 300,
    "modality": 100,
    "effect": 500,
    "zone": 60,
}


def _widen_consents() -> None:
    with op.batch_alter_table("consent") as table:
        for name in _CHOICES:
            table.add_column(sa.Column(name, sa.String(length=40), nullable=True))
        for name in _FLAGS:
            table.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in _DAYS:
            table.add_column(sa.Column(name, sa.Date(), nullable=True))
        for name, length in _TEXTS.items():
            table.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        table.alter_column("capacity", type_=sa.String(length=1000), existing_nullable=False)
        table.add_column(sa.Column("privacy_notice_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            "fk_consent_privacy_notice_id_privacy_notice", "privacy_notice", ["privacy_notice_id"], ["id"]
        )
    op.create_index("ix_consent_privacy_notice_id", "consent", ["privacy_notice_id"])


def _make_tables_beside_it() -> None:
    op.create_table(
        "consent_correction",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name="fk_consent_correction_consent_id_consent"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name="fk_consent_correction_recorded_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent_correction"),
        sa.UniqueConstraint("consent_id", name="uq_consent_correction_consent_id"),
    )
    op.create_index("ix_consent_correction_recorded_by_id", "consent_correction", ["recorded_by_id"])
    op.create_table(
        "consent_evidence",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consent.id"], name="fk_consent_evidence_consent_id_consent"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name="fk_consent_evidence_document_id_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent_evidence"),
    )
    op.create_index("ix_consent_evidence_consent_id", "consent_evidence", ["consent_id"])
    op.create_index("ix_consent_evidence_document_id", "consent_evidence", ["document_id"])
    op.create_table(
        "marketing_suppression",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_lifted", sa.Boolean(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_marketing_suppression"),
    )
    op.create_index("ix_marketing_suppression_digest", "marketing_suppression", ["digest"])


def _give_the_vault_a_key() -> None:
    with op.batch_alter_table("vault") as table:
        table.add_column(sa.Column("suppression_key", sa.LargeBinary(length=32), nullable=True))
    vault = sa.table("vault", sa.column("suppression_key", sa.LargeBinary()))
    op.execute(vault.update().values(suppression_key=os.urandom(32)))
    with op.batch_alter_table("vault") as table:
        table.alter_column("suppression_key", existing_type=sa.LargeBinary(length=32), nullable=False)
