"""Taking in the NHS directory of GP practices: a later edition brings the practices here up to date.

A practice is its ODS code, which is never given again, so a renamed, moved or closed one stays the same
practice here. Practices the edition leaves out stay as they are.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select

from practice_app.errors import FileRefused
from practice_app.exchange.practices import PracticeRow
from practice_app.model.people import GPPractice, Patient
from practice_app.rules import dates, names
from practice_app.services.imports.plan import Setting
from practice_app.services.imports.queries import pieces
from practice_app.services.imports.request import Duplicate
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work

_DIRECTORY = "NHS directory"
_LONGEST_NAME = 200


class PracticesPlan:
    """The practices an edition of the directory adds, changes and leaves as they are."""

    duplicates: tuple[Duplicate, ...] = ()

    def __init__(
        self, work: Work, rows: Sequence[PracticeRow], edition: date | None, today: date, setting: Setting
    ) -> None:
        self._edition = edition or edition_of(rows, today)
        self._refuse_an_older_edition(work)
        here = {row.ods_code: row for row in work.rows(_HERE)}
        self._new: list[Values] = []
        self._changed: list[Values] = []
        newly_closed: dict[UUID, PracticeRow] = {}
        for row in rows:
            known = here.get(row.code)
            if known is None:
                self._new.append({"id": uuid4(), **self._values(row)})
            elif known.fingerprint != row.fingerprint:
                self._changed.append({"id": known.id, "version": known.version, **self._values(row)})
                if row.closed_on is not None and known.closed_on is None:
                    newly_closed[known.id] = row
        self.added, self.updated = len(self._new), len(self._changed)
        self.unchanged = len(rows) - self.added - self.updated
        _warn_of_patients(work, newly_closed, setting)

    def write(self, batch: Batch) -> None:
        """Write new practices and changes."""
        for chunk in bulk.chunks(self._new):
            batch.add(GPPractice, chunk)
        for chunk in bulk.chunks(self._changed):
            batch.change(GPPractice, chunk)

    def _refuse_an_older_edition(self, work: Work) -> None:
        newest = work.first(select(func.max(GPPractice.directory_date)))
        if newest is not None and self._edition < newest:
            raise FileRefused(
                f"This edition of the directory is of {dates.show(self._edition)}; the one here is newer, of "
                f"{dates.show(newest)}. Nothing was changed."
            )

    def _values(self, row: PracticeRow) -> Values:
        name = row.name[:_LONGEST_NAME]
        return {
            "ods_code": row.code,
            "name": name,
            "name_key": names.fold(name)[:_LONGEST_NAME],
            "address": ", ".join(row.address),
            "postcode": row.postcode,
            "phone": row.phone,
            "opened_on": row.opened_on,
            "closed_on": row.closed_on,
            "status": row.status,
            "prescribing_setting": row.prescribing_setting,
            "source": _DIRECTORY,
            "fingerprint": row.fingerprint,
            "directory_date": self._edition,
        }


_HERE = select(
    GPPractice.id, GPPractice.version, GPPractice.ods_code, GPPractice.fingerprint, GPPractice.closed_on
).where(GPPractice.ods_code.is_not(None))


def edition_of(rows: Sequence[PracticeRow], today: date) -> date:
    """The day of an edition, which it does not name: the last opening or closing in it up to `today`."""
    days = (day for row in rows for day in (row.opened_on, row.closed_on) if day is not None and day <= today)
    return max(days, default=today)


def _warn_of_patients(work: Work, newly_closed: dict[UUID, PracticeRow], setting: Setting) -> None:
    """A practice that closes leaves its patients without a GP: somebody has to ask them."""
    for piece in pieces(newly_closed):
        counts = (
            select(Patient.gp_practice_id, func.count().label("patients"))
            .where(Patient.gp_practice_id.in_(piece))
            .group_by(Patient.gp_practice_id)
        )
        for found in work.rows(counts):
            row = newly_closed[found.gp_practice_id]
            patients = "1 patient" if found.patients == 1 else f"{found.patients:,} patients"
            setting.findings.warn(
                row.line, f"{row.name} ({row.code}) is closed now; it is the GP practice of {patients} here."
            )
