"""The Debian package's papers, and what it tells the desktop."""

import configparser
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from installer import contents, debian, pictures
from installer.licences import Library

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)

NEWS = """# Changelog

## 2.0.0 (unreleased)

What a clinic gains:

- First thing, told in words that are so many that one line of a changelog cannot hold all of
  them.
- Second thing.

## 1.0.0

- Old thing.
"""


def test_the_control_file_has_what_dpkg_asks_for() -> None:
    fields = debian.described("1.2.3", "amd64", 5, "libc6 (>= 2.35), libegl1")
    control = dict(line.split(": ", 1) for line in fields.splitlines() if not line.startswith(" "))
    assert control["Package"] == "practice-app"
    assert control["Version"] == "1.2.3"
    assert control["Depends"] == "libc6 (>= 2.35), libegl1"
    assert control["Installed-Size"] == "5"
    assert fields.endswith("\n")
    assert all(len(line) <= 80 for line in fields.splitlines())


def test_the_changelog_tells_the_newest_release_only() -> None:
    assert debian.changes("2.0.0", NEWS, NOON) == (
        "practice-app (2.0.0) stable; urgency=medium\n\n"
        "  * First thing, told in words that are so many that one line of a changelog\n"
        "    cannot hold all of them.\n"
        "  * Second thing.\n\n"
        f" -- {debian.MAINTAINER}  Wed, 25 Nov 2026 12:00:00 +0000\n"
    )


def test_the_copyright_file_names_every_library_under_its_licence() -> None:
    found = [Library("b", "2", "MIT"), Library("A", "1", "MIT"), Library("c", "3", "ISC")]
    told = debian.copyright_of(found, "Copyright (c) us\n")
    assert "MIT:\n  A 1\n  b 2\n" in told
    assert "ISC:\n  c 3\n" in told
    assert "Copyright (c) us" in told
    assert "@" not in told


def test_what_is_told_of_a_release_is_filled_in() -> None:
    assert debian.filled("v @VERSION@ of @DATE@", "1.2", NOON) == "v 1.2 of 2026-11-25"


def test_the_desktop_entry_starts_the_program_and_shows_its_icon() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(debian.LINUX / "practice-app.desktop", "utf-8")
    assert entry["Desktop Entry"]["Exec"] == contents.NAME
    assert entry["Desktop Entry"]["Icon"] == pictures.DRAWING.stem
    for action in entry["Desktop Entry"]["Actions"].strip(";").split(";"):
        assert entry[f"Desktop Action {action}"]["Exec"].split()[0] == contents.NAME


@pytest.mark.parametrize(
    ("tool", "options", "file"),
    [
        ("desktop-file-validate", (), "practice-app.desktop"),
        ("appstreamcli", ("validate", "--no-net"), "uk.practice_app.practice_app.metainfo.xml"),
    ],
)
def test_the_systems_own_tools_find_nothing_wrong(
    tmp_path: Path, tool: str, options: tuple[str, ...], file: str
) -> None:
    found = shutil.which(tool)
    if found is None:
        return  # not every machine has it; the package is built where it is
    told = tmp_path / file
    told.write_text(debian.filled((debian.LINUX / file).read_text("utf-8"), "1.2.3", NOON), "utf-8")
    run = subprocess.run([found, *options, str(told)], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
