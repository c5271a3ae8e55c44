"""A first look at a file: what it seems to be, what its columns seem to mean, and its first values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import FileRefused
from practice_app.exchange import delimited, fhir, fields, files, presets, vcards
from practice_app.exchange.entries import Entries, Table
from practice_app.exchange.fields import FIELDS, NEEDED, Kind
from practice_app.exchange.practices import read_practices, starts_like_the_directory
from practice_app.exchange.row_reader import BETWEEN_VALUES
from practice_app.model.settings import ImportMapping
from practice_app.progress import Progress
from practice_app.rules.dates import DateOrder
from practice_app.rules.permissions import Permission
from practice_app.services.imports import reading
from practice_app.services.imports.request import FHIR, PRACTICES
from practice_app.services.marks import long
from practice_app.storage.records import Records, Work

_FIRST_ROWS = 3
_LONGEST_VALUE = 80
_OF_ADDRESS_BOOKS = frozenset(preset.name for preset in presets.PRESETS)


@dataclass(frozen=True, slots=True)
class FieldMeant:
    """A field a column can hold: its name, and what it means in words."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Needed:
    """What every file of a kind must tell, in words, and the fields of which one is enough."""

    what: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """A column of a file: heading, first values (cut short), and the field it seems to hold ("" if none)."""

    heading: str
    values: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a file seems to be.

    `fields` are those its columns can hold, none where they cannot be chosen (a directory of practices,
    FHIR, address cards): then `columns` are what the file says. `program` is whose file it looks like, or "";
    `saved` the name of the kept mapping that fits it, or "", which also tells `dates` and `source`.
    """

    path: Path
    kind: str
    columns: tuple[ColumnSeen, ...] = ()
    fields: tuple[FieldMeant, ...] = ()
    needs: tuple[Needed, ...] = ()
    program: str = ""
    saved: str = ""
    saved_id: UUID | None = None
    dates: DateOrder | None = None
    source: str = ""
    is_cards: bool = False

    def missing(self, chosen: Collection[str]) -> tuple[str, ...]:
        """What no column tells that every row needs, when columns hold the `chosen` fields."""
        return tuple(need.what for need in self.needs if not set(need.any_of) & set(chosen))


@long(Permission.IMPORT_FILES)
def look(
    records: Records,
    path: Path,
    *,
    kind: str = "",
    columns: Mapping[str, str] | None = None,
    progress: Progress,
) -> Look:
    """Look at a file before it is imported; nothing is written.

    `kind` is what it shall be taken for ("" guesses), `columns` what somebody has chosen for its columns
    so far ({column: field or ""}; None takes a kept mapping, the program's own, or what the headings say).
    Refuses with FileRefused what cannot be imported as that kind, in one sentence.
    """
    progress(0, 1, "Looking at the file")
    beginning = files.beginning(path)
    if vcards.starts_like_cards(beginning):
        _refuse_unless(kind, Kind.CONTACTS, "a file of address cards: it holds an address book")
        return Look(path, Kind.CONTACTS, _said(vcards.read(path), Kind.CONTACTS), is_cards=True)
    if starts_like_json(beginning):
        _refuse_unless(kind, FHIR, "a JSON file: it can only hold patients in FHIR")
        return Look(path, FHIR, _said_in_fhir(path, records))
    if kind == PRACTICES or (not kind and starts_like_the_directory(beginning)):
        return Look(path, PRACTICES, _said_in_directory(path))
    if kind == FHIR:
        raise FileRefused(f"“{path.name}” is not a FHIR file: those are JSON.")
    table = delimited.read(path)
    headings = reading.columns_of(table)
    with records.work(writes=False) as work:
        kept = _kept_mapping(work, headings, kind)
    return _at_table(path, table, headings, kind, columns, kept)


def starts_like_json(beginning: bytes) -> bool:
    """Whether a file begins as a JSON object does."""
    return beginning.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def _said(table: Entries, kind: Kind) -> tuple[ColumnSeen, ...]:
    """What cards or resources say, field by field in words."""
    meanings = {field.name: field.meaning for field in (*FIELDS[kind], *FIELDS[Kind.PATIENTS])}
    columns = _columns(table, table.headers, {})
    return tuple(
        ColumnSeen(
            meanings.get(each.heading, each.heading),
            tuple(value.replace(BETWEEN_VALUES, ", ") for value in each.values),
            "",
        )
        for each in columns
    )


def _said_in_fhir(path: Path, records: Records) -> tuple[ColumnSeen, ...]:
    found = fhir.read(path, records.clock().date())
    return _said(found.patients, Kind.PATIENTS) or _said(found.relations, Kind.RELATIONS)


def _said_in_directory(path: Path) -> tuple[ColumnSeen, ...]:
    first = read_practices(path)[:_FIRST_ROWS]
    return (
        ColumnSeen("Code", tuple(row.code for row in first), ""),
        ColumnSeen("Name", tuple(row.name for row in first), ""),
        ColumnSeen("Postcode", tuple(row.postcode for row in first), ""),
    )


def _refuse_unless(kind: str, only: str, what: str) -> None:
    if kind not in ("", only):
        raise FileRefused(f"This is {what}.")


def _at_table(
    path: Path,
    table: Table,
    headings: tuple[str, ...],
    kind: str,
    columns: Mapping[str, str] | None,
    kept: ImportMapping | None,
) -> Look:
    program = reading.recognised(table)
    if not kind:
        kind = kept.kind if kept else _likeliest_kind(headings, program.name if program else "")
    known = Kind(kind)
    if columns is None and kept is not None:
        columns = dict(zip(kept.headings, kept.fields, strict=True))
    elif columns is None:
        columns = presets.columns_of(program, headings, known) if program else {}
    mapping = fields.guess(headings, known, columns)
    return Look(
        path=path,
        kind=kind,
        columns=_columns(table, headings, mapping),
        fields=tuple(FieldMeant(field.name, field.meaning) for field in FIELDS[known]),
        needs=tuple(Needed(need.what, need.any_of) for need in NEEDED[known]),
        program=program.name if program else "",
        saved=kept.name if kept else "",
        saved_id=kept.id if kept else None,
        dates=DateOrder(kept.dates) if kept and kept.dates else None,
        source=kept.source if kept else "",
    )


def _columns(table: Table, headings: Sequence[str], mapping: Mapping[str, str]) -> tuple[ColumnSeen, ...]:
    """The columns with the first values that are not blank."""
    first = [row.cells for row in islice(table.rows(), 50) if not row.fault]
    seen = []
    for place, heading in enumerate(headings):
        values = [" ".join(cells[place].split())[:_LONGEST_VALUE] for cells in first if cells[place].strip()]
        seen.append(ColumnSeen(heading, tuple(values[:_FIRST_ROWS]), mapping.get(heading, "")))
    return tuple(seen)


def _likeliest_kind(headings: Sequence[str], program: str) -> str:
    """The kind that has a field for most columns among those whose needs are met; patients when none is."""
    if program in _OF_ADDRESS_BOOKS:
        return Kind.CONTACTS
    scores: dict[Kind, int] = {}
    for kind in Kind:
        mapping = fields.guess(headings, kind, {})
        if not fields.missing(mapping, kind):
            scores[kind] = len(mapping)
    return max(scores, key=lambda kind: scores[kind], default=Kind.PATIENTS)


def _kept_mapping(work: Work, headings: Sequence[str], kind: str) -> ImportMapping | None:
    """The kept mapping for a file with just these headings, whatever their order."""
    wanted = sorted(headings)
    for kept in work.select(select(ImportMapping).order_by(ImportMapping.name)):
        if sorted(kept.headings) == wanted and kind in ("", kept.kind):
            return kept
    return None
