"""Decides who comes to the demo clinic when: courses by chance, before anybody has a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from practice_app.rules import dates
from practice_app.services.demo.chance import Chance
from practice_app.services.demo.clinic import Clinic, Colleague
from practice_app.services.demo.diary import AHEAD
from practice_app.services.demo.profile import Course

_MOST_CURRENT = 100
_MOST_SEEN_BY_THREE = 600
_KEPT = 8
"""Years an adult's record is kept after the last session."""

_SESSIONS = (1, 2, 3, 4, 6, 6, 8, 10)
"""How many sessions a finished course was planned for, each as likely; five on average."""

_FORMER_BUSY_WITH = 6_000
"""How many sessions one former practitioner can have held in the years before the last."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many ordinary patients are current, finished in the last years, and finished long ago."""

    current: int
    finished: int
    past_keeping: int
    by_former: int


def sizes(patients: int) -> Sizes:
    """At most a hundred are current; three practitioners have seen 600, former ones the rest."""
    by_three = min(patients, _MOST_SEEN_BY_THREE)
    current = min(round(by_three * 0.55), _MOST_CURRENT)
    past_keeping = round(by_three * 0.05)
    return Sizes(current, by_three - current - past_keeping, past_keeping, patients - by_three)


def former_needed(patients: int) -> int:
    """How many former practitioners that takes."""
    sessions = sizes(patients).by_former * sum(_SESSIONS) // len(_SESSIONS)
    return -(-sessions // _FORMER_BUSY_WITH)


def courses(chance: Chance, clinic: Clinic, patients: int) -> list[Course]:
    """One course for each ordinary patient, in the order in which they began."""
    wanted = sizes(patients)
    long_ago = dates.add_years(clinic.today, -_KEPT) - timedelta(days=60)
    very_long_ago = dates.add_years(clinic.today, -_KEPT - 2)
    last_year = dates.add_years(clinic.today, -1) - timedelta(days=30)
    three_years_ago = dates.add_years(clinic.today, -3)
    fortnight_ago = clinic.today - timedelta(days=14)
    made = [_current(chance, clinic) for _ in range(wanted.current)]
    made += [_finished(chance, clinic, clinic.colleagues, three_years_ago, fortnight_ago)
             for _ in range(wanted.finished)]  # fmt: skip
    made += [_finished(chance, clinic, clinic.colleagues, very_long_ago, long_ago)
             for _ in range(wanted.past_keeping)]  # fmt: skip
    made += [_finished(chance, clinic, clinic.former, very_long_ago, last_year)
             for _ in range(wanted.by_former)]  # fmt: skip
    return sorted(made, key=lambda course: course.starts)


def _current(chance: Chance, clinic: Clinic) -> Course:
    """Began at some time in the last year, or begins next week, and goes on."""
    starts = clinic.today - timedelta(days=chance.between(-8, 350))
    every = chance.weighted(((7, 40), (14, 45), (28, 15)))
    return _course(chance, clinic, clinic.colleagues, starts, clinic.today + AHEAD, every, is_over=False)


def _finished(
    chance: Chance, clinic: Clinic, colleagues: Sequence[Colleague], earliest: date, latest: date
) -> Course:
    """Ended between two days."""
    every = chance.weighted(((7, 60), (14, 40)))
    ends = chance.day(earliest, latest)
    starts = ends - timedelta(days=every * (chance.pick(_SESSIONS) - 1))
    return _course(chance, clinic, colleagues, starts, ends, every, is_over=True)


def _course(
    chance: Chance,
    clinic: Clinic,
    colleagues: Sequence[Colleague],
    starts: date,
    ends: date,
    every: int,
    *,
    is_over: bool,
) -> Course:
    colleague = chance.pick(colleagues)
    for_children = clinic.stock.themes_for(colleague.work, "child")
    is_child = bool(for_children) and chance.happens(0.16) and not _is_long_ago(clinic, ends)
    themes = for_children if is_child else clinic.stock.themes_for(colleague.work, "adult")
    return Course(colleague, chance.pick(themes), starts, ends, every, is_over)


def _is_long_ago(clinic: Clinic, day: date) -> bool:
    return day < dates.add_years(clinic.today, -_KEPT)
