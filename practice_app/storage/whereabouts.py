"""Where a practice is kept, in a file of its folder or on a server, and what is done differently for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

from practice_app.model.people import Person
from practice_app.model.staff import UserAccount
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.storage import database_key, migrate, postgres, presence, server, server_check
from practice_app.storage.engine import DATABASE, check_pages, open_file, spoken_errors
from practice_app.storage.keys import Keys, VaultKeys, keys_exist, read_slots
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.records import Work
from practice_app.storage.server_check import Looked


def is_practice(folder: Path) -> bool:
    """Whether a folder holds a practice's keys or database, or names the server that does."""
    return keys_exist(folder) or (folder / DATABASE).exists()


def enter(folder: Path, keys: Keys, key: Secret) -> Engine:
    """An engine on the practice for the person whose keys these are, who is from now on present.

    `key` is the database key the file is under; a server has a role for each person instead. Raises
    CannotOpen, Busy while the keys are being changed.
    """
    engine = engine_of(folder, keys, key)
    try:
        with spoken_errors(), _said_why():
            presence.enter(folder, engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def engine_of(folder: Path, keys: Keys, key: Secret) -> Engine:
    """The same without being present: for whoever has the practice to themselves."""
    found = server.read(folder)
    return open_file(folder / DATABASE, key) if found is None else server.engine_for(found, keys)


def key_in_use(folder: Path, keys: VaultKeys) -> tuple[int, bytearray]:
    """Generation and key the file is under. A server's tables are under none, so nothing ever waits there."""
    if server.is_kept_on_one(folder):
        return keys.newest_dek
    return database_key.fitting(folder / DATABASE, keys)


def size(folder: Path, work: Work) -> int:
    """How large the practice is, in bytes."""
    if not server.is_kept_on_one(folder):
        return (folder / DATABASE).stat().st_size
    found: int = (
        work.connection()
        .exec_driver_sql(
            "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace"
        )
        .scalar_one()
    )
    return found


def is_older(engine: Engine) -> bool:
    """Whether a server's tables are of an older version; those of a newer one are refused (CannotOpen)."""
    with spoken_errors(), engine.connect() as connection:
        return migrate.is_due(migrate.server_revision(connection))


def look(folder: Path, work: Work) -> Looked:
    """What is wrong with where the practice is kept: every page of its file, or everything on its server."""
    found = server.read(folder)
    if found is None:
        return Looked(check_pages(folder / DATABASE, key_in_use(folder, work.keys)[1]), ())
    roles = {account.id: account.role for account in work.select(select(UserAccount))}
    slots = {slot.user: roles.get(slot.user, Role.RECEPTIONIST) for slot in read_slots(folder).slots}
    return server_check.look(work.connection(), found.roles, slots)


@dataclass(frozen=True, slots=True)
class Account:
    """A user as a database that nobody has signed in to yet names them."""

    id: UUID
    name: PersonName


def directors(folder: Path, keys: VaultKeys) -> tuple[Account, ...]:
    """The practice's directors, read without signing in: for whoever has the recovery key, but is no user."""
    found = server.read(folder)
    if found is None:
        engine = open_file(folder / DATABASE, key_in_use(folder, keys)[1])
    else:
        engine = server.engine_as(found, found.roles.owner, keys.owner_password())
    try:
        with spoken_errors(), _said_why(), engine.connect() as connection:
            rows = connection.execute(
                select(UserAccount.id, Person.given, Person.family, Person.known_as)
                .join(Person)
                .where(UserAccount.role == Role.DIRECTOR)
            ).all()
    finally:
        engine.dispose()
    return tuple(Account(row.id, PersonName(None, row.given, row.family, row.known_as)) for row in rows)


@contextmanager
def _said_why() -> Iterator[None]:
    """Say in words why a server lets nobody in; what comes later is said by `spoken_errors`."""
    try:
        yield
    except OperationalError as error:
        if not postgres.is_servers(error.orig) or getattr(error.orig, "sqlstate", None):
            raise
        raise server.refused(str(error.orig)) from None
