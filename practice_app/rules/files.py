"""Files that come from outside: which kinds may be filed, how large they may be, and what became of each."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

LARGEST = 50 * 1024 * 1024
"""Bytes one file may have."""

MOST_PAGES = 2_000
MOST_PIXELS = 50_000_000
"""What one page may have as a picture."""

SECONDS = 30
"""How long one file may take to be read and cleaned."""

MEMORY = 1024 * 1024 * 1024
"""Bytes of memory that the reading of a file may take."""

PDF = "application/pdf"
PICTURES = ("image/jpeg", "image/png", "image/tiff")
ACCEPTED = "PDF, JPEG, PNG and TIFF files"
HEAD = 1024
"""How many of its first bytes tell what a file is."""

_BY_ENDING = {
    ".pdf": PDF,
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".jpe": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
ENDINGS = tuple(_BY_ENDING)
"""How the names of the files that are taken end."""


class FileState(StrEnum):
    """What became of a file that was filed. The original is kept in every case.

    AS_RECEIVED: kept without being looked at. READY: there is a clean copy to show and to send. The others
    have none: LOCKED with a password, BROKEN, TOO_LARGE in pages, pixels, time or memory.
    """

    AS_RECEIVED = "as_received"
    READY = "ready"
    LOCKED = "locked"
    BROKEN = "broken"
    TOO_LARGE = "too_large"


WHY: Mapping[FileState, str] = MappingProxyType(
    {
        FileState.AS_RECEIVED: "Kept as it came. It cannot be shown here.",
        FileState.READY: "",
        FileState.LOCKED: "Locked with a password: ask the sender for a copy without one.",
        FileState.BROKEN: "Damaged, or not what its name says: ask the sender for it again.",
        FileState.TOO_LARGE: (
            "Too large to be shown: more than 2,000 pages, a page of more than 50 million dots, or too much "
            "work to open. Ask the sender for it in smaller parts."
        ),
    }
)
"""Why there is nothing to look at, and what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class CleanedFile:
    """A file as it goes into the records: the original bytes and, where it could be made, the clean copy.

    `clean` is a PDF of `pages` pages without anything active, None unless `state` is READY. `media_type` is
    what the content is, whatever the name says.
    """

    name: str
    media_type: str
    original: bytes
    state: FileState
    pages: int = 0
    clean: bytes | None = None


def media_type(head: bytes) -> str | None:
    """What a file is by its first bytes; None for anything not known here."""
    for mark, found in _MARKS:
        if head.startswith(mark):
            return found
    # A PDF may have up to a kilobyte of something else in front (ISO 32000-1, Annex H.3.4.1).
    if b"%PDF-" in head[:HEAD]:
        return PDF
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] in (b"M4A", b"M4B") else "video/mp4"
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI "):
        return "audio/wav" if head[8:12] == b"WAVE" else "video/x-msvideo"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    return None


def media_by_name(name: str) -> str:
    """What a file says it is by its name, where its content does not tell."""
    endings = (media for ending, media in _BY_ENDING.items() if name.casefold().endswith(ending))
    return next(endings, "application/octet-stream")


def ending_of(media: str) -> str:
    """How the name of a recording ends: ".mp3"; ".bin" for a kind that is not known here."""
    return _RECORDINGS.get(media, ".bin")


def shown_name(name: str) -> str:
    """A file's name as it may be shown: what cannot be seen, and could turn the name around, as a dot."""
    return "".join(
        "\u00b7" if unicodedata.category(each)[0] in "CZ" and each != " " else each for each in name
    )


def is_recording(media: str) -> bool:
    """Whether it is sound or video (P39, P40)."""
    return media.startswith(("audio/", "video/"))


def can_be_shown(media: str) -> bool:
    """Whether a clean copy can be made of such a file."""
    return media == PDF or media in PICTURES


_RECORDINGS = {
    "audio/amr": ".amr",
    "audio/flac": ".flac",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/x-msvideo": ".avi",
}

_MARKS = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
