"""Files that are no table, as one: each card or resource is a row, each field of ours a column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from practice_app.exchange.delimited import SheetRow


class Table(Protocol):
    """What can be imported row by row: a delimited file (delimited.Sheet), or entries put into columns."""

    @property
    def path(self) -> Path: ...
    @property
    def headers(self) -> tuple[str, ...]: ...
    @property
    def lines(self) -> int: ...

    def rows(self) -> Iterator[SheetRow]:
        """The rows below the headings, in file order, each time anew."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One card or resource: where it is in the file, its values by field name, and what is to be said of it.

    `fault` is why it cannot be taken ("" if it can); `remarks` say what was left out.
    """

    line: int
    values: Mapping[str, str]
    fault: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a file as a table, with the columns that at least one of them fills.

    `left_out` names what the file has that is not taken in.
    """

    path: Path
    entries: Sequence[Entry]
    left_out: tuple[str, ...] = ()
    headers: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """The columns in the order in which they first appear."""
        names = dict.fromkeys(name for entry in self.entries for name in entry.values)
        object.__setattr__(self, "headers", tuple(names))

    @property
    def lines(self) -> int:
        """The place of the last entry: a measure for progress."""
        return self.entries[-1].line if self.entries else 0

    def rows(self) -> Iterator[SheetRow]:
        """See Table.rows."""
        for entry in self.entries:
            cells = [entry.values.get(name, "") for name in self.headers]
            yield SheetRow(entry.line, cells, entry.fault, entry.remarks)
