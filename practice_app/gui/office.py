"""The one door from widgets to use cases: short ones now, long ones as jobs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from practice_app.errors import PracticeError
from practice_app.gui.explain import explain
from practice_app.gui.jobs import Job, Worker
from practice_app.rules.words import PatientWord, in_words_of

if TYPE_CHECKING:
    from datetime import date

    from practice_app.progress import Progress
    from practice_app.services.marks import UseCase
    from practice_app.storage.records import Actor, Records, Work

P = ParamSpec("P")
R = TypeVar("R")

ANYTHING = frozenset({"*"})
"""What `changed` carries when another process committed: which tables, nobody can tell."""

_LOOK_ELSEWHERE_MS = 2_000


def concerns(kinds: frozenset[str], shows: frozenset[str]) -> bool:
    """True when a change of the tables `kinds` touches a screen that shows the tables `shows`."""
    return kinds == ANYTHING or not kinds.isdisjoint(shows)


class Office(QObject):
    """Runs use cases for the signed-in user.

    Signals: changed(kinds), the names of the tables a commit by this window or a job touched, or ANYTHING.
    """

    changed = Signal(frozenset)

    def __init__(self, records: Records, *, look_elsewhere_ms: int = _LOOK_ELSEWHERE_MS) -> None:
        super().__init__()
        self._records = records
        self.word: str = PatientWord.PATIENT
        """The clinic's word for a patient, which what is refused is said in."""
        self._worker = Worker(self, "job")
        records.committed = self.changed.emit
        self._elsewhere = QTimer(self, interval=look_elsewhere_ms)
        self._elsewhere.timeout.connect(self.look_elsewhere)
        self._elsewhere.start()

    @property
    def actor(self) -> Actor:
        """Who is signed in."""
        return self._records.actor

    @property
    def today(self) -> date:
        """The day by this PC's clock, which dates are typed on."""
        return self._records.clock().astimezone().date()

    @property
    def busy(self) -> bool:
        """True while a job is waiting or running."""
        return self._worker.busy

    def allowed(self, use_case: UseCase[Work, P, R] | UseCase[Records, P, R]) -> bool:
        """True when the signed-in role includes what `use_case` needs."""
        return use_case.permission in self._records.actor.permissions

    def do(self, use_case: UseCase[Work, P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a short use case here and now, in one transaction.

        Raises PracticeError as it came, for the screen to show beside a field; a bug comes as a PracticeError
        that says nothing was changed, and is logged.
        """
        try:
            with self._records.work(
                writes=use_case.writes,
                only_views=use_case.only_views,
                use_case=use_case.name,
                waits=False,
            ) as work:
                return use_case(work, *args, **kwargs)
        except PracticeError as error:
            raise self._in_words(error) from error.__cause__
        except Exception as error:
            raise PracticeError(explain(error)) from error

    def start(self, use_case: UseCase[Records, ..., object], /, *args: object, **kwargs: object) -> Job:
        """Run a long use case on the worker thread after those already waiting; return its handle.

        `progress` is added here: it is the keyword every long use case takes.
        """
        return self.begin(lambda progress: use_case(self._records, *args, progress=progress, **kwargs))

    def begin(self, act: Callable[[Progress], object]) -> Job:
        """Do something slow on the worker thread, as `start` does with a use case."""

        def run(progress: Progress) -> object:
            try:
                return act(progress)
            except PracticeError as error:
                raise self._in_words(error) from error.__cause__

        return self._worker.start(run)

    def _in_words(self, error: PracticeError) -> PracticeError:
        """The same error, saying the clinic's word."""
        error.args = (in_words_of(self.word, str(error)), *error.args[1:])
        return error

    def look_elsewhere(self) -> None:
        """Say `changed` when another process has committed since the last look.

        A server that is out of reach is no news every two seconds: whoever does something is told.
        """
        with suppress(PracticeError):
            if self._records.changed_elsewhere():
                self.changed.emit(ANYTHING)

    def close(self) -> Callable[[], None]:
        """Stop looking and cancel the jobs; return what waits for the job under way to notice.

        The records may be closed only after that; it may be called on any thread.
        """
        self._elsewhere.stop()
        self._records.committed = _nobody
        return self._worker.close()


def _nobody(_kinds: frozenset[str]) -> None:
    """Nobody listens any more."""
