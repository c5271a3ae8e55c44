"""A clean copy made ready to stand in another document: without a structure of its own, its words in places.

What a page says about its own structure would be read as the other document's, so all marks go; and so does
what would restore the state of graphics that the other document saved. A page that
uses layers some of which are hidden, or whose code cannot be read, becomes a picture of itself: what was
hidden must not come along.
"""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from PIL import Image

from practice_app.documents.attached import Paragraph, Sheet, Words, upright_size
from practice_app.documents.intake.pictures import encoded
from practice_app.documents.intake.plainness import is_plain
from practice_app.documents.intake.readied import Readied
from practice_app.documents.intake.showing import Paper, box_on

_MARKS = frozenset(["BMC", "BDC", "EMC", "MP", "DP"])
_MARKING = (b"BMC", b"BDC", b"EMC", b"MP", b"DP")
_SAVING = re.compile(rb"(?<!\S)[qQ](?!\S)")
_DOTS_AN_INCH = 200.0
_MOST_CHARACTERS = 50_000

_FEW_CHARACTERS = 200
_MOSTLY = 0.4
"""A page is a scan when pictures cover this part of it and it has hardly any text of its own."""

_NEW_PARAGRAPH = 0.8
"""A gap between lines, in heights of a line, that parts paragraphs."""


def ready(content: bytes) -> Readied:
    """Make a clean copy ready. Raises what pikepdf and pypdfium2 raise for what is no PDF."""
    paper = pypdfium2.PdfDocument(content)
    sheets: list[Sheet] = []
    to_read: list[int] = []
    with Pdf.open(BytesIO(content)) as opened:
        marks = _Marks(opened)
        for number, page in enumerate(opened.pages):
            seen = paper[number]
            is_picture = not marks.taken_off(page.obj)
            if is_picture:
                _draw(opened, page.obj, content, number)
            sheets.append(_sheet(page.obj, () if is_picture else tuple(_paragraphs(seen))))
            if _may_hold_text(page.obj, sheets[-1], seen):
                to_read.append(number)
            seen.close()
        made = _saved(opened) if marks.were_found else None
    paper.close()
    return Readied(tuple(sheets), tuple(to_read), made)


def _saved(opened: Pdf) -> bytes:
    output = BytesIO()
    opened.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def _sheet(page: Object, own: tuple[Paragraph, ...]) -> Sheet:
    width, height = upright_size(page)
    return Sheet(max(width, 1.0), max(height, 1.0), own, is_plain=is_plain(page))


class _Marks:
    """Takes the marks off the pages of one file, and out of the forms, patterns and letters they use."""

    def __init__(self, opened: Pdf) -> None:
        self.were_found = False
        self._opened = opened
        self._hides = _hides_layers(opened)
        self._done: set[tuple[int, int]] = set()

    def taken_off(self, page: Object) -> bool:
        """Whether it could be done; if not, the page is to become a picture."""
        try:
            return self._off_page(page)
        except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
            self.were_found = True
            return False

    def _off_page(self, page: Object) -> bool:
        streams = list(_streams_of(page.get("/Contents")))
        within = list(_code_in(page.get("/Resources")))
        if self._hides and (
            any(b"/OC" in stream.read_bytes() for stream in (*streams, *within)) or _has_layers(page)
        ):
            self.were_found = True
            return False
        if any(_is_marked(stream) for stream in streams) or _is_unbalanced(streams):
            page.Contents = Stream(self._opened, _unmarked(page))
            self.were_found = True
        for stream in within:
            if stream.objgen in self._done:
                continue
            self._done.add(stream.objgen)
            if _is_marked(stream):
                stream.write(_unmarked(stream))
                self.were_found = True
            for key in ("/StructParent", "/StructParents", "/OC"):
                if key in stream:
                    del stream[key]
                    self.were_found = True
        return True


def _is_marked(stream: Object) -> bool:
    code = stream.read_bytes()
    return any(mark in code for mark in _MARKING)


def _unmarked(page_or_stream: Any) -> bytes:
    """The code without marks, and with a "Q" for each "q": one more would undo what the document drew."""
    kept, saved = [], 0
    for each in pikepdf.parse_content_stream(page_or_stream):
        operator = str(each.operator)
        is_surplus = operator == "Q" and not saved
        saved += {"q": 1, "Q": 0 if is_surplus else -1}.get(operator, 0)
        if operator not in _MARKS and not is_surplus:
            kept.append(each)
    return pikepdf.unparse_content_stream(kept) + b"\nQ" * saved


def _is_unbalanced(streams: Sequence[Object]) -> bool:
    """Whether a page's code may save and restore the state of graphics unevenly, which viewers forgive."""
    saved = 0
    for found in _SAVING.findall(b"\n".join(stream.read_bytes() for stream in streams)):
        saved += 1 if found == b"q" else -1
        if saved < 0:
            return True
    return saved != 0


def _streams_of(contents: Object | None) -> Iterator[Stream]:
    if isinstance(contents, Stream):
        yield contents
    elif isinstance(contents, Array):
        yield from (each for each in contents if isinstance(each, Stream))


def _code_in(resources: object) -> Iterator[Stream]:
    """The forms, tiling patterns, letters and masks that resources lead to; each is code like a page's.

    Each comes once: some programs give every form the resources of the whole page, which lead to all others.
    """
    met: set[tuple[int, int]] = set()
    waiting = [resources]
    while waiting:
        for stream in _drawn_with(waiting.pop()):
            if stream.objgen not in met:
                met.add(stream.objgen)
                waiting.append(stream.get("/Resources"))
                yield stream


def _drawn_with(resources: object) -> Iterator[Stream]:
    if not isinstance(resources, Dictionary):
        return
    for each in _values(resources.get("/XObject")):
        if isinstance(each, Stream) and each.get("/Subtype") == Name.Form:
            yield each
    for each in _values(resources.get("/Pattern")):
        if isinstance(each, Stream):
            yield each
    for font in _values(resources.get("/Font")):
        if isinstance(font, Dictionary) and font.get("/Subtype") == Name.Type3:
            yield from (each for each in _values(font.get("/CharProcs")) if isinstance(each, Stream))
    for state in _values(resources.get("/ExtGState")):
        mask = state.get("/SMask") if isinstance(state, Dictionary) else None
        form = mask.get("/G") if isinstance(mask, Dictionary) else None
        if isinstance(form, Stream):
            yield form


def _values(found: object) -> list[Any]:
    return [found[key] for key in found.keys()] if isinstance(found, Dictionary) else []  # noqa: SIM118


def _hides_layers(opened: Pdf) -> bool:
    """Whether anything can be hidden in this file by a layer (ISO 32000-1, 8.11)."""
    layers: Any = opened.Root.get("/OCProperties")
    if not isinstance(layers, Dictionary):
        return False
    shown = layers.get("/D")
    if not isinstance(shown, Dictionary) or shown.get("/BaseState", Name.ON) != Name.ON:
        return True
    if len(list(shown.get("/OFF", Array()))):
        return True
    return any(_may_hide(each) for each in opened.objects if isinstance(each, Dictionary))


def _may_hide(found: Dictionary) -> bool:
    """A layer that is off on some occasion, or a condition other than that a layer is on."""
    if found.get("/Type") == Name.OCMD:
        return "/VE" in found or found.get("/P", Name.AnyOn) not in (Name.AnyOn, Name.AllOn)
    if found.get("/Type") != Name.OCG:
        return False
    usages = _values(found.get("/Usage"))
    return any(Name.OFF in _values(usage) for usage in usages)


def _has_layers(page: Object) -> bool:
    """Whether a picture or a form of the page belongs to a layer."""
    resources = page.get("/Resources", Dictionary())
    holders = [resources, *(each.get("/Resources") for each in _code_in(resources))]
    return any(
        isinstance(each, Stream) and "/OC" in each
        for holder in holders
        if isinstance(holder, Dictionary)
        for each in _values(holder.get("/XObject"))
    )


def _draw(opened: Pdf, page: Object, content: bytes, number: int) -> None:
    """Put a picture of the page in place of all that it is made of."""
    drawn = Paper(content).draw(number, _DOTS_AN_INCH / 72, 0)
    size = (drawn.width, drawn.height)
    picture = Image.frombytes("RGB", size, drawn.pixels, "raw", "BGRX", drawn.stride)
    width, height = (max(each, 1.0) for each in upright_size(page))
    for key in ("/CropBox", "/Rotate", "/UserUnit", "/Group"):
        if key in page:
            del page[key]
    page.MediaBox = Array([0, 0, round(width, 2), round(height, 2)])
    page.Resources = Dictionary(XObject=Dictionary(Im0=encoded(opened, picture)))
    page.Contents = Stream(opened, b"q %.2f 0 0 %.2f 0 0 cm /Im0 Do Q" % (width, height))


def _may_hold_text(page: Object, sheet: Sheet, seen: Any) -> bool:
    """Whether a machine should look for text in what the page shows."""
    if not sheet.own:
        return any(stream.read_bytes().strip() for stream in _streams_of(page.get("/Contents")))
    own = sum(len(words.text) for paragraph in sheet.own for words in paragraph)
    return own < _FEW_CHARACTERS and _covered(seen) > _MOSTLY


def _covered(seen: Any) -> float:
    """What part of a page pictures cover, as if none lay on another."""
    width, height = seen.get_size()
    covered = 0.0
    for each in seen.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = each.get_bounds()
        covered += max(right - left, 0) * max(top - bottom, 0)
    return float(covered / max(width * height, 1.0))


def _paragraphs(seen: Any) -> Iterator[Paragraph]:
    """The text that a page has of its own, in the order of its code, where gaps part its paragraphs."""
    paragraph: list[Words] = []
    for line in _lines(seen):
        if paragraph and _is_apart(paragraph[-1], line):
            yield tuple(paragraph)
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield tuple(paragraph)


def _is_apart(upper: Words, lower: Words) -> bool:
    gap = lower.top - (upper.top + upper.height)
    return not -2 * upper.height < gap < _NEW_PARAGRAPH * max(upper.height, lower.height)


def _lines(seen: Any) -> Iterator[Words]:
    text = seen.get_textpage()
    whole = text.get_text_range(0, min(text.count_chars(), _MOST_CHARACTERS))
    at = 0
    for line in whole.split("\r\n"):
        # The mark is where a word was broken at the end of a line: it is one word again.
        said = line.replace("\ufffe", "").strip()
        place = _place(seen, text, at, len(line)) if said else None
        at += len(line) + 2
        if place is not None:
            yield Words(said, *place)
    text.close()


def _place(seen: Any, text: Any, start: int, count: int) -> tuple[float, float, float, float] | None:
    """Where characters are on the upright page; None for what lies outside of it."""
    rects = [text.get_rect(each) for each in range(text.count_rects(start, count))]
    if not rects:
        return 0.0, 0.0, 0.0, 0.0
    lefts, bottoms, rights, tops = zip(*rects, strict=True)
    left, top, width, height = box_on(seen, (min(lefts), min(bottoms), max(rights), max(tops)))
    is_outside = left >= 1 or top >= 1 or left + width <= 0 or top + height <= 0
    return None if is_outside else (left, top, width, height)
