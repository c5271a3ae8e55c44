"""Practitioners, rooms and kinds of appointments in the window, by mouse and by keyboard."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from practice_app.gui.frame import Frame
from practice_app.rules.permissions import Role
from practice_app.services import staff
from tests import makers

from .conftest import People
from .user import User

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def frame(frame_as: Callable[[Role], Frame]) -> Frame:
    """The director's frame, on the staff; Dr Asha Shah is the one practitioner."""
    made = frame_as(Role.DIRECTOR)
    made.show_screen("staff")
    return made


def _names(frame: Frame) -> list[str]:
    return [row.name for row in frame.tools.office.do(staff.practitioners)]


def test_a_practitioner_is_entered_by_keyboard_and_taken_back(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.key(Qt.Key.Key_N, CTRL)
    user.keys("Ms Ann Able")
    user.key(Qt.Key.Key_Tab)
    user.keys("counsellor")
    user.key(Qt.Key.Key_S, CTRL)
    [ann] = [row for row in frame.tools.office.do(staff.practitioners) if "ABLE" in row.name]
    assert (ann.details.profession, ann.details.is_health_professional) == ("counsellor", False)
    assert ann.details.registration_body == "British Association for Counselling and Psychotherapy"
    assert user.sees("ABLE, Ann (Ms)")
    user.key(Qt.Key.Key_Z, CTRL)
    assert _names(frame) == ["SHAH, Asha (Dr)"]


def test_the_profession_says_what_the_law_says_and_may_be_overruled(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.press("New practitioner")
    user.type("Name", "Ann Able")
    user.type("Profession", "Physiotherapist")
    box = next(each for each in frame.findChildren(QCheckBox) if each.isVisible())
    assert box.isChecked()
    assert user.sees("A health professional in law: may judge")
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(12, box.height() // 2))
    assert user.sees("Not a health professional in law")
    user.press("Save")
    [ann] = [row for row in frame.tools.office.do(staff.practitioners) if "ABLE" in row.name]
    assert ann.details.is_health_professional is False


def test_somebody_leaves_and_is_back(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.press("Has left")
    [shah] = frame.tools.office.do(staff.practitioners)
    assert shah.details.left_on == makers.TODAY
    user.press("Is back")
    [shah] = frame.tools.office.do(staff.practitioners)
    assert shah.details.left_on is None
    user.press("Undo")
    [shah] = frame.tools.office.do(staff.practitioners)
    assert shah.details.left_on == makers.TODAY


def test_dates_are_typed_short_and_wrong_ones_are_said(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.press("Change")
    user.type("Joined", "1/3/2024")
    user.type("Left", "29.2.2024")
    user.press("Save")
    assert user.sees("They joined on 01-Mar-2024: enter a later day.")
    user.type("Left", "some day")
    user.press("Save")
    assert frame.tools.office.do(staff.practitioners)[0].details.left_on is None
    user.type("Left", "1 feb 2026")
    user.press("Save")
    assert frame.tools.office.do(staff.practitioners)[0].details.left_on == date(2026, 2, 1)


def test_escape_leaves_the_form_and_undo_opens_it_with_what_was_typed(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.key(Qt.Key.Key_E, CTRL)
    user.key(Qt.Key.Key_A, CTRL)
    user.keys("Somebody Else")
    user.key(Qt.Key.Key_Escape)
    assert _names(frame) == ["SHAH, Asha (Dr)"]
    user.key(Qt.Key.Key_Z, CTRL)
    assert user.field("Name").text() == "Somebody Else"


def test_rooms_and_kinds_are_kept_in_their_lists(qtbot: QtBot, frame: Frame, people: People) -> None:
    user, screen, do = User(qtbot, frame), frame._screens["staff"], frame.tools.office.do
    screen.show_list("Rooms")
    user.press("New room")
    user.type("Name", "Quay room")
    user.press("Save")
    user.press("New room")
    user.type("Name", "quay ROOM")
    user.press("Save")
    assert user.sees("“quay ROOM” is there already.")
    user.press("Cancel")
    user.press("Close or delete")
    assert do(staff.rooms) == ()
    user.press("Undo")
    assert [room.name for room in do(staff.rooms)] == ["Quay room"]
    screen.show_list("Kinds of appointments")
    screen.take_focus()
    user.key(Qt.Key.Key_N, CTRL)
    user.keys("First appointment")
    user.key(Qt.Key.Key_Tab)
    user.key(Qt.Key.Key_A, CTRL)
    user.keys("80")
    user.key(Qt.Key.Key_S, CTRL)
    [kind] = do(staff.types)
    assert (kind.name, kind.minutes) == ("First appointment", 80)
    assert user.sees("80 minutes")


def test_a_room_with_appointments_is_closed_and_opened_again(
    qtbot: QtBot, frame: Frame, open_as: Callable[[Role], object]
) -> None:
    do = frame.tools.office.do
    quay = do(staff.add_room, "Quay room")
    [shah] = do(staff.practitioners)
    with open_as(Role.DIRECTOR).work(use_case="tests.room") as work:
        makers.appointment(work, [makers.patient(work)], shah.id, room_id=quay)
    user, screen = User(qtbot, frame), frame._screens["staff"]
    screen.show_list("Rooms")
    screen.refresh()
    user.press("Close or delete")
    assert user.sees("Quay room is closed.")
    user.press("Open again")
    assert do(staff.rooms)[0].closed_on is None


def test_find_narrows_the_list_on_show(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.key(Qt.Key.Key_F, CTRL)
    user.keys("nobody")
    assert user.sees("Nothing here has “nobody” in it.")
    user.key(Qt.Key.Key_Escape)
    assert not user.sees("Nothing here has")
