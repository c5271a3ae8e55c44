"""A practice on disk for every test that wants one, made once and copied."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from practice_app.model.audit import AuditEvent  # noqa: F401  loads the mappers once
from practice_app.rules.permissions import Role
from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records

from . import makers


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Keys]:
    """An empty practice file with its keys, director and settings; made once per run."""
    path = tmp_path_factory.mktemp("template") / "practice.db"
    keys = makers.keys()
    migrate.upgrade(path, keys.newest_dek[1], create=True)
    records = Records(open_file(path, keys.newest_dek[1]), keys, makers.actor(id=keys.user), clock)
    makers.found(records)
    records.engine.dispose()
    return path, keys


def clock() -> object:
    """The tests' own time."""
    return makers.NOW


Opener = Callable[[Role], Records]


@pytest.fixture
def practice_file(_template: tuple[Path, Keys], tmp_path: Path) -> Path:
    """A copy of the empty practice file for this test alone."""
    folder = tmp_path / "practice"
    folder.mkdir()
    return Path(shutil.copy(_template[0], folder / "practice.db"))


@pytest.fixture
def open_as(_template: tuple[Path, Keys], practice_file: Path) -> Iterator[Opener]:
    """Open this test's practice as somebody of a role; all are closed at the end."""
    opened: list[Records] = []

    def opener(role: Role) -> Records:
        keys = makers.as_role(_template[1], role)
        engine = open_file(practice_file, keys.newest_dek[1])
        records = Records(engine, keys, makers.actor(role, id=keys.user), clock)
        opened.append(records)
        return records

    yield opener
    for records in opened:
        records.close()


@pytest.fixture
def records(open_as: Opener) -> Records:
    """This test's practice, opened by the director."""
    return open_as(Role.DIRECTOR)
