"""The people around a patient: added without doubles, changed, ended, undone, and what each may be told."""

import re
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice_app.errors import Invalid, NotAllowed, OutOfDate
from practice_app.model.audit import AuditEvent
from practice_app.model.consents import Consent
from practice_app.model.correspondence import Call, CallSubject, Direction
from practice_app.model.people import Address, Contact, Person, Phone, SearchEntry
from practice_app.rules.consents import Channel, Decision, Nature, Purpose
from practice_app.rules.dates import show
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import competence, contacts, kept_from, people, reaching
from practice_app.services.competence import Judgement
from practice_app.services.contacts import (
    Authority,
    Details,
    KnownContact,
    NewPerson,
    Speaking,
    Ways,
)
from practice_app.services.kept_from import Expectation, Keeping
from practice_app.services.marks import run
from practice_app.services.reaching import AddressDetails, EmailDetails, PhoneDetails, Safety
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.services.copies import gathered, words

TODAY = makers.TODAY
MOTHER = Details(
    "mother",
    Authority.PARENTAL_RESPONSIBILITY,
    "birth certificate",
    TODAY,
    scope="Times of sessions",
    is_emergency_contact=True,
    source="told by the mother",
)
NGOZI = NewPerson(
    PersonName("Mrs", "Ngozi", "Ezenwa", None),
    Ways(
        (AddressDetails(line_1="2 Mill Lane", town="Ramsgate", postcode="ct118aa"),),
        (
            PhoneDetails(number="07700 900123", safety=Safety.SAFE),
            PhoneDetails(number="01632960123", safety=Safety.UNSAFE, note="rings at work"),
        ),
        (EmailDetails(address="ngozi@example.org"),),
    ),
)


@pytest.fixture
def child(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        name = PersonName(None, "Adaeze", "Ezenwa", None)
        return makers.patient(work, name, person_values={"born": date(2014, 5, 1)})


@pytest.fixture
def mary(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(
            work,
            PersonName("Mrs", "Mary", "Orchard", None),
            phones=["01632 960444"],
            emails=["mary@example.org"],
            postcode="CT9 1ZZ",
        )


def only(records: Records, patient: UUID) -> KnownContact:
    (found,) = run(records, contacts.people_of, patient)
    return found


def count(records: Records, kind: type) -> int:
    with records.work(writes=False) as work:
        return work.first(select(func.count()).select_from(kind)) or 0


def test_a_new_contact_is_a_person_with_everything_that_was_said(records: Records, child: UUID) -> None:
    added = run(records, contacts.add, child, NGOZI, MOTHER)
    known = only(records, child)
    assert known.id == added.contact
    assert known.name == "EZENWA, Ngozi (Mrs)"
    assert known.details == MOTHER
    assert known.seen_by == "DIRECTOR, Dana"
    assert reaching.lines(known.ways) == (
        "07700 900123",
        "01632 960123 (NOT SAFE, rings at work)",
        "ngozi@example.org",
        "2 Mill Lane, Ramsgate, CT11 8AA",
    )
    assert known.speaking.sentence == (
        "Yes: Mrs Ngozi Ezenwa, parental responsibility (seen: birth certificate, 23-Nov-2026). "
        "About: Times of sessions."
    )
    assert known.is_current
    assert not known.is_patient


def test_a_nickname_alone_is_enough_and_a_relation_is_asked_for(records: Records, child: UUID) -> None:
    run(records, contacts.add, child, NewPerson(PersonName(known_as="Nan")), Details("grandmother"))
    assert only(records, child).name == "Nan"
    with pytest.raises(Invalid) as refused:
        run(records, contacts.add, child, NGOZI, Details(" "))
    assert refused.value.field == "relation"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"relation": "x" * 81}, "relation"),
        ({"scope": "x" * 501}, "scope"),
        ({"valid_from": TODAY, "valid_to": TODAY - timedelta(days=1)}, "valid_to"),
        ({"may_speak_from": TODAY, "may_speak_until": date(2020, 1, 1)}, "may_speak_until"),
        ({"not_to_speak_from": TODAY, "not_to_speak_until": date(2020, 1, 1)}, "not_to_speak_until"),
        ({"authority_seen": "passport", "authority_seen_on": None}, "authority_seen_on"),
        ({"authority_seen_on": TODAY + timedelta(days=1)}, "authority_seen_on"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(
    records: Records, child: UUID, wrong: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, contacts.add, child, NGOZI, replace(MOTHER, **wrong))
    assert refused.value.field == field
    assert count(records, Person) == 2  # the child and the director: nothing is left behind


def test_somebody_in_the_records_is_found_while_typing_and_not_made_twice(
    records: Records, child: UUID, mary: UUID
) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    with records.work(use_case="tests.arrange") as work:
        name = PersonName(None, "Amarachi", "Ezenwa", None)
        twin = makers.patient(work, name, person_values={"born": date(2014, 5, 1)})
    found = run(records, contacts.candidates, "ngozi eze", twin)
    assert [(each.name, each.what) for each in found] == [("EZENWA, Ngozi (Mrs)", "mother of EZENWA, Adaeze")]
    people_before = count(records, Person)
    run(records, contacts.add, twin, found[0].id, MOTHER)
    assert count(records, Person) == people_before
    assert only(records, twin).person == only(records, child).person
    assert run(records, contacts.candidates, "EZENWA", twin)[0].name == "EZENWA, Adaeze"
    assert run(records, contacts.candidates, " ", twin) == ()
    (patient,) = run(records, contacts.candidates, "orchard", twin)
    assert re.fullmatch(r"patient \d+", patient.what)
    with pytest.raises(Invalid, match="already"):
        run(records, contacts.add, twin, found[0].id, Details("Mother"))
    run(records, contacts.add, twin, found[0].id, Details("carer"))  # another role of hers
    assert len(run(records, contacts.people_of, twin)) == 2
    with pytest.raises(Invalid, match="same person"):
        run(records, contacts.add, twin, twin, Details("self"))


def test_a_partners_own_details_show_in_no_way_in_the_others_record(
    records: Records, child: UUID, mary: UUID
) -> None:
    """P14: whoever is a patient too is reached by their own record; a copy never has their address."""
    with records.work(use_case="tests.arrange") as work:
        john = makers.patient(work, PersonName("Mr", "John", "Orchard", None), phones=["01632 960555"])
    run(records, contacts.add, john, mary, Details("wife", is_emergency_contact=True))
    theirs = ("960444", "mary@example.org", "CT9", "1 High Street")
    known = only(records, john)
    assert known.is_patient
    assert known.ways == Ways()
    assert known.no_ways == "Their own record says how to reach them."
    assert not said_of(theirs, repr(known))
    assert not said_of(theirs, repr(run(records, people.open_record, john)))
    assert not said_of(theirs, words(gathered(records, john)))
    for search in ("CT9 1ZZ", "01632 960444", "mary@example.org"):
        assert [each.id for each in run(records, people.find, search)] == [mary]
    assert not said_of(theirs, repr(run(records, people.find, "Orchard, John")))
    assert not said_of(theirs, repr(run(records, contacts.candidates, "Orchard", child)))
    with pytest.raises(Invalid, match="record of their own"):
        run(records, contacts.change, known.id, known.version, known.details, Ways())


def said_of(secrets: tuple[str, ...], text: str) -> list[str]:
    return [each for each in secrets if each in text]


def test_how_to_reach_somebody_stands_only_in_the_record_it_was_meant_for(
    records: Records, child: UUID, mary: UUID
) -> None:
    """A father's new address, given for his child, is not shown in the mother's record."""
    father = NewPerson(
        PersonName("Mr", "Paul", "Orchard", None), Ways(phones=(PhoneDetails(number="07700 900777"),))
    )
    run(records, contacts.add, child, father, Details("father"))
    who = only(records, child).person
    run(records, contacts.add, mary, who, Details("former husband", shows_reach=False))
    assert only(records, mary).ways == Ways()
    assert "900777" not in repr(run(records, people.open_record, mary))
    assert "900777" in repr(run(records, people.open_record, child))


def test_a_change_is_kept_and_what_was_not_touched_stays(records: Records, child: UUID) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    known = only(records, child)
    with records.work(writes=False) as work:
        before = {row.shown: row.id for row in work.select(select(Phone))}
    ways = replace(known.ways, phones=(PhoneDetails(number="07700 900999"), known.ways.phones[0]))
    changed = replace(known.details, scope="Everything", authority_seen="court order")
    version = run(records, contacts.change, known.id, known.version, changed, ways)
    now = only(records, child)
    assert now.version == version > known.version
    assert now.details == changed
    assert [each.number for each in now.ways.phones] == ["07700 900999", "07700 900123"]
    with records.work(writes=False) as work:
        after = {row.shown: row.id for row in work.select(select(Phone))}
        assert after["07700 900123"] == before["07700 900123"]
        entry = work.first(select(SearchEntry).where(SearchEntry.person_id == now.person))
        assert entry is not None
        assert "07700900999" in entry.other
        assert "01632960123" not in entry.other
    with pytest.raises(OutOfDate):
        run(records, contacts.change, known.id, known.version, known.details)


def test_ending_keeps_it_and_is_undone(records: Records, child: UUID) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    known = only(records, child)
    ended = run(records, contacts.end, known.id, TODAY - timedelta(days=1))
    over = only(records, child)
    assert not over.is_current
    assert over.speaking.speaking is Speaking.NO
    assert "Ezenwa, Ngozi" not in repr(run(records, people.open_record, child).groups)
    assert "Ngozi" in words(gathered(records, child))
    run(records, contacts.reopen, ended)
    assert only(records, child).details == known.details
    with pytest.raises(OutOfDate):
        run(records, contacts.reopen, ended)
    with pytest.raises(Invalid, match="It ended"):
        run(records, contacts.end, known.id, TODAY)
        run(records, contacts.end, known.id, TODAY)


def test_ending_before_it_began_is_refused(records: Records, child: UUID) -> None:
    run(records, contacts.add, child, NGOZI, replace(MOTHER, valid_from=TODAY))
    with pytest.raises(Invalid, match="It began on 23-Nov-2026"):
        run(records, contacts.end, only(records, child).id, TODAY - timedelta(days=1))


def test_undoing_an_addition_leaves_nothing_of_it(records: Records, child: UUID) -> None:
    kinds = (Person, Contact, Phone, Address, SearchEntry)
    before = [count(records, kind) for kind in kinds]
    added = run(records, contacts.add, child, NGOZI, MOTHER)
    run(records, contacts.take_back, added)
    assert [count(records, kind) for kind in kinds] == before


def test_undoing_keeps_whoever_was_known_before(records: Records, child: UUID, mary: UUID) -> None:
    added = run(records, contacts.add, child, mary, Details("aunt"))
    run(records, contacts.take_back, added)
    assert run(records, contacts.people_of, child) == ()
    assert run(records, people.open_record, mary).banner.name == "ORCHARD, Mary (Mrs)"
    new = run(records, contacts.add, child, NGOZI, MOTHER)
    run(records, contacts.add, mary, only(records, child).person, Details("friend"))
    run(records, contacts.take_back, new)
    assert only(records, mary).name == "EZENWA, Ngozi (Mrs)"


def test_an_addition_that_was_changed_since_is_ended_instead(records: Records, child: UUID) -> None:
    added = run(records, contacts.add, child, NGOZI, MOTHER)
    run(records, contacts.change, added.contact, 1, replace(MOTHER, scope="Everything"))
    with pytest.raises(Invalid, match="End it instead"):
        run(records, contacts.take_back, added)


def test_a_child_judged_able_to_decide_is_asked_before_the_parent_is_told(
    records: Records, child: UUID
) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    who = only(records, child).person
    assert run(records, contacts.may_speak_to, child, who, TODAY).speaking is Speaking.YES
    run(records, competence.record, child, Judgement(TODAY, True, "coming here", "Understood it all."))
    answer = run(records, contacts.may_speak_to, child, who, TODAY)
    assert answer.speaking is Speaking.NO
    assert "judged able to decide alone on 23-Nov-2026" in answer.sentence
    yesterday = run(records, contacts.may_speak_to, child, who, TODAY - timedelta(days=1))
    assert yesterday.speaking is Speaking.YES
    run(records, competence.record, child, Judgement(TODAY, False, "coming here", "Was in distress."))
    assert run(records, contacts.may_speak_to, child, who, TODAY).speaking is Speaking.YES


def test_a_young_person_of_16_decides_by_age_and_a_parent_of_18_is_told_nothing(
    records: Records, child: UUID
) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    who = only(records, child).person
    answers = {
        day: run(records, contacts.may_speak_to, child, who, day).sentence
        for day in (date(2030, 4, 30), date(2030, 5, 1), date(2032, 5, 1))
    }
    assert answers[date(2030, 4, 30)].startswith("Yes:")
    assert "decides alone by age since 01-May-2030" in answers[date(2030, 5, 1)]
    assert "came of age on 01-May-2032" in answers[date(2032, 5, 1)]


def test_what_the_patient_decided_about_a_named_person_is_heeded(records: Records, child: UUID) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    who = only(records, child).person

    def decide(decision: Decision, recipient: str) -> None:
        with records.work(use_case="tests.arrange") as work:
            work.add(
                Consent(
                    person_id=child,
                    purpose=Purpose.SHARE_WITH_RELATIVE,
                    channel=None,
                    nature=Nature.CONFIDENTIALITY,
                    decision=decision,
                    decided_on=TODAY,
                    named_recipient=recipient,
                    recorded_at=work.now,
                )
            )

    decide(Decision.REFUSED, "Mr Chidi Ezenwa (father)")
    assert run(records, contacts.may_speak_to, child, who, TODAY).speaking is Speaking.YES
    decide(Decision.REFUSED, "Mrs Ngozi Ezenwa (mother)")
    assert "was refused" in run(records, contacts.may_speak_to, child, who, TODAY).sentence


def test_whoever_the_record_is_kept_from_is_not_spoken_to(records: Records, child: UUID) -> None:
    added = run(records, contacts.add, child, NGOZI, MOTHER)
    keeping = Keeping(Expectation.EXPRESSLY_BARRED, TODAY, contact=added.contact)
    entry = run(records, kept_from.keep, child, keeping)
    known = only(records, child)
    assert known.is_kept_from
    assert known.speaking.sentence == "No: nothing of this is to be shown to Mrs Ngozi Ezenwa."
    run(records, kept_from.lift, entry)
    assert only(records, child).speaking.speaking is Speaking.YES
    assert not only(records, child).is_kept_from


@pytest.mark.parametrize("named", ["Mrs N Ezenwa", "Ngozi Ezenwa", "Mother"])
def test_whoever_is_on_the_list_by_name_alone_is_not_spoken_to_either(
    records: Records, child: UUID, named: str
) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    run(records, kept_from.keep, child, Keeping(Expectation.EXPRESSLY_BARRED, TODAY, named="Mr C Ode"))
    assert only(records, child).speaking.speaking is Speaking.YES
    run(records, kept_from.keep, child, Keeping(Expectation.EXPRESSLY_BARRED, TODAY, named=named))
    known = only(records, child)
    assert known.is_kept_from
    assert known.speaking.speaking is Speaking.NO
    groups = {group.title: group.facts for group in run(records, people.open_record, child).groups}
    assert "MAY NOT SPEAK TO: this record is kept from them" in groups["Contacts"][0][1]


def test_a_bar_with_a_last_day_only_warns_in_the_summary(records: Records, child: UUID) -> None:
    run(records, contacts.add, child, NGOZI, replace(MOTHER, not_to_speak_until=TODAY))
    groups = {group.title: group.facts for group in run(records, people.open_record, child).groups}
    assert f"MAY NOT SPEAK TO until {show(TODAY)}" in groups["Contacts"][0][1]


def test_undoing_an_addition_keeps_somebody_who_is_in_a_letter_by_now(records: Records, child: UUID) -> None:
    added = run(records, contacts.add, child, NGOZI, MOTHER)
    ngozi = only(records, child).person
    with records.work(use_case="tests.arrange") as work:
        work.add(Call(at=work.now, direction=Direction.IN, subjects=[CallSubject(person_id=ngozi)]))
    run(records, contacts.take_back, added)
    assert run(records, contacts.people_of, child) == ()
    with records.work(writes=False) as work:
        assert work.find(Person, ngozi) is not None


def test_a_receptionist_keeps_contacts_and_the_log_names_no_values(
    open_as: Opener, records: Records, child: UUID
) -> None:
    reception = open_as(Role.RECEPTIONIST)
    run(reception, contacts.add, child, NGOZI, MOTHER)
    assert only(reception, child).seen_by == "DIRECTOR, Dana"  # the tests' roles share one account
    with pytest.raises(NotAllowed):
        run(reception, competence.record, child, Judgement(TODAY, True, "a", "b"))
    with records.work(writes=False) as work:
        rows = work.select(select(AuditEvent).where(AuditEvent.use_case == "contacts.add"))
        assert {row.kind for row in rows} == {"person", "contact", "phone", "email", "address"}
        assert "Ngozi" not in repr([(row.fields, row.reason_code) for row in rows])


def test_the_emergency_contact_of_a_record_shows_one_number_in_the_summary(
    records: Records, child: UUID
) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    groups = {group.title: group.facts for group in run(records, people.open_record, child).groups}
    assert groups["Contacts"] == (
        (
            "Mother",
            "EZENWA, Ngozi (Mrs), 07700 900123, emergency contact, parental responsibility",
        ),
    )


def test_a_competent_minors_own_safe_way_comes_first_in_the_record_and_the_banner(
    records: Records, child: UUID
) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.add(Phone(person_id=child, shown="01632 960001", safety=Safety.UNSAFE, position=0))
        work.add(Phone(person_id=child, shown="07700 900002", safety=Safety.SAFE, position=1))
    first = "01632 960001 (NOT SAFE)"
    assert run(records, people.open_record, child).banner.phones[0] == first
    run(records, competence.record, child, Judgement(TODAY, True, "coming here", "Understood it all."))
    record = run(records, people.open_record, child)
    assert record.banner.phones == ("07700 900002", first)
    reaching = next(group.facts for group in record.groups if group.title == "Reaching them")
    assert [value for label, value in reaching if label.endswith("phone")] == ["07700 900002", first]


def test_consents_by_channel_are_no_wish_about_a_person(records: Records, child: UUID) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    with records.work(use_case="tests.arrange") as work:
        work.add(
            Consent(
                person_id=child,
                purpose=Purpose.CONTACT,
                channel=Channel.SMS,
                nature=Nature.PREFERENCE,
                decision=Decision.REFUSED,
                decided_on=TODAY,
                named_recipient="Mrs Ngozi Ezenwa",
                recorded_at=work.now,
            )
        )
    assert only(records, child).speaking.speaking is Speaking.YES
