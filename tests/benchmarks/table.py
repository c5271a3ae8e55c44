"""The list of 100,000 patients: opened page by page against loading every row."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, select

from practice_app.model.diary import Appointment, AppointmentState, Attendee
from practice_app.model.people import Patient
from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from practice_app.storage.records import Records
from tests import makers
from tests.benchmarks._runs import ROOT
from tests.benchmarks.search import PATIENTS, fill

NAME = "table"
GOAL = 0.15
MOST_MB = 30.0
WORST_JUMP_MS = 20.0
RUNS = 5

_mb = _full_mb = _jump_ms = _worst_jump_ms = 0.0


def measure() -> tuple[float, float]:
    """CPU milliseconds from asking for the list to its first painted rows, ours and of a full load."""
    global _mb, _full_mb, _jump_ms, _worst_jump_ms
    with tempfile.TemporaryDirectory() as folder:
        path, keys = Path(folder) / "practice.db", makers.keys()
        key = bytes(keys.newest_dek[1])  # a copy: closing wipes the keys
        migrate.upgrade(path, key, create=True)
        records = Records(open_file(path, key), keys, makers.actor(id=keys.user), lambda: makers.NOW)
        makers.found(records)
        fill(records)
        _fill_visits(records)
        records.close()
        pairs = [(_opened(path, key, "pages"), _opened(path, key, "all")) for _ in range(RUNS)]
    jumps = [jump for ours, _full in pairs for jump in ours["jumps"]]
    _mb = max(ours["mb"] for ours, _full in pairs)
    _full_mb = max(full["mb"] for _ours, full in pairs)
    _jump_ms = statistics.median(jumps)
    _worst_jump_ms = statistics.quantiles(jumps, n=100)[94]
    return tuple(statistics.median(pair[which]["ms"] for pair in pairs) for which in (0, 1))  # type: ignore[return-value]


def _fill_visits(records: Records) -> None:
    """One attended appointment for each patient, on days that have nothing to do with the names."""
    random_ = random.Random(2)  # noqa: S311  test data
    common = {"version": 1, "zone": "Europe/London", "minutes": 50, "state": AppointmentState.DONE}
    with records.work(use_case="benchmark.visits") as work:
        common["practitioner_id"] = makers.practitioner(work)
        visits, attendees = [], []
        for patient in work.select(select(Patient.id)):
            at = makers.NOW - timedelta(minutes=random_.randrange(5_000_000))
            id = UUID(int=random_.getrandbits(128), version=4)
            moments = {"starts_at": at, "ends_at": at, "local_start": at.replace(tzinfo=None)}
            visits.append({**common, **moments, "id": id, "source": "", "cancelled_by": ""})
            link = UUID(int=random_.getrandbits(128), version=4)
            attendees.append({"id": link, "version": 1, "appointment_id": id, "patient_id": patient})
        work.connection().execute(insert(Appointment), visits)
        work.connection().execute(insert(Attendee), attendees)


def _opened(path: Path, key: bytes, how: str) -> dict:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks._listing", str(path), how],
        cwd=ROOT,
        env=environment,
        input=key.hex(),
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(done.stdout)


def extra() -> str:
    """The memory the list takes, and how long it takes to jump anywhere in it."""
    is_kept = _mb <= MOST_MB and _worst_jump_ms <= WORST_JUMP_MS
    return (
        f"table: {PATIENTS:,} patients, {_mb:.1f} MB more (limit {MOST_MB:g}; a full load {_full_mb:.0f}), "
        f"jump anywhere {_jump_ms:.1f} ms, 95th percentile {_worst_jump_ms:.1f} ms "
        f"(limit {WORST_JUMP_MS:g}){'' if is_kept else ' MISSED'}"
    )
