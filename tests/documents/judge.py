"""A strict judge of tagged PDFs: every mark on every page is in the tree once, and the tree makes sense."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary

Piece = tuple[int, int]
"""A page (from 0) and the number of a marked piece on it."""

PAINTING = frozenset(
    ["S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "sh", "Do", "BI", "INLINE IMAGE", "Tj", "TJ", "'", '"']
)
PARENTS = {
    "Sect": {"Document"},
    "H1": {"Document", "Sect"},
    "H2": {"Document", "Sect"},
    "H3": {"Document", "Sect"},
    "H4": {"Document", "Sect"},
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
    "Span": {"P", "H1", "H2", "H3", "H4", "Lbl", "LBody", "TD", "TH", "Link"},
    "Figure": {"Document", "Sect"},
}
_ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/EmbeddedFiles", "/AF", "/Collection")


def judge(pdf: bytes, password: str = "") -> list[str]:
    """What is wrong with a tagged document, one sentence each; nothing when it is right."""
    with pikepdf.open(BytesIO(pdf), password=password) as document:
        if "/StructTreeRoot" not in document.Root:
            return ["the document has no structure tree"]
        return _Judgement(document).complaints


class _Judgement:
    def __init__(self, document: pikepdf.Pdf) -> None:
        self.complaints: list[str] = []
        self._document = document
        self._pages = [page.obj for page in document.pages]
        self._page_numbers = {page.objgen: number for number, page in enumerate(self._pages)}
        self._owners: dict[Piece, pikepdf.Object] = {}
        self._references: dict[tuple[int, int], pikepdf.Object] = {}
        self._levels: list[int] = []
        self._known_fonts: set[tuple[int, int]] = set()
        self._parent_tree = self._read_parent_tree()
        self._catalogue()
        self._tree()
        self._headings()
        drawn: set[Piece] = set()
        for number, page in enumerate(self._pages):
            drawn |= self._content(number, page)
            self._links(number, page)
            self._fonts(number, page)
        self._compare(drawn)

    def _say(self, complaint: str) -> None:
        if complaint not in self.complaints:
            self.complaints.append(complaint)

    def _read_parent_tree(self) -> dict[int, pikepdf.Object]:
        numbers = self._document.Root.StructTreeRoot.get("/ParentTree", Dictionary()).get("/Nums", Array())
        if not len(numbers):
            self._say("the parent tree is empty")
        return {int(numbers[n]): numbers[n + 1] for n in range(0, len(numbers), 2)}

    def _catalogue(self) -> None:
        root = self._document.Root
        if not str(root.get("/Lang", "")):
            self._say("the document has no language")
        if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
            self._say("the document does not say that it is tagged")
        if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
            self._say("the window would not show the title")
        if not str(self._document.docinfo.get("/Title", "")):
            self._say("the document has no title")
        if "/Metadata" not in root:
            self._say("the document has no metadata")
        else:
            claims = root.Metadata.read_bytes()
            if b"<pdfuaid:part>1<" not in claims:
                self._say("the metadata do not claim PDF/UA-1")
            if b"<pdfaid:part>" in claims and self._document.is_encrypted:
                self._say("an encrypted document claims to be PDF/A")
        names = root.get("/Names", Dictionary())
        for key in _ACTIVE:
            if key in root or key in names:
                self._say(f"the document carries {key}")

    def _tree(self) -> None:
        root = self._document.Root.StructTreeRoot
        kids = _list(root.get("/K"))
        if [str(kid.get("/S")) for kid in kids] != ["/Document"]:
            self._say("the tree does not begin with one Document")
        for kid in kids:
            self._element(kid, root, "", None)

    def _element(
        self, element: pikepdf.Object, parent: pikepdf.Object, parent_tag: str, page: pikepdf.Object | None
    ) -> None:
        tag = str(element.get("/S"))[1:]
        if element.get("/P") is None or element.P.objgen != parent.objgen:
            self._say(f"a {tag} names another parent than it has")
        if tag != "Document" and parent_tag not in PARENTS.get(tag, ()):
            self._say(f"a {tag} stands in a {parent_tag}")
        if tag == "TH" and str(element.get("/A", Dictionary()).get("/Scope", "")) not in ("/Column", "/Row"):
            self._say("a TH does not say whether it heads a column or a row")
        if tag == "Figure":
            self._figure(element)
        if re.fullmatch("H[1-6]", tag):
            self._levels.append(int(tag[1]))
        page = element.get("/Pg", page)
        kids = list(_list(element.get("/K")))
        if tag == "TR":
            self._row(kids)
        if tag == "Table":
            self._grid(element)
        for kid in kids:
            if isinstance(kid, int):
                self._own(element, page, kid)
            elif kid.get("/Type") == "/MCR":
                self._own(element, kid.get("/Pg", page), int(kid.MCID))
            elif kid.get("/Type") == "/OBJR":
                self._references[kid.Obj.objgen] = element
            else:
                self._element(kid, element, tag, page)

    def _figure(self, element: pikepdf.Object) -> None:
        if not str(element.get("/Alt", "")):
            self._say("a Figure has no alternate text")
        place = element.get("/A", Dictionary()).get("/BBox", Array())
        if len(place) != 4 or not (place[0] < place[2] and place[1] < place[3]):
            self._say("a Figure does not say where it is")

    def _own(self, element: pikepdf.Object, page: pikepdf.Object | None, mcid: int) -> None:
        number = self._page_numbers.get(page.objgen) if page is not None else None
        if number is None:
            self._say(f"a {_tag(element)} has a piece on no page")
        elif (number, mcid) in self._owners:
            self._say(f"page {number + 1}: piece {mcid} is in the tree twice")
        else:
            self._owners[number, mcid] = element

    def _row(self, cells: list[pikepdf.Object]) -> None:
        if not cells or any(isinstance(cell, int) or _tag(cell) not in ("TH", "TD") for cell in cells):
            self._say("a TR has something else than cells")

    def _grid(self, table: pikepdf.Object) -> None:
        """Every place of a table's grid is covered by one cell, as its cells say what they span."""
        parts = [kid for kid in _list(table.get("/K")) if _tag(kid) in ("THead", "TBody", "TR")]
        rows = [row for part in parts for row in (_list(part.get("/K")) if _tag(part) != "TR" else [part])]
        covered: list[dict[int, int]] = [{} for _ in rows]
        for number, row in enumerate(rows):
            for cell in _list(row.get("/K")):
                if isinstance(cell, int):
                    continue
                attributes = cell.get("/A", Dictionary())
                column = next(n for n in range(len(covered[number]) + 1) if n not in covered[number])
                for down in range(int(attributes.get("/RowSpan", 1))):
                    for across in range(int(attributes.get("/ColSpan", 1))):
                        if number + down >= len(rows):
                            self._say("a cell reaches out of its table")
                        else:
                            at = covered[number + down]
                            at[column + across] = at.get(column + across, 0) + 1
        if any(times > 1 for row in covered for times in row.values()):
            self._say("two cells cover the same place of a table")
        if len({frozenset(row) for row in covered}) > 1:
            self._say("the rows of a table have not the same columns")

    def _headings(self) -> None:
        for before, level in zip([0, *self._levels], self._levels, strict=False):
            if level > before + 1:
                self._say(f"a heading of level {level} comes after level {before}")
        if len(self._levels) > 1 and "/Outlines" not in self._document.Root:
            self._say("the document has headings but no bookmarks")

    def _content(self, number: int, page: pikepdf.Object) -> set[Piece]:
        """Walk through a page's operators; the marked pieces found."""
        where = f"page {number + 1}"
        if page.get("/Tabs") != "/S":
            self._say(f"{where}: the tab order is not that of the structure")
        drawn: set[Piece] = set()
        marks: list[tuple[str, int | None]] = []
        saved: list[int] = []
        in_text = False
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BMC":
                    marks.append((str(operands[0]), None))
                case "BDC":
                    mark = self._begin(where, operands)
                    marks.append(mark)
                    if mark[1] is not None:
                        drawn.add((number, mark[1]))
                        self._check_owner(where, page, (number, mark[1]), mark[0])
                    if len([m for m in marks if m[1] is not None or m[0] == "/Artifact"]) > 1:
                        self._say(f"{where}: one mark lies in another")
                case "EMC":
                    if not marks:
                        self._say(f"{where}: a mark is closed that is not open")
                    else:
                        marks.pop()
                case "q":
                    saved.append(len(marks))
                case "Q":
                    if not saved or saved.pop() != len(marks):
                        self._say(f"{where}: a mark crosses a saved state")
                case "BT" | "ET":
                    if in_text == (str(operator) == "BT"):
                        self._say(f"{where}: text objects are not in order")
                    in_text = not in_text
                case "Do" if not marks or marks[-1][0] != "/Figure":
                    self._say(f"{where}: a form or an image is painted outside a Figure")
                case painting if painting in PAINTING:
                    if not any(mcid is not None or tag == "/Artifact" for tag, mcid in marks):
                        self._say(f"{where}: something is painted ({painting}) that no mark holds")
        if marks or saved or in_text:
            self._say(f"{where}: marks, states or text are left open")
        return drawn

    def _begin(self, where: str, operands: "list[pikepdf.Object]") -> tuple[str, int | None]:
        properties = operands[1] if len(operands) > 1 else None
        mcid = properties.get("/MCID") if isinstance(properties, Dictionary) else None
        if mcid is None and str(operands[0]) != "/Artifact":
            self._say(f"{where}: a {operands[0]} mark has no number")
        return str(operands[0]), None if mcid is None else int(mcid)

    def _check_owner(self, where: str, page: pikepdf.Object, piece: Piece, tag: str) -> None:
        owner = self._owners.get(piece)
        if owner is None:
            self._say(f"{where}: piece {piece[1]} is not in the tree")
            return
        if "/" + _tag(owner) != tag:
            self._say(f"{where}: piece {piece[1]} is marked {tag} but belongs to a {_tag(owner)}")
        row = self._parent_tree.get(int(page.get("/StructParents", -1)))
        if row is None or piece[1] >= len(row) or row[piece[1]].objgen != owner.objgen:
            self._say(f"{where}: the parent tree disagrees about piece {piece[1]}")

    def _links(self, number: int, page: pikepdf.Object) -> None:
        where = f"page {number + 1}"
        for annotation in page.get("/Annots", []):
            if annotation.get("/Subtype") != "/Link":
                self._say(f"{where}: an annotation is no link")
                continue
            owner = self._references.get(annotation.objgen)
            parent = self._parent_tree.get(int(annotation.get("/StructParent", -1)))
            if owner is None or parent is None or parent.objgen != owner.objgen:
                self._say(f"{where}: a link is not in the tree")
            if not str(annotation.get("/Contents", "")):
                self._say(f"{where}: a link has no description")
            if int(annotation.get("/F", 0)) != 4:
                self._say(f"{where}: a link is not printed")
            self._target(where, annotation)

    def _target(self, where: str, annotation: pikepdf.Object) -> None:
        if "/Dest" in annotation:
            if annotation.Dest[0].objgen not in self._page_numbers:
                self._say(f"{where}: a link leads to no page")
        elif not re.match("https?://|mailto:", str(annotation.get("/A", Dictionary()).get("/URI", ""))):
            self._say(f"{where}: a link leads out of the document in another way than to the web or by mail")

    def _fonts(self, number: int, page: pikepdf.Object) -> None:
        resources = page.get("/Resources", Dictionary())
        for form in resources.get("/XObject", Dictionary()).values():
            self._form(f"page {number + 1}", form)
        for font in resources.get("/Font", Dictionary()).values():
            if font.objgen in self._known_fonts:
                continue
            self._known_fonts.add(font.objgen)
            name = str(font.BaseFont)[1:]
            if "/FontFile2" not in font.get("/FontDescriptor", Dictionary()):
                self._say(f"the font {name} is not embedded")
            if "/ToUnicode" not in font:
                self._say(f"the font {name} does not say what its codes mean")
                continue
            for code, text in unicode_map(font).items():
                if not text or any(char in "\0\ufeff\ufffe" for char in text):
                    self._say(f"the font {name} gives code {code} no meaning")

    def _form(self, where: str, form: pikepdf.Object) -> None:
        """A page of another file: what it once said about its own structure would be read as ours."""
        if form.get("/Subtype") != "/Form":
            self._say(f"{where}: the page has an image of its own")
            return
        for each in _forms_in(form):
            if "/StructParents" in each or "/StructParent" in each:
                self._say(f"{where}: a form has a place in a tree")
            for operands, operator in pikepdf.parse_content_stream(each):
                if str(operator) in ("BMC", "BDC", "MP", "DP") and operands[0] != "/OC":
                    self._say(f"{where}: a form has marks of its own ({operands[0]})")

    def _compare(self, drawn: set[Piece]) -> None:
        for page, mcid in sorted(set(self._owners) - drawn):
            self._say(f"page {page + 1}: piece {mcid} is in the tree but not on the page")


def _forms_in(form: pikepdf.Object, depth: int = 0) -> Iterator[pikepdf.Object]:
    """A form and those it shows."""
    yield form
    inner = form.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    for each in inner.values() if depth < 10 else ():
        if each.get("/Subtype") == "/Form":
            yield from _forms_in(each, depth + 1)


def unicode_map(font: pikepdf.Object) -> dict[int, str]:
    """What each code of a font means, as the font itself says."""
    pairs = re.findall(rb"^<([0-9A-F]{2})> <([0-9A-F]*)>$", font.ToUnicode.read_bytes(), re.MULTILINE)
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def spoken(pdf: bytes, password: str = "") -> list[tuple[str, str]]:
    """What a screen reader would say: the tag and the text of every element with text, in reading order."""
    with pikepdf.open(BytesIO(pdf), password=password) as document:
        maps: dict[tuple[int, int], dict[int, str]] = {}
        pages = {page.obj.objgen: _texts(page.obj, maps) for page in document.pages}
        said: list[tuple[str, str]] = []
        for kid in _list(document.Root.StructTreeRoot.K):
            said += _speak(kid, None, pages)
        return said


def spoken_text(pdf: bytes, password: str = "") -> str:
    """All that is said, elements parted by line ends."""
    return "\n".join(text for _, text in spoken(pdf, password))


def lost(pdf: bytes, sources: Iterable[str], password: str = "") -> list[str]:
    """Which texts the document does not say as they were written, in the order they were given in."""
    said = " ".join(spoken_text(pdf, password).split())
    complaints = []
    at = 0
    for source in sources:
        text = " ".join(source.split())
        found = said.find(text, at)
        if found >= 0:
            at = found + len(text)
        else:
            why = "is said before its turn" if text in said else "is not said"
            complaints.append(f"the text {text[:40]!r} {why}")
    return complaints


def words(text: str) -> Counter[str]:
    """How often each word comes, zero-width characters aside."""
    return Counter(re.sub("[\u200b-\u200f\u202a-\u202e]", "", text).split())


def _speak(
    element: pikepdf.Object, page: pikepdf.Object | None, pages: dict[tuple[int, int], dict[int, str]]
) -> Iterator[tuple[str, str]]:
    """One element: its own text in one piece, its links and spans in it, and then its children."""
    inline, below = _said_by(element, page, pages)
    if inline:
        yield _tag(element), inline.strip()
    yield from below


def _said_by(
    element: pikepdf.Object, page: pikepdf.Object | None, pages: dict[tuple[int, int], dict[int, str]]
) -> tuple[str, list[tuple[str, str]]]:
    if "/ActualText" in element:
        return str(element.ActualText), []
    page = element.get("/Pg", page)
    said = ""
    below: list[tuple[str, str]] = []
    for kid in _list(element.get("/K")):
        if isinstance(kid, int):
            said += pages[page.objgen][kid]
        elif kid.get("/Type") == "/MCR":
            said += pages[kid.Pg.objgen][int(kid.MCID)]
        elif kid.get("/Type") != "/OBJR":
            if _tag(kid) in ("Span", "Link"):
                said += _said_by(kid, page, pages)[0]
            else:
                below += _speak(kid, page, pages)
    return said, below


def _texts(page: pikepdf.Object, maps: dict[tuple[int, int], dict[int, str]]) -> dict[int, str]:
    """The text of each numbered piece of a page; `maps` remembers what the fonts' codes mean."""
    fonts = page.Resources.Font
    for font in fonts.values():
        if font.objgen not in maps:
            maps[font.objgen] = unicode_map(font)
    texts: dict[int, str] = {}
    meaning: dict[int, str] = {}
    marks: list[int | None] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                mcid = operands[1].get("/MCID")
                marks.append(None if mcid is None else int(mcid))
                if marks[-1] is not None:
                    texts.setdefault(marks[-1], "")
            case "BMC":
                marks.append(None)
            case "EMC":
                marks.pop()
            case "Tf":
                meaning = maps[fonts[str(operands[0])].objgen]
            case "Tj" if marks and marks[-1] is not None:
                texts[marks[-1]] += "".join(meaning[code] for code in bytes(operands[0]))
    return texts


def _list(value: pikepdf.Object | None) -> "list[pikepdf.Object]":
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def _tag(element: pikepdf.Object) -> str:
    return str(element.get("/S"))[1:]
