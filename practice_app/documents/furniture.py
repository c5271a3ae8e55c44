"""What every page carries around its text: the stamp, the running header and the footer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from practice_app.documents.blocks import Piece
from practice_app.documents.canvas import Artifact, TaggedCanvas
from practice_app.documents.look import ALARM, HEIGHT, RULE, WIDTH, Look
from practice_app.documents.parties import Fact
from practice_app.documents.typesetting import Line, Typesetter

if TYPE_CHECKING:
    from practice_app.documents.structure import Element

_EDGE = 18.0
"""Free above the stamp."""
_GAP = 16.0
_ABOVE_TEXT, _BELOW_TEXT = 14.0, 18.0
"""From the rules to the column of text."""
_NUMBER_ROOM = "Page 99999 of 99999"


class Furniture:
    """The same on every page but for its number and the name of its section.

    Artifacts all, except a stamp that is to be read.
    """

    def __init__(
        self,
        setter: Typesetter,
        look: Look,
        *,
        title: str,
        identifiers: Sequence[Fact],
        footer: str,
        stamp: str,
    ) -> None:
        self._setter = setter
        self._look = look
        self._sections: dict[str, list[Line]] = {}
        self._rows = self._identifier_rows([f"{label} {value}".strip() for label, value in identifiers])
        left = look.width - setter.width(_NUMBER_ROOM, look.small)
        foot = " | ".join(part for part in (title, footer) if part.strip())
        self._is_one_row = setter.width(foot, look.small) <= left
        self._footer = setter.lines(foot, look.small, left if self._is_one_row else look.width)[:1]
        self._stamp = setter.lines(stamp, look.stamp, look.width)[:1]

    def _identifier_rows(self, identifiers: Sequence[str]) -> list[list[Line]]:
        """All in one row, or else a row each, so that none pushes another off the page."""
        style, room = self._look.small_bold, self._look.width
        lines = [line for text in identifiers for line in self._setter.lines(text, style, room)[:1]]
        return [lines] if _width(lines) <= room else [[line] for line in lines]

    def draw(self, canvas: TaggedCanvas, section: str, speaker: Element | None = None) -> None:
        """Draw all but the page number; `speaker` is the element that speaks the stamp."""
        look = self._look
        height = look.stamp.leading + 2
        for line in self._stamp:
            canvas.box(look.margin, HEIGHT - _EDGE - height, look.width, height, ALARM)
            left = (WIDTH - line.width) / 2
            Piece(speaker or Artifact.HEADER, left, line, look.stamp).draw(canvas, HEIGHT - _EDGE - 1)
        rule = HEIGHT - look.top + _ABOVE_TEXT
        self._draw_header(canvas, section, rule + 3.5, HEIGHT - _EDGE - height)
        canvas.rule(look.margin, rule, look.width, 0.6, RULE)
        canvas.rule(look.margin, look.bottom - _BELOW_TEXT, look.width, 0.6, RULE)
        for line in self._footer:
            Piece(Artifact.FOOTER, look.margin, line, look.small).draw(canvas, self._foot(0))

    def _draw_header(self, canvas: TaggedCanvas, section: str, bottom: float, top: float) -> None:
        """The identifiers, and the section beside them on the right or, where it has no room, over them."""
        look = self._look
        named = self._shortened(section)
        last = _width(self._rows[-1]) + _GAP if self._rows else 0.0
        beside = not self._rows or not named or last + named[0].width <= look.width
        rows = self._rows if beside else [[], *self._rows]
        step = min(look.small.leading, (top - bottom) / max(len(rows), 1))
        for up, row in enumerate(reversed(rows)):
            left = look.margin
            for line in row:
                piece = Piece(Artifact.HEADER, left, line, look.small_bold)
                piece.draw(canvas, bottom + up * step + look.small.leading)
                left += line.width + _GAP
        for line in named:
            left = WIDTH - look.margin - line.width if beside else look.margin
            up = 0 if beside else len(rows) - 1
            piece = Piece(Artifact.HEADER, left, line, look.small)
            piece.draw(canvas, bottom + up * step + look.small.leading)

    def _shortened(self, section: str) -> list[Line]:
        """The section's name as one line, its end cut off when it is longer; none without a name."""
        if section not in self._sections:
            self._sections[section] = self._set_short(section)
        return self._sections[section]

    def _set_short(self, section: str) -> list[Line]:
        style, room = self._look.small, self._look.width
        lines = self._setter.lines(section, style, room)
        if len(lines) < 2:
            return lines
        first, *_ = self._setter.lines(section, style, room - style.size)
        return self._setter.lines(f"{first.text.rstrip()}…", style, room)[:1]

    def draw_number(self, canvas: TaggedCanvas, number: int, total: int) -> None:
        """Draw the number of a page, counted from 1, once it is known how many there are."""
        style = self._look.small
        (count,) = self._setter.lines(f"Page {number} of {total}", style, self._look.width)
        left = WIDTH - self._look.margin - count.width
        Piece(Artifact.FOOTER, left, count, style).draw(canvas, self._foot(0 if self._is_one_row else 1))

    def _foot(self, row: int) -> float:
        return self._look.bottom - _BELOW_TEXT - 2 - row * self._look.small.leading


def _width(row: Sequence[Line]) -> float:
    return sum(line.width for line in row) + _GAP * sum(1 for _ in pairwise(row))
