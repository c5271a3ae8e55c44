"""What earlier runs took in: so a second run changes nothing, and a changed row is seen as one.

A row is known by its own id in the old system. A file without ids is known by what its rows say: an
unchanged row by its fingerprint, a changed one by a natural key where its kind has one (a patient's
numbers, or name and birth date; an appointment's patient and start). Neither depends on the line.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import select

from practice_app.exchange.rows import ImportedRow
from practice_app.model.audit import AuditEvent
from practice_app.model.settings import Imported
from practice_app.services.imports.plan import Known, Setting
from practice_app.services.imports.queries import pieces
from practice_app.storage.records import Work

R = TypeVar("R", bound=ImportedRow)

_BY_KEY, _BY_FINGERPRINT = "key:", "row:"


@dataclass(frozen=True, slots=True)
class New(Generic[R]):
    """A row no earlier run took in, and the ref it will be known by."""

    row: R
    ref: str


@dataclass(frozen=True, slots=True)
class Changed(Generic[R]):
    """A row an earlier run took in with other values."""

    row: R
    known: Known


class Earlier:
    """The rows of one source and kind that earlier runs took in."""

    def __init__(self, work: Work, setting: Setting) -> None:
        self._work = work
        self._setting = setting
        rows = work.rows(
            select(
                Imported.id, Imported.version, Imported.ref, Imported.fingerprint, Imported.record_id
            ).where(Imported.source == setting.source, Imported.kind == setting.kind)
        )
        self._by_ref = {row.ref: Known(*row) for row in rows}
        self._by_fingerprint = {
            known.fingerprint: known
            for known in self._by_ref.values()
            if known.ref.startswith((_BY_KEY, _BY_FINGERPRINT))
        }
        self._met_again: set[str] = set()

    def unknown(self, rows: Sequence[R]) -> list[R]:
        """The rows that were not taken in before just as they are; an exact repeat without id counts once."""
        rest: list[R] = []
        first_lines: dict[str, int] = {}
        for row in rows:
            if row.ref is not None:
                known = self._by_ref.get(row.ref)
                if known is None or known.fingerprint != row.fingerprint:
                    rest.append(row)
                continue
            first = first_lines.setdefault(row.fingerprint, row.line)
            known = self._by_fingerprint.get(row.fingerprint)
            if first != row.line:
                self._setting.findings.warn(row.line, f"This row repeats line {first:,}; it was taken once.")
            elif known is not None:
                self._met_again.add(known.ref)
            else:
                rest.append(row)
        return rest

    def divide(
        self, rows: Sequence[R], natural_key: Callable[[R], str | None]
    ) -> tuple[list[New[R]], list[Changed[R]]]:
        """Rows that `unknown` gave, parted into new ones and changed ones.

        A changed row is refused unless the import updates, and so is one whose record somebody has
        changed here since: what was entered here by hand is never overwritten.
        """
        keys = [self._key(row, natural_key) for row in rows]
        uses = Counter(keys)
        new: list[New[R]] = []
        changed: list[Changed[R]] = []
        for row, key in zip(rows, keys, strict=True):
            known = self._by_ref.get(key)
            if known is not None and known.ref in self._met_again:
                known = None  # that record is another row's, word for word
            if known is None:
                is_free = key not in self._by_ref and uses[key] == 1
                new.append(New(row, key if is_free else _BY_FINGERPRINT + row.fingerprint))
            elif uses[key] > 1:
                self._refuse_ambiguous(row)
            elif not self._setting.update:
                self._refuse_changed(row)
            else:
                changed.append(Changed(row, known))
        return new, self._not_changed_here(changed)

    def _key(self, row: R, natural_key: Callable[[R], str | None]) -> str:
        """What a row is known by, whatever else it says."""
        if row.ref is not None:
            return row.ref
        key = natural_key(row)
        return (
            _BY_FINGERPRINT + row.fingerprint if key is None else _BY_KEY + sha256(key.encode()).hexdigest()
        )

    def _refuse_ambiguous(self, row: R) -> None:
        self._setting.findings.refuse(
            row.line,
            "More than one row could be the changed form of a record taken in earlier. Give the rows their "
            "ids from the old system.",
        )

    def _refuse_changed(self, row: R) -> None:
        self._setting.findings.refuse(
            row.line,
            "This row was taken in earlier with other values. Let the import update records (--update) to "
            "change this one.",
        )

    def _not_changed_here(self, changed: list[Changed[R]]) -> list[Changed[R]]:
        touched = _changed_by_hand(self._work, [each.known.record_id for each in changed])
        for each in changed:
            if each.known.record_id in touched:
                self._setting.findings.refuse(
                    each.row.line,
                    "The record was changed here since this row was taken in; nothing entered here is "
                    "overwritten. Make the change by hand.",
                )
        return [each for each in changed if each.known.record_id not in touched]


_BY_HAND = ("changed", "merged", "moved")
"""What the log says of a record that somebody changed, merged, or moved to the right person."""


def _changed_by_hand(work: Work, records: Sequence[UUID]) -> set[UUID]:
    """Which of these records somebody changed one by one; an import notes its changes as a batch."""
    found: set[UUID] = set()
    for piece in pieces(records):
        found.update(
            id
            for id in work.select(
                select(AuditEvent.record_id).where(
                    AuditEvent.record_id.in_(piece), AuditEvent.action.in_(_BY_HAND)
                )
            )
            if id is not None
        )
    return found
