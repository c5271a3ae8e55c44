"""What an import is asked to do, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from practice_app.errors import FileRefused, Invalid
from practice_app.exchange.rows import Refusal, RowWarning
from practice_app.rules.dates import DateOrder

PRACTICES = "practices"
"""The kind of file that is the NHS directory of GP practices."""

FHIR = "fhir"
"""The kind of file that holds patients, and people who belong to them, in FHIR; the other kinds are
exchange.fields.Kind."""

THE_OLD_SYSTEM = "the old system"
"""What the source is called when nobody says; texts read "imported from the old system"."""

_LONGEST_SOURCE = 100
_REASONS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One file to take in.

    `source` names the system the rows come from; ids of rows and patients count within it. `columns`
    ({column: field, or "" to leave it out}) overrules what the headings say. `as_patients` makes patients of
    the contacts in a file of contacts. `dates` is the order of all dates in the file, None
    lets each column tell its own. `update` lets rows that changed since an earlier run change the record.
    `rejects` is where refused rows go, so that the others are taken; `leave_refused` takes the others too,
    without a file, for somebody who has seen the list. `edition` is the day of a directory of practices.
    """

    kind: str
    path: Path
    source: str = THE_OLD_SYSTEM
    columns: Mapping[str, str] = field(default_factory=dict)
    dates: DateOrder | None = None
    update: bool = False
    dry_run: bool = False
    rejects: Path | None = None
    leave_refused: bool = False
    create_practitioners: bool = False
    as_patients: bool = False
    edition: date | None = None

    def __post_init__(self) -> None:
        """Refuses (Invalid) a source without a name, and one that is too long."""
        object.__setattr__(self, "source", " ".join(self.source.split()))
        if not 0 < len(self.source) <= _LONGEST_SOURCE:
            raise Invalid(f"Name the source with 1 to {_LONGEST_SOURCE} characters.", field="source")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two records that may be one person; nobody is merged.

    `line` and `number` are the new row's line and practice number. `other_line` is None when the other
    was in the records before.
    """

    line: int
    number: int
    other_line: int | None
    other_number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: the line, what became of it (refused, or taken with a doubt), and why."""

    line: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do (`is_written` False).

    `rows` counts the rows of the file: `added`, `updated`, `unchanged` and `refused` together. `unmatched`
    are columns that were not taken in. `unit` is what `line` counts in refusals and warnings: a line of the
    file, or an entry of a FHIR file. `program` is the one whose file it was recognised as, or "". `is_demo`
    warns that the practice is for trying things out.
    """

    kind: str
    source: str
    rows: int
    added: int
    updated: int
    unchanged: int
    refused: int
    refusals: tuple[Refusal, ...]
    warnings: tuple[RowWarning, ...]
    duplicates: tuple[Duplicate, ...]
    unmatched: tuple[str, ...]
    is_written: bool
    is_demo: bool
    unit: str = "line"
    program: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is to be looked at, in one list: what was refused first, each by line."""
        refused = (Finding(each.line, "Refused", each.reason) for each in self.refusals)
        twice = (
            Finding(each.line, "Perhaps twice", f"{each.number} and {each.other_number}: {each.reason}")
            for each in self.duplicates
        )
        doubtful = (Finding(each.line, "To look at", each.text) for each in self.warnings)
        return (*refused, *twice, *doubtful)


class RowsRefused(FileRefused):
    """Some rows cannot be taken, so none was; `outcome` has them all."""

    def __init__(self, outcome: Outcome) -> None:
        unit = outcome.unit.capitalize()
        shown = [f"{unit} {each.line:,}: {each.reason}" for each in outcome.refusals[:_REASONS_SHOWN]]
        more = outcome.refused - len(shown)
        shown += [f"... and {more:,} more."] if more else []
        super().__init__(
            f"{outcome.refused:,} of {outcome.rows:,} rows cannot be taken, so nothing was imported. "
            "Mend them, or name a file for the refused rows (--rejects FILE) to take the others.\n"
            + "\n".join(shown)
        )
        self.outcome = outcome
