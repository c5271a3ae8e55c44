"""The printed recovery key, what it opens, and the keys file that goes into a backup bundle."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

from practice_app.errors import CannotOpen, Defect, NotAllowed, NotFound
from practice_app.storage.keys import crypto, slots_file, slots_store
from practice_app.storage.keys.changes import finished, prove_opens, put_first, rewrite
from practice_app.storage.keys.codes import encode_recovery_key, new_recovery_secret, parse_recovery_key
from practice_app.storage.keys.crypto import STANDARD_KDF, Kdf, Secret, derive
from practice_app.storage.keys.held import Holds, RecoveredKeys, VaultKeys, pack, unpack
from practice_app.storage.keys.names import initials
from practice_app.storage.keys.passwords import password_bytes
from practice_app.storage.keys.slots_file import FormerSlot, RecoverySlot, SlotsFile
from practice_app.storage.keys.standing import Standing
from practice_app.storage.keys.wraps import check_signed, former_key, new_slot, place


def add_recovery_key(folder: Path, by: VaultKeys, made: date) -> str:
    """Make one more recovery key and return it as it is to be printed. Directors only (NotAllowed)."""
    by.admin_key()
    secret = new_recovery_secret()

    def change(file: SlotsFile) -> SlotsFile:
        device_secret = _device_secret_in(file, by) if file.device else None
        slot = new_recovery_slot(file, by, secret, device_secret, made)
        return replace(file, recovery=(*file.recovery, slot))

    rewrite(folder, by, change)
    return encode_recovery_key(secret)


def remove_recovery_key(folder: Path, by: VaultKeys, recovery_id: str) -> Standing:
    """Make a printed sheet worthless here; directors only.

    Raises NotAllowed for the last one (without it no backup opens on another PC), NotFound.
    """
    by.admin_key()

    def change(file: SlotsFile) -> SlotsFile:
        left = tuple(slot for slot in file.recovery if slot.id != recovery_id)
        if len(left) == len(file.recovery):
            raise NotFound("There is no recovery key of this number.")
        if not left:
            raise NotAllowed("This is the only recovery key. Make a new one before you remove it.")
        return replace(file, recovery=left)

    return rewrite(folder, by, change)


def open_with_recovery(folder: Path, recovery_key: str) -> RecoveredKeys:
    """Open the practice in a folder with the printed recovery key, without any password or key store.

    Raises Invalid when the key was mistyped, CannotOpen when it belongs to another practice or was
    replaced by a newer one.
    """
    return _recover(slots_store.read(folder), recovery_key)


def open_bundle_keys(bundle: bytes, recovery_key: str) -> RecoveredKeys:
    """The same for the keys file of a backup (`bundle_keys`)."""
    return _recover(slots_file.decode(bundle), recovery_key)


def bundle_keys(folder: Path, keys: VaultKeys) -> bytes:
    """The keys file for a backup: recovery keys and escrows; no password opens anything in it."""
    file = slots_store.read(folder)
    check_signed(file, keys)
    escrows = tuple(FormerSlot(slot.user, slot.escrow) for slot in file.slots)
    bare = replace(file, slots=(), former=(*file.former, *escrows))
    return slots_file.encode(bare.signed(keys.slots_mac_key()))


def rebuild_from_bundle(
    folder: Path,
    bundle: bytes,
    recovered: RecoveredKeys,
    *,
    director: UUID,
    name: str,
    password: str,
    kdf: Kdf = STANDARD_KDF,
) -> Standing:
    """Make the key file of a practice restored on another PC, with one director in it.

    Everybody else gets in again with `add_user`. Raises CannotOpen when the folder has a key file: a
    restore on the same PC keeps the one in use.
    """
    secret = password_bytes(password)
    file = slots_file.decode(bundle)
    check_signed(file, recovered)
    user_key = former_key(file, recovered, director) or crypto.new_key()
    slot = new_slot(
        file,
        recovered,
        user=director,
        label=initials(name),
        user_key=user_key,
        holds=Holds.ADMIN,
        password=secret,
        device_secret=recovered.device_secret,
        kdf=kdf,
    )
    crypto.wipe(user_key)
    former = tuple(entry for entry in file.former if entry.user != director)
    rebuilt = finished(replace(file.with_slot(slot), former=former), recovered, file.seq + 1)

    def prove(written: SlotsFile) -> None:
        prove_opens(written, director, secret, recovered.device_secret)

    return put_first(folder, rebuilt, recovered, prove)


def new_recovery_slot(
    file: SlotsFile, by: VaultKeys, secret: bytes, device_secret: Secret | None, made: date
) -> RecoverySlot:
    """A recovery slot under a new secret; its number is never used twice."""
    bare = RecoverySlot(id=f"R{file.seq + 1}", made=made, sheets=1, wrap=b"", escrow=b"")
    wrapping_key = derive(secret, "practice-app/recovery/1")
    escrow = crypto.lock(by.escrow_key(), wrapping_key, place("recovery-escrow", file, bare.id))
    return _filled(file, replace(bare, escrow=escrow), by, wrapping_key, device_secret)


def refilled(
    file: SlotsFile, slot: RecoverySlot, by: VaultKeys, device_secret: Secret | None = None
) -> RecoverySlot:
    """A recovery slot with the keys as they are now, so that the printed sheet stays good.

    The device secret in it stays unless another is given. Raises CannotOpen when the slot was exchanged.
    """
    wrapping_key = _wrapping_key(file, slot, by)
    return _filled(file, slot, by, wrapping_key, device_secret or _content(file, slot, wrapping_key)[1])


def _filled(
    file: SlotsFile, slot: RecoverySlot, by: VaultKeys, wrapping_key: bytes, device_secret: Secret | None
) -> RecoverySlot:
    content = {"keys": crypto.to_base64(pack(by, Holds.ADMIN))}
    if device_secret is not None:
        content["device"] = crypto.to_base64(device_secret)
    wrap = crypto.lock(wrapping_key, crypto.canonical(content), place("recovery", file, slot.id))
    return replace(slot, wrap=wrap)


def _wrapping_key(file: SlotsFile, slot: RecoverySlot, by: VaultKeys) -> bytes:
    wrapping_key = crypto.unlock(by.escrow_key(), slot.escrow, place("recovery-escrow", file, slot.id))
    if wrapping_key is None:
        raise _exchanged()
    return wrapping_key


def _content(file: SlotsFile, slot: RecoverySlot, wrapping_key: bytes) -> tuple[bytes, bytearray | None]:
    """The packed keys and the device secret in a recovery slot; raises CannotOpen when exchanged."""
    plain = crypto.unlock(wrapping_key, slot.wrap, place("recovery", file, slot.id))
    if plain is None:
        raise _exchanged()
    content = crypto.read_canonical(plain)
    device = bytearray(crypto.from_base64(content["device"])) if "device" in content else None
    return crypto.from_base64(content["keys"]), device


def _device_secret_in(file: SlotsFile, by: VaultKeys) -> bytearray | None:
    newest = file.recovery[-1]
    return _content(file, newest, _wrapping_key(file, newest, by))[1]


def _exchanged() -> CannotOpen:
    return CannotOpen("A recovery key in the key file was exchanged or damaged; nothing was changed.")


def _recover(file: SlotsFile, recovery_key: str) -> RecoveredKeys:
    wrapping_key = derive(parse_recovery_key(recovery_key), "practice-app/recovery/1")
    for slot in file.recovery:
        if crypto.unlock(wrapping_key, slot.wrap, place("recovery", file, slot.id)) is not None:
            return _opened(file, *_content(file, slot, wrapping_key))
    raise CannotOpen("This recovery key is another practice's, or a newer one has replaced it.")


def _opened(file: SlotsFile, packed_keys: bytes, device_secret: bytearray | None) -> RecoveredKeys:
    packed = unpack(packed_keys)
    if packed.ck is None or packed.ak is None:
        raise Defect("a recovery key was made without all keys")
    keys = RecoveredKeys(file.vault, packed.dek, packed.ck, packed.ak, device_secret)
    keys.file_seq = file.seq
    check_signed(file, keys)
    return keys
