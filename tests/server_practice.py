"""An empty practice on the tests' PostgreSQL server, put back after every test.

Copying a database costs as much as a thousand new files (a second on a slow disk), so each worker has one.
After a test every row goes and the founding ones come again. A database whose schema a test changed is made
anew.
"""

import contextlib
import secrets
from collections.abc import Callable, Iterator

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from practice_app.rules.permissions import Role
from practice_app.storage import grants, migrate, postgres
from practice_app.storage.server import Roles
from tests.postgres import Cluster

_PUT_BACK = """
CREATE FUNCTION founding.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE its record;
BEGIN
    SET LOCAL session_replication_role = replica;  -- no triggers, neither ours nor those of links
    FOR its IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DELETE FROM public.%I', its.name);
    END LOOP;
    FOR its IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'founding' LOOP
        EXECUTE format('INSERT INTO public.%1$I SELECT * FROM founding.%1$I', its.name);
    END LOOP;
    FOR its IN SELECT sequencename AS name FROM pg_sequences WHERE schemaname = 'public' LOOP
        PERFORM setval(format('public.%I', its.name), 1000);
    END LOOP;
END $$"""

_REMEMBER = """
DO $$
DECLARE its record; is_filled boolean;
BEGIN
    FOR its IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I)', its.name) INTO is_filled;
        IF is_filled THEN
            EXECUTE format('CREATE TABLE founding.%1$I AS TABLE public.%1$I', its.name);
        END IF;
    END LOOP;
END $$"""

_SCHEMA = """
SELECT md5(string_agg(it, ',' ORDER BY it)) FROM (
    SELECT tgrelid::regclass || ' ' || tgname || ' ' || tgenabled::text AS it
        FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT attrelid::regclass || ' ' || attname FROM pg_attribute
        JOIN pg_class c ON c.oid = attrelid AND c.relnamespace = 'public'::regnamespace WHERE attnum > 0
) its"""


_HOLDS_MANY = "SELECT 1 FROM person OFFSET 1000 LIMIT 1"
"""Deleted rows stay in the way until they are swept: of many, a new copy is rid of them sooner."""


class ServerPractice:
    """The practice of one worker, as copies of a template.

    The server has a role for each of ours, so that every use case is tried with no more rights than it has.
    """

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template
        self.database = ""
        self._roles = Roles(f"pa_test_{secrets.token_hex(4)}")
        self._password = secrets.token_hex(16)
        self._admin: psycopg.Connection | None = None
        self._stack = contextlib.ExitStack()

    def make(self, found: Callable[[Engine], None]) -> None:
        """Fill the template; `found` writes what every practice has from its beginning."""
        engine = self._open(self._template)
        migrate.upgrade_server(engine)
        found(engine)
        self._make_roles()
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            grants.apply(connection, self._roles)
        engine.dispose()
        with self._cluster.as_admin(self._template) as admin:
            admin.execute("CREATE SCHEMA founding")
            admin.execute(_PUT_BACK)
            admin.execute(_REMEMBER)
            self._schema = admin.execute(_SCHEMA).fetchone()

    def engine(self, role: Role | None = None) -> Engine:
        """An engine on the practice, as somebody of a role or as the one who owns its tables."""
        if self._admin is None:
            self.database = self._cluster.create(self._template)
            self._admin = self._stack.enter_context(self._cluster.as_admin(self.database))
        return self._open(self.database, role)

    def put_back(self) -> None:
        """Make the practice as it was; whoever is still connected to it is thrown out."""
        if self._admin is None:
            return
        self._admin.execute(
            "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        is_changed = self._admin.execute(_SCHEMA).fetchone() != self._schema
        if is_changed or self._admin.execute(_HOLDS_MANY).fetchone() is not None:
            self._forget()
        else:
            self._admin.execute("SELECT founding.put_back()")

    def remove(self) -> None:
        """Remove the databases and the roles."""
        self._forget()
        self._cluster.drop(self._template)
        self._cluster.drop_roles(self._roles.prefix)

    def _make_roles(self) -> None:
        with self._cluster.as_admin() as admin:
            for group in self._roles.groups:
                admin.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(group)))
                admin.execute(
                    sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE {}").format(
                        sql.Identifier(f"{group}_person"), self._password, sql.Identifier(group)
                    )
                )

    def _open(self, database: str, role: Role | None = None) -> Engine:
        url = self._cluster.url(database)
        if role is not None:
            group = self._roles.groups[list(Role).index(role)]
            url = self._cluster.url(database, f"{group}_person", self._password)
        return postgres.open_server(url, self._cluster.connect_args)

    def _forget(self) -> None:
        self._stack.close()
        self._admin = None
        if self.database:
            self._cluster.drop(self.database)
            self.database = ""


@contextlib.contextmanager
def server_practice(cluster: Cluster, found: Callable[[Engine], None]) -> Iterator[ServerPractice]:
    """A worker's practice, removed afterwards."""
    practice = ServerPractice(cluster, cluster.create())
    try:
        practice.make(found)
        yield practice
    finally:
        practice.remove()
