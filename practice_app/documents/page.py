"""One look for every PDF of the application: an A4 document of headings, text, lists, facts and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

from practice_app.documents import attached, bookmarks, contents, fonts, metadata, structure, tables
from practice_app.documents.blocks import (
    Heading,
    Lines,
    Page,
    Piece,
    RuleSlice,
    Running,
    Slice,
    Stack,
)
from practice_app.documents.canvas import Artifact, TaggedCanvas
from practice_app.documents.furniture import Furniture
from practice_app.documents.look import HEIGHT, STANDARD, WIDTH, Look
from practice_app.documents.objects import Objects
from practice_app.documents.parties import Fact
from practice_app.documents.structure import Element
from practice_app.documents.tables import Value
from practice_app.documents.typesetting import Line, Span, Style, Text, Typesetter, followed
from practice_app.errors import Defect
from practice_app.progress import Progress

if TYPE_CHECKING:
    import pikepdf

_BULLET_INDENT, _BULLET_ROOM = 0.4, 1.8  # of the size of type
_RULE_ROOM = 6.0
_TALLEST_HEADING = 8
_SHORT_LIST = 12
_LONGEST_TITLE = 160
_PARAGRAPH_END = re.compile(r"\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished document; `missing` are the characters no font could show (printed as [U+xxxx])."""

    pdf: bytes
    pages: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Contents:
    """Where the contents go: on the page that was being filled, the `at`-th, counted from 0."""

    stack: Stack
    at: int
    element: Element


class Document:
    """A document being written from top to bottom; every value given to it is shown as plain text.

    The methods add to the end. Nothing in a value is read as markup, a link or a file name; links are made
    with Span only. A page is drawn as soon as it is full and what was on it forgotten, so that a record of
    thousands of pages needs little memory.
    """

    def __init__(
        self,
        title: str,
        author: str,
        *,
        identifiers: Sequence[Fact] = (),
        footer: str = "",
        stamp: str = "",
        look: Look = STANDARD,
    ) -> None:
        """`title` and `author` go into the metadata, so they may not name the person.

        `identifiers` run along the top of every page; `stamp` is printed on every page in a bar of its own
        and read aloud once, before everything else.
        """
        self.look = look
        self._setter = Typesetter()
        self._title = _on_one_line(self._setter.repertoire.clean(title))
        self._author = _on_one_line(self._setter.repertoire.clean(author))
        self._furniture = Furniture(
            self._setter, look, title=title, identifiers=identifiers, footer=footer, stamp=stamp
        )
        self._root = Element("Document")
        self._spoken_stamp = Element("P", self._root) if stamp else None
        self._here = self._root
        self._left = look.margin
        self._canvas = TaggedCanvas()
        self._order: list[int] = []
        self._stack = Stack(self.look.height, self._draw)
        self._running = Running()
        self._headings: list[contents.Entry] = []
        self._contents: _Contents | None = None
        self._break_pending = False
        self._pending_space = 0.0
        self._level = 0
        self._places = 0

    @property
    def missing(self) -> tuple[str, ...]:
        """The characters of everything added so far that no font can show."""
        return self._setter.repertoire.missing

    @property
    def _width(self) -> float:
        return WIDTH - self.look.margin - self._left

    @contextmanager
    def indented(self, by: float) -> Iterator[None]:
        """What is added inside stands `by` points further right, where the look has a column for that."""
        by = by if self.look.has_side_column else 0.0
        self._left += by
        try:
            yield
        finally:
            self._left -= by
            self._running = replace(self._running, entry="")

    def new_page(self) -> None:
        """Begin a page before what is added next."""
        self._break_pending = True

    def space(self, points: float) -> None:
        """Leave some room above what is added next, except at the top of a page."""
        self._add(Slice(height=0.0, before=points, keep=True))

    def rule(self) -> None:
        """Draw a line across the column, for the eye only."""
        self._add(RuleSlice(height=_RULE_ROOM, keep=True, x=self._left, width=self._width))

    def heading(self, text: str, level: int = 1, *, aside: str = "", listed: bool = True) -> str:
        """Add a heading of level 1 to 4 with its bookmark; returns the key that "#key" links lead to.

        `aside` is a short text in the margin made by `indented`, read before the heading's own text.
        Levels 1, 2 and 4 are in the contents unless `listed` is off: entries (3) are too many, but what is
        attached to them (4) is looked for. Level 1 begins a section; a level that is
        left out raises Defect.
        """
        if level > self._level + 1:
            raise Defect(f"a heading of level {level} under one of level {self._level}")
        if aside and not self.look.has_side_column:
            text, aside = f"{aside}\n{text}", ""
        self._level = level
        if level == 1:
            self._here = Element("Sect", self._root)
        self._places += 1
        key = f"h{self._places}"
        style = self.look.headings[level - 1]
        element = Element(f"H{level}", self._here)
        before, after = self.look.heading_space[level - 1]
        title = _on_one_line(self._setter.repertoire.clean(f"{aside} {text}"))
        if not title:
            title = text = "Untitled"
        if listed and level in contents.DEPTHS:
            self._headings.append(contents.Entry(title, level, key))
        beside = followed(self._lines(aside, style, width=self._left - self.look.margin - 6)) if aside else []
        if len(beside) > _TALLEST_HEADING:
            text, beside = f"{aside} {text}", []
        self._run_on(level, title, " ".join(aside.split()) if beside else "")
        pieces = [
            Piece(element, left, line, style, number * style.leading)
            for left, lines in ((self.look.margin, beside), (self._left, self._lines(text, style)))
            for number, line in enumerate(lines)
        ]
        whole = [piece for piece in pieces if piece.down < _TALLEST_HEADING * style.leading]
        self._add(
            Heading(
                height=max([piece.down for piece in whole], default=0.0) + style.leading + after,
                before=before,
                keep=True,
                pieces=tuple(whole),
                key=key,
                title=title,
                depth=level - 1,
            )
        )
        for piece in pieces:
            if piece not in whole:
                self._add(Lines(height=style.leading, pieces=(replace(piece, down=0.0),)))
        return key

    def _run_on(self, level: int, title: str, aside: str) -> None:
        """From here on pages begin in another section, or inside another entry."""
        if level == 1:
            self._running = Running(title, title)
        elif level == 2:
            self._running = replace(self._running, section=f"{self._running.chapter}: {title}", entry="")
        elif level == 3:
            self._running = replace(self._running, entry=aside)

    def text(self, value: str, style: Style | None = None, *, keep: bool = False) -> None:
        """Add text as it was typed: blank lines part paragraphs, other line ends stay."""
        cleaned = self._setter.repertoire.clean(value)
        for paragraph in _PARAGRAPH_END.split(cleaned):
            self.paragraph(paragraph, style, keep=keep)

    def paragraph(self, text: Text, style: Style | None = None, *, keep: bool = False) -> None:
        """Add one paragraph, of plain text or of spans with emphasis and links; `keep` with what follows."""
        style = style or self.look.body
        lines = self._lines(text, style)
        if lines:
            element = Element("P", self._here)
            rows = [(_running(element, self._left, self._width, line, style),) for line in lines]
            self._add_lines(rows, style, keep=keep)

    def bullets(self, items: Sequence[Text], style: Style | None = None) -> None:
        """Add a bulleted list."""
        self._list(items, ["•"] * len(items), "Disc", style)

    def numbered(self, items: Sequence[Text], style: Style | None = None, *, keep: bool = False) -> None:
        """Add a list numbered from 1; its last item stays with what follows if `keep`."""
        self._list(items, [f"{n}." for n in range(1, len(items) + 1)], "Decimal", style, keep=keep)

    def facts(
        self,
        facts: Sequence[Fact],
        style: Style | None = None,
        *,
        label_width: float = 0.0,
        keep: bool = False,
    ) -> None:
        """Add labels with their values beside them; an empty value is shown as "Not recorded".

        A short list stays on one page, and with what follows if `keep`.
        """
        if not facts:
            return
        style = style or self.look.body
        label_style = replace(style, colour=self.look.small.colour)
        widest = max(self._setter.width(label, label_style) for label, _ in facts)
        beside = label_width if self.look.has_side_column else 0.0
        column = beside or min(widest + 12, self._width * 0.4)
        parent = Element("L", self._here, numbering="None")
        rows: list[tuple[Piece, ...]] = []
        for label, value in facts:
            item = Element("LI", parent)
            marker, body = Element("Lbl", item), Element("LBody", item)
            labels = [
                Piece(marker, self._left, line, label_style)
                for line in followed(self._lines(label, label_style, width=column - 8))
            ]
            values = [
                Piece(body, self._left + column, line, style)
                for line in self._lines(value.strip() or "Not recorded", style, width=self._width - column)
            ]
            rows += [(*labels[n : n + 1], *values[n : n + 1]) for n in range(max(len(labels), len(values)))]
        is_short = len(rows) <= _SHORT_LIST
        for number, pieces in enumerate(rows, start=1):
            together = keep if number == len(rows) else is_short
            self._add(Lines(height=style.leading + 1, keep=together, pieces=pieces))
        self._pad(self.look.paragraph_space)

    def table(
        self,
        head: Sequence[Value],
        rows: Iterable[Sequence[Value]],
        shares: Sequence[float],
        style: Style | None = None,
        *,
        over: Sequence[Value] = (),
        numbers: Sequence[int] = (),
    ) -> None:
        """Add a table under header cells, which come again on every page it covers.

        `shares` are the columns' parts of the width, and `numbers` the columns (from 0) whose cells stand on
        the right. The first cell of each row is a header of its row. `over` is a row of headers above
        `head`, whose cells are then those that none of `over` reaches into; see tables.Cell. Raises Defect
        when the cells of a row do not fill it.
        """
        style = style or self.look.body
        if min(shares) / sum(shares) * self._width < self.look.narrowest * style.size:
            self._stacked(
                tables.unfolded((over, head), len(shares)), tables.unfolded(rows, len(shares)), style
            )
            return
        element = Element("Table", self._here)
        table = tables.Table(self._setter, element, self._left, self._width, shares, style, numbers)
        for row in table.rows(over, head, rows):
            self._add(row)
        self._pad(self.look.paragraph_space)

    def _stacked(self, heads: Iterable[Sequence[str]], rows: Iterable[Sequence[str]], style: Style) -> None:
        """A table whose columns would be too narrow: each row's first cell, and under it the others."""
        labels = [" ".join(dict.fromkeys(filter(None, texts))) for texts in zip(*heads, strict=True)]
        for first, *others in rows:
            self.paragraph(first, replace(style, bold=True), keep=True)
            self._pending_space /= 3
            self.facts(
                [(label, other or "–") for label, other in zip(labels[1:], others, strict=False)], style
            )

    def attachment_pages(self, file: attached.File, what: str) -> None:
        """Add the pages of a file, each on a page of its own; `what` as in "Page 1 of 2 of …"."""
        for sheet in attached.slices(self._setter, self.look, self._here, file, what):
            self._add(sheet)
            self._break_pending = True

    def contents(self) -> None:
        """Put the table of contents here: all listed headings that precede or follow.

        What is added next begins on a new page, for the length of the contents is not known before the end.
        """
        if self._contents is not None:
            raise Defect("a document with two tables of contents")
        self._contents = _Contents(self._stack, len(self._order), Element("TOC", self._here))
        self._stack = Stack(self.look.height, self._draw)
        self._pending_space = 0.0

    def finish(self, progress: Progress | None = None) -> Rendered:
        """Draw what is left, number the pages and close the file."""
        progress = progress or Progress()
        self._stack.end()
        if self._contents is not None:
            self._insert_contents(self._contents)
        if not self._order:
            self._draw(Page())
        for number, page in enumerate(self._order, start=1):
            progress(number - 1, len(self._order), "Writing pages")
            with self._canvas.page_again(page):
                self._furniture.draw_number(self._canvas, number, len(self._order))
        return Rendered(self._written(), len(self._order), self.missing)

    def _insert_contents(self, where: _Contents) -> None:
        """Lay out the contents, and draw their pages where they were asked for."""
        self._contents = None
        pages: list[Page] = []
        numbers: dict[str, Line] = {}
        where.stack.full = pages.append
        for line in contents.lines(self._setter, self.look, where.element, self._headings, numbers):
            where.stack.add(line)
        where.stack.end()
        follow = self._order[where.at :]
        del self._order[where.at :]
        at = {page: number for number, page in enumerate(self._order, start=1)}
        at |= {page: number for number, page in enumerate(follow, start=where.at + len(pages) + 1)}
        for key, place in self._canvas.places.items():
            numbers[key] = self._number(at[place.page])
        for number, page in enumerate(pages, start=where.at + 1):
            for piece, _ in page.placed:
                if isinstance(piece, Heading):
                    numbers[piece.key] = self._number(number)
        for page in pages:
            self._draw(page)
        self._order += follow

    def _number(self, number: int) -> Line:
        return Line(str(number), self._setter.width(str(number), self.look.body))

    def _draw(self, page: Page) -> None:
        is_first = not self._order and self._contents is None
        with self._canvas.new_page() as number:
            section = page.placed[0][0].running.section if page.placed else ""
            self._furniture.draw(self._canvas, section, self._spoken_stamp if is_first else None)
            top = HEIGHT - self.look.top
            self._draw_continued(page)
            for row in page.repeat:
                row.draw_again(self._canvas, top)
                top -= row.height
            for piece, down in page.placed:
                piece.draw(self._canvas, HEIGHT - self.look.top - down)
        self._order.append(number)

    def _draw_continued(self, page: Page) -> None:
        """In the margin of a page that begins inside an entry, say which."""
        first = page.placed[0][0] if page.placed else None
        if type(first) is Lines and first.running.entry:
            top = HEIGHT - self.look.top
            for text in (first.running.entry, "continued"):
                for line in self._setter.lines(text, self.look.small, WIDTH):
                    Piece(Artifact.LAYOUT, self.look.margin, line, self.look.small).draw(self._canvas, top)
                top -= self.look.small.leading

    def _written(self) -> bytes:
        """The file: pages, fonts and what the catalogue says, and behind them structure and bookmarks."""
        import pikepdf

        canvas, tree = self._canvas, self._root.tree
        file = BytesIO()
        with ExitStack() as held, pikepdf.open(canvas.fonts()) as pdf:
            fonts.mend_unicode_maps(pdf)
            pages = _add_pages(pdf, canvas, self._order)
            structure.prepare(pdf, tree, pages, canvas.places)
            if canvas.bookmarks:
                pdf.Root.Outlines = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Outlines))
            metadata.write(pdf, self._title, self._author)
            if not attached.put_in(pdf, pages, canvas.forms, held):
                metadata.drop_archive_claim(pdf)
            pdf.save(file, object_stream_mode=pikepdf.ObjectStreamMode.generate, min_version="1.7")
        with pikepdf.open(file) as pdf:
            objects = Objects(pdf)
            numbers = [0] * len(pages)
            for page, written in zip(self._order, pdf.pages, strict=True):
                numbers[page] = written.obj.objgen[0]
            structure.write(objects, pdf, tree, canvas.marks, numbers)
            bookmarks.write(objects, pdf, self._bookmarks(), numbers)
            objects.append_to(file)
        return file.getvalue()

    def _bookmarks(self) -> list[bookmarks.Bookmark]:
        """The canvas has those of the contents' pages last."""
        at = {page: number for number, page in enumerate(self._order)}
        return sorted(self._canvas.bookmarks, key=lambda bookmark: at[bookmark.place.page])

    def _list(
        self,
        items: Sequence[Text],
        marks: Sequence[str],
        numbering: str,
        style: Style | None,
        *,
        keep: bool = False,
    ) -> None:
        style = style or self.look.body
        room = _BULLET_ROOM * style.size
        parent = Element("L", self._here, numbering=numbering)
        for number, (item, mark) in enumerate(zip(items, marks, strict=True), start=1):
            entry = Element("LI", parent)
            label, body = Element("Lbl", entry), Element("LBody", entry)
            (marker,) = followed(self._lines(mark, style))
            width = self._width - room
            lines = self._lines(item, style, width=width)
            left, at = self._left + room, self._left + _BULLET_INDENT * style.size
            if lines and lines[0].leftwards:  # its beginning is on the right, and so is its mark
                left, at = self._left, 2 * self._left + self._width - at - marker.width
            rows = [(_running(body, left, width, line, style),) for line in lines]
            bullet = Piece(label, at, marker, style)
            self._add_lines(
                [(bullet, *rows[0]) if rows else (bullet,), *rows[1:]],
                style,
                keep=keep and number == len(items),
                after=self.look.paragraph_space / 3,
            )
        self._pad(self.look.paragraph_space)

    def _lines(self, text: Text, style: Style, width: float | None = None) -> list[Line]:
        return self._setter.lines(text, style, self._width if width is None else width)

    def _add_lines(
        self,
        rows: Sequence[tuple[Piece, ...]],
        style: Style,
        *,
        keep: bool = False,
        after: float | None = None,
    ) -> None:
        """Add rows of one paragraph, of which neither the first nor the last stands alone on a page."""
        last = len(rows) - 1
        for number, pieces in enumerate(rows):
            together = keep if number == last else number in (0, last - 1)
            self._add(Lines(height=style.leading, keep=together, pieces=pieces))
        self._pad(self.look.paragraph_space if after is None else after)

    def _pad(self, points: float) -> None:
        """Leave room under the last slice, unless a page ends there."""
        self._pending_space = max(self._pending_space, points)

    def _add(self, piece: Slice) -> None:
        piece.before = max(piece.before, self._pending_space)
        self._pending_space = 0.0
        piece.new_page = piece.new_page or self._break_pending
        self._break_pending = False
        piece.running = self._running
        self._stack.add(piece)


def _add_pages(pdf: pikepdf.Pdf, canvas: TaggedCanvas, order: Sequence[int]) -> list[pikepdf.Object]:
    """Put the drawn pages in place of the one that brought the fonts; returns them as they were begun."""
    from pikepdf import Dictionary, Name, Page, Stream

    shared = pdf.make_indirect(pdf.pages[0].obj.Resources.Font)
    del pdf.pages[0]
    pages: dict[int, pikepdf.Object] = {}
    for page in order:
        contents = Stream(pdf, canvas.closed(page), Filter=Name.FlateDecode)
        pages[page] = pdf.make_indirect(
            Dictionary(
                Type=Name.Page,
                MediaBox=[0, 0, WIDTH, HEIGHT],
                Resources=Dictionary(Font=shared),
                Contents=contents,
            )
        )
        pdf.pages.append(Page(pages[page]))
    return [pages[number] for number in range(len(pages))]


def linked(address: str) -> Span:
    """A web or mail address as a link; what is neither stays text, so that no value can point elsewhere."""
    text = address.strip()
    if re.fullmatch(r"https?://[!-~]+", text):
        return Span(text, link=text)
    if re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", text, re.ASCII):
        return Span(text, link=f"mailto:{text}")
    return Span(text)


def _running(element: Element, left: float, width: float, line: Line, style: Style) -> Piece:
    """A line of running text, on the side of the column where its language begins."""
    return Piece(element, left + width - line.width if line.leftwards else left, line, style)


def _on_one_line(text: str) -> str:
    """A title as contents and bookmarks take it: one line, its end cut off when it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"
