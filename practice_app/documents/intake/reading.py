"""Text read from pictures of pages by tesseract, where that is installed; nothing is written to a disk.

What it gets is dots that the confined process drew, never a file of somebody else's, on its standard input.
"""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from practice_app.documents.attached import Paragraph, Sheet, Words
from practice_app.documents.intake.child import READ
from practice_app.documents.intake.confined import COMMAND, Died, Pages, environment, program
from practice_app.documents.intake.messages import Picture
from practice_app.documents.intake.readied import Readied
from practice_app.progress import Progress
from practice_app.rules.files import SECONDS

_PROGRAM = "tesseract"
_LANGUAGES = ("eng", "cym")
"""Read in this clinic's country, those of them that are installed."""

_DOTS_AN_INCH = 300
_MOST_SIDE = 14_000
"""Dots: the program takes no picture with a longer side than 32,767, and takes for ever over less."""

_UNSURE = 30.0
"""Out of 100: words of which the program is less sure than this are mostly dirt on the glass."""

_INHERITED = ("TESSDATA_PREFIX",)
_SLACK_S = 5
_ASK_S = 20


@dataclass(frozen=True, slots=True)
class Reader:
    """The program, as it is installed here."""

    path: str
    version: str
    languages: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the record says of who read: "tesseract 5.3.0 (eng)"."""
        return f"{_PROGRAM} {self.version} ({'+'.join(self.languages)})"

    def read(self, picture: Picture, dots_an_inch: int = _DOTS_AN_INCH) -> tuple[Paragraph, ...]:
        """The text in a picture, by paragraphs and lines; nothing where the program fails or is late."""
        arguments = ["stdin", "stdout", "-l", "+".join(self.languages), "--dpi", str(dots_an_inch), "tsv"]
        try:
            done = subprocess.run(  # noqa: S603  a program found by its name, with arguments of ours
                [*_limited(self.path), *arguments],
                input=_grey(picture),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS + _SLACK_S,
                env=_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            return ()
        return _paragraphs(done.stdout.decode("utf-8", "replace"), picture.width, picture.height)


def installed() -> Reader | None:
    """The reader of pictures on this computer; None without one, or without a language that is read here."""
    path = shutil.which(_PROGRAM)
    if path is None:
        return None
    found = _said_by(path, "--list-langs").split()
    languages = tuple(each for each in _LANGUAGES if each in found)
    version = _said_by(path, "--version").split()[1:2]
    if not languages or not version:
        return None
    return Reader(str(Path(path).absolute()), version[0].removeprefix("v"), languages)


def read_pages(content: bytes, readied: Readied, reader: Reader, progress: Progress) -> Readied:
    """Read the pages of a PDF whose pictures may hold text. What a page says itself is not read again."""
    sheets = list(readied.sheets)
    try:
        pages = Pages(content)
    except Died:
        return readied.with_words(sheets, reader.name)
    try:
        for done, number in enumerate(readied.to_read):
            progress(done, len(readied.to_read), "Reading scans")
            sheet = sheets[number]
            dots = _dots_an_inch(sheet)
            read = reader.read(pages.draw(number, dots / 72), dots)
            sheets[number] = replace(sheet, read=_without(read, sheet.own))
    except Died:  # one page too heavy to be drawn: the others may have been read
        pass
    finally:
        pages.close()
    return readied.with_words(sheets, reader.name)


def _dots_an_inch(sheet: Sheet) -> int:
    longer = max(sheet.width, sheet.height) / 72
    return max(70, min(_DOTS_AN_INCH, int(_MOST_SIDE / max(longer, 0.1))))


def _said_by(path: str, question: str) -> str:
    try:
        return subprocess.run(  # noqa: S603  as above
            [path, question], capture_output=True, text=True, timeout=_ASK_S, env=_environment(), check=True
        ).stdout
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""


def _limited(path: str) -> list[str]:
    """The command, begun by our own program, which takes from itself what the other does not need."""
    return [path] if sys.platform == "win32" else [*program(), COMMAND, READ, path]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    # One thread: more make it slower on small computers, and the limit of its processor time would be shared.
    return {**environment(), **kept, "OMP_THREAD_LIMIT": "1"}


def _grey(picture: Picture) -> bytes:
    """The picture in shades of grey as a PGM file, which needs no packing."""
    from PIL import Image

    size = (picture.width, picture.height)
    drawn = Image.frombuffer("RGB", size, picture.pixels, "raw", "BGRX", picture.stride, 1)
    return b"P5 %d %d 255\n" % size + drawn.convert("L").tobytes()


def _paragraphs(table: str, width: int, height: int) -> tuple[Paragraph, ...]:
    """The program's table of words as paragraphs of lines."""
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    words = [row for row in rows if row.get("level") == "5" and _is_word(row)]
    found = []
    for _, paragraph in groupby(words, key=lambda row: (row["block_num"], row["par_num"])):
        lines = [list(line) for _, line in groupby(paragraph, key=lambda row: row["line_num"])]
        found.append(tuple(_line(line, width, height) for line in lines))
    return tuple(found)


def _is_word(row: dict[str, str]) -> bool:
    return bool((row.get("text") or "").strip()) and float(row["conf"]) >= _UNSURE


def _line(words: Sequence[dict[str, str]], width: int, height: int) -> Words:
    left, top = (min(int(word[side]) for word in words) for side in ("left", "top"))
    right = max(int(word["left"]) + int(word["width"]) for word in words)
    bottom = max(int(word["top"]) + int(word["height"]) for word in words)
    text = " ".join(word["text"].strip() for word in words)
    return Words(text, left / width, top / height, (right - left) / width, (bottom - top) / height)


def _without(read: Sequence[Paragraph], own: Sequence[Paragraph]) -> tuple[Paragraph, ...]:
    """The lines that are not the page's own text seen as a picture."""
    known = [words for paragraph in own for words in paragraph]
    kept = (
        tuple(line for line in paragraph if not any(_lies_in(line, each) for each in known))
        for paragraph in read
    )
    return tuple(paragraph for paragraph in kept if paragraph)


def _lies_in(line: Words, other: Words) -> bool:
    """Whether the middle of a line is on another."""
    across, down = line.left + line.width / 2, line.top + line.height / 2
    return 0 <= across - other.left <= other.width and 0 <= down - other.top <= other.height
