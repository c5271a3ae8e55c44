"""One way to build forms: labelled fields with hints, errors beside them, and a summary of the problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6 import QtCore
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from practice_app.errors import Defect, Invalid
from practice_app.gui.controls import announce, label
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XL, SPACE_XS, mark

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_ROOM_FOR_TWO = 720
"""How wide a form must be, in device-independent pixels, to have its groups in two columns."""


class Field(QWidget):
    """A label, its control, a hint, an error line, and one for what is only doubtful.

    `name` is the input's name in the use cases (Invalid.field); `text` carries the mnemonic.
    """

    def __init__(self, name: str, text: str, control: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self.name, self.control = name, control
        self.target = control.focusProxy() or control
        self.label = QLabel(text)
        self.label.setBuddy(self.target)
        self._name_target()
        self._hint = label(hint, "hint", wraps=True)
        if not hint:  # a part without a parent must never be shown: for a moment it would be a window
            self._hint.hide()
        self._error = label("", "error", wraps=True)
        self._doubt = label("", "doubt", wraps=True)
        self._error.hide()
        self._doubt.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        for part in (self.label, control, self._hint, self._error, self._doubt):
            layout.addWidget(part)
        self._describe()

    @property
    def plain_label(self) -> str:
        """The label without its mnemonic."""
        return self.label.text().replace("&", "")

    @property
    def error(self) -> str:
        """What is wrong with the input, or ""."""
        return self._error.text()

    def set_hint(self, text: str) -> None:
        """Say something else below the control."""
        self._hint.setText(text)
        self._hint.setVisible(bool(text))
        self._describe()

    def rename(self, text: str) -> None:
        """Ask for something else in the same control; `text` carries the mnemonic."""
        self.label.setText(text)
        self._name_target()

    def _name_target(self) -> None:
        self.target.setAccessibleName(self.plain_label)
        line = self.target.lineEdit() if isinstance(self.target, QComboBox) else None
        if line is not None:  # what can be typed into stands in the tree by itself
            line.setAccessibleName(self.plain_label)

    def set_error(self, text: str) -> None:
        """Say what is wrong beside the control; "" takes it back."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        mark(self.target, wrong="true" if text else "")
        self._describe()

    @property
    def doubt(self) -> str:
        """What looks odd about the input, or ""."""
        return self._doubt.text()

    def set_doubt(self, text: str) -> None:
        """Say what looks odd, which is stored all the same; "" takes it back."""
        self._doubt.setText(text)
        self._doubt.setVisible(bool(text))
        self._describe()

    def _describe(self) -> None:
        parts = [f"Error: {self.error}" if self.error else "", self.doubt, self._hint.text()]
        self.target.setAccessibleDescription(" ".join(part for part in parts if part))


@runtime_checkable
class HasFields(Protocol):
    """A part of a form whose fields come and go, such as a list of telephone numbers."""

    @property
    def fields(self) -> Sequence[Field]: ...


class ErrorSummary(QFrame):
    """ "There is a problem", with a link to each field that has one. Signals: wanted(field name)."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "problem")
        # One label made here, before the fields, keeps its place in the tab order however often it changes.
        self._links = QLabel()
        self._links.setWordWrap(True)
        self._links.setMinimumHeight(SPACE_XL)
        self._links.linkActivated.connect(self.wanted)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        rows.setSpacing(SPACE_XS)
        rows.addWidget(label("There is a problem", "heading"))
        rows.addWidget(self._links)
        self.hide()

    def show_problems(self, problems: Sequence[tuple[str, Field | None]]) -> None:
        """Show these sentences; one with a field is a link to it. None at all hides the summary."""
        self.setVisible(bool(problems))
        if not problems:
            return
        flag = QtCore.Qt.TextInteractionFlag
        self._links.setTextInteractionFlags(flag.LinksAccessibleByMouse | flag.LinksAccessibleByKeyboard)
        self._links.setText(
            "".join(f"<p style='margin: 0 0 4px 0'>{_linked(*each)}</p>" for each in problems)
        )
        self._links.setAccessibleName(" ".join(text for text, _field in problems))


def _linked(text: str, field: Field | None) -> str:
    from html import escape

    safe = escape(text)
    return f"<a href='{escape(field.name)}'>{safe}</a>" if field else f"<b>{safe}</b>"


class Form(QWidget):
    """Fields one under another below an error summary; a long form has them in groups."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[Field | HasFields] = []
        self.summary = ErrorSummary()
        self.summary.wanted.connect(self._lead_to)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_M)
        self._layout.addWidget(self.summary)
        self._into = self._layout
        self._cards: QVBoxLayout | None = None
        self._columns: _Columns

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields, in their order."""
        found: list[Field] = []
        for part in self._parts:
            found += [part] if isinstance(part, Field) else part.fields
        return tuple(found)

    def field(self, name: str) -> Field:
        """The field of this name."""
        return next(each for each in self.fields if each.name == name)

    def begin_group(self, title: str) -> QFrame:
        """Put the fields added from now on into a card under this heading; gives the card."""
        card = QFrame()
        card.setProperty("kind", "card")
        self._into = QVBoxLayout(card)
        self._into.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        self._into.setSpacing(SPACE_M)
        self._into.addWidget(label(title, "heading"))
        (self._layout if self._cards is None else self._cards).addWidget(card)
        return card

    def begin_columns(self) -> None:
        """Put the groups from now on into the first of two columns, which are one where it is narrow."""
        columns = _Columns()
        self._layout.addWidget(columns)
        self._columns, self._cards = columns, columns.first

    def next_column(self) -> None:
        """Put the groups from now on into the second column."""
        self._cards = self._columns.second

    def end_columns(self) -> None:
        """Put the groups from now on over the whole width again."""
        for column in (self._columns.first, self._columns.second):
            column.addStretch(1)
        self._cards = None

    def add(self, field: Field) -> Field:
        """Put a field at the end; its name may be used once."""
        self._know(field)
        self._into.addWidget(field)
        return field

    def add_row(self, *fields: Field) -> None:
        """Put fields side by side at the end, equally wide."""
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        for field in fields:
            self._know(field)
            row.addWidget(field, 1, QtCore.Qt.AlignmentFlag.AlignTop)
        self._into.addLayout(row)

    def add_part(self, part: QWidget) -> None:
        """Put something that is no field at the end: a sentence, a table, a button."""
        self._into.addWidget(part)

    def add_rows(self, rows: QWidget) -> None:
        """Put a part at the end that has fields of its own, which come and go (`fields`, see HasFields)."""
        if not isinstance(rows, HasFields):
            raise Defect(f"A {type(rows).__name__} has no fields of its own.")
        self._parts.append(rows)
        self._into.addWidget(rows)

    def _know(self, field: Field) -> None:
        if any(each.name == field.name for each in self.fields):
            raise Defect(f"Two fields are called {field.name!r}.")
        self._parts.append(field)

    def clear_problems(self) -> None:
        """Take every error back."""
        self.show_problems({})

    def refuse(self, error: Exception) -> None:
        """Show an error of a use case: beside the field it names, or in the summary alone."""
        self.show_problems({error.field if isinstance(error, Invalid) else "": str(error)})

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show what is wrong, by field name; the first bad field gets the focus and all is spoken."""
        known = {field.name: field for field in self.fields}
        for name, field in known.items():
            field.set_error(problems.get(name, ""))
        in_order = sorted(problems, key=lambda name: [*known, name].index(name))
        self.summary.show_problems([(problems[name], known.get(name)) for name in in_order])
        bad = next((known[name] for name in in_order if name in known), None)
        if bad is not None:
            bad.target.setFocus()
        if problems:
            announce(self, "There is a problem. " + " ".join(problems[name] for name in in_order))

    def _lead_to(self, name: str) -> None:
        self.field(name).target.setFocus()


class _Columns(QWidget):
    """Two columns of cards; one column where there is no room for two."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = QVBoxLayout(), QVBoxLayout()
        self._both = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(SPACE_M)
        for column in (self.first, self.second):
            column.setSpacing(SPACE_M)
            self._both.addLayout(column, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        is_wide = event.size().width() >= _ROOM_FOR_TWO
        self._both.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
