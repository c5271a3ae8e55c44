"""Registering a patient, changing details with what was there before kept, and taking it back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from practice_app.errors import Invalid, NotAllowed, OutOfDate, OutsideCaseload, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base
from practice_app.model.people import (
    GP,
    Address,
    EarlierDetail,
    GPPractice,
    HealthFact,
    HealthFactKind,
    IdentityCheck,
    Patient,
    Person,
    Phone,
    SearchEntry,
)
from practice_app.rules.permissions import Permission, Role
from practice_app.services import people, registration
from practice_app.services.marks import reads, run
from practice_app.services.registration import (
    AddressDetails,
    ChangedMeanwhile,
    Details,
    EmailDetails,
    HealthDetails,
    NoNHSNumber,
    PatientStatus,
    PhoneDetails,
    Safety,
    Sex,
)
from practice_app.storage.records import Records, Work
from tests import makers

FULL = Details(
    title="Ms",
    given="Jo",
    family="Bloggs",
    known_as="Jojo",
    born=date(1990, 5, 2),
    sex=Sex.FEMALE,
    nhs_number="999 000 0026",
    addresses=(
        AddressDetails(line_1="1 High Street", town="Ramsgate", postcode="ct118aa", note="Ring twice"),
    ),
    phones=(
        PhoneDetails(number="07700900123", safety=Safety.UNSAFE, note="Her partner answers"),
        PhoneDetails(number="01632 960123", safety=Safety.SAFE),
    ),
    emails=(EmailDetails(address="jo@example.org"),),
    safety_line="Never leave a message.",
    registered_on=makers.TODAY,
    source="told by the patient",
    introduced_by="Dr Okafor",
    identity_seen="passport",
    health=(HealthDetails(text="Latex", told_on=date(2026, 1, 5), source="told by the patient"),),
)


@pytest.fixture
def margaret(records: Records) -> UUID:
    """Somebody with a phone, an address and an allergy."""
    with records.work(use_case="tests.arrange") as work:
        id = makers.patient(work, phones=["01632 960123"], postcode="CT11 8AA", nhs_number="9990000018")
        work.add(
            HealthFact(patient_id=id, kind=HealthFactKind.ALLERGY, text="Latex", told_on=date(2026, 1, 5))
        )
    return id


def details(records: Records, patient: UUID) -> Details:
    return run(records, registration.details, patient)


def change(records: Records, patient: UUID, reason: str = "", **wanted: Any) -> registration.Undo | None:
    before = details(records, patient)
    return run(records, registration.change, patient, before, replace(before, **wanted), reason)


def earlier(records: Records, patient: UUID) -> list[tuple[str, str, str]]:
    return [(each.what, each.was, each.reason) for each in run(records, people.open_record, patient).earlier]


@reads(Permission.FIND_PEOPLE)
def everything(work: Work) -> dict[str, set[tuple[Any, ...]]]:
    """Every row of every table about people, without its version."""
    kinds = [Person, Patient, Address, Phone, HealthFact, IdentityCheck, EarlierDetail, GP, SearchEntry]
    found = {}
    for kind in kinds:
        columns = [column for column in kind.__table__.c if column.name != "version"]
        found[kind.__tablename__] = {tuple(map(str, row)) for row in work.rows(select(*columns))}
    return found


@reads(Permission.FIND_PEOPLE)
def rows(work: Work, table: type[Base], **given: Any) -> list[Any]:
    return list(work.select(select(table).filter_by(**given)))


# Registering


def test_a_nickname_is_enough(records: Records) -> None:
    id = run(records, registration.register, Details(known_as="Bluebird"))
    shown = run(records, people.open_record, id)
    assert shown.banner.name == "Bluebird"
    assert [found.id for found in run(records, people.find, "bluebird")] == [id]


def test_everything_is_kept_and_read_back(records: Records) -> None:
    id = run(records, registration.register, FULL)
    back = details(records, id)
    assert (back.given, back.family, back.born, back.sex) == ("Jo", "Bloggs", date(1990, 5, 2), Sex.FEMALE)
    assert back.nhs_number == "9990000026"
    assert [each.words for each in back.addresses] == ["Home: 1 High Street, Ramsgate, CT11 8AA (Ring twice)"]
    assert [each.words for each in back.phones] == [
        "Mobile: 07700 900123 (not safe, Her partner answers)",
        "Mobile: 01632 960123 (safe)",
    ]
    assert back.introduced_by == "Dr Okafor"
    assert [each.words for each in back.health or ()] == ["Allergy: Latex (05-Jan-2026, told by the patient)"]
    (proof,) = run(records, rows, IdentityCheck, person_id=id)
    assert (proof.document_seen, proof.seen_on, proof.seen_by_id) == (
        "passport", makers.TODAY, records.actor.id,
    )  # fmt: skip
    for typed in ("jo blo", "jojo", "02/05/1990", "999 000 0026", "07700 900123", "CT11 8AA"):
        assert [found.id for found in run(records, people.find, typed)] == [id], typed


def test_practice_numbers_go_up_and_none_is_given_twice(records: Records) -> None:
    ids = [run(records, registration.register, Details(known_as=each)) for each in ("One", "Two")]
    run(records, registration.take_back_registration, ids[1])
    ids[1] = run(records, registration.register, Details(known_as="Three"))
    numbers = [int(run(records, people.open_record, id).banner.number) for id in ids]
    assert numbers[1] == numbers[0] + 2


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({}, "given", "Give a name"),
        ({"known_as": "\u200b\u2060"}, "given", "Give a name"),
        ({"family": "x" * 201}, "family", "201 characters"),
        ({"family": "ß" * 200, "given": "ß" * 100}, "family", "too long"),
        (
            {"given": "Jo", "nhs_number": "485 777 3456"},
            "nhs_number",
            "wrong. Look at a letter",
        ),
        ({"given": "Jo", "nhs_number": "12345"}, "nhs_number", "ten digits"),
        ({"given": "Jo", "born": date(2026, 11, 24)}, "born", "in the future"),
        ({"given": "Jo", "safety_line": "Card 4111 1111 1111 1111"}, "safety_line", "payment card"),
        ({"given": "Jo", "phones": (PhoneDetails(note="x" * 201, number="1"),)}, "phones.0.note", "201"),
        ({"given": "Jo", "identity_seen_on": makers.TODAY}, "identity_seen", "Say what was seen"),
        ({"given": "Jo", "title": "x" * 36}, "title", "35 characters"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_words(
    records: Records, given: dict[str, Any], field: str, says: str
) -> None:
    with pytest.raises(Invalid, match=says) as refused:
        run(records, registration.register, Details(**given))
    assert refused.value.field == field
    assert run(records, people.find, "") == ()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"phones": (PhoneDetails(number="12345"),)}, "phones.0.number"),
        ({"emails": (EmailDetails(address="jo at example"),)}, "emails.0.address"),
        ({"addresses": (AddressDetails(line_1="Houseboat", postcode="nowhere"),)}, "addresses.0.postcode"),
        ({"nhs_number": "999 000 0018"}, "nhs_number"),
        ({"born": date(1850, 1, 1)}, "born"),
        ({"born": date(2012, 1, 1)}, "born"),
        ({"registered_on": date(2027, 1, 1)}, "registered_on"),
        ({"registered_on": date(2026, 1, 2), "discharged_on": date(2026, 1, 1)}, "discharged_on"),
        ({"gp_name": "Dr Rose Okafor"}, "gp_practice"),
    ],
)
def test_what_looks_odd_is_said_and_stored(records: Records, given: dict[str, Any], field: str) -> None:
    wanted = Details(given="Jo", **given)
    checked = registration.check(wanted, makers.TODAY)
    assert list(checked.warnings) == [field]
    assert checked.errors == {}
    assert run(records, registration.register, wanted)


def test_a_gp_who_is_typed_is_entered_once_at_their_practice(records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        surgery = GPPractice(name="Seafront Surgery", name_key="seafront surgery")
        work.add(surgery)
    first, second = (
        run(
            records, registration.register, Details(given=each, gp_practice=surgery.id, gp_name="Dr R Okafor")
        )
        for each in ("Ann", "Ben")
    )
    assert details(records, first).gp == details(records, second).gp is not None
    assert "OKAFOR, R (Dr)" in run(records, people.open_record, first).banner.gp


def test_a_receptionist_neither_sees_nor_overwrites_what_was_told_of_health(
    open_as: Callable[[Role], Records], records: Records, margaret: UUID
) -> None:
    desk = open_as(Role.RECEPTIONIST)
    seen = details(desk, margaret)
    assert seen.health is None
    run(desk, registration.change, margaret, seen, replace(seen, known_as="Peggy"))
    assert [each.text for each in details(records, margaret).health or ()] == ["Latex"]
    with pytest.raises(NotAllowed):
        run(desk, registration.change, margaret, seen, replace(seen, health=()))
    with pytest.raises(NotAllowed):
        run(desk, registration.register, FULL)


def test_opening_the_form_is_a_viewing(records: Records, margaret: UUID) -> None:
    details(records, margaret)
    (event,) = run(records, rows, AuditEvent, action="viewed")
    assert (event.record_id, event.use_case) == (margaret, "registration.details")


# Changing


def test_a_change_keeps_the_old_value_with_who_when_and_why(records: Records, margaret: UUID) -> None:
    change(records, margaret, "Married", family="Price", born=None)
    assert sorted(earlier(records, margaret)) == [
        ("Birth date", "14-Mar-1958", "Married"),
        ("Family name", "Holloway", "Married"),
    ]
    (kept, _other) = run(records, people.open_record, margaret).earlier
    assert (kept.until, kept.by) == (makers.TODAY, "DIRECTOR, Dana")
    assert [found.id for found in run(records, people.find, "price")] == [margaret]
    assert run(records, people.find, "holloway") == ()


def test_a_reason_longer_than_is_kept_is_refused(records: Records, margaret: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        change(records, margaret, "x" * 501, family="Reed")
    assert refused.value.field == "reason"
    assert change(records, margaret, "x" * 500, family="Reed") is not None
    assert earlier(records, margaret)[0][2] == "x" * 500


def test_nothing_is_written_when_nothing_differs(records: Records, margaret: UUID) -> None:
    before = details(records, margaret)
    spaced = replace(before, family=" Holloway  ", phones=(replace(before.phones[0], number="01632960123"),))
    assert run(records, registration.change, margaret, before, spaced) is None
    assert earlier(records, margaret) == []


def test_an_address_that_ends_stays_and_is_not_used(records: Records, margaret: UUID) -> None:
    change(records, margaret, addresses=(AddressDetails(line_1="2 New Road", postcode="CT10 1AA"),))
    old, new = sorted(run(records, rows, Address, person_id=margaret), key=lambda row: row.line_1)
    assert (old.line_1, old.valid_to) == ("1 High Street", makers.TODAY - timedelta(days=1))
    assert (new.line_1, new.valid_to) == ("2 New Road", None)
    assert run(records, people.open_record, margaret).banner.address == "2 New Road, CT10 1AA"
    assert [found.postcode for found in run(records, people.find, "holloway")] == ["CT10 1AA"]
    assert ("Address", "Home: 1 High Street, Ramsgate, CT11 8AA", "") in earlier(records, margaret)


def test_the_order_is_the_order_of_preference(records: Records, margaret: UUID) -> None:
    (home,) = details(records, margaret).phones
    change(records, margaret, phones=(PhoneDetails(number="07700 900123"), home))
    assert run(records, people.open_record, margaret).banner.phones == ("07700 900123", "01632 960123")
    assert earlier(records, margaret) == []
    change(records, margaret, phones=details(records, margaret).phones[::-1])
    assert run(records, people.open_record, margaret).banner.phones == ("01632 960123", "07700 900123")


def test_another_persons_row_cannot_be_taken_over(records: Records, margaret: UUID) -> None:
    other = run(records, registration.register, Details(known_as="Bluebird"))
    (hers,) = details(records, margaret).phones
    change(records, other, phones=(hers,))
    assert [each.number for each in details(records, margaret).phones] == ["01632 960123"]
    assert len(run(records, rows, Phone)) == 2


def test_what_was_told_of_health_ends_and_is_not_overwritten(records: Records, margaret: UUID) -> None:
    (latex,) = details(records, margaret).health or ()
    change(records, margaret, health=(replace(latex, text="Latex, severe"),))
    assert [each.text for each in details(records, margaret).health or ()] == ["Latex, severe"]
    ended = {row.text: row.ended_on for row in run(records, rows, HealthFact)}
    assert ended == {"Latex": makers.TODAY, "Latex, severe": None}
    assert earlier(records, margaret) == []


def test_two_writers_of_different_fields_both_keep_theirs(records: Records, margaret: UUID) -> None:
    read_by_both = details(records, margaret)
    run(records, registration.change, margaret, read_by_both, replace(read_by_both, known_as="Peggy"))
    run(records, registration.change, margaret, read_by_both, replace(read_by_both, title="Dr"))
    after = details(records, margaret)
    assert (after.known_as, after.title) == ("Peggy", "Dr")


def test_two_writers_of_one_field_are_told_and_nothing_is_lost(records: Records, margaret: UUID) -> None:
    read_by_both = details(records, margaret)
    theirs = (*read_by_both.phones, PhoneDetails(number="07700 900123"))
    run(records, registration.change, margaret, read_by_both, replace(read_by_both, phones=theirs))
    with pytest.raises(ChangedMeanwhile) as met:
        run(
            records, registration.change, margaret, read_by_both,
            replace(read_by_both, phones=(), title="Dr"),
        )  # fmt: skip
    assert [each.value for each in met.value.theirs["phones"]] == ["01632 960123", "07700 900123"]
    assert details(records, margaret).title == "Mrs"


def test_confirmed_today_is_one_step_and_can_be_taken_back(records: Records, margaret: UUID) -> None:
    before = run(records, everything)
    undo = run(records, registration.confirm, margaret)
    assert run(records, people.open_record, margaret).confirmed_on == makers.TODAY
    run(records, registration.take_back, undo)
    assert run(records, everything) == before


# Taking back


def test_taking_a_change_back_leaves_every_table_as_it_was(records: Records, margaret: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        surgery = GPPractice(name="Seafront Surgery", name_key="seafront surgery")
        work.add(surgery)
    before = run(records, everything)
    undo = change(
        records,
        margaret,
        "A slip",
        **{name: getattr(FULL, name) for name in ("given", "born", "addresses", "phones", "emails", "health",
                                                   "identity_seen", "safety_line", "introduced_by")},
        status=PatientStatus.DISCHARGED,
        gp_practice=surgery.id,
        gp_name="Dr R Okafor",
    )  # fmt: skip
    changed = run(records, everything)
    assert {name for name in before if before[name] != changed[name]} >= {
        "person", "patient", "address", "phone", "health_fact", "identity_check", "earlier_detail", "gp",
        "search_entry",
    }  # fmt: skip
    assert undo is not None
    run(records, registration.take_back, undo)
    assert run(records, everything) == before


def test_a_change_that_was_changed_again_is_not_taken_back(records: Records, margaret: UUID) -> None:
    undo = change(records, margaret, known_as="Peggy")
    change(records, margaret, title="Dr")
    before = run(records, everything)
    assert undo is not None
    with pytest.raises(OutOfDate):
        run(records, registration.take_back, undo)
    assert run(records, everything) == before


def test_the_log_keeps_the_change_and_its_undoing(records: Records, margaret: UUID) -> None:
    undo = change(records, margaret, known_as="Peggy")
    assert undo is not None
    run(records, registration.take_back, undo)
    events = run(records, rows, AuditEvent, record_id=margaret, kind="person", action="changed")
    assert [event.use_case for event in events] == ["registration.change", "registration.take_back"]


def test_a_registration_is_taken_back_whole(records: Records) -> None:
    before = run(records, everything)
    id = run(records, registration.register, FULL)
    run(records, registration.take_back_registration, id)
    assert run(records, everything) == before


def test_a_registration_stays_when_something_hangs_on_it(records: Records) -> None:
    id = run(records, registration.register, FULL)
    with records.work(use_case="tests.arrange") as work:
        makers.appointment(work, [id], makers.practitioner(work))
    before = run(records, everything)
    with pytest.raises(PracticeError, match="Something is recorded"):
        run(records, registration.take_back_registration, id)
    assert run(records, everything) == before


def test_nobody_else_and_nothing_old_is_taken_back(records: Records, margaret: UUID) -> None:
    id = run(records, registration.register, Details(known_as="Bluebird"))
    records.clock = lambda: makers.NOW + timedelta(minutes=6)
    for patient in (margaret, id):
        with pytest.raises(NotAllowed):
            run(records, registration.take_back_registration, patient)


def test_a_therapist_sees_whom_they_register_and_nobody_elses(
    open_as: Callable[[Role], Records], margaret: UUID
) -> None:
    therapist = open_as(Role.THERAPIST)
    id = run(therapist, registration.register, FULL)
    assert details(therapist, id).family == "Bloggs"
    run(therapist, registration.take_back_registration, id)
    with pytest.raises(OutsideCaseload):
        details(therapist, margaret)
    with pytest.raises(OutsideCaseload):
        run(therapist, registration.confirm, margaret)


# Nasty and long values


@pytest.mark.parametrize("name", ["Иван", "محمد بن سلمان", "O'Neil-Smith", "李小龍", "Zoë 👩‍👧", "x" * 200])
def test_a_name_in_any_script_is_kept_and_found(records: Records, name: str) -> None:
    id = run(records, registration.register, Details(family=name))
    assert details(records, id).family == name
    if name.isprintable():
        assert id in [found.id for found in run(records, people.find, name)]


_NASTY = (
    "'; DROP TABLE person; --", "<script>alert(1)</script>", "%s%n", "\x00\x07bell", "NULL", "-1", "ＤＲ",
    "‮txet desrever", "﷽", "🏳️‍🌈", "a\u0300\u0301\u0302", "\ud800", "..\\..\\x", "=1+1", "\u200b",
)  # fmt: skip


@given(st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_goes_through_every_field_or_is_refused_in_words(records: Records, data: Any) -> None:
    text = st.sampled_from(_NASTY) | st.text(st.characters(), max_size=40)
    names = ("title", "given", "family", "known_as", "safety_line", "source", "introduced_by", "gp_name",
             "identity_seen")  # fmt: skip
    typed = replace(
        FULL,
        **{name: data.draw(text) for name in names},
        phones=(PhoneDetails(number=data.draw(text), note=data.draw(text)),),
        emails=(EmailDetails(address=data.draw(text), note=data.draw(text)),),
        addresses=(AddressDetails(line_1=data.draw(text), postcode=data.draw(text)),),
        health=(HealthDetails(text=data.draw(text), source=data.draw(text)),),
    )
    if registration.check(typed, makers.TODAY).errors:
        with pytest.raises(Invalid):
            run(records, registration.register, typed)
        return
    id = run(records, registration.register, typed)
    kept = registration.tidied(typed)
    back = details(records, id)
    for name in ("title", "given", "family", "known_as", "safety_line", "source", "introduced_by"):
        assert getattr(back, name) == getattr(kept, name)
    assert [each.words for each in back.phones] == [each.words for each in kept.phones]
    run(records, people.open_record, id)


# Beginning from a search


@pytest.mark.parametrize(
    ("typed", "begun"),
    [
        ("Jo Bloggs", Details(given="Jo", family="Bloggs")),
        ("bloggs, jo (Ms)", Details(title="Ms", given="jo", family="bloggs")),
        ("Bluebird", Details(known_as="Bluebird")),
        ("999 000 0018", Details(nhs_number="999 000 0018")),
        ("14/3/1958", Details(born=date(1958, 3, 14))),
        ("07700 900123", Details(phones=(PhoneDetails(number="07700 900123"),))),
        ("jo@example.org", Details(emails=(EmailDetails(address="jo@example.org"),))),
        ("  ", Details()),
    ],
)
def test_a_form_begins_with_what_was_searched(typed: str, begun: Details) -> None:
    assert registration.begun_from(typed) == begun


def test_words_say_what_a_field_holds() -> None:
    said = {field: registration.said(field, getattr(FULL, field)) for field in registration.LABELS}
    assert said["phones"].startswith("Mobile: 07700 900123 (not safe, Her partner answers); Mobile")
    assert (said["born"], said["sex"], said["nhs_number"]) == ("02-May-1990", "Female", "999 000 0026")
    assert registration.said("no_nhs_number", NoNHSNumber.NOT_KNOWN) == "They do not know it"
    assert registration.said("gender", Details().gender) == ""
