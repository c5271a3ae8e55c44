"""The fields an import knows, by kind of row, with the headings that people give them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the rows of a file are."""

    PATIENTS = "patients"
    APPOINTMENTS = "appointments"
    NOTES = "notes"
    CONSENTS = "consents"
    CALLS = "calls"
    LETTERS = "letters"
    CONTACTS = "contacts"
    RELATIONS = "relations"


@dataclass(frozen=True, slots=True)
class Field:
    """One fact a row can hold.

    `also` are headings that mean it, as people write them (case, spaces and punctuation do not count).
    `longest` is how many characters the record keeps; 0 where the value is not kept as text.
    """

    name: str
    meaning: str
    also: tuple[str, ...] = ()
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Need:
    """Fields of which a file must have at least one, and what they tell."""

    any_of: tuple[str, ...]
    what: str


def _field(name: str, meaning: str, also: str = "", longest: int = 0) -> Field:
    return Field(name, meaning, tuple(filter(None, (word.strip() for word in also.split(",")))), longest)


_OLD_SYSTEMS_ID = (
    "patient id, patient ref, patient reference, client id, client ref, client reference, "
    "patient no, patient number, client no, client number, pat no, pat id, pt id"
)
_NAME_AND_BIRTH = (
    _field(
        "family", "Family name (surname)", "surname, last name, lastname, last, family name, second name", 200
    ),
    _field(
        "given",
        "Given name or names",
        "first name, firstname, first, first names, forename, forenames, given name, given names, "
        "christian name",
        200,
    ),
    _field(
        "full_name",
        "The whole name in one column: “Smith, John (Mr)” or “Mr John Smith”",
        "name, full name, patient, client, patient name, client name, display name",
        400,
    ),
    _field("birth_date", "Date of birth", "dob, date of birth, birth date, birthdate, birthday, born, d o b"),
)
_NHS_NUMBER = _field(
    "nhs_number",
    "NHS number, ten digits",
    "nhs, nhs no, nhs num, nhs number, nhs id, nhs identifier, new nhs no",
)
_NAMES_A_PATIENT = (
    _field("patient_ref", "The patient's id in the old system", _OLD_SYSTEMS_ID, 200),
    _field("practice_number", "The patient's practice number here", "practice no, practice patient number"),
    _NHS_NUMBER,
    *_NAME_AND_BIRTH,
)
_A_PATIENT = Need(
    ("patient_ref", "practice_number", "nhs_number", "full_name", "family", "given"),
    "which patient a row is about",
)


_ADDRESS = (
    _field(
        "address",
        "The whole address in one column: its lines parted by line breaks or commas",
        "full address, home address, postal address, street address, patient address",
        1000,
    ),
    _field(
        "house",
        "House number or name: put before the first address line",
        "house number, house no, house name, house name number, street number, building, building number",
        100,
    ),
    _field(
        "address_1",
        "First address line",
        "address line 1, addr 1, addr1, address1, line 1, street, road, street name, address street",
        200,
    ),
    _field("address_2", "Second address line", "address line 2, addr 2, addr2, address2, line 2", 200),
    _field("address_3", "Third address line", "address line 3, addr 3, addr3, address3, line 3", 200),
    _field("address_4", "Fourth address line", "address line 4, addr 4, addr4, address4, line 4", 200),
    _field("town", "Town or city", "city, town city, city town, post town, posttown, suburb, locality", 200),
    _field("county", "County", "state, region, county state, province", 200),
    _field("postcode", "Postcode", "post code, postal code, zip, zip code, pcode, home postcode", 20),
    _field("country", "Country", "country name, address country", 100),
    _field(
        "work_address",
        "Address at work: whole, in one column",
        "business address, office address",
        1000,
    ),
    _field(
        "temporary_address",
        "Address for a time: whole, in one column",
        "temp address, term time address",
        1000,
    ),
    _field("temporary_from", "Since when the temporary address holds", "temporary address from"),
    _field("temporary_until", "Until when the temporary address holds", "temporary address until"),
    _field(
        "correspondence_address",
        "Address for letters only: whole, in one column",
        "mailing address, billing address, address for letters",
        1000,
    ),
)
_WAYS = (
    _field(
        "phone",
        "Telephone at home",
        "telephone, tel, tel no, phone number, phone no, telephone number, telephone no, "
        "home phone, home tel, home telephone, tel home, phone home, telephone home, landline, "
        "contact number, contact phone, contact phone number, contact telephone, phone 1, "
        "day phone, evening phone, home number, home phone number",
        60,
    ),
    _field(
        "mobile",
        "Mobile telephone",
        "mob, mobile phone, mobile no, mobile number, mobile tel, mobile telephone, "
        "tel mobile, phone mobile, telephone mobile, cell, cell phone, cellphone, "
        "mobile phone number, phone 2, sms",
        60,
    ),
    _field(
        "work_phone",
        "Telephone at work",
        "work tel, work telephone, work number, work phone number, tel work, phone work, "
        "telephone work, office phone, business phone, phone 3",
        60,
    ),
    _field("other_phone", "Another telephone number", "other telephone, other tel, phone 4", 60),
    _field(
        "email",
        "E-mail address",
        "e mail, email address, mail, home email, personal email, contact email, email 1",
        320,
    ),
    _field(
        "other_email",
        "Another e-mail address",
        "email 2, email 2 address, second email, work email, other email address",
        320,
    ),
)
_MIDDLE = _field(
    "middle",
    "Middle names: put behind the given name",
    "middle name, additional name, additional names, other names, other forenames",
    200,
)
_OWN_NAME = (
    _field("title", "Title: Mr, Mrs, Ms, Dr ...", "salutation, prefix, name prefix", 35),
    _field("family", "Family name (surname)", "surname, last name, lastname, last, second name", 200),
    _field(
        "given",
        "Given name or names",
        "first name, firstname, first, first names, forename, forenames, given names, christian name",
        200,
    ),
    _MIDDLE,
    _field(
        "full_name",
        "The whole name in one column: “Smith, John (Mr)” or “Mr John Smith”",
        "name, display name, contact name, contact",
        400,
    ),
    _field("known_as", "What the person likes to be called", "preferred name, nickname, alias", 200),
)


def _own_ref(what: str) -> Field:
    return _field(
        "ref",
        f"The {what}'s own id in the old system",
        f"id, ref, reference, unique id, record id, {what} id, {what} ref, {what} reference, {what} no",
        200,
    )


FIELDS: Mapping[Kind, tuple[Field, ...]] = {
    Kind.PATIENTS: (
        _field(
            "patient_ref",
            "The patient's id in the old system",
            f"{_OLD_SYSTEMS_ID}, id, ref, reference, unique id, record id, rec id, external id, "
            "file no, file number, account no, account number, case no, case number, chart no",
            200,
        ),
        _field(
            "practice_number", "The patient's practice number here", "practice no, practice patient number"
        ),
        _field("title", "Title: Mr, Mrs, Ms, Dr ...", "salutation, prefix, name prefix", 35),
        *_NAME_AND_BIRTH,
        _MIDDLE,
        _field(
            "known_as",
            "What the person likes to be called: a nickname alone is a name",
            "preferred name, nickname, known name, alias, goes by, preferred first name, calling name",
            200,
        ),
        _field(
            "died_on", "Date of death", "date of death, dod, death date, died, deceased date, deceased on"
        ),
        _field("sex", "Sex as registered at birth", "sex at birth, birth sex, sex registered at birth"),
        _field("gender", "Gender as the person gives it", "gender identity"),
        _NHS_NUMBER,
        *_ADDRESS,
        *_WAYS,
        _field(
            "gp_practice_code",
            "The GP practice's NHS code: ODS, such as A81001",
            "gp code, gp practice code, ods code, practice code, surgery code, gp ods code, gp surgery code",
            10,
        ),
        _field(
            "gp_practice_name",
            "The GP practice's name",
            "gp practice, surgery, gp surgery, surgery name, gp surgery name, doctors surgery, practice name",
            200,
        ),
        _field(
            "gp_name", "The GP's name", "gp, doctor, registered gp, usual gp, family doctor, gp doctor", 200
        ),
        _field(
            "status",
            "Current, discharged, archived or deceased",
            "patient status, client status, active, state of care, registration status",
        ),
        _field(
            "registered_on",
            "Since when a patient here",
            "registered, registration date, date registered, joined, date joined, patient since, "
            "client since, start date, created, created on, created at, date created, date added, "
            "first seen",
        ),
        _field(
            "discharged_on",
            "Date of discharge",
            "discharged, discharge date, date discharged, end date, closed on, date closed, left on",
        ),
        _field(
            "safety_line",
            "A sentence about safe contact: seen by every role",
            "safe contact, contact warning, contact instructions, contact note, safety note, safety",
            500,
        ),
        _field(
            "source_note",
            "Where the information came from: such as who referred the person",
            "source, referral source, referred by, heard about us, referrer, source of information",
            300,
        ),
        _field(
            "emergency_name",
            "Emergency contact: name",
            "emergency contact, emergency contact name, next of kin, next of kin name, nok, "
            "nok name, ice, ice name",
            200,
        ),
        _field(
            "emergency_phone",
            "Emergency contact: telephone",
            "emergency contact phone, emergency contact number, emergency contact telephone, "
            "emergency tel, emergency number, next of kin phone, next of kin tel, "
            "next of kin telephone, next of kin number, nok phone, nok tel, nok number, ice phone, "
            "ice number",
            60,
        ),
        _field(
            "emergency_relation",
            "Emergency contact: relation to the patient",
            "emergency contact relation, emergency contact relationship, emergency relationship, "
            "next of kin relation, next of kin relationship, nok relation, nok relationship",
            80,
        ),
    ),
    Kind.APPOINTMENTS: (
        _own_ref("appointment"),
        *_NAMES_A_PATIENT,
        _field(
            "date",
            "Day of the appointment",
            "appointment date, appt date, day, session date, visit date, start date, date of appointment",
        ),
        _field(
            "start",
            "Start: a time, or day and time together",
            "start time, time, from, starts, starts at, start at, begin, begins, appointment time, "
            "appt time, start date time, start date and time, date time, datetime, date and time, "
            "session time",
        ),
        _field(
            "end",
            "End: a time, or day and time together",
            "end time, to, until, ends, ends at, end at, finish, finish time, end date time, "
            "end date and time",
        ),
        _field(
            "minutes",
            "Length in minutes",
            "duration, length, mins, min, duration minutes, duration mins, length minutes, "
            "duration in minutes",
        ),
        _field(
            "practitioner",
            "Who sees the patient",
            "therapist, clinician, counsellor, with, provider, staff, staff member, consultant, "
            "practitioner name, therapist name, clinician name, counsellor name, doctor",
            200,
        ),
        _field("room", "Room", "room name, location, place, resource", 100),
        _field(
            "type",
            "Type of appointment",
            "appointment type, appt type, service, treatment, kind, reason, session type, visit type",
            100,
        ),
        _field(
            "status",
            "Booked, arrived, done, did not attend (DNA) or cancelled",
            "state, appointment status, appt status, attendance, outcome, attended",
        ),
        _field("cancelled_by", "Who cancelled", "cancelled by whom, canceled by, cancelled by name", 100),
        _field(
            "cancelled_reason",
            "Why it was cancelled",
            "cancellation reason, cancel reason, reason cancelled, reason for cancellation, canceled reason",
            300,
        ),
    ),
    Kind.NOTES: (
        _own_ref("note"),
        *_NAMES_A_PATIENT,
        _field(
            "date",
            "Day of the session or entry: with or without its time",
            "note date, session date, visit date, entry date, consultation date, date of note, "
            "date of session, written on, written at, date time, datetime, date and time, created, "
            "created at, created on, date created, when",
        ),
        _field("time", "Time of day: where it is in its own column", "note time, session time, entry time"),
        _field(
            "author",
            "Who wrote it, kept as text",
            "written by, author name, clinician, therapist, practitioner, counsellor, by, staff, "
            "entered by, created by, provider, signed by, user",
            200,
        ),
        _field("title", "Heading of the note", "heading, subject, note title, note type, type, summary", 300),
        _field(
            "text",
            "The note itself, with its line breaks",
            "note, notes, body, content, note text, session note, session notes, clinical note, "
            "clinical notes, consultation note, consultation notes, progress note, progress notes, "
            "entry, details, free text",
        ),
    ),
    Kind.CONSENTS: (
        _own_ref("consent"),
        *_NAMES_A_PATIENT,
        _field(
            "purpose",
            "What the consent is for: such as share_with_gp or marketing",
            "consent, consent type, consent for, type, about, consent purpose, subject, what",
        ),
        _field(
            "channel",
            "By which way: where it matters email, sms, phone, voicemail, post, in_person",
            "contact method, via, by which way, medium, method of contact",
        ),
        _field(
            "decision",
            "Given, refused or withdrawn",
            "status, answer, response, consent given, consented, agreed, value, consent status, result",
        ),
        _field(
            "decided_on",
            "Day of the decision",
            "date, consent date, date of consent, date given, decision date, given on, signed on, "
            "date signed, when, recorded on, decided",
        ),
        _field(
            "expires_on",
            "Until when it holds: where it was given for a time",
            "expires, expiry, expiry date, valid until, valid to, review date, end date",
        ),
        _field(
            "how",
            "How it was given: signed paper, e-mail, in person ...",
            "method, how given, obtained by, mode, form, how obtained",
            100,
        ),
        _field(
            "given_by", "Who gave it: the patient, a parent ...", "by whom, by, signed by, given by name", 300
        ),
        _field(
            "named_recipient",
            "To whom: where one person or body is named",
            "recipient, to whom, with whom, share with, shared with, named person",
            300,
        ),
        _field(
            "scope",
            "Limits of it",
            "limits, scope of consent, conditions, comment, comments, note, notes",
            500,
        ),
        _field(
            "wording",
            "The words the person agreed to",
            "consent text, statement, question, text, consent wording, words",
        ),
    ),
    Kind.CALLS: (
        _own_ref("call"),
        *_NAMES_A_PATIENT,
        _field(
            "at",
            "When: day and time together, or the day",
            "date, call date, date of call, datetime, date time, date and time, when, called at, "
            "call datetime, day, timestamp",
        ),
        _field("time", "Time of day: where it is in its own column", "call time, time of call"),
        _field(
            "direction", "In or out", "in out, in or out, call direction, call type, type, incoming outgoing"
        ),
        _field(
            "number",
            "Telephone number",
            "phone, telephone, tel, phone number, telephone number, tel no, caller number, "
            "number called, called number, caller id",
            60,
        ),
        _field(
            "caller",
            "Who rang, or who was rung",
            "caller name, from, spoke to, spoke with, contact, who",
            300,
        ),
        _field(
            "about",
            "What it was about",
            "subject, reason, notes, note, details, message, content, summary, call notes, purpose, text",
            2000,
        ),
        _field("outcome", "What came of it", "result, action, action taken, follow up", 1000),
    ),
    Kind.LETTERS: (
        _own_ref("letter"),
        *_NAMES_A_PATIENT,
        _field(
            "file",
            "The file's name: PDF, JPEG, PNG or TIFF, named from the folder this list lies in",
            "file name, filename, path, file path, filepath, document, attachment, scan, pdf, image, link, "
            "location, stored as, document file, letter file",
        ),
        _field(
            "date",
            "Day of the letter",
            "letter date, date of letter, dated, document date, date received, received, received on, "
            "date sent, sent on, created, created at, created on, date created, when",
        ),
        _field(
            "direction",
            "In or out; a letter that does not say came in",
            "in out, in or out, letter direction, incoming outgoing, sent or received",
        ),
        _field(
            "sender",
            "Whom the letter is from",
            "from, author, sent by, received from, correspondent, organisation, organization, gp, doctor, "
            "written by, source",
            300,
        ),
        _field("recipient", "Whom the letter is to", "to, addressee, sent to, addressed to", 300),
        _field(
            "subject",
            "What it is about",
            "title, description, heading, re, document name, document title, letter title, about, summary",
            300,
        ),
        _field(
            "class",
            "What sort of letter: care (also where nothing is said), service, or marketing",
            "letter class, letter type, document type, type, category, kind, classification",
        ),
    ),
    Kind.CONTACTS: (
        _own_ref("contact"),
        *_OWN_NAME,
        _field(
            "organisation",
            "The organisation: without a name it is the contact itself",
            "organization, company, firm, employer, org, organisation name, organization name",
            200,
        ),
        _field(
            "job",
            "What the person does: GP, solicitor, interpreter ...",
            "job title, position, role, profession, occupation, organization title",
            200,
        ),
        _field(
            "gp_practice_code",
            "The GP practice's NHS code: ODS, such as A81001",
            "gp code, ods code, practice code, surgery code",
            10,
        ),
        *_ADDRESS,
        *_WAYS,
    ),
    Kind.RELATIONS: (
        _own_ref("relation"),
        _field("patient_ref", "The patient's id in the old system", _OLD_SYSTEMS_ID, 200),
        _field("practice_number", "The patient's practice number here", "practice no"),
        _NHS_NUMBER,
        *_OWN_NAME,
        _field(
            "relation",
            "What they are to the patient: mother, carer, guardian ...",
            "relationship, relation to patient, relationship to patient",
            80,
        ),
        _field("emergency", "Ring them in an emergency: yes or no", "emergency contact, ice"),
        _field("valid_from", "Since when", "from, start date"),
        _field("valid_to", "Until when", "until, to, end date"),
        *_ADDRESS,
        *_WAYS,
    ),
}

NEEDED: Mapping[Kind, tuple[Need, ...]] = {
    Kind.PATIENTS: (Need(("family", "given", "full_name", "known_as"), "the patient's name"),),
    Kind.APPOINTMENTS: (_A_PATIENT, Need(("start", "date"), "when the appointment starts")),
    Kind.NOTES: (
        _A_PATIENT,
        Need(("date",), "the date of the note"),
        Need(("text",), "the text of the note"),
    ),
    Kind.CONSENTS: (
        _A_PATIENT,
        Need(("purpose",), "what the consent is for"),
        Need(("decision",), "the decision"),
        Need(("decided_on",), "the day of the decision"),
    ),
    Kind.CALLS: (
        _A_PATIENT,
        Need(("at",), "when the call was"),
        Need(("direction",), "whether a call came in or went out"),
    ),
    Kind.LETTERS: (
        _A_PATIENT,
        Need(("file",), "the name of the letter's file"),
        Need(("date",), "the day of the letter"),
    ),
    Kind.CONTACTS: (
        Need(("family", "given", "full_name", "known_as", "organisation"), "the contact's name"),
    ),
    Kind.RELATIONS: (
        Need(("patient_ref", "practice_number", "nhs_number"), "which patient a row is about"),
        Need(("family", "given", "full_name", "known_as"), "the name of the person who belongs to them"),
    ),
}
