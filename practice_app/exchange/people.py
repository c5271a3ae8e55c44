"""A row about a person: a patient, somebody in the address book, somebody who belongs to a patient."""

import re
from datetime import date

from practice_app.errors import Invalid
from practice_app.exchange.row_reader import RowReader, folded
from practice_app.exchange.rows import (
    ContactRow,
    EmergencyContact,
    PatientKey,
    PatientRow,
    PhoneNumber,
    PostalAddress,
    RelationRow,
    Ways,
)
from practice_app.rules import contact_details
from practice_app.rules.dates import years
from practice_app.rules.names import PersonName, split_full_name

_LONGEST_NAME_PART = 200
_OLDEST = 120
_LONGEST_ADDRESS_LINE = 200
_NO_ADDRESS = PostalAddress()
_HOUSE_NUMBER = re.compile(r"[0-9]+ ?[A-Za-z]?(?: ?[-/] ?[0-9]+ ?[A-Za-z]?)?")

# The digits are the codes of the NHS data dictionary (person stated gender, person phenotypic sex).
_SEX = {
    "male": "male", "m": "male", "1": "male", "man": "male", "boy": "male",
    "female": "female", "f": "female", "2": "female", "woman": "female", "girl": "female",
    "indeterminate": "indeterminate", "intersex": "indeterminate", "i": "indeterminate", "9": "indeterminate",
    "not known": "not_known", "unknown": "not_known", "u": "not_known", "x": "not_known", "0": "not_known",
}  # fmt: skip
_GENDER = {
    "male": "male", "m": "male", "1": "male", "man": "male", "boy": "male", "trans man": "male",
    "female": "female", "f": "female", "2": "female", "woman": "female", "girl": "female",
    "trans woman": "female",
    "other": "other", "other specific": "other", "non binary": "other", "nonbinary": "other", "nb": "other",
    "enby": "other", "o": "other", "genderfluid": "other", "gender fluid": "other", "agender": "other",
    "not known": "not_known", "unknown": "not_known", "u": "not_known", "0": "not_known",
    "not specified": "not_specified", "prefer not to say": "not_specified", "not stated": "not_specified",
    "undisclosed": "not_specified", "9": "not_specified", "x": "not_specified",
}  # fmt: skip
_DECEASED = "deceased"
_STATUS = {
    "current": "current", "active": "current", "registered": "current", "open": "current", "new": "current",
    "yes": "current", "y": "current", "true": "current", "1": "current",
    "discharged": "discharged", "inactive": "discharged", "closed": "discharged", "former": "discharged",
    "left": "discharged", "ended": "discharged", "past": "discharged", "no": "discharged", "n": "discharged",
    "false": "discharged", "0": "discharged",
    "archived": "archived", "archive": "archived",
    _DECEASED: _DECEASED, "dead": _DECEASED, "died": _DECEASED, "rip": _DECEASED,
}  # fmt: skip

_PHONES = (("mobile", "mobile"), ("phone", "home"), ("work_phone", "work"), ("other_phone", "other"))
_OTHER_ADDRESSES = (
    ("work_address", "work"),
    ("temporary_address", "temporary"),
    ("correspondence_address", "correspondence"),
)
_YES = {
    "yes": True, "y": True, "true": True, "1": True, "emergency contact": True,
    "no": False, "n": False, "false": False, "0": False,
}  # fmt: skip
_GP_JOBS = frozenset({"gp", "general practitioner", "family doctor", "gp partner", "salaried gp", "gp locum"})
_NOT_A_GP = re.compile(r"\b(?:secretary|receptionist|manager|nurse|administrator|liaison|assistant)\b")
_SURGERY = re.compile(
    r"\b(?:surgery|medical (?:centre|practice|group)|health centre|gp practice|group practice)\b",
    re.IGNORECASE,
)


def patient(reader: RowReader) -> PatientRow | None:
    """The row as a patient; None when it has faults."""
    name = _own_name(reader)
    birth_date, died_on = reader.past_day("birth_date"), reader.past_day("died_on")
    _check_life(reader, birth_date, died_on)
    discharged_on = reader.day("discharged_on")
    if name is None:
        if not reader.faults:
            reader.faults.append("There is no name of any kind in this row.")
        return None
    return PatientRow(
        line=reader.line,
        ref=reader.text("patient_ref") or None,
        practice_number=_practice_number(reader),
        name=name,
        birth_date=birth_date,
        died_on=died_on,
        sex=reader.likely_word("sex", _SEX),
        gender=reader.likely_word("gender", _GENDER),
        nhs_number=reader.nhs_number(),
        ways=_ways(reader),
        gp_practice_code=reader.gp_practice_code(),
        gp_practice_name=reader.text("gp_practice_name") or None,
        gp_name=reader.text("gp_name") or None,
        status=_status(reader, died_on, discharged_on),
        registered_on=reader.day("registered_on"),
        discharged_on=discharged_on,
        safety_line=reader.text("safety_line"),
        source_note=reader.text("source_note"),
        emergency=_emergency(reader),
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )


def contact(reader: RowReader) -> ContactRow | None:
    """The row as somebody in the address book; None when it has faults.

    An organisation alone is a contact. Somebody whose job is "GP", or a Dr at what is called a surgery, is
    taken for a GP.
    """
    organisation, job = reader.text("organisation"), reader.text("job")
    name = _own_name(reader) or (PersonName(family=organisation) if organisation else None)
    if name is None:
        if not reader.faults:
            reader.faults.append("There is no name of any kind, nor an organisation, in this row.")
        return None
    return ContactRow(
        line=reader.line,
        ref=reader.text("ref") or None,
        name=name,
        organisation=organisation,
        job=job,
        is_gp=_is_gp(name, organisation, job),
        gp_practice_code=reader.gp_practice_code(),
        ways=_ways(reader),
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )


def relation(reader: RowReader) -> RelationRow | None:
    """The row as somebody who belongs to a patient; None when it has faults.

    The patient is named by an id or number: the names in the row are the other person's.
    """
    patient_ref = reader.text("patient_ref") or None
    practice_number, nhs_number = _practice_number(reader), reader.nhs_number()
    name = _own_name(reader)
    valid_from, valid_to = reader.day("valid_from"), reader.day("valid_to")
    if not reader.faults and not (patient_ref or practice_number or nhs_number):
        reader.faults.append("This row does not say whom the person belongs to.")
    if not reader.faults and name is None:
        reader.faults.append("There is no name of any kind in this row.")
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        reader.faults.append("The last day is before the first.")
    is_emergency = reader.likely_word("emergency", _YES) or False
    if name is None or reader.faults:
        return None
    return RelationRow(
        line=reader.line,
        ref=reader.text("ref") or None,
        patient=PatientKey(patient_ref, practice_number, nhs_number),
        name=name,
        relation=reader.text("relation"),
        is_emergency=is_emergency,
        valid_from=valid_from,
        valid_to=valid_to,
        ways=_ways(reader),
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )


def _is_gp(name: PersonName, organisation: str, job: str) -> bool:
    words = folded(job)
    if words in _GP_JOBS or words.endswith((" gp", " general practitioner")) or words.startswith("gp "):
        return not _NOT_A_GP.search(words)
    is_doctor = "dr" in folded(name.title or "").split()
    return is_doctor and not words and bool(_SURGERY.search(organisation))


def patient_key(reader: RowReader) -> PatientKey | None:
    """How the row names its patient; naming nobody, or a name without birth date alone, is a fault."""
    patient_ref = reader.text("patient_ref") or None
    practice_number, nhs_number = _practice_number(reader), reader.nhs_number()
    birth_date = reader.past_day("birth_date")
    name = _name(reader)
    if not (patient_ref or practice_number or nhs_number or (name and birth_date)):
        if not reader.faults:
            reader.faults.append(
                "This row names no patient: it needs the old system's id, a practice number, an NHS number, "
                "or a name and birth date."
            )
        return None
    return PatientKey(patient_ref, practice_number, nhs_number, name, birth_date)


def _name(reader: RowReader, title: str = "", known_as: str = "") -> PersonName | None:
    """The name from its own columns, else from the one that holds it whole; None when there is none."""
    given, family, whole = reader.text("given"), reader.text("family"), reader.text("full_name")
    if reader.has("middle"):
        given = f"{given} {reader.text('middle')}".strip()
    try:
        if whole and not (given or family):
            split = split_full_name(whole)
            name = PersonName(title or split.title, split.given, split.family, known_as or split.known_as)
        elif given or family or known_as:
            name = PersonName(title, given, family, known_as)
        else:
            return None
    except Invalid as problem:
        reader.faults.append(str(problem))
        return None
    if any(len(part) > _LONGEST_NAME_PART for part in (name.given, name.family, name.known_as) if part):
        reader.faults.append(f"A part of the name is longer than {_LONGEST_NAME_PART} characters.")
    return name


def _practice_number(reader: RowReader) -> str | None:
    number = reader.text("practice_number")
    if number and not (number.isascii() and number.isdecimal()):
        reader.faults.append("The practice number is not a number.")
        return None
    return number or None


def _check_life(reader: RowReader, birth_date: date | None, died_on: date | None) -> None:
    if birth_date is None:
        return
    if died_on is not None and died_on < birth_date:
        reader.faults.append("The date of death is before the date of birth.")
    elif years(birth_date, died_on or reader.today) > _OLDEST:
        reader.warn(f"Birth date: this person would be over {_OLDEST} years old.")


def _status(reader: RowReader, died_on: date | None, discharged_on: date | None) -> str:
    """The status as told, else as the dates tell it."""
    told = reader.likely_word("status", _STATUS)
    if told == _DECEASED:
        if died_on is None:
            reader.warn("Status: the patient has died, but there is no date of death.")
        return "archived"
    if told is not None:
        return told
    if died_on is not None:
        return "archived"
    return "discharged" if discharged_on is not None and discharged_on <= reader.today else "current"


def _own_name(reader: RowReader) -> PersonName | None:
    return _name(reader, reader.text("title"), reader.text("known_as"))


def _ways(reader: RowReader) -> Ways:
    """How the person of the row is reached."""
    return Ways(_addresses(reader), _phones(reader), _emails(reader))


def _phones(reader: RowReader) -> tuple[PhoneNumber, ...]:
    """The row's telephone numbers, the mobile one first, each once."""
    by_number: dict[str, PhoneNumber] = {}
    for field, kind in _PHONES:
        for phone in reader.phones(field, kind):
            by_number.setdefault(phone.e164 or phone.shown, phone)
    return tuple(by_number.values())


def _emails(reader: RowReader) -> tuple[str, ...]:
    """The row's e-mail addresses, each once."""
    found = reader.emails("email") + reader.emails("other_email")
    if len(found) < 2:
        return found
    return tuple({address.casefold(): address for address in reversed(found)}.values())[::-1]


def _addresses(reader: RowReader) -> tuple[PostalAddress, ...]:
    """Where the person lives, and the other addresses the row gives."""
    home = _address(reader)
    others = [
        _read_whole(reader, reader.lines(field), kind)
        for field, kind in _OTHER_ADDRESSES
        if reader.has(field)
    ]
    return tuple(filter(None, (home, *others)))


def _read_whole(reader: RowReader, whole: str, kind: str) -> PostalAddress | None:
    """An address in one piece: its lines, and the postcode where the last line is one."""
    lines = [line for line in (part.strip(" \t,") for part in _lines_of(whole)) if line]
    postcode = ""
    if lines and contact_details.postcode(lines[-1]).warning is None:
        postcode = contact_details.postcode(lines.pop()).shown
    lines[2:] = [", ".join(lines[2:])]
    _check_lines(reader, lines)
    line_1, line_2, line_3 = (*lines, "", "", "")[:3]
    starts = reader.day("temporary_from") if kind == "temporary" else None
    ends = reader.day("temporary_until") if kind == "temporary" else None
    found = PostalAddress(
        line_1, line_2, line_3, postcode=postcode, kind=kind, valid_from=starts, valid_to=ends
    )
    return found if line_1 or postcode else None


def _lines_of(whole: str) -> list[str]:
    return whole.split("\n" if "\n" in whole else ",")


def _check_lines(reader: RowReader, lines: list[str]) -> None:
    if any(len(line) > _LONGEST_ADDRESS_LINE for line in lines):
        reader.faults.append(f"A line of the address is longer than {_LONGEST_ADDRESS_LINE} characters.")


def _address(reader: RowReader) -> PostalAddress | None:
    """The address in the NHS entry order, from its own columns or from the one that holds it whole."""
    house, first, whole = reader.text("house"), reader.text("address_1"), reader.lines("address")
    if house and first and _HOUSE_NUMBER.fullmatch(house):
        house, first = "", f"{house} {first}"
    written = [house, first, reader.text("address_2"), reader.text("address_3"), reader.text("address_4")]
    written += _lines_of(whole)
    lines = [line for line in [part.strip(" \t,") for part in written] if line]
    postcode = reader.postcode()
    if not postcode and lines and contact_details.postcode(lines[-1]).warning is None:
        postcode = contact_details.postcode(lines.pop()).shown
    lines[2:] = [", ".join(lines[2:])]
    _check_lines(reader, lines)
    line_1, line_2, line_3 = (*lines, "", "")[:3]
    address = PostalAddress(
        line_1, line_2, line_3, reader.text("town"), reader.text("county"), postcode, reader.text("country")
    )
    return address if address != _NO_ADDRESS else None


def _emergency(reader: RowReader) -> EmergencyContact | None:
    """The emergency contact; one whose name was not given is called "Emergency contact"."""
    name, relation = reader.text("emergency_name"), reader.text("emergency_relation")
    phone = reader.phone("emergency_phone", "home")
    if not (name or phone):
        return None
    try:
        return EmergencyContact(split_full_name(name or "Emergency contact"), relation, phone)
    except Invalid as problem:
        reader.faults.append(f"The emergency contact: {problem}")
        return None
