"""Any value from outside as text that the fonts can show, with nothing hidden and nothing lost."""

import re
import unicodedata

from practice_app.documents.bidi import is_right_to_left
from practice_app.documents.fonts import MAIN, family_of

_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_FLAGS = "|".join(
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in nation) + "\U000e007f"
    for nation in ("gbeng", "gbsct", "gbwls")
)
# Letters and selectors that nobody sees can carry a hidden text. They may stay where they are known to
# mean something: in the flags of the three nations, and one selector after the character it is for.
_MAY_HIDE = re.compile(f"[{_SELECTORS}\U000e0000-\U000e007f]")
_HIDDEN = re.compile(f"({_FLAGS})|[\U000e0000-\U000e007f]|(?:^|(?<=[\\s{_SELECTORS}]))[{_SELECTORS}]")


def _characters(*ranges: tuple[int, int]) -> frozenset[str]:
    return frozenset(chr(code) for first, last in ranges for code in range(first, last + 1))


class Repertoire(dict[int, str]):
    """Turns any value into text the fonts can show, and remembers what they could not.

    Every value that reaches a page passes through `clean`. No markup is ever read from it. A character
    without a glyph, a control character, and any character that is unseen or would reorder its neighbours
    unseen becomes a visible [U+xxxx] and is listed in `missing`.
    """

    _LINE_ENDS = frozenset("\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    _DROPPED = frozenset(
        "\r\u00ad\u034f\u200b\u2060\ufeff"
    )  # hints for breaking and sorting, byte order marks
    # Joiners, marks of direction and variation selectors belong to honest text and show nothing themselves.
    _JOINERS = frozenset("\u200c\u200d\u200e\u200f\u061c") | _characters(
        (0xFE00, 0xFE0F), (0xE0020, 0xE007F), (0xE0100, 0xE01EF)
    )
    # Letters that show nothing (fillers), and what reorders or comments the text around it.
    _UNSEEN = _characters(
        (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x202A, 0x202E), (0x2061, 0x206F),
        (0x2800, 0x2800), (0x3164, 0x3164), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1D173, 0x1D17A),
    )  # fmt: skip
    _CONJOINING = _characters(
        (0x1100, 0x11FF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF)
    )  # parts of Hangul syllables

    def __init__(self) -> None:
        super().__init__()
        self.joining: set[str] = set()
        """Characters met so far that are no glyphs of their own: marks, joiners, parts of syllables."""
        self._complex: set[str] = set()
        self._missing: set[str] = set()

    @property
    def missing(self) -> tuple[str, ...]:
        """The characters shown as [U+xxxx] so far, sorted."""
        return tuple(sorted(self._missing))

    def clean(self, text: str) -> str:
        """The text with line ends as \\n and every character showable."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if not text.isascii() and _MAY_HIDE.search(text):
            text = _HIDDEN.sub(lambda match: match[1] or self._number(match[0]), text)
        return text.translate(self)

    def is_plain(self, text: str) -> bool:
        """Whether cleaned text needs neither another font, nor shaping, nor reordering."""
        return text.isascii() or self._complex.isdisjoint(text)

    def __missing__(self, code: int) -> str:
        shown = self[code] = self._show(chr(code))
        return shown

    def _show(self, char: str) -> str:
        if char in self._LINE_ENDS:
            return "\n"
        if char == "\t":
            return " "
        if char in self._DROPPED:
            return ""
        if char in self._JOINERS:
            self._complex.add(char)
            self.joining.add(char)
            return char
        family = family_of(char)
        category = unicodedata.category(char)
        if family is None or char in self._UNSEEN or category in ("Cc", "Co", "Cs"):
            return self._number(char)
        if category in ("Mn", "Mc", "Me") or char in self._CONJOINING:
            self.joining.add(char)
            self._complex.add(char)
        if family != MAIN or is_right_to_left(char):
            self._complex.add(char)
        return char

    def _number(self, char: str) -> str:
        self._missing.add(char)
        return f"[U+{ord(char):04X}]"
