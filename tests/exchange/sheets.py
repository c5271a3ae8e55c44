"""Small files to import, made up where they are needed."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from practice_app.exchange import delimited, fields
from practice_app.exchange.delimited import Sheet
from practice_app.exchange.fields import Kind
from practice_app.exchange.prepare import prepare
from practice_app.exchange.rows import ImportedRow, Prepared
from practice_app.rules.dates import DateOrder

TODAY = date(2026, 11, 21)


def sheet(folder: Path, text: str, encoding: str = "utf-8", name: str = "export.csv") -> Sheet:
    """The text as a file, read."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return delimited.read(path)


def prepared(
    folder: Path,
    kind: Kind,
    text: str,
    *,
    dates: DateOrder | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Prepared[ImportedRow]:
    """The text as a file of this kind, prepared on TODAY."""
    read = sheet(folder, text)
    return prepare(read, fields.match(read.headers, kind, overrides or {}), kind, dates, today=TODAY)


def only_row(result: Prepared[ImportedRow]) -> ImportedRow:
    """The one row there is; fails with the reasons when it was refused."""
    assert not result.refusals, result.refusals
    (row,) = result.rows
    return row


def only_reason(result: Prepared[ImportedRow]) -> str:
    """Why the one row there is was refused."""
    assert not result.rows, result.rows
    (refusal,) = result.refusals
    return refusal.reason
