"""Two records of one person: compared side by side, merged by a person's decision, and taken apart again.

A merge is one transaction: a crash in the middle leaves two records as they were. No backup is asked for
first, because everything a merge takes out or changes is written down with it, and `unmerge` puts it back.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import PracticeError
from practice_app.model.merges import Merge
from practice_app.model.people import Patient, Person
from practice_app.model.rights import BundleState, SubjectAccessBundle
from practice_app.rules import dates
from practice_app.rules.merges import undo_until
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services.marks import changes, reads, views
from practice_app.services.merges.comparing import (
    Compared,
    Comparison,
    Counted,
    Pair,
    Party,
    Side,
    list_words,
    ordered,
)
from practice_app.services.merges.suggesting import (
    Suggestion,
    keep_apart,
    suggest,
    suggestions,
    take_back,
)
from practice_app.services.timeline import Item
from practice_app.storage import merged, merging, unmerging
from practice_app.storage.records import Work

__all__ = [
    "Compared",
    "Comparison",
    "Counted",
    "Merged",
    "Moved",
    "Party",
    "Side",
    "Suggestion",
    "Undone",
    "compare",
    "everyone",
    "history",
    "keep_apart",
    "merge",
    "suggest",
    "suggestions",
    "take_back",
    "unmerge",
]

everyone = merged.everyone


@dataclass(frozen=True, slots=True)
class Moved:
    """How many things of one kind moved."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Merged:
    """One merge as the record tells it. `undo_until` is None when it can no longer be undone.

    `moved` is empty for somebody who may not merge records: it counts what they may not see.
    """

    id: UUID
    kept: UUID
    gone_number: str
    gone_name: str
    on: date
    by: str
    moved: tuple[Moved, ...]
    undo_until: date | None


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo left: `restored` is the record that is there again.

    `stayed` was written since the merge and stays with the kept record: as timeline items where they are,
    and counted by kind. `not_restored` was changed since, so it was left as it is. `warnings` are for a
    director to act on.
    """

    kept: UUID
    restored: UUID
    stayed: tuple[Item, ...]
    stayed_counts: tuple[Moved, ...]
    not_restored: tuple[Moved, ...]
    warnings: tuple[str, ...]


@views(Permission.MERGE_RECORDS)
def compare(work: Work, kept: UUID, gone: UUID) -> Comparison:
    """Both records side by side; that both were viewed is recorded.

    Raises Invalid when they are the same record, NotFound for somebody who is not a patient here.
    """
    pair = Pair(work, merged.kept(work, kept), merged.kept(work, gone))
    for each in (pair.kept, pair.gone):
        work.note("viewed", "patient", each)
    return pair.compared()


@changes(Permission.MERGE_RECORDS)
def merge(work: Work, kept: UUID, gone: UUID, choices: Mapping[str, Side]) -> Merged:
    """Move everything of `gone` into `kept`; `choices` say whose value a field takes, by its key.

    A field that is not named takes what `compare` proposed. Raises Invalid naming the field for a choice
    there is not, NotFound when one of them is not a patient (any more).
    """
    pair = Pair(work, kept, gone)
    patient, person = work.get(Patient, gone), work.get(Person, gone)
    row = Merge(
        kept_id=kept,
        gone_id=gone,
        gone_number=patient.number,
        gone_nhs_number=patient.nhs_number,
        gone_name=person.display_name,
        merged_at=work.now,
        merged_by_id=work.actor.id,
    )
    merging.merge(work, row, pair.values(choices), pair.first(choices))
    return _merged(work, row)


@reads(Permission.OPEN_RECORD)
def history(work: Work, patient: UUID) -> tuple[Merged, ...]:
    """The merges into a patient's record, the newest first. One that was undone is in the log only."""
    access.require_record(work, patient)
    statement = select(Merge).where(Merge.kept_id == merged.kept(work, patient))
    return tuple(_merged(work, row) for row in work.select(statement.order_by(Merge.merged_at.desc())))


@changes(Permission.MERGE_RECORDS)
def unmerge(work: Work, merge: UUID) -> Undone:
    """Take a merge apart: both records are as they were, and what was written since stays with the kept one.

    Raises PracticeError when the time for it is over and while a later merge into the same record stands,
    NotFound when it was undone before.
    """
    row = work.get(Merge, merge)
    _refuse_too_late(work, row)
    kept, gone = row.kept_id, row.gone_id
    outcome = unmerging.undo(work, row)
    return Undone(
        kept=kept,
        restored=gone,
        stayed=_stayed(work, kept, outcome.stayed),
        stayed_counts=_counted([table for table, _ in outcome.stayed]),
        not_restored=_counted([table for table, _ in outcome.not_restored]),
        warnings=_warnings(work, row),
    )


def _merged(work: Work, row: Merge) -> Merged:
    on = _day(work, row.merged_at)
    can_undo = timeline.today(work) <= undo_until(on)
    counts = merging.moved(work, row.id) if Permission.MERGE_RECORDS in work.actor.permissions else {}
    return Merged(
        id=row.id,
        kept=row.kept_id,
        gone_number=str(row.gone_number),
        gone_name=row.gone_name,
        on=on,
        by=timeline.user_name(work, row.merged_by_id),
        moved=tuple(Moved(list_words(table), counts[table]) for table in ordered(counts)),
        undo_until=undo_until(on) if can_undo else None,
    )


def _refuse_too_late(work: Work, row: Merge) -> None:
    last = undo_until(_day(work, row.merged_at))
    if timeline.today(work) > last:
        raise PracticeError(
            f"This merge could be undone until {dates.show(last)}. What is in the wrong record can still be "
            "moved to the right one, item by item."
        )
    later = select(Merge).where(Merge.kept_id == row.kept_id, Merge.merged_at > row.merged_at)
    if (blocking := work.first(later.order_by(Merge.merged_at.desc()))) is not None:
        raise PracticeError(
            f"The record no. {blocking.gone_number} was merged into this one later. Undo that merge first."
        )


def _stayed(work: Work, kept: UUID, rows: Sequence[tuple[str, UUID]]) -> tuple[Item, ...]:
    """The timeline items that newer rows are, or link to."""
    ids = {id for table, id in rows for id in unmerging.item_ids(work, table, id)}
    return tuple(item for item in timeline.items(work, kept) if item.id in ids)


def _counted(tables: Sequence[str]) -> tuple[Moved, ...]:
    counts = Counter(tables)
    return tuple(Moved(list_words(table), counts[table]) for table in ordered(counts))


def _warnings(work: Work, row: Merge) -> tuple[str, ...]:
    """Copies that were given out while the records were one held what was two people's, if they were two."""
    released = select(SubjectAccessBundle.released_at).where(
        SubjectAccessBundle.person_id.in_((row.kept_id, row.gone_id)),
        SubjectAccessBundle.state == BundleState.RELEASED,
        SubjectAccessBundle.prepared_at >= row.merged_at,
    )
    days = sorted({_day(work, at) for at in work.select(released) if at})
    return tuple(
        f"A copy of everything held was given out on {dates.show(day)}, while the records were one. "
        "Consider whether this is a breach."
        for day in days
    )


def _day(work: Work, at: datetime) -> date:
    return at.astimezone(timeline.practice_zone(work)).date()
