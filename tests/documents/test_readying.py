"""Clean copies made ready for another document: no marks, nothing hidden, the words found in their places."""

import json
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream
from PIL import Image, ImageCms

from practice_app.documents.attached import Sheet, Words, packed, unpacked
from practice_app.documents.intake import pictures, readied, reading, readying
from practice_app.documents.intake.confined import Cleaner
from practice_app.documents.intake.readied import Readied
from practice_app.progress import Progress
from tests.documents import papers


def words(content: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(content)
    found: str = document[page].get_textpage().get_text_bounded()
    document.close()
    return found


def look(content: bytes, page: int = 0) -> bytes:
    document = pypdfium2.PdfDocument(content)
    drawn: bytes = document[page].render(scale=1).to_pil().convert("RGB").tobytes()
    document.close()
    return drawn


def said(sheet: Sheet) -> list[str]:
    return [" ".join(each.text for each in paragraph) for paragraph in (*sheet.own, *sheet.read)]


def form(made: Pdf, code: bytes, **entries: object) -> Stream:
    stream = Stream(made, code)
    stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 300, 400])
    for key, value in entries.items():
        stream["/" + key] = value
    return made.make_indirect(stream)


def marked(made: Pdf) -> None:
    """A tagged page: text in marks, with a form, a pattern and a letter that have marks too."""
    page = made.pages[0].obj
    code = page.Contents.read_bytes()
    page.Contents = Array(
        [
            made.make_indirect(Stream(made, b"/P <</MCID 0>> BDC /Place MP")),
            made.make_indirect(Stream(made, code + b" EMC /F Do /Pattern cs /T scn 0 0 20 20 re f")),
        ]
    )
    page.StructParents = 0
    inner = form(made, b"/Artifact BMC 0 0 1 rg 100 100 9 9 re f EMC", StructParent=1)
    outer = form(
        made,
        b"/Span <</MCID 3>> BDC /Inner Do EMC",
        StructParents=1,
        Resources=Dictionary(XObject=Dictionary(Inner=inner)),
    )
    tile = Stream(made, b"/P <</MCID 9>> BDC 1 0 0 rg 0 0 5 5 re f EMC")
    for key, value in {"PatternType": 1, "PaintType": 1, "TilingType": 1, "XStep": 5, "YStep": 5}.items():
        tile["/" + key] = value
    tile.BBox, tile.Resources = Array([0, 0, 5, 5]), Dictionary()
    page.Resources.XObject = Dictionary(F=outer)
    page.Resources.Pattern = Dictionary(T=made.make_indirect(tile))


def test_marks_go_and_the_look_and_the_words_stay() -> None:
    content = papers.pdf("Dear Dr Okafor", change=marked)
    made = readying.ready(content)
    assert made.pdf is not None
    left = papers.expanded(made.pdf)
    for gone in (b"BDC", b"BMC", b"EMC", b" MP", b"MCID", b"StructParent"):
        assert gone not in left.replace(b"/StructParents 0", b"")  # the page's own does not come along
    assert look(made.pdf) == look(content)
    assert words(made.pdf) == words(content) == "Dear Dr Okafor"


@pytest.mark.parametrize("code", [b"Q Q %s q 5 0 0 5 0 0 cm", b"q %s", b"q Q Q %s"])
def test_a_page_that_saves_and_restores_unevenly_is_made_even(code: bytes) -> None:
    """In a form, one restoring too many would undo what puts the form in its place."""

    def change(made: Pdf) -> None:
        page = made.pages[0].obj
        page.Contents = Stream(made, code.replace(b"%s", page.Contents.read_bytes()))

    content = papers.pdf("Dear Dr Okafor", change=change)
    made = readying.ready(content)
    assert made.pdf is not None
    assert look(made.pdf) == look(content)
    with pikepdf.open(BytesIO(made.pdf)) as opened:
        left = [str(each.operator) for each in pikepdf.parse_content_stream(opened.pages[0])]
    depths = [left[:n].count("q") - left[:n].count("Q") for n in range(len(left) + 1)]
    assert (min(depths), depths[-1]) == (0, 0)


def sharing(made: Pdf) -> None:
    """Forms that all have the resources of the page, in which they are themselves, as some programs write."""
    page = made.pages[0].obj
    page.Resources = shared = made.make_indirect(page.Resources)
    forms = {f"/F{n}": form(made, b"/P BMC 0 0 9 9 re f EMC", Resources=shared) for n in range(12)}
    shared.XObject = Dictionary(forms)
    page.Contents = Stream(made, page.Contents.read_bytes() + b" /F0 Do /F11 Do")


def test_forms_with_resources_in_common_are_looked_at_once() -> None:
    """From each to all others there is no end of ways: this test would not end either."""
    made = readying.ready(papers.pdf("Dear Dr Okafor", change=sharing))
    assert made.pdf is not None
    assert b"BMC" not in papers.expanded(made.pdf)
    assert words(made.pdf) == "Dear Dr Okafor"


def test_a_page_without_marks_stays_byte_for_byte() -> None:
    assert readying.ready(papers.pdf("Hello")).pdf is None


def layered(**configuration: object) -> Callable[[Pdf], None]:
    """A page whose second line belongs to a layer."""

    def change(made: Pdf) -> None:
        page = made.pages[0].obj
        layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String("Draft")))
        made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(**configuration))
        if "OFF" in configuration:
            made.Root.OCProperties.D.OFF = Array([layer])
        page.Resources.Properties = Dictionary(L=layer)
        code = page.Contents.read_bytes() + b" /OC /L BDC BT /F1 18 Tf 20 200 Td (Secret) Tj ET EMC"
        page.Contents = Stream(made, code)

    return change


def test_what_a_layer_hides_does_not_come_along() -> None:
    content = papers.pdf("Shown", change=layered(OFF=True))
    made = readying.ready(content)
    assert made.pdf is not None
    assert words(made.pdf) == ""
    assert b"Secret" not in papers.expanded(made.pdf)
    (sheet,) = made.sheets
    assert (sheet.own, sheet.is_plain, made.to_read) == ((), True, (0,))
    assert (sheet.width, sheet.height) == (300, 400)
    with Image.open(BytesIO(_only_picture(made.pdf))) as picture:
        grey = picture.convert("L").resize((300, 400))
    assert min(grey.crop((20, 80, 100, 105)).tobytes()) < 120  # "Shown"
    assert min(grey.crop((20, 180, 100, 205)).tobytes()) > 200  # where "Secret" is hidden


def test_a_layer_that_is_shown_is_part_of_the_page() -> None:
    made = readying.ready(papers.pdf("Shown", change=layered()))
    assert made.pdf is not None
    assert "Secret" in words(made.pdf)
    assert not made.sheets[0].is_plain


def _only_picture(content: bytes) -> bytes:
    with pikepdf.open(BytesIO(content)) as opened:
        return opened.pages[0].obj.Resources.XObject.Im0.read_raw_bytes()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_scan_is_plain_and_is_to_be_read(kind: str) -> None:
    clean, _ = pictures.clean(papers.picture(kind), f"image/{kind.lower()}")
    made = readying.ready(clean)
    assert [sheet.is_plain for sheet in made.sheets] == [True]
    assert (made.to_read, made.pdf) == ((0,), None)


def with_picture(**entries: object) -> bytes:
    def change(made: Pdf) -> None:
        stream = Stream(made, bytes(4 * 4 * 4))
        stream.Type, stream.Subtype, stream.Width, stream.Height = Name.XObject, Name.Image, 4, 4
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceRGB, 8
        for key, value in entries.items():
            made_value = value(made) if callable(value) else value
            if made_value is None:
                del stream["/" + key]
            else:
                stream["/" + key] = made_value
        page = made.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(Im=made.make_indirect(stream)))
        page.Contents = Stream(made, b"q 300 0 0 400 0 0 cm /Im Do Q")

    return papers.pdf(change=change)


def profile(name: str, colours: int) -> Callable[[Pdf], Object]:
    def make(made: Pdf) -> Object:
        if name == "sRGB":
            data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        else:
            data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
            data[16:20] = name.encode()
        return Array([Name.ICCBased, made.make_indirect(Stream(made, bytes(data), N=colours))])

    return make


def _mask(made: Pdf) -> Object:
    return made.make_indirect(
        Stream(made, bytes(16), Type=Name.XObject, Subtype=Name.Image, Width=4, Height=4,
               ColorSpace=Name.DeviceGray, BitsPerComponent=8)
    )  # fmt: skip


PICTURES: dict[str, tuple[dict[str, object], bool]] = {
    "RGB": ({}, True),
    "grey": ({"ColorSpace": Name.DeviceGray}, True),
    "RGB profile": ({"ColorSpace": profile("sRGB", 3)}, True),
    "palette": ({"ColorSpace": Array([Name.Indexed, Name.DeviceRGB, 1, pikepdf.String("abcdef")])}, True),
    "stencil": ({"ColorSpace": None, "ImageMask": True, "BitsPerComponent": 1}, True),
    "CMYK": ({"ColorSpace": Name.DeviceCMYK}, False),
    "CMYK profile": ({"ColorSpace": profile("CMYK", 4)}, False),
    "profile of another kind": ({"ColorSpace": profile("CMYK", 3)}, False),
    "CMYK palette": (
        {"ColorSpace": Array([Name.Indexed, Name.DeviceCMYK, 1, pikepdf.String("abcdefgh")])},
        False,
    ),
    "ink": ({"ColorSpace": Array([Name.Separation, Name.Gold, Name.DeviceRGB, Dictionary()])}, False),
    "transparent": ({"SMask": _mask}, False),
    "JPEG 2000": ({"Filter": Array([Name.JPXDecode])}, False),
    "smoothed": ({"Interpolate": True}, False),
    "intent": ({"Intent": Name.Whatever}, False),
    "deep": ({"BitsPerComponent": 16}, False),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_only_pictures_in_rgb_or_grey_are_plain(kind: str) -> None:
    entries, is_plain = PICTURES[kind]
    assert readying.ready(with_picture(**entries)).sheets[0].is_plain is is_plain


def _code(code: bytes) -> Callable[[Pdf], None]:
    def change(made: Pdf) -> None:
        page = made.pages[0].obj
        page.Resources, page.Contents = Dictionary(), Stream(made, code)

    return change


def _state(made: Pdf) -> None:
    page = made.pages[0].obj
    page.Resources = Dictionary(ExtGState=Dictionary(G=Dictionary(ca=0.5)))
    page.Contents = Stream(made, b"/G gs 0 0 9 9 re f")


def _group(made: Pdf) -> None:
    _code(b"0 0 9 9 re f")(made)
    made.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)


@pytest.mark.parametrize(
    ("change", "is_plain"),
    [
        (_code(b"1 0 0 rg 0 0 9 9 re f 0.5 G 0 0 m 9 9 l S"), True),
        (_code(b"0 0 0 1 k 0 0 9 9 re f"), False),
        (_code(b"/DeviceCMYK cs 0 0 0 1 sc 0 0 9 9 re f"), False),
        (_code(b"/Sh sh"), False),
        (_code(b"q BI /W 1 /H 1 /CS /CMYK /BPC 8 ID abcd EI Q"), False),
        (_state, False),
        (_group, False),
        (lambda made: None, False),  # text in Helvetica, which is not embedded
    ],
    ids=["areas and lines", "black ink", "colour space", "shading", "inline", "state", "group", "text"],
)
def test_what_else_is_on_a_page_decides_too(change: Callable[[Pdf], None], is_plain: bool) -> None:
    assert readying.ready(papers.pdf(change=change)).sheets[0].is_plain is is_plain


def text_page(*lines: tuple[int, int, str], **entries: object) -> bytes:
    def change(made: Pdf) -> None:
        page = made.pages[0].obj
        shown = "".join(f"BT /F1 12 Tf {x} {y} Td ({text}) Tj ET " for x, y, text in lines)
        page.Contents = Stream(made, shown.encode())
        for key, value in entries.items():
            page["/" + key] = value

    return papers.pdf(change=change)


def test_text_comes_in_paragraphs_with_its_places() -> None:
    content = text_page((30, 360, "Dear Doctor,"), (30, 300, "She was seen"), (30, 286, "last week."))
    (sheet,) = readying.ready(content).sheets
    assert said(sheet) == ["Dear Doctor,", "She was seen last week."]
    first = sheet.own[0][0]
    assert (first.left, first.top) == pytest.approx((0.1, 0.08), abs=0.02)
    assert 0.02 < first.height < 0.05


def test_places_are_those_of_the_page_as_it_is_read() -> None:
    (sheet,) = readying.ready(text_page((30, 360, "Up"), Rotate=90)).sheets
    assert (sheet.width, sheet.height) == (400, 300)
    assert sheet.own[0][0].left > 0.85
    assert sheet.own[0][0].top == pytest.approx(0.1, abs=0.03)


def test_words_outside_of_the_page_are_not_said() -> None:
    content = text_page((30, 360, "In"), (30, 20, "Out"), CropBox=Array([0, 200, 300, 400]))
    assert said(readying.ready(content).sheets[0]) == ["In"]


def test_a_page_with_nothing_on_it_is_not_read() -> None:
    made = Pdf.new()
    made.add_blank_page(page_size=(300, 400))
    output = BytesIO()
    made.save(output)
    assert readying.ready(output.getvalue()).to_read == ()


def test_a_scan_with_a_line_of_text_is_read_all_the_same() -> None:
    fax = papers.scanned_letter(1, 1)
    assert readying.ready(fax).to_read == (0,)
    assert said(readying.ready(fax).sheets[0]) == ["Letter 1, page 0"]
    assert readying.ready(papers.pdf("A letter with a small logo")).to_read == ()


def test_the_confined_process_makes_copies_ready_and_says_when_it_cannot() -> None:
    with Cleaner() as cleaner:
        made = cleaner.ready(papers.pdf("Dear Dr Okafor", change=marked))
        assert cleaner.ready(b"no PDF at all") is None
        plain = cleaner.ready(papers.pdf("Again"))
    assert made is not None
    assert made.pdf is not None
    assert said(made.sheets[0]) == ["Dear Dr Okafor"]
    assert plain is not None
    assert plain.pdf is None


PLACES = st.floats(-1, 2, allow_nan=False).map(lambda number: round(number, 4))
WORDS = st.builds(Words, st.text(st.characters(codec="utf-8"), min_size=1), PLACES, PLACES, PLACES, PLACES)
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
SIDES = st.integers(1, 5000).map(float)
SHEETS = st.builds(Sheet, SIDES, SIDES, PARAGRAPHS, PARAGRAPHS, st.booleans())


@given(st.lists(SHEETS, min_size=1, max_size=3).map(tuple), st.none() | st.binary(min_size=1))
def test_what_is_kept_opens_as_it_was(sheets: tuple[Sheet, ...], pdf: bytes | None) -> None:
    kept = Readied(sheets, (0,), pdf, "tesseract 5 (eng)")
    assert readied.opened(kept.kept()) == kept


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_nonsense_is_told_from_sheets(nonsense: Any) -> None:
    try:
        found = unpacked(json.dumps(nonsense).encode())
    except ValueError:
        return
    assert unpacked(packed(found)) == found


@given(st.binary())
def test_what_was_not_kept_by_us_does_not_open(content: bytes) -> None:
    assert readied.opened(content) is None


def test_what_another_version_kept_is_made_anew() -> None:
    kept = Readied((Sheet(9, 9),), ()).kept()
    assert readied.opened(kept) is not None
    assert readied.opened(kept.replace(b'"form": 1', b'"form": 2')) is None


def scan_of(*lines: tuple[int, int, str]) -> bytes:
    """A clean scan of a page with these lines."""
    document = pypdfium2.PdfDocument(text_page(*lines))
    picture = BytesIO()
    document[0].render(scale=200 / 72).to_pil().convert("L").save(picture, "JPEG", quality=80, dpi=(200, 200))
    document.close()
    return pictures.clean(picture.getvalue(), "image/jpeg")[0]


@pytest.fixture(scope="module")
def reader() -> reading.Reader:
    found = reading.installed()
    if found is None:
        pytest.skip("tesseract is not installed")
    return found


def test_a_scan_is_read_where_it_can_be(reader: reading.Reader) -> None:
    content = scan_of((30, 360, "Dear Doctor Okafor,"), (30, 300, "She was seen"), (30, 286, "last week."))
    made = reading.read_pages(content, readying.ready(content), reader, Progress())
    (sheet,) = made.sheets
    assert said(sheet) == ["Dear Doctor Okafor,", "She was seen last week."]
    assert sheet.own == ()
    first = sheet.read[0][0]
    assert (first.left, first.top) == pytest.approx((0.1, 0.08), abs=0.02)
    assert 0.02 < first.height < 0.06
    assert made.reader == reader.name
    assert reader.name.startswith("tesseract ")
    assert "eng" in reader.name


def test_what_a_page_says_itself_is_not_read_again(reader: reading.Reader) -> None:
    def with_scan(made: Pdf) -> None:
        with pikepdf.open(BytesIO(scan_of((30, 200, "Only seen")))) as scan:
            page = made.pages[0].obj
            page.Resources.XObject = Dictionary(S=made.copy_foreign(scan.pages[0].obj.Resources.XObject.Im0))
        code = b"q 300 0 0 400 0 0 cm /S Do Q BT /F1 14 Tf 30 360 Td (Faxed on Monday) Tj ET"
        page.Contents = Stream(made, code)

    content = papers.pdf(change=with_scan)
    made = reading.read_pages(content, readying.ready(content), reader, Progress())
    assert said(made.sheets[0]) == ["Faxed on Monday", "Only seen"]


def test_without_tesseract_nothing_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert reading.installed() is None


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
@pytest.mark.parametrize("languages", ["osd\n", ""])
def test_a_tesseract_without_our_language_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, languages: str
) -> None:
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\necho 'tesseract 5.0'\necho '{languages}'\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert reading.installed() is None


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of other systems are not all kept")
def test_whoever_reads_can_write_nothing_and_is_ended_when_late(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "told"
    told.write_text("")
    program = tmp_path / "tesseract"
    program.write_text(
        f"#!/bin/sh\ncat >/dev/null\necho x > {tmp_path}/left || exit 3\n"
        "printf 'level\\tblock_num\\tpar_num\\tline_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext\\n'\n"
    )
    program.chmod(0o700)
    picture = reading.Picture(2, 2, 8, bytes(16))
    made = reading.Reader(str(program), "5", ("eng",))
    assert made.read(picture) == ()
    assert (tmp_path / "left").read_bytes() == b""

    program.write_text("#!/bin/sh\ncat >/dev/null\nexec sleep 600\n")
    monkeypatch.setattr(reading, "SECONDS", 1)
    monkeypatch.setattr(reading, "_SLACK_S", 0)
    assert made.read(picture) == ()
