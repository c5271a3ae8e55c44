"""The files that a list of letters names: looked at before anything is written, then read one at a time."""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from practice_app.documents.intake.confined import Cleaner
from practice_app.errors import FileRefused
from practice_app.exchange import files as outside
from practice_app.exchange.rows import LetterRow, Prepared, Refusal
from practice_app.progress import Progress
from practice_app.rules import files
from practice_app.rules.files import CleanedFile
from practice_app.services.files import media_of, read_content

_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """The rows whose files can be taken, and the digest of each file by the row's line.

    A row's fingerprint covers the content of its file, so that the same name with another content is noticed.
    """

    folder: Path
    prepared: Prepared[LetterRow]
    digests: dict[int, str]


def look(prepared: Prepared[LetterRow], folder: Path, progress: Progress) -> Found:
    """Look at every file once, a piece at a time; rows whose file cannot be taken are refused with why."""
    rows: list[LetterRow] = []
    refusals = list(prepared.refusals)
    digests: dict[int, str] = {}
    for done, row in enumerate(prepared.rows):
        progress(done, len(prepared.rows), "Looking at the files")
        try:
            digest = digests[row.line] = _digest(folder, row.file)
        except FileRefused as refused:
            refusals.append(Refusal(row.line, str(refused)))
        else:
            whole = sha256(f"{row.fingerprint} {digest}".encode()).hexdigest()
            rows.append(replace(row, fingerprint=whole))
    return Found(folder, Prepared(tuple(rows), tuple(refusals), prepared.warnings), digests)


def read(found: Found, row: LetterRow, cleaner: Cleaner) -> CleanedFile:
    """A row's file with its clean copy; FileRefused when it is not the file that was looked at any more."""
    content = outside.read_inside(found.folder, row.file, files.LARGEST)
    if sha256(content).hexdigest() != found.digests[row.line]:
        raise FileRefused(f"“{row.file}” was changed while the letters were taken in.")
    return read_content(_name(row), content, cleaner)


def _digest(folder: Path, name: str) -> str:
    """SHA-256 (hex) of a file's content; FileRefused for what cannot be filed as a letter."""
    digest = sha256()
    with outside.opened_inside(folder, name) as (file, size):
        if size > files.LARGEST:
            raise FileRefused(f"“{name}” is too large: a file may have 50 MB at most.")
        piece = file.read(_PIECE)
        media = media_of(name, piece[: files.HEAD])
        if media is not None and not files.can_be_shown(media):
            raise FileRefused(f"“{name}” is sound or video. Letters are {files.ACCEPTED}.")
        while piece:
            digest.update(piece)
            piece = file.read(_PIECE)
    return digest.hexdigest()


def _name(row: LetterRow) -> str:
    return row.file.rpartition("/")[2]
