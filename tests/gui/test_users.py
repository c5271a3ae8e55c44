"""Users in the window, at the real door: let in, changed, disabled, let in again, and the keys changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from practice_app.app import PracticeDoor
from practice_app.errors import WrongPassword
from practice_app.gui.desk import GRACE_S, Desk, Privileged
from practice_app.gui.dialogs import OwnPassword, TypedConfirmation
from practice_app.gui.door import NewPractice, Opened
from practice_app.gui.look import Look
from practice_app.gui.main_window import MainWindow
from practice_app.gui.users.forms import role_change_words
from practice_app.gui.users.screen import departure_words
from practice_app.rules.permissions import Role
from practice_app.services import users
from practice_app.services.marks import run
from practice_app.services.users import User as Account
from practice_app.services.users import UserState
from practice_app.storage.keys.device import DeviceStore
from tests.clinic import MemoryStore

from .doors import PASSWORD, Answers
from .user import User

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PracticeDoor:
    """The real door, with this test's folders and key store."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return PracticeDoor(DeviceStore(MemoryStore()))


@pytest.fixture
def main(
    qtbot: QtBot, qapp, look: Look, settings: QSettings, asker: Answers, door: PracticeDoor, tmp_path: Path
) -> Iterator[MainWindow]:
    """A real practice open in the window as its director, on the users."""
    wanted = NewPractice(tmp_path / "Harbour Clinic", "Harbour Clinic", "Dana Director", PASSWORD, True)
    main = MainWindow(qapp, door, look, settings, asker=asker)
    main.show()
    qtbot.waitExposed(main)
    main.enter(door.create(wanted).opened)
    main.frame.show_screen("users")
    asker.folder_given = tmp_path / "stick"
    yield main
    main.close()
    main.deleteLater()


def _account(main: MainWindow, name: str = "Sam Price") -> Account:
    opened = main.session.opened
    found = run(opened.records, users.everybody, opened.folder)
    return next(each for each in found if each.spoken_name == name)


def _let_sam_in(qtbot: QtBot, main: MainWindow, role: str = "Receptionist") -> str:
    """Let Sam in by keyboard; gives the start password."""
    user = User(qtbot, main)
    main.frame.show_screen("users")
    user.key(Qt.Key.Key_N, CTRL)
    user.keys("Sam Price")
    user.field("Role").setCurrentText(role)
    password = user.field("Start password").text()
    user.key(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: user.sees("PRICE, Sam"), timeout=20_000)
    return password


def _opens(door: PracticeDoor, main: MainWindow, password: str) -> bool:
    """Whether Sam gets in with this password."""
    try:
        opened = door.sign_in(main.session.opened.folder, "Sam Price", password)
    except WrongPassword:
        return False
    opened.records.close()
    return True


def test_somebody_is_let_in_and_the_start_password_is_told_once(
    qtbot: QtBot, main: MainWindow, door: PracticeDoor, asker: Answers
) -> None:
    password = _let_sam_in(qtbot, main)
    assert len(password.split()) == 5
    assert any(password in said and "not shown again" in said for said in asker.asked)
    assert _account(main).must_change_password
    assert _opens(door, main, password)
    user = User(qtbot, main)
    assert not user.sees(password)
    assert user.sees("Sees who the patients are")


def test_a_draft_of_the_form_never_holds_the_password(qtbot: QtBot, main: MainWindow) -> None:
    from practice_app.services import form_drafts

    user = User(qtbot, main)
    user.press("New user")
    user.type("Name", "Sam Price")
    password = user.field("Start password").text()
    main.frame.park()
    _unsaved, kept = main.frame.tools.office.do(form_drafts.open_own, form_drafts.Form("user"))
    assert kept["name"] == "Sam Price"
    assert password not in kept.values()


def test_a_weak_or_taken_name_is_refused_in_the_form(qtbot: QtBot, main: MainWindow) -> None:
    user = User(qtbot, main)
    user.press("New user")
    user.press("Save and let them in")
    assert user.sees("Enter their name, like Sam Price.")
    user.type("Name", "Sam Price")
    user.type("Start password", "short")
    user.press("Save and let them in")
    user.waits_to_see("A password needs at least 12 characters.")
    user.type("Name", "Dana Director")
    user.press("Suggest another")
    user.press("Save and let them in")
    user.waits_to_see("There is a user of this name already.")


def test_the_own_password_is_asked_once_in_five_minutes(
    qtbot: QtBot, main: MainWindow, asker: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User(qtbot, main)
    user.press("New user")
    user.type("Name", "Sam Price")
    with monkeypatch.context() as patched:
        patched.setattr(asker, "own_password", lambda why, check: False)
        user.press("Save and let them in")
    assert len(run(main.session.opened.records, users.everybody, main.session.opened.folder)) == 1
    user.press("Save and let them in")
    qtbot.waitUntil(lambda: user.sees("PRICE, Sam"), timeout=20_000)
    user.press("Disable…")
    qtbot.waitUntil(lambda: user.sees("can no longer sign in here. Copies"), timeout=20_000)
    asked = [each for each in asker.asked if each.startswith("own password")]
    assert len(asked) == 1


def test_a_role_is_changed_with_its_consequence_in_words(qtbot: QtBot, main: MainWindow) -> None:
    _let_sam_in(qtbot, main, "Therapist")
    user = User(qtbot, main)
    user.press("Change the role")
    user.field("Role").setCurrentText("Receptionist")
    assert user.sees("The clinical key is taken from their sign-in.")
    user.press("Save the role")
    qtbot.waitUntil(lambda: _account(main).role is Role.RECEPTIONIST, timeout=20_000)


def test_an_end_date_is_typed_short_and_taken_back(qtbot: QtBot, main: MainWindow) -> None:
    _let_sam_in(qtbot, main)
    user = User(qtbot, main)
    user.press("Set an end date")
    user.type("Last day", "+2w")
    user.key(Qt.Key.Key_S, CTRL)
    assert (_account(main).not_after - main.frame.tools.office.today).days == 14
    user.press("Undo")
    assert _account(main).not_after is None


def test_a_forgotten_password_is_replaced(
    qtbot: QtBot, main: MainWindow, door: PracticeDoor, asker: Answers
) -> None:
    first = _let_sam_in(qtbot, main)
    user = User(qtbot, main)
    user.press("New start password")
    second = user.field("Start password").text()
    user.press("Save the start password")
    qtbot.waitUntil(lambda: any(second in said for said in asker.asked), timeout=20_000)
    assert not _opens(door, main, first)


def test_a_disabled_user_is_out_until_let_in_again_and_the_keys_are_thought_of(
    qtbot: QtBot, main: MainWindow, door: PracticeDoor
) -> None:
    first = _let_sam_in(qtbot, main)
    user = User(qtbot, main)
    user.press("Disable…")
    words = (
        "Sam Price can no longer sign in here. Copies Sam Price may have taken stay readable until you "
        "change the keys (about 1 minute)."
    )
    qtbot.waitUntil(lambda: user.sees(words), timeout=20_000)
    assert _account(main).state is UserState.DISABLED
    assert not _opens(door, main, first)
    user.press("Later, remind the director")
    assert not user.sees(words)
    main.frame.show_patients()
    main.frame.show_screen("users")
    main.frame._screens["users"].refresh()
    assert user.sees(words)
    user.press("Leave the keys")
    assert not user.sees(words)
    user.press("Let in again")
    second = user.field("Start password").text()
    user.press("Save and let them in")
    qtbot.waitUntil(lambda: _account(main).state is UserState.ACTIVE, timeout=20_000)
    main.frame.tools.office.look_elsewhere()
    assert second != first


def test_the_keys_are_changed_and_the_same_window_goes_on(
    qtbot: QtBot, main: MainWindow, asker: Answers, tmp_path: Path
) -> None:
    _let_sam_in(qtbot, main)
    user, before = User(qtbot, main), main.session.opened.records.keys.newest_dek[0]
    asker.types = False
    user.press("Change the keys…")
    assert main.frame is not None
    asker.types = True
    user.press("Change the keys…")
    user.waits_to_see("Changing the keys")
    assert main.frame is None
    qtbot.waitUntil(lambda: main.frame is not None, timeout=60_000)
    records = main.session.opened.records
    assert records.keys.newest_dek[0] == before + 1
    assert "These backups still open with the old keys" in main.frame.message.words
    assert list((tmp_path / "stick").glob("backup-*"))
    assert _account(main).state is UserState.ACTIVE


def test_keys_that_cannot_be_changed_lead_back_to_signing_in(
    qtbot: QtBot, main: MainWindow, asker: Answers, door: PracticeDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from practice_app.errors import Busy

    def refuse(opened: Opened, backup_to: Path | None, progress: object) -> Opened:
        opened.records.close()
        raise Busy("Somebody else has the practice open.")

    monkeypatch.setattr(door, "change_keys", refuse)
    user = User(qtbot, main)
    user.press("Change the keys…")
    user.waits_to_see("Somebody else has the practice open.")
    main.close()
    assert asker.asked[-1].startswith("Changing the keys")
    user.press("Sign in again")
    user.field("Name or initials")
    assert main.frame is None


def test_a_list_somebody_else_wrote_is_said_and_confirmed(qtbot: QtBot, main: MainWindow) -> None:
    _let_sam_in(qtbot, main)
    from practice_app.model.staff import UserAccount

    with main.session.opened.records.work(use_case="tests.alter") as work:
        work.get(UserAccount, _account(main).id).role = Role.THERAPIST
    user = User(qtbot, main)
    qtbot.waitUntil(lambda: user.sees("This list was changed outside this program."))
    user.press("Confirm the list")
    assert not user.sees("This list was changed outside this program.")


def test_nothing_is_offered_on_ones_own_account(qtbot: QtBot, main: MainWindow) -> None:
    user = User(qtbot, main)
    assert user.sees("This is your own account")
    for text in ("Change the role", "Disable…", "New start password", "Set an end date"):
        with pytest.raises(AssertionError):
            user.button(text)


def test_the_grace_is_for_one_kind_and_five_minutes(asker: Answers) -> None:
    now, checked = [0.0], []

    class Door:
        def check_own_password(self, opened: object, password: str) -> None:
            checked.append(password)

    desk = Desk(Door(), None, None, asker, steady=lambda: now[0])  # type: ignore[arg-type]
    assert desk.is_really_me(Privileged.USERS, "Why.")
    now[0] = GRACE_S - 1
    assert desk.is_really_me(Privileged.USERS, "Why.")
    assert len(checked) == 1
    assert desk.is_really_me(Privileged.KEYS, "Why.")
    now[0] = GRACE_S
    assert desk.is_really_me(Privileged.USERS, "Why.")
    assert len(checked) == 3


def test_the_dialog_for_the_own_password_stays_until_it_is_right(qtbot: QtBot) -> None:
    from practice_app.errors import Invalid

    def check(password: str) -> None:
        if password != PASSWORD:
            raise Invalid("This is not your password.", "password")

    dialog = OwnPassword(None, "You are about to change who may sign in.", check)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    user = User(qtbot, dialog)
    user.type("Your password", "something else")
    user.press("Go on")
    user.waits_to_see("This is not your password.")
    user.type("Your password", PASSWORD)
    user.press("Go on")
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted, timeout=20_000)


def test_a_phrase_must_be_typed_before_anything_starts(qtbot: QtBot) -> None:
    dialog = TypedConfirmation(None, "Change the keys?", "Old backups stay.", "change the keys", "Change")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    user = User(qtbot, dialog)
    user.press("Change")
    assert user.sees("Type “change the keys”, or cancel.")
    user.type("Type “change the keys” to go on", "Change  the KEYS")
    user.press("Change")
    assert dialog.result() == QDialog.DialogCode.Accepted


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Role.RECEPTIONIST, Role.THERAPIST, "They get the clinical key"),
        (Role.THERAPIST, Role.RECEPTIONIST, "stays readable to them until you change the keys"),
        (Role.DIRECTOR, Role.THERAPIST, "The directors' key is taken"),
        (Role.DIRECTOR, Role.RECEPTIONIST, "The clinical key is taken"),
        (Role.THERAPIST, Role.DIRECTOR, "from their next sign-in on"),
    ],
)
def test_every_change_of_role_says_what_follows(before: Role, after: Role, words: str) -> None:
    assert words in role_change_words(before, after)


def test_several_who_left_are_named_together() -> None:
    said = departure_words(["Sam Price", "Ann Able"], 3)
    assert said.startswith("Sam Price and Ann Able can no longer sign in here. Copies they may have taken")
    assert said.endswith("(about 3 minutes).")
