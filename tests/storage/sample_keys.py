"""A practice's key file with a director, a therapist and a receptionist, made cheaply for tests."""

import functools
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from practice_app.storage.keys import (
    FILE_NAME,
    Holds,
    Kdf,
    Keys,
    add_user,
    create,
    new_device_secret,
    sign_in,
)

CHEAP = Kdf(memory=19456, passes=2, threads=1)
"""The least the bounds allow, so that the suite stays quick."""

DIRECTOR_PASSWORD = "director pass words"
THERAPIST_PASSWORD = "therapist pass words"
RECEPTIONIST_PASSWORD = "reception pass words"
MADE = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """Where the file is, and what opens it."""

    folder: Path
    vault: UUID
    secret: bytearray | None
    recovery_key: str
    director: UUID
    therapist: UUID
    receptionist: UUID

    def sign_in(self, who: UUID | str, password: str) -> Keys:
        return sign_in(self.folder, str(who), password, self.secret).keys

    def as_director(self) -> Keys:
        return self.sign_in(self.director, DIRECTOR_PASSWORD)

    def as_therapist(self) -> Keys:
        return self.sign_in(self.therapist, THERAPIST_PASSWORD)

    def as_receptionist(self) -> Keys:
        return self.sign_in(self.receptionist, RECEPTIONIST_PASSWORD)

    def tree(self) -> dict[str, Any]:
        """The file as JSON."""
        tree: dict[str, Any] = json.loads((self.folder / FILE_NAME).read_bytes())
        return tree

    def tamper(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Alter the file (and its copy) as somebody without any key would."""
        tree = self.tree()
        change(tree)
        self.put(dumped(tree))

    def put(self, data: bytes) -> None:
        """Overwrite the file and its copy."""
        (self.folder / FILE_NAME).write_bytes(data)
        (self.folder / f"{FILE_NAME}.bak").write_bytes(data)


@functools.cache
def _files() -> tuple[Sample, dict[str, bytes], bytes]:
    """One practice per run: Argon2 takes its time even at the least cost."""
    with tempfile.TemporaryDirectory() as name:
        sample = make(Path(name))
        files = {path.name: path.read_bytes() for path in sample.folder.glob(f"{FILE_NAME}*")}
        return sample, files, sample.as_director().slots_mac_key()


def fresh(folder: Path) -> Sample:
    """A copy of the run's practice in an existing folder, for one test alone."""
    sample, files, _ = _files()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return replace(sample, folder=folder)


def bytes_of_the_file() -> bytes:
    """The run's key file."""
    return _files()[1][FILE_NAME]


def mac_key() -> bytes:
    """What the run's key file is signed with."""
    return _files()[2]


def make(
    folder: Path,
    device: bool = True,
    vault: UUID | None = None,
    make_room: Callable[[Keys], None] | None = None,
) -> Sample:
    """A new practice in an existing empty folder."""
    secret = new_device_secret() if device else None
    director, therapist, receptionist = (uuid4() for _ in range(3))
    vault = vault or uuid4()
    created = create(
        folder,
        vault=vault,
        director=director,
        name="Dana Director",
        password=DIRECTOR_PASSWORD,
        device_secret=secret,
        made=MADE,
        kdf=CHEAP,
        make_room=make_room,
    )
    for user, name, holds, password in (
        (therapist, "Tess Therapist", Holds.CLINICAL, THERAPIST_PASSWORD),
        (receptionist, "Rae Receptionist", Holds.RECORDS, RECEPTIONIST_PASSWORD),
    ):
        add_user(
            folder,
            created.keys,
            user=user,
            name=name,
            holds=holds,
            password=password,
            device_secret=secret,
            kdf=CHEAP,
        )
    return Sample(folder, vault, secret, created.recovery_key, director, therapist, receptionist)


def dumped(tree: dict[str, Any]) -> bytes:
    """Canonical JSON, written without the code under test."""
    return json.dumps(tree, sort_keys=True, separators=(",", ":")).encode()
