"""The one door: errors as they are, bugs without their text, jobs that can be stopped, changes told."""

import logging
import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import QThread

from practice_app.errors import Cancelled, NotAllowed, NotFound, PracticeError
from practice_app.gui.explain import SOMETHING_WENT_WRONG
from practice_app.gui.office import ANYTHING, Office, concerns
from practice_app.model.people import Patient
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission, Role
from practice_app.services import people as people_cases
from practice_app.services.marks import changes, long, reads
from practice_app.storage.records import Records, Work
from tests import makers

OfficeAs = Callable[[Role], Office]


@changes(Permission.EDIT_PEOPLE)
def rename(work: Work, patient: UUID, safety_line: str) -> str:
    work.get(Patient, patient).safety_line = safety_line
    return safety_line


@reads(Permission.FIND_PEOPLE)
def stumble(work: Work) -> None:
    raise ZeroDivisionError("Margaret Holloway 999 000 0018")


@reads(Permission.FIND_PEOPLE)
def miss(work: Work) -> None:
    raise NotFound("That is not in the records any more.")


@changes(Permission.MANAGE_USERS)
def director_only(work: Work) -> None:
    """Only directors may."""


@long(Permission.BACK_UP)
def count(records: Records, upto: int, *, progress: Progress) -> int:
    for done in range(upto):
        progress(done, upto, "Counting")
    return upto


@long(Permission.BACK_UP)
def wait(records: Records, started: threading.Event, *, progress: Progress) -> None:
    while True:
        progress(0, 1, "Waiting")
        started.set()


@long(Permission.BACK_UP)
def stumble_long(records: Records, *, progress: Progress) -> None:
    raise ZeroDivisionError("Margaret Holloway")


@long(Permission.EDIT_PEOPLE)
def rename_long(records: Records, patient: UUID, *, progress: Progress) -> None:
    with records.work(use_case="tests.rename_long") as work:
        work.get(Patient, patient).safety_line = "from a job"


def test_a_change_is_committed_and_told_by_table(office_as: OfficeAs, people, qtbot) -> None:
    office = office_as(Role.DIRECTOR)
    with qtbot.waitSignal(office.changed) as changed:
        assert office.do(rename, people.jo, "Ring first.") == "Ring first."
    assert "patient" in changed.args[0]


def test_what_a_user_can_mend_comes_as_it_is(office_as: OfficeAs) -> None:
    with pytest.raises(NotFound, match="not in the records"):
        office_as(Role.DIRECTOR).do(miss)


def test_a_bug_says_nothing_was_changed_and_is_logged_without_its_text(office_as: OfficeAs, caplog) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(PracticeError, match=SOMETHING_WENT_WRONG):
        office_as(Role.DIRECTOR).do(stumble)
    assert "ZeroDivisionError" in caplog.text
    assert "stumble" in caplog.text
    assert "Holloway" not in caplog.text
    assert "999" not in caplog.text


def test_the_role_decides_what_is_offered_and_what_is_done(office_as: OfficeAs) -> None:
    reception = office_as(Role.RECEPTIONIST)
    assert reception.allowed(people_cases.find)
    assert not reception.allowed(director_only)
    with pytest.raises(NotAllowed):
        reception.do(director_only)


def test_a_job_reports_and_finishes_in_the_window_s_thread(office_as: OfficeAs, qtbot) -> None:
    office = office_as(Role.DIRECTOR)
    seen: list[tuple[int, bool]] = []
    job = office.start(count, 60_000)
    job.progressed.connect(lambda done, _total, _doing: seen.append((done, QThread.isMainThread())))
    with qtbot.waitSignal(job.finished, timeout=20_000) as finished:
        assert office.busy
    assert finished.args == [60_000]
    assert all(is_main for _done, is_main in seen)
    assert len(seen) < 1_000, "every step was reported: the event queue fills up"
    qtbot.waitUntil(lambda: not office.busy)


def test_a_job_stops_at_its_next_step(office_as: OfficeAs, qtbot) -> None:
    office = office_as(Role.DIRECTOR)
    started = threading.Event()
    job = office.start(wait, started)
    assert started.wait(20)
    with qtbot.waitSignal(job.failed, timeout=20_000) as failed:
        job.cancel()
    assert isinstance(failed.args[0], Cancelled)


def test_a_bug_in_a_job_is_a_sentence_too(office_as: OfficeAs, qtbot, caplog) -> None:
    job = office_as(Role.DIRECTOR).start(stumble_long)
    with qtbot.waitSignal(job.failed, timeout=20_000) as failed:
        pass
    assert str(failed.args[0]) == SOMETHING_WENT_WRONG
    assert "Holloway" not in caplog.text


def test_jobs_are_done_one_after_another(office_as: OfficeAs, qtbot) -> None:
    office = office_as(Role.DIRECTOR)
    ended: list[int] = []
    jobs = [office.start(count, upto) for upto in (5_000, 3, 2)]
    for job in jobs:
        job.finished.connect(ended.append)
    qtbot.waitUntil(lambda: len(ended) == 3, timeout=20_000)
    assert ended == [5_000, 3, 2]


def test_what_another_process_commits_is_noticed(office_as: OfficeAs, open_as, qtbot) -> None:
    office = office_as(Role.DIRECTOR)
    office.look_elsewhere()
    with open_as(Role.DIRECTOR).work(use_case="tests.elsewhere") as work:
        makers.patient(work, PersonName("Ms", "Wei", "Chen", None))
    with qtbot.waitSignal(office.changed) as changed:
        office.look_elsewhere()
    assert changed.args == [ANYTHING]
    with qtbot.assertNotEmitted(office.changed):
        office.look_elsewhere()


def test_our_own_commit_is_not_taken_for_another_s(office_as: OfficeAs, people, qtbot) -> None:
    office = office_as(Role.DIRECTOR)
    office.look_elsewhere()
    office.do(people_cases.open_record, people.margaret)
    with qtbot.assertNotEmitted(office.changed):
        office.look_elsewhere()


def test_a_change_from_elsewhere_is_told_even_when_we_write_just_then(
    office_as: OfficeAs, open_as, people, qtbot
) -> None:
    office = office_as(Role.DIRECTOR)
    office.look_elsewhere()
    with open_as(Role.DIRECTOR).work(use_case="tests.elsewhere") as work:
        makers.patient(work, PersonName("Ms", "Wei", "Chen", None))
    office.do(people_cases.open_record, people.margaret)
    with qtbot.waitSignal(office.changed) as changed:
        office.look_elsewhere()
    assert changed.args == [ANYTHING]


def test_a_job_s_commit_is_told_by_name_and_not_again(office_as: OfficeAs, people, qtbot) -> None:
    office = office_as(Role.DIRECTOR)
    office.look_elsewhere()
    with qtbot.waitSignal(office.changed, timeout=20_000) as changed:
        office.start(rename_long, people.jo)
    assert "patient" in changed.args[0]
    qtbot.waitUntil(lambda: not office.busy)
    with qtbot.assertNotEmitted(office.changed):
        office.look_elsewhere()


def test_closing_cancels_what_runs(office_as: OfficeAs) -> None:
    office = office_as(Role.DIRECTOR)
    started = threading.Event()
    office.start(wait, started)
    assert started.wait(20)
    finish = office.close()
    finish()  # returns only because the job noticed


@pytest.mark.parametrize(
    ("kinds", "expected"), [(ANYTHING, True), ({"patient", "note"}, True), ({"note"}, False), (set(), False)]
)
def test_a_screen_knows_what_concerns_it(kinds: set[str], expected: bool) -> None:
    assert concerns(frozenset(kinds), frozenset({"patient", "person"})) is expected
