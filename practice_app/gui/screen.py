"""What every screen is: a widget that knows which tables it shows and can read them again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QVBoxLayout, QWidget

from practice_app.gui.actions import Action, Actions
from practice_app.gui.controls import label
from practice_app.gui.desk import Desk
from practice_app.gui.dialogs import Asker
from practice_app.gui.icons import Ink, Picture
from practice_app.gui.job_panel import JobPanel
from practice_app.gui.look import SPACE_M
from practice_app.gui.office import Office, concerns
from practice_app.gui.status import StatusLine
from practice_app.rules.words import PatientWord, in_words_of


@dataclass(frozen=True, slots=True)
class Tools:
    """What every screen, tab and form works with.

    `status` says what was done last and offers to undo it; `word` is the clinic's word for a patient. `desk`
    is what changes users and keys, where a door stands behind the window.
    """

    office: Office
    actions: Actions
    asker: Asker
    jobs: JobPanel
    status: StatusLine
    word: str = PatientWord.PATIENT
    desk: Desk | None = None

    def said(self, sentence: str) -> str:
        """A sentence of ours, written for patients, in the clinic's word; never for what people wrote."""
        return in_words_of(self.word, sentence)


class Screen(QWidget):
    """Refreshes itself when something it shows has changed: at once if seen, else when it is next shown.

    Signals: opened(UUID) to open a person's record.
    """

    opened = Signal(object)

    place: ClassVar[str]
    """The context of the screen's actions; see Actions.move_to."""

    shows: ClassVar[frozenset[str]] = frozenset()

    is_made_late: ClassVar[bool] = False
    """Whether it is made when it is first gone to, and costs nothing at sign-in. Its own actions, which work
    in that place only, are in no menu: palette and sheet know them from then on."""

    entry: ClassVar[Action | None] = None
    """The action that leads to the screen, which stands in the rail; None when it is reached otherwise."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._office = tools.office
        self._stale = False
        self._office.changed.connect(self._note_change)

    @classmethod
    def is_offered(cls, tools: Tools) -> bool:
        """Whether the signed-in role has this screen."""
        permission = cls.entry.permission if cls.entry else None
        return permission is None or permission in tools.office.actor.permissions

    def refresh(self) -> None:
        """Read again what the screen shows."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Put the focus where work on this screen begins."""
        raise NotImplementedError

    def set_private(self, private: bool) -> None:
        """Hide what names somebody while others can see the screen."""

    def park(self) -> None:
        """Keep what is typed in an open form; called before the window locks."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()
            self._stale = False

    def _note_change(self, kinds: frozenset[str]) -> None:
        if not concerns(kinds, self.shows):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True


class EmptyState(QWidget):
    """What stands where there is nothing to show: a drawing, one sentence, and what to do about it."""

    def __init__(self, icon_name: str, sentence: str, button: QPushButton | None = None) -> None:
        super().__init__()
        picture = Picture(icon_name, Ink.MUTED, size=48)
        self.sentence = label(sentence, "muted", wraps=True)
        rows = QVBoxLayout(self)
        rows.setSpacing(SPACE_M)
        rows.addStretch(1)
        rows.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        rows.addWidget(self.sentence)
        if button is not None:
            rows.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addStretch(2)


def hidden_state(what: str) -> EmptyState:
    """What stands where `what` is hidden while others can see the screen."""
    return EmptyState("lock", f"{what} is hidden (privacy view). Ctrl+Shift+H shows it again.")


class Cover(QStackedWidget):
    """A part of a screen that names somebody, and in the privacy view a sentence in its place."""

    def __init__(self, part: QWidget, what: str) -> None:
        super().__init__()
        self.addWidget(part)
        self.addWidget(hidden_state(what))

    def set_private(self, private: bool) -> None:
        """Hide the part, or show it again."""
        self.setCurrentIndex(1 if private else 0)
