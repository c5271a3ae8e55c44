"""The line at the foot: what was done, how it is taken back, and how old the backup is."""

from datetime import UTC, datetime, timedelta

import pytest

from practice_app.gui.status import BackupAge, StatusLine, backup_words

from .accessibility import problems

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words", "age"),
    [
        (timedelta(minutes=20), "Last backup less than an hour ago", BackupAge.FRESH),
        (timedelta(hours=1), "Last backup 1 hour ago", BackupAge.FRESH),
        (timedelta(hours=26), "Last backup 26 hours ago", BackupAge.FRESH),
        (timedelta(hours=26, minutes=1), "Last backup 26 hours ago", BackupAge.LATE),
        (timedelta(hours=72), "Last backup 72 hours ago", BackupAge.LATE),
        (timedelta(hours=72, minutes=1), "Last backup 3 days ago", BackupAge.OVERDUE),
    ],
)
def test_the_age_of_the_backup_is_told_in_words_and_in_three_degrees(
    ago: timedelta, words: str, age: BackupAge
) -> None:
    assert backup_words(NOW - ago, NOW) == (words, age)


def test_no_backup_at_all_is_the_worst() -> None:
    assert backup_words(None, NOW) == ("No backup yet", BackupAge.OVERDUE)


@pytest.fixture
def line(qtbot) -> StatusLine:
    made = StatusLine("Dana Director · Director")
    made.resize(900, 30)
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_was_done_can_be_undone_once(line: StatusLine, qtbot) -> None:
    undone: list[str] = []
    line.say("Moved to 11:30.", lambda: undone.append("moved back"))
    assert problems(line) == []
    line.undo()
    line.undo()
    assert undone == ["moved back"]


def test_what_cannot_be_undone_offers_nothing(line: StatusLine) -> None:
    undone: list[str] = []
    line.say("Moved to 11:30.", lambda: undone.append("moved back"))
    line.say("Signed.")
    line.undo()
    assert undone == []
