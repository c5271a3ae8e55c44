"""Whose records a therapist sees: the caseload, a reason for others, and the director's list of reasons."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from practice_app.errors import Invalid, NotAllowed, NotFound, OutsideCaseload
from practice_app.model.access import Caseload
from practice_app.model.audit import AuditEvent, AuditReason
from practice_app.model.diary import AppointmentState
from practice_app.model.staff import Practitioner
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import access, form_drafts, notes, people, subject_access
from practice_app.services.access import CoverReason, Reason, Whose
from practice_app.services.marks import run
from practice_app.storage import checkpoints
from practice_app.storage.records import Records, Work
from tests import makers
from tests.conftest import Opener, OpenerWith
from tests.services.copies import entries, entry_words, gathered

ASHA = PersonName("Dr", "Asha", "Shah", None)
TESS = PersonName("Ms", "Tess", "Hale", None)
TODAY = makers.TODAY
COVERING = Reason(CoverReason.COVER, "Cover for Asha Shah")


@dataclass
class Desk:
    """A therapist at work: her records on a clock that can be moved, her practitioner row, one patient."""

    records: Records
    practitioner: UUID
    patient: UUID
    late: list[timedelta] = field(default_factory=lambda: [timedelta(0)])

    def sees(self) -> bool:
        try:
            run(self.records, people.open_record, self.patient)
        except OutsideCaseload:
            return False
        return True


@pytest.fixture
def desk(records: Records, open_with: OpenerWith) -> Desk:
    """Tess, who sees nobody yet, and Margaret, whom nobody sees yet."""
    user, late = uuid4(), [timedelta(0)]
    keys = makers.as_role(records.keys, Role.THERAPIST, user)
    with records.work(use_case="tests.arrange") as work:
        makers.user(work, Role.THERAPIST, user, TESS)
        practitioner = makers.practitioner(work, TESS)
        work.get(Practitioner, practitioner).user_id = user
        patient = makers.patient(work)
    actor = makers.actor(Role.THERAPIST, id=user, name="Tess Hale")
    opened = open_with(keys, actor, lambda: makers.NOW + late[0])
    return Desk(opened, practitioner, patient, late)


@pytest.fixture
def arrange(records: Records) -> Callable[[Callable[[Work], object]], None]:
    """Do something in the records as the director."""

    def do(what: Callable[[Work], object]) -> None:
        with records.work(use_case="tests.arrange") as work:
            what(work)

    return do


@pytest.mark.parametrize("state", AppointmentState)
def test_an_appointment_that_was_not_cancelled_makes_the_patient_ones_own(
    desk: Desk, arrange, state: AppointmentState
) -> None:
    arrange(lambda work: makers.appointment(work, [desk.patient], desk.practitioner, state=state))
    assert desk.sees() is (state is not AppointmentState.CANCELLED)


def test_an_appointment_with_a_colleague_does_not(desk: Desk, arrange) -> None:
    arrange(lambda work: makers.appointment(work, [desk.patient], makers.practitioner(work, ASHA)))
    assert not desk.sees()


def test_a_note_by_oneself_does_and_one_by_a_colleague_does_not(desk: Desk, arrange) -> None:
    arrange(lambda work: makers.note(work, [desk.patient]))
    assert not desk.sees()
    run(desk.records, access.cover, desk.patient, COVERING)
    run(desk.records, notes.sign, notes.Words((desk.patient,), TODAY, "Met in the corridor."))
    desk.late[0] = timedelta(days=2)
    assert desk.sees()


@pytest.mark.parametrize(
    ("from_on", "until_on", "sees"),
    [
        (TODAY, None, True),
        (TODAY - timedelta(days=9), TODAY, True),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), False),
        (TODAY + timedelta(days=1), None, False),
    ],
)
def test_being_put_on_the_list_counts_from_its_first_to_its_last_day(
    desk: Desk, open_as: Opener, from_on: date, until_on: date | None, sees: bool
) -> None:
    reception = open_as(Role.RECEPTIONIST)
    run(reception, access.put_on_list, desk.patient, desk.records.actor.id, from_on, until_on)
    assert desk.sees() is sees


def test_a_listing_is_shown_and_ended_from_today_on(desk: Desk, records: Records, arrange) -> None:
    arrange(lambda work: makers.on_list(work, desk.records.actor.id, [desk.patient]))
    [entry] = run(records, access.listed, desk.patient)
    assert (entry.who, entry.from_on, entry.until_on) == ("Tess Hale", date(2026, 1, 5), None)
    run(records, access.end_listing, entry.id)
    assert not desk.sees()
    assert run(records, access.listed, desk.patient) == ()
    with records.work(writes=False) as work:
        assert work.get(Caseload, entry.id).until_on == TODAY - timedelta(days=1)


def test_a_listing_of_today_is_taken_back_whole(desk: Desk, records: Records) -> None:
    entry = run(records, access.put_on_list, desk.patient, desk.records.actor.id)
    assert desk.sees()
    run(records, access.end_listing, entry)
    assert not desk.sees()
    with records.work(writes=False) as work:
        assert work.find(Caseload, entry) is None


def test_a_list_is_a_therapists_and_ends_after_it_begins(desk: Desk, records: Records) -> None:
    assert [each.name for each in run(records, access.lists)] == ["Tess Hale"]
    with records.work(use_case="tests.arrange") as work:
        rory = makers.user(work, Role.RECEPTIONIST, uuid4(), PersonName(None, "Rory", "Reed", None)).id
    with pytest.raises(Invalid, match="sees patients"):
        run(records, access.put_on_list, desk.patient, rory)
    yesterday = TODAY - timedelta(days=1)
    with pytest.raises(Invalid, match="before the first"):
        run(records, access.put_on_list, desk.patient, desk.records.actor.id, TODAY, yesterday)


def test_whoever_enters_a_new_patient_sees_them(desk: Desk) -> None:
    with desk.records.work(use_case="tests.enter") as work:
        new = makers.patient(work, PersonName("Ms", "Wei", "Chen", None))
        access.take_on(work, new)
    assert run(desk.records, people.open_record, new).banner.name == "CHEN, Wei (Ms)"


def test_a_reason_opens_the_record_for_the_clinics_day(desk: Desk) -> None:
    run(desk.records, access.cover, desk.patient, COVERING)
    assert desk.sees()
    desk.late[0] = datetime(2026, 11, 23, 23, 59, tzinfo=makers.NOW.tzinfo) - makers.NOW
    assert desk.sees()
    desk.late[0] += timedelta(minutes=2)
    assert not desk.sees()


def test_a_reason_opens_one_record_for_one_person(desk: Desk, records: Records, arrange) -> None:
    others: list[UUID] = []
    arrange(lambda work: others.append(makers.patient(work, PersonName("Mr", "Amir", "Khan", None))))
    run(desk.records, access.cover, others[0], COVERING)
    run(records, access.cover, desk.patient, COVERING)
    assert not desk.sees()


@pytest.mark.parametrize("words", ["", "  ", "ok", "x" * 301])
def test_a_reason_must_say_something(desk: Desk, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        run(desk.records, access.cover, desk.patient, Reason(CoverReason.OTHER, words))
    assert refused.value.field == "reason"
    assert not desk.sees()


def test_the_log_keeps_a_code_and_the_words_lie_where_a_purge_can_reach_them(
    desk: Desk, records: Records
) -> None:
    run(desk.records, access.cover, desk.patient, Reason(CoverReason.OTHER, " Her  GP rang about her "))
    with records.work(writes=False) as work:
        entry = work.first(select(AuditEvent).where(AuditEvent.action == "covered"))
        reason = work.first(select(AuditReason))
        assert checkpoints.verify(work) == ()
    assert (entry.record_id, entry.user_id, entry.reason_code) == (
        desk.patient,
        desk.records.actor.id,
        "other",
    )
    assert (reason.audit_seq, reason.text) == (entry.seq, "Her GP rang about her")


def test_the_director_sees_every_reason_the_newest_first(desk: Desk, records: Records) -> None:
    desk.late[0] = timedelta(days=-2)
    run(desk.records, access.cover, desk.patient, COVERING)
    desk.late[0] = timedelta(0)
    run(desk.records, access.cover, desk.patient, Reason(CoverReason.ASKED, "A director asked me to look"))
    newest, oldest = run(records, access.covered)
    assert (newest.kind, newest.words) == (CoverReason.ASKED, "A director asked me to look")
    assert (oldest.patient, oldest.patient_name, oldest.who, oldest.words) == (
        desk.patient,
        "HOLLOWAY, Margaret (Mrs)",
        "Tess Hale",
        "Cover for Asha Shah",
    )
    assert run(records, access.covered, 1) == (newest,)
    assert run(records, access.covered, 2) == (newest, oldest)


def test_the_reasons_to_pick_from_name_each_colleague_who_sees_patients(desk: Desk, arrange) -> None:
    def colleagues(work: Work) -> None:
        makers.practitioner(work, ASHA)
        gone = makers.practitioner(work, PersonName(None, "Gil", "Gone", None))
        work.get(Practitioner, gone).left_on = TODAY

    arrange(colleagues)
    asked = run(desk.records, access.question, desk.patient)
    offered = asked.reasons
    assert asked.about == "HOLLOWAY, Margaret (Mrs), born 14-Mar-1958"
    assert [each.words for each in offered if each.kind is CoverReason.COVER] == ["Cover for Asha Shah"]
    assert {each.kind for each in offered} == set(CoverReason) - {CoverReason.OTHER}


def test_a_reason_is_in_the_copy_of_what_is_held_and_so_is_a_listing(
    desk: Desk, records: Records, arrange
) -> None:
    run(desk.records, access.cover, desk.patient, COVERING)
    arrange(lambda work: makers.on_list(work, desk.records.actor.id, [desk.patient]))
    held = gathered(records, desk.patient)
    assert "Cover for Asha Shah" in entry_words(*entries(held, "Reasons in the log"))
    [listing] = entries(held, "Who was given your record to work with")
    assert "Tess Hale" in entry_words(listing)


OPENING: dict[str, Callable[[Records, UUID, UUID], object]] = {
    "open_record": lambda records, patient, _note: run(records, people.open_record, patient),
    "open_note": lambda records, patient, note: run(records, notes.open_note, note, patient),
    "add_addendum": lambda records, _patient, note: run(records, notes.add_addendum, note, "More"),
    "save_draft": lambda records, patient, _note: run(
        records, notes.save_draft, notes.DraftText(patient, "Slept")
    ),
    "write": lambda records, patient, _note: run(
        records, notes.write, notes.Words((patient,), TODAY, "Slept")
    ),
    "sign": lambda records, patient, _note: run(records, notes.sign, notes.Words((patient,), TODAY, "Slept")),
    "copies": lambda records, patient, _note: run(records, subject_access.copies, patient),
    "prepare": lambda records, patient, _note: subject_access.prepare(records, patient, progress=Progress()),
    "summary": lambda records, patient, _note: subject_access.summary(records, patient, progress=Progress()),
    "keep a form": lambda records, patient, _note: run(
        records, form_drafts.keep, form_drafts.Form("patient", patient), {}, {}
    ),
    "listed": lambda records, patient, _note: run(records, access.listed, patient),
}


@pytest.mark.parametrize("name", OPENING)
def test_a_colleague_is_refused_in_words_until_there_is_a_reason(
    desk: Desk, records: Records, name: str
) -> None:
    with records.work(use_case="tests.arrange") as work:
        note = makers.note(work, [desk.patient])
    before = _entries(records)
    with pytest.raises(OutsideCaseload, match="not among those you see") as refused:
        OPENING[name](desk.records, desk.patient, note)
    assert isinstance(refused.value, NotAllowed)
    assert refused.value.patient == desk.patient
    assert _entries(records) == before
    run(desk.records, access.cover, desk.patient, COVERING)
    OPENING[name](desk.records, desk.patient, note)


def test_a_copy_made_by_a_director_stays_shut(desk: Desk, records: Records, tmp_path: Path) -> None:
    made = subject_access.prepare(records, desk.patient, progress=Progress())
    with pytest.raises(OutsideCaseload):
        run(desk.records, subject_access.open_copy, made.id)
    with pytest.raises(OutsideCaseload):
        subject_access.save_copy(
            desk.records, made.id, tmp_path / "copy.pdf", password=None, progress=Progress()
        )
    assert not (tmp_path / "copy.pdf").exists()


def test_words_begun_under_a_reason_are_still_kept_when_its_day_is_over(desk: Desk) -> None:
    run(desk.records, access.cover, desk.patient, COVERING)
    run(desk.records, notes.save_draft, notes.DraftText(desk.patient, "Slept"))
    desk.late[0] = timedelta(days=1)
    kept = run(desk.records, notes.save_draft, notes.DraftText(desk.patient, "Slept better"))
    with pytest.raises(OutsideCaseload):
        run(desk.records, notes.open_draft, kept)


def test_directors_and_receptionists_open_every_record(desk: Desk, open_as: Opener) -> None:
    for role in (Role.DIRECTOR, Role.RECEPTIONIST):
        assert run(open_as(role), people.open_record, desk.patient).banner.id == desk.patient


def test_somebody_who_is_not_in_the_records_is_said_to_be_missing(desk: Desk) -> None:
    with pytest.raises(NotFound):
        run(desk.records, people.open_record, uuid4())


def test_ones_own_patients_are_found_among_all(desk: Desk, arrange) -> None:
    own: list[UUID] = []

    def two(work: Work) -> None:
        for given, family in (("Amir", "Khan"), ("Wei", "Chen")):
            own.append(makers.patient(work, PersonName("Mx", given, family, None), phones=["01632 960555"]))
        makers.appointment(work, own, desk.practitioner)

    arrange(two)

    def found(text: str, whose: Whose) -> list[str]:
        return [each.name for each in run(desk.records, people.find, text, whose=whose)]

    assert found("", Whose.MINE) == ["CHEN, Wei (Mx)", "KHAN, Amir (Mx)"]
    assert found("", Whose.EVERYBODY) == ["CHEN, Wei (Mx)", "HOLLOWAY, Margaret (Mrs)", "KHAN, Amir (Mx)"]
    assert found("hol", Whose.MINE) == []
    assert found("hol", Whose.EVERYBODY) == ["HOLLOWAY, Margaret (Mrs)"]
    for text in ("kha", "amir kh", "01632 9605", "14-Mar-1958 khan"):
        assert "KHAN, Amir (Mx)" in found(text, Whose.MINE)
    assert found("?!", Whose.MINE) == []


def _entries(records: Records) -> int:
    with records.work(writes=False) as work:
        return len(work.select(select(AuditEvent.seq)))
