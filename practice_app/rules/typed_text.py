"""What somebody typed or pasted into a field, as it may be kept: tidied, never altered in what it says."""

import re
from unicodedata import category, normalize

_NEVER_KEPT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Control characters and halves of characters, which a database may cut a text off at, and the marks that
turn round what stands beside a name; the joiners and marks that spelling needs stay."""

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and signs that print nothing


def one_line(text: str) -> str:
    """`text` on one line with single spaces and composed accents, without characters that cannot be kept."""
    tidy = " ".join(_NEVER_KEPT.sub("", text).split())
    return tidy if tidy.isascii() else normalize("NFC", tidy)


def can_be_seen(text: str) -> bool:
    """Whether anything of `text` shows on a screen: spaces, joiners and accents alone do not."""
    return any(
        category(character) not in _INVISIBLE and character not in _BLANK_LETTERS for character in text
    )
