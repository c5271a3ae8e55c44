"""What is drawn on a page: every stroke in one marked piece or an artifact, every piece in the tree."""

import pikepdf
from pikepdf import Array, Dictionary

from .findings import Findings, number, tag
from .tree import Page, Piece, Structure

PAINTING = frozenset(
    ["S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "BI", "INLINE IMAGE", "Tj", "TJ", "'", '"']
)
_Mark = tuple[str, int | None]


def check(page: Page, structure: Structure, found: Findings) -> None:
    """Walk through a page's operators."""
    if page.obj.get("/Tabs") != "/S":
        found.say(f"{page.name}: the tab order is not that of the structure")
    _Walk(page, structure, found).walk()


class _Walk:
    def __init__(self, page: Page, structure: Structure, found: Findings) -> None:
        self._page = page
        self._structure = structure
        self._found = found
        self._marks: list[_Mark] = []
        self._saved: list[int] = []
        self._in_text = False

    def _say(self, complaint: str) -> None:
        self._found.say(f"{self._page.name}: {complaint}")

    def walk(self) -> None:
        for operands, operator in pikepdf.parse_content_stream(self._page.obj):
            match str(operator):
                case "BMC":
                    self._open((str(operands[0]), None))
                case "BDC":
                    self._begin(list(operands))
                case "EMC":
                    if not self._marks:
                        self._say("a mark is closed that is not open")
                    else:
                        self._marks.pop()
                case "q":
                    self._saved.append(len(self._marks))
                case "Q":
                    if not self._saved or self._saved.pop() != len(self._marks):
                        self._say("a mark crosses a saved state")
                case "BT" | "ET":
                    if self._in_text == (str(operator) == "BT"):
                        self._say("text objects are not in order")
                    self._in_text = not self._in_text
                case painting if painting in PAINTING:
                    self._paint(painting)
        if self._marks or self._saved or self._in_text:
            self._say("marks, states or text are left open")

    def _open(self, mark: _Mark) -> None:
        self._marks.append(mark)
        if len([m for m in self._marks if m[1] is not None or m[0] == "/Artifact"]) > 1:
            self._say("one mark lies in another")

    def _begin(self, operands: "list[pikepdf.Object]") -> None:
        name = str(operands[0])
        properties = operands[1] if len(operands) > 1 else None
        mcid = properties.get("/MCID") if isinstance(properties, Dictionary) else None
        if mcid is None and name != "/Artifact":
            self._say(f"a {name} mark has no number")
        self._open((name, None if mcid is None else int(mcid)))
        if mcid is not None:
            piece = (self._page.number, int(mcid))
            self._structure.drawn.add(piece)
            self._owner(piece, name)

    def _owner(self, piece: Piece, name: str) -> None:
        owner = self._structure.owners.get(piece)
        if owner is None:
            self._say(f"piece {piece[1]} is not in the tree")
            return
        if "/" + tag(owner) != name:
            self._say(f"piece {piece[1]} is marked {name} but belongs to a {tag(owner)}")
        row = self._structure.parents.get(number(self._page.obj.get("/StructParents")))
        if not isinstance(row, Array) or piece[1] >= len(row) or row[piece[1]].objgen != owner.objgen:
            self._say(f"the parent tree disagrees about piece {piece[1]}")

    def _paint(self, operator: str) -> None:
        if not any(mcid is not None or name == "/Artifact" for name, mcid in self._marks):
            self._say(f"something is painted ({operator}) that no mark holds")
        elif operator == "Do" and self._marks[-1][0] != "/Figure":
            self._say("a form or an image is painted outside a Figure")
