"""What a person can be asked to agree to, and what their decisions amount to on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from practice_app.errors import Invalid


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
    """What somebody decided when asked."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


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
    """One recorded decision; `expires_on` is the last day it holds, None when it has no end."""

    decision: Decision
    decided_on: date
    expires_on: date | None = None


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


def sentence(purpose: Purpose, channel: Channel | None, status: Status) -> str:
    """What a status comes to, in one line: "May e-mail about appointments: yes"; refuses as `label` does."""
    return f"{label(purpose, channel)}: {_ANSWERS[status]}"


def status(decisions: Sequence[DecisionRow], on: date) -> Status:
    """What the decisions about one purpose and channel amount to on a day.

    The latest decision wins, of one day the one recorded last; decisions of later days do not count
    yet. Consent holds through its last day. Nobody asked is never consent (UK GDPR Art. 4(11)).
    """
    made = [row for row in decisions if row.decided_on <= on]
    if not made:
        return Status.NOT_ASKED
    latest = max(reversed(made), key=lambda row: row.decided_on)
    if latest.decision is Decision.GIVEN and latest.expires_on is not None and latest.expires_on < on:
        return Status.EXPIRED
    return Status(latest.decision)
