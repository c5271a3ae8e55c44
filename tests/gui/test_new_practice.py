"""The wizard: nothing goes on without what it needs, and the recovery key must be typed back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from practice_app.errors import CannotOpen, Invalid
from practice_app.gui.new_practice import same_key
from practice_app.gui.sign_in import SignInPage
from practice_app.rules.permissions import Role

from .accessibility import problems
from .doors import PASSWORD, Answers, FakeDoor
from .user import User

KEY = "1WEV-MH58-KCV8-VYTN"


@pytest.fixture
def door(open_as) -> FakeDoor:
    return FakeDoor(lambda: open_as(Role.DIRECTOR))


@pytest.fixture
def page(qtbot, door: FakeDoor, asker: Answers, settings) -> Iterator[SignInPage]:
    made = SignInPage(door, lambda: asker, settings)
    made.resize(1024, 800)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.prepared, timeout=20_000):
        made.show()
    yield made
    made.close_worker()


@pytest.fixture
def user(qtbot, page: SignInPage) -> User:
    made = User(qtbot, page)
    made.press("Create a new practice…")
    return made


def name_it(user: User, folder: Path) -> None:
    user.type("Name of the practice", "Harbour Clinic")
    user.type("Folder for its records", str(folder))
    user.press("Next")


def direct_it(user: User, password: str = PASSWORD, again: str = PASSWORD) -> None:
    user.type("Director's name", "Dana Director")
    user.type("Password", password)
    user.type("Password again", again)
    user.press("Create the practice")


def test_from_nothing_to_an_open_practice(page: SignInPage, user: User, door, tmp_path: Path, qtbot) -> None:
    name_it(user, tmp_path / "harbour")
    direct_it(user)
    user.waits_to_see(KEY)
    user.type("Type the key from your paper", "1wev mh58 kcv8 vytn")
    with qtbot.waitSignal(page.opened):
        user.press("Open the practice")
    assert "create Harbour Clinic by Dana Director, key store True" in door.said
    assert not user.sees(KEY)


def test_the_key_must_be_typed_back(page: SignInPage, user: User, tmp_path: Path, qtbot) -> None:
    name_it(user, tmp_path / "harbour")
    direct_it(user)
    user.waits_to_see(KEY)
    user.type("Type the key from your paper", "1WEV-MH58-KCV8-VYTM")
    with qtbot.assertNotEmitted(page.opened):
        user.press("Open the practice")
    assert user.sees("This is not the key above. Compare it group by group.")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (KEY, True),
        ("1wevmh58kcv8vytn", True),
        ("lWEV MH58 KCV8 VYTN", True),
        ("1WEV-MH58-KCV8", False),
        ("", False),
    ],
)
def test_look_alikes_and_hyphens_do_not_matter(typed: str, expected: bool) -> None:
    assert same_key(typed, KEY) is expected


def test_a_weak_password_is_refused_as_it_is_typed(user: User, tmp_path: Path) -> None:
    name_it(user, tmp_path / "harbour")
    user.type("Password", "short")
    assert user.sees("This password is too short.")
    user.type("Password", PASSWORD)
    assert user.sees("This password is strong enough.")


def test_password_only_needs_more_and_is_passed_on(user: User, door: FakeDoor, tmp_path: Path) -> None:
    name_it(user, tmp_path / "harbour")
    user.press("Password only")
    direct_it(user, "fifteen-letters", "fifteen-letters")
    assert user.sees("This password is too short.")
    direct_it(user)
    user.waits_to_see(KEY)
    assert "create Harbour Clinic by Dana Director, key store False" in door.said


def test_two_different_passwords_are_refused(user: User, tmp_path: Path) -> None:
    name_it(user, tmp_path / "harbour")
    direct_it(user, again=PASSWORD + "x")
    assert user.sees("The two passwords are not the same.")


def test_a_practice_needs_a_name_and_a_folder(user: User) -> None:
    user.press("Next")
    assert user.sees("Enter the name of the practice.")
    assert user.sees("Choose a folder.")


def test_the_folder_is_suggested_from_the_name_until_it_is_chosen(
    user: User, asker: Answers, tmp_path: Path
) -> None:
    user.type("Name of the practice", "O'Neil / Partners")
    assert Path(user.field("Folder for its records").text()).name == "O'Neil  Partners"
    asker.folder_given = tmp_path
    user.press("Choose…")
    user.type("Name of the practice", "Another")
    assert user.field("Folder for its records").text() == str(tmp_path)


def test_a_bad_folder_leads_back_to_the_first_step(user: User, door: FakeDoor, tmp_path: Path) -> None:
    door.fails_with = Invalid("Give the practice a name.", "practice")
    name_it(user, tmp_path / "harbour")
    direct_it(user)
    user.waits_to_see("Give the practice a name.")
    assert user.sees("Step 1 of 3")


def test_what_cannot_be_made_is_said_where_it_was_asked(user: User, door: FakeDoor, tmp_path: Path) -> None:
    door.fails_with = CannotOpen("A practice cannot be kept on a network drive.")
    name_it(user, tmp_path / "harbour")
    direct_it(user)
    user.waits_to_see("A practice cannot be kept on a network drive.")


def test_one_can_go_back_and_give_up(user: User, tmp_path: Path) -> None:
    name_it(user, tmp_path / "harbour")
    user.press("Back")
    assert user.sees("Step 1 of 3")
    user.press("Cancel")
    assert user.sees("Try the demo")


def test_every_step_passes_the_walk(page: SignInPage, user: User, tmp_path: Path) -> None:
    assert problems(page) == []
    name_it(user, tmp_path / "harbour")
    assert problems(page) == []
    direct_it(user)
    user.waits_to_see(KEY)
    assert problems(page) == []
