"""Files from and to outside: read once through one handle, written whole or not at all."""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from practice_app.errors import FileRefused
from practice_app.paths import belongs_to_records, inside

# O_NOFOLLOW and O_NONBLOCK do not exist on Windows, O_BINARY exists only there.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def read_once(path: Path, largest: int) -> bytes:
    """The whole content of an ordinary file of at most `largest` bytes, from one opening of it.

    Refuses with FileRefused: no such file, a folder, a link, a pipe or device, no permission, too large,
    or a file that grows while it is read.
    """
    with _ordinary(path) as (file, size):
        return _whole(path, file, size, largest)


def read_inside(folder: Path, name: str, largest: int) -> bytes:
    """As `read_once`, for a name that came from outside; refuses what `opened_inside` refuses too."""
    with opened_inside(folder, name) as (file, size):
        return _whole(Path(name), file, size, largest)


@contextlib.contextmanager
def opened_inside(folder: Path, name: str) -> Iterator[tuple[BinaryIO, int]]:
    """An ordinary file, opened by a name that came from outside, and its size in bytes.

    The name's parts are joined by "/". Refuses with FileRefused what `paths.inside` refuses, and every link
    on the way, also one that is put there at this moment: each folder is entered by the handle of the last.
    """
    path = inside(folder, name)
    if os.open in os.supports_dir_fd:
        with _ordinary(Path(name), lambda _path, _flags: _step_by_step(folder, name)) as opened:
            yield opened
    else:
        with _ordinary(path) as opened:
            yield opened


def _step_by_step(folder: Path, name: str) -> int:
    *folders, last = name.split("/")
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for each in folders:
            inner = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        return os.open(last, _READ, dir_fd=handle)
    finally:
        os.close(handle)


def _whole(path: Path, file: BinaryIO, size: int, largest: int) -> bytes:
    if size > largest:
        raise FileRefused(
            f"“{path.name}” is too large: {_megabytes(size)}, where at most "
            f"{_megabytes(largest)} can be taken. Split it into smaller files."
        )
    content = file.read(largest + 1)
    if len(content) != size:
        raise FileRefused(f"“{path.name}” changed while it was read. Please try again.")
    return content


def beginning(path: Path, size: int = 4096) -> bytes:
    """The first bytes of an ordinary file, enough to tell its format; refuses as `read_once` does."""
    with _ordinary(path) as (file, _size):
        return file.read(size)


@contextlib.contextmanager
def _ordinary(path: Path, opener: Callable[[str, int], int] | None = None) -> Iterator[tuple[BinaryIO, int]]:
    """An ordinary file opened for reading, and its size in bytes; `path` is how it is spoken of."""
    if not hasattr(os, "O_NOFOLLOW") and path.is_symlink():
        raise _is_a_link(path)
    try:
        with open(path, "rb", opener=opener or _opened) as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise FileRefused(
                    f"“{path.name}” is not an ordinary file. Copy its content into a file first."
                )
            yield file, facts.st_size
    except OSError as problem:
        raise _cannot_read(path, problem) from problem


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """As `written_together`, for one file."""
    with written_together(path) as (file,):
        yield file


@contextlib.contextmanager
def written_together(*paths: Path) -> Iterator[tuple[BinaryIO, ...]]:
    """Files to write to, which become `paths` (replacing them) only when the block ends without an error.

    Only this account may read them (0600). Until all of their data is on the disk it is in hidden files
    beside them, which are removed when anything goes wrong. Refuses with FileRefused when a place cannot be
    written to, lies in the folder of a practice or a backup, or is anything but an ordinary file.
    """
    for path in paths:
        _refuse_bad_place(path)
    with contextlib.ExitStack() as opened:
        try:
            unfinished = [opened.enter_context(_unfinished(path)) for path in paths]
            yield tuple(file for _, file in unfinished)
            for _, file in unfinished:
                file.flush()
                os.fsync(file.fileno())
                file.close()
            for (part, _), path in zip(unfinished, paths, strict=True):
                os.replace(part, path)
        except OSError as problem:
            raise _cannot_write(paths[0], problem) from problem


@contextlib.contextmanager
def _unfinished(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A hidden file beside a path, which is gone in the end unless it got another name."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    file = os.fdopen(os.open(part, _CREATE, 0o600), "wb")
    try:
        yield part, file
    finally:
        with contextlib.suppress(OSError):  # what could not be written is not wanted any more
            file.close()
        part.unlink(missing_ok=True)


def _refuse_bad_place(path: Path) -> None:
    if belongs_to_records(path):
        raise FileRefused(
            f"“{path}” lies in the folder of a practice or a backup, where it could damage the records. "
            "Choose another place."
        )
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise FileRefused(f"“{path}” cannot be written: it is not an ordinary file. Name a file.")


def _opened(path: str, _: int) -> int:
    return os.open(path, _READ)


def _is_a_link(path: Path) -> FileRefused:
    return FileRefused(f"“{path.name}” is a link to another file. Name that file itself.")


def _cannot_read(path: Path, problem: OSError) -> FileRefused:
    if isinstance(problem, FileNotFoundError):
        return FileRefused(f"There is no file “{path}”.")
    if isinstance(problem, IsADirectoryError):
        return FileRefused(f"“{path.name}” is a folder. Name the file inside it.")
    if problem.errno == errno.ELOOP:
        return _is_a_link(path)
    if isinstance(problem, PermissionError):
        return FileRefused(f"“{path.name}” cannot be opened: this account may not read it.")
    return FileRefused(f"“{path.name}” cannot be read: {problem.strerror or 'the system gave no reason'}.")


def _cannot_write(path: Path, problem: OSError) -> FileRefused:
    return FileRefused(f"“{path}” cannot be written: {problem.strerror or 'the system gave no reason'}.")


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:,.1f} MB"
