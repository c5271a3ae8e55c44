"""The practice's settings in the window: read, changed, taken back, and changed by two at once."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit
from pytestqt.qtbot import QtBot

from practice_app.gui.frame import Frame
from practice_app.gui.office import Office
from practice_app.rules.permissions import Role
from practice_app.services import settings

from .conftest import Window
from .user import User

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def frame(frame_as: Callable[[Role], Frame]) -> Frame:
    """The director's frame, on the settings."""
    made = frame_as(Role.DIRECTOR)
    made.show_screen("practice")
    return made


def _office(frame: Frame) -> Office:
    return frame.tools.office


def test_the_settings_are_changed_by_mouse_and_taken_back(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    assert user.sees("Harbour Clinic")
    user.press("Change the settings")
    user.type("Phone", "01632 960777")
    box = next(each for each in frame.findChildren(QCheckBox) if each.isVisible())
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(12, box.height() // 2))
    user.press("Save")
    now = _office(frame).do(settings.read)
    assert (now.phone, now.reception_reads_letters) == ("01632 960777", False)
    assert user.sees("01632 960777")
    user.press("Undo")
    back = _office(frame).do(settings.read)
    assert (back.phone, back.reception_reads_letters) == ("01632 960001", True)


def test_the_settings_are_changed_by_keyboard_alone(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    frame.show_patients()
    user.key(Qt.Key.Key_7, CTRL)
    user.key(Qt.Key.Key_E, CTRL)
    user.key(Qt.Key.Key_A, CTRL)
    user.keys("Quay Clinic")
    user.key(Qt.Key.Key_S, CTRL)
    assert _office(frame).do(settings.read).name == "Quay Clinic"
    assert user.sees("Quay Clinic")


def test_what_is_wrong_is_said_on_leaving_the_field_and_nothing_is_stored(
    qtbot: QtBot, frame: Frame, qapp
) -> None:
    user = User(qtbot, frame)
    user.press("Change the settings")
    user.type("Lock after so many minutes", "20")
    qapp.focusChanged.emit(user.field("Lock after so many minutes"), user.field("Name"))
    assert user.sees("Enter 1 to 15 minutes.")
    user.type("Lock after so many minutes", "ten")
    user.press("Save")
    assert user.sees("There is a problem")
    assert _office(frame).do(settings.read).lock_minutes == 5


def test_two_directors_see_both_values_and_the_second_decides(
    qtbot: QtBot, frame: Frame, open_as: Callable[[Role], object]
) -> None:
    from practice_app.services.marks import run

    user, other = User(qtbot, frame), open_as(Role.DIRECTOR)
    user.press("Change the settings")
    before = run(other, settings.read)
    theirs = replace(before, name="Harbour Practice", phone="01632 960555")
    run(other, settings.change, before, theirs)
    user.type("Name", "Harbour Rooms")
    user.press("Save")
    assert user.sees("Somebody else has changed this to “Harbour Practice” in the meantime.")
    assert user.field("Name").text() == "Harbour Rooms"
    user.press("Save")
    now = _office(frame).do(settings.read)
    assert (now.name, now.phone) == ("Harbour Rooms", "01632 960001")


def test_the_longest_text_shows_whole(qtbot: QtBot, frame: Frame) -> None:
    user = User(qtbot, frame)
    user.press("Change the settings")
    text = next(
        each
        for each in frame.findChildren(QPlainTextEdit)
        if each.isVisible() and each.accessibleName() == "Who receives it"
    )
    text.setPlainText("Everybody. " * 200)
    user.press("Save")
    assert user.sees("Everybody. " * 199 + "Everybody.")


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_nobody_else_sees_settings_staff_or_users(
    qtbot: QtBot, frame_as: Callable[[Role], Frame], role: Role
) -> None:
    frame = frame_as(role)
    places = [frame.rail.item(row).text() for row in range(frame.rail.count())]
    assert "GP directory" in places
    assert not {"Practice", "Staff", "Users"} & set(places)
    offered = {action.id for action, _made in frame.actions_known.known()}
    assert not {each for each in offered if each.startswith(("practice.", "staff.", "users."))}


def test_the_lock_waits_as_long_as_the_practice_says(qtbot: QtBot, signed_in: Window) -> None:
    main = signed_in.main
    user = User(qtbot, main)
    main.frame.show_screen("practice")
    user.press("Change the settings")
    user.type("Lock after so many minutes", "2")
    user.press("Save")
    signed_in.now[0] += 90
    main.session.idle.check()
    assert main.frame is not None
    assert "Locking in 30 seconds" in main.frame.message.words
    signed_in.now[0] += 31
    main.session.idle.check()
    qtbot.waitUntil(lambda: main.frame is None)


def test_a_new_name_is_in_the_title_at_once(qtbot: QtBot, signed_in: Window) -> None:
    main, user = signed_in.main, User(qtbot, signed_in.main)
    main.frame.show_screen("practice")
    user.press("Change the settings")
    user.type("Name", "Quay Clinic")
    user.press("Save")
    assert main.windowTitle() == "Quay Clinic"
