"""Who has a practice open: everybody signed in shares one lock, a change of keys has it to itself.

For a file the lock is another file: the database's own cannot tell, because whoever waits for one while the
file is exchanged would go on writing to the file that was replaced. On a server it is one of the server's,
held by a connection that does nothing else.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from practice_app.errors import Busy, PracticeError
from practice_app.storage.engine import spoken_errors

_LOCK_NAME = "practice.lock"

_LOCK_NUMBER = 0x50524150
"""The number of the server's lock; locks of this kind belong to one database."""

_CHANGING = "The practice's keys are being changed at this moment. Please try again in a few minutes."
_NOT_ALONE = (
    "Somebody has the practice open, perhaps on a locked screen. "
    "Everybody else must sign out before its keys are changed."
)


def enter(folder: Path, engine: Engine) -> None:
    """Be present in the practice until the engine is disposed of, or the process ends in whatever way.

    Raises Busy while somebody changes its keys, PracticeError when the folder cannot be written to.
    """
    if engine.dialect.name == "postgresql":
        _ServerPlace(engine)
        return
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
def alone(folder: Path, engine: Engine | None = None) -> Iterator[None]:
    """Have the practice to oneself for a block; whoever calls it is not present any more.

    `engine` is needed for a practice on a server. Raises Busy when somebody is present.
    """
    if engine is not None and engine.dialect.name == "postgresql":
        with closing(_Line(engine)) as line:
            if not line.answer("pg_try_advisory_lock"):
                raise Busy(_NOT_ALONE)
            yield
            line.answer("pg_advisory_unlock")
        return
    handle = _opened(folder)
    try:
        if not _lock(handle, whole=True):
            raise Busy(_NOT_ALONE)
        yield
    finally:
        os.close(handle)


class _Line:
    """A connection without transactions that stays when the engine is disposed of, for the server's lock."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        driver: Any = self._connection.connection.driver_connection
        driver.autocommit = True
        self._connection.detach()
        self._driver = driver

    def answer(self, function: str) -> bool:
        """What the server says to one of its functions about our lock."""
        return bool(self._driver.execute(f"SELECT {function}({_LOCK_NUMBER})").fetchone()[0])

    def is_alive(self) -> bool:
        """Whether the connection is still there, and with it the lock."""
        import psycopg

        try:
            self._driver.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        """Hang up, perhaps what is lost or closed already.

        Closed only, it would be rolled back first: of a lost connection that fails, and all that came before
        it is logged.
        """
        self._driver.close()
        if not self._connection.closed:
            self._connection.invalidate()
            self._connection.close()


class _ServerPlace:
    """One's place among those present on a server, until the engine is disposed of.

    A connection that is lost takes the place with it, so it is looked at whenever the engine connects anew.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_looking = False
        self._line = self._taken()
        event.listen(engine, "connect", self._look)
        event.listen(engine, "engine_disposed", self._leave, once=True)

    def _taken(self) -> _Line:
        line = _Line(self._engine)
        try:
            if not line.answer("pg_try_advisory_lock_shared"):
                raise Busy(_CHANGING)
        except BaseException:
            line.close()
            raise
        return line

    def _look(self, *_connection: object) -> None:
        if self._is_looking:
            return  # the place is just being taken
        self._is_looking = True
        try:
            if not self._line.is_alive():
                self._line.close()
                with spoken_errors():  # whoever connects expects the driver's errors, not those of an engine
                    self._line = self._taken()
        finally:
            self._is_looking = False

    def _leave(self, _engine: Engine) -> None:
        import psycopg

        event.remove(self._engine, "connect", self._look)
        with suppress(psycopg.Error):  # a lost connection has left already
            # Said and not only hung up: whoever waits to be alone must not find us still going.
            self._line.answer("pg_advisory_unlock_shared")
        self._line.close()


def _shared(folder: Path) -> int:
    handle = _opened(folder)
    if _lock(handle, whole=False):
        return handle
    os.close(handle)
    raise Busy(_CHANGING)


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
