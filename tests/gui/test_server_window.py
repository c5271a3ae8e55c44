"""A practice on a server in the window: opened by its folder, worked in, out of reach, left."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from practice_app.app import PracticeDoor
from practice_app.errors import CannotOpen
from practice_app.gui.look import Look
from practice_app.gui.main_window import MainWindow
from practice_app.services import practice
from practice_app.storage import server
from practice_app.storage.keys.device import DeviceStore
from tests import on_server
from tests.clinic import CHEAP, MemoryStore
from tests.postgres import Cluster

from .doors import PASSWORD, Answers
from .user import User

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    """This test's key store and account."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return MemoryStore()


@pytest.fixture
def folder(cluster: Cluster, tmp_path: Path, store: MemoryStore) -> Iterator[Path]:
    """The folder of a practice on the server."""
    folder = tmp_path / "Harbour Clinic"
    with cluster.database() as name:
        made = practice.create(
            folder, name="Harbour Clinic", director="Dana Director", password=PASSWORD,
            devices=DeviceStore(store), on=on_server.on(cluster, name), kdf=CHEAP,
        )  # fmt: skip
        practice.leave(made.records)
        where = server.read(folder)
        assert where is not None
        yield folder
    cluster.drop_roles(where.roles.prefix)


@pytest.fixture
def main(
    qtbot: QtBot, qapp, look: Look, settings: QSettings, asker: Answers, store: MemoryStore, folder: Path
) -> Iterator[MainWindow]:
    """The window, asking who signs in to the practice on the server."""
    main = MainWindow(qapp, PracticeDoor(DeviceStore(store)), look, settings, asker=asker)
    main.show()
    qtbot.waitExposed(main)
    main.sign_in.show_practice(folder)
    yield main
    main.close()
    main.deleteLater()


def sign_in(qtbot: QtBot, main: MainWindow) -> User:
    user = User(qtbot, main)
    user.type("Name or initials", "DD")
    user.type("Password", PASSWORD)
    user.press("Sign in")
    return user


def test_it_opens_by_its_folder_and_lets_somebody_in(
    qtbot: QtBot, main: MainWindow, cluster: Cluster, folder: Path
) -> None:
    user = sign_in(qtbot, main)
    qtbot.waitUntil(lambda: main.frame is not None, timeout=30_000)
    where = server.read(folder)
    assert where is not None
    before = len(cluster.roles(where.roles.people))
    main.frame.show_screen("users")
    user.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    user.keys("Sam Price")
    user.field("Role").setCurrentText("Receptionist")
    user.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: user.sees("PRICE, Sam"), timeout=30_000)
    assert len(cluster.roles(where.roles.people)) == before + 1


def test_a_server_out_of_reach_is_said_at_sign_in_and_does_not_keep_the_window_open(
    qtbot: QtBot, main: MainWindow, folder: Path
) -> None:
    path = folder / "server.json"
    known = path.read_text()
    path.write_text(json.dumps(json.loads(known) | {"url": "postgresql://localhost:1/practice"}))
    main.sign_in.show_practice(folder)
    user = sign_in(qtbot, main)
    qtbot.waitUntil(lambda: user.sees("The server cannot be reached"), timeout=30_000)
    assert main.frame is None
    path.write_text(known)
    user = sign_in(qtbot, main)
    qtbot.waitUntil(lambda: main.frame is not None, timeout=30_000)


def test_who_leaves_while_the_server_is_away_drops_the_keys_all_the_same(
    cluster: Cluster, store: MemoryStore, folder: Path
) -> None:
    door = PracticeDoor(DeviceStore(store))
    opened = door.sign_in(folder, "DD", PASSWORD)
    where = server.read(folder)
    assert where is not None
    keys = opened.records.keys
    with cluster.as_admin() as admin:
        admin.execute(f'ALTER ROLE "{where.roles.signin}" NOLOGIN'.encode())
        admin.execute(f'ALTER ROLE "{where.roles.person(keys.user)}" NOLOGIN'.encode())
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (where.database,),
        )
    with pytest.raises(CannotOpen):
        door.leave(opened)
    assert "dropped" in repr(keys)
    assert door.prepare(folder) == ()
