"""What a section of the copy is: how one table's rows about one person are found, dated and shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from practice_app.documents.parties import Fact
from practice_app.errors import NotAllowed, PracticeError
from practice_app.model.base import Base
from practice_app.model.people import Person
from practice_app.rules import dates
from practice_app.services import timeline
from practice_app.storage import sealed
from practice_app.storage.records import Work

T = TypeVar("T", bound=Base)
V = TypeVar("V")

RECORDED_HERE = "Recorded by this practice"

TECHNICAL: Mapping[str, str] = MappingProxyType(
    {
        "id": "a random number that holds the record together",
        "version": "a counter against lost changes",
        "person_id": "the link to the person this copy is about",
        "patient_id": "the link to the person this copy is about",
        "position": "the order on the screen, which is the order in the copy",
        "fingerprint": "a checksum that shows whether a file's row has changed since it was taken in",
    }
)
"""Columns that say nothing about anybody, with the reason why they are left out."""


def technical(*columns: str, **reasons: str) -> Mapping[str, str]:
    """Left-out columns of a section: `id`, `version`, the named technical ones, and others with reasons."""
    common = {column: TECHNICAL[column] for column in ("id", "version", *columns)}
    return MappingProxyType({**common, **reasons})


class CannotBeShown(PracticeError):
    """A sealed value does not open here: written for another record, moved, damaged, or of a lost key."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A sealed text, or when its author alone holds the key (`is_whole` False) a sentence that says so."""

    text: str
    is_whole: bool = True


_SEALED_FOR_ITS_AUTHOR = Opened(
    "This text is sealed for its author alone and is not in this copy. Its author can open it and add it.",
    is_whole=False,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One row in words. `is_whole` is False when a text of it exists and could not be opened."""

    title: str
    source: str
    facts: tuple[Fact, ...] = ()
    text: str = ""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """Things of one kind that are counted instead of shown, with the first and the last day of them."""

    title: str
    number: int
    first: date | None
    last: date | None


class Reading:
    """One person's data being read for a copy: the transaction, and what turns values into words."""

    def __init__(self, work: Work, person: Person, entered: Mapping[UUID, datetime]) -> None:
        """`entered` says when rows were written, by their ids, as far as the log knows."""
        self.work = work
        self.person = person
        self.zone = timeline.practice_zone(work)
        self._entered = entered
        self._known: dict[tuple[str, UUID], Any] = {}

    def once(self, what: tuple[str, UUID], find: Callable[[], V]) -> V:
        """The answer of `find`, asked once: the same practitioner stands in hundreds of rows."""
        if what not in self._known:
            self._known[what] = find()
        found: V = self._known[what]
        return found

    def others(self, subjects: Iterable[UUID]) -> frozenset[UUID]:
        """The other people of a joint item."""
        return frozenset(subjects) - {self.person.id}

    def local(self, at: datetime) -> datetime:
        """A moment as the clinic's clocks showed it."""
        return at.astimezone(self.zone).replace(tzinfo=None)

    def day(self, when: date | datetime | None) -> date | None:
        """The clinic's day of a date, a local time or a moment."""
        if not isinstance(when, datetime):
            return when
        return (self.local(when) if when.tzinfo else when).date()

    def moment(self, at: datetime | None) -> str:
        """A moment as the copy prints it; "" for None."""
        if at is None:
            return ""
        shown = self.local(at)
        return f"{dates.show(shown)} {dates.show_time(shown)}"

    def entered(self, id: UUID) -> datetime:
        """When a row without a date of its own was written: by the log, else with the person."""
        return self.local(self._entered.get(id, self.person.entered_at))

    def opened(
        self,
        id: UUID,
        purpose: str,
        blob: bytes | None,
        *,
        owner: UUID | None = None,
    ) -> Opened:
        """A sealed text about this person, written by `owner`; raises CannotBeShown for anybody else's."""
        about = (self.person.id,)
        try:
            return Opened(sealed.get(self.work, id, purpose, blob, subjects=about, owner=owner))
        except NotAllowed:
            return _SEALED_FOR_ITS_AUTHOR
        except PracticeError as error:
            raise CannotBeShown(str(error)) from None

    def opened_file(self, id: UUID, purpose: str, blob: bytes) -> bytes:
        """A sealed file's bytes; raises CannotBeShown when it is not about this person."""
        try:
            return sealed.get_bytes(self.work, id, purpose, blob, subjects=(self.person.id,))
        except PracticeError as error:
            raise CannotBeShown(str(error)) from None


@dataclass(frozen=True, slots=True)
class Section(Generic[T]):
    """How the rows of one table about one person are found, dated and shown.

    `rows` selects mapped objects. Every column changes what `shown` or `dated` gives, or is in
    `left_out` with the reason; a test tries each.
    """

    mapped: type[T]
    title: str
    rows: Callable[[UUID], Select[T]]
    dated: Callable[[Reading, T], date | datetime]
    shown: Callable[[Reading, T], Shown]
    left_out: Mapping[str, str]
    also: tuple[InstrumentedAttribute[Any], ...] = ()
    """Relationships that `shown` reads, loaded with the rows."""
    note: str = ""
    """What the reader must know about this section: an abbreviation, or what is not in it and why."""
    on_demand: tuple[InstrumentedAttribute[Any], ...] = ()
    """Columns too large to be loaded for all rows at once; `shown` reads them where it needs them."""
    shown_with: Callable[[T], UUID | None] | None = None
    """For rows that stand in the entry of another row, the letter or document they came with: its id."""
    is_own: bool = True
    """False for rows that are another person's and only mention this one."""


def facts(*given: Fact) -> tuple[Fact, ...]:
    """Labels with their values, those without a value left out."""
    return tuple((label, value) for label, value in given if value)


def words(choice: StrEnum | None) -> str:
    """A stored choice as it is printed: "did_not_attend" -> "Did not attend"; "" for None."""
    return choice.value.replace("_", " ").capitalize() if choice is not None else ""


def day(on: date | None) -> str:
    """A date as the copy prints it; "" for None, so that `facts` leaves it out."""
    return dates.show(on) if on is not None else ""


def yes(is_so: bool) -> str:
    """A flag in words."""
    return "Yes" if is_so else "No"
