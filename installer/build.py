"""Builds what can be installed: `python installer/build.py bundle | deb | windows`.

Needs the project installed with its extra "installer" in the Python that runs this. Everything is made in
build/ and dist/; the version comes from pyproject.toml.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, whatever folder it is run from

from installer import contents  # noqa: E402

WORK = ROOT / "build" / "installer"
DIST = ROOT / "dist"
SPECIFICATION = Path(__file__).with_name("practice-app.spec")

_SOURCES = ("pyproject.toml", "README.md", "LICENSE", "practice_app", "resources")


def bundle() -> Path:
    """Freeze the program as it would be installed from here; return the folder that holds it."""
    program = installed(WORK)
    made = frozen(SPECIFICATION, WORK, {contents.PROGRAM: str(program)}) / contents.NAME
    if sys.platform == "linux":
        tidy(made)
    return made


def installed(work: Path) -> Path:
    """The program installed into a folder of its own below `work`, without what it depends on.

    It is made from a copy of the sources, so that nothing of an earlier build is in it.
    """
    source, target = work / "source", work / "program"
    for folder in (source, target):
        shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    for name in _SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, source)
    options = ("--quiet", "--no-deps", "--no-compile", "--target", str(target))
    _run("-m", "pip", "install", *options, str(source), folder=work)
    return target


def frozen(specification: Path, work: Path, environment: dict[str, str]) -> Path:
    """Freeze what a specification says; return the folder in which PyInstaller puts its result.

    The same sources give the same files: the random seed of hashes and the time are fixed.
    """
    result = work / "frozen"
    shutil.rmtree(result, ignore_errors=True)
    program = environment.get(contents.PROGRAM)
    _run(
        "-m", "PyInstaller", "--noconfirm", "--log-level=WARN",
        "--distpath", str(result), "--workpath", str(work / "pyinstaller"), str(specification),
        folder=work,
        **environment, **({"PYTHONPATH": program} if program else {}),
        PYTHONHASHSEED="1", SOURCE_DATE_EPOCH="1",
    )  # fmt: skip
    return result


def tidy(folder: Path) -> None:
    """Take out of the libraries what only debuggers read, and where this machine keeps its own.

    Some come with four times their size for debuggers. What they bring along themselves they find by paths
    that begin where they are ($ORIGIN), and those stay.
    """
    for path in sorted(folder.rglob("*.so*")):
        if path.is_file() and not path.is_symlink():
            _call("strip", "--strip-unneeded", str(path))
            places = _call("patchelf", "--print-rpath", str(path)).strip()
            if places and "$ORIGIN" not in places:
                _call("patchelf", "--remove-rpath", str(path))


def size(folder: Path) -> int:
    """What the files of a folder hold, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _run(*arguments: str, folder: Path, **environment: str) -> None:
    """Run this Python in a folder that has no modules."""
    command = [sys.executable, *arguments]
    subprocess.run(command, check=True, cwd=folder, env={**os.environ, **environment})  # noqa: S603


def _call(*command: str) -> str:
    """Run a tool, one that was installed beside this Python first; return what it says."""
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": beside}
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout  # noqa: S603


def deb() -> Path:
    """Make the Debian package; return its file. Needs dpkg-dev, and a Debian or Ubuntu to run on."""
    from installer import debian

    return debian.build(bundle(), WORK, DIST, debian.last_change())


def windows() -> Path:
    """Make the Windows installer; return its file. Needs NSIS, and a Windows to run on."""
    from installer import windows as of_windows

    return of_windows.build(bundle(), WORK, DIST)


def main() -> None:
    """Build what was asked for, and say where it is."""
    kinds = {"bundle": bundle, "deb": deb, "windows": windows}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=kinds)
    made = kinds[parser.parse_args().what]()
    held = size(made) if made.is_dir() else made.stat().st_size
    print(f"{made}: {held / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
