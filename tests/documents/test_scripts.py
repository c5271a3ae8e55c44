"""Names and notes in every script: drawn with glyphs of their own, and read as they were written."""

from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_app.documents.page import Document, Rendered, linked
from practice_app.documents.repertoire import Repertoire
from practice_app.documents.typesetting import Span

from . import tools
from .judge import judge, lost, spoken
from .names import OTHERS, RIGHT_TO_LEFT, WRITINGS, people
from .tools import bare

UNSHAPED = (
    *("Latin", "Vietnamese", "Greek", "Cyrillic", "Armenian", "Georgian"),
    *("Japanese", "Korean", "Simplified Chinese", "Traditional Chinese"),
)


@cache
def document(script: str) -> tuple[Rendered, tuple[str, ...]]:
    """A document in one script wherever text may stand, and all its texts in the order they are read."""
    writing = WRITINGS[script]
    names = people(script)
    made = Document("Copy", "Clinic", identifiers=(("", names[0]), ("Family", writing.family[0])))
    made.heading(names[0])
    made.text(" ".join([writing.sentence] * 12))
    made.heading(names[1], 2, aside=writing.given[0])
    made.facts([(writing.family[0], writing.address), ("Name", names[2])])
    made.bullets([writing.sentence, [Span(writing.given[1], bold=True), linked("https://example.org")]])
    made.table((writing.family[1], "Place"), [(name, writing.address) for name in names], (1, 2))
    sources = (
        names[0],
        " ".join([writing.sentence] * 12),
        f"{writing.given[0]} {names[1]}",
        *(writing.family[0], writing.address, "Name", names[2]),
        *(writing.sentence, f"{writing.given[1]}https://example.org"),
        *(writing.family[1], "Place"),
        *(text for name in names for text in (name, writing.address)),
    )
    return made.finish(), sources


@pytest.mark.parametrize("script", WRITINGS)
def test_every_text_is_read_as_it_was_written_and_in_its_place(script: str) -> None:
    made, sources = document(script)
    assert made.missing == ()
    assert lost(made.pdf, sources) == []


@pytest.mark.parametrize("script", WRITINGS)
def test_the_judge_has_nothing_to_say(script: str) -> None:
    assert judge(document(script)[0].pdf) == []


@pytest.mark.parametrize("script", WRITINGS)
def test_a_simple_reader_finds_the_names_too(script: str, tmp_path: Path) -> None:
    """Readers that know nothing of structure find each name whole.

    Where a line has both directions they guess its order, each in a way of its own: names alone only.
    """
    made, sources = document(script)
    names = people(script)
    path = tmp_path / "copy.pdf"
    path.write_bytes(made.pdf)
    for read in (bare(tools.pdfium_text(made.pdf)), bare(tools.page_text(path))):
        assert not [name for name in names if bare(name) not in read]
        assert read.count(bare(names[0])) > sum(names[0] in text for text in sources), "not in the header"
    if script not in RIGHT_TO_LEFT:  # poppler gives the codes of a structure as they stand on the page
        assert all(bare(name) in bare(tools.struct_text(path)) for name in names)


def spans(script: str, key: str) -> set[str]:
    """What the spans of a document say under a key; an empty text for those without it."""
    with pikepdf.open(BytesIO(document(script)[0].pdf)) as pdf:
        found = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Span"]
        return {str(span.get(key, "")) for span in found}


@pytest.mark.parametrize("script", [name for name in WRITINGS if name not in UNSHAPED])
def test_what_is_shaped_says_what_it_stands_for(script: str) -> None:
    said = spans(script, "/ActualText")
    assert said
    assert all(text.strip() for text in said)


@pytest.mark.parametrize("script", UNSHAPED)
def test_what_is_not_shaped_is_told_by_its_glyphs(script: str) -> None:
    assert spans(script, "/ActualText") <= {""}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("שרה", "he"),
        ("শিক্ষা", "bn"),
        ("กิ่งแก้ว", "th"),
        ("さくら", "ja"),
        ("國棟", "zh-Hant"),
        ("陈伟", "zh-Hans"),
    ],
)
def test_a_voice_of_the_script_is_asked_for(text: str, language: str) -> None:
    made = Document("Copy", "Clinic")
    made.paragraph(f"Ann {text}")
    with pikepdf.open(BytesIO(made.finish().pdf)) as pdf:
        (span,) = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Span"]
        assert str(span.Lang) == language


@pytest.mark.parametrize("script", WRITINGS)
def test_bookmarks_are_as_written(script: str) -> None:
    made, _ = document(script)
    names = people(script)
    with pikepdf.open(BytesIO(made.pdf)) as pdf, pdf.open_outline() as outline:
        (top,) = outline.root
        assert [top.title, top.children[0].title] == [names[0], f"{WRITINGS[script].given[0]} {names[1]}"]


def test_every_script_in_one_document() -> None:
    made = Document("Copy", "Clinic")
    made.heading("All")
    texts = [f"{name} – {writing.sentence}" for name, writing in WRITINGS.items()]
    for text in texts:
        made.paragraph(text)
    pdf = made.finish().pdf
    assert lost(pdf, texts) == []
    assert judge(pdf) == []


def test_names_of_further_languages_are_found_by_every_reader(tmp_path: Path) -> None:
    made = Document("Copy", "Clinic")
    made.heading("Names")
    for name in OTHERS.values():
        made.paragraph(name)
    done = made.finish()
    path = tmp_path / "names.pdf"
    path.write_bytes(done.pdf)
    assert done.missing == ()
    assert judge(done.pdf, sources=OTHERS.values()) == []
    for read in (tools.pdfium_text(done.pdf), tools.page_text(path)):
        assert not [name for name in OTHERS.values() if bare(name) not in bare(read)]


_MIXED = "".join({char for writing in WRITINGS.values() for char in writing.sentence + writing.address})


@settings(max_examples=30, deadline=None)  # a document each
@given(st.text(f"{_MIXED}()[]«»-/%.: \u200e\u200f\u200c\u200d\u0301\u0651", max_size=150))
def test_no_mixture_of_scripts_is_lost_or_breaks_the_structure(text: str) -> None:
    made = Document("Copy", "Clinic", identifiers=(("", text),))
    made.heading("Mixture")
    made.paragraph(text)
    made.table(("Kind", "Text"), [("Mixture", text)], (3, 1))
    written = Repertoire().clean(text)
    assert judge(made.finish().pdf, sources=("Mixture", written, "Mixture", written)) == []


@pytest.mark.parametrize(
    "heap", ["a" + "\u0301" * 300, "क्" * 150 + "क", "ب" + "\u0651" * 300, "ก" + "\u0e49" * 300]
)
def test_a_heap_of_marks_does_not_stop_a_document(heap: str) -> None:
    made = Document("Copy", "Clinic")
    made.heading(heap)
    made.paragraph(f"Before {heap} after")
    rendered = made.finish()
    assert judge(rendered.pdf) == []
    assert lost(rendered.pdf, [heap, f"Before {heap} after"]) == []


def test_a_line_never_begins_with_what_may_not_begin_one() -> None:
    text = "患者は、「ちょっとよく眠れている」と言った。" * 9
    made = Document("Copy", "Clinic")
    made.paragraph(text)
    pdf = made.finish().pdf
    with pypdfium2.PdfDocument(pdf) as opened:
        lines = opened[0].get_textpage().get_text_range().split("\r\n")
    lines = [line for line in lines if "患" in line or "眠" in line]
    assert len(lines) > 3
    assert not [line for line in lines if line[0] in "、。」っょ" or line.rstrip()[-1] in "「"]
    assert ("P", text) in spoken(pdf)
