"""What is held about who somebody is, how to reach them, and what they are to the practice."""

from sqlalchemy import select

from practice_app.model.people import (
    GP,
    Address,
    AddressBookEntry,
    Contact,
    EarlierDetail,
    Email,
    Enquiry,
    HealthFact,
    IdentityCheck,
    NoNHSNumber,
    Patient,
    Person,
    Phone,
    Safety,
)
from practice_app.rules import identifiers, names
from practice_app.rules.authority import Authority
from practice_app.services import person_words
from practice_app.services.reaching import one_line
from practice_app.services.subject_access import other_people
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Reading,
    Section,
    Shown,
    day,
    facts,
    technical,
    words,
    yes,
)

_ENTERED_WITH = "Recorded with the person's details"


def _person(_reading: Reading, row: Person) -> Shown:
    return Shown(
        names.plain_name(other_people.name_of(row)),
        row.source or RECORDED_HERE,
        facts(
            ("Title", row.title or ""),
            ("First names", row.given or ""),
            ("Family name", row.family or ""),
            ("Known as", row.known_as or ""),
            ("Born", day(row.born)),
            ("Died", day(row.died)),
            ("Sex", words(row.sex)),
            ("Gender", words(row.gender)),
            ("Details last confirmed", day(row.details_confirmed_on)),
        ),
    )


def _patient(reading: Reading, row: Patient) -> Shown:
    return Shown(
        f"Practice number {row.number}",
        RECORDED_HERE,
        facts(
            ("NHS number", identifiers.show_nhs_number(row.nhs_number) if row.nhs_number else ""),
            ("No NHS number because", _why_no_number(row)),
            ("Status", words(row.status)),
            ("Registered", day(row.registered_on)),
            ("Discharged", day(row.discharged_on)),
            ("Archived", day(row.archived_on)),
            ("Introduced by", row.introduced_by),
            ("For safe contact", row.safety_line),
            ("GP practice", other_people.gp_practice(reading, row.gp_practice_id)),
            ("GP", other_people.gp(reading, row.gp_id)),
        ),
    )


def _why_no_number(row: Patient) -> str:
    if row.nhs_number or row.no_nhs_number is NoNHSNumber.NOT_ASKED:
        return ""
    return person_words.NO_NHS_NUMBER[row.no_nhs_number]


def _safe(safety: Safety) -> str:
    return {
        Safety.NOT_ASKED: "Not asked",
        Safety.SAFE: "Yes",
        Safety.UNSAFE: "No: others may see or hear it",
    }[safety]


def _address(reading: Reading, row: Address) -> Shown:
    return Shown(
        f"{words(row.kind)} address",
        _details_source(reading),
        facts(
            ("Address", one_line(row)),
            ("Safe to write to", _safe(row.safety)),
            ("Remark", row.note),
            ("From", day(row.valid_from)),
            ("Until", day(row.valid_to)),
        ),
    )


def _phone(reading: Reading, row: Phone) -> Shown:
    return Shown(
        f"{words(row.kind)} phone",
        _details_source(reading),
        facts(
            ("Number", row.shown),
            ("As dialled", row.e164 or ""),
            ("Safe to ring", _safe(row.safety)),
            ("Remark", row.note),
        ),
    )


def _email(reading: Reading, row: Email) -> Shown:
    return Shown(
        f"{words(row.kind)} e-mail",
        _details_source(reading),
        facts(("Address", row.address), ("Safe to write to", _safe(row.safety)), ("Remark", row.note)),
    )


def _details_source(reading: Reading) -> str:
    """Ways of reaching somebody came with their other details."""
    return reading.person.source or _ENTERED_WITH


def _gp(reading: Reading, row: GP) -> Shown:
    return Shown(
        "Recorded as a GP",
        RECORDED_HERE,
        facts(("Practice", other_people.gp_practice(reading, row.gp_practice_id))),
    )


def _address_book_entry(_reading: Reading, row: AddressBookEntry) -> Shown:
    return Shown(
        "In our address book",
        RECORDED_HERE,
        facts(("Organisation", row.organisation), ("Work", row.job)),
    )


def _own_contact(reading: Reading, row: Contact) -> Shown:
    person = reading.work.get(Person, row.person_id)
    return Shown(
        names.plain_name(other_people.name_of(person)),
        row.source or RECORDED_HERE,
        facts(
            ("Relation", row.relation),
            ("Authority", words(row.authority) if row.authority is not Authority.NONE else ""),
            ("Document seen", row.authority_seen),
            ("Seen on", day(row.authority_seen_on)),
            ("Seen by", other_people.staff(reading, row.authority_seen_by_id)),
            ("May be told", row.scope),
            ("From", day(row.valid_from)),
            ("Until", day(row.valid_to)),
            ("Emergency contact", yes(row.is_emergency_contact)),
            ("We may speak to them from", day(row.may_speak_from)),
            ("We may speak to them until", day(row.may_speak_until)),
            ("We may not speak to them from", day(row.not_to_speak_from)),
            ("We may not speak to them until", day(row.not_to_speak_until)),
            ("How to reach them stands in your record", yes(row.shows_reach)),
            ("You confirmed it when of age, on", day(row.confirmed_on)),
        ),
    )


def _as_contact(_reading: Reading, row: Contact) -> Shown:
    return Shown(
        "Recorded as a contact of another person",
        RECORDED_HERE,
        facts(
            ("Authority shown to us", words(row.authority) if row.authority is not Authority.NONE else ""),
            ("Seen on", day(row.authority_seen_on)),
            ("Emergency contact", yes(row.is_emergency_contact)),
        ),
    )


_THEIRS = "the other person's: it would tell who they are, or what they agreed with us about themselves"


def _health_fact(_reading: Reading, row: HealthFact) -> Shown:
    return Shown(
        words(row.kind),
        row.source or RECORDED_HERE,
        facts(("Told on", day(row.told_on)), ("Ended on", day(row.ended_on))),
        row.text,
    )


def _identity_check(reading: Reading, row: IdentityCheck) -> Shown:
    return Shown(
        "Identity seen",
        RECORDED_HERE,
        facts(("Document", row.document_seen), ("Seen by", other_people.staff(reading, row.seen_by_id))),
    )


def _earlier_detail(reading: Reading, row: EarlierDetail) -> Shown:
    return Shown(
        f"{row.what} until it was changed",
        RECORDED_HERE,
        facts(
            ("Was", row.was),
            ("Changed by", other_people.staff(reading, row.changed_by_id)),
            ("Why", row.reason),
        ),
    )


def _enquiry(_reading: Reading, row: Enquiry) -> Shown:
    return Shown(
        "Enquiry",
        f"Told by {row.channel}" if row.channel else RECORDED_HERE,
        facts(("Closed on", day(row.closed_on))),
        row.about,
    )


PERSON = Section(
    Person,
    "Who you are",
    rows=lambda person: select(Person).where(Person.id == person),
    dated=lambda reading, row: reading.local(row.entered_at),
    shown=_person,
    left_out=technical(
        display_name="the name as screens write it, made from its parts",
        name_key="the name as lists sort it, made from its parts",
        person_key="a random number that protects proofs about this record",
    ),
)

SECTIONS = (
    PERSON,
    Section(
        Patient,
        "You as a patient",
        rows=lambda person: select(Patient).where(Patient.id == person),
        dated=lambda reading, row: row.registered_on or reading.entered(row.id),
        shown=_patient,
        left_out=technical(),
    ),
    Section(
        Address,
        "Addresses",
        rows=lambda person: select(Address).where(Address.person_id == person).order_by(Address.position),
        dated=lambda reading, row: row.valid_from or reading.entered(row.id),
        shown=_address,
        left_out=technical("person_id", "position"),
    ),
    Section(
        Phone,
        "Telephone numbers",
        rows=lambda person: select(Phone).where(Phone.person_id == person).order_by(Phone.position),
        dated=lambda reading, row: reading.entered(row.id),
        shown=_phone,
        left_out=technical(
            "person_id", "position", digits="the number as it is searched for, made from the number shown"
        ),
    ),
    Section(
        Email,
        "E-mail addresses",
        rows=lambda person: select(Email).where(Email.person_id == person).order_by(Email.position),
        dated=lambda reading, row: reading.entered(row.id),
        shown=_email,
        left_out=technical("person_id", "position"),
    ),
    Section(
        Contact,
        "People recorded with you",
        rows=lambda person: select(Contact).where(Contact.patient_id == person),
        dated=lambda reading, row: row.valid_from or reading.entered(row.id),
        shown=_own_contact,
        left_out=technical("patient_id"),
        note=(
            "These are the people you named to us. We may also hold how to reach them; that is theirs and is "
            "not in this copy (Data Protection Act 2018, Schedule 2, paragraph 16)."
        ),
    ),
    Section(
        Contact,
        "You as somebody's contact",
        rows=lambda person: select(Contact).where(Contact.person_id == person),
        dated=lambda reading, row: row.authority_seen_on or reading.entered(row.id),
        shown=_as_contact,
        left_out=technical(
            "person_id",
            patient_id=_THEIRS,
            relation=_THEIRS,
            authority_seen=_THEIRS,
            authority_seen_by_id=_THEIRS,
            scope=_THEIRS,
            valid_from=_THEIRS,
            valid_to=_THEIRS,
            may_speak_from=_THEIRS,
            may_speak_until=_THEIRS,
            shows_reach=_THEIRS,
            confirmed_on=_THEIRS,
            not_to_speak_from=_THEIRS,
            not_to_speak_until=_THEIRS,
            source=_THEIRS,
        ),
        note=(
            "Who the other person is, and whatever they arranged with us, is information about them and is "
            "not in this copy (Data Protection Act 2018, Schedule 2, paragraph 16)."
        ),
        is_own=False,
    ),
    Section(
        HealthFact,
        "Health, as told to us",
        rows=lambda person: select(HealthFact).where(HealthFact.patient_id == person),
        dated=lambda reading, row: row.told_on or reading.entered(row.id),
        shown=_health_fact,
        left_out=technical("patient_id"),
    ),
    Section(
        IdentityCheck,
        "Proof of identity",
        rows=lambda person: select(IdentityCheck).where(IdentityCheck.person_id == person),
        dated=lambda _reading, row: row.seen_on,
        shown=_identity_check,
        left_out=technical("person_id"),
        note="We noted what we saw. We kept no copy of the document.",
    ),
    Section(
        EarlierDetail,
        "Your details before they were changed",
        rows=lambda person: select(EarlierDetail).where(EarlierDetail.person_id == person),
        dated=lambda reading, row: reading.local(row.changed_at),
        shown=_earlier_detail,
        left_out=technical("person_id", change_id="ties together what was changed in one go"),
    ),
    Section(
        Enquiry,
        "Enquiries",
        rows=lambda person: select(Enquiry).where(Enquiry.person_id == person),
        dated=lambda reading, row: reading.local(row.received_at),
        shown=_enquiry,
        left_out=technical("person_id"),
    ),
    Section(
        AddressBookEntry,
        "You in our address book",
        rows=lambda person: select(AddressBookEntry).where(AddressBookEntry.id == person),
        dated=lambda reading, row: reading.entered(row.id),
        shown=_address_book_entry,
        left_out=technical(),
    ),
    Section(
        GP,
        "You as a GP",
        rows=lambda person: select(GP).where(GP.id == person),
        dated=lambda reading, row: reading.entered(row.id),
        shown=_gp,
        left_out=technical(),
    ),
)
