"""Collects the demo's rows in memory and writes them a batch at a time."""

import os
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from practice_app.model.base import Base
from practice_app.model.consents import MarketingSuppression
from practice_app.model.correspondence import Attachment
from practice_app.model.documents import Document, DocumentSubject
from practice_app.model.notes import Addendum, Note, NoteLevel, NoteSubject
from practice_app.model.people import Address, Email, Patient, Person, Phone
from practice_app.rules import names
from practice_app.rules.consents import Channel
from practice_app.rules.names import PersonName
from practice_app.services import suppression
from practice_app.services.demo import papers
from practice_app.services.demo.chance import Chance
from practice_app.services.demo.papers import DemoFile
from practice_app.services.demo.stock import Paper
from practice_app.storage import bulk, keys, note_chain, sealed, search
from practice_app.storage.keys import Keys, Kind, SealedText
from practice_app.storage.note_chain import SignedNote
from practice_app.storage.records import Work

Values = dict[str, Any]
About = tuple[UUID, ...]
"""The people an item is about; a joint one has several."""


class Rows:
    """Rows of any mapped class, with ids by chance, until `write` stores them all."""

    def __init__(self, chance: Chance, held: Keys) -> None:
        self.chance = chance
        self._keys = held
        self._rows: dict[type[Base], list[Values]] = {}
        self._people: set[UUID] = set()
        self._signed: list[SignedNote] = []
        self._files: list[tuple[Values, bytes, About]] = []
        self._objections: list[tuple[Values, Channel, str]] = []
        self._papers: list[tuple[Values, bytes, About]] = []

    def add(self, kind: type[Base], /, *, id: UUID | None = None, **values: Any) -> UUID:
        """One row; columns that are not named get their default. Returns the id."""
        id = id or self.chance.id()
        self._rows.setdefault(kind, []).append({**_blank(kind), "id": id, **values})
        return id

    def person(self, id: UUID, name: PersonName, entered_at: datetime, **values: Any) -> bool:
        """A person, with the names screens and lists use; False when they were added before."""
        if id in self._people:
            return False
        self._people.add(id)
        self.add(
            Person,
            id=id,
            title=name.title,
            given=name.given,
            family=name.family,
            known_as=name.known_as,
            display_name=names.display_name(name),
            name_key=names.sort_key(name),
            person_key=os.urandom(32),
            entered_at=entered_at,
            **values,
        )
        return True

    def sealed(
        self,
        purpose: str,
        id: UUID,
        text: str,
        *,
        about: About,
        author: UUID,
        at: datetime,
        kind: Kind = Kind.CLINICAL,
    ) -> bytes:
        """The sealed form of a text for the row `id`, as its author would have left it at that time."""
        payload = SealedText(about[0], author, at, 1, text, tuple(sorted(about[1:])))
        return keys.seal(self._keys, purpose, id, payload, kind)

    def text_file(
        self, letter: UUID, about: About, file: tuple[str, str], author: UUID, at: datetime
    ) -> None:
        """A text file that came with a letter: its name is sealed here, its content when it is stored."""
        id, (name, text) = self.chance.id(), file
        content = text.encode()
        self.add(
            Attachment,
            id=id,
            letter_id=letter,
            media_type="text/plain",
            size=len(content),
            name_sealed=self.sealed(sealed.ATTACHMENT_NAME, id, name, about=about, author=author, at=at),
        )
        self._files.append((self._rows[Attachment][-1], content, about))

    def file(self, about: About, file: DemoFile, author: UUID, at: datetime, **owner: UUID) -> None:
        """A file that came with a letter (`letter_id`) or a document (`document_id`)."""
        id = self.chance.id()
        name = self.sealed(sealed.ATTACHMENT_NAME, id, file.name, about=about, author=author, at=at)
        self.add(
            Attachment,
            id=id,
            media_type=file.media_type,
            size=len(file.original),
            state=file.state,
            pages=file.pages,
            name_sealed=name,
            **owner,
        )
        row = self._rows[Attachment][-1]
        self._files.append((row, file.original, about))
        if file.clean is not None:
            self._papers.append((row, file.clean, about))

    def objection(self, channel: Channel, address: str, at: datetime) -> None:
        """An address that wants no marketing; its checksum is made under the file's key when it is stored."""
        self.add(MarketingSuppression, channel=channel, noted_at=at)
        self._objections.append((self._rows[MarketingSuppression][-1], channel, address))

    def document(self, about: About, given: Paper, day: date, *, author: UUID, at: datetime) -> None:
        """A paper somebody gave us, with its file."""
        id = self.chance.id()
        title = self.sealed(sealed.DOCUMENT_TITLE, id, given.title, about=about, author=author, at=at)
        self.add(
            Document,
            id=id,
            kind=given.kind,
            dated=day,
            title_sealed=title,
            source=given.source,
            entered_by_id=author,
            entered_at=at,
        )
        for person in about:
            self.add(DocumentSubject, document_id=id, person_id=person)
        file = papers.made(given.form, given.text, self.chance.between(1, 10_000))
        self.file(about, file, author, at, document_id=id)

    def note(
        self,
        about: About,
        text: str,
        *,
        author: UUID | None,
        author_text: str = "",
        happened_on: date,
        at: datetime,
        is_signed: bool = True,
        is_private: bool = False,
        source: str = "",
    ) -> UUID:
        """A session note about one or more patients; a signed one is chained when the rows are written."""
        id = self.chance.id()
        body = self.sealed(
            sealed.NOTE,
            id,
            text,
            about=about,
            author=author or self._keys.user,
            at=at,
            kind=Kind.PRIVATE if is_private else Kind.CLINICAL,
        )
        self.add(
            Note,
            id=id,
            author_id=author,
            author_text=author_text,
            happened_on=happened_on,
            entered_at=at,
            signed_at=at if is_signed else None,
            level=NoteLevel.ONLY_ME if is_private else NoteLevel.CLINICIANS,
            source=source,
            body_sealed=body,
        )
        for patient in about:
            self.add(NoteSubject, note_id=id, patient_id=patient)
        if is_signed:
            self._signed.append(SignedNote(id, 1, at, author, body))
        return id

    def addendum(self, note: UUID, about: About, text: str, *, author: UUID, at: datetime) -> None:
        """An addition to a signed note; chained like one."""
        id = self.chance.id()
        body = self.sealed(sealed.ADDENDUM, id, text, about=about, author=author, at=at)
        self.add(Addendum, id=id, note_id=note, author_id=author, entered_at=at, body_sealed=body)
        self._signed.append(SignedNote(id, 1, at, author, body, added_to=note))

    def write(self, work: Work) -> None:
        """Store everything collected, find words and note chain included."""
        for entry, channel, address in self._objections:
            entry["digest"] = suppression.digest(work, channel, address)
        for row, content, (subject, *also) in self._files:
            row["content_sealed"] = sealed.put_bytes(
                work, Attachment(id=row["id"]), sealed.ATTACHMENT, content, subject=subject, also=also
            )
        for row, content, (subject, *also) in self._papers:
            row["cleaned_sealed"] = sealed.put_bytes(
                work, Attachment(id=row["id"]), sealed.ATTACHMENT_CLEANED, content, subject=subject, also=also
            )
        with bulk.batch(work) as batch:
            for kind in _parents_first():
                batch.add(kind, self._rows.get(kind, []))
            batch.add_search_entries(self._words())
        signed = sorted(self._signed, key=lambda note: note.signed_at)
        note_chain.chain(work, signed)

    def _words(self) -> dict[UUID, search.Words]:
        """What each new person is found by."""
        phones, emails, postcodes = self._by_person(Phone), self._by_person(Email), self._by_person(Address)
        patients = {row["id"]: row for row in self._rows.get(Patient, [])}
        found = {}
        for row in self._rows.get(Person, []):
            id = row["id"]
            patient = patients.get(id, {})
            found[id] = search.words(
                (row["family"], row["given"], row["known_as"]),
                born=row["born"],
                nhs_number=patient.get("nhs_number"),
                number=patient.get("number"),
                phones=[(phone["shown"], phone["e164"]) for phone in phones.get(id, ())],
                emails=[email["address"] for email in emails.get(id, ())],
                postcodes=[address["postcode"] for address in postcodes.get(id, ())],
            )
        return found

    def _by_person(self, kind: type[Base]) -> dict[UUID, list[Values]]:
        grouped: dict[UUID, list[Values]] = {}
        for row in self._rows.get(kind, []):
            grouped.setdefault(row["person_id"], []).append(row)
        return grouped


@cache
def _blank(kind: type[Base]) -> Values:
    """The columns of a class with their defaults: one statement stores rows of the same columns only.

    Columns whose default is worked out when a row is stored are left to that.
    """
    blank: Values = {}
    for column in kind.__table__.columns:
        default: Any = column.default
        if default is None:
            blank[column.name] = None
        elif default.is_scalar:
            blank[column.name] = default.arg
    blank.pop("version", None)
    return blank


@cache
def _parents_first() -> tuple[type[Base], ...]:
    """The mapped classes in an order in which no row refers to one that is not stored yet."""
    by_table = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    return tuple(by_table[table] for table in Base.metadata.sorted_tables if table in by_table)
