"""Fonts: made static once, cached safely, and asked for characters."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from practice_app import paths
from practice_app.documents import fonts
from practice_app.documents.fonts import Weight

SMALL = "NotoSansHebrew"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "cache_folder", lambda: tmp_path)
    return tmp_path / "fonts"


def test_a_font_is_made_once_and_then_read_from_the_cache(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fonts.static(SMALL, Weight.BOLD)
    monkeypatch.setattr(fonts, "_instantiate", None)
    assert fonts.static(SMALL, Weight.BOLD) == first
    assert [path.suffix for path in cache.iterdir()] == [".ttf"]


@pytest.mark.parametrize("damage", [b"", b"\0\1\0\0" * 40, None])
def test_a_damaged_cache_file_is_made_again(cache: Path, damage: bytes | None) -> None:
    whole = fonts.static(SMALL, Weight.REGULAR)
    (path,) = cache.iterdir()
    path.write_bytes(whole[:-40] if damage is None else damage)
    fonts.static(SMALL, Weight.REGULAR)
    assert path.read_bytes()[:100] == whole[:100]
    assert len(path.read_bytes()) == len(whole)


def test_one_flipped_bit_is_noticed(cache: Path) -> None:
    whole = bytearray(fonts.static(SMALL, Weight.REGULAR))
    (path,) = cache.iterdir()
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    assert fonts.static(SMALL, Weight.REGULAR) != bytes(whole)


def test_a_cache_that_cannot_be_written_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    monkeypatch.setattr(paths, "cache_folder", lambda: blocked)
    assert len(fonts.static(SMALL, Weight.REGULAR)) > 10_000


def test_several_at_once_leave_one_whole_file(cache: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: fonts.static(SMALL, Weight.REGULAR), range(4)))
    assert len({len(data) for data in made}) == 1
    assert len(list(cache.iterdir())) == 1


def test_the_two_weights_have_names_of_their_own() -> None:
    regular, bold = (fonts.face(fonts.MAIN, weight) for weight in Weight)
    assert regular.font.face.name != bold.font.face.name
    assert regular.width("word") < bold.width("word")


def test_a_face_is_made_once_per_process() -> None:
    assert fonts.face(fonts.MAIN, Weight.REGULAR) is fonts.face(fonts.MAIN, Weight.REGULAR)


@pytest.mark.parametrize(
    ("char", "family"),
    [
        ("A", "NotoSans"),
        ("ł", "NotoSans"),
        ("ω", "NotoSans"),
        ("Ж", "NotoSans"),
        ("ש", "NotoSansHebrew"),
        ("ع", "NotoSansArabic"),
        ("😀", "NotoEmoji"),
        ("王", None),
    ],
)
def test_a_character_is_looked_for_in_every_family(char: str, family: str | None) -> None:
    assert fonts.family_of(char) == family


def test_signs_of_comparison_are_there() -> None:
    pytest.importorskip("fontpkg_arimo", reason="the package with these signs is not installed")
    assert all(fonts.family_of(char) for char in "≥≤≠≈→●■")


def test_a_glyph_of_its_own_keeps_its_text() -> None:
    face = fonts.face(fonts.MAIN, Weight.REGULAR)
    codes = {face.code(3, text) for text in ("fi", "fl", "fi")}
    assert {fonts.unicode_of(ord(code)) for code in codes} == {"fi", "fl"}
    assert face.code(face.font.face.charToGlyph[ord("A")], "A") == "A"
