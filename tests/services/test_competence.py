"""Judgements of who can decide: written once, sealed for clinicians, seen as a fact by everybody."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from practice_app.errors import Defect, Invalid, NotAllowed, NotFound, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.competence import CompetenceNote
from practice_app.rules.permissions import Role
from practice_app.services import competence
from practice_app.services.competence import Judgement
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.services.copies import entries, entry_words, gathered

TODAY = makers.TODAY
ABLE = Judgement(TODAY, True, "whether to tell her parents", "Knew what follows, and why.")


@pytest.fixture
def child(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work, person_values={"born": date(2012, 1, 1)})


def test_a_clinician_reads_what_a_receptionist_only_knows_of(
    open_as: Opener, records: Records, child: UUID
) -> None:
    with records.work(use_case="tests.arrange") as work:
        makers.on_list(work, records.actor.id, [child])
    note = run(open_as(Role.THERAPIST), competence.record, child, ABLE)
    reception = open_as(Role.RECEPTIONIST)
    (judged,) = run(reception, competence.judgements, child)
    assert (judged.can_decide, judged.assessed_on, judged.assessor) == (True, TODAY, "DIRECTOR, Dana")
    assert "parents" not in repr(judged)
    with pytest.raises(NotAllowed):
        run(reception, competence.open_note, note, child)
    opened = run(records, competence.open_note, note, child)
    assert (opened.matter, opened.reasons) == (ABLE.matter, ABLE.reasons)
    with records.work(writes=False) as work:
        viewed = select(AuditEvent.record_id).where(AuditEvent.kind == "competence_note")
        assert list(work.select(viewed.where(AuditEvent.action == "viewed"))) == [note]


def test_a_later_judgement_is_a_row_of_its_own_and_counts(records: Records, child: UUID) -> None:
    earlier = TODAY - timedelta(days=30)
    run(records, competence.record, child, Judgement(earlier, False, "coming here", "Upset.", "Dr Okafor"))
    run(records, competence.record, child, ABLE)
    now, before = run(records, competence.judgements, child)
    assert (now.can_decide, before.can_decide, before.assessor) == (True, False, "Dr Okafor")
    with records.work(writes=False) as work:
        assert competence.latest(work, child, TODAY) == (True, TODAY)
        assert competence.latest(work, child, TODAY - timedelta(days=1)) == (False, earlier)
        assert competence.latest(work, child, earlier - timedelta(days=1)) is None


def test_what_was_judged_is_never_altered(records: Records, child: UUID) -> None:
    note = run(records, competence.record, child, ABLE)
    with pytest.raises(Defect), records.work(use_case="tests.tamper") as work:
        row = work.get(CompetenceNote, note)
        row.can_decide = False
    (judged,) = run(records, competence.judgements, child)
    assert judged.can_decide


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Judgement(TODAY + timedelta(days=1), True, "a", "b"), "assessed_on"),
        (Judgement(TODAY, True, " ", "b"), "matter"),
        (Judgement(TODAY, True, "a", ""), "reasons"),
        (Judgement(TODAY, True, "a", "b", "x" * 201), "assessor"),
    ],
)
def test_what_is_missing_is_named(records: Records, child: UUID, wrong: Judgement, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, competence.record, child, wrong)
    assert refused.value.field == field


def test_a_note_moved_to_somebody_else_does_not_open(records: Records, child: UUID) -> None:
    note = run(records, competence.record, child, ABLE)
    with records.work(use_case="tests.arrange") as work:
        other = makers.patient(work)
    with pytest.raises(NotFound):
        run(records, competence.open_note, note, other)
    with records.work(use_case="tests.tamper") as work:
        work.connection().execute(update(CompetenceNote).values(patient_id=other))
    with pytest.raises(PracticeError, match="another record"):
        run(records, competence.open_note, note, other)


def test_the_copy_has_it_whole(records: Records, child: UUID) -> None:
    run(records, competence.record, child, ABLE)
    (entry,) = entries(gathered(records, child), "Judgements of your ability to decide")
    said = entry_words(entry)
    assert all(each in said for each in (ABLE.matter, ABLE.reasons, "Judged able to decide: Yes"))
