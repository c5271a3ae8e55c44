"""Reading and checking a file of any kind, before the records are looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from practice_app.exchange import delimited, fields
from practice_app.exchange.delimited import Sheet
from practice_app.exchange.fields import Kind
from practice_app.exchange.practices import read_practices
from practice_app.exchange.prepare import prepare
from practice_app.exchange.rows import ImportedRow, Prepared, Refusal, RowWarning
from practice_app.progress import Progress
from practice_app.services.imports.appointments import AppointmentsPlan
from practice_app.services.imports.calls import CallsPlan
from practice_app.services.imports.consents import ConsentsPlan
from practice_app.services.imports.notes import NotesPlan
from practice_app.services.imports.patients import PatientsPlan
from practice_app.services.imports.plan import Plan, Setting
from practice_app.services.imports.practices import PracticesPlan
from practice_app.services.imports.request import PRACTICES, Request
from practice_app.storage.records import Work

_OF_REJECTS = ("line", "reason")
"""How a file of refused rows ends (exchange.rejects): these columns tell nothing about the rows."""

Planner = Callable[[Work, Setting], Plan]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file whose rows have been checked by themselves.

    `rows` counts all of them, refused ones too; `sheet` is None for a file without headings. `planner`
    compares the good ones with the records.
    """

    sheet: Sheet | None
    rows: int
    refusals: tuple[Refusal, ...]
    warnings: tuple[RowWarning, ...]
    fields: frozenset[str]
    unmatched: tuple[str, ...]
    planner: Planner


def read(request: Request, today: date, progress: Progress) -> Checked:
    """Read and check the request's file; refuses what delimited.read, fields.match and prepare refuse."""
    progress(0, 1, "Reading the file")
    if request.kind == PRACTICES:
        return _read_practices(request, today)
    kind = Kind(request.kind)
    sheet = delimited.read(request.path)
    headers = sheet.headers[:-2] if sheet.headers[-2:] == _OF_REJECTS else sheet.headers
    mapping = fields.match(headers, kind, request.columns)
    prepared, planner = _prepared(request, kind, sheet, mapping, today, progress)
    return Checked(
        sheet=sheet,
        rows=len(prepared.rows) + len(prepared.refusals),
        refusals=prepared.refusals,
        warnings=prepared.warnings,
        fields=frozenset(mapping.values()),
        unmatched=fields.unmatched(headers, mapping),
        planner=planner,
    )


def _read_practices(request: Request, today: date) -> Checked:
    rows = read_practices(request.path)
    return Checked(
        sheet=None,
        rows=len(rows),
        refusals=(),
        warnings=(),
        fields=frozenset(),
        unmatched=(),
        planner=lambda work, setting: PracticesPlan(work, rows, request.edition, today, setting),
    )


def _prepared(
    request: Request,
    kind: Kind,
    sheet: Sheet,
    mapping: Mapping[str, str],
    today: date,
    progress: Progress,
) -> tuple[Prepared[ImportedRow], Planner]:
    """The rows of a sheet, and how they are compared with the records; one case a kind of row."""
    order = request.dates
    match kind:
        case Kind.PATIENTS:
            patients = prepare(sheet, mapping, Kind.PATIENTS, order, today=today, progress=progress)
            return patients, lambda work, setting: PatientsPlan(work, patients, setting)
        case Kind.APPOINTMENTS:
            booked = prepare(sheet, mapping, Kind.APPOINTMENTS, order, today=today, progress=progress)
            return booked, lambda work, setting: AppointmentsPlan(work, booked, setting)
        case Kind.NOTES:
            notes = prepare(sheet, mapping, Kind.NOTES, order, today=today, progress=progress)
            return notes, lambda work, setting: NotesPlan(work, notes, setting)
        case Kind.CONSENTS:
            consents = prepare(sheet, mapping, Kind.CONSENTS, order, today=today, progress=progress)
            return consents, lambda work, setting: ConsentsPlan(work, consents, setting)
        case Kind.CALLS:
            calls = prepare(sheet, mapping, Kind.CALLS, order, today=today, progress=progress)
            return calls, lambda work, setting: CallsPlan(work, calls, setting)
