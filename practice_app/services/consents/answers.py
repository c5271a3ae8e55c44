"""One answer of somebody: whether it can be evidence of consent, and the rows it becomes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from practice_app.errors import Invalid, NotAllowed
from practice_app.model.consents import Consent, ConsentWording
from practice_app.model.people import Person
from practice_app.rules import consents as rules
from practice_app.rules import deciding
from practice_app.rules.consents import (
    NAMES_A_RECIPIENT,
    NATURE,
    Basis,
    Channel,
    Decision,
    Method,
    Purpose,
    Status,
    VoicemailLevel,
)
from practice_app.rules.deciding import Deciding, GivenAs
from practice_app.rules.permissions import CLINICAL_ROLES
from practice_app.services import privacy_notices, suppression, timeline
from practice_app.services.consent_lines import Asked, Standing, Told, own_name, standing
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class SoftOptIn:
    """The three conditions of the soft opt-in (PECR reg. 22(3)); all must hold."""

    got_from_them_here: bool = False
    similar_services: bool = False
    easy_to_refuse: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it is recorded, for one purpose and one or more of its channels.

    `about` names the recipient where the purpose asks for one, and of treatment the kind. `evidence` says
    where the signed form is. `wording` is the one that was read or shown. `decided_on` None is today.
    """

    purpose: Purpose
    decision: Decision
    method: Method
    channels: tuple[Channel | None, ...] = (None,)
    decided_on: date | None = None
    by: Deciding = field(default_factory=Deciding)
    about: str = ""
    limits: str = ""
    voicemail: VoicemailLevel | None = None
    wording: UUID | None = None
    valid_from: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    place: str = ""
    witness: str = ""
    evidence: str = ""
    basis: Basis | None = None
    soft_opt_in: SoftOptIn = field(default_factory=SoftOptIn)

    @property
    def is_no(self) -> bool:
        """Whether it forbids."""
        return self.decision in {Decision.REFUSED, Decision.WITHDRAWN}

    def asked(self, channel: Channel | None) -> Asked:
        """The line it belongs to for one of its channels."""
        return Asked(self.purpose, channel, self.about.strip())


def check(
    work: Work, person: Person, given: Answer, told: Sequence[Told], decided_on: date, nation: str
) -> None:
    """Raise Invalid, naming the field, for what would be no evidence or does not fit what was said before."""
    _check_what(given)
    _check_dates(given, person, decided_on, timeline.today(work))
    match given.decision:
        case Decision.GIVEN:
            deciding.check(given.by, person.born, decided_on, nation, NATURE[given.purpose])
        case Decision.NOT_REQUIRED:
            _check_not_required(work, person.id, given, told, decided_on)
        case Decision.WITHDRAWN:
            _check_withdrawal(given, told, decided_on)
    if given.wording is not None and work.get(ConsentWording, given.wording).purpose is not given.purpose:
        raise Invalid("These words ask for something else.", field="wording")


def _check_what(given: Answer) -> None:
    """The channels belong to the purpose, and a yes names whom or what it is for."""
    if not given.channels:
        raise Invalid("Choose at least one way of contact.", field="channels")
    for channel in given.channels:
        rules.label(given.purpose, channel)
    if given.about and given.purpose is not Purpose.TREATMENT and given.purpose not in NAMES_A_RECIPIENT:
        raise Invalid("This consent names nobody. Put it under the limits.", field="about")
    if given.decision is not Decision.GIVEN:
        return
    if given.purpose in NAMES_A_RECIPIENT and not given.about.strip():
        raise Invalid("Say whom it is for, by name.", field="about")
    if Channel.VOICEMAIL in given.channels and given.voicemail is None:
        raise Invalid("Say what may be left on the voicemail.", field="voicemail")


def _check_dates(given: Answer, person: Person, decided_on: date, today: date) -> None:
    if decided_on > today:
        raise Invalid("That day is still to come.", field="decided_on")
    if person.born and decided_on < person.born:
        raise Invalid("That is before the date of birth.", field="decided_on")
    if person.died and decided_on > person.died:
        raise Invalid("That is after the date of death.", field="decided_on")
    first = given.valid_from or decided_on
    if first < decided_on:
        raise Invalid("Consent cannot begin before it was given.", field="valid_from")
    if given.expires_on and given.expires_on < first:
        raise Invalid("It would run out before it begins.", field="expires_on")
    if given.review_on and given.review_on < first:
        raise Invalid("The day to ask again is before it begins.", field="review_on")


def _check_not_required(
    work: Work, person: UUID, given: Answer, told: Sequence[Told], decided_on: date
) -> None:
    if given.basis not in rules.bases_for(given.purpose, given.channels):
        raise Invalid("Say why no consent is needed for this.", field="basis")
    if given.basis is Basis.SOFT_OPT_IN:
        _check_soft_opt_in(work, person, given)
    elif work.actor.role not in CLINICAL_ROLES:
        raise NotAllowed("Whether consent is needed is for a therapist or a director to decide.")
    for now in _standings(given, told, decided_on):
        if now.status in {Status.REFUSED, Status.WITHDRAWN}:
            raise Invalid(f"{now.sentence}. That stands until they say yes themselves.", field="decision")


def _check_soft_opt_in(work: Work, person: UUID, given: Answer) -> None:
    three = given.soft_opt_in
    if not (three.got_from_them_here and three.similar_services and three.easy_to_refuse):
        raise Invalid("Without consent all three conditions must hold.", field="soft_opt_in")
    if any(suppression.refuses(work, person, channel) for channel in given.channels if channel):
        raise Invalid(
            "An address of theirs is on the list of those who get no marketing. Only a yes of their own "
            "takes it off.",
            field="decision",
        )


def _check_withdrawal(given: Answer, told: Sequence[Told], decided_on: date) -> None:
    for now in _standings(given, told, decided_on):
        if now.consent_id is None or now.status in {Status.REFUSED, Status.WITHDRAWN}:
            raise Invalid(
                f"{now.sentence}. There is nothing to withdraw; record a refusal.", field="decision"
            )


def _standings(given: Answer, told: Sequence[Told], on: date) -> list[Standing]:
    """Where each line of the answer stands on a day, before it is recorded."""
    return [standing(told, given.asked(channel), on) for channel in given.channels]


def rows(work: Work, person: Person, given: Answer, decided_on: date, effect: str) -> list[Consent]:
    """The rows an answer becomes, one for each channel."""
    notice = privacy_notices.given_by(work, person.id, decided_on)
    zone = timeline.practice_zone(work).key
    return [
        Consent(
            person_id=person.id,
            purpose=given.purpose,
            channel=channel,
            nature=NATURE[given.purpose],
            decision=given.decision,
            basis=given.basis if given.decision is Decision.NOT_REQUIRED else None,
            got_from_them_here=given.soft_opt_in.got_from_them_here,
            similar_services=given.soft_opt_in.similar_services,
            easy_to_refuse=given.soft_opt_in.easy_to_refuse,
            decided_on=decided_on,
            method=given.method,
            place=given.place.strip(),
            witness=given.witness.strip(),
            evidence=given.evidence.strip(),
            modality=given.about.strip() if given.purpose is Purpose.TREATMENT else "",
            named_recipient="" if given.purpose is Purpose.TREATMENT else given.about.strip(),
            scope=_scope(given, channel),
            effect=effect,
            wording_id=given.wording,
            privacy_notice_id=notice,
            recorded_by_id=work.actor.id,
            recorded_at=work.now,
            zone=zone,
            **_who(person, given),
            **_when(given),
        )
        for channel in given.channels
    ]


def _scope(given: Answer, channel: Channel | None) -> str:
    said = given.voicemail if channel is Channel.VOICEMAIL and given.decision is Decision.GIVEN else None
    return ", ".join(filter(None, (said, given.limits.strip())))


def _who(person: Person, given: Answer) -> dict[str, object]:
    """Who decided and why they could; what made a no possible is nobody's question."""
    by = given.by
    is_own = by.given_as is GivenAs.PATIENT
    return {
        "given_by": by.name.strip() or (own_name(person) if is_own else ""),
        "given_as": by.given_as,
        "relation": by.relation.strip(),
        "proof": by.proof.strip(),
        "capacity_basis": by.basis if given.decision is Decision.GIVEN else None,
        "capacity": by.note.strip(),
    }


def _when(given: Answer) -> dict[str, object]:
    """From when until when; a no holds at once and for good."""
    if given.is_no:
        return {}
    return {
        "valid_from": given.valid_from,
        "review_on": given.review_on,
        "expires_on": given.expires_on,
    }
