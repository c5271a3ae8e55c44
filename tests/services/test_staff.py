"""Practitioners, rooms and kinds of appointments: entering, changing, closing and taking back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from practice_app.errors import Invalid, NotAllowed
from practice_app.model.people import Person, SearchEntry
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import staff
from practice_app.services.marks import run
from practice_app.services.staff import PractitionerDetails
from practice_app.services.two_writers import ChangedMeanwhile
from practice_app.storage.records import Records
from tests import makers

ASHA = PractitionerDetails(
    name="Dr Asha Shah",
    profession="Clinical psychologist",
    is_health_professional=True,
    registration_body="Health and Care Professions Council",
    registration_number="PYL12345",
    joined_on=date(2024, 3, 1),
)


def _only(records: Records) -> staff.PractitionerRow:
    [row] = run(records, staff.practitioners)
    return row


def _people(records: Records) -> tuple[int, int]:
    with records.work(writes=False) as work:
        return tuple(work.first(select(func.count()).select_from(each)) for each in (Person, SearchEntry))


def _appointment(records: Records, practitioner: UUID, **given: object) -> None:
    with records.work(use_case="tests.appointment") as work:
        makers.appointment(work, [makers.patient(work)], practitioner, **given)


def test_a_practitioner_is_entered_and_read_back(records: Records) -> None:
    id = run(records, staff.add_practitioner, ASHA)
    row = _only(records)
    assert (row.id, row.name, row.details) == (id, "SHAH, Asha (Dr)", ASHA)


def test_a_change_keeps_what_somebody_else_changed_meanwhile(records: Records) -> None:
    id = run(records, staff.add_practitioner, ASHA)
    run(records, staff.change_practitioner, id, ASHA, replace(ASHA, name="Dr Asha Shah-Jones"))
    wanted = replace(ASHA, left_on=date(2026, 1, 31))
    after = run(records, staff.change_practitioner, id, ASHA, wanted)
    assert (after.name, after.left_on) == ("Dr Asha Shah-Jones", date(2026, 1, 31))
    assert _only(records).name == "SHAH-JONES, Asha (Dr)"
    with pytest.raises(ChangedMeanwhile):
        run(records, staff.change_practitioner, id, ASHA, replace(ASHA, name="Dr A Shah"))


def test_an_unchanged_name_is_not_taken_apart_anew(records: Records) -> None:
    with records.work(use_case="tests.name") as work:
        makers.practitioner(work, PersonName("Dr", "Ana", "Garcia Lopez", "Annie"))
    row = _only(records)
    assert row.details.name == "Garcia Lopez, Ana (Dr)"
    run(records, staff.change_practitioner, row.id, row.details, replace(row.details, profession="Doctor"))
    assert _only(records).name == "GARCIA LOPEZ, Ana (Dr)"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"left_on": date(2024, 2, 29)}, "left_on"),
        ({"profession": "x" * 101}, "profession"),
        ({"registration_number": "12\u202e34"}, "registration_number"),
    ],
)
def test_what_cannot_be_is_refused(records: Records, change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, staff.add_practitioner, replace(ASHA, **change))
    assert refused.value.field == field
    assert run(records, staff.practitioners) == ()


def test_taking_an_addition_back_leaves_nobody_behind(records: Records) -> None:
    before = _people(records)
    id = run(records, staff.add_practitioner, ASHA)
    assert _people(records) != before
    run(records, staff.take_practitioner_back, id)
    assert _people(records) == before
    assert run(records, staff.practitioners) == ()


def test_a_practitioner_with_appointments_stays(records: Records) -> None:
    id = run(records, staff.add_practitioner, ASHA)
    _appointment(records, id)
    with pytest.raises(NotAllowed, match="the day they left"):
        run(records, staff.take_practitioner_back, id)


def test_a_practitioner_who_signs_in_is_the_same_person(records: Records) -> None:
    with records.work(use_case="tests.user") as work:
        account = makers.user(work, Role.THERAPIST, uuid4(), PersonName("Dr", "Asha", "Shah", None))
    people = _people(records)
    id = run(records, staff.add_practitioner, replace(ASHA, user=account.id))
    assert _people(records) == people
    assert _only(records).signs_in_as == "Dr Asha Shah"
    with pytest.raises(Invalid, match="Another practitioner"):
        run(records, staff.add_practitioner, replace(ASHA, user=account.id))
    run(records, staff.take_practitioner_back, id)
    assert _people(records) == people


def test_who_has_left_comes_last(records: Records) -> None:
    run(records, staff.add_practitioner, replace(ASHA, name="Ann Able", left_on=date(2025, 1, 1)))
    run(records, staff.add_practitioner, ASHA)
    assert [row.name for row in run(records, staff.practitioners)] == ["SHAH, Asha (Dr)", "ABLE, Ann"]


def test_a_room_nobody_used_is_deleted_and_one_that_was_is_closed(records: Records) -> None:
    quay, garden = (run(records, staff.add_room, name) for name in ("Quay room", "Garden room"))
    _appointment(records, run(records, staff.add_practitioner, ASHA), room_id=quay)
    assert run(records, staff.put_away_room, garden) is True
    assert run(records, staff.put_away_room, quay) is False
    [room] = run(records, staff.rooms)
    assert (room.name, room.closed_on, room.is_used) == ("Quay room", makers.TODAY, True)
    run(records, staff.open_room_again, quay)
    assert run(records, staff.rooms)[0].closed_on is None


def test_two_rooms_cannot_have_one_name(records: Records) -> None:
    quay = run(records, staff.add_room, "Quay room")
    with pytest.raises(Invalid, match="is there already"):
        run(records, staff.add_room, "  QUAY  room ")
    run(records, staff.rename_room, quay, "Quay room", "quay Room")
    with pytest.raises(ChangedMeanwhile):
        run(records, staff.rename_room, quay, "Quay room", "Harbour room")


def test_kinds_of_appointments_keep_their_rules(records: Records) -> None:
    first = run(records, staff.add_type, "First appointment", 80)
    for minutes in (4, 481):
        with pytest.raises(Invalid, match="5 to 480 minutes"):
            run(records, staff.add_type, "Other", minutes)
    run(records, staff.change_type, first, ("First appointment", 80), ("First appointment", 90))
    _appointment(records, run(records, staff.add_practitioner, ASHA), type_id=first)
    assert run(records, staff.put_away_type, first) is False
    with pytest.raises(Invalid, match="It is closed; open it again instead"):
        run(records, staff.add_type, "first appointment", 50)
    run(records, staff.open_type_again, first)
    [row] = run(records, staff.types)
    assert (row.name, row.minutes, row.closed_on, row.is_used) == ("First appointment", 90, None, True)
    unused = run(records, staff.add_type, "Never used", 30)
    assert run(records, staff.put_away_type, unused) is True


def test_only_a_director_changes_staff(open_as: Callable[[Role], Records]) -> None:
    for role in (Role.RECEPTIONIST, Role.THERAPIST):
        records = open_as(role)
        assert run(records, staff.practitioners) == ()
        with pytest.raises(NotAllowed):
            run(records, staff.add_practitioner, ASHA)
        with pytest.raises(NotAllowed):
            run(records, staff.add_room, "Quay room")
