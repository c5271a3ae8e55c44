"""An import of 100,000 patients with all checks, against csv.reader and executemany of the same rows."""

import csv
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from practice_app.progress import Progress
from practice_app.services import imports
from practice_app.storage import migrate
from practice_app.storage.engine import connect, open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers
from tests.benchmarks._runs import ROOT, alternating

NAME = "import"
GOAL = 6.0
PATIENTS = 100_000

_RUNS = 2
_HEADINGS = (
    "Patient ID", "Title", "First name", "Last name", "Date of birth", "Sex", "NHS number", "Address line 1",
    "Town", "Postcode", "Mobile", "Email", "Emergency contact", "Emergency contact phone",
)  # fmt: skip
_TABLES = ("person", "patient", "address", "phone", "email", "contact", "imported", "search_entry")
_SYLLABLES = ("ha", "mo", "ri", "ton", "ley", "smi", "bel", "jo", "an", "car", "dun", "fer", "ga", "ol")

_seconds = 0.0


def measure() -> tuple[float, float]:
    """Processor seconds: our import of the file, and the raw driver with the same rows."""
    global _seconds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "patients.csv"
        write_file(file, PATIENTS)
        keys = _empty_practice(folder / "empty.db")
        ours, limit = alternating(
            lambda: _ours(folder, keys, file), lambda: _limit(folder, keys, file), runs=_RUNS
        )
    _seconds = ours
    return ours, limit


def extra() -> str:
    """Rows a second, and what the import adds to the memory of a process that imports a hundred rows."""
    few, many = (_peak_of_a_process(count) for count in (100, PATIENTS))
    return (
        f"import: {PATIENTS / _seconds:,.0f} patients a second of processor time, "
        f"peak memory {many:,.0f} MB, {many - few:,.0f} MB more than for 100 patients"
    )


def write_file(path: Path, count: int) -> None:
    """A file of made-up patients as a clinic's old system exports them; the same every time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        writer.writerows(_people(count))


def import_file(path: Path, keys: Keys, file: Path) -> None:
    """Import the file into the practice at `path`; every row must be taken."""
    records = Records(
        open_file(path, keys.newest_dek[1]), keys, makers.actor(id=keys.user), lambda: makers.NOW
    )
    done = imports.run(records, imports.Request(kind="patients", path=file), progress=Progress())
    records.engine.dispose()
    if not done.is_written or done.added != done.rows:
        raise RuntimeError("the benchmark's file was not taken in whole")


def peak_of_import(count: int) -> float:
    """MB this process had at most, having imported a file of `count` patients; Linux only."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_file(folder / "patients.csv", count)
        keys = _empty_practice(folder / "empty.db")
        import_file(folder / "empty.db", keys, folder / "patients.csv")
    # Not getrusage: a process begins with the peak of the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def _ours(folder: Path, keys: Keys, file: Path) -> float:
    path = Path(shutil.copy(folder / "empty.db", folder / "ours.db"))
    start = time.process_time()
    import_file(path, keys, file)
    return time.process_time() - start


def _limit(folder: Path, keys: Keys, file: Path) -> float:
    """What nothing can beat: the file read, and the rows our import made of it written as they are."""
    rows = _rows_written(folder, keys)
    path = Path(shutil.copy(folder / "empty.db", folder / "limit.db"))
    start = time.process_time()
    with file.open(encoding="utf-8", newline="") as text:
        read = list(csv.reader(text))
    driver = connect(path, keys.newest_dek[1])
    driver.execute("BEGIN IMMEDIATE")
    for table, (columns, values) in rows.items():
        places = ", ".join("?" for _ in columns)
        driver.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", values)
    driver.execute("COMMIT")
    driver.close()
    taken = time.process_time() - start
    if len(read) != PATIENTS + 1:
        raise RuntimeError("the benchmark's file was not read whole")
    return taken


def _rows_written(folder: Path, keys: Keys) -> dict[str, tuple[Sequence[str], list[Any]]]:
    """Every row our import wrote, in the order it was written in, as the driver takes it."""
    before = connect(folder / "empty.db", keys.newest_dek[1])
    after = connect(folder / "ours.db", keys.newest_dek[1])
    found: dict[str, tuple[Sequence[str], list[Any]]] = {}
    for table in _TABLES:
        last = before.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0]
        asked = after.execute(f"SELECT * FROM {table} WHERE rowid > ? ORDER BY rowid", (last,))
        found[table] = ([column[0] for column in asked.description], asked.fetchall())
    before.close()
    after.close()
    return found


def _empty_practice(path: Path) -> Keys:
    keys = makers.keys()
    migrate.upgrade(path, keys.newest_dek[1], create=True)
    records = Records(
        open_file(path, keys.newest_dek[1]), keys, makers.actor(id=keys.user), lambda: makers.NOW
    )
    makers.found(records)
    records.engine.dispose()
    return keys


def _peak_of_a_process(count: int) -> float:
    """MB at most of a process of its own that imports `count` patients."""
    script = f"from tests.benchmarks import import_patients as b; print(b.peak_of_import({count}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True)
    return float(done.stdout)


def _people(count: int) -> Iterator[Sequence[str]]:
    """One row a patient; names with a long tail, as in a town, and about one person in 200 entered twice."""
    source = random.Random(1)  # noqa: S311  not a secret
    families = _often_the_same(source, 20_000, syllables=3)
    given = _often_the_same(source, 2_000, syllables=2)
    for number in range(count):
        first, last = next(given), next(families)
        born = date(1930, 1, 1) + timedelta(days=source.randrange(34_000))
        yield (
            f"P{number:06}",
            source.choice(("Mr", "Mrs", "Ms", "Dr", "")),
            first,
            last,
            f"{born:%d/%m/%Y}",
            source.choice(("Male", "Female", "")),
            _nhs_number(number),
            f"{source.randrange(1, 200)} {first} Street",
            f"{last}ton",
            f"CT{source.randrange(1, 21)} {source.randrange(1, 10)}{source.choice('ABDEFG')}A",
            f"07700 {source.randrange(900_000, 1_000_000)}",
            f"{first}.{last}{number}@example.org".lower(),
            f"{next(given)} {last}" if number % 4 == 0 else "",
            f"01632 {source.randrange(960_000, 961_000)}" if number % 4 == 0 else "",
        )


def _often_the_same(source: random.Random, different: int, syllables: int) -> Iterator[str]:
    """Names without end, of which the commonest stands for about one person in a hundred."""
    names = ["".join(source.choices(_SYLLABLES, k=syllables)).capitalize() for _ in range(different)]
    weights = [1 / (rank + 10) for rank in range(different)]
    while True:
        yield from source.choices(names, weights, k=1_000)


def _nhs_number(place: int) -> str:
    """A valid number from 999, which nobody is ever given; now and then none."""
    digits = f"999{place:06}"
    check = -sum(int(digit) * (10 - position) for position, digit in enumerate(digits)) % 11
    # Where the check digit would be 10 there is no such number.
    return f"{digits}{check}" if check < 10 else ""
