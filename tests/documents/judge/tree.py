"""The structure tree: where each kind of element may stand, and which pieces of the pages are whose."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary

from .findings import LANGUAGE, Findings, entries, inside, number, tag

Piece = tuple[int, int]
"""A page (from 0) and the number of a marked piece on it."""

_HEADINGS = {f"H{level}": {"Document", "Sect"} for level in range(1, 5)}
PARENTS = {
    **_HEADINGS,
    "Sect": {"Document"},
    "P": {"Document", "Sect", "LBody", "TD", "TH"},
    "L": {"Document", "Sect", "LBody", "TD"},
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
    "Table": {"Document", "Sect"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TR": {"Table", "THead", "TBody"},
    "TH": {"TR"},
    "TD": {"TR"},
    "TOC": {"Document", "Sect", "TOC"},
    "TOCI": {"TOC"},
    "Reference": {"TOCI"},
    "Link": {"P", "LBody", "TD", "Reference"},
    "Span": {"P", "Lbl", "LBody", "TD", "TH", "Link", "Reference", *_HEADINGS},
    "Figure": {"Document", "Sect"},
}
_MUST_HOLD = {"L": "LI", "LI": "LBody", "Table": "TR", "TOC": "TOCI", "THead": "TR", "TBody": "TR"}
_NUMBERING = {"/Disc", "/Decimal", "/None"}


class Page(NamedTuple):
    """A page, its number from 0, and its name in complaints."""

    obj: pikepdf.Object
    number: int

    @property
    def name(self) -> str:
        return f"page {self.number + 1}"


class Structure:
    """What the tree and the parent tree say, ready to be compared with the pages."""

    def __init__(self, document: pikepdf.Pdf) -> None:
        self.pages = [Page(page.obj, n) for n, page in enumerate(document.pages)]
        self.owners: dict[Piece, pikepdf.Object] = {}
        self.references: dict[tuple[int, int], pikepdf.Object] = {}
        self.parents: dict[int, pikepdf.Object] = {}
        self.tables: list[pikepdf.Object] = []
        self.figures: list[tuple[pikepdf.Object, Page | None]] = []
        self.drawn: set[Piece] = set()
        self._root = document.Root.StructTreeRoot
        self._outlines = document.Root.get("/Outlines")
        self._page_of = {page.obj.objgen: page for page in self.pages}
        self._levels: list[int] = []

    def page_of(self, obj: pikepdf.Object | None) -> Page | None:
        """Which page an object is; None for anything else."""
        return self._page_of.get(obj.objgen) if isinstance(obj, Dictionary) else None

    def read(self, found: Findings) -> None:
        self.parents = dict(_numbers(self._root.get("/ParentTree")))
        if not self.parents:
            found.say("the parent tree is empty")
        kids = entries(self._root.get("/K"))
        if [tag(kid) for kid in kids if isinstance(kid, Dictionary)] != ["Document"]:
            found.say("the tree does not begin with one Document")
        for kid in kids:
            self._element(kid, self._root, "", None, found)
        self._headings(found)

    def compare(self, found: Findings) -> None:
        """What the tree names must be on the pages."""
        for page, mcid in sorted(set(self.owners) - self.drawn):
            found.say(f"page {page + 1}: piece {mcid} is in the tree but not on the page")

    def _element(
        self,
        element: pikepdf.Object,
        parent: pikepdf.Object,
        parent_tag: str,
        page: pikepdf.Object | None,
        found: Findings,
    ) -> None:
        name = tag(element)
        above = element.get("/P")
        if above is None or above.objgen != parent.objgen:
            found.say(f"a {name} names another parent than it has")
        if name != "Document" and name not in PARENTS:
            found.say(f"a {name} is no kind of element that is used here")
        elif name != "Document" and parent_tag not in PARENTS[name]:
            found.say(f"a {name} stands in a {parent_tag}")
        if re.fullmatch("H[1-6]", name):
            self._levels.append(int(name[1]))
        page = element.get("/Pg", page)
        kids = entries(element.get("/K"))
        self._look_at(element, name, kids, self.page_of(page), found)
        for kid in kids:
            if isinstance(kid, int):
                self._own(element, page, kid, found)
            elif kid.get("/Type") == "/MCR":
                self._own(element, kid.get("/Pg", page), number(kid.get("/MCID")), found)
            elif kid.get("/Type") == "/OBJR":
                if isinstance(kid.get("/Obj"), Dictionary):
                    self.references[kid.Obj.objgen] = element
                else:
                    found.say(f"a {name} refers to nothing")
            else:
                self._element(kid, element, name, page, found)

    def _look_at(
        self,
        element: pikepdf.Object,
        name: str,
        kids: "list[pikepdf.Object]",
        page: Page | None,
        found: Findings,
    ) -> None:
        if not LANGUAGE.fullmatch(str(element.get("/Lang", "en"))):
            found.say(f"the language of a {name} is none")
        wanted = _MUST_HOLD.get(name)
        below = [tag(kid) for kid in kids if isinstance(kid, Dictionary)]
        if name == "Table":
            self.tables.append(element)
            wanted = None if {"THead", "TBody"} & set(below) else wanted
        if name == "Figure":
            self.figures.append((element, page))
        if wanted and wanted not in below:
            found.say(f"a {name} has no {wanted}")
        if name == "L" and str(inside(element, "/A").get("/ListNumbering", "")) not in _NUMBERING:
            found.say("an L does not say how it is numbered")

    def _own(self, element: pikepdf.Object, obj: pikepdf.Object | None, mcid: int, found: Findings) -> None:
        page = self.page_of(obj)
        if page is None or mcid < 0:
            found.say(f"a {tag(element)} has a piece on no page")
        elif (page.number, mcid) in self.owners:
            found.say(f"{page.name}: piece {mcid} is in the tree twice")
        else:
            self.owners[page.number, mcid] = element

    def _headings(self, found: Findings) -> None:
        for before, level in zip([0, *self._levels], self._levels, strict=False):
            if level > before + 1:
                found.say(f"a heading of level {level} comes after level {before}")
        if len(self._levels) > 1 and not isinstance(self._outlines, Dictionary):
            found.say("the document has headings but no bookmarks")


def _numbers(node: pikepdf.Object | None, depth: int = 0) -> Iterator[tuple[int, pikepdf.Object]]:
    """The entries of a number tree, whose leaves may hang under other nodes."""
    if not isinstance(node, Dictionary) or depth > 10:
        return
    leaves = node.get("/Nums", Array())
    for n in range(0, len(leaves) - 1, 2):
        yield int(leaves[n]), leaves[n + 1]
    for kid in node.get("/Kids", Array()):
        yield from _numbers(kid, depth + 1)
