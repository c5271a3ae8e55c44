"""The practice moved in the window, at the real door: to a server, refused there, and back to this PC."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from practice_app.app import PracticeDoor
from practice_app.gui.door import NewPractice
from practice_app.gui.look import Look
from practice_app.gui.main_window import MainWindow
from practice_app.services.practice import OnServer
from practice_app.storage import server
from practice_app.storage.keys.device import DeviceStore
from tests import on_server
from tests.clinic import MemoryStore
from tests.postgres import Cluster

from .doors import PASSWORD, Answers
from .user import User

CTRL = Qt.KeyboardModifier.ControlModifier

pytestmark = pytest.mark.postgres


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "Harbour Clinic"


@pytest.fixture
def main(
    qtbot: QtBot,
    qapp,
    look: Look,
    settings: QSettings,
    asker: Answers,
    tmp_path: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MainWindow]:
    """A real practice open in the window as its director, on its settings."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    door = PracticeDoor(DeviceStore(MemoryStore()))
    main = MainWindow(qapp, door, look, settings, asker=asker)
    main.show()
    qtbot.waitExposed(main)
    main.enter(door.create(NewPractice(folder, "Harbour Clinic", "Dana Director", PASSWORD, True)).opened)
    asker.folder_given = tmp_path / "stick"
    yield main
    main.close()
    main.deleteLater()


@pytest.fixture
def room(main: MainWindow, cluster: Cluster) -> Iterator[OnServer]:
    """A place on the server."""
    with on_server.place(cluster, main.session.opened.records.keys.vault) as room:
        yield room
        main.close()


def _ask(user: User, main: MainWindow, asker: Answers, room: OnServer, password: str) -> None:
    """Fill in the form by keyboard and mouse, and save it."""
    main.frame.show_screen("practice")
    user.press("Move the practice…")
    user.type("Address of the server", room.address)
    asker.file_given = room.authority
    user.press("Choose the file…")
    user.type("Server's admin", room.admin.name)
    user.field("Admin's password").setText(password)
    user.key(Qt.Key.Key_S, CTRL)


def test_the_same_window_goes_on_on_the_server_and_comes_back(
    qtbot: QtBot, main: MainWindow, asker: Answers, room: OnServer, folder: Path, tmp_path: Path
) -> None:
    user = User(qtbot, main)
    main.frame.show_screen("practice")
    assert user.sees("In an encrypted file on this PC")
    _ask(user, main, asker, room, room.admin.password)
    user.waits_to_see("Moving the practice")
    qtbot.waitUntil(lambda: main.frame is not None, timeout=60_000)
    assert f"The practice is on {room.address} now." in main.frame.message.words
    assert server.is_kept_on_one(folder)
    assert list((tmp_path / "stick").glob("backup-*"))
    main.frame.show_screen("practice")
    assert user.sees("On the server postgresql:")

    user.press("Move the practice…")
    user.type("Server's admin", room.admin.name)
    user.field("Admin's password").setText(room.admin.password)
    user.press("Move the practice")
    qtbot.waitUntil(lambda: main.frame is not None and "again" in main.frame.message.words, timeout=60_000)
    assert not server.is_kept_on_one(folder)
    assert (folder / "practice.db").exists()


def test_a_server_that_refuses_leads_back_to_signing_in(
    qtbot: QtBot, main: MainWindow, asker: Answers, room: OnServer, folder: Path
) -> None:
    user = User(qtbot, main)
    _ask(user, main, asker, room, "not the password")
    user.waits_to_see("The practice was not moved")
    assert not server.is_kept_on_one(folder)
    user.press("Sign in again")
    user.field("Name or initials")


def test_what_is_missing_is_said_and_a_change_of_mind_leaves_the_form(
    qtbot: QtBot, main: MainWindow, asker: Answers, room: OnServer, folder: Path
) -> None:
    user = User(qtbot, main)
    main.frame.show_screen("practice")
    user.press("Move the practice…")
    user.type("Address of the server", "my-server")
    user.press("Move the practice")
    for words in (
        "postgresql://name:port/database",
        "Choose the file",
        "Enter the name of the server's admin",
    ):
        assert user.sees(words)
    user.press("Cancel")
    asker.folder_given = None
    _ask(user, main, asker, room, room.admin.password)
    assert user.sees("Keep the practice on a server")
    assert not server.is_kept_on_one(folder)
