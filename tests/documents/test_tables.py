"""Tables: every cell in its place and said once, whatever it spans and however long it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_app.documents.look import STANDARD
from practice_app.documents.page import Document, Rendered
from practice_app.documents.tables import Cell, Value, group
from practice_app.errors import Defect

from .examples import words
from .judge import judge, spoken

HEADS = ("Date", "Time", "Role", "Items")
SHARES = (2, 1, 3, 1)


def table(rows: list[tuple[Value, ...]], heads: tuple[Value, ...] = HEADS, **options: object) -> Rendered:
    made = Document("A title", "Harbour Clinic")
    made.heading("First")
    made.table(heads, rows, SHARES[: len(heads)], **options)
    made.paragraph("After the table.")
    return made.finish()


def cells(pdf: bytes) -> list[str]:
    return [text for tag, text in spoken(pdf) if tag in ("TH", "TD")]


def attributes(pdf: bytes) -> dict[str, dict[str, object]]:
    """What every cell says of itself, by its words."""
    found: dict[str, dict[str, object]] = {}
    said = iter(cells(pdf))

    def walk(element: pikepdf.Object) -> None:
        if element.get("/S") in ("/TH", "/TD"):
            about = element.get("/A", pikepdf.Dictionary())
            found[next(said)] = {
                key[1:]: about[key] if isinstance(about[key], int) else str(about[key])[1:]
                for key in about
                if key != "/O"
            }
        kids = element.get("/K", pikepdf.Array())
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                walk(kid)

    with pikepdf.open(BytesIO(pdf)) as document:
        walk(document.Root.StructTreeRoot.K)
    return found


@dataclass(frozen=True)
class Drawn:
    """A line of text on a page and where it begins."""

    page: int
    x: float
    y: float
    text: str


def drawn(pdf: bytes) -> Iterator[Drawn]:
    with pikepdf.open(BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages):
            for x, y, text in re.findall(
                rb"1 0 0 1 ([\d.]+) ([\d.]+) Tm \((.*?)\) Tj", page.obj.Contents.read_bytes()
            ):
                yield Drawn(number, float(x), float(y), text.decode())


def test_a_cell_over_columns_and_rows_says_so() -> None:
    rows: list[tuple[Value, ...]] = [
        group("2024", 4),
        (Cell("8 January", rows=2), "10:30", "Therapist", "1"),
        ("11:00", "Director", "2"),
        ("9 January", Cell("all day", columns=2), "3"),
    ]
    over = (Cell("When", columns=2), Cell("Role", rows=2), Cell("Items", rows=2))
    made = Document("A title", "Harbour Clinic")
    made.heading("First")
    made.table(("Date", "Time"), rows, SHARES, over=over)
    rendered = made.finish()
    assert judge(rendered.pdf) == []
    said = attributes(rendered.pdf)
    assert list(said) == [
        *("When", "Role", "Items", "Date", "Time", "2024", "8 January", "10:30", "Therapist", "1"),
        *("11:00", "Director", "2", "9 January", "all day", "3"),
    ]
    assert said["When"] == {"Scope": "Column", "ColSpan": 2}
    assert said["Role"] == {"Scope": "Column", "RowSpan": 2}
    assert said["2024"] == {"Scope": "Column", "ColSpan": 4}
    assert said["8 January"] == {"Scope": "Row", "RowSpan": 2}
    assert said["all day"] == {"ColSpan": 2}
    assert said["9 January"] == {"Scope": "Row"}
    assert said["11:00"] == {}


@pytest.mark.parametrize(
    "rows",
    [
        [("too", "few", "cells")],
        [("one", "too", "many", "cells", "here")],
        [("a", "b", "c", Cell("wide", columns=2))],
        [(Cell("high", rows=2), "b", "c", "d")],
        [(Cell("high", rows=2), "b", "c", "d"), ("a", "b", "c", "d")],
        [tuple(Cell(text, rows=2) for text in "abcd"), ()],
    ],
)
def test_a_row_that_does_not_fill_its_columns_is_a_defect(rows: list[tuple[Value, ...]]) -> None:
    with pytest.raises(Defect):
        table(rows)


@st.composite
def grids(draw: st.DrawFn) -> tuple[list[tuple[Value, ...]], list[str]]:
    """Rows that fill four columns with cells of any span, and the words of their cells in order."""
    height = draw(st.integers(1, 12))
    free = [[True] * len(HEADS) for _ in range(height)]
    rows: list[tuple[Value, ...]] = []
    texts: list[str] = []
    for row in range(height):
        values: list[Value] = []
        for column in range(len(HEADS)):
            if not free[row][column]:
                continue
            widest = next((n for n in range(column, len(HEADS)) if not free[row][n]), len(HEADS)) - column
            wide = draw(st.integers(1, widest)) if draw(st.booleans()) else 1
            # the last column keeps a cell for every row: a row without one is none
            is_last = column + wide == len(HEADS)
            high = 1 if is_last or draw(st.booleans()) else draw(st.integers(1, height - row))
            for down in range(high):
                free[row + down][column : column + wide] = [False] * wide
            length = draw(st.sampled_from([0, 1, 3, 30, 200]))
            text = f"c{len(texts)} {words(len(texts), length)}".strip()
            texts.append(text)
            heads = draw(st.sampled_from(["", "", "Column", "Row"]))
            values.append(Cell(text, wide, high, heads) if wide * high > 1 or heads else text)
        rows.append(tuple(values))
    return rows, texts


@settings(deadline=None, max_examples=25)
@given(grids())
def test_any_table_comes_out_whole_in_order_and_side_by_side(
    grid: tuple[list[tuple[Value, ...]], list[str]],
) -> None:
    rows, texts = grid
    rendered = table(rows)
    assert judge(rendered.pdf) == []
    assert cells(rendered.pdf) == [*HEADS, *texts]
    edges = [STANDARD.margin + STANDARD.width * sum(SHARES[:n]) / sum(SHARES) for n in range(5)]
    for page, lines in groupby(drawn(rendered.pdf), key=lambda line: line.page):
        beside: dict[float, list[float]] = {}
        for line in lines:
            if re.match(r"c?\w*\d", line.text) and 62 < line.y < 766:
                beside.setdefault(line.y, []).append(line.x)
        for starts in beside.values():
            assert len(starts) == len({*starts}), page
            assert all(any(abs(x - edge - 2.7) < 0.1 for edge in edges) for x in starts)


def test_thousands_of_rows_come_out_in_order() -> None:
    rendered = table([(f"day{n}", f"time{n}", f"role{n}", str(n)) for n in range(3_000)])
    assert cells(rendered.pdf)[4:] == [
        part for n in range(3_000) for part in (f"day{n}", f"time{n}", f"role{n}", str(n))
    ]
    heads = [line for line in drawn(rendered.pdf) if line.text == "Date"]
    assert [line.page for line in heads] == list(range(rendered.pages))
    assert judge(rendered.pdf) == []


def test_rows_are_asked_for_one_at_a_time() -> None:
    """So that a long table is never all in memory."""
    made = Document("A title", "Harbour Clinic")
    made.heading("First")
    ahead = []

    def rows() -> Iterator[tuple[str, str]]:
        for n in range(300):
            yield f"a{n}", f"b{n}"
            ahead.append(n + 1 - sum(len(owners) for owners in made._canvas.marks) // 2)

    made.table(("A", "B"), rows(), (1, 1))
    assert max(ahead) < 80


@pytest.mark.parametrize("column", [0, 2])
def test_a_cell_of_two_hundred_pages_comes_out_word_for_word(column: int) -> None:
    note = words(1, 30_000)
    row = ["a", "b", "c", "d"]
    row[column] = note
    rendered = table([tuple(row), ("e", "f", "g", "h")])
    assert rendered.pages > 200
    assert cells(rendered.pdf) == [*HEADS, *row, "e", "f", "g", "h"]
    assert judge(rendered.pdf) == []


def test_a_long_cell_over_rows_flows_down_beside_them() -> None:
    text = words(5, 300)
    rendered = table([(Cell(text, rows=3), "b", "c", "d"), ("f", "g", "h"), ("j", "k", "l")])
    assert cells(rendered.pdf) == [*HEADS, text, *"bcdfghjkl"]
    assert judge(rendered.pdf) == []


def test_a_heading_of_rows_never_ends_a_page() -> None:
    for before in range(30, 45):
        rows: list[tuple[Value, ...]] = [(f"r{n}", "b", "c", "d") for n in range(before)]
        rendered = table([*rows, group("The year", 4), ("below", "b", "c", "d")])
        pages = {line.text: line.page for line in drawn(rendered.pdf)}
        assert pages["The year"] == pages["below"]


def test_a_head_that_fills_a_page_is_not_repeated() -> None:
    rendered = table(
        [("a", "b", "c", "d"), *[("e", "f", "g", "h")] * 100], (words(1, 300), "Time", "Role", "Items")
    )
    assert judge(rendered.pdf) == []
    assert rendered.pages < 20


def test_numbers_stand_on_the_right() -> None:
    lines = {line.text: line.x for line in drawn(table([("a", "b", "c", "7")], numbers=(3,)).pdf)}
    assert lines["7"] > lines["Items"]
