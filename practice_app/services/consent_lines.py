"""Reads somebody's decisions as the lines they belong to, and says in words what each line comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.model.consents import Consent, ConsentCorrection
from practice_app.model.people import Person
from practice_app.rules import consents, dates, names
from practice_app.rules.consents import (
    BASIS_WORDS,
    METHOD_WORDS,
    NAMES_A_RECIPIENT,
    Basis,
    Channel,
    Decision,
    DecisionRow,
    Purpose,
    Status,
)
from practice_app.rules.deciding import GIVEN_AS_WORDS, GivenAs
from practice_app.rules.names import PersonName
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line is about: a purpose, a channel where it has them, and `about` one named person or body.

    Of treatment `about` is the kind of treatment. "" is the purpose in general.
    """

    purpose: Purpose
    channel: Channel | None = None
    about: str = ""

    @property
    def label(self) -> str:
        """What is allowed once consent is given: "May share with a relative – Mr Guled Nuur"."""
        try:
            permission = consents.label(self.purpose, self.channel)
        except Invalid:  # taken in from elsewhere for a channel we do not ask it for
            by = f" by {self.channel.value.replace('_', ' ')}" if self.channel else ""
            permission = f"{self.purpose.value.replace('_', ' ').capitalize()}{by}"
        return f"{permission} – {self.about}" if self.about else permission

    def is_like(self, other: "Asked") -> bool:
        """Whether both are one line: names of people are compared without case and spaces."""
        return self._folded() == other._folded()

    def _folded(self) -> tuple[Purpose, Channel | None, str]:
        return self.purpose, self.channel, names.fold(self.about)


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody's decisions about one line come to on a day. Ask at the moment of doing it.

    `since` is the day of the decision that counts; `limits` what it was limited to. `died_on` stops what is
    never done after a death, whatever was agreed.
    """

    asked: Asked
    status: Status
    since: date | None = None
    expires_on: date | None = None
    review_on: date | None = None
    limits: str = ""
    basis: Basis | None = None
    consent_id: UUID | None = None
    is_review_due: bool = False
    died_on: date | None = None

    @property
    def allows(self) -> bool:
        """Whether it may be done. Nobody asked is never a yes."""
        return self.died_on is None and self.status in {Status.GIVEN, Status.NOT_REQUIRED}

    @property
    def answer(self) -> str:
        """The answer with its day and limits: "yes, since 05-Jan-2026, limited to dates of sessions"."""
        if self.died_on is not None:
            return f"no, they died on {dates.show(self.died_on)}"
        day = dates.show(self.since) if self.since else ""
        match self.status:
            case Status.GIVEN:
                limits = f", limited to: {self.limits}" if self.limits else ""
                return f"yes, since {day}{limits}"
            case Status.REFUSED | Status.WITHDRAWN:
                return f"{consents.answer(self.status)} on {day}"
            case Status.EXPIRED if self.expires_on:
                return f"no, consent ran out on {dates.show(self.expires_on)}"
            case Status.NOT_REQUIRED if self.basis:
                return f"{consents.answer(self.status)}: {BASIS_WORDS[self.basis]}"
        return consents.answer(self.status)

    @property
    def sentence(self) -> str:
        """The whole in one line: "May write to the GP: no, consent was withdrawn on 01-Mar-2026"."""
        return f"{self.asked.label}: {self.answer}"


@dataclass(frozen=True, slots=True)
class Told:
    """One recorded decision with the correction that took it back, if there is one."""

    row: Consent
    correction: ConsentCorrection | None

    @property
    def asked(self) -> Asked:
        """The line it belongs to."""
        return asked_in(self.row)


def asked_in(row: Consent) -> Asked:
    """The line a decision belongs to; a recipient named for another purpose is only a limit of it."""
    if row.purpose is Purpose.TREATMENT:
        return Asked(row.purpose, row.channel, row.modality)
    about = row.named_recipient if row.purpose in NAMES_A_RECIPIENT else ""
    return Asked(row.purpose, row.channel, about)


def told(work: Work, person: UUID) -> tuple[Told, ...]:
    """Every decision of a person in the order of recording; of the same moment a no stands last."""
    corrections = {
        each.consent_id: each
        for each in work.select(
            select(ConsentCorrection)
            .join(Consent, Consent.id == ConsentCorrection.consent_id)
            .where(Consent.person_id == person)
        )
    }
    rows = work.select(select(Consent).where(Consent.person_id == person))
    ordered = sorted(rows, key=by_recording)
    return tuple(Told(row, corrections.get(row.id)) for row in ordered)


def by_recording(row: Consent) -> tuple[datetime, bool, UUID]:
    """The order in which decisions were recorded."""
    return row.recorded_at, _is_no(row), row.id


def _is_no(row: Consent) -> bool:
    return row.decision in {Decision.REFUSED, Decision.WITHDRAWN}


def counting(everything: Iterable[Told], asked: Asked) -> list[Consent]:
    """The decisions that bear on a line, in order, without those recorded wrongly.

    A no that names nobody holds for everybody; a yes that names nobody holds for nobody in particular.
    """
    general = Asked(asked.purpose, asked.channel)
    found = []
    for each in everything:
        if each.correction is not None:
            continue
        its = each.asked
        if its.is_like(asked) or (its.is_like(general) and _is_no(each.row)):
            found.append(each.row)
    return found


def standing(everything: Iterable[Told], asked: Asked, on: date) -> Standing:
    """What a person's decisions come to for one line on a day."""
    rows = counting(everything, asked)
    facts = [as_fact(row) for row in rows]
    status, place = consents.status(facts, on), consents.deciding(facts, on)
    if place is None:
        basis = consents.basis_without_asking(asked.purpose, asked.channel)
        return Standing(asked, Status.NOT_REQUIRED if basis else status, basis=basis)
    row = rows[place]
    return Standing(
        asked,
        status,
        since=facts[place].holds_from,
        expires_on=row.expires_on,
        review_on=row.review_on,
        limits=limits(row),
        basis=row.basis,
        consent_id=row.id,
        is_review_due=status is Status.GIVEN and row.review_on is not None and row.review_on <= on,
    )


_STOPPED_BY_DEATH = frozenset({Purpose.CONTACT, Purpose.MARKETING})
"""Reminders, news and offers: refused at the moment of sending, also of a mailing planned before."""


def of_person(work: Work, person: UUID, everything: Iterable[Told], asked: Asked, on: date) -> Standing:
    """What a person's decisions come to for one line on a day, and what their death stops."""
    found = standing(everything, asked, on)
    died = work.get(Person, person).died
    if died is None or asked.purpose not in _STOPPED_BY_DEATH:
        return found
    return replace(found, died_on=died, is_review_due=False)


def as_fact(row: Consent) -> DecisionRow:
    """A stored decision as the rules know it."""
    return DecisionRow(row.decision, row.decided_on, row.expires_on, row.valid_from)


def limits(row: Consent) -> str:
    """What a decision was limited to, with a recipient that is not the line's own."""
    named = row.named_recipient if row.purpose not in NAMES_A_RECIPIENT else ""
    return ", ".join(filter(None, (named, row.scope)))


def lines_of(everything: Sequence[Told], purpose: Purpose) -> tuple[Asked, ...]:
    """The lines to show for a purpose: one for each channel, and one for each person or body named.

    The purpose in general has a line where somebody decided it, or nobody is named.
    """
    found: list[Asked] = [Asked(purpose, channel) for channel in consents.channels_of(purpose)]
    decided = [each.asked for each in everything if each.correction is None]
    for asked in decided:
        if asked.purpose is purpose and not any(asked.is_like(known) for known in found):
            found.append(asked)
    is_general = any(asked.purpose is purpose and not asked.about for asked in decided)
    has_names = any(asked.about for asked in found)
    return tuple(asked for asked in found if asked.about or asked.channel or is_general or not has_names)


def who(row: Consent) -> str:
    """Who decided, in what capacity: "Ms Hodan Jama, mother, with parental responsibility"."""
    is_other = row.given_as not in (None, GivenAs.PATIENT)
    capacity = GIVEN_AS_WORDS[row.given_as] if row.given_as and is_other else ""
    return ", ".join(filter(None, (row.given_by, row.relation, capacity)))


def how(row: Consent) -> str:
    """How the decision came: "on a signed form, blue folder"."""
    return ", ".join(filter(None, (METHOD_WORDS[row.method] if row.method else "", row.how)))


def own_name(person: Person) -> str:
    """A person's name as letters have it, for who decided."""
    return names.plain_name(PersonName(person.title, person.given, person.family, person.known_as))
