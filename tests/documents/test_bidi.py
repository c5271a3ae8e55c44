"""The order of mixed left-to-right and right-to-left text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.documents import bidi


def seen(text: str, base: int | None = None) -> str:
    """The text as it is seen from left to right, brackets not turned."""
    base = bidi.base_level(text) if base is None else base
    levels = bidi.levels(text, base)
    return "".join(text[i] for i in bidi.visual_order(levels))


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("plain text", "plain text"),
        ("שלום", "םולש"),
        ("a שלום b", "a םולש b"),
        ("שלום John 12", "John 12 םולש"),
        ("in 5-3 שלום 12", "in 5-3 12 םולש"),
        ("name (שלום) 12", "name (םולש) 12"),
        ("שלום (John) סוף", "ףוס )John( םולש"),
        ("שלום 50% £12", "£12 50% םולש"),
        ("محمد 12:30", "12:30 دمحم"),
        ("ab\u05e9\u05b8cd", "ab\u05b8\u05e9cd"),
    ],
)
def test_text_is_seen_in_the_order_the_standard_gives(logical: str, visual: str) -> None:
    assert seen(logical) == visual


@pytest.mark.parametrize(("text", "level"), [("12 שלום", 1), ("John שלום", 0), ("123", 0), ("", 0)])
def test_the_first_strong_character_gives_the_direction(text: str, level: int) -> None:
    assert bidi.base_level(text) == level


@given(st.lists(st.integers(0, 5)))
def test_every_run_keeps_one_place(levels: list[int]) -> None:
    assert sorted(bidi.visual_order(levels)) == list(range(len(levels)))


@given(st.text("abc XYZ.,()12"))
def test_text_without_right_to_left_letters_is_never_reordered(text: str) -> None:
    assert seen(text, 0) == text


@given(st.text("אבג abc 12().%־\u05b8"), st.integers(0, 1))
def test_levels_lie_at_most_two_above_the_base(text: str, base: int) -> None:
    assert all(base <= level <= base + 2 for level in bidi.levels(text, base))
