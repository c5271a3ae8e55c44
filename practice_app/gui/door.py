"""What the sign-in page asks of the world outside the window; app.py puts the real thing behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from practice_app.progress import Progress

if TYPE_CHECKING:
    from practice_app.rules.permissions import Role
    from practice_app.storage.records import Records


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the demo's staff; the password is no secret, because everybody there is invented."""

    id: UUID
    name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class Opened:
    """An open practice: its folder, and its records as one signed-in user sees them.

    `notices` are sentences to read before going on; `people` are those a demo lets one switch between.
    """

    folder: Path
    records: Records
    notices: tuple[str, ...] = ()
    must_change_password: bool = False
    people: tuple[DemoPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class NewPractice:
    """What the wizard asks for; without `uses_key_store` the password alone protects stolen files."""

    folder: Path
    practice: str
    director: str
    password: str
    uses_key_store: bool


@dataclass(frozen=True, slots=True)
class Created:
    """A new practice, open, and its recovery key as it is written down."""

    opened: Opened
    recovery_key: str


@dataclass(frozen=True, slots=True)
class Move:
    """Where a practice is to be kept from now on: on a server, or without an `address` in its folder again.

    `authority` is the file with the certificate the server is known by. `admin` makes roles there; on the way
    back it may be "". A backup is made first, below `backup_to`.
    """

    address: str
    authority: Path | None
    admin: str
    admin_password: str = field(repr=False)
    backup_to: Path


class Door(Protocol):
    """Every method may be slow, runs on a worker thread and raises PracticeError in words."""

    def prepare(self, folder: Path | None) -> tuple[str, ...]:
        """Load what signing in needs and fetch the device secret; return the initials that may sign in."""

    def sign_in(self, folder: Path, name: str, password: str) -> Opened:
        """Open a practice by name or initials and password."""

    def create(self, wanted: NewPractice) -> Created:
        """Make a new practice and open it as its director."""

    def recover(self, folder: Path, recovery_key: str, name: str, new_password: str) -> Opened:
        """Open a practice by its recovery key and give this user a new password."""

    def demo(self, progress: Progress) -> Opened:
        """Make a practice with invented patients and open it as its director, with its `people`."""

    def change_password(self, opened: Opened, old: str, new: str) -> None:
        """Give the signed-in user another password."""

    def check_own_password(self, opened: Opened, password: str) -> None:
        """Refuse anything but the signed-in user's password with Invalid(field="password")."""

    def add_user(self, opened: Opened, name: str, role: Role, start_password: str) -> UUID:
        """Let somebody in with a start password they must change."""

    def enable_user(self, opened: Opened, user: UUID, start_password: str) -> None:
        """Let somebody who was disabled in again, with a start password."""

    def reset_password(self, opened: Opened, user: UUID, start_password: str) -> None:
        """Give somebody who forgot theirs a start password."""

    def set_role(self, opened: Opened, user: UUID, role: Role) -> None:
        """Change what somebody may do, and the keys they hold with it."""

    def disable_user(self, opened: Opened, user: UUID) -> None:
        """Take somebody's sign-in away."""

    def change_keys(self, opened: Opened, backup_to: Path | None, progress: Progress) -> Opened:
        """Change the practice's keys and open it under the new ones; its notices say what remains to do.

        Without a backup of today one is made below `backup_to` first. The records that were open are
        closed, also after an error.
        """

    def move(self, opened: Opened, wanted: Move, progress: Progress) -> Opened:
        """Move the practice to a server or back, and open it there; its notices say what has to be known.

        The records that were open are closed, also after an error.
        """

    def leave(self, opened: Opened) -> None:
        """Sign out: drop the keys and close the file."""

    def check_password(self, password: str, words: Sequence[str], *, uses_key_store: bool) -> None:
        """Refuse a password that is too short or too easy to guess with Invalid(field="password")."""
