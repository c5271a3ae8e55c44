"""What somebody needs at hand to ask for a consent: the words, who may decide, and whom it may be for."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from practice_app.model.consents import Consent
from practice_app.model.people import Contact, Person
from practice_app.model.settings import Practice
from practice_app.rules import deciding, names
from practice_app.rules.authority import Authority
from practice_app.rules.consents import NAMES_A_RECIPIENT, NATURE, Purpose
from practice_app.rules.deciding import GivenAs
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services import consent_lines as lines
from practice_app.services.consents.words import Wording, wordings_of
from practice_app.services.marks import reads
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Proxy:
    """A contact who may decide for the patient: what to put down when they do."""

    name: str
    relation: str
    given_as: GivenAs
    proof: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the form for one purpose needs to know about this patient; the words asked now come first."""

    wordings: tuple[Wording, ...]
    hint: str
    is_presumed: bool
    own_name: str
    proxies: tuple[Proxy, ...]
    recipients: tuple[str, ...]


_AUTHORITIES = {
    Authority.PARENTAL_RESPONSIBILITY: GivenAs.PARENT,
    Authority.POWER_OF_ATTORNEY_HEALTH: GivenAs.ATTORNEY,
    Authority.COURT_DEPUTY: GivenAs.DEPUTY,
}
"""Which contacts may decide about care: an attorney for property may not (MCA 2005 s.9)."""


@reads(Permission.OPEN_RECORD)
def asking(work: Work, patient: UUID, purpose: Purpose) -> Question:
    """What the form for a purpose shows: the words to read out, who may decide, whom it was named for."""
    access.require_record(work, patient)
    person, today, here = work.get(Person, patient), timeline.today(work), nation(work)
    return Question(
        wordings=tuple(each for each in wordings_of(work) if each.purpose is purpose),
        hint=deciding.hint(person.born, today, here),
        is_presumed=deciding.presumed(person.born, today, here, NATURE[purpose]),
        own_name=lines.own_name(person),
        proxies=_proxies(work, patient, today),
        recipients=_recipients(work, patient, purpose),
    )


def _proxies(work: Work, patient: UUID, today: date) -> tuple[Proxy, ...]:
    """Contacts with an authority to decide about care that holds today; `proof` is "" while none was seen."""
    statement = select(Contact, Person).join(Person, Person.id == Contact.person_id)
    found = []
    for contact, person in work.rows(statement.where(Contact.patient_id == patient)):
        begins, ends = contact.valid_from or date.min, contact.valid_to or date.max
        if contact.authority in _AUTHORITIES and begins <= today <= ends and person.died is None:
            as_ = _AUTHORITIES[contact.authority]
            found.append(Proxy(lines.own_name(person), contact.relation, as_, contact.authority_seen))
    return tuple(sorted(found, key=lambda each: each.name))


def _recipients(work: Work, patient: UUID, purpose: Purpose) -> tuple[str, ...]:
    """Whom it was named for before, and for relatives the contacts."""
    if purpose not in NAMES_A_RECIPIENT:
        return ()
    found = list(
        work.select(
            select(Consent.named_recipient)
            .where(Consent.person_id == patient, Consent.purpose == purpose, Consent.named_recipient != "")
            .order_by(Consent.recorded_at.desc())
        )
    )
    if purpose is Purpose.SHARE_WITH_RELATIVE:
        statement = select(Contact, Person).join(Person, Person.id == Contact.person_id)
        for contact, person in work.rows(statement.where(Contact.patient_id == patient)):
            relation = f" ({contact.relation})" if contact.relation else ""
            found.append(f"{lines.own_name(person)}{relation}")
    return tuple({names.fold(each): each for each in reversed(found)}.values())[::-1]


def nation(work: Work) -> str:
    """The nation whose law on who may decide holds here."""
    return work.first(select(Practice.nation)) or "ENG"
