"""The structure tree of a tagged PDF: declared with the story, filled in by drawing, written with pikepdf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pikepdf

Rectangle = tuple[float, float, float, float]


class Element:
    """A structure element: a tag, and in reading order its children and the pieces drawn for it."""

    __slots__ = ("bounds", "kids", "numbering", "properties", "scope", "tag")

    def __init__(
        self,
        tag: str,
        parent: Element | None = None,
        *,
        scope: str = "",
        numbering: str = "",
        **properties: str,
    ) -> None:
        """`scope` is a header cell's ("Column" or "Row"), `numbering` a list's ("Disc", "Decimal", "None").

        `properties` are text entries such as Alt and ActualText.
        """
        self.tag = tag
        self.kids: list[Element | tuple[int, int] | Link] = []
        self.scope = scope
        self.numbering = numbering
        self.properties = properties
        self.bounds: Rectangle | None = None
        """Where a figure is on its page (its BBox), known when it is drawn."""
        if parent is not None:
            parent.kids.append(self)


class LinkElement(Element):
    """A link inside a text: what is drawn for it is the clickable text."""

    __slots__ = ("target",)

    def __init__(self, parent: Element, target: str) -> None:
        super().__init__("Link", parent)
        self.target = target


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
    """Where a link inside the document leads: page (from 0) and height on it."""

    page: int
    top: float


def write(
    pdf: pikepdf.Pdf, root: Element, marks: Sequence[Sequence[Element]], places: dict[str, Place]
) -> None:
    """Write the tree, its parent tree and the link annotations into a finished PDF.

    `marks[page][mcid]` is the element which owns that piece of the page (ISO 32000-1, 14.7 and 14.8).
    """
    from pikepdf import Array, Dictionary

    tree = pdf.make_indirect(Dictionary(Type=_name("StructTreeRoot")))
    writer = _Writer(pdf, places)
    tree.K = writer.element(root, tree)
    numbers = Array()
    for index, (page, owners) in enumerate(zip(writer.pages, marks, strict=True)):
        page.Tabs = _name("S")
        if owners:
            page.StructParents = index
            numbers.append(index)
            numbers.append(pdf.make_indirect(Array([writer.written[id(owner)] for owner in owners])))
    next_key = len(writer.pages)
    for annotation, owner in writer.annotations:
        annotation.StructParent = next_key
        numbers.append(next_key)
        numbers.append(owner)
        next_key += 1
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.ParentTreeNextKey = next_key
    pdf.Root.StructTreeRoot = tree
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _name(text: str) -> pikepdf.Name:
    from pikepdf import Name

    return Name("/" + text)


class _Writer:
    """Turns elements into PDF objects, remembering what the parent tree needs."""

    def __init__(self, pdf: pikepdf.Pdf, places: dict[str, Place]) -> None:
        self.pages = [page.obj for page in pdf.pages]
        self.written: dict[int, pikepdf.Object] = {}
        self.annotations: list[tuple[pikepdf.Object, pikepdf.Object]] = []
        self._pdf = pdf
        self._places = places
        self._types: dict[str, pikepdf.Name] = {}
        self._attributes: dict[tuple[str, str], pikepdf.Object] = {}

    def element(self, element: Element, parent: pikepdf.Object) -> pikepdf.Object:
        from pikepdf import Array, Dictionary, String

        tag = self._types.get(element.tag) or self._types.setdefault(element.tag, _name(element.tag))
        entry = self._pdf.make_indirect(Dictionary(S=tag, P=parent))
        self.written[id(element)] = entry
        for key, value in element.properties.items():
            entry["/" + key] = String(value)
        attributes = self._attributes_of(element)
        if attributes is not None:
            entry.A = attributes
        page: int | None = None
        kids: list[pikepdf.Object | int] = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids.append(self.element(kid, entry))
            elif isinstance(kid, Link):
                kids.append(self._annotation(kid, entry))
            else:
                if page is None:
                    page = kid[0]
                    entry.Pg = self.pages[page]
                kids.append(kid[1] if kid[0] == page else self._elsewhere(*kid))
        if kids:
            entry.K = kids[0] if len(kids) == 1 else Array(kids)
        return entry

    def _elsewhere(self, page: int, mcid: int) -> pikepdf.Object:
        """A piece on another page than the element's first."""
        from pikepdf import Dictionary

        return Dictionary(Type=_name("MCR"), Pg=self.pages[page], MCID=mcid)

    def _attributes_of(self, element: Element) -> pikepdf.Object | None:
        """The attributes of a figure, or of a header cell or a list; these are shared by all alike."""
        from pikepdf import Array, Dictionary

        if element.bounds is not None:
            bounds = Array([round(number, 2) for number in element.bounds])
            return Dictionary(O=_name("Layout"), Placement=_name("Block"), BBox=bounds)
        key = (element.scope, element.numbering)
        if key not in self._attributes and any(key):
            self._attributes[key] = self._pdf.make_indirect(
                Dictionary(O=_name("Table"), Scope=_name(element.scope))
                if element.scope
                else Dictionary(O=_name("List"), ListNumbering=_name(element.numbering))
            )
        return self._attributes.get(key)

    def _annotation(self, link: Link, owner: pikepdf.Object) -> pikepdf.Object:
        """The link annotation on its page, and the reference to it that belongs into the tree."""
        from pikepdf import Array, Dictionary, String

        left, bottom, right, top = zip(*link.rectangles, strict=True)
        annotation = Dictionary(
            Type=_name("Annot"),
            Subtype=_name("Link"),
            Rect=Array([min(left), min(bottom), max(right), max(top)]),
            QuadPoints=Array([n for a, b, c, d in link.rectangles for n in (a, d, c, d, a, b, c, b)]),
            Border=Array([0, 0, 0]),
            F=4,  # printed with the page
            Contents=String(link.description),
        )
        page = self.pages[link.page]
        if link.target.startswith("#"):
            place = self._places[link.target[1:]]
            annotation.Dest = Array([self.pages[place.page], _name("XYZ"), 0, place.top, 0])
        else:
            annotation.A = Dictionary(S=_name("URI"), URI=String(link.target))
        reference = self._pdf.make_indirect(annotation)
        if "/Annots" not in page:
            page.Annots = Array()
        page.Annots.append(reference)
        self.annotations.append((reference, owner))
        return Dictionary(Type=_name("OBJR"), Pg=page, Obj=reference)
