"""Several things of one sort in a form, one a row: numbers, addresses, what was told; preferred first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from practice_app.gui.controls import announce, push_button
from practice_app.gui.forms import values
from practice_app.gui.forms.form import Field
from practice_app.gui.icons import icon_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS

Lines = Sequence[Sequence[tuple[Field, int]]]
"""The fields of one row, line by line, each with its share of the width."""


class Remembered(QWidget):
    """A value of a row that is not shown, such as its id in the records."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._value = ""
        self.hide()

    def value(self) -> str:
        """What was remembered."""
        return self._value

    def set_value(self, value: str) -> None:
        """Remember something else."""
        if value != self._value:
            self._value = value
            self.changed.emit()


class RowList(QWidget):
    """Rows of fields in a form, with buttons to add, remove and move up.

    A row's fields are called "phones.0.number": the list's name, the place, their own. What a row says moves
    with it, the fields stay. Signals: changed() when rows came or went, grown(list of new Fields).
    """

    changed = Signal()
    grown = Signal(object)

    def __init__(self, name: str, what: str, add_text: str, make: Callable[[str, int], Lines]) -> None:
        """`what` is one row in words ("telephone number"); `make` gives the fields of a row.

        `make` is called with the prefix of the fields' names ("phones.0.") and the row's number from 1.
        """
        super().__init__()
        self._name, self._what, self._make = name, what, make
        self._rows: list[_Row] = []
        self.add_button = push_button(add_text, kind="link")
        self.add_button.clicked.connect(self._add)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_XS)
        self._layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def fields(self) -> Sequence[Field]:
        """The fields of all rows, in their order."""
        return [field for row in self._rows for field in row.fields]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def rows(self) -> list[dict[str, str]]:
        """What the rows hold, by the fields' own names."""
        return [row.values() for row in self._rows]

    def show_rows(self, wanted: Sequence[Mapping[str, str]]) -> None:
        """Have exactly these rows; what a row does not say is left as a new row has it."""
        if len(wanted) != len(self._rows):
            for _ in range(len(wanted), len(self._rows)):
                self._take_last()
            for _ in range(len(self._rows), len(wanted)):
                self._grow()
            self.changed.emit()
        for row, says in zip(self._rows, wanted, strict=True):
            row.write(says)

    def show_named(self, given: Mapping[str, str]) -> None:
        """Have the rows that these values of a whole form speak of ("phones.0.number")."""
        found: dict[int, dict[str, str]] = {}
        for name, value in given.items():
            whose, _, rest = name.partition(".")
            place, _, part = rest.partition(".")
            if whose == self._name and place.isdecimal():
                found.setdefault(int(place), {})[part] = value
        self.show_rows([found[place] for place in sorted(found)])

    def _add(self) -> None:
        self._grow()
        self.changed.emit()
        self._rows[-1].first.setFocus()

    def _remove(self, row: _Row) -> None:
        place = self._rows.index(row)
        rest = self.rows()
        del rest[place]
        announce(self, f"The {self._what} was removed.")
        self.show_rows(rest)
        (self._rows[min(place, len(rest) - 1)].first if rest else self.add_button).setFocus()

    def _move_up(self, row: _Row) -> None:
        place = self._rows.index(row)
        said = self.rows()
        said[place - 1 : place + 1] = said[place], said[place - 1]
        self.show_rows(said)
        self._rows[place - 1].first.setFocus()
        announce(self, f"This is now {self._what} {place}.")

    def _grow(self) -> None:
        number = len(self._rows) + 1
        row = _Row(self._make(f"{self._name}.{number - 1}.", number), f"{self._what} {number}", number)
        row.remove.clicked.connect(partial(self._remove, row))
        row.up.clicked.connect(partial(self._move_up, row))
        self._rows.append(row)
        self._layout.insertWidget(number - 1, row)
        row.show()  # at once: what is added to a widget on show appears only later by itself
        self._order_tabs(row)
        self.grown.emit(row.fields)

    def _take_last(self) -> None:
        row = self._rows.pop()
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _order_tabs(self, row: _Row) -> None:
        """Tab leads from what is above through the row to the button below it."""
        before = self._stop_above()
        for stop in (*row.stops, self.add_button):
            if before is not None:
                QWidget.setTabOrder(before, stop)
            before = stop

    def _stop_above(self) -> QWidget | None:
        """The last tab stop above the button; never a container, which would stand for all that is in it."""
        at = self.add_button.previousInFocusChain()
        while at is not None and at is not self.add_button:
            if at.focusPolicy() & Qt.FocusPolicy.TabFocus and not at.isAncestorOf(self.add_button):
                return at
            at = at.previousInFocusChain()
        return None


class _Row(QWidget):
    """One row: its fields in lines, and the buttons at the end of the last line."""

    def __init__(self, lines: Lines, what: str, number: int) -> None:
        super().__init__()
        self.fields = [field for line in lines for field, _share in line]
        self._at_first = {field.name: values.read(field.control) for field in self.fields}
        shown = [field for field in self.fields if not isinstance(field.control, Remembered)]
        self.first = shown[0].target
        self.up = icon_button("chevron-up", name=f"Move {what} up")
        if number == 1:
            self.up.hide()  # its room is kept, so that the rows stand in columns
        policy = self.up.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.up.setSizePolicy(policy)
        self.remove = icon_button("x", name=f"Remove {what}")
        self.stops: list[QWidget] = [*(field.target for field in shown), self.up, self.remove]
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        for line in lines:
            row = QHBoxLayout()
            row.setSpacing(SPACE_M)
            for field, share in line:
                if isinstance(field.control, Remembered):
                    field.setParent(self)
                    field.hide()
                else:
                    row.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
            rows.addLayout(row)
        self._lay_out_buttons(row, shown[-1])

    def _lay_out_buttons(self, row: QHBoxLayout, beside: Field) -> None:
        for button in (self.up, self.remove):
            row.addLayout(_below_a_label(button, beside))

    def values(self) -> dict[str, str]:
        """What the fields hold, by their own names."""
        return {field.name.rpartition(".")[2]: values.read(field.control) for field in self.fields}

    def write(self, says: Mapping[str, str]) -> None:
        """Fill the fields, and take back what was said about what they held before."""
        for field in self.fields:
            values.write(field.control, says.get(field.name.rpartition(".")[2], self._at_first[field.name]))
            field.set_error("")
            field.set_doubt("")


def _below_a_label(button: QToolButton, beside: Field) -> QVBoxLayout:
    """The button level with a field's control, which has a label over it."""
    column = QVBoxLayout()
    column.setSpacing(0)
    if not beside.label.isHidden():
        column.addSpacing(beside.label.sizeHint().height() + SPACE_XS)
    column.addWidget(button)
    column.addStretch(1)
    return column
