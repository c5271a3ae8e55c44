"""Practices on the tests' PostgreSQL server, of which nothing is left after the block."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from practice_app.services import practice
from practice_app.storage import founding, server
from practice_app.storage.keys import Keys
from practice_app.storage.server import Server
from tests.postgres import Cluster
from tests.storage import sample_keys
from tests.storage.sample_keys import Sample


@contextlib.contextmanager
def room(cluster: Cluster, folder: Path) -> Iterator[Server]:
    """An empty database, and the two files in `folder` that name it; its roles go with it at the end."""
    vault = uuid4()
    with cluster.database() as name:
        wanted = Server(cluster.host, cluster.port, name, vault, cluster.ca, secrets.token_urlsafe(24))
        try:
            yield server.write(folder, wanted, cluster.ca.read_bytes())
        finally:
            cluster.drop(name)
            cluster.drop_roles(wanted.roles.prefix)


def admin_of(cluster: Cluster) -> founding.Admin:
    """The tests' admin, as the program takes one."""
    return founding.Admin(cluster.admin, cluster.password)


def with_keys(cluster: Cluster, where: Server) -> Sample:
    """A director, a therapist and a receptionist with their keys on the server; no records."""
    folder = where.ca.parent

    def make_room(keys: Keys) -> None:
        founding.found(where, admin_of(cluster), keys)

    return sample_keys.make(folder, vault=where.vault, make_room=make_room)


def on_another_pc(where: Server, folder: Path) -> Server:
    """The same practice as a second PC knows it: the two files were copied there."""
    folder.mkdir()
    return server.write(folder, where, where.ca.read_bytes())


def copied(cluster: Cluster, where: Server, folder: Path) -> str:
    """A copy of the practice's database, for one test; `folder` names it. Its roles are the same.

    What belongs to a database and not to what is in it is not copied: who may connect.
    """
    name = cluster.create(where.database)
    with cluster.as_admin(name) as connection:
        roles = where.roles
        allowed = sql.SQL(", ").join(map(sql.Identifier, (roles.owner, roles.signin, *roles.groups)))
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(name), allowed)
        )
    server.write(folder, replace(where, database=name), where.ca.read_bytes())
    return name


def connect(cluster: Cluster, where: Server, role: str, password: str, **more: str) -> psycopg.Connection:
    """A connection of somebody who does without the program."""
    asked = {**cluster.connect_args, **more}
    return psycopg.connect(
        host=where.host, port=where.port, dbname=where.database, user=role, password=password,
        autocommit=True, **asked,
    )  # fmt: skip


def can_sign_in(cluster: Cluster, role: str) -> bool:
    """Whether the server would let the role in at all."""
    with cluster.as_admin() as connection:
        row = connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    return row is not None and bool(row[0])


def groups_of(cluster: Cluster, role: str) -> set[str]:
    """The groups a role is in, by the ends of their names."""
    with cluster.as_admin() as connection:
        rows = connection.execute(
            "SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
            "JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = %s",
            (role,),
        ).fetchall()
    return {name.rpartition("_")[2] for (name,) in rows}


def user_role(where: Server, user: UUID) -> str:
    """The role of a person."""
    return where.roles.person(user)


def on(cluster: Cluster, database: str) -> practice.OnServer:
    """Where a new practice is to go."""
    return practice.OnServer(cluster.address(database), cluster.ca, admin_of(cluster))


@contextlib.contextmanager
def place(cluster: Cluster, vault: UUID) -> Iterator[practice.OnServer]:
    """An empty database for a practice there is already; afterwards neither it nor its roles are left.

    Its admin may do no more than is asked for: make roles, and own this database.
    """
    admin = founding.Admin(f"admin_{secrets.token_hex(6)}", secrets.token_urlsafe(12))
    with cluster.database() as name:
        with cluster.as_admin() as connection:
            role = sql.Identifier(admin.name)
            made = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}")
            connection.execute(made.format(role, sql.Literal(admin.password)))
            connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(name), role))
        yield replace(on(cluster, name), admin=admin)
    for beginning in (f"pa_{vault.hex[:12]}", admin.name):
        cluster.drop_roles(beginning)
