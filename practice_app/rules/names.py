"""How people's names are kept, shown, compared and taken apart."""

import re
from dataclasses import dataclass
from unicodedata import category, combining, normalize

from practice_app.errors import Invalid

LONGEST_TITLE = 35
"""The longest title the name display standard (CUI, NID-0001 to 0012) allows."""

_TITLES = {
    title.casefold(): title
    for title in (
        "Mr", "Mrs", "Miss", "Ms", "Mx", "Master", "Dr", "Prof", "Professor", "Sir", "Dame", "Lord", "Lady",
        "Rev", "Revd", "Reverend", "Fr", "Father", "Sister", "Brother", "Rabbi", "Imam", "Hon", "Judge",
        "Capt", "Captain", "Major", "Col", "Colonel", "Lt", "Sgt", "Cllr",
    )
}  # fmt: skip

_PARTICLES = frozenset(
    {
        "af", "al", "ap", "av", "bin", "bint", "da", "dal", "das", "de", "dei", "del", "della", "den", "der",
        "des", "di", "dos", "du", "el", "ibn", "la", "le", "ten", "ter", "van", "vom", "von", "y", "zu",
        "zum", "zur",
    }
)  # fmt: skip
"""Words that begin a family name in lower case ("van der Berg", "de Souza")."""


def _tidy(text: str | None) -> str | None:
    """`text` with single spaces and composed accents; None when nothing is left."""
    if text is None:
        return None
    text = " ".join(text.split())
    return (text if text.isascii() else normalize("NFC", text)) or None


@dataclass(frozen=True, slots=True)
class PersonName:
    """The parts of one name, in the case they were given; spaces are tidied.

    Nothing is mandatory but one of given name, family name or the name somebody wants to be known by
    (a nickname alone is enough: P30). Refused with Invalid otherwise, and when the title is too long.
    """

    title: str | None = None
    given: str | None = None
    family: str | None = None
    known_as: str | None = None

    def __post_init__(self) -> None:
        for part in ("title", "given", "family", "known_as"):
            object.__setattr__(self, part, _tidy(getattr(self, part)))
        if not (self.given or self.family or self.known_as):
            raise Invalid("Give a name: a first name, a last name or a nickname.", field="name")
        if self.title and len(self.title) > LONGEST_TITLE:
            raise Invalid(f"A title can have at most {LONGEST_TITLE} characters.", field="title")


def display_name(name: PersonName) -> str:
    """The name as screens show it: "SMITH, John (Mr)" (CUI patient name display).

    The family name is in capitals; a missing part leaves no comma, brackets or space behind.
    Somebody with only a nickname is shown exactly as typed.
    """
    if not (name.given or name.family):
        return name.known_as or ""
    family = _capitals(name.family) if name.family else None
    given = _shown_case(name.given) if name.given else None
    shown = ", ".join(part for part in (family, given) if part)
    return f"{shown} ({_shown_title(name.title)})" if name.title else shown


def plain_name(name: PersonName) -> str:
    """The name as letters and screen readers say it: "Mr John Smith"."""
    if not (name.given or name.family):
        return name.known_as or ""
    parts = (
        _shown_title(name.title) if name.title else None,
        _shown_case(name.given) if name.given else None,
        _shown_case(name.family) if name.family else None,
    )
    return " ".join(part for part in parts if part)


def initials(name: PersonName) -> str:
    """First letters of given and family name in capitals, "JS"; of the nickname when there is neither."""
    parts = [part for part in (name.given, name.family) if part] or [name.known_as or ""]
    return "".join(_capitals(_first_letter(part)) for part in parts)


def fold(text: str) -> str:
    """`text` as it is compared and searched: small letters, no accents, single spaces.

    "O'Neil" -> "oneil", "Smith-Jones" -> "smith jones", "Łukasz Đặng" -> "lukasz dang".
    Apostrophes and invisible characters disappear, other punctuation parts words. Letters of every
    script stay, with the marks that belong to their spelling (Hindi vowels, Japanese voicing).
    Folding twice changes nothing more.
    """
    if text.isascii():
        return " ".join(text.translate(_FOLDED).split())
    folded = normalize("NFC", text).translate(_FOLDED)
    return " ".join(normalize("NFC", folded).split())


def sort_key(name: PersonName) -> str:
    """What lists are ordered by: folded family name, then given name; the nickname when there is neither."""
    if name.family and name.given:
        return fold(f"{name.family} {name.given}")
    return fold(name.family or name.given or name.known_as or "")


def split_full_name(text: str) -> PersonName:
    """The parts of a name written in one piece; a single word is a nickname.

    Reads "Smith, John (Mr)", "Mr John Smith", "John Smith", "van der Berg, Jan" and "Jan van der Berg".
    Brackets that hold no title hold the name the person is known by. Empty text is refused with Invalid.
    """
    text = " ".join(text.split())
    title = known_as = None
    bracketed = re.fullmatch(r"(.*?)\s*\(([^()]*)\)", text)
    if bracketed:
        text, inside = bracketed.groups()
        title, known_as = (inside, None) if _is_title(inside) else (None, inside)
    before_comma, comma, after_comma = text.partition(",")
    if comma:
        found, given = _take_titles(after_comma.replace(",", " ").split())
        return PersonName(title or found, " ".join(given), before_comma, known_as)
    *before, last = text.split() or [""]
    found, given = _take_titles(before)
    title = title or found
    if not given and title:
        return PersonName(title, None, last, known_as)  # "Mr Smith"
    if not given:  # "Bluebird" alone tells nothing but what to call somebody
        return PersonName(None, last, None, known_as) if known_as else PersonName(known_as=last)
    start = _family_start([*given, last])
    return PersonName(title, " ".join(given[:start]), " ".join([*given[start:], last]), known_as)


def _is_title(word: str) -> bool:
    return word.rstrip(".").casefold() in _TITLES


def _take_titles(words: list[str]) -> tuple[str | None, list[str]]:
    """The titles at the front of `words` (there may be two: "Rev Dr"), and the rest."""
    taken = 0
    while taken < len(words) and _is_title(words[taken]):
        taken += 1
    return " ".join(words[:taken]) or None, words[taken:]


def _family_start(words: list[str]) -> int:
    """Where the family name begins: the last word, and the particles before it."""
    shouted = all(word.isupper() for word in words)
    start = len(words) - 1
    while start > 1 and words[start - 1].casefold() in _PARTICLES and (shouted or words[start - 1].islower()):
        start -= 1
    return start


def _shown_title(title: str) -> str:
    """A title without full stops; well-known ones in their usual case."""
    return " ".join(_TITLES.get(word.casefold(), word) for word in title.replace(".", " ").split())


def _shown_case(part: str) -> str:
    """`part` as stored, unless it was typed all in capitals or all in small letters.

    One or two capitals stay: they are initials more often than a shouted name.
    """
    if not (part.islower() or (part.isupper() and sum(map(str.isalpha, part)) > 2)):
        return part
    return re.sub(r"\bMc([a-z]{3,})", lambda mc: "Mc" + mc[1].capitalize(), part.title())


def _capitals(text: str) -> str:
    """`text` in capitals, save Georgian, whose capitals are for headlines and missing from most fonts."""
    if text.isascii():
        return text.upper()
    return "".join(letter if "ა" <= letter <= "ჿ" else letter.upper() for letter in text)


def _first_letter(text: str) -> str:
    return next((letter for letter in text if letter.isalnum()), text[:1])


_APOSTROPHES = frozenset("'’‘‛ʼʻʹʽ`´′＇")

_LETTERS_WITHOUT_ACCENT = {
    "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ɖ": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ə": "e", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
}  # fmt: skip
"""Letters whose stroke, hook or ligature Unicode does not take apart."""


class _Folds(dict[int, str]):
    """A str.translate table that works out each character once, when it first appears."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _APOSTROPHES:
        return ""
    # Taking apart can bring back capitals and casefolding can bring accents, so both are done twice.
    letters = normalize("NFKD", normalize("NFKD", character.casefold()).casefold())
    return "".join(_fold_letter(letter) for letter in letters)


def _fold_letter(letter: str) -> str:
    kind = category(letter)
    if kind == "Cf" or _is_accent(letter) or letter in _APOSTROPHES:
        return ""
    if kind[0] in "PZ" or kind == "Cc":
        return " "
    return _LETTERS_WITHOUT_ACCENT.get(letter, letter)


def _is_accent(letter: str) -> bool:
    """Whether a mark is an accent or an optional vowel point (Arabic, Hebrew).

    Combining classes 7 to 9 and 0 spell letters in Indic scripts and Japanese, 84 to 132 vowels and
    tones from Telugu to Tibetan: leaving those out would make different names the same.
    """
    mark = combining(letter)
    return mark == 1 or 10 <= mark <= 36 or mark >= 200


_FOLDED = _Folds()
