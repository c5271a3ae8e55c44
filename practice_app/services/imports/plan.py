"""What every kind of import shares: what it starts from, what it finds, and what it is going to write."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from practice_app.exchange.rows import ImportedRow, Refusal, RowWarning
from practice_app.model.settings import Imported
from practice_app.progress import Progress
from practice_app.services.imports.request import Duplicate
from practice_app.storage.bulk import Batch, Values


@dataclass(slots=True)
class Findings:
    """What is wrong and what is doubtful in a file, gathered while it is compared with the records."""

    refusals: list[Refusal] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        """Leave a row out."""
        self.refusals.append(Refusal(line, reason))

    def warn(self, line: int, text: str) -> None:
        """Note something doubtful about a row that is taken all the same."""
        self.warnings.append(RowWarning(line, text))


@dataclass(frozen=True, slots=True)
class Setting:
    """What an import starts from.

    `fields` are the fields the file has a column for; `zone` is the practice's, in which its clocks run.
    """

    kind: str
    source: str
    fields: frozenset[str]
    zone: ZoneInfo
    update: bool
    create_practitioners: bool
    progress: Progress
    findings: Findings = field(default_factory=Findings)

    @property
    def origin(self) -> str:
        """How records say where they came from."""
        return f"imported from {self.source}"


class Plan(Protocol):
    """What an import is going to do, decided before anything is written."""

    @property
    def added(self) -> int: ...
    @property
    def updated(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def duplicates(self) -> tuple[Duplicate, ...]: ...

    def write(self, batch: Batch) -> None:
        """Write everything, in the transaction of the batch."""


@dataclass(frozen=True, slots=True)
class Known:
    """A row an earlier run took in: the mark it left, and the record it became."""

    mark_id: UUID
    version: int
    ref: str
    fingerprint: str
    record_id: UUID


def new_marks(setting: Setting, taken: Iterable[tuple[ImportedRow, str, UUID]]) -> list[Values]:
    """The marks that rows, under a ref, became records, so that a second run changes nothing."""
    return [
        {
            "id": uuid4(),
            "source": setting.source,
            "kind": setting.kind,
            "ref": ref,
            "fingerprint": row.fingerprint,
            "record_id": record_id,
        }
        for row, ref, record_id in taken
    ]


def change_marks(batch: Batch, taken: Sequence[tuple[ImportedRow, Known, UUID]]) -> None:
    """Bring the marks of changed rows up to date."""
    batch.change(
        Imported,
        [
            {
                "id": known.mark_id,
                "version": known.version,
                "fingerprint": row.fingerprint,
                "record_id": record_id,
            }
            for row, known, record_id in taken
        ],
    )
