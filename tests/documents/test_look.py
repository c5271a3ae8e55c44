"""Both looks of every document: the same words, and large print large enough everywhere."""

import re
from functools import cache
from io import BytesIO

import pikepdf
import pytest

from practice_app.documents import holdings, subject_access
from practice_app.documents.look import LARGE_PRINT, STANDARD, Look
from practice_app.documents.page import Document, Rendered
from practice_app.documents.tables import Cell, group

from . import examples
from .judge import judge, spoken, spoken_text, unicode_map, words

LEAST = 16
"""Points; the RNIB's least size of large print."""


@cache
def documents(look: Look) -> dict[str, Rendered]:
    return {
        "copy": subject_access.render(examples.bundle(20), look=look),
        "released": subject_access.render(examples.bundle(3, released=True), look=look),
        "nothing held": subject_access.render(examples.nothing_held(), look=look),
        "holdings": holdings.render(examples.holdings(), look=look),
    }


def contents(made: Rendered) -> list[str]:
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        return [page.obj.Contents.read_bytes().decode("ascii") for page in pdf.pages]


def page_words(made: Rendered, page: int) -> str:
    """All that is seen on a page, header and footer included."""
    seen = ""
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        fonts = {name: unicode_map(font) for name, font in pdf.pages[page].obj.Resources.Font.items()}
        meaning: dict[int, str] = {}
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[page]):
            if str(operator) == "Tf":
                meaning = fonts[str(operands[0])]
            elif str(operator) == "Tj":
                seen += "".join(meaning[code] for code in bytes(operands[0]))
            elif str(operator) == "Tm":
                seen += "\n"
    return seen


@pytest.mark.parametrize("name", ["copy", "released", "nothing held", "holdings"])
def test_large_print_says_the_same_and_is_large_everywhere(name: str) -> None:
    made = documents(LARGE_PRINT)[name]
    assert judge(made.pdf) == []
    sizes = {float(size) for code in contents(made) for size in re.findall(r"/\S+ ([\d.]+) Tf", code)}
    assert min(sizes) >= LEAST
    body = [size for code in contents(made) for size in re.findall(r"/\S+ ([\d.]+) Tf", code)]
    assert "18" in body


def test_both_looks_have_the_same_words() -> None:
    """But for the page numbers of the contents and the offer to make large print."""
    usual, large = (
        words(
            re.sub(r"(, such as large print)", "", spoken_text(documents(look)["released"].pdf))
            .partition("How we use")[2]
            .partition("What we hold about you\n")[2]
        )
        for look in (STANDARD, LARGE_PRINT)
    )
    assert usual == large


def test_nothing_is_drawn_outside_the_margins() -> None:
    for look in (STANDARD, LARGE_PRINT):
        for made in documents(look).values():
            for code in contents(made):
                places = [(float(x), float(y)) for x, y in re.findall(r"1 0 0 1 ([\d.]+) ([\d.]+) Tm", code)]
                assert min(x for x, _ in places) >= look.margin - 0.01
                assert max(x for x, _ in places) < 595.28 - look.margin
                assert min(y for _, y in places) > 20


def test_a_table_too_narrow_for_its_type_is_stacked() -> None:
    made = Document("A title", "Harbour Clinic", look=LARGE_PRINT)
    made.heading("First")
    made.table(
        ("From", "To"),
        [
            group("Notes", 5),
            (Cell("Session notes", rows=2), "12", "08-Jan-2024", "", "8 years"),
            ("13", "09-Jan-2024", Cell("today", columns=2)),
        ],
        (5, 1, 2, 2, 4),
        over=(Cell("What", rows=2), Cell("Items", rows=2), Cell("Dated", columns=2), Cell("Kept", rows=2)),
    )
    pdf = made.finish().pdf
    assert judge(pdf) == []
    said = [text for tag, text in spoken(pdf) if tag != "H1"]
    row = ["Session notes", "Items", "12", "Dated From", "08-Jan-2024", "Dated To", "–", "Kept", "8 years"]
    again = [
        "Session notes",
        "Items",
        "13",
        "Dated From",
        "09-Jan-2024",
        "Dated To",
        "today",
        "Kept",
        "today",
    ]
    assert said == ["Notes", *row, *again]


def test_a_page_names_its_section_above_and_the_document_below() -> None:
    made = documents(STANDARD)["copy"]
    number = next(
        n for n in range(made.pages) if "What we hold about you: Session notes" in page_words(made, n)
    )
    assert "Subject access copy | Harbour Clinic: confidential" in page_words(made, number)
    assert "What we hold about you: Session notes" not in spoken_text(made.pdf)


def test_a_very_long_section_is_cut_short_in_the_header() -> None:
    for look in (STANDARD, LARGE_PRINT):
        made = Document("A title", "Harbour Clinic", identifiers=examples.SUBJECT.identifiers, look=look)
        made.heading(examples.words(1, 30))
        made.text(examples.words(2, 600))
        seen = page_words(made.finish(), 1)
        assert "…" in seen


def test_an_entry_that_goes_on_says_so_beside_its_next_page() -> None:
    made = Document("A title", "Harbour Clinic")
    made.heading("First")
    made.heading("Notes", 2)
    with made.indented(108):
        made.heading("Session note", 3, aside="08-Jan-2024 10:30")
        made.text(examples.words(1, 900))
    made.new_page()
    made.text("After them.")
    rendered = made.finish()
    assert rendered.pages >= 3
    assert "continued" not in page_words(rendered, 0)
    assert "08-Jan-2024 10:30\ncontinued" in page_words(rendered, 1)
    assert "continued" not in page_words(rendered, rendered.pages - 1)
    assert "continued" not in spoken_text(rendered.pdf)


def test_a_short_table_stays_on_one_page() -> None:
    for before in range(25, 45):
        made = Document("A title", "Harbour Clinic")
        made.heading("First")
        made.text("\n".join("line" for _ in range(before)))
        made.table(("Head", "B"), [(f"row{n}", "x") for n in range(5)], (1, 1))
        rendered = made.finish()
        pages = [n for n in range(rendered.pages) if "row" in page_words(rendered, n)]
        assert len(pages) == 1
        assert "Head" in page_words(rendered, pages[0])


def test_no_row_of_a_long_table_is_alone_on_a_page() -> None:
    for before in range(20, 45):
        made = Document("A title", "Harbour Clinic")
        made.heading("First")
        made.text("\n".join("line" for _ in range(before)))
        made.table(("Head", "B"), [(f"row{n}", "x") for n in range(40)], (1, 1))
        rendered = made.finish()
        counts = [page_words(rendered, n).count("row") for n in range(rendered.pages)]
        assert all(count != 1 for count in counts), counts
