"""Couples and families: joined by default while together, and by nobody's default after they parted."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from practice_app.errors import Invalid, OutsideCaseload
from practice_app.model.people import Person
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import contacts, families, kept_from, people
from practice_app.services.families import FamilyKind, Parting
from practice_app.services.kept_from import Expectation, Keeping
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.services.copies import entries, entry_words, gathered, words

TODAY = makers.TODAY
SINCE = date(2026, 3, 1)
NAMES = ("Rosalind", "Dafydd", "Bethan")


@pytest.fixture
def trio(records: Records) -> tuple[UUID, ...]:
    """Two parents and their child, each with a postcode of their own."""
    with records.work(use_case="tests.arrange") as work:
        return tuple(
            makers.patient(work, PersonName(None, each, "Merriweather", None), postcode=f"CT1 {n}AA")
            for n, each in enumerate(NAMES, start=1)
        )


def join(records: Records, *who: UUID, on: date = TODAY) -> tuple[bool, str]:
    found = run(records, contacts.may_join, who, on)
    return found.may, found.sentence


def test_a_couple_is_written_to_together_until_the_day_it_separates(records: Records, trio) -> None:
    her, him, _child = trio
    assert join(records, her, him) == (
        False,
        "Not together: they are not recorded as a couple or family. Write to each alone.",
    )
    couple = run(records, families.start, FamilyKind.COUPLE, [her, him], SINCE, "The Merriweathers")
    assert join(records, her, him) == (True, "Together: they are seen as a couple.")
    assert join(records, her, him, on=SINCE - timedelta(days=1))[0] is False
    ended = run(records, families.part, couple, TODAY, Parting.SEPARATED)
    assert join(records, her, him) == (
        False,
        "Not together: they parted on 23-Nov-2026. Write to each alone.",
    )
    assert join(records, her, him, on=TODAY - timedelta(days=1))[0] is True
    run(records, families.rejoin, ended)
    assert join(records, her, him)[0] is True


def test_of_a_family_one_can_leave_and_one_can_come(records: Records, trio) -> None:
    her, him, child = trio
    family = run(records, families.start, FamilyKind.FAMILY, [her, him], SINCE)
    run(records, families.add_member, family, child, TODAY)
    assert join(records, her, him, child)[0] is True
    run(records, families.part, family, TODAY, Parting.SEPARATED, him)
    assert join(records, her, child)[0] is True
    assert join(records, her, him, child)[0] is False
    (found,) = run(records, families.of, child)
    assert [each.name for each in found.members_on(TODAY)] == [
        "MERRIWEATHER, Rosalind",
        "MERRIWEATHER, Bethan",
    ]
    assert [each.parting for each in found.members] == [Parting.SEPARATED, None, None]
    with pytest.raises(Invalid, match="belongs to the family already"):
        run(records, families.add_member, family, child, TODAY)


def test_a_therapist_brings_somebody_into_a_family_of_people_they_see(
    records: Records, open_as: Opener, trio
) -> None:
    her, him, child = trio
    family = run(records, families.start, FamilyKind.FAMILY, [her, him], SINCE)
    therapist = open_as(Role.THERAPIST)
    with records.work(use_case="tests.arrange") as work:
        makers.on_list(work, therapist.actor.id, [child, her])
    with pytest.raises(OutsideCaseload):
        run(therapist, families.add_member, family, child, TODAY)
    with records.work(use_case="tests.arrange") as work:
        makers.on_list(work, therapist.actor.id, [him])
    assert run(therapist, families.add_member, family, child, TODAY)


def test_somebody_alone_is_never_a_question(records: Records, trio) -> None:
    assert join(records, trio[0], trio[0])[0] is True
    assert join(records)[0] is True


def test_after_a_death_and_for_whom_it_is_kept_from_nothing_is_joint(records: Records, trio) -> None:
    her, him, _child = trio
    run(records, families.start, FamilyKind.COUPLE, [her, him], SINCE)
    run(records, contacts.add, her, him, contacts.Details("husband"))
    (known,) = run(records, contacts.people_of, her)
    keeping = Keeping(Expectation.EXPRESSLY_BARRED, TODAY, contact=known.id, item_kind="note")
    entry = run(records, kept_from.keep, her, keeping)
    assert "not to be shown to one of them" in join(records, her, him)[1]
    run(records, kept_from.lift, entry)
    assert join(records, her, him)[0] is True
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, him).died = TODAY
    assert "died on 23-Nov-2026" in join(records, her, him)[1]


def test_what_is_no_couple_is_refused(records: Records, trio) -> None:
    her, him, child = trio
    for who, kind, field in (
        ([her], FamilyKind.FAMILY, "patients"),
        ([her, her], FamilyKind.COUPLE, "patients"),
        ([her, him, child], FamilyKind.COUPLE, "kind"),
    ):
        with pytest.raises(Invalid) as refused:
            run(records, families.start, kind, who, SINCE)
        assert refused.value.field == field
    couple = run(records, families.start, FamilyKind.COUPLE, [her, him], SINCE)
    with pytest.raises(Invalid, match="already"):
        run(records, families.start, FamilyKind.COUPLE, [him, her], TODAY)
    with pytest.raises(Invalid, match="two people"):
        run(records, families.add_member, couple, child, TODAY)
    with pytest.raises(Invalid, match="since 01-Mar-2026"):
        run(records, families.part, couple, SINCE - timedelta(days=1), Parting.SEPARATED)
    run(records, families.part, couple, TODAY, Parting.WORK_ENDED)
    with pytest.raises(Invalid, match="not seen together any more"):
        run(records, families.part, couple, TODAY, Parting.WORK_ENDED)


def test_one_just_recorded_by_mistake_goes_and_one_that_parted_stays(records: Records, trio) -> None:
    her, him, child = trio
    run(records, families.take_back, run(records, families.start, FamilyKind.COUPLE, [her, him], SINCE))
    assert run(records, families.of, her) == ()
    family = run(records, families.start, FamilyKind.FAMILY, [her, him], SINCE)
    run(records, families.take_member_back, run(records, families.add_member, family, child, TODAY))
    assert run(records, families.of, child) == ()
    run(records, families.part, family, TODAY, Parting.OTHER, him)
    with pytest.raises(Invalid, match="have parted instead"):
        run(records, families.take_back, family)


def test_the_others_stay_untold_in_each_ones_copy_and_their_addresses_everywhere(
    records: Records, trio
) -> None:
    """P14: a joint membership is in everybody's copy, and says nothing of the others."""
    her, him, _child = trio
    run(records, families.start, FamilyKind.COUPLE, [her, him], SINCE, "Rosalind and Dafydd")
    for own, others in ((her, ("Dafydd", "CT1 2AA")), (him, ("Rosalind", "CT1 1AA"))):
        held = gathered(records, own)
        (entry,) = entries(held, "Seen together with others")
        assert "as a couple" in entry_words(entry)
        assert not [each for each in others if each in words(held)]
        opened = repr((run(records, people.open_record, own), run(records, families.of, own)))
        assert others[1] not in opened
    assert [each.id for each in run(records, people.find, "CT1 2AA")] == [him]
