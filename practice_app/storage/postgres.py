"""Opens a practice on a PostgreSQL server, and says in words what the server refuses.

Writers come one after the other, as they do in the file: each takes one lock before it reads anything and
holds it until it commits. So whatever a use case looked at before it writes (the highest practice number,
who has an appointment then, the end of a chain) is still so when it commits, without each of them having to
think of it, and none ever has to be tried again. Readers wait for nobody; they see one moment throughout.

Whoever only looks at a record adds to the log and changes nothing else. For that there is a second lock,
which writers too take when they come to the log: nobody waits for an import before opening a record.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from practice_app.errors import Busy, CannotOpen, Defect, Invalid, NotAllowed, PracticeError

DRIVER = "postgresql+psycopg"

WRITERS, LOG = 0x50524143, 0x50524144
"""The numbers of the locks that whoever writes, and whoever adds to the log, holds until the commit.

Locks of this kind belong to one database. Who needs both takes the writers' first.
"""

_WAIT_MS = 10_000

_SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    # Nothing of another schema is ever meant, and none may be put before ours.
    "search_path": "public",
    "lock_timeout": str(_WAIT_MS),
    # A PC that went to sleep while it wrote would keep everybody else from writing.
    "idle_in_transaction_session_timeout": "300000",
    # Compiling a statement costs more than any of ours takes.
    "jit": "off",
    # One plan for whatever is looked for reads whole tables for the sake of what is rare.
    "plan_cache_mode": "force_custom_plan",
}

_NETWORK: dict[str, Any] = {
    "application_name": "practice-app",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


def connect_arguments(more: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What every connection of ours to a server is made with; `more` wins."""
    settings = " ".join(f"-c {name}={value}" for name, value in _SETTINGS.items())
    return {**_NETWORK, "options": settings, **(more or {})}


def open_server(url: URL, connect_args: Mapping[str, Any] | None = None) -> Engine:
    """An engine on a server's database. Each transaction says whether it writes and how long it waits.

    `url` names host, port, database and role; `connect_args` are the driver's own (sslmode, sslrootcert).
    Execution options of a connection are those of `engine.open_file`: `writes` (default False) takes the
    writers' lock and otherwise makes the transaction read-only; `wait_ms` is the wait for any lock. With
    `only_logs` a writing transaction does without the writers' lock, because it only adds to the log.
    Nothing is connected yet.
    """
    engine = create_engine(
        url.set(drivername=DRIVER),
        connect_args=connect_arguments(connect_args),
        pool_size=2,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        writes = bool(options.get("writes", False))
        _set_mode(connection, writes=writes)
        if writes:
            lock = LOG if options.get("only_logs", False) else WRITERS
            # From left to right: the wait is set before it begins.
            connection.exec_driver_sql(
                "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)",
                (str(int(options.get("wait_ms", _WAIT_MS))), lock),
            )

    return engine


def lock_log(connection: Connection) -> None:
    """Let nobody else add to the log until this transaction ends, so that its end stays the end."""
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (LOG,))


def _set_mode(connection: Connection, *, writes: bool) -> None:
    """Say how the transaction that begins now reads and whether it may write.

    A writer reads what is committed: under one snapshot, taken while it waits for its turn, it would not see
    what the writer before it has done. A reader sees the one moment at which it began.
    """
    import psycopg

    driver: Any = connection.connection.driver_connection
    level = psycopg.IsolationLevel.READ_COMMITTED if writes else psycopg.IsolationLevel.REPEATABLE_READ
    if (driver.isolation_level, driver.read_only) != (level, not writes):
        driver.isolation_level, driver.read_only = level, not writes


def is_servers(error: BaseException | None) -> bool:
    """Whether a driver's error came from a server, not from a file."""
    return type(error).__module__.startswith("psycopg")


_LOST = "The connection to the server was lost. What was not saved yet was not stored; try again in a moment."


def in_words(error: BaseException | None) -> PracticeError | Defect:
    """What the driver's error says, as a sentence; what nobody can mend is a Defect."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return _without_a_state(error)
    if state in ("55P03", "40P01", "40001"):  # a lock was waited for in vain, a deadlock, two at once
        return Busy("Somebody else is saving at this moment. Nothing was lost; try again.")
    if state.startswith("28"):
        return CannotOpen("The server did not accept this sign-in. Ask a director.")
    if state.startswith(("57P", "08")) or state in ("25P03", "53300"):  # shut down, cut off, idle, too many
        return CannotOpen(_LOST)
    if state.startswith("53"):
        return CannotOpen("The server has no room left. Nothing was saved; tell who looks after it.")
    if state == "42501":
        return NotAllowed("The server does not allow this to your role. Ask a director.")
    if state == "22001":
        return Invalid("A text is longer than can be kept here. Please shorten it.")
    return Defect("The database refused a statement.")


def _without_a_state(error: BaseException | None) -> PracticeError | Defect:
    """An error that the driver itself raised: whatever the server says has a state."""
    kind = type(error).__name__
    if kind in ("OperationalError", "ConnectionTimeout"):
        return CannotOpen(_LOST)
    if kind == "DataError" and "NUL" in str(error):
        return Invalid("A text contains an invisible character that cannot be kept. Please type it anew.")
    return Defect("The database refused a statement.")


def without_values(error: DBAPIError) -> BaseException | None:
    """The driver's error, after every value has been taken out of it and of SQLAlchemy's."""
    if error.orig is not None:
        take_values_out(error.orig)
    error.args, error.params = (), None
    return error.orig


def take_values_out(error: BaseException) -> None:
    """Leave of what the server said its kind and state, and the names of constraint and table.

    Its own text repeats what somebody typed, and the row that stood in the way. Errors hang in the chain that
    is logged, so it is not enough to raise another one.
    """
    if state := getattr(error, "sqlstate", None):
        names = (
            getattr(getattr(error, "diag", None), f"{name}_name", None) for name in ("constraint", "table")
        )
        error.args = (" ".join(part for part in (state, *names) if part),)
