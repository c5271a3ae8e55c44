"""Making a practice, in a folder or on a server, and the first rows of anybody in it."""

import os
import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from practice_app.errors import CannotOpen, Invalid, PracticeError
from practice_app.model.people import Person
from practice_app.model.settings import Practice, Vault
from practice_app.model.staff import UserAccount
from practice_app.paths import is_network_path, sync_folder_name
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import roster, wording
from practice_app.services.practice.opening import Clock, actor_of, open_records, wall_clock
from practice_app.storage import backup, checkpoints, founding, keys, migrate
from practice_app.storage import server as servers
from practice_app.storage.engine import DATABASE
from practice_app.storage.founding import Admin
from practice_app.storage.keys import Kdf, Keys, Standing
from practice_app.storage.keys.device import DeviceStore
from practice_app.storage.records import Records, Work

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, repr=False)
class Created:
    """A new practice, open as its director, and the recovery key that is shown once."""

    records: Records
    recovery_key: str


@dataclass(frozen=True, slots=True)
class OnServer:
    """Where a new practice goes instead of a file: an empty database, and who may make roles there.

    `address` is postgresql://host:port/database, `authority` the file with the certificate of whoever vouches
    for the server.
    """

    address: str
    authority: Path
    admin: Admin

    def server(self, vault: UUID) -> servers.Server:
        """The server with a new password for reading key slots; raises Invalid(field="server")."""
        if not self.authority.is_file():
            raise Invalid(
                f"There is no file “{self.authority.name}” with the certificate of the server's authority.",
                field="server",
            )
        host, port, database = servers.parse_url(self.address)
        return servers.Server(host, port, database, vault, self.authority, secrets.token_urlsafe(32))


def create(
    folder: Path,
    *,
    name: str,
    director: str,
    password: str,
    devices: DeviceStore | None,
    is_demo: bool = False,
    on: OnServer | None = None,
    clock: Clock = wall_clock,
    kdf: Kdf = keys.STANDARD_KDF,
) -> Created:
    """Make a new practice in an empty or missing folder, or `on` a server, and open it as its director.

    `devices` None makes a practice that opens by password only, which no server may have. Everything is built
    beside the folder and moved into place at the end, so that a crash leaves no half practice; on the server
    an error takes everything away again. Refuses (CannotOpen) network and synchronised folders and folders
    that are not empty, Invalid for name and password and a server that will not do.
    """
    _refuse_bad_folder(folder)
    if not name.strip():
        raise Invalid("Give the practice a name.", field="practice")
    _refuse_odd(name, "practice")
    who = names.split_full_name(director)
    keys.check_password(password, (name, director), device=devices is not None)
    vault, user = uuid4(), uuid4()
    secret = keys.new_device_secret() if devices else None
    if on is not None and secret is None:
        raise Invalid(
            "A practice on a server needs the key store of each PC: by passwords alone, whoever looks after "
            "the server could guess them.",
            field="server",
        )
    with _room(on, vault) as room, backup.staging(folder.parent, folder.name) as making:
        room.name_in(making)
        made = keys.create(
            making,
            vault=vault,
            director=user,
            name=director,
            password=password,
            device_secret=secret,
            made=clock().date(),
            kdf=kdf,
            make_room=room.make,
        )
        key = made.keys.newest_dek[1]
        if on is None:
            migrate.upgrade(making / DATABASE, key, create=True)
        records = open_records(making, key, made.keys, actor_of(user, director, Role.DIRECTOR), clock)
        _write_first_rows(records, made.standing, name, who, is_demo)
        records.engine.dispose()
        if devices and secret:
            devices.set(vault, secret)
    opened = open_records(folder, key, made.keys, records.actor, clock)
    return Created(opened, made.recovery_key)


def throw_away(folder: Path, on: OnServer | None) -> None:
    """Remove a practice that was only just made and that nobody may use."""
    named = servers.read(folder)
    if on is not None and named is not None:
        founding.dissolve(named, on.admin)
    shutil.rmtree(folder)


class _NoRoom:
    """What making a practice in a file needs of a server: nothing."""

    make: Callable[[Keys], None] | None = None

    def name_in(self, folder: Path) -> None:
        """Nothing is named."""


class _Room:
    """A new practice's place on a server, until it is made or everything is taken away again."""

    def __init__(self, server: servers.Server, on: OnServer) -> None:
        self._server, self._on = server, on
        self.is_begun = False

    def name_in(self, folder: Path) -> None:
        """Write into a folder where the practice is."""
        servers.write(folder, self._server, self._on.authority.read_bytes())

    def make(self, held: Keys) -> None:
        """Make roles, key slots and tables on the server."""
        self.is_begun = True
        founding.found(self._server, self._on.admin, held)
        founding.make_tables(self._server, held)

    def take_away(self) -> None:
        """Leave nothing behind; raises PracticeError when it does not succeed."""
        if self.is_begun:
            founding.dissolve(self._server, self._on.admin)


@contextmanager
def _room(on: OnServer | None, vault: UUID) -> Iterator[_Room | _NoRoom]:
    if on is None:
        yield _NoRoom()
        return
    server = on.server(vault)
    founding.look(server, on.admin)
    room = _Room(server, on)
    try:
        yield room
    except BaseException as error:
        try:
            room.take_away()
        except PracticeError:
            raise PracticeError(
                f"{error} What was begun on the server could not be removed: roles whose names begin with "
                f"“{server.roles.prefix}”. Ask who looks after the server."
            ) from error
        raise


def _refuse_bad_folder(folder: Path) -> None:
    if is_network_path(folder):
        raise CannotOpen("A practice cannot be kept on a network drive: its database would be damaged there.")
    if service := sync_folder_name(folder):
        raise CannotOpen(
            f"This folder is copied by {service}, which damages a database and keeps what you destroy. "
            "Choose a folder outside it."
        )
    if folder.exists() and any(folder.iterdir()):
        raise CannotOpen(f"The folder “{folder.name}” is not empty. A new practice needs an empty folder.")


def _write_first_rows(
    records: Records, standing: Standing, name: str, director: PersonName, is_demo: bool
) -> None:
    with records.work(use_case="practice.create") as work:
        work.add(
            Vault(
                id=standing.vault,
                slots_seq=standing.seq,
                dek_id=standing.dek_id,
                audit_key=os.urandom(32),
                roster_mac=b"",
            )
        )
        work.flush()
        work.add(Practice(name=name.strip(), is_demo=is_demo, **wording.practice_defaults()))
        person = new_person(work, director, source="told at set-up")
        work.add(UserAccount(id=records.actor.id, person_id=person.id, role=Role.DIRECTOR))
        roster.seal(work)
        checkpoints.set_checkpoint(work)


def new_person(work: Work, name: PersonName, *, born: date | None = None, source: str = "") -> Person:
    """Add a person with their display name, sort key and evidence key.

    Refuses (Invalid) a name that is too long or has invisible characters, which could turn a line around.
    """
    check_name(name)
    return add_person(work, name, born=born, source=source)


def add_person(work: Work, name: PersonName, *, born: date | None = None, source: str = "") -> Person:
    """The same for a name whose form has its own checks and says itself what is wrong with it."""
    person = Person(
        title=name.title,
        given=name.given,
        family=name.family,
        known_as=name.known_as,
        display_name=names.display_name(name),
        name_key=names.sort_key(name),
        born=born,
        source=source,
        entered_at=work.now,
        person_key=os.urandom(32),
    )
    work.add(person)
    work.flush()
    return person


def check_name(name: PersonName) -> None:
    """Refuse (Invalid) a part of a name that is too long or has invisible characters."""
    for part in (name.given, name.family, name.known_as):
        _refuse_odd(part or "", "name")


def _refuse_odd(text: str, field: str) -> None:
    if len(text) > _LONGEST_NAME:
        raise Invalid(f"A name may have at most {_LONGEST_NAME} characters.", field=field)
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in text):
        raise Invalid("A name may not have invisible characters.", field=field)
