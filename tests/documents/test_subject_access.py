"""The subject-access copy: complete, tagged, safe with any value, and naming both complaint routes."""

from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from practice_app.documents import holdings, subject_access
from practice_app.documents.page import Rendered
from practice_app.documents.subject_access import Bundle, Entry, Group, Statements
from practice_app.errors import Cancelled, Defect
from practice_app.progress import Progress

from . import examples, tools
from .judge import judge, spoken, spoken_text, words

HOSTILE = (
    '<img src="/etc/hostname"/><a href="file:///etc/passwd">link</a> &amp; & "quoted" \'single\' '
    '<font color="red">red</font> <para><b>bold</br> (brackets) \\ ${x} {{y}} %s {0}'
)
UNICODE = "Zoë Łukasz Żółć Nguyễn Ελληνικά Кириллица שלום עולם 😀"


@cache
def rendered() -> Rendered:
    return subject_access.render(examples.bundle(40))


def file_of(made: Rendered, folder: Path) -> Path:
    path = folder / "copy.pdf"
    path.write_bytes(made.pdf)
    return path


def texts_of(value: Any) -> list[str]:
    """Every text in nested dataclasses and tuples."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts_of(part)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts_of(getattr(value, field.name))]
    return []


def poisoned(value: Any, seen: list[str]) -> Any:
    """The same with a hostile text of its own in every field; `seen` collects their marks."""
    if isinstance(value, str):
        seen.append(f"mark{len(seen)}")
        return f"{seen[-1]} {HOSTILE}"
    if isinstance(value, tuple):
        return tuple(poisoned(part, seen) for part in value)
    if is_dataclass(value):
        changes = {field.name: poisoned(getattr(value, field.name), seen) for field in fields(value)}
        return replace(value, **changes)  # type: ignore[type-var]
    return value


def test_every_word_comes_out_once() -> None:
    bundle = examples.bundle(40)
    said = words(spoken_text(rendered().pdf))
    for group in bundle.groups:
        for entry in group.entries:
            for word, times in words(entry.text).items():
                assert said[word] == times, word


def test_the_judge_has_nothing_to_say() -> None:
    texts = [entry.text for group in examples.bundle(40).groups for entry in group.entries]
    paragraphs = [paragraph for text in texts for paragraph in text.split("\n\n")]
    assert len(paragraphs) > 80
    assert judge(rendered().pdf, sources=paragraphs) == []


def test_qpdf_has_nothing_to_say(tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors" in tools.run(
        "qpdf", "--check", file_of(rendered(), tmp_path)
    )


def test_pdfua_has_nothing_to_say(tmp_path: Path) -> None:
    assert tools.pdfua_findings(file_of(rendered(), tmp_path)) == ""


def test_poppler_finds_every_font_embedded_as_a_subset_with_unicode(tmp_path: Path) -> None:
    made = subject_access.render(examples.bundle(2, signed_by=UNICODE))
    rows = tools.run("pdffonts", file_of(made, tmp_path)).splitlines()[2:]
    assert len(rows) >= 4
    assert all("yes yes yes" in row for row in rows)


def test_poppler_reads_the_tree_as_we_do(tmp_path: Path) -> None:
    read = tools.struct_text(file_of(rendered(), tmp_path))
    assert "".join(read.split()) == "".join(spoken_text(rendered().pdf).split())


def test_poppler_finds_every_word_on_the_pages(tmp_path: Path) -> None:
    on_pages = words(tools.page_text(file_of(rendered(), tmp_path)))
    missing = words(spoken_text(rendered().pdf)) - on_pages
    assert not missing


@pytest.mark.parametrize(
    "text", [UNICODE, "שלום (John) 12:30 ועוד", "محمد علي and العربية", "क्षितिज हिन्दी", "cafe\u0301"]
)
def test_any_script_is_said_as_it_was_written(text: str) -> None:
    entry = examples.entry(1, text=text)
    made = subject_access.render(examples.bundle(groups=(Group("Notes", (entry,)),)))
    assert ("P", text) in spoken(made.pdf)
    assert judge(made.pdf) == []


def test_hebrew_is_read_in_order_by_poppler_too(tmp_path: Path) -> None:
    text = "שלום עולם וגם לונדון"
    made = subject_access.render(examples.bundle(groups=(Group("Notes", (examples.entry(1, text=text),)),)))
    path = file_of(made, tmp_path)
    plain = "".join(c for c in tools.page_text(path) if c not in "\u202a\u202b\u202c\u200e\u200f")
    assert text in plain


def test_a_character_without_a_glyph_is_shown_by_its_number_and_listed() -> None:
    made = subject_access.render(
        examples.bundle(groups=(Group("Notes", (examples.entry(1, text="𒀀 said \u202e"),)),))
    )
    assert made.missing == ("\u202e", "𒀀")
    said = spoken_text(made.pdf)
    assert "[U+12000] said [U+202E]" in said
    assert "[U+12000]: cuneiform sign a" in said


def test_hostile_values_in_every_field_stay_plain_text() -> None:
    marks: list[str] = []
    bundle: Bundle = poisoned(examples.bundle(2), marks)
    made = subject_access.render(bundle)
    assert judge(made.pdf) == []
    said = " ".join(spoken_text(made.pdf).split())
    furniture = {text.split()[0] for text in texts_of(bundle.subject.identifiers)}
    for mark in set(marks) - furniture:
        assert f"{mark} {HOSTILE}" in said, mark
    with pikepdf.open(BytesIO(made.pdf)) as pdf:
        drawn = b"".join(page.obj.Contents.read_bytes() for page in pdf.pages)
        uris = {str(a.A.URI) for page in pdf.pages for a in page.obj.get("/Annots", []) if "/A" in a}
        assert not any(isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image" for o in pdf.objects)
    assert uris == set()
    assert all(label.split()[0].encode() in drawn for label, _ in bundle.subject.identifiers)


def test_hostile_values_on_the_one_page_summary_stay_plain_text() -> None:
    marks: list[str] = []
    made = holdings.render(poisoned(examples.holdings(), marks))
    assert judge(made.pdf) == []
    said = " ".join(spoken_text(made.pdf).split())
    assert said.count(HOSTILE) >= 6


@pytest.mark.parametrize("name", [field.name for field in fields(Statements)])
def test_an_explanation_left_out_is_a_defect(name: str) -> None:
    statements = replace(examples.STATEMENTS, **{name: " \n"})
    with pytest.raises(Defect, match=name):
        subject_access.render(examples.bundle(statements=statements))


def test_every_explanation_has_its_headed_section() -> None:
    said = spoken(rendered().pdf)
    headings = [text for tag, text in said if tag == "H2"]
    letters = [text.split()[0] for text in headings if text.startswith("(")]
    assert letters == ["(a)", "(b)", "(c)", "(d)", "(e)", "(ea)", "(f)", "(g)", "(h)"]
    assert "Safeguards when information leaves the UK" in headings
    assert all(("P", text) in said for text in texts_of(examples.STATEMENTS) if "." not in text[:-1])


def test_the_letter_names_both_complaint_routes_and_the_court() -> None:
    letter = spoken_text(rendered().pdf).partition("Contents")[0]
    for part in (
        "Dear Mr John Smith,",
        "3 November 2026",
        "Complain to us first. Please contact Dr Amina Okafor, director, 12 Quay Street",
        "section 164A",
        "Complain to the regulator. The regulator is the Information Commission, Wycliffe House",
        "https://ico.org.uk/make-a-complaint",
        "Go to court.",
    ):
        assert part in letter


def test_every_entry_has_its_date_and_source() -> None:
    said = spoken(rendered().pdf)
    headings = [text for tag, text in said if tag == "H3"]
    assert headings[:2] == ["03-Jan-2024 Name", "08-Jan-2024 10:30 Session note"]
    assert len(headings) == 41
    sources = [
        text for tag, text in said if tag == "LBody" and text in ("Told by you", "Written by your therapist")
    ]
    assert len(sources) == 41


def test_an_entry_without_a_date_says_so() -> None:
    group = Group("Notes", (Entry(None, "Untitled", "Found"),))
    said = spoken(subject_access.render(examples.bundle(groups=(group,))).pdf)
    assert ("H3", "Date not recorded Untitled") in said


def test_a_group_without_entries_is_left_out_unless_it_has_something_to_say() -> None:
    groups = (Group("Letters", ()), Group("Calls", (), note="Recordings were erased."))
    said = spoken(subject_access.render(examples.bundle(groups=groups)).pdf)
    assert ("H2", "Calls (0)") in said
    assert ("P", "Recordings were erased.") in said
    assert ("H2", "Letters (0)") not in said


def test_viewings_and_the_search_are_told() -> None:
    said = spoken_text(rendered().pdf)
    for part in ("Who has opened your record", "08-Jan-2024 10:30\nTherapist", "How we searched"):
        assert part in said
    for part in ("Session notes\n40", "Letters\n0", "Paper files before 2019\nThey were destroyed in 2025"):
        assert part in said
    assert "3 January 2024 to 1 November 2026" in said
    assert "Items found\n41" in said


def test_a_copy_for_review_is_stamped_and_a_released_one_is_not() -> None:
    assert spoken(rendered().pdf)[0] == ("P", subject_access.STAMP)
    released = subject_access.render(examples.bundle(40, released=True))
    assert subject_access.STAMP not in spoken_text(released.pdf)
    assert released.pages == rendered().pages


def test_the_metadata_never_name_the_person() -> None:
    with pikepdf.open(BytesIO(rendered().pdf)) as pdf:
        about = pdf.Root.Metadata.read_bytes() + repr(dict(pdf.docinfo)).encode()
    assert b"Smith" not in about
    assert b"SMITH" not in about
    assert b"Harbour Clinic" in about


def test_nothing_held_gives_a_short_letter() -> None:
    made = subject_access.render(examples.nothing_held())
    assert made.pages <= 2
    assert judge(made.pdf) == []
    said = spoken_text(made.pdf)
    assert "We hold no information about you" in said
    assert "Complain to the regulator." in said
    assert "destroyed" not in said


def test_a_destroyed_record_is_told_with_its_day() -> None:
    made = subject_access.render(examples.nothing_held(destroyed=date(2025, 5, 6)))
    assert "destroyed under our retention policy on 6 May 2025" in spoken_text(made.pdf)


def test_setting_a_long_record_can_be_stopped_in_the_midst_of_it() -> None:
    seen: list[tuple[int, int, str]] = []

    def stop(*step: object) -> None:
        seen.append(step)
        if len(seen) == 3:
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        subject_access.render(examples.bundle(200), progress)
    assert seen == [(done, 201, "Setting text") for done in (0, 20, 40)]


def test_viewings_alone_are_something_held() -> None:
    bundle = replace(examples.nothing_held(), viewings=examples.bundle().viewings)
    assert "Who has opened your record" in spoken_text(subject_access.render(bundle).pdf)
