"""The structure tree of a tagged PDF: declared with the story, filled in by drawing, kept small."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from practice_app.documents.objects import Objects, text

if TYPE_CHECKING:
    import pikepdf

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""

_ELEMENT, _PIECE, _LINK = range(3)
_KIND_BITS, _PIECE_BITS = 2, 24
_END = 0xFFFFFFFF


class Tree:
    """All elements of a document as numbers in arrays: some 40 bytes each, however long the document grows.

    Objects of Python's own would need some kilobytes for every item of a record.
    """

    def __init__(self) -> None:
        self.links: list[tuple[int, Link]] = []
        """The clickable places, each with the number of its element."""
        self._tags: dict[str, int] = {}
        self._attributes: dict[str, int] = {"": 0}
        self._properties = bytearray()
        self._property_at = array("Q", [0])
        self._tag_of = array("B")
        self._attribute_of = array("I")
        self._parent_of = array("I")
        self._first_of, self._last_of = array("I"), array("I")
        self._kids, self._next_of = array("Q"), array("I")

    def new(self, tag: str, parent: int | None, attributes: str, properties: dict[str, str]) -> int:
        """Add an element under its parent; returns its number."""
        number = len(self._tag_of)
        self._tag_of.append(self._tags.setdefault(tag, len(self._tags)))
        self._attribute_of.append(self._attributes.setdefault(attributes, len(self._attributes)))
        self._parent_of.append(_END if parent is None else parent)
        self._first_of.append(_END)
        self._last_of.append(_END)
        for key, value in properties.items():
            self._properties += f"/{key}{text(value)}".encode("ascii")
        self._property_at.append(len(self._properties))
        if parent is not None:
            self._append(parent, number << _KIND_BITS | _ELEMENT)
        return number

    def describe(self, element: int, attributes: str) -> None:
        """Give an element other attributes."""
        self._attribute_of[element] = self._attributes.setdefault(attributes, len(self._attributes))

    def add_piece(self, element: int, page: int, mcid: int) -> None:
        """What was drawn on a page as its piece `mcid` is the element's next part."""
        self._append(element, (page << _PIECE_BITS | mcid) << _KIND_BITS | _PIECE)

    def add_link(self, element: int, link: Link) -> None:
        """The element can be clicked there."""
        self._append(element, len(self.links) << _KIND_BITS | _LINK)
        self.links.append((element, link))

    def _append(self, element: int, kid: int) -> None:
        at = len(self._kids)
        self._kids.append(kid)
        self._next_of.append(_END)
        last = self._last_of[element]
        if last == _END:
            self._first_of[element] = at
        else:
            self._next_of[last] = at
        self._last_of[element] = at

    def _kids_of(self, element: int) -> Iterator[int]:
        at = self._first_of[element]
        while at != _END:
            yield self._kids[at]
            at = self._next_of[at]

    def write(
        self, objects: Objects, root: int, pages: Sequence[int], annotations: Sequence[int]
    ) -> Sequence[int]:
        """Write every element, its first one under the object `root`; returns the number of each's object.

        `pages` and `annotations` are the numbers of the objects of pages and links.
        """
        numbers = objects.reserve(len(self._tag_of))
        attributes = objects.reserve(len(self._attributes))
        for number, body in zip(attributes, self._attributes, strict=True):
            objects.add(number, f"<<{body}>>" if body else "null")
        tags = list(self._tags)
        for element, number in enumerate(numbers):
            above = self._parent_of[element]
            said = [f"<</S/{tags[self._tag_of[element]]}/P {root if above == _END else numbers[above]} 0 R"]
            start, end = self._property_at[element], self._property_at[element + 1]
            said.append(self._properties[start:end].decode("ascii"))
            if self._attribute_of[element]:
                said.append(f"/A {attributes[self._attribute_of[element]]} 0 R")
            said.append(self._said_of_kids(element, numbers, pages, annotations))
            objects.add(number, "".join(said))
        return numbers

    def _said_of_kids(
        self, element: int, numbers: Sequence[int], pages: Sequence[int], annotations: Sequence[int]
    ) -> str:
        """The end of an element's dictionary: its page and its kids."""
        here: int | None = None
        kids: list[str] = []
        for kid in self._kids_of(element):
            kind, value = kid & ((1 << _KIND_BITS) - 1), kid >> _KIND_BITS
            if kind == _ELEMENT:
                kids.append(f"{numbers[value]} 0 R")
            elif kind == _LINK:
                page = pages[self.links[value][1].page]
                kids.append(f"<</Type/OBJR/Pg {page} 0 R/Obj {annotations[value]} 0 R>>")
            else:
                page, mcid = value >> _PIECE_BITS, value & ((1 << _PIECE_BITS) - 1)
                if here is None:
                    here = page
                if here == page:
                    kids.append(str(mcid))
                else:  # a piece on another page than the element's first
                    kids.append(f"<</Type/MCR/Pg {pages[page]} 0 R/MCID {mcid}>>")
        on_page = "" if here is None else f"/Pg {pages[here]} 0 R"
        return f"{on_page}/K[{' '.join(kids)}]>>" if kids else f"{on_page}>>"


class Element:
    """A structure element: a tag, and in reading order its children and the pieces drawn for it.

    It may be forgotten once nothing more is added to it: the tree keeps what was said.
    """

    __slots__ = ("last_link", "number", "tag", "tree")

    def __init__(
        self,
        tag: str,
        parent: Element | None = None,
        *,
        scope: str = "",
        numbering: str = "",
        columns: int = 1,
        rows: int = 1,
        **properties: str,
    ) -> None:
        """`scope` is a header cell's ("Column", "Row" or "Both"), `columns` and `rows` what a cell spans.

        `numbering` is a list's ("Disc", "Decimal", "None"), and `properties` are text entries such as Alt
        and ActualText. Without a parent it begins a tree.
        """
        self.tag = tag
        self.tree: Tree = Tree() if parent is None else parent.tree
        self.last_link: LinkElement | None = None
        attributes = ""
        if scope or columns > 1 or rows > 1:
            attributes = f"/O/Table{f'/Scope/{scope}' if scope else ''}"
            attributes += f"/ColSpan {columns}" if columns > 1 else ""
            attributes += f"/RowSpan {rows}" if rows > 1 else ""
        elif numbering:
            attributes = f"/O/List/ListNumbering/{numbering}"
        self.number: int = self.tree.new(
            tag, None if parent is None else parent.number, attributes, properties
        )
        if parent is not None:
            parent.last_link = None

    def lies_at(self, box: Rectangle) -> None:
        """Say where a figure is on its page (its BBox), which is known when it is drawn."""
        sides = " ".join(f"{side:.2f}" for side in box)
        self.tree.describe(self.number, f"/O/Layout/Placement/Block/BBox[{sides}]")

    def add_piece(self, page: int, mcid: int) -> None:
        """What was drawn on a page as its piece `mcid` is the next part."""
        self.tree.add_piece(self.number, page, mcid)
        self.last_link = None

    def add_link(self, link: Link) -> None:
        """It can be clicked there."""
        self.tree.add_link(self.number, link)


class LinkElement(Element):
    """A link inside a text: what is drawn for it is the clickable text."""

    __slots__ = ("target",)

    def __init__(self, parent: Element, target: str) -> None:
        super().__init__("Link", parent)
        self.target = target
        parent.last_link = self


@dataclass(slots=True)
class Link:
    """A clickable place on one page: one annotation, however many lines it covers."""

    page: int
    target: str
    """A web or mail address, or "#" and the key of a place in this document."""
    description: str
    rectangles: list[Rectangle] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link inside the document leads: page (in the order they were begun) and height on it."""

    page: int
    top: float


def prepare(pdf: pikepdf.Pdf, tree: Tree, pages: Sequence[pikepdf.Object], places: dict[str, Place]) -> None:
    """Give the pages their keys and links, and the catalogue an empty tree that `write` fills later.

    `pages` are in the order in which they were begun, like the page numbers of the tree.
    """
    from pikepdf import Array, Dictionary, Name

    for key, page in enumerate(pages):
        page.Tabs = Name.S
        page.StructParents = key
    for key, (_, link) in enumerate(tree.links, start=len(pages)):
        annotation = _annotation(link, pages, places)
        annotation.StructParent = key
        page = pages[link.page]
        if "/Annots" not in page:
            page.Annots = Array()
        page.Annots.append(pdf.make_indirect(annotation))
    pdf.Root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def write(
    objects: Objects, pdf: pikepdf.Pdf, tree: Tree, marks: Sequence[Sequence[int]], pages: Sequence[int]
) -> None:
    """Write the tree and its parent tree (ISO 32000-1, 14.7 and 14.8) behind the file as it was saved.

    `marks[page][mcid]` is the element which owns that piece of the page, `pages` the pages' object numbers.
    """
    root = pdf.Root.StructTreeRoot.objgen[0]
    annotations = _written_annotations(pdf)
    numbers = tree.write(objects, root, pages, annotations)
    nums = []
    rows = objects.reserve(len(marks))
    for key, (row, owners) in enumerate(zip(rows, marks, strict=True)):
        objects.add(row, f"[{' '.join([f'{numbers[owner]} 0 R' for owner in owners])}]")
        nums.append(f"{key} {row} 0 R")
    for key, (owner, _) in enumerate(tree.links, start=len(marks)):
        nums.append(f"{key} {numbers[owner]} 0 R")
    (parents,) = objects.reserve(1)
    objects.add(parents, f"<</Nums[{' '.join(nums)}]>>")
    objects.add(
        root,
        f"<</Type/StructTreeRoot/K {numbers[0]} 0 R/ParentTree {parents} 0 R/ParentTreeNextKey {len(nums)}>>",
    )


def _written_annotations(pdf: pikepdf.Pdf) -> list[int]:
    """The object numbers of the links, in the order of their keys."""
    found = [
        (int(annotation.StructParent), annotation.objgen[0])
        for page in pdf.pages
        for annotation in page.obj.get("/Annots", ())
        if "/StructParent" in annotation
    ]
    return [number for _, number in sorted(found)]


def _annotation(link: Link, pages: Sequence[pikepdf.Object], places: dict[str, Place]) -> pikepdf.Dictionary:
    from pikepdf import Array, Dictionary, Name, String

    left, bottom, right, top = zip(*link.rectangles, strict=True)
    annotation = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([min(left), min(bottom), max(right), max(top)]),
        QuadPoints=Array([n for a, b, c, d in link.rectangles for n in (a, d, c, d, a, b, c, b)]),
        Border=Array([0, 0, 0]),
        F=4,  # printed with the page
        Contents=String(link.description),
    )
    if link.target.startswith("#"):
        place = places[link.target[1:]]
        annotation.Dest = Array([pages[place.page], Name.XYZ, 0, place.top, 0])
    else:
        annotation.A = Dictionary(S=Name.URI, URI=String(link.target))
    return annotation
