"""The one table model: native sorting, selections that stay, Enter that opens."""

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt

from practice_app.gui.table import Column, Rows, Table, ValueRole


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
