"""Files from and to outside: one opening, ordinary files only, written whole or not at all."""

import os
import stat
import sys
from pathlib import Path

import pytest

from practice_app.errors import FileRefused
from practice_app.exchange import files

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes as POSIX has them")


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"a,b\r\n1,2\r\n")
    assert files.read_once(path, 10) == b"a,b\r\n1,2\r\n"


def test_a_file_over_the_limit_is_refused_by_one_byte(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"x" * 11)
    with pytest.raises(FileRefused, match="too large"):
        files.read_once(path, 10)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"There is no file .*nowhere\.csv"):
        files.read_once(tmp_path / "nowhere.csv", 10)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"is a folder|may not read"):
        files.read_once(tmp_path, 10)


@needs_posix
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_bytes(b"a")
    (tmp_path / "export.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(FileRefused, match="is a link"):
        files.read_once(tmp_path / "export.csv", 10)


@needs_posix
def test_a_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "export.csv")
    with pytest.raises(FileRefused, match="not an ordinary file"):
        files.read_once(tmp_path / "export.csv", 10)


@needs_posix
def test_a_file_this_account_may_not_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.os, "open", refuse)
    with pytest.raises(FileRefused, match="may not read it"):
        files.read_once(tmp_path / "export.csv", 10)


def test_a_written_file_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    with files.written_whole(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), files.written_whole(path) as file:
        file.write(b"half" * (1 // 0))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@needs_posix
def test_only_this_account_may_read_a_written_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with files.written_whole(path) as file:
        file.write(b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(FileRefused, match="cannot be written"),
        files.written_whole(tmp_path / "no" / "out.csv"),
    ):
        pass


@needs_posix
@pytest.mark.parametrize(
    "name",
    ["../secret.pdf", "/etc/passwd", "scans/../../secret.pdf", "link.pdf", "folder-link/a.pdf", "C:a.pdf"],
)
def test_nothing_outside_its_folder_is_opened(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "export"
    (inner / "scans").mkdir(parents=True)
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    (inner / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.pdf").write_bytes(b"secret")
    (inner / "folder-link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused):
        files.read_inside(inner, name, 100)


@needs_posix
def test_a_link_put_there_at_the_last_moment_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names were looked at, and then a folder was exchanged for a link."""
    (tmp_path / "export").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.pdf").write_bytes(b"secret")
    (tmp_path / "export" / "scans").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setattr(files, "inside", lambda folder, name: folder / name)
    with pytest.raises(FileRefused):
        files.read_inside(tmp_path / "export", "scans/a.pdf", 100)


def test_a_file_inside_is_read_and_named_as_the_list_names_it(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "a.pdf").write_bytes(b"content")
    assert files.read_inside(tmp_path, "scans/a.pdf", 100) == b"content"
    with pytest.raises(FileRefused, match=r"There is no file “scans/b\.pdf”"):
        files.read_inside(tmp_path, "scans/b.pdf", 100)
