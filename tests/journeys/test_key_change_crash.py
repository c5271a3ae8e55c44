"""A change of keys that is killed: the practice always opens with everything in it, and can be finished."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_app.progress import Progress
from practice_app.services import backups, key_changes
from practice_app.storage import database_key, keys
from practice_app.storage.engine import check_pages, connect
from practice_app.storage.records import Records
from tests.services import changing_keys
from tests.services.changing_keys import BEGUN, DIRECTOR, DONE, Clinic, contents

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is meant literally")

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "5"))
ROOT = Path(__file__).resolve().parents[2]
NOTES = 60
_STEPS = {"database": 30, "clinical": 40}  # a little more than each takes, so that some are done before
_LONGEST_LIFE = 1.5  # seconds; a change takes less


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    made = changing_keys.found(tmp_path_factory.mktemp("made"), notes=NOTES)
    backups.make(made.as_director(), made.folder, made.state / "stick", progress=Progress())
    made.close()
    return made


@pytest.fixture
def clinic(_made: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of the clinic for one round."""
    copy = _made.copied(tmp_path)
    yield copy
    copy.close()


def _killed(clinic: Clinic, change: str, moment: random.Random) -> bool:
    """Run a change and kill it; whether it had said it was done.

    Half the time it is killed before one of its steps on a file, else at any moment.
    """
    at_a_step = moment.random() < 0.5
    kill_at = moment.randrange(1, _STEPS[change]) if at_a_step else 0
    program = [sys.executable, "-m", "tests.services.changing_keys"]
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        if running.stdin is None or running.stdout is None:
            raise RuntimeError("the program has no streams")
        running.stdin.write(changing_keys.described(clinic, change, kill_at) + "\n")
        running.stdin.flush()
        assert running.stdout.readline().strip() == BEGUN
        if not at_a_step:
            try:
                running.wait(moment.uniform(0.0, _LONGEST_LIFE))
            except subprocess.TimeoutExpired:
                running.kill()
        return running.stdout.read().strip() == DONE


def _rows(clinic: Clinic, records: Records) -> dict[str, int]:
    """Rows of every table but the log's own."""
    path = clinic.folder / "practice.db"
    opened = connect(path, database_key.fitting(path, records.keys)[1])
    tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    counts = {name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in tables}
    opened.close()
    return {name: count for name, count in counts.items() if name not in ("audit_event", "checkpoint")}


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("change", ["database", "clinical"])
def test_a_killed_change_of_keys_loses_nothing(clinic: Clinic, change: str, round_: int) -> None:
    therapist = clinic.as_therapist()
    before, rows = contents(therapist), _rows(clinic, therapist)
    clinic.close()
    was_promised = _killed(clinic, change, random.Random(f"{change} {round_}"))  # noqa: S311  not a secret

    therapist = clinic.as_therapist()  # nobody has to wait for a director
    assert contents(therapist) == before
    assert _rows(clinic, therapist) == rows
    generations = {"database": therapist.keys.dek, "clinical": therapist.keys.clinical_keys()}[change]
    assert not was_promised or change == "clinical" or sorted(generations) == [2]
    clinic.as_receptionist()
    clinic.close()

    opened = clinic.sign_in("DD", DIRECTOR)
    assert not [notice for notice in opened.notices if "database key" in notice]
    director = opened.records
    assert len(director.keys.dek) == 1
    if any("clinical key was interrupted" in notice for notice in opened.notices):
        assert not was_promised
        key_changes.change_clinical_key(director, clinic.folder, progress=Progress())
    checked = backups.check(director, clinic.folder, devices=clinic.devices, progress=Progress())
    assert checked.problems == ()
    assert check_pages(clinic.folder / "practice.db", director.keys.newest_dek[1]) == ()
    assert sorted(path.name for path in clinic.folder.glob("practice.db.new*")) == []
    assert keys.read_slots(clinic.folder).dek_id == keys.dek_id(director.keys.newest_dek[1])
    director.close()
    assert contents(clinic.as_therapist()) == before
