"""What somebody decided and asked for: consents, disclosures, and earlier copies."""

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.model.consents import Consent, ConsentWording
from practice_app.model.rights import Disclosure, SubjectAccessBundle
from practice_app.rules import consents
from practice_app.services.subject_access import other_people
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Reading,
    Section,
    Shown,
    day,
    facts,
    technical,
    words,
)


def _consent(reading: Reading, row: Consent) -> Shown:
    wording = reading.work.find(ConsentWording, row.wording_id)
    asked = f"{wording.text} (version {wording.revision}, {wording.language})" if wording else ""
    return Shown(
        _decision(row),
        row.source or RECORDED_HERE,
        facts(
            ("Kind", words(row.nature)),
            ("Runs out", day(row.expires_on)),
            ("How", row.how),
            ("Given by", row.given_by),
            ("Able to decide", row.capacity),
            ("Recipient named", row.named_recipient),
            ("Limited to", row.scope),
            ("Recorded", reading.moment(row.recorded_at)),
            ("Recorded by", other_people.staff(reading, row.recorded_by_id)),
            ("What was asked", asked),
        ),
    )


def _decision(row: Consent) -> str:
    """The decision in one line, also where the purpose is not usually asked for that channel."""
    try:
        return consents.sentence(row.purpose, row.channel, consents.Status(row.decision))
    except Invalid:
        asked = f"{words(row.purpose)} by {words(row.channel).lower()}" if row.channel else words(row.purpose)
        return f"{asked}: {row.decision.value}"


def _disclosure(reading: Reading, row: Disclosure) -> Shown:
    return Shown(
        f"Given to {row.recipient}",
        RECORDED_HERE,
        facts(
            ("What", row.what),
            ("Why it was allowed", row.basis),
            ("How", row.means),
            ("Country", row.country),
            ("Identity seen", row.identity_seen),
            ("Authority seen", row.authority_seen),
            ("Given by", other_people.staff(reading, row.made_by_id)),
        ),
    )


def _earlier_copy(reading: Reading, row: SubjectAccessBundle) -> Shown:
    return Shown(
        "Copy of everything held",
        RECORDED_HERE,
        facts(
            ("State", words(row.state)),
            ("Pages", str(row.pages)),
            ("Items", str(row.items)),
            ("Prepared by", other_people.staff(reading, row.prepared_by_id)),
            ("Released", reading.moment(row.released_at)),
        ),
    )


SECTIONS = (
    Section(
        Consent,
        "Consents and refusals",
        rows=lambda person: select(Consent).where(Consent.person_id == person),
        dated=lambda _reading, row: row.decided_on,
        shown=_consent,
        left_out=technical("person_id"),
        note="Every decision is listed. A later one about the same matter replaces an earlier one.",
    ),
    Section(
        Disclosure,
        "What was given to others",
        rows=lambda person: select(Disclosure).where(Disclosure.person_id == person),
        dated=lambda _reading, row: row.made_on,
        shown=_disclosure,
        left_out=technical("person_id", letter_id="the link to the letter, which is among the letters here"),
    ),
    Section(
        SubjectAccessBundle,
        "Earlier copies",
        rows=lambda person: select(SubjectAccessBundle).where(SubjectAccessBundle.person_id == person),
        dated=lambda reading, row: reading.local(row.prepared_at),
        shown=_earlier_copy,
        left_out=technical(
            "person_id",
            content_sealed="the earlier copy itself: what it holds is in this copy too",
            disclosure_id="the link to the release, which is listed under what was given to others",
        ),
    ),
)
