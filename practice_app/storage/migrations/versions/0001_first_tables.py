"""Every table of the first version."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables, in the order of their links."""
    op.create_table(
        "appointment_type",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_appointment_type"),
        sa.UniqueConstraint("name", name="uq_appointment_type_name"),
    )
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("pc", sa.String(length=64), nullable=False),
        sa.Column("use_case", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_record", "audit_event", ["record_id", "action"])
    op.create_table(
        "audit_reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audit_seq", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_reason"),
    )
    op.create_index("ix_audit_reason_audit_seq", "audit_reason", ["audit_seq"])
    op.create_table(
        "backup",
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folder", sa.String(length=1000), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seals_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_backup"),
    )
    op.create_table(
        "checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("note_seq", sa.Integer(), nullable=False),
        sa.Column("note_head", sa.LargeBinary(length=32), nullable=False),
        sa.Column("admin_mac", sa.LargeBinary(length=32), nullable=True),
        sa.Column("clinical_mac", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
    )
    op.create_table(
        "consent_wording",
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consent_wording"),
        sa.UniqueConstraint("digest", name="uq_consent_wording_digest"),
    )
    op.create_table(
        "gp_practice",
        sa.Column("ods_code", sa.String(length=10), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("prescribing_setting", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("directory_date", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gp_practice"),
        sa.UniqueConstraint("ods_code", name="uq_gp_practice_ods_code"),
    )
    op.create_index("ix_gp_practice_name_key", "gp_practice", ["name_key"])
    op.create_table(
        "imported",
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imported"),
        sa.UniqueConstraint("source", "kind", "ref", name="uq_imported_source"),
    )
    op.create_index("ix_imported_record_id", "imported", ["record_id"])
    op.create_table(
        "note_seal",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Uuid(), nullable=True),
        sa.Column("blob_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_note_seal"),
    )
    op.create_table(
        "person",
        sa.Column("title", sa.String(length=35), nullable=True),
        sa.Column("given", sa.String(length=200), nullable=True),
        sa.Column("family", sa.String(length=200), nullable=True),
        sa.Column("known_as", sa.String(length=200), nullable=True),
        sa.Column("display_name", sa.String(length=450), nullable=False),
        sa.Column("name_key", sa.String(length=450), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("died", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=40), nullable=True),
        sa.Column("gender", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("details_confirmed_on", sa.Date(), nullable=True),
        sa.Column("person_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_born", "person", ["born"])
    op.create_index("ix_person_name", "person", ["name_key", "id"])
    op.create_table(
        "practice",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("nation", sa.String(length=3), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("word_for_patient", sa.String(length=20), nullable=False),
        sa.Column("data_protection_lead", sa.String(length=200), nullable=False),
        sa.Column("regulator_name", sa.String(length=200), nullable=False),
        sa.Column("regulator_address", sa.String(length=300), nullable=False),
        sa.Column("regulator_url", sa.String(length=200), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("next_number", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_practice"),
    )
    op.create_table(
        "room",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_room"),
        sa.UniqueConstraint("name", name="uq_room_name"),
    )
    op.create_table(
        "vault",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slots_seq", sa.Integer(), nullable=False),
        sa.Column("dek_id", sa.String(length=16), nullable=False),
        sa.Column("audit_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("roster_mac", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vault"),
    )
    op.create_table(
        "address",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("line_1", sa.String(length=200), nullable=False),
        sa.Column("line_2", sa.String(length=200), nullable=False),
        sa.Column("line_3", sa.String(length=200), nullable=False),
        sa.Column("town", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=200), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=100), nullable=False),
        sa.Column("safety", sa.String(length=40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_address_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_address"),
    )
    op.create_index("ix_address_person_id", "address", ["person_id"])
    op.create_table(
        "email",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("safety", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_email_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_email"),
    )
    op.create_index("ix_email_person_id", "email", ["person_id"])
    op.create_table(
        "enquiry",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=1000), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_enquiry_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_enquiry"),
    )
    op.create_index("ix_enquiry_person_id", "enquiry", ["person_id"])
    op.create_table(
        "gp",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gp_practice_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gp_practice_id"], ["gp_practice.id"], name="fk_gp_gp_practice_id_gp_practice"
        ),
        sa.ForeignKeyConstraint(["id"], ["person.id"], name="fk_gp_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_gp"),
    )
    op.create_index("ix_gp_gp_practice_id", "gp", ["gp_practice_id"])
    op.create_table(
        "phone",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("shown", sa.String(length=60), nullable=False),
        sa.Column("e164", sa.String(length=20), nullable=True),
        sa.Column("digits", sa.String(length=60), nullable=False),
        sa.Column("safety", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_phone_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_phone"),
    )
    op.create_index("ix_phone_digits", "phone", ["digits"])
    op.create_index("ix_phone_person_id", "phone", ["person_id"])
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("other", sa.String(length=4000), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_search_entry_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.UniqueConstraint("person_id", name="uq_search_entry_person_id"),
    )
    op.create_table(
        "user_account",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("not_after", sa.Date(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_user_account_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
    )
    op.create_index("ix_user_account_person_id", "user_account", ["person_id"])
    op.create_table(
        "call",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("caller", sa.String(length=300), nullable=False),
        sa.Column("about", sa.String(length=2000), nullable=False),
        sa.Column("outcome", sa.String(length=1000), nullable=False),
        sa.Column("is_consultation", sa.Boolean(), nullable=False),
        sa.Column("handled_by_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handled_by_id"], ["user_account.id"], name="fk_call_handled_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call"),
    )
    op.create_index("ix_call_handled_by_id", "call", ["handled_by_id"])
    op.create_table(
        "consent",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("nature", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("how", sa.String(length=100), nullable=False),
        sa.Column("given_by", sa.String(length=300), nullable=False),
        sa.Column("capacity", sa.String(length=200), nullable=False),
        sa.Column("named_recipient", sa.String(length=300), nullable=False),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("wording_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_consent_person_id_person"),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name="fk_consent_recorded_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["consent_wording.id"], name="fk_consent_wording_id_consent_wording"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_person_id", "consent", ["person_id"])
    op.create_index("ix_consent_recorded_by_id", "consent", ["recorded_by_id"])
    op.create_index("ix_consent_wording_id", "consent", ["wording_id"])
    op.create_table(
        "identity_check",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("document_seen", sa.String(length=200), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_identity_check_person_id_person"),
        sa.ForeignKeyConstraint(
            ["seen_by_id"], ["user_account.id"], name="fk_identity_check_seen_by_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_check"),
    )
    op.create_index("ix_identity_check_person_id", "identity_check", ["person_id"])
    op.create_index("ix_identity_check_seen_by_id", "identity_check", ["seen_by_id"])
    op.create_table(
        "letter",
        sa.Column("direction", sa.String(length=40), nullable=False),
        sa.Column("letter_class", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("sender", sa.String(length=300), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("gp_practice_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_letter_author_id_user_account"),
        sa.ForeignKeyConstraint(
            ["gp_practice_id"], ["gp_practice.id"], name="fk_letter_gp_practice_id_gp_practice"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
    )
    op.create_index("ix_letter_author_id", "letter", ["author_id"])
    op.create_index("ix_letter_gp_practice_id", "letter", ["gp_practice_id"])
    op.create_table(
        "note",
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_text", sa.String(length=200), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_note_author_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_author_id", "note", ["author_id"])
    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("nhs_number", sa.String(length=10), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("discharged_on", sa.Date(), nullable=True),
        sa.Column("safety_line", sa.String(length=500), nullable=False),
        sa.Column("gp_practice_id", sa.Uuid(), nullable=True),
        sa.Column("gp_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["gp_id"], ["gp.id"], name="fk_patient_gp_id_gp"),
        sa.ForeignKeyConstraint(
            ["gp_practice_id"], ["gp_practice.id"], name="fk_patient_gp_practice_id_gp_practice"
        ),
        sa.ForeignKeyConstraint(["id"], ["person.id"], name="fk_patient_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
        sa.UniqueConstraint("number", name="uq_patient_number"),
    )
    op.create_index("ix_patient_gp_id", "patient", ["gp_id"])
    op.create_index("ix_patient_gp_practice_id", "patient", ["gp_practice_id"])
    op.create_index("ix_patient_nhs_number", "patient", ["nhs_number"])
    op.create_table(
        "practitioner",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("profession", sa.String(length=100), nullable=False),
        sa.Column("is_health_professional", sa.Boolean(), nullable=False),
        sa.Column("registration_body", sa.String(length=100), nullable=False),
        sa.Column("registration_number", sa.String(length=60), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_practitioner_person_id_person"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name="fk_practitioner_user_id_user_account"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_practitioner"),
    )
    op.create_index("ix_practitioner_person_id", "practitioner", ["person_id"])
    op.create_index("ix_practitioner_user_id", "practitioner", ["user_id"])
    op.create_table(
        "addendum",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name="fk_addendum_author_id_user_account"
        ),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_addendum_note_id_note"),
        sa.PrimaryKeyConstraint("id", name="pk_addendum"),
    )
    op.create_index("ix_addendum_author_id", "addendum", ["author_id"])
    op.create_index("ix_addendum_note_id", "addendum", ["note_id"])
    op.create_table(
        "appointment",
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("type_id", sa.Uuid(), nullable=True),
        sa.Column("local_start", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("cancelled_by", sa.String(length=100), nullable=False),
        sa.Column("cancelled_reason", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practitioner_id"], ["practitioner.id"], name="fk_appointment_practitioner_id_practitioner"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name="fk_appointment_room_id_room"),
        sa.ForeignKeyConstraint(
            ["type_id"], ["appointment_type.id"], name="fk_appointment_type_id_appointment_type"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appointment"),
    )
    op.create_index("ix_appointment_practitioner_start", "appointment", ["practitioner_id", "starts_at"])
    op.create_index("ix_appointment_room_id", "appointment", ["room_id"])
    op.create_index("ix_appointment_type_id", "appointment", ["type_id"])
    op.create_table(
        "attachment",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_attachment_letter_id_letter"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_letter_id", "attachment", ["letter_id"])
    op.create_table(
        "call_subject",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name="fk_call_subject_call_id_call"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_call_subject_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_call_subject"),
    )
    op.create_index("ix_call_subject_call_id", "call_subject", ["call_id"])
    op.create_index("ix_call_subject_person_id", "call_subject", ["person_id"])
    op.create_table(
        "contact",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=80), nullable=False),
        sa.Column("authority", sa.String(length=40), nullable=False),
        sa.Column("authority_seen", sa.String(length=300), nullable=False),
        sa.Column("authority_seen_on", sa.Date(), nullable=True),
        sa.Column("scope", sa.String(length=500), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_emergency_contact", sa.Boolean(), nullable=False),
        sa.Column("not_to_speak_from", sa.Date(), nullable=True),
        sa.Column("not_to_speak_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_contact_patient_id_patient"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_contact_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
    )
    op.create_index("ix_contact_patient_id", "contact", ["patient_id"])
    op.create_index("ix_contact_person_id", "contact", ["person_id"])
    op.create_table(
        "disclosure",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("means", sa.String(length=100), nullable=False),
        sa.Column("country", sa.String(length=100), nullable=False),
        sa.Column("identity_seen", sa.String(length=300), nullable=False),
        sa.Column("authority_seen", sa.String(length=300), nullable=False),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("made_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_disclosure_letter_id_letter"),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name="fk_disclosure_made_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_disclosure_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_disclosure"),
    )
    op.create_index("ix_disclosure_letter_id", "disclosure", ["letter_id"])
    op.create_index("ix_disclosure_made_by_id", "disclosure", ["made_by_id"])
    op.create_index("ix_disclosure_person_id", "disclosure", ["person_id"])
    op.create_table(
        "draft",
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user_account.id"], name="fk_draft_author_id_user_account"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_draft_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_draft"),
    )
    op.create_index("ix_draft_author_id", "draft", ["author_id"])
    op.create_index("ix_draft_patient_id", "draft", ["patient_id"])
    op.create_table(
        "health_fact",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_health_fact_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_health_fact"),
    )
    op.create_index("ix_health_fact_patient_id", "health_fact", ["patient_id"])
    op.create_table(
        "letter_subject",
        sa.Column("letter_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name="fk_letter_subject_letter_id_letter"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_letter_subject_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_letter_subject"),
    )
    op.create_index("ix_letter_subject_letter_id", "letter_subject", ["letter_id"])
    op.create_index("ix_letter_subject_person_id", "letter_subject", ["person_id"])
    op.create_table(
        "note_subject",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name="fk_note_subject_note_id_note"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_note_subject_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_note_subject"),
    )
    op.create_index("ix_note_subject_note_id", "note_subject", ["note_id"])
    op.create_index("ix_note_subject_patient_id", "note_subject", ["patient_id"])
    op.create_table(
        "attendee",
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name="fk_attendee_appointment_id_appointment"
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_attendee_patient_id_patient"),
        sa.PrimaryKeyConstraint("id", name="pk_attendee"),
    )
    op.create_index("ix_attendee_appointment_id", "attendee", ["appointment_id"])
    op.create_index("ix_attendee_patient_id", "attendee", ["patient_id"])
    op.create_table(
        "subject_access_bundle",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by_id", sa.Uuid(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disclosure_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["disclosure_id"], ["disclosure.id"], name="fk_subject_access_bundle_disclosure_id_disclosure"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_subject_access_bundle_person_id_person"
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"],
            ["user_account.id"],
            name="fk_subject_access_bundle_prepared_by_id_user_account",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subject_access_bundle"),
    )
    op.create_index("ix_subject_access_bundle_disclosure_id", "subject_access_bundle", ["disclosure_id"])
    op.create_index("ix_subject_access_bundle_person_id", "subject_access_bundle", ["person_id"])
    op.create_index("ix_subject_access_bundle_prepared_by_id", "subject_access_bundle", ["prepared_by_id"])
