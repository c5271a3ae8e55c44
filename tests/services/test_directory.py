"""The directory of GP practices: finding, entering by hand, and leaving the NHS's own entries alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice_app.errors import Invalid, NotAllowed
from practice_app.model.people import GPPractice, Patient, Person
from practice_app.rules.permissions import Role
from practice_app.services import directory
from practice_app.services.directory import EntryKind, PracticeDetails
from practice_app.services.marks import run
from practice_app.services.two_writers import ChangedMeanwhile
from practice_app.storage.records import Records
from tests import makers

SEAFRONT = PracticeDetails(
    name="Seafront Surgery",
    ods_code="G81001",
    address="1 Marine Parade, Ramsgate",
    postcode="CT11 8AA",
    phone="01632 960100",
)
EDITION = date(2026, 10, 30)


@pytest.fixture
def seafront(records: Records) -> UUID:
    """A practice entered by hand."""
    return run(records, directory.add_practice, SEAFRONT)


@pytest.fixture
def published(records: Records) -> UUID:
    """A practice the NHS directory told of."""
    with records.work(use_case="tests.published") as work:
        made = GPPractice(
            ods_code="G82002",
            name="Castle Medical Centre",
            name_key="castle medical centre",
            address="2 Castle Street, Dover",
            postcode="CT16 1PT",
            status="active",
            source="NHS directory",
            directory_date=EDITION,
        )
        work.add(made)
        work.flush()
        return made.id


def _names(records: Records, text: str) -> list[str]:
    return [entry.name for entry in run(records, directory.find, text)]


@pytest.mark.parametrize(
    "text", ["seafr", "SURGERY seaf", "g81001", "ct11 8aa", "ct118aa", "ramsgate", "okafor", "Rose Okafor"]
)
def test_a_practice_or_gp_is_found_by_whatever_is_known(
    records: Records, seafront: UUID, published: UUID, text: str
) -> None:
    run(records, directory.add_gp, seafront, "Dr Rose Okafor")
    [entry] = run(records, directory.find, text)
    assert entry.practice == seafront
    assert entry.kind is (EntryKind.GP if "kafor" in text else EntryKind.PRACTICE)


def test_signs_that_mean_something_to_the_database_are_only_signs(records: Records, seafront: UUID) -> None:
    run(records, directory.add_practice, PracticeDetails(name="100% Health"))
    assert _names(records, "100% health") == ["100% Health"]
    assert _names(records, "%") == _names(records, "_") == _names(records, "")


def test_open_practices_come_before_closed_ones(records: Records, seafront: UUID, published: UUID) -> None:
    first = run(records, directory.add_practice, PracticeDetails(name="Abbey Practice"))
    run(records, directory.close_practice, first)
    assert _names(records, "") == ["Castle Medical Centre", "Seafront Surgery", "Abbey Practice"]


def test_a_practice_is_opened_with_counts_and_no_names(records: Records, seafront: UUID) -> None:
    gp = run(records, directory.add_gp, seafront, "Dr Rose Okafor")
    with records.work(use_case="tests.register") as work:
        for gp_id in (gp, None):
            work.get(Patient, makers.patient(work)).gp_practice_id = seafront
            work.get(Patient, makers.patient(work)).gp_id = gp_id
    shown = run(records, directory.open_practice, seafront)
    assert (shown.details, shown.is_by_hand, shown.patients) == (SEAFRONT, True, 2)
    assert [(each.name, each.typed_name, each.patients) for each in shown.gps] == [
        ("OKAFOR, Rose (Dr)", "Dr Rose Okafor", 1)
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"ods_code": "G82002"}, "ods_code"),
        ({"ods_code": "A!"}, "ods_code"),
        ({"phone": "none"}, "phone"),
        ({"notes": "x" * 1001}, "notes"),
    ],
)
def test_what_cannot_be_is_refused(
    records: Records, published: UUID, change: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, directory.add_practice, replace(SEAFRONT, **change))
    assert refused.value.field == field


def test_of_the_nhs_entries_only_the_notes_can_be_changed(records: Records, published: UUID) -> None:
    before = run(records, directory.open_practice, published).details
    assert run(records, directory.edition) == EDITION
    with pytest.raises(NotAllowed, match="Only the notes"):
        run(records, directory.change_practice, published, before, replace(before, phone="01632 960111"))
    for change in (directory.close_practice, directory.take_practice_back):
        with pytest.raises(NotAllowed, match="NHS directory"):
            run(records, change, published)
    run(records, directory.change_practice, published, before, replace(before, notes="Fax only."))
    assert run(records, directory.open_practice, published).details.notes == "Fax only."


def test_a_practice_by_hand_is_changed_closed_and_opened_again(records: Records, seafront: UUID) -> None:
    wanted = replace(SEAFRONT, name="Seafront Health", ods_code="")
    run(records, directory.change_practice, seafront, SEAFRONT, wanted)
    assert _names(records, "health") == ["Seafront Health"]
    with pytest.raises(ChangedMeanwhile):
        run(records, directory.change_practice, seafront, SEAFRONT, replace(SEAFRONT, name="Sea"))
    run(records, directory.close_practice, seafront)
    assert run(records, directory.open_practice, seafront).closed_on == makers.TODAY
    run(records, directory.open_practice_again, seafront)
    assert run(records, directory.open_practice, seafront).closed_on is None


def test_a_practice_without_code_is_not_another_without_code(records: Records) -> None:
    for name in ("One", "Two"):
        run(records, directory.add_practice, PracticeDetails(name=name))
    assert _names(records, "") == ["One", "Two"]


def test_a_gp_is_renamed_and_moved_and_their_patients_stay(
    records: Records, seafront: UUID, published: UUID
) -> None:
    gp = run(records, directory.add_gp, seafront, "Dr Rose Okafor")
    with records.work(use_case="tests.register") as work:
        patient = makers.patient(work, gp_practice_id=seafront, gp_id=gp)
    run(records, directory.rename_gp, gp, "Dr Rose Okafor", "Dr Rose Okafor-Bell")
    moved = run(records, directory.move_gp, gp, published)
    assert (moved.before, moved.patients) == (seafront, 1)
    assert run(records, directory.open_practice, seafront).gps == ()
    assert [each.name for each in run(records, directory.open_practice, published).gps] == [
        "OKAFOR-BELL, Rose (Dr)"
    ]
    with records.work(writes=False) as work:
        assert work.get(Patient, patient).gp_practice_id == seafront
    run(records, directory.move_gp, gp, None)
    assert [each.id for each in run(records, directory.gps_without_practice)] == [gp]


def test_two_gps_of_one_name_at_one_practice_are_refused(
    records: Records, seafront: UUID, published: UUID
) -> None:
    run(records, directory.add_gp, seafront, "Dr Rose Okafor")
    with pytest.raises(Invalid, match="at the practice already"):
        run(records, directory.add_gp, seafront, "Rose Okafor")
    other = run(records, directory.add_gp, published, "Dr Rose Okafor")
    with pytest.raises(Invalid, match="at the practice already"):
        run(records, directory.move_gp, other, seafront)


def test_nobody_is_moved_to_a_closed_practice(records: Records, seafront: UUID) -> None:
    gp = run(records, directory.add_gp, seafront, "Dr Rose Okafor")
    closed = run(records, directory.add_practice, PracticeDetails(name="Gone"))
    run(records, directory.close_practice, closed)
    with pytest.raises(Invalid, match="Gone is closed"):
        run(records, directory.move_gp, gp, closed)


def test_additions_are_taken_back_until_somebody_names_them(records: Records, seafront: UUID) -> None:
    with records.work(writes=False) as work:
        before = work.first(select(func.count()).select_from(Person))
    gp = run(records, directory.add_gp, seafront, "Dr Rose Okafor")
    with pytest.raises(NotAllowed):
        run(records, directory.take_practice_back, seafront)
    run(records, directory.take_gp_back, gp)
    run(records, directory.take_practice_back, seafront)
    with records.work(writes=False) as work:
        assert work.first(select(func.count()).select_from(Person)) == before
        assert work.first(select(func.count()).select_from(GPPractice)) == 0


def test_a_gp_somebody_has_is_not_taken_back(records: Records, seafront: UUID) -> None:
    gp = run(records, directory.add_gp, seafront, "Dr Rose Okafor")
    with records.work(use_case="tests.register") as work:
        makers.patient(work, gp_id=gp)
    with pytest.raises(NotAllowed, match="a patient's GP"):
        run(records, directory.take_gp_back, gp)


def test_a_receptionist_keeps_the_directory_too(open_as: Callable[[Role], Records]) -> None:
    records = open_as(Role.RECEPTIONIST)
    id = run(records, directory.add_practice, SEAFRONT)
    assert run(records, directory.open_practice, id).details == SEAFRONT
