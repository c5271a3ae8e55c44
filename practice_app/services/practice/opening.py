"""What making a practice and signing in share: the outcome, the clock, and opening the file for somebody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from practice_app.rules.permissions import Role, permissions_of
from practice_app.storage import whereabouts
from practice_app.storage.keys import Keys
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.records import Actor, Records

Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Opened:
    """A practice open as one user; `notices` are sentences a person should read before going on."""

    records: Records
    notices: tuple[str, ...]
    must_change_password: bool


def actor_of(user: UUID, name: str, role: Role, *, reception_reads_letters: bool = True) -> Actor:
    """Who acts, with what their role allows."""
    permissions = permissions_of(role, reception_reads_letters=reception_reads_letters)
    return Actor(user, name, role, permissions)


def open_records(folder: Path, key: Secret, held: Keys, actor: Actor, clock: Clock) -> Records:
    """The practice of `folder`, open for somebody who is from now on present; `key` is the file's."""
    return Records(whereabouts.enter(folder, held, key), held, actor, clock)
