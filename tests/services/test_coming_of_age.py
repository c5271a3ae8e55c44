"""Coming of age: what was agreed for a child is listed, agreed again or ended, and the young are flagged."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.model.consents import Consent
from practice_app.model.people import Person
from practice_app.model.settings import Practice
from practice_app.rules.consents import Channel, Decision, Method, Nature, Purpose
from practice_app.rules.names import PersonName
from practice_app.services import coming_of_age, contacts
from practice_app.services.coming_of_age import DueKind
from practice_app.services.contacts import Authority, Details, NewPerson, Speaking
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers

TODAY = makers.TODAY
BORN = date(2008, 2, 29)  # of age on 01-Mar-2026 in England, 29-Feb-2024 in Scotland
OF_AGE = date(2026, 3, 1)
MOTHER = Details("mother", Authority.PARENTAL_RESPONSIBILITY, "birth certificate", date(2020, 1, 1))


@pytest.fixture
def ffion(records: Records) -> UUID:
    """Somebody who came of age this year, with a mother, an aunt, and three consents."""
    with records.work(use_case="tests.arrange") as work:
        name = PersonName(None, "Ffion", "Llewelyn", None)
        id = makers.patient(work, name, person_values={"born": BORN}, registered_on=date(2020, 1, 1))
        decide(work, id, Purpose.TREATMENT, date(2020, 1, 1), given_by="Mrs Heledd Llewelyn")
        decide(work, id, Purpose.CONTACT, date(2020, 1, 1), channel=Channel.SMS)
        decide(work, id, Purpose.CONTACT, OF_AGE, channel=Channel.SMS)
        decide(work, id, Purpose.SHARE_WITH_GP, date(2020, 1, 1), decision=Decision.REFUSED)
    run(records, contacts.add, id, NewPerson(PersonName("Mrs", "Heledd", "Llewelyn", None)), MOTHER)
    aunt = NewPerson(PersonName("Ms", "Nest", "Llewelyn", None))
    run(records, contacts.add, id, aunt, Details("aunt", valid_from=OF_AGE))
    return id


def decide(work, person: UUID, purpose: Purpose, on: date, **given: object) -> None:
    values: dict[str, object] = {"channel": None, "decision": Decision.GIVEN, **given}
    row = Consent(
        person_id=person,
        purpose=purpose,
        nature=Nature.TREATMENT,
        decided_on=on,
        recorded_at=makers.NOW,
        **values,
    )
    work.add(row)
    work.flush()


def due(records: Records, patient: UUID | None = None, on: date = TODAY) -> list[tuple[str, str]]:
    found = run(records, contacts.due_for_confirming, on, patient)
    return [(each.kind.value, each.what) for each in found]


PARENT = ("contact", "LLEWELYN, Heledd (Mrs), mother, parental responsibility")
TREATMENT = ("consent", "May treat")


def test_the_birthday_lists_what_was_agreed_before_it_and_nothing_else(records: Records, ffion: UUID) -> None:
    assert due(records, ffion) == due(records) == [TREATMENT, PARENT]
    assert due(records, on=OF_AGE - timedelta(days=1)) == []
    assert due(records, on=OF_AGE) == [TREATMENT, PARENT]


def test_in_scotland_it_is_the_sixteenth(records: Records, ffion: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        practice = work.first(select(Practice))
        assert practice is not None
        practice.nation = "SCT"
    assert due(records, on=date(2024, 2, 28)) == []
    listed = run(records, contacts.due_for_confirming, date(2024, 2, 29))
    assert {each.of_age_on for each in listed} == {date(2024, 2, 29)}


def test_the_dead_and_those_of_unknown_age_are_not_listed(records: Records, ffion: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, ffion).died = TODAY
    assert due(records) == []
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, ffion).died = None
        work.get(Person, ffion).born = None
    assert due(records) == []


def test_confirming_a_parent_lets_them_be_spoken_to_and_is_undone(records: Records, ffion: UUID) -> None:
    (parent,) = [
        each
        for each in run(records, contacts.due_for_confirming, TODAY, ffion)
        if each.kind is DueKind.CONTACT
    ]
    known = next(each for each in run(records, contacts.people_of, ffion) if each.id == parent.id)
    assert known.speaking.speaking is Speaking.NO
    before = run(records, coming_of_age.confirm, DueKind.CONTACT, parent.id)
    answer = run(records, contacts.may_speak_to, ffion, known.person, TODAY)
    assert answer.sentence == "Yes: the patient said that we may speak to Mrs Heledd Llewelyn."
    assert due(records, ffion) == [TREATMENT]
    assert before is not None
    run(records, coming_of_age.undo, before)
    assert due(records, ffion) == [TREATMENT, PARENT]
    with pytest.raises(Invalid, match="changed meanwhile"):
        run(records, coming_of_age.undo, before)


def test_ending_a_parent_keeps_them_in_the_record(records: Records, ffion: UUID) -> None:
    parent = next(
        each
        for each in run(records, contacts.due_for_confirming, TODAY, ffion)
        if each.kind is DueKind.CONTACT
    )
    run(records, coming_of_age.end, DueKind.CONTACT, parent.id)
    assert due(records, ffion) == [TREATMENT]
    last = next(each for each in run(records, contacts.people_of, ffion) if each.id == parent.id)
    assert last.details.valid_to == TODAY


@pytest.mark.parametrize(("use_case", "decision"), [("confirm", Decision.GIVEN), ("end", Decision.WITHDRAWN)])
def test_a_consent_is_decided_anew_and_the_earlier_one_stays(
    records: Records, ffion: UUID, use_case: str, decision: Decision
) -> None:
    consent = next(
        each
        for each in run(records, contacts.due_for_confirming, TODAY, ffion)
        if each.kind is DueKind.CONSENT
    )
    run(records, getattr(coming_of_age, use_case), DueKind.CONSENT, consent.id, Method.PHONE)
    assert due(records, ffion) == [PARENT]
    with records.work(writes=False) as work:
        statement = select(Consent).where(Consent.purpose == Purpose.TREATMENT)
        old, new = sorted(work.select(statement), key=lambda row: row.decided_on)
        assert (old.given_by, old.decision) == ("Mrs Heledd Llewelyn", Decision.GIVEN)
        assert (new.given_by, new.decision, new.method) == ("Ffion Llewelyn", decision, Method.PHONE)
        assert new.decided_on == TODAY


def test_before_the_birthday_the_days_are_counted(records: Records, ffion: UUID) -> None:
    left = run(records, coming_of_age.minority, ffion, date(2026, 2, 1))
    assert left is not None
    assert (left.of_age_on, left.days_left, left.is_soon) == (OF_AGE, 28, True)
    assert run(records, coming_of_age.minority, ffion, OF_AGE) is None


def test_the_young_are_flagged_at_registration_and_never_refused(records: Records) -> None:
    flag = coming_of_age.flag_at_registration
    assert run(records, flag, date(2012, 1, 1)) == ""
    with records.work(use_case="tests.arrange") as work:
        practice = work.first(select(Practice))
        assert practice is not None
        practice.minimum_age = 16
    said = run(records, flag, date(2010, 11, 24))
    assert said.startswith("Aged 15: this clinic sees people from the age of 16, so from 24-Nov-2026.")
    for born in (date(2010, 11, 23), date(1980, 1, 1), TODAY + timedelta(days=1), None):
        assert run(records, flag, born) == ""
