"""Any value from outside as text that the fonts can show, with nothing hidden and nothing lost."""

import unicodedata
from collections.abc import Iterator

from practice_app.documents.bidi import is_right_to_left
from practice_app.documents.fonts import MAIN, family_of


class Repertoire(dict[int, str]):
    """Turns any value into text the fonts can show, and remembers what they could not.

    Every value that reaches a page passes through `clean`. No markup is ever read from it. A character
    without a glyph, a control character, and any character that would reorder its neighbours unseen
    becomes a visible [U+xxxx] and is listed in `missing`.
    """

    _LINE_ENDS = frozenset("\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    _SPACES = frozenset("\t\u3000")
    _DROPPED = frozenset("\r\u00ad\u200b\u2060\ufeff")  # hints for line breaking, and byte order marks
    # Joiners, marks of direction and variation selectors belong to honest text and show nothing themselves.
    _JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c") | {chr(code) for code in range(0xFE00, 0xFE10)}
    _REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

    def __init__(self) -> None:
        super().__init__()
        self.complex: set[str] = set()
        self._missing: set[str] = set()

    @property
    def missing(self) -> tuple[str, ...]:
        """The characters shown as [U+xxxx] so far, sorted."""
        return tuple(sorted(self._missing))

    def clean(self, text: str) -> str:
        """The text with line ends as \\n and every character showable."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.translate(self)

    def is_plain(self, text: str) -> bool:
        """Whether cleaned text needs neither another font, nor shaping, nor reordering."""
        return text.isascii() or self.complex.isdisjoint(text)

    def __missing__(self, code: int) -> str:
        shown = self[code] = self._show(chr(code))
        return shown

    def _show(self, char: str) -> str:
        if char in self._LINE_ENDS:
            return "\n"
        if char in self._SPACES:
            return " "
        if char in self._DROPPED:
            return ""
        if char in self._JOINERS:
            self.complex.add(char)
            return char
        family = family_of(char)
        if family is None or char in self._REORDERING or unicodedata.category(char) in ("Cc", "Co", "Cs"):
            self._missing.add(char)
            return f"[U+{ord(char):04X}]"
        if family != MAIN or unicodedata.category(char) in ("Mn", "Mc", "Me") or is_right_to_left(char):
            self.complex.add(char)
        return char


def graphemes(text: str) -> Iterator[str]:
    """Cut text where a long word may be broken: never before a mark, a joiner or after a joiner."""
    start = 0
    for i in range(1, len(text)):
        char = text[i]
        if unicodedata.category(char) in ("Mn", "Me", "Mc", "Cf") or text[i - 1] == "\u200d":
            continue
        if 0xFE00 <= ord(char) <= 0xFE0F or 0x1F3FB <= ord(char) <= 0x1F3FF:
            continue
        yield text[start:i]
        start = i
    if text:
        yield text[start:]
