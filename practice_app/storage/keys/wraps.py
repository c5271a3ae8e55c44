"""The cryptography of one slot: wrapping a user's key, what it contains, and its escrow."""

import os
from dataclasses import replace
from uuid import UUID

from practice_app.errors import CannotOpen, Defect
from practice_app.storage.keys import crypto, slots_file
from practice_app.storage.keys.crypto import Kdf, Secret, canonical, derive
from practice_app.storage.keys.held import Holds, Keys, VaultKeys, pack, unpack
from practice_app.storage.keys.slots_file import Slot, SlotsFile

_SALT_LENGTH = 16
_DEVICE_LAYER = "practice-app/device/1"
_PASSWORD_LAYER = "practice-app/kek/1"  # noqa: S105  a purpose, not a password
_CONTENT = "practice-app/keys/1"


def new_slot(
    file: SlotsFile,
    by: VaultKeys,
    *,
    user: UUID,
    label: str,
    user_key: Secret,
    holds: Holds,
    password: bytes,
    device_secret: Secret | None,
    kdf: Kdf,
) -> Slot:
    """A slot made by somebody who holds all that is given, and the admin key for the escrow."""
    bare = Slot(
        user=user,
        label=label,
        kdf=kdf,
        salt=b"",
        wrap=b"",
        keys=locked_keys(file, by, user, user_key, holds),
        escrow=crypto.lock(by.escrow_key(), user_key, place("escrow", file, user)),
    )
    return rewrapped(file, bare, user_key, password, device_secret, kdf)


def rewrapped(
    file: SlotsFile, slot: Slot, user_key: Secret, password: bytes, device_secret: Secret | None, kdf: Kdf
) -> Slot:
    """The slot with its user key under another password; what it contains stays."""
    if file.device is not (device_secret is not None):
        raise Defect("the device secret must be given exactly when the practice uses one")
    fresh = replace(slot, kdf=kdf, salt=os.urandom(_SALT_LENGTH))
    inner = crypto.lock(_password_key(password, fresh), user_key, b"in|" + _head(file, fresh))
    if device_secret is None:
        return replace(fresh, wrap=inner)
    return with_device_layer(file, replace(fresh, wrap=inner), device_secret)


def with_device_layer(file: SlotsFile, slot: Slot, device_secret: Secret) -> Slot:
    """The slot whose `wrap` is bare, with the device secret's layer around it."""
    outer_key = derive(device_secret, _DEVICE_LAYER)
    return replace(slot, wrap=crypto.lock(outer_key, slot.wrap, b"out|" + _head(file, slot)))


def peel(file: SlotsFile, slot: Slot, device_secret: Secret) -> Slot | None:
    """The slot without the device secret's layer, or None when another secret made it."""
    outer_key = derive(device_secret, _DEVICE_LAYER)
    inner = crypto.unlock(outer_key, slot.wrap, b"out|" + _head(file, slot))
    return None if inner is None else replace(slot, wrap=inner)


def open_wrap(file: SlotsFile, slot: Slot, password: bytes, device_secret: Secret | None) -> bytearray | None:
    """The user key, or None; takes Argon2's time in either case."""
    bare: Slot | None = slot
    if file.device:
        bare = None if device_secret is None else peel(file, slot, device_secret)
    password_key = _password_key(password, slot)
    if bare is None:
        return None
    user_key = crypto.unlock(password_key, bare.wrap, b"in|" + _head(file, slot))
    return None if user_key is None else bytearray(user_key)


def spend_time(file: SlotsFile) -> None:
    """Take as long as a real try, so that an unknown name cannot be told from a wrong password."""
    crypto.stretch(os.urandom(_SALT_LENGTH), os.urandom(_SALT_LENGTH), file.slots[0].kdf)


def locked_keys(file: SlotsFile, by: VaultKeys, user: UUID, user_key: Secret, holds: Holds) -> bytes:
    """The practice's keys of one level under a user's key."""
    return crypto.lock(derive(user_key, _CONTENT), pack(by, holds), place("keys", file, user))


def open_keys(file: SlotsFile, slot: Slot, user_key: bytearray) -> Keys:
    """The keys in a slot, once the whole file was found signed with them; raises CannotOpen."""
    plain = crypto.unlock(derive(user_key, _CONTENT), slot.keys, place("keys", file, slot.user))
    if plain is None:
        raise CannotOpen("The keys in this person's slot were exchanged or damaged.")
    packed = unpack(plain)
    keys = Keys(file.vault, slot.user, user_key, packed.dek, packed.ck, packed.ak, packed.clinical_public)
    check_signed(file, keys)
    return keys


def from_escrow(file: SlotsFile, by: VaultKeys, user: UUID, escrow: bytes) -> bytearray:
    """A user's key, opened with the admin key; raises NotAllowed without it, CannotOpen if exchanged."""
    user_key = crypto.unlock(by.escrow_key(), escrow, place("escrow", file, user))
    if user_key is None:
        raise CannotOpen("A person's key in the key file was exchanged or damaged; nothing was changed.")
    return bytearray(user_key)


def former_key(file: SlotsFile, by: VaultKeys, user: UUID) -> bytearray | None:
    """The key of a removed user, if it is still kept."""
    escrow = next((entry.escrow for entry in file.former if entry.user == user), None)
    return None if escrow is None else from_escrow(file, by, user, escrow)


def check_signed(file: SlotsFile, keys: VaultKeys) -> None:
    """Raise CannotOpen unless the file is this practice's and was last written by this program."""
    if file.vault != keys.vault:
        raise CannotOpen("These keys belong to another practice.")
    if not file.is_signed_with(keys.slots_mac_key()):
        raise CannotOpen(
            "The key file was altered by something other than this program. "
            "Put back a copy of it or restore a backup."
        )


def place(purpose: str, file: SlotsFile, owner: UUID | str) -> bytes:
    """What ties a locked value to its place in this practice's file."""
    return canonical([purpose, str(file.vault), str(owner)])


def _head(file: SlotsFile, slot: Slot) -> bytes:
    """What a wrap authenticates: altering any of it, or moving the wrap elsewhere, makes it useless."""
    return canonical(
        {
            "v": slots_file.VERSION,
            "vault": str(file.vault),
            "user": str(slot.user),
            "kdf": slots_file.kdf_tree(slot.kdf),
            "salt": crypto.to_base64(slot.salt),
            "device": file.device,
        }
    )


def _password_key(password: bytes, slot: Slot) -> bytes:
    return derive(crypto.stretch(password, slot.salt, slot.kdf), _PASSWORD_LAYER)
