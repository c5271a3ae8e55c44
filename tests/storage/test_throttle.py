"""Sign-in slows down after wrong passwords, across runs and whatever is done to the file or the clock."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import TooManyTries
from practice_app.storage.keys import Throttle, read_slots, throttle_key

from . import sample_keys

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
VAULT = uuid4()
SECOND = timedelta(seconds=1)


def wait(throttle: Throttle, user: str, now: datetime) -> int:
    """Seconds to wait, 0 when the next try may come."""
    try:
        throttle.check(user, now)
    except TooManyTries as refused:
        return refused.seconds
    return 0


def failing(throttle: Throttle, user: str, now: datetime) -> Iterator[tuple[int, datetime]]:
    """Fail again and again, each time as soon as it is allowed; gives the waits and times."""
    while True:
        throttle.failed(user, now)
        seconds = wait(throttle, user, now)
        yield seconds, now
        now += timedelta(seconds=seconds)


def test_the_wait_doubles_to_a_minute_and_ten_failures_in_five_minutes_close_for_fifteen(
    tmp_path: Path,
) -> None:
    tries = failing(Throttle(tmp_path, VAULT), "sam", NOW)
    waits = [next(tries)[0] for _ in range(12)]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 900, 60, 60]


def test_slow_failures_do_not_close_the_door(tmp_path: Path) -> None:
    throttle, now = Throttle(tmp_path, VAULT), NOW
    for _ in range(20):
        throttle.failed("sam", now)
        assert wait(throttle, "sam", now) <= 60
        now += timedelta(minutes=2)


def test_the_wait_runs_down_and_is_kept_across_runs(tmp_path: Path) -> None:
    for _ in range(4):
        Throttle(tmp_path, VAULT).failed("sam", NOW)
    assert wait(Throttle(tmp_path, VAULT), "sam", NOW) == 8
    assert wait(Throttle(tmp_path, VAULT), "sam", NOW + 7.5 * SECOND) == 1
    assert wait(Throttle(tmp_path, VAULT), "sam", NOW + 8 * SECOND) == 0


def test_other_users_and_practices_are_not_slowed_down(tmp_path: Path) -> None:
    Throttle(tmp_path, VAULT).failed("sam", NOW)
    assert wait(Throttle(tmp_path, VAULT), "alex", NOW) == 0
    assert wait(Throttle(tmp_path, uuid4()), "sam", NOW) == 0


def test_success_forgets_this_users_failures_only(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path, VAULT)
    for user in ("sam", "alex"):
        throttle.failed(user, NOW)
    throttle.succeeded("sam", NOW)
    assert wait(throttle, "sam", NOW) == 0
    assert wait(throttle, "alex", NOW) == 1


def test_failures_are_forgotten_after_a_day(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path, VAULT)
    for _ in range(5):
        throttle.failed("sam", NOW)
    throttle.failed("sam", NOW + timedelta(days=2))
    assert wait(throttle, "sam", NOW + timedelta(days=2)) == 1


def test_a_clock_put_back_neither_helps_nor_locks_out(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path, VAULT)
    for _ in range(6):
        throttle.failed("sam", NOW)
    last_year = NOW - timedelta(days=365)
    assert wait(throttle, "sam", last_year) == 32
    assert wait(throttle, "sam", last_year + 31 * SECOND) == 1
    assert wait(throttle, "sam", last_year + 32 * SECOND) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"closed_until":0,"tries":[]}',
        b'{"closed_until":0,"tries":{"a":5}}',
        b'{"closed_until":0,"tries":{"a":{"count":1,"times":[1e300]}}}',
        b'{"closed_until":0,"tries":{"a":{"count":1,"times":["x"]}}}',
        b"\xff\xfe",
        b"[" * 50_000,
    ],
)
def test_an_unreadable_file_costs_a_minute_once(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sign-in-tries.json").write_bytes(content)
    assert wait(Throttle(tmp_path, VAULT), "sam", NOW) == 60
    assert wait(Throttle(tmp_path, VAULT), "sam", NOW + 59 * SECOND) == 1
    assert wait(Throttle(tmp_path, VAULT), "sam", NOW + 60 * SECOND) == 0


def test_a_file_that_cannot_be_replaced_either_costs_a_minute_once(tmp_path: Path) -> None:
    (tmp_path / "sign-in-tries.json").mkdir()
    throttle = Throttle(tmp_path, VAULT)
    assert wait(throttle, "sam", NOW) == 60
    assert wait(throttle, "sam", NOW + 60 * SECOND) == 0
    throttle.failed("sam", NOW + 60 * SECOND)


def test_a_missing_folder_does_not_lock_anybody_out(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path / "gone", VAULT)
    throttle.failed("sam", NOW)
    assert wait(throttle, "sam", NOW) == 0


@given(st.binary(max_size=100))
def test_no_content_of_the_file_breaks_signing_in(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sign-in-tries.json").write_bytes(content)
        throttle = Throttle(folder, VAULT)
        assert 0 <= wait(throttle, "sam", NOW) <= 60
        throttle.failed("sam", NOW)
        throttle.succeeded("sam", NOW)


def test_the_file_names_nobody(tmp_path: Path) -> None:
    Throttle(tmp_path, VAULT).failed("sam porter", NOW)
    text = (tmp_path / "sign-in-tries.json").read_text()
    assert "sam" not in text
    assert str(VAULT) not in text


def test_each_spelling_of_one_user_counts_together(tmp_path: Path) -> None:
    sample = sample_keys.fresh(tmp_path)
    file = read_slots(sample.folder)
    spellings = ("TT", "tt ", "Tess Therapist", "tess  therapist", str(sample.therapist))
    assert len({throttle_key(file, who) for who in spellings}) == 1
    assert throttle_key(file, "Nobody  Here") == throttle_key(file, "nobody here")
    assert throttle_key(file, "DD") != throttle_key(file, "TT")
