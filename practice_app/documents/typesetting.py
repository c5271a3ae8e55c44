"""Words into lines: measuring, breaking and ordering text of any script for a column of a given width."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from practice_app.documents import bidi
from practice_app.documents.fonts import MAIN, Face, Weight, coverage, face, family_of
from practice_app.documents.repertoire import Repertoire, graphemes

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""

_SHAPING = {"kern": False, "liga": False}  # as plain runs are set, so that both measure alike
_NOTHING = "\u200b"  # what the second and later glyphs of one cluster stand for: its text is with the first
_DEEPEST_INDENT = 12


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks; lengths in points."""

    size: float
    leading: float
    bold: bool = False
    colour: Colour = (0.1, 0.1, 0.12)

    @property
    def weight(self) -> Weight:
        return Weight.BOLD if self.bold else Weight.REGULAR


class Span(NamedTuple):
    """A stretch of text with its own emphasis or link ("https:", "mailto:" or "#place")."""

    text: str
    bold: bool = False
    link: str = ""


Text = str | Sequence[Span]


class Glyph(NamedTuple):
    """One glyph of a shaped run, in thousandths of the size from the run's left edge."""

    code: str
    """The character under which the face has it (see Face.code)."""
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters set alike; `glyphs` is None where each character is its own glyph."""

    text: str
    face: Face
    width: float
    """In thousandths of the size."""
    glyphs: tuple[Glyph, ...] | None = None
    level: int = 0
    link: str = ""
    x: float = 0.0
    """In thousandths of the size from the start of the line."""
    is_exact: bool = True
    """Whether each glyph stands for characters of its own, so that the glyphs read as the text."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line, its text in reading order with the space that separates it from the next line.

    A plain line is its text in the style's own face; any other is made of `runs`, also in reading order.
    """

    text: str
    width: float
    """In points, without the last space."""
    leftwards: bool = False
    """Whether it is of a right-to-left paragraph, which running text puts on the right."""
    runs: tuple[Run, ...] | None = None


class Typesetter:
    """Sets text for one document; measurements of words are remembered while it lives."""

    def __init__(self) -> None:
        self.repertoire = Repertoire()
        self._widths: dict[Weight, dict[str, float]] = {weight: {} for weight in Weight}
        self._shaped: dict[tuple[str, str, Weight, bool], Run] = {}

    def width(self, text: str, style: Style) -> float:
        """The width in points of a text that stays on one line."""
        return sum(line.width for line in self.lines(text, style, 1e6))

    def lines(self, text: Text, style: Style, width: float) -> list[Line]:
        """Break text for a column `width` points wide.

        Line ends in the text are kept, and so is an indent at the beginning of a line; a word wider than
        the column is cut without adding anything to it. Text without any word gives no line.
        """
        limit = width * 1000 / style.size
        spans = [Span(text)] if isinstance(text, str) else text
        cleaned = [span._replace(text=self.repertoire.clean(span.text)) for span in spans]
        lines: list[Line] = []
        for paragraph in _split_lines(cleaned):
            only = paragraph[0] if len(paragraph) == 1 else None
            if only and not only.bold and not only.link and self.repertoire.is_plain(only.text):
                lines += self._plain_lines(only.text, style, limit)
            else:
                lines += _Paragraph(self, paragraph, style, limit).lines()
        if lines:
            lines[-1] = replace(lines[-1], text=lines[-1].text.removesuffix(" "))
        return lines

    def _plain_lines(self, text: str, style: Style, limit: float) -> Iterator[Line]:
        """The quick way, for text in one face whose characters all stand for themselves."""
        widths = self._widths[style.weight]
        typeface = face(MAIN, style.weight)
        scale = style.size / 1000
        space = typeface.width(" ")
        line: list[str] = []
        used = -space
        for word in text.split(" "):
            if not word:
                continue
            wide = widths.get(word)
            if wide is None:
                wide = widths[word] = typeface.width(word)
            if used + space + wide > limit and line:
                yield Line(" ".join(line) + " ", used * scale)
                line, used = [], -space
            if wide > limit:
                *full, (word, wide) = _cut([(part, typeface.width(part)) for part in graphemes(word)], limit)
                for part, part_width in full:
                    yield Line(part, part_width * scale)
            line.append(word)
            used += space + wide
        if line:
            yield Line(" ".join(line) + " ", used * scale)

    def run(self, text: str, family: str, weight: Weight, leftwards: bool) -> Run:
        """Text of one family, shaped by HarfBuzz; the glyphs come in reading order."""
        key = (text, family, weight, leftwards)
        run = self._shaped.get(key)
        if run is None:
            run = self._shaped[key] = _shape(text, face(family, weight), leftwards)
        return run


def followed(lines: list[Line]) -> list[Line]:
    """The lines with a space at the end, because the next words belong to another piece of text."""
    if not lines or lines[-1].runs is not None:  # a line of several runs ends with its space already
        return lines
    return [*lines[:-1], replace(lines[-1], text=lines[-1].text.removesuffix(" ") + " ")]


class _Word(NamedTuple):
    """A word of a paragraph, or a piece of one too long for a line, which the next piece continues."""

    start: int
    end: int
    runs: list[Run]
    continued: bool

    @property
    def width(self) -> float:
        return sum([run.width for run in self.runs])


class _Paragraph:
    """One paragraph of mixed text being broken: several faces, shaping, links, both directions."""

    def __init__(self, setter: Typesetter, spans: Sequence[Span], style: Style, limit: float) -> None:
        self._setter = setter
        self._complex = setter.repertoire.complex
        self._scale = style.size / 1000
        self._limit = limit
        self._text = "".join([span.text for span in spans])
        self._weights = [Weight.BOLD if span.bold else style.weight for span in spans for _ in span.text]
        self._links = [span.link for span in spans for _ in span.text]
        self._base = bidi.base_level(self._text)
        mixed = self._base or any(map(bidi.is_right_to_left, self._text))
        self._levels = bidi.levels(self._text, self._base) if mixed else [0] * len(self._text)

    def lines(self) -> Iterator[Line]:
        line: list[_Word] = []
        used = 0.0
        for word in self._words():
            gap = self._space(line[-1].end).width if line and not line[-1].continued else 0.0
            if line and used + gap + word.width > self._limit:
                yield self._line(line)
                line, used, gap = [], 0.0, 0.0
            line.append(word)
            used += gap + word.width
        if line:
            yield self._line(line)

    def _words(self) -> Iterator[_Word]:
        for match in re.finditer("[^ ]+", self._text):
            start, end = match.span()
            word = _Word(start, end, self._runs(start, end), False)
            if word.width <= self._limit:
                yield word
                continue
            sizes = []
            at = start
            for part in graphemes(match.group()):
                sizes.append((part, sum(run.width for run in self._runs(at, at + len(part)))))
                at += len(part)
            for part, _ in _cut(sizes, self._limit):
                piece_end = start + len(part)
                yield _Word(start, piece_end, self._runs(start, piece_end), piece_end < end)
                start = piece_end

    def _line(self, words: Sequence[_Word]) -> Line:
        """Put the words side by side in the order they are seen, and keep them in the order they are read."""
        runs: list[Run] = []
        for word in words:
            runs += word.runs
            if not word.continued:
                runs.append(self._space(word.end))
        text = "".join([run.text for run in runs])
        trailing = runs.pop() if not words[-1].continued else None
        at = 0.0
        for i in bidi.visual_order([run.level for run in runs]):
            runs[i] = replace(runs[i], x=at)
            at += runs[i].width
        if trailing:
            # The space that parts this line from the next: at its end, which is on the left in Hebrew.
            runs.append(replace(trailing, x=-trailing.width if self._base else at))
        return Line(text, at * self._scale, bool(self._base), tuple(runs))

    def _space(self, at: int) -> Run:
        """The space after a word, or the one that a line end stands for."""
        inside = at < len(self._text)
        weight = self._weights[at if inside else at - 1]
        typeface = face(MAIN, weight)
        level = self._levels[at] if inside else self._base
        return Run(" ", typeface, typeface.width(" "), level=level, link=self._links[at] if inside else "")

    def _runs(self, start: int, end: int) -> list[Run]:
        """The stretches of one word that are set in one face and direction."""
        families = list(_families(self._text[start:end]))
        shaped = not self._complex.isdisjoint(self._text[start:end])
        looks = list(
            zip(
                families,
                self._weights[start:end],
                self._links[start:end],
                self._levels[start:end],
                strict=True,
            )
        )
        runs = []
        at = start
        for (family, weight, link, level), same in groupby(looks):
            until = at + len(list(same))
            text = self._text[at:until]
            if shaped or level % 2:
                run = self._setter.run(text, family, weight, bool(level % 2))
            else:
                run = Run(text, face(family, weight), face(family, weight).width(text))
            runs.append(replace(run, level=level, link=link))
            at = until
        return runs


def _families(word: str) -> Iterator[str]:
    """The family for each character: marks and joiners stay with the letter before them."""
    family = ""
    for char in word:
        follows = family and unicodedata.category(char) in ("Mn", "Mc", "Me", "Cf")
        if not follows or (ord(char) not in coverage(family) and unicodedata.category(char) != "Cf"):
            family = family_of(char) or family or MAIN
        yield family


def _shape(text: str, typeface: Face, leftwards: bool) -> Run:
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_codepoints([ord(char) for char in text])
    buffer.cluster_level = uharfbuzz.BufferClusterLevel.MONOTONE_CHARACTERS
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if leftwards else "ltr"
    uharfbuzz.shape(typeface.shaper, buffer, _SHAPING)
    placed = []
    at = 0.0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        placed.append((info.cluster, info.codepoint, at + position.x_offset, float(position.y_offset)))
        at += position.x_advance
    if leftwards:
        placed.reverse()
    placed.sort(key=lambda glyph: glyph[0])
    starts = sorted({cluster for cluster, *_ in placed})
    meaning = {a: text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)}
    glyphs = tuple(
        Glyph(typeface.code(glyph, meaning.pop(cluster, _NOTHING)), x, y) for cluster, glyph, x, y in placed
    )
    return Run(text, typeface, at, glyphs, is_exact=len(glyphs) == len(starts))


def _cut(parts: Iterable[tuple[str, float]], limit: float) -> list[tuple[str, float]]:
    """Join the parts of a long word again, as many as a line takes; a part may be wider than the line."""
    pieces: list[tuple[str, float]] = []
    for part, width in parts:
        if pieces and pieces[-1][1] + width <= limit:
            pieces[-1] = (pieces[-1][0] + part, pieces[-1][1] + width)
        else:
            pieces.append((part, width))
    return pieces


def _split_lines(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """The lines of a text as they were typed, without their line ends; indents become fixed spaces."""
    if not spans:
        return
    line: list[Span] = []
    for span in spans:
        first, *more = span.text.split("\n")
        line.append(span._replace(text=first))
        for text in more:
            yield _indented(line)
            line = [span._replace(text=text)]
    yield _indented(line)


def _indented(line: list[Span]) -> list[Span]:
    text = line[0].text
    bare = text.lstrip(" ")
    indent = len(text) - len(bare)
    if indent > 1 and bare:
        line[0] = line[0]._replace(text="\xa0" * min(indent, _DEEPEST_INDENT) + bare)
    return [span for span in line if span.text]
