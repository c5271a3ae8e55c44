"""A practice on disk for every test that wants one, made once and copied."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from practice_app.model.audit import AuditEvent  # noqa: F401  loads the mappers once
from practice_app.rules.permissions import Role
from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Actor, Records

from . import makers, postgres
from .server_practice import ServerPractice, server_practice

NO_SKIPS = "PRACTICE_APP_TEST_NO_SKIPS"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a PostgreSQL server when none is named."""
    if postgres.named_server() is None:
        for item in items:
            if item.get_closest_marker("postgres"):
                item.add_marker(pytest.mark.skip(reason=postgres.NO_SERVER))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Where everything is installed (CI), a skipped test is a failed one: it would prove nothing there."""
    report = yield
    if os.environ.get(NO_SKIPS) and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which {NO_SKIPS} forbids: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why tests were skipped, without anybody having to ask for it."""
    reasons = Counter(
        report.longrepr[2] for report in terminalreporter.stats.get("skipped", []) if report.longrepr
    )
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} skipped: {reason.removeprefix('Skipped: ')}")


@pytest.fixture(scope="session")
def cluster() -> postgres.Cluster:
    """The PostgreSQL server of the tests; only tests marked ``postgres`` may ask for it."""
    server = postgres.named_server()
    assert server is not None, "mark the test with pytest.mark.postgres"
    return server


@pytest.fixture(scope="session")
def practice_keys() -> Keys:
    """The director's keys of every practice that a test gets."""
    return makers.keys()


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory, practice_keys: Keys) -> tuple[Path, Keys]:
    """An empty practice file with its keys, director and settings; made once per run."""
    path = tmp_path_factory.mktemp("template") / "practice.db"
    migrate.upgrade(path, practice_keys.newest_dek[1], create=True)
    engine = open_file(path, practice_keys.newest_dek[1])
    _found(engine, practice_keys)
    engine.dispose()
    return path, practice_keys


def _found(engine: Engine, keys: Keys) -> None:
    makers.found(Records(engine, keys, makers.actor(id=keys.user), clock))


def clock() -> datetime:
    """The tests' own time."""
    return makers.NOW


@pytest.fixture
def store() -> str:
    """Where this test's practice is: "file" or "postgres"; the tests of storage and use cases run on both."""
    return "file"


ON_A_FILE = pytest.mark.parametrize("store", ["file"])
"""For a test that is about the file itself: its pages, its journal, its backups."""

BOTH = ["file", pytest.param("postgres", marks=pytest.mark.postgres)]

ON_A_SERVER = pytest.mark.parametrize("store", BOTH[1:])
"""For a test that is about the server itself."""


@pytest.fixture
def practice_file(_template: tuple[Path, Keys], tmp_path: Path, store: str) -> Path:
    """A copy of the empty practice file for this test alone."""
    assert store == "file", "mark the test with ON_A_FILE"
    folder = tmp_path / "practice"
    folder.mkdir()
    return Path(shutil.copy(_template[0], folder / "practice.db"))


@pytest.fixture(scope="session")
def _server_template(cluster: postgres.Cluster, practice_keys: Keys) -> Iterator[ServerPractice]:
    with server_practice(cluster, lambda engine: _found(engine, practice_keys)) as made:
        yield made


@pytest.fixture
def server(_server_template: ServerPractice) -> Iterator[ServerPractice]:
    """The empty practice on the server, for this test alone."""
    yield _server_template
    _server_template.put_back()


NewEngine = Callable[[Role], Engine]


@pytest.fixture
def new_engine(store: str, practice_keys: Keys, request: pytest.FixtureRequest) -> NewEngine:
    """Makes engines on this test's practice, in a file or on the server, which asks for somebody's role."""
    if store == "postgres":
        practice: ServerPractice = request.getfixturevalue("server")
        return practice.engine
    path: Path = request.getfixturevalue("practice_file")
    return lambda _role: open_file(path, practice_keys.newest_dek[1])


Clock = Callable[[], datetime]
OpenerWith = Callable[..., Records]
Opener = Callable[[Role], Records]


@pytest.fixture
def open_with(new_engine: NewEngine) -> Iterator[OpenerWith]:
    """Open this test's practice with given keys as a given actor; all are closed at the end."""
    opened: list[Records] = []

    def opener(keys: Keys, actor: Actor, now: Clock = clock) -> Records:
        records = Records(new_engine(actor.role), keys, actor, now)
        opened.append(records)
        return records

    yield opener
    for records in opened:
        records.close()


@pytest.fixture
def open_as(practice_keys: Keys, open_with: OpenerWith) -> Opener:
    """Open this test's practice as somebody of a role."""

    def opener(role: Role) -> Records:
        keys = makers.as_role(practice_keys, role)
        return open_with(keys, makers.actor(role, id=keys.user))

    return opener


@pytest.fixture
def records(open_as: Opener) -> Records:
    """This test's practice, opened by the director."""
    return open_as(Role.DIRECTOR)
