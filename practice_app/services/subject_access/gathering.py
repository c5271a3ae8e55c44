"""Gathering everything held about one person, in one reading transaction, as the documents print it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import selectinload, undefer

from practice_app.documents.holdings import Holding, Holdings
from practice_app.documents.parties import Clinic, Fact, Regulator, Subject
from practice_app.documents.subject_access import (
    Attached,
    Bundle,
    Entry,
    Group,
    NotSearched,
    Search,
    Searched,
    Statements,
)
from practice_app.errors import Defect, Invalid, PracticeError
from practice_app.model.base import Row
from practice_app.model.correspondence import Attachment
from practice_app.model.people import Address, AddressKind, Patient, Person, Safety
from practice_app.model.rights import Disclosure
from practice_app.model.settings import Practice
from practice_app.progress import Progress
from practice_app.rules import dates, names
from practice_app.rules.files import WHY, is_recording
from practice_app.services import wording
from practice_app.services.subject_access import attachments, log, staff
from practice_app.services.subject_access.attachments import Beside, ReadFile
from practice_app.services.subject_access.other_people import name_of
from practice_app.services.subject_access.people import PERSON
from practice_app.services.subject_access.registry import SECTIONS
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    CannotBeShown,
    Count,
    Reading,
    Section,
    T,
    day,
    facts,
)
from practice_app.storage.records import Work

_NOT_TO_BE_SHOWN = "An item that cannot be shown"
_NO_PAGES = (
    "Its pages could not be taken apart to be set here. We give it in its own form when you ask for it."
)
_CANNOT_BE_SHOWN = (
    "Something is filed in this place that does not open for this record: it was written for another record, "
    "or was damaged. It is not part of this copy."
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The copy's content; `not_shown` of its items are listed without a text that could not be opened.

    `beside` are the files that no page can show: the name each has beside the copy, and the id of its row.
    """

    bundle: Bundle
    items: int
    not_shown: int
    beside: tuple[tuple[str, UUID], ...]


def reference_to(id: UUID) -> str:
    """A short name for a row that can be said on the telephone: "3F9A-01BC"."""
    text = id.hex[:8].upper()
    return f"{text[:4]}-{text[4:]}"


def gather(
    work: Work, person_id: UUID, reference: str, progress: Progress, read: ReadFile | None = None
) -> Gathered:
    """Everything held about one person, as the copy for review says it; needs the clinical key.

    `read` gets the pages of a file when the copy is drawn; without it that must be within this work.
    Raises NotFound for an unknown id, and Invalid when one of the practice's own texts is empty.
    """
    reading, practice = _begin(work, person_id), _practice(work)
    groups, not_shown = [], 0
    files = _Files(reading, read or (lambda id: attachments.pages(work, id, person_id)))
    for section in SECTIONS:
        files.read(section)
    for number, section in enumerate(SECTIONS):
        progress(number, len(SECTIONS), section.title)
        if section.shown_with is None:
            group, missed = _read(reading, section, files)
            groups.append(group)
            not_shown += missed
    groups.append(_counted(_WORK, staff.work_done(reading), _WORK_NOTE))
    viewings = log.viewings(reading)
    if _is_only_a_name(groups, len(viewings)):
        groups = [Group(group.title, ()) for group in groups]
    else:
        groups.append(_counted(_CHANGES, log.changes(reading), _CHANGES_NOTE))
        groups.append(_counted(_ACTIONS, log.own_actions(reading), _ACTIONS_NOTE))
    titles = [group.title for group in groups if group.entries]
    bundle = Bundle(
        clinic=_clinic(practice),
        regulator=_regulator(practice),
        subject=_subject(reading, reference),
        statements=_statements(work, practice, person_id, [*titles, *files.titles]),
        groups=tuple(group for group in groups if group.entries),
        viewings=viewings,
        search=_search(reading, groups, files, len(viewings)),
        prepared=reading.local(work.now).date(),
        reference=reference,
        signed_by=practice.data_protection_lead,
    )
    items = sum(len(group.entries) for group in groups) + files.count
    return Gathered(bundle, items, not_shown + files.not_shown, tuple(files.beside.files))


def summarise(work: Work, person_id: UUID) -> Holdings:
    """Kinds, numbers and dates of what is held about one person; opens nothing that is sealed."""
    reading, practice = _begin(work, person_id), _practice(work)
    held = [_holding(reading, section) for section in SECTIONS]
    held += [Holding(each.title, each.number, each.first, each.last) for each in staff.work_done(reading)]
    if seen := [viewing.when.date() for viewing in log.viewings(reading)]:
        held.append(Holding(_VIEWINGS, len(seen), seen[0], seen[-1]))
    is_only_a_name = all(each.category == PERSON.title for each in held if each.count)
    return Holdings(
        _clinic(practice),
        _subject(reading, reference_to(person_id)),
        reading.local(work.now).date(),
        () if is_only_a_name else tuple(each for each in held if each.count),
    )


_VIEWINGS = "Times somebody opened your record"
_WORK = "Work recorded under your name"
_WORK_NOTE = (
    "These items are in the records of the people they are about. They are counted here, because they also "
    "show your work."
)
_CHANGES = "Changes to your record"
_CHANGES_NOTE = (
    "Our log notes which item was written or changed, by which role and when, but never what it said."
)
_ACTIONS = "What you did as a user of our system"
_ACTIONS_NOTE = (
    "Our log notes who did what and when. It is counted here, because it names other people's records."
)

_NOT_SEARCHED = (
    NotSearched(
        "Backups of these records",
        "They are encrypted copies of what was searched, made to bring it back after a loss, and nothing is "
        "kept in them that the records did not hold.",
    ),
    NotSearched(
        "The words of notes, letters and calls in other people's records",
        "What somebody else said about you there is in their record, given in confidence; finding it would "
        "mean opening everybody's record.",
    ),
    NotSearched("The file of keys", "It has users' initials and keys, which nobody can read."),
    NotSearched("Paper files", "This system does not know them; the clinic looks through them by hand."),
    NotSearched(
        "The clinic's e-mail and telephones",
        "They are outside this system; what mattered in them is entered here as letters and calls.",
    ),
)


def _begin(work: Work, person_id: UUID) -> Reading:
    return Reading(work, work.get(Person, person_id), log.entered(work, person_id))


def _practice(work: Work) -> Practice:
    practice = work.first(select(Practice))
    if practice is None:
        raise Defect("a practice without its own row")
    return practice


class _Files:
    """The files that stand in the entries of the letters and documents they came with."""

    def __init__(self, reading: Reading, read: ReadFile) -> None:
        self.count = self.not_shown = 0
        self.beside = Beside()
        self.searched: list[Searched] = []
        self._reading = reading
        self._read = read
        self._with: dict[UUID, list[Attached]] = {}

    @property
    def titles(self) -> list[str]:
        """The headings under which there is something."""
        return [each.what for each in self.searched if each.count]

    def of(self, owner: UUID) -> tuple[Attached, ...]:
        """The files that came with a letter or a document, in the order of their names."""
        return tuple(sorted(self._with.get(owner, ()), key=lambda each: each.name))

    def read(self, section: Section[Any]) -> None:
        """Take in the files of a section, if it is one of files."""
        if section.shown_with is None:
            return
        person = self._reading.person.id
        rows = self._reading.work.select(section.rows(person))
        for row in sorted(rows, key=lambda row: (section.dated(self._reading, row), row.id)):
            owner = section.shown_with(row)
            if owner is not None:
                self._with.setdefault(owner, []).append(self._attached(section, row))
        self.count += len(rows)
        self.searched.append(Searched(section.title, len(rows)))

    def _attached(self, section: Section[Any], row: Attachment) -> Attached:
        """A file with its pages, its text, its name beside the copy, or why there is nothing of it."""
        reading = self._reading
        try:
            shown = section.shown(reading, row)
            pages = attachments.file_of(reading.work, row, reading.person.id, self._read)
            beside = self._given_beside(row)
        except PracticeError:
            self.not_shown += 1
            return Attached("A file that cannot be shown", why=_CANNOT_BE_SHOWN)
        if pages is not None:
            return Attached(shown.title, shown.facts, file=pages[0], reader=pages[1])
        if beside:
            return Attached(shown.title, shown.facts, beside=beside)
        if shown.text or row.media_type.startswith("text/"):
            self.not_shown += not shown.is_whole
            return Attached(shown.title, shown.facts, text=shown.text)
        self.not_shown += 1
        return Attached(shown.title, shown.facts, why=WHY[row.state] or _NO_PAGES)

    def _given_beside(self, row: Attachment) -> str:
        """The name of a recording beside the copy; "" for other files."""
        is_beside = is_recording(row.media_type)
        return self.beside.add(self._reading.work, row, self._reading.person.id) if is_beside else ""


def _read(reading: Reading, section: Section[T], files: _Files) -> tuple[Group, int]:
    """One section's entries by date, and how many of them are not whole."""
    statement = section.rows(reading.person.id).options(
        *(selectinload(each) for each in section.also), *(undefer(each) for each in _sealed_columns(section))
    )
    entries = [_entry(reading, section, row, files) for row in reading.work.each(statement)]
    ordered = sorted((entry for entry, _ in entries), key=_by_date)
    return Group(section.title, tuple(ordered), section.note), sum(not whole for _, whole in entries)


def _sealed_columns(section: Section[T]) -> Iterable[Any]:
    """The columns that are loaded only on demand, here all at once unless they are too large for that."""
    later = {column.key for column in section.on_demand}
    for column in inspect(section.mapped).column_attrs:
        if column.deferred and column.key not in later and column.key not in section.left_out:
            yield getattr(section.mapped, column.key)


def _entry(reading: Reading, section: Section[T], row: T, files: _Files) -> tuple[Entry, bool]:
    """A row in words, and whether all of it could be shown.

    Of a row whose text was written for another record nothing is shown, for it may be another person's.
    """
    attached = files.of(row.id) if isinstance(row, Row) else ()
    try:
        shown = section.shown(reading, row)
    except CannotBeShown:
        return Entry(None, _NOT_TO_BE_SHOWN, RECORDED_HERE, _CANNOT_BE_SHOWN, attached=attached), False
    when = section.dated(reading, row)
    return Entry(when, shown.title, shown.source, shown.text, shown.facts, attached), shown.is_whole


def _by_date(entry: Entry) -> datetime:
    """A day stands before what happened in its hours; what has no date stands last."""
    match entry.when:
        case None:
            return datetime.max  # noqa: DTZ901  wall time, like the others
        case datetime():
            return entry.when
    return datetime.combine(entry.when, datetime.min.time())


def _counted(title: str, counts: Iterable[Count], note: str) -> Group:
    return Group(title, tuple(_counted_entry(count) for count in counts), note)


def _counted_entry(count: Count) -> Entry:
    number = ("Number", f"{count.number:,}")
    shown = facts(number, ("First", day(count.first)), ("Last", day(count.last)))
    return Entry(count.last, count.title, RECORDED_HERE, facts=shown)


def _is_only_a_name(groups: Sequence[Group], viewings: int) -> bool:
    """Whether somebody is in the records by name only, as one who asked and about whom nothing is held."""
    return not viewings and all(group.title == PERSON.title for group in groups if group.entries)


def _holding(reading: Reading, section: Section[T]) -> Holding:
    rows = reading.work.select(section.rows(reading.person.id))
    days = [reading.day(section.dated(reading, row)) for row in rows]
    known = [each for each in days if each is not None]
    return Holding(section.title, len(rows), min(known, default=None), max(known, default=None))


def _clinic(practice: Practice) -> Clinic:
    return Clinic(
        practice.name,
        _lines(practice.address),
        practice.phone,
        practice.email,
        privacy_contact=practice.data_protection_lead,
    )


def _regulator(practice: Practice) -> Regulator:
    return Regulator(
        practice.regulator_name, _lines(practice.regulator_address), website=practice.regulator_url
    )


def _lines(address: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split("[,\n]", address) if part.strip())


def _subject(reading: Reading, reference: str) -> Subject:
    return Subject(
        names.plain_name(name_of(reading.person)),
        (("Name", reading.person.display_name), _second_identifier(reading, reference)),
        _safe_address(reading),
    )


def _second_identifier(reading: Reading, reference: str) -> Fact:
    """What tells two people of one name apart: birth date, else practice number, else our reference."""
    if reading.person.born:
        return "Born", dates.show(reading.person.born)
    patient = reading.work.find(Patient, reading.person.id)
    return ("Practice number", str(patient.number)) if patient else ("Reference", reference)


def _safe_address(reading: Reading) -> tuple[str, ...]:
    """The address for a letter: one for correspondence if there is one, never one that is not safe."""
    today = reading.local(reading.work.now).date()
    rows = reading.work.select(
        select(Address)
        .where(Address.person_id == reading.person.id, Address.safety != Safety.UNSAFE)
        .order_by(Address.position)
    )
    current = [row for row in rows if row.valid_to is None or row.valid_to >= today]
    for row in sorted(current, key=lambda each: each.kind is not AddressKind.CORRESPONDENCE):
        lines = (row.line_1, row.line_2, row.line_3, row.town, row.county, row.postcode, row.country)
        return tuple(filter(None, lines))
    return ()


def _statements(work: Work, practice: Practice, person_id: UUID, titles: Sequence[str]) -> Statements:
    countries = work.select(select(Disclosure.country).where(Disclosure.person_id == person_id).distinct())
    statements = Statements(
        purposes=practice.purposes,
        categories=wording.categories(titles),
        recipients=practice.recipients,
        retention=practice.retention,
        rights=wording.rights(),
        complaint_to_us=wording.complaint_to_us(),
        complaint_to_regulator=wording.complaint_to_regulator(practice.regulator_name),
        source=wording.source(),
        automated_decisions=wording.automated_decisions(),
        transfers=wording.transfers(countries),
    )
    for field in fields(statements):
        if not getattr(statements, field.name).strip():
            raise Invalid(
                f"The practice's text about {field.name.replace('_', ' ')} is empty. The law asks for it in "
                "every copy: fill it in under the practice's settings first.",
                field=field.name,
            )
    return statements


def _search(reading: Reading, groups: Sequence[Group], files: _Files, viewings: int) -> Search:
    days = [reading.day(entry.when) for group in groups for entry in group.entries]
    known = [each for each in days if each is not None]
    return Search(
        (
            *(Searched(group.title, len(group.entries)) for group in groups),
            *files.searched,
            Searched(_VIEWINGS, viewings),
        ),
        on=reading.local(reading.work.now).date(),
        by_role=reading.work.actor.role.value,
        first=min(known, default=None),
        last=max(known, default=None),
        not_searched=_NOT_SEARCHED,
    )
