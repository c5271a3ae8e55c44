"""Taking in the clinic's address book: GPs, solicitors, interpreters and whoever else is no patient.

A GP's practice is known by its NHS code only, as for patients (gp_links): an address card has none, so its
GP stands in the directory without a practice until somebody chooses it.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.exchange.rows import ContactRow, ImportedRow, Prepared
from practice_app.model.people import GP, AddressBookEntry, Email, GPPractice, Patient, Person, Phone
from practice_app.model.settings import Imported
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.services.imports import people_values, ways_of_contact
from practice_app.services.imports.earlier import Changed, Earlier, New
from practice_app.services.imports.plan import Known, Setting, change_marks, new_marks
from practice_app.services.imports.queries import pieces, versions
from practice_app.services.imports.request import Duplicate
from practice_app.services.imports.ways_of_contact import NewWays
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class _NewContact:
    id: UUID
    row: ContactRow
    ref: str
    gp_practice_id: UUID | None


class ContactsPlan:
    """The address book entries a file adds, changes and leaves as they are."""

    duplicates: tuple[Duplicate, ...] = ()

    def __init__(self, work: Work, prepared: Prepared[ContactRow], setting: Setting) -> None:
        self._setting = setting
        earlier = Earlier(work, setting)
        unknown = earlier.unknown(prepared.rows)
        new, changed = earlier.divide(unknown, _natural_key)
        self._practices = _practices(work, unknown)
        self._new = [found for each in new if (found := self._checked(each)) is not None]
        _warn_of_those_here(work, self._new, setting)
        self._ways = NewWays(work, [each.known.record_id for each in changed])
        self._people: list[Values] = []
        self._entries: list[Values] = []
        self._changed_marks: list[tuple[ImportedRow, Known, UUID]] = []
        self._plan_changes(work, changed)
        self.added, self.updated = len(self._new), len(self._changed_marks)
        self.unchanged = len(prepared.rows) - len(unknown)

    def write(self, batch: Batch) -> None:
        """Write people, what they are to the clinic, and how they are reached."""
        for done, chunk in enumerate(bulk.chunks(self._new)):
            self._setting.progress(done * bulk.CHUNK, len(self._new), "Writing contacts")
            self._write_new(batch, chunk)
        batch.change(Person, self._people)
        batch.change(AddressBookEntry, self._entries)
        self._ways.write(batch)
        batch.refresh_search_entries([row["id"] for row in self._people])
        change_marks(batch, self._changed_marks)

    def _write_new(self, batch: Batch, chunk: Sequence[_NewContact]) -> None:
        now, origin = batch.work.now, self._setting.origin
        batch.add(
            Person,
            [people_values.person(new.id, new.row.name, entered_at=now, source=origin) for new in chunk],
        )
        batch.add(AddressBookEntry, [_entry(new.id, new.row) for new in chunk])
        batch.add(
            GP, [{"id": new.id, "gp_practice_id": new.gp_practice_id} for new in chunk if _is_gp(new.row)]
        )
        ways_of_contact.write_new(batch, [(new.id, new.row.ways) for new in chunk])
        batch.add_search_entries(
            {new.id: ways_of_contact.search_words(_parts(new.row.name), new.row.ways) for new in chunk}
        )
        batch.add(Imported, new_marks(self._setting, ((new.row, new.ref, new.id) for new in chunk)))

    def _checked(self, each: New[ContactRow]) -> _NewContact | None:
        row = each.row
        try:
            people_values.check_name(row.name)
        except Invalid as problem:
            self._setting.findings.refuse(row.line, str(problem))
            return None
        practice = self._practices.get(row.gp_practice_code or "")
        if row.gp_practice_code and practice is None:
            self._setting.findings.warn(
                row.line, f"The GP practice code {row.gp_practice_code} is not in the directory here."
            )
        elif _is_gp(row) and practice is None:
            self._setting.findings.warn(
                row.line, "A GP without a practice code: choose the practice in the GP directory."
            )
        return _NewContact(uuid4(), row, each.ref, practice)

    def _plan_changes(self, work: Work, changed: Sequence[Changed[ContactRow]]) -> None:
        ids = [each.known.record_id for each in changed]
        people, entries = versions(work, Person, ids), versions(work, AddressBookEntry, ids)
        for each in changed:
            id, row = each.known.record_id, each.row
            if id not in people or id not in entries:
                self._setting.findings.refuse(row.line, "This contact is no longer in the records.")
                continue
            self._people.append({"id": id, "version": people[id], **people_values.name_columns(row.name)})
            self._entries.append({"version": entries[id], **_entry(id, row)})
            self._ways.add(id, row.ways, row.line, self._setting.findings)
            self._changed_marks.append((row, each.known, id))


def _natural_key(row: ContactRow) -> str | None:
    """What a contact without an id is known by: the name at the organisation."""
    return f"{names.sort_key(row.name)} at {names.fold(row.organisation)}"


def _is_gp(row: ContactRow) -> bool:
    return row.is_gp or row.gp_practice_code is not None


def _entry(id: UUID, row: ContactRow) -> Values:
    return {"id": id, "organisation": row.organisation, "job": row.job}


def _parts(name: PersonName) -> tuple[str | None, ...]:
    return (name.family, name.given, name.known_as)


def _practices(work: Work, rows: Sequence[ContactRow]) -> dict[str, UUID]:
    """The GP practices here by code, as far as the rows name them."""
    found: dict[str, UUID] = {}
    for codes in pieces(row.gp_practice_code for row in rows if row.gp_practice_code):
        statement = select(GPPractice.ods_code, GPPractice.id).where(GPPractice.ods_code.in_(codes))
        found.update({row.ods_code: row.id for row in work.rows(statement)})
    return found


def _warn_of_those_here(work: Work, new: Sequence[_NewContact], setting: Setting) -> None:
    """Somebody of the same name, reached in the same way, may be the same person; nobody is merged."""
    by_name: defaultdict[str, list[_NewContact]] = defaultdict(list)
    for each in new:
        by_name[names.sort_key(each.row.name)].append(each)
    here: dict[UUID, str] = {}
    for keys in pieces(by_name):
        no_patients = (
            select(Person.id, Person.name_key)
            .outerjoin(Patient, Patient.id == Person.id)
            .where(Person.name_key.in_(keys), Patient.id.is_(None))
        )
        here.update({row.id: row.name_key for row in work.rows(no_patients)})
    reached = _reached_by(work, list(here))
    for id, name_key in here.items():
        for each in by_name[name_key]:
            ways = {phone.e164 for phone in each.row.ways.phones} | {
                email.casefold() for email in each.row.ways.emails
            }
            if ways & reached[id]:
                setting.findings.warn(
                    each.row.line,
                    "Perhaps here already: somebody of this name has the same telephone number or e-mail "
                    "address. Nobody was merged.",
                )


def _reached_by(work: Work, ids: Sequence[UUID]) -> defaultdict[UUID, set[str]]:
    """The telephone numbers (E.164) and e-mail addresses of these people."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for piece in pieces(ids):
        numbers = select(Phone.person_id, Phone.e164).where(
            Phone.person_id.in_(piece), Phone.e164.is_not(None)
        )
        for row in work.rows(numbers):
            found[row.person_id].add(row.e164)
        for row in work.rows(select(Email.person_id, Email.address).where(Email.person_id.in_(piece))):
            found[row.person_id].add(row.address.casefold())
    return found
