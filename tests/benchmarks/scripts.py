"""Text lost or wrong in 552 people's names and addresses in every script, as read back from the pages.

The people are those of the CSV file (columns locale, given, family, address) that the environment variable
PRACTICE_APP_NAMES leads to, or else made up from the samples of the tests.
"""

import csv
import os
import shutil
import subprocess
from collections import defaultdict
from itertools import islice, product
from pathlib import Path

from practice_app.documents.page import Document
from tests.documents.judge import judge, lost
from tests.documents.names import WRITINGS
from tests.documents.tools import bare, pdfium_text

NAME = "scripts"
GOAL = 0.0
_FILE = "PRACTICE_APP_NAMES"
_PEOPLE = 552
_Person = tuple[str, str]
"""Name and address."""

_extra = ""


def measure() -> tuple[float, float]:
    """Texts that are lost or wrong, and all texts: of each person five, in a heading, facts and a table."""
    global _extra
    wrong = texts = 0
    lines = []
    for group, people in _groups().items():
        pdf, sources, missing = _made(people)
        complaints = lost(pdf, sources) + judge(pdf) + [f"no font has {char!a}" for char in missing]
        read = bare(pdfium_text(pdf))
        complaints += [f"pdfium does not find {name!a}" for name, _ in people if bare(name) not in read]
        other = _not_found_by_poppler(pdf, people)
        lines.append(f"{group}: {len(people)} people, {len(complaints)} wrong{other}")
        lines += [f"    {complaint}" for complaint in complaints[:3]]
        wrong += len(complaints)
        texts += len(sources) + len(people)
    _extra = "\n".join(lines)
    return float(wrong), float(texts)


def extra() -> str:
    """A line for each locale or script."""
    return _extra


def _groups() -> dict[str, list[_Person]]:
    groups: dict[str, list[_Person]] = defaultdict(list)
    if _FILE in os.environ:
        with Path(os.environ[_FILE]).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                groups[row["locale"]].append((f"{row['given']} {row['family']}", row["address"]))
        return groups
    for number, (script, writing) in enumerate(WRITINGS.items()):
        names = [f"{given} {family}" for given, family in product(writing.given, writing.family)]
        many = _PEOPLE * (number + 1) // len(WRITINGS) - _PEOPLE * number // len(WRITINGS)
        for house, parts in enumerate(islice(product(names, repeat=3), many), start=1):
            groups[script].append((" ".join(parts), f"{house} {writing.address}"))
    return groups


def _made(people: list[_Person]) -> tuple[bytes, list[str], tuple[str, ...]]:
    """A document about these people, its texts in the order they are read, and what no font has."""
    document = Document("Copy", "Clinic", identifiers=(("", people[0][0]), ("Address", people[0][1])))
    sources = []
    for name, address in people:
        document.heading(name)
        document.facts([("Name", name), ("Address", address)])
        sources += [name, name, address]
    document.table(("Name", "Address"), people, (1, 2))
    sources += [text for person in people for text in person]
    made = document.finish()
    return made.pdf, sources, made.missing


def _not_found_by_poppler(pdf: bytes, people: list[_Person]) -> str:
    """What to say of the names that pdftotext does not find, where it is installed."""
    if shutil.which("pdftotext") is None:
        return ""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, check=True, capture_output=True)
    read = bare(done.stdout.decode("utf-8"))
    return f", pdftotext misses {sum(bare(name) not in read for name, _ in people)}"
