"""The Windows installer: its script says what it promises, and compiles. It is not run."""

import shutil
from pathlib import Path

from installer import contents, windows


def test_the_installer_compiles_without_a_warning(tmp_path: Path) -> None:
    """With a stand-in for the program; only where NSIS is installed."""
    if shutil.which("makensis") is None:
        return
    program = tmp_path / "program"
    (program / "_internal").mkdir(parents=True)
    for name, _ in contents.programs("win32"):
        (program / f"{name}.exe").write_bytes(b"MZ")
    (program / "_internal" / "x.dll").write_bytes(b"MZ")
    made = windows.build(program, tmp_path, tmp_path / "made")
    assert made.name == f"practice-app-{contents.version()}-x64.exe"
    assert made.read_bytes()[:2] == b"MZ"
    assert (program / "LICENCES.txt").exists()


def test_removing_takes_every_file_that_installing_brings_and_no_folder_of_a_practice() -> None:
    script = windows.SCRIPT.read_text("utf-8")
    removal = script[script.index('Section "Uninstall"') :]
    for name, _ in contents.programs("win32"):
        assert f"$INSTDIR\\{name}.exe" in removal
    emptied = [line.split()[-1] for line in removal.splitlines() if "RMDir /r" in line]
    assert emptied == ['"$INSTDIR\\_internal"']
