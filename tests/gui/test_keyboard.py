"""Journeys without a mouse, each within its budget of keys beyond the text that is typed."""

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from .conftest import People, Window
from .doors import PASSWORD

CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


class NoMouse(QObject):
    """Fails a journey in which a mouse button was pressed."""

    pressed = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self.pressed += 1
        return False


class Keyboard:
    """Types into whatever has the focus and counts the keys that are not text."""

    def __init__(self, qtbot: QtBot, window: Window) -> None:
        self._qtbot, self._window = qtbot, window
        self.pressed = 0

    def text(self, text: str) -> None:
        self._qtbot.keyClicks(self._focus(), text)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.pressed += 1
        self._qtbot.keyClick(self._focus(), key, modifier)

    def _focus(self) -> QObject:
        return QApplication.focusWidget() or self._window.main


@pytest.fixture
def keyboard(qtbot: QtBot, window: Window, people: People, qapp: QApplication):
    filter_ = NoMouse()
    qapp.installEventFilter(filter_)
    window.main.activateWindow()
    qtbot.waitActive(window.main)
    yield Keyboard(qtbot, window)
    qapp.removeEventFilter(filter_)
    assert filter_.pressed == 0


def sign_in(keyboard: Keyboard, window: Window, qtbot: QtBot) -> None:
    keyboard.text("DD")
    keyboard.key(Qt.Key.Key_Return)
    keyboard.text(PASSWORD)
    keyboard.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.main.frame is not None, timeout=20_000)
    keyboard.pressed = 0


def test_signing_in_takes_two_keys(keyboard: Keyboard, window: Window, qtbot: QtBot) -> None:
    sign_in(keyboard, window, qtbot)
    assert window.main.frame.place.screen == "patients"


def test_a_patient_is_found_and_opened_with_one_key_from_the_list(
    keyboard: Keyboard, window: Window, people: People, qtbot: QtBot
) -> None:
    sign_in(keyboard, window, qtbot)
    keyboard.text("hol mar")
    keyboard.key(Qt.Key.Key_Return)
    assert window.main.frame.place.patient == people.margaret
    assert keyboard.pressed <= 2


def test_a_patient_is_opened_from_anywhere_with_two_keys(
    keyboard: Keyboard, window: Window, people: People, qtbot: QtBot
) -> None:
    sign_in(keyboard, window, qtbot)
    window.main.frame.open_patient(people.bluebird)
    keyboard.key(Qt.Key.Key_K, CTRL)
    keyboard.text("peggy")
    keyboard.key(Qt.Key.Key_Return)
    assert window.main.frame.place.patient == people.margaret
    assert keyboard.pressed <= 2


def test_subject_access_is_one_key_in_the_record(
    keyboard: Keyboard, window: Window, people: People, qtbot: QtBot
) -> None:
    sign_in(keyboard, window, qtbot)
    keyboard.text("hol")
    keyboard.key(Qt.Key.Key_Return)
    keyboard.pressed = 0
    keyboard.key(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert keyboard.pressed == 1
    assert window.main.session.office.busy


def test_locking_is_one_key_and_coming_back_is_the_password(
    keyboard: Keyboard, window: Window, people: People, qtbot: QtBot
) -> None:
    sign_in(keyboard, window, qtbot)
    keyboard.text("hol")
    keyboard.key(Qt.Key.Key_Return)
    keyboard.key(Qt.Key.Key_L, CTRL)
    assert window.main.frame is None
    keyboard.pressed = 0
    keyboard.text(PASSWORD)
    keyboard.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.main.frame is not None, timeout=20_000)
    assert window.main.frame.place.patient == people.margaret
    assert keyboard.pressed == 1


def test_f6_goes_round_the_parts_of_the_window(keyboard: Keyboard, window: Window, qtbot: QtBot) -> None:
    sign_in(keyboard, window, qtbot)
    frame = window.main.frame
    seen = []
    for _ in range(3):
        keyboard.key(Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget().accessibleName())
    assert seen == ["Parts of the program", "Search or command", "Find a patient"]
    keyboard.key(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is frame.command


def test_alt_left_leads_back_to_the_list(
    keyboard: Keyboard, window: Window, people: People, qtbot: QtBot
) -> None:
    sign_in(keyboard, window, qtbot)
    keyboard.text("hol")
    keyboard.key(Qt.Key.Key_Return)
    keyboard.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.main.frame.place.screen == "patients"
    assert QApplication.focusWidget().accessibleName() == "Find a patient"


def test_tab_reaches_everything_on_the_record(
    keyboard: Keyboard, window: Window, people: People, qtbot: QtBot
) -> None:
    sign_in(keyboard, window, qtbot)
    window.main.frame.open_patient(people.margaret)
    reached = set()
    for _ in range(30):
        keyboard.key(Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        reached.add(focus.accessibleName() or focus.text().replace("&", ""))
    wanted = {
        "Parts of the program",
        "Search or command",
        "Summary",
        "Timeline shows",
        "What we hold",
        "Subject access",
    }
    assert wanted | {"Timeline"} <= reached
    assert reached & {"Fold the patient banner", "Unfold the patient banner"}


@pytest.mark.parametrize(
    ("key", "tab"), [(Qt.Key.Key_C, "consents"), (Qt.Key.Key_E, "consents"), (Qt.Key.Key_R, "contacts")]
)
def test_the_keys_of_a_tab_work_while_another_is_on_show(
    keyboard: Keyboard, window: Window, people: People, qtbot: QtBot, key: Qt.Key, tab: str
) -> None:
    sign_in(keyboard, window, qtbot)
    window.main.frame.open_patient(people.margaret)
    assert window.main.frame.record.tab == "summary"
    keyboard.key(key, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert window.main.frame.record.tab == tab
