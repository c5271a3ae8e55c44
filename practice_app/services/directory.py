"""The directory of GP practices and their GPs: the NHS's own entries, and those entered by hand."""

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from practice_app.errors import Invalid, NotAllowed
from practice_app.model.people import GP, GPPractice, Patient, Person
from practice_app.rules import contact_details, names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission
from practice_app.services import entered, naming, timeline
from practice_app.services.marks import changes, reads
from practice_app.services.practice import new_person
from practice_app.services.two_writers import merged
from practice_app.storage.records import Work

BY_HAND = "entered by hand"
_CODE_MOST = 10


class EntryKind(StrEnum):
    """What a line of the directory is."""

    PRACTICE = "practice"
    GP = "gp"


@dataclass(frozen=True, slots=True)
class Entry:
    """A practice or a GP that a search found.

    `at` is a practice's address, or the practice a GP is at; `practice` is the practice to open.
    """

    id: UUID
    kind: EntryKind
    name: str
    code: str
    at: str
    postcode: str
    is_closed: bool
    practice: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeDetails:
    """What is entered about a GP practice; the address is one line."""

    name: str
    ods_code: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class GPRow:
    """A GP; `patients` is how many here have them as their GP."""

    id: UUID
    name: str
    typed_name: str
    patients: int


@dataclass(frozen=True, slots=True)
class PracticeShown:
    """One GP practice, opened. `edition` is the day of the directory that last told of it; None by hand.

    `patients` counts who is registered with it; who they are is not for this screen.
    """

    id: UUID
    details: PracticeDetails
    status: str
    opened_on: date | None
    closed_on: date | None
    edition: date | None
    gps: tuple[GPRow, ...]
    patients: int

    @property
    def is_by_hand(self) -> bool:
        """Whether it may be changed: what the NHS publishes is changed by its next edition only."""
        return self.edition is None


@dataclass(frozen=True, slots=True)
class Moved:
    """A GP was moved; `patients` stay registered with the practice they were at."""

    before: UUID | None
    patients: int


@reads(Permission.FIND_PEOPLE)
def find(work: Work, text: str, limit: int = 100) -> tuple[Entry, ...]:
    """Practices and GPs with every word of `text` in name, code, postcode or address; open ones first."""
    words = names.fold(text).split()
    found = [*_practices(work, words, limit), *_gps(work, words, limit)]
    found.sort(key=lambda entry: (entry.is_closed, names.fold(entry.name)))
    return tuple(found[:limit])


@reads(Permission.FIND_PEOPLE)
def edition(work: Work) -> date | None:
    """The day of the newest edition of the NHS directory that was taken in, or None."""
    return work.first(select(func.max(GPPractice.directory_date)))


@reads(Permission.FIND_PEOPLE)
def open_practice(work: Work, id: UUID) -> PracticeShown:
    """One practice with its GPs and the number of patients registered with it."""
    row = work.get(GPPractice, id)
    return PracticeShown(
        id=row.id,
        details=_details(row),
        status=row.status,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        edition=row.directory_date,
        gps=_gps_at(work, id),
        patients=_count(work, Patient.gp_practice_id, id),
    )


@reads(Permission.FIND_PEOPLE)
def gp_name(work: Work, id: UUID) -> str:
    """A GP's name as lists show it."""
    return work.get(Person, work.get(GP, id).id).display_name


@reads(Permission.FIND_PEOPLE)
def gps_without_practice(work: Work) -> tuple[GPRow, ...]:
    """GPs whom nobody has put at a practice."""
    return _gps_at(work, None)


@changes(Permission.EDIT_PEOPLE)
def add_practice(work: Work, wanted: PracticeDetails) -> UUID:
    """Enter a practice by hand; refuses (Invalid) one without a name and a code that one has already."""
    made = GPPractice(source=BY_HAND, status="active")
    checked = _checked(work, wanted, None)
    _write(made, checked)
    work.add(made)
    work.flush()
    return made.id


@changes(Permission.EDIT_PEOPLE)
def change_practice(work: Work, id: UUID, before: PracticeDetails, wanted: PracticeDetails) -> None:
    """Change what differs between `before`, as it was read, and `wanted`.

    Of a practice of the NHS directory only the notes may differ (NotAllowed). Refuses as `add_practice`
    does, and with ChangedMeanwhile.
    """
    row = work.get(GPPractice, id)
    if row.directory_date is not None and replace(wanted, notes=before.notes) != before:
        raise NotAllowed("This practice is kept by the NHS directory. Only the notes can be changed here.")
    _write(row, _checked(work, merged(before, wanted, _details(row)), id))


@changes(Permission.EDIT_PEOPLE)
def close_practice(work: Work, id: UUID) -> None:
    """Close a practice that was entered by hand; patients and GPs keep it until they name another."""
    row = _by_hand(work, id)
    row.closed_on, row.status = timeline.today(work), "closed"


@changes(Permission.EDIT_PEOPLE)
def open_practice_again(work: Work, id: UUID) -> None:
    """Take the closing of a practice back."""
    row = _by_hand(work, id)
    row.closed_on, row.status = None, "active"


@changes(Permission.EDIT_PEOPLE)
def take_practice_back(work: Work, id: UUID) -> None:
    """Undo an entry by hand that nothing names yet; NotAllowed otherwise."""
    row = _by_hand(work, id)
    if _count(work, Patient.gp_practice_id, id) or _count(work, GP.gp_practice_id, id):
        raise NotAllowed("Somebody is registered with this practice by now. Close it instead.")
    work.delete(row)


@changes(Permission.EDIT_PEOPLE)
def add_gp(work: Work, practice: UUID, name: str) -> UUID:
    """Add a GP at a practice; refuses (Invalid) a name that a GP there has."""
    work.get(GPPractice, practice)
    wanted = _gp_name(name)
    _refuse_namesake(work, practice, wanted, None)
    person = new_person(work, wanted, source=BY_HAND)
    work.add(GP(id=person.id, gp_practice_id=practice))
    work.flush()
    return person.id


@changes(Permission.EDIT_PEOPLE)
def rename_gp(work: Work, id: UUID, before: str, name: str) -> None:
    """Give a GP another name; letters that were sent keep the old one. Refuses as `add_gp`."""
    gp, person = work.get(GP, id), work.get(Person, id)
    wanted = merged(_Named(before), _Named(name), _Named(naming.full_name(person)))
    parsed = _gp_name(wanted.name)
    _refuse_namesake(work, gp.gp_practice_id, parsed, id)
    naming.rename(person, parsed)


@changes(Permission.EDIT_PEOPLE)
def move_gp(work: Work, id: UUID, practice: UUID | None) -> Moved:
    """Put a GP at another practice (None: at none); their patients stay registered where they are."""
    gp = work.get(GP, id)
    if practice is not None:
        to = work.get(GPPractice, practice)
        if to.closed_on is not None:
            raise Invalid(f"{to.name} is closed.", field="practice")
        _refuse_namesake(work, practice, naming.name_of(work.get(Person, id)), id)
    before, gp.gp_practice_id = gp.gp_practice_id, practice
    return Moved(before, _count(work, Patient.gp_id, id))


@changes(Permission.EDIT_PEOPLE)
def take_gp_back(work: Work, id: UUID) -> None:
    """Undo the addition of a GP whom no patient names yet; NotAllowed otherwise."""
    if _count(work, Patient.gp_id, id):
        raise NotAllowed("This GP is a patient's GP by now. Move them to another practice instead.")
    work.delete(work.get(GP, id))
    work.flush()
    naming.take_back(work, work.get(Person, id))


@dataclass(frozen=True, slots=True)
class _Named:
    name: str


def _practices(work: Work, words: list[str], limit: int) -> list[Entry]:
    row = GPPractice
    close = func.replace(row.postcode, " ", "")  # as it is typed in a hurry
    heap = row.name_key + " " + func.lower(func.coalesce(row.ods_code, "")) + " "
    heap = heap + func.lower(row.postcode + " " + close + " " + row.address)
    fits = [heap.contains(word, autoescape=True) for word in words]
    statement = select(row).order_by(row.closed_on.is_not(None), row.name_key).limit(limit)
    return [
        Entry(
            each.id, EntryKind.PRACTICE, each.name, each.ods_code or "", each.address, each.postcode,
            each.closed_on is not None, each.id,
        )
        for each in work.select(statement.where(*fits))
    ]  # fmt: skip


def _gps(work: Work, words: list[str], limit: int) -> list[Entry]:
    statement = (
        select(GP.id, Person.display_name, GPPractice)
        .join(Person, Person.id == GP.id)
        .outerjoin(GPPractice, GPPractice.id == GP.gp_practice_id)
        .where(*(Person.name_key.contains(word, autoescape=True) for word in words))
        .order_by(Person.name_key)
        .limit(limit)
    )
    return [
        Entry(
            id, EntryKind.GP, name, "", at.name if at else "", at.postcode if at else "",
            at is not None and at.closed_on is not None, at.id if at else None,
        )
        for id, name, at in work.rows(statement)
    ]  # fmt: skip


def _gps_at(work: Work, practice: UUID | None) -> tuple[GPRow, ...]:
    statement: Select[Person] = (
        select(Person)
        .join(GP, GP.id == Person.id)
        .where(GP.gp_practice_id == practice)
        .order_by(Person.name_key)
    )
    return tuple(
        GPRow(each.id, each.display_name, naming.full_name(each), _count(work, Patient.gp_id, each.id))
        for each in work.select(statement)
    )


def _count(work: Work, link: InstrumentedAttribute[UUID | None], id: UUID) -> int:
    return work.first(select(func.count()).where(link == id)) or 0


def _details(row: GPPractice) -> PracticeDetails:
    values = {field.name: getattr(row, field.name) or "" for field in fields(PracticeDetails)}
    return PracticeDetails(**values)


def _write(row: GPPractice, wanted: PracticeDetails) -> None:
    for field in fields(PracticeDetails):
        value = getattr(wanted, field.name)
        if value != (getattr(row, field.name) or ""):
            setattr(row, field.name, value)
    row.ods_code = wanted.ods_code or None
    row.name_key = names.fold(wanted.name)[:200]


def _checked(work: Work, given: PracticeDetails, id: UUID | None) -> PracticeDetails:
    name = entered.line(given.name, "name", 200, needed="Enter the practice's name.")
    return replace(
        given,
        name=name,
        ods_code=_code(work, given.ods_code, id),
        address=entered.line(given.address, "address", 500),
        postcode=contact_details.postcode(entered.line(given.postcode, "postcode", 20)).shown,
        phone=entered.phone(given.phone, "phone"),
        notes=entered.paragraphs(given.notes, "notes", 1000),
    )


def _code(work: Work, text: str, id: UUID | None) -> str:
    """An ODS code as far as it can be judged: Scottish and Northern Irish ones have other shapes."""
    code = entered.line(text, "ods_code", _CODE_MOST).upper()
    if code and (not code.isalnum() or not code.isascii() or len(code) < 3):
        raise Invalid("An NHS code has 3 to 10 letters and digits, like A81001.", field="ods_code")
    other = work.first(select(GPPractice).where(GPPractice.ods_code == code)) if code else None
    if other is not None and other.id != id:
        raise Invalid(f"{other.name} has this code.", field="ods_code")
    return code


def _gp_name(text: str) -> PersonName:
    tidy = entered.line(text, "name", 200, needed="Enter the GP's name, like Dr Rose Okafor.")
    return names.split_full_name(tidy)


def _refuse_namesake(work: Work, practice: UUID | None, name: PersonName, id: UUID | None) -> None:
    if practice is None:
        return
    same = (
        select(GP.id)
        .join(Person, Person.id == GP.id)
        .where(GP.gp_practice_id == practice, Person.name_key == names.sort_key(name))
    )
    if any(other != id for other in work.select(same)):
        raise Invalid("A GP of this name is at the practice already.", field="name")


def _by_hand(work: Work, id: UUID) -> GPPractice:
    row = work.get(GPPractice, id)
    if row.directory_date is not None:
        raise NotAllowed("This practice is kept by the NHS directory and is closed by its next edition.")
    return row
