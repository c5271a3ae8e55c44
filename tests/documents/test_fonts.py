"""Fonts: made static in memory, asked for characters, and drawn from under codes of their own."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import uharfbuzz

from practice_app.documents import fonts
from practice_app.documents.fonts import EAST_ASIAN, MAIN, Weight


def test_a_static_font_has_the_weight_it_was_asked_for() -> None:
    regular, bold = (uharfbuzz.Face(fonts.static(MAIN, weight)) for weight in Weight)
    assert not regular.axis_infos
    assert not bold.axis_infos
    assert fonts.face(MAIN, Weight.REGULAR).width("word") < fonts.face(MAIN, Weight.BOLD).width("word")


def test_the_two_weights_have_names_of_their_own() -> None:
    regular, bold = (fonts.face(MAIN, weight) for weight in Weight)
    assert regular.font.face.name != bold.font.face.name


def test_a_face_is_made_once_per_process_even_by_several_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: fonts.face("NotoSansLao", Weight.BOLD), range(4)))
    assert len({id(face) for face in made}) == 1


@pytest.mark.parametrize("family", EAST_ASIAN)
def test_the_east_asian_families_are_there(family: str) -> None:
    assert family in fonts.families()
    assert all(ord(char) in fonts.coverage(family) for char in "王國一、「」あア　")


@pytest.mark.parametrize(
    ("char", "family"),
    [
        ("A", "NotoSans"),
        ("ł", "NotoSans"),
        ("ω", "NotoSans"),
        ("Ж", "NotoSans"),
        ("ש", "NotoSansHebrew"),
        ("ع", "NotoSansArabic"),
        ("ক", "NotoSansBengali"),
        ("ଅ", "NotoSansOriya"),
        ("😀", "NotoEmoji"),
        ("한", "NotoSansKR"),
        ("王", "NotoSansSC"),
        ("𒀀", None),
    ],
)
def test_a_character_is_looked_for_in_every_family(char: str, family: str | None) -> None:
    assert fonts.family_of(char) == family


def test_signs_of_comparison_are_there() -> None:
    assert all(fonts.family_of(char) == "Arimo" for char in "≥≤≠≈→●■")


def test_a_glyph_of_its_own_keeps_its_text() -> None:
    face = fonts.face(MAIN, Weight.REGULAR)
    part = (fonts.Part(3, 0, 0),)
    advance = face.font.face.hmetrics[3][0]
    codes = {face.code(part, advance, text) for text in ("fi", "fl", "fi")}
    assert {fonts.unicode_of(ord(code)) for code in codes} == {"fi", "fl"}
    letter = face.font.face.charToGlyph[ord("A")]
    assert face.code((fonts.Part(letter, 0, 0),), face.font.face.hmetrics[letter][0], "A") == "A"
