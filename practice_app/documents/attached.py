"""Pages of other files inside a document: each a tagged picture, with its words for whoever cannot see it.

The page comes as a form XObject inside one Figure. What its words become depends on where they are from, so
that text extraction and a screen reader both get them once:

- Text of the page's own stays in the form, where whoever extracts text finds it. A screen reader gets the
  Figure's Alt in place of what is inside it, and then paragraphs whose ActualText is the words. Nothing but a
  space is drawn for those paragraphs, so that nobody extracts the words a second time.
- Words that a machine read from a picture are nowhere in the form: they are drawn over it, invisibly, each
  line where it is seen, in paragraphs after the Figure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from itertools import groupby
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from unicodedata import category

from practice_app.documents.blocks import Piece, Slice
from practice_app.documents.canvas import FORM_NAME, Artifact, TaggedCanvas
from practice_app.documents.look import HEIGHT, RULE, WHITE, WIDTH, Look
from practice_app.documents.structure import Element, Rectangle
from practice_app.documents.typesetting import Line, Style, Typesetter, followed

if TYPE_CHECKING:
    import pikepdf

_BELOW_CAPTION = 3.0
_FRAME = 0.75
_SIDE = 28.0
"""Free at the left and right: the page of another file brings margins of its own."""

_LOWEST, _HIGHEST, _DESCENT = 0.6, 1.4, 0.2
"""Of a line's height on the paper: its least and its greatest size of type, and how deep its letters go."""

_UNSEEN = Style(8.0, 11.0)
_LARGEST_UNIT = 75_000.0
_LARGEST_SIDE = 1e7
_FAR = 10.0
"""How far beside a sheet, in its sides, words may be: what a file says of places is not always right."""

_DEEPEST_TREE = 50


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on a page; its place is in parts of the upright page's width and height, from above."""

    text: str
    left: float
    top: float
    width: float
    height: float


Paragraph = tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a file, upright; lengths in points. No side is shorter than a point.

    `own` is text that the page has, `read` what a machine read from its pictures and nobody has checked.
    `is_plain` says that it shows nothing but pictures in RGB or grey, which PDF/A allows for sure.
    """

    width: float
    height: float
    own: tuple[Paragraph, ...] = ()
    read: tuple[Paragraph, ...] = ()
    is_plain: bool = False


def packed(sheets: Sequence[Sheet]) -> bytes:
    """Sheets as JSON, for `unpacked`."""
    return json.dumps([_as_list(sheet) for sheet in sheets], separators=(",", ":")).encode()


def _as_list(sheet: Sheet) -> list[object]:
    own, read = (
        [[[words.text, *_place(words)] for words in paragraph] for paragraph in paragraphs]
        for paragraphs in (sheet.own, sheet.read)
    )
    return [round(sheet.width, 3), round(sheet.height, 3), own, read, sheet.is_plain]


def _place(words: Words) -> list[float]:
    return [round(each, 4) for each in (words.left, words.top, words.width, words.height)]


def unpacked(content: bytes) -> tuple[Sheet, ...]:
    """What `packed` packed; raises ValueError for anything else, which a spoilt file could have brought."""
    try:
        return tuple(_from_list(*each) for each in json.loads(content))
    except (TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("these are no sheets") from error


def _from_list(width: float, height: float, own: Any, read: Any, is_plain: bool) -> Sheet:
    if not all(1 <= float(each) <= _LARGEST_SIDE for each in (width, height)):
        raise ValueError("a sheet without a size")
    return Sheet(float(width), float(height), _paragraphs(own), _paragraphs(read), is_plain is True)


def _paragraphs(found: Any) -> tuple[Paragraph, ...]:
    return tuple(tuple(_words(*each) for each in paragraph) for paragraph in found if paragraph)


def _words(text: str, *place: float) -> Words:
    left, top, width, height = (float(each) for each in place)
    if not all(-_FAR <= each <= _FAR for each in (left, top, width, height)):
        raise ValueError("words on no sheet")
    return Words(text.encode("utf-8", "replace").decode(), left, top, width, height)


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """A PDF whose pages go into a document: `read` gets its bytes, which are not kept in between."""

    sheets: tuple[Sheet, ...]
    read: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FilePage:
    """One page of a file, counted from 0, that a form on a page of ours shows."""

    file: File
    number: int


@dataclass(frozen=True, slots=True)
class _Unseen:
    """A line of words at its place on the sheet, in points from its upper left corner."""

    owner: Element
    line: Line
    style: Style
    across: float
    down: float


@dataclass(slots=True, kw_only=True)
class SheetSlice(Slice):
    """A page of another file, fitted between our header and footer, with its words over it."""

    figure: Element
    shows: FilePage
    sheet: Sheet
    scale: float
    caption: Sequence[Line]
    look: Look
    words: Sequence[_Unseen]

    def draw(self, canvas: TaggedCanvas, top: float) -> None:
        for line in self.caption:
            Piece(Artifact.LAYOUT, self.look.margin, line, self.look.small).draw(canvas, top)
        width, height = self.sheet.width * self.scale, self.sheet.height * self.scale
        left, upper = (WIDTH - width) / 2, top - _caption(self.look)
        bottom = upper - height
        canvas.box(left - _FRAME, bottom - _FRAME, width + 2 * _FRAME, height + 2 * _FRAME, RULE)
        canvas.box(left, bottom, width, height, WHITE)
        canvas.form(self.figure, self.shows, left, bottom, self.scale)
        self.figure.lies_at((left, bottom, left + width, upper))
        for each in self.words:
            canvas.unseen(each.owner, left + each.across, upper - each.down, each.line, each.style)


def slices(setter: Typesetter, look: Look, parent: Element, file: File, what: str) -> Iterator[SheetSlice]:
    """A page for each page of a file; `what` it is, as in "Page 1 of 2 of …"."""
    for number, sheet in enumerate(file.sheets):
        name = f"Page {number + 1} of {len(file.sheets)} of {what}"
        alternative = f"{name}. {_said(sheet)}"
        figure = Element("Figure", parent, Alt=setter.repertoire.clean(alternative))
        scale = _scale(sheet, look)
        yield SheetSlice(
            height=look.height,
            look=look,
            new_page=True,
            figure=figure,
            shows=FilePage(file, number),
            sheet=sheet,
            scale=scale,
            caption=setter.lines(name, look.small, look.width)[:1],
            words=tuple(_unseen(setter, parent, sheet, scale)),
        )


def _said(sheet: Sheet) -> str:
    """What whoever cannot see the page is told of its words."""
    if sheet.own and sheet.read:
        return (
            "Its text follows, and after it what a machine read from its pictures; nobody has checked that."
        )
    if sheet.read:
        return "A picture; its text, read by a machine and not checked, follows."
    return "Its text follows." if sheet.own else "A picture, without text that a machine could read."


def _caption(look: Look) -> float:
    return look.small.leading + _BELOW_CAPTION


def _scale(sheet: Sheet, look: Look) -> float:
    """Points of ours for each of the sheet's: it is made smaller to fit, never larger."""
    across, down = WIDTH - 2 * _SIDE, look.height - _caption(look)
    return min(1.0, across / sheet.width, down / sheet.height)


def _unseen(setter: Typesetter, parent: Element, sheet: Sheet, scale: float) -> Iterator[_Unseen]:
    for paragraph in sheet.own:
        element = Element("P", parent, ActualText=_speakable(paragraph))
        yield _placed(element, Line(" ", 1.0), paragraph[0], sheet, scale)
    for paragraph in sheet.read:
        element = Element("P", parent)
        for number, words in enumerate(paragraph, start=1):
            lines = setter.unbroken(words.text, _UNSEEN)
            for line in lines if number == len(paragraph) else followed(lines):
                yield _placed(element, line, words, sheet, scale)


def _speakable(paragraph: Paragraph) -> str:
    """The words of a paragraph without what is no character."""
    text = " ".join(words.text for words in paragraph)
    return " ".join("".join(" " if category(char) in ("Cc", "Cs") else char for char in text).split())


def _placed(owner: Element, line: Line, words: Words, sheet: Sheet, scale: float) -> _Unseen:
    """The line as wide as its words are on the sheet, unless that made it much too high or too low."""
    width, height = words.width * sheet.width * scale, words.height * sheet.height * scale
    fitting = _UNSEEN.size * width / max(line.width, 0.1)
    size = round(max(1.0, min(max(fitting, height * _LOWEST), height * _HIGHEST)), 2)
    down = (words.top * sheet.height + words.height * sheet.height) * scale - _DESCENT * height
    style = Style(size, _UNSEEN.leading)
    return _Unseen(owner, line, style, words.left * sheet.width * scale, down)


class _Desk:
    """Where one file lies open; whoever opens another puts it away."""

    def __init__(self) -> None:
        self._file: File | None = None
        self._content = b""

    def content(self, file: File) -> bytes:
        """The bytes of a file, read again when another was open meanwhile."""
        if self._file is not file:
            self._file, self._content = None, b""
            self._content = file.read()
            self._file = file
        return self._content


class _ReadAgain(RawIOBase):
    """A file as a stream that keeps nothing of it: the PDF library asks for its parts when it writes them."""

    def __init__(self, desk: _Desk, file: File) -> None:
        self._desk = desk
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: len(self._desk.content(self._file))}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        part = memoryview(self._desk.content(self._file))[self._at : self._at + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)


def put_in(
    pdf: pikepdf.Pdf,
    pages: Sequence[pikepdf.Object],
    forms: Sequence[tuple[int, FilePage]],
    held: ExitStack,
) -> bool:
    """Put the pages that `forms` name, each with the number of the page that shows it, into a finished PDF.

    `pages` are in the order in which they were begun, which is what those numbers count.

    The files are held open by `held` until the PDF is saved, but only one of them is in memory at a time.
    Returns whether every page is plain, so that the document may still claim to be PDF/A.
    """
    import pikepdf

    desk = _Desk()
    for file, shown in groupby(forms, key=lambda each: each[1].file):
        source = held.enter_context(pikepdf.open(cast(BinaryIO, _ReadAgain(desk, file))))
        for index, shows in shown:
            page: Any = pages[index]
            resources = pikepdf.Dictionary(page.Resources)  # pages may share theirs
            made = pdf.copy_foreign(_as_form(source.pages[shows.number]))
            resources.XObject = pikepdf.Dictionary({"/" + FORM_NAME: made})
            page.Resources = resources
    return all(shows.file.sheets[shows.number].is_plain for _, shows in forms)


def _as_form(page: pikepdf.Page) -> pikepdf.Object:
    """The page as a form XObject whose lower left corner is at the origin, upright and in points."""
    from pikepdf import Array

    form = page.as_form_xobject(handle_transformations=False)
    left, bottom, right, top = visible_box(page.obj)
    form.BBox = Array([left, bottom, right, top])
    form.Matrix = Array([round(number, 6) for number in _upright(page.obj, (left, bottom, right, top))])
    return form


def visible_box(page: pikepdf.Object) -> Rectangle:
    """What of a page is shown: its crop box as far as the medium reaches, in the page's own units.

    A page without a usable box is A4. The entries may be inherited.
    """
    medium = _box(page, "/MediaBox") or (0.0, 0.0, WIDTH, HEIGHT)
    crop = _box(page, "/CropBox") or medium
    left, bottom = max(medium[0], crop[0]), max(medium[1], crop[1])
    right, top = min(medium[2], crop[2]), min(medium[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else medium


def upright_size(page: pikepdf.Object) -> tuple[float, float]:
    """Width and height in points of a page as it is read, which is not how it lies in its file."""
    left, bottom, right, top = visible_box(page)
    unit = _unit(page)
    size = ((right - left) * unit, (top - bottom) * unit)
    return size if _turned(page) % 180 == 0 else size[::-1]


def _upright(page: pikepdf.Object, box: Rectangle) -> tuple[float, ...]:
    """From the page's own units to points from the lower left corner of the page as it is read."""
    left, bottom, right, top = box
    unit = _unit(page)
    match _turned(page):
        case 90:
            matrix = (0, -1, 1, 0, -bottom, right)
        case 180:
            matrix = (-1, 0, 0, -1, right, top)
        case 270:
            matrix = (0, 1, -1, 0, top, -left)
        case _:
            matrix = (1, 0, 0, 1, -left, -bottom)
    return tuple(unit * number for number in matrix)


def _turned(page: pikepdf.Object) -> int:
    """Degrees clockwise by which a page is turned to be read; what is no right angle is none."""
    turned = _inherited(page, "/Rotate")
    return int(turned) % 360 if _is_number(turned) and turned % 90 == 0 else 0


def _unit(page: pikepdf.Object) -> float:
    """Points to one unit of the page (ISO 32000-1, 7.7.3.3: UserUnit)."""
    unit: Any = page.get("/UserUnit")
    return float(unit) if _is_number(unit) and 0 < unit <= _LARGEST_UNIT else 1.0


def _box(page: pikepdf.Object, key: str) -> Rectangle | None:
    """A rectangle with its corners in order; None for what is none or has no room."""
    from pikepdf import Array

    found = _inherited(page, key)
    corners = list(found) if isinstance(found, Array) else []
    if len(corners) != 4 or not all(map(_is_number, corners)):
        return None
    x0, y0, x1, y1 = map(float, corners)
    left, bottom, right, top = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return (left, bottom, right, top) if right - left >= 1 and top - bottom >= 1 else None


def _inherited(page: pikepdf.Object, key: str) -> Any:
    """An entry of a page, or of the nearest node above it that has one."""
    node: Any = page
    for _ in range(_DEEPEST_TREE):
        found = node.get(key)
        if found is not None:
            return found
        node = node.get("/Parent")
        if node is None:
            break
    return None


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
