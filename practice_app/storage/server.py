"""A practice that is kept on a PostgreSQL server: how its folder on this PC names it, and how it is reached.

The folder stays the practice's address. It holds no records, only where the server is, which authority
vouches for it, and the password of a role that can read the key slots and nothing else.
"""

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from practice_app.errors import CannotOpen, Invalid
from practice_app.paths import SERVER_FILE

if TYPE_CHECKING:
    from psycopg import Connection
    from sqlalchemy import Engine

    from practice_app.storage.keys import Keys

CA_FILE = "server-ca.pem"
"""The certificate of the authority that vouches for the server, beside the server file."""

_FORMAT, _VERSION = "practice-app-server", 1
_LARGEST = 10_000
_PORT = 5432

_SECURITY = {
    "sslmode": "verify-full",
    "channel_binding": "require",
    # A server that asks for the password itself, or for none, is not ours.
    "require_auth": "scram-sha-256",
    "gssencmode": "disable",
    # Without these the driver would take files of this account that nobody thought of.
    "sslcert": "",
    "sslkey": "",
    "passfile": os.devnull,
}


@dataclass(frozen=True, slots=True)
class Server:
    """Where a practice is: host, port and database, and the practice's id, after which its roles are named.

    `ca` is the file with the authority's certificate; `signin_password` opens the role that reads key slots.
    """

    host: str
    port: int
    database: str
    vault: UUID
    ca: Path
    signin_password: str = field(repr=False)

    @property
    def url(self) -> str:
        """The address without any user or password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{host}:{self.port}/{self.database}"

    @property
    def roles(self) -> "Roles":
        """The names of the practice's roles on the server."""
        return Roles(f"pa_{self.vault.hex[:12]}")


@dataclass(frozen=True, slots=True)
class Roles:
    """The names of a practice's roles; roles belong to the whole server, so they begin with the practice.

    `owner` owns the tables, `signin` reads the key slots, `keeper` lets people in and out and cannot sign in.
    """

    prefix: str

    @property
    def owner(self) -> str:
        """Owns the schema; directors and the recovery key have its password."""
        return f"{self.prefix}_owner"

    @property
    def signin(self) -> str:
        """Reads the key slots before anybody is known."""
        return f"{self.prefix}_signin"

    @property
    def keeper(self) -> str:
        """Owns the two functions that let people in and out; nobody signs in as it."""
        return f"{self.prefix}_keeper"

    @property
    def groups(self) -> tuple[str, str, str]:
        """What a role of the practice may do: receptionists, clinicians, directors."""
        return (f"{self.prefix}_receptionist", f"{self.prefix}_clinician", f"{self.prefix}_director")

    @property
    def people(self) -> str:
        """How the role of every person begins."""
        return f"{self.prefix}_u_"

    def person(self, user: UUID) -> str:
        """The role of one person."""
        return f"{self.people}{user.hex}"


def is_kept_on_one(folder: Path) -> bool:
    """Whether the practice of this folder is on a server."""
    return (folder / SERVER_FILE).exists()


def read(folder: Path) -> Server | None:
    """The server a practice's folder names; None when the practice is a file in the folder.

    Raises CannotOpen for a server file that is damaged, of a newer version, or without its certificate.
    """
    if not is_kept_on_one(folder):
        return None
    try:
        with (folder / SERVER_FILE).open("rb") as source:
            tree = json.loads(source.read(_LARGEST).decode("utf-8"))
        server = _from_tree(folder, tree)
    except (OSError, ValueError, KeyError, TypeError, Invalid):
        raise CannotOpen(
            f"The file {SERVER_FILE} of this practice cannot be read. "
            "Copy it from another PC of the practice."
        ) from None
    if not server.ca.exists():
        raise CannotOpen(
            f"The file {CA_FILE} is missing beside {SERVER_FILE}. Copy both from another PC of the practice."
        )
    return server


def write(folder: Path, server: Server, authority: bytes) -> Server:
    """Write the two files that make a folder a practice on `server`; returns it as read there."""
    tree = {
        "format": _FORMAT,
        "v": _VERSION,
        "url": server.url,
        "vault": str(server.vault),
        "signin": server.signin_password,
    }
    _write_private(folder / CA_FILE, authority)
    _write_private(folder / SERVER_FILE, (json.dumps(tree, indent=1) + "\n").encode("ascii"))
    return Server(
        server.host, server.port, server.database, server.vault, folder / CA_FILE, server.signin_password
    )


def parse_url(text: str) -> tuple[str, int, str]:
    """Host, port and database of an address as a person writes it.

    Raises Invalid(field="server") for anything else in it, a user or a password above all: an address is
    shown, logged and kept.
    """
    try:
        parts = urlsplit(text)
        port = parts.port or _PORT
    except ValueError:
        raise _no_address() from None
    if parts.username is not None or parts.password is not None:
        raise Invalid(
            "Leave user and password out of the server's address: everybody signs in with their own.",
            field="server",
        )
    database = parts.path.removeprefix("/")
    if not _is_bare(parts) or not parts.hostname or re.fullmatch(r"[\w-]{1,63}", database, re.ASCII) is None:
        raise _no_address()
    return parts.hostname, port, database


def connect_as(server: Server, role: str, password: str) -> "Connection[tuple[Any, ...]]":
    """A connection of the driver's own, for what is done before anybody is in or beside the records.

    The server must prove itself with a certificate of the pinned authority. Raises CannotOpen in words.
    """
    import psycopg

    from practice_app.storage.postgres import connect_arguments

    try:
        return psycopg.connect(
            host=server.host,
            port=server.port,
            dbname=server.database,
            **connect_arguments(_arguments(server, role, password)),
        )
    except psycopg.OperationalError as error:
        raise refused(str(error), is_ours=role.startswith(server.roles.prefix)) from None


def engine_as(server: Server, role: str, password: str) -> "Engine":
    """An engine on the server's database for one role; how it is connected is said in `connect_as`."""
    from sqlalchemy import URL

    from practice_app.storage.postgres import open_server

    # The password stands in no address: that is what ends up in logs.
    url = URL.create("postgresql", host=server.host, port=server.port, database=server.database)
    return open_server(url, _arguments(server, role, password))


def engine_for(server: Server, keys: "Keys") -> "Engine":
    """An engine for the person whose keys these are."""
    return engine_as(server, server.roles.person(keys.user), keys.server_password())


def refused(text: str, *, is_ours: bool = True) -> CannotOpen:
    """Why the server could not be signed in to, in words; it has no codes for this, only English text.

    `is_ours` says that it was one of the practice's roles, whose password nobody typed.
    """
    if "authentication failed" in text and not is_ours:
        return CannotOpen("The server does not accept this name and password of its admin.")
    for part, sentence in _REFUSALS:
        if part in text:
            return CannotOpen(sentence)
    return CannotOpen(_NOT_LET_IN)


_NOT_LET_IN = "The server did not let this PC in. Nothing was changed; ask who looks after the server."


_REFUSALS = (
    (
        "certificate verify failed",
        "The server's certificate is not from the authority this practice trusts. Somebody may be posing as "
        "the server; nothing was sent. Ask who looks after the server.",
    ),
    (
        "does not match host name",
        "The server's certificate was made for another server name. Somebody may be posing as the server; "
        "nothing was sent. Ask who looks after the server.",
    ),
    (
        "root certificate file",
        f"The certificate of the server's authority cannot be read. Another PC of the practice has it as "
        f"{CA_FILE}; for a new practice ask who looks after the server.",
    ),
    (
        "does not support SSL",
        "The server offers no encrypted connection, so nothing was sent. Ask who looks after the server.",
    ),
    (
        "channel binding",
        "The server does not prove that nobody listens in between, so nothing was sent. "
        "Ask who looks after the server.",
    ),
    (
        "authentication method requirement",
        "The server asks for passwords in an unsafe way, so nothing was sent. Ask who looks after the server "
        "to allow scram-sha-256 only.",
    ),
    (
        "pg_hba.conf",
        "The server does not let this PC in. Ask who looks after the server to allow it (in pg_hba.conf).",
    ),
    (
        "is not permitted to log in",
        "You can no longer sign in to this practice. A director can let you in again.",
    ),
    (
        "authentication failed",
        "The server does not accept this sign-in. Perhaps another PC of the practice has a newer "
        "server.json; if not, ask who looks after the server.",
    ),
    ("does not exist", "There is no database of this name on the server. Ask who looks after it."),
    (
        "permission denied for database",
        "The server keeps this sign-in out of the practice's database. Ask who looks after the server.",
    ),
    ("too many", "The server has no room for one more connection. Please try again in a moment."),
    ("starting up", "The server is just starting. Please try again in a moment."),
    ("shutting down", "The server is being stopped. Please try again later."),
    (
        "failed to resolve",
        "The server's name is not known in this network. Look whether this PC is connected to the clinic's.",
    ),
    ("FATAL", _NOT_LET_IN),  # whatever else the server itself says: it was reached
    (
        "connection",  # refused, timed out, no route: the most general comes last
        "The server cannot be reached. Look whether this PC is connected to the clinic's network, "
        "and whether the server is on.",
    ),
)


def _arguments(server: Server, role: str, password: str) -> dict[str, Any]:
    return {**_SECURITY, "user": role, "password": password, "sslrootcert": str(server.ca)}


def _from_tree(folder: Path, tree: dict[str, Any]) -> Server:
    if tree["format"] != _FORMAT:
        raise ValueError("another file")
    if type(tree["v"]) is not int:
        raise ValueError("no version")
    if tree["v"] > _VERSION:
        raise CannotOpen("This practice was used with a newer version of the program. Please update it here.")
    if set(tree) != {"format", "v", "url", "vault", "signin"} or not isinstance(tree["signin"], str):
        raise ValueError("other fields")
    return Server(*parse_url(tree["url"]), UUID(tree["vault"]), folder / CA_FILE, tree["signin"])


def _is_bare(parts: SplitResult) -> bool:
    return parts.scheme == "postgresql" and not parts.query and not parts.fragment


def _no_address() -> Invalid:
    return Invalid(
        "Write the server's address as postgresql://name:port/database, without anything else.",
        field="server",
    )


def _write_private(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
