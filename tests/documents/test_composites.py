"""Glyphs made of glyphs: as wide as they are asked to be, and looking like their parts."""

from typing import Any

import pytest
import uharfbuzz

from practice_app.documents import fonts
from practice_app.documents.composites import Part
from practice_app.documents.fonts import Face, Weight

FAMILY = "NotoSansDevanagari"
_NAMES = ("moveTo", "lineTo", "qCurveTo", "curveTo", "closePath")


class Pen:
    """Takes down what is drawn."""

    def __init__(self, x: int = 0, y: int = 0) -> None:
        self.drawn: list[tuple[str, tuple[tuple[float, float], ...]]] = []
        self._x, self._y = x, y

    def __getattr__(self, name: str) -> Any:
        assert name in _NAMES

        def draw(*points: tuple[float, float]) -> None:
            self.drawn.append((name, tuple((x + self._x, y + self._y) for x, y in points)))

        return draw


@pytest.fixture
def face() -> Face:
    """A face of its own, so that what one test adds another does not meet."""
    return Face(FAMILY, Weight.REGULAR, fonts.static(FAMILY, Weight.REGULAR))


def glyphs(face: Face, text: str) -> list[int]:
    return [face.font.face.charToGlyph[ord(char)] for char in text]


def embedded(face: Face, *codes: str) -> Any:
    """The font as a document with these codes would embed it; the codes are its glyphs from 1 on."""
    return uharfbuzz.Font(uharfbuzz.Face(face.font.face.makeSubset([ord(code) for code in codes])))


def drawn(font: Any, glyph: int, x: int = 0, y: int = 0) -> list[tuple[str, tuple[tuple[float, float], ...]]]:
    pen = Pen(x, y)
    font.draw_glyph_with_pen(glyph, pen)
    return pen.drawn


def test_a_composite_looks_like_its_parts_in_their_places(face: Face) -> None:
    first, second = glyphs(face, "कम")
    code = face.code((Part(first, 10, 0), Part(second, 700, -150)), 1400, "कम")
    font = embedded(face, code)
    assert drawn(font, 1) == drawn(face.shaper, first, 10, 0) + drawn(face.shaper, second, 700, -150)
    assert font.get_glyph_h_advance(1) == 1400


def test_the_box_and_the_edge_of_a_composite_are_those_of_its_outline(face: Face) -> None:
    first, second = glyphs(face, "कि")
    font = embedded(face, face.code((Part(second, -40, 0), Part(first, 300, 60)), 900, "कि"))
    box = font.get_glyph_extents(1)
    points = [point for _, line in drawn(font, 1) for point in line]
    assert box.x_bearing <= min(x for x, _ in points)
    assert box.y_bearing >= max(y for _, y in points)


def test_one_glyph_in_its_own_place_stays_itself(face: Face) -> None:
    (glyph,) = glyphs(face, "क")
    advance = face.font.face.hmetrics[glyph][0]
    assert face.code((Part(glyph, 0, 0),), advance, "क") == "क"
    assert face.code((Part(glyph, 5, 0),), advance, "क") != "क"


def test_parts_that_leave_no_mark_make_an_empty_glyph(face: Face) -> None:
    (space,) = glyphs(face, " ")
    font = embedded(face, face.code((Part(space, 0, 0),), 0, "\u200d"))
    assert drawn(font, 1) == []
    assert font.get_glyph_h_advance(1) == 0


def test_a_later_document_has_what_an_earlier_one_added_and_more(face: Face) -> None:
    first, second = glyphs(face, "कम")
    one = face.code((Part(first, 1, 0),), 600, "क")
    before = drawn(embedded(face, one), 1)
    size = len(face.font.face._ttf_data)
    two = face.code((Part(second, 2, 0),), 600, "म")
    font = embedded(face, two, one, "क")
    assert drawn(font, 2) == before
    assert drawn(font, 1) == drawn(face.shaper, second, 2, 0)
    assert drawn(font, 3) == drawn(face.shaper, first)
    assert len(face.font.face._ttf_data) - size < 100, "the tables written before are let go"


def test_the_same_parts_are_one_glyph(face: Face) -> None:
    (glyph,) = glyphs(face, "क")
    codes = [face.code((Part(glyph, 7, 0),), 600, text) for text in ("क", "क", "ख")]
    assert codes[0] == codes[1] != codes[2]
    assert len({face.font.face.charToGlyph[ord(code)] for code in codes}) == 1


def test_a_letter_with_more_marks_than_a_glyph_has_room_for(face: Face) -> None:
    letter, mark = glyphs(face, "कँ")
    near = [Part(letter, 0, 0), *(Part(mark, 300, 10 * n) for n in range(40))]
    far = [Part(mark, 300, 33_000), Part(mark, -40_000, 0)]
    font = embedded(face, face.code(tuple(near), 700, "कँ"), face.code((*near, *far, *near * 5), 70_000, "कँँ"))
    assert drawn(font, 2)[: len(drawn(font, 1))] == drawn(font, 1) != []
    assert len(drawn(font, 2)) < 2 * len(drawn(font, 1))
    assert font.get_glyph_h_advance(2) == 0xFFFF
