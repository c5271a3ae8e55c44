"""An import of 200 letters as PDFs: against 200 a minute, and memory that does not grow with their number."""

import csv
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from practice_app.progress import Progress
from practice_app.services import imports
from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers
from tests.benchmarks._runs import ROOT
from tests.documents import papers

NAME = "import-letters"
GOAL = 1.0
LETTERS = 200

_FEW, _MANY = 200, 600
"""Letters of which memory is compared: with fewer the database's page cache is not full yet."""

_MOST_GROWTH_MB = 8.0
_PATIENTS = 50
_PAGES = 3

_seconds = 0.0


def measure() -> tuple[float, float]:
    """Seconds of the wall clock for 200 letters, and a minute."""
    global _seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = _practice(folder / "practice.db")
        index = write_letters(folder / "letters", LETTERS)
        start = time.perf_counter()
        import_letters(folder / "practice.db", keys, index)
        _seconds = time.perf_counter() - start
    return _seconds, 60.0


def extra() -> str:
    """Letters a minute, and what three times as many letters add to the memory of the importing process."""
    few, many = (_peak_of_a_process(count) for count in (_FEW, _MANY))
    grown = many - few
    word = "kept" if grown <= _MOST_GROWTH_MB else "MISSED"
    return (
        f"import-letters: {LETTERS / _seconds * 60:,.0f} letters a minute; peak memory {many:,.0f} MB, "
        f"{grown:,.1f} MB more than for {_FEW} letters (at most {_MOST_GROWTH_MB:g}: {word})"
    )


def write_letters(folder: Path, count: int) -> Path:
    """A folder of scanned letters, some hundred kilobytes each, and their list; the same every time."""
    folder.mkdir(parents=True)
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Patient ID", "File", "Date", "From", "Title"])
        for number in range(count):
            (folder / f"{number}.pdf").write_bytes(papers.scanned_letter(number, _PAGES))
            day = date(2024, 1, 1) + timedelta(days=number)
            patient = f"P{number % _PATIENTS}"
            writer.writerow(
                [f"L{number}", patient, f"{number}.pdf", day.isoformat(), "Seafront Surgery", "Review"]
            )
    return folder / "index.csv"


def import_letters(path: Path, keys: Keys, index: Path) -> None:
    """Import the letters into the practice at `path`; every one must be taken and cleaned."""
    records = Records(
        open_file(path, keys.newest_dek[1]), keys, makers.actor(id=keys.user), lambda: makers.NOW
    )
    done = imports.run(records, imports.Request(kind="letters", path=index), progress=Progress())
    records.engine.dispose()
    if done.added != done.rows or done.warnings:
        raise RuntimeError("the benchmark's letters were not taken in whole")


def peak_of_import(count: int) -> float:
    """MB this process had at most, having imported `count` letters; Linux only."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = write_letters(folder / "letters", count)
        keys = _practice(folder / "practice.db")
        import_letters(folder / "practice.db", keys, index)
    # Not getrusage: a process begins with the peak of the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def _practice(path: Path) -> Keys:
    """A practice with the patients the letters are about."""
    keys = makers.keys()
    migrate.upgrade(path, keys.newest_dek[1], create=True)
    records = Records(
        open_file(path, keys.newest_dek[1]), keys, makers.actor(id=keys.user), lambda: makers.NOW
    )
    makers.found(records)
    people = path.with_suffix(".csv")
    rows = "".join(f"P{number},Given{number},Family{number}\n" for number in range(_PATIENTS))
    people.write_text(f"Patient ID,First name,Last name\n{rows}", encoding="utf-8")
    imports.run(records, imports.Request(kind="patients", path=people), progress=Progress())
    records.engine.dispose()
    return keys


def _peak_of_a_process(count: int) -> float:
    """MB at most of a process of its own that imports `count` letters."""
    script = f"from tests.benchmarks import import_letters as b; print(b.peak_of_import({count}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    return float(done.stdout)
