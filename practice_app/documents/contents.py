"""The table of contents: a linked line with a page number for every listed heading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from practice_app.documents.blocks import ContentsLine, Lines, Piece, Slice
from practice_app.documents.look import WIDTH, Look
from practice_app.documents.structure import Element
from practice_app.documents.typesetting import Line, Span, Style, Typesetter, followed

_INDENT, _NUMBER_ROOM = 1.4, 4.0  # of the size of type
DEPTHS = {1: 0, 2: 1, 4: 2}
"""The levels of headings in the contents, and how deep they stand there."""
_GROUP_SPACE = 8.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A heading and the key of its place in the document."""

    title: str
    level: int
    key: str


def lines(
    setter: Typesetter, look: Look, parent: Element, entries: Sequence[Entry], numbers: dict[str, Line]
) -> list[Slice]:
    """The lines for all headings but those of level 3, tagged as nested tables of contents under `parent`.

    `numbers` holds the page number of each key when the lines are drawn.
    """
    slices: list[Slice] = []
    inner: Element | None = None
    innermost: Element | None = None
    for entry in entries:
        if entry.level == 1:
            inner = innermost = None
            slices += _entry_lines(setter, look, entry, parent, look.strong, numbers)
        elif entry.level == 2:
            inner, innermost = inner or Element("TOC", parent), None
            slices += _entry_lines(setter, look, entry, inner, look.body, numbers)
        elif entry.level == 4:
            innermost = innermost or Element("TOC", inner or parent)
            slices += _entry_lines(setter, look, entry, innermost, look.body, numbers)
    return slices


def _entry_lines(
    setter: Typesetter, look: Look, entry: Entry, parent: Element, style: Style, numbers: dict[str, Line]
) -> Iterator[Slice]:
    """The lines of one entry; the last one carries the leader and the page number."""
    element = Element("Reference", Element("TOCI", parent))
    left = look.margin + _INDENT * style.size * DEPTHS[entry.level]
    right = WIDTH - look.margin
    before = _GROUP_SPACE if entry.level == 1 else 0.0
    title = Span(entry.title, link=f"#{entry.key}")
    *upper, last = followed(setter.lines([title], style, right - left - _NUMBER_ROOM * style.size))
    for line in upper:
        piece = Piece(element, left, line, style)
        yield Lines(height=style.leading, before=before, keep=True, pieces=(piece,))
        before = 0.0
    yield ContentsLine(
        height=style.leading + 2,
        before=before,
        pieces=(Piece(element, left, last, style),),
        key=entry.key,
        number_right=right,
        number_style=style,
        leader_from=left + last.width + 4,
        owner=element,
        numbers=numbers,
    )
