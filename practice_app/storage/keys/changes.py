"""Changing the key file: read, check, change, count, sign, prove that people still get in, put in place."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from practice_app.errors import CannotOpen, Defect, NotFound
from practice_app.storage.keys import slots_store
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.keys.held import Keys, VaultKeys, dek_id
from practice_app.storage.keys.slots_file import Slot, SlotsFile
from practice_app.storage.keys.standing import Standing
from practice_app.storage.keys.wraps import check_signed, open_keys, open_wrap

Change = Callable[[SlotsFile], SlotsFile]
Proof = Callable[[SlotsFile], None]


def rewrite(
    folder: Path,
    by: VaultKeys,
    change: Change,
    prove: Proof | None = None,
    *,
    at_least: int = 0,
) -> Standing:
    """Change the file while nobody else writes; the result is proved before it is put in place.

    `prove` may ask more than that `by` still gets in; the new number is above `at_least`. Raises CannotOpen
    when the file was altered or an older one was put back since `by` read it, Busy while somebody else
    writes.
    """
    with slots_store.writing(folder, by) as pen:
        file = pen.read()
        check_signed(file, by)
        if file.seq < by.file_seq:
            raise CannotOpen("An older key file was put back while you were signed in; nothing was changed.")
        changed = finished(change(file), by, max(file.seq, at_least) + 1)

        def prove_all(written: SlotsFile) -> None:
            prove_held(written, by)
            if prove is not None:
                prove(written)

        pen.write(changed, prove_all)
    by.file_seq = changed.seq
    return standing_of(changed)


def put_first(folder: Path, file: SlotsFile, by: VaultKeys, prove: Proof) -> Standing:
    """Write the first key file of a folder; raises CannotOpen when there is one."""
    with slots_store.writing(folder, by) as pen:
        if not pen.is_first():
            raise CannotOpen("There is a practice in this folder already; its key file stays in use.")
        pen.write(file, prove)
    by.file_seq = file.seq
    return standing_of(file)


def finished(file: SlotsFile, keys: VaultKeys, seq: int) -> SlotsFile:
    """The file with its number, the name of the database key and its authentication code."""
    counted = replace(file, seq=seq, dek_id=dek_id(keys.newest_dek[1]))
    return counted.signed(keys.slots_mac_key())


def standing_of(file: SlotsFile) -> Standing:
    """The part of the file the database keeps as well."""
    return Standing(file.vault, file.seq, file.dek_id)


def existing_slot(file: SlotsFile, user: UUID) -> Slot:
    """The slot of a user; raises NotFound."""
    slot = file.slot(user)
    if slot is None:
        raise NotFound("This person cannot sign in here; there is nothing to change.")
    return slot


def prove_held(file: SlotsFile, keys: VaultKeys) -> None:
    """The one who changes the file must still get in with what they hold."""
    check_signed(file, keys)
    if isinstance(keys, Keys):
        open_keys(file, existing_slot(file, keys.user), bytearray(keys.uk)).drop()


def prove_opens(file: SlotsFile, user: UUID, password: bytes, device_secret: Secret | None) -> None:
    """A user's password must open their slot in the file as it was read back."""
    slot = existing_slot(file, user)
    user_key = open_wrap(file, slot, password, device_secret)
    if user_key is None:
        raise Defect("a key file that its own password does not open was not put in place")
    open_keys(file, slot, user_key).drop()


def prove_closed(file: SlotsFile, user: UUID, password: bytes, device_secret: Secret | None) -> None:
    """A replaced password must no longer open the slot."""
    if open_wrap(file, existing_slot(file, user), password, device_secret) is not None:
        raise Defect("a key file that an old password still opens was not put in place")
