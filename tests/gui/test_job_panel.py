"""Jobs in their strip: how far, how to stop, what came of it, and what to do next."""

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from practice_app.errors import PracticeError
from practice_app.gui.job_panel import JobPanel, Outcome
from practice_app.gui.jobs import Job, Worker
from practice_app.progress import Progress

from .accessibility import problems
from .user import User


@pytest.fixture
def panel(qtbot: QtBot) -> JobPanel:
    made = JobPanel()
    made.resize(900, 120)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def start(qtbot: QtBot, panel: JobPanel):
    """Starts work on a worker that is stopped at the end."""
    worker = Worker(panel, "test")

    def begin(work: Callable[[Progress], object]) -> Job:
        return worker.start(work)

    yield begin
    worker.close()()


class Steps:
    """Work that goes one step further each time the test lets it."""

    def __init__(self) -> None:
        self.may_go = threading.Semaphore(0)

    def __call__(self, progress: Progress) -> str:
        for done in range(3):
            progress(done, 3, "Setting page")
            self.may_go.acquire(timeout=20)
        return "three pages"


def test_a_job_shows_how_far_it_is_and_then_what_came_of_it(start, panel: JobPanel, qtbot: QtBot) -> None:
    steps = Steps()
    panel.follow(start(steps), "Making the copy", lambda made: Outcome(f"Made {made}."))
    user = User(qtbot, panel)
    user.waits_to_see("Making the copy")
    user.waits_to_see("Setting page 0 of 3")
    assert problems(panel) == []
    steps.may_go.release(3)
    user.waits_to_see("Made three pages.")
    assert not user.sees("Cancel the job")
    assert problems(panel) == []


def test_a_job_can_be_stopped(start, panel: JobPanel, qtbot: QtBot) -> None:
    steps = Steps()
    panel.follow(start(steps), "Making the copy", lambda made: Outcome(f"Made {made}."))
    user = User(qtbot, panel)
    user.waits_to_see("Cancel the job")
    user.press("Cancel the job")
    assert user.sees("Stopping…")
    steps.may_go.release(3)
    user.waits_to_see("Nothing half-done was kept.")


def test_a_failure_says_why(start, panel: JobPanel, qtbot: QtBot) -> None:
    def refuse(_progress: Progress) -> None:
        raise PracticeError("The disk is full.")

    panel.follow(start(refuse), "Making the copy", lambda _made: Outcome("Made."))
    User(qtbot, panel).waits_to_see("The disk is full.")


def test_the_next_step_is_offered_and_the_strip_can_be_closed(start, panel: JobPanel, qtbot: QtBot) -> None:
    taken: list[str] = []
    outcome = Outcome("Made.", ("One letter is missing.",), "Save it", lambda: taken.append("saved"))
    panel.follow(start(lambda _progress: None), "Making the copy", lambda _made: outcome)
    user = User(qtbot, panel)
    user.waits_to_see("Save it")
    assert user.sees("One letter is missing.")
    user.press("Save it")
    assert taken == ["saved"]
    user.press("Close this message")
    assert not user.sees("Made.")
