"""The list of all patients: their order as ids, and the rows of those that are looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import overload
from uuid import UUID

from practice_app.progress import Progress
from practice_app.rules.permissions import Permission
from practice_app.services import access
from practice_app.services.marks import long, reads
from practice_app.services.people import Found, as_found
from practice_app.storage import listing
from practice_app.storage.records import Records, Work

_BYTES = 16


class Ids(Sequence[UUID]):
    """Very many ids in an order, 16 bytes each; turned round at no cost."""

    __slots__ = ("_packed", "_reversed")

    def __init__(self, packed: bytes, *, is_reversed: bool = False) -> None:
        self._packed, self._reversed = packed, is_reversed

    def __len__(self) -> int:
        return len(self._packed) // _BYTES

    @overload
    def __getitem__(self, place: int) -> UUID: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[UUID, ...]: ...

    def __getitem__(self, place: int | slice) -> UUID | tuple[UUID, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        if not 0 <= place < len(self):
            raise IndexError(place)
        at = self._turned(place) * _BYTES
        return UUID(bytes=self._packed[at : at + _BYTES])

    def place(self, id: UUID) -> int:
        """Where an id stands, or -1."""
        at = self._packed.find(id.bytes)
        while at % _BYTES and at != -1:  # a match across two ids is none
            at = self._packed.find(id.bytes, at + 1)
        return -1 if at == -1 else self._turned(at // _BYTES)

    def turned_round(self) -> "Ids":
        """The same ids from the last to the first."""
        return Ids(self._packed, is_reversed=not self._reversed)

    def _turned(self, place: int) -> int:
        return len(self) - 1 - place if self._reversed else place


@reads(Permission.FIND_PEOPLE)
def everybody(work: Work) -> Ids:
    """All patients by name: 0.1 s for 100,000."""
    return Ids(listing.by_name(work))


@long(Permission.LIST_VISITS)
def by_last_visit(records: Records, *, progress: Progress) -> Ids:
    """All patients by their last attended appointment, the latest first; who was never here comes last."""
    progress(0, 1, "Looking at the appointments")
    with records.work(writes=False, use_case=by_last_visit.name) as work:
        ids = Ids(listing.by_last_visit(work))
    progress(1, 1, "Done")
    return ids


@reads(Permission.FIND_PEOPLE)
def page(work: Work, ids: Sequence[UUID]) -> tuple[Found | None, ...]:
    """The rows of some patients, in the order given; None for somebody who is gone.

    Names and identifiers only, for whoever may not list everybody's visits.
    """
    with_visits = Permission.LIST_VISITS in work.actor.permissions
    found = {each.id: each for each in _found(work, ids, with_visits=with_visits)}
    if not with_visits:
        found = {id: each.without_contact() for id, each in found.items()}
    return tuple(found.get(each) for each in ids)


@reads(Permission.FIND_PEOPLE)
def own(work: Work) -> tuple[Found, ...]:
    """The actor's own caseload by name, with the last visits."""
    return tuple(_found(work, access.own_patients(work), with_visits=True, sort=True))


def _found(work: Work, ids: Sequence[UUID], *, with_visits: bool, sort: bool = False) -> list[Found]:
    return [
        as_found(row)._replace(last_visit=datetime.fromisoformat(row[-1]).date() if row[-1] else None)
        for row in listing.rows(work, ids, with_visits=with_visits, sort=sort)
    ]
