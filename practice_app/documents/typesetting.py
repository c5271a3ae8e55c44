"""Words into lines: measuring, breaking and ordering text of any script for a column of a given width."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from practice_app.documents import bidi
from practice_app.documents.composites import Part
from practice_app.documents.families import families_of, graphemes, regions
from practice_app.documents.fonts import CHINESE, EMOJI, MAIN, UNSHAPED, Face, Weight, coverage, face
from practice_app.documents.repertoire import Repertoire

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""

_AS_UNSHAPED = {"kern": False, "liga": False}  # so that a word with marks measures like one without
_DEEPEST_INDENT = 12
_ENDLESS = 1e6
_REMEMBERED = 20_000  # words; more would grow with the record


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


class Run(NamedTuple):
    """Neighbouring characters set alike; `codes` is None where each character is its own glyph."""

    text: str
    face: Face
    width: float
    """In thousandths of the size."""
    codes: str | None = None
    """From left to right, a character for each cluster of a shaped run (see Face.code)."""
    level: int = 0
    link: str = ""
    x: float = 0.0
    """In thousandths of the size from the start of the line."""


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
    """Sets text for one document; the measurements of some ten thousand words are remembered."""

    def __init__(self) -> None:
        self.repertoire = Repertoire()
        self._widths: dict[Weight, dict[str, float]] = {weight: {} for weight in Weight}
        self._shaped: dict[tuple[str, str, Weight, bool], Run] = {}
        self._region = CHINESE

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

    def unbroken(self, text: str, style: Style) -> list[Line]:
        """As `lines` for a column without an end; quicker for the thousands of lines of a scan."""
        cleaned = self.repertoire.clean(text)
        words = cleaned.split(" ")
        if not all(words) or "\n" in cleaned or not self.repertoire.is_plain(cleaned):
            return self.lines(text, style, _ENDLESS)
        known, typeface = self._widths[style.weight], face(MAIN, style.weight)
        width = (len(words) - 1) * typeface.width(" ")
        for word in words:
            wide = known.get(word)
            if wide is None:
                wide = known[word] = typeface.width(word)
            width += wide
        return [Line(cleaned, width * style.size / 1000)]

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
                if len(widths) == _REMEMBERED:
                    widths.clear()
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

    def region(self, text: str) -> str:
        """The East Asian family for a text; one that may be of several regions is like those before it."""
        likely = regions(text)
        if likely and (len(likely) == 1 or self._region not in likely):
            self._region = likely[0]
        return self._region

    def run(self, text: str, family: str, weight: Weight, leftwards: bool) -> Run:
        """Text of one family and direction, shaped by HarfBuzz."""
        key = (text, family, weight, leftwards)
        run = self._shaped.get(key)
        if run is None:
            if len(self._shaped) == _REMEMBERED:
                self._shaped.clear()
            run = self._shaped[key] = _shape(text, face(family, weight), leftwards)
        return run


def followed(lines: list[Line]) -> list[Line]:
    """The lines with a space at the end, because the next words belong to another piece of text."""
    if not lines or lines[-1].runs is not None:  # a line of several runs ends with its space already
        return lines
    return [*lines[:-1], replace(lines[-1], text=lines[-1].text.removesuffix(" ") + " ")]


class _Word(NamedTuple):
    """A word of a paragraph, or a piece of one too long for a line."""

    end: int
    runs: list[Run]
    space: Run | None
    """What follows it on the same line; nothing where the next word continues it."""

    @property
    def width(self) -> float:
        return sum([run.width for run in self.runs])


class _Paragraph:
    """One paragraph of mixed text being broken: several faces, shaping, links, both directions."""

    def __init__(self, setter: Typesetter, spans: Sequence[Span], style: Style, limit: float) -> None:
        self._setter = setter
        self._joining = setter.repertoire.joining
        self._scale = style.size / 1000
        self._limit = limit
        self._text = "".join([span.text for span in spans])
        self._weights = [Weight.BOLD if span.bold else style.weight for span in spans for _ in span.text]
        self._links = [span.link for span in spans for _ in span.text]
        self._base = bidi.base_level(self._text)
        mixed = self._base or any(map(bidi.is_right_to_left, self._text))
        self._levels = bidi.levels(self._text, self._base) if mixed else [0] * len(self._text)
        self._families = list(families_of(self._text, setter.region(self._text)))

    def lines(self) -> Iterator[Line]:
        line: list[_Word] = []
        used = gap = 0.0
        for word in self._words():
            if line and used + gap + word.width > self._limit:
                yield self._line(line)
                line, used, gap = [], 0.0, 0.0
            line.append(word)
            used += gap + word.width
            gap = word.space.width if word.space else 0.0
        if line:
            yield self._line(line)

    def _words(self) -> Iterator[_Word]:
        """What lines may be broken between: words, or less where a script writes without spaces (UAX #14)."""
        from icu4py.breakers import LineBreaker

        after = 0
        for segment in LineBreaker(self._text, "en"):
            word = segment.rstrip(" ")
            start, end = after, after + len(word)
            after += len(segment)
            if word:
                continued = len(word) == len(segment) and after < len(self._text)
                yield from self._fitting(start, end, continued)

    def _fitting(self, start: int, end: int, continued: bool) -> Iterator[_Word]:
        """The word, in pieces when it is wider than a line."""
        word = _Word(end, self._runs(start, end), None if continued else self._space(end))
        if word.width <= self._limit:
            yield word
            return
        sizes = []
        at = start
        for part in graphemes(self._text[start:end]):
            sizes.append((part, sum(run.width for run in self._runs(at, at + len(part)))))
            at += len(part)
        for part, _ in _cut(sizes, self._limit):
            piece_end = start + len(part)
            yield _Word(piece_end, self._runs(start, piece_end), word.space if piece_end == end else None)
            start = piece_end

    def _line(self, words: Sequence[_Word]) -> Line:
        """Put the words side by side in the order they are seen, and keep them in the order they are read."""
        runs: list[Run] = []
        for word in words[:-1]:
            runs += word.runs
            if word.space:
                runs.append(word.space)
        last = words[-1]
        runs += last.runs
        # The space that parts this line from the next is at its end, which is on the left in Hebrew.
        beyond = 0.0
        if last.space:
            runs.append(self._space(last.end, ends_line=True))
            beyond = runs[-1].width
        runs = list(_joined(runs))
        at = -beyond if self._base else 0.0
        for i in bidi.visual_order([run.level for run in runs]):
            runs[i] = runs[i]._replace(x=at)
            at += runs[i].width
        width = at if self._base else at - beyond
        text = "".join([run.text for run in runs])
        return Line(text, width * self._scale, bool(self._base), tuple(runs))

    def _space(self, at: int, *, ends_line: bool = False) -> Run:
        """The space after a word, set like the word unless it lies between two directions.

        At the end of a line it has the direction of the paragraph (rule L1).
        """
        inside = at < len(self._text)
        level = self._base if ends_line or not inside else self._levels[at]
        family = self._families[at - 1]
        if level != self._levels[at - 1] or family == EMOJI or ord(" ") not in coverage(family):
            family = MAIN  # also after emoji, whose font has a space as wide as they are
        weight = self._weights[at if inside else at - 1]
        return self._run_of(" ", family, weight, self._links[at] if inside else "", level)

    def _runs(self, start: int, end: int) -> list[Run]:
        """The stretches of one word that are set in one face and direction."""
        looks = zip(
            self._families[start:end],
            self._weights[start:end],
            self._links[start:end],
            self._levels[start:end],
            strict=True,
        )
        runs = []
        at = start
        for (family, weight, link, level), same in groupby(looks):
            until = at + len(list(same))
            text = self._text[at:until]
            runs.append(self._run_of(text, family, weight, link, level))
            at = until
        return runs

    def _run_of(self, text: str, family: str, weight: Weight, link: str, level: int) -> Run:
        turned = level % 2 and text != " "
        if turned or family not in UNSHAPED or not self._joining.isdisjoint(text):
            run = self._setter.run(text, family, weight, bool(level % 2))
            return run._replace(level=level, link=link) if level or link else run
        typeface = face(family, weight)
        return Run(text, typeface, typeface.width(text), level=level, link=link)


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs of a line, neighbours that look alike as one."""
    for (typeface, level, link, plain), alike in groupby(runs, key=_look):
        first, *more = alike
        if not more:
            yield first
            continue
        together = [first, *more]
        codes = None if plain else "".join([run.codes or "" for run in together[:: -1 if level % 2 else 1]])
        width = sum([run.width for run in together])
        yield Run("".join([run.text for run in together]), typeface, width, codes, level, link)


def _look(run: Run) -> tuple[Face, int, str, bool]:
    return run.face, run.level, run.link, run.codes is None


def _shape(text: str, typeface: Face, leftwards: bool) -> Run:
    import uharfbuzz

    levels = uharfbuzz.BufferClusterLevel
    buffer = uharfbuzz.Buffer()
    buffer.add_codepoints([ord(char) for char in text])
    # Marks of right-to-left letters stay apart: readers turn the codes of such a run round, one by one.
    buffer.cluster_level = levels.MONOTONE_CHARACTERS if leftwards else levels.MONOTONE_GRAPHEMES
    buffer.guess_segment_properties()
    buffer.language = "en"  # or else the computer's own, and pages would differ from one to the next
    buffer.direction = "rtl" if leftwards else "ltr"
    uharfbuzz.shape(typeface.shaper, buffer, _AS_UNSHAPED if typeface.family in UNSHAPED else {})
    placed = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _ in placed})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    codes = ""
    width = 0
    for start, cluster in groupby(placed, key=lambda glyph: glyph[0].cluster):
        parts = []
        advance = 0
        for info, position in cluster:
            parts.append(Part(info.codepoint, advance + position.x_offset, position.y_offset))
            advance += position.x_advance
        codes += typeface.code(tuple(parts), advance, text[start : ends[start]])
        width += advance
    return Run(text, typeface, width * 1000 / typeface.unit, codes)


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
