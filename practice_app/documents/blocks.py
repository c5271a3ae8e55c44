"""What fills the pages: slices of lines and table rows, none of which may be torn, and how they stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from practice_app.documents.canvas import Artifact, Owner, TaggedCanvas
from practice_app.documents.look import RULE

if TYPE_CHECKING:
    from practice_app.documents.structure import Element
    from practice_app.documents.typesetting import Colour, Line, Style


_LINE = 0.6
_CENTRE = 0.355  # half the height of capital letters, in sizes: it centres them in their line


@dataclass(frozen=True, slots=True)
class Running:
    """Where in the document a slice stands, for a page that begins with it."""

    chapter: str = ""
    """The last heading of level 1."""
    section: str = ""
    """That, and the one of level 2."""
    entry: str = ""
    """What stands beside the entry it belongs to, when it is not the entry's beginning."""


_NOWHERE = Running()


@dataclass(slots=True, kw_only=True)
class Slice:
    """A strip of the column that stays whole; heights in points."""

    height: float
    before: float = 0.0
    """Space above, left out at the top of a page."""
    keep: bool = False
    """Stays on the page of the next slice."""
    new_page: bool = False
    repeat: tuple[TableRow, ...] = ()
    """A table's header rows, drawn once more when this slice begins a page."""
    running: Running = _NOWHERE

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        """Draw it with its upper edge at `top`."""


@dataclass(slots=True)
class Piece:
    """A line at its place across the page."""

    owner: Owner
    x: float
    line: Line
    style: Style
    down: float = 0.0
    """Points below the upper edge of its slice."""

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        baseline = top - self.down - self.style.leading / 2 - self.style.size * _CENTRE
        canvas.line(self.owner, self.x, baseline, self.line, self.style)


@dataclass(slots=True, kw_only=True)
class Lines(Slice):
    """Pieces of text side by side: a line, a bullet and its line, a label and its value."""

    pieces: tuple[Piece, ...]

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        for piece in self.pieces:
            piece.draw(canvas, top)


@dataclass(slots=True, kw_only=True)
class RuleSlice(Slice):
    """A line across the column."""

    x: float
    width: float

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        canvas.rule(self.x, top, self.width, 0.9, RULE)


@dataclass(slots=True, kw_only=True)
class Heading(Lines):
    """The first line of a heading: a place that contents, links and bookmarks lead to."""

    key: str
    title: str
    depth: int
    """Of its bookmark, from 0."""

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        canvas.place(self.key, top + self.before / 2)
        canvas.bookmark(self.key, self.title, self.depth)
        Lines.draw(self, canvas, top)


@dataclass(slots=True, kw_only=True)
class ContentsLine(Lines):
    """A line of the contents; the page number is known only when pages are drawn."""

    key: str
    number_right: float
    number_style: Style
    leader_from: float
    owner: Owner
    numbers: dict[str, Line]

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        Lines.draw(self, canvas, top)
        number = self.numbers[self.key]
        left = self.number_right - number.width
        Piece(self.owner, left, number, self.number_style).draw(canvas, top)
        if self.leader_from < left - 6:
            baseline = top - self.number_style.leading / 2 - self.number_style.size * _CENTRE
            canvas.rule(self.leader_from, baseline, left - 4 - self.leader_from, 0.7, RULE, dash="0 3")


@dataclass(slots=True)
class CellPart:
    """The lines of one cell in one slice of its row, from `x`, or ending at `end` where one is given."""

    element: Element
    x: float
    lines: Sequence[Line]
    style: Style
    end: float | None = None


@dataclass(slots=True, kw_only=True)
class TableRow(Slice):
    """A row of a table, or a part of one too tall to stay whole."""

    cells: tuple[CellPart, ...]
    x: float
    width: float
    padding: float
    shade: Colour | None = None
    rules: tuple[tuple[float, float], ...] = ()
    """From where to where a line closes the cells that end here."""

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        self._draw(canvas, top, repeated=False)

    def draw_again(self, canvas: TaggedCanvas, top: float) -> None:
        """Draw a header row once more: for the eye only, the structure has it already."""
        self._draw(canvas, top, repeated=True)

    def _draw(self, canvas: TaggedCanvas, top: float, *, repeated: bool) -> None:
        if self.shade is not None:
            canvas.box(self.x, top - self.height, self.width, self.height, self.shade)
        for left, right in self.rules:  # inside the row, lest the shade of the next one cover it
            canvas.rule(left, top - self.height + _LINE / 2, right - left, _LINE, RULE)
        for cell in self.cells:
            owner = Artifact.LAYOUT if repeated else cell.element
            for number, line in enumerate(cell.lines):
                at = top - self.padding - number * cell.style.leading
                x = cell.x if cell.end is None else cell.end - line.width
                Piece(owner, x, line, cell.style).draw(canvas, at)


@dataclass(slots=True)
class Page:
    """Slices with their upper edges, in points below the top of the column."""

    placed: list[tuple[Slice, float]] = field(default_factory=list)
    repeat: tuple[TableRow, ...] = ()
    used: float = 0.0


class Stack:
    """Fills pages from the top, and hands on each as soon as it is full."""

    def __init__(self, height: float, full: Callable[[Page], None]) -> None:
        """`height` is that of the column, in points."""
        self._height = height
        self.full = full
        self._page = Page()
        self._together: list[Slice] = []
        self._is_torn = False

    def add(self, piece: Slice) -> None:
        """Put a slice under the last one; it may wait for those it stays together with."""
        if piece.new_page:
            self._place_together()
            self._turn()
        self._together.append(piece)
        if not piece.keep:
            self._place_together()
        elif self._needed > self._height:  # what no page can hold is torn, and need not be kept waiting
            self._place_together()
            self._is_torn = True

    def end(self) -> None:
        """Hand on the last page."""
        self._place_together()
        self._turn()

    @property
    def _needed(self) -> float:
        return sum([piece.height + piece.before for piece in self._together])

    def _place_together(self) -> None:
        if not self._is_torn and self._page.used + self._needed > self._height:
            self._turn()
        self._is_torn = False
        for piece in self._together:
            self._place(piece)
        self._together = []

    def _place(self, piece: Slice) -> None:
        """Put a slice on the page, or on a new one when its group is taller than any page."""
        if self._page.used + piece.before + piece.height > self._height:
            self._turn()
        page = self._page
        if not page.placed:
            page.repeat = piece.repeat
            page.used = sum([row.height for row in piece.repeat])
        top = page.used + (piece.before if page.placed else 0.0)
        page.placed.append((piece, top))
        page.used = top + piece.height

    def _turn(self) -> None:
        """Begin a page, unless this one is still empty."""
        if self._page.placed:
            page, self._page = self._page, Page()
            self.full(page)
