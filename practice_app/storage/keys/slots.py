"""Who may open the practice: making its keys, signing in, and every change to users and passwords.

Only the password being set is ever needed: the admin key opens each user's key through its escrow.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

from practice_app.errors import CannotOpen, Invalid, NotAllowed, NotEnrolled, NotFound, WrongPassword
from practice_app.storage.keys import crypto, slots_store
from practice_app.storage.keys.changes import (
    existing_slot,
    finished,
    prove_closed,
    prove_opens,
    put_first,
    rewrite,
    standing_of,
)
from practice_app.storage.keys.codes import encode_recovery_key, new_recovery_secret
from practice_app.storage.keys.crypto import STANDARD_KDF, Kdf, Secret
from practice_app.storage.keys.held import Holds, Keys, VaultKeys, private_key_from
from practice_app.storage.keys.names import find_slots, free_label, initials
from practice_app.storage.keys.passwords import password_bytes
from practice_app.storage.keys.recovery import new_recovery_slot
from practice_app.storage.keys.slots_file import FormerSlot, SlotsFile
from practice_app.storage.keys.standing import Standing
from practice_app.storage.keys.wraps import (
    former_key,
    from_escrow,
    locked_keys,
    new_slot,
    open_keys,
    open_wrap,
    peel,
    rewrapped,
    spend_time,
)

_FIRST_GENERATION = 1


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A user's keys, and where the key file stands (for `compare`)."""

    keys: Keys
    standing: Standing


@dataclass(frozen=True, slots=True, repr=False)
class Created:
    """A new practice's keys and the recovery key to be printed and typed back."""

    keys: Keys
    standing: Standing
    recovery_key: str


def create(
    folder: Path,
    *,
    vault: UUID,
    director: UUID,
    name: str,
    password: str,
    device_secret: Secret | None,
    made: date,
    kdf: Kdf = STANDARD_KDF,
    make_room: Callable[[Keys], None] | None = None,
) -> Created:
    """Make all keys of a new practice and write its key file with the first director in it.

    `make_room` gets the keys before anything is written: a server needs its roles first. `device_secret`
    None makes a password-only practice for good. Raises CannotOpen when the folder has
    keys already (nothing is ever created over an existing practice), Invalid for password or name.
    """
    secret = password_bytes(password)
    keys = Keys(
        vault=vault,
        user=director,
        uk=crypto.new_key(),
        dek={_FIRST_GENERATION: crypto.new_key()},
        ck={_FIRST_GENERATION: crypto.new_key()},
        ak=crypto.new_key(),
    )
    if make_room is not None:
        make_room(keys)
    empty = SlotsFile(
        vault=vault,
        seq=0,
        dek_id="",
        device=device_secret is not None,
        slots=(),
        former=(),
        recovery=(),
        mac=b"",
    )
    slot = new_slot(
        empty,
        keys,
        user=director,
        label=initials(name),
        user_key=keys.uk,
        holds=Holds.ADMIN,
        password=secret,
        device_secret=device_secret,
        kdf=kdf,
    )
    recovery_secret = new_recovery_secret()
    recovery = new_recovery_slot(empty, keys, recovery_secret, device_secret, made)
    file = finished(replace(empty, slots=(slot,), recovery=(recovery,)), keys, seq=1)

    def prove(written: SlotsFile) -> None:
        prove_opens(written, director, secret, device_secret)

    standing = put_first(folder, file, keys, prove)
    return Created(keys, standing, encode_recovery_key(recovery_secret))


def labels(folder: Path) -> tuple[str, ...]:
    """The initials to choose from at sign-in; readable before anybody has signed in."""
    return slots_store.read(folder).labels


def sign_in(folder: Path, who: str, password: str, device_secret: Secret | None) -> SignedIn:
    """Open the slot of `who` (initials, full name or id).

    Raises NotEnrolled, before any time is spent, when the device secret is missing or does not fit;
    WrongPassword for an unknown user and for a wrong password, after the same time; CannotOpen when the
    key file is damaged or was altered.
    """
    file = slots_store.read(folder)
    if not file.slots:
        raise CannotOpen("This key file is part of a backup. Restore the backup with the recovery key.")
    check_enrolled(file, device_secret)
    try:
        secret = password_bytes(password)
    except Invalid:
        spend_time(file)
        raise WrongPassword from None
    candidates = find_slots(file, who)
    if not candidates:
        spend_time(file)
    for slot in candidates:
        user_key = open_wrap(file, slot, secret, device_secret)
        if user_key is not None:
            keys = open_keys(file, slot, user_key)
            keys.file_seq = file.seq
            slots_store.settle(folder, file)
            return SignedIn(keys, standing_of(file))
    raise WrongPassword


def confirm_password(folder: Path, keys: Keys, password: str, device_secret: Secret | None) -> None:
    """Re-authentication: open the signed-in user's own slot anew; raises as `sign_in` does."""
    sign_in(folder, str(keys.user), password, device_secret).keys.drop()


def check_enrolled(file: SlotsFile, device_secret: Secret | None) -> None:
    """Raise NotEnrolled unless the device secret opens the outer layer of at least one slot.

    Comes before Argon2. Whoever sees the difference to a wrong password has the device secret or needs it.
    """
    if not file.device:
        return
    if device_secret is None:
        raise NotEnrolled(
            "This account on this PC is not enrolled for this practice. "
            "Enter the enrolment code or the recovery key."
        )
    if all(peel(file, slot, device_secret) is None for slot in file.slots):
        raise NotEnrolled(
            "The device secret kept on this PC does not fit this practice. "
            "Enter the enrolment code or the recovery key."
        )


def change_password(
    folder: Path,
    keys: Keys,
    old: str,
    new: str,
    device_secret: Secret | None,
    kdf: Kdf = STANDARD_KDF,
) -> Standing:
    """Give the signed-in user a new password.

    Before the file is put in place it is proved that the new password opens it and the old one does not.
    Raises WrongPassword for the old one, Invalid(field="password") for the new one.
    """
    new_secret = password_bytes(new)
    try:
        old_secret = password_bytes(old)
    except Invalid:
        raise WrongPassword from None
    if new_secret == old_secret:
        raise Invalid("The new password is the same as the old one.", field="password")
    confirm_password(folder, keys, old, device_secret)

    def change(file: SlotsFile) -> SlotsFile:
        slot = existing_slot(file, keys.user)
        return file.with_slot(rewrapped(file, slot, keys.uk, new_secret, device_secret, kdf))

    def prove(written: SlotsFile) -> None:
        prove_opens(written, keys.user, new_secret, device_secret)
        prove_closed(written, keys.user, old_secret, device_secret)

    return rewrite(folder, keys, change, prove)


def add_user(
    folder: Path,
    by: VaultKeys,
    *,
    user: UUID,
    name: str,
    holds: Holds,
    password: str,
    device_secret: Secret | None,
    kdf: Kdf = STANDARD_KDF,
) -> Standing:
    """Let somebody in with a start password; a director (or the recovery key) does this.

    A former user gets their own key back, so that their "only me" notes open again. Raises NotAllowed for
    anybody but directors, Invalid for the password, the name, or a user who has a slot already.
    """
    by.admin_key()
    secret = password_bytes(password)

    def change(file: SlotsFile) -> SlotsFile:
        if file.slot(user) is not None:
            raise Invalid("This person can sign in already.", field="user")
        user_key = former_key(file, by, user) or crypto.new_key()
        slot = new_slot(
            file,
            by,
            user=user,
            label=free_label(file, name),
            user_key=user_key,
            holds=holds,
            password=secret,
            device_secret=device_secret,
            kdf=kdf,
        )
        crypto.wipe(user_key)
        former = tuple(entry for entry in file.former if entry.user != user)
        return replace(file.with_slot(slot), former=former)

    def prove(written: SlotsFile) -> None:
        prove_opens(written, user, secret, device_secret)

    return rewrite(folder, by, change, prove)


def remove_user(folder: Path, by: VaultKeys, user: UUID) -> Standing:
    """Take a user's slot away; their key stays in escrow for their "only me" notes.

    This stops them here. A copy they took before stays readable with their old password until the
    practice's keys are changed. Raises NotAllowed for anybody but directors and for oneself, NotFound.
    """
    _refuse_oneself(by, user)

    def change(file: SlotsFile) -> SlotsFile:
        slot = existing_slot(file, user)
        others = tuple(other for other in file.slots if other.user != user)
        return replace(file, slots=others, former=(*file.former, FormerSlot(user, slot.escrow)))

    return rewrite(folder, by, change)


def forget_former_user(folder: Path, by: VaultKeys, user: UUID) -> Standing:
    """Delete a removed user's escrow once no "only me" note of theirs is left. Directors only."""
    by.admin_key()

    def change(file: SlotsFile) -> SlotsFile:
        return replace(file, former=tuple(entry for entry in file.former if entry.user != user))

    return rewrite(folder, by, change)


def set_holds(folder: Path, by: VaultKeys, user: UUID, holds: Holds) -> Standing:
    """Give a user other keys (the clinical key later, say) without their password. Directors only.

    Taking keys away stops nobody who kept a copy; only a change of keys does. Raises NotAllowed also for
    one's own slot, so that a director always remains; NotFound.
    """
    _refuse_oneself(by, user)

    def change(file: SlotsFile) -> SlotsFile:
        slot = existing_slot(file, user)
        user_key = from_escrow(file, by, user, slot.escrow)
        changed = replace(slot, keys=locked_keys(file, by, user, user_key, holds))
        crypto.wipe(user_key)
        return file.with_slot(changed)

    return rewrite(folder, by, change)


def reset_password(
    folder: Path,
    by: VaultKeys,
    user: UUID,
    password: str,
    device_secret: Secret | None,
    kdf: Kdf = STANDARD_KDF,
) -> Standing:
    """Give somebody who forgot theirs a start password; their keys and private notes stay.

    Directors or the recovery key only (NotAllowed). Raises Invalid for the password, NotFound.
    """
    by.admin_key()
    secret = password_bytes(password)

    def change(file: SlotsFile) -> SlotsFile:
        slot = existing_slot(file, user)
        user_key = from_escrow(file, by, user, slot.escrow)
        changed = rewrapped(file, slot, user_key, secret, device_secret, kdf)
        crypto.wipe(user_key)
        return file.with_slot(changed)

    def prove(written: SlotsFile) -> None:
        prove_opens(written, user, secret, device_secret)

    return rewrite(folder, by, change, prove)


def private_key_of(folder: Path, by: VaultKeys, user: UUID) -> bytes:
    """A colleague's or former colleague's key of "only me" notes, for a director's logged opening.

    The caller commits the reason before it decrypts anything. Raises NotAllowed for anybody but directors,
    NotFound when the key is not kept any more.
    """
    by.admin_key()
    file = slots_store.read(folder)
    escrows = {slot.user: slot.escrow for slot in file.slots}
    escrows |= {former.user: former.escrow for former in file.former}
    if user not in escrows:
        raise NotFound("The key of this person's notes is no longer kept.")
    user_key = from_escrow(file, by, user, escrows[user])
    try:
        return private_key_from(user_key)
    finally:
        crypto.wipe(user_key)


def accept_older_file(folder: Path, by: VaultKeys, database_seq: int) -> Standing:
    """A director's decision to go on with an older key file: its number is lifted above the database's.

    The caller writes the decision down. Raises NotAllowed for anybody but directors.
    """
    by.admin_key()
    return rewrite(folder, by, lambda file: file, at_least=database_seq)


def _refuse_oneself(by: VaultKeys, user: UUID) -> None:
    by.admin_key()
    if isinstance(by, Keys) and by.user == user:
        raise NotAllowed("You cannot do this to your own account. Another director can.")
