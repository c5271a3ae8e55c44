"""What somebody decided and asked for: consents, disclosures, and earlier copies."""

from sqlalchemy import select

from practice_app.model.consents import (
    Consent,
    ConsentCorrection,
    ConsentWording,
    PrivacyNotice,
    PrivacyNoticeGiven,
)
from practice_app.model.rights import Disclosure, SubjectAccessBundle
from practice_app.rules import consents
from practice_app.rules.consents import BASIS_WORDS
from practice_app.rules.deciding import CAPACITY_WORDS, GIVEN_AS_WORDS
from practice_app.services import consent_lines
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
    notice = reading.work.find(PrivacyNotice, row.privacy_notice_id)
    asked = f"{wording.text} (version {wording.revision}, {wording.language})" if wording else ""
    return Shown(
        _decision(row),
        row.source or RECORDED_HERE,
        facts(
            ("Recorded wrongly", _why_wrong(reading, row)),
            ("Kind", words(row.nature)),
            ("Why no consent was needed", BASIS_WORDS[row.basis] if row.basis else ""),
            ("Without consent, because", "; ".join(_soft_opt_in(row))),
            ("Holds from", day(row.valid_from)),
            ("To be asked again", day(row.review_on)),
            ("Runs out", day(row.expires_on)),
            ("How", consent_lines.how(row)),
            ("Where", row.place),
            ("Witness", row.witness),
            ("Signed form kept", row.evidence),
            ("Given by", consent_lines.who(row)),
            ("Decided", GIVEN_AS_WORDS[row.given_as] if row.given_as else ""),
            ("Authority seen", row.proof),
            ("Able to decide", _capacity(row)),
            ("Kind of treatment", row.modality),
            ("Recipient named", row.named_recipient),
            ("Limited to", row.scope),
            ("What this changed", row.effect),
            ("Recorded", ", ".join(filter(None, (reading.moment(row.recorded_at), row.zone)))),
            ("Recorded by", other_people.staff(reading, row.recorded_by_id)),
            ("What was asked", asked),
            ("Privacy notice given before", f"Version {notice.revision}" if notice else ""),
        ),
    )


def _soft_opt_in(row: Consent) -> tuple[str, ...]:
    """The conditions of the soft opt-in that held (PECR reg. 22(3))."""
    held = (
        (row.got_from_them_here, "the address came from you when you came to us"),
        (row.similar_services, "it is about services like those you had"),
        (row.easy_to_refuse, "you could say no, then and in every message"),
    )
    return tuple(words for is_so, words in held if is_so)


def _capacity(row: Consent) -> str:
    basis = CAPACITY_WORDS[row.capacity_basis] if row.capacity_basis else ""
    return ": ".join(filter(None, (basis, row.capacity)))


def _why_wrong(reading: Reading, row: Consent) -> str:
    """Why a decision does not count, from the correction that is listed in a section of its own."""
    statement = select(ConsentCorrection.reason).where(ConsentCorrection.consent_id == row.id)
    reason = reading.work.first(statement)
    return f"It does not count: {reason}" if reason else ""


def _decision(row: Consent) -> str:
    """The decision in one line."""
    answer = consents.answer(consents.Status(row.decision))
    return f"{consent_lines.Asked(row.purpose, row.channel).label}: {answer}"


def _correction(reading: Reading, row: ConsentCorrection) -> Shown:
    corrected = reading.work.get(Consent, row.consent_id)
    return Shown(
        f"Recorded wrongly on {reading.moment(corrected.recorded_at)}: {_decision(corrected)}",
        RECORDED_HERE,
        facts(("Why", row.reason), ("Found by", other_people.staff(reading, row.recorded_by_id))),
    )


def _notice_given(reading: Reading, row: PrivacyNoticeGiven) -> Shown:
    notice = reading.work.get(PrivacyNotice, row.notice_id)
    return Shown(
        f"Privacy notice, version {notice.revision}",
        RECORDED_HERE,
        facts(
            ("How", words(row.channel)),
            ("Recorded", reading.moment(row.recorded_at)),
            ("Given by", other_people.staff(reading, row.recorded_by_id)),
        ),
    )


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
        ConsentCorrection,
        "Decisions that were recorded wrongly",
        rows=lambda person: (
            select(ConsentCorrection)
            .join(Consent, Consent.id == ConsentCorrection.consent_id)
            .where(Consent.person_id == person)
        ),
        dated=lambda reading, row: reading.local(row.recorded_at),
        shown=_correction,
        left_out=technical(),
        note="The wrong entry stays among the consents and refusals, but it does not count.",
    ),
    Section(
        PrivacyNoticeGiven,
        "Privacy notices given",
        rows=lambda person: select(PrivacyNoticeGiven).where(PrivacyNoticeGiven.person_id == person),
        dated=lambda _reading, row: row.given_on,
        shown=_notice_given,
        left_out=technical("person_id"),
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
