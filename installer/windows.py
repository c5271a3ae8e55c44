"""The Windows installer, compiled by NSIS, which runs on every system."""

import os
import subprocess
from pathlib import Path

from installer import contents, licences, pictures

SCRIPT = Path(__file__).with_name("windows.nsi")


def build(bundle: Path, work: Path, target: Path) -> Path:
    """Compile the installer of a program frozen on Windows into the folder `target`; return its file.

    `work` takes what is made on the way. Warnings of the compiler count as errors.
    """
    (bundle / "LICENCES.txt").write_text(licences.texts(), encoding="utf-8")
    icon = pictures.for_program("win32", work)
    target.mkdir(exist_ok=True)
    made = target / f"{contents.NAME}-{contents.version()}-x64.exe"
    given = {"VERSION": contents.version(), "PROGRAM": bundle.as_posix(), "ICON": icon, "OUT": made}
    option = "/" if os.name == "nt" else "-"
    flags = [f"{option}{flag}" for flag in ("V2", "WX", "NOCD")]
    defines = [f"{option}D{name}={value}" for name, value in given.items()]
    subprocess.run(["makensis", *flags, *defines, str(SCRIPT)], check=True)  # noqa: S603, S607
    return made
