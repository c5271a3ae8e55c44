"""Who may decide about consent: the person, somebody with parental responsibility, an attorney, a deputy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from practice_app.errors import Invalid
from practice_app.rules import dates
from practice_app.rules.consents import Nature

SCOTLAND = "SCT"


class GivenAs(StrEnum):
    """In what capacity somebody decided."""

    PATIENT = "patient"
    PARENT = "parental_responsibility"
    ATTORNEY = "attorney"
    DEPUTY = "deputy"


class CapacityBasis(StrEnum):
    """Why somebody was taken to be able to decide, or, with BEST_INTERESTS, another decided for them."""

    PRESUMED = "presumed"
    ASSESSED = "assessed"
    GILLICK = "gillick"
    BEST_INTERESTS = "best_interests"


class Stage(StrEnum):
    """How old somebody is in the eyes of the law on consent."""

    UNKNOWN = "unknown"
    CHILD = "child"
    YOUNG = "young"
    ADULT = "adult"


GIVEN_AS_WORDS: Mapping[GivenAs, str] = MappingProxyType(
    {
        GivenAs.PATIENT: "for themselves",
        GivenAs.PARENT: "with parental responsibility",
        GivenAs.ATTORNEY: "as attorney for health and welfare",
        GivenAs.DEPUTY: "as deputy or guardian appointed by the court",
    }
)

CAPACITY_WORDS: Mapping[CapacityBasis, str] = MappingProxyType(
    {
        CapacityBasis.PRESUMED: "able to decide, as is presumed",
        CapacityBasis.ASSESSED: "able to decide, as was assessed",
        CapacityBasis.GILLICK: "old enough to understand and decide (Gillick)",
        CapacityBasis.BEST_INTERESTS: "decided for them, in their best interests",
    }
)


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decided and why they could. `note` says how competence or its lack was judged."""

    given_as: GivenAs = GivenAs.PATIENT
    basis: CapacityBasis = CapacityBasis.PRESUMED
    name: str = ""
    relation: str = ""
    proof: str = ""
    note: str = ""


def stage(born: date | None, on: date, nation: str) -> Stage:
    """Where somebody stands on a day: a child to 16, then young to 18; in Scotland adult from 16.

    Family Law Reform Act 1969 s.8; Age of Legal Capacity (Scotland) Act 1991 s.1; in Northern Ireland
    the Age of Majority Act 1969 s.4.
    """
    if born is None:
        return Stage.UNKNOWN
    age = dates.years(born, on)
    if age < 16:
        return Stage.CHILD
    return Stage.YOUNG if age < 18 and nation != SCOTLAND else Stage.ADULT


def hint(born: date | None, on: date, nation: str) -> str:
    """Who decides, in a sentence for the person who asks; "" for an adult, who needs no explaining."""
    match stage(born, on, nation):
        case Stage.UNKNOWN:
            return "The birth date is not known. Under 16, ask who decides."
        case Stage.YOUNG:
            return (
                "Aged 16 or 17: presumed able to decide alone. A parent decides only where the young person "
                "cannot."
            )
        case Stage.CHILD if nation == SCOTLAND:
            return _SCOTTISH_CHILD + (_SCOTTISH_DATA if _is_twelve(born, on) else "")
        case Stage.CHILD:
            return (
                "Under 16: decides alone when old enough to understand what is asked (Gillick); say how "
                "that was judged. Else somebody with parental responsibility decides."
            )
    return ""


_SCOTTISH_CHILD = (
    "Under 16: decides alone when able to understand what treatment means (1991 Act s.2(4)); say how that "
    "was judged. Else somebody with parental responsibility decides."
)
_SCOTTISH_DATA = " From 12, a child is presumed able to decide about their own data (DPA 2018 s.208)."


def presumed(born: date | None, on: date, nation: str, nature: Nature) -> bool:
    """Whether the person is presumed able to decide about something of this nature."""
    if stage(born, on, nation) is not Stage.CHILD:
        return True
    return nation == SCOTLAND and nature is not Nature.TREATMENT and _is_twelve(born, on)


def _is_twelve(born: date | None, on: date) -> bool:
    return born is not None and dates.years(born, on) >= 12


def check(by: Deciding, born: date | None, on: date, nation: str, nature: Nature) -> None:
    """Raise Invalid, naming the field, when a yes could not be given in this way by this person.

    Only a yes is checked: a no is taken from anybody who says it, for it can do no harm.
    """
    if by.given_as is GivenAs.PATIENT:
        _check_own(by, is_presumed=presumed(born, on, nation, nature))
        return
    _check_other(by)
    at = stage(born, on, nation)
    if by.given_as is GivenAs.PARENT:
        _check_parent(by, at, nation)
    elif at is Stage.CHILD:
        raise Invalid("For a child somebody with parental responsibility decides.", field="given_as")
    elif not by.note:
        raise Invalid("Say how it was found that they cannot decide this themselves.", field="capacity")


def _check_own(by: Deciding, *, is_presumed: bool) -> None:
    if by.basis is CapacityBasis.BEST_INTERESTS:
        raise Invalid("In best interests somebody else decides. Say who.", field="given_as")
    if not is_presumed and by.basis is CapacityBasis.PRESUMED:
        raise Invalid(
            "Under 16 it is not presumed that somebody can decide this. Say whether the child is old enough "
            "to understand, or who decides.",
            field="capacity_basis",
        )
    if by.basis is not CapacityBasis.PRESUMED and not by.note:
        raise Invalid("Say in a few words how it was judged that they can decide this.", field="capacity")


def _check_other(by: Deciding) -> None:
    if not by.name:
        raise Invalid("Say who decided.", field="given_by")
    if not by.relation:
        raise Invalid("Say how they are related, such as mother or attorney.", field="relation")
    if not by.proof:
        raise Invalid("Say what was seen that shows they may decide.", field="proof")
    if by.basis is not CapacityBasis.BEST_INTERESTS:
        raise Invalid("Who decides for another decides in their best interests.", field="capacity_basis")


def _check_parent(by: Deciding, at: Stage, nation: str) -> None:
    if at is Stage.ADULT:
        birthday = "16th" if nation == SCOTLAND else "18th"
        raise Invalid(f"Parental responsibility ended on the {birthday} birthday.", field="given_as")
    if at is Stage.YOUNG and not by.note:
        raise Invalid("Aged 16 or 17, they decide themselves. Say why they could not.", field="capacity")
