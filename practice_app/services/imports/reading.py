"""Reading and checking a file of any kind, before the records are looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from practice_app.exchange import delimited, fhir, fields, files, presets, vcards
from practice_app.exchange.delimited import Sheet
from practice_app.exchange.entries import Entries, Table
from practice_app.exchange.fields import Kind
from practice_app.exchange.practices import read_practices
from practice_app.exchange.prepare import prepare
from practice_app.exchange.presets import Preset
from practice_app.exchange.rows import ImportedRow, Prepared, Refusal, RowWarning
from practice_app.progress import Progress
from practice_app.services.imports import letter_files
from practice_app.services.imports.appointments import AppointmentsPlan
from practice_app.services.imports.calls import CallsPlan
from practice_app.services.imports.consents import ConsentsPlan
from practice_app.services.imports.contacts import ContactsPlan
from practice_app.services.imports.fhir_patients import FhirPlan, Part
from practice_app.services.imports.letters import LettersPlan
from practice_app.services.imports.notes import NotesPlan
from practice_app.services.imports.patients import PatientsPlan
from practice_app.services.imports.plan import Plan, Setting
from practice_app.services.imports.practices import PracticesPlan
from practice_app.services.imports.relations import RelationsPlan
from practice_app.services.imports.request import FHIR, PRACTICES, Request
from practice_app.storage.records import Work

_OF_REJECTS = ("line", "reason")
"""How a file of refused rows ends (exchange.rejects): these columns tell nothing about the rows."""

Planner = Callable[[Work, Setting], Plan]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file whose rows have been checked by themselves.

    `kind` is what the rows become. `rows` counts all of them, refused ones too; `table` is None for a file
    without headings. `planner` compares the good ones with the records.
    """

    kind: str
    table: Table | None
    rows: int
    refusals: tuple[Refusal, ...]
    warnings: tuple[RowWarning, ...]
    fields: frozenset[str]
    unmatched: tuple[str, ...]
    planner: Planner
    unit: str = "line"
    program: str = ""


def read(request: Request, today: date, progress: Progress) -> Checked:
    """Read and check the request's file; refuses what its reader, fields.match and prepare refuse."""
    progress(0, 1, "Reading the file")
    if request.kind == PRACTICES:
        return _read_practices(request, today)
    if request.kind == FHIR:
        return _read_fhir(request, today, progress)
    kind = kind_of_rows(request.kind, as_patients=request.as_patients)
    table = read_table(request.path, Kind(request.kind))
    columns = columns_of(table)
    program = recognised(table)
    mapping = _mapping(table, kind, columns, program, request.columns)
    prepared, planner = _prepared(request, kind, table, mapping, today, progress)
    left_out = table.left_out if isinstance(table, Entries) else ()
    return Checked(
        kind=kind,
        table=table,
        rows=len(prepared.rows) + len(prepared.refusals),
        refusals=prepared.refusals,
        warnings=prepared.warnings,
        fields=frozenset(mapping.values()),
        unmatched=(*fields.unmatched(columns, mapping), *left_out),
        planner=planner,
        program=program.name if program else "",
    )


def kind_of_rows(kind: str, *, as_patients: bool) -> Kind:
    """What the rows of a file become."""
    return Kind.PATIENTS if kind == Kind.CONTACTS and as_patients else Kind(kind)


def read_table(path: Path, kind: Kind) -> Table:
    """The file as a table: address cards where the kind is contacts and it holds them, else delimited."""
    if kind is Kind.CONTACTS and vcards.starts_like_cards(files.beginning(path)):
        return vcards.read(path)
    return delimited.read(path)


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns of a table that tell something about its rows."""
    headers = table.headers
    return headers[:-2] if headers[-2:] == _OF_REJECTS else headers


def recognised(table: Table) -> Preset | None:
    """The program a delimited file comes from, where its headings tell."""
    return presets.recognise(table.headers) if isinstance(table, Sheet) else None


def _mapping(
    table: Table, kind: Kind, columns: tuple[str, ...], program: Preset | None, asked: Mapping[str, str]
) -> Mapping[str, str]:
    """Which column holds which field: as asked, else as the program writes it, else as the heading says."""
    if isinstance(table, Entries):
        return fields.guess(columns, kind, asked)
    known = presets.columns_of(program, columns, kind) if program else {}
    known = {column: field for column, field in known.items() if field not in asked.values()}
    return fields.match(columns, kind, known | dict(asked))


def _read_practices(request: Request, today: date) -> Checked:
    rows = read_practices(request.path)
    return Checked(
        kind=PRACTICES,
        table=None,
        rows=len(rows),
        refusals=(),
        warnings=(),
        fields=frozenset(),
        unmatched=(),
        planner=lambda work, setting: PracticesPlan(work, rows, request.edition, today, setting),
    )


def _read_fhir(request: Request, today: date, progress: Progress) -> Checked:
    file = fhir.read(request.path, today)
    people, others = (
        fields.guess(entries.headers, kind, {})
        for entries, kind in ((file.patients, Kind.PATIENTS), (file.relations, Kind.RELATIONS))
    )
    patients = prepare(file.patients, people, Kind.PATIENTS, None, today=today, progress=progress)
    relations = prepare(file.relations, others, Kind.RELATIONS, None, today=today, progress=progress)
    filled = Part(frozenset(people.values()), frozenset(others.values()))
    return Checked(
        kind=FHIR,
        table=file.resources,
        rows=len(file.patients.entries) + len(file.relations.entries),
        refusals=(*patients.refusals, *relations.refusals),
        warnings=(*patients.warnings, *relations.warnings),
        fields=filled.patients,
        unmatched=(),
        planner=lambda work, setting: FhirPlan(work, patients, relations, filled, setting),
        unit="entry",
    )


def _prepared(
    request: Request,
    kind: Kind,
    table: Table,
    mapping: Mapping[str, str],
    today: date,
    progress: Progress,
) -> tuple[Prepared[ImportedRow], Planner]:
    """The rows of a table, and how they are compared with the records; one case a kind of row."""
    order = request.dates
    match kind:
        case Kind.PATIENTS:
            patients = prepare(table, mapping, Kind.PATIENTS, order, today=today, progress=progress)
            return patients, lambda work, setting: PatientsPlan(work, patients, setting)
        case Kind.APPOINTMENTS:
            booked = prepare(table, mapping, Kind.APPOINTMENTS, order, today=today, progress=progress)
            return booked, lambda work, setting: AppointmentsPlan(work, booked, setting)
        case Kind.NOTES:
            notes = prepare(table, mapping, Kind.NOTES, order, today=today, progress=progress)
            return notes, lambda work, setting: NotesPlan(work, notes, setting)
        case Kind.CONSENTS:
            consents = prepare(table, mapping, Kind.CONSENTS, order, today=today, progress=progress)
            return consents, lambda work, setting: ConsentsPlan(work, consents, setting)
        case Kind.CALLS:
            calls = prepare(table, mapping, Kind.CALLS, order, today=today, progress=progress)
            return calls, lambda work, setting: CallsPlan(work, calls, setting)
        case Kind.LETTERS:
            letters = prepare(table, mapping, Kind.LETTERS, order, today=today, progress=progress)
            found = letter_files.look(letters, request.path.parent, progress)
            return found.prepared, lambda work, setting: LettersPlan(work, found, setting)
        case Kind.CONTACTS:
            contacts = prepare(table, mapping, Kind.CONTACTS, order, today=today, progress=progress)
            return contacts, lambda work, setting: ContactsPlan(work, contacts, setting)
        case Kind.RELATIONS:
            relations = prepare(table, mapping, Kind.RELATIONS, order, today=today, progress=progress)
            return relations, lambda work, setting: RelationsPlan(work, relations, setting)
