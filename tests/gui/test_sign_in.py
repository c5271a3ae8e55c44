"""Choosing a practice and signing in: what is asked, what is refused in words, what is remembered."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget

from practice_app.errors import NotEnrolled, TooManyTries
from practice_app.gui.door import DemoPerson, Opened
from practice_app.gui.recent import RecentPractices
from practice_app.gui.sign_in import SignInPage
from practice_app.rules.permissions import Role

from .accessibility import problems
from .doors import PASSWORD, Answers, FakeDoor
from .user import User


@pytest.fixture
def door(open_as) -> FakeDoor:
    return FakeDoor(lambda: open_as(Role.DIRECTOR))


@pytest.fixture
def page(qtbot, door: FakeDoor, asker: Answers, settings: QSettings) -> Iterator[SignInPage]:
    made = SignInPage(door, lambda: asker, settings)
    made.resize(1024, 640)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.prepared, timeout=20_000):
        made.show()
    yield made
    made.close_worker()


@pytest.fixture
def user(qtbot, page: SignInPage) -> User:
    return User(qtbot, page)


@pytest.fixture
def harbour(page: SignInPage, tmp_path: Path) -> Path:
    folder = tmp_path / "Harbour Clinic"
    page.show_practice(folder)
    return folder


def test_an_empty_pc_offers_three_ways_to_begin(page: SignInPage, user: User) -> None:
    assert user.sees("Nothing has been opened on this PC yet.")
    for way in ("Create a new practice…", "Open a practice…", "Try the demo"):
        assert user.button(way).isEnabled()
    assert page.focusWidget() is user.button("Create a new practice…")


def test_the_initials_of_those_who_may_sign_in_are_offered(user: User, harbour: Path, qtbot) -> None:
    combo = user.field("Name or initials")
    qtbot.waitUntil(lambda: combo.count() == 2)
    assert [combo.itemText(place) for place in range(2)] == ["DD", "RR"]
    assert combo.currentText() == ""


def test_typing_is_kept_when_the_initials_arrive(page: SignInPage, user: User, harbour: Path, qtbot) -> None:
    user.type("Name or initials", "Dana Director")
    combo = user.field("Name or initials")
    qtbot.waitUntil(lambda: combo.count() == 2)
    assert combo.currentText() == "Dana Director"


def test_enter_in_the_name_goes_on_to_the_password_and_enter_there_signs_in(
    page: SignInPage, user: User, harbour: Path, qtbot
) -> None:
    user.keys("DD")
    user.key(Qt.Key.Key_Return)
    assert page.focusWidget() is user.field("Password")
    user.keys(PASSWORD)
    with qtbot.waitSignal(page.opened, timeout=20_000) as opened:
        user.key(Qt.Key.Key_Return)
    assert isinstance(opened.args[0], Opened)
    assert opened.args[0].folder == harbour


def test_a_practice_that_was_opened_comes_first_next_time(
    page: SignInPage, user: User, harbour: Path, settings: QSettings, qtbot
) -> None:
    user.type("Name or initials", "DD")
    user.type("Password", PASSWORD)
    with qtbot.waitSignal(page.opened, timeout=20_000):
        user.press("Sign in")
    assert RecentPractices(settings).folders() == (harbour,)


def test_only_folders_are_remembered(settings: QSettings, tmp_path: Path) -> None:
    recent = RecentPractices(settings)
    for name in ("a", "b", "a"):
        recent.remember(tmp_path / name)
    assert recent.folders() == (tmp_path / "a", tmp_path / "b")
    recent.forget(tmp_path / "b")
    assert recent.folders() == (tmp_path / "a",)
    settings.sync()
    stored = Path(settings.fileName()).read_text()
    assert stored.count("=") == 1


@pytest.mark.parametrize("missing", ["Name or initials", "Password"])
def test_what_is_missing_is_said_beside_its_field(user: User, harbour: Path, missing: str, door) -> None:
    given = {"Name or initials": "DD", "Password": PASSWORD}
    for name, text in given.items():
        if name != missing:
            user.type(name, text)
    user.press("Sign in")
    said = {"Name or initials": "Enter your name or your initials.", "Password": "Enter your password."}
    assert user.sees("There is a problem")
    assert user.field(missing).accessibleDescription() == f"Error: {said[missing]}"
    assert not any(each.startswith("sign in") for each in door.said)


def test_a_wrong_password_is_said_at_the_password_and_forgotten(user: User, harbour: Path) -> None:
    user.type("Name or initials", "DD")
    user.type("Password", "wrong")
    user.press("Sign in")
    user.waits_to_see("The name or the password is wrong.")
    assert "wrong" in user.field("Password").accessibleDescription()
    assert user.field("Password").text() == ""
    assert user.button("Sign in").isEnabled()


def test_a_pc_that_is_not_enrolled_is_led_to_the_recovery_key(
    page: SignInPage, user: User, harbour: Path, door: FakeDoor
) -> None:
    door.fails_with = NotEnrolled("This account on this PC is not enrolled for this practice.")
    user.type("Name or initials", "DD")
    user.type("Password", PASSWORD)
    user.press("Sign in")
    user.waits_to_see("not enrolled")
    assert page.focusWidget() is user.button("Use the recovery key…")


def test_too_many_tries_say_how_long_to_wait(user: User, harbour: Path, door: FakeDoor) -> None:
    door.fails_with = TooManyTries(90)
    user.type("Name or initials", "DD")
    user.type("Password", PASSWORD)
    user.press("Sign in")
    user.waits_to_see("Please wait 2 minutes and try again.")


def test_a_bug_while_opening_is_said_without_its_text(user: User, harbour: Path, door: FakeDoor) -> None:
    door.fails_with = ZeroDivisionError("violet otter")
    user.type("Name or initials", "DD")
    user.type("Password", PASSWORD)
    user.press("Sign in")
    user.waits_to_see("Something went wrong. Nothing was changed.")
    assert not user.sees("violet")


def test_the_recovery_key_opens_with_a_new_password(
    page: SignInPage, user: User, harbour: Path, door: FakeDoor, qtbot
) -> None:
    user.press("Use the recovery key…")
    user.type("Recovery key", "1WEV-MH58")
    user.type("Your name (a director's)", "Dana Director")
    user.type("New password", PASSWORD)
    user.type("New password again", PASSWORD + "x")
    user.press("Open the practice")
    assert user.sees("The two passwords are not the same.")
    user.type("New password", PASSWORD)
    user.type("New password again", PASSWORD)
    user.type("Recovery key", "1WEV-MH58")
    with qtbot.waitSignal(page.opened, timeout=20_000):
        user.press("Open the practice")
    assert "recover 1WEV-MH58 Dana Director" in door.said


def test_the_demo_opens_and_is_not_remembered(
    page: SignInPage, user: User, door: FakeDoor, settings: QSettings, qtbot
) -> None:
    door.people = (DemoPerson(uuid4(), "Dana Director", "director", PASSWORD),)
    with qtbot.waitSignal(page.opened, timeout=20_000) as opened:
        user.press("Try the demo")
    assert opened.args[0].people == door.people
    assert RecentPractices(settings).folders() == ()


def test_another_practice_is_chosen_from_the_list(page: SignInPage, user: User, settings, tmp_path) -> None:
    recent = RecentPractices(settings)
    recent.remember(tmp_path / "Hill Surgery")
    recent.remember(tmp_path / "Harbour Clinic")
    page.show_choice()
    chosen = page.findChild(QListWidget)
    assert chosen.count() == 2
    assert page.focusWidget() is chosen
    user.key(Qt.Key.Key_Down)
    user.key(Qt.Key.Key_Return)
    user.waits_to_see("Sign in to Hill Surgery")


def test_opening_asks_for_the_folder(page: SignInPage, user: User, asker: Answers, tmp_path: Path) -> None:
    asker.folder_given = tmp_path / "Elsewhere"
    user.press("Open a practice…")
    assert user.sees("Sign in to Elsewhere")


def test_a_locked_page_says_who_locked_and_wants_the_password(
    page: SignInPage, user: User, harbour: Path, qtbot
) -> None:
    user.type("Name or initials", "DD")
    user.type("Password", PASSWORD)
    with qtbot.waitSignal(page.opened, timeout=20_000):
        user.press("Sign in")
    page.show_locked(harbour, "Locked at 10:32 by Dana Director (director).")
    assert user.sees("Locked at 10:32 by Dana Director (director).")
    assert user.field("Name or initials").currentText() == "DD"
    assert page.focusWidget() is user.field("Password")


def test_pasting_a_password_is_allowed(page: SignInPage, user: User, harbour: Path, qapp) -> None:
    qapp.clipboard().setText(PASSWORD)
    line = user.field("Password")
    assert isinstance(line, QLineEdit)
    line.paste()
    assert line.text() == PASSWORD
    qapp.clipboard().clear()


@pytest.mark.parametrize("show", ["choice", "practice", "errors", "recovery", "locked"])
def test_every_page_passes_the_walk(page: SignInPage, user: User, tmp_path: Path, show: str, qtbot) -> None:
    if show != "choice":
        page.show_practice(tmp_path / "Harbour Clinic")
    if show == "errors":
        user.press("Sign in")
    if show == "recovery":
        user.press("Use the recovery key…")
    if show == "locked":
        page.show_locked(tmp_path, "Locked at 10:32.")
    qtbot.waitUntil(lambda: not page.busy)
    assert problems(page) == []


def test_the_window_carries_the_programs_icon_once_it_has_been_painted(window, qtbot) -> None:
    qtbot.waitUntil(lambda: not window.main.windowIcon().isNull())
    picture = window.main.windowIcon().pixmap(48, 48).toImage()
    assert picture.pixelColor(24, 6).name().upper() == "#0B5CAD"
