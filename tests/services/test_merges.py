"""Merging two records of one person, finding them by both numbers, and taking them apart again."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice_app.services import merges
from practice_app.services.marks import run
from practice_app.storage import checkpoints
from practice_app.storage.person_links import links
from practice_app.storage.records import Records
from tests.services.filling import Pair, filled, snapshot

SEEDS = range(6)


@pytest.fixture
def pair(records: Records) -> Pair:
    return filled(records, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_merge_and_its_undo_leave_every_table_as_it_was(records: Records, seed: int) -> None:
    pair = filled(records, seed)
    before = snapshot(records)
    merged = run(records, merges.merge, pair.kept, pair.gone, {})
    assert _left_with(records, pair.gone) == {}
    assert snapshot(records) != before
    undone = run(records, merges.unmerge, merged.id)
    assert (undone.stayed, undone.not_restored) == ((), ())
    after = snapshot(records)
    assert {name for name in before if before[name] != after[name]} == set()
    with records.work(writes=False) as work:
        assert checkpoints.verify(work) == ()


def _left_with(records: Records, person: UUID) -> dict[str, int]:
    """How many rows of each table still name somebody."""
    with records.work(writes=False) as work:
        counts = {
            str(column): work.first(select(func.count()).select_from(column.table).where(column == person))
            for column in links()
        }
    return {name: count for name, count in counts.items() if count}
