"""Which people may be one person: compared within small blocks, listed for somebody to judge.

Blocks are people of one NHS number, one birth date, one telephone number, or one family name and first
initial. Nothing is decided here: twins, namesakes and families end up in the list too.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from practice_app.progress import Progress

_NEIGHBOURS = 20
_SIMILAR_NAME = 88.0
_SIMILAR_GIVEN_NAME = 80.0


@dataclass(frozen=True, slots=True)
class Someone:
    """What tells two people apart; names are folded, `line` is None for somebody who was here before."""

    line: int | None
    number: int
    family: str
    given: str
    born: date | None
    nhs_number: str | None
    phones: tuple[str, ...]
    email: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who may be one, the new one first, and why."""

    one: Someone
    other: Someone
    reason: str


def likely(people: Sequence[Someone], progress: Progress) -> list[Pair]:
    """The pairs with at least one new person that may be one person, by the line of the new one.

    The work grows with the number of people, not with its square: in a block of more than a few dozen
    each is compared with its nearest neighbours by name only.
    """
    found: dict[tuple[int, int], str] = {}
    for done, (keys, judge) in enumerate(_BLOCKS):
        for block in _blocks(people, keys):
            progress(done, len(_BLOCKS), "Looking for likely duplicates")
            for one, other in _neighbours(people, block):
                reason = judge(people[one], people[other])
                if reason:
                    found.setdefault((one, other), reason)
    pairs = (_new_first(people[one], people[other], reason) for (one, other), reason in found.items())
    return sorted(pairs, key=lambda pair: (pair.one.line or 0, pair.other.number))


def _blocks(people: Sequence[Someone], keys: Callable[[Someone], Iterable[Hashable]]) -> Iterator[list[int]]:
    """The places of people who share a key, where there are at least two and one of them is new."""
    blocks: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place, someone in enumerate(people):
        for key in keys(someone):
            blocks[key].append(place)
    for block in blocks.values():
        if len(block) > 1 and any(people[place].line is not None for place in block):
            yield block


def _neighbours(people: Sequence[Someone], block: list[int]) -> Iterator[tuple[int, int]]:
    """Every pair of a small block; in a large one, each with those next to it in name order."""
    if len(block) > _NEIGHBOURS:
        block = sorted(block, key=lambda place: (people[place].family, people[place].given))
    for position, one in enumerate(block):
        for other in block[position + 1 : position + 1 + _NEIGHBOURS]:
            if people[one].line is not None or people[other].line is not None:
                yield (one, other) if one < other else (other, one)


def _new_first(one: Someone, other: Someone, reason: str) -> Pair:
    """The later row first, because it is the one to look at; somebody who was here before comes second."""
    return Pair(one, other, reason) if (one.line or 0) > (other.line or 0) else Pair(other, one, reason)


def _same_nhs_number(_one: Someone, _other: Someone) -> str:
    return "same NHS number"


def _same_birth_date(one: Someone, other: Someone) -> str:
    if _is_similar_name(one, other):
        return "same birth date and a similar name"
    return ""


def _same_phone(one: Someone, other: Someone) -> str:
    """Families share a telephone: two different birth dates speak against one person."""
    if _may_be_one_birth(one.born, other.born) and _is_similar_name(one, other):
        return "same telephone number and a similar name"
    return ""


def _same_family_and_initial(one: Someone, other: Someone) -> str:
    if one.born and other.born and _is_slip(one.born, other.born):
        if fuzz.ratio(one.given, other.given) >= _SIMILAR_GIVEN_NAME:
            return "similar name, and birth dates that differ by a slip"
        return ""
    if one.email and one.email == other.email and _is_similar_name(one, other):
        return "same e-mail address and a similar name"
    if one.born and other.born:
        return ""
    if one.postcode and one.postcode == other.postcode and _is_similar_name(one, other):
        return "same postcode and a similar name"
    return ""


def _is_similar_name(one: Someone, other: Someone) -> bool:
    """Whether two names are alike, also with given and family name exchanged."""
    if one.family == other.family and one.given == other.given:
        return True
    return (
        fuzz.token_sort_ratio(
            f"{one.given} {one.family}", f"{other.given} {other.family}", score_cutoff=_SIMILAR_NAME
        )
        > 0
    )


def _may_be_one_birth(one: date | None, other: date | None) -> bool:
    return one is None or other is None or one == other or _is_slip(one, other)


def _is_slip(one: date, other: date) -> bool:
    """Whether two different dates are one keystroke apart, or one with day and month exchanged."""
    if one == other:
        return False
    if one.year == other.year and one.month == other.day and one.day == other.month:
        return True
    return OSA.distance(one.isoformat(), other.isoformat(), score_cutoff=1) <= 1


def _nhs_numbers(someone: Someone) -> Iterable[str]:
    return (someone.nhs_number,) if someone.nhs_number else ()


def _birth_dates(someone: Someone) -> Iterable[date]:
    return (someone.born,) if someone.born else ()


def _phones(someone: Someone) -> Iterable[str]:
    return someone.phones


def _families_and_initials(someone: Someone) -> Iterable[tuple[str, str]]:
    return ((someone.family, someone.given[:1]),) if someone.family or someone.given else ()


_BLOCKS: tuple[
    tuple[Callable[[Someone], Iterable[Hashable]], Callable[[Someone, Someone], str]],
    ...,
] = (
    (_nhs_numbers, _same_nhs_number),
    (_birth_dates, _same_birth_date),
    (_phones, _same_phone),
    (_families_and_initials, _same_family_and_initial),
)
"""How people are brought together, the surest first, and how two of one block are judged."""
