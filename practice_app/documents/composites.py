"""Glyphs made of glyphs: what several glyphs look like together becomes one more glyph of the font.

A conjunct, a letter with its dots or vowels, a split vowel around its consonant: whatever a cluster of
characters is drawn with is one code on the page, so that every reader of the file, however simple, finds
the characters as they were typed and nothing between them.
"""

from __future__ import annotations

import struct
import threading
from itertools import accumulate
from typing import Any, NamedTuple

# Of a component and of table maxp: OpenType 1.9.1, glyf (composite glyphs) and maxp.
_WORDS, _OFFSETS, _MORE = 0x0001, 0x0002, 0x0020
_MOST_PARTS_AT, _DEEPEST_AT = 28, 30
_FARTHEST = 0x7FFF
_MOST_PARTS = 64

WIDEST = 0xFFFF
"""What a glyph's advance may be, in units of its font (OpenType 1.9.1, hmtx)."""


class Part(NamedTuple):
    """A glyph at its place; lengths in units of the font."""

    glyph: int
    x: int
    y: int


class Composites:
    """The glyphs added to one TrueType face; the PDF writer cuts its subsets from the face's tables."""

    def __init__(self, face: Any, shaper: Any) -> None:
        """`face` is reportlab's, `shaper` HarfBuzz's font, both of the same file and in its units."""
        self._face = face
        self._shaper = shaper
        self._known: dict[tuple[tuple[Part, ...], int], int] = {}
        self._outlines: list[bytes] = []
        self._lock = threading.Lock()
        self._original = _Tables(face)
        self._cut = face.makeSubset
        face.makeSubset = self._subset

    def glyph(self, parts: tuple[Part, ...], advance: int) -> int:
        """The number of the glyph that looks like these parts and is so wide; made when it is new."""
        metrics = self._face.hmetrics
        if len(parts) == 1 and parts[0][1:] == (0, 0) and metrics[parts[0].glyph][0] == advance:
            return parts[0].glyph
        with self._lock:
            number = self._known.get((parts, advance))
            if number is None:
                number = self._known[parts, advance] = len(metrics)
                left, outline = self._outline(parts)
                self._outlines.append(outline)
                metrics.append((advance, left & 0xFFFF))
        return number

    def _outline(self, parts: tuple[Part, ...]) -> tuple[int, bytes]:
        """The left edge and the record in table glyf; nothing for parts that leave no mark.

        A letter can have any number of marks, each above the last. Those that no glyph has room for are not
        drawn; they stay in the text.
        """
        seen = []
        for part in parts:
            box = self._shaper.get_glyph_extents(part.glyph)
            if box is not None and (box.width or box.height) and _is_near(part, box):
                seen.append((part, part.x + box.x_bearing, part.y + box.y_bearing, box))
        del seen[_MOST_PARTS:]
        if not seen:
            return 0, b""
        left = min(x for _, x, _, _ in seen)
        bottom = min(y + box.height for _, _, y, box in seen)  # a box hangs from its upper edge
        right = max(x + box.width for _, x, _, box in seen)
        top = max(y for _, _, y, _ in seen)
        record = struct.pack(">5h", -1, left, bottom, right, top)
        for number, (part, *_) in enumerate(seen, start=1):
            flags = _WORDS | _OFFSETS | (_MORE if number < len(seen) else 0)
            record += struct.pack(">HHhh", flags, part.glyph, part.x, part.y)
        return left, record + bytes(-len(record) % 4)

    def _subset(self, codes: Any) -> Any:
        with self._lock:
            self._original.extend(self._face, self._outlines)
        return self._cut(codes)


def _is_near(part: Part, box: Any) -> bool:
    """Whether a part and its box lie within what a font can say of places: numbers of 16 bits."""
    reach = (abs(box.x_bearing), abs(box.y_bearing), abs(box.width), abs(box.height))
    return bool(max(abs(part.x), abs(part.y)) + 2 * max(reach) <= _FARTHEST)


class _Tables:
    """The tables of a face as its file has them."""

    def __init__(self, face: Any) -> None:
        self._data: bytes = face._ttf_data
        self._ends: list[int] = face.glyphPos
        self._outlines: bytes = face.get_table("glyf")[: self._ends[-1]]
        limits = bytearray(face.get_table("maxp"))
        for at, enough in ((_MOST_PARTS_AT, _MOST_PARTS), (_DEEPEST_AT, 3)):
            struct.pack_into(">H", limits, at, max(enough, *struct.unpack_from(">H", limits, at)))
        self._limits = bytes(limits)

    def extend(self, face: Any, outlines: list[bytes]) -> None:
        """Give the face its own outlines and these behind them; a table may stand anywhere in the data."""
        if len(face.glyphPos) == len(self._ends) + len(outlines):
            return
        face.glyphPos = [*self._ends[:-1], *accumulate(map(len, outlines), initial=self._ends[-1])]
        face._ttf_data = self._data
        for tag, table in (("glyf", self._outlines + b"".join(outlines)), ("maxp", self._limits)):
            face.table[tag] = {**face.table[tag], "offset": len(face._ttf_data), "length": len(table)}
            face._ttf_data += table + bytes(-len(table) % 4)
