"""Patients in FHIR R4 (JSON), as the NHS Personal Demographics Service and UK Core write them.

fhir.resources checks every resource against the standard. Its R4B models are used: R4B changed nothing in
Patient and RelatedPerson, and the library no longer has R4 itself.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from practice_app.errors import FileRefused
from practice_app.exchange import files, text_encoding
from practice_app.exchange.entries import Entries, Entry
from practice_app.exchange.row_reader import BETWEEN_VALUES
from practice_app.rules import dates

if TYPE_CHECKING:
    from fhir.resources.R4B.patient import Patient
    from fhir.resources.R4B.relatedperson import RelatedPerson

_LARGEST = 100 * 1024 * 1024
_MOST_ENTRIES = 100_000
_NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
_ODS_CODE = "https://fhir.nhs.uk/Id/ods-organization-code"
_NUMBER_STATUS = "Extension-UKCore-NHSNumberVerificationStatus"
_VERIFIED = "01"
_OPEN_TO_ALL = frozenset({"U", "L", "M", "N"})
"""Codes of HL7's v3-Confidentiality that do not keep an address back; R, V and REDACTED do."""

_RESTRICTED = "Restricted at the NHS: ask how to reach them safely before you write or ring."
_GENDERS = {"male": "male", "female": "female", "other": "other", "unknown": "not known"}


@dataclass(frozen=True, slots=True)
class FhirFile:
    """What a file holds: patients, and people who belong to patients; `line` counts the entries from 1.

    `resources` has every entry by type and id, for a list of the refused ones.
    """

    patients: Entries
    relations: Entries
    resources: Entries


def read(path: Path, today: date) -> FhirFile:
    """The patients and related persons of one resource or a Bundle of them.

    Details that are said to hold no longer `today` are left out with a remark, and everything about how to
    reach somebody whose record is restricted. Refuses with FileRefused what is no JSON, and what holds
    neither patients nor related persons; a resource that is not as the standard asks is a faulty entry.
    """
    content = files.read_once(path, _LARGEST)
    patients: list[Entry] = []
    relations: list[Entry] = []
    resources: list[Entry] = []
    for place, resource in enumerate(_resources(path, content), start=1):
        kind = str(resource.get("resourceType", ""))
        resources.append(Entry(place, {"resource": kind, "resource id": str(resource.get("id", ""))}))
        if kind == "Patient":
            patients.append(_checked(place, resource, lambda found, at: _patient(found, at, today)))
            relations += _contacts(place, resource, today)
        elif kind == "RelatedPerson":
            relations.append(_checked(place, resource, lambda found, at: _related(found, at, today)))
    if not patients and not relations:
        raise FileRefused(f"“{path.name}” holds no FHIR patients.")
    return FhirFile(Entries(path, patients), Entries(path, relations), Entries(path, resources))


def _resources(path: Path, content: bytes) -> list[dict[str, Any]]:
    """The resources of a file: itself, or the entries of a Bundle."""
    try:
        found = json.loads(text_encoding.decoded(content))
    except (ValueError, RecursionError) as problem:
        raise FileRefused(f"“{path.name}” is not a FHIR file: it cannot be read as JSON.") from problem
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise FileRefused(f"“{path.name}” is a JSON file, but not a FHIR one: it names no resource type.")
    if found["resourceType"] != "Bundle":
        return [found]
    entries = found.get("entry", [])
    if not isinstance(entries, list) or len(entries) > _MOST_ENTRIES:
        raise FileRefused(
            f"“{path.name}” is a FHIR Bundle with no list of at most {_MOST_ENTRIES:,} entries."
        )
    resources = [entry.get("resource", {}) if isinstance(entry, dict) else {} for entry in entries]
    return [resource if isinstance(resource, dict) else {} for resource in resources]


def _checked(place: int, resource: dict[str, Any], read: Callable[[Any, int], Entry]) -> Entry:
    """The resource as an entry, or what the standard has against it."""
    from fhir.resources.R4B.patient import Patient
    from fhir.resources.R4B.relatedperson import RelatedPerson
    from pydantic import ValidationError

    model = Patient if resource["resourceType"] == "Patient" else RelatedPerson
    try:
        return read(model.model_validate(resource), place)
    except ValidationError as problem:
        return Entry(place, {}, f"This is no valid FHIR {resource['resourceType']}: {_fault(problem)}")


def _fault(problem: Any) -> str:
    """Where a resource departs from the standard; the value itself is not repeated."""
    where = ".".join(str(part) for part in problem.errors()[0]["loc"] if not str(part)[:1].isupper())
    return f"“{where}” is not as the standard asks." if where else "it is not as the standard asks."


def _patient(found: "Patient", place: int, today: date) -> Entry:
    reading = _Reading(today)
    is_open = reading.is_open(found.meta)
    number = reading.nhs_number(found.identifier)
    values = {
        "patient_ref": found.id or "",
        "nhs_number": number,
        **reading.names(found.name),
        "gender": _GENDERS.get(found.gender or "", ""),
        "birth_date": reading.whole_day(found.birthDate, "date of birth"),
        "died_on": reading.whole_day(found.deceasedDateTime, "date of death"),
        "status": "deceased" if found.deceasedBoolean else "",
    }
    if is_open:
        values |= reading.telecom(found.telecom) | reading.addresses(found.address)
        values["gp_practice_code"] = reading.gp_practice(found.generalPractitioner)
    else:
        values["safety_line"] = _RESTRICTED
        reading.remarks.append("The record is restricted: address, telephone, e-mail and GP were left out.")
    return reading.entry(place, values)


def _contacts(place: int, resource: dict[str, Any], today: date) -> Iterator[Entry]:
    """The contacts a patient names, as people who belong to them."""
    from fhir.resources.R4B.patient import PatientContact
    from pydantic import ValidationError

    if not _Reading(today).is_open(resource.get("meta")):
        return
    listed = resource.get("contact")
    for contact in listed if isinstance(listed, list) else []:
        reading = _Reading(today)
        try:
            found = PatientContact.model_validate(contact)
        except ValidationError:
            continue  # then the patient is not valid either, and says so
        if reading.is_over(found.period):
            reading.remarks.append(f"This contact held until {reading.end_of(found.period)}.")
        relation, is_emergency = _relation(found.relationship)
        names = reading.names([found.name] if found.name else [])
        values = {
            "patient_ref": str(resource.get("id", "")),
            "nhs_number": _identifier(resource.get("identifier"), _NHS_NUMBER),
            **(names or {"known_as": "Emergency contact" if is_emergency else relation or "Contact"}),
            "relation": relation,
            "emergency": "yes" if is_emergency and not reading.is_over(found.period) else "no",
            **_period(found.period),
            **reading.telecom(found.telecom),
            **reading.addresses([found.address] if found.address else []),
        }
        yield reading.entry(place, values)


def _related(found: "RelatedPerson", place: int, today: date) -> Entry:
    reading = _Reading(today)
    relation, is_emergency = _relation(found.relationship)
    reference = (found.patient.reference or "").rpartition("/")[2]
    values = {
        "ref": found.id or "",
        "patient_ref": reference,
        "nhs_number": _identifier([found.patient.identifier], _NHS_NUMBER),
        **reading.names(found.name),
        "relation": relation,
        "emergency": "yes" if is_emergency else "no",
        **_period(found.period),
        **reading.telecom(found.telecom),
        **reading.addresses(found.address),
    }
    return reading.entry(place, values)


class _Reading:
    """The values of one resource, with remarks on what was left out or is doubtful."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.remarks: list[str] = []

    def entry(self, place: int, values: dict[str, str]) -> Entry:
        """What was read, without the blanks."""
        filled = {name: value for name, value in values.items() if value}
        return Entry(place, filled, "", tuple(dict.fromkeys(self.remarks)))

    def is_open(self, meta: Any) -> bool:
        """Whether how to reach the person may be passed on."""
        labels = meta.get("security", []) if isinstance(meta, dict) else getattr(meta, "security", None)
        codes = {_of(label, "code") for label in labels or []}
        return codes <= _OPEN_TO_ALL | {None}

    def nhs_number(self, identifiers: Iterable[Any] | None) -> str:
        """The NHS number, with a remark when it is not verified."""
        for identifier in identifiers or []:
            if identifier.system == _NHS_NUMBER:
                status = _status(identifier.extension)
                if status not in ("", _VERIFIED):
                    self.remarks.append(f"NHS number: its status is {status}, which is not “verified”.")
                return identifier.value or ""
        return ""

    def names(self, given: Sequence[Any] | None) -> dict[str, str]:
        """The usual name, else the official one, else any; a nickname is what they are known by."""
        ranked = sorted(
            given or [], key=lambda name: (self.is_over(name.period), _NAME_ORDER.get(name.use, 2))
        )
        real = [name for name in ranked if name.use != "nickname"]
        nicknames = [name for name in ranked if name.use == "nickname" and not self.is_over(name.period)]
        known_as = _given(nicknames[0]) or nicknames[0].text or "" if nicknames else ""
        if not real:
            return {"known_as": known_as} if known_as else {}
        name = real[0]
        if self.is_over(name.period):
            self.remarks.append(f"The name is said to have held until {self.end_of(name.period)}.")
        self._compare_with_official(name, real)
        parts = {"title": " ".join(name.prefix or []), "given": _given(name), "family": name.family or ""}
        if not (parts["given"] or parts["family"]):
            return {"full_name": name.text or "", "known_as": known_as}
        return {**parts, "known_as": known_as}

    def _compare_with_official(self, chosen: Any, real: Sequence[Any]) -> None:
        for other in real:
            differs = (other.family, other.given) != (chosen.family, chosen.given)
            if other.use == "official" and differs and not self.is_over(other.period):
                shown = f"{_given(other)} {other.family or ''}".strip()
                self.remarks.append(f"The official name is “{shown}”; the usual one was taken.")

    def telecom(self, points: Iterable[Any] | None) -> dict[str, str]:
        """Telephone numbers and e-mail addresses that still hold."""
        found: dict[str, list[str]] = {}
        for point in sorted(points or [], key=lambda each: each.rank or 100):
            if not point.value:
                continue
            if self.is_over(point.period) or point.use == "old":
                self._leave_out("A telephone number or e-mail address", point.period)
            elif point.system in ("phone", "sms", None):
                found.setdefault(_PHONES.get(point.use, "phone"), []).append(point.value)
            elif point.system == "email":
                found.setdefault("other_email" if point.use == "work" else "email", []).append(point.value)
            else:
                self.remarks.append(f"A way of contact ({point.system}) was left out.")
        return {name: BETWEEN_VALUES.join(dict.fromkeys(values)) for name, values in found.items()}

    def addresses(self, given: Iterable[Any] | None) -> dict[str, str]:
        """Addresses that still hold, each in the field of its use."""
        found: dict[str, str] = {}
        for address in given or []:
            field = _ADDRESSES.get(address.use, "address")
            if address.type == "postal" and address.use != "temp":
                field = "correspondence_address"
            if self.is_over(address.period) or address.use == "old":
                self._leave_out("An address", address.period)
            elif field in found:
                self.remarks.append("A further address was left out.")
            else:
                found[field] = "\n".join(_address_lines(address))
                if field == "temporary_address":
                    days = _period(address.period)
                    found["temporary_from"] = days["valid_from"]
                    found["temporary_until"] = days["valid_to"]
        return found

    def gp_practice(self, references: Iterable[Any] | None) -> str:
        """The ODS code of the GP practice that holds now."""
        for reference in references or []:
            identifier = reference.identifier
            if identifier is None or identifier.system != _ODS_CODE:
                continue
            if not self.is_over(identifier.period):
                return identifier.value or ""
            self._leave_out("A GP practice", identifier.period)
        return ""

    def whole_day(self, typed: date | datetime | str | None, called: str) -> str:
        """A day in ISO form; "" for one of which only the year or month is known, with a remark."""
        if isinstance(typed, datetime):
            return typed.date().isoformat()
        if isinstance(typed, date):
            return typed.isoformat()
        if typed and re.fullmatch(r"\d{4}(-\d{2})?", str(typed)):
            self.remarks.append(f"Of the {called} only “{typed}” is known; it was left out.")
        return ""

    def is_over(self, period: Any) -> bool:
        """Whether a period has ended."""
        end = _end(period)
        return end is not None and end < self._today

    def end_of(self, period: Any) -> str:
        """The last day of a period, as screens show it."""
        return dates.show(_end(period))

    def _leave_out(self, what: str, period: Any) -> None:
        held = f" that held until {self.end_of(period)}" if _end(period) else " that no longer holds"
        self.remarks.append(f"{what}{held} was left out.")


_NAME_ORDER = {"usual": 0, "official": 1, "nickname": 3, "anonymous": 4, "old": 5, "maiden": 6}
_PHONES = {"mobile": "mobile", "work": "work_phone", "temp": "other_phone"}
_ADDRESSES = {"work": "work_address", "temp": "temporary_address", "billing": "correspondence_address"}


def _of(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


def _identifier(identifiers: Any, system: str) -> str:
    for identifier in identifiers if isinstance(identifiers, list) else []:
        if _of(identifier, "system") == system:
            return str(_of(identifier, "value") or "")
    return ""


def _status(extensions: Iterable[Any] | None) -> str:
    """The code of the verification status of an NHS number; "" when none is given."""
    for extension in extensions or []:
        if str(extension.url).endswith(_NUMBER_STATUS) and extension.valueCodeableConcept:
            codings = extension.valueCodeableConcept.coding or []
            return str(codings[0].code or "") if codings else ""
    return ""


def _given(name: Any) -> str:
    return " ".join(part for part in name.given or [] if part)


def _relation(concepts: Iterable[Any] | None) -> tuple[str, bool]:
    """What somebody is to the patient in words, and whether they are to be rung in an emergency."""
    words: list[str] = []
    is_emergency = False
    for concept in concepts or []:
        for coding in concept.coding or []:
            is_emergency = is_emergency or coding.code == "C"  # HL7 table 0131: emergency contact
            words.append(coding.display or coding.code or "")
        words.append(concept.text or "")
    return ", ".join(dict.fromkeys(filter(None, words)))[:80], is_emergency


def _period(period: Any) -> dict[str, str]:
    start, end = (_day(_of(period, name)) for name in ("start", "end"))
    return {"valid_from": start.isoformat() if start else "", "valid_to": end.isoformat() if end else ""}


def _end(period: Any) -> date | None:
    return _day(_of(period, "end"))


def _day(moment: Any) -> date | None:
    if isinstance(moment, datetime):
        return moment.date()
    return moment if isinstance(moment, date) else None


def _address_lines(address: Any) -> list[str]:
    lines = [line for line in address.line or [] if line]
    if not lines and address.text:
        lines = [line.strip() for line in re.split(r"[\n,]", address.text) if line.strip()]
    rest = (address.city, address.district, address.state, address.country, address.postalCode)
    return [*lines, *(part for part in rest if part and part not in lines)]
