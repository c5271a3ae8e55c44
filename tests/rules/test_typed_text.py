"""What is kept of a typed text, and whether anything of it shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.rules.typed_text import can_be_seen, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann   Berg ", "Ann Berg"),
        ("Ann\tBerg\r\nThal", "Ann Berg Thal"),
        ("An\x00n\x07 Berg\x9b", "Ann Berg"),
        ("\ufeffAnn", "Ann"),
        ("Ann\ud800", "Ann"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("Ann\u202e (rM)", "Ann (rM)"),
        ("a\u00a0b", "a b"),
        ("نور\u200c الدين", "نور\u200c الدين"),
        ("👩\u200d👧", "👩\u200d👧"),
    ],
)
def test_what_is_kept(typed: str, kept: str) -> None:
    assert one_line(typed) == kept


@given(st.text(alphabet=st.characters()))
def test_every_text_can_be_stored_and_is_stable(text: str) -> None:
    once = one_line(text)
    once.encode()
    assert not {"\n", "\x00", "\u202e"} & set(once)
    assert one_line(once) == once


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u00ad\u2060", "\u202e", "\u3164", "\u0301", "\u2800"])
def test_what_nobody_sees(text: str) -> None:
    assert not can_be_seen(text)


@pytest.mark.parametrize("text", ["a", "?", "👻", "\u200bب", "𝔸", "一"])
def test_what_somebody_sees(text: str) -> None:
    assert can_be_seen(text)
