"""What somebody's age means: when they come of age, who may decide for them, whom the clinic may see.

Whose law applies is the practice's nation (rules/nations.py). Days are whole days; a birthday of somebody
born on 29 February falls on 1 March in common years.
"""

from dataclasses import dataclass
from datetime import date

from practice_app.rules import dates
from practice_app.rules.nations import Nation

_OF_AGE, _OF_AGE_IN_SCOTLAND = 18, 16
_CONSENTS_TO_TREATMENT = 16
_ASKS_ALONE_IN_SCOTLAND = 12
_SOON_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Minority:
    """That somebody is not of age on a day: when they will be, and in how many days."""

    of_age_on: date
    days_left: int
    is_soon: bool
    """Within half a year, so that what a parent agreed can be looked through in time."""


def of_age(nation: str) -> int:
    """The age at which parental responsibility and a child's proxies end.

    16 in Scotland (Age of Legal Capacity (Scotland) Act 1991 s.1, Children (Scotland) Act 1995 s.2(7)),
    18 elsewhere (Family Law Reform Act 1969 s.1; Age of Majority Act (Northern Ireland) 1969).
    """
    return _OF_AGE_IN_SCOTLAND if nation == Nation.SCOTLAND else _OF_AGE


def of_age_on(born: date, nation: str) -> date:
    """The day somebody comes of age."""
    return dates.birthday(born, of_age(nation))


def is_minor(born: date | None, nation: str, on: date) -> bool:
    """Whether somebody is not yet of age; nobody is taken for a child whose birth date is not known."""
    return born is not None and on < of_age_on(born, nation)


def minority(born: date | None, nation: str, on: date) -> Minority | None:
    """How long somebody is still a minor; None for adults and for unknown birth dates."""
    if born is None or not is_minor(born, nation, on):
        return None
    day = of_age_on(born, nation)
    return Minority(day, (day - on).days, on >= dates.add_months(day, -_SOON_MONTHS))


def came_of_age(born: date | None, nation: str, on: date) -> date | None:
    """The day somebody came of age, when that is past or today; None before, and for unknown birth dates."""
    if born is None or is_minor(born, nation, on):
        return None
    return of_age_on(born, nation)


def presumed_to_decide_from(born: date) -> date:
    """The day from which somebody is presumed able to consent to treatment: the 16th birthday.

    Family Law Reform Act 1969 s.8; in Scotland that is full capacity. Below, it is assessed (Gillick; Age of
    Legal Capacity (Scotland) Act 1991 s.2(4)).
    """
    return dates.birthday(born, _CONSENTS_TO_TREATMENT)


def presumed_to_ask(born: date | None, nation: str, on: date) -> bool:
    """Whether a young person is presumed able to ask for their own data.

    From 12 in Scotland (DPA 2018 s.208); elsewhere competence is judged, and presumed of adults only.
    """
    if born is None:
        return True
    threshold = _ASKS_ALONE_IN_SCOTLAND if nation == Nation.SCOTLAND else _OF_AGE
    return on >= dates.birthday(born, threshold)


def below_minimum(born: date | None, minimum: int | None, on: date) -> bool:
    """Whether somebody is younger than the clinic takes patients (P44).

    Never without a minimum or a birth date; the birthday itself is the first day somebody is old enough.
    """
    return born is not None and minimum is not None and on < dates.birthday(born, minimum)
