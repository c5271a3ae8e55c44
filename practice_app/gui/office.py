"""The one door from widgets to use cases: short ones now, long ones as jobs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from practice_app.errors import PracticeError
from practice_app.progress import Progress

if TYPE_CHECKING:
    from practice_app.services.marks import UseCase
    from practice_app.storage.records import Actor, Records, Work

P = ParamSpec("P")
R = TypeVar("R")

ANYTHING = frozenset({"*"})
"""What `changed` carries when another process committed: which tables, nobody can tell."""

SOMETHING_WENT_WRONG = "Something went wrong. Nothing was changed."

_LOOK_ELSEWHERE_MS = 2_000
_PROGRESS_EVERY_S = 0.05

_log = logging.getLogger("practice_app")


def explain(error: BaseException) -> str:
    """The sentence to show for `error`; a bug is logged (without its text, which may name people)."""
    if isinstance(error, PracticeError):
        return str(error)
    _log.error("%s at %s", type(error).__name__, _where(error))
    return SOMETHING_WENT_WRONG


def _where(error: BaseException) -> str:
    """File, line and function of every frame: no message, no values."""
    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(
        f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames)
    )


def concerns(kinds: frozenset[str], shows: frozenset[str]) -> bool:
    """True when a change of the tables `kinds` touches a screen that shows the tables `shows`."""
    return kinds == ANYTHING or not kinds.isdisjoint(shows)


class Job(QObject):
    """A long use case under way. It lives in the GUI thread; the worker only emits its signals.

    Signals: progressed(done, total, doing), finished(result), failed(PracticeError). A cancelled job fails
    with Cancelled; a bug fails with a PracticeError that says nothing was changed.
    """

    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reported = 0.0
        self._progress = Progress(self._report)

    def cancel(self) -> None:
        """Ask the job to stop at its next step; it then fails with Cancelled."""
        self._progress.cancel()

    def run(self, work: Callable[[Progress], object]) -> None:
        """Called by the office on the worker thread, once."""
        try:
            result = work(self._progress)
        except PracticeError as error:
            self.failed.emit(error)
        except Exception as error:
            self.failed.emit(PracticeError(explain(error)))
        else:
            self.finished.emit(result)

    def _report(self, done: int, total: int, doing: str) -> None:
        # Twenty reports a second are enough to watch; sixty thousand would only fill the event queue.
        now = monotonic()
        if done >= total or now - self._reported >= _PROGRESS_EVERY_S:
            self._reported = now
            self.progressed.emit(done, total, doing)


class Office(QObject):
    """Runs use cases for the signed-in user.

    Signals: changed(kinds), the names of the tables a commit by this window or a job touched, or ANYTHING.
    """

    changed = Signal(frozenset)

    def __init__(self, records: Records, *, look_elsewhere_ms: int = _LOOK_ELSEWHERE_MS) -> None:
        super().__init__()
        self._records = records
        self._jobs: set[Job] = set()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="job")
        records.committed = self.changed.emit
        self._elsewhere = QTimer(self, interval=look_elsewhere_ms)
        self._elsewhere.timeout.connect(self.look_elsewhere)
        self._elsewhere.start()

    @property
    def actor(self) -> Actor:
        """Who is signed in."""
        return self._records.actor

    @property
    def busy(self) -> bool:
        """True while a job is waiting or running."""
        return bool(self._jobs)

    def allowed(self, use_case: UseCase[Work, P, R] | UseCase[Records, P, R]) -> bool:
        """True when the signed-in role includes what `use_case` needs."""
        return use_case.permission in self._records.actor.permissions

    def do(self, use_case: UseCase[Work, P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a short use case here and now, in one transaction.

        Raises PracticeError as it came, for the screen to show beside a field; a bug comes as a PracticeError
        that says nothing was changed, and is logged.
        """
        try:
            with self._records.work(writes=use_case.writes, use_case=use_case.name, patient=False) as work:
                return use_case(work, *args, **kwargs)
        except PracticeError:
            raise
        except Exception as error:
            raise PracticeError(explain(error)) from error

    def start(self, use_case: UseCase[Records, ..., object], /, *args: object, **kwargs: object) -> Job:
        """Run a long use case on the worker thread after those already waiting; return its handle.

        `progress` is added here: it is the keyword every long use case takes.
        """
        job = Job(self)
        self._jobs.add(job)
        job.finished.connect(lambda _result: self._forget(job))
        job.failed.connect(lambda _error: self._forget(job))

        def work(progress: Progress) -> object:
            return use_case(self._records, *args, progress=progress, **kwargs)

        self._worker.submit(job.run, work)
        return job

    def look_elsewhere(self) -> None:
        """Say `changed` when another process has committed since the last look."""
        if self._records.changed_elsewhere():
            self.changed.emit(ANYTHING)

    def close(self) -> None:
        """Stop looking, cancel the jobs, wait for the worker, close the records, which drops the keys."""
        self._elsewhere.stop()
        for job in tuple(self._jobs):
            job.cancel()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._records.committed = _nobody
        self._records.close()

    def _forget(self, job: Job) -> None:
        self._jobs.discard(job)
        job.deleteLater()


def _nobody(_kinds: frozenset[str]) -> None:
    """Nobody listens any more."""
