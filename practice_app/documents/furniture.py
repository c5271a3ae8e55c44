"""What every page carries around its text: the stamp, the running header and the footer."""

from collections.abc import Sequence

from practice_app.documents.blocks import Piece
from practice_app.documents.canvas import Artifact, Owner, TaggedCanvas
from practice_app.documents.look import ALARM, COLUMN_WIDTH, HEIGHT, MARGIN, RULE, SMALL, STAMP, WIDTH
from practice_app.documents.parties import Fact
from practice_app.documents.typesetting import Line, Span, Typesetter

_HEADER_LINES = 2
_TITLE_ROOM = 120.0


class Furniture:
    """The same on every page but for the page number; artifacts all, except a stamp that is to be read."""

    def __init__(
        self, setter: Typesetter, *, title: str, identifiers: Sequence[Fact], footer: str, stamp: str
    ) -> None:
        self._setter = setter
        self._left = self._identifier_lines([f"{label} {value}".strip() for label, value in identifiers])
        self._right = setter.lines(title, SMALL, _TITLE_ROOM)[:_HEADER_LINES]
        self._footer = setter.lines(footer, SMALL, COLUMN_WIDTH - _TITLE_ROOM)[:1]
        self._stamp = setter.lines(stamp, STAMP, COLUMN_WIDTH)[:1]

    def _identifier_lines(self, identifiers: Sequence[str]) -> list[Line]:
        """All on one line, or else one line each, so that none pushes another off the page."""
        spans = [Span(identifier, bold=True) for identifier in identifiers]
        apart = [part for span in spans for part in (Span("   \N{MIDDLE DOT}   "), span)][1:]
        room = COLUMN_WIDTH - _TITLE_ROOM
        together = self._setter.lines(apart, SMALL, room)
        if len(together) <= 1:
            return together
        return [
            line for span in spans[:_HEADER_LINES] for line in self._setter.lines([span], SMALL, room)[:1]
        ]

    def draw(self, canvas: TaggedCanvas, number: int, total: int, stamp: Owner = Artifact.HEADER) -> None:
        """Draw it on page `number`, counted from 1; `stamp` is the element that speaks the stamp."""
        for line in self._stamp:
            canvas.box(MARGIN, HEIGHT - 36, COLUMN_WIDTH, 18, ALARM)
            Piece(stamp, (WIDTH - line.width) / 2, line, STAMP).draw(canvas, HEIGHT - 19)
        for lines, on_right in ((self._left, False), (self._right, True)):
            for row, line in enumerate(reversed(lines)):
                left = WIDTH - MARGIN - line.width if on_right else MARGIN
                _small(canvas, Artifact.HEADER, left, HEIGHT - 47 + row * 9, line)
        canvas.rule(MARGIN, HEIGHT - 62, COLUMN_WIDTH, 0.6, RULE)
        canvas.rule(MARGIN, 44, COLUMN_WIDTH, 0.6, RULE)
        for line in self._footer:
            _small(canvas, Artifact.FOOTER, MARGIN, 42, line)
        (count,) = self._setter.lines(f"Page {number} of {total}", SMALL, COLUMN_WIDTH)
        _small(canvas, Artifact.FOOTER, WIDTH - MARGIN - count.width, 42, count)


def _small(canvas: TaggedCanvas, kind: Artifact, x: float, top: float, line: Line) -> None:
    Piece(kind, x, line, SMALL).draw(canvas, top)
