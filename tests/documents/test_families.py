"""Which family a character is set in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_app.documents.families import families_of, graphemes, regions
from practice_app.documents.fonts import CHINESE, families
from practice_app.documents.typesetting import Style, Typesetter


def stretches(text: str) -> list[tuple[str, str]]:
    """The stretches of one family each, spaces aside."""
    found: list[tuple[str, str]] = []
    region = (*regions(text), CHINESE)[0]
    for char, family in zip(text, families_of(text, region), strict=True):
        if char == " ":
            continue
        if found and found[-1][0] == family:
            found[-1] = (family, found[-1][1] + char)
        else:
            found.append((family, char))
    return found


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("佐藤　花子さん、東京", "NotoSansJP"),
        ("恵子", "NotoSansJP"),
        ("葛\U000e0100城", "NotoSansJP"),
        ("张伟", "NotoSansSC"),
        ("王小明", "NotoSansSC"),
        ("國立臺灣大學", "NotoSansTC"),
        ("陳怡君、「學」", "NotoSansTC"),
        ("김철수 (金)", "NotoSansKR"),
        ("한국", "NotoSansKR"),
    ],
)
def test_han_is_written_as_in_the_region_of_its_text(text: str, family: str) -> None:
    assert {name for name, chars in stretches(text) if not chars.isascii()} == {family}


def test_a_text_that_may_be_of_several_regions_is_set_like_those_before_it() -> None:
    setter, style = Typesetter(), Style(10.0, 14.0)
    used = []
    for text in ("佐藤", "さくら", "佐藤", "Ann", "佐藤", "陈伟", "佐藤", "김", "金"):
        (line,) = setter.lines(text, style, 300)
        used += [run.face.family[-2:] for run in line.runs or ()][:1]
    assert used == ["SC", "JP", "JP", "JP", "SC", "SC", "KR", "KR"]


@pytest.mark.parametrize(
    "text",
    [
        "1\ufe0f\u20e3",
        "#\ufe0f\u20e3",
        "👍🏽",
        "👨\u200d👩\u200d👧\u200d👦",
        "🇬🇧",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "☀\ufe0f",
        "❤\ufe0f\u200d🔥",
        "😀",
    ],
    ids=ascii,
)
def test_emoji_are_of_one_font_and_one_piece(text: str) -> None:
    assert stretches(text) == [("NotoEmoji", text)]
    assert list(graphemes(text)) == [text]


def test_a_sign_is_an_emoji_only_where_it_is_asked_to_be_one() -> None:
    assert [family for family, _ in stretches("☀\ufe0f ☀\ufe0e ☀")] == ["NotoEmoji", "NotoSansSC"]


@pytest.mark.parametrize(
    ("text", "family"),
    [("कमल।", "NotoSansDevanagari"), ("कमल ।", "NotoSansDevanagari"), ("শিক্ষা।", "NotoSansBengali")],
)
def test_punctuation_of_several_scripts_is_of_the_words_before_it(text: str, family: str) -> None:
    assert stretches(text) == [(family, text.replace(" ", ""))]


def test_a_mark_stays_with_its_letter() -> None:
    assert stretches("e\u0301 a\u0323\u0302") == [("NotoSans", "e\u0301a\u0323\u0302")]


@settings(deadline=None)  # the first text in a script loads its font
@given(st.text())
def test_every_character_has_a_family_that_is_there(text: str) -> None:
    found = list(families_of(text))
    assert len(found) == len(text)
    assert set(found) <= set(families())


@given(st.text())
def test_letters_put_together_again_are_the_text(text: str) -> None:
    assert "".join(graphemes(text)) == text
