"""What a person can be asked to agree to, and what their decisions amount to on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from practice_app.errors import Invalid
from practice_app.rules import dates


class Purpose(StrEnum):
    """One thing consent is asked for; contact and marketing are asked once per channel."""

    TREATMENT = "treatment"
    TELEHEALTH = "telehealth"
    SHARE_WITH_GP = "share_with_gp"
    RECEIVE_FROM_GP = "receive_from_gp"
    SHARE_WITH_OTHER_CLINICIAN = "share_with_other_clinician"
    SHARE_WITH_RELATIVE = "share_with_relative"
    SHARE_WITH_INSURER = "share_with_insurer"
    SHARE_WITH_EMPLOYER = "share_with_employer"
    SHARE_WITH_SOLICITOR = "share_with_solicitor"
    CONTACT = "contact"
    EMERGENCY_CONTACT = "emergency_contact"
    MARKETING = "marketing"
    RECORD_SESSION_AUDIO = "record_session_audio"
    RECORD_SESSION_VIDEO = "record_session_video"
    CLINICAL_PHOTO = "clinical_photo"
    SUPERVISION_DISCUSSION = "supervision_discussion"
    RESEARCH = "research"
    TEACHING = "teaching"
    TESTIMONIAL = "testimonial"
    STUDENT_OBSERVER = "student_observer"
    AI_TRANSCRIPTION = "ai_transcription"


class Channel(StrEnum):
    """A way of reaching somebody."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    VOICEMAIL = "voicemail"
    POST = "post"
    IN_PERSON = "in_person"


class Nature(StrEnum):
    """What kind of agreement a purpose needs; only some of it is consent in the sense of UK GDPR."""

    TREATMENT = "treatment"
    CONFIDENTIALITY = "confidentiality"
    GDPR_CONSENT = "gdpr_consent"
    PECR = "pecr"
    PREFERENCE = "preference"


class Decision(StrEnum):
    """What somebody decided when asked; NOT_REQUIRED is the practice's own, and names its basis."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_REQUIRED = "not_required"


class Basis(StrEnum):
    """What allows something without consent."""

    SERVICE_MESSAGE = "service_message"
    DIRECT_CARE = "direct_care"
    LEGAL_OBLIGATION = "legal_obligation"
    SAFEGUARDING = "safeguarding"
    VITAL_INTERESTS = "vital_interests"
    SOFT_OPT_IN = "soft_opt_in"


class Method(StrEnum):
    """How a decision reached the practice; of a withdrawal, what it was withdrawn by."""

    SIGNED_PAPER = "signed_paper"
    SIGNED_ON_SCREEN = "signed_on_screen"
    IN_PERSON = "in_person"
    PHONE = "phone"
    EMAIL = "email"
    LETTER = "letter"
    TEXT_MESSAGE = "text_message"
    LINK = "link"


class VoicemailLevel(StrEnum):
    """What may be left on an answering machine once it may be used at all."""

    NAME_ONLY = "our name and number only"
    FULL = "the full message"


class Status(StrEnum):
    """What the decisions amount to; only GIVEN and NOT_REQUIRED allow anything."""

    NOT_ASKED = "not_asked"
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One recorded decision: the first day it holds (None: at once) and the last (None: no end)."""

    decision: Decision
    decided_on: date
    expires_on: date | None = None
    valid_from: date | None = None

    @property
    def holds_from(self) -> date:
        """Nothing holds before it was decided."""
        return max(self.decided_on, self.valid_from or self.decided_on)


@dataclass(frozen=True, slots=True)
class Term:
    """How long a consent is usually taken to hold: the dates to suggest, and why in one sentence."""

    review_on: date | None
    expires_on: date | None
    why: str


NATURE: Mapping[Purpose, Nature] = MappingProxyType(
    {
        Purpose.TREATMENT: Nature.TREATMENT,
        Purpose.TELEHEALTH: Nature.TREATMENT,
        Purpose.SHARE_WITH_GP: Nature.CONFIDENTIALITY,
        Purpose.RECEIVE_FROM_GP: Nature.CONFIDENTIALITY,
        Purpose.SHARE_WITH_OTHER_CLINICIAN: Nature.CONFIDENTIALITY,
        Purpose.SHARE_WITH_RELATIVE: Nature.CONFIDENTIALITY,
        Purpose.SHARE_WITH_INSURER: Nature.CONFIDENTIALITY,
        Purpose.SHARE_WITH_EMPLOYER: Nature.CONFIDENTIALITY,
        Purpose.SHARE_WITH_SOLICITOR: Nature.CONFIDENTIALITY,
        Purpose.CONTACT: Nature.PREFERENCE,
        Purpose.EMERGENCY_CONTACT: Nature.CONFIDENTIALITY,
        Purpose.MARKETING: Nature.PECR,
        Purpose.RECORD_SESSION_AUDIO: Nature.GDPR_CONSENT,
        Purpose.RECORD_SESSION_VIDEO: Nature.GDPR_CONSENT,
        Purpose.CLINICAL_PHOTO: Nature.TREATMENT,
        Purpose.SUPERVISION_DISCUSSION: Nature.CONFIDENTIALITY,
        Purpose.RESEARCH: Nature.GDPR_CONSENT,
        Purpose.TEACHING: Nature.GDPR_CONSENT,
        Purpose.TESTIMONIAL: Nature.GDPR_CONSENT,
        Purpose.STUDENT_OBSERVER: Nature.CONFIDENTIALITY,
        Purpose.AI_TRANSCRIPTION: Nature.GDPR_CONSENT,
    }
)

_PERMISSIONS: Mapping[tuple[Purpose, Channel | None], str] = MappingProxyType(
    {
        (Purpose.TREATMENT, None): "May treat",
        (Purpose.TELEHEALTH, None): "May treat by video or phone",
        (Purpose.SHARE_WITH_GP, None): "May write to the GP",
        (Purpose.RECEIVE_FROM_GP, None): "May ask the GP for information",
        (Purpose.SHARE_WITH_OTHER_CLINICIAN, None): "May share with another clinician",
        (Purpose.SHARE_WITH_RELATIVE, None): "May share with a relative",
        (Purpose.SHARE_WITH_INSURER, None): "May share with the insurer",
        (Purpose.SHARE_WITH_EMPLOYER, None): "May share with the employer",
        (Purpose.SHARE_WITH_SOLICITOR, None): "May share with a solicitor",
        (Purpose.CONTACT, Channel.EMAIL): "May e-mail about appointments",
        (Purpose.CONTACT, Channel.SMS): "May text about appointments",
        (Purpose.CONTACT, Channel.PHONE): "May ring about appointments",
        (Purpose.CONTACT, Channel.VOICEMAIL): "May leave a voicemail about appointments",
        (Purpose.CONTACT, Channel.POST): "May write by post about appointments",
        (Purpose.EMERGENCY_CONTACT, None): "May tell the emergency contact",
        (Purpose.MARKETING, Channel.EMAIL): "May e-mail news and offers",
        (Purpose.MARKETING, Channel.SMS): "May text news and offers",
        (Purpose.MARKETING, Channel.PHONE): "May ring with news and offers",
        (Purpose.MARKETING, Channel.POST): "May post news and offers",
        (Purpose.RECORD_SESSION_AUDIO, None): "May record the sound of sessions",
        (Purpose.RECORD_SESSION_VIDEO, None): "May film sessions",
        (Purpose.CLINICAL_PHOTO, None): "May take clinical photographs",
        (Purpose.SUPERVISION_DISCUSSION, None): "May discuss in supervision",
        (Purpose.RESEARCH, None): "May use for research",
        (Purpose.TEACHING, None): "May use for teaching",
        (Purpose.TESTIMONIAL, None): "May publish a testimonial",
        (Purpose.STUDENT_OBSERVER, None): "May have a student observe",
        (Purpose.AI_TRANSCRIPTION, None): "May have sessions transcribed by software",
    }
)

_PURPOSES_WITH_CHANNELS: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.CONTACT: "May get in touch about appointments",
        Purpose.MARKETING: "May send news and offers",
    }
)

_ANSWERS: Mapping[Status, str] = MappingProxyType(
    {
        Status.NOT_ASKED: "never asked, so no",
        Status.GIVEN: "yes",
        Status.REFUSED: "no, refused",
        Status.WITHDRAWN: "no, consent was withdrawn",
        Status.EXPIRED: "no, consent has run out",
        Status.SUPERSEDED: "replaced by a later decision",
        Status.NOT_REQUIRED: "yes, consent is not needed",
    }
)


BASIS_WORDS: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.SERVICE_MESSAGE: "a plain message about their own appointments (UK GDPR Art. 6(1)(b))",
        Basis.DIRECT_CARE: "part of giving them care (UK GDPR Art. 9(2)(h))",
        Basis.LEGAL_OBLIGATION: "a law or a court order demands it (UK GDPR Art. 6(1)(c))",
        Basis.SAFEGUARDING: "it protects a child or an adult at risk (DPA 2018 Sch. 1 para. 18)",
        Basis.VITAL_INTERESTS: "it protects somebody's life (UK GDPR Art. 9(2)(c))",
        Basis.SOFT_OPT_IN: "similar services, offered to somebody who came here (PECR reg. 22(3))",
    }
)
"""Why no consent is needed, as it stands behind "consent is not needed: "."""

METHOD_WORDS: Mapping[Method, str] = MappingProxyType(
    {
        Method.SIGNED_PAPER: "on a signed form",
        Method.SIGNED_ON_SCREEN: "signed on a screen",
        Method.IN_PERSON: "said in person",
        Method.PHONE: "said by telephone",
        Method.EMAIL: "in an e-mail",
        Method.LETTER: "in a letter",
        Method.TEXT_MESSAGE: "in a text message",
        Method.LINK: "by a link in a message",
    }
)

GROUPS: Mapping[str, tuple[Purpose, ...]] = MappingProxyType(
    {
        "Treatment": (Purpose.TREATMENT, Purpose.TELEHEALTH, Purpose.STUDENT_OBSERVER),
        "Sharing information": (
            Purpose.SHARE_WITH_GP,
            Purpose.RECEIVE_FROM_GP,
            Purpose.SHARE_WITH_OTHER_CLINICIAN,
            Purpose.SHARE_WITH_RELATIVE,
            Purpose.SHARE_WITH_INSURER,
            Purpose.SHARE_WITH_EMPLOYER,
            Purpose.SHARE_WITH_SOLICITOR,
            Purpose.EMERGENCY_CONTACT,
            Purpose.SUPERVISION_DISCUSSION,
        ),
        "Getting in touch": (Purpose.CONTACT,),
        "News and offers": (Purpose.MARKETING,),
        "Recordings and pictures": (
            Purpose.RECORD_SESSION_AUDIO,
            Purpose.RECORD_SESSION_VIDEO,
            Purpose.AI_TRANSCRIPTION,
            Purpose.CLINICAL_PHOTO,
        ),
        "Beyond their own care": (Purpose.RESEARCH, Purpose.TEACHING, Purpose.TESTIMONIAL),
    }
)
"""Every purpose once, in the order in which screens and papers list them."""

NAMES_A_RECIPIENT: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.SHARE_WITH_OTHER_CLINICIAN: "Which clinician",
        Purpose.SHARE_WITH_RELATIVE: "Which relative",
        Purpose.SHARE_WITH_INSURER: "Which insurer, and the claim",
        Purpose.SHARE_WITH_EMPLOYER: "Which employer",
        Purpose.SHARE_WITH_SOLICITOR: "Which solicitor",
    }
)
"""Purposes decided for one named person or body at a time, with the question that names it (P33)."""

_WITHOUT_ASKING: Mapping[tuple[Purpose, Channel | None], Basis] = MappingProxyType(
    {
        (Purpose.CONTACT, Channel.PHONE): Basis.SERVICE_MESSAGE,
        (Purpose.CONTACT, Channel.POST): Basis.SERVICE_MESSAGE,
    }
)
"""What may be done for somebody who was never asked: they gave the number or address for just this.

E-mail, text and voicemail are not among it, because others may read or hear them.
"""

_EFFECTS: Mapping[Purpose, str] = MappingProxyType(
    {
        Purpose.TREATMENT: "Treatment stops until there is consent again.",
        Purpose.TELEHEALTH: "Sessions are held in person from now on.",
        Purpose.SHARE_WITH_GP: "No new letters go to the GP. Letters already sent stay as they are.",
        Purpose.RECEIVE_FROM_GP: "Nothing more is asked of the GP. What was received stays in the record.",
        Purpose.SHARE_WITH_OTHER_CLINICIAN: "Nothing more is shared with that clinician.",
        Purpose.SHARE_WITH_RELATIVE: "Nothing more is told to that relative.",
        Purpose.SHARE_WITH_INSURER: "Nothing more goes to the insurer. The claim may not be paid.",
        Purpose.SHARE_WITH_EMPLOYER: "Nothing more goes to the employer.",
        Purpose.SHARE_WITH_SOLICITOR: "Nothing more goes to the solicitor.",
        Purpose.CONTACT: "Reminders and other messages about appointments stop by this way.",
        Purpose.EMERGENCY_CONTACT: "The emergency contact is told nothing.",
        Purpose.MARKETING: "No more news and offers go out by this way.",
        Purpose.RECORD_SESSION_AUDIO: "No more sessions are recorded. Ask whether recordings should go.",
        Purpose.RECORD_SESSION_VIDEO: "No more sessions are filmed. Ask whether films should go.",
        Purpose.CLINICAL_PHOTO: "No more photographs are taken.",
        Purpose.SUPERVISION_DISCUSSION: "Sessions are not discussed in supervision any more.",
        Purpose.RESEARCH: "Nothing more is used for research. What was published cannot be called back.",
        Purpose.TEACHING: "Nothing more is used for teaching.",
        Purpose.TESTIMONIAL: "The testimonial must be taken down.",
        Purpose.STUDENT_OBSERVER: "No student sits in any more.",
        Purpose.AI_TRANSCRIPTION: "Sessions are not transcribed by software any more.",
    }
)

_REVIEW_MONTHS: Mapping[Purpose, tuple[int, str]] = MappingProxyType(
    {
        Purpose.SHARE_WITH_GP: (12, "Ask again after 12 months, or when a new course of treatment begins."),
        Purpose.RECEIVE_FROM_GP: (12, "Ask again after 12 months, or when a new course begins."),
        Purpose.MARKETING: (24, "Ask again after 24 months."),
    }
)

_PER_SESSION = frozenset(
    {
        Purpose.RECORD_SESSION_AUDIO,
        Purpose.RECORD_SESSION_VIDEO,
        Purpose.AI_TRANSCRIPTION,
        Purpose.STUDENT_OBSERVER,
    }
)


def channels_of(purpose: Purpose) -> tuple[Channel | None, ...]:
    """The channels a purpose is asked for one by one; (None,) when it is asked once."""
    return tuple(channel for asked, channel in _PERMISSIONS if asked is purpose)


def label(purpose: Purpose, channel: Channel | None) -> str:
    """What is allowed once consent is given, for screens and papers: "May e-mail about appointments".

    Refused with Invalid when the purpose is not asked for that channel.
    """
    permission = _PERMISSIONS.get((purpose, channel))
    if permission is None:
        raise Invalid("This consent is not asked for in that way of contact.", field="channel")
    return permission


def title(purpose: Purpose) -> str:
    """What a purpose allows, whatever the channel: "May get in touch about appointments"."""
    return _PURPOSES_WITH_CHANNELS.get(purpose) or label(purpose, None)


def sentence(purpose: Purpose, channel: Channel | None, status: Status) -> str:
    """What a status comes to, in one line: "May e-mail about appointments: yes"; refuses as `label` does."""
    return f"{label(purpose, channel)}: {_ANSWERS[status]}"


def answer(status: Status) -> str:
    """A status as the answer to "may we?": "no, refused"."""
    return _ANSWERS[status]


def effect_of_no(purpose: Purpose) -> str:
    """What a refusal or withdrawal changes, in a sentence or two."""
    return _EFFECTS[purpose]


def basis_without_asking(purpose: Purpose, channel: Channel | None) -> Basis | None:
    """What allows this for somebody who was never asked; None where only their yes does."""
    return _WITHOUT_ASKING.get((purpose, channel))


def bases_for(purpose: Purpose, channels: Iterable[Channel | None]) -> tuple[Basis, ...]:
    """The bases on which the practice may record that no consent is needed; () where there is none.

    Soft opt-in is for electronic mail only: e-mail and text (PECR reg. 22(3)).
    """
    if purpose is Purpose.MARKETING:
        is_mail = set(channels) <= {Channel.EMAIL, Channel.SMS}
        return (Basis.SOFT_OPT_IN,) if is_mail else ()
    if NATURE[purpose] is Nature.CONFIDENTIALITY:
        return Basis.DIRECT_CARE, Basis.LEGAL_OBLIGATION, Basis.SAFEGUARDING, Basis.VITAL_INTERESTS
    return ()


def usual_term(purpose: Purpose, decided_on: date) -> Term:
    """How long consent decided on a day is suggested to hold. The law sets no life: these are customs."""
    if purpose in _PER_SESSION:
        return Term(None, decided_on, "For one session: it runs out at the end of that day.")
    if purpose in _REVIEW_MONTHS:
        months, why = _REVIEW_MONTHS[purpose]
        return Term(dates.add_months(decided_on, months), None, why)
    if purpose is Purpose.SHARE_WITH_INSURER:
        return Term(None, None, "For one claim: ask again for the next.")
    if NATURE[purpose] is Nature.TREATMENT:
        return Term(None, None, "For this course of treatment: ask again when a new one begins.")
    return Term(None, None, "It holds until it is withdrawn.")


def digest(purpose: Purpose, language: str, text: str) -> str:
    """The SHA-256 of a wording; the same words asked for another purpose are another wording."""
    return sha256(f"{purpose}\n{language}\n{text}".encode()).hexdigest()


def deciding(decisions: Sequence[DecisionRow], on: date) -> int | None:
    """The place of the decision that counts on a day, None when there is none yet.

    The latest decision wins, of one day the one that stands last in the sequence, which is the order of
    recording. One that begins to hold later does not count yet.
    """
    holding = [place for place, row in enumerate(decisions) if row.holds_from <= on]
    return max(holding, key=lambda place: (decisions[place].decided_on, place), default=None)


def status(decisions: Sequence[DecisionRow], on: date) -> Status:
    """What the decisions about one purpose and channel amount to on a day (see `deciding`).

    Consent holds through its last day. Nobody asked is never consent (UK GDPR Art. 4(11)).
    """
    place = deciding(decisions, on)
    return Status.NOT_ASKED if place is None else _own_status(decisions[place], on)


def _own_status(row: DecisionRow, on: date) -> Status:
    is_yes = row.decision in {Decision.GIVEN, Decision.NOT_REQUIRED}
    if is_yes and row.expires_on is not None and row.expires_on < on:
        return Status.EXPIRED
    return Status(row.decision)
