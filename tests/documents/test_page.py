"""The one look of every PDF: headings, text, lists, facts, tables, furniture."""

import re
import subprocess
import sys
import weakref
from io import BytesIO

import pikepdf
import pytest

from practice_app.documents.blocks import Slice
from practice_app.documents.page import Document, linked
from practice_app.documents.typesetting import Span
from practice_app.errors import Cancelled, Defect
from practice_app.progress import Progress

from .examples import words
from .judge import judge, spoken, spoken_text
from .judge import words as count


def document(**options: object) -> Document:
    made = Document(
        "A title", "Harbour Clinic", identifiers=(("", "SMITH, John"), ("Born", "14-Jul-1945")), **options
    )
    made.heading("First")
    return made


def marked(pdf: bytes, tag: str) -> list[str]:
    return [text for name, text in spoken(pdf) if name == tag]


def drawn(pdf: bytes, page: int) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return opened.pages[page].obj.Contents.read_bytes()


def test_importing_the_documents_loads_no_heavy_library() -> None:
    program = (
        "import sys; from practice_app.documents import holdings, protect, subject_access; "
        "print({'reportlab', 'pikepdf', 'icu4py', 'uharfbuzz', 'PIL'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, encoding="utf-8")
    assert done.stdout.strip() == "set()"


def test_paragraphs_and_typed_line_ends_stay() -> None:
    made = document()
    made.text("one\ntwo\n\n \nthree\r\n\r\nfour")
    assert marked(made.finish().pdf, "P") == ["one two", "three", "four"]


def test_a_note_of_two_hundred_pages_comes_out_word_for_word() -> None:
    text = "\n\n".join(words(n, 300) for n in range(330))
    made = document()
    made.text(text)
    rendered = made.finish()
    assert rendered.pages > 200
    assert count(spoken_text(rendered.pdf)) == count("First " + text)
    assert judge(rendered.pdf) == []


@pytest.mark.parametrize("where", ["value", "label", "item", "cell", "head", "heading", "aside", "paragraph"])
def test_a_very_long_text_is_safe_everywhere(where: str) -> None:
    text = words(1, 3000) if where not in ("head", "aside", "label") else words(1, 400)
    made = document()
    match where:
        case "value":
            made.facts([("Label", text)])
        case "label":
            made.facts([(text, "Value")])
        case "item":
            made.bullets([text])
        case "cell":
            made.table(("A", "B"), [("x", text)], (1, 2))
        case "head":
            made.table((text, "B"), [("x", "y")], (1, 2))
        case "heading":
            made.heading(text, 2)
        case "aside":
            with made.indented(100):
                made.heading("Heading", 2, aside=text)
        case "paragraph":
            made.paragraph(text)
    rendered = made.finish()
    assert judge(rendered.pdf) == []
    assert not count(text) - count(spoken_text(rendered.pdf))


def test_a_table_repeats_its_head_for_the_eye_only() -> None:
    made = document()
    made.table(("Date", "Role"), [(f"day{n}", f"role{n}") for n in range(200)], (1, 1))
    rendered = made.finish()
    assert rendered.pages > 3
    assert [text for text in marked(rendered.pdf, "TH") if text in ("Date", "Role")] == ["Date", "Role"]
    assert b"(Date)" in drawn(rendered.pdf, 2)
    assert marked(rendered.pdf, "TD") == [f"role{n}" for n in range(200)]


def test_a_heading_never_ends_a_page() -> None:
    for lines in range(40, 54):
        made = document()
        made.text("\n".join(f"line{n}" for n in range(lines)))
        made.heading("Second", 2)
        made.text("after")
        rendered = made.finish()
        page = next(n for n in range(rendered.pages) if b"(after)" in drawn(rendered.pdf, n))
        assert b"(Second)" in drawn(rendered.pdf, page)


def test_contents_lead_to_the_headings_with_their_pages() -> None:
    made = Document("A title", "Harbour Clinic")
    made.heading("Contents", listed=False)
    made.contents()
    made.new_page()
    made.heading("First")
    made.heading("Second", 2)
    made.heading("Third", 3)
    made.new_page()
    made.heading("Fourth")
    rendered = made.finish()
    assert marked(rendered.pdf, "Reference") == ["First 2", "Second 2", "Fourth 3"]
    with pikepdf.open(BytesIO(rendered.pdf)) as pdf:
        pages = [page.obj.objgen for page in pdf.pages]
        targets = [pages.index(link.Dest[0].objgen) for link in pdf.pages[0].obj.Annots]
        bookmarks = [item.title for item in pdf.open_outline().root]
    assert targets == [1, 1, 2]
    assert bookmarks == ["Contents", "First", "Fourth"]
    assert judge(rendered.pdf) == []


def test_a_heading_without_words_is_still_one() -> None:
    made = document()
    made.contents()
    made.heading("\u200b", 2)
    assert marked(made.finish().pdf, "H2") == ["Untitled"]


def test_hebrew_text_begins_on_the_right_but_a_value_stays_by_its_label() -> None:
    made = document()
    made.text("שלום")
    made.facts([("Name", "עולם")])
    page = drawn(made.finish().pdf, 0).decode("latin-1")
    text, value = re.findall(r"/Span <</MCID \d+>> BDC\nBT\n.*?1 0 0 1 ([\d.]+)", page, re.DOTALL)
    assert float(text) > 500
    assert float(value) < 200


def test_a_mark_stands_where_its_item_begins() -> None:
    made = document()
    made.bullets(["Ann", "שלום"])
    page = drawn(made.finish().pdf, 0).decode("latin-1")
    marks = re.findall(r"/Lbl <</MCID \d+>> BDC\nBT\n.*?1 0 0 1 ([\d.]+)", page, re.DOTALL)
    (hebrew,) = re.findall(r"/Span <</MCID \d+>> BDC\nBT\n.*?1 0 0 1 ([\d.]+)", page, re.DOTALL)
    assert float(marks[0]) < 100 < 400 < float(hebrew) < float(marks[1])


def test_a_heading_level_may_not_be_left_out() -> None:
    with pytest.raises(Defect):
        document().heading("Deep", 3)


def test_lists_keep_their_marks() -> None:
    made = document()
    made.bullets(["one", "two"])
    made.numbered(["three", [Span("four", bold=True), Span(" and more")]])
    pdf = made.finish().pdf
    assert marked(pdf, "Lbl") == ["•", "•", "1.", "2."]
    assert marked(pdf, "LBody") == ["one", "two", "three", "four and more"]


def test_a_fact_without_value_says_so() -> None:
    made = document()
    made.facts([("Born", " "), ("Phone", "0117")])
    assert marked(made.finish().pdf, "LBody") == ["Not recorded", "0117"]


def test_every_page_has_its_number_and_both_identifiers() -> None:
    made = document(footer="Harbour Clinic: confidential")
    made.text(words(1, 2000))
    rendered = made.finish()
    for page in range(rendered.pages):
        contents = drawn(rendered.pdf, page)
        assert f"(Page {page + 1} of {rendered.pages})".encode() in contents
        assert all(word in contents for word in (b"SMITH", b"14-Jul-1945", b"confidential"))
    assert "SMITH" not in spoken_text(rendered.pdf)


def test_a_stamp_is_on_every_page_and_said_once_at_the_start() -> None:
    made = document(stamp="For review")
    made.text(words(1, 2000))
    rendered = made.finish()
    assert rendered.pages > 1
    assert all(b"(For review)" in drawn(rendered.pdf, page) for page in range(rendered.pages))
    assert spoken(rendered.pdf)[0] == ("P", "For review")
    assert spoken_text(rendered.pdf).count("For review") == 1
    assert judge(rendered.pdf) == []


def test_a_link_over_lines_and_pages_is_one_element() -> None:
    made = document()
    made.text("\n".join(f"line{n}" for n in range(40)))
    made.paragraph([Span("See "), Span(words(1, 200), link="https://example.org/"), Span(" there.")])
    rendered = made.finish()
    assert judge(rendered.pdf) == []
    with pikepdf.open(BytesIO(rendered.pdf)) as pdf:
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]
        assert len(links) == 2
        assert all(len(link.QuadPoints) >= 16 for link in links)
        assert all(str(link.A.URI) == "https://example.org/" for link in links)


def test_two_links_to_one_place_keep_the_words_between_them_in_order() -> None:
    made = document()
    here = "https://example.org/"
    made.paragraph([Span("See "), Span("this", link=here), Span(" and "), Span("that", link=here), Span(".")])
    pdf = made.finish().pdf
    assert marked(pdf, "P") == ["See this and that."]
    assert judge(pdf) == []


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://ico.org.uk/complain", "https://ico.org.uk/complain"),
        ("privacy@harbour.example", "mailto:privacy@harbour.example"),
        ("file:///etc/passwd", ""),
        ("javascript:alert(1)", ""),
        ("www.example.org", ""),
        ("a@b.c?attach=/etc/passwd", ""),
    ],
)
def test_only_web_and_mail_addresses_become_links(address: str, target: str) -> None:
    assert linked(address) == Span(address, link=target)


def test_the_metadata_name_the_clinic() -> None:
    with pikepdf.open(BytesIO(document().finish().pdf)) as pdf:
        assert str(pdf.docinfo.Title) == "A title"
        assert str(pdf.docinfo.Author) == "Harbour Clinic"
        assert pdf.Root.Lang == "en-GB"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:creator"] == ["Harbour Clinic"]


def test_stopping_keeps_nothing() -> None:
    made = document()
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        made.finish(progress)


def test_progress_counts_pages() -> None:
    seen: list[tuple[int, int, str]] = []
    made = document()
    made.text(words(1, 2000))
    pages = made.finish(Progress(lambda *step: seen.append(step))).pages
    assert seen == [(page, pages, "Writing pages") for page in range(pages)]


def long_contents(sections: int) -> Document:
    made = Document("A title", "Harbour Clinic", stamp="For review")
    made.heading("Letter")
    made.text("\n".join(f"line{n}" for n in range(60)))
    made.new_page()
    made.heading("Contents", listed=False)
    made.contents()
    for section in range(sections):
        made.new_page()
        made.heading(f"Section {section}")
        made.heading(f"Part of {section}", 2)
        made.heading(f"Entry of {section}", 3)
    return made


def test_contents_over_several_pages_have_the_right_numbers_and_links() -> None:
    rendered = long_contents(80).finish()
    assert judge(rendered.pdf) == []
    lines = marked(rendered.pdf, "Reference")
    assert len(lines) == 161
    with pikepdf.open(BytesIO(rendered.pdf)) as pdf:
        pages = [page.obj.objgen for page in pdf.pages]
        targets = [
            pages.index(link.Dest[0].objgen) + 1 for page in pdf.pages for link in page.obj.get("/Annots", [])
        ]
    assert [int(line.split()[-1]) for line in lines] == targets
    assert targets[0] == 1
    first = targets[1]
    assert first >= 2 + 1 + 3  # the letter has two pages and the contents more than two
    assert targets[1::2] == [first + n for n in range(80)]
    assert b"(Section 0)" in drawn(rendered.pdf, first - 1)


def test_contents_are_read_and_numbered_where_they_stand() -> None:
    rendered = long_contents(80).finish()
    said = [text for tag, text in spoken(rendered.pdf) if tag in ("P", "H1")]
    assert said[:2] == ["For review", "Letter"]
    assert said.index("Contents") < said.index("Section 0")
    for page in range(rendered.pages):
        assert f"(Page {page + 1} of {rendered.pages})".encode() in drawn(rendered.pdf, page)
    with pikepdf.open(BytesIO(rendered.pdf)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root[:3]] == ["Letter", "Contents", "Section 0"]
        assert [[inner.title for inner in item.children] for item in outline.root[:4]] == [
            [],
            [],
            ["Part of 0"],
            ["Part of 1"],
        ]
        assert [item.title for item in outline.root[2].children[0].children] == ["Entry of 0"]


def test_contents_that_begin_a_document_bear_the_spoken_stamp() -> None:
    made = Document("A title", "Harbour Clinic", stamp="For review")
    made.contents()
    made.heading("First")
    rendered = made.finish()
    assert judge(rendered.pdf) == []
    assert spoken(rendered.pdf)[0] == ("P", "For review")
    assert b"/P <</MCID 0>> BDC" in drawn(rendered.pdf, 0)
    assert b"/P <<" not in drawn(rendered.pdf, 1)


def test_a_document_has_one_table_of_contents() -> None:
    made = document()
    made.contents()
    with pytest.raises(Defect):
        made.contents()


def test_an_empty_document_is_one_page() -> None:
    rendered = Document("A title", "Harbour Clinic").finish()
    assert rendered.pages == 1
    with pikepdf.open(BytesIO(rendered.pdf)) as pdf:
        assert len(pdf.pages) == 1


def test_what_was_drawn_is_forgotten() -> None:
    seen: list[weakref.ref[Slice]] = []

    class Watched(Slice):
        __slots__ = ("__weakref__",)

    made = document()
    for _ in range(100):
        piece = Watched(height=200.0)
        seen.append(weakref.ref(piece))
        made._add(piece)
        del piece
    alive = sum(each() is not None for each in seen)
    assert alive <= 4  # those of the page that is being filled
