"""A practice in a folder with the stores of one PC and a clock that can be moved, for tests on real files."""

import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from practice_app.services import practice
from practice_app.storage.keys import Kdf
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.keys.device import DeviceStore
from practice_app.storage.records import Records
from tests import makers

CHEAP = Kdf(memory=19456, passes=2, threads=1)
"""The least that is allowed, so that a suite full of sign-ins stays quick."""


class MemoryStore:
    """A key store for tests; what it keeps dies with it."""

    def __init__(self, kept: dict[str, str] | None = None) -> None:
        self.kept = kept or {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, name: str, text: str) -> None:
        self.kept[name] = text


@dataclass
class Clinic:
    """A practice folder, this account's state folder and key store, and everybody who is signed in."""

    folder: Path
    state: Path
    store: MemoryStore = field(default_factory=MemoryStore)
    late: timedelta = timedelta(0)
    recovery_key: str = ""
    opened: list[Records] = field(default_factory=list)

    @property
    def devices(self) -> DeviceStore:
        return DeviceStore(self.store)

    def clock(self) -> datetime:
        return makers.NOW + self.late

    def secret(self) -> Secret | None:
        return practice.device_secret(self.folder, self.devices)

    def copied(self, root: Path) -> Self:
        """A copy of a closed clinic under `root`, with a key store of its own; nobody is signed in."""
        shutil.copytree(self.folder, root / "clinic")
        copy = type(self)(root / "clinic", root, recovery_key=self.recovery_key)
        copy.store.kept.update(self.store.kept)
        return copy

    def found(self, director: str, password: str, on: practice.OnServer | None = None) -> Records:
        """Make the practice, perhaps on a server; its director is signed in and its recovery key kept."""
        made = practice.create(
            self.folder,
            name="Harbour Clinic",
            director=director,
            password=password,
            devices=self.devices,
            on=on,
            clock=self.clock,
            kdf=CHEAP,
        )
        self.recovery_key = made.recovery_key
        return made.records

    def sign_in(self, who: str, password: str) -> practice.Opened:
        return self._keep(
            practice.sign_in(
                self.folder,
                who,
                password,
                secret=self.secret(),
                state_folder=self.state,
                devices=self.devices,
                clock=self.clock,
            )
        )

    def recover(self, director: str, new_password: str) -> practice.Opened:
        return self._keep(
            practice.recover(
                self.folder,
                self.recovery_key,
                director,
                new_password,
                state_folder=self.state,
                devices=self.devices,
                clock=self.clock,
                kdf=CHEAP,
            )
        )

    def close(self) -> None:
        """Sign everybody out."""
        for records in self.opened:
            records.close()
        self.opened.clear()

    def _keep(self, opened: practice.Opened) -> practice.Opened:
        self.opened.append(opened.records)
        return opened
