"""One record: its facts, its timeline as the role may see it, and the copy for the person."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from practice_app.gui.job_panel import JobPanel
from practice_app.gui.office import ANYTHING, Office
from practice_app.gui.record import RecordScreen
from practice_app.gui.screen import Tools
from practice_app.gui.summary import when_words
from practice_app.gui.table import Table
from practice_app.model.audit import AuditEvent
from practice_app.model.settings import Practice
from practice_app.rules.files import CleanedFile, FileState
from practice_app.rules.permissions import Role
from practice_app.services import files
from practice_app.services import people as people_cases
from practice_app.services.subject_access import Release
from practice_app.storage.records import Records
from tests import makers

from .conftest import People
from .doors import Answers
from .user import User


@pytest.fixture
def screen_as(qtbot: QtBot, tools_as: Callable[[Role], Tools], people: People):
    """The record screen as a role sees it, with the job panel below it."""

    def made_as(role: Role) -> tuple[RecordScreen, JobPanel, Office]:
        tools = tools_as(role)
        screen, jobs, office = RecordScreen(tools), tools.jobs, tools.office
        tools.actions.move_to("record")
        screen.resize(900, 600)
        qtbot.addWidget(screen)
        screen.show()
        jobs.resize(900, 600)
        jobs.show()
        screen.show_record(office.do(people_cases.open_record, people.margaret))
        return screen, jobs, office

    return made_as


def kinds(screen: RecordScreen) -> set[str]:
    model = screen.tabs[0].findChild(Table).model()
    return {model.index(row, 1).data() for row in range(model.rowCount())}


def viewings(office: Office) -> int:
    from sqlalchemy import func, select

    from practice_app.rules.permissions import Permission
    from practice_app.services.marks import reads
    from practice_app.storage.records import Work

    @reads(Permission.READ_SETTINGS)
    def count(work: Work) -> int:
        return work.first(select(func.count()).where(AuditEvent.action == "viewed")) or 0

    return office.do(count)


def test_a_therapist_sees_notes_and_a_receptionist_does_not(screen_as) -> None:
    assert kinds(screen_as(Role.THERAPIST)[0]) == {"Appointment", "Note", "Letter", "Call"}
    assert kinds(screen_as(Role.RECEPTIONIST)[0]) == {"Appointment", "Letter", "Call"}


def test_the_facts_are_shown_in_groups(screen_as) -> None:
    screen, _jobs, _office = screen_as(Role.DIRECTOR)
    said = [each.text() for each in screen.findChildren(QLabel)]
    for words in ("Person", "Reaching them", "14-Mar-1958", "01632 960123"):
        assert words in said


def test_the_newest_is_first_and_shown_in_full_below(screen_as, qtbot: QtBot) -> None:
    screen, _jobs, _office = screen_as(Role.DIRECTOR)
    assert screen.tabs[0].findChild(Table).model().index(0, 0).data() == "23-Nov-2026 09:30"
    user = User(qtbot, screen)
    user.waits_to_see("Asked for a new time – Rang back")
    screen.tabs[0].findChild(Table).step(+1)
    user.waits_to_see("Note: Session note")


def test_the_timeline_can_be_narrowed_to_one_kind(screen_as) -> None:
    screen, _jobs, _office = screen_as(Role.DIRECTOR)
    chooser = screen.tabs[0].findChild(QComboBox)
    assert [chooser.itemText(place) for place in range(chooser.count())] == [
        "Everything (4)",
        "Appointments (1)",
        "Notes (1)",
        "Letters (1)",
        "Calls (1)",
    ]
    chooser.setCurrentIndex(2)
    assert kinds(screen) == {"Note"}
    screen.refresh()
    assert kinds(screen) == {"Note"}


def test_a_record_with_nothing_in_it_says_so(screen_as, people: People, qtbot: QtBot) -> None:
    screen, _jobs, office = screen_as(Role.DIRECTOR)
    screen.show_record(office.do(people_cases.open_record, people.bluebird))
    User(qtbot, screen).waits_to_see("Nothing has been recorded yet.")


def test_a_change_elsewhere_is_told_and_does_not_count_as_a_viewing(screen_as, qtbot: QtBot) -> None:
    screen, _jobs, office = screen_as(Role.DIRECTOR)
    before = viewings(office)
    office.changed.emit(ANYTHING)
    user = User(qtbot, screen)
    user.waits_to_see("Something has changed since this was opened.")
    assert viewings(office) == before
    screen.refresh()
    assert not user.sees("Something has changed")
    assert viewings(office) == before + 1


def test_a_receptionist_has_no_subject_access_but_what_we_hold(screen_as, qtbot: QtBot) -> None:
    screen, _jobs, _office = screen_as(Role.RECEPTIONIST)
    user = User(qtbot, screen)
    assert user.button("What we hold").isEnabled()
    with pytest.raises(AssertionError):
        user.button("Subject access")


def test_one_click_makes_the_copy_and_it_is_for_review(screen_as, qtbot: QtBot) -> None:
    screen, jobs, _office = screen_as(Role.DIRECTOR)
    User(qtbot, screen).press("Subject access")
    below = User(qtbot, jobs)
    below.waits_to_see("Cancel the job")
    below.waits_to_see("is ready for review")
    assert below.sees("It has not been released.")
    assert not below.sees("HOLLOWAY")
    User(qtbot, screen).waits_to_see("for review, not released.")


def test_the_copy_is_made_in_large_print_for_the_one_who_needs_it(
    screen_as, people: People, qtbot: QtBot
) -> None:
    screen, jobs, office = screen_as(Role.DIRECTOR)
    wanted = screen.findChild(QCheckBox)
    assert wanted.text() == "Large print"
    assert not wanted.isChecked()
    wanted.setChecked(True)
    User(qtbot, screen).press("Subject access")
    User(qtbot, jobs).waits_to_see("Making the subject access copy in large print")
    User(qtbot, jobs).waits_to_see("is ready for review")
    screen.show_record(office.do(people_cases.open_record, people.bluebird))
    assert not wanted.isChecked()


def test_a_copy_is_saved_with_its_password(screen_as, asker: Answers, tmp_path: Path, qtbot: QtBot) -> None:
    asker.path_given, asker.password_given = tmp_path / "copy.pdf", "ABCD-EFGH-2345"
    screen, jobs, _office = screen_as(Role.DIRECTOR)
    User(qtbot, screen).press("Subject access")
    below = User(qtbot, jobs)
    below.waits_to_see("Save a copy…")
    below.press("Save a copy…")
    below.waits_to_see("It opens with the password only.")
    content = asker.path_given.read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/Encrypt" in content
    assert "holloway" not in asker.asked[0].lower()
    assert asker.asked[0].startswith("records-")


@pytest.mark.parametrize(
    ("password", "said"), [("", "which is shown here only"), ("ABCD-EFGH-2345", "the same password")]
)
def test_recordings_are_saved_beside_the_copy(
    screen_as,
    open_as: Callable[[Role], Records],
    people: People,
    asker: Answers,
    tmp_path: Path,
    qtbot: QtBot,
    password: str,
    said: str,
) -> None:
    sound = CleanedFile("call.mp3", "audio/mpeg", b"ID3" + bytes(500), FileState.AS_RECEIVED)
    with open_as(Role.DIRECTOR).work(use_case="tests.arrange") as work:
        work.select(select(Practice))[0].keeps_recordings = True
        work.flush()
        letter = makers.letter(work, [people.margaret])
        work.add(files.attach(work, sound, [people.margaret], letter=letter))
    asker.path_given, asker.password_given = tmp_path / "copy.pdf", password
    screen, jobs, _office = screen_as(Role.DIRECTOR)
    User(qtbot, screen).press("Subject access")
    below = User(qtbot, jobs)
    below.waits_to_see("A recording goes beside the copy")
    below.press("Save a copy…")
    below.waits_to_see("copy-recordings.zip")
    assert below.sees(said)
    assert (tmp_path / "copy-recordings.zip").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(("path", "password"), [(None, ""), ("copy.pdf", None)])
def test_a_copy_is_not_saved_when_the_user_thinks_better_of_it(
    screen_as, asker: Answers, tmp_path: Path, qtbot: QtBot, path: str | None, password: str | None
) -> None:
    asker.path_given = tmp_path / path if path else None
    asker.password_given = password
    screen, jobs, office = screen_as(Role.DIRECTOR)
    User(qtbot, screen).press("Subject access")
    User(qtbot, jobs).waits_to_see("Save a copy…")
    User(qtbot, jobs).press("Save a copy…")
    assert not office.busy
    assert not (tmp_path / "copy.pdf").exists()


def test_a_copy_made_earlier_is_offered_when_the_record_is_opened(
    screen_as, asker: Answers, people: People, tmp_path: Path, qtbot: QtBot
) -> None:
    screen, jobs, office = screen_as(Role.DIRECTOR)
    user = User(qtbot, screen)
    user.press("Subject access")
    user.waits_to_see("Save this copy…")
    screen.show_record(office.do(people_cases.open_record, people.bluebird))
    assert not user.sees("Save this copy…")
    screen.show_record(office.do(people_cases.open_record, people.margaret))
    user.waits_to_see("Save this copy…")
    asker.path_given = tmp_path / "copy.pdf"
    user.press("Save this copy…")
    User(qtbot, jobs).waits_to_see("It has no password: anybody who gets the file can read it.")
    assert asker.path_given.exists()


def test_a_director_releases_a_copy_with_its_facts(
    screen_as, asker: Answers, people: People, qtbot: QtBot
) -> None:
    screen, _jobs, office = screen_as(Role.DIRECTOR)
    user = User(qtbot, screen)
    user.press("Subject access")
    user.waits_to_see("for review, not released")
    user.press("Release…")
    assert user.sees("for review, not released")
    asker.release_given = Release("Margaret", "passport", "asks about herself", "Margaret", "by hand")
    user.press("Release…")
    user.waits_to_see("released 23-Nov-2026")
    assert not user.sees("Release…")
    assert asker.asked[-1] == "release about HOLLOWAY, Margaret (Mrs), born 14-Mar-1958"
    shown = office.do(people_cases.open_record, people.margaret).timeline
    assert [item.who for item in shown if item.kind == "disclosure"] == ["by hand"]


def test_a_therapist_sees_the_copy_but_cannot_release_it(screen_as, asker: Answers, qtbot: QtBot) -> None:
    screen, _jobs, _office = screen_as(Role.THERAPIST)
    user = User(qtbot, screen)
    user.press("Subject access")
    user.waits_to_see("for review, not released")
    assert not user.sees("Release…")


def test_what_we_hold_is_one_click_and_one_page(screen_as, asker: Answers, tmp_path: Path, qtbot) -> None:
    asker.path_given = tmp_path / "summary.pdf"
    screen, jobs, _office = screen_as(Role.RECEPTIONIST)
    User(qtbot, screen).press("What we hold")
    User(qtbot, jobs).waits_to_see("The summary of what we hold about patient")
    assert asker.path_given.read_bytes().startswith(b"%PDF")
    assert asker.asked[0].startswith("records-")


def test_what_we_hold_is_not_made_when_the_user_thinks_better_of_it(screen_as, qtbot: QtBot) -> None:
    screen, _jobs, office = screen_as(Role.RECEPTIONIST)
    User(qtbot, screen).press("What we hold")
    assert not office.busy


def test_a_folder_that_takes_no_file_is_said_in_words(screen_as, asker: Answers, tmp_path, qtbot) -> None:
    asker.path_given = tmp_path / "missing" / "summary.pdf"
    screen, jobs, _office = screen_as(Role.RECEPTIONIST)
    User(qtbot, screen).press("What we hold")
    User(qtbot, jobs).waits_to_see("cannot be written")


def test_a_time_is_shown_where_one_is_known() -> None:
    assert when_words(datetime(2026, 11, 23, 9, 5)) == "23-Nov-2026 09:05"  # noqa: DTZ001  wall time
    assert when_words(date(2026, 11, 3)) == "03-Nov-2026"
