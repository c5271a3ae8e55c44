"""What a check looks at on a server: tables and their locks, who may do what, and what it writes down.

Everybody may ask for all of it. Whoever looks after the server could answer falsely: what they cannot forge
is the log and the sealed values, which are checked elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, ForeignKey, Table, exists, select

from practice_app.model.base import Base, SealedBytes
from practice_app.rules.permissions import Role
from practice_app.storage.grants import IN_OWN_NAME
from practice_app.storage.migrate import APPEND_ONLY
from practice_app.storage.server import Roles

_SETTINGS = {
    "log_statement": (
        "none",
        "The server writes statements into its log. Ask who looks after it to set log_statement to none.",
    ),
    "log_error_verbosity": (
        "terse",
        "What the server writes into its log of errors may name a patient. Ask who looks after it to set "
        "log_error_verbosity to terse.",
    ),
    "log_min_duration_statement": (
        "-1",
        "The server writes slow statements into its log. Ask who looks after it to set "
        "log_min_duration_statement to -1.",
    ),
    "log_parameter_max_length_on_error": (
        "0",
        "The server writes values into its log of errors. Ask who looks after it to set "
        "log_parameter_max_length_on_error to 0.",
    ),
    "data_checksums": (
        "on",
        "The server does not notice when its disk gives wrong data. Ask who looks after it to switch on data "
        "checksums.",
    ),
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What is wrong, and what whoever looks after the server should do better; in sentences."""

    problems: tuple[str, ...]
    advice: tuple[str, ...]


def look(connection: Connection, roles: Roles, people: Mapping[UUID, Role]) -> Looked:
    """Look at everything. `people` are those who have a key slot, with what they are in the practice."""
    problems = [
        *_line(connection),
        *_broken_links(connection),
        *_open_locks(connection),
        *_people(connection, roles, people),
        *_powers(connection, roles),
        *_rights(connection, roles),
    ]
    settings = {row.name: row.setting for row in connection.exec_driver_sql("TABLE pg_settings")}
    advice = (says for name, (wanted, says) in _SETTINGS.items() if settings.get(name, wanted) != wanted)
    return Looked(tuple(problems), tuple(advice))


def _line(connection: Connection) -> Iterator[str]:
    version = connection.exec_driver_sql(
        "SELECT version FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()"
    ).scalar()
    if version not in ("TLSv1.2", "TLSv1.3"):
        yield "The connection to the server is not encrypted as it should be."


def _broken_links(connection: Connection) -> Iterator[str]:
    """Rows that point at nothing: the server refuses them, unless its admin told it not to."""
    for table in Base.metadata.sorted_tables:
        if any(_is_broken(connection, table, link) for link in table.foreign_keys):
            yield f"broken link in {table.name}"


def _is_broken(connection: Connection, table: Table, link: ForeignKey) -> bool:
    goal = link.column.table.alias("goal")
    key = goal.c[link.column.name]
    there = exists(select(key).where(key == link.parent))
    lost = select(link.parent).select_from(table).where(link.parent.is_not(None), ~there).limit(1)
    return connection.execute(lost).first() is not None


def _open_locks(connection: Connection) -> Iterator[str]:
    """Append-only tables without a trigger that is always on."""
    found = connection.exec_driver_sql(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE c.relnamespace = 'public'::regnamespace AND t.tgenabled IN ('O', 'A')"
    )
    there = {(table, name) for table, name in found}
    wanted = {(table, f"{table}_is_kept") for table in APPEND_ONLY}
    wanted |= {(table, f"{table}_is_own") for table in IN_OWN_NAME} | {("audit_event", "audit_event_stays")}
    for table in sorted({table for table, _ in wanted - there}):
        yield f"The lock on “{table}” is off: what stands there could be altered."


def _people(connection: Connection, roles: Roles, people: Mapping[UUID, Role]) -> Iterator[str]:
    """Everybody with a key slot has a role in the group of what they are; nobody else can sign in."""
    group_of = dict(zip(Role, roles.groups, strict=True))
    wanted = {roles.person(user): {group_of[role]} for user, role in people.items()}
    rows = connection.exec_driver_sql(
        "SELECT r.rolname, r.rolcanlogin, g.rolname FROM pg_roles r "
        "LEFT JOIN pg_auth_members m ON m.member = r.oid LEFT JOIN pg_roles g ON g.oid = m.roleid "
        "WHERE starts_with(r.rolname, %s)",
        (roles.people,),
    ).all()
    may_come = {name for name, can_sign_in, _ in rows if can_sign_in}
    groups: dict[str, set[str]] = {}
    for name, _, group in rows:
        groups.setdefault(name, set()).update({group} if group else set())
    for name in sorted(wanted.keys() - may_come):
        yield f"Somebody with a key slot cannot sign in on the server (role {name})."
    for name in sorted(may_come - wanted.keys()):
        yield f"The server lets somebody in who has no key slot (role {name})."
    for name in sorted(wanted.keys() & may_come):
        if groups[name] != wanted[name]:
            yield f"Somebody has other rights on the server than in the practice (role {name})."


def _powers(connection: Connection, roles: Roles) -> Iterator[str]:
    """No role of ours rules the server, and no other one has become one of ours."""
    ruling = connection.exec_driver_sql(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s) AND "
        "(rolsuper OR rolcreatedb OR rolreplication OR rolbypassrls OR (rolcreaterole AND rolname <> %s)) "
        "ORDER BY rolname",
        (f"{roles.prefix}_", roles.keeper),
    )
    for name in ruling.scalars():
        yield f"The role {name} may do more on the server than it should."
    strangers = connection.exec_driver_sql(
        "SELECT DISTINCT r.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "JOIN pg_roles r ON r.oid = m.member WHERE starts_with(g.rolname, %s) "
        "AND NOT starts_with(r.rolname, %s) AND r.rolname <> %s AND NOT r.rolsuper ORDER BY r.rolname",
        (f"{roles.prefix}_", roles.people, roles.keeper),
    )
    for name in strangers.scalars():
        yield f"The role {name} has been let into the practice's own."


def _rights(connection: Connection, roles: Roles) -> Iterator[str]:
    """Only our roles have rights here; receptionists read no sealed column, nobody alters the log."""
    ours = [roles.owner, roles.signin, roles.keeper, *roles.groups]
    others = connection.exec_driver_sql(
        """SELECT DISTINCT coalesce(r.rolname, 'everybody') FROM (
            SELECT relacl AS given FROM pg_class
                WHERE relnamespace IN ('public'::regnamespace, 'practice_keys'::regnamespace)
                AND relkind IN ('r', 'v', 'm', 'S')
            UNION ALL SELECT attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                WHERE c.relnamespace IN ('public'::regnamespace, 'practice_keys'::regnamespace)
            UNION ALL SELECT datacl FROM pg_database WHERE datname = current_database()
        ) lists, aclexplode(given) entry LEFT JOIN pg_roles r ON r.oid = entry.grantee
        WHERE entry.grantee <> entry.grantor AND NOT coalesce(r.rolname, '') = ANY(%s)
            AND NOT coalesce(r.rolsuper, false)
        ORDER BY 1""",
        (ours,),
    )
    for name in others.scalars():
        yield f"Others may reach the practice's tables on the server: {name}."
    receptionist = roles.groups[0]
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedBytes) and _may(
                connection, receptionist, f"public.{table.name}", column.name, "SELECT"
            ):
                yield f"Receptionists may read what is sealed in “{table.name}”."
    for group in roles.groups:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            if connection.exec_driver_sql(
                "SELECT has_table_privilege(%s, 'public.audit_event', %s)", (group, right)
            ).scalar():
                yield f"The role {group} may alter the log."


def _may(connection: Connection, role: str, table: str, column: str, right: str) -> bool:
    asked = (role, table, column, right)
    return bool(connection.exec_driver_sql("SELECT has_column_privilege(%s, %s, %s, %s)", asked).scalar_one())
