"""The list of who may do what, authenticated so that only directors can change it unnoticed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from practice_app.rules.permissions import Role
from practice_app.storage.keys import crypto
from practice_app.storage.keys.held import Holds, VaultKeys


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One user as a director last confirmed them; `not_after` None means no end."""

    user: UUID
    role: Role
    holds: Holds
    not_after: date | None
    disabled: bool


def roster_mac(keys: VaultKeys, rows: Iterable[RosterRow]) -> bytes:
    """The code over all users, in whatever order they come; raises NotAllowed for anybody but directors."""
    listed = sorted(
        [
            str(row.user),
            row.role.value,
            row.holds.value,
            row.not_after.isoformat() if row.not_after else "",
            row.disabled,
        ]
        for row in rows
    )
    return crypto.tag(keys.roster_key(), crypto.canonical(listed))


def verify_roster(keys: VaultKeys, rows: Iterable[RosterRow], mac: bytes) -> bool:
    """Whether the users are as a director last confirmed them; directors only (NotAllowed)."""
    return crypto.tags_equal(roster_mac(keys, rows), mac)
