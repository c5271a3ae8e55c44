"""People who leave: their sign-in is taken away, and the keys they held are thought of."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from practice_app.errors import NotFound
from practice_app.model.audit import AuditEvent
from practice_app.model.people import Person
from practice_app.model.staff import UserAccount
from practice_app.rules import dates
from practice_app.rules.permissions import Permission, Role
from practice_app.services import roster, staff_names
from practice_app.services.marks import changes, long, reads
from practice_app.services.unfinished_changes import keep_in_step
from practice_app.storage import keys
from practice_app.storage.records import Records, Work

_CHANGED, _KEPT = "changed_database_key", "kept_keys"


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody whose sign-in was taken away and whose copies, if they took any, still open."""

    name: str
    role: Role
    at: datetime


def close_account(work: Work, folder: Path, account: UserAccount) -> None:
    """Disable an account and take its slot out of the key file, if it has one there."""
    account.disabled_at = work.now
    work.flush()
    with suppress(NotFound):  # a practice restored on another PC has no slots but one director's
        keys.remove_user(folder, work.keys, account.id)
    keep_in_step(work)
    roster.seal(work)


@reads(Permission.MANAGE_USERS)
def waiting(work: Work) -> tuple[Departure, ...]:
    """Who left since the keys were last changed, or since a director decided to keep them; oldest first."""
    settled = work.first(select(func.max(AuditEvent.at)).where(AuditEvent.action.in_((_CHANGED, _KEPT))))
    left = select(UserAccount, Person).join(Person).where(UserAccount.disabled_at.is_not(None))
    if settled is not None:
        left = left.where(UserAccount.disabled_at > settled)
    return tuple(
        Departure(staff_names.plain(person), account.role, account.disabled_at)
        for account, person in work.rows(left.order_by(UserAccount.disabled_at))
    )


@changes(Permission.MANAGE_USERS)
def keep_keys(work: Work) -> None:
    """Decide that the keys need not be changed for those who left so far; the decision is logged."""
    work.note(_KEPT, "vault", work.keys.vault)


@long(Permission.READ_SETTINGS)
def settle(records: Records, folder: Path) -> tuple[str, ...]:
    """At a director's sign-in: take away what has expired, and say what still waits to be decided.

    Nothing is done where the list of users was altered outside the program: it would be confirmed by it.
    """
    if records.actor.role is not Role.DIRECTOR:
        return ()
    with records.work(writes=False) as work:
        if not roster.is_sealed(work):
            return ()
        ended = [account.id for account in _ended(work)]
    notices = []
    if ended:
        with records.work(use_case="practice.sign_in") as work:
            for account in _ended(work):
                close_account(work, folder, account)
                last_day = dates.show(account.not_after)
                who = staff_names.plain(work.get(Person, account.person_id))
                notices.append(f"{who} could sign in until {last_day}; the account is disabled now.")
    with records.work(writes=False) as work:
        left = waiting(work)
    if left:
        notices.append(
            f"{_listed(left)} can no longer sign in here, but copies they may have taken stay readable. "
            "Look at Users to change the keys."
        )
    return tuple(notices)


def _ended(work: Work) -> list[UserAccount]:
    statement = select(UserAccount).where(
        UserAccount.disabled_at.is_(None),
        UserAccount.not_after < work.now.date(),
        UserAccount.id != work.actor.id,
    )
    return list(work.select(statement))


def _listed(left: tuple[Departure, ...]) -> str:
    *before, last = [each.name for each in left]
    return f"{', '.join(before)} and {last}" if before else last
