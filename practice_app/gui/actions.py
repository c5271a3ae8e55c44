"""Every action of the window, registered once: menus, command palette and shortcut sheet come from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QPushButton, QWidget

from practice_app.errors import Defect
from practice_app.gui.icons import Ink, icon
from practice_app.rules.words import PatientWord, in_words_of

if TYPE_CHECKING:
    from practice_app.rules.permissions import Permission


class Menu(StrEnum):
    """The menus of the menu bar, in their order; the text carries the mnemonic."""

    FILE = "&File"
    EDIT = "&Edit"
    VIEW = "&View"
    GO = "&Go"
    PATIENT = "&Patient"
    HELP = "&Help"


EVERYWHERE = ""
"""The context of a shortcut that works in the whole window; any other context names one widget's own."""


@dataclass(frozen=True, slots=True)
class Action:
    """What can be done: said once, by the module that can do it.

    `text` carries the mnemonic; `shortcut` is a portable key text or ""; `permission` is what the role must
    include (None: anybody); `context` is EVERYWHERE or the name of the place where the shortcut works.
    """

    id: str
    text: str
    shortcut: str = ""
    permission: Permission | None = None
    context: str = EVERYWHERE
    menu: Menu | None = None
    icon: str = ""

    @property
    def plain_text(self) -> str:
        """The text without its mnemonic and dots, for the palette and the shortcut sheet."""
        return self.text.replace("&", "").removesuffix("…")


class Actions(QObject):
    """The actions of one signed-in window.

    An action the role may not use is registered as well, so that clashes show whoever is signed in, but is
    invisible and off: it is in no menu, in no palette and on no sheet.
    """

    def __init__(
        self,
        permissions: frozenset[Permission],
        parent: QObject | None = None,
        *,
        word: str = PatientWord.PATIENT,
    ) -> None:
        """`word` is the clinic's own for its patients: menus, palette and sheet say it too."""
        super().__init__(parent)
        self._permissions, self._word = permissions, word
        self._made: dict[str, tuple[Action, QAction]] = {}

    def add(self, action: Action, owner: QWidget, slot: Callable[[], object]) -> QAction:
        """Make the action work in `owner` by calling `slot`; raises Defect on a clash of id or shortcut."""
        self._refuse_clash(action)
        action = replace(action, text=in_words_of(self._word, action.text))
        made = QAction(action.text, owner)
        made.setObjectName(action.id)
        if action.icon:
            made.setIcon(icon(action.icon))
            made.setProperty("drawing", action.icon)
        if action.shortcut:
            made.setShortcut(QKeySequence(action.shortcut))
            everywhere = action.context == EVERYWHERE
            made.setShortcutContext(
                Qt.ShortcutContext.WindowShortcut
                if everywhere
                else Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            made.setToolTip(f"{action.plain_text} ({keys_text(action)})")
        made.setVisible(self._allows(action))
        made.setEnabled(self._allows(action) and action.context == EVERYWHERE)
        made.triggered.connect(lambda _checked=False: slot())
        owner.addAction(made)
        self._made[action.id] = (action, made)
        return made

    def known(self) -> tuple[tuple[Action, QAction], ...]:
        """What this user may do, in the order of registration."""
        return tuple(each for each in self._made.values() if each[1].isVisible())

    def move_to(self, context: str) -> None:
        """Turn on the actions of the place now on show, and off those of every other.

        A menu or the palette must not act on a patient who is no longer in sight.
        """
        for action, made in self._made.values():
            if action.context != EVERYWHERE:
                made.setEnabled(self._allows(action) and action.context == context)

    def registered(self, made: QAction) -> bool:
        """True when `made` came from here."""
        return any(made is each for _action, each in self._made.values())

    def fill(self, bar: QMenuBar) -> None:
        """Make the menus that have something in them."""
        for menu in Menu:
            entries = [made for action, made in self.known() if action.menu is menu]
            if entries:
                shown = QMenu(in_words_of(self._word, menu.value), bar)
                shown.addActions(entries)
                bar.addMenu(shown)

    def _allows(self, action: Action) -> bool:
        return action.permission is None or action.permission in self._permissions

    def _refuse_clash(self, action: Action) -> None:
        if action.id in self._made:
            raise Defect(f"Two actions are called {action.id!r}.")
        for other, _made in self._made.values():
            if clash(action, other):
                raise Defect(f"{other.id!r} and {action.id!r} both use {action.shortcut}.")


def clash(one: Action, other: Action) -> bool:
    """Whether two actions have the same shortcut where both work."""
    same_place = one.context == other.context or EVERYWHERE in (one.context, other.context)
    if not (one.shortcut and other.shortcut and same_place):
        return False
    return QKeySequence(one.shortcut) == QKeySequence(other.shortcut)


def keys_text(action: Action) -> str:
    """The shortcut as this system writes it, or ""."""
    return QKeySequence(action.shortcut).toString(QKeySequence.SequenceFormat.NativeText)


def button_for(action: QAction, *, kind: str = "") -> QPushButton:
    """A push button that does `action` and is there and usable exactly when it is."""
    button = QPushButton(action.text())
    button.setProperty("kind", kind)
    drawing = action.property("drawing")
    if drawing:
        button.setIcon(icon(drawing, Ink.ON_ACCENT if kind == "primary" else Ink.TEXT))

    def follow() -> None:
        button.setEnabled(action.isEnabled())
        button.setToolTip("" if action.shortcut().isEmpty() else action.toolTip())
        # Without a parent yet, "visible" would open the button as a window and take the focus from ours.
        if not action.isVisible():
            button.hide()
        elif button.parentWidget() is not None:
            button.show()

    follow()
    action.changed.connect(follow)
    button.clicked.connect(action.trigger)
    return button
