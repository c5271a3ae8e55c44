"""Small files to import, and the short way to import them."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from practice_app.model.base import Base
from practice_app.progress import Progress
from practice_app.services import imports
from practice_app.services.imports import Outcome, Request
from practice_app.storage.records import Records

PATIENTS = """Patient ID,First name,Last name,DOB,NHS number,Mobile,Email,Postcode
P1,Margaret,Holloway,14/03/1958,999 000 0018,07700 900111,mh@example.org,CT11 8AA
P2,Amir,Khan,02/11/1990,,07700 900222,,
P3,,,,,,bluebird@example.org,
"""
"""Two patients; the third row names nobody."""


def written(folder: Path, text: str, name: str = "file.csv") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def table(folder: Path, *rows: Sequence[str], name: str = "file.csv") -> Path:
    """A file with these rows, the first being the headings."""
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def take_in(records: Records, kind: str, path: Path, **asked: Any) -> Outcome:
    """Import a file; `asked` are other fields of the request."""
    return imports.run(records, Request(kind=kind, path=path, **asked), progress=Progress())


def count(records: Records, kind: type[Base]) -> int:
    """How many rows of a kind are in the records."""
    with records.work(writes=False) as work:
        return work.first(select(func.count()).select_from(kind)) or 0


def rows_of(records: Records, kind: type[Base]) -> list[dict[str, Any]]:
    """All rows of a kind, as plain values."""
    with records.work(writes=False) as work:
        return [dict(row._mapping) for row in work.rows(select(*kind.__table__.c))]
