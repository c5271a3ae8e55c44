"""Who may be here already, while somebody new is typed among 100,000 encrypted patients."""

import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from practice_app.rules.names import PersonName
from practice_app.services import typed_duplicates
from practice_app.services.marks import run
from practice_app.services.typed_duplicates import Typed
from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from practice_app.storage.records import Records
from tests import makers
from tests.benchmarks import search

NAME = "typed-duplicates"
GOAL = 1.0
LIMIT_MS = 100.0
"""What may pass between a key and the hint that follows it."""

_PEOPLE = 100
_worst_ms = 0.0


def _typed(records: Records) -> list[Typed]:
    """Some of those here as somebody would type them again: the name first, then everything else."""
    with records.work(writes=False, use_case="benchmark.read") as work:
        rows = work.reader.driver.execute(
            "SELECT p.given, p.family, p.born, f.shown FROM person p JOIN patient t ON t.id = p.id "
            "JOIN phone f ON f.person_id = p.id ORDER BY p.id LIMIT ?",
            (_PEOPLE,),
        ).fetchall()
    found: list[Typed] = []
    for given, family, born, phone in rows:
        name, day = PersonName(None, given, family, None), date.fromisoformat(born)
        found += [
            Typed(PersonName(None, given, None, None)),
            Typed(name),
            Typed(name, day + timedelta(days=1)),
            Typed(name, day, phones=(phone,), emails=("nobody@example.org",)),
        ]
    return found


def measure() -> tuple[float, float]:
    """The 95th percentile of one look, in milliseconds, and the limit."""
    global _worst_ms
    with tempfile.TemporaryDirectory() as folder:
        path, keys = Path(folder) / "practice.db", makers.keys()
        migrate.upgrade(path, keys.newest_dek[1], create=True)
        engine = open_file(path, keys.newest_dek[1])
        records = Records(engine, keys, makers.actor(id=keys.user), lambda: makers.NOW)
        makers.found(records)
        search.fill(records)
        taken = []
        for typed in _typed(records):
            begun = time.perf_counter()
            run(records, typed_duplicates.find, typed)
            taken.append((time.perf_counter() - begun) * 1_000)
        records.close()
    _worst_ms = max(taken)
    return statistics.quantiles(taken, n=20)[-1], LIMIT_MS


def extra() -> str:
    """The slowest look of all."""
    missed = " MISSED" if _worst_ms > LIMIT_MS else ""
    return f"typed-duplicates: the slowest of {4 * _PEOPLE} looks took {_worst_ms:.1f} ms{missed}"
