"""What tests need from the PostgreSQL server named by ``PRACTICE_APP_TEST_POSTGRES``.

The variable names the JSON file that ``python -m tests.postgres_server start FOLDER`` wrote: host, port, the
admin's name and password, and the file of the certificate authority. Tests that need the server carry the
marker ``postgres`` and are skipped, with a printed reason, when none is named.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL

VARIABLE = "PRACTICE_APP_TEST_POSTGRES"
NO_SERVER = f"no PostgreSQL server is named by {VARIABLE} (python -m tests.postgres_server start FOLDER)"


@dataclass(frozen=True)
class Cluster:
    """A server of the tests' own, with its admin."""

    host: str
    port: int
    admin: str
    password: str = field(repr=False)
    ca: Path

    @property
    def connect_args(self) -> dict[str, str]:
        """How the program insists on knowing the server: its name, its authority, SCRAM bound to them."""
        return {"sslmode": "verify-full", "sslrootcert": str(self.ca), "channel_binding": "require"}

    def address(self, database: str) -> str:
        """What a person would type: no name and no password in it."""
        return f"postgresql://{self.host}:{self.port}/{database}"

    def url(self, database: str, user: str | None = None, password: str | None = None) -> URL:
        """For SQLAlchemy, as the admin or as somebody else."""
        return URL.create(
            "postgresql+psycopg",
            username=user or self.admin,
            password=self.password if user is None else password,
            host=self.host,
            port=self.port,
            database=database,
        )

    @contextlib.contextmanager
    def as_admin(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A connection where each statement is its own transaction."""
        connection = psycopg.connect(
            host=self.host, port=self.port, dbname=database, user=self.admin, password=self.password,
            autocommit=True, **self.connect_args,
        )  # fmt: skip
        with connection:
            yield connection

    def create(self, template: str = "template0", name: str | None = None) -> str:
        """Make a database as a copy of another, which nobody may be using; returns its name."""
        name = name or f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}_{secrets.token_hex(6)}"
        with self.as_admin() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return name

    def drop(self, name: str) -> None:
        """Remove a database, with everybody still connected to it; one that is not there is fine."""
        with self.as_admin() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    @contextlib.contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """A database for the time of a block; gives its name."""
        name = self.create(template)
        try:
            yield name
        finally:
            self.drop(name)

    def roles(self, beginning: str) -> list[str]:
        """The roles whose names begin so."""
        with self.as_admin() as connection:
            found = connection.execute("SELECT rolname FROM pg_roles ORDER BY rolname").fetchall()
        return [name for (name,) in found if name.startswith(beginning)]

    def drop_roles(self, beginning: str) -> None:
        """Remove a practice's roles, which all the server's databases share; its databases must be gone."""
        names = self.roles(beginning)
        if not names:
            return
        with self.as_admin() as connection:
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.SQL(", ").join(map(sql.Identifier, names))))


def named_server() -> Cluster | None:
    """The server the environment names, if any."""
    told = os.environ.get(VARIABLE)
    if not told:
        return None
    facts = json.loads(Path(told).read_text(encoding="utf-8"))
    return Cluster(facts["host"], facts["port"], facts["admin"], facts["password"], Path(facts["ca"]))
