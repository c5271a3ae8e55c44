"""Something entered in the wrong record: moved to the right one with a stub left behind, and back again."""

import os
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from practice_app.errors import Invalid, NotAllowed, NotFound, PracticeError
from practice_app.model.consents import Consent, ConsentEvidence
from practice_app.model.correspondence import Attachment
from practice_app.model.diary import Attendee
from practice_app.model.documents import Document, DocumentKind, DocumentSubject
from practice_app.model.kept_from import Expectation, KeptFrom
from practice_app.model.merges import MovedAway, MovedItem
from practice_app.model.notes import Note, NoteSeal
from practice_app.model.people import HealthFact, HealthFactKind
from practice_app.model.rights import Disclosure
from practice_app.progress import Progress
from practice_app.rules.consents import Channel, Decision, Nature, Purpose
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import letters, merges, moves, notes, people, subject_access
from practice_app.services.marks import run
from practice_app.services.moves import Item, MoveReason, Reason
from practice_app.services.notes import NoteLevel, Words
from practice_app.services.subject_access import Release
from practice_app.storage import checkpoints, resealing, sealed
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records, Work
from tests import makers
from tests.conftest import Opener
from tests.raw import tamper, tamper_with_locks_off
from tests.services.copies import gathered, words
from tests.services.filling import snapshot

SECRET = "Walked to the lighthouse with Ola"
WHY = Reason(MoveReason.SAME_NAME, "Two Hollways on the phone list")
FACTS = Release("the patient", "passport", "her own request", "Margaret Holloway", "on paper")


@pytest.fixture
def wrong(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work)


@pytest.fixture
def right(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work, PersonName("Mr", "Amir", "Khan", None))


def _appointment(work: Work, person: UUID) -> UUID:
    return makers.appointment(work, [person], makers.practitioner(work), cancelled_reason=SECRET)


def _consent(work: Work, person: UUID) -> UUID:
    row = Consent(
        person_id=person,
        purpose=Purpose.CONTACT,
        channel=Channel.EMAIL,
        nature=Nature.GDPR_CONSENT,
        decision=Decision.GIVEN,
        decided_on=makers.TODAY,
        recorded_at=makers.NOW,
        scope=SECRET,
    )
    return _stored(work, row)


def _fact(work: Work, person: UUID) -> UUID:
    return _stored(work, HealthFact(patient_id=person, kind=HealthFactKind.ALLERGY, text=SECRET))


def _disclosure(work: Work, person: UUID) -> UUID:
    return _stored(
        work,
        Disclosure(person_id=person, made_on=makers.TODAY, recipient="Dr Okafor", what=SECRET, basis="Asked"),
    )


def _document(work: Work, person: UUID) -> UUID:
    row = Document(kind=DocumentKind.SCAN, dated=makers.TODAY, entered_at=makers.NOW)
    row.title_sealed = sealed.put(work, row, sealed.DOCUMENT_TITLE, SECRET, subject=person)
    row.subjects = [DocumentSubject(person_id=person)]
    return _stored(work, row)


def _letter(work: Work, person: UUID) -> UUID:
    letter = makers.letter(work, [person], SECRET)
    file = Attachment(letter_id=letter, media_type="text/plain", size=7)
    file.name_sealed = sealed.put(work, file, sealed.ATTACHMENT_NAME, f"{SECRET}.txt", subject=person)
    file.content_sealed = sealed.put_bytes(
        work, file, sealed.ATTACHMENT, f"File: {SECRET}".encode(), subject=person
    )
    work.add(file)
    return letter


def _stored(work: Work, row: Consent | HealthFact | Disclosure | Document) -> UUID:
    work.add(row)
    work.flush()
    return row.id


MADE: dict[str, Callable[[Work, UUID], UUID]] = {
    "appointment": _appointment,
    "note": lambda work, person: makers.note(work, [person], SECRET),
    "letter": _letter,
    "document": _document,
    "call": lambda work, person: makers.call(work, [person], about=SECRET),
    "consent": _consent,
    "health_fact": _fact,
    "disclosure": _disclosure,
}


def made(records: Records, kind: str, person: UUID) -> Item:
    with records.work(use_case="tests.arrange") as work:
        return Item(kind, MADE[kind](work, person), person)


def problems(records: Records) -> list[str]:
    with records.work(writes=False) as work:
        return [finding.problem for finding in checkpoints.verify(work)]


def everything(records: Records, person: UUID) -> str:
    """All that the record and the copy for the person say."""
    record = run(records, people.open_record, person)
    return repr(record) + words(gathered(records, person))


def test_every_kind_has_a_test() -> None:
    assert set(MADE) == moves.KINDS


@pytest.mark.parametrize("kind", sorted(moves.KINDS))
def test_a_moved_item_is_in_the_right_record_whole_and_only_a_stub_in_the_wrong_one(
    records: Records, wrong: UUID, right: UUID, kind: str
) -> None:
    item = made(records, kind, wrong)
    assert SECRET in everything(records, wrong)
    moved = run(records, moves.move, item, right, WHY)
    left, there = everything(records, wrong), everything(records, right)
    assert SECRET not in left
    assert WHY.words not in left
    assert "KHAN" not in left
    assert SECRET in there
    assert WHY.words in words(gathered(records, right))
    assert (gathered(records, right).not_shown, gathered(records, wrong).not_shown) == (0, 0)
    [stub] = [each for each in run(records, people.open_record, wrong).timeline if each.kind == "moved"]
    assert stub.title == f"{moved.what} moved to another record"
    assert problems(records) == []


@pytest.mark.parametrize("kind", sorted(moves.KINDS))
def test_moving_back_leaves_everything_as_it_was(
    records: Records, wrong: UUID, right: UUID, kind: str
) -> None:
    item = made(records, kind, wrong)
    before, said = snapshot(records), words(gathered(records, wrong)).count(SECRET)
    moved = run(records, moves.move, item, right, WHY)
    run(records, moves.move_back, moved.id)
    after = snapshot(records)
    sealed_anew = {
        "note": {"note", "note_seal"},
        "letter": {"letter", "attachment"},
        "document": {"document"},
    }
    assert {name for name in before if before[name] != after[name]} == sealed_anew.get(kind, set())
    assert words(gathered(records, wrong)).count(SECRET) == said
    assert problems(records) == []
    with pytest.raises(NotFound):
        run(records, moves.move_back, moved.id)


def test_a_signed_note_moves_with_its_additions_and_the_chain_tells_of_it(
    records: Records, wrong: UUID, right: UUID
) -> None:
    note = run(records, notes.sign, Words((wrong,), makers.TODAY, "Slept better."))
    run(records, notes.add_addendum, note, "And walked.")
    run(records, moves.move, Item("note", note, wrong), right, WHY)
    opened = run(records, notes.open_note, note, right)
    assert (opened.text, opened.addenda[0].text) == ("Slept better.", "And walked.")
    assert opened.signed_on == makers.TODAY
    with pytest.raises(NotFound):
        run(records, notes.open_note, note, wrong)
    with records.work(writes=False) as work:
        links = work.rows(select(NoteSeal.seq, NoteSeal.replaces).order_by(NoteSeal.seq))
    assert [tuple(link) for link in links] == [(1, None), (2, None), (3, 1), (4, 2)]
    assert problems(records) == []


def test_a_link_that_hides_an_exchange_is_found(records: Records, wrong: UUID, right: UUID) -> None:
    """Moving is no way to change words: a second link that names none before is a finding."""
    note = made(records, "note", wrong)
    run(records, moves.move, note, right, WHY)
    tamper_with_locks_off(records, "UPDATE note_seal SET replaces = NULL WHERE seq = 2")
    assert "a signed note was signed a second time" in problems(records) or "altered" in str(
        problems(records)
    )
    tamper_with_locks_off(
        records,
        "UPDATE note_seal SET replaces = 1 WHERE seq = 2",
        "UPDATE note SET body_sealed = :other",
        other=b"\0",
    )
    assert problems(records) == ["a signed note was exchanged"]


def test_the_keys_are_changed_with_moved_notes(records: Records, wrong: UUID, right: UUID) -> None:
    first, second = made(records, "note", wrong), made(records, "note", wrong)
    moved = run(records, moves.move, first, right, WHY)
    run(records, moves.move, second, right, WHY)
    run(records, moves.move_back, moved.id)
    keys = records.keys
    newer = Keys(
        vault=keys.vault,
        user=keys.user,
        uk=bytearray(os.urandom(32)),
        dek=keys.dek,
        ck={**keys.clinical_keys(), 2: bytearray(os.urandom(32))},
        ak=keys.ak,
    )
    changed = Records(records.engine, newer, records.actor, records.clock)
    with changed.work(use_case="tests.change_keys") as work:
        resealing.chain_anew(work, lambda done, total: None)
    assert problems(changed) == []
    assert run(changed, notes.open_note, second.id, right).text == SECRET


def test_only_the_wrong_persons_link_of_a_joint_item_moves(
    records: Records, wrong: UUID, right: UUID
) -> None:
    with records.work(use_case="tests.arrange") as work:
        partner = makers.patient(work, PersonName(None, "Pat", "Partner", None))
        note = makers.note(work, [wrong, partner], SECRET)
    checked = run(records, moves.check, Item("note", note, wrong))
    assert "several people" in checked.warnings[0]
    run(records, moves.move, Item("note", note, wrong), right, WHY)
    assert run(records, notes.open_note, note, partner).text == SECRET
    assert set(run(records, notes.open_note, note, right).patients) == {partner, right}
    with pytest.raises(Invalid, match="in that record already"):
        run(records, moves.move, Item("note", note, right), partner, WHY)


def test_what_was_written_in_a_record_that_was_merged_moves_too(
    records: Records, wrong: UUID, right: UUID
) -> None:
    with records.work(use_case="tests.arrange") as work:
        second = makers.patient(work, PersonName("Ms", "Meg", "Holloway", None))
    note = made(records, "note", second)
    run(records, merges.merge, wrong, second, {})
    run(records, moves.move, Item("note", note.id, second), right, WHY)
    assert run(records, notes.open_note, note.id, right).text == SECRET
    assert SECRET not in everything(records, wrong)


def test_a_note_in_a_released_copy_comes_with_a_warning(records: Records, wrong: UUID, right: UUID) -> None:
    note = made(records, "note", wrong)
    records.clock = lambda: makers.NOW + timedelta(minutes=1)
    copy = subject_access.prepare(records, wrong, progress=Progress())
    run(records, subject_access.release, copy.id, FACTS)
    later = made(records, "call", wrong)
    [warning] = run(records, moves.check, note).warnings
    assert warning.startswith("This was given out on 23-Nov-2026 in the copy for Margaret Holloway")
    assert "breach" in warning
    assert run(records, moves.move, note, right, WHY).warnings == (warning,)
    records.clock = lambda: makers.NOW + timedelta(minutes=2)
    assert run(records, moves.check, later).warnings != (), "it was entered in the same minute"


def test_a_letter_that_was_sent_comes_with_a_warning(records: Records, wrong: UUID) -> None:
    letter = made(records, "letter", wrong)
    with records.work(use_case="tests.arrange") as work:
        work.add(
            Disclosure(
                person_id=wrong,
                made_on=makers.TODAY,
                recipient="Dr Okafor",
                what="Letter",
                basis="Care",
                letter_id=letter.id,
            )
        )
    [warning] = run(records, moves.check, letter).warnings
    assert "sent to Dr Okafor on 23-Nov-2026" in warning


def test_what_stays_behind_is_said(records: Records, wrong: UUID) -> None:
    note, consent, document = (made(records, kind, wrong) for kind in ("note", "consent", "document"))
    with records.work(use_case="tests.arrange") as work:
        work.add(ConsentEvidence(consent_id=consent.id, document_id=document.id))
        work.add(
            KeptFrom(
                patient_id=wrong,
                named="her brother",
                item_kind="note",
                item_id=note.id,
                expectation=Expectation.GIVEN_IN_CONFIDENCE,
                since=makers.TODAY,
                recorded_by_id=work.actor.id,
            )
        )
    assert "kept from somebody" in run(records, moves.check, note).warnings[0]
    assert "document in this record" in run(records, moves.check, consent).warnings[0]
    assert run(records, moves.check, document).warnings == ()


def test_the_health_facts_to_choose_from(records: Records, open_as: Opener, wrong: UUID) -> None:
    fact = made(records, "health_fact", wrong)
    [found] = run(records, moves.health_facts, wrong)
    assert (found.id, found.words) == (fact.id, f"Allergy: {SECRET}")
    with pytest.raises(NotAllowed):
        run(open_as(Role.RECEPTIONIST), moves.health_facts, wrong)


def test_a_copy_prepared_before_the_move_is_not_released(records: Records, wrong: UUID, right: UUID) -> None:
    note = made(records, "note", wrong)
    copies = [subject_access.prepare(records, each, progress=Progress()) for each in (wrong, right)]
    run(records, moves.move, note, right, WHY)
    for copy in copies:
        with pytest.raises(PracticeError, match="Prepare a new one"):
            run(records, subject_access.release, copy.id, FACTS)


def test_a_note_for_its_author_only_is_moved_by_its_author(
    records: Records, wrong: UUID, right: UUID
) -> None:
    own = run(records, notes.sign, Words((wrong,), makers.TODAY, SECRET, NoteLevel.ONLY_ME))
    keys = records.keys
    other = Keys(
        vault=keys.vault, user=uuid4(), uk=bytearray(os.urandom(32)), dek=keys.dek, ck=keys.ck, ak=keys.ak
    )
    with records.work(use_case="tests.arrange") as work:
        makers.user(work, Role.DIRECTOR, other.user, PersonName(None, "Dee", "Other", None))
    colleague = Records(records.engine, other, makers.actor(Role.DIRECTOR, id=other.user), records.clock)
    before = snapshot(records)
    with pytest.raises(NotAllowed, match="author only"):
        run(colleague, moves.move, Item("note", own, wrong), right, WHY)
    assert snapshot(records) == before
    run(records, moves.move, Item("note", own, wrong), right, WHY)
    assert run(records, notes.open_note, own, right).text == SECRET


def test_reception_moves_what_is_not_clinical(
    records: Records, open_as: Opener, wrong: UUID, right: UUID
) -> None:
    desk = open_as(Role.RECEPTIONIST)
    kinds = ("call", "note", "health_fact", "letter")
    call, note, fact, letter = (made(records, kind, wrong) for kind in kinds)
    run(desk, moves.move, call, right, WHY)
    for clinical in (note, fact, letter):
        with pytest.raises(NotAllowed):
            run(desk, moves.move, clinical, right, WHY)
    run(records, moves.move, note, right, WHY)
    titles = [each.title for each in run(desk, people.open_record, wrong).timeline]
    assert "Telephone call moved to another record" in titles
    assert "Session note moved to another record" not in titles


def test_an_item_of_another_record_or_of_no_kind_is_not_moved(
    records: Records, wrong: UUID, right: UUID
) -> None:
    call = made(records, "call", wrong)
    with pytest.raises(NotFound):
        run(records, moves.move, Item("call", call.id, right), wrong, WHY)
    with pytest.raises(NotFound):
        run(records, moves.move, Item("call", uuid4(), wrong), right, WHY)
    with pytest.raises(Invalid):
        run(records, moves.move, Item("phone", call.id, wrong), right, WHY)
    with pytest.raises(Invalid) as refused:
        run(records, moves.move, call, right, Reason(MoveReason.OTHER, "x" * 501))
    assert refused.value.field == "words"
    with records.work(writes=False) as work:
        assert work.select(select(MovedAway)) == work.select(select(MovedItem)) == []


def test_a_consent_cannot_be_given_another_person_without_a_move(
    records: Records, wrong: UUID, right: UUID
) -> None:
    made(records, "consent", wrong)
    with pytest.raises(Exception, match="append-only"):
        tamper(records, "UPDATE consent SET person_id = :right", right=right.hex)


def test_a_moved_letter_opens_with_its_files(records: Records, wrong: UUID, right: UUID) -> None:
    letter = made(records, "letter", wrong)
    run(records, moves.move, letter, right, WHY)
    assert run(records, letters.open_letter, letter.id, right).text == SECRET
    assert f"File: {SECRET}" in words(gathered(records, right))


def test_nobody_but_the_two_records_is_touched(records: Records, wrong: UUID, right: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        third = makers.patient(work, PersonName("Ms", "Meg", "Holloway", None))
    other, item = made(records, "appointment", third), made(records, "appointment", wrong)
    run(records, moves.move, item, right, WHY)
    with records.work(writes=False) as work:
        whose = {row.appointment_id: row.patient_id for row in work.select(select(Attendee))}
        assert work.select(select(Note)) == []
    assert whose == {other.id: third, item.id: right}
