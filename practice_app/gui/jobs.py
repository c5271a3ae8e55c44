"""Long work off the GUI thread: one worker, and a handle for each job it does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from PySide6.QtCore import QObject, Qt, Signal

from practice_app.errors import PracticeError
from practice_app.gui.explain import explain
from practice_app.progress import Progress

_PROGRESS_EVERY_S = 0.05


class Job(QObject):
    """Long work under way. It lives in the GUI thread; the worker only emits its private signals.

    Signals: progressed(done, total, doing), finished(result), failed(PracticeError). A cancelled job fails
    with Cancelled; a bug fails with a PracticeError that says nothing was changed. All three come from the
    event loop, so that whoever starts a job has time to connect them, however soon it is over.
    """

    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(object)
    _stepped = Signal(int, int, str)
    _succeeded = Signal(object)
    _stumbled = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._reported = 0.0
        self._progress = Progress(self._report)
        queued = Qt.ConnectionType.QueuedConnection
        self._stepped.connect(self.progressed, queued)
        self._succeeded.connect(self.finished, queued)
        self._stumbled.connect(self.failed, queued)

    def cancel(self) -> None:
        """Ask the job to stop at its next step; it then fails with Cancelled."""
        self._progress.cancel()

    def run(self, work: Callable[[Progress], object]) -> None:
        """Called by the worker on its own thread, once."""
        try:
            result = work(self._progress)
        except PracticeError as error:
            self._stumbled.emit(error)
        except Exception as error:
            self._stumbled.emit(PracticeError(explain(error)))
        else:
            self._succeeded.emit(result)

    def _report(self, done: int, total: int, doing: str) -> None:
        # Twenty reports a second are enough to watch; sixty thousand would only fill the event queue.
        now = monotonic()
        if done >= total or now - self._reported >= _PROGRESS_EVERY_S:
            self._reported = now
            self._stepped.emit(done, total, doing)


class Worker(QObject):
    """One thread that does jobs one after another."""

    def __init__(self, parent: QObject, name: str) -> None:
        super().__init__(parent)
        self._jobs: set[Job] = set()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    @property
    def busy(self) -> bool:
        """True while a job is waiting or running, or its end has not been told yet."""
        return bool(self._jobs)

    def start(self, work: Callable[[Progress], object]) -> Job:
        """Do `work` after what is already waiting; return its handle."""
        job = Job(self)
        self._jobs.add(job)
        job.finished.connect(lambda _result: self._forget(job))
        job.failed.connect(lambda _error: self._forget(job))
        self._thread.submit(job.run, work)
        return job

    def close(self) -> Callable[[], None]:
        """Cancel the jobs and take no more; return what waits for the one under way to notice."""
        for job in tuple(self._jobs):
            job.cancel()
        self._thread.shutdown(wait=False, cancel_futures=True)
        return self._thread.shutdown

    def _forget(self, job: Job) -> None:
        self._jobs.discard(job)
        job.deleteLater()
