"""A move between file and server that is killed: the practice lives in one of the two, and is whole there."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_app.errors import CannotOpen
from practice_app.progress import Progress
from practice_app.services import relocation
from practice_app.services.practice import OnServer
from practice_app.storage import checkpoints, keys, server
from tests import on_server
from tests.postgres import Cluster
from tests.services import changing_keys, relocating
from tests.services.changing_keys import BEGUN, DONE, Clinic, contents
from tests.services.relocating import TO_FILE, TO_SERVER

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is meant literally"),
]

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "2"))
ROOT = Path(__file__).resolve().parents[2]
_STEPS = {TO_SERVER: 95, TO_FILE: 77}  # a little more than each takes, so that some are done before
_LONGEST_LIFE = 2.5  # seconds; a move takes less


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    made = changing_keys.found(tmp_path_factory.mktemp("made"), notes=10)
    made.close()
    return made


@pytest.fixture
def clinic(_made: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of the clinic for one round."""
    copy = _made.copied(tmp_path)
    yield copy
    copy.close()


@pytest.fixture
def room(cluster: Cluster, clinic: Clinic) -> Iterator[OnServer]:
    """An empty database on the server; afterwards neither it nor the clinic's roles are left."""
    with on_server.place(cluster, keys.read_slots(clinic.folder).vault) as room:
        yield room
        clinic.close()


def _move(clinic: Clinic, room: OnServer, way: str) -> None:
    records = clinic.as_director()
    if way == TO_SERVER:
        moved = relocation.to_server(records, clinic.folder, room, progress=Progress())
    else:
        moved = relocation.to_file(records, clinic.folder, admin=room.admin, progress=Progress())
    clinic.opened.append(moved.records)
    clinic.close()


def _killed(clinic: Clinic, room: OnServer, way: str, moment: random.Random) -> bool:
    """Run a move and kill it; whether it had said it was done.

    Two times of three it is killed before one of its steps, else at any moment.
    """
    at_a_step = moment.random() < 0.67
    kill_at = moment.randrange(1, _STEPS[way]) if at_a_step else 0
    program = [sys.executable, "-m", "tests.services.relocating"]
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        if running.stdin is None or running.stdout is None:
            raise RuntimeError("the program has no streams")
        running.stdin.write(relocating.described(clinic, room, way, kill_at) + "\n")
        running.stdin.flush()
        assert running.stdout.readline().strip() == BEGUN
        if not at_a_step:
            try:
                running.wait(moment.uniform(0.0, _LONGEST_LIFE))
            except subprocess.TimeoutExpired:
                running.kill()
        return running.stdout.read().startswith(DONE)


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("way", [TO_SERVER, TO_FILE])
def test_a_killed_move_leaves_one_whole_practice(
    clinic: Clinic, room: OnServer, tmp_path: Path, way: str, round_: int
) -> None:
    before = contents(clinic.as_therapist())
    clinic.close()
    other = Clinic(tmp_path / "other", tmp_path / "other state", store=clinic.store)
    if way == TO_FILE:
        _move(clinic, room, TO_SERVER)
        shutil.copytree(clinic.folder, other.folder)  # another PC of the practice
    was_promised = _killed(clinic, room, way, random.Random(f"{way} {round_}"))  # noqa: S311  not a secret

    assert contents(clinic.as_therapist()) == before  # nobody has to wait for a director
    is_on_server = server.is_kept_on_one(clinic.folder)
    assert not was_promised or is_on_server is (way == TO_SERVER)
    clinic.as_receptionist()
    clinic.close()
    if way == TO_FILE and is_on_server:
        assert contents(other.as_therapist()) == before
        other.close()
    elif way == TO_FILE:
        with pytest.raises(CannotOpen):
            other.as_therapist()

    if is_on_server is not (way == TO_SERVER):
        _move(clinic, room, way)
    director = clinic.as_director()
    with director.work(writes=False) as work:
        assert checkpoints.verify(work) == ()
    clinic.close()
    assert server.is_kept_on_one(clinic.folder) is (way == TO_SERVER)
    left = {path.name for path in clinic.folder.iterdir() if path.suffix != ".lock"}
    here = (
        {"server.json", "server-ca.pem"}
        if way == TO_SERVER
        else {"practice.db", "keyslots.json", "keyslots.json.bak"}
    )
    assert {name for name in left if not name.endswith(("-wal", "-shm"))} == here
    assert contents(clinic.as_therapist()) == before
