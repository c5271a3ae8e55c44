"""The small controls every screen uses, each with a name that can be spoken."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QFont, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Defect
from practice_app.gui.look import SPACE_XS, Ink, icon

_ICON_SIZE = QSize(20, 20)


def label(text: str = "", kind: str = "", *, wraps: bool = False) -> QLabel:
    """A plain-text label; `kind` is a word of resources/style.qss (title, heading, muted, error ...)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    if kind:
        made.setProperty("kind", kind)
    return made


def push_button(text: str, *, kind: str = "", icon_name: str = "") -> QPushButton:
    """A button with a verb on it; `kind` is "", primary or link."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    if icon_name:
        made.setIcon(icon(icon_name, Ink.ON_ACCENT if kind == "primary" else Ink.TEXT))
    return made


def icon_button(icon_name: str, *, name: str) -> QToolButton:
    """A button without text; `name` is what a screen reader says and the tooltip shows.

    Refuses an empty name with Defect: such a button would be announced as nothing at all.
    """
    if not name.strip():
        raise Defect("A button without text needs a name.")
    made = QToolButton()
    made.setIcon(icon(icon_name))
    made.setIconSize(_ICON_SIZE)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made


def centred(part: QWidget) -> QHBoxLayout:
    """`part` in the middle of its row. An alignment would ignore that wrapped text needs more height."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(part)
    row.addStretch(1)
    return row


def announce(about: QWidget, text: str) -> None:
    """Have a screen reader say `text` when it has finished its sentence."""
    event = QAccessibleAnnouncementEvent(about, text)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)


def bold(font: QFont) -> QFont:
    """A bold copy of `font`."""
    made = QFont(font)
    made.setBold(True)
    return made


class Pages(QWidget):
    """Shows one of several pages and is as large as that one, not as the largest."""

    def __init__(self) -> None:
        super().__init__()
        self._pages: list[QWidget] = []
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)

    @property
    def current(self) -> QWidget | None:
        """The page on show."""
        return next((page for page in self._pages if not page.isHidden()), None)

    def add(self, page: QWidget) -> None:
        """Put a page behind the others."""
        page.hide()
        self._pages.append(page)
        self._rows.addWidget(page)

    def turn_to(self, wanted: QWidget) -> None:
        """Show one page and hide the rest."""
        for page in self._pages:
            page.setVisible(page is wanted)

    def discard(self, page: QWidget) -> None:
        """Take a page away for good."""
        self._pages.remove(page)
        self._rows.removeWidget(page)
        page.deleteLater()


class SearchField(QLineEdit):
    """A search field whose arrow keys move in the list below it while the focus stays.

    Signals: stepped(rows down), confirmed() on Enter, escaped() on Esc in an empty field.
    """

    stepped = Signal(int)
    confirmed = Signal()
    escaped = Signal()

    _STEPS: ClassVar = {
        Qt.Key.Key_Down: 1,
        Qt.Key.Key_Up: -1,
        Qt.Key.Key_PageDown: 10,
        Qt.Key.Key_PageUp: -10,
    }

    def __init__(self, *, name: str, placeholder: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.addAction(icon("search", Ink.MUTED), QLineEdit.ActionPosition.LeadingPosition)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in self._STEPS:
            self.stepped.emit(self._STEPS[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.confirmed.emit()
        elif key == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.escaped.emit()
        else:
            super().keyPressEvent(event)


class CalmComboBox(QComboBox):
    """A combo box that ignores the wheel unless it has the focus, so that scrolling changes nothing."""

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class PasswordEdit(QWidget):
    """A password field: pasting is welcome, it can be shown, and Caps Lock is noticed."""

    def __init__(self) -> None:
        super().__init__()
        self.line = _PasswordLine(self)
        self._show = icon_button("eye", name="Show the password")
        self._show.setCheckable(True)
        self._show.toggled.connect(self._reveal)
        self.caps_hint = label("Caps Lock is on.", "warning")
        self.caps_hint.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_XS)
        layout.addWidget(self.line, 1)
        layout.addWidget(self._show)
        layout.addWidget(self.caps_hint)
        self.setFocusProxy(self.line)

    def take(self) -> str:
        """What was typed; the field is emptied and hides its text again."""
        typed = self.line.text()
        self.forget()
        return typed

    def forget(self) -> None:
        """Empty the field and hide its text again."""
        self.line.clear()
        self._show.setChecked(False)
        self.caps_hint.hide()

    def _reveal(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._show.setIcon(icon("eye-off" if shown else "eye"))
        name = "Hide the password" if shown else "Show the password"
        self._show.setAccessibleName(name)
        self._show.setToolTip(name)


class _PasswordLine(QLineEdit):
    """Qt cannot ask for Caps Lock, so a letter whose case contradicts Shift tells."""

    def __init__(self, owner: PasswordEdit) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self._owner.caps_hint.hide()
        elif len(typed) == 1 and typed.isalpha() and typed.upper() != typed.lower():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._owner.caps_hint.setVisible(typed.isupper() != shifted)
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Qt turns input methods off for passwords; nothing of a password may reach their dictionaries.
        if event.type() == QEvent.Type.FocusOut:
            self._owner.caps_hint.hide()
        return super().event(event)
