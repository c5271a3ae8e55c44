"""What the control of a field holds, as text, whatever kind of control it is."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from practice_app.errors import Defect
from practice_app.gui.controls import PasswordEdit

YES = "yes"
"""The value of a ticked box; an empty one is ""."""


@runtime_checkable
class HasValue(Protocol):
    """A control of our own: a text that stands for what it holds, and a signal `changed`."""

    changed: SignalInstance

    def value(self) -> str: ...

    def set_value(self, value: str) -> None: ...


def read(control: QWidget) -> str:
    """What the control holds. A password is never read: it is kept nowhere."""
    match control:
        case HasValue():  # first: one of ours may be a line edit too
            return control.value()
        case QLineEdit():
            return control.text()
        case QPlainTextEdit():
            return control.toPlainText()
        case QCheckBox():
            return YES if control.isChecked() else ""
        case PasswordEdit():
            return ""
    raise Defect(f"A form cannot read a {type(control).__name__}.")


def write(control: QWidget, value: str) -> None:
    """Put a value into the control."""
    match control:
        case HasValue():
            control.set_value(value)
        case QLineEdit():
            control.setText(value)
            control.setCursorPosition(0)  # of what is longer than the field its beginning is seen
        case QPlainTextEdit():
            control.setPlainText(value)
        case QCheckBox():
            control.setChecked(value == YES)
        case PasswordEdit():
            return
        case _:
            raise Defect(f"A form cannot fill a {type(control).__name__}.")


def changed(control: QWidget) -> SignalInstance:
    """The signal that says the control now holds something else."""
    match control:
        case HasValue():
            return control.changed
        case QLineEdit():
            return control.textChanged
        case QPlainTextEdit():
            return control.textChanged
        case QCheckBox():
            return control.toggled
        case PasswordEdit():
            return control.line.textChanged
    raise Defect(f"A form cannot watch a {type(control).__name__}.")
