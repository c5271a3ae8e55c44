"""The refused rows, written beside the user's own file so that they can be mended and tried again."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from practice_app.errors import Defect, FileRefused
from practice_app.exchange import delimited
from practice_app.exchange.entries import Table
from practice_app.exchange.rows import Refusal

_LINE, _REASON = "line", "reason"


def write_rejects(path: Path, sheet: Table, refusals: Iterable[Refusal]) -> None:
    """Write the refused rows of `sheet` as they were, each with the line it began on and why.

    The two columns come last, and replace those of an earlier rejects file that was imported again. A
    row whose cells could not be told apart is its whole line in the first column. Written as
    delimited.write does; refuses with FileRefused to replace the imported file itself.
    """
    if path.exists() and path.samefile(sheet.path):
        raise FileRefused("The refused rows cannot replace the file they come from. Name another file.")
    reasons: dict[int, list[str]] = {}
    for refusal in refusals:
        reasons.setdefault(refusal.line, []).append(refusal.reason)
    width = len(sheet.headers)
    if sheet.headers[-2:] == (_LINE, _REASON):
        width -= 2
    headers = sheet.headers[:width]
    delimited.write(path, (*headers, *_unlike(headers)), _rejected(sheet, width, reasons))


def _rejected(sheet: Table, width: int, reasons: dict[int, list[str]]) -> Iterator[list[str | int]]:
    left = len(reasons)
    for row in sheet.rows():
        if row.line in reasons:
            left -= 1
            cells = row.cells[:width] if len(row.cells) == len(sheet.headers) else row.cells
            padding = [""] * (width - len(cells))
            yield [*cells, *padding, row.line, " ".join(reasons[row.line])]
    if left:
        raise Defect("A refused row is not in the file it was refused from.")


def _unlike(headers: tuple[str, ...]) -> tuple[str, str]:
    """Headings for our two columns that none of the file's own has."""
    taken = {header.casefold() for header in headers}
    line = _LINE if _LINE not in taken else "line in the file"
    reason = _REASON if _REASON not in taken else "reason for refusal"
    return line, reason
