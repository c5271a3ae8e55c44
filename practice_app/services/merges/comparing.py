"""Two records side by side, field by field: what differs, what may be chosen, what speaks against it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, select

from practice_app.errors import Invalid
from practice_app.model.base import Base
from practice_app.model.people import Contact, Gender, GPPractice, NoNHSNumber, Patient, Person, Sex
from practice_app.rules import dates, identifiers, names
from practice_app.rules.names import PersonName
from practice_app.services import reaching, timeline
from practice_app.storage.person_links import linked
from practice_app.storage.records import Work


class Side(StrEnum):
    """Whose value a merged record takes: the kept record's, the other's, or (where it can be) both."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two records, with what tells two people apart."""

    id: UUID
    number: str
    name: str
    born: str
    nhs_number: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One field of both records as they show it. `choices` is empty where there is nothing to choose.

    `chosen` is what is proposed: the kept record's value, unless it has none; for a warning about safe
    contact both.
    """

    key: str
    label: str
    kept: str
    gone: str
    choices: tuple[Side, ...]
    chosen: Side

    @property
    def differs(self) -> bool:
        """Whether the two records say something different."""
        return self.kept != self.gone


@dataclass(frozen=True, slots=True)
class Counted:
    """How many things of one kind each record holds."""

    label: str
    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records side by side. `warnings` are sentences that speak against their being one person's."""

    kept: Party
    gone: Party
    fields: tuple[Compared, ...]
    counts: tuple[Counted, ...]
    warnings: tuple[str, ...]


_NAME = ("title", "given", "family")
_GP = ("gp_practice_id", "gp_id")

LEFT_AS_KEPT: Mapping[str, str] = {
    "person.id": "the record that is kept",
    "person.version": "a counter against lost changes",
    "person.display_name": "made from the name that is chosen",
    "person.name_key": "made from the name that is chosen",
    "person.entered_at": "when the record that is kept was made",
    "person.person_key": "a random number; the other one stays with what was parked",
    "patient.id": "the record that is kept",
    "patient.version": "a counter against lost changes",
    "patient.number": "a number is never used twice; the other one goes on finding the record",
}
"""Columns of the two records that nobody chooses, and why."""

_LABELS = {
    "known_as": "Known as",
    "born": "Born",
    "died": "Died",
    "nhs_number": "NHS number",
    "no_nhs_number": "Why no NHS number",
    "safety_line": "For safe contact",
    "source": "Details from",
    "details_confirmed_on": "Details confirmed",
    "registered_on": "Registered",
    "discharged_on": "Discharged",
    "archived_on": "Archived",
}

_LIST_WORDS = {
    "attendee": "Appointments",
    "note_subject": "Session notes",
    "draft": "Unfinished notes",
    "form_draft": "Unfinished forms",
    "letter_subject": "Letters",
    "document_subject": "Documents",
    "call_subject": "Calls",
    "consent": "Consents",
    "disclosure": "Disclosures",
    "subject_access_bundle": "Copies of everything held",
    "contact": "Contacts",
    "family_member": "Couples and families",
    "health_fact": "Health facts",
    "competence_note": "Judgements of capacity",
    "kept_from": "What is kept from somebody",
    "death": "Deaths recorded",
    "identity_check": "Identity checks",
    "enquiry": "Enquiries",
    "address": "Addresses",
    "phone": "Telephone numbers",
    "email": "E-mail addresses",
    "earlier_detail": "Earlier details",
    "caseload": "Places on therapists' lists",
    "privacy_notice_given": "Privacy notices given",
    "imported": "Rows of imports",
    "merge": "Earlier merges",
    "merge_suggestion": "Remarks on likely duplicates",
    "moved_away": "Notes of items moved away",
    "moved_item": "Notes of items moved here",
}


def list_words(table: str) -> str:
    """What rows of a table are called in a list of what moves; a new table by its own name."""
    return _LIST_WORDS.get(table, table.replace("_", " ").capitalize())


def ordered(tables: Iterable[str]) -> list[str]:
    """Tables in the order their rows are listed in: care first, what is technical last."""
    known = list(_LIST_WORDS)
    return sorted(tables, key=lambda name: (known.index(name) if name in known else len(known), name))


@dataclass(frozen=True, slots=True)
class _Field:
    """One field: the columns of one table that are chosen together, and how their values are shown."""

    key: str
    label: str
    table: Table
    columns: tuple[str, ...]
    shown: Callable[[Work, Mapping[str, Any]], str]


def fields() -> tuple[_Field, ...]:
    """Every field of person and patient; a column added later is one of its own."""
    person, patient = (Base.metadata.tables[each.__tablename__] for each in (Person, Patient))
    joined = {*_NAME, *_GP}
    return (
        _Field("name", "Name", person, _NAME, _shown_name),
        *(_single(column) for column in _free(person, joined)),
        *(_single(column) for column in _free(patient, joined)),
        _Field("gp", "GP", patient, _GP, _shown_gp),
    )


def _free(table: Table, joined: set[str]) -> Iterator[Column[Any]]:
    for column in table.columns:
        if str(column) not in LEFT_AS_KEPT and column.name not in joined:
            yield column


def _single(column: Column[Any]) -> _Field:
    label = _LABELS.get(column.name, column.name.removesuffix("_id").replace("_", " ").capitalize())

    def shown(_work: Work, values: Mapping[str, Any]) -> str:
        return _in_words(column.name, values[column.name])

    return _Field(column.name, label, column.table, (column.name,), shown)


def _in_words(name: str, value: Any) -> str:
    if name == "nhs_number" and value:
        return identifiers.show_nhs_number(value)
    match value:
        case None:
            return ""
        case StrEnum():
            return value.value.replace("_", " ").capitalize()
        case bool():
            return "Yes" if value else "No"
        case date():
            return dates.show(value)
    return str(value)


def _shown_name(_work: Work, values: Mapping[str, Any]) -> str:
    if values["given"] or values["family"]:
        return names.display_name(PersonName(values["title"], values["given"], values["family"]))
    return values["title"] or ""


def _shown_gp(work: Work, values: Mapping[str, Any]) -> str:
    gp, practice = work.find(Person, values["gp_id"]), work.find(GPPractice, values["gp_practice_id"])
    parts = (gp.display_name if gp else "", practice.name if practice else "")
    return ", ".join(filter(None, parts))


_UNKNOWN = frozenset({Gender.NOT_KNOWN, Sex.NOT_KNOWN, NoNHSNumber.NOT_ASKED})


def _is_empty(values: Mapping[str, Any], columns: tuple[str, ...]) -> bool:
    return all(values[name] in (None, "") or values[name] in _UNKNOWN for name in columns)


class Pair:
    """The two records being compared or merged."""

    def __init__(self, work: Work, kept: UUID, gone: UUID) -> None:
        """Raises Invalid when both are the same, NotFound for somebody who is not a patient here."""
        if kept == gone:
            raise Invalid("Choose another record: this one cannot be merged with itself.", field="gone")
        self._work = work
        self.kept, self.gone = kept, gone
        self.patients = work.get(Patient, kept), work.get(Patient, gone)
        self.people = work.get(Person, kept), work.get(Person, gone)
        self._values = {
            Person.__tablename__: tuple(_columns(each) for each in self.people),
            Patient.__tablename__: tuple(_columns(each) for each in self.patients),
        }

    def compared(self) -> Comparison:
        """Both records as the window shows them."""
        kept, gone = (party(self._work, each) for each in (self.kept, self.gone))
        return Comparison(kept, gone, self._fields(), self._counts(), tuple(self._warnings()))

    def _fields(self) -> tuple[Compared, ...]:
        lists = [_reaching(self._work, each) for each in (self.kept, self.gone)]
        reaching = [
            _ways(key, label, *(found[key] for found in lists))
            for key, label in (("address", "Addresses"), ("phone", "Telephone"), ("email", "E-mail"))
        ]
        return (*(self._compared(field) for field in fields()), *reaching)

    def values(self, choices: Mapping[str, Side]) -> dict[str, dict[str, Any]]:
        """The columns to set in the kept record by the choices made; those not named are as proposed.

        Raises Invalid for a field or a choice there is not.
        """
        chosen: dict[str, dict[str, Any]] = {Person.__tablename__: {}, Patient.__tablename__: {}}
        offered = {each.key: each for each in self._fields()}
        for key, side in choices.items():
            if key not in offered or side not in (offered[key].choices or (Side.KEPT,)):
                raise Invalid("This cannot be chosen for the merged record.", field=key)
        for field in fields():
            kept, gone = self._values[field.table.name]
            side = choices.get(field.key, offered[field.key].chosen)
            for name in field.columns:
                value = gone[name] if side is Side.GONE else kept[name]
                chosen[field.table.name][name] = (
                    _joined(kept[name], gone[name]) if side is Side.BOTH else value
                )
        _refuse_too_long(chosen[Patient.__tablename__]["safety_line"])
        return {**chosen, Person.__tablename__: _named(chosen[Person.__tablename__])}

    def first(self, choices: Mapping[str, Side]) -> frozenset[str]:
        """The ways of reaching somebody in which the other record's come first."""
        return frozenset(key for key in ("address", "phone", "email") if choices.get(key) is Side.GONE)

    def _compared(self, field: _Field) -> Compared:
        kept, gone = self._values[field.table.name]
        shown = field.shown(self._work, kept), field.shown(self._work, gone)
        sides = [Side.KEPT, Side.GONE] if shown[0] != shown[1] else []
        has_both = not (_is_empty(kept, field.columns) or _is_empty(gone, field.columns))
        if field.key == "safety_line" and sides and has_both:
            return Compared(field.key, field.label, *shown, (*sides, Side.BOTH), Side.BOTH)
        takes_gone = _is_empty(kept, field.columns) and not _is_empty(gone, field.columns)
        return Compared(field.key, field.label, *shown, tuple(sides), Side.GONE if takes_gone else Side.KEPT)

    def _counts(self) -> tuple[Counted, ...]:
        kept, gone = (linked(self._work, each) for each in (self.kept, self.gone))
        return tuple(
            Counted(list_words(each), kept.get(each, 0), gone.get(each, 0))
            for each in ordered({*kept, *gone})
        )

    def _warnings(self) -> Iterator[str]:
        (kept, gone), (one, other) = self.people, self.patients
        if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
            yield "They have different NHS numbers. An NHS number belongs to one person only."
        if kept.born and gone.born and kept.born != gone.born:
            yield f"They have different birth dates: {dates.show(kept.born)} and {dates.show(gone.born)}."
        if (kept.died is None) != (gone.died is None):
            yield "One of them is recorded as deceased."
        if kept.sex and gone.sex and kept.sex != gone.sex and not {kept.sex, gone.sex} & _UNKNOWN:
            yield "They are recorded with different sexes."
        if self._are_contacts():
            yield "One is recorded as the other's contact, as two people are."
        for table in self._shared():
            yield f"Both take part in the same {list_words(table).lower()}, as two people do."

    def _are_contacts(self) -> bool:
        ids = (self.kept, self.gone)
        statement = select(Contact.id).where(Contact.patient_id.in_(ids), Contact.person_id.in_(ids))
        return self._work.first(statement.limit(1)) is not None

    def _shared(self) -> Iterator[str]:
        """The link tables in which both records are linked to one thing."""
        for table in Base.metadata.sorted_tables:
            ends = [column for column in table.columns if column.name in ("patient_id", "person_id")]
            owners = [
                column
                for column in table.columns
                if column.foreign_keys and column not in ends and column.name != "id"
            ]
            if table.name.endswith(("_subject", "attendee", "_member")) and len(ends) == len(owners) == 1:
                [end], [owner] = ends, owners
                mine = select(owner).where(end == self.kept)
                shared = select(owner).where(end == self.gone, owner.in_(mine)).limit(1)
                if self._work.first(shared) is not None:
                    yield table.name


def _reaching(work: Work, person: UUID) -> dict[str, str]:
    """Every way of reaching somebody, each sort on one line, by the sort's table."""
    ways = reaching.read(work, person, timeline.today(work))
    return {
        "address": "; ".join(each.words for each in ways.addresses),
        "phone": "; ".join(each.words for each in ways.phones),
        "email": "; ".join(each.words for each in ways.emails),
    }


def _ways(key: str, label: str, kept: str, gone: str) -> Compared:
    """Ways of reaching somebody: all are kept, and the choice is whose come first."""
    has_choice = bool(kept and gone and kept != gone)
    return Compared(key, label, kept, gone, (Side.KEPT, Side.GONE) if has_choice else (), Side.KEPT)


def _columns(row: Base) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in row.__table__.columns}


def party(work: Work, id: UUID) -> Party:
    """A patient with what tells two people of one name apart."""
    patient, person = work.get(Patient, id), work.get(Person, id)
    nhs = identifiers.show_nhs_number(patient.nhs_number) if patient.nhs_number else ""
    born = dates.show(person.born) if person.born else ""
    return Party(patient.id, str(patient.number), person.display_name, born, nhs)


def _joined(kept: str, gone: str) -> str:
    """Both safety lines, none of them lost."""
    return " / ".join(dict.fromkeys(filter(None, (kept, gone))))


_LONGEST_SAFETY_LINE = 500


def _refuse_too_long(safety_line: str) -> None:
    if len(safety_line) > _LONGEST_SAFETY_LINE:
        raise Invalid(
            f"Both lines about safe contact are longer than {_LONGEST_SAFETY_LINE} characters together. "
            "Shorten one first.",
            field="safety_line",
        )


_LONGEST_NAME_KEY = 450


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    """The chosen name with the forms that follow from it."""
    name = PersonName(values["title"], values["given"], values["family"], values["known_as"])
    return {
        **values,
        "display_name": names.display_name(name),
        "name_key": names.sort_key(name)[:_LONGEST_NAME_KEY],
    }
