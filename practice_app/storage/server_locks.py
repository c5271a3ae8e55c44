"""What a server keeps of itself: rows that are never altered, and links that may be checked at the end.

The triggers say what those of a file say (migrate.py).
"""

from collections.abc import Collection, Mapping

from sqlalchemy import JSON, Connection, inspect
from sqlalchemy.engine.reflection import Inspector

_REFUSE = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = public, pg_temp AS $$
    BEGIN
        RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only',
            ERRCODE = 'integrity_constraint_violation';
    END $$"""

_IS_SAID = """CREATE OR REPLACE FUNCTION may_be_another_person(item uuid, was uuid, becomes uuid)
    RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT was IS NOT DISTINCT FROM becomes
        OR EXISTS (SELECT 1 FROM merge WHERE
            (gone_id = was AND kept_id = becomes) OR (kept_id = was AND gone_id = becomes))
        OR EXISTS (SELECT 1 FROM moved_item m JOIN moved_away a ON a.id = m.away_id WHERE m.item_id = item
            AND ((a.person_id = was AND m.person_id = becomes)
                OR (m.person_id = was AND a.person_id = becomes)))
    $$"""
"""Whether a merge or a move says that a row that names its person itself is about somebody else now."""

_PEOPLE = frozenset({"person", "patient"})

_LOCKS = """SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace"""

_LINKS = """SELECT c.relname, k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND NOT k.condeferrable AND c.relnamespace = 'public'::regnamespace"""


def drop(connection: Connection) -> None:
    """Take the locks away for the time of the migrations, which change what is otherwise locked."""
    for name, table in connection.exec_driver_sql(_LOCKS).all():
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')


def make(connection: Connection, append_only: Collection[str], written_once: Mapping[str, str]) -> None:
    """Lock the tables there are, and let the check of every link wait where a merge asks for it.

    `written_once` names the columns that are never altered in tables of which others are.
    """
    inspector = inspect(connection)
    tables = set(inspector.get_table_names())
    connection.exec_driver_sql(_REFUSE)
    knows_merges = "moved_item" in tables  # an earlier revision does not
    if knows_merges:
        connection.exec_driver_sql(_IS_SAID)
    for table in sorted(tables.intersection(append_only)):
        unless = _unless_another_person(inspector, table) if knows_merges else ""
        _lock(connection, f"{table}_is_kept", f"UPDATE ON {table}", unless)
    for table in sorted(tables.intersection(written_once)):
        _lock(connection, f"{table}_is_kept", f"UPDATE OF {written_once[table]} ON {table}")
    _lock(connection, "audit_event_stays", "DELETE ON audit_event")
    for table, link in connection.exec_driver_sql(_LINKS).all():
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ALTER CONSTRAINT "{link}" DEFERRABLE')


def _lock(connection: Connection, name: str, what: str, unless: str = "") -> None:
    when = f"WHEN (NOT ({unless}))" if unless else ""
    connection.exec_driver_sql(
        f"CREATE TRIGGER {name} BEFORE {what} FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"
    )


def _unless_another_person(inspector: Inspector, table: str) -> str:
    """The condition under which a row may be altered; "" for a table that names no person: never."""
    links = sorted(
        {
            name
            for key in inspector.get_foreign_keys(table)
            for name in key["constrained_columns"]
            if key["referred_table"] in _PEOPLE
        }
    )
    if not links:
        return ""
    kept = [
        _same(column["name"], is_json=isinstance(column["type"], JSON))
        for column in inspector.get_columns(table)
        if column["name"] not in (*links, "version")
    ]
    moved = [f"may_be_another_person(old.id, old.{name}, new.{name})" for name in links]
    changed = " OR ".join(f"old.{name} IS DISTINCT FROM new.{name}" for name in links)
    return f"({changed}) AND {' AND '.join(kept + moved)}"


def _same(name: str, *, is_json: bool) -> str:
    text = "::text" if is_json else ""  # JSON has no equality of its own
    return f"old.{name}{text} IS NOT DISTINCT FROM new.{name}{text}"
