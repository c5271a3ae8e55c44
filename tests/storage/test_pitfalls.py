"""Traps of SQLite and SQLCipher that were measured once and must stay shut."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from practice_app.storage import backup
from practice_app.storage.engine import APPLICATION_ID, check_pages, connect
from practice_app.storage.records import Records
from tests import makers


@pytest.fixture
def store() -> str:
    """A server has neither pages nor pragmas."""
    return "file"


def _pragma(records: Records, name: str) -> object:
    return records.reader.driver.execute(f"PRAGMA {name}").fetchone()[0]


def test_memory_security_stays_off(records: Records) -> None:
    """It holds for the whole process, cannot be undone, and makes searches ten times slower."""
    assert _pragma(records, "cipher_memory_security") in (0, "0")


def test_the_search_index_never_uses_its_own_secure_delete(records: Records) -> None:
    """FTS5's secure-delete option corrupts the index; deleting for good is the purge's work."""
    options = dict(records.reader.driver.execute("SELECT k, v FROM search_index_config").fetchall())
    assert not options.get("secure-delete")


def test_nothing_samples_keys_into_statistics(records: Records) -> None:
    """ANALYZE would copy NHS numbers into sqlite_stat4, where deleting them does not reach."""
    names = {row[0] for row in records.reader.driver.execute("SELECT name FROM sqlite_master")}
    assert not {name for name in names if name.startswith("sqlite_stat")}


def test_the_journal_is_a_wal_not_a_file_that_persists(records: Records) -> None:
    assert _pragma(records, "journal_mode") == "wal"


def test_a_copy_is_encrypted_whole_and_still_ours(
    records: Records, practice_file: Path, tmp_path: Path
) -> None:
    with records.work(use_case="test.add") as work:
        makers.patient(work)
    key = records.keys.newest_dek[1]
    copy = tmp_path / "copy.db"
    backup._copy(practice_file, copy, key)
    content = copy.read_bytes()
    assert not content.startswith(b"SQLite format 3")
    assert b"Holloway" not in content
    assert check_pages(copy, key) == ()
    opened = connect(copy, key)
    assert opened.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    opened.close()


def test_a_backup_does_not_stop_the_others_from_writing(
    records: Records, practice_file: Path, tmp_path: Path
) -> None:
    """A backup in steps starts anew at every commit of somebody else and never ends."""
    stop, failures = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                with records.work(use_case="test.write") as work:
                    makers.patient(work)
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        key = records.keys.newest_dek[1]
        for number in range(5):
            backup._copy(practice_file, tmp_path / f"copy{number}.db", key)
            assert check_pages(tmp_path / f"copy{number}.db", key) == ()
    finally:
        stop.set()
        thread.join()
    assert failures == []


def test_a_second_run_leaves_the_first_ones_work_alone(tmp_path: Path) -> None:
    """Only what was left a day ago is swept, and only what carries our mark."""
    foreign = tmp_path / ".making-mine"
    foreign.mkdir()
    with backup.staging(tmp_path, "first") as first:
        (first / "copy").write_bytes(b"kept")
        with backup.staging(tmp_path, "second") as second:
            (second / "copy").write_bytes(b"kept")
    assert (tmp_path / "first" / "copy").exists()
    assert (tmp_path / "second" / "copy").exists()
    left = tmp_path / ".making-0badcafe"
    left.mkdir()
    (left / backup._MARK).touch()
    os.utime(left / backup._MARK, (0, 0))
    backup.sweep(tmp_path)
    assert not left.exists()
    assert foreign.exists()


def test_neither_key_nor_values_reach_the_log(
    records: Records, practice_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert records.engine.hide_parameters
    assert not records.engine.echo
    with records.work(use_case="test.add") as work:
        makers.patient(work)
    connect(practice_file, records.keys.newest_dek[1]).close()
    assert "Holloway" not in caplog.text
    assert bytes(records.keys.newest_dek[1]).hex() not in caplog.text


_WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from practice_app.storage.engine import connect
opened = connect(Path(sys.argv[1]), bytes.fromhex(sys.argv[2]))
opened.execute("CREATE TABLE IF NOT EXISTS trial (n INTEGER)")
n = 0
while True:
    n += 1
    opened.execute("BEGIN IMMEDIATE")
    opened.execute("INSERT INTO trial VALUES (?)", (n,))
    opened.execute("COMMIT")
    print(n, flush=True)
"""


def test_killed_writers_lose_nothing_acknowledged(records: Records, practice_file: Path) -> None:
    key = records.keys.newest_dek[1]
    root = Path(__file__).parents[2]
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(practice_file), bytes(key).hex(), str(root)],
            stdout=subprocess.PIPE,
            text=True,
        ) as writer:
            if writer.stdout is None:
                raise AssertionError
            for _ in range(20):
                acknowledged = int(writer.stdout.readline())
            writer.kill()
            acknowledged = max([acknowledged, *map(int, writer.stdout.read().split()[:-1])])
        assert check_pages(practice_file, key) == ()
        opened = connect(practice_file, key)
        assert opened.execute("SELECT max(n) FROM trial").fetchone()[0] >= acknowledged
        opened.execute("DELETE FROM trial")
        opened.close()
