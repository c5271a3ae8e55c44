"""Which people may be one person: compared within small blocks, listed for somebody to judge.

Blocks are people of one NHS number, one birth date, one telephone number, one e-mail address, or one
family name and first initial. Nothing is decided here: twins, namesakes and families end up in the list too.
An import compares everybody (`likely`), a form the one who is being typed (typed_duplicates.py).
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from practice_app.progress import Progress
from practice_app.rules import names
from practice_app.rules.names import PersonName

_BLOCKS_A_STEP = 500
_NEIGHBOURS = 20
_ALIKE = 85.0
_ALIKE_BORN_TOGETHER = 80.0


@dataclass(frozen=True, slots=True)
class Someone:
    """What tells two people apart; `line` is None for somebody who was here before.

    `family` and `given` are folded and without spaces.
    """

    line: int | None
    number: int
    family: str
    given: str
    born: date | None
    nhs_number: str | None
    phones: tuple[str, ...]
    email: str
    postcode: str

    @classmethod
    def named(cls, name: PersonName, **known: Any) -> Self:
        """Somebody of this name; a nickname stands for a given name that is not known."""
        family, given = (
            names.fold(part or "").replace(" ", "") for part in (name.family, name.given or name.known_as)
        )
        return cls(family=family, given=given, **known)


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
        for count, block in enumerate(_blocks(people, keys)):
            if count % _BLOCKS_A_STEP == 0:
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
    if _likeness(one, other) >= _ALIKE_BORN_TOGETHER:
        return "same birth date and a similar name"
    # A new family name at the old address: twins share all of this but the given name.
    if one.given == other.given and _share_an_address(one, other):
        return "same birth date, given name and address"
    return ""


def _same_phone(one: Someone, other: Someone) -> str:
    """Families share a telephone: two different birth dates speak against one person."""
    if _may_be_one_birth(one.born, other.born) and _likeness(one, other) >= _ALIKE:
        return "same telephone number and a similar name"
    return ""


def _same_email(one: Someone, other: Someone) -> str:
    return "same e-mail address and a similar name" if _likeness(one, other) >= _ALIKE else ""


def _same_family_and_initial(one: Someone, other: Someone) -> str:
    if one.born and other.born:
        if _is_slip(one.born, other.born) and _likeness(one, other) >= _ALIKE:
            return "similar name, and birth dates that differ by a slip"
    elif one.postcode and one.postcode == other.postcode and _likeness(one, other) >= _ALIKE:
        return "same postcode and a similar name"
    return ""


def _likeness(one: Someone, other: Someone) -> float:
    """How alike two names are, 0 to 100, also with given and family name exchanged or words broken in two.

    Where a name lacks a part, the other part is compared with either part of the other name.
    """
    if one.family and one.given and other.family and other.given:
        whole, exchanged = one.given + one.family, one.family + one.given
        its = other.given + other.family
        straight = fuzz.ratio(whole, its)
        if straight >= _ALIKE:
            return straight
        return max(straight, fuzz.ratio(exchanged, its), fuzz.ratio(whole, other.family + other.given))
    parts = ((mine, its) for mine in (one.family, one.given) for its in (other.family, other.given))
    return max((fuzz.ratio(mine, its) for mine, its in parts if mine and its), default=0.0)


def _share_an_address(one: Someone, other: Someone) -> bool:
    return bool(
        (one.postcode and one.postcode == other.postcode)
        or (one.email and one.email == other.email)
        or not set(one.phones).isdisjoint(other.phones)
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


def _emails(someone: Someone) -> Iterable[str]:
    return (someone.email,) if someone.email else ()


def _families_and_initials(someone: Someone) -> Iterable[tuple[str, str]]:
    return ((someone.family, someone.given[:1]),) if someone.family or someone.given else ()


_BLOCKS: tuple[
    tuple[Callable[[Someone], Iterable[Hashable]], Callable[[Someone, Someone], str]],
    ...,
] = (
    (_nhs_numbers, _same_nhs_number),
    (_birth_dates, _same_birth_date),
    (_phones, _same_phone),
    (_emails, _same_email),
    (_families_and_initials, _same_family_and_initial),
)
"""How people are brought together, the surest first, and how two of one block are judged."""


def reason(one: Someone, other: Someone) -> tuple[int, str] | None:
    """Why two may be one person, with how sure that reason is (0 the surest); None when nothing says so."""
    for place, (keys, judge) in enumerate(_BLOCKS):
        if not set(keys(one)).isdisjoint(keys(other)) and (found := judge(one, other)):
            return place, found
    return None
