"""How a long job reports progress and learns that it was cancelled."""

from collections.abc import Callable
from threading import Event

from practice_app.errors import Cancelled

Report = Callable[[int, int, str], None]


def _silent(done: int, total: int, doing: str) -> None:
    """Report to nobody."""


class Progress:
    """Handed to every long use case, which calls it between items.

    `report(done, total, doing)` is called on the job's own thread; `doing` never holds personal data.
    """

    def __init__(self, report: Report = _silent) -> None:
        self._report = report
        self._stop = Event()

    def __call__(self, done: int, total: int, doing: str = "") -> None:
        """Report a step; raises Cancelled when the user has asked to stop."""
        if self._stop.is_set():
            raise Cancelled("Stopped at your request. Nothing half-done was kept.")
        self._report(done, total, doing)

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self._stop.set()
