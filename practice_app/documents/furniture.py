"""What every page carries around its text: the stamp, the running header and the footer."""

from collections.abc import Sequence

from practice_app.documents.blocks import Piece
from practice_app.documents.canvas import Artifact, TaggedCanvas
from practice_app.documents.look import (
    ALARM,
    COLUMN_WIDTH,
    HEIGHT,
    MARGIN,
    RULE,
    SMALL,
    SMALL_BOLD,
    STAMP,
    WIDTH,
)
from practice_app.documents.parties import Fact
from practice_app.documents.structure import Element
from practice_app.documents.typesetting import Line, Typesetter

_GAP = 16.0
_TITLE_ROOM = 120.0


class Furniture:
    """The same on every page but for the page number; artifacts all, except a stamp that is to be read."""

    def __init__(
        self, setter: Typesetter, *, title: str, identifiers: Sequence[Fact], footer: str, stamp: str
    ) -> None:
        self._setter = setter
        self._rows = self._identifier_rows([f"{label} {value}".strip() for label, value in identifiers])
        self._title = setter.lines(title, SMALL, _TITLE_ROOM)[:1]
        self._footer = setter.lines(footer, SMALL, COLUMN_WIDTH - _TITLE_ROOM)[:1]
        self._stamp = setter.lines(stamp, STAMP, COLUMN_WIDTH)[:1]

    def _identifier_rows(self, identifiers: Sequence[str]) -> list[list[Line]]:
        """All in one row, or else a row each, so that none pushes another off the page."""
        room = COLUMN_WIDTH - _TITLE_ROOM
        lines = [line for text in identifiers for line in self._setter.lines(text, SMALL_BOLD, room)[:1]]
        width = sum(line.width for line in lines) + _GAP * (len(lines) - 1)
        return [lines] if width <= room else [[line] for line in lines]

    def draw(self, canvas: TaggedCanvas, speaker: Element | None = None) -> None:
        """Draw all but the page number; `speaker` is the element that speaks the stamp."""
        for line in self._stamp:
            canvas.box(MARGIN, HEIGHT - 36, COLUMN_WIDTH, 18, ALARM)
            Piece(speaker or Artifact.HEADER, (WIDTH - line.width) / 2, line, STAMP).draw(canvas, HEIGHT - 19)
        for up, row in enumerate(reversed(self._rows)):
            left = MARGIN
            for line in row:
                _small(canvas, Artifact.HEADER, left, HEIGHT - 47 + up * 9, line, bold=True)
                left += line.width + _GAP
        for line in self._title:
            _small(canvas, Artifact.HEADER, WIDTH - MARGIN - line.width, HEIGHT - 47, line)
        canvas.rule(MARGIN, HEIGHT - 62, COLUMN_WIDTH, 0.6, RULE)
        canvas.rule(MARGIN, 44, COLUMN_WIDTH, 0.6, RULE)
        for line in self._footer:
            _small(canvas, Artifact.FOOTER, MARGIN, 42, line)

    def draw_number(self, canvas: TaggedCanvas, number: int, total: int) -> None:
        """Draw the number of a page, counted from 1, once it is known how many there are."""
        (count,) = self._setter.lines(f"Page {number} of {total}", SMALL, COLUMN_WIDTH)
        _small(canvas, Artifact.FOOTER, WIDTH - MARGIN - count.width, 42, count)


def _small(
    canvas: TaggedCanvas, kind: Artifact, x: float, top: float, line: Line, *, bold: bool = False
) -> None:
    Piece(kind, x, line, SMALL_BOLD if bold else SMALL).draw(canvas, top)
