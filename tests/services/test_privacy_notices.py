"""Privacy notices: versions, who was given which, and who still waits for the one of today (P25)."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from practice_app.errors import Invalid, NotAllowed, NotFound
from practice_app.model.people import Patient, PatientStatus, Person
from practice_app.rules.consents import Channel
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import privacy_notices
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.services.copies import entries, gathered

TODAY = makers.TODAY
JANUARY = date(2026, 1, 5)


@pytest.fixture
def people(records: Records) -> list[UUID]:
    """Ann, Ben and Cay Ode."""
    with records.work(use_case="tests.arrange") as work:
        return [makers.patient(work, PersonName(None, given, "Ode", None)) for given in ("Ann", "Ben", "Cay")]


def waiting(records: Records) -> list[str]:
    return [each.name for each in run(records, privacy_notices.without_current)]


def test_the_version_of_today_is_the_newest_that_holds_by_today(records: Records) -> None:
    for text, since in (
        ("First", JANUARY),
        ("Second", TODAY),
        ("Third", TODAY + timedelta(days=30)),
    ):
        run(records, privacy_notices.add_version, text, since)
    found = run(records, privacy_notices.versions)
    assert [(each.revision, each.text, each.is_current) for each in found] == [
        (3, "Third", False),
        (2, "Second", True),
        (1, "First", False),
    ]
    assert len({each.digest for each in found}) == 3


@pytest.mark.parametrize(
    ("text", "since", "field"),
    [(" ", TODAY, "text"), ("First", TODAY, "text"), ("Second", date(2026, 1, 4), "effective_from")],
)
def test_a_version_says_something_new_and_not_of_an_earlier_day(
    records: Records, text: str, since: date, field: str
) -> None:
    run(records, privacy_notices.add_version, "First", JANUARY)
    with pytest.raises(Invalid) as error:
        run(records, privacy_notices.add_version, text, since)
    assert error.value.field == field
    assert len(run(records, privacy_notices.versions)) == 1


def test_who_has_not_had_the_notice_of_today_is_listed_until_it_is_given(
    records: Records, people: list[UUID]
) -> None:
    ann, _, cay = people
    assert waiting(records) == []
    run(records, privacy_notices.add_version, "First", JANUARY)
    run(records, privacy_notices.give, [ann], Channel.IN_PERSON, date(2026, 2, 1))
    assert waiting(records) == ["ODE, Ben", "ODE, Cay"]
    run(records, privacy_notices.add_version, "Second", TODAY)
    assert waiting(records) == ["ODE, Ann", "ODE, Ben", "ODE, Cay"]
    [first, *_] = run(records, privacy_notices.without_current)
    assert first.last_revision == 1
    assert run(records, privacy_notices.standing, ann).sentence == (
        "Not given the current version 2. Given version 1 on 01-Feb-2026 in person."
    )
    rows = run(records, privacy_notices.give, people, Channel.POST)
    assert waiting(records) == []
    assert run(records, privacy_notices.standing, cay).sentence == "Given version 2 on 23-Nov-2026 by post."
    run(records, privacy_notices.take_back, rows[1:])
    assert waiting(records) == ["ODE, Ben", "ODE, Cay"]
    assert run(records, privacy_notices.give, [ann], Channel.POST) == ()


def test_the_dead_and_those_who_left_wait_for_nothing(records: Records, people: list[UUID]) -> None:
    run(records, privacy_notices.add_version, "First", JANUARY)
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, people[0]).died = TODAY
        work.get(Patient, people[1]).status = PatientStatus.DISCHARGED
    assert waiting(records) == ["ODE, Cay"]


def test_nothing_can_be_given_that_is_not_there_or_not_yet(records: Records, people: list[UUID]) -> None:
    with pytest.raises(NotFound):
        run(records, privacy_notices.give, people, Channel.POST)
    run(records, privacy_notices.add_version, "First", JANUARY)
    with pytest.raises(Invalid) as error:
        run(records, privacy_notices.give, people, Channel.POST, TODAY + timedelta(days=1))
    assert error.value.field == "given_on"
    with pytest.raises(Invalid) as error:
        run(records, privacy_notices.give, people, Channel.VOICEMAIL)
    assert error.value.field == "channel"


def test_a_receptionist_gives_it_and_a_director_writes_it(open_as: Opener, people: list[UUID]) -> None:
    reception = open_as(Role.RECEPTIONIST)
    with pytest.raises(NotAllowed):
        run(reception, privacy_notices.add_version, "First", JANUARY)
    run(open_as(Role.DIRECTOR), privacy_notices.add_version, "First", JANUARY)
    assert len(run(reception, privacy_notices.give, people, Channel.EMAIL)) == 3


def test_the_copy_says_which_notice_was_given(records: Records, people: list[UUID]) -> None:
    run(records, privacy_notices.add_version, "First", JANUARY)
    run(records, privacy_notices.give, people, Channel.POST)
    [given] = entries(gathered(records, people[0]), "Privacy notices given")
    assert given.title == "Privacy notice, version 1"
    assert dict(given.facts)["How"] == "Post"
