"""Pages of other files in a document: seen, said once, in place, and no more claimed than is true."""

from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from practice_app.documents.attached import File, Sheet, Words, upright_size
from practice_app.documents.look import LARGE_PRINT
from practice_app.documents.page import Document, Rendered

from . import papers
from .judge import judge, spoken
from .tools import page_text, pdfua_findings, run, struct_text

SIZE = (300.0, 400.0)


def quadrants(
    size: tuple[float, float] = SIZE, *, origin: tuple[float, float] = (0, 0), **entries: object
) -> bytes:
    """A page whose quarters are red (upper left), green (upper right), blue (lower left) and white."""
    made = Pdf.new()
    made.add_blank_page(page_size=size)
    page = made.pages[0].obj
    (width, height), (x, y) = size, origin
    page.MediaBox = Array([x, y, x + width, y + height])
    half = f"{width / 2} {height / 2}"
    page.Contents = Stream(
        made,
        f"1 0 0 rg {x} {y + height / 2} {half} re f 0 1 0 rg {x + width / 2} {y + height / 2} {half} re f "
        f"0 0 1 rg {x} {y} {half} re f".encode(),
    )
    for key, value in entries.items():
        page["/" + key] = value
    output = BytesIO()
    made.save(output)
    return output.getvalue()


def sheets_of(content: bytes, **changes: object) -> tuple[Sheet, ...]:
    with pikepdf.open(BytesIO(content)) as opened:
        return tuple(Sheet(*upright_size(page.obj), **changes) for page in opened.pages)


def rendered(content: bytes, *sheets: Sheet, before: str = "Before.", after: str = "After.") -> Rendered:
    made = Document("A title", "Harbour Clinic", identifiers=(("", "SMITH, John"), ("Born", "14-Jul-1945")))
    made.heading("First")
    made.heading("Letters", 2)
    made.heading("Letter to us", 3)
    made.text(before)
    made.heading("Attached: scan.pdf", 4)
    made.attachment_pages(File(sheets or sheets_of(content), lambda: content), "a scan")
    made.heading("Another letter", 3)
    made.text(after)
    made.contents()
    return made.finish()


def colours(pdf: bytes, page: int, rectangle: tuple[float, float, float, float]) -> list[str]:
    """The colours of the quarters of a rectangle on a page: the upper two, then the lower two."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[page].render(scale=1).to_pil().convert("RGB")
    document.close()
    left, bottom, right, top = rectangle
    named = {(255, 0, 0): "red", (0, 255, 0): "green", (0, 0, 255): "blue", (255, 255, 255): "white"}
    seen = []
    for down in (0.25, 0.75):
        for across in (0.25, 0.75):
            at = (int(left + across * (right - left)), int(picture.height - top + down * (top - bottom)))
            seen.append(named[picture.getpixel(at)])
    return seen


def figures(pdf: bytes) -> list[tuple[str, tuple[float, ...]]]:
    """Alternate text and place of every Figure."""
    found = []

    def walk(element: pikepdf.Object) -> None:
        if element.get("/S") == "/Figure":
            found.append((str(element.Alt), tuple(float(number) for number in element.A.BBox)))
        kids = element.get("/K", Array())
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, Dictionary):
                walk(kid)

    with pikepdf.open(BytesIO(pdf)) as document:
        walk(document.Root.StructTreeRoot.K)
    return found


def claims(pdf: bytes) -> list[str]:
    with pikepdf.open(BytesIO(pdf)) as document:
        metadata = document.Root.Metadata.read_bytes()
    return [claim for claim in ("pdfuaid:part", "pdfaid:part") if f"<{claim}>".encode() in metadata]


def test_every_page_becomes_a_page_with_one_figure_that_says_which() -> None:
    content = papers.pdf("one", "two")
    made = rendered(content)
    assert made.pages == 4
    assert [alt for alt, _ in figures(made.pdf)] == [
        "Page 1 of 2 of a scan. A picture, without text that a machine could read.",
        "Page 2 of 2 of a scan. A picture, without text that a machine could read.",
    ]
    assert judge(made.pdf) == []


def test_a_page_stands_between_header_and_footer_and_keeps_its_shape() -> None:
    made = rendered(quadrants((595, 842)))
    ((_, (left, bottom, right, top)),) = figures(made.pdf)
    assert (right - left) / (top - bottom) == pytest.approx(595 / 842, rel=1e-3)
    assert left >= 0
    assert right <= 595.3
    assert 44 < bottom < top < 842 - 62


def test_a_small_page_is_not_blown_up() -> None:
    ((_, (left, bottom, right, top)),) = figures(rendered(quadrants((100, 80))).pdf)
    assert (right - left, top - bottom) == pytest.approx((100, 80), abs=0.02)


UPRIGHT = ["red", "green", "blue", "white"]


@pytest.mark.parametrize(
    ("entries", "seen", "shape"),
    [
        ({}, UPRIGHT, 0.75),
        ({"Rotate": 90}, ["blue", "red", "white", "green"], 4 / 3),
        ({"Rotate": 180}, ["white", "blue", "green", "red"], 0.75),
        ({"Rotate": 270}, ["green", "white", "red", "blue"], 4 / 3),
        ({"Rotate": -90}, ["green", "white", "red", "blue"], 4 / 3),
        ({"Rotate": 45}, UPRIGHT, 0.75),
        ({"UserUnit": 0.5}, UPRIGHT, 0.75),
        ({"UserUnit": 0.5, "Rotate": 90}, ["blue", "red", "white", "green"], 4 / 3),
    ],
    ids=str,
)
@pytest.mark.parametrize("origin", [(0, 0), (-50, 720)], ids=str)
def test_turned_moved_and_scaled_pages_are_seen_upright(
    entries: dict[str, object], seen: list[str], shape: float, origin: tuple[float, float]
) -> None:
    content = quadrants(origin=origin, **entries)
    ((_, place),) = figures((made := rendered(content)).pdf)
    left, bottom, right, top = place
    assert (right - left) / (top - bottom) == pytest.approx(shape, rel=1e-3)
    assert colours(made.pdf, 1, place) == seen


def test_a_user_unit_says_how_large_the_paper_is() -> None:
    assert sheets_of(quadrants(UserUnit=0.5))[0].width == 150
    ((_, (left, _, right, _)),) = figures(rendered(quadrants(UserUnit=0.5)).pdf)
    assert right - left == pytest.approx(150, abs=0.02)


def test_only_what_the_crop_box_shows_is_shown() -> None:
    content = quadrants(CropBox=Array([0, 200, 150, 400]))  # the red quarter
    ((_, place),) = figures((made := rendered(content)).pdf)
    assert colours(made.pdf, 1, place) == ["red"] * 4
    left, bottom, right, top = place
    document = pypdfium2.PdfDocument(made.pdf)
    picture = document[1].render(scale=1).to_pil().convert("RGB")
    document.close()
    beside = picture.getpixel((int(right) + 20, int(842 - (top + bottom) / 2)))
    assert beside == (255, 255, 255)
    assert left > 0


@pytest.mark.parametrize("box", [Array([0, 0, 0, 0]), Array([9, 9]), Array([1000, 1000, 1100, 1100]), Name.X])
def test_a_box_that_shows_nothing_is_not_believed(box: pikepdf.Object) -> None:
    made = rendered(quadrants(CropBox=box))
    ((_, place),) = figures(made.pdf)
    assert colours(made.pdf, 1, place) == UPRIGHT
    assert judge(made.pdf) == []


def test_boxes_and_turns_may_be_inherited() -> None:
    with pikepdf.open(BytesIO(quadrants())) as opened:
        tree, page = opened.Root.Pages, opened.pages[0].obj
        tree.MediaBox, tree.Rotate = page.MediaBox, 90
        del page.MediaBox
        output = BytesIO()
        opened.save(output)
    ((_, place),) = figures((made := rendered(output.getvalue())).pdf)
    assert colours(made.pdf, 1, place) == ["blue", "red", "white", "green"]


def line(text: str, top: float) -> Words:
    return Words(text, 0.1, top, 0.5, 0.04)


def test_the_words_of_a_scan_are_said_and_extracted_once_where_they_are_seen(tmp_path: Path) -> None:
    content = quadrants((595, 842))
    read = (
        (line("The quick brown", 0.1), line("fox jumps.", 0.15)),
        (line("Naïve Łukasz, Ψυχή", 0.3),),
    )
    made = rendered(content, Sheet(595, 842, read=read))
    assert ("P", "The quick brown fox jumps.") in spoken(made.pdf)
    assert ("P", "Naïve Łukasz, Ψυχή") in spoken(made.pdf)
    ((alt, place),) = figures(made.pdf)
    assert alt == "Page 1 of 1 of a scan. A picture; its text, read by a machine and not checked, follows."
    path = tmp_path / "made.pdf"
    path.write_bytes(made.pdf)
    assert page_text(path).count("The quick brown") == 1
    assert struct_text(path).count("The quick brown fox jumps.") == 1
    document = pypdfium2.PdfDocument(made.pdf)
    text = document[1].get_textpage()
    found = text.search("quick brown").get_next()
    text.count_rects(*found)
    box = text.get_rect(0)
    text.close()
    document.close()
    left, bottom, right, top = place
    assert left + 0.1 * (right - left) - 1 <= box[0] <= left + 0.65 * (right - left)
    assert bottom + 0.84 * (top - bottom) <= box[1] <= bottom + 0.92 * (top - bottom)
    assert colours(made.pdf, 1, place) == UPRIGHT  # nothing of the words is seen
    assert judge(made.pdf) == []


def test_a_page_with_text_of_its_own_is_said_and_extracted_once(tmp_path: Path) -> None:
    content = papers.pdf("Dear Dr Okafor")
    own = ((Words("Dear Dr Okafor", 0.07, 0.2, 0.4, 0.05),),)
    made = rendered(content, Sheet(300, 400, own))
    assert [text for tag, text in spoken(made.pdf) if "Okafor" in text] == ["Dear Dr Okafor"]
    path = tmp_path / "made.pdf"
    path.write_bytes(made.pdf)
    assert page_text(path).count("Dear Dr Okafor") == 1
    assert struct_text(path).count("Dear Dr Okafor") == 1
    assert judge(made.pdf) == []


def test_the_heading_is_in_the_contents_and_among_the_bookmarks() -> None:
    made = rendered(quadrants())
    with pikepdf.open(BytesIO(made.pdf)) as document:
        titles = []

        def walk(item: pikepdf.Object) -> None:
            while item is not None:
                titles.append(str(item.Title))
                walk(item.get("/First"))
                item = item.get("/Next")

        walk(document.Root.Outlines.First)
    assert titles == ["First", "Letters", "Letter to us", "Attached: scan.pdf", "Another letter"]
    listed = [text for tag, text in spoken(made.pdf) if tag == "Reference"]
    assert listed == ["First 1", "Letters 1", "Attached: scan.pdf 1"]
    assert judge(made.pdf) == []


def test_what_follows_the_pages_begins_a_page_of_its_own() -> None:
    made = rendered(quadrants())
    document = pypdfium2.PdfDocument(made.pdf)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    assert [("Before." in text, "After." in text) for text in texts] == [
        (True, False),
        (False, False),
        (False, True),
    ]


def test_pages_of_other_files_stand_in_large_print_too() -> None:
    made = Document("A title", "Harbour Clinic", look=LARGE_PRINT, stamp="For review")
    made.heading("First")
    read = ((line("The quick brown", 0.1),),)
    content = quadrants((842, 595))
    made.attachment_pages(
        File((Sheet(842, 595, read=read),), lambda: content), "a scan with a long name " * 9
    )
    pdf = made.finish().pdf
    ((_, (left, bottom, right, top)),) = figures(pdf)
    assert LARGE_PRINT.bottom <= bottom < top <= 842 - LARGE_PRINT.top
    assert left >= 0
    assert right <= 595.3
    assert ("P", "The quick brown") in spoken(pdf)
    assert judge(pdf) == []


def test_only_one_file_is_in_memory_at_a_time() -> None:
    held: list[int] = []

    class Content(bytes):
        """Bytes that tell when they are let go."""

        def __del__(self) -> None:
            held.remove(id(self))

    def read(number: int) -> Content:
        content = Content(papers.letter(number))
        held.append(id(content))
        assert len(held) == 1
        return content

    made = Document("A title", "Harbour Clinic")
    made.heading("First")
    for number in range(4):
        made.attachment_pages(File(sheets_of(papers.letter(number)), partial(read, number)), "a letter")
    pdf = made.finish().pdf
    assert held == []
    document = pypdfium2.PdfDocument(pdf)
    texts = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    for number in range(4):
        assert f"Letter {number} of 2026-01-01, page 1" in texts[2 + 2 * number]


def test_only_plain_pages_leave_the_claim_to_be_an_archive() -> None:
    content = quadrants()
    assert claims(rendered(content, *sheets_of(content, is_plain=True)).pdf) == [
        "pdfuaid:part",
        "pdfaid:part",
    ]
    assert claims(rendered(content, *sheets_of(content, is_plain=False)).pdf) == ["pdfuaid:part"]


def test_other_judges_have_nothing_to_say(tmp_path: Path) -> None:
    picture = BytesIO()
    Image.new("RGB", (200, 280), "red").save(picture, "PDF", resolution=72)
    read = ((line("The quick brown", 0.1),),)
    made = rendered(picture.getvalue(), Sheet(200, 280, read=read, is_plain=True))
    path = tmp_path / "made.pdf"
    path.write_bytes(made.pdf)
    run("qpdf", "--check", path)
    assert pdfua_findings(path) == ""


def test_a_name_from_outside_stays_text() -> None:
    made = Document("A title", "Harbour Clinic")
    made.heading("First")
    content = quadrants()
    name = "“</b>) Tj ET\u202e\x00.pdf”"
    made.attachment_pages(File(sheets_of(content), lambda: content), name)
    pdf = made.finish().pdf
    assert figures(pdf)[0][0].startswith("Page 1 of 1 of “</b>) Tj ET[U+202E][U+0000].pdf”")
    assert judge(pdf) == []


def _figure(pdf: pikepdf.Pdf) -> pikepdf.Object:
    return next(each for each in pdf.objects if isinstance(each, Dictionary) and each.get("/S") == "/Figure")


def _mark_the_form(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Resources.XObject.Sheet.write(b"/P <</MCID 0>> BDC 0 0 9 9 re f EMC")


def _mark_inside_the_form(pdf: pikepdf.Pdf) -> None:
    inner = Stream(pdf, b"/Artifact BMC 0 0 9 9 re f EMC")
    inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    form = pdf.pages[1].obj.Resources.XObject.Sheet
    form.Resources = Dictionary(XObject=Dictionary(X=inner))


def _paint_outside(pdf: pikepdf.Pdf) -> None:
    contents = pdf.pages[1].obj.Contents
    contents.write(contents.read_bytes().replace(b"/Figure <<", b"/P <<"))


DAMAGES = {
    "no place": (lambda pdf: _figure(pdf).__delitem__("/A"), "where it is"),
    "no alternate text": (lambda pdf: _figure(pdf).__delitem__("/Alt"), "no alternate text"),
    "marks": (_mark_the_form, "marks of its own (/P)"),
    "marks inside": (_mark_inside_the_form, "marks of its own (/Artifact)"),
    "place in a tree": (
        lambda pdf: pdf.pages[1].obj.Resources.XObject.Sheet.__setitem__("/StructParents", 0),
        "a place in a tree",
    ),
    "outside": (_paint_outside, "painted outside a Figure"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_judge_sees_what_is_wrong_with_such_a_page(name: str) -> None:
    damage, complaint = DAMAGES[name]
    output = BytesIO()
    with pikepdf.open(BytesIO(rendered(quadrants()).pdf)) as document:
        damage(document)
        document.save(output)
    assert any(complaint in said for said in judge(output.getvalue()))
