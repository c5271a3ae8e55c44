"""The one table model: native sorting, selections that stay, Enter that opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from practice_app.errors import Defect
from practice_app.gui.table import Column, Paged, Rows, Table, ValueRole, runs_right_to_left


@dataclass(frozen=True)
class Pet:
    name: str
    born: date | None
    legs: int


PETS = [Pet("Rex", date(2020, 5, 1), 4), Pet("Tweety", None, 2), Pet("Ant", date(2019, 12, 31), 6)]


@pytest.fixture
def rows() -> Rows[Pet]:
    made = Rows[Pet](
        [
            Column("Name", lambda pet: pet.name, stretches=True),
            Column("Born", lambda pet: pet.born, lambda day: f"{day:%d-%b-%Y}"),
            Column("Legs", lambda pet: pet.legs, align=Qt.AlignmentFlag.AlignRight, widest="00"),
        ]
    )
    made.show(PETS)
    return made


def names(rows: Rows[Pet]) -> list[str]:
    return [rows.index(row, 0).data() for row in range(rows.rowCount())]


def test_qt_finds_the_model_sound(qtmodeltester, rows: Rows[Pet]) -> None:
    qtmodeltester.check(rows, force_py=True)


def test_a_cell_shows_text_and_keeps_its_native_value(rows: Rows[Pet]) -> None:
    assert rows.index(0, 1).data() == "01-May-2020"
    assert rows.data(rows.index(0, 1), ValueRole) == date(2020, 5, 1)
    assert rows.index(1, 1).data() == ""
    assert rows.headerData(1, Qt.Orientation.Horizontal) == "Born"


def test_sorting_compares_values_and_puts_the_unknown_last_either_way(rows: Rows[Pet]) -> None:
    rows.sort(1)
    assert names(rows) == ["Ant", "Rex", "Tweety"]
    rows.sort(1, Qt.SortOrder.DescendingOrder)
    assert names(rows) == ["Rex", "Ant", "Tweety"]


def test_a_selection_stays_on_its_row_when_the_rows_are_sorted(qtbot, rows: Rows[Pet]) -> None:
    table = Table(rows, name="Pets")
    qtbot.addWidget(table)
    table.selectRow(2)
    rows.sort(0)
    assert table.current == PETS[2]
    assert table.currentIndex().row() == 0


def test_enter_opens_the_row_under_the_cursor(qtbot, rows: Rows[Pet]) -> None:
    table = Table(rows, name="Pets")
    qtbot.addWidget(table)
    table.step(+1)
    table.step(+1)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [PETS[1]]


def test_the_cursor_stays_inside_the_table(qtbot, rows: Rows[Pet]) -> None:
    table = Table(rows, name="Pets")
    qtbot.addWidget(table)
    table.step(+99)
    assert table.currentIndex().row() == 2
    table.step(-99)
    assert table.currentIndex().row() == 0


def test_an_empty_table_opens_nothing(qtbot) -> None:
    table = Table(Rows[Pet]([Column("Name", lambda pet: pet.name)]), name="Pets")
    qtbot.addWidget(table)
    table.step(+1)
    with qtbot.assertNotEmitted(table.opened):
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert table.current is None


LAST_PAGE = 9_999 // Paged.PAGE
IDS = [UUID(int=number) for number in range(10_000)]


@pytest.fixture
def paged() -> tuple[Rows[Pet], list[int]]:
    """Ten thousand pets that are read in pages, and the numbers of the pages read so far."""
    read: list[int] = []

    def fetch(ids: Sequence[UUID]) -> list[Pet | None]:
        read.append(ids[0].int // Paged.PAGE)
        return [None if each.int == 4_242 else Pet(f"Pet {each.int}", None, 4) for each in ids]

    made = Rows[Pet]([Column("Name", lambda pet: pet.name, stretches=True)])
    made.show(Paged(IDS, fetch))
    return made, read


def test_qt_finds_pages_sound(qtmodeltester, paged) -> None:
    rows, _read = paged
    rows.show(Paged(IDS[:120], lambda ids: [Pet(str(each.int), None, 4) for each in ids]))
    qtmodeltester.check(rows, force_py=True)


def test_only_the_pages_that_are_looked_at_are_read(qtbot, paged) -> None:
    rows, read = paged
    table = Table(rows, name="Pets")
    table.resize(400, 300)
    qtbot.addWidget(table)
    table.show()
    table.grab()
    assert rows.rowCount() == 10_000
    assert read == [0]
    table.scrollTo(rows.index(9_999, 0))
    table.grab()
    assert read == [0, LAST_PAGE]
    table.scrollToTop()
    table.grab()
    assert read == [0, LAST_PAGE]


def test_few_pages_are_kept_and_those_looked_at_last(paged) -> None:
    rows, read = paged
    for number in range(Paged.KEPT):
        rows.index(number * Paged.PAGE, 0).data()
    rows.index(0, 0).data()
    rows.index(Paged.KEPT * Paged.PAGE, 0).data()
    read.clear()
    rows.index(0, 0).data()
    assert read == []
    rows.index(Paged.PAGE, 0).data()
    assert read == [1]


def test_somebody_who_is_gone_leaves_an_empty_row_and_opens_nothing(qtbot, paged) -> None:
    rows, _read = paged
    table = Table(rows, name="Pets")
    qtbot.addWidget(table)
    assert rows.index(4_242, 0).data() is None
    assert rows.index(4_243, 0).data() == "Pet 4243"
    table.selectRow(4_242)
    with qtbot.assertNotEmitted(table.opened):
        table.open_current()


def test_pages_are_put_in_order_where_they_come_from(paged) -> None:
    rows, _read = paged
    with pytest.raises(Defect):
        rows.sort(0)


LONG = "Featherstonehaugh-Cholmondeley de la Vega y Montemayor, Wolfeschlegelsteinhausen Maximiliana"


def table_of_names(qtbot: QtBot, names: Sequence[str]) -> Table[Pet]:
    rows = Rows[Pet]([Column("Name", lambda pet: pet.name, stretches=True, is_whole=True)])
    table = Table(rows, name="Pets")
    qtbot.addWidget(table)
    table.resize(300, 400)
    table.show()
    rows.show([Pet(name, None, 4) for name in names])
    return table


def test_a_row_grows_for_a_name_that_needs_several_lines_and_shrinks_again(qtbot: QtBot) -> None:
    table = table_of_names(qtbot, ["Rex", LONG])
    usual = table.verticalHeader().defaultSectionSize()
    qtbot.waitUntil(lambda: table.rowHeight(1) >= usual + 2 * table.fontMetrics().height())
    assert table.rowHeight(0) == usual
    table.resize(1200, 400)
    qtbot.waitUntil(lambda: table.rowHeight(1) == usual)
    assert not table.has_grown(1)


def test_a_row_grows_when_it_is_scrolled_to(qtbot: QtBot) -> None:
    table = table_of_names(qtbot, [*["Rex"] * 500, LONG])
    usual = table.verticalHeader().defaultSectionSize()
    table.scrollToBottom()
    qtbot.waitUntil(lambda: table.rowHeight(500) > usual)
    table.model().show([Pet("Rex", None, 4)] * 501)
    qtbot.waitUntil(lambda: table.rowHeight(500) == usual and not table.has_grown(500))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("محمد عبد الرحمن “أبو خالد”", True),
        ("“כהן”, Dana", True),
        ("Dana “כהן”", False),
        ("Żółć", False),
        ("", False),
        ("123 –", False),
    ],
)
def test_the_first_letter_with_a_direction_gives_the_direction(text: str, expected: bool) -> None:
    assert runs_right_to_left(text) is expected
