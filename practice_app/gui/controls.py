"""The small controls every screen uses, each with a name that can be spoken.

Part of the first paint: `QtCore.Qt` is named inside functions that run later, because naming it builds
all of Qt's enumerations, which takes a fifth of the whole start; event classes are imported for the type
checker only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from practice_app.gui.look import SPACE_XS

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent

_PLAIN_TEXT = 0
"""Qt.TextFormat.PlainText by its number, for the reason above: a name is never taken for markup."""

_AT_THE_LEFT = 0x01 | 0x10 | 0x80
"""AlignLeft, AlignAbsolute, AlignVCenter: a name written from right to left stays beside its label."""


def label(text: str = "", kind: str = "", *, wraps: bool = False) -> QLabel:
    """A plain-text label; `kind` is a word of resources/style.qss (title, heading, muted, error ...)."""
    made = QLabel(text)
    made.setProperty("textFormat", _PLAIN_TEXT)
    made.setProperty("alignment", _AT_THE_LEFT)
    made.setWordWrap(wraps)
    if kind:
        made.setProperty("kind", kind)
    return made


def tip(text: str) -> str:
    """A text that somebody wrote, for a tool tip, which would take it for markup and load its pictures."""
    from PySide6.QtGui import Qt

    if not Qt.mightBeRichText(text):
        return text
    return Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal)


def push_button(text: str, *, kind: str = "") -> QPushButton:
    """A button with a verb on it; `kind` is "", primary or link."""
    made = QPushButton(text)
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
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
    # Nothing is announced before the first paint, which should not pay for it.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(about, text)
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
    QAccessible.updateAccessibility(event)


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


class PasswordEdit(QWidget):
    """A password field: pasting is welcome, it can be shown, and Caps Lock is noticed."""

    def __init__(self) -> None:
        super().__init__()
        self.line = _PasswordLine(self)
        self._show = push_button("Show", kind="link")
        self._show.setCheckable(True)
        self._show.setAccessibleName("Show the password")
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

    def reveal(self) -> None:
        """Show what is typed: for a password that is to be told to somebody else."""
        self._show.setChecked(True)

    def forget(self) -> None:
        """Empty the field and hide its text again."""
        self.line.clear()
        self._show.setChecked(False)
        self.caps_hint.hide()

    def _reveal(self, shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self._show.setText("Hide" if shown else "Show")
        self._show.setAccessibleName("Hide the password" if shown else "Show the password")


class _PasswordLine(QLineEdit):
    """Qt cannot ask for Caps Lock, so a letter whose case contradicts Shift tells."""

    def __init__(self, owner: PasswordEdit) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if event.key() == QtCore.Qt.Key.Key_CapsLock:
            self._owner.caps_hint.hide()
        elif len(typed) == 1 and typed.isalpha() and typed.upper() != typed.lower():
            shifted = bool(event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier)
            self._owner.caps_hint.setVisible(typed.isupper() != shifted)
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._owner.caps_hint.hide()
        super().focusOutEvent(event)
