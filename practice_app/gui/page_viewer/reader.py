"""The reader behind a page viewer: one PDF open in the confined process, asked on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject

from practice_app.errors import Cancelled, PracticeError
from practice_app.gui.jobs import Worker
from practice_app.progress import Progress

if TYPE_CHECKING:
    from practice_app.documents.intake.confined import Pages
    from practice_app.documents.intake.messages import Picture

T = TypeVar("T")

CANNOT_SHOW = "These pages cannot be shown: opening them takes too much, or they are damaged."


class PageReader(QObject):
    """Opens a PDF and asks about it, one thing after another. What was asked before `close` is never told.

    The decrypted bytes go through a pipe to the confined process and stay nowhere else.
    """

    def __init__(self, parent: QObject, content: bytes) -> None:
        super().__init__(parent)
        self._worker = Worker(self, "pages")
        self._held = _Held()
        self._content = content
        self.destroyed.connect(self._held.close)  # with whatever widget it belongs to

    def sizes(self, told: Callable[[object], None], failed: Callable[[Exception], None]) -> None:
        """Open the PDF and tell the size of each page in points."""
        content, self._content = self._content, b""
        self._ask(lambda: self._held.open(content).sizes, told, failed)

    def draw(
        self,
        page: int,
        scale: float,
        turned: int,
        told: Callable[[Picture], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Draw a page, `scale` dots a point."""
        self._ask(lambda: self._held.pages.draw(page, scale, turned), told, failed)

    def text(self, page: int, told: Callable[[str], None]) -> None:
        """Tell the words of a page; nothing when they cannot be had."""
        self._ask(lambda: self._held.pages.text(page), told, lambda error: None)

    def find(
        self,
        page: int,
        words: str,
        told: Callable[[list[list[tuple[float, float, float, float]]]], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Tell where words are on a page."""
        self._ask(lambda: self._held.pages.find(page, words), told, failed)

    def close(self) -> None:
        """End the process and its pages at once."""
        self._held.close()
        self._worker.close()
        self.deleteLater()

    def _ask(
        self, ask: Callable[[], T], told: Callable[..., None], failed: Callable[[Exception], None]
    ) -> None:
        from practice_app.documents.intake.confined import Died

        def work(_progress: Progress) -> T:
            try:
                return ask()
            except Died:
                raise PracticeError(CANNOT_SHOW) from None

        job = self._worker.start(work)
        job.finished.connect(lambda result: None if self._held.is_closed else told(result))
        job.failed.connect(lambda error: None if self._held.is_closed else failed(error))


class _Held:
    """The confined process, opened on one thread and ended from another, whichever comes first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pages: Pages | None = None
        self.is_closed = False

    def open(self, content: bytes) -> Pages:
        """Open the PDF; Cancelled when it is not wanted any more."""
        from practice_app.documents.intake.confined import Pages

        self._refuse_closed()
        opened = Pages(content)
        with self._lock:
            is_wanted, self._pages = not self.is_closed, opened
        if not is_wanted:
            opened.close()
        self._refuse_closed()
        return opened

    @property
    def pages(self) -> Pages:
        """The open PDF; Cancelled after `close`, PracticeError when it could not be opened."""
        self._refuse_closed()
        if self._pages is None:
            raise PracticeError(CANNOT_SHOW)
        return self._pages

    def _refuse_closed(self) -> None:
        if self.is_closed:
            raise Cancelled("The pages were closed.")

    def close(self) -> None:
        """End the process if it runs, or as soon as it does."""
        with self._lock:
            self.is_closed = True
            pages, self._pages = self._pages, None
        if pages is not None:
            pages.close()
