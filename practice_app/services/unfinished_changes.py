"""What a change of the practice's keys still has to do: its last steps, and what an interruption has left."""

from contextlib import suppress
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from practice_app.errors import CannotOpen, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.settings import Backup, Vault
from practice_app.model.staff import UserAccount
from practice_app.rules.permissions import Permission, Role
from practice_app.services import roster
from practice_app.services.marks import long
from practice_app.storage import checkpoints, database_key, keys, presence, resealing, whereabouts
from practice_app.storage.keys import Holds, Keys, VaultKeys, holds_for
from practice_app.storage.records import Records, Work

_STARTED = "ck_change_started"
ENDED = "ck_change_ended"
_AT_SIGN_IN = "practice.sign_in"

_WAITING_DIRECTOR = (
    "A change of the database key was interrupted. It is finished when you sign in while nobody else is "
    "signed in and the disk has room for a copy. Until then no backup can be made."
)
_WAITING = (
    "A change of the database key was interrupted. Nothing is lost, but no backup can be made until a "
    "director signs in while nobody else is signed in."
)
_CLINICAL = (
    "A change of the clinical key was interrupted. Nothing is lost, but a check calls the signed notes "
    "altered until you change the clinical key again, which finishes it."
)


def holders(work: Work) -> dict[UUID, Holds]:
    """Who is to hold which keys, from the users as a director last confirmed them.

    Raises CannotOpen when the list was altered since: new keys would go to whoever was written into it.
    """
    if not roster.is_sealed(work):
        raise CannotOpen(
            "The list of users was changed outside this program. Look at Users and put it right before you "
            "change the keys."
        )
    accounts = work.select(select(UserAccount).where(UserAccount.disabled_at.is_(None)))
    return {account.id: holds_for(account.role) for account in accounts}


def keep_in_step(work: Work) -> Vault:
    """Note the key file's number after a write of it; between two writes, or the next sign-in is refused."""
    vault = work.get(Vault, work.keys.vault)
    vault.slots_seq = work.keys.file_seq
    return vault


def exchange_database(folder: Path, held: VaultKeys) -> None:
    """Copy the database from the older key it is under to the newest, and put the copy in its place.

    The caller is alone in the practice and has no connection to it. Stopped anywhere it is done again.
    """
    generation, old = whereabouts.key_in_use(folder, held)
    newest, new = held.newest_dek
    if generation == newest:
        return
    database_key.copy_under(folder, old, new)
    database_key.put_in_place(folder, old)


def key_in_use(folder: Path, held: Keys) -> bytearray:
    """The key the database opens with, after a director's sign-in has finished an interrupted exchange."""
    generation, key = whereabouts.key_in_use(folder, held)
    if generation == held.newest_dek[0] or held.ak is None:
        return key
    with suppress(PracticeError), presence.alone(folder):  # `settle` says that it is not finished
        exchange_database(folder, held)
    return whereabouts.key_in_use(folder, held)[1]


@long(Permission.MANAGE_USERS)
def drop_older_database_keys(records: Records, folder: Path, use_case: str) -> None:
    """Take the older keys away from everybody, the database being under the newest."""
    with records.work(use_case=use_case) as work:
        vault, allowed = keep_in_step(work), holders(work)
        vault.dek_id = keys.dek_id(work.keys.newest_dek[1])
        work.note("changed_database_key", "vault", vault.id)
    for generation in sorted(records.keys.dek)[:-1]:
        keys.drop_dek_generation(folder, records.keys, allowed, generation)
        with records.work(use_case=use_case) as work:
            keep_in_step(work)
            checkpoints.set_checkpoint(work)


def begin_clinical_change(work: Work) -> None:
    """Note which generation everything is to be sealed with; it is added to the key file afterwards."""
    work.note(_STARTED, "vault", work.keys.vault, reason_code=str(work.keys.newest_ck[0] + 1))


def begun_generation(work: Work) -> int | None:
    """The generation a change of the clinical key leads to that was begun and not ended."""
    last = work.first(
        select(AuditEvent)
        .where(AuditEvent.record_id == work.keys.vault, AuditEvent.action.in_((_STARTED, ENDED)))
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    return int(last.reason_code) if last is not None and last.action == _STARTED else None


@long(Permission.MANAGE_USERS)
def drop_older_clinical_keys(records: Records, folder: Path, use_case: str) -> bool:
    """Take the older clinical keys away from everybody, unless a value or a backup still needs them.

    A backup needs them until its last day. Whether they were dropped (or there are none).
    """
    older = sorted(records.keys.clinical_keys())[:-1]
    if not older:
        return True
    with records.work(writes=False) as work:
        if _backup_needs_older(work) or resealing.left(work):
            return False
        allowed = holders(work)
    for generation in older:
        keys.drop_ck_generation(folder, records.keys, allowed, generation)
        with records.work(use_case=use_case) as work:
            keep_in_step(work)
            work.note("dropped_clinical_key", "vault", work.keys.vault)
    return True


@long(Permission.READ_SETTINGS)
def settle(records: Records, folder: Path) -> tuple[str, ...]:
    """End at a sign-in what can be ended, and say what an interrupted change of keys still waits for."""
    is_director = records.actor.role is Role.DIRECTOR
    notices = []
    if len(records.keys.dek) > 1:
        generation, _ = whereabouts.key_in_use(folder, records.keys)
        if generation != records.keys.newest_dek[0]:
            notices.append(_WAITING_DIRECTOR if is_director else _WAITING)
        elif is_director and _may_change_keys(records):
            drop_older_database_keys(records, folder, _AT_SIGN_IN)
    if is_director and len(records.keys.clinical_keys()) > 1:
        with records.work(writes=False) as work:
            begun = begun_generation(work)
        if begun == records.keys.newest_ck[0]:
            notices.append(_CLINICAL)
        elif _may_change_keys(records):
            drop_older_clinical_keys(records, folder, _AT_SIGN_IN)
    return tuple(notices)


def _may_change_keys(records: Records) -> bool:
    """Whether the list of users is sound; if not, the sign-in has said so already."""
    with records.work(writes=False) as work:
        return roster.is_sealed(work)


def _backup_needs_older(work: Work) -> bool:
    """Whether a backup that may still live was made before everything was sealed with the newest key."""
    ended = work.first(select(func.max(AuditEvent.at)).where(AuditEvent.action == ENDED))
    living = select(Backup.id).where(Backup.expires_on >= work.now.date())
    return work.first(living if ended is None else living.where(Backup.made_at <= ended)) is not None
