"""A practice on disk for every test that wants one, made once and copied."""

import os
import shutil
from collections import Counter
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

from . import makers, postgres

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
