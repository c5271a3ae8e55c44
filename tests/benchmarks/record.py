"""Opening a record with 500 items: the use case and the painted screen."""

import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from practice_app.services import people
from practice_app.services.marks import run
from practice_app.storage import migrate
from practice_app.storage.engine import open_file
from practice_app.storage.records import Records
from tests import makers

NAME = "record"
GOAL = 1.0
LIMIT_MS = 100.0
ITEMS = 500

_use_case_ms = 0.0


def measure() -> tuple[float, float]:
    """Milliseconds from asking for the record to its painted screen, median of nine; the limit is fixed."""
    global _use_case_ms
    from practice_app.app import PracticeDoor
    from practice_app.gui.door import Opened
    from tests.benchmarks._window import show_window, until

    with tempfile.TemporaryDirectory() as folder:
        path, keys = Path(folder) / "practice.db", makers.keys()
        migrate.upgrade(path, keys.newest_dek[1], create=True)
        actor = makers.actor(id=keys.user)
        records = Records(open_file(path, keys.newest_dek[1]), keys, actor, lambda: makers.NOW)
        makers.found(records)
        patient = _fill(records)
        plain, painted = [], []
        for _ in range(10):
            start = time.perf_counter()
            run(records, people.open_record, patient)
            plain.append(time.perf_counter() - start)

        class Door(PracticeDoor):
            """Records without a key file are left by closing them."""

            def leave(self, opened: Opened) -> None:
                opened.records.close()

        window = show_window(Path(folder), Door())
        window.enter(Opened(Path(folder), records))
        frame = window.frame
        if frame is None:
            raise RuntimeError("the window is not in")
        for _ in range(10):
            frame.show_patients()
            start = time.perf_counter()
            frame.open_patient(patient)
            window.grab()
            painted.append(time.perf_counter() - start)
        window.sign_out()
        until(lambda: window.frame is None and not window.sign_in._worker.busy)
    _use_case_ms = 1000 * statistics.median(plain[1:])
    return 1000 * statistics.median(painted[1:]), LIMIT_MS


def _fill(records: Records) -> UUID:
    with records.work(use_case="benchmark.fill") as work:
        patient = makers.patient(work, phones=["01632 960123"], emails=["m@example.org"], postcode="CT11 8AB")
        practitioner = makers.practitioner(work)
        for n in range(ITEMS // 4):
            start = datetime(2024, 1, 2, 9) + timedelta(days=n)  # noqa: DTZ001  wall time
            makers.appointment(work, [patient], practitioner, start)
            makers.note(work, [patient], "Slept better. " * 40, happened_on=start.date())
            makers.letter(work, [patient], dated=start.date())
            makers.call(work, [patient], at=makers.NOW - timedelta(days=n))
    return patient


def extra() -> str:
    """The share of the use case."""
    return f"record: {ITEMS} items, the use case alone {_use_case_ms:.1f} ms"
