"""Tying imported patients to their GP and GP practice, by the practice's NHS code only.

A practice's name is never enough: hundreds are called alike, and a letter to the wrong one is a breach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from practice_app.exchange.rows import PatientRow
from practice_app.model.people import GP, GPPractice, Person
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.services.imports import people_values
from practice_app.services.imports.plan import Findings
from practice_app.services.imports.queries import pieces
from practice_app.storage.bulk import Batch
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class GPLink:
    """A patient's GP practice and GP."""

    practice_id: UUID
    gp_id: UUID | None


@dataclass(frozen=True, slots=True)
class _Practice:
    id: UUID
    is_closed: bool


@dataclass(frozen=True, slots=True)
class _NewGP:
    id: UUID
    name: PersonName
    practice_id: UUID


class GPLinks:
    """The practices the rows name, and the GPs of those practices, old and new."""

    def __init__(self, work: Work, rows: Sequence[PatientRow], findings: Findings) -> None:
        self._findings = findings
        self._practices: dict[str, _Practice] = {}
        for codes in pieces(row.gp_practice_code for row in rows if row.gp_practice_code):
            for row in work.rows(
                select(GPPractice.ods_code, GPPractice.id, GPPractice.closed_on).where(
                    GPPractice.ods_code.in_(codes)
                )
            ):
                self._practices[row.ods_code] = _Practice(row.id, row.closed_on is not None)
        self._gps: dict[tuple[UUID, str], UUID] = {}
        for practice_ids in pieces(practice.id for practice in self._practices.values()):
            for row in work.rows(
                select(GP.id, GP.gp_practice_id, Person.name_key)
                .join(Person, Person.id == GP.id)
                .where(GP.gp_practice_id.in_(practice_ids))
            ):
                self._gps[row.gp_practice_id, row.name_key] = row.id
        self._new: list[_NewGP] = []

    def link(self, row: PatientRow) -> GPLink | None:
        """The practice with the row's code and, there, the GP of the row's name, new if need be.

        None when no practice here has the code; `as_text` says what is kept then. Refuses (Invalid) a
        GP's name that is too long.
        """
        practice = self._practice(row)
        if practice is None:
            self._warn_of_text(row)
            return None
        if practice.is_closed:
            self._findings.warn(row.line, f"The GP practice {row.gp_practice_code} is closed.")
        return GPLink(practice.id, self._gp(practice.id, row.gp_name))

    def as_text(self, row: PatientRow) -> str:
        """The GP in the file's words, when there is nothing here to link to; else ""."""
        words = filter(None, (row.gp_name, row.gp_practice_name, row.gp_practice_code))
        given = ", ".join(words) if self._practice(row) is None else ""
        return f"GP as given: {given}" if given else ""

    def write(self, batch: Batch, now: datetime, source: str) -> None:
        """Write the new GPs as people of their own."""
        batch.add(
            Person, [people_values.person(gp.id, gp.name, entered_at=now, source=source) for gp in self._new]
        )
        batch.add(GP, [{"id": gp.id, "gp_practice_id": gp.practice_id} for gp in self._new])
        batch.add_search_entries({gp.id: people_values.search_words(gp.name) for gp in self._new})

    def _gp(self, practice_id: UUID, typed: str | None) -> UUID | None:
        if not typed:
            return None
        name = people_values.name_of(typed, "a GP")
        key = (practice_id, names.sort_key(name))
        if key not in self._gps:
            new = _NewGP(uuid4(), name, practice_id)
            self._new.append(new)
            self._gps[key] = new.id
        return self._gps[key]

    def _practice(self, row: PatientRow) -> _Practice | None:
        return self._practices.get(row.gp_practice_code) if row.gp_practice_code else None

    def _warn_of_text(self, row: PatientRow) -> None:
        if row.gp_practice_code:
            self._findings.warn(
                row.line,
                f"The GP practice code {row.gp_practice_code} is not in the directory here; "
                "the GP is kept as text.",
            )
        elif row.gp_name or row.gp_practice_name:
            self._findings.warn(row.line, "The GP has no practice code; the GP is kept as text.")
