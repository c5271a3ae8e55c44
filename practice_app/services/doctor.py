"""What this computer has and lacks for the program: the first thing to look at when something is wrong."""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from practice_app.errors import PracticeError
from practice_app.paths import cache_folder, state_folder
from practice_app.storage.engine import check_pages, connect
from practice_app.storage.keys.crypto import new_key
from practice_app.storage.keys.device import DeviceStore


@dataclass(frozen=True, slots=True)
class Item:
    """One thing looked at; `is_needed` says whether the program cannot work without it."""

    name: str
    is_well: bool
    says: str
    is_needed: bool = True


def examine() -> tuple[Item, ...]:
    """Look at everything; nothing is changed and no patient data is touched."""
    return (
        Item("Python", sys.version_info >= (3, 11), sys.version.split()[0]),
        Item("Program", True, version("practice-app")),
        Item("Qt", True, version("PySide6-Essentials")),
        _tried("Encryption", _encryption),
        _tried("Key store", _key_store, is_needed=False),
        _tried("Fonts", _fonts),
        _reader(),
        _tried("Folders", _folders),
        _disk(),
    )


def _tried(name: str, look: Callable[[], str], *, is_needed: bool = True) -> Item:
    try:
        return Item(name, True, look(), is_needed)
    except (PracticeError, OSError) as error:
        return Item(name, False, str(error), is_needed)


def _encryption() -> str:
    """Make an encrypted file, check its pages, and see that another key does not open it."""
    with tempfile.TemporaryDirectory() as folder:
        path, key = Path(folder) / "trial.db", new_key()
        opened = connect(path, key, create=True)
        opened.execute("CREATE TABLE trial (words)")
        opened.execute("INSERT INTO trial VALUES ('some words')")
        cipher = str(opened.execute("PRAGMA cipher_version").fetchone()[0])
        opened.close()
        if check_pages(path, key) or b"some words" in path.read_bytes():
            raise PracticeError(f"SQLCipher {cipher} did not encrypt a trial file.")
        try:
            connect(path, new_key()).close()
        except PracticeError:
            return f"SQLCipher {cipher}, a trial file was encrypted and refused another key"
    raise PracticeError(f"SQLCipher {cipher} opened a file with a wrong key.")


def _key_store() -> str:
    DeviceStore().read_anchor(uuid4())
    return "this account's key store answers"


def _fonts() -> str:
    from practice_app.documents import fonts

    return f"{len(fonts.families())} font families for PDFs"


def _reader() -> Item:
    """Whether scans can be read for subject-access copies, so that a screen reader finds their words."""
    from practice_app.documents.intake import reading

    found = reading.installed()
    if found is None:
        says = "no tesseract with English is installed: scans go into copies as pictures without text"
        return Item("Reader of scans", False, says, is_needed=False)
    return Item("Reader of scans", True, found.name)


def _folders() -> str:
    for folder in (state_folder(), cache_folder()):
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    return "this account's folders can be written to"


def _disk() -> Item:
    """Whether the disk under this account's home is encrypted: swap and hibernation hold plain memory."""
    if sys.platform != "linux":
        return Item("Disk", True, "please make sure that BitLocker or FileVault is on", is_needed=False)
    device = Path.home().stat().st_dev
    major, minor = device >> 8 & 0xFFF, device & 0xFF
    name = Path(f"/sys/dev/block/{major}:{minor}/dm/uuid")
    is_encrypted = name.exists() and name.read_text().startswith("CRYPT-")
    says = "encrypted" if is_encrypted else "no sign of disk encryption (LUKS): ask whoever set up this PC"
    return Item("Disk", is_encrypted, says, is_needed=False)
