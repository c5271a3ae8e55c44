"""Changing keys: after a stolen PC, after somebody left, without anybody's password.

Generations are added and dropped in one write of the key file each. In between everybody holds both, so
that the database or the sealed values can be converted, and a crash at any point leaves keys that fit.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from practice_app.errors import CannotOpen, Defect, NotEnrolled
from practice_app.storage.keys import crypto, slots_store
from practice_app.storage.keys.changes import rewrite
from practice_app.storage.keys.codes import new_device_secret
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.keys.device import DeviceStore
from practice_app.storage.keys.held import Generations, Holds, Keys, VaultKeys
from practice_app.storage.keys.recovery import refilled
from practice_app.storage.keys.slots_file import Slot, SlotsFile
from practice_app.storage.keys.wraps import from_escrow, locked_keys, peel, with_device_layer

Holders = Mapping[UUID, Holds]
"""Who holds what, from the roster a director has verified: the key file itself is not believed."""


def add_dek_generation(folder: Path, by: VaultKeys, holders: Holders) -> int:
    """Give everybody a new database key beside the old one; returns its generation.

    Next: copy the database under the new key, put it in place, `drop_dek_generation`. Until then the
    practice opens with either. Directors only. `by` holds the new key afterwards. Raises CannotOpen, and
    changes nothing, when the key file names somebody who is not in `holders`.
    """
    generation = by.newest_dek[0] + 1
    _exchange(folder, by, holders, by.dek, {**by.dek, generation: crypto.new_key()})
    return generation


def drop_dek_generation(folder: Path, by: VaultKeys, holders: Holders, generation: int) -> None:
    """Take an older database key away from everybody, once the database is under the newest."""
    _drop(folder, by, holders, by.dek, generation)


def add_ck_generation(folder: Path, by: VaultKeys, holders: Holders) -> int:
    """Give those who hold the clinical key a new one beside the old; returns its generation.

    New values are sealed with it from now on. Next: seal the old ones anew, then `drop_ck_generation` if no
    backup needs the old key. Directors only; errors as for `add_dek_generation`.
    """
    generation = by.newest_ck[0] + 1
    _exchange(folder, by, holders, by.clinical_keys(), {**by.clinical_keys(), generation: crypto.new_key()})
    return generation


def drop_ck_generation(folder: Path, by: VaultKeys, holders: Holders, generation: int) -> None:
    """Take an older clinical key away from everybody; what is still sealed with it is lost."""
    _drop(folder, by, holders, by.clinical_keys(), generation)


def change_device_secret(folder: Path, by: VaultKeys, store: DeviceStore, old: Secret) -> bytearray:
    """After a PC was stolen: exchange the layer around every slot; no password is needed.

    Returns the new secret, whose enrolment code the other PCs need. It is kept here before the key file
    changes, the old one aside: `fitting_secret` finds the right one after a crash in between. Directors
    only. Raises NotEnrolled when `old` does not fit, CannotOpen when a slot was exchanged.
    """
    by.admin_key()
    file = slots_store.read(folder)
    for slot in file.slots:  # before the key store is touched
        _peeled(file, slot, old)
    new = new_device_secret()

    def change(file: SlotsFile) -> SlotsFile:
        slots = tuple(with_device_layer(file, _peeled(file, slot, old), new) for slot in file.slots)
        recovery = tuple(refilled(file, slot, by, new) for slot in file.recovery)
        return replace(file, slots=slots, recovery=recovery)

    def prove(written: SlotsFile) -> None:
        for slot in written.slots:
            if peel(written, slot, new) is None:
                raise Defect("a key file that the new device secret does not open was not put in place")

    store.set(by.vault, new)
    try:
        rewrite(folder, by, change, prove)
    except BaseException:
        store.set(by.vault, old)
        raise
    return new


def _peeled(file: SlotsFile, slot: Slot, device_secret: Secret) -> Slot:
    bare = peel(file, slot, device_secret)
    if bare is None:
        raise NotEnrolled("The device secret does not open every person's slot; nothing was changed.")
    return bare


def _drop(folder: Path, by: VaultKeys, holders: Holders, keys: Generations, generation: int) -> None:
    if generation not in keys or generation == max(keys):
        raise Defect("only an older generation that is held can be dropped")
    dropped = keys[generation]
    _exchange(folder, by, holders, keys, {g: key for g, key in keys.items() if g != generation})
    crypto.wipe(dropped)


def _exchange(folder: Path, by: VaultKeys, holders: Holders, held: Generations, wanted: Generations) -> None:
    """Write `wanted` into every slot and recovery key; `by` holds it once the file does, not before."""
    by.admin_key()
    before = dict(held)

    def change(file: SlotsFile) -> SlotsFile:
        _check_holders(file, by, holders)
        _put(held, wanted)
        slots = tuple(_refilled(file, slot, by, holders[slot.user]) for slot in file.slots)
        recovery = tuple(refilled(file, slot, by) for slot in file.recovery)
        return replace(file, slots=slots, recovery=recovery)

    try:
        rewrite(folder, by, change)
    except BaseException:
        _put(held, before)
        raise


def _put(held: Generations, keys: Generations) -> None:
    held.clear()
    held.update(keys)


def _check_holders(file: SlotsFile, by: VaultKeys, holders: Holders) -> None:
    if any(slot.user not in holders for slot in file.slots):
        raise CannotOpen(
            "The key file names somebody who is not on the practice's list of users; nothing was changed."
        )
    if isinstance(by, Keys) and holders[by.user] is not Holds.ADMIN:
        raise Defect("a director would lose the admin key")


def _refilled(file: SlotsFile, slot: Slot, by: VaultKeys, holds: Holds) -> Slot:
    user_key = from_escrow(file, by, slot.user, slot.escrow)
    refilled_slot = replace(slot, keys=locked_keys(file, by, slot.user, user_key, holds))
    crypto.wipe(user_key)
    return refilled_slot
