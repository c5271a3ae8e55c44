"""What the practice tells people about their data: its versions, and who was given which (P25)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select

from practice_app.errors import Invalid, NotFound
from practice_app.model.consents import PrivacyNotice, PrivacyNoticeGiven
from practice_app.model.people import Patient, PatientStatus, Person
from practice_app.model.staff import UserAccount
from practice_app.rules import dates
from practice_app.rules.consents import Channel
from practice_app.rules.permissions import Permission, Role
from practice_app.services import access, timeline
from practice_app.services.marks import changes, reads
from practice_app.storage.records import Work

CHANNEL_WORDS = {
    Channel.IN_PERSON: "in person",
    Channel.POST: "by post",
    Channel.EMAIL: "by e-mail",
    Channel.SMS: "by text message",
    Channel.PHONE: "read out by telephone",
}
"""The ways a notice can be given, as they stand behind "Given"."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One version of the notice; `is_current` of the one that holds today, alone."""

    id: UUID
    revision: int
    language: str
    text: str
    digest: str
    effective_from: date
    is_current: bool


@dataclass(frozen=True, slots=True)
class Given:
    """That a person was given a version."""

    id: UUID
    revision: int
    on: date
    channel: Channel
    by: str

    @property
    def sentence(self) -> str:
        """The row in words: "Given version 3 on 05-Jan-2026 by post"."""
        return f"Given version {self.revision} on {dates.show(self.on)} {CHANNEL_WORDS[self.channel]}"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands: the notice of today (None: the practice has none), and all they were given."""

    current: Notice | None
    given: tuple[Given, ...]

    @property
    def has_current(self) -> bool:
        """Whether they have had what holds today, or there is nothing to give."""
        return self.current is None or any(each.revision >= self.current.revision for each in self.given)

    @property
    def sentence(self) -> str:
        """Where they stand, for the record."""
        if self.current is None:
            return "This practice has entered no privacy notice yet."
        latest = max(self.given, key=lambda each: (each.revision, each.on), default=None)
        if latest is None:
            return f"Not given the current version {self.current.revision}; never given any."
        if self.has_current:
            return f"{latest.sentence}."
        return f"Not given the current version {self.current.revision}. {latest.sentence}."


@dataclass(frozen=True, slots=True)
class Waiting:
    """A patient who has not had the current notice; `last_revision` None when they never had any."""

    id: UUID
    number: str
    name: str
    born: date | None
    last_revision: int | None


@reads(Permission.OPEN_RECORD)
def versions(work: Work) -> tuple[Notice, ...]:
    """Every version of the notice, newest first."""
    current = _current(work)
    rows = work.select(select(PrivacyNotice).order_by(PrivacyNotice.revision.desc()))
    return tuple(_notice(row, current) for row in rows)


@changes(Permission.CHANGE_SETTINGS)
def add_version(work: Work, text: str, effective_from: date, language: str = "en-GB") -> Notice:
    """A new version of the notice. Earlier ones stay as they were.

    Raises Invalid for an empty text, the words of the newest version, or a day before that one's.
    """
    words = text.strip()
    if not words:
        raise Invalid("Write or paste the text of the notice.", field="text")
    newest = work.first(select(PrivacyNotice).order_by(PrivacyNotice.revision.desc()))
    if newest is not None and newest.text == words:
        raise Invalid(f"These are the words of version {newest.revision} already.", field="text")
    if newest is not None and effective_from < newest.effective_from:
        since = dates.show(newest.effective_from)
        raise Invalid(
            f"Version {newest.revision} holds from {since}: choose that day or later.", "effective_from"
        )
    row = PrivacyNotice(
        revision=newest.revision + 1 if newest else 1,
        language=language,
        text=words,
        digest=sha256(words.encode()).hexdigest(),
        effective_from=effective_from,
        made_at=work.now,
        made_by_id=work.actor.id,
    )
    work.add(row)
    work.flush()
    return _notice(row, _current(work))


@reads(Permission.OPEN_RECORD)
def standing(work: Work, person: UUID) -> Standing:
    """What one person was given and whether it is the notice of today."""
    access.require_record(work, person)
    current = _current(work)
    return Standing(_notice(current, current) if current else None, given_to(work, person))


def given_to(work: Work, person: UUID) -> tuple[Given, ...]:
    """Everything a person was given, newest first."""
    statement = (
        select(
            PrivacyNoticeGiven.id, PrivacyNoticeGiven.given_on, PrivacyNoticeGiven.channel,
            PrivacyNotice.revision, Person.display_name,
        )
        .join(PrivacyNotice, PrivacyNotice.id == PrivacyNoticeGiven.notice_id)
        .join(UserAccount, UserAccount.id == PrivacyNoticeGiven.recorded_by_id)
        .join(Person, Person.id == UserAccount.person_id)
        .where(PrivacyNoticeGiven.person_id == person)
        .order_by(PrivacyNoticeGiven.given_on.desc(), PrivacyNotice.revision.desc())
    )  # fmt: skip
    return tuple(
        Given(row.id, row.revision, row.given_on, row.channel, row.display_name)
        for row in work.rows(statement)
    )


def given_by(work: Work, person: UUID, on: date) -> UUID | None:
    """The newest notice a person had been given by a day; None when they had been given none."""
    return work.first(
        select(PrivacyNotice.id)
        .join(PrivacyNoticeGiven, PrivacyNoticeGiven.notice_id == PrivacyNotice.id)
        .where(PrivacyNoticeGiven.person_id == person, PrivacyNoticeGiven.given_on <= on)
        .order_by(PrivacyNotice.revision.desc())
    )


@reads(Permission.RECORD_CONSENT)
def without_current(work: Work) -> tuple[Waiting, ...]:
    """Current patients, by name, who have not been given the notice of today; nobody when there is none.

    A therapist's list has those on their own caseload.
    """
    current = _current(work)
    if current is None:
        return ()
    had = (
        select(PrivacyNoticeGiven.person_id, func.max(PrivacyNotice.revision).label("last"))
        .join(PrivacyNotice, PrivacyNotice.id == PrivacyNoticeGiven.notice_id)
        .group_by(PrivacyNoticeGiven.person_id)
        .subquery()
    )
    statement = (
        select(Person.id, Patient.number, Person.display_name, Person.born, had.c.last)
        .join(Patient, Patient.id == Person.id)
        .outerjoin(had, had.c.person_id == Person.id)
        .where(Patient.status == PatientStatus.CURRENT, Person.died.is_(None))
        .where(func.coalesce(had.c.last, 0) < current.revision)
        .order_by(Person.name_key, Person.id)
    )
    own = frozenset(access.own_patients(work)) if work.actor.role is Role.THERAPIST else None
    return tuple(
        Waiting(row.id, str(row.number), row.display_name, row.born, row.last)
        for row in work.rows(statement)
        if own is None or row.id in own
    )


@changes(Permission.RECORD_CONSENT)
def give(
    work: Work, people: Sequence[UUID], channel: Channel, on: date | None = None, notice: UUID | None = None
) -> tuple[UUID, ...]:
    """Record that these people were given a version (the current one) on a day (today); returns the rows.

    Who has had that version already is passed over. Raises Invalid for a day to come and a channel that
    carries no notice, NotFound when the practice has none.
    """
    access.require_records(work, people)
    row = work.get(PrivacyNotice, notice) if notice else _current(work)
    if row is None:
        raise NotFound("This practice has entered no privacy notice yet. A director adds one.")
    if channel not in CHANNEL_WORDS:
        raise Invalid("Say how the notice was given.", field="channel")
    today = timeline.today(work)
    if on is not None and on > today:
        raise Invalid("That day is still to come.", field="given_on")
    had = set(work.select(select(PrivacyNoticeGiven.person_id).where(PrivacyNoticeGiven.notice_id == row.id)))
    made = [
        PrivacyNoticeGiven(
            person_id=work.get(Person, person).id,
            notice_id=row.id,
            given_on=on or today,
            channel=channel,
            recorded_by_id=work.actor.id,
            recorded_at=work.now,
        )
        for person in dict.fromkeys(people)
        if person not in had
    ]
    work.add(*made)
    work.flush()
    return tuple(each.id for each in made)


@changes(Permission.RECORD_CONSENT)
def take_back(work: Work, rows: Iterable[UUID]) -> None:
    """Undo what `give` recorded by mistake; the log keeps that it was recorded and taken back."""
    for id in rows:
        found = work.find(PrivacyNoticeGiven, id)
        if found is not None:
            access.require_record(work, found.person_id)
            work.delete(found)


@reads(Permission.OPEN_RECORD)
def today(work: Work) -> date:
    """Today by the clinic's clocks, for a form to begin with."""
    return timeline.today(work)


def _current(work: Work) -> PrivacyNotice | None:
    """The newest version that holds by today."""
    return work.first(
        select(PrivacyNotice)
        .where(PrivacyNotice.effective_from <= timeline.today(work))
        .order_by(PrivacyNotice.revision.desc())
    )


def _notice(row: PrivacyNotice, current: PrivacyNotice | None) -> Notice:
    is_current = current is not None and row.id == current.id
    return Notice(row.id, row.revision, row.language, row.text, row.digest, row.effective_from, is_current)
