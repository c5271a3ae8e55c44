"""Paths from outside stay inside their folder; network shares and synced folders are recognised."""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app import paths
from practice_app.errors import FileRefused


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/",
        "/etc/passwd",
        "//server/share/x",
        "..",
        "../x",
        "a/../../x",
        "a/..",
        "./x",
        "a//b",
        "a/",
        "C:",
        "C:x",
        "C:\\x",
        "c:/x",
        "\\\\server\\share\\x",
        "\\x",
        "a\\..\\x",
        "x.txt:stream",
        "x.txt::$DATA",
        "con",
        "CON.txt",
        "a/nul.csv",
        "Aux",
        "com1",
        "LPT9.tar.gz",
        "com¹.txt",
        "CONIN$",
        "nul .txt",
        "x.",
        "x ",
        " x",
        "a /b",
        "x\0y",
        "x\ny",
        "x\x7f",
        "x\u202egpj.exe",
        "x\u200by",
        "x\u2028y",
        "x\ufeff",
        "x\ud800",
        "what?",
        "a*b",
        "a|b",
        "x" * 256,
        "é" * 128,
    ],
)
def test_names_that_lead_out_or_deceive_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileRefused):
        paths.inside(tmp_path, name)


@pytest.mark.parametrize(
    "name",
    ["scan.pdf", "2026/letter to GP.pdf", "Müller.txt", "записка.txt", "..x", "console.txt", "a.b.c", "~x"],
)
def test_ordinary_names_give_their_path_whether_or_not_it_exists(tmp_path: Path, name: str) -> None:
    assert paths.inside(tmp_path, name) == tmp_path / name


@given(st.text(max_size=40))
def test_no_text_leads_out_of_the_folder(name: str) -> None:
    folder = Path("/a folder/that is not there")
    try:
        path = paths.inside(folder, name)
    except FileRefused:
        return
    assert os.path.normpath(path) == str(path)
    assert folder in path.parents


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_ways_through_links_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x").write_text("x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "file").symlink_to(outside / "x")
    (folder / "dangling").symlink_to(tmp_path / "nowhere")
    (folder / "near").symlink_to(folder)
    (folder / "real").write_text("x")
    for name in ("link", "link/x", "file", "dangling", "near/real"):
        with pytest.raises(FileRefused):
            paths.inside(folder, name)
    with pytest.raises(FileRefused):
        paths.inside(folder / "link", "../folder/real")
    assert paths.inside(folder, "real").read_text() == "x"
    assert paths.inside(folder / "link", "x").read_text() == "x"


MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home rw,relatime shared:2 - btrfs /dev/sdb1 rw
31 30 0:41 / /home/sam/Practice\\040share rw master:3 propagate_from:2 - cifs //server/share rw
32 22 0:42 / /mnt/nfs rw - nfs4 server:/export rw
33 22 0:43 / /mnt/over rw - nfs server:/export rw
34 22 0:44 / /mnt/over rw - ext4 /dev/sdc1 rw
35 22 0:45 / /mnt/ssh rw - fuse.sshfs sam@server:/ rw
36 22 0:46 / /mnt/nfs/local rw - xfs /dev/sdd1 rw
a broken line
37 22
"""


@pytest.mark.skipif(sys.platform == "win32", reason="mounts are a matter of Unix")
@pytest.mark.parametrize(
    ("path", "network"),
    [
        ("/", False),
        ("/home/sam/practice", False),
        ("/home/sam/Practice share", True),
        ("/home/sam/Practice share/a/b.db", True),
        ("/home/sam/Practice shared", False),
        ("/mnt/nfs", True),
        ("/mnt/nfs/x", True),
        ("/mnt/nfsx", False),
        ("/mnt/nfs/local/x", False),
        ("/mnt/over/x", False),
        ("/mnt/ssh/x", True),
    ],
)
def test_a_mount_from_another_computer_is_a_network_path(path: str, network: bool) -> None:
    assert paths.is_network_path(Path(path), mounts=lambda: MOUNTS) is network


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_to_a_network_mount_is_a_network_path(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/mnt/nfs")
    assert paths.is_network_path(tmp_path / "link" / "x", mounts=lambda: MOUNTS)


def test_a_system_without_a_mount_list_answers_no(tmp_path: Path) -> None:
    def missing() -> str:
        raise FileNotFoundError

    assert paths.is_network_path(tmp_path, mounts=missing) is False
    assert paths.is_network_path(tmp_path) in (False, True)


@pytest.mark.parametrize(
    ("path", "unc"),
    [
        (r"\\server\share\practice", True),
        ("//server/share", True),
        (r"\\?\UNC\server\share", True),
        (r"\\?\unc\server\share", True),
        (r"\\?\C:\practice", False),
        (r"\\.\C:\practice", False),
        (r"C:\practice", False),
        (r"C:\\server", False),
    ],
)
def test_network_paths_of_windows(path: str, unc: bool) -> None:
    assert paths.is_unc(path) is unc


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("Users/sam/OneDrive/practice", "OneDrive"),
        ("Users/sam/OneDrive - Harbour Clinic/practice", "OneDrive"),
        ("Users/sam/Dropbox (Harbour)/practice", "Dropbox"),
        ("home/sam/dropbox", "Dropbox"),
        ("Users/sam/Google Drive/My practice", "Google Drive"),
        ("Users/sam/Library/Mobile Documents/com~apple~CloudDocs", "iCloud Drive"),
        ("Users/sam/Library/CloudStorage/Something", "a cloud service"),
        ("home/sam/Nextcloud/x", "Nextcloud"),
        ("home/sam/practice", None),
        ("home/sam/OneDriveless", None),
        ("home/sam/dropboxes", None),
    ],
)
def test_folders_of_cloud_services_are_named(tmp_path: Path, path: str, service: str | None) -> None:
    assert paths.sync_folder_name(tmp_path / path) == service


def test_a_synced_folder_of_any_name_is_known_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OneDriveCommercial", str(tmp_path / "Work files"))
    assert paths.sync_folder_name(tmp_path / "Work files" / "practice") == "OneDrive"
    assert paths.sync_folder_name(tmp_path / "Other files") is None


@pytest.mark.skipif(sys.platform != "linux", reason="the variables of XDG")
def test_own_folders_are_made_for_this_account_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for folder in (paths.state_folder(), paths.cache_folder()):
        assert folder.is_dir()
        assert folder.is_relative_to(tmp_path)
        assert folder.stat().st_mode & 0o077 == 0
