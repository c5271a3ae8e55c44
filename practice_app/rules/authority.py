"""What lets somebody speak or act for a patient, and whether staff may speak to them on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from practice_app.rules.consents import Status
from practice_app.rules.dates import show


class Authority(StrEnum):
    """What lets a contact act for a patient; the document is seen, not kept (P5, P6)."""

    NONE = "none"
    PARENTAL_RESPONSIBILITY = "parental_responsibility"
    POWER_OF_ATTORNEY_HEALTH = "power_of_attorney_health"
    POWER_OF_ATTORNEY_PROPERTY = "power_of_attorney_property"
    COURT_DEPUTY = "court_deputy"
    COURT_ORDER = "court_order"
    SIGNED_MANDATE = "signed_mandate"
    PERSONAL_REPRESENTATIVE = "personal_representative"


WORDS: Mapping[Authority, str] = MappingProxyType(
    {
        Authority.NONE: "",
        Authority.PARENTAL_RESPONSIBILITY: "parental responsibility",
        Authority.POWER_OF_ATTORNEY_HEALTH: "lasting power of attorney, health and welfare",
        Authority.POWER_OF_ATTORNEY_PROPERTY: "lasting power of attorney, property",
        Authority.COURT_DEPUTY: "deputy appointed by the court",
        Authority.COURT_ORDER: "court order",
        Authority.SIGNED_MANDATE: "signed mandate",
        Authority.PERSONAL_REPRESENTATIVE: "personal representative",
    }
)
"""Each authority as it stands in a sentence; none is silence."""


class Speaking(StrEnum):
    """Whether staff may speak to somebody about a patient."""

    YES = "yes"
    LIMITED = "limited"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether staff may speak to somebody, and the one sentence that says so and why."""

    speaking: Speaking
    sentence: str


@dataclass(frozen=True, slots=True)
class Role:
    """One thing somebody is to a patient. Dates are whole days, the last ones included; None is open.

    `seen` says which document showed the authority; "" when none was seen. `may` and `may_not` are the days
    the patient said staff may, or may not, speak to them; None when nothing was said.
    """

    relation: str = ""
    authority: Authority = Authority.NONE
    seen: str = ""
    scope: str = ""
    begins: date | None = None
    ends: date | None = None
    may: tuple[date, date | None] | None = None
    may_not: tuple[date, date | None] | None = None
    is_emergency_contact: bool = False


@dataclass(frozen=True, slots=True)
class Patient:
    """What about a patient decides who may be spoken to.

    `of_age_on` is None when the birth date is not known; `decides_since` is the day from which a minor
    decides alone, judged able to or (`decides_by_age`) presumed to. `word` is the clinic's for a patient.
    """

    of_age_on: date | None = None
    decides_since: date | None = None
    decides_by_age: bool = False
    died: date | None = None
    word: str = "patient"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the patient decided about sharing with this one person, and on which day."""

    status: Status
    decided_on: date
    scope: str = ""


def may_speak(
    name: str,
    roles: Sequence[Role],
    patient: Patient,
    on: date,
    *,
    wish: Wish | None = None,
    is_kept_from: bool = False,
) -> Answer:
    """Whether staff may speak on a day to somebody called `name`, by everything they are to the patient.

    A bar wins over everything, then the patient's own refusal, then what allows most. Nobody is spoken to
    because nothing forbids it: silence is no (P6, P34; domain rules on children, capacity and proxies).
    """
    if not roles:
        return _no(f"{name} is not recorded as somebody we may speak to")
    for role in roles:
        if role.may_not and _covers(role.may_not, on):
            return _no(f"we may not speak to {name}{_between(role.may_not)}")
    if is_kept_from:
        return _no(f"nothing of this is to be shown to {name}")
    if wish and wish.status in {Status.REFUSED, Status.WITHDRAWN}:
        what = f" ({wish.scope})" if wish.scope else ""
        return _no(f"sharing with {name} was {wish.status.value} on {show(wish.decided_on)}{what}")
    current = [role for role in roles if _covers((role.begins or date.min, role.ends), on)]
    if not current:
        return _out_of_date(name, roles, on)
    if patient.died and on >= patient.died:
        return _best([_after_death(name, role, patient.died, patient.word) for role in current])
    answers = [_by_role(name, role, patient, on) for role in current]
    if wish and wish.status is Status.GIVEN:
        answers.append(_yes(f"sharing with {name} was agreed on {show(wish.decided_on)}", wish.scope))
    return _best(answers)


def _by_role(name: str, role: Role, patient: Patient, on: date) -> Answer:
    if role.may and _covers(role.may, on):
        return _yes(f"the {patient.word} said that we may speak to {name}", role.scope)
    if role.authority is not Authority.NONE:
        return _by_authority(name, role, patient, on)
    if role.is_emergency_contact:
        return Answer(Speaking.LIMITED, f"Only in an emergency: {name} is the emergency contact.")
    return _no(f"nothing says that we may speak to {name}. Ask the {patient.word} first")


def _by_authority(name: str, role: Role, patient: Patient, on: date) -> Answer:
    authority = role.authority
    if not role.seen:
        return _no(f"the proof of {name}'s {WORDS[authority]} has not been seen. Ask for it")
    if authority is Authority.PARENTAL_RESPONSIBILITY:
        return _by_parent(name, role, patient, on)
    if authority is Authority.PERSONAL_REPRESENTATIVE:
        return _no(f"{name} is personal representative only once the {patient.word} has died")
    if authority is Authority.POWER_OF_ATTORNEY_HEALTH:
        what = f"while the {patient.word} cannot decide alone: {name} holds a power of attorney for health"
        return Answer(Speaking.LIMITED, f"Only {what}{_about(role.scope)}.")
    if authority is Authority.POWER_OF_ATTORNEY_PROPERTY:
        what = f"about bills and money, not about care: {name} holds a power of attorney for property"
        return Answer(Speaking.LIMITED, f"Only {what}{_about(role.scope)}.")
    return _yes(f"{name}, {WORDS[authority]} (seen: {role.seen})", role.scope)


def _by_parent(name: str, role: Role, patient: Patient, on: date) -> Answer:
    """Parental responsibility ends at majority, and yields to a child judged able to decide (Gillick)."""
    if patient.of_age_on and on >= patient.of_age_on:
        return _no(
            f"the {patient.word} came of age on {show(patient.of_age_on)}, which ended {name}'s parental "
            f"responsibility. Ask the {patient.word}"
        )
    if patient.decides_since and on >= patient.decides_since:
        how = "decides alone by age since" if patient.decides_by_age else "was judged able to decide alone on"
        return _no(
            f"the {patient.word} {how} {show(patient.decides_since)}. Ask the {patient.word} before speaking "
            f"to {name}"
        )
    return _yes(f"{name}, {WORDS[role.authority]} (seen: {role.seen})", role.scope)


def _after_death(name: str, role: Role, died: date, word: str) -> Answer:
    """Confidence outlasts the patient: only whoever stands in their place is told (AHRA 1990 s.3(1)(f))."""
    if role.authority is not Authority.PERSONAL_REPRESENTATIVE:
        return _no(f"the {word} died on {show(died)}, and {name} is not the personal representative")
    if not role.seen:
        return _no(f"the proof that {name} is the personal representative has not been seen. Ask for it")
    return _yes(f"{name}, personal representative (seen: {role.seen})", role.scope)


def _out_of_date(name: str, roles: Sequence[Role], on: date) -> Answer:
    begins = [role.begins for role in roles if role.begins and role.begins > on]
    if begins:
        return _no(f"what {name} may be told begins on {show(min(begins))}")
    ended = max(role.ends for role in roles if role.ends)
    return _no(f"what {name} might be told ended on {show(ended)}")


def _best(answers: Sequence[Answer]) -> Answer:
    """The answer that allows most; of equal ones the first."""
    order = list(Speaking)
    return min(answers, key=lambda answer: order.index(answer.speaking))


def _covers(days: tuple[date, date | None], on: date) -> bool:
    first, last = days
    return first <= on and (last is None or on <= last)


def _between(days: tuple[date, date | None]) -> str:
    first, last = days
    if first == date.min:
        return f", until {show(last)}"
    return f", from {show(first)}" + (f" until {show(last)}" if last else " on")


def _yes(why: str, scope: str) -> Answer:
    return Answer(Speaking.YES, f"Yes: {why}{_about(scope)}.")


def _no(why: str) -> Answer:
    return Answer(Speaking.NO, f"No: {why}.")


def _about(scope: str) -> str:
    return f". About: {scope.rstrip('.')}" if scope else ""
