"""Under which licences the libraries come that the program brings along, and whether we may pass them on."""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from installer import requirements

PERMITTED = frozenset(
    [
        *("0BSD", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "HPND", "ISC", "MIT", "MIT-0", "MIT-CMU"),
        *("Apache-2.0", "PSF-2.0", "Unlicense", "Zlib"),
        *("LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-2.0"),
        "OFL-1.1",
        "LicenseRef-Public-Domain",
    ]
)
"""Licences under which a library may come along unchanged in a file of its own."""

_OLD_NAMES = {
    "Apache": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause, Apache-2.0, dependency licenses": "BSD-3-Clause AND Apache-2.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "LicenseRef-Public-Domain",
    "Python Software Foundation License": "PSF-2.0",
}
"""What libraries called their licences before there were identifiers; SPDX's word for each."""

_READ_BY_US = {
    "sqlcipher3": "Zlib",  # its LICENSE has the words of Zlib, but nothing names it
}
"""Libraries that do not say it in a word, and what the words of their licence are."""

ELSEWHERE = (
    ("colorama", "BSD-3-Clause"),
    ("pywin32-ctypes", "BSD-3-Clause"),
    ("tzdata", "Apache-2.0"),
)
"""Libraries that only other systems need, and their licences as their own files say."""


@dataclass(frozen=True, slots=True)
class Library:
    """A library that comes along: its licence as SPDX writes it, or as it says itself."""

    name: str
    version: str
    licence: str


def libraries(names: Iterable[str] | None = None) -> list[Library]:
    """The libraries the program needs here, or those named, with their licences."""
    asked = [each.name for each in requirements.here()] if names is None else list(names)
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--format=json", "--packages", *asked]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603
    return [
        Library(each["Name"], each["Version"], in_words_of_spdx(each["Name"], each["License"]))
        for each in found
    ]


def in_words_of_spdx(name: str, said: str) -> str:
    """A licence as SPDX writes it: of several all count. What nobody knows stays as it is said."""
    if said == "UNKNOWN":
        return _READ_BY_US.get(name, said)
    known = [_OLD_NAMES.get(part.strip(), part.strip()) for part in said.split(";")]
    return " AND ".join(dict.fromkeys(known))


def is_permitted(licence: str) -> bool:
    """Whether a library under this licence may come along: one of its alternatives is on the list.

    What is no expression of SPDX's without brackets is not: somebody has to read it.
    """
    try:
        expression = str(canonicalize_license_expression(licence))
    except InvalidLicenseExpression:
        return False
    return any(set(choice.split(" AND ")) <= PERMITTED for choice in expression.split(" OR "))


def refused(found: Iterable[Library]) -> list[str]:
    """The libraries that may not come along, with what they say."""
    return [f"{each.name} {each.version}: {each.licence}" for each in found if not is_permitted(each.licence)]


def texts() -> str:
    """Every library's licence in full, the interpreter's too, each text once."""
    whole: dict[str, list[str]] = {}
    for each in requirements.here():
        for text in _texts_of(each):
            whole.setdefault(text, []).append(f"{each.name} {each.version}")
    interpreter = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    if interpreter.exists():
        whole[interpreter.read_text(encoding="utf-8")] = [f"Python {sys.version.split()[0]}"]
    return "\n\n".join(
        f"{_RULE}\n{', '.join(whose)}\n{_RULE}\n\n{text.strip()}" for text, whose in whole.items()
    )


_RULE = "=" * 78


def _texts_of(found: Distribution) -> Iterator[str]:
    for path in found.files or ():
        name = path.name.casefold()
        is_licence = "licenses" in path.parts or name.startswith(("license", "licence", "copying", "notice"))
        if is_licence and ".dist-info" in str(path) and path.suffix != ".py":
            yield _decoded(Path(str(path.locate())).read_bytes())


def _decoded(text: bytes) -> str:
    """Old licences are in Latin-1."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def summary(found: Iterable[Library]) -> Mapping[str, list[str]]:
    """The libraries by their licence."""
    whose: dict[str, list[str]] = {}
    for each in sorted(found, key=lambda library: library.name.casefold()):
        whose.setdefault(each.licence, []).append(f"{each.name} {each.version}")
    return whose
