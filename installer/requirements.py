"""Everything the program needs at run time, on each system, at the versions it was tested with."""

import re
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = "practice-app"

PYTHON = "3.13"
"""The Python that installers for other systems are made with."""

SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "win_amd64": {
        "os_name": "nt",
        "platform_machine": "AMD64",
        "platform_system": "Windows",
        "sys_platform": "win32",
    },
    # pikepdf has no wheels for macOS 14.
    "macosx_15_0_arm64": {
        "os_name": "posix",
        "platform_machine": "arm64",
        "platform_system": "Darwin",
        "sys_platform": "darwin",
    },
}
"""The systems besides this one that the program is for, by their names in wheels, as markers see them."""


def here() -> list[Distribution]:
    """What the program needs on this system, installed here, by name."""
    return [distribution(name) for name in needed(_environment({}))]


def elsewhere(system: str) -> list[str]:
    """The names of what the program needs on another system.

    What is not installed here is named, but what that needs in turn is not looked into.
    """
    return needed(_environment({**SYSTEMS[system], "python_version": PYTHON}))


def pins(constraints: Path = ROOT / "constraints.txt") -> dict[str, str]:
    """The version each package was tested with, by its name as the index has it."""
    found = re.findall(r"^([\w.-]+)==(\S+)$", constraints.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def needed(environment: Mapping[str, str], project: str = PROJECT) -> list[str]:
    """Everything a project needs where markers see `environment`, however deep, sorted."""
    seen: set[str] = set()
    waiting = [Requirement(project)]
    while waiting:
        for each in _asked_by(waiting.pop(), environment):
            name = canonicalize_name(each.name)
            if name not in seen or each.extras:
                seen.add(name)
                waiting.append(each)
    return sorted(seen)


def _asked_by(requirement: Requirement, environment: Mapping[str, str]) -> Iterator[Requirement]:
    try:
        asked = distribution(requirement.name).requires or []
    except PackageNotFoundError:
        return
    for each in map(Requirement, asked):
        extras = ("", *requirement.extras)
        if each.marker is None or any(
            each.marker.evaluate({**environment, "extra": extra}) for extra in extras
        ):
            yield each


def _environment(other: Mapping[str, str]) -> dict[str, str]:
    return {**{name: str(value) for name, value in default_environment().items()}, **other}
