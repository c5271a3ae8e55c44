"""Importing appointments, calls, notes and consents."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from practice_app.errors import NotAllowed
from practice_app.model.base import Base
from practice_app.model.consents import Consent, ConsentWording
from practice_app.model.correspondence import Call, CallSubject, Direction
from practice_app.model.diary import Appointment, AppointmentState, AppointmentType, Attendee, Room
from practice_app.model.notes import Note
from practice_app.model.people import Person
from practice_app.model.settings import Practice
from practice_app.model.staff import Practitioner
from practice_app.rules.consents import Channel, Decision, Nature, Purpose
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import people, timeline
from practice_app.services.imports import RowsRefused
from practice_app.services.marks import run
from practice_app.storage import note_chain, sealed
from practice_app.storage.records import Actor, Records
from tests import makers
from tests.services.import_files import count, rows_of, table, take_in


@pytest.fixture
def ann(records: Records, tmp_path: Path) -> UUID:
    """The patient P1 of the old system."""
    take_in(records, "patients", table(tmp_path, ["Patient ID", "First name"], ["P1", "Ann"], ["P2", "Ben"]))
    with records.work(writes=False) as work:
        found = work.first(select(Person.id).where(Person.given == "Ann"))
        assert found is not None
        return found


@pytest.fixture
def shah(records: Records) -> UUID:
    """Dr Asha Shah, the practitioner."""
    with records.work(use_case="test.staff") as work:
        return makers.practitioner(work)


# Appointments

APPOINTMENTS = ["ID", "Patient ID", "Start", "Minutes", "With", "Status"]


def _appointment(*changed: str) -> list[str]:
    row = ["A1", "P1", "12 Jan 2026 10:00", "50", "Dr Asha Shah", "attended"]
    return [new or old for new, old in zip((*changed, *[""] * 6), row, strict=False)]


def test_an_appointment_keeps_its_wall_time_and_its_moments(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    head = [*APPOINTMENTS, "Room", "Type"]
    rows = [
        [*_appointment("A1"), "Blue room", "First session"],
        [*_appointment("A2", "", "13 July 2026 10:00"), "BLUE ROOM", "First session"],
    ]
    outcome = take_in(records, "appointments", table(tmp_path, head, *rows))
    assert outcome.added == 2
    winter, summer = sorted(rows_of(records, Appointment), key=lambda row: row["local_start"])
    assert (winter["local_start"], winter["zone"], winter["minutes"]) == (
        datetime(2026, 1, 12, 10, 0), "Europe/London", 50,  # noqa: DTZ001  wall time
    )  # fmt: skip
    assert winter["starts_at"] == datetime(2026, 1, 12, 10, 0, tzinfo=UTC)
    assert winter["ends_at"] == datetime(2026, 1, 12, 10, 50, tzinfo=UTC)
    assert summer["starts_at"] == datetime(2026, 7, 13, 9, 0, tzinfo=UTC)
    assert (winter["state"], winter["practitioner_id"]) == (AppointmentState.DONE, shah)
    assert winter["source"] == "imported from the old system"
    assert {row["patient_id"] for row in rows_of(records, Attendee)} == {ann}
    assert [row["name"] for row in rows_of(records, Room)] == ["Blue room"]
    assert [row["name"] for row in rows_of(records, AppointmentType)] == ["First session"]
    assert {each.line for each in outcome.warnings} == {2}


def test_an_imported_appointment_is_in_the_timeline_and_counts_as_seen(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    take_in(records, "appointments", table(tmp_path, APPOINTMENTS, _appointment()))
    record = run(records, people.open_record, ann)
    assert [item.kind for item in record.timeline] == ["appointment"]
    with records.work(writes=False) as work:
        assert timeline.last_seen(work, ann) == date(2026, 1, 12)


def test_an_hour_that_was_skipped_is_refused(records: Records, tmp_path: Path, ann: UUID, shah: UUID) -> None:
    file = table(tmp_path, APPOINTMENTS, _appointment("A1", "", "29 Mar 2026 01:30"))
    with pytest.raises(RowsRefused, match="01:30 on 29-Mar-2026 did not happen"):
        take_in(records, "appointments", file)


def test_an_hour_that_came_twice_is_taken_the_first_time(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    file = table(tmp_path, APPOINTMENTS, _appointment("A1", "", "25 Oct 2026 01:30"))
    outcome = take_in(records, "appointments", file)
    assert [each.text for each in outcome.warnings] == [
        "01:30 on 25-Oct-2026 came twice: the clocks went back. The first was taken."
    ]
    assert rows_of(records, Appointment)[0]["starts_at"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("start", ["29 Mar 2026 00:59", "29 Mar 2026 02:00", "25 Oct 2026 02:00"])
def test_times_beside_the_change_of_the_clocks_are_plain(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID, start: str
) -> None:
    outcome = take_in(records, "appointments", table(tmp_path, APPOINTMENTS, _appointment("A1", "", start)))
    assert (outcome.added, outcome.warnings) == (1, ())


def test_the_clocks_are_those_of_the_practice(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    with records.work(use_case="test.zone") as work:
        practice = work.first(select(Practice))
        assert practice is not None
        practice.zone = "America/New_York"
    take_in(records, "appointments", table(tmp_path, APPOINTMENTS, _appointment()))
    (kept,) = rows_of(records, Appointment)
    assert (kept["zone"], kept["starts_at"]) == ("America/New_York", datetime(2026, 1, 12, 15, 0, tzinfo=UTC))


@pytest.mark.parametrize("called", ["Asha Shah", "SHAH, Asha (Dr)", "Shah, Asha", "dr asha shah"])
def test_a_practitioner_is_known_however_the_name_is_written(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID, called: str
) -> None:
    with records.work(use_case="test.staff") as work:
        makers.practitioner(work, PersonName("Mr", "Tom", "Lee", None))
    file = table(tmp_path, APPOINTMENTS, _appointment("", "", "", "", called))
    take_in(records, "appointments", file)
    assert rows_of(records, Appointment)[0]["practitioner_id"] == shah


def test_an_unknown_practitioner_is_refused_unless_they_may_be_created(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    rows = [_appointment(f"A{n}", "", f"{n} Feb 2026 10:00", "", "Ms Kit Marlow") for n in (1, 2)]
    file = table(tmp_path, APPOINTMENTS, *rows)
    with pytest.raises(RowsRefused, match=r"no practitioner called “Ms Kit Marlow”.*--create-practitioners"):
        take_in(records, "appointments", file)
    assert take_in(records, "appointments", file, create_practitioners=True).added == 2
    assert count(records, Practitioner) == 2
    assert {row["given"] for row in rows_of(records, Person)} >= {"Kit"}


def test_two_practitioners_of_one_name_are_refused(records: Records, tmp_path: Path, ann: UUID) -> None:
    with records.work(use_case="test.staff") as work:
        makers.practitioner(work)
        makers.practitioner(work)
    with pytest.raises(RowsRefused, match="More than one practitioner is called"):
        take_in(records, "appointments", table(tmp_path, APPOINTMENTS, _appointment()))


def test_without_a_name_the_only_practitioner_is_meant(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    head = ["Patient ID", "Start"]
    take_in(records, "appointments", table(tmp_path, head, ["P1", "12 Jan 2026 10:00"]))
    assert [row["minutes"] for row in rows_of(records, Appointment)] == [50]
    with records.work(use_case="test.staff") as work:
        makers.practitioner(work, PersonName("Mr", "Tom", "Lee", None))
    with pytest.raises(RowsRefused, match="names no practitioner"):
        take_in(records, "appointments", table(tmp_path, head, ["P1", "13 Jan 2026 10:00"]))


def test_a_changed_appointment_is_brought_up_to_date(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    take_in(records, "appointments", table(tmp_path, APPOINTMENTS, _appointment()))
    moved = table(tmp_path, APPOINTMENTS, _appointment("", "", "14 Jan 2026 11:00", "30", "", "cancelled"))
    assert take_in(records, "appointments", moved, update=True).updated == 1
    (kept,) = rows_of(records, Appointment)
    assert (kept["starts_at"], kept["minutes"], kept["state"], kept["version"]) == (
        datetime(2026, 1, 14, 11, 0, tzinfo=UTC), 30, AppointmentState.CANCELLED, 2,
    )  # fmt: skip
    assert kept["ends_at"] == datetime(2026, 1, 14, 11, 30, tzinfo=UTC)


def test_without_ids_an_appointment_is_known_by_patient_and_start(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    head = ["Patient ID", "Start", "Status"]
    take_in(records, "appointments", table(tmp_path, head, ["P1", "12 Jan 2026 10:00", "booked"]))
    later = table(tmp_path, head, ["P1", "12 Jan 2026 10:00", "DNA"], ["P2", "12 Jan 2026 10:00", "DNA"])
    outcome = take_in(records, "appointments", later, update=True)
    assert (outcome.added, outcome.updated) == (1, 1)
    assert {row["state"] for row in rows_of(records, Appointment)} == {AppointmentState.DID_NOT_ATTEND}


def test_an_appointment_never_moves_to_another_patient(
    records: Records, tmp_path: Path, ann: UUID, shah: UUID
) -> None:
    take_in(records, "appointments", table(tmp_path, APPOINTMENTS, _appointment()))
    with pytest.raises(RowsRefused, match="another patient's"):
        take_in(records, "appointments", table(tmp_path, APPOINTMENTS, _appointment("", "P2")), update=True)


# Calls

CALLS = ["ID", "Patient ID", "When", "In or out", "Number", "Caller", "About", "Outcome"]
CALL = ["C1", "P1", "13 July 2026 10:00", "in", "07700 900111", "Her sister", "A new time", "Rang back"]


def test_a_call_is_kept_at_its_moment(records: Records, tmp_path: Path, ann: UUID) -> None:
    take_in(records, "calls", table(tmp_path, CALLS, CALL))
    (kept,) = rows_of(records, Call)
    assert kept["at"] == datetime(2026, 7, 13, 9, 0, tzinfo=UTC)
    assert {name: kept[name] for name in ("direction", "number", "caller", "about", "outcome", "source")} == {
        "direction": Direction.IN, "number": "07700 900111", "caller": "Her sister", "about": "A new time",
        "outcome": "Rang back", "source": "imported from the old system",
    }  # fmt: skip
    assert (kept["is_consultation"], kept["handled_by_id"]) == (False, None)
    assert [row["person_id"] for row in rows_of(records, CallSubject)] == [ann]


def test_a_call_in_the_skipped_hour_is_refused(records: Records, tmp_path: Path, ann: UUID) -> None:
    row = [*CALL[:2], "29 Mar 2026 01:15", *CALL[3:]]
    with pytest.raises(RowsRefused, match="clocks went forward"):
        take_in(records, "calls", table(tmp_path, CALLS, row))


def test_a_changed_call_is_brought_up_to_date(records: Records, tmp_path: Path, ann: UUID) -> None:
    take_in(records, "calls", table(tmp_path, CALLS, CALL))
    changed = table(tmp_path, CALLS, [*CALL[:7], "No answer"])
    assert take_in(records, "calls", changed, update=True).updated == 1
    assert [row["outcome"] for row in rows_of(records, Call)] == ["No answer"]


# Notes

NOTES = ["ID", "Patient ID", "Date", "Author", "Title", "Note"]
NOTE = ["N1", "P1", "12 Jan 2026 14:30", "Dr Gone Away", "Review", "Slept better.\nA walk each day."]


def _text(records: Records, id: UUID, subject: UUID) -> str:
    with records.work(writes=False) as work:
        body = work.first(select(Note.body_sealed).where(Note.id == id))
        return sealed.get(work, id, sealed.NOTE, body, subjects=[subject])


def test_a_note_is_signed_sealed_and_says_where_it_came_from(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    take_in(records, "notes", table(tmp_path, NOTES, NOTE))
    (kept,) = rows_of(records, Note)
    assert (kept["author_id"], kept["author_text"]) == (None, "Dr Gone Away")
    assert (kept["happened_on"], kept["signed_at"]) == (date(2026, 1, 12), makers.NOW)
    assert kept["source"] == "imported from the old system"
    assert _text(records, kept["id"], ann) == "14:30 Review\n\nSlept better.\nA walk each day."
    with records.work(writes=False) as work:
        assert note_chain.verify(work.connection(), records.keys, {}) == ()
        assert note_chain.head(work.connection()).seq == 1


def test_no_word_of_a_note_is_readable_in_the_tables(records: Records, tmp_path: Path, ann: UUID) -> None:
    row = [*NOTE[:4], "Zanzibarian", "Quetzalcoatlus"]
    take_in(records, "notes", table(tmp_path, NOTES, row))
    with records.work(writes=False) as work:
        held = "\n".join(
            str(dict(row._mapping)) for t in Base.metadata.sorted_tables for row in work.rows(select(t))
        )
    assert "Dr Gone Away" in held
    for word in ("Zanzibarian", "Quetzalcoatlus"):
        assert word not in held


def test_a_signed_note_is_never_changed(records: Records, tmp_path: Path, ann: UUID) -> None:
    take_in(records, "notes", table(tmp_path, NOTES, NOTE))
    changed = table(tmp_path, NOTES, [*NOTE[:5], "Slept worse."])
    with pytest.raises(RowsRefused, match="write the difference as an addendum"):
        take_in(records, "notes", changed, update=True)


def test_notes_need_the_clinical_key(records: Records, tmp_path: Path, ann: UUID) -> None:
    without = Records(
        records.engine,
        makers.as_role(records.keys, Role.RECEPTIONIST, user=records.actor.id),
        Actor(records.actor.id, "Dana", Role.DIRECTOR, records.actor.permissions, "test-pc"),
        lambda: makers.NOW,
    )
    with pytest.raises(NotAllowed, match="clinical key"):
        take_in(without, "notes", table(tmp_path, NOTES, NOTE))


# Consents

CONSENTS = ["ID", "Patient ID", "Purpose", "Channel", "Decision", "Date", "How", "Wording"]


def _consent(id: str, purpose: str, channel: str, decision: str, wording: str = "") -> list[str]:
    return [id, "P1", purpose, channel, decision, "13 Jan 2026", "signed paper", wording]


def test_a_consent_has_the_nature_of_its_purpose(records: Records, tmp_path: Path, ann: UUID) -> None:
    rows = [
        _consent("1", "share_with_gp", "", "given", "May we write to your GP?"),
        _consent("2", "marketing", "email", "refused"),
    ]
    take_in(records, "consents", table(tmp_path, CONSENTS, *rows))
    shared, mailed = sorted(rows_of(records, Consent), key=lambda row: str(row["purpose"]), reverse=True)
    expected: dict[str, Any] = {
        "person_id": ann, "purpose": Purpose.SHARE_WITH_GP, "channel": None, "nature": Nature.CONFIDENTIALITY,
        "decision": Decision.GIVEN, "decided_on": date(2026, 1, 13), "how": "signed paper",
        "recorded_by_id": records.actor.id, "recorded_at": makers.NOW,
        "source": "imported from the old system",
    }  # fmt: skip
    assert {name: shared[name] for name in expected} == expected
    assert (mailed["channel"], mailed["nature"], mailed["decision"]) == (
        Channel.EMAIL, Nature.PECR, Decision.REFUSED,
    )  # fmt: skip
    (wording,) = rows_of(records, ConsentWording)
    assert (shared["wording_id"], mailed["wording_id"]) == (wording["id"], None)
    assert (wording["purpose"], wording["text"], wording["revision"]) == (
        Purpose.SHARE_WITH_GP, "May we write to your GP?", 1,
    )  # fmt: skip


def test_the_same_words_are_one_wording_and_other_words_a_new_revision(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    rows = [
        _consent("1", "treatment", "", "given", "I agree."),
        _consent("2", "treatment", "", "withdrawn", "I agree."),
        _consent("3", "research", "", "given", "I agree."),
    ]
    take_in(records, "consents", table(tmp_path, CONSENTS, *rows))
    more = [
        _consent("4", "treatment", "", "given", "I agree."),
        _consent("5", "treatment", "", "given", "I agree to treatment."),
    ]
    take_in(records, "consents", table(tmp_path, CONSENTS, *more))
    kept = {(row["purpose"], row["revision"], row["text"]) for row in rows_of(records, ConsentWording)}
    assert kept == {
        (Purpose.TREATMENT, 1, "I agree."),
        (Purpose.TREATMENT, 2, "I agree to treatment."),
        (Purpose.RESEARCH, 1, "I agree."),
    }


def test_a_changed_decision_is_added_and_the_earlier_one_stays(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    take_in(records, "consents", table(tmp_path, CONSENTS, _consent("1", "treatment", "", "given")))
    changed = table(tmp_path, CONSENTS, _consent("1", "treatment", "", "withdrawn"))
    assert take_in(records, "consents", changed, update=True).updated == 1
    assert [row["decision"] for row in rows_of(records, Consent)] == [Decision.GIVEN, Decision.WITHDRAWN]
    assert take_in(records, "consents", changed).unchanged == 1
