"""One application with our look for all tests of the window."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from practice_app.gui.look import Look, Scheme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to give size hints to, and says so in every test."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints"))


@pytest.fixture(scope="session")
def _the_look(qapp: QApplication) -> Look:
    return Look(qapp, Scheme.LIGHT)


@pytest.fixture(autouse=True)
def look(_the_look: Look) -> Look:
    """The look of the application under test, light at the start of every test."""
    _the_look.choose(Scheme.LIGHT)
    return _the_look


@pytest.fixture
def settings(tmp_path) -> Iterator[QSettings]:
    """This PC's window settings, in a file of the test's own."""
    made = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    yield made
    made.sync()
