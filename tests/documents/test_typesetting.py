"""Words into lines."""

import itertools
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_app.documents.fonts import Weight, face, unicode_of
from practice_app.documents.typesetting import Line, Span, Style, Typesetter

STYLE = Style(10.0, 14.0)


def set_lines(text: str, width: float = 200.0) -> list[Line]:
    return Typesetter().lines(text, STYLE, width)


def test_words_are_parted_by_one_space_over_line_ends() -> None:
    text = " ".join(f"word{n}" for n in range(60))
    lines = set_lines(text)
    assert len(lines) > 5
    assert "".join(line.text for line in lines) == text
    assert all(line.width <= 200 for line in lines)


def test_typed_line_ends_stay_and_still_part_words() -> None:
    assert [line.text for line in set_lines("one\ntwo\r\nthree")] == ["one ", "two ", "three"]


def test_a_long_word_is_cut_without_a_space_in_it() -> None:
    word = "https://example.org/" + "x" * 300
    lines = set_lines(f"see {word} there")
    assert "".join(line.text for line in lines) == f"see {word} there"
    assert all(line.width <= 200 for line in lines)


@pytest.mark.parametrize("word", ["e\u0301" * 200, "שלום" * 60, "क्षि" * 60, "👍🏽" * 60])
def test_a_long_word_is_never_cut_inside_a_letter(word: str) -> None:
    lines = set_lines(word)
    assert "".join(line.text for line in lines) == word
    assert not any(unicodedata.combining(line.text[0]) for line in lines)


def test_an_indent_stays() -> None:
    assert [line.text.replace("\xa0", "_") for line in set_lines("list:\n   - item\n\t- more")] == [
        "list: ",
        "___- item ",
        "- more",
    ]


def test_text_without_words_gives_no_line() -> None:
    assert set_lines(" \n\t\n  ") == []


def test_hebrew_runs_leftwards_in_reading_order() -> None:
    lines = set_lines("שלום עולם וגם John Smith (לונדון) ועוד מילים רבות בשורה הזאת")
    assert all(line.leftwards for line in lines)
    first = lines[0].runs or ()
    assert first[0].text == "שלום עולם וגם "
    assert first[0].x == max(run.x for run in first)
    assert (
        "".join(line.text for line in lines) == "שלום עולם וגם John Smith (לונדון) ועוד מילים רבות בשורה הזאת"
    )


def test_a_hebrew_name_in_an_english_line_stays_on_its_place() -> None:
    (line,) = set_lines("Name: שלום (Smith)")
    assert not line.leftwards
    order = [run.text for run in sorted(line.runs or (), key=lambda run: run.x)]
    assert order == ["Name: ", "שלום", " (Smith) "]


def test_words_of_one_font_and_direction_are_one_run() -> None:
    for text in ("क्षितिज हिन्दी", "محمد علي", "佐藤 花子", "สมชาย ใจ"):
        (line,) = set_lines(text)
        assert [run.text for run in line.runs or ()] == [text + " "]


@pytest.mark.parametrize(
    ("text", "clusters"),
    [
        ("क्षि", ["क्षि"]),  # a conjunct, and a vowel that stands before it
        ("র্ক", ["র্ক"]),  # a letter that goes on top of the next
        ("கௌ", ["கௌ"]),  # a vowel of two parts, around its consonant
        ("କ୍ଷୌ", ["କ୍ଷୌ"]),
        ("น้ำใจ", ["น้ำ", "ใ", "จ"]),  # stacked marks
        ("e\u0301x", ["e\u0301", "x"]),
        ("한", ["한"]),
        ("👨\u200d👩\u200d👧🇬🇧", ["👨\u200d👩\u200d👧", "🇬🇧"]),
        ("لا", ["ا", "ل"]),  # from left to right, as it is seen
    ],
)
def test_what_is_drawn_as_one_stands_for_all_its_characters(text: str, clusters: list[str]) -> None:
    (line,) = set_lines(text)
    codes = "".join([run.codes or run.text for run in line.runs or ()]).strip()
    assert [unicode_of(ord(code)) for code in codes] == clusters


def test_arabic_letters_take_the_form_of_their_place() -> None:
    typeface = face("NotoSansArabic", Weight.REGULAR)
    (line,) = set_lines("ببب ب")
    (run,) = line.runs or ()
    glyphs = [typeface.font.face.charToGlyph[ord(code)] for code in (run.codes or "").strip()]
    alone, _, last, middle, first = glyphs
    assert len({alone, last, middle, first}) == 4


def test_the_space_at_a_line_end_takes_no_room() -> None:
    for text in ("שלום", "क्षि"):
        (line,) = set_lines(text)
        (run,) = line.runs or ()
        space = run.width - line.width * 1000 / STYLE.size
        assert 200 < space < 300
        assert run.x == pytest.approx(-space if line.leftwards else 0)


def test_the_space_after_an_emoji_is_no_wider_than_others() -> None:
    setter = Typesetter()
    alone, pair = (setter.width(text, STYLE) for text in ("😀", "😀 😀"))
    assert pair - 2 * alone == pytest.approx(setter.width("a b", STYLE) - setter.width("ab", STYLE))


def test_spans_keep_their_emphasis_and_links() -> None:
    setter = Typesetter()
    (line,) = setter.lines(
        [Span("See "), Span("this place", link="https://example.org"), Span(" now", bold=True)], STYLE, 400
    )
    linked = "".join(run.text for run in line.runs or () if run.link)
    assert linked == "this place"
    assert {run.face.name for run in line.runs or ()} == {"NotoSans-Regular", "NotoSans-Bold"}


def test_measured_words_are_as_wide_as_the_line() -> None:
    setter = Typesetter()
    (line,) = setter.lines("two words", STYLE, 400)
    assert setter.width("two words", STYLE) == pytest.approx(line.width)


@settings(deadline=None)  # the first text in a script loads its font
@given(st.text())
def test_no_text_is_lost_or_breaks_the_setting(text: str) -> None:
    setter = Typesetter()
    lines = setter.lines(text, STYLE, 60)
    shown = "".join(line.text for line in lines)
    assert shown.split() == setter.repertoire.clean(text).split()
    assert all(line.width <= 60.001 or len(line.text) < 12 for line in lines)


@pytest.mark.parametrize("alphabet", ["abcdefghijklmnopqrstuvwxyz", "אבגדהוזחטיכלמנסעפצקרשת"])
def test_no_more_words_are_remembered_than_a_document_needs(alphabet: str) -> None:
    setter = Typesetter()
    letters = itertools.islice(itertools.product(alphabet, repeat=4), 45_000)
    text = " ".join("".join(word) for word in letters)
    lines = setter.lines(text, STYLE, 500)
    assert "".join(line.text for line in lines) == text
    remembered = max(len(setter._shaped), *map(len, setter._widths.values()))
    assert 0 < remembered <= 20_000
