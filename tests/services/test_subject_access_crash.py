"""Power cut while a copy is prepared: no half copy, nothing lost that was acknowledged, no stray file."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice_app.documents.intake import cleaning
from practice_app.model.audit import AuditEvent
from practice_app.model.rights import SubjectAccessBundle
from practice_app.rules.files import PDF, CleanedFile, FileState
from practice_app.services import files, subject_access
from practice_app.services.marks import run
from practice_app.storage import audit
from practice_app.storage.engine import check_pages
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import ON_A_FILE
from tests.documents import papers
from tests.services.copies import pages

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "5"))
_LONGEST_LIFE = 4.0  # seconds; a copy takes less than one
_PROJECT = Path(__file__).parents[2]


@ON_A_FILE
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is meant literally")
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_killed_at_any_moment_nothing_half_is_left(
    records: Records, practice_file: Path, tmp_path: Path, seed: int
) -> None:
    with records.work(use_case="tests.arrange") as work:
        person = makers.patient(work)
        for _ in range(20):
            makers.note(work, [person], "Slept better. " * 60)
        clean, count = cleaning.clean(papers.letter(1))
        scan = CleanedFile("letter.pdf", PDF, papers.letter(1), FileState.READY, count, clean)
        work.add(files.attach(work, scan, [person], letter=makers.letter(work, [person])))
    before = {each.name for each in practice_file.parent.iterdir()}
    temporary = tmp_path / "temporary"
    temporary.mkdir()

    records.engine.dispose()  # so that whoever opens the file next is alone with what was left
    life = random.Random(seed).uniform(0.0, _LONGEST_LIFE)  # noqa: S311  not a secret

    acknowledged = _killed_while_preparing(records, practice_file, person, temporary, life)

    assert check_pages(practice_file, records.keys.newest_dek[1]) == ()
    with records.work(writes=False) as work:
        stored = {row.id: row.pages for row in work.select(select(SubjectAccessBundle))}
        prepared = work.first(select(func.count()).where(AuditEvent.action == "prepared"))
        assert audit.verify(work.connection(), {}) == ()
    assert acknowledged.items() <= stored.items()
    assert len(stored) <= len(acknowledged) + 1
    assert prepared == len(stored)
    for id, number in stored.items():
        assert len(pages(run(records, subject_access.open_copy, id))) == number
    assert list(temporary.iterdir()) == []
    assert {each.name for each in practice_file.parent.iterdir()} <= before | {
        "practice.db-wal",
        "practice.db-shm",
    }


def _killed_while_preparing(
    records: Records, path: Path, person: UUID, temporary: Path, life: float
) -> dict[UUID, int]:
    """The copies (with their pages) that the program had said were made when it was killed."""
    keys = records.keys
    assert keys.ck is not None
    given = {
        "path": str(path),
        "person": str(person),
        "vault": str(keys.vault),
        "user": str(keys.user),
        "uk": keys.uk.hex(),
        "dek": keys.dek[1].hex(),
        "ck": keys.ck[1].hex(),
    }
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.services.preparing"],
        cwd=_PROJECT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(given))
    child.stdin.close()
    assert child.stdout.readline() == "started\n"
    try:
        child.wait(timeout=life)
        pytest.fail("the program ended by itself")
    except subprocess.TimeoutExpired:
        child.kill()
    whole_lines = [line.split() for line in child.stdout if line.endswith("\n")]
    child.wait()
    child.stdout.close()
    return {UUID(id): int(number) for id, number in whole_lines}
