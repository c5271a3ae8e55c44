"""Writes what a patient's record holds besides care: details, contacts, health as told, consents."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from practice_app.model.consents import Consent, ConsentCorrection, PrivacyNoticeGiven
from practice_app.model.people import (
    Address,
    Contact,
    Email,
    HealthFact,
    IdentityCheck,
    Patient,
    PatientStatus,
    Phone,
)
from practice_app.rules import contact_details
from practice_app.rules.consents import (
    NATURE,
    Channel,
    Decision,
    Method,
    Purpose,
    Term,
    VoicemailLevel,
    effect_of_no,
    usual_term,
)
from practice_app.services.demo.clinic import ZONE, Clinic
from practice_app.services.demo.profile import Answer, Home, MailLine, PhoneLine, Profile, Relation
from practice_app.services.demo.rows import Rows


def register(rows: Rows, clinic: Clinic, profile: Profile, number: int) -> None:
    """Everything about one patient but appointments, notes and correspondence."""
    _patient(rows, clinic, profile, number)
    reach(rows, profile.id, profile.homes, profile.phones, profile.emails)
    for relation in profile.relations:
        _contact(rows, clinic, profile, relation)
    for line in profile.health:
        rows.add(
            HealthFact,
            patient_id=profile.id,
            kind=line.kind,
            text=line.text,
            told_on=profile.registered,
            ended_on=line.ended_on,
            source=line.source,
        )
    if profile.identity_seen:
        _identity(rows, clinic, profile.id, profile.identity_seen, profile.registered)
    _notices(rows, clinic, profile)
    for answer in profile.answers:
        _consent(rows, clinic, profile, answer)
    if profile.objects_to_news(Channel.EMAIL, clinic.today):
        for mail in profile.emails:
            rows.objection(Channel.EMAIL, mail.address, clinic.at(profile.registered, 10, 20))


def reach(
    rows: Rows,
    person: UUID,
    homes: Sequence[Home] = (),
    phones: Sequence[PhoneLine] = (),
    emails: Sequence[MailLine] = (),
) -> None:
    """Somebody's addresses, telephone numbers and e-mail addresses, in this order on screens."""
    for position, home in enumerate(homes):
        rows.add(
            Address,
            person_id=person,
            kind=home.kind,
            line_1=home.line_1,
            line_2=home.line_2,
            town=home.town,
            county=home.county,
            postcode=home.postcode,
            safety=home.safety,
            position=position,
        )
    for position, phone in enumerate(phones):
        known = contact_details.phone(phone.number)
        rows.add(
            Phone,
            person_id=person,
            kind=phone.kind,
            shown=known.shown,
            e164=known.e164,
            safety=phone.safety,
            note=phone.note,
            position=position,
        )
    for position, mail in enumerate(emails):
        rows.add(
            Email,
            person_id=person,
            address=mail.address,
            safety=mail.safety,
            note=mail.note,
            position=position,
        )


def _patient(rows: Rows, clinic: Clinic, profile: Profile, number: int) -> None:
    rows.person(
        profile.id,
        profile.name,
        clinic.at(profile.registered, 10, 5),
        born=profile.born,
        died=profile.died,
        sex=profile.sex,
        gender=profile.gender,
        source=profile.source,
        details_confirmed_on=profile.confirmed,
    )
    ended = profile.course.ends + timedelta(days=7)
    rows.add(
        Patient,
        id=profile.id,
        number=number,
        nhs_number=profile.nhs_number,
        status=_status(profile),
        registered_on=profile.registered,
        discharged_on=min(ended, clinic.today) if profile.course.is_over else None,
        safety_line=profile.safety_line,
        gp_practice_id=profile.surgery.id if profile.surgery else None,
        gp_id=profile.surgery.doctors[profile.gp][0] if profile.surgery else None,
    )


def _status(profile: Profile) -> PatientStatus:
    if not profile.course.is_over:
        return PatientStatus.CURRENT
    return PatientStatus.ARCHIVED if profile.is_archived else PatientStatus.DISCHARGED


def _contact(rows: Rows, clinic: Clinic, profile: Profile, relation: Relation) -> None:
    who = relation.somebody
    is_new = rows.person(
        who.id, who.name, clinic.at(profile.registered, 10, 10), sex=who.sex, source=profile.source
    )
    if is_new:
        reach(rows, who.id, (who.home,) if who.home else (), who.phones)
        if who.identity_seen:
            _identity(rows, clinic, who.id, who.identity_seen, profile.registered)
    rows.add(
        Contact,
        patient_id=profile.id,
        person_id=who.id,
        relation=relation.relation,
        authority=relation.authority,
        authority_seen=relation.authority_seen,
        authority_seen_on=relation.authority_seen_on,
        scope=relation.scope,
        valid_from=relation.valid_from,
        valid_to=relation.valid_to,
        is_emergency_contact=relation.is_emergency_contact,
        not_to_speak_from=relation.not_to_speak_from,
        not_to_speak_until=relation.not_to_speak_until,
        source=profile.source,
    )


def _identity(rows: Rows, clinic: Clinic, person: UUID, document: str, on: date) -> None:
    rows.add(
        IdentityCheck,
        person_id=person,
        document_seen=document,
        seen_on=on,
        seen_by_id=clinic.receptionist,
    )


def _consent(rows: Rows, clinic: Clinic, profile: Profile, answer: Answer) -> None:
    is_earlier = answer.purpose is Purpose.SHARE_WITH_GP and answer.is_earlier_wording
    is_yes = answer.decision is Decision.GIVEN
    term = usual_term(answer.purpose, answer.on) if is_yes else Term(None, None, "")
    is_voicemail = is_yes and answer.channel is Channel.VOICEMAIL
    id = rows.add(
        Consent,
        person_id=profile.id,
        purpose=answer.purpose,
        channel=answer.channel,
        nature=NATURE[answer.purpose],
        decision=answer.decision,
        decided_on=answer.on,
        review_on=term.review_on,
        expires_on=answer.expires_on,
        method=answer.method,
        evidence="Forms, by surname" if is_yes and answer.method is Method.SIGNED_PAPER else "",
        given_by=answer.by.name or profile.plain_name,
        given_as=answer.by.given_as,
        relation=answer.by.relation,
        proof=answer.by.proof,
        capacity_basis=answer.by.basis if is_yes else None,
        capacity=answer.by.note,
        named_recipient=answer.recipient,
        scope=VoicemailLevel.NAME_ONLY if is_voicemail else answer.scope,
        effect="" if is_yes else effect_of_no(answer.purpose),
        wording_id=clinic.earlier_gp_wording if is_earlier else clinic.wordings[answer.purpose],
        privacy_notice_id=clinic.notice_on(answer.on),
        recorded_by_id=clinic.receptionist,
        recorded_at=clinic.at(answer.on, 10, 20),
        zone=ZONE,
    )
    if answer.wrong:
        rows.add(
            ConsentCorrection,
            consent_id=id,
            reason=answer.wrong,
            recorded_by_id=clinic.receptionist,
            recorded_at=clinic.at(answer.on + timedelta(days=1), 9, 5),
        )


def _notices(rows: Rows, clinic: Clinic, profile: Profile) -> None:
    """The notice of the day of registration, and to those with an e-mail address each later one."""
    for notice in clinic.notices:
        is_first = notice.id == clinic.notice_on(profile.registered)
        if not is_first and (notice.since <= profile.registered or not profile.emails):
            continue
        on = profile.registered if is_first else notice.since
        rows.add(
            PrivacyNoticeGiven,
            person_id=profile.id,
            notice_id=notice.id,
            given_on=on,
            channel=Channel.IN_PERSON if is_first else Channel.EMAIL,
            recorded_by_id=clinic.receptionist,
            recorded_at=clinic.at(on, 10, 15),
        )
