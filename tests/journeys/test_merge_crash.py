"""Two records are being merged or taken apart when the program is killed: they are one or two, never half."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from practice_app.services import merges
from practice_app.services.marks import run
from practice_app.storage import checkpoints
from practice_app.storage.engine import check_pages
from practice_app.storage.records import Records
from tests.journeys import merging
from tests.services.filling import filled, snapshot

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "4"))
ROOT = Path(__file__).resolve().parents[2]
_A_TURN = 0.5  # seconds, in which a merge and its undo are done


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is meant literally")
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_killed_merge_leaves_one_record_or_two(records: Records, practice_file: Path, round_: int) -> None:
    pair = filled(records, round_)
    apart = snapshot(records)
    done = run(records, merges.merge, pair.kept, pair.gone, {})
    as_one = _without_the_merge(snapshot(records))
    run(records, merges.unmerge, done.id)
    records.engine.dispose()  # so that whoever opens the file next is alone with what was left
    moment = random.Random(round_)  # noqa: S311  not a secret

    said = _killed(merging.described(practice_file, records.keys, pair.kept, pair.gone), moment)

    assert check_pages(practice_file, records.keys.newest_dek[1]) == ()
    with records.work(writes=False) as work:
        assert checkpoints.verify(work) == ()
    found = run(records, merges.history, pair.kept)
    if found:
        assert _without_the_merge(snapshot(records)) == as_one
        run(records, merges.unmerge, found[0].id)
    else:
        assert said[-1].startswith(("merged", "undone"))
    assert snapshot(records) == apart


def _killed(told: str, moment: random.Random) -> list[str]:
    """What the program had said when it was killed, at some moment of its second turn or later."""
    program = [sys.executable, "-m", "tests.journeys.merging"]
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        if running.stdin is None or running.stdout is None:
            raise RuntimeError("the program has no streams")
        running.stdin.write(told + "\n")
        running.stdin.flush()
        said = []
        for line in running.stdout:
            said.append(line)
            if line.startswith("undone"):
                break
        try:
            running.wait(timeout=moment.uniform(0.0, _A_TURN))
            pytest.fail("the program ended by itself")
        except subprocess.TimeoutExpired:
            running.kill()
        return said + list(running.stdout)


def _without_the_merge(found: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """Each merge has ids of its own."""
    return {name: rows for name, rows in found.items() if name not in ("merge", "merge_step")}
