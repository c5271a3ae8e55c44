"""A clinic that updates the program: its practice is backed up, brought up to date, and survives a kill."""

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_app.services import people
from practice_app.services.marks import run
from practice_app.storage import migrate
from practice_app.storage.engine import DATABASE, check_pages, connect
from tests import makers
from tests.clinic import Clinic
from tests.storage import old_version

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is meant literally")

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "quiet lantern over harbour"
KILLS = 8


@pytest.fixture(scope="module")
def old_clinic(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clinic, bytes]:
    """A clinic with a patient and a signed note, of the first version."""
    root = tmp_path_factory.mktemp("old")
    made = Clinic(root / "clinic", root)
    records = made.found("Dana Director", PASSWORD)
    with records.work(use_case="tests.arrange") as work:
        makers.note(work, [makers.patient(work)])
    key = bytes(records.keys.newest_dek[1])
    records.close()
    old_version.put_back(made.folder / DATABASE, key)
    return made, key


@pytest.fixture
def clinic(old_clinic: tuple[Clinic, bytes], tmp_path: Path) -> Iterator[Clinic]:
    shutil.copytree(old_clinic[0].folder, tmp_path / "clinic")
    copy = Clinic(tmp_path / "clinic", tmp_path)
    copy.store.kept.update(old_clinic[0].store.kept)
    yield copy
    copy.close()


def revision(clinic: Clinic, key: bytes) -> str | None:
    opened = connect(clinic.folder / DATABASE, key)
    found = migrate.revision(opened)
    opened.close()
    return found


def test_signing_in_backs_the_old_practice_up_and_brings_it_up_to_date(
    clinic: Clinic, old_clinic: tuple[Clinic, bytes]
) -> None:
    assert revision(clinic, old_clinic[1]) == old_version.FIRST
    records = clinic.sign_in("Dana Director", PASSWORD).records
    assert [found.name for found in run(records, people.find, "holl")] == ["HOLLOWAY, Margaret (Mrs)"]
    assert revision(clinic, old_clinic[1]) == migrate.NEWEST
    [backup] = clinic.folder.with_name("clinic backups").iterdir()
    opened = connect(backup / DATABASE, old_clinic[1])
    assert migrate.revision(opened) == old_version.FIRST
    opened.close()


def test_killed_in_the_middle_the_practice_is_as_it_was_and_opens(
    clinic: Clinic, old_clinic: tuple[Clinic, bytes]
) -> None:
    key, moments = old_clinic[1], random.Random(3)  # noqa: S311  not for secrets
    killed = 0
    for moment in [1, 2, *(moments.randrange(3, 60) for _ in range(KILLS - 2))]:
        program = [sys.executable, "-m", "tests.storage.old_version"]
        arguments = [str(clinic.folder / DATABASE), key.hex(), str(moment)]
        done = subprocess.run([*program, *arguments], cwd=ROOT, capture_output=True, check=False)
        killed += done.returncode == -9
        found = revision(clinic, key)
        assert found in {old_version.FIRST, migrate.NEWEST}
        assert check_pages(clinic.folder / DATABASE, key) == ()
        if found == migrate.NEWEST:
            break
    assert killed >= 2
    records = clinic.sign_in("Dana Director", PASSWORD).records
    assert len(run(records, people.find, "holl")) == 1
