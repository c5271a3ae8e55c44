"""The NHS directory of GP practices (epraccur.csv), read as it is published."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from practice_app.errors import FileRefused, Invalid
from practice_app.exchange import files, text_encoding
from practice_app.exchange.capitals import without_shouting
from practice_app.rules import contact_details, dates
from practice_app.rules.dates import DateOrder

_LARGEST = 50 * 1024 * 1024
_COLUMNS = 27
_CODE = re.compile(r"[A-Z0-9]{3,10}")
_STATUS = {"A": "active", "C": "closed", "D": "dormant", "P": "proposed"}


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """One practice of the directory.

    `code` is its ODS code, which is never given again. `name` and `address` are for display;
    `published_name` is as the directory shouts it. `status` is active, closed, dormant or proposed.
    `prescribing_setting` "4" is a GP practice. `fingerprint` is the SHA-256 (hex) of the published row.
    """

    line: int
    code: str
    name: str
    published_name: str
    address: tuple[str, ...]
    postcode: str
    phone: str
    opened_on: date | None
    closed_on: date | None
    status: str
    prescribing_setting: str
    fingerprint: str


def starts_like_the_directory(beginning: bytes) -> bool:
    """Whether a file begins as the directory does: a code and 26 more columns, without headings."""
    first = beginning.decode("ascii", errors="replace").partition("\n")[0]
    columns = next(csv.reader([first]), [])
    return len(columns) == _COLUMNS and bool(_CODE.fullmatch(columns[0].strip()))


def read_practices(path: Path) -> tuple[PracticeRow, ...]:
    """Every practice of a directory file: no heading row, 27 columns, dates yyyymmdd.

    Refuses the whole file with FileRefused, naming the line, when a row is not of that shape or a code
    comes twice: a directory with one wrong row is another file, or a damaged one.
    """
    content = files.read_once(path, _LARGEST)
    text = io.TextIOWrapper(io.BytesIO(content), encoding=text_encoding.recognise(content), newline="")
    reader = csv.reader(text, strict=True)
    practices: dict[str, PracticeRow] = {}
    try:
        for columns in reader:
            if columns:
                practice = _practice(reader.line_num, columns)
                if practice.code in practices:
                    first = practices[practice.code].line
                    raise _refused(reader.line_num, f"its code is also on line {first:,}")
                practices[practice.code] = practice
    except csv.Error as problem:
        raise _refused(reader.line_num, "a quotation mark is not closed properly") from problem
    if not practices:
        raise FileRefused(f"“{path.name}” holds no practices.")
    return tuple(practices.values())


def _practice(line: int, columns: list[str]) -> PracticeRow:
    if len(columns) != _COLUMNS:
        raise _refused(line, f"it has {len(columns)} columns, where the directory has {_COLUMNS}")
    values = [column.strip() for column in columns]
    code, name, address, postcode = values[0], values[1], values[4:9], values[9]
    opened, closed, status, phone, setting = values[10], values[11], values[12], values[17], values[25]
    if not _CODE.fullmatch(code):
        raise _refused(line, "its first column is no practice code")
    if not name:
        raise _refused(line, "it has no name")
    if status not in _STATUS:
        raise _refused(line, "its status is none of A, C, D and P")
    return PracticeRow(
        line=line,
        code=code,
        name=without_shouting(name),
        published_name=name,
        address=tuple(without_shouting(part) for part in address if part),
        postcode=contact_details.postcode(postcode).shown,
        phone=contact_details.show_phone(phone),
        opened_on=_day(line, opened),
        closed_on=_day(line, closed),
        status=_STATUS[status],
        prescribing_setting=setting,
        fingerprint=sha256("\x1f".join(values).encode()).hexdigest(),
    )


def _day(line: int, text: str) -> date | None:
    if not text:
        return None
    try:
        return dates.parse(text, DateOrder.YMD)
    except Invalid as problem:
        raise _refused(line, "a date in it is none") from problem


def _refused(line: int, why: str) -> FileRefused:
    return FileRefused(
        f"This is not the NHS directory of GP practices (epraccur.csv), or it is damaged. "
        f"Line {line:,}: {why}."
    )
