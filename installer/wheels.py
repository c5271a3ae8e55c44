"""Whether everything the program needs is to be had for every system: `python installer/wheels.py`.

It asks the package index that pip is set up with. Nothing is built, installed or downloaded whole where the
index gives a wheel's description by itself.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, whatever folder it is run from

from installer import requirements  # noqa: E402


def missing(system: str, wanted: Sequence[str]) -> list[str]:
    """Those of the requirements ("name==1.0") that have no wheel; asked together, one by one if need be."""
    if _is_there(system, wanted):
        return []
    return [each for each in wanted if not _is_there(system, [each])]


def wanted(system: str) -> list[str]:
    """What a system needs, each at its pinned version; raises KeyError for what has none."""
    pins = requirements.pins()
    return [f"{name}=={pins[name]}" for name in requirements.elsewhere(system)]


def _is_there(system: str, wanted: Sequence[str]) -> bool:
    with tempfile.TemporaryDirectory() as nowhere:
        command = [
            sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--no-deps",
            "--only-binary=:all:", "--platform", system, "--python-version", requirements.PYTHON,
            "--target", nowhere, *wanted,
        ]  # fmt: skip
        return subprocess.run(command, capture_output=True).returncode == 0  # noqa: S603


def main() -> int:
    """Ask for every system; print a line for each, and return 1 when something is missing."""
    is_whole = True
    for system in requirements.SYSTEMS:
        asked = wanted(system)
        lacking = missing(system, asked)
        is_whole = is_whole and not lacking
        says = f"no wheel of {', '.join(lacking)}" if lacking else f"wheels of all {len(asked)} packages"
        print(f"{system}, Python {requirements.PYTHON}: {says}")
    return 0 if is_whole else 1


if __name__ == "__main__":
    sys.exit(main())
