"""Opening the encrypted file: every way it can be wrong is a sentence, and the file is left as it was."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlcipher3 import dbapi2 as sqlcipher

from practice_app.errors import Busy, CannotOpen, Defect
from practice_app.storage.engine import check_pages, connect, open_file, spoken_errors

KEY = bytes(range(32))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "practice.db"
    opened = connect(path, KEY, create=True)
    opened.execute("CREATE TABLE person (name TEXT UNIQUE)")
    opened.executemany("INSERT INTO person VALUES (?)", [(f"Margaret Holloway {n}",) for n in range(500)])
    opened.close()
    return path


def test_nothing_readable_is_on_the_disk(file: Path) -> None:
    content = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert b"Margaret" not in content
    assert not content.startswith(b"SQLite format 3")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("cipher_status", "1"),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("temp_store", 2),
        ("cache_size", -65536),
        ("trusted_schema", 0),
    ],
)
def test_every_connection_is_set_up(file: Path, pragma: str, value: object) -> None:
    opened = connect(file, KEY)
    assert opened.execute(f"PRAGMA {pragma}").fetchone()[0] == value
    opened.close()


def test_an_engine_sets_up_its_pooled_connections_too(file: Path) -> None:
    engine = open_file(file, KEY)
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            assert connection.execute(text("PRAGMA secure_delete")).scalar() == 1
            assert connection.execute(text("PRAGMA cipher_status")).scalar() == "1"
    engine.dispose()


@pytest.mark.parametrize("length", [0, 2, 16, 31, 33, 48])
def test_a_key_of_another_length_is_never_taken_as_a_passphrase(file: Path, length: int) -> None:
    with pytest.raises(Defect):
        connect(file, bytes(length))


def test_a_wrong_key_is_refused_without_a_word_on_stderr(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = file.read_bytes()
    with pytest.raises(CannotOpen, match="do not fit"):
        connect(file, bytes(32))
    assert capfd.readouterr().err == ""
    assert file.read_bytes() == before


def test_flipped_bits_are_found(file: Path) -> None:
    assert check_pages(file, KEY) == ()
    content = bytearray(file.read_bytes())
    content[5000] ^= 1
    file.write_bytes(content)
    assert check_pages(file, KEY) != ()


def test_pages_added_behind_the_end_are_found(file: Path) -> None:
    with file.open("ab") as end:
        end.write(bytes(4096))
    assert check_pages(file, KEY) != ()


@pytest.mark.parametrize("keep", [10, 4096, 8192])
def test_a_cut_off_file_is_refused_in_words(file: Path, keep: int) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(CannotOpen):
        connect(file, KEY)


def test_a_reading_transaction_cannot_write(file: Path) -> None:
    engine = open_file(file, KEY)
    with pytest.raises(Defect), spoken_errors(), engine.connect() as connection:
        connection.execute(text("INSERT INTO person VALUES ('x')"))
    engine.dispose()


def test_a_busy_file_is_said_at_once_to_a_screen(file: Path) -> None:
    other = connect(file, KEY)
    other.execute("BEGIN IMMEDIATE")
    engine = open_file(file, KEY)
    with pytest.raises(Busy), spoken_errors(), engine.connect() as connection:
        connection.execution_options(writes=True, wait_ms=1).begin()
    other.execute("ROLLBACK")
    other.close()
    engine.dispose()


def test_errors_never_repeat_the_values(file: Path) -> None:
    engine = open_file(file, KEY)
    with (
        pytest.raises(Defect) as caught,
        spoken_errors(),
        engine.connect().execution_options(writes=True) as connection,
    ):
        connection.execute(text("INSERT INTO person VALUES (:name)"), {"name": "Margaret Holloway 1"})
    told = f"{caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"
    assert "Margaret" not in told
    engine.dispose()


def test_an_unencrypted_connection_is_noticed(tmp_path: Path) -> None:
    plain = sqlcipher.connect(str(tmp_path / "plain.db"))
    plain.execute("CREATE TABLE person (name)")
    plain.commit()
    plain.close()
    with pytest.raises(CannotOpen, match="without encryption"):
        connect(tmp_path / "plain.db", KEY)
