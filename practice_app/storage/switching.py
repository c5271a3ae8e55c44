"""Which of two places a practice lives in while it moves between its folder's file and a server: never both.

The folder names a server or it does not; that is decided by one file, which appears or goes in one step. On
the way back the server is given up first, by a mark in place of its key slots: every other PC looks there.
What is left to do then is done by whoever next asks for the key slots on the PC that has the new file,
without any key.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from practice_app.paths import DATABASE_FILE, KEY_FILE, SERVER_FILE
from practice_app.storage import server
from practice_app.storage.server import CA_FILE, Server

_ARRIVING = ".arriving"
"""A folder inside the practice's where everything is made ready; its name begins with a dot like all such."""

_TOKEN = "token"  # noqa: S105  the name of a file
_FILES = (KEY_FILE, DATABASE_FILE)


@contextmanager
def arriving(folder: Path) -> Iterator[Path]:
    """A folder to make ready in what the practice's folder is to hold; removed when the block fails."""
    making = folder / _ARRIVING
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    try:
        yield making
    except BaseException:
        if not (making / _TOKEN).exists():  # whose server may have been given up by now
            shutil.rmtree(making, ignore_errors=True)
        raise


def name_server(folder: Path, where: Server, authority: bytes) -> None:
    """From now on the practice of this folder is on a server."""
    with arriving(folder) as making:
        server.write(making, where, authority)
        os.replace(making / CA_FILE, folder / CA_FILE)
        os.replace(making / SERVER_FILE, folder / SERVER_FILE)
        _sync(folder)
    shutil.rmtree(making)


def has_left_file(folder: Path) -> bool:
    """Whether a practice that is on a server still has its file of before in the folder."""
    return server.is_kept_on_one(folder) and (folder / DATABASE_FILE).exists()


def remove_file(folder: Path) -> None:
    """Remove the file and its keys from the folder of a practice that is on a server.

    The keys go too: slots that nobody writes any more would keep an old password or a removed user alive.
    """
    for left in (*folder.glob(f"{KEY_FILE}*"), *folder.glob(f"{DATABASE_FILE}*")):
        left.unlink()
    _sync(folder)


def remove_unfinished(folder: Path) -> None:
    """Remove what an interrupted move had made ready, for somebody who has the practice open where it was."""
    shutil.rmtree(folder / _ARRIVING, ignore_errors=True)
    if not server.is_kept_on_one(folder):
        (folder / CA_FILE).unlink(missing_ok=True)


def make_complete(making: Path, slots: bytes, token: str) -> None:
    """Say of what is made ready that it is whole, and by what mark on the server it is known."""
    (making / KEY_FILE).write_bytes(slots)
    (making / KEY_FILE).chmod(0o600)
    (making / _TOKEN).write_text(token, encoding="ascii")
    for path in (*making.iterdir(), making):
        _sync(path)


def finish(folder: Path, token: str) -> bool:
    """Put the file that was made ready in the place of the server that was given up; whether it is here.

    Stopped anywhere it is done again by the next call.
    """
    making = folder / _ARRIVING
    try:
        known = (making / _TOKEN).read_text(encoding="ascii")
    except OSError:
        return False
    if known != token:
        return False
    for name in _FILES:
        if (making / name).exists():
            os.replace(making / name, folder / name)
    _sync(folder)
    (folder / SERVER_FILE).unlink(missing_ok=True)
    _sync(folder)
    (folder / CA_FILE).unlink(missing_ok=True)
    shutil.rmtree(making)
    return True


def _sync(path: Path) -> None:
    """Make sure a file or folder has reached the disk; Windows has no handle on a folder to flush."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
