"""What of a text is shown as it is, and what is made visible."""

import pytest

from practice_app.documents.repertoire import Repertoire

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def hidden(letters: str) -> str:
    """A text in tag letters, which no font shows."""
    return "".join(chr(0xE0000 + ord(letter)) for letter in letters)


@pytest.mark.parametrize(
    "char",
    ["𒀀", "\u202e", "\u2066", "\x07", "\x9b", "\ue000", "\ud800", "\u3164", "\u2800", "\u2063", "\u1160"],
    ids=ascii,
)
def test_what_cannot_be_shown_or_would_mislead_is_shown_by_its_number(char: str) -> None:
    repertoire = Repertoire()
    assert repertoire.clean(f"a{char}b") == f"a[U+{ord(char):04X}]b"
    assert repertoire.missing == (char,)


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Łukasz Żółć – “x” … £€½",
        "Ελληνικά Кириллица Nguyễn",
        "שלום محمد علی\u200cرضا",
        "क्षितिज শিক্ষা கௌரி ଓଡ଼ିଆ ધ્રુવ สมชาย",
        "გიორგი Արմեն",
        "佐藤　花子 張偉 김철수",
        "👨\u200d👩\u200d👧 👍🏽 🇬🇧 1\ufe0f\u20e3 葛\U000e0100",
        ENGLAND,
    ],
    ids=ascii,
)
def test_names_of_every_script_are_shown_as_they_are(text: str) -> None:
    repertoire = Repertoire()
    assert repertoire.clean(text) == text
    assert repertoire.missing == ()


def test_hints_for_line_breaking_are_dropped_silently() -> None:
    repertoire = Repertoire()
    assert repertoire.clean("\ufeffdis\u00adclo\u200bsure") == "disclosure"
    assert repertoire.missing == ()


def test_a_text_hidden_in_tag_letters_comes_to_light() -> None:
    repertoire = Repertoire()
    shown = repertoire.clean(f"Dear Ann{hidden('hi')}")
    assert shown == "Dear Ann[U+E0068][U+E0069]"
    assert repertoire.missing == tuple(hidden("hi"))


def test_a_flag_that_is_none_hides_nothing() -> None:
    assert Repertoire().clean("\U0001f3f4" + hidden("pwd") + "\U000e007f") == (
        "\U0001f3f4[U+E0070][U+E0077][U+E0064][U+E007F]"
    )
    assert Repertoire().clean(ENGLAND + hidden("x")) == ENGLAND + "[U+E0078]"


def test_only_one_selector_may_follow_a_character() -> None:
    assert Repertoire().clean("葛\U000e0100\U000e0101\ufe0f") == "葛\U000e0100[U+E0101][U+FE0F]"
    assert Repertoire().clean("\ufe0fa \ufe01") == "[U+FE0F]a [U+FE01]"


def test_text_without_marks_or_other_fonts_is_plain() -> None:
    repertoire = Repertoire()
    for text, plain in (("Zoë Ωмега", True), ("cafe\u0301", False), ("שלום", False), ("王", False)):
        assert repertoire.is_plain(repertoire.clean(text)) is plain
