"""A row of a consents file."""

from practice_app.exchange.people import patient_key
from practice_app.exchange.row_reader import RowReader, folded
from practice_app.exchange.rows import ConsentRow
from practice_app.rules.consents import Channel, Decision, Purpose, channels_of

_CHANNEL = {
    "email": Channel.EMAIL, "e mail": Channel.EMAIL, "mail": Channel.EMAIL,
    "sms": Channel.SMS, "text": Channel.SMS, "text message": Channel.SMS, "texts": Channel.SMS,
    "phone": Channel.PHONE, "telephone": Channel.PHONE, "call": Channel.PHONE, "phone call": Channel.PHONE,
    "calls": Channel.PHONE,
    "voicemail": Channel.VOICEMAIL, "voice mail": Channel.VOICEMAIL, "answerphone": Channel.VOICEMAIL,
    "post": Channel.POST, "letter": Channel.POST, "postal": Channel.POST,
    "in person": Channel.IN_PERSON, "face to face": Channel.IN_PERSON,
}  # fmt: skip
_DECISION = {
    "given": Decision.GIVEN, "yes": Decision.GIVEN, "y": Decision.GIVEN, "true": Decision.GIVEN,
    "1": Decision.GIVEN, "granted": Decision.GIVEN, "consented": Decision.GIVEN, "agreed": Decision.GIVEN,
    "opted in": Decision.GIVEN, "opt in": Decision.GIVEN, "accepted": Decision.GIVEN,
    "refused": Decision.REFUSED, "no": Decision.REFUSED, "n": Decision.REFUSED, "false": Decision.REFUSED,
    "0": Decision.REFUSED, "declined": Decision.REFUSED, "not given": Decision.REFUSED,
    "denied": Decision.REFUSED,
    "withdrawn": Decision.WITHDRAWN, "revoked": Decision.WITHDRAWN, "opted out": Decision.WITHDRAWN,
    "opt out": Decision.WITHDRAWN, "unsubscribed": Decision.WITHDRAWN, "withdrew": Decision.WITHDRAWN,
}  # fmt: skip

_Asked = tuple[Purpose, Channel | None]


def _purposes() -> dict[str, _Asked]:
    """What each wording of a purpose means; a wording may name the channel along with it."""
    meanings: dict[str, _Asked] = {folded(purpose): (purpose, None) for purpose in Purpose}
    for purpose in (Purpose.CONTACT, Purpose.MARKETING):
        for word, channel in _CHANNEL.items():
            for wording in (f"{purpose} {word}", f"{word} {purpose}", f"{purpose} by {word}"):
                meanings[wording] = (purpose, channel)
            if purpose is Purpose.CONTACT:
                meanings[f"{purpose} {word} admin"] = (purpose, channel)
    return meanings | {
        "newsletter": (Purpose.MARKETING, Channel.EMAIL),
        "email newsletter": (Purpose.MARKETING, Channel.EMAIL),
        "leave voicemail": (Purpose.CONTACT, Channel.VOICEMAIL),
        "sms reminders": (Purpose.CONTACT, Channel.SMS),
        "text reminders": (Purpose.CONTACT, Channel.SMS),
        "email reminders": (Purpose.CONTACT, Channel.EMAIL),
        "appointment reminders": (Purpose.CONTACT, None),
        "reminders": (Purpose.CONTACT, None),
        "gp": (Purpose.SHARE_WITH_GP, None),
        "gp letters": (Purpose.SHARE_WITH_GP, None),
        "write to gp": (Purpose.SHARE_WITH_GP, None),
        "gp sharing": (Purpose.SHARE_WITH_GP, None),
        "sharing with gp": (Purpose.SHARE_WITH_GP, None),
        "share information with gp": (Purpose.SHARE_WITH_GP, None),
        "consent to treatment": (Purpose.TREATMENT, None),
        "treatment consent": (Purpose.TREATMENT, None),
        "video consultation": (Purpose.TELEHEALTH, None),
        "online sessions": (Purpose.TELEHEALTH, None),
        "audio recording": (Purpose.RECORD_SESSION_AUDIO, None),
        "video recording": (Purpose.RECORD_SESSION_VIDEO, None),
        "supervision": (Purpose.SUPERVISION_DISCUSSION, None),
        "photographs": (Purpose.CLINICAL_PHOTO, None),
        "photos": (Purpose.CLINICAL_PHOTO, None),
    }


_PURPOSE = _purposes()


def consent(reader: RowReader) -> ConsentRow | None:
    """The row as one decision; None when it has faults.

    A purpose, channel or decision that is not known is a fault: consent is never guessed, and a blank
    decision is none.
    """
    patient = patient_key(reader)
    asked = _asked(reader)
    decision = reader.word("decision", _DECISION)
    if not reader.has("decision"):
        reader.faults.append("There is no decision in this row. A blank is never consent.")
    decided_on = reader.past_day("decided_on")
    if not reader.has("decided_on"):
        reader.faults.append("There is no day of the decision in this row.")
    expires_on = reader.day("expires_on")
    if decided_on is not None and expires_on is not None and expires_on < decided_on:
        reader.faults.append("The consent runs out before it was decided.")
    if patient is None or asked is None or decision is None or decided_on is None:
        return None
    return ConsentRow(
        line=reader.line,
        ref=reader.text("ref") or None,
        patient=patient,
        purpose=asked[0],
        channel=asked[1],
        decision=decision,
        decided_on=decided_on,
        expires_on=expires_on,
        how=reader.text("how"),
        given_by=reader.text("given_by"),
        named_recipient=reader.text("named_recipient"),
        scope=reader.text("scope"),
        wording=reader.lines("wording"),
        fingerprint=reader.fingerprint(),  # last, because it covers what was asked for before it
    )


def _asked(reader: RowReader) -> _Asked | None:
    """The purpose and its channel; a channel must be told where the purpose has them, and only there."""
    typed = reader.text("purpose")
    found = _PURPOSE.get(folded(typed))
    channel = reader.word("channel", _CHANNEL)
    if found is None:
        known = ", ".join(Purpose)
        reader.faults.append(f"The purpose is not one of: {known}." if typed else "There is no purpose.")
        return None
    purpose, named = found
    if channel is not None and named is not None and channel is not named:
        reader.faults.append("The purpose and the channel name two different ways of contact.")
        return None
    channel = channel or named
    channels = channels_of(purpose)
    if channel not in channels:
        ways = ", ".join(way for way in channels if way is not None)
        reader.faults.append(
            f"For {purpose} say which channel: {ways}." if ways else f"For {purpose} no channel is kept."
        )
        return None
    return purpose, channel
