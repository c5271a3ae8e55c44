"""Who has a practice open: everybody signed in shares one lock file, a change of keys has it to itself.

The database's own locks cannot tell: whoever waits for one while the file is exchanged would go on writing
to the file that was replaced.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, event

from practice_app.errors import Busy, PracticeError

_LOCK_NAME = "practice.lock"


def enter(folder: Path, engine: Engine) -> None:
    """Be present in the practice until the engine is disposed of, or the process ends in whatever way.

    Raises Busy while somebody changes its keys, PracticeError when the folder cannot be written to.
    """
    handle = _shared(folder)

    @event.listens_for(engine, "engine_disposed", once=True)
    def _leave(_engine: Engine) -> None:
        os.close(handle)  # closing releases the lock


@contextmanager
def present(folder: Path) -> Iterator[None]:
    """Be present for a block; errors as for `enter`."""
    handle = _shared(folder)
    try:
        yield
    finally:
        os.close(handle)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have the practice to oneself for a block; whoever calls it is not present any more.

    Raises Busy when somebody is.
    """
    handle = _opened(folder)
    try:
        if not _lock(handle, whole=True):
            raise Busy(
                "Somebody has the practice open, perhaps on a locked screen. "
                "Everybody else must sign out before its keys are changed."
            )
        yield
    finally:
        os.close(handle)


def _shared(folder: Path) -> int:
    handle = _opened(folder)
    if _lock(handle, whole=False):
        return handle
    os.close(handle)
    raise Busy("The practice's keys are being changed at this moment. Please try again in a few minutes.")


def _opened(folder: Path) -> int:
    try:
        return os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise PracticeError(
            "The folder of the practice cannot be written to; nothing was changed."
        ) from error


if sys.platform == "win32":
    import msvcrt

    _PLACES = 64  # Windows has no shared locks here, so everybody present locks a byte of their own

    def _lock(handle: int, *, whole: bool) -> bool:
        for place in [0] if whole else range(_PLACES):
            os.lseek(handle, place, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, _PLACES if whole else 1)
            except OSError:
                continue
            return True
        return False
else:
    import fcntl

    def _lock(handle: int, *, whole: bool) -> bool:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if whole else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
