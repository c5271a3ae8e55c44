"""What each role of a practice on a server may do with its tables: made anew after every migration.

The window's own rules are about use cases; these hold for whoever connects with a role's password by other
means. Receptionists read no sealed column. Nobody alters a log: the owner could, and is for migrations only.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Table

from practice_app.model.base import Base, SealedBytes
from practice_app.storage.migrate import APPEND_ONLY
from practice_app.storage.server import Roles

_PEOPLE = frozenset({"person", "patient"})

_REPLACED = frozenset({"checkpoint", "note_seal"})
"""Append-only rows that a change of the clinical key writes anew. Directors do that, who hold the owner's
password in their keys anyway."""

_OWN_AFFAIRS = {
    # What signing in and one's own password write.
    "user_account": ("must_change_password", "version"),
    "vault": ("slots_seq", "dek_id"),
    # The next patient's number.
    "practice": ("next_number", "version"),
}
"""Tables that only directors alter, and the columns in which everybody leaves their own traces."""

_DIRECTORS_WRITE = frozenset(
    {
        *_OWN_AFFAIRS,
        "appointment_type",
        "backup",
        "consent_wording",
        "import_mapping",
        "imported",
        # The locks on append-only rows believe a merge.
        "merge",
        "merge_step",
        "practitioner",
        "privacy_notice",
        "room",
    }
)
"""Tables whose use cases are all a director's."""

_CLINICIANS_WRITE = frozenset(
    {
        "addendum",
        "checkpoint",
        "draft",
        "health_fact",
        "note",
        "note_seal",
        "note_subject",
        "subject_access_bundle",
    }
)
"""Tables in which receptionists write nothing at all."""


IN_OWN_NAME = {"audit_event": "user_id", "moved_away": "moved_by_id", "moved_item": "moved_by_id"}
"""Tables in which everybody writes in their own name, and the column with it. The locks believe a move."""


def apply(connection: Connection, roles: Roles) -> None:
    """Give the three groups exactly their rights on every table there is, as the owner of them all.

    What other rights they had is taken away first, and everything from everybody else. The caller commits.
    """
    for statement in _statements(connection, roles):
        connection.exec_driver_sql(statement.replace("%", "%%"))


def _statements(connection: Connection, roles: Roles) -> Iterator[str]:
    everybody = ", ".join(roles.groups)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {everybody}"
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {everybody}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {everybody}"
    found = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for name in sorted(found.scalars().all()):
        table = Base.metadata.tables.get(name)
        if name == "alembic_version":
            yield f"GRANT SELECT ON {name} TO {everybody}"
        elif table is None:  # what a search keeps beside the mapped tables
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {everybody}"
        else:
            yield from _of_table(table, roles)
    for name, column in IN_OWN_NAME.items():
        yield from _only_own_name(name, column, roles)


def _of_table(table: Table, roles: Roles) -> Iterator[str]:
    name, (receptionist, clinician, director) = table.name, roles.groups
    readable = _listed(_readable(table))
    yield f"GRANT SELECT ON {name} TO {clinician}, {director}"
    yield f"GRANT SELECT ({readable}) ON {name} TO {receptionist}"
    writers = _writers(name, roles)
    yield f"GRANT INSERT ON {name} TO {', '.join(writers)}"
    if name in APPEND_ONLY:
        yield from _kept_for_ever(table, roles)
        return
    for group in writers:
        columns = f"({readable})" if group == receptionist else ""
        yield f"GRANT DELETE, UPDATE {columns} ON {name} TO {group}"
    if name in _OWN_AFFAIRS:
        yield f"GRANT UPDATE ({_listed(_OWN_AFFAIRS[name])}) ON {name} TO {receptionist}, {clinician}"


def _writers(name: str, roles: Roles) -> tuple[str, ...]:
    """The groups that add to a table, and alter what is in it if it may be altered."""
    if name in _DIRECTORS_WRITE:
        return roles.groups[2:]
    return roles.groups[1:] if name in _CLINICIANS_WRITE else roles.groups


def _kept_for_ever(table: Table, roles: Roles) -> Iterator[str]:
    """The one change of such a row is the person it is about; its trigger wants a merge or a move for it."""
    links = {
        column.name
        for column in table.columns
        if any(key.column.table.name in _PEOPLE for key in column.foreign_keys)
    }
    if links:
        moved = _listed(sorted(links | ({"version"} & set(table.columns.keys()))))
        yield f"GRANT UPDATE ({moved}) ON {table.name} TO {', '.join(roles.groups)}"
    if table.name in _REPLACED:
        yield f"GRANT DELETE ON {table.name} TO {roles.groups[2]}"


def _only_own_name(name: str, column: str, roles: Roles) -> Iterator[str]:
    """Whoever writes to the log, or says that an item was moved, does so in their own name.

    A plain right to insert, with this trigger, and not a function that inserts: the program's statements
    stay the same on both databases, many rows go in at once, and nothing runs with the owner's rights.
    """
    function = f"public.{name}_is_own()"
    yield f"""CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF starts_with(session_user, '{roles.people}')
                AND session_user <> '{roles.people}' || replace(NEW.{column}::text, '-', '') THEN
                RAISE EXCEPTION 'an entry in another name' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$"""
    yield f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC"
    yield f"DROP TRIGGER IF EXISTS {name}_is_own ON {name}"
    yield (
        f"CREATE TRIGGER {name}_is_own BEFORE INSERT OR UPDATE OF {column} ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}"
    )


def _readable(table: Table) -> list[str]:
    return [column.name for column in table.columns if not isinstance(column.type, SealedBytes)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
