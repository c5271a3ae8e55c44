"""Our side of the confined process: it is started, asked, and ended when it is late or broken."""

import contextlib
import os
import secrets
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from practice_app.documents.intake import messages, readied
from practice_app.documents.intake.child import CLEAN, MAKE_READY, READY, SHOW, TOO_MUCH
from practice_app.documents.intake.messages import Garbled, Picture, Words
from practice_app.documents.intake.readied import Readied
from practice_app.errors import Defect
from practice_app.rules import files
from practice_app.rules.files import CleanedFile, FileState

COMMAND = "confined-reader"
"""The program's first argument that makes it the confined process (see __main__)."""

_SLACK_S = 5
"""The process ends itself when a file takes too long; we end it this much later if it could not."""

_START_S = 60
_PASSED_ON = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LANG")


class Died(Exception):
    """The process came to a bad end over a request; `state` says what that makes of the file."""

    def __init__(self, state: FileState) -> None:
        super().__init__(state.value)
        self.state = state


class Confined:
    """A confined process for one purpose. One thread asks; any thread may close.

    What it says is not trusted: an answer must carry the token of its request, which a file that took the
    process over in an earlier request cannot know.
    """

    def __init__(self, purpose: str, *, seconds: float = files.SECONDS) -> None:
        """`seconds` is how long a request may take before we end the process."""
        self._seconds = seconds + _SLACK_S
        self._process = subprocess.Popen(  # noqa: S603  this program itself
            [*program(), COMMAND, purpose],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise Defect("a process without streams")
        self._requests = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)
        try:
            ready, _ = self._answer(_START_S)
        except Died:
            raise Defect("the program's reader of files does not start") from None
        if READY not in ready:
            self.close()
            raise Defect("the program's reader of files does not say that it is ready")

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def ask(self, words: Words, content: bytes = b"") -> tuple[Words, bytes]:
        """The answer to one request; raises Died, and the process is gone then."""
        token = secrets.token_hex(16)
        try:
            messages.send(self._requests, {**words, "token": token}, content)
        except (OSError, ValueError):
            raise self._died() from None
        answer, found = self._answer(self._seconds)
        if answer.get("token") != token:
            raise self._died()
        return answer, found

    def close(self) -> None:
        """End the process; everything it had in memory goes with it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with contextlib.suppress(OSError):
                stream.close()

    def _answer(self, seconds: float) -> tuple[Words, bytes]:
        guard = threading.Timer(seconds, self._process.kill)
        guard.daemon = True
        guard.start()
        try:
            answer = messages.receive(self._answers)
        except (Garbled, OSError, ValueError):
            answer = None
        finally:
            guard.cancel()
        if answer is None:
            raise self._died()
        return answer

    def _died(self) -> Died:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        ended = self._process.poll()
        self.close()
        # Ended by a signal is ended by us or by a limit; only what broke it says so itself.
        is_late = ended is None or ended < 0 or ended == TOO_MUCH
        return Died(FileState.TOO_LARGE if is_late else FileState.BROKEN)


class Cleaner:
    """Makes clean copies of files, one after another, in a confined process begun when it is needed."""

    def __init__(self) -> None:
        self._process: Confined | None = None

    def __enter__(self) -> "Cleaner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def clean(self, name: str, content: bytes, media: str) -> CleanedFile:
        """The file with its clean copy, or with the reason why there is none."""
        if not files.can_be_shown(media):
            return CleanedFile(name, media, content, FileState.AS_RECEIVED)
        if self._process is None:
            self._process = Confined(CLEAN)
        try:
            answer, clean = self._process.ask({"media": media}, content)
            state, pages = FileState(answer["state"]), int(answer["pages"])
        except Died as died:
            self._process = None
            return CleanedFile(name, media, content, died.state)
        except (KeyError, TypeError, ValueError):
            self.close()
            return CleanedFile(name, media, content, FileState.BROKEN)
        if state is not FileState.READY:
            return CleanedFile(name, media, content, state)
        return CleanedFile(name, media, content, state, pages, clean)

    def ready(self, clean: bytes) -> Readied | None:
        """A clean copy ready to stand in another document; None where the confined process broke over it."""
        if self._process is None:
            self._process = Confined(CLEAN)
        try:
            return readied.made_of(*self._process.ask({"do": MAKE_READY}, clean))
        except Died:
            self._process = None
        except (KeyError, TypeError, ValueError):
            self.close()
        return None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
            self._process = None


class Pages:
    """One PDF open in a confined process: its pages as pictures and as words.

    Every method but `close` raises Died when the process came to an end over it.
    """

    def __init__(self, content: bytes) -> None:
        self._process = Confined(SHOW)
        answer, _ = self._process.ask({"do": "open"}, content)
        self.sizes: tuple[tuple[float, float], ...] = tuple(
            (float(width), float(height)) for width, height in answer["sizes"]
        )

    def draw(self, page: int, scale: float, turned: int = 0) -> Picture:
        """See showing.Paper.draw."""
        asked = {"do": "draw", "page": page, "scale": scale, "turned": turned}
        answer, pixels = self._process.ask(asked)
        width, height, stride = int(answer["width"]), int(answer["height"]), int(answer["stride"])
        if width < 1 or height < 1 or stride < 4 * width or len(pixels) != stride * height:
            self.close()
            raise Died(FileState.BROKEN)
        return Picture(width, height, stride, pixels)

    def text(self, page: int) -> str:
        """See showing.Paper.text."""
        return str(self._process.ask({"do": "text", "page": page})[0]["text"])

    def find(self, page: int, words: str) -> list[list[tuple[float, float, float, float]]]:
        """See showing.Paper.find."""
        answer, _ = self._process.ask({"do": "find", "page": page, "words": words})
        return [[(float(a), float(b), float(c), float(d)) for a, b, c, d in hit] for hit in answer["places"]]

    def close(self) -> None:
        """End the process; the pages are then in nobody's memory."""
        self._process.close()


def program() -> list[str]:
    """This program again: as one file when it was frozen into one, else by its module."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    return [sys.executable, "-P", "-m", "practice_app"]


def environment() -> dict[str, str]:
    """No more than it takes to start: what the environment says is nothing for the confined process."""
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if getattr(sys, "frozen", False):
        kept.pop("LD_LIBRARY_PATH", None)  # the frozen program sets it itself, each time it starts
    else:
        kept["PYTHONPATH"] = str(Path(__file__).parents[3])
    return kept
