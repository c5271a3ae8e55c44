"""Delimited text files (CSV and its relatives): read as clinics have them, written so that none bites.

Reading recognises the encoding and the delimiter, keeps the line numbers a person sees in an editor,
and takes off the one apostrophe that writing puts before cells a spreadsheet would run as formulas.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from practice_app.errors import FileRefused
from practice_app.exchange import files, text_encoding

# What a spreadsheet runs: = + - @, their full-width forms, and a leading tab or line break, also after
# spaces. Apostrophes before it count too, so that text which looks guarded already comes back as it was.
_RUNNABLE = re.compile(r"'*\s*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HAS_WORD = re.compile(r"[^\W_]")
_SPACED_QUOTES = re.compile(r"\s+\".*\"\s*", re.DOTALL)
_DELIMITER_STATED = re.compile(r"\ufeff?sep=(?P<delimiter>[,;\t])\s*")

# In the order in which they are less likely to be part of the text itself.
_DELIMITERS = ("\t", ";", ",")
_SAMPLE_CHARACTERS = 1 << 16
_SAMPLE_ROWS = 200
_LONGEST_CELL = 131_072  # what the csv module takes by itself

Cell = str | int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold: `size` in bytes, `rows` without the heading row."""

    size: int = 200 * 1024 * 1024
    rows: int = 1_000_000


DEFAULT = Limits()


class SheetRow(NamedTuple):
    """One row: the physical line it begins on, its cells, and what is wrong with its shape ("" if nothing).

    A faulty row has the cells that could be told apart, at worst its whole line as one cell. `remarks` say
    what was left out of it before it became a row.
    """

    line: int
    cells: list[str]
    fault: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A delimited file, read once: its bytes, their SHA-256 (hex), and how to take them apart.

    `headers` are trimmed and unlike one another; a column without a heading is called "column 3".
    """

    path: Path
    headers: tuple[str, ...]
    sha256: str
    encoding: str
    delimiter: str
    limits: Limits
    _content: bytes = field(repr=False)
    _header_line: int = field(repr=False)
    _spaces_after_delimiter: bool = field(repr=False)

    @property
    def lines(self) -> int:
        """How many physical lines the file has, about: a measure for progress."""
        return self._content.count(b"\n")

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the headings, in file order, each time anew; rows without any text are left out.

        Raises FileRefused when a quotation mark is never closed (what follows cannot be told apart) and
        when there are more rows than the limit.
        """
        lines = _Lines(self._content, self.encoding, skip=self._header_line)
        reader = csv.reader(
            lines, delimiter=self.delimiter, strict=True, skipinitialspace=self._spaces_after_delimiter
        )
        width = len(self.headers)
        count = 0
        while True:
            first = reader.line_num + self._header_line + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield _misquoted(first, reader.line_num + self._header_line, lines.latest, problem)
                continue
            together = "\n" + "\n".join(cells)
            if "\n'" in together:
                cells = [_unguarded(cell) for cell in cells]
            if not any(map(str.strip, cells)):
                continue
            count += 1
            if count > self.limits.rows:
                raise FileRefused(
                    f"The file has more than {self.limits.rows:,} rows. Split it into smaller files."
                )
            fault = ""
            if len(cells) != width:
                cells, fault = _fitted(cells, width, first, reader.line_num + self._header_line)
            if "\0" in together:
                fault = "This row holds a zero byte, which no text has: the file may be damaged here."
            yield SheetRow(first, cells, fault)


def read(path: Path, *, limits: Limits = DEFAULT) -> Sheet:
    """Read a delimited file with a heading row; the delimiter is a comma, a semicolon or a tab.

    Refuses with FileRefused: what files.read_once and text_encoding.recognise refuse, an empty file, a
    heading row that is missing or names two columns alike. Row faults are told row by row (Sheet.rows).
    """
    content = files.read_once(path, limits.size)
    if not content:
        raise FileRefused(f"“{path.name}” is empty.")
    encoding = text_encoding.recognise(content)
    sample, is_whole = _sample(content, encoding)
    stated = _DELIMITER_STATED.fullmatch(sample.partition("\n")[0])
    if not is_whole:
        sample = sample[: sample.rfind("\n") + 1] or sample
    delimiter = stated["delimiter"] if stated else _likeliest_delimiter(sample)
    spaces = _has_spaces_before_quotes(sample, delimiter)
    headings, header_line = _heading_row(path, content, encoding, delimiter, spaces, 1 if stated else 0)
    return Sheet(
        path=path,
        headers=_names(headings),
        sha256=sha256(content).hexdigest(),
        encoding=encoding,
        delimiter=delimiter,
        limits=limits,
        _content=content,
        _header_line=header_line,
        _spaces_after_delimiter=spaces,
    )


def write(path: Path, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a comma-separated file in UTF-8 with a mark, whole or not at all, readable by this account only.

    Every cell is quoted. Text that a spreadsheet would run as a formula gets an apostrophe in front;
    numbers given as numbers do not. `read` takes that apostrophe off again.
    """
    with files.written_whole(path) as file:
        write_to(file, headers, rows)


def write_to(file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write what `write` does to a file that is open already."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([guarded(header) for header in headers])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    text.flush()
    text.detach()


def guarded(cell: Cell) -> str:
    """The cell as text that no spreadsheet runs: with an apostrophe before what looks like a formula."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    return f"'{cell}" if _RUNNABLE.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _RUNNABLE.match(cell) else cell


class _Lines:
    """The physical lines of the decoded content, with the latest one kept for the report of a fault."""

    def __init__(self, content: bytes, encoding: str, skip: int) -> None:
        self._stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
        self.latest = ""
        for _ in islice(self._stream, skip):
            pass

    def __iter__(self) -> Iterator[str]:
        for line in self._stream:
            self.latest = line
            yield line


def _misquoted(first: int, last: int, latest: str, problem: csv.Error) -> SheetRow:
    """The row whose quotation marks are wrong, when it is certain where the next row begins."""
    if first == last and latest.count('"') % 2 == 0:
        if len(latest) > _LONGEST_CELL:
            fault = f"A cell is longer than {_LONGEST_CELL:,} characters."
        else:
            fault = (
                'There is text right after a closing quotation mark. Inside quotation marks, write "" for ".'
            )
        return SheetRow(first, [latest.rstrip("\r\n")], fault)
    raise FileRefused(
        f"The row that begins on line {first:,} has a quotation mark that is not closed properly, so the "
        "rows after it cannot be told apart. Mend that line, or export the file again."
    ) from problem


def _fitted(cells: list[str], width: int, first: int, last: int) -> tuple[list[str], str]:
    """A row with more or fewer cells than headings: empty cells too many do no harm, all else is a fault."""
    if len(cells) > width and not any(map(str.strip, cells[width:])):
        return cells[:width], ""
    fault = f"This row has {_columns(len(cells))}, the heading row {width}."
    if last > first:
        fault += f" Lines {first:,} to {last:,} were read as one row: a quotation mark may be missing."
    return cells, fault


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _sample(content: bytes, encoding: str) -> tuple[str, bool]:
    """The beginning of the text, and whether that is all of it."""
    stream = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    sample = stream.read(_SAMPLE_CHARACTERS)
    return sample, not stream.read(1)


def _records(sample: str, delimiter: str, *, spaces: bool = False) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, skipinitialspace=spaces)
    return [row for row in islice(reader, _SAMPLE_ROWS) if any(map(str.strip, row))]


def _agreement(records: list[list[str]]) -> tuple[float, float]:
    """How well rows agree with the first one: in having many columns, then in having as many as it has."""
    if not records:
        return 0.0, 0.0
    width = len(records[0])
    alike = sum(len(record) == width for record in records) / len(records)
    return (width - 1) * alike, alike


def _likeliest_delimiter(sample: str) -> str:
    """The delimiter under which the rows best agree; with one heading only, one that cuts no row in two."""
    return max(_DELIMITERS, key=lambda delimiter: _agreement(_records(sample, delimiter)))


def _has_spaces_before_quotes(sample: str, delimiter: str) -> bool:
    """Whether the file puts spaces between a delimiter and a quotation mark: `Smith, "1 High St, Leeds"`."""
    exact = _records(sample, delimiter)
    if any(_SPACED_QUOTES.fullmatch(cell) for record in exact for cell in record):
        return True
    return _agreement(_records(sample, delimiter, spaces=True)) > _agreement(exact)


def _heading_row(
    path: Path, content: bytes, encoding: str, delimiter: str, spaces: bool, skip: int
) -> tuple[list[str], int]:
    """The first row with any text, and the physical line it ends on."""
    lines = _Lines(content, encoding, skip=skip)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=spaces)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                return cells, reader.line_num + skip
    except csv.Error as problem:
        raise FileRefused(
            "The heading row has a quotation mark that is not closed properly. Mend the first line, or "
            "export the file again."
        ) from problem
    raise FileRefused(f"“{path.name}” has no heading row: it holds no text.")


def _names(headings: list[str]) -> tuple[str, ...]:
    """The headings trimmed, those without a name called by their place; refuses two that are alike."""
    if any(_CONTROL.search(heading) for heading in headings) or not any(map(_HAS_WORD.search, headings)):
        raise FileRefused(
            "The first row holds no headings. Put the names of the columns there, or export the file again."
        )
    names = [
        " ".join(_unguarded(heading).lstrip("\ufeff").split()) or f"column {place}"
        for place, heading in enumerate(headings, start=1)
    ]
    places: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        earlier = places.setdefault(name.casefold(), place)
        if earlier != place:
            raise FileRefused(
                f"Two columns have the same heading, “{name}” (columns {earlier} and {place}). "
                "Rename one of them in the file."
            )
    return tuple(names)
