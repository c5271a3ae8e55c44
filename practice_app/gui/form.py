"""One way to build forms: labelled fields with hints, errors beside them, and a summary of the problems."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from practice_app.errors import Defect, Invalid
from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark


class Field(QWidget):
    """A label, its control, a hint and an error line.

    `name` is the input's name in the use cases (Invalid.field); `text` carries the mnemonic.
    """

    def __init__(self, name: str, text: str, control: QWidget, *, hint: str = "") -> None:
        super().__init__()
        self.name, self.control = name, control
        self.target = control.focusProxy() or control
        self.label = QLabel(text)
        self.label.setBuddy(self.target)
        self.target.setAccessibleName(self.plain_label)
        self._hint = label(hint, "hint", wraps=True)
        self._hint.setVisible(bool(hint))
        self._error = label("", "error", wraps=True)
        self._error.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        for part in (self.label, control, self._hint, self._error):
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

    def set_error(self, text: str) -> None:
        """Say what is wrong beside the control; "" takes it back."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        mark(self.target, wrong="true" if text else "")
        self._describe()

    def _describe(self) -> None:
        parts = [f"Error: {self.error}" if self.error else "", self._hint.text()]
        self.target.setAccessibleDescription(" ".join(part for part in parts if part))


class ErrorSummary(QFrame):
    """ "There is a problem", with a link to each field that has one."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "problem")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        self._layout.setSpacing(SPACE_XS)
        self._layout.addWidget(label("There is a problem", "heading"))
        self._lines: list[QWidget] = []
        self.hide()

    def show_problems(self, problems: list[tuple[str, Field | None]]) -> None:
        """Show these sentences; one with a field is a link to it. None at all hides the summary."""
        for line in self._lines:
            self._layout.removeWidget(line)
            line.deleteLater()
        self._lines = [self._line(text, field) for text, field in problems]
        for line in self._lines:
            self._layout.addWidget(line)
        self.setVisible(bool(problems))

    def _line(self, text: str, field: Field | None) -> QLabel | QPushButton:
        if field is None:
            return label(text, "error", wraps=True)
        link = push_button(text, kind="link")
        link.clicked.connect(lambda: field.target.setFocus(Qt.FocusReason.OtherFocusReason))
        return link


class Form(QWidget):
    """Fields one under another below an error summary."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, Field] = {}
        self.summary = ErrorSummary()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(SPACE_M)
        self._layout.addWidget(self.summary)

    def add(self, field: Field) -> Field:
        """Put a field at the end; its name may be used once."""
        if field.name in self._fields:
            raise Defect(f"Two fields are called {field.name!r}.")
        self._fields[field.name] = field
        self._layout.addWidget(field)
        return field

    def clear_problems(self) -> None:
        """Take every error back."""
        self.show_problems({})

    def refuse(self, error: Exception) -> None:
        """Show an error of a use case: beside the field it names, or in the summary alone."""
        self.show_problems({error.field if isinstance(error, Invalid) else "": str(error)})

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """Show what is wrong, by field name; the first bad field gets the focus and all is spoken."""
        for name, field in self._fields.items():
            field.set_error(problems.get(name, ""))
        in_order = sorted(problems, key=lambda name: [*self._fields, name].index(name))
        self.summary.show_problems([(problems[name], self._fields.get(name)) for name in in_order])
        bad = next((self._fields[name] for name in in_order if name in self._fields), None)
        if bad is not None:
            bad.target.setFocus(Qt.FocusReason.OtherFocusReason)
        if problems:
            announce(self, "There is a problem. " + " ".join(problems[name] for name in in_order))
