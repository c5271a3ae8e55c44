"""Consents as files describe them: nothing is guessed."""

from datetime import date
from pathlib import Path

import pytest

from practice_app.exchange.fields import Kind
from practice_app.exchange.rows import ConsentRow, PatientKey
from practice_app.rules.consents import Channel, Decision, Purpose, channels_of

from .sheets import only_reason, only_row, prepared


def consent(folder: Path, text: str) -> ConsentRow:
    row = only_row(prepared(folder, Kind.CONSENTS, text))
    assert isinstance(row, ConsentRow)
    return row


def test_a_whole_row_is_taken_apart(tmp_path: Path) -> None:
    row = consent(
        tmp_path,
        "Ref,Patient ID,Purpose,Channel,Decision,Decided on,Expires,How,By whom,To whom,Limits,Wording\n"
        'C1,007,marketing,e-mail,Yes,2026-03-12,2028-03-12,signed paper,mother,,,"May we\nwrite?"\n',
    )
    assert row == ConsentRow(
        line=2,
        fingerprint=row.fingerprint,
        ref="C1",
        patient=PatientKey(patient_ref="007"),
        purpose=Purpose.MARKETING,
        channel=Channel.EMAIL,
        decision=Decision.GIVEN,
        decided_on=date(2026, 3, 12),
        expires_on=date(2028, 3, 12),
        how="signed paper",
        given_by="mother",
        named_recipient="",
        scope="",
        wording="May we\nwrite?",
    )


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_is_known_by_its_name_with_each_of_its_channels(
    tmp_path: Path, purpose: Purpose
) -> None:
    for channel in channels_of(purpose):
        text = f"Patient ID,Purpose,Channel,Decision,Date\n1,{purpose},{channel or ''},given,2026-03-12\n"
        row = consent(tmp_path, text)
        assert (row.purpose, row.channel) == (purpose, channel)


@pytest.mark.parametrize(
    ("typed", "purpose", "channel"),
    [
        ("Share with GP", Purpose.SHARE_WITH_GP, None),
        ("GP letters", Purpose.SHARE_WITH_GP, None),
        ("marketing_email", Purpose.MARKETING, Channel.EMAIL),
        ("Email marketing", Purpose.MARKETING, Channel.EMAIL),
        ("contact_sms_admin", Purpose.CONTACT, Channel.SMS),
        ("contact_voicemail", Purpose.CONTACT, Channel.VOICEMAIL),
        ("SMS reminders", Purpose.CONTACT, Channel.SMS),
        ("AI_transcription", Purpose.AI_TRANSCRIPTION, None),
    ],
)
def test_a_purpose_may_be_worded_freely(
    tmp_path: Path, typed: str, purpose: Purpose, channel: Channel | None
) -> None:
    row = consent(tmp_path, f"Patient ID,Consent,Decision,Date\n1,{typed},given,2026-03-12\n")
    assert (row.purpose, row.channel) == (purpose, channel)


@pytest.mark.parametrize(
    ("typed", "decision"),
    [
        ("Y", Decision.GIVEN),
        ("1", Decision.GIVEN),
        ("Opted in", Decision.GIVEN),
        ("No", Decision.REFUSED),
        ("declined", Decision.REFUSED),
        ("Withdrawn", Decision.WITHDRAWN),
        ("opt-out", Decision.WITHDRAWN),
    ],
)
def test_the_decision_is_read_in_the_words_of_other_programs(
    tmp_path: Path, typed: str, decision: Decision
) -> None:
    row = consent(tmp_path, f"Patient ID,Consent,Decision,Date\n1,treatment,{typed},2026-03-12\n")
    assert row.decision == decision


@pytest.mark.parametrize(
    ("purpose", "channel", "decision", "day", "why"),
    [
        ("treatment", "", "", "2026-03-12", "A blank is never consent."),
        ("treatment", "", "not asked", "2026-03-12", "decision is not one of: given, refused, withdrawn"),
        ("treatment", "", "maybe", "2026-03-12", "decision is not one of"),
        ("treatment", "", "given", "", "no day of the decision"),
        ("treatment", "", "given", "2026-11-22", "The day of the decision is in the future."),
        ("everything", "", "given", "2026-03-12", "purpose is not one of: treatment"),
        ("", "", "given", "2026-03-12", "There is no purpose."),
        ("marketing", "", "given", "2026-03-12", "For marketing say which channel: email, sms, phone, post."),
        ("marketing", "pigeon", "given", "2026-03-12", "channel is not one of"),
        ("marketing email", "sms", "given", "2026-03-12", "two different ways of contact"),
        ("share_with_gp", "email", "given", "2026-03-12", "no channel is kept"),
    ],
)
def test_what_is_not_certain_is_refused(
    tmp_path: Path, purpose: str, channel: str, decision: str, day: str, why: str
) -> None:
    text = f"Patient ID,Purpose,Channel,Decision,Date\n1,{purpose},{channel},{decision},{day}\n"
    assert why in only_reason(prepared(tmp_path, Kind.CONSENTS, text))


def test_a_consent_that_ran_out_before_it_was_given_is_refused(tmp_path: Path) -> None:
    text = "Patient ID,Purpose,Decision,Date,Expires\n1,treatment,given,2026-03-12,2026-03-11\n"
    assert "runs out before" in only_reason(prepared(tmp_path, Kind.CONSENTS, text))
