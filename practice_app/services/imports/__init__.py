"""Taking in files: read, checked and compared first, then written in one transaction or not at all."""

from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from practice_app.errors import Busy, Defect, FileRefused, Invalid, NotAllowed
from practice_app.exchange import delimited
from practice_app.exchange.fields import Kind
from practice_app.exchange.prepare import UnclearDates
from practice_app.exchange.rejects import write_rejects
from practice_app.exchange.rows import Refusal, RowWarning
from practice_app.model.audit import AuditEvent
from practice_app.model.settings import Imported, Practice
from practice_app.progress import Progress
from practice_app.rules.dates import DateOrder
from practice_app.rules.permissions import Permission
from practice_app.services.imports import reading
from practice_app.services.imports.letters import LettersPlan
from practice_app.services.imports.looking import ColumnSeen, FieldMeant, Look, look
from practice_app.services.imports.plan import Findings, Plan, Setting
from practice_app.services.imports.reading import Checked
from practice_app.services.imports.request import (
    FHIR,
    PRACTICES,
    THE_OLD_SYSTEM,
    Duplicate,
    Finding,
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
    "ColumnSeen",
    "DateOrder",
    "Duplicate",
    "FieldMeant",
    "Finding",
    "Look",
    "Outcome",
    "Refusal",
    "Request",
    "RowWarning",
    "RowsRefused",
    "UnclearDates",
    "look",
    "run",
    "save_findings",
    "save_refused",
]

KINDS: tuple[str, ...] = (PRACTICES, *Kind, FHIR)
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
    Letters are stored one by one: an import of them that is ended leaves those it has taken in.
    """
    here, checked = _read(records, request, progress)
    for _ in range(_TRIES):
        setting = _setting(request, here, checked, progress)
        with records.work(writes=False) as work:
            seen = _last_change(work)
            plan = checked.planner(work, setting)
        outcome = _outcome(request, here, checked, plan, setting.findings)
        if request.dry_run:
            return outcome
        if outcome.refused and request.rejects is None and not request.leave_refused:
            raise RowsRefused(outcome)
        if isinstance(plan, LettersPlan):
            _write_refused(request, checked, outcome)
            return plan.take_in(records, outcome, run.name, progress)
        progress(0, 1, "Waiting to write")
        with records.work(use_case=run.name) as work:
            if _last_change(work) == seen:
                _write(work, request, checked, plan, outcome)
                return replace(outcome, is_written=True)
    raise Busy("The records were changed again and again meanwhile. Nothing was imported; try again later.")


@long(Permission.IMPORT_FILES)
def save_refused(records: Records, request: Request, path: Path, *, progress: Progress) -> int:
    """Write the rows of a file that an import would refuse, with their reasons; gives back how many.

    Written as `rejects` of an import are; nothing else happens. Refuses what `run` refuses.
    """
    checked, outcome = _planned(records, request, progress)
    if checked.table is None:
        raise FileRefused("The rows of this kind of file are taken together or not at all.")
    write_rejects(path, checked.table, outcome.refusals)
    return outcome.refused


@long(Permission.IMPORT_FILES)
def save_findings(_records: Records, outcome: Outcome, path: Path, *, progress: Progress) -> None:
    """Write what an import found as a table: refusals, warnings and likely duplicates, by line.

    The file appears whole or not at all, readable by this account only (FileRefused).
    """
    progress(0, 1, "Writing the file")
    headers = (outcome.unit, "what", "why")
    delimited.write(path, headers, [(each.line, each.what, each.why) for each in outcome.findings])


def _here(work: Work, source: str) -> _Here:
    """The practice's zone, and the source as an earlier import spelt it: "Cliniko" and "cliniko" are one."""
    practice = work.first(select(Practice))
    if practice is None:
        raise Defect("A practice without its settings.")
    spelt = work.first(select(Imported.source).where(func.lower(Imported.source) == source.lower()).limit(1))
    return _Here(ZoneInfo(practice.zone), spelt or source, practice.is_demo)


def _read(records: Records, request: Request, progress: Progress) -> tuple[_Here, Checked]:
    """What has to be known of the practice, and the file, read and checked by itself."""
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
    return here, reading.read(request, today, progress)


def _setting(request: Request, here: _Here, checked: Checked, progress: Progress) -> Setting:
    return Setting(
        kind=checked.kind,
        source=here.source,
        fields=checked.fields,
        zone=here.zone,
        update=request.update,
        create_practitioners=request.create_practitioners,
        progress=progress,
    )


def _planned(records: Records, request: Request, progress: Progress) -> tuple[Checked, Outcome]:
    """What an import would do; nothing is written."""
    here, checked = _read(records, request, progress)
    setting = _setting(request, here, checked, progress)
    with records.work(writes=False) as work:
        plan = checked.planner(work, setting)
    return checked, _outcome(request, here, checked, plan, setting.findings)


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
        unit=checked.unit,
        program=checked.program,
    )


def _write(work: Work, request: Request, checked: Checked, plan: Plan, outcome: Outcome) -> None:
    """Write the plan; the refused rows come last, so that a file that cannot be written undoes all."""
    with bulk.batch(work) as batch:
        plan.write(batch)
    _write_refused(request, checked, outcome)


def _write_refused(request: Request, checked: Checked, outcome: Outcome) -> None:
    """Write the refused rows where the request says."""
    if outcome.refused and request.rejects is not None and checked.table is not None:
        write_rejects(request.rejects, checked.table, outcome.refusals)
