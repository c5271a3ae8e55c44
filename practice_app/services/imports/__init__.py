"""Taking in files: read, checked and compared first, then written in one transaction or not at all."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from practice_app.errors import Busy, Defect, Invalid, NotAllowed
from practice_app.exchange.fields import Kind
from practice_app.exchange.rejects import write_rejects
from practice_app.exchange.rows import Refusal, RowWarning
from practice_app.model.audit import AuditEvent
from practice_app.model.settings import Imported, Practice
from practice_app.progress import Progress
from practice_app.rules.permissions import Permission
from practice_app.services.imports import reading
from practice_app.services.imports.plan import Findings, Plan, Setting
from practice_app.services.imports.reading import Checked
from practice_app.services.imports.request import (
    PRACTICES,
    THE_OLD_SYSTEM,
    Duplicate,
    Outcome,
    Request,
    RowsRefused,
)
from practice_app.services.marks import long
from practice_app.storage import bulk
from practice_app.storage.records import Records, Work

__all__ = [
    "KINDS",
    "THE_OLD_SYSTEM",
    "Duplicate",
    "Outcome",
    "Refusal",
    "Request",
    "RowWarning",
    "RowsRefused",
    "run",
]

KINDS: tuple[str, ...] = (PRACTICES, *Kind)
"""What can be taken in."""

_TRIES = 3


@dataclass(frozen=True, slots=True)
class _Here:
    """What has to be known of the practice before its file is read."""

    zone: ZoneInfo
    source: str
    is_demo: bool


@long(Permission.IMPORT_FILES)
def run(records: Records, request: Request, *, progress: Progress) -> Outcome:
    """Take in one file: all its rows, or all but the refused ones where `request.rejects` names a file.

    Refuses with RowsRefused when rows cannot be taken and no file for them is named, FileRefused when the
    file as a whole cannot, Invalid for a kind there is not, NotAllowed for notes without the clinical key,
    Busy when the records keep changing meanwhile. Nothing is written then, nor when the import is
    cancelled (Cancelled). A dry run never refuses rows: its outcome tells which ones would be.
    """
    if request.kind not in KINDS:
        raise Invalid(f"Files of these kinds can be imported: {', '.join(KINDS)}.", field="kind")
    if request.kind == Kind.NOTES and records.keys.ck is None:
        raise NotAllowed(
            "Session notes are sealed with the clinical key, which your sign-in does not hold. "
            "Ask a director who holds it to import them."
        )
    with records.work(writes=False) as work:
        here = _here(work, request.source)
    today = records.clock().astimezone(here.zone).date()
    checked = reading.read(request, today, progress)
    for _ in range(_TRIES):
        setting = Setting(
            kind=request.kind,
            source=here.source,
            fields=checked.fields,
            zone=here.zone,
            update=request.update,
            create_practitioners=request.create_practitioners,
            progress=progress,
        )
        with records.work(writes=False) as work:
            seen = _last_change(work)
            plan = checked.planner(work, setting)
        outcome = _outcome(request, here, checked, plan, setting.findings)
        if request.dry_run:
            return outcome
        if outcome.refused and request.rejects is None:
            raise RowsRefused(outcome)
        progress(0, 1, "Waiting to write")
        with records.work(use_case=run.name) as work:
            if _last_change(work) == seen:
                _write(work, request, checked, plan, outcome)
                return replace(outcome, is_written=True)
    raise Busy("The records were changed again and again meanwhile. Nothing was imported; try again later.")


def _here(work: Work, source: str) -> _Here:
    """The practice's zone, and the source as an earlier import spelt it: "Cliniko" and "cliniko" are one."""
    practice = work.first(select(Practice))
    if practice is None:
        raise Defect("A practice without its settings.")
    spelt = work.first(select(Imported.source).where(func.lower(Imported.source) == source.lower()).limit(1))
    return _Here(ZoneInfo(practice.zone), spelt or source, practice.is_demo)


def _last_change(work: Work) -> int:
    """The number of the last thing that was done to the records, beyond looking at them."""
    changes = select(AuditEvent.seq).where(AuditEvent.action != "viewed")
    return work.first(changes.order_by(AuditEvent.seq.desc()).limit(1)) or 0


def _outcome(request: Request, here: _Here, checked: Checked, plan: Plan, findings: Findings) -> Outcome:
    refusals = sorted((*checked.refusals, *findings.refusals), key=lambda refusal: refusal.line)
    warnings = sorted((*checked.warnings, *findings.warnings), key=lambda warning: warning.line)
    return Outcome(
        kind=request.kind,
        source=here.source,
        rows=checked.rows,
        added=plan.added,
        updated=plan.updated,
        unchanged=plan.unchanged,
        refused=len(refusals),
        refusals=tuple(refusals),
        warnings=tuple(warnings),
        duplicates=plan.duplicates,
        unmatched=checked.unmatched,
        is_written=False,
        is_demo=here.is_demo,
    )


def _write(work: Work, request: Request, checked: Checked, plan: Plan, outcome: Outcome) -> None:
    """Write the plan; the refused rows come last, so that a file that cannot be written undoes all."""
    with bulk.batch(work) as batch:
        plan.write(batch)
    if outcome.refused and request.rejects is not None and checked.sheet is not None:
        write_rejects(request.rejects, checked.sheet, outcome.refusals)
