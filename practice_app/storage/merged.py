"""Which ids are one person now: what went up in which record, as every reader must know it."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from practice_app.model.merges import Merge

if TYPE_CHECKING:
    from practice_app.storage.records import Work

_STANDING = select(Merge.gone_id, Merge.kept_id)


def kept(work: "Work", person: UUID) -> UUID:
    """The record to open for an id: the one it went up in, or itself."""
    return _known(work).get(person, person)


def everyone(work: "Work", person: UUID) -> tuple[UUID, ...]:
    """The person and every id that went up in theirs: a sealed text may be about any of them."""
    return (person, *sorted(gone for gone, kept in _known(work).items() if kept == person))


def forget(work: "Work") -> None:
    """Read anew what is merged, after this work itself has changed it."""
    work.merged_into = None


def _known(work: "Work") -> dict[UUID, UUID]:
    """Read once a work: an import seals thousands of texts in one."""
    if work.merged_into is None:
        work.merged_into = {row.gone_id: row.kept_id for row in work.rows(_STANDING)}
    return work.merged_into
