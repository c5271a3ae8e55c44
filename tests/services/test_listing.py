"""The list of all patients: its orders, its pages, and what of it a therapist is shown."""

from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from practice_app.model.diary import AppointmentState
from practice_app.model.people import Phone, Safety
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import listing, people
from practice_app.services.listing import Ids
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener


@pytest.fixture
def four(records: Records) -> list[UUID]:
    """Ann and Cid were seen, Bea was booked and did not come, Dot was never booked; by name."""
    with records.work(use_case="tests.arrange") as work:
        people = [
            makers.patient(work, PersonName(None, given, "Ode", None), phones=["01632 960123"])
            for given in ("Ann", "Bea", "Cid", "Dot")
        ]
        who = makers.practitioner(work)
        for patient, day, state in (
            (people[0], 3, AppointmentState.DONE),
            (people[0], 20, AppointmentState.CANCELLED),
            (people[1], 18, AppointmentState.DID_NOT_ATTEND),
            (people[2], 5, AppointmentState.ARRIVED),
        ):
            makers.appointment(work, [patient], who, datetime(2026, 11, day, 10), state)  # noqa: DTZ001
    return people


def test_everybody_is_listed_by_name_and_nobody_who_is_no_patient(records: Records, four) -> None:
    assert list(run(records, listing.everybody)) == four


def test_by_last_visit_the_latest_comes_first_and_who_was_never_here_last(records: Records, four) -> None:
    ann, bea, cid, dot = four
    assert list(listing.by_last_visit(records, progress=Progress())) == [cid, ann, bea, dot]


def test_a_page_keeps_the_order_asked_for_and_the_place_of_somebody_gone(records: Records, four) -> None:
    ann, bea, cid, _dot = four
    shown = run(records, listing.page, (cid, uuid4(), ann, bea))
    assert [each and each.id for each in shown] == [cid, None, ann, bea]
    assert [each and each.last_visit for each in shown] == [date(2026, 11, 5), None, date(2026, 11, 3), None]


def test_a_number_that_is_not_safe_stands_in_no_list(records: Records, four) -> None:
    with records.work(use_case="tests.mark") as work:
        (phone,) = work.select(select(Phone).where(Phone.person_id == four[0]))
        phone.safety = Safety.UNSAFE
        work.add(Phone(person_id=four[0], shown="07700 900123", position=1))
        (phone,) = work.select(select(Phone).where(Phone.person_id == four[1]))
        phone.safety = Safety.UNSAFE
    ann, bea, cid = run(records, listing.page, tuple(four[:3]))
    assert (ann.phone, bea.phone, cid.phone) == ("07700 900123", None, "01632 960123")
    found = {each.id: each.phone for each in run(records, people.find, "ode")}
    assert (found[four[0]], found[four[1]]) == ("07700 900123", None)


def test_a_therapist_is_shown_names_and_identifiers_of_others(open_as: Opener, four) -> None:
    therapist = open_as(Role.THERAPIST)
    [ann] = run(therapist, listing.page, (four[0],))
    assert ann is not None
    assert (ann.name, ann.number, ann.phone, ann.last_visit) == ("ODE, Ann", ann.number, None, None)
    assert run(therapist, listing.own) == ()


def test_ones_own_are_listed_by_name_with_their_visits(open_as: Opener, records: Records, four) -> None:
    with records.work(use_case="tests.arrange") as work:
        makers.on_list(work, records.actor.id, [four[2], four[0]])
    own = run(open_as(Role.THERAPIST), listing.own)
    assert [(each.id, each.last_visit) for each in own] == [
        (four[0], date(2026, 11, 3)),
        (four[2], date(2026, 11, 5)),
    ]


def test_an_empty_practice_has_an_empty_list(records: Records) -> None:
    assert list(run(records, listing.everybody)) == []
    assert list(listing.by_last_visit(records, progress=Progress())) == []


@given(st.lists(st.uuids(), unique=True, max_size=40), st.booleans())
def test_ids_are_a_sequence_that_can_be_turned_round(ids: list[UUID], turned: bool) -> None:
    packed = Ids(b"".join(each.bytes for each in ids))
    shown, plain = (packed.turned_round(), ids[::-1]) if turned else (packed, ids)
    assert list(shown) == plain
    assert shown[1:5] == tuple(plain[1:5])
    assert [shown.place(each) for each in plain] == list(range(len(plain)))
    assert shown.place(UUID(int=7)) == -1


def test_an_id_is_not_found_across_two_others() -> None:
    one, other = UUID(bytes=b"a" * 8 + b"b" * 8), UUID(bytes=b"c" * 8 + b"d" * 8)
    across = UUID(bytes=b"b" * 8 + b"c" * 8)
    assert Ids(one.bytes + other.bytes).place(across) == -1
    assert Ids(one.bytes + other.bytes + across.bytes).place(across) == 2
