"""Where the key slots of a practice are kept: in a file of its folder, or in a table of its server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from practice_app.storage import server, switching
from practice_app.storage.keys import slots_file, slots_table
from practice_app.storage.keys.held import VaultKeys
from practice_app.storage.keys.slots_file import SlotsFile
from practice_app.storage.keys.slots_table import MovedToFile


class Pen(Protocol):
    """The right to write a practice's key slots, while it lasts."""

    def is_first(self) -> bool:
        """Whether there are no slots yet."""

    def read(self) -> SlotsFile:
        """The slots as they are now; raises CannotOpen."""

    def write(self, file: SlotsFile, prove: Callable[[SlotsFile], None]) -> None:
        """Put slots in place of the old ones, which stay when `prove` raises for them as read back."""


class _FilePen:
    """The key file of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def is_first(self) -> bool:
        return not slots_file.exists(self._folder)

    def read(self) -> SlotsFile:
        return slots_file.read(self._folder)

    def write(self, file: SlotsFile, prove: Callable[[SlotsFile], None]) -> None:
        slots_file.write(self._folder, file, prove)


def read(folder: Path) -> SlotsFile:
    """The practice's key slots; raises CannotOpen when they cannot be read."""
    found = server.read(folder)
    if found is None:
        return slots_file.read(folder)
    try:
        return slots_table.read(found)
    except MovedToFile as moved:
        # The PC on which the file is may have been switched off before it had it in place.
        if not switching.finish(folder, moved.token):
            raise
        return slots_file.read(folder)


def exists(folder: Path) -> bool:
    """Whether the folder has key slots, or names a server that has them. The server is not asked."""
    return slots_file.exists(folder) or server.is_kept_on_one(folder)


@contextmanager
def writing(folder: Path, by: VaultKeys) -> Iterator[Pen]:
    """Hold the right to write the key slots; a server lets in whoever `by` are the keys of.

    Raises Busy while another process holds it, PracticeError when they cannot be written to.
    """
    found = server.read(folder)
    if found is None:
        with slots_file.writing(folder):
            yield _FilePen(folder)
    else:
        with slots_table.writing(found, by) as pen:
            yield pen


def settle(folder: Path, file: SlotsFile) -> None:
    """Finish a write of the key file that was cut short; a server finishes its own."""
    if not server.is_kept_on_one(folder):
        slots_file.settle(folder, file)
