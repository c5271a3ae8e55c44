"""The list of users under the directors' seal: a row altered outside the program is noticed."""

from sqlalchemy import select

from practice_app.model.settings import Vault
from practice_app.model.staff import UserAccount
from practice_app.storage.keys import RosterRow, holds_for, roster_mac, verify_roster
from practice_app.storage.records import Work


def _rows(work: Work) -> list[RosterRow]:
    return [
        RosterRow(user.id, user.role, holds_for(user.role), user.not_after, user.disabled_at is not None)
        for user in work.select(select(UserAccount))
    ]


def seal(work: Work) -> None:
    """Confirm the users as they are now, with the acting director's admin key (NotAllowed without)."""
    work.flush()
    work.get(Vault, work.keys.vault).roster_mac = roster_mac(work.keys, _rows(work))


def is_sealed(work: Work) -> bool:
    """Whether the users are as a director last confirmed them; directors only."""
    return verify_roster(work.keys, _rows(work), work.get(Vault, work.keys.vault).roster_mac)
