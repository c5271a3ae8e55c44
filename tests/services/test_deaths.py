"""A death stops everything in one act; taking it back restores exactly what the act changed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.model.base import Base
from practice_app.model.diary import Appointment, AppointmentState
from practice_app.model.people import Person
from practice_app.rules.consents import Channel, Decision, Method, Purpose
from practice_app.rules.names import PersonName
from practice_app.services import consents, deaths, people
from practice_app.services.deaths import Addressee
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers
from tests.services.copies import gathered, words

TODAY = makers.TODAY
DIED = date(2026, 11, 20)
TOLD = "His wife, by telephone"
BOOKED = AppointmentState.BOOKED


@pytest.fixture
def winston(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work, PersonName("Mr", "Winston", "Pinnock", None))


def book(records: Records, when: datetime, *who: UUID, state: AppointmentState = BOOKED) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.appointment(work, who, makers.practitioner(work), when, state)


def states(records: Records, *appointments: UUID) -> list[tuple[str, str, str]]:
    with records.work(writes=False) as work:
        rows = [work.get(Appointment, each) for each in appointments]
        return [(row.state.value, row.cancelled_by, row.cancelled_reason) for row in rows]


def at(day: date, hour: int = 15) -> datetime:
    return datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001  wall time


CANCELLED = ("cancelled", "the practice", "deceased")


def test_one_act_cancels_what_is_to_come_and_keeps_what_was(records: Records, winston: UUID) -> None:
    before = book(records, at(DIED, 9), winston, state=AppointmentState.DONE)
    missed = book(records, at(DIED + timedelta(days=1)), winston, state=AppointmentState.DID_NOT_ATTEND)
    left_open = book(records, at(DIED + timedelta(days=1)), winston)
    later_today = book(records, at(TODAY), winston)
    to_come = book(records, at(TODAY + timedelta(days=7)), winston)
    assert run(records, deaths.preview, winston, DIED) == (3, 0)
    done = run(records, deaths.record, winston, DIED, TOLD)
    assert (done.cancelled, done.joint, done.source, done.recorded_by) == (3, 0, TOLD, "DIRECTOR, Dana")
    assert states(records, left_open, later_today, to_come) == [CANCELLED] * 3
    assert states(records, before, missed) == [("done", "", ""), ("did_not_attend", "", "")]
    banner = run(records, people.open_record, winston).banner
    assert (banner.died, banner.age) == (DIED, "")
    assert "His wife, by telephone" in words(gathered(records, winston))


def test_a_joint_appointment_stays_for_the_others_and_is_told(records: Records, winston: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        wife = makers.patient(work)
    joint = book(records, at(TODAY + timedelta(days=1)), winston, wife)
    assert run(records, deaths.record, winston, DIED, TOLD).joint == 1
    assert states(records, joint) == [("booked", "", "")]


def snapshot(records: Records) -> Iterator[tuple[str, list[str]]]:
    """Every row of every table but the log, without the versions; what the act left behind is named."""
    with records.work(writes=False) as work:
        for mapper in Base.registry.mappers:
            table = mapper.local_table
            if table.name in {"audit_event", "death", "death_stop"}:
                continue
            columns = [column for column in table.columns if column.name != "version"]
            yield table.name, sorted(repr(tuple(row)) for row in work.rows(select(*columns)))


def test_taking_it_back_restores_exactly_what_it_changed(records: Records, winston: UUID) -> None:
    book(records, at(TODAY), winston)
    book(records, at(TODAY + timedelta(days=7)), winston)
    cancelled = book(records, at(TODAY + timedelta(days=8)), winston)
    with records.work(use_case="tests.arrange") as work:
        row = work.get(Appointment, cancelled)
        row.state, row.cancelled_by, row.cancelled_reason = AppointmentState.CANCELLED, "patient", "holiday"
    before = dict(snapshot(records))
    done = run(records, deaths.record, winston, DIED, TOLD)
    assert dict(snapshot(records)) != before
    assert run(records, deaths.undo, done.id) == deaths.Restored(2, 0)
    assert dict(snapshot(records)) == before
    assert run(records, deaths.recorded, winston) is None
    with pytest.raises(Invalid, match="already"):
        run(records, deaths.undo, done.id)
    again = run(records, deaths.record, winston, DIED, TOLD)  # this time it is true
    assert again.cancelled == 2


def test_what_somebody_changed_since_stays_as_they_left_it(records: Records, winston: UUID) -> None:
    touched = book(records, at(TODAY), winston)
    untouched = book(records, at(TODAY + timedelta(days=7)), winston)
    done = run(records, deaths.record, winston, DIED, TOLD)
    with records.work(use_case="tests.arrange") as work:
        work.get(Appointment, touched).cancelled_reason = "room given to somebody else"
    assert run(records, deaths.undo, done.id) == deaths.Restored(1, 1)
    assert states(records, touched, untouched) == [
        ("cancelled", "the practice", "room given to somebody else"),
        ("booked", "", ""),
    ]


def test_a_corrected_date_of_death_is_not_taken_back_blindly(records: Records, winston: UUID) -> None:
    done = run(records, deaths.record, winston, DIED, TOLD)
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, winston).died = TODAY
    with pytest.raises(Invalid, match="was changed since"):
        run(records, deaths.undo, done.id)


@pytest.mark.parametrize(
    ("on", "source", "field"),
    [
        (TODAY + timedelta(days=1), TOLD, "died_on"),
        (date(1958, 3, 13), TOLD, "died_on"),
        (DIED, " ", "source"),
        (DIED, "x" * 301, "source"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    records: Records, winston: UUID, on: date, source: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, deaths.record, winston, on, source)
    assert refused.value.field == field


def test_a_death_is_recorded_once(records: Records, winston: UUID) -> None:
    run(records, deaths.record, winston, DIED, TOLD)
    with pytest.raises(Invalid, match="recorded already"):
        run(records, deaths.record, winston, TODAY, TOLD)


def test_only_executor_coroner_and_gp_are_written_to_afterwards(records: Records, winston: UUID) -> None:
    may = {each: run(records, deaths.may_still_write_to, winston, each).may for each in Addressee}
    assert set(may.values()) == {True}
    run(records, deaths.record, winston, DIED, TOLD)
    may = {each: run(records, deaths.may_still_write_to, winston, each).may for each in Addressee}
    assert {each for each, allowed in may.items() if allowed} == {
        Addressee.EXECUTOR,
        Addressee.CORONER,
        Addressee.GP,
    }
    refusal = run(records, deaths.may_still_write_to, winston, Addressee.RELATIVE).sentence
    assert refusal == "Died on 20-Nov-2026: only the executor, the coroner and the GP may be written to."


def test_marketing_and_reminders_are_refused_when_they_are_sent(records: Records, winston: UUID) -> None:
    """Whoever died after a mailing was planned is still left out of it (users-ask row 25)."""
    asked = (
        (Purpose.MARKETING, Channel.EMAIL),
        (Purpose.CONTACT, Channel.SMS),
        (Purpose.CONTACT, Channel.POST),
    )

    def allowed() -> list[bool]:
        return [run(records, consents.status_now, winston, *each).allows for each in asked]

    for purpose, channel in asked[:2]:
        yes = consents.Answer(purpose, Decision.GIVEN, Method.SIGNED_PAPER, (channel,))
        run(records, consents.record, winston, yes)
    assert allowed() == [True, True, True]
    done = run(records, deaths.record, winston, DIED, TOLD)
    assert allowed() == [False, False, False]
    said = run(records, consents.status_now, winston, Purpose.MARKETING, Channel.EMAIL).sentence
    assert said == "May e-mail news and offers: no, they died on 20-Nov-2026"
    run(records, deaths.undo, done.id)
    assert allowed() == [True, True, True]
