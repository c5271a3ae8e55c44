"""What a screen reader says: the text of the tree in reading order, ActualText before glyphs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO

import pikepdf
from pikepdf import Dictionary

from .findings import Findings, entries, inside, number, tag
from .fonts import Maps

_Texts = dict[tuple[int, int], dict[int, str]]
"""For each page object the text of its numbered pieces, as the fonts say it."""


def spoken(pdf: bytes, password: str = "") -> list[tuple[str, str]]:
    """The tag and the text of every element with text, in reading order."""
    with pikepdf.open(BytesIO(pdf), password=password) as document:
        pages = _texts(document, Maps())
        said: list[tuple[str, str]] = []
        for kid in entries(document.Root.StructTreeRoot.get("/K")):
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


def check(document: pikepdf.Pdf, maps: Maps, found: Findings) -> None:
    """An ActualText must be made of the characters that its glyphs stand for, in whatever order they are.

    Where nothing is written, as in a picture, it may say what it will.
    """
    pages = _texts(document, maps)
    for kid in entries(document.Root.StructTreeRoot.get("/K")):
        _check(kid, None, pages, found)


def _check(element: pikepdf.Object, page: pikepdf.Object | None, pages: _Texts, found: Findings) -> None:
    page = element.get("/Pg", page)
    if "/ActualText" in element:
        meant, shown = str(element.ActualText), _shown(element, page, pages)
        if shown.strip() and sorted("".join(meant.split())) != sorted("".join(shown.split())):
            found.say(f"a {tag(element)} says {meant[:40]!r} but shows {shown[:40]!r}")
        return
    for kid in entries(element.get("/K")):
        if isinstance(kid, Dictionary) and kid.get("/Type") not in ("/MCR", "/OBJR"):
            _check(kid, page, pages, found)


def _shown(element: pikepdf.Object, page: pikepdf.Object | None, pages: _Texts) -> str:
    """What the glyphs of an element and of those in it stand for."""
    return "".join(
        _shown(kid, kid.get("/Pg", page), pages)
        if isinstance(kid, Dictionary) and "/S" in kid
        else _piece(kid, page, pages)
        for kid in entries(element.get("/K"))
    )


def _speak(element: pikepdf.Object, page: pikepdf.Object | None, pages: _Texts) -> Iterator[tuple[str, str]]:
    """One element: its own text in one piece, its links and spans in it, and then its children."""
    inline, below = _said_by(element, page, pages)
    if inline:
        yield tag(element), inline.strip()
    yield from below


def _said_by(
    element: pikepdf.Object, page: pikepdf.Object | None, pages: _Texts
) -> tuple[str, list[tuple[str, str]]]:
    if "/ActualText" in element:
        return str(element.ActualText), []
    page = element.get("/Pg", page)
    said = ""
    below: list[tuple[str, str]] = []
    for kid in entries(element.get("/K")):
        if isinstance(kid, int) or kid.get("/Type") in ("/MCR", "/OBJR"):
            said += _piece(kid, page, pages)
        elif tag(kid) in ("Span", "Link"):
            said += _said_by(kid, page, pages)[0]
        else:
            below += _speak(kid, page, pages)
    return said, below


def _piece(kid: pikepdf.Object | int, page: pikepdf.Object | None, pages: _Texts) -> str:
    """The text of a piece; a piece that is on no page has none, and so has a link's clickable place."""
    if isinstance(kid, int):
        mcid = kid
    elif kid.get("/Type") == "/MCR":
        mcid, page = number(kid.get("/MCID")), kid.get("/Pg", page)
    else:
        return ""
    return pages.get(page.objgen, {}).get(mcid, "") if isinstance(page, Dictionary) else ""


def _texts(document: pikepdf.Pdf, maps: Maps) -> _Texts:
    return {page.obj.objgen: _texts_of(page.obj, maps) for page in document.pages}


def _texts_of(page: pikepdf.Object, maps: Maps) -> dict[int, str]:
    """The text of each numbered piece of a page."""
    fonts = inside(inside(page, "/Resources"), "/Font")
    texts: dict[int, str] = {}
    meaning: dict[int, str] = {}
    marks: list[int | None] = []
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                properties = operands[1]
                mcid = properties.get("/MCID") if isinstance(properties, Dictionary) else None
                marks.append(None if mcid is None else int(mcid))
                if marks[-1] is not None:
                    texts.setdefault(marks[-1], "")
            case "BMC":
                marks.append(None)
            case "EMC" if marks:
                marks.pop()
            case "Tf":
                font = fonts.get(str(operands[0]))
                meaning = maps.of(font) if font is not None else {}
            case "Tj" if marks and marks[-1] is not None:
                texts[marks[-1]] += "".join(meaning.get(code, "\ufffd") for code in bytes(operands[0]))
    return texts
