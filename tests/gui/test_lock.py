"""Locking: by whichever clock says more, with half a minute's notice, and nothing left behind."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from practice_app.gui.lock import Clocks, IdleLock
from practice_app.rules.permissions import Role
from practice_app.services import registration
from practice_app.services.marks import run

from .conftest import People, Window, sign_in
from .doors import PASSWORD
from .user import User


class TwoClocks:
    """A wall clock and a steady clock that a test moves."""

    def __init__(self) -> None:
        self.wall, self.steady = 1_000.0, 50.0

    def both(self) -> Clocks:
        return Clocks(wall=lambda: self.wall, steady=lambda: self.steady)

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def clocks() -> TwoClocks:
    return TwoClocks()


@pytest.fixture
def application(qapp) -> QObject:
    """A stand-in for the application, so that other tests' events don't count as touches."""
    return QObject()


@pytest.fixture
def idle(application: QObject, clocks: TwoClocks) -> IdleLock:
    made = IdleLock(application, idle_s=300, clocks=clocks.both())
    made.start()
    return made


def touch(application: QObject) -> None:
    QApplication.sendEvent(application, QEvent(QEvent.Type.KeyPress))


def test_it_locks_after_five_minutes_without_a_touch(idle: IdleLock, clocks: TwoClocks, qtbot) -> None:
    clocks.pass_by(299)
    with qtbot.assertNotEmitted(idle.expired):
        idle.check()
    clocks.pass_by(1)
    with qtbot.waitSignal(idle.expired):
        idle.check()


def test_a_touch_begins_the_time_anew(idle: IdleLock, application, clocks: TwoClocks, qtbot) -> None:
    clocks.pass_by(200)
    touch(application)
    clocks.pass_by(200)
    with qtbot.assertNotEmitted(idle.expired):
        idle.check()


def test_the_time_asleep_counts_although_the_steady_clock_stood_still(
    idle: IdleLock, clocks: TwoClocks, qtbot
) -> None:
    clocks.wall += 3_600
    with qtbot.waitSignal(idle.expired):
        idle.check()


def test_putting_the_wall_clock_back_does_not_keep_it_open(idle: IdleLock, clocks: TwoClocks, qtbot) -> None:
    clocks.wall -= 3_600
    clocks.steady += 300
    with qtbot.waitSignal(idle.expired):
        idle.check()


def test_the_touch_that_wakes_the_pc_locks_instead_of_counting(
    idle: IdleLock, application, clocks: TwoClocks, qtbot
) -> None:
    clocks.wall += 3_600
    with qtbot.waitSignal(idle.expired):
        touch(application)


def test_half_a_minute_before_there_is_a_notice_that_a_touch_takes_back(
    idle: IdleLock, application, clocks: TwoClocks, qtbot
) -> None:
    clocks.pass_by(269)
    with qtbot.assertNotEmitted(idle.warned):
        idle.check()
    clocks.pass_by(3)
    with qtbot.waitSignal(idle.warned) as warned:
        idle.check()
    assert warned.args == [28]
    with qtbot.waitSignal(idle.calmed):
        touch(application)


@pytest.mark.parametrize(("asked", "kept"), [(1, 60), (300, 300), (86_400, 900)])
def test_the_time_stays_within_its_bounds(application, clocks: TwoClocks, qtbot, asked, kept) -> None:
    idle = IdleLock(application, idle_s=asked, clocks=clocks.both())
    idle.start()
    clocks.pass_by(kept - 1)
    with qtbot.assertNotEmitted(idle.expired):
        idle.check()
    clocks.pass_by(1)
    with qtbot.waitSignal(idle.expired):
        idle.check()


def test_after_a_lock_nothing_of_the_patient_is_left(
    signed_in: Window, people: People, qtbot, qapp: QApplication
) -> None:
    main = signed_in.main
    frame = main.frame
    frame.open_patient(people.margaret)
    assert any("HOLLOWAY" in each.text() for each in main.findChildren(QLabel))
    with qtbot.waitSignal(frame.destroyed):
        main.lock()
    assert main.frame is None
    assert not any("HOLLOWAY" in each.text() for each in main.findChildren(QLabel))
    qtbot.waitUntil(lambda: "leave" in signed_in.door.said)
    assert main.menuBar().actions() == []


def test_the_title_never_names_a_patient(signed_in: Window, people: People) -> None:
    signed_in.main.frame.open_patient(people.margaret)
    assert "HOLLOWAY" not in signed_in.main.windowTitle().upper()
    assert signed_in.main.windowTitle() == "Harbour Clinic"
    signed_in.main.lock()
    assert signed_in.main.windowTitle() == "Sign in"


def test_locking_closes_what_is_open_above_the_window(signed_in: Window, qtbot) -> None:
    dialog = QDialog(signed_in.main)
    dialog.setModal(True)
    dialog.show()
    signed_in.main.lock()
    assert dialog.isHidden()


def test_the_clipboard_is_emptied_of_what_we_put_there(
    signed_in: Window, people: People, qapp: QApplication, qtbot
) -> None:
    frame = signed_in.main.frame
    frame.open_patient(people.margaret)
    next(
        made for action, made in frame.actions_known.known() if action.id == "record.copy_nhs_number"
    ).trigger()
    assert qapp.clipboard().text() == "9990000018"
    signed_in.main.lock()
    assert qapp.clipboard().text() == ""


def test_who_locked_comes_back_to_the_same_record(signed_in: Window, people: People, qtbot) -> None:
    signed_in.main.frame.open_patient(people.margaret)
    signed_in.main.lock()
    user = User(qtbot, signed_in.main)
    assert user.sees("Locked at")
    assert user.sees("Dana Director (director)")
    user.type("Password", PASSWORD)
    user.press("Unlock")
    qtbot.waitUntil(lambda: signed_in.main.frame is not None, timeout=20_000)
    assert signed_in.main.frame.place.patient == people.margaret
    user.waits_to_see("HOLLOWAY, Margaret (Mrs)")


def test_somebody_else_does_not_see_where_it_was_locked(
    signed_in: Window, people: People, open_as, qtbot
) -> None:
    from uuid import uuid4

    from tests import makers

    signed_in.main.frame.open_patient(people.margaret)
    signed_in.main.lock()
    records = open_as(Role.DIRECTOR)
    records.actor = makers.actor(Role.DIRECTOR, id=uuid4(), name="Another Director")
    signed_in.door.open = lambda: records
    sign_in_again(signed_in, qtbot)
    assert signed_in.main.frame.place.patient is None


def test_a_wrong_password_keeps_it_locked(signed_in: Window, qtbot) -> None:
    signed_in.main.lock()
    user = User(qtbot, signed_in.main)
    user.type("Password", "wrong")
    user.press("Unlock")
    user.waits_to_see("The name or the password is wrong.")
    assert signed_in.main.frame is None


def test_the_window_locks_itself_when_the_clock_says_so(signed_in: Window, qtbot) -> None:
    idle = signed_in.main.session.idle
    signed_in.now[0] += 275
    idle.check()
    assert "Locking in 25 seconds" in signed_in.main.frame.message.words
    signed_in.now[0] += 30
    idle.check()
    assert signed_in.main.frame is None
    assert User(qtbot, signed_in.main).sees("Locked at")


def sign_in_again(window: Window, qtbot) -> None:
    user = User(qtbot, window.main)
    user.type("Password", PASSWORD)
    user.press("Unlock")
    qtbot.waitUntil(lambda: window.main.frame is not None, timeout=20_000)


def test_signing_out_starts_afresh(signed_in: Window, people: People, qtbot) -> None:
    signed_in.main.frame.open_patient(people.margaret)
    signed_in.main.sign_out()
    user = User(qtbot, signed_in.main)
    assert user.sees("Sign in to Harbour Clinic")
    sign_in(signed_in, qtbot)
    assert signed_in.main.frame.place.patient is None


def test_a_record_that_is_gone_is_not_waited_for_and_the_window_still_locks_itself(
    signed_in: Window, people: People, open_as, qtbot
) -> None:
    """Whatever cannot be shown after a lock, the next lock must come."""
    office = signed_in.main.session.office
    new = office.do(registration.register, registration.Details(given="Zed", family="Zebra"))
    signed_in.main.frame.open_patient(new)
    signed_in.main.lock()
    run(open_as(Role.DIRECTOR), registration.take_back_registration, new)
    sign_in_again(signed_in, qtbot)
    assert signed_in.main.frame.place.screen == "patients"
    assert "not in the records any more" in signed_in.main.frame.message.words
    signed_in.now[0] += 3_600
    signed_in.main.session.idle.check()
    assert signed_in.main.frame is None
