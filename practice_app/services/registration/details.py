"""Everything the form about a patient edits, as one value: tidied, checked, and said in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from practice_app.errors import Invalid
from practice_app.model.base import longest
from practice_app.model.people import (
    Gender,
    HealthFact,
    HealthFactKind,
    IdentityCheck,
    NoNHSNumber,
    Patient,
    PatientStatus,
    Person,
    Sex,
)
from practice_app.rules import contact_details, dates, identifiers, names
from practice_app.rules.form_checks import FormChecks
from practice_app.rules.names import PersonName
from practice_app.rules.typed_text import can_be_seen, one_line
from practice_app.services import person_words, reaching
from practice_app.services.reaching import AddressDetails, EmailDetails, PhoneDetails, Ways

_OLDEST_EVER = 122
_GROWN_UP, _MAY_DECIDE = 18, 16


@dataclass(frozen=True, slots=True, repr=False)
class HealthDetails:
    """One thing told about somebody's health, or an alert; `id` is None for one not in the records yet."""

    id: UUID | None = None
    kind: HealthFactKind = HealthFactKind.ALLERGY
    text: str = ""
    told_on: date | None = None
    source: str = ""

    @property
    def words(self) -> str:
        """The fact with its kind, day and source, as a sentence may quote it."""
        told = ", ".join(filter(None, (said("told_on", self.told_on), self.source)))
        named = ": ".join(filter(None, (person_words.HEALTH[self.kind], self.text)))
        return f"{named} ({told})" if told else named


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Details:
    """A patient's details. Texts may be as typed; `tidied` gives them as they are kept.

    `gp_name` names a GP who is not in the directory yet, when `gp` is None. `identity_seen` is a proof seen
    now; earlier ones stay in the record. `health` is None for a role that may not see it, and is then left
    as it is. The first of several addresses, numbers and e-mail addresses is the preferred one.
    """

    title: str = ""
    given: str = ""
    family: str = ""
    known_as: str = ""
    born: date | None = None
    sex: Sex | None = None
    gender: Gender = Gender.NOT_KNOWN
    nhs_number: str = ""
    no_nhs_number: NoNHSNumber = NoNHSNumber.NOT_ASKED
    addresses: tuple[AddressDetails, ...] = ()
    phones: tuple[PhoneDetails, ...] = ()
    emails: tuple[EmailDetails, ...] = ()
    safety_line: str = ""
    gp_practice: UUID | None = None
    gp: UUID | None = None
    gp_name: str = ""
    status: PatientStatus = PatientStatus.CURRENT
    registered_on: date | None = None
    discharged_on: date | None = None
    archived_on: date | None = None
    source: str = ""
    introduced_by: str = ""
    confirmed_on: date | None = None
    identity_seen: str = ""
    identity_seen_on: date | None = None
    health: tuple[HealthDetails, ...] | None = None

    @property
    def ways(self) -> Ways:
        """Every way of reaching them."""
        return Ways(self.addresses, self.phones, self.emails)

    @property
    def name(self) -> PersonName:
        """The name; raises Invalid when there is none of any kind (a nickname is enough, P30)."""
        return PersonName(self.title, self.given, self.family, self.known_as)


_TEXTS = ("title", "given", "family", "known_as", "safety_line", "gp_name", "source", "introduced_by",
          "identity_seen")  # fmt: skip


def tidied(details: Details) -> Details:
    """The details as they are kept: single spaces, ten digits, blank rows and what cannot be seen gone."""
    texts = {each: one_line(getattr(details, each)) for each in _TEXTS}
    seen: dict[str, Any] = {each: text if can_be_seen(text) else "" for each, text in texts.items()}
    ways = reaching.tidied(details.ways)
    health = details.health
    return replace(
        details,
        **seen,
        nhs_number=_ten_digits(details.nhs_number),
        no_nhs_number=NoNHSNumber.NOT_ASKED if details.nhs_number.strip() else details.no_nhs_number,
        addresses=ways.addresses,
        phones=ways.phones,
        emails=ways.emails,
        health=None if health is None else tuple(filter(_says_something, map(_tidied_fact, health))),
    )


def _ten_digits(typed: str) -> str:
    try:
        return identifiers.nhs_number(typed) if typed.strip() else ""
    except Invalid:
        return one_line(typed)


def _tidied_fact(fact: HealthDetails) -> HealthDetails:
    return replace(fact, text=one_line(fact.text), source=one_line(fact.source))


def _says_something(fact: HealthDetails) -> bool:
    return bool(fact.text) or fact.kind is HealthFactKind.NO_KNOWN_ALLERGIES


def check(details: Details, today: date) -> FormChecks:
    """What is wrong and what is doubtful in these details, as typed, by the name of the field.

    Errors are only what cannot be stored. A row of a list is named "phones.0.number".
    """
    checks, given = FormChecks(), tidied(details)
    _check_name(given, checks)
    _check_birth(given, today, checks)
    _check_nhs_number(given, checks)
    reaching.check(details.ways, checks)
    _check_gp(given, checks)
    _check_standing(given, today, checks)
    _check_identity(given, today, checks)
    _check_health(details.health or (), today, checks)
    for kind, name in ((Patient, "safety_line"), (Patient, "introduced_by"), (Person, "source")):
        checks.line(name, getattr(given, name), longest(kind, name))
    if given.confirmed_on and given.confirmed_on > today:
        checks.refuse("confirmed_on", "Details cannot have been confirmed on a day to come.")
    return checks


def _check_name(given: Details, checks: FormChecks) -> None:
    for part in ("given", "family", "known_as"):
        checks.line(part, getattr(given, part), longest(Person, part))
    try:
        name = given.name
    except Invalid as problem:
        checks.refuse("title" if problem.field == "title" else "given", str(problem))
        return
    if len(names.display_name(name)) > (longest(Person, "display_name") or 0):  # "ß" is "SS" in capitals
        checks.refuse("family", "The whole name is too long to be kept. Shorten a part of it.")


def _check_birth(given: Details, today: date, checks: FormChecks) -> None:
    if given.born is None:
        return
    if given.born > today:
        checks.refuse("born", "The birth date lies in the future. Check its year.")
        return
    years = dates.years(given.born, today)
    if years > _OLDEST_EVER:
        checks.doubt("born", f"That is {years} years ago. Check the year.")
    elif years < _MAY_DECIDE:
        checks.doubt(
            "born", "Under 16: note under Contacts who has parental responsibility, and what proved it."
        )
    elif years < _GROWN_UP:
        checks.doubt("born", "Under 18: note under Contacts which parent or carer you may speak to.")


def _check_nhs_number(given: Details, checks: FormChecks) -> None:
    if not given.nhs_number:
        return
    try:
        checks.doubt("nhs_number", identifiers.nhs_number_warning(identifiers.nhs_number(given.nhs_number)))
    except Invalid as problem:
        checks.refuse(
            "nhs_number",
            f"{problem} Look at a letter or the NHS app; until then leave it empty and say why.",
        )


def _check_gp(given: Details, checks: FormChecks) -> None:
    checks.line("gp_name", given.gp_name, longest(Person, "family"))
    if given.gp_name and "gp_name" not in checks.errors:
        try:
            names.split_full_name(given.gp_name)
        except Invalid:
            checks.refuse("gp_name", "Enter the GP’s name, like Dr Rose Okafor.")
        if not given.gp_name.isprintable():
            checks.refuse("gp_name", "There is an invisible character in this name. Type it again.")
    if (given.gp or given.gp_name) and given.gp_practice is None:
        checks.doubt("gp_practice", "Choose the GP’s practice too: letters go there.")


def _check_standing(given: Details, today: date, checks: FormChecks) -> None:
    for name, what in _STANDING_DAYS.items():
        day = getattr(given, name)
        if day and day > today:
            checks.doubt(name, f"{what} on a day to come. Check the date.")
        if day and given.born and day < given.born:
            checks.doubt(name, f"{what} before they were born. Check the date.")
    for name in ("discharged_on", "archived_on"):
        day = getattr(given, name)
        if day and given.registered_on and day < given.registered_on:
            checks.doubt(name, f"{_STANDING_DAYS[name]} before they were registered. Check the date.")


_STANDING_DAYS = {"registered_on": "Registered", "discharged_on": "Discharged", "archived_on": "Archived"}


def _check_identity(given: Details, today: date, checks: FormChecks) -> None:
    checks.line("identity_seen", given.identity_seen, longest(IdentityCheck, "document_seen"))
    if given.identity_seen_on and not given.identity_seen:
        checks.refuse("identity_seen", "Say what was seen, such as a passport.")
    if given.identity_seen_on and given.identity_seen_on > today:
        checks.refuse("identity_seen_on", "This day is still to come. Give the day it was seen.")


def _check_health(health: tuple[HealthDetails, ...], today: date, checks: FormChecks) -> None:
    kinds = {fact.kind for fact in health if _says_something(fact)}
    for place, fact in enumerate(health):
        name = f"health.{place}"
        for part in ("text", "source"):
            checks.line(f"{name}.{part}", getattr(fact, part), longest(HealthFact, part))
        if fact.told_on and fact.told_on > today:
            checks.refuse(f"{name}.told_on", "This day is still to come. Give the day it was told.")
        if fact.kind is HealthFactKind.NO_KNOWN_ALLERGIES and HealthFactKind.ALLERGY in kinds:
            checks.doubt(f"{name}.kind", "An allergy is recorded too. Take away the one that is wrong.")


LABELS: Mapping[str, str] = MappingProxyType(
    {
        "title": "Title",
        "given": "First names",
        "family": "Family name",
        "known_as": "Known as",
        "born": "Birth date",
        "sex": "Sex registered at birth",
        "gender": "Gender",
        "nhs_number": "NHS number",
        "no_nhs_number": "No NHS number because",
        "addresses": "Addresses",
        "phones": "Telephone numbers",
        "emails": "E-mail addresses",
        "safety_line": "Safe contact",
        "gp_practice": "GP practice",
        "gp": "GP",
        "gp_name": "GP",
        "status": "Status",
        "registered_on": "Registered",
        "discharged_on": "Discharged",
        "archived_on": "Archived",
        "source": "Told by",
        "introduced_by": "Introduced by",
        "confirmed_on": "Details confirmed",
        "identity_seen": "Identity seen",
        "identity_seen_on": "Identity seen on",
        "health": "Health, as told",
    }
)
"""What each field is called, on the form, in earlier details and where two people's changes meet."""


def said(field: str, value: Any) -> str:
    """A value of this field in words; several of a list by semicolons; "" for nothing and for "not asked".

    A GP and a practice are ids here: who shows them looks their names up.
    """
    if value in (None, "") or value is Gender.NOT_KNOWN or value is NoNHSNumber.NOT_ASKED:
        return ""
    match value:
        case tuple():
            return "; ".join(each.words for each in value)
        case date():
            return dates.show(value)
        case StrEnum():
            return _CHOICES[type(value)][value]
    return _shown_nhs_number(value) if field == "nhs_number" else str(value)


_CHOICES: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        Sex: person_words.SEX,
        Gender: person_words.GENDER,
        PatientStatus: person_words.STATUS,
        NoNHSNumber: person_words.NO_NHS_NUMBER,
    }
)


def _shown_nhs_number(text: str) -> str:
    return identifiers.show_nhs_number(text) if len(text) == 10 and text.isdigit() else text


def begun_from(text: str) -> Details:
    """What somebody typed into a search that found nobody, as the beginning of a form for a new patient.

    An NHS number, a birth date, a telephone number or an e-mail address go to their fields, all else is a
    name.
    """
    text = one_line(text)
    digits = contact_details.digits(text)
    if not any(character.isalpha() for character in text) and digits:
        if len(digits) == 10 and not text.startswith(("0", "+")):
            return Details(nhs_number=text)
        try:
            return Details(born=dates.parse(text))
        except Invalid:
            return Details(phones=(PhoneDetails(number=text),))
    if "@" in text:
        return Details(emails=(EmailDetails(address=text),))
    try:
        name = names.split_full_name(text)
    except Invalid:
        return Details()
    return Details(
        title=name.title or "",
        given=name.given or "",
        family=name.family or "",
        known_as=name.known_as or "",
    )
