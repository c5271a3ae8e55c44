"""What is held about the people around somebody, their ability to decide, and their death."""

from sqlalchemy import select

from practice_app.model.competence import CompetenceNote
from practice_app.model.deaths import Death
from practice_app.model.families import Family, FamilyMember
from practice_app.model.kept_from import KeptFrom
from practice_app.model.people import Contact, Person
from practice_app.rules import names
from practice_app.services.kept_from import EXPECTATION_WORDS, ITEM_KINDS
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
    yes,
)
from practice_app.storage import sealed


def _member(reading: Reading, row: FamilyMember) -> Shown:
    """The others are not named: that somebody is a patient here is theirs (DPA 2018 Sch. 2 para. 16)."""
    family = reading.work.get(Family, row.family_id)
    return Shown(
        f"Seen together with others, as a {family.kind.value}",
        RECORDED_HERE,
        facts(
            ("Since", day(row.since)),
            ("Not seen together from", day(row.parted_on)),
            ("Because", words(row.parting)),
        ),
    )


def _competence(reading: Reading, row: CompetenceNote) -> Shown:
    matter = reading.opened(row.id, sealed.COMPETENCE_MATTER, row.matter_sealed)
    reasons = reading.opened(row.id, sealed.COMPETENCE_REASONS, row.reasons_sealed)
    return Shown(
        "Whether you could decide yourself",
        RECORDED_HERE,
        facts(
            ("Judged able to decide", yes(row.can_decide)),
            ("Judged by", row.assessor),
            ("Recorded by", other_people.staff(reading, row.assessor_id)),
            ("Recorded", reading.moment(row.entered_at)),
            ("About", matter.text),
        ),
        reasons.text,
        matter.is_whole and reasons.is_whole,
    )


def _kept(reading: Reading, row: KeptFrom) -> Shown:
    one, every = ITEM_KINDS.get(row.item_kind, (row.item_kind, row.item_kind))
    contact = reading.work.find(Contact, row.contact_id)
    who = reading.work.get(Person, contact.person_id) if contact else None
    return Shown(
        "Not to be shown to somebody",
        RECORDED_HERE,
        facts(
            ("Whom", names.plain_name(other_people.name_of(who)) if who else ""),
            ("Named", row.named),
            ("What", one if row.item_id else every),
            ("Why", EXPECTATION_WORDS[row.expectation].replace("They ", "You ")),
            ("May be shown since", day(row.lifted_on)),
            ("Recorded by", other_people.staff(reading, row.recorded_by_id)),
        ),
    )


def _death(reading: Reading, row: Death) -> Shown:
    return Shown(
        "A death as it was told to us",
        row.source,
        facts(
            ("Died on", day(row.died_on)),
            ("Recorded by", other_people.staff(reading, row.recorded_by_id)),
            ("Taken back, because it was a mistake", reading.moment(row.undone_at)),
        ),
    )


SECTIONS = (
    Section(
        FamilyMember,
        "Seen together with others",
        rows=lambda person: select(FamilyMember).where(FamilyMember.patient_id == person),
        dated=lambda _reading, row: row.since,
        shown=_member,
        left_out=technical("patient_id"),
        note=(
            "Who the others are is information about them and is not in this copy (Data Protection Act 2018, "
            "Schedule 2, paragraph 16)."
        ),
    ),
    Section(
        CompetenceNote,
        "Judgements of your ability to decide",
        rows=lambda person: select(CompetenceNote).where(CompetenceNote.patient_id == person),
        dated=lambda _reading, row: row.assessed_on,
        shown=_competence,
        left_out=technical("patient_id"),
    ),
    Section(
        KeptFrom,
        "What is kept from whom",
        rows=lambda person: select(KeptFrom).where(KeptFrom.patient_id == person),
        dated=lambda _reading, row: row.since,
        shown=_kept,
        left_out=technical("patient_id", item_id="the link to the item, which is in this copy"),
        note="These are the people you did not want to see your record, or parts of it.",
    ),
    Section(
        Death,
        "Notice of a death",
        rows=lambda person: select(Death).where(Death.patient_id == person),
        dated=lambda reading, row: reading.local(row.recorded_at),
        shown=_death,
        left_out=technical("patient_id"),
    ),
)
