"""Tables: rows of cells only, header cells that say what they head, a grid that the cells fill."""

import pikepdf
from pikepdf import Dictionary

from .findings import Findings, entries, inside, number, tag
from .tree import Structure

_SCOPES = ("/Column", "/Row", "/Both")


def check(structure: Structure, found: Findings) -> None:
    for table in structure.tables:
        _table(table, found)


def _table(table: pikepdf.Object, found: Findings) -> None:
    rows = _rows(table)
    covered: list[dict[int, int]] = [{} for _ in rows]
    for number_of_row, row in enumerate(rows):
        cells = entries(row.get("/K"))
        if not cells or any(
            not isinstance(cell, Dictionary) or tag(cell) not in ("TH", "TD") for cell in cells
        ):
            found.say("a TR has something else than cells")
            continue
        for cell in cells:
            _cell(cell, number_of_row, covered, found)
    if any(times > 1 for row in covered for times in row.values()):
        found.say("two cells cover the same place of a table")
    if len({frozenset(row) for row in covered}) > 1:
        found.say("the rows of a table have not the same columns")


def _cell(cell: pikepdf.Object, row: int, covered: list[dict[int, int]], found: Findings) -> None:
    """Count each place of the table's grid that the cell covers, as it says what it spans."""
    attributes = inside(cell, "/A")
    if tag(cell) == "TH" and str(attributes.get("/Scope", "")) not in _SCOPES:
        found.say("a TH does not say whether it heads a column or a row")
    columns, rows = (number(attributes.get(key, 1)) for key in ("/ColSpan", "/RowSpan"))
    if columns < 1 or rows < 1:
        found.say("a cell spans no column or no row")
    if row + rows > len(covered):
        found.say("a cell reaches out of its table")
    first = next(n for n in range(len(covered[row]) + 1) if n not in covered[row])
    for places in covered[row : row + rows]:
        for column in range(first, first + columns):
            places[column] = places.get(column, 0) + 1


def _rows(element: pikepdf.Object) -> "list[pikepdf.Object]":
    rows = []
    for kid in entries(element.get("/K")):
        if isinstance(kid, Dictionary) and tag(kid) == "TR":
            rows.append(kid)
        elif isinstance(kid, Dictionary) and tag(kid) in ("THead", "TBody"):
            rows += _rows(kid)
    return rows
