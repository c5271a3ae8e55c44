"""Asking the database about many values without one statement growing too long."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from practice_app.model.base import Row
from practice_app.storage.records import Work

T = TypeVar("T")
K = TypeVar("K", bound=Row)

_PIECE = 500


def pieces(values: Iterable[T]) -> Iterator[list[T]]:
    """`values` in lists short enough for an IN list, each value once."""
    rest = iter(dict.fromkeys(values))
    while piece := list(islice(rest, _PIECE)):
        yield piece


def versions(work: Work, kind: type[K], ids: Iterable[UUID]) -> dict[UUID, int]:
    """The versions of the rows that are there."""
    found: dict[UUID, int] = {}
    for piece in pieces(ids):
        found.update(
            {
                row.id: row.version
                for row in work.rows(select(kind.id, kind.version).where(kind.id.in_(piece)))
            }
        )
    return found
