"""Which font family each character is set in: marks with their letter, emoji whole, Han by its region."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from practice_app.documents.fonts import (
    CHINESE,
    EAST_ASIAN,
    EMOJI,
    JAPANESE,
    KOREAN,
    MAIN,
    TAIWANESE,
    coverage,
    families,
    family_of,
)

_KANA = re.compile(
    "[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff9d\U000e0100-\U000e01ef]"
)
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
# Character sets that were made for one region's writing; of several that hold a text equally the first is
# the likeliest.
_STANDARDS = ((CHINESE, "gb2312"), (TAIWANESE, "big5"), (JAPANESE, "shift_jis"), (KOREAN, "euc_kr"))
_AS_EMOJI, _AS_TEXT = "\ufe0f", "\ufe0e"


def graphemes(text: str) -> Iterator[str]:
    """What a reader takes for one character: a letter with its marks, a flag, a family of emoji (UAX #29)."""
    if text.isascii():
        yield from text
        return
    from icu4py.breakers import CharacterBreaker

    yield from CharacterBreaker(text, "en")


def regions(text: str) -> tuple[str, ...]:
    """The East Asian families whose region may have written this text, the likeliest first.

    Kana (and a kanji's chosen variant) tell Japanese and Hangul Korean. Han alone is of the regions whose
    national character sets hold most of it. None for text without any of these.
    """
    if _KANA.search(text):
        return (JAPANESE,)
    if _HANGUL.search(text):
        return (KOREAN,)
    han = "".join(_HAN.findall(text))
    if not han:
        return ()
    held = {family: len(han.encode(standard, "ignore")) for family, standard in _STANDARDS}
    return tuple(family for family, number in held.items() if number == max(held.values()))


def families_of(text: str, region: str = CHINESE) -> Iterator[str]:
    """The family for each character of a paragraph, East Asian ones as `region` writes them."""
    order = (region, *(family for family in EAST_ASIAN if family != region))
    before = MAIN
    for cluster in graphemes(text):
        if cluster == " ":
            yield MAIN
            continue
        whole = _family_of_cluster(cluster, before, order)
        if whole:
            before = whole
            yield from [whole] * len(cluster)
        else:
            for char in cluster:
                if not _is_silent(char):
                    before = _family_of(char, before, order)
                yield before


@lru_cache(maxsize=4096)
def _family_of_cluster(cluster: str, before: str, region: tuple[str, ...]) -> str | None:
    """One family with a glyph for all of the cluster, if there is one."""
    heard = [char for char in cluster if not _is_silent(char)]
    if not heard:
        return before
    first = _family_of(heard[0], before, region)
    if len(cluster) == 1:
        return first
    preferred = [EMOJI] if _AS_EMOJI in cluster else []
    candidates = [*preferred, first, *families()]
    if _AS_TEXT in cluster:
        candidates = [*(family for family in candidates if family != EMOJI), EMOJI]
    return next(
        (family for family in candidates if all(ord(char) in coverage(family) for char in heard)), None
    )


def _family_of(char: str, before: str, region: Sequence[str]) -> str:
    family = family_of(char) or MAIN
    if family in EAST_ASIAN:
        return next(name for name in region if ord(char) in coverage(name))
    if family != MAIN and unicodedata.category(char)[0] == "P" and ord(char) in coverage(before):
        return before  # punctuation that several scripts share, such as the danda
    return family


def _is_silent(char: str) -> bool:
    """Whether it only tells how others are shown: a joiner, a mark of direction, a variation selector."""
    return (
        unicodedata.category(char) == "Cf"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )
