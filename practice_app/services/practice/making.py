"""Making a practice, and the first rows of anybody in it."""

import os
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from practice_app.errors import CannotOpen, Invalid
from practice_app.model.people import Person
from practice_app.model.settings import Practice, Vault
from practice_app.model.staff import UserAccount
from practice_app.paths import is_network_path, sync_folder_name
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import roster, wording
from practice_app.services.practice.opening import Clock, actor_of, open_records, wall_clock
from practice_app.storage import backup, checkpoints, keys, migrate
from practice_app.storage.engine import DATABASE
from practice_app.storage.keys import Kdf, Standing
from practice_app.storage.keys.device import DeviceStore
from practice_app.storage.records import Records, Work

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, repr=False)
class Created:
    """A new practice, open as its director, and the recovery key that is shown once."""

    records: Records
    recovery_key: str


def create(
    folder: Path,
    *,
    name: str,
    director: str,
    password: str,
    devices: DeviceStore | None,
    is_demo: bool = False,
    clock: Clock = wall_clock,
    kdf: Kdf = keys.STANDARD_KDF,
) -> Created:
    """Make a new practice in an empty or missing folder and open it as its director.

    `devices` None makes a practice that opens by password only. Everything is built beside the folder
    and moved into place at the end, so that a crash leaves no half practice. Refuses (CannotOpen)
    network and synchronised folders and folders that are not empty, Invalid for name and password.
    """
    _refuse_bad_folder(folder)
    if not name.strip():
        raise Invalid("Give the practice a name.", field="practice")
    _refuse_odd(name, "practice")
    who = names.split_full_name(director)
    keys.check_password(password, (name, director), device=devices is not None)
    vault, user = uuid4(), uuid4()
    secret = keys.new_device_secret() if devices else None
    with backup.staging(folder.parent, folder.name) as making:
        made = keys.create(
            making,
            vault=vault,
            director=user,
            name=director,
            password=password,
            device_secret=secret,
            made=clock().date(),
            kdf=kdf,
        )
        key = made.keys.newest_dek[1]
        migrate.upgrade(making / DATABASE, key, create=True)
        records = open_records(making, key, made.keys, actor_of(user, director, Role.DIRECTOR), clock)
        _write_first_rows(records, made.standing, name, who, is_demo)
        records.engine.dispose()
        if devices and secret:
            devices.set(vault, secret)
    opened = open_records(folder, key, made.keys, records.actor, clock)
    return Created(opened, made.recovery_key)


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
