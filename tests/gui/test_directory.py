"""The GP directory in the window: found, entered, changed, moved and taken in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from practice_app.gui.frame import Frame
from practice_app.model.people import GPPractice, Patient
from practice_app.rules.permissions import Role
from practice_app.services import directory
from practice_app.services.directory import PracticeDetails
from practice_app.storage.records import Records
from tests import makers

from .conftest import People
from .doors import Answers
from .user import User

CTRL = Qt.KeyboardModifier.ControlModifier
EDITION = (
    '"{code}","{name}","Y56","QKS","1 Marine Parade","","Ramsgate","Kent","","CT11 8AA","19740401",'
    '"{closed}","{status}","B","91Q","20200401","","01632960100","","","","0","","91Q","","4",""\r\n'
)


@pytest.fixture
def seafront(open_as: Callable[[Role], Records], people: People) -> UUID:
    """Seafront Surgery with Dr Okafor, who is Margaret's GP; Castle Medical Centre is the NHS's."""
    with open_as(Role.DIRECTOR).work(use_case="tests.gps") as work:
        castle = {"name": "Castle Medical Centre", "name_key": "castle medical centre", "ods_code": "G82002"}
        work.add(
            GPPractice(directory_date=date(2026, 10, 30), status="active", postcode="CT16 1PT", **castle)
        )
        id = directory.add_practice(work, PracticeDetails(name="Seafront Surgery", postcode="CT11 8AA"))
        gp = directory.add_gp(work, id, "Dr Rose Okafor")
        margaret = work.get(Patient, people.margaret)
        margaret.gp_practice_id, margaret.gp_id = id, gp
    return id


@pytest.fixture
def frame(frame_as: Callable[[Role], Frame], seafront: UUID) -> Frame:
    """A receptionist's frame, on the directory."""
    made = frame_as(Role.RECEPTIONIST)
    made.show_screen("directory")
    return made


def _shown(frame: Frame, id: UUID) -> directory.PracticeShown:
    return frame.tools.office.do(directory.open_practice, id)


def test_typing_finds_and_the_side_counts_without_naming(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.key(Qt.Key.Key_F, CTRL)
    user.keys("okafor")
    assert user.sees("Seafront Surgery")
    assert user.sees("1 registered with it")
    assert user.sees("OKAFOR, Rose (Dr), 1 patient here")
    assert not user.sees("HOLLOWAY")


def test_a_practice_is_entered_by_keyboard_changed_closed_and_taken_back(qtbot: QtBot, frame: Frame) -> None:
    user, do = User(qtbot, frame), frame.tools.office.do
    user.key(Qt.Key.Key_N, CTRL)
    user.keys("Abbey Practice")
    user.key(Qt.Key.Key_S, CTRL)
    [abbey] = do(directory.find, "abbey")
    assert user.sees("Entered by hand")
    user.key(Qt.Key.Key_E, CTRL)
    user.type("Phone", "not a number")
    user.key(Qt.Key.Key_S, CTRL)
    assert user.sees("Enter a telephone number like 01632 960001.")
    user.type("Phone", "01632960123")
    user.key(Qt.Key.Key_S, CTRL)
    assert _shown(frame, abbey.id).details.phone == "01632 960123"
    user.press("Close the practice")
    assert _shown(frame, abbey.id).closed_on == makers.TODAY
    user.press("Open it again")
    user.press("Undo")
    assert _shown(frame, abbey.id).closed_on == makers.TODAY


def test_of_the_nhs_practices_only_the_notes_are_offered(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.type("Find a GP practice or GP", "castle")
    with pytest.raises(AssertionError):
        user.button("Close the practice")
    user.press("Change the notes")
    assert user.sees("The NHS directory keeps this practice")
    with pytest.raises(AssertionError):
        user.field("Name")
    user.keys("Letters by post only.")
    user.press("Save")
    assert user.sees("Letters by post only.")


def test_a_gp_is_added_renamed_and_moved(qtbot: QtBot, frame: Frame, seafront: UUID) -> None:
    user = User(qtbot, frame)
    user.type("Find a GP practice or GP", "seafront")
    user.press("Add a GP")
    user.type("Name", "Dr Peter Windrush")
    user.press("Save")
    assert [gp.name for gp in _shown(frame, seafront).gps] == ["OKAFOR, Rose (Dr)", "WINDRUSH, Peter (Dr)"]
    user.type("Find a GP practice or GP", "windrush")
    user.press("Rename the GP")
    user.type("Name", "Dr Peter Windrush-Bell")
    user.press("Save")
    user.type("Find a GP practice or GP", "okafor")
    user.press("Move the GP")
    assert user.sees("Their patients stay registered where they are; ask them.")
    user.type("GP practice they work at now", "castle")
    user.press("Move the GP")
    assert user.sees("OKAFOR, Rose (Dr) was moved. Patients who have this GP here: 1; ask them.")
    assert [gp.name for gp in _shown(frame, seafront).gps] == ["WINDRUSH-BELL, Peter (Dr)"]
    user.press("Undo")
    assert len(_shown(frame, seafront).gps) == 2


def test_an_edition_is_taken_in_and_its_day_is_shown(
    qtbot: QtBot, frame_as: Callable[[Role], Frame], seafront: UUID, asker: Answers, tmp_path: Path
) -> None:
    file = tmp_path / "epraccur.csv"
    rows = [
        EDITION.format(code="G81001", name="SEAFRONT HEALTH", closed="", status="A"),
        EDITION.format(code="G82002", name="CASTLE MEDICAL CENTRE", closed="20261120", status="C"),
    ]
    file.write_text("".join(rows), encoding="utf-8", newline="")
    asker.file_given = file
    frame = frame_as(Role.DIRECTOR)
    frame.show_screen("directory")
    user = User(qtbot, frame)
    user.press("Take in the NHS directory…")
    user.waits_to_see("The NHS directory was taken in: 1 new, 1 changed, 0 as before.")
    qtbot.waitUntil(lambda: len(frame.tools.office.do(directory.find, "G8")) == 2)
    assert user.sees("NHS directory of")


def test_a_receptionist_takes_no_edition_in(qtbot: QtBot, frame: Frame) -> None:
    with pytest.raises(AssertionError):
        User(qtbot, frame).button("Take in the NHS directory…")
