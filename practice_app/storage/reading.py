"""Single reading statements outside any transaction, and hearing that somebody else changed something.

At every key press of a search a transaction would cost as much as its statement. A statement that the two
databases say differently is written down once for each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, PoolProxiedConnection

from practice_app.storage import postgres

_CHANNEL = "practice_app_changed"

_TRIED_AGAIN_AFTER = 30.0  # seconds: looking for a server that is away may keep a window waiting

Values = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """One question in the words of the file and in those of the server, with the same values.

    The rows are the same too: an id as 32 hex digits, a date or a wall time as ISO text.
    """

    file: str
    server: str


HEX = "encode(uuid_send({}), 'hex')"
"""An id as the file holds it, for the server's statements."""

GIVEN_IDS = "json_array_elements_text(%s::json) WITH ORDINALITY AS"
"""What the file's `json_each(?)` is on a server; the columns need their names: `m(value, key)`."""


class Reader(Protocol):
    """A connection that only reads, and knows whether others wrote."""

    def parts(self, folded: str) -> list[str]:
        """Folded text taken apart as the index of words does."""

    def prefixes(self, words: Sequence[str], column: str = "") -> str:
        """What the index of words is asked for entries that hold a word beginning with each of these.

        `column` narrows it down to one column of the entry, where one index has several.
        """

    def rows(self, statement: Statement, values: Values = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement."""

    def changed_elsewhere(self) -> bool:
        """Whether somebody else's change was committed since this was last asked; not at first."""

    def note_own(self, links: range) -> None:
        """Our own work has added these links to the log."""

    def close(self) -> None:
        """Close the connection for good: it must not go back into a pool."""


def open_reader(engine: Engine, told_as: str) -> Reader:
    """A reader of the file or of the server, where our own changes are told as `told_as`."""
    return ServerReader(engine, told_as) if engine.dialect.name == "postgresql" else FileReader(engine)


def in_letters(folded: str) -> list[str]:
    """The runs of letters and digits: the file's index parts words at every mark between them."""
    return re.findall(r"\w+", folded)


class FileReader:
    """Reads the file. Every change writes to the log, so its newest number tells of others'."""

    def __init__(self, engine: Engine) -> None:
        self._pooled = engine.raw_connection()
        driver: Any = self._pooled.driver_connection
        driver.execute("PRAGMA query_only = ON")
        self.driver = driver
        self._known: int | None = None

    def parts(self, folded: str) -> list[str]:
        """See Reader."""
        return in_letters(folded)

    def prefixes(self, words: Sequence[str], column: str = "") -> str:
        """See Reader."""
        within = f"{column} : " if column else ""
        return " ".join(f'{within}"{word}"*' for word in words)

    def rows(self, statement: Statement, values: Values = ()) -> list[tuple[Any, ...]]:
        """See Reader."""
        found: list[tuple[Any, ...]] = self.driver.execute(statement.file, values).fetchall()
        return found

    def changed_elsewhere(self) -> bool:
        """See Reader."""
        newest = self.driver.execute("SELECT max(seq) FROM audit_event").fetchone()[0] or 0
        known, self._known = self._known, newest
        return known is not None and known != newest

    def note_own(self, links: range) -> None:
        """Our own links are known, unless somebody else's came before them unseen."""
        if self._known == links[0] - 1:
            self._known = links[-1]

    def close(self) -> None:
        """See Reader."""
        self._pooled.invalidate()


class ServerReader:
    """Reads a server's database; the server tells of every commit that others made.

    A connection that was lost is made anew when it is next needed. What was told meanwhile is unknown, so it
    counts as a change.
    """

    def __init__(self, engine: Engine, told_as: str) -> None:
        self._engine, self._told_as = engine, told_as
        self._pooled: PoolProxiedConnection | None = None
        self._was_asked = self._has_missed = False
        self._again_from = 0.0

    def parts(self, folded: str) -> list[str]:
        """See Reader: words are what stands between spaces."""
        return folded.split()

    def prefixes(self, words: Sequence[str], column: str = "") -> str:
        """See Reader; each column has an index of its own."""
        return " & ".join(f"{_quoted(word)}:*" for word in words)

    def rows(self, statement: Statement, values: Values = ()) -> list[tuple[Any, ...]]:
        """See Reader; raises what `postgres.in_words` says."""
        import psycopg

        try:
            found: list[tuple[Any, ...]] = self._driver().execute(statement.server, values).fetchall()
        except psycopg.Error as error:
            self._drop_if_lost()
            postgres.take_values_out(error)
            raise postgres.in_words(error) from error
        return found

    def changed_elsewhere(self) -> bool:
        """See Reader. It is asked every other second, so it waits for nothing on a line that is there.

        A server that is away is no answer: whoever next wants something of it is told.
        """
        import psycopg

        if self._pooled is None and monotonic() < self._again_from:
            return False
        try:
            told = [each.payload for each in self._driver().notifies(timeout=0)]
        except psycopg.Error:
            self._drop_if_lost()
            self._again_from = monotonic() + _TRIED_AGAIN_AFTER
            return False
        heard = self._has_missed or any(payload != self._told_as for payload in told)
        was_asked, self._was_asked, self._has_missed = self._was_asked, True, False
        return heard and was_asked

    def note_own(self, links: range) -> None:
        """Our own changes are told as ours."""

    def close(self) -> None:
        """See Reader."""
        if self._pooled is not None:
            self._pooled.invalidate()
            self._pooled = None

    def _driver(self) -> Any:
        if self._pooled is None:
            self._pooled = self._engine.raw_connection()
            try:
                _listen(self._pooled.driver_connection)
            except BaseException:
                self.close()  # not into the pool: it is no longer as the others are
                raise
        return self._pooled.driver_connection

    def _drop_if_lost(self) -> None:
        driver: Any = None if self._pooled is None else self._pooled.driver_connection
        if driver is not None and driver.closed:
            self.close()
            self._has_missed = True


def _listen(driver: Any) -> None:
    driver.autocommit = True
    driver.execute("SET default_transaction_read_only = on")
    driver.execute(f"LISTEN {_CHANNEL}")


def _quoted(word: str) -> str:
    """A word in which nothing has a meaning for the server's search."""
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def tell_others(connection: Connection, told_as: str) -> None:
    """Tell everybody who has the practice open, when this transaction commits, that something changed.

    Nothing needs to be told about a file: its log is asked.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (_CHANNEL, told_as))
