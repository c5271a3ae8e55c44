"""Works: one transaction each, audited inside it, never overwriting what somebody else saved."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from practice_app.errors import Busy, Defect, NotAllowed, NotFound, OutOfDate
from practice_app.model.audit import AuditEvent
from practice_app.model.consents import Consent
from practice_app.model.diary import Attendee
from practice_app.model.people import Patient, Person, Phone
from practice_app.model.settings import Backup
from practice_app.rules.consents import Decision, Nature, Purpose
from practice_app.rules.permissions import Role
from practice_app.storage.engine import spoken_errors
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.raw import heard_of_others, tamper


def _events(records: Records) -> list[AuditEvent]:
    with records.work(writes=False) as work:
        return list(work.select(select(AuditEvent).order_by(AuditEvent.seq)))


def _last(records: Records, n: int) -> list[tuple[str, str, list[str]]]:
    return [(event.action, event.kind, event.fields) for event in _events(records)[-n:]]


def test_a_change_is_audited_by_names_of_columns_never_by_values(records: Records) -> None:
    with records.work(use_case="test.add") as work:
        patient = makers.patient(work)
    with records.work(use_case="test.rename") as work:
        person = work.get(Person, patient)
        person.known_as, person.family = "Peggy", "Secretname"
    event = _events(records)[-1]
    assert (event.action, event.kind, event.record_id) == ("changed", "person", patient)
    assert event.fields == ["family", "known_as"]
    assert (event.use_case, event.user_id, event.row_version) == ("test.rename", records.actor.id, 2)
    assert "Secretname" not in repr(vars(event))


def test_children_removed_with_their_parent_are_audited_each(records: Records) -> None:
    with records.work(use_case="test.add") as work:
        one, two = makers.patient(work), makers.patient(work)
        appointment = makers.appointment(work, [one, two], makers.practitioner(work))
    with records.work(use_case="test.remove") as work:
        found = work.first(
            select(makers.Appointment)
            .where(makers.Appointment.id == appointment)
            .options(makers.with_attendees())
        )
        work.delete(found)
    removed = [kind for action, kind, _ in _last(records, 3) if action == "deleted"]
    assert sorted(removed) == ["appointment", "attendee", "attendee"]


def test_an_error_leaves_neither_rows_nor_audit(records: Records) -> None:
    before = len(_events(records))
    with pytest.raises(NotFound), records.work(use_case="test.fail") as work:
        makers.patient(work)
        work.get(Person, uuid4())
    assert len(_events(records)) == before
    with records.work(writes=False) as work:
        assert list(work.select(select(Patient))) == []


def test_a_reading_work_refuses_to_write(records: Records) -> None:
    with pytest.raises(Defect), records.work(writes=False, use_case="test.read") as work:
        makers.patient(work)


def test_a_change_needs_a_use_case(records: Records) -> None:
    with pytest.raises(Defect), records.work() as work:
        makers.patient(work)


def test_two_people_one_row_the_second_save_overwrites_nothing(open_as: Opener) -> None:
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    with mine.work(use_case="test.add") as work:
        patient = makers.patient(work)
    with mine.work(writes=False) as work:
        stale = work.get(Person, patient)
    with theirs.work(use_case="test.change") as work:
        work.get(Person, patient).known_as = "Theirs"
    stale.known_as = "Mine"
    with pytest.raises(OutOfDate), mine.work(use_case="test.change") as work:
        work.add(stale)
    with mine.work(writes=False) as work:
        assert work.get(Person, patient).known_as == "Theirs"


def test_a_screen_is_told_busy_while_somebody_writes(open_as: Opener) -> None:
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    with theirs.work(use_case="test.slow"), pytest.raises(Busy), mine.work(use_case="test", waits=False):
        pass


def test_committed_says_which_tables_changed(records: Records) -> None:
    told: list[frozenset[str]] = []
    records.committed = told.append
    with records.work(use_case="test.add") as work:
        makers.patient(work, phones=["01632 960001"])
    assert told == [frozenset({"person", "patient", "phone"})]


def test_changes_of_another_connection_are_noticed(open_as: Opener) -> None:
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    heard_of_others(mine)
    assert not heard_of_others(mine)
    with theirs.work(use_case="test.add") as work:
        makers.patient(work)
    assert heard_of_others(mine)
    assert not heard_of_others(mine)


def test_ones_own_changes_are_not_taken_for_somebody_elses(open_as: Opener) -> None:
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    heard_of_others(mine)
    with mine.work(use_case="test.add") as work:
        makers.patient(work)
    assert not heard_of_others(mine)
    with theirs.work(use_case="test.add") as work:
        makers.patient(work)
    with mine.work(use_case="test.add") as work:
        makers.patient(work)
    assert heard_of_others(mine)


def test_closed_records_hold_no_keys_and_no_connection(records: Records) -> None:
    records.close()
    with pytest.raises(Defect):
        _ = records.keys.newest_dek
    with pytest.raises(Defect), records.work(writes=False):
        pass


def test_signing_out_leaves_no_connection_that_holds_the_key(records: Records) -> None:
    with records.work(writes=False):
        pass
    assert records.reader is not None
    pool = records.engine.pool
    records.close()
    assert pool.checkedin() == 0  # type: ignore[attr-defined]
    assert pool.checkedout() == 0  # type: ignore[attr-defined]


def test_a_missing_row_is_said_in_words(records: Records) -> None:
    with records.work(writes=False) as work, pytest.raises(NotFound):
        work.get(Person, uuid4())


def test_ids_are_random_and_known_before_storing() -> None:
    made = makers.person()
    assert isinstance(made.id, UUID)
    assert made.id.version == 4


def test_a_decision_about_consent_is_never_overwritten(records: Records) -> None:
    with records.work(use_case="test.consent") as work:
        consent = Consent(
            person_id=makers.patient(work),
            purpose=Purpose.SHARE_WITH_GP,
            nature=Nature.CONFIDENTIALITY,
            decision=Decision.GIVEN,
            decided_on=makers.TODAY,
            recorded_at=makers.NOW,
        )
        work.add(consent)
    # On a server nobody has the right to it in the first place.
    with pytest.raises((Defect, NotAllowed)), records.work(use_case="test.overwrite") as work:
        work.get(Consent, consent.id).decision = Decision.REFUSED


def test_an_audit_row_can_be_neither_changed_nor_deleted(records: Records) -> None:
    for change in ("UPDATE audit_event SET use_case = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(Defect), spoken_errors():
            tamper(records, change)


def test_a_wall_time_is_refused_where_a_moment_is_meant(records: Records) -> None:
    with pytest.raises(Exception, match="time zone"), records.work(use_case="test") as work:
        work.add(makers.person(entered_at=makers.NOW.replace(tzinfo=None)))


def test_ways_of_reaching_somebody_come_with_the_audit_of_their_own(records: Records) -> None:
    with records.work(use_case="test.add") as work:
        patient = makers.patient(work, phones=["01632 960001"])
    with records.work(use_case="test.phone") as work:
        phone = work.first(select(Phone).where(Phone.person_id == patient))
        phone.note = "after six"
    assert _last(records, 1) == [("changed", "phone", ["note"])]


def test_links_of_a_joint_item_are_rows_of_their_own(records: Records) -> None:
    with records.work(use_case="test.add") as work:
        one, two = makers.patient(work), makers.patient(work)
        appointment = makers.appointment(work, [one, two], makers.practitioner(work))
    with records.work(writes=False) as work:
        links = work.select(select(Attendee.patient_id).where(Attendee.appointment_id == appointment))
    assert set(links) == {one, two}


def test_a_backup_of_more_than_two_gigabytes_can_be_registered(records: Records) -> None:
    size = 3 * 2**30
    with records.work(use_case="test.back_up") as work:
        backup = Backup(
            made_at=work.now,
            folder="elsewhere",
            size=size,
            digest="0" * 64,
            verified_at=work.now,
            expires_on=work.now.date(),
        )
        work.add(backup)
    with records.work(writes=False) as work:
        assert work.get(Backup, backup.id).size == size
