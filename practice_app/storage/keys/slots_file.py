"""The file `keyslots.json`: its records, its strict form, and the way it is written and read back."""

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from practice_app.errors import Busy, CannotOpen, PracticeError
from practice_app.paths import KEY_FILE
from practice_app.storage.keys import crypto
from practice_app.storage.keys.crypto import Kdf

FILE_NAME = KEY_FILE
COPY_NAME = "keyslots.json.bak"

_TEMPORARY_NAME = "keyslots.json.new"
_LOCK_NAME = "keyslots.lock"
_LARGEST = 1_000_000
_FORMAT = "practice-app-keys"
VERSION = 1
_SUITE = "A256GCM+argon2id/1"
_SALT_LENGTH = 16
_UNDERSTOOD = (1, 0)
_MIN_APP = "1.0"


@dataclass(frozen=True, slots=True)
class Slot:
    """One user's way in. Only initials are readable; names are in the encrypted database.

    `wrap` is the user key under the password and the device secret, `keys` the practice's keys under
    the user key, `escrow` the user key under the admin key.
    """

    user: UUID
    label: str
    kdf: Kdf
    salt: bytes
    wrap: bytes
    keys: bytes
    escrow: bytes


@dataclass(frozen=True, slots=True)
class FormerSlot:
    """What remains of a removed user, so that a director can still open their "only me" notes."""

    user: UUID
    escrow: bytes


@dataclass(frozen=True, slots=True)
class RecoverySlot:
    """All keys under a printed recovery key.

    `escrow` is the wrapping key under the admin key: without it a change of keys would leave the
    printed sheet worthless, because nobody but the sheet knows its number.
    """

    id: str
    made: date
    sheets: int
    wrap: bytes
    escrow: bytes


@dataclass(frozen=True, slots=True)
class SlotsFile:
    """The whole file. `seq` rises with every write; `mac` is made with the newest database key."""

    vault: UUID
    seq: int
    dek_id: str
    device: bool
    slots: tuple[Slot, ...]
    former: tuple[FormerSlot, ...]
    recovery: tuple[RecoverySlot, ...]
    mac: bytes

    @property
    def labels(self) -> tuple[str, ...]:
        """The initials shown at sign-in, in file order."""
        return tuple(slot.label for slot in self.slots)

    def slot(self, user: UUID) -> Slot | None:
        """The slot of one user, if there is one."""
        return next((slot for slot in self.slots if slot.user == user), None)

    def with_slot(self, changed: Slot) -> "SlotsFile":
        """The file with one user's slot put in or exchanged."""
        others = tuple(slot for slot in self.slots if slot.user != changed.user)
        return replace(self, slots=(*others, changed))

    def signed(self, mac_key: bytes) -> "SlotsFile":
        """The file with its authentication code made anew."""
        return replace(self, mac=crypto.tag(mac_key, _signed_part(self)))

    def is_signed_with(self, mac_key: bytes) -> bool:
        """Whether the authentication code fits the content."""
        return crypto.tags_equal(self.mac, crypto.tag(mac_key, _signed_part(self)))


def encode(file: SlotsFile) -> bytes:
    """The canonical bytes of the file."""
    return crypto.canonical({**_tree(file), "mac": crypto.to_base64(file.mac)})


def decode(data: bytes) -> SlotsFile:
    """Strict inverse of `encode`; raises CannotOpen for anything this version would not write itself.

    Argon2 figures are checked here, before anybody uses them: the authentication code can only be
    checked after the password.
    """
    if len(data) > _LARGEST:
        raise _damaged()
    try:
        tree = crypto.read_canonical(data)
        if not isinstance(tree, dict):
            raise ValueError("not an object")
        _refuse_newer(tree)
        return _read_file(_Fields(tree))
    except (ValueError, OverflowError):
        raise _damaged() from None


def read(folder: Path) -> SlotsFile:
    """The practice's key file, or its copy when the file itself is missing or unreadable.

    Raises CannotOpen when neither can be read.
    """
    try:
        return decode(_read_bytes(folder / FILE_NAME))
    except CannotOpen:
        if not (folder / COPY_NAME).exists():
            raise
        return decode(_read_bytes(folder / COPY_NAME))


def exists(folder: Path) -> bool:
    """Whether there is a key file, or its copy, in the folder."""
    return (folder / FILE_NAME).exists() or (folder / COPY_NAME).exists()


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Hold the right to write the key file.

    Raises Busy while another process holds it, PracticeError when the folder cannot be written to.
    """
    try:
        handle = os.open(folder / _LOCK_NAME, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        raise PracticeError(
            "The folder of the practice cannot be written to; nothing was changed."
        ) from error
    try:
        try:
            _lock_file(handle)
        except OSError:
            raise Busy("The keys are being changed by somebody else. Please try again in a moment.") from None
        yield
    finally:
        os.close(handle)  # closing releases the lock


def write(folder: Path, file: SlotsFile, prove: Callable[[SlotsFile], None]) -> None:
    """Put a file in place of the old one, so that a crash leaves the old or the new one, never half.

    `prove` gets the file as read back from the disk and raises when it would lock people out; the old
    file stays then. The copy is overwritten with the same content at once: an older copy would keep an
    old password or a removed user alive. Call it inside `writing`.
    """
    data = encode(file)
    try:
        _write_temporary(folder, data)
        prove(decode(_read_bytes(folder / _TEMPORARY_NAME)))
        _move_into_place(folder, FILE_NAME)
        _write_temporary(folder, data)
        _move_into_place(folder, COPY_NAME)
    except OSError as error:
        raise _not_written(changed=_holds(folder / FILE_NAME, data)) from error
    finally:
        with contextlib.suppress(OSError):
            (folder / _TEMPORARY_NAME).unlink(missing_ok=True)


def settle(folder: Path, file: SlotsFile) -> None:
    """Make file and copy equal to what was just opened, finishing a write that was cut short."""
    data = encode(file)
    names = [name for name in (FILE_NAME, COPY_NAME) if not _holds(folder / name, data)]
    if not names:
        return
    with contextlib.suppress(PracticeError, OSError), writing(folder):  # the next sign-in tries again
        if not _holds(folder / FILE_NAME, data) and _is_readable(folder / FILE_NAME):
            return  # somebody else wrote a newer file meanwhile
        for name in names:
            _write_temporary(folder, data)
            _move_into_place(folder, name)


def _damaged() -> CannotOpen:
    return CannotOpen("The key file of this practice is damaged. Put back a copy of it or restore a backup.")


def _not_written(changed: bool) -> PracticeError:
    if changed:
        return PracticeError("The keys were changed, but not their copy. Sign in again to finish this.")
    return PracticeError("The key file could not be written; nothing was changed.")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _is_readable(path: Path) -> bool:
    try:
        decode(_read_bytes(path))
    except CannotOpen:
        return False
    return True


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as source:
            return source.read(_LARGEST + 1)
    except FileNotFoundError:
        raise CannotOpen("There is no practice in this folder: its key file is missing.") from None
    except OSError:
        raise CannotOpen("The key file of this practice cannot be read.") from None


def _write_temporary(folder: Path, data: bytes) -> None:
    path = folder / _TEMPORARY_NAME
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())


def _move_into_place(folder: Path, name: str) -> None:
    (folder / _TEMPORARY_NAME).replace(folder / name)
    if os.name == "posix":  # Windows has no handle on a folder to flush
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _lock_file(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock_file(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _tree(file: SlotsFile) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "v": VERSION,
        "vault": str(file.vault),
        "seq": file.seq,
        "min_app": _MIN_APP,
        "suite": _SUITE,
        "dek_id": file.dek_id,
        "device": file.device,
        "slots": [_slot_tree(slot) for slot in file.slots],
        "former": [{"user": str(f.user), "escrow": crypto.to_base64(f.escrow)} for f in file.former],
        "recovery": [_recovery_tree(slot) for slot in file.recovery],
    }


def _signed_part(file: SlotsFile) -> bytes:
    return crypto.canonical(_tree(file))


def _slot_tree(slot: Slot) -> dict[str, Any]:
    return {
        "user": str(slot.user),
        "label": slot.label,
        "kdf": kdf_tree(slot.kdf),
        "salt": crypto.to_base64(slot.salt),
        "wrap": crypto.to_base64(slot.wrap),
        "keys": crypto.to_base64(slot.keys),
        "escrow": crypto.to_base64(slot.escrow),
    }


def kdf_tree(kdf: Kdf) -> dict[str, Any]:
    """Argon2 figures as they stand in the file and in what a slot authenticates."""
    return {"alg": "argon2id", "m": kdf.memory, "t": kdf.passes, "p": kdf.threads}


def _recovery_tree(slot: RecoverySlot) -> dict[str, Any]:
    return {
        "id": slot.id,
        "made": slot.made.isoformat(),
        "sheets": slot.sheets,
        "wrap": crypto.to_base64(slot.wrap),
        "escrow": crypto.to_base64(slot.escrow),
    }


class _Fields:
    """One JSON object being read: each field by name and type, nothing missing, nothing left over."""

    def __init__(self, tree: object) -> None:
        if not isinstance(tree, dict):
            raise ValueError("not an object")
        self._left = dict(tree)

    def _take(self, name: str, kind: type) -> Any:
        value = self._left.pop(name, None)
        if type(value) is not kind:  # isinstance would take true for 1
            raise ValueError(f"field {name}")
        return value

    def text(self, name: str, pattern: str) -> str:
        value: str = self._take(name, str)
        if re.fullmatch(pattern, value) is None:
            raise ValueError(f"field {name}")
        return value

    def number(self, name: str, lowest: int, highest: int) -> int:
        value: int = self._take(name, int)
        if not lowest <= value <= highest:
            raise ValueError(f"field {name}")
        return value

    def flag(self, name: str) -> bool:
        value: bool = self._take(name, bool)
        return value

    def uuid(self, name: str) -> UUID:
        text: str = self._take(name, str)
        value = UUID(text)
        if str(value) != text:
            raise ValueError(f"field {name}")
        return value

    def day(self, name: str) -> date:
        return date.fromisoformat(self.text(name, r"\d{4}-\d\d-\d\d"))

    def data(self, name: str, shortest: int, longest: int) -> bytes:
        value = crypto.from_base64(self._take(name, str))
        if not shortest <= len(value) <= longest:
            raise ValueError(f"field {name}")
        return value

    def each(self, name: str) -> list["_Fields"]:
        return [_Fields(item) for item in self._take(name, list)]

    def object(self, name: str) -> "_Fields":
        return _Fields(self._take(name, dict))

    def end(self) -> None:
        if self._left:
            raise ValueError("unknown fields")


def _refuse_newer(tree: dict[str, Any]) -> None:
    needed = tree.get("min_app")
    newer = isinstance(needed, str) and (
        re.fullmatch(r"\d{1,4}\.\d{1,4}", needed) is not None
        and tuple(int(part) for part in needed.split(".")) > _UNDERSTOOD
    )
    version = tree.get("v")
    if newer or (type(version) is int and version > VERSION):
        raise CannotOpen("This practice was used with a newer version of the program. Please update it here.")


def _read_file(fields: _Fields) -> SlotsFile:
    fields.text("format", re.escape(_FORMAT))
    fields.number("v", VERSION, VERSION)
    fields.text("suite", re.escape(_SUITE))
    fields.text("min_app", re.escape(_MIN_APP))
    file = SlotsFile(
        vault=fields.uuid("vault"),
        seq=fields.number("seq", 1, 2**53),
        dek_id=fields.text("dek_id", "[0-9a-f]{16}"),
        device=fields.flag("device"),
        slots=tuple(_read_slot(item) for item in fields.each("slots")),
        former=tuple(_read_former(item) for item in fields.each("former")),
        recovery=tuple(_read_recovery(item) for item in fields.each("recovery")),
        mac=fields.data("mac", 32, 32),
    )
    fields.end()
    _refuse_doubles(file)
    return file


def _read_slot(fields: _Fields) -> Slot:
    slot = Slot(
        user=fields.uuid("user"),
        label=fields.text("label", r"\w{1,12}"),
        kdf=_read_kdf(fields.object("kdf")),
        salt=fields.data("salt", _SALT_LENGTH, _SALT_LENGTH),
        wrap=fields.data("wrap", 60, 88),
        keys=fields.data("keys", 28, 65536),
        escrow=fields.data("escrow", 60, 60),
    )
    fields.end()
    return slot


def _read_kdf(fields: _Fields) -> Kdf:
    fields.text("alg", "argon2id")
    kdf = Kdf(fields.number("m", 0, 2**31), fields.number("t", 0, 2**31), fields.number("p", 0, 2**31))
    fields.end()
    if not kdf.within_bounds():
        raise ValueError("Argon2 figures out of bounds")
    return kdf


def _read_former(fields: _Fields) -> FormerSlot:
    former = FormerSlot(fields.uuid("user"), fields.data("escrow", 60, 60))
    fields.end()
    return former


def _read_recovery(fields: _Fields) -> RecoverySlot:
    slot = RecoverySlot(
        id=fields.text("id", r"R\d{1,16}"),
        made=fields.day("made"),
        sheets=fields.number("sheets", 1, 1),
        wrap=fields.data("wrap", 28, 65536),
        escrow=fields.data("escrow", 60, 60),
    )
    fields.end()
    return slot


def _refuse_doubles(file: SlotsFile) -> None:
    users = [*(slot.user for slot in file.slots), *(former.user for former in file.former)]
    labels = [label.casefold() for label in file.labels]
    ids = [slot.id for slot in file.recovery]
    if any(len(set(names)) != len(names) for names in (users, labels, ids)):
        raise ValueError("named twice")
