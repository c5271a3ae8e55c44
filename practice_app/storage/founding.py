"""Making room for a practice on a PostgreSQL server, as its admin, and taking all of it away again.

One role for each person, three groups, an owner, one that reads the key slots, and one that nobody signs in
as: it alone may make roles, by two functions that know this practice's names only. So no director's password
rules the server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, LiteralString

from practice_app.errors import CannotOpen, Invalid, PracticeError
from practice_app.storage import grants, migrate
from practice_app.storage.keys import VaultKeys
from practice_app.storage.keys.slots_table import made_verifier
from practice_app.storage.server import Server, connect_as, engine_as

if TYPE_CHECKING:
    from psycopg import Connection

    Driver = Connection[tuple[Any, ...]]

_OLDEST = 150_000  # before it, everybody could make tables in every database


@dataclass(frozen=True, slots=True)
class Admin:
    """A role of the server that may make roles and owns the empty database; it is used this once."""

    name: str
    password: str = field(repr=False)


def look(server: Server, admin: Admin) -> None:
    """Look whether the server and its database will do; nothing is changed.

    Raises Invalid(field="server") for a database that is not empty or a server that will not do, CannotOpen
    when it cannot be reached.
    """
    with _spoken(), connect_as(server, admin.name, admin.password) as connection:
        _refuse_unfit(connection)


def found(server: Server, admin: Admin, keys: VaultKeys) -> None:
    """Make the practice's roles and the table of its key slots, which stays empty, or nothing of it.

    Raises as `look` does, and CannotOpen when the admin may not do this.
    """
    with _spoken(), connect_as(server, admin.name, admin.password) as connection:
        _refuse_unfit(connection)
        _make_roles(connection, server, keys)
        _close_to_others(connection, server)
        _make_key_slots(connection, server)


def make_tables(server: Server, keys: VaultKeys) -> None:
    """Make the tables of the newest schema as the owner, and say who may do what with them."""
    engine = engine_as(server, server.roles.owner, keys.owner_password())
    try:
        migrate.upgrade_server(engine, at_the_end=lambda connection: grants.apply(connection, server.roles))
    finally:
        engine.dispose()


def dissolve(server: Server, admin: Admin) -> None:
    """Take away the practice's roles and everything they own in its database.

    Raises CannotOpen when the server cannot be reached; what is left then is the admin's to remove.
    """
    roles = server.roles
    with _spoken(), connect_as(server, admin.name, admin.password) as connection:
        found = connection.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", (roles.prefix,)
        )
        names = {name for (name,) in found}
        people = sorted(name for name in names if name.startswith(roles.people))
        if roles.keeper in names:
            _run(connection, "GRANT {} TO CURRENT_USER", roles.keeper)
            _run(connection, "SET LOCAL ROLE {}", roles.keeper)
            for name in people:
                _run(connection, "DROP OWNED BY {}", name)
                _run(connection, "DROP ROLE {}", name)
            _run(connection, "RESET ROLE")
        for name in (roles.owner, roles.signin, *roles.groups, roles.keeper):
            if name in names:
                _run(connection, "GRANT {} TO CURRENT_USER", name)
                _run(connection, "DROP OWNED BY {} CASCADE", name)
                _run(connection, "DROP ROLE {}", name)


def last_entry(server: Server, keys: VaultKeys) -> tuple[int, bytes] | None:
    """Number and value of the last entry in the log of this practice on the server; None for an empty one.

    Raises CannotOpen when the practice has no roles there, or the server cannot be reached.
    """
    with _spoken(), connect_as(server, server.roles.owner, keys.owner_password()) as connection:
        tables = connection.execute("SELECT to_regclass('public.audit_event')").fetchone()
        if tables is None or tables[0] is None:
            return None
        last = connection.execute("SELECT seq, mac FROM audit_event ORDER BY seq DESC LIMIT 1").fetchone()
        return None if last is None else (last[0], bytes(last[1]))


def _refuse_unfit(connection: "Driver") -> None:
    if connection.info.server_version < _OLDEST:
        raise Invalid("The server is too old: PostgreSQL 15 or newer is needed.", field="server")
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise Invalid(
            "The database cannot keep every script. Make it with the encoding UTF8.", field="server"
        )
    things = connection.execute(
        """SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT EXISTS
            (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')"""
    ).fetchone()
    if things is None or things[0]:
        raise Invalid(
            "The database is not empty. A new practice needs a database of its own; nothing was changed.",
            field="server",
        )


def _make_roles(connection: "Driver", server: Server, keys: VaultKeys) -> None:
    roles = server.roles
    for name, password in ((roles.owner, keys.owner_password()), (roles.signin, server.signin_password)):
        _run(connection, "CREATE ROLE {} LOGIN", name)
        _set_password(connection, name, password)
    _run(connection, "CREATE ROLE {} NOLOGIN CREATEROLE", roles.keeper)
    for group in roles.groups:
        _run(connection, "CREATE ROLE {} NOLOGIN", group)
        _run(connection, "GRANT {} TO {} WITH ADMIN OPTION", group, roles.keeper)


def _set_password(connection: "Driver", role: str, password: str) -> None:
    from psycopg import sql

    verifier = made_verifier(connection, role, password)
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
    )


def _close_to_others(connection: "Driver", server: Server) -> None:
    """The database is for the practice's roles only, and none of them may make anything but the owner."""
    roles = server.roles
    _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", server.database)
    _run(connection, "GRANT CONNECT, CREATE ON DATABASE {} TO {}", server.database, roles.owner)
    _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    _run(connection, "GRANT USAGE, CREATE ON SCHEMA public TO {}", roles.owner)
    _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", server.database, roles.signin)
    for group in roles.groups:
        _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", server.database, group)
        _run(connection, "GRANT USAGE ON SCHEMA public TO {}", group)


def _make_key_slots(connection: "Driver", server: Server) -> None:
    roles = server.roles
    for name in (roles.owner, roles.keeper):
        _run(connection, "GRANT {} TO CURRENT_USER", name)
    _run(connection, "CREATE SCHEMA practice_keys AUTHORIZATION {}", roles.owner)
    _run(connection, "SET LOCAL ROLE {}", roles.owner)
    for statement in _KEY_SLOTS:
        _run(connection, statement)
    _run(connection, "GRANT USAGE, CREATE ON SCHEMA practice_keys TO {}", roles.keeper)
    _run(connection, "GRANT USAGE ON SCHEMA practice_keys TO {}", roles.signin)
    _run(connection, "GRANT SELECT ON practice_keys.key_slots TO {}", roles.signin)
    for group in roles.groups:
        _run(connection, "GRANT USAGE ON SCHEMA practice_keys TO {}", group)
        _run(connection, "GRANT SELECT, UPDATE (seq, doc) ON practice_keys.key_slots TO {}", group)
    _run(connection, "SET LOCAL ROLE {}", roles.keeper)
    for statement in _functions(server):
        connection.execute(statement.encode("ascii"))
    for function in ("let_in(uuid, text, text)", "shut_out(uuid)"):
        connection.execute(f"REVOKE ALL ON FUNCTION practice_keys.{function} FROM PUBLIC".encode("ascii"))
        connection.execute(
            f'GRANT EXECUTE ON FUNCTION practice_keys.{function} TO "{roles.owner}"'.encode("ascii")
        )
    _run(connection, "SET LOCAL ROLE {}", roles.owner)
    _run(connection, "REVOKE CREATE ON SCHEMA practice_keys FROM {}", roles.keeper)
    _run(connection, "RESET ROLE")
    for name in (roles.owner, roles.keeper):
        _run(connection, "REVOKE {} FROM CURRENT_USER", name)


_KEY_SLOTS: tuple[LiteralString, ...] = (
    """CREATE TABLE practice_keys.key_slots (
        id smallint PRIMARY KEY CHECK (id = 1), seq bigint NOT NULL, doc bytea NOT NULL)""",
    """CREATE FUNCTION practice_keys.only_newer() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, pg_temp AS $$
        BEGIN
            IF NEW.seq <= OLD.seq THEN
                RAISE EXCEPTION 'older key slots' USING ERRCODE = 'insufficient_privilege';
            END IF;
            RETURN NEW;
        END $$""",
    "REVOKE ALL ON FUNCTION practice_keys.only_newer() FROM PUBLIC",
    """CREATE TRIGGER only_newer BEFORE UPDATE ON practice_keys.key_slots
        FOR EACH ROW EXECUTE FUNCTION practice_keys.only_newer()""",
)


def _functions(server: Server) -> Iterator[str]:
    """Letting a person in and out. Both know this practice's names only, whatever they are called with."""
    roles = server.roles
    groups = ", ".join(f"'{group}'" for group in roles.groups)
    head = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$"
    person = f"'{roles.people}' || replace(person::text, '-', '')"
    yield f"""CREATE FUNCTION practice_keys.let_in(person uuid, wanted text, verifier text)
        RETURNS void {head}
        DECLARE
            who text := {person};
            each text;
        BEGIN
            IF wanted IS NULL OR wanted NOT IN ({groups}) OR verifier IS NULL
                OR verifier !~ '^SCRAM-SHA-256[$][0-9]+:[[:alnum:]+/=]+[$][[:alnum:]+/=]+:[[:alnum:]+/=]+$'
            THEN
                RAISE EXCEPTION 'not of this practice' USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = who) THEN
                EXECUTE format('CREATE ROLE %I ROLE %I', who, '{roles.keeper}');
            END IF;
            EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', who, verifier);
            FOREACH each IN ARRAY ARRAY[{groups}] LOOP
                IF each = wanted THEN
                    EXECUTE format('GRANT %I TO %I', each, who);
                ELSIF pg_has_role(who, each, 'MEMBER') THEN
                    EXECUTE format('REVOKE %I FROM %I', each, who);
                END IF;
            END LOOP;
        END $$"""
    yield f"""CREATE FUNCTION practice_keys.shut_out(person uuid) RETURNS void {head}
        DECLARE
            who text := {person};
            each text;
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = who) THEN
                EXECUTE format('ALTER ROLE %I NOLOGIN', who);
                FOREACH each IN ARRAY ARRAY[{groups}] LOOP
                    IF pg_has_role(who, each, 'MEMBER') THEN
                        EXECUTE format('REVOKE %I FROM %I', each, who);
                    END IF;
                END LOOP;
                PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = who;
            END IF;
        END $$"""


def _run(connection: "Driver", statement: LiteralString, *names: str) -> None:
    from psycopg import sql

    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def _spoken() -> Iterator[None]:
    """Turn what the driver says into a sentence; its own text is not shown."""
    import psycopg

    try:
        yield
    except psycopg.errors.InsufficientPrivilege:
        raise CannotOpen(
            "The server's admin may not do this: a role is needed that may make roles and owns the database."
        ) from None
    except psycopg.Error as error:
        raise PracticeError(
            f"The server refused to make room for the practice (its reason is number {error.sqlstate})."
        ) from None
