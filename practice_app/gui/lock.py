"""When to lock: nobody touched the window for a while, by whichever clock says more."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

USUAL_IDLE_S = 5 * 60
SHORTEST_IDLE_S, LONGEST_IDLE_S = 60, 15 * 60
NOTICE_S = 30

_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two clocks that tell idleness, in seconds.

    The wall clock runs on while the PC sleeps, but somebody may put it back; the steady one is the reverse.
    """

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = time.monotonic


class IdleLock(QObject):
    """Watches the whole application while somebody is signed in.

    Signals: warned(seconds left) once a second in the last half minute, calmed() when somebody is back,
    expired() when the time is up.
    """

    warned = Signal(int)
    calmed = Signal()
    expired = Signal()

    def __init__(
        self, application: QObject, *, idle_s: int = USUAL_IDLE_S, clocks: Clocks | None = None
    ) -> None:
        super().__init__()
        self._application = application
        self._idle_s = USUAL_IDLE_S
        self.wait_for(idle_s)
        self._clocks = clocks or Clocks()
        self._touched = (0.0, 0.0)
        self._has_warned = False
        self._tick = QTimer(self, interval=1_000)
        self._tick.timeout.connect(self.check)

    def wait_for(self, idle_s: int) -> None:
        """Lock after so many seconds without a touch, within bounds."""
        self._idle_s = min(max(idle_s, SHORTEST_IDLE_S), LONGEST_IDLE_S)

    def start(self) -> None:
        """Begin to watch; now counts as touched."""
        self._note_touch()
        self._tick.start()
        self._application.installEventFilter(self)

    def stop(self) -> None:
        """Watch no longer."""
        self._tick.stop()
        self._application.removeEventFilter(self)

    def check(self) -> None:
        """Compare the clocks; called once a second, and first of all after the PC has slept."""
        left = self._idle_s - self._idle_for()
        if left <= 0:
            self.stop()
            self.expired.emit()
        elif left <= NOTICE_S:
            self._has_warned = True
            self.warned.emit(int(left))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A touch after the time is up must lock, not wake: the timer may not have run since the PC slept.
        if event.type() in _TOUCHES and self._tick.isActive():
            if self._idle_for() >= self._idle_s:
                self.check()
                return True
            self._note_touch()
        return super().eventFilter(watched, event)

    def _idle_for(self) -> float:
        wall, steady = self._touched
        return max(self._clocks.wall() - wall, self._clocks.steady() - steady)

    def _note_touch(self) -> None:
        self._touched = (self._clocks.wall(), self._clocks.steady())
        if self._has_warned:
            self._has_warned = False
            self.calmed.emit()
