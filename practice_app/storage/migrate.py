"""Brings a practice file or a server's database to the schema of this version, or says that it is newer.

In a file migrations run on a connection of their own with foreign keys off: with them on, remaking a table
deleted every row that referred to it. Whether links are whole is checked before the commit. A server's tables
are altered where they stand.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine

from practice_app.errors import CannotOpen, Defect
from practice_app.storage import search, server_locks
from practice_app.storage.engine import APPLICATION_ID, open_file, spoken_errors

_MIGRATIONS = Path(__file__).with_name("migrations")

APPEND_ONLY = (
    "audit_event",
    "checkpoint",
    "consent",
    "consent_correction",
    "consent_wording",
    "disclosure",
    "marketing_suppression",
    "note_seal",
    "privacy_notice",
)
"""Tables whose rows are never altered. Deleting from them is for the purge, which drops the trigger.

One thing may change, and only it: the link to the person, when two records of one person are merged or an
item was entered in the wrong record. The trigger lets it pass while a row of `merge` or `moved_item` says
so, and every other column stays. Had the rows stayed with a person who is no more, every reader would have
to think of looking there, and the one that forgets sends a letter against a refusal.
"""

_WRITTEN_ONCE = {"competence_note": "assessed_on, can_decide, assessor_id, assessor, entered_at"}
"""Columns that are never altered in tables that a change of keys seals anew or a merge moves."""

NEWEST = "0012"
"""The newest revision, written here so that opening a file need not load Alembic; a test compares."""

KNOWN = frozenset(
    {"0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", NEWEST}
)
"""Every revision this program can work with or bring up to date; a test compares."""


def revision(driver: Any) -> str | None:
    """The revision of an open file (a DB-API connection), or None when it has no tables yet."""
    if not driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
        return None
    row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def is_due(found: str | None) -> bool:
    """Whether a file of this revision must be migrated; refuses (CannotOpen) one made by a newer program."""
    if found is not None and found not in KNOWN:
        raise CannotOpen(
            "This practice was last used with a newer version of the program. Nothing was changed; "
            "install the newer version on this PC."
        )
    return found != NEWEST


def upgrade(path: Path, key: bytes | bytearray, *, create: bool = False, to: str = "head") -> None:
    """Bring the file to the newest schema (or, in a test, the revision `to`) in one transaction.

    On any error it stays as it was.

    The caller has made a verified backup first, unless it is creating the file.
    """
    engine = open_file(path, key, create=create)
    try:
        with engine.connect().execution_options(writes=True) as connection:
            driver = _driver(connection)
            driver.execute("PRAGMA foreign_keys = OFF")
            with connection.begin():
                _drop_triggers(driver)
                _run_migrations(connection, to)
                _make_triggers(driver)
                search.remake_index(driver)
                driver.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                broken = driver.execute("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise Defect(f"The migration would break {len(broken)} links; nothing was changed.")
    finally:
        engine.dispose()


def server_revision(connection: Connection) -> str | None:
    """The revision of a server's database, or None when it has no tables yet."""
    there = connection.exec_driver_sql("SELECT to_regclass('public.alembic_version')").scalar()
    if there is None:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def upgrade_server(
    engine: Engine, to: str = "head", at_the_end: Callable[[Connection], None] | None = None
) -> None:
    """Bring a server's database to the newest schema (or, in a test, the revision `to`) in one transaction.

    The engine's role owns the tables, or makes them. Nobody writes meanwhile, and nobody else migrates. What
    is to be done `at_the_end` belongs to it: new tables that nobody has rights on are of no use to anybody.
    Raises CannotOpen for a database that is newer, or that would sort and compare otherwise than a file does.
    On any error it stays as it was.
    """
    with spoken_errors(), engine.connect().execution_options(writes=True) as connection, connection.begin():
        _refuse_another_order(connection)
        is_due(server_revision(connection))
        server_locks.drop(connection)
        _run_migrations(connection, to)
        server_locks.make(connection, APPEND_ONLY, _WRITTEN_ONCE)
        search.make_server_index(connection)
        if at_the_end is not None:
            at_the_end(connection)


_BY_CODE_POINT = {"C", "POSIX", "C.UTF-8", "C.utf8"}


def _refuse_another_order(connection: Connection) -> None:
    """Names are sorted and looked up by their folded letters, which no language's own order may rearrange."""
    encoding, provider, order, letters = connection.exec_driver_sql(
        "SELECT pg_encoding_to_char(encoding), datlocprovider::text, datcollate, datctype FROM pg_database "
        "WHERE datname = current_database()"
    ).one()
    if (encoding, provider) != ("UTF8", "c") or not {order, letters} <= _BY_CODE_POINT:
        raise CannotOpen(
            "The server's database has the wrong encoding or sort order. Make it with: CREATE DATABASE name "
            "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'. Nothing was changed."
        )


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _run_migrations(connection: Connection, to: str) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(_MIGRATIONS))

    def steps(found: Any, _context: object) -> Any:
        return script._upgrade_revs(to, found)

    with EnvironmentContext(Config(), script, fn=steps) as environment:
        environment.configure(connection=connection, include_object=include)
        environment.run_migrations()


def include(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Hide what the search has of its own, which no mapped class describes, from Alembic."""
    return not (kind in ("table", "index") and (name or "").startswith("search_index"))


def _drop_triggers(driver: Any) -> None:
    """Take every trigger away for the time of the migrations.

    They change what is otherwise locked; and no table can be renamed while some trigger names one that is
    not there. The locks are made anew below, the search's own by its module.
    """
    for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        driver.execute(f"DROP TRIGGER {name}")


def _make_triggers(driver: Any) -> None:
    """Make the append-only locks of the tables there are; an earlier revision has fewer."""
    tables = {row[0] for row in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in sorted(tables.intersection(APPEND_ONLY)):
        driver.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} {_unless_another_person(driver, table)}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    for table in sorted(tables.intersection(_WRITTEN_ONCE)):
        driver.execute(
            f"CREATE TRIGGER {table}_is_kept BEFORE UPDATE OF {_WRITTEN_ONCE[table]} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    driver.execute(
        "CREATE TRIGGER audit_event_stays BEFORE DELETE ON audit_event "
        "BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END"
    )


_PEOPLE = frozenset({"person", "patient"})

_MERGED = """EXISTS (SELECT 1 FROM merge WHERE
    (gone_id = old.{0} AND kept_id = new.{0}) OR (kept_id = old.{0} AND gone_id = new.{0}))"""

_MOVED = """EXISTS (SELECT 1 FROM moved_item m JOIN moved_away a ON a.id = m.away_id WHERE m.item_id = old.id
    AND ((a.person_id = old.{0} AND m.person_id = new.{0})
        OR (m.person_id = old.{0} AND a.person_id = new.{0})))"""


def _unless_another_person(driver: Any, table: str) -> str:
    """The condition under which a row may not be altered; "" for a table that names no person: never."""
    found = driver.execute(f"PRAGMA foreign_key_list({table})").fetchall()
    links = sorted({row[3] for row in found if row[2] in _PEOPLE})
    if not links:
        return ""
    columns = [row[1] for row in driver.execute(f"PRAGMA table_info({table})")]
    kept = [f"old.{name} IS new.{name}" for name in columns if name not in (*links, "version")]
    moved = [
        f"(old.{name} IS new.{name} OR {_MERGED.format(name)} OR {_MOVED.format(name)})" for name in links
    ]
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in links)
    return f"WHEN NOT (({changed}) AND {' AND '.join(kept + moved)}) "
