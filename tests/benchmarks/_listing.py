"""A process that opens the list of patients, in pages or whole, and prints what it took as JSON.

Arguments: the file and "pages" or "all"; the key comes on standard input.
"""

import json
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from PySide6.QtWidgets import QApplication

from practice_app.gui.look import Look, Scheme
from practice_app.gui.office import Office
from practice_app.gui.patients import columns
from practice_app.gui.table import Paged, Rows, Table
from practice_app.services import listing
from practice_app.services.people import Found, as_found
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from practice_app.storage.search import PATIENT_COLUMNS
from tests import makers

JUMPS = 40

# A scan and a sort: read in the order of the index, the pages of the file are decrypted again and again.
_EVERY_ROW = f"""SELECT {PATIENT_COLUMNS.file} FROM patient t CROSS JOIN person p ON p.id = t.id
    ORDER BY p.name_key, p.id"""


def main(path: Path, how: str) -> None:
    key = bytearray.fromhex(sys.stdin.read())
    keys = Keys(UUID(int=1), UUID(int=2), bytearray(32), {1: key})
    records = Records(open_file(path, key), keys, makers.actor(id=keys.user), lambda: makers.NOW)
    application = QApplication(["listing"])
    Look(application, Scheme.LIGHT)
    office = Office(records, look_elsewhere_ms=3_600_000)
    rows: Rows[Found] = Rows(columns())
    table = Table(rows, name="Patients")
    table.resize(1000, 600)
    table.show()
    table.grab()
    # The connection is open already.
    records.reader.driver.execute("SELECT count(*) FROM practice").fetchone()
    before = _resident_mb()
    start = time.process_time()
    if how == "pages":

        def fetch(ids: Sequence[UUID]) -> Sequence[Found | None]:
            return office.do(listing.page, ids)

        rows.show(Paged(office.do(listing.everybody), fetch))
    else:
        rows.show([as_found(each) for each in records.reader.driver.execute(_EVERY_ROW).fetchall()])
    table.grab()
    took = time.process_time() - start
    mb = _resident_mb() - before
    jumps = [_jump(table, rows, place) for place in _places(rows.rowCount())]
    print(json.dumps({"ms": 1000 * took, "mb": mb, "jumps": jumps, "rows": rows.rowCount()}))
    office.close()()
    records.close()


def _places(count: int) -> list[int]:
    return random.Random(1).sample(range(count), JUMPS)  # noqa: S311  test data


def _jump(table: Table[Found], rows: Rows[Found], place: int) -> float:
    """CPU milliseconds until the rows around a place are read, decrypted and painted."""
    start = time.process_time()
    table.scrollTo(rows.index(place, 0))
    table.grab()
    return 1000 * (time.process_time() - start)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1_000_000


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
