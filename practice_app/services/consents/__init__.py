"""What somebody agreed to: recorded, withdrawn, corrected, and asked for at the moment of doing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid, NotFound, PracticeError
from practice_app.model.consents import Consent, ConsentCorrection, ConsentEvidence
from practice_app.model.documents import DocumentSubject
from practice_app.model.people import Person
from practice_app.rules import consents as rules
from practice_app.rules import dates, deciding
from practice_app.rules.consents import (
    GROUPS,
    Channel,
    Decision,
    Method,
    Purpose,
    Status,
)
from practice_app.rules.permissions import Permission
from practice_app.services import access, privacy_notices, suppression, timeline
from practice_app.services import consent_lines as lines
from practice_app.services.consent_lines import Asked, Standing, Told
from practice_app.services.consents import answers
from practice_app.services.consents.answers import Answer, SoftOptIn
from practice_app.services.consents.past import Past, history
from practice_app.services.consents.questions import Proxy, Question, asking, nation
from practice_app.services.consents.words import Wording, new_wording, wording, wordings
from practice_app.services.marks import changes, reads
from practice_app.storage.records import Work

__all__ = [
    "Answer",
    "Asked",
    "Group",
    "Line",
    "Mark",
    "Matrix",
    "Past",
    "Proxy",
    "Question",
    "Recorded",
    "SoftOptIn",
    "Standing",
    "Wording",
    "asking",
    "attach",
    "correct",
    "history",
    "matrix",
    "new_wording",
    "record",
    "status_now",
    "summary",
    "take_back",
    "withdraw",
    "wording",
    "wordings",
]


@dataclass(frozen=True, slots=True)
class Recorded:
    """The new rows, and what they change in sentences."""

    ids: tuple[UUID, ...]
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the matrix: where it stands, who decided and how, and what needs attention."""

    standing: Standing
    told_by: str
    attention: str

    @property
    def sentence(self) -> str:
        """The line as it is read out."""
        return ". ".join(filter(None, (self.standing.sentence, self.told_by, self.attention)))


@dataclass(frozen=True, slots=True)
class Group:
    """The lines of purposes that belong together."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Everything somebody can be asked, with where it stands; `hint` says who decides for a minor."""

    groups: tuple[Group, ...]
    notice: privacy_notices.Standing
    hint: str
    today: date


@dataclass(frozen=True, slots=True)
class Mark:
    """One word of the banner's summary: "GP letters", whether it may be done, and the line read out."""

    word: str
    allows: bool
    is_asked: bool
    sentence: str


_UNDONE = "Undone at once"
"""Why a decision that was taken back is not counted, in its history."""

_SUMMARY = (
    ("treatment", Asked(Purpose.TREATMENT)),
    ("GP letters", Asked(Purpose.SHARE_WITH_GP)),
    ("e-mail", Asked(Purpose.CONTACT, Channel.EMAIL)),
)


@reads(Permission.OPEN_RECORD)
def status_now(
    work: Work, patient: UUID, purpose: Purpose, channel: Channel | None = None, about: str = ""
) -> Standing:
    """Where consent to one thing stands now. Everything that sends or discloses asks this as it does so.

    `about` names the recipient of purposes that are decided for one person or body at a time.
    """
    access.require_record(work, patient)
    asked = Asked(purpose, channel, about)
    return lines.of_person(work, patient, lines.told(work, patient), asked, timeline.today(work))


@reads(Permission.OPEN_RECORD)
def matrix(work: Work, patient: UUID) -> Matrix:
    """Everything that can be asked of a patient, as plain sentences, grouped; and their privacy notice."""
    access.require_record(work, patient)
    today = timeline.today(work)
    told = lines.told(work, patient)
    groups = tuple(
        Group(
            title,
            tuple(
                _line(work, patient, told, asked, today)
                for purpose in purposes
                for asked in lines.lines_of(told, purpose)
            ),
        )
        for title, purposes in GROUPS.items()
    )
    hint = deciding.hint(work.get(Person, patient).born, today, nation(work))
    return Matrix(groups, privacy_notices.standing(work, patient), hint, today)


def summary(work: Work, patient: UUID) -> tuple[Mark, ...]:
    """The three things everybody at the desk asks first, for the banner."""
    today, told = timeline.today(work), lines.told(work, patient)
    marks = []
    for word, asked in _SUMMARY:
        standing = _best(work, patient, told, asked, today)
        is_asked = standing.status is not Status.NOT_ASKED
        marks.append(Mark(word, standing.allows, is_asked, standing.sentence))
    return tuple(marks)


def _best(work: Work, patient: UUID, told: Sequence[Told], asked: Asked, today: date) -> Standing:
    """Where the purpose stands in general, or else by the kinds named: a yes to one of them is a yes."""
    general = lines.of_person(work, patient, told, asked, today)
    if general.status is not Status.NOT_ASKED:
        return general
    kinds = [kind for kind in lines.lines_of(told, asked.purpose) if kind.channel is asked.channel]
    found = [lines.of_person(work, patient, told, kind, today) for kind in kinds]
    return next((each for each in found if each.allows), found[0] if found else general)


def _line(work: Work, patient: UUID, told: Sequence[Told], asked: Asked, today: date) -> Line:
    standing = lines.of_person(work, patient, told, asked, today)
    row = next((each.row for each in told if each.row.id == standing.consent_id), None)
    told_by = ", ".join(filter(None, (lines.who(row), lines.how(row)))) if row else ""
    return Line(standing, told_by, _attention(work, patient, standing, today))


def _attention(work: Work, patient: UUID, standing: Standing, today: date) -> str:
    """What somebody should look at about a line, in a sentence; "" for nothing."""
    if standing.died_on is not None:
        return ""
    if standing.allows and _is_suppressed(work, patient, standing.asked):
        return (
            "An address of theirs is on the list of those who get no marketing: only a new yes takes it off"
        )
    if standing.is_review_due and standing.review_on:
        return f"Ask again: review was due on {dates.show(standing.review_on)}"
    if standing.status is Status.GIVEN and standing.expires_on:
        return f"Runs out after {dates.show(standing.expires_on)}"
    if standing.status is Status.GIVEN and standing.review_on:
        return f"Ask again on {dates.show(standing.review_on)}"
    return ""


def _is_suppressed(work: Work, patient: UUID, asked: Asked) -> bool:
    if asked.purpose is not Purpose.MARKETING or asked.channel is None:
        return False
    return suppression.refuses(work, patient, asked.channel)


@changes(Permission.RECORD_CONSENT)
def record(work: Work, patient: UUID, given: Answer) -> Recorded:
    """Record one answer, a row for each channel, and say what it changes.

    Raises Invalid, naming the field, for what would be no evidence: a yes by somebody who may not decide,
    a recipient or voicemail level not named, dates that do not fit, words of another purpose.
    """
    access.require_record(work, patient)
    person, today = work.get(Person, patient), timeline.today(work)
    decided_on = given.decided_on or today
    answers.check(work, person, given, lines.told(work, patient), decided_on, nation(work))
    effect = rules.effect_of_no(given.purpose) if given.is_no else ""
    rows = answers.rows(work, person, given, decided_on, effect)
    work.add(*rows)
    work.flush()
    after = _after(work, patient, given, rows, today)
    return Recorded(tuple(row.id for row in rows), tuple(filter(None, (effect, *after))))


@changes(Permission.RECORD_CONSENT)
def withdraw(
    work: Work,
    patient: UUID,
    purpose: Purpose,
    channel: Channel | None = None,
    about: str = "",
    *,
    method: Method,
    on: date | None = None,
) -> Recorded:
    """Take back a consent that stands, at once and without a reason (UK GDPR Art. 7(3); P22)."""
    access.require_record(work, patient)
    return record(work, patient, Answer(purpose, Decision.WITHDRAWN, method, (channel,), on, about=about))


@changes(Permission.RECORD_CONSENT)
def correct(work: Work, consent_id: UUID, reason: str) -> tuple[str, ...]:
    """Say that a decision was recorded wrongly: it stays to be seen with the reason and counts no more.

    Returns what this changes. Raises Invalid without a reason, PracticeError for one corrected before.
    """
    row = work.get(Consent, consent_id)
    access.require_record(work, row.person_id)
    if not reason.strip():
        raise Invalid("Say what was wrong, such as: recorded for somebody else.", field="reason")
    if work.first(select(ConsentCorrection.id).where(ConsentCorrection.consent_id == consent_id)):
        raise PracticeError("This decision was marked as recorded wrongly before.")
    work.add(
        ConsentCorrection(
            consent_id=row.id, reason=reason.strip(), recorded_by_id=work.actor.id, recorded_at=work.now
        )
    )
    work.flush()
    if row.purpose is Purpose.MARKETING and row.decision is Decision.GIVEN and row.channel is not None:
        suppression.restore(work, row.channel, row.recorded_at)
    asked = lines.asked_in(row)
    now = status_now(work, row.person_id, asked.purpose, asked.channel, asked.about)
    sentences = [f"{now.sentence}."]
    if now.allows and _is_suppressed(work, row.person_id, asked):
        sentences.append(
            "The address stays on the list of those who get no marketing until they say yes again."
        )
    return tuple(sentences)


@changes(Permission.RECORD_CONSENT)
def take_back(work: Work, consent_ids: Sequence[UUID]) -> None:
    """Undo `record`: all its rows at once are marked as recorded wrongly, or none is."""
    for each in consent_ids:
        correct(work, each, _UNDONE)


@changes(Permission.RECORD_CONSENT)
def attach(work: Work, consent_id: UUID, document_id: UUID) -> None:
    """Say that a document filed in the same record shows a decision; refuses another person's document."""
    row = work.get(Consent, consent_id)
    access.require_record(work, row.person_id)
    is_theirs = work.first(
        select(DocumentSubject.id).where(
            DocumentSubject.document_id == document_id, DocumentSubject.person_id == row.person_id
        )
    )
    if is_theirs is None:
        raise NotFound("That document is not in this record.")
    is_known = work.first(
        select(ConsentEvidence.id).where(
            ConsentEvidence.consent_id == consent_id, ConsentEvidence.document_id == document_id
        )
    )
    if is_known is None:
        work.add(ConsentEvidence(consent_id=consent_id, document_id=document_id))


def _after(work: Work, patient: UUID, given: Answer, rows: Sequence[Consent], today: date) -> tuple[str, ...]:
    """What followed from the new rows beyond their own effect; those of an earlier day may change nothing."""
    told = lines.told(work, patient)
    counting, sentences = [], []
    for row in rows:
        now = lines.standing(told, lines.asked_in(row), today)
        if now.consent_id == row.id:
            counting.append(row)
        elif row.valid_from is None:
            sentences.append(f"A later decision stands: {now.sentence}.")
    if given.purpose is Purpose.MARKETING:
        channels = [row.channel for row in counting if row.channel is not None]
        sentences += _keep_in_mind(work, patient, given, channels)
    return tuple(sentences)


def _keep_in_mind(work: Work, patient: UUID, given: Answer, channels: Sequence[Channel]) -> list[str]:
    """Keep a no to marketing where it outlives the record; a yes of their own lifts it (P48)."""
    if given.is_no:
        added = [suppression.suppress(work, [patient], channel) for channel in channels]
        kept = "Their addresses are on the list of those who get no marketing, also after these records are"
        return [f"{kept} erased."] if any(added) else []
    if given.decision is Decision.GIVEN:
        lifted = [suppression.lift(work, patient, channel) for channel in channels]
        return ["Their addresses are off the list of those who get no marketing."] if any(lifted) else []
    return []
