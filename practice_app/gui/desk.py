"""What the signed-in window asks of the door about users and keys, and the password it asks for first."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from practice_app.gui.dialogs import Asker
    from practice_app.gui.door import Door, Opened
    from practice_app.gui.jobs import Job
    from practice_app.gui.office import Office
    from practice_app.rules.permissions import Role

GRACE_S = 5 * 60


class Privileged(StrEnum):
    """What the signed-in user's own password is asked for again; each kind has a grace of its own."""

    USERS = "users"
    KEYS = "keys"


class Desk:
    """The door, for the practice that is open in this window and whoever opened it."""

    def __init__(
        self,
        door: Door,
        opened: Opened,
        office: Office,
        asker: Asker,
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._door, self._opened, self._office, self._asker = door, opened, office, asker
        self._steady = steady
        self._confirmed: dict[Privileged, float] = {}

    @property
    def folder(self) -> Path:
        """Where the practice is."""
        return self._opened.folder

    def is_really_me(self, kind: Privileged, why: str) -> bool:
        """Whether the password was given for this kind of thing now, or in the last five minutes."""
        given = self._confirmed.get(kind)
        if given is not None and self._steady() - given < GRACE_S:
            return True
        if not self._asker.own_password(why, partial(self._door.check_own_password, self._opened)):
            return False
        self._confirmed[kind] = self._steady()
        return True

    def add_user(self, name: str, role: Role, start_password: str) -> Job:
        """Let somebody in; the job gives their id."""
        return self._begin(self._door.add_user, name, role, start_password)

    def enable_user(self, user: UUID, start_password: str) -> Job:
        """Let somebody in again."""
        return self._begin(self._door.enable_user, user, start_password)

    def reset_password(self, user: UUID, start_password: str) -> Job:
        """Give somebody a start password."""
        return self._begin(self._door.reset_password, user, start_password)

    def set_role(self, user: UUID, role: Role) -> Job:
        """Change what somebody may do."""
        return self._begin(self._door.set_role, user, role)

    def disable_user(self, user: UUID) -> Job:
        """Take somebody's sign-in away."""
        return self._begin(self._door.disable_user, user)

    def _begin(self, act: Callable[..., object], *given: object) -> Job:
        return self._office.begin(lambda _progress: act(self._opened, *given))
