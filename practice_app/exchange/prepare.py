"""A delimited file into typed rows: every row checked, each one taken or refused with its reasons."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Literal, overload

from practice_app.errors import Defect, FileRefused
from practice_app.exchange import consents, correspondence, diary, notes, people
from practice_app.exchange.delimited import SheetRow
from practice_app.exchange.entries import Table
from practice_app.exchange.row_reader import RowReader, places_of
from practice_app.exchange.rows import (
    AppointmentRow,
    CallRow,
    ConsentRow,
    ContactRow,
    ImportedRow,
    LetterRow,
    NoteRow,
    PatientRow,
    Prepared,
    Refusal,
    RelationRow,
    RowWarning,
)
from practice_app.exchange.vocabulary import Kind
from practice_app.progress import Progress
from practice_app.rules.dates import DateOrder, Question, recognise

_ROWS_A_STEP = 500
_DATES: Mapping[Kind, tuple[str, ...]] = {
    Kind.PATIENTS: (
        "birth_date",
        "died_on",
        "registered_on",
        "discharged_on",
        "temporary_from",
        "temporary_until",
    ),
    Kind.APPOINTMENTS: ("birth_date", "date", "start", "end"),
    Kind.NOTES: ("birth_date", "date"),
    Kind.CONSENTS: ("birth_date", "decided_on", "expires_on"),
    Kind.CALLS: ("birth_date", "at"),
    Kind.LETTERS: ("birth_date", "date"),
    Kind.CONTACTS: ("temporary_from", "temporary_until"),
    Kind.RELATIONS: ("valid_from", "valid_to", "temporary_from", "temporary_until"),
}
_BUILD: Mapping[Kind, Callable[[RowReader], ImportedRow | None]] = {
    Kind.PATIENTS: people.patient,
    Kind.APPOINTMENTS: diary.appointment,
    Kind.NOTES: notes.note,
    Kind.CONSENTS: consents.consent,
    Kind.CALLS: correspondence.call,
    Kind.LETTERS: correspondence.letter,
    Kind.CONTACTS: people.contact,
    Kind.RELATIONS: people.relation,
}


class UnclearDates(FileRefused):
    """A column's dates can be read in more than one way; the text asks which, the column is named."""

    def __init__(self, column: str, example: str, question: str) -> None:
        super().__init__(f"In the column “{column}”: {question}")
        self.column, self.example = column, example


@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.PATIENTS],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[PatientRow]: ...
@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.APPOINTMENTS],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[AppointmentRow]: ...
@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.NOTES],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[NoteRow]: ...
@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.CONSENTS],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[ConsentRow]: ...
@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.CALLS],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[CallRow]: ...
@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.LETTERS],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[LetterRow]: ...
@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.CONTACTS],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[ContactRow]: ...
@overload
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Literal[Kind.RELATIONS],
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[RelationRow]: ...
def prepare(
    sheet: Table,
    mapping: Mapping[str, str],
    kind: Kind,
    dates: DateOrder | None,
    *,
    today: date,
    progress: Progress | None = None,
) -> Prepared[ImportedRow]:
    """All rows of `sheet`, checked and typed; `mapping` is {column: field} as fields.match gives it.

    `dates` is the order of all dates in the file; None lets each column tell its own. Nothing is
    written anywhere. Refuses with UnclearDates a column whose dates can be read in two ways or look
    American (the question to answer is the text), and what Table.rows refuses; raises Cancelled.
    """
    progress = progress or Progress()
    orders = _date_orders(sheet, mapping, kind, dates, progress)
    reader = RowReader(kind, sheet.headers, mapping, orders, today)
    build = _BUILD[kind]
    rows: list[ImportedRow] = []
    refusals: list[Refusal] = []
    warnings: list[RowWarning] = []
    first_use: dict[str, int] = {}
    for row in _with_progress(sheet, progress, "Checking rows"):
        if row.fault:
            refusals.append(Refusal(row.line, row.fault))
            continue
        reader.begin(row)
        built = build(reader)
        if built is not None and built.ref is not None:
            earlier = first_use.setdefault(built.ref, row.line)
            if earlier != row.line:
                reader.faults.append(f"The same id is in the row on line {earlier:,}.")
        if reader.faults:
            refusals.append(Refusal(row.line, " ".join(reader.faults)))
        elif built is None:
            raise Defect(f"A {kind} row was dropped without a reason.")
        else:
            rows.append(built)
            warnings += reader.warnings
    return Prepared(tuple(rows), tuple(refusals), tuple(warnings))


def _with_progress(sheet: Table, progress: Progress, doing: str) -> Iterator[SheetRow]:
    """The rows of the sheet, with progress told in lines of the file."""
    total = sheet.lines
    for count, row in enumerate(sheet.rows()):
        if count % _ROWS_A_STEP == 0:
            progress(row.line, max(total, row.line), doing)
        yield row


def _date_orders(
    sheet: Table, mapping: Mapping[str, str], kind: Kind, dates: DateOrder | None, progress: Progress
) -> dict[str, DateOrder]:
    """The order of the dates in each column that holds dates: as told, else as its values show."""
    fields = set(_DATES[kind])
    places = {field: place for field, place in places_of(sheet.headers, mapping).items() if field in fields}
    if not places:
        return {}
    if dates is not None:
        return dict.fromkeys(places, dates)
    values: dict[str, dict[str, None]] = {field: {} for field in places}
    for row in _with_progress(sheet, progress, "Looking at the dates"):
        if not row.fault:
            for field, place in places.items():
                values[field][row.cells[place]] = None
    return {field: _recognised(sheet.headers[place], values[field]) for field, place in places.items()}


def _recognised(header: str, values: dict[str, None]) -> DateOrder:
    answer = recognise(values)
    if isinstance(answer, Question):
        raise UnclearDates(header, answer.example, answer.sentence)
    return answer
