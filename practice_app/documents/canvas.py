"""Drawing tagged pages: whatever is drawn names the element it belongs to, or is an artifact."""

from __future__ import annotations

import threading
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from io import BytesIO
from typing import Any

from practice_app.documents.bookmarks import Bookmark
from practice_app.documents.fonts import LANGUAGES, MAIN, Face, Weight, face
from practice_app.documents.look import LINK
from practice_app.documents.structure import Element, Link, LinkElement, Place
from practice_app.documents.typesetting import Colour, Line, Run, Style

_saving = threading.Lock()
_ESCAPES = str.maketrans({"\\": "\\\\", "(": "\\(", ")": "\\)"})


class Artifact(Enum):
    """What is on the page but not part of the text: furniture and decoration (ISO 32000-1, 14.8.2.2)."""

    HEADER = "/Artifact <</Type/Pagination/Subtype/Header>> BDC"
    FOOTER = "/Artifact <</Type/Pagination/Subtype/Footer>> BDC"
    LAYOUT = "/Artifact <</Type/Layout>> BDC"


Owner = Element | Artifact


FORM_NAME = "Sheet"
"""Under which a page's resources have the one form XObject it may show."""


class _Drawn:
    """The drawing operators of one page, packed as they come; more can be drawn on it until it is closed."""

    __slots__ = ("_check", "_packed")

    def __init__(self) -> None:
        self._packed = b"\x78\x9c"  # the head of a zlib stream
        self._check = zlib.adler32(b"")

    def add(self, code: bytes, *, last: bool = False) -> None:
        pack = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._packed += pack.compress(code) + pack.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)
        self._check = zlib.adler32(code, self._check)

    def closed(self) -> bytes:
        self.add(b"\n", last=True)
        return self._packed + self._check.to_bytes(4)


class TaggedCanvas:
    """Writes pages from top to bottom; coordinates are points from the lower left corner.

    Pages count from 0 in the order in which they are begun, and keep their number wherever they are put in
    the end. What was drawn on a page is kept packed, so that a long document needs little room.
    """

    def __init__(self) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._main = face(MAIN, Weight.REGULAR)
        self._out = BytesIO()
        self._canvas: Any = Canvas(self._out, pageCompression=1, initialFontName=self._main.name)
        self._document = self._canvas._doc  # fonts are subset per document, and ask for it
        self._subsets: dict[tuple[str, int], str] = {}
        self._drawn: list[_Drawn] = []
        self.marks: list[array[int]] = []
        """For each page the numbers of the elements that own its pieces."""
        self.places: dict[str, Place] = {}
        self.forms: list[tuple[int, Any]] = []
        """The pages that show a form XObject, and what it is to be made of when the file is finished."""
        self.bookmarks: list[Bookmark] = []
        self._begin()

    def _begin(self) -> None:
        self._code: list[str] = []
        self._owner: Owner | None = None
        self._in_text = False
        self._font = ""
        self._colour: Colour | None = None
        self._links: dict[int, Link] = {}

    @property
    def page(self) -> int:
        """The number of the page being drawn, from 0."""
        return len(self._drawn) - 1

    @contextmanager
    def new_page(self) -> Iterator[int]:
        """What is drawn inside is on a new page, whose number it gets."""
        self._drawn.append(_Drawn())
        self.marks.append(array("I"))
        self._begin()
        yield self.page
        self._end(self._drawn[-1])

    @contextmanager
    def page_again(self, page: int) -> Iterator[None]:
        """What is drawn inside is added to a page drawn before; artifacts only."""
        self._begin()
        yield
        self._end(self._drawn[page])

    def _end(self, drawn: _Drawn) -> None:
        self._release()
        drawn.add("\n".join([*self._code, ""]).encode("latin-1"))

    def closed(self, page: int) -> bytes:
        """All operators of a page, packed by zlib; nothing may be added to it any more."""
        return self._drawn[page].closed()

    def fonts(self) -> BytesIO:
        """A PDF of one empty page that has all fonts in its resources; nothing may be drawn after that."""
        with _saving:  # subsetting moves a read position that all documents of the process share
            self._canvas.showPage()
            self._canvas.save()
        return self._out

    def place(self, key: str, top: float) -> None:
        """Name this height of the page, for links."""
        self.places[key] = Place(self.page, top)

    def bookmark(self, key: str, title: str, level: int) -> None:
        """Add a line to the bookmarks for a place; levels count from 0 and may deepen by one at a time."""
        self.bookmarks.append(Bookmark(title, level, self.places[key]))

    def line(self, owner: Owner, x: float, y: float, line: Line, style: Style) -> None:
        """Show one line with its left end at x and its baseline at y."""
        if line.runs is None:
            self._show(owner, x, y, line.text, face(MAIN, style.weight), style)
            return
        for run in line.runs:
            self._run(owner, x + run.x * style.size / 1000, y, run, style)
        for run in line.runs:
            if run.link and not run.link.startswith("#"):
                left, width = x + run.x * style.size / 1000, run.width * style.size / 1000
                self.rule(left, y - style.size * 0.13, width, 0.5, LINK)

    def _run(self, owner: Owner, x: float, y: float, run: Run, style: Style) -> None:
        if run.link and isinstance(owner, Element):
            owner = self._linked(owner, run, x, y, style)
            if not run.link.startswith("#"):
                style = replace(style, colour=LINK)
        properties = _properties(run)
        if properties and isinstance(owner, Element):
            owner = Element("Span", owner, **properties)
        self._show(owner, x, y, run.text if run.codes is None else run.codes, run.face, style)

    def unseen(self, owner: Element, x: float, y: float, line: Line, style: Style) -> None:
        """Put a line where it can be selected, read aloud and extracted, but not seen."""
        self._claim(owner)
        self._enter_text(style)
        self._code.append("3 Tr")
        self.line(owner, x, y, line, style)
        self._code.append("0 Tr")

    def form(self, owner: Element, shows: object, x: float, y: float, scale: float) -> None:
        """Show a form XObject with its lower left corner here; `shows` is noted in `forms`."""
        self._claim(owner)
        self._leave_text()
        self._code.append(f"q {scale:.5f} 0 0 {scale:.5f} {x:.2f} {y:.2f} cm /{FORM_NAME} Do Q")
        self.forms.append((self.page, shows))

    def rule(
        self, x: float, y: float, width: float, thickness: float, colour: Colour, dash: str = ""
    ) -> None:
        """Draw a horizontal line as decoration; `dash` is a PDF dash pattern such as "0 3"."""
        self._claim(Artifact.LAYOUT)
        self._leave_text()
        red, green, blue = colour
        self._code.append(
            f"q {thickness:g} w [{dash}] 0 d {1 if dash else 0} J {red:g} {green:g} {blue:g} RG "
            f"{x:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S Q"
        )

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle as decoration, under whatever is drawn after it."""
        self._claim(Artifact.LAYOUT)
        self._leave_text()
        red, green, blue = colour
        self._code.append(f"q {red:g} {green:g} {blue:g} rg {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f Q")

    def _linked(self, owner: Element, run: Run, x: float, y: float, style: Style) -> Element:
        """The element of the link a run belongs to; its clickable place on this page grows with every run."""
        element = owner.last_link
        if element is None or element.target != run.link:
            element = LinkElement(owner, run.link)
        link = self._links.get(element.number)
        if link is None:
            inside = run.link.startswith("#")
            description = "Go to this place in the document" if inside else f"Link to {run.link}"
            link = self._links[element.number] = Link(self.page, run.link, description)
            element.add_link(link)
        width = run.width * style.size / 1000
        link.rectangles.append((x, y - style.size * 0.25, x + width, y + style.size * 0.85))
        return element

    def _show(self, owner: Owner, x: float, y: float, text: str, typeface: Face, style: Style) -> None:
        self._claim(owner)
        self._enter_text(style)
        first, *more = self._encode(text, typeface)
        self._code.append(f"{self._select(first[0], style.size)}1 0 0 1 {x:.2f} {y:.2f} Tm {first[1]} Tj")
        for subset, shown in more:
            self._code.append(f"{self._select(subset, style.size)}{shown} Tj")

    def _encode(self, text: str, typeface: Face) -> list[tuple[str, str]]:
        """Pieces of one font subset each: its name in the page's resources, and the string to show."""
        if text.isascii():
            # The first subset of every face has ASCII under its own codes (asciiReadable, see Face).
            return [(self._subset(typeface, 0), f"({text.translate(_ESCAPES)})")]
        return [
            (self._subset(typeface, number), f"<{codes.hex()}>")
            for number, codes in typeface.font.splitString(text, self._document)
        ]

    def _subset(self, typeface: Face, number: int) -> str:
        key = (typeface.name, number)
        name = self._subsets.get(key)
        if name is None:
            typeface.font.splitString("", self._document)  # sets up the subsets of a face not yet used
            name = typeface.font.getSubsetInternalName(number, self._document)
            self._subsets[key] = name
        return name

    def _select(self, font: str, size: float) -> str:
        wanted = f"{font} {size:g} Tf "
        if wanted == self._font:
            return ""
        self._font = wanted
        return wanted

    def _claim(self, owner: Owner) -> None:
        """Close what is open for another owner and open a marked sequence for this one."""
        if owner is self._owner:
            return
        self._release()
        self._owner = owner
        if isinstance(owner, Artifact):
            self._code.append(owner.value)
            return
        owned = self.marks[-1]
        owner.add_piece(self.page, len(owned))
        self._code.append(f"/{owner.tag} <</MCID {len(owned)}>> BDC")
        owned.append(owner.number)

    def _release(self) -> None:
        self._leave_text()
        if self._owner is not None:
            self._code.append("EMC")
            self._owner = None

    def _enter_text(self, style: Style) -> None:
        if not self._in_text:
            self._code.append("BT")
            self._in_text = True
        if style.colour != self._colour:
            self._colour = style.colour
            red, green, blue = style.colour
            self._code.append(f"{red:g} {green:g} {blue:g} rg")

    def _leave_text(self) -> None:
        if self._in_text:
            self._code.append("ET")
            self._in_text = False


def _properties(run: Run) -> dict[str, Any]:
    """What the tree must say of a run besides its glyphs.

    Code by code a shaped run may not read as written: from right to left they stand as they are seen.
    """
    properties: dict[str, Any] = {}
    if run.codes is not None:
        properties["ActualText"] = run.text
    language = LANGUAGES.get(run.face.family)
    if language and not run.text.isspace():
        properties["Lang"] = language
    return properties
