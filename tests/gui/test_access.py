"""A therapist and a record outside the caseload: asked once, let in for the day, and seen by the director."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from practice_app.gui.access import AccessScreen
from practice_app.gui.frame import Frame, Place
from practice_app.gui.office import Office
from practice_app.gui.table import Table
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import access
from practice_app.services.access import CoverReason, Reason
from practice_app.storage.records import Records
from tests import makers

from .conftest import People
from .doors import Answers
from .user import User

COVERING = Reason(CoverReason.COVER, "Cover for Asha Shah")


@pytest.fixture
def stranger(records: Records, people: People) -> UUID:
    """Somebody no therapist sees."""
    with records.work(use_case="tests.stranger") as work:
        return makers.patient(work, PersonName("Mr", "Amir", "Khan", None))


@pytest.fixture
def frame_as(qtbot: QtBot, office_as: Callable[[Role], Office], asker: Answers, practice_file: Path):
    def made_as(role: Role) -> Frame:
        frame = Frame(office_as(role), asker, (), lambda: makers.NOW, practice_file.parent)
        qtbot.addWidget(frame)
        frame.show()
        frame.show_patients()
        return frame

    return made_as


def test_the_record_opens_after_one_reason_and_stays_open_for_the_day(
    frame_as, stranger: UUID, asker: Answers, records: Records
) -> None:
    frame = frame_as(Role.THERAPIST)
    asker.reason_given = COVERING
    frame.open_patient(stranger)
    assert frame.place == Place("record", stranger, "summary")
    assert asker.asked == ["reason for KHAN, Amir (Mr), born 14-Mar-1958"]
    frame.show_patients()
    frame.open_patient(stranger)
    assert len(asker.asked) == 1
    assert frame.place.patient == stranger


def test_without_a_reason_one_stays_where_one_was(frame_as, stranger: UUID, people: People) -> None:
    frame = frame_as(Role.THERAPIST)
    frame.open_patient(people.margaret)
    frame.open_patient(stranger)
    assert frame.place.patient == people.margaret


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.RECEPTIONIST])
def test_nobody_else_is_asked(frame_as, stranger: UUID, asker: Answers, role: Role) -> None:
    frame = frame_as(role)
    frame.open_patient(stranger)
    assert frame.place.patient == stranger
    assert asker.asked == []


def test_after_a_lock_a_reason_that_has_run_out_leads_to_the_list(
    frame_as, stranger: UUID, asker: Answers
) -> None:
    frame = frame_as(Role.THERAPIST)
    frame.go(Place("record", stranger, "summary"))
    assert frame.place.screen == "patients"
    assert asker.asked == []


def test_an_own_patient_opens_at_once(frame_as, people: People, asker: Answers) -> None:
    frame = frame_as(Role.THERAPIST)
    frame.go(Place("record", people.margaret, "summary"))
    assert frame.place == Place("record", people.margaret, "summary")
    assert asker.asked == []


def test_the_directors_list_has_the_reason(frame_as, stranger: UUID, asker: Answers, office_as) -> None:
    asker.reason_given = COVERING
    frame_as(Role.THERAPIST).open_patient(stranger)
    [given] = office_as(Role.DIRECTOR).do(access.covered)
    assert (given.patient, given.words) == (stranger, "Cover for Asha Shah")


def test_the_director_reads_who_looked_at_whom_and_why_and_opens_that_record(
    frame_as, stranger: UUID, asker: Answers, qtbot: QtBot
) -> None:
    asker.reason_given = Reason(CoverReason.OTHER, "Their GP rang and asked for the date of the last session")
    frame_as(Role.THERAPIST).open_patient(stranger)
    frame = frame_as(Role.DIRECTOR)
    frame.show_screen("access")
    user, table = User(qtbot, frame), frame.findChild(AccessScreen).findChild(Table)
    assert [table.model().index(0, column).data() for column in (1, 2, 3)] == [
        "Dana Director",
        "KHAN, Amir (Mr)",
        "Their GP rang and asked for the date of the last session",
    ]
    assert user.sees("1 time")
    assert user.sees("23-Nov-2026 09:30, Dana Director, KHAN, Amir (Mr)")
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert frame.place.patient == stranger


def test_the_list_read_again_in_the_privacy_view_names_nobody(
    frame_as, stranger: UUID, asker: Answers, qtbot: QtBot
) -> None:
    asker.reason_given = COVERING
    frame_as(Role.THERAPIST).open_patient(stranger)
    frame = frame_as(Role.DIRECTOR)
    frame.show_screen("access")
    screen, user = frame.findChild(AccessScreen), User(qtbot, frame)
    screen.set_private(True)
    screen.refresh()
    assert not user.sees("KHAN")
    screen.set_private(False)
    assert user.sees("KHAN, Amir (Mr)")


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.RECEPTIONIST])
def test_nobody_else_has_that_list(frame_as, role: Role) -> None:
    assert frame_as(role).findChild(AccessScreen) is None


def test_nobody_having_looked_is_said(frame_as, qtbot: QtBot) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.show_screen("access")
    User(qtbot, frame).waits_to_see("Nobody has looked at a record outside their caseload in this time.")
