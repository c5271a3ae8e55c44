"""A backup on demand from the window, of a real practice."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from practice_app.gui.frame import BACK_UP, Frame
from practice_app.gui.office import Office
from practice_app.services import practice
from practice_app.storage.keys import Kdf

from .doors import Answers
from .user import User

PASSWORD = "correct pelican juggles nine umbrellas"


@pytest.fixture
def frame(qtbot: QtBot, asker: Answers, tmp_path: Path):
    """The window of a new practice that opens by password only."""
    made = practice.create(
        tmp_path / "clinic",
        name="Harbour Clinic",
        director="Dana Director",
        password=PASSWORD,
        devices=None,
        kdf=Kdf(memory=19456, passes=2, threads=1),
    )
    office = Office(made.records)
    frame = Frame(office, asker, (), made.records.clock, tmp_path / "clinic")
    qtbot.addWidget(frame)
    frame.resize(1280, 800)
    frame.show()
    yield frame
    office.close()()
    made.records.close()


def _back_up(frame: Frame) -> None:
    [made] = [made for action, made in frame.actions_known.known() if action.id == BACK_UP.id]
    made.trigger()


def test_a_backup_is_made_checked_and_dated(
    frame: Frame, asker: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    User(qtbot, frame.status).waits_to_see("No backup yet")
    asker.folder_given = tmp_path / "stick"
    _back_up(frame)
    User(qtbot, frame.jobs).waits_to_see("The backup was made and checked.")
    assert len(list((tmp_path / "stick").iterdir())) == 1
    qtbot.waitUntil(lambda: frame.facts.last_backup is not None)


def test_a_bad_place_for_a_backup_is_said_in_words(
    frame: Frame, asker: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    asker.folder_given = tmp_path / "clinic" / "backups"
    _back_up(frame)
    User(qtbot, frame.jobs).waits_to_see("Choose another place")


def test_changing_ones_mind_makes_nothing(frame: Frame, asker: Answers, tmp_path: Path) -> None:
    asker.folder_given = None
    _back_up(frame)
    assert not (tmp_path / "stick").exists()
