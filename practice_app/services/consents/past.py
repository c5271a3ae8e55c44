"""Every decision somebody made, the newest first, with what has become of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice_app.model.consents import Consent, ConsentEvidence, ConsentWording, PrivacyNotice
from practice_app.model.documents import Document
from practice_app.model.people import Person
from practice_app.model.staff import UserAccount
from practice_app.rules import consents, dates
from practice_app.rules.consents import BASIS_WORDS, Decision, Status
from practice_app.rules.deciding import CAPACITY_WORDS
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services import consent_lines as lines
from practice_app.services.consent_lines import Told
from practice_app.services.marks import reads
from practice_app.storage.records import Work

Facts = tuple[tuple[str, str], ...]
"""Labels with their values."""

Filed = tuple[tuple[UUID, date], ...]
"""Documents by their id, with the day on each."""


@dataclass(frozen=True, slots=True)
class Past:
    """One decision of the history, in words; `corrected` says why it does not count, "" when it does."""

    id: UUID
    decided_on: date
    what: str
    decision: str
    state: str
    who: str
    how: str
    corrected: str
    wording: UUID | None
    documents: tuple[UUID, ...]
    facts: Facts


_DECISION_WORDS = {
    Decision.GIVEN: "Given",
    Decision.REFUSED: "Refused",
    Decision.WITHDRAWN: "Withdrawn",
    Decision.NOT_REQUIRED: "Not needed",
}


@reads(Permission.OPEN_RECORD)
def history(work: Work, patient: UUID) -> tuple[Past, ...]:
    """Every decision of a patient, the newest first, with what has become of it by today."""
    access.require_record(work, patient)
    today, told = timeline.today(work), lines.told(work, patient)
    staff = _staff(work)
    past = [_past(work, each, _state(told, each, today), staff) for each in told]
    past.reverse()
    return tuple(sorted(past, key=lambda each: each.decided_on, reverse=True))


def _state(told: Sequence[Told], each: Told, today: date) -> str:
    """What has become of a decision by today."""
    row = each.row
    holds_from = lines.as_fact(row).holds_from
    if holds_from > today:
        return f"Holds from {dates.show(holds_from)}"
    now = lines.standing(told, each.asked, today)
    if now.consent_id != row.id:
        return consents.answer(Status.SUPERSEDED).capitalize()
    return "Ran out" if now.status is Status.EXPIRED else "Stands"


def _past(work: Work, told: Told, state: str, staff: dict[UUID, str]) -> Past:
    row, correction = told.row, told.correction
    filed = _filed(work, row.id)
    corrected = ""
    if correction is not None:
        day = dates.show(correction.recorded_at.astimezone(timeline.practice_zone(work)).date())
        corrected = f"Recorded wrongly: {correction.reason} ({day}, {staff[correction.recorded_by_id]})"
    return Past(
        id=row.id,
        decided_on=row.decided_on,
        what=told.asked.label,
        decision=_DECISION_WORDS[row.decision],
        state=corrected or state,
        who=lines.who(row),
        how=lines.how(row),
        corrected=corrected,
        wording=row.wording_id,
        documents=tuple(id for id, _ in filed),
        facts=_facts(work, row, staff, filed),
    )


def _filed(work: Work, consent_id: UUID) -> Filed:
    """The documents that show a decision, with the days on them."""
    rows = work.rows(
        select(Document.id, Document.dated)
        .join(ConsentEvidence, ConsentEvidence.document_id == Document.id)
        .where(ConsentEvidence.consent_id == consent_id)
        .order_by(Document.dated, Document.id)
    )
    return tuple((row.id, row.dated) for row in rows)


def _facts(work: Work, row: Consent, staff: dict[UUID, str], filed: Filed) -> Facts:
    """Everything that is known of a decision, as label and value."""
    asked = work.find(ConsentWording, row.wording_id)
    notice = work.find(PrivacyNotice, row.privacy_notice_id)
    at = row.recorded_at.astimezone(timeline.practice_zone(work))
    recorded = f"{dates.show(at.date())} {at:%H:%M}"
    if row.recorded_by_id:
        recorded += f", {staff.get(row.recorded_by_id, '')}"
    facts = (
        ("Decided", f"{_DECISION_WORDS[row.decision]} on {dates.show(row.decided_on)}"),
        ("By", lines.who(row)),
        ("How", _capital(lines.how(row))),
        ("No consent needed", _capital(BASIS_WORDS[row.basis]) if row.basis else ""),
        ("Able to decide", _capital(_capacity(row))),
        ("Authority seen", row.proof),
        ("Limited to", lines.limits(row)),
        ("Holds from", _day(row.valid_from)),
        ("Ask again on", _day(row.review_on)),
        ("Runs out after", _day(row.expires_on)),
        ("Where", row.place),
        ("Witness", row.witness),
        ("Signed form kept", row.evidence),
        ("Signed form filed", ", ".join(f"document of {dates.show(on)}" for _, on in filed)),
        ("What this changes", row.effect),
        ("Words", f"version {asked.revision}, {asked.language}" if asked else ""),
        ("Privacy notice given before", f"version {notice.revision}" if notice else ""),
        ("Recorded", recorded),
        ("From", row.source),
    )
    return tuple((label, value) for label, value in facts if value)


def _capacity(row: Consent) -> str:
    basis = CAPACITY_WORDS[row.capacity_basis] if row.capacity_basis else ""
    return ": ".join(filter(None, (basis, row.capacity)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _day(day: date | None) -> str:
    return dates.show(day) if day else ""


def _staff(work: Work) -> dict[UUID, str]:
    statement = select(UserAccount.id, Person.display_name).join(Person, Person.id == UserAccount.person_id)
    return {row.id: row.display_name for row in work.rows(statement)}
