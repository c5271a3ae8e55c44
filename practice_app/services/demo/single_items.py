"""Items that only one patient of the demo has: a draft, a note for its author alone, a joint letter."""

from practice_app.model.access import Caseload
from practice_app.model.competence import CompetenceNote
from practice_app.model.correspondence import Direction, LetterState
from practice_app.model.deaths import Death
from practice_app.model.families import Family, FamilyKind, FamilyMember
from practice_app.model.kept_from import Expectation, KeptFrom
from practice_app.model.notes import Draft
from practice_app.model.people import EarlierDetail
from practice_app.model.rights import Disclosure
from practice_app.services.demo import letters
from practice_app.services.demo.cast import SOLICITOR, Cast
from practice_app.services.demo.casting import Casting
from practice_app.storage import sealed


def add(casting: Casting, cast: Cast) -> None:
    """All of them."""
    _draft(casting, cast)
    _private_note(casting, cast)
    _joint_letter(casting, cast)
    _report_to_solicitor(casting, cast)
    _papers(casting, cast)
    _given_to_the_counsellor(casting, cast)
    _couple(casting, cast)
    _judged_able_to_decide(casting, cast)
    _death(casting, cast)
    _earlier_details(casting, cast)


def _draft(casting: Casting, cast: Cast) -> None:
    rows, patient, author = casting.rows, cast.changed_their_mind.id, casting.clinic.director
    id, at = rows.chance.id(), casting.clinic.at(casting.weekday_before(1), 12, 50)
    text = casting.clinic.stock.drafts[0]
    body = rows.sealed(sealed.DRAFT, id, text, about=(patient,), author=author, at=at)
    rows.add(Draft, id=id, author_id=author, patient_id=patient, saved_at=at, body_sealed=body)


def _private_note(casting: Casting, cast: Cast) -> None:
    day = casting.weekday_before(10)
    casting.rows.note(
        (cast.unsafe_phone.id,),
        casting.clinic.stock.private[0],
        author=casting.clinic.director,
        happened_on=day,
        at=casting.clinic.at(day, 18, 40),
        is_private=True,
    )


def _joint_letter(casting: Casting, cast: Cast) -> None:
    him, her = cast.couple
    who = casting.counsellor
    text = casting.clinic.stock.letters["summary"].format(
        one=her.plain_name, other=him.plain_name, practitioner=who.name
    )
    letters.care_letter(
        casting.rows,
        casting.clinic,
        (her.id, him.id),
        text,
        casting.weekday_before(45),
        author=who.user,
        direction=Direction.OUT,
        state=LetterState.SENT,
        sender=who.name,
        recipient="Both, handed over in the session",
    )


def _report_to_solicitor(casting: Casting, cast: Cast) -> None:
    rows, clinic, patient = casting.rows, casting.clinic, cast.with_solicitor
    day, who = casting.weekday_before(50), patient.course.colleague
    text = clinic.stock.letters["report"].format(
        name=patient.plain_name, practitioner=who.name, profession=who.profession
    )
    letter = letters.care_letter(
        rows,
        clinic,
        (patient.id,),
        text,
        day,
        author=who.user,
        direction=Direction.OUT,
        state=LetterState.SENT,
        sender=who.name,
        recipient=SOLICITOR,
    )
    file = clinic.stock.attachments[1]
    rows.text_file(letter, (patient.id,), file, clinic.receptionist, clinic.at(day, 16, 35))
    rows.add(
        Disclosure,
        person_id=patient.id,
        made_on=day,
        recipient=SOLICITOR,
        what="Report about the accident",
        basis="Consent: may share with a solicitor",
        means="secure e-mail",
        country="United Kingdom",
        authority_seen="Signed form of authority",
        letter_id=letter,
        made_by_id=clinic.receptionist,
    )


def _papers(casting: Casting, cast: Cast) -> None:
    """What patients gave on paper, filed at the reception; the showpiece has a file of every form."""
    authority, questionnaire, *others = casting.clinic.stock.papers
    for patient, given, weekdays in (
        (cast.showpiece, authority, 51),
        (cast.unsafe_phone, questionnaire, 60),
        *((cast.showpiece, each, 48) for each in others),
    ):
        day = casting.weekday_before(weekdays)
        casting.rows.document(
            (patient.id,), given, day, author=casting.clinic.receptionist, at=casting.clinic.at(day, 9, 20)
        )


def _given_to_the_counsellor(casting: Casting, cast: Cast) -> None:
    """Somebody the counsellor is to see soon, and may read up on without giving a reason."""
    casting.rows.add(
        Caseload,
        user_id=casting.counsellor.user,
        patient_id=cast.changed_their_mind.id,
        from_on=casting.weekday_before(5),
        put_by_id=casting.clinic.receptionist,
    )


def _couple(casting: Casting, cast: Cast) -> None:
    """Two who come together, each with an address of their own that the other's record never shows."""
    family = casting.rows.add(Family, kind=FamilyKind.COUPLE, name="")
    for each in cast.couple:
        casting.rows.add(FamilyMember, family_id=family, patient_id=each.id, since=each.registered)


def _judged_able_to_decide(casting: Casting, cast: Cast) -> None:
    """A boy of fifteen who decides alone, and does not want his father to read his notes."""
    rows, clinic, patient = casting.rows, casting.clinic, cast.decides_alone
    who, day, id = clinic.director, patient.registered, rows.chance.id()
    at = clinic.at(day, 15, 40)
    matter, reasons = clinic.stock.judgement
    rows.add(
        CompetenceNote,
        id=id,
        patient_id=patient.id,
        assessed_on=day,
        can_decide=True,
        assessor_id=who,
        entered_at=at,
        matter_sealed=rows.sealed(
            sealed.COMPETENCE_MATTER, id, matter, about=(patient.id,), author=who, at=at
        ),
        reasons_sealed=rows.sealed(
            sealed.COMPETENCE_REASONS, id, reasons, about=(patient.id,), author=who, at=at
        ),
    )
    rows.add(
        KeptFrom,
        patient_id=patient.id,
        named="Mr Guled Nuur",
        item_kind="note",
        expectation=Expectation.EXPRESSLY_BARRED,
        since=day,
        recorded_by_id=who,
    )


def _death(casting: Casting, cast: Cast) -> None:
    """Who told the clinic of a death, the working day after it."""
    patient, day = cast.died, casting.weekday_before(74)
    if patient.died is not None:
        casting.rows.add(
            Death,
            patient_id=patient.id,
            died_on=patient.died,
            source="The daughter, by telephone",
            recorded_at=casting.clinic.at(day, 9, 50),
            recorded_by_id=casting.clinic.receptionist,
        )


def _earlier_details(casting: Casting, cast: Cast) -> None:
    """What two people's details were before the reception changed them, with why (P17)."""
    rows, day = casting.rows, casting.weekday_before(20)
    change, moved = rows.chance.id(), rows.chance.id()
    for patient, tie, what, was, reason in (
        (cast.changed_their_mind, change, "Family name", "Ashworth", "Married; saw the certificate"),
        (cast.with_solicitor, moved, "Address", "Home: 3 Ferry Lane, Wick Sands, HV6 2QD", "Moved house"),
        (cast.with_solicitor, moved, "Telephone number", "Home: 01632 960441", "Moved house"),
    ):
        rows.add(
            EarlierDetail,
            person_id=patient.id,
            change_id=tie,
            what=what,
            was=was,
            changed_at=casting.clinic.at(day, 11, 15),
            changed_by_id=casting.clinic.receptionist,
            reason=reason,
        )
