"""The time from signing in to signing out: everything that exists only then, and how it goes away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from practice_app.gui.clipboard import clear_if_ours
from practice_app.gui.desk import Desk
from practice_app.gui.dialogs import Asker
from practice_app.gui.door import Door, Opened
from practice_app.gui.frame import Frame, Place
from practice_app.gui.lock import Clocks, IdleLock
from practice_app.gui.office import Office
from practice_app.services.practice import PracticeFacts


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who locked, and where they were: kept while the window is locked, names no patient."""

    actor: UUID
    place: Place
    is_private: bool


class Session(QObject):
    """One user's time in the window: their office, their frame, and the lock that watches."""

    def __init__(
        self, opened: Opened, asker: Asker, application: QApplication, clocks: Clocks | None, door: Door
    ) -> None:
        super().__init__()
        self.opened = opened
        self._application = application
        self.office = Office(opened.records)
        desk = Desk(door, opened, self.office, asker)
        self.frame = Frame(self.office, asker, opened.people, opened.records.clock, opened.folder, desk)
        self.idle = IdleLock(application, idle_s=self.frame.facts.lock_minutes * 60, clocks=clocks)
        self.frame.facts_changed.connect(self._heed_facts)
        self.idle.warned.connect(self._warn)
        self.idle.calmed.connect(self._calm)
        self._put_aside: str | None = None

    @property
    def waiting(self) -> Waiting:
        """What to remember over a lock."""
        return Waiting(self.opened.records.actor.id, self.frame.place, self.frame.is_private)

    def begin(self, waiting: Waiting | None) -> None:
        """Start to watch; show where this user was when they locked, or the first screen."""
        self.idle.start()  # first: whatever cannot be shown, the window locks itself
        if waiting is not None and waiting.actor == self.opened.records.actor.id:
            self.frame.set_private(waiting.is_private)
            self.frame.go(waiting.place)
        else:
            self.frame.show_patients()
        if self.opened.notices:
            self.frame.message.say("\n".join(self.opened.notices), "notice")

    def farewell(self) -> str:
        """What the locked window says about whose work waits behind it."""
        actor = self.opened.records.actor
        at = f"{self.opened.records.clock().astimezone():%H:%M}"
        words = (
            f"Locked at {at} by {actor.name} ({actor.role.value}). The password leads back to the same place."
        )
        demo = next((each for each in self.opened.people if each.id == actor.id), None)
        return f"{words} This is the demo: the password is “{demo.password}”." if demo else words

    def end(self, window: QObject) -> Callable[[], None]:
        """Destroy the screens with their models and empty the clipboard; return what waits for the jobs.

        Whatever else is open above `window` is closed: it may show what the screens showed.
        """
        self.idle.stop()
        self.frame.park()
        for other in self._application.topLevelWidgets():
            if other is not window and other.isVisible():
                other.close()
        clear_if_ours(self._application.clipboard())
        self.frame.hide()
        self.frame.deleteLater()
        wait_for_jobs = self.office.close()
        self.office.deleteLater()
        self.idle.deleteLater()
        self.deleteLater()
        return wait_for_jobs

    def _heed_facts(self, facts: PracticeFacts) -> None:
        self.idle.wait_for(facts.lock_minutes * 60)

    def _calm(self) -> None:
        """The countdown goes; a message it stood over, and nobody has closed, comes back."""
        self.frame.message.hide()
        if self._put_aside:
            self.frame.message.say(self._put_aside, "notice")
        self._put_aside = None

    def _warn(self, left: int) -> None:
        if self._put_aside is None:
            self._put_aside = self.frame.message.words
        words = f"Locking in {left} seconds. Press a key or move the mouse to stay signed in."
        self.frame.message.say(words, "notice")
