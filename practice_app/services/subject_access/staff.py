"""What is held about people who work with the practice: their accounts, and their work, counted."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from practice_app.errors import Defect
from practice_app.model.access import Caseload
from practice_app.model.competence import CompetenceNote
from practice_app.model.consents import (
    Consent,
    ConsentCorrection,
    ConsentWording,
    PrivacyNotice,
    PrivacyNoticeGiven,
)
from practice_app.model.correspondence import Call, Letter
from practice_app.model.deaths import Death
from practice_app.model.diary import Appointment
from practice_app.model.documents import Document
from practice_app.model.form_drafts import FormDraft
from practice_app.model.kept_from import KeptFrom
from practice_app.model.merges import Merge, MergeSuggestion, MovedAway, MovedItem
from practice_app.model.notes import Addendum, Draft, Note
from practice_app.model.people import GP, Contact, EarlierDetail, IdentityCheck, Patient
from practice_app.model.rights import Disclosure, SubjectAccessBundle
from practice_app.model.staff import Practitioner, UserAccount
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Count,
    Reading,
    Section,
    Shown,
    day,
    facts,
    technical,
    words,
    yes,
)


def _account(reading: Reading, row: UserAccount) -> Shown:
    return Shown(
        "User account",
        RECORDED_HERE,
        facts(
            ("Role", words(row.role)),
            ("Must change the password", yes(row.must_change_password)),
            ("Valid until", day(row.not_after)),
            ("Closed", reading.moment(row.disabled_at)),
        ),
    )


def _practitioner(_reading: Reading, row: Practitioner) -> Shown:
    return Shown(
        "Practitioner",
        RECORDED_HERE,
        facts(
            ("Profession", row.profession),
            ("Health professional by law", yes(row.is_health_professional)),
            ("Registered with", row.registration_body),
            ("Registration number", row.registration_number),
            ("Joined", day(row.joined_on)),
            ("Left", day(row.left_on)),
        ),
    )


SECTIONS = (
    Section(
        UserAccount,
        "You as a user of our system",
        rows=lambda person: select(UserAccount).where(UserAccount.person_id == person),
        dated=lambda reading, row: reading.entered(row.id),
        shown=_account,
        left_out=technical("person_id"),
        note="Passwords are not stored anywhere, and nobody can read what yours opens.",
    ),
    Section(
        Practitioner,
        "You as a practitioner",
        rows=lambda person: select(Practitioner).where(Practitioner.person_id == person),
        dated=lambda reading, row: reading.entered(row.id),
        shown=_practitioner,
        left_out=technical("person_id", user_id="the link to the same person's user account"),
    ),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Rows of other people that bear somebody's name because of the work they did.

    `by` is the column that names their user account, practitioner or GP row.
    """

    title: str
    by: InstrumentedAttribute[Any]
    dated: InstrumentedAttribute[Any]


TALLIES = (
    Tally("Appointments as the practitioner", Appointment.practitioner_id, Appointment.local_start),
    Tally("Session notes written", Note.author_id, Note.happened_on),
    Tally("Additions to session notes written", Addendum.author_id, Addendum.entered_at),
    Tally("Unfinished notes", Draft.author_id, Draft.saved_at),
    Tally("Forms not saved yet", FormDraft.author_id, FormDraft.saved_at),
    Tally("Letters entered", Letter.author_id, Letter.dated),
    Tally("Documents filed", Document.entered_by_id, Document.dated),
    Tally("Telephone calls handled", Call.handled_by_id, Call.at),
    Tally("Consents recorded", Consent.recorded_by_id, Consent.recorded_at),
    Tally("Consents found wrongly recorded", ConsentCorrection.recorded_by_id, ConsentCorrection.recorded_at),
    Tally("Consent questions written", ConsentWording.made_by_id, ConsentWording.made_at),
    Tally("Privacy notices written", PrivacyNotice.made_by_id, PrivacyNotice.made_at),
    Tally("Privacy notices given", PrivacyNoticeGiven.recorded_by_id, PrivacyNoticeGiven.given_on),
    Tally("Proofs of identity seen", IdentityCheck.seen_by_id, IdentityCheck.seen_on),
    Tally("Details of people changed", EarlierDetail.changed_by_id, EarlierDetail.changed_at),
    Tally("Proofs of authority seen", Contact.authority_seen_by_id, Contact.authority_seen_on),
    Tally("Judgements of ability to decide", CompetenceNote.assessor_id, CompetenceNote.assessed_on),
    Tally("Notes of what is kept from whom", KeptFrom.recorded_by_id, KeptFrom.since),
    Tally("Deaths recorded", Death.recorded_by_id, Death.recorded_at),
    Tally("Disclosures made", Disclosure.made_by_id, Disclosure.made_on),
    Tally("Copies of records prepared", SubjectAccessBundle.prepared_by_id, SubjectAccessBundle.prepared_at),
    Tally("Patients put on your list", Caseload.user_id, Caseload.from_on),
    Tally("Patients you put on somebody's list", Caseload.put_by_id, Caseload.from_on),
    Tally("Records made one", Merge.merged_by_id, Merge.merged_at),
    Tally("Likely duplicates judged", MergeSuggestion.made_by_id, MergeSuggestion.made_at),
    Tally("Items moved out of a wrong record", MovedAway.moved_by_id, MovedAway.moved_at),
    Tally("Items moved into the right record", MovedItem.moved_by_id, MovedItem.moved_at),
    Tally("Patients recorded with you as their GP", Patient.gp_id, Patient.registered_on),
)


def work_done(reading: Reading) -> tuple[Count, ...]:
    """How often the person's name stands in other people's records for work they did."""
    counts = (_count(reading, tally) for tally in TALLIES)
    return tuple(count for count in counts if count.number)


def _count(reading: Reading, tally: Tally) -> Count:
    statement = select(func.count(), func.min(tally.dated), func.max(tally.dated)).where(
        tally.by.in_(_rows_of(tally, reading.person.id))
    )
    [(number, first, last)] = reading.work.rows(statement)
    return Count(tally.title, number, reading.day(first), reading.day(last))


def _rows_of(tally: Tally, person: UUID) -> Select[UUID]:
    """The ids under which the tally's column may name this person."""
    [link] = tally.by.property.columns[0].foreign_keys
    match link.column.table.name:
        case UserAccount.__tablename__:
            return select(UserAccount.id).where(UserAccount.person_id == person)
        case Practitioner.__tablename__:
            return select(Practitioner.id).where(Practitioner.person_id == person)
        case GP.__tablename__:
            return select(GP.id).where(GP.id == person)
    raise Defect(f"{tally.title} are not counted by anybody's name")
