"""The real door: a practice made, left, opened again, recovered; a demo made and thrown away."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from practice_app import app
from practice_app.app import DemoWish, PracticeDoor
from practice_app.errors import Invalid, NotEnrolled, WrongPassword
from practice_app.gui.door import Created, NewPractice, Opened
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import practice
from practice_app.services.marks import run
from practice_app.storage.keys.device import DeviceStore
from tests.clinic import MemoryStore

PASSWORD = "violet otter ladder plum"


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in tries and demos go into the test's folder, never into the account's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def door() -> PracticeDoor:
    return PracticeDoor(DeviceStore(MemoryStore()))


@pytest.fixture
def made(door: PracticeDoor, tmp_path: Path) -> Created:
    """A practice with a device secret, made and left again."""
    wanted = NewPractice(tmp_path / "Harbour Clinic", "Harbour Clinic", "Dana Director", PASSWORD, True)
    created = door.create(wanted)
    door.leave(created.opened)
    return created


@pytest.fixture
def closing(door: PracticeDoor) -> Iterator[list[Opened]]:
    """What is put into this list is left at the end."""
    opened: list[Opened] = []
    yield opened
    for each in opened:
        door.leave(each)


def test_what_was_made_opens_again_with_the_secret_fetched_while_typing(
    door: PracticeDoor, made: Created, closing: list[Opened]
) -> None:
    folder = made.opened.folder
    assert door.prepare(folder) == ("DD",)
    closing.append(door.sign_in(folder, "DD", PASSWORD))
    assert closing[0].records.actor.role is Role.DIRECTOR
    assert run(closing[0].records, practice.facts).name == "Harbour Clinic"


def test_signing_in_does_not_need_the_fetching_before(
    door: PracticeDoor, made: Created, closing: list[Opened]
) -> None:
    closing.append(door.sign_in(made.opened.folder, "Dana Director", PASSWORD))


def test_a_wrong_password_is_refused(door: PracticeDoor, made: Created) -> None:
    door.prepare(made.opened.folder)
    with pytest.raises(WrongPassword):
        door.sign_in(made.opened.folder, "DD", "violet otter ladder pear")


def test_another_pc_is_told_apart_from_a_wrong_password(made: Created) -> None:
    other = PracticeDoor(DeviceStore(MemoryStore()))
    assert other.prepare(made.opened.folder) == ("DD",)
    with pytest.raises(NotEnrolled):
        other.sign_in(made.opened.folder, "DD", PASSWORD)


def test_the_recovery_key_opens_on_another_pc_and_enrols_it(made: Created) -> None:
    other = PracticeDoor(DeviceStore(MemoryStore()))
    opened = other.recover(
        made.opened.folder, made.recovery_key, "Dana Director", "copper kettle sings twice"
    )
    other.leave(opened)
    other.leave(other.sign_in(made.opened.folder, "DD", "copper kettle sings twice"))


def test_a_practice_by_password_only_asks_no_key_store(tmp_path: Path) -> None:
    class NoStore:
        def read(self, name: str) -> str | None:
            raise AssertionError("the key store was asked")

        def write(self, name: str, text: str) -> None:
            raise AssertionError("the key store was asked")

    door = PracticeDoor(DeviceStore(NoStore()))
    long_password = f"{PASSWORD} seventy"
    wanted = NewPractice(tmp_path / "Hill", "Hill Surgery", "Dana Director", long_password, False)
    door.leave(door.create(wanted).opened)
    door.prepare(wanted.folder)
    door.leave(door.sign_in(wanted.folder, "DD", long_password))


def test_a_changed_password_opens_and_the_old_one_does_not(door: PracticeDoor, made: Created) -> None:
    opened = door.sign_in(made.opened.folder, "DD", PASSWORD)
    door.change_password(opened, PASSWORD, "copper kettle sings twice")
    door.leave(opened)
    door.leave(door.sign_in(made.opened.folder, "DD", "copper kettle sings twice"))
    with pytest.raises(WrongPassword):
        door.sign_in(made.opened.folder, "DD", PASSWORD)


def test_a_folder_without_a_practice_offers_nobody(door: PracticeDoor, tmp_path: Path) -> None:
    assert door.prepare(tmp_path) == ()
    assert door.prepare(None) == ()


def test_easy_passwords_are_refused_with_the_clinic_s_own_words(door: PracticeDoor) -> None:
    with pytest.raises(Invalid):
        door.check_password("Harbour Clinic 1", ("Harbour Clinic",), uses_key_store=True)
    door.check_password(PASSWORD, ("Harbour Clinic",), uses_key_store=True)


def test_the_demo_opens_as_its_director_and_leaves_nothing_behind(tmp_path: Path) -> None:
    door = PracticeDoor(demo=DemoWish(patients=40, today=date(2026, 11, 23)))
    opened = door.demo(Progress())
    assert opened.records.actor.role is Role.DIRECTOR
    assert run(opened.records, practice.facts).is_demo
    assert opened.records.clock().date() == date(2026, 11, 23)
    someone = next(each for each in opened.people if each.role == "receptionist")
    door.leave(opened)
    again = door.sign_in(opened.folder, someone.name, someone.password)
    assert again.records.actor.role is Role.RECEPTIONIST
    assert again.people == opened.people
    assert again.records.clock().date() == date(2026, 11, 23)
    door.leave(again)
    door.throw_away_demos()
    assert not opened.folder.exists()


def test_a_demo_in_a_folder_of_one_s_own_is_kept(tmp_path: Path) -> None:
    door = PracticeDoor(demo=DemoWish(folder=tmp_path / "demo", patients=40, today=date(2026, 11, 23)))
    door.leave(door.demo(Progress()))
    door.throw_away_demos()
    assert practice.is_practice(tmp_path / "demo")


@pytest.mark.parametrize(
    ("arguments", "folder", "opens_demo", "patients"),
    [
        ([], None, False, 120),
        (["open", "somewhere"], Path("somewhere"), False, 120),
        (["demo"], None, True, 120),
        (["demo", "--patients", "50", "--seed", "3", "--today", "2026-11-23"], None, True, 50),
    ],
)
def test_the_window_understands_its_commands(
    arguments: list[str], folder: Path | None, opens_demo: bool, patients: int
) -> None:
    given = app.parsed(arguments)
    assert (given.folder, given.opens_demo, given.demo.patients) == (folder, opens_demo, patients)


def test_a_wrong_command_ends_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        app.parsed(["demo", "--today", "yesterday"])
    assert ended.value.code == 2
    assert "--today" in capsys.readouterr().err
