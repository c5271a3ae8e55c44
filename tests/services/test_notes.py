"""Writing session notes: drafts, signing, additions, who may read what, and what shows a change."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from practice_app.errors import Defect, Invalid, NotAllowed, NotFound, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base
from practice_app.model.notes import Addendum, Draft, Note, NoteSeal, NoteSubject
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import notes, timeline
from practice_app.services.marks import UseCase, run
from practice_app.services.notes import DraftText, NoteLevel, Words
from practice_app.storage import checkpoints
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener, OpenerWith
from tests.raw import as_owner, tables, tamper, tamper_with_locks_off
from tests.services.copies import entries, gathered

MONDAY = makers.TODAY
FRIDAY = date(2026, 11, 20)
AMIR = PersonName("Mr", "Amir", "Khan", None)


@pytest.fixture
def patient(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work)


@pytest.fixture
def other_patient(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work, AMIR)


@pytest.fixture
def colleague(records: Records, open_with: OpenerWith, patient: UUID, other_patient: UUID) -> Records:
    """Another therapist who sees the same patients, with a private key of their own."""
    own = records.keys
    keys = Keys(
        vault=own.vault,
        user=uuid4(),
        uk=bytearray(os.urandom(32)),
        dek={n: bytearray(key) for n, key in own.dek.items()},
        ck={n: bytearray(key) for n, key in own.clinical_keys().items()},
    )
    with records.work(use_case="tests.arrange") as work:
        makers.user(work, Role.THERAPIST, keys.user, PersonName("Dr", "Asha", "Shah", None))
        makers.on_list(work, keys.user, [patient, other_patient])
    actor = makers.actor(Role.THERAPIST, id=keys.user, name="Asha Shah")
    return open_with(keys, actor)


def words(*patients: UUID, text: str = "Slept better.", **given: object) -> Words:
    values: dict[str, object] = {"happened_on": MONDAY, **given}
    return Words(patients=patients, text=text, **values)


def count(records: Records, kind: type[Base]) -> int:
    with records.work(writes=False) as work:
        return work.first(select(func.count()).select_from(kind)) or 0


def log(records: Records, action: str) -> list[tuple[str, str, UUID | None]]:
    with records.work(writes=False) as work:
        rows = work.select(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.seq))
        return [(row.use_case, row.kind, row.record_id) for row in rows]


def problems(records: Records) -> list[str]:
    with records.work(writes=False) as work:
        return [finding.problem for finding in checkpoints.verify(work)]


# Drafts


def test_a_draft_comes_back_as_it_was_left(records: Records, patient: UUID) -> None:
    left = DraftText(patient, "Slept bet", NoteLevel.ONLY_ME)
    saved = run(records, notes.save_draft, left)
    assert run(records, notes.open_draft, saved) == left


def test_saving_again_keeps_one_draft_a_patient(records: Records, patient: UUID, other_patient: UUID) -> None:
    first = run(records, notes.save_draft, DraftText(patient, "Slept"))
    run(records, notes.save_draft, DraftText(other_patient, "Came late"))
    assert run(records, notes.save_draft, DraftText(patient, "Slept better")) == first
    assert count(records, Draft) == 2
    assert run(records, notes.open_draft, first).text == "Slept better"


def test_an_emptied_editor_is_kept_as_it_is(records: Records, patient: UUID) -> None:
    run(records, notes.save_draft, DraftText(patient, "Slept"))
    assert run(records, notes.open_draft, run(records, notes.save_draft, DraftText(patient, ""))).text == ""


def test_the_list_of_drafts_has_the_actors_own_newest_first_in_local_time(
    records: Records, colleague: Records, patient: UUID, other_patient: UUID
) -> None:
    run(colleague, notes.save_draft, DraftText(patient, "Not yours"))
    records.clock = lambda: datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    summer = run(records, notes.save_draft, DraftText(patient, "Older"))
    records.clock = lambda: makers.NOW
    winter = run(records, notes.save_draft, DraftText(other_patient, "Newer"))
    found = run(records, notes.drafts)
    assert [(each.id, each.patient_name, each.saved_at.hour) for each in found] == [
        (winter, "KHAN, Amir (Mr)", 9),
        (summer, "HOLLOWAY, Margaret (Mrs)", 10),
    ]


def test_a_draft_is_its_writers_alone(records: Records, colleague: Records, patient: UUID) -> None:
    draft = run(records, notes.save_draft, DraftText(patient, "Slept"))
    for use_case in (notes.open_draft, notes.discard_draft):
        with pytest.raises(NotAllowed, match="for the person who is writing it"):
            run(colleague, use_case, draft)
    with pytest.raises(NotAllowed, match="for the person who is writing it"):
        run(colleague, notes.sign, words(patient), draft=draft)
    assert (count(records, Draft), count(records, Note)) == (1, 0)


def test_a_discarded_draft_is_gone(records: Records, patient: UUID) -> None:
    draft = run(records, notes.save_draft, DraftText(patient, "Slept"))
    run(records, notes.discard_draft, draft)
    assert run(records, notes.drafts) == ()
    with pytest.raises(NotFound):
        run(records, notes.open_draft, draft)


def test_a_draft_about_nobody_in_the_records_is_refused(records: Records) -> None:
    with pytest.raises(NotFound):
        run(records, notes.save_draft, DraftText(uuid4(), "Slept"))


def test_a_draft_moved_to_another_patient_is_not_opened(
    records: Records, patient: UUID, other_patient: UUID
) -> None:
    draft = run(records, notes.save_draft, DraftText(patient, "Slept"))
    tamper(records, "UPDATE draft SET patient_id = :value", value=other_patient.hex)
    with pytest.raises(PracticeError, match="written for another record"):
        run(records, notes.open_draft, draft)


# Writing and signing


def test_a_draft_becomes_a_signed_note_in_one_step(records: Records, patient: UUID) -> None:
    draft = run(records, notes.save_draft, DraftText(patient, "Slept better."))
    note = run(records, notes.sign, words(patient, happened_on=FRIDAY), draft=draft)
    opened = run(records, notes.open_note, note, patient)
    assert (opened.text, opened.author, opened.patients) == ("Slept better.", "Dana Director", (patient,))
    assert (opened.happened_on, opened.entered_on, opened.signed_on) == (FRIDAY, MONDAY, MONDAY)
    assert run(records, notes.drafts) == ()
    assert count(records, NoteSeal) == 1
    assert problems(records) == []


def test_only_the_draft_the_words_come_from_goes(
    records: Records, patient: UUID, other_patient: UUID
) -> None:
    kept = run(records, notes.save_draft, DraftText(other_patient, "About Amir alone"))
    draft = run(records, notes.save_draft, DraftText(patient, "About both"))
    run(records, notes.sign, words(patient, other_patient), draft=draft)
    assert [each.id for each in run(records, notes.drafts)] == [kept]


def test_a_draft_discarded_meanwhile_stops_no_signing(records: Records, patient: UUID) -> None:
    draft = run(records, notes.save_draft, DraftText(patient, "Slept"))
    run(records, notes.discard_draft, draft)
    assert run(records, notes.sign, words(patient), draft=draft)


def test_a_refused_signing_leaves_the_draft(records: Records, patient: UUID) -> None:
    draft = run(records, notes.save_draft, DraftText(patient, "Slept"))
    with pytest.raises(Invalid):
        run(records, notes.sign, words(patient, text=" "), draft=draft)
    assert run(records, notes.open_draft, draft).text == "Slept"


def test_an_unsigned_note_is_written_changed_and_signed_by_its_author(
    records: Records, patient: UUID, other_patient: UUID
) -> None:
    draft = run(records, notes.save_draft, DraftText(patient, "First"))
    note = run(records, notes.write, words(patient, text="First"), draft=draft)
    assert run(records, notes.open_note, note, patient).signed_on is None
    assert count(records, NoteSeal) == 0
    changed = words(other_patient, patient, text="Second", happened_on=FRIDAY)
    assert run(records, notes.write, changed, note=note) == note
    opened = run(records, notes.open_note, note, other_patient)
    assert (opened.text, opened.happened_on, opened.signed_on) == ("Second", FRIDAY, None)
    assert run(records, notes.sign, words(other_patient, text="Third"), note=note) == note
    assert run(records, notes.open_note, note, other_patient).text == "Third"
    assert (count(records, Note), count(records, NoteSubject), count(records, Draft)) == (1, 1, 0)
    assert problems(records) == []


def test_each_storing_is_one_change_in_the_log(records: Records, patient: UUID, other_patient: UUID) -> None:
    note = run(records, notes.write, words(patient))
    run(records, notes.sign, words(patient, other_patient), note=note)
    assert log(records, "changed") == [("notes.sign", "note", note)]
    with records.work(writes=False) as work:
        [version] = work.select(select(NoteSeal.revision))
        assert version == work.get(Note, note).version == 2


def test_signed_words_are_those_given_not_those_stored(records: Records, patient: UUID) -> None:
    note = run(records, notes.write, words(patient, text="On the screen"))
    run(records, notes.write, words(patient, text="From another window"), note=note)
    run(records, notes.sign, words(patient, text="On the screen"), note=note)
    assert run(records, notes.open_note, note, patient).text == "On the screen"


@pytest.mark.parametrize("use_case", [notes.write, notes.sign])
def test_a_signed_note_is_never_changed(
    records: Records, patient: UUID, use_case: UseCase[..., ..., UUID]
) -> None:
    note = run(records, notes.sign, words(patient))
    with pytest.raises(PracticeError, match="is signed and stays as it is"):
        run(records, use_case, words(patient, text="Rather not."), note=note)
    assert run(records, notes.open_note, note, patient).text == "Slept better."


@pytest.mark.parametrize("use_case", [notes.write, notes.sign])
def test_only_its_author_changes_or_signs_a_note(
    records: Records, colleague: Records, patient: UUID, use_case: UseCase[..., ..., UUID]
) -> None:
    note = run(records, notes.write, words(patient))
    with pytest.raises(NotAllowed, match="Only its author"):
        run(colleague, use_case, words(patient, text="Mine now."), note=note)
    assert run(records, notes.open_note, note, patient).text == "Slept better."


@pytest.mark.parametrize("use_case", [notes.write, notes.sign])
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \n\t"}, "text"),
        ({"happened_on": date(2026, 11, 24)}, "happened_on"),
    ],
)
def test_what_is_wrong_names_its_field(
    records: Records,
    patient: UUID,
    use_case: UseCase[..., ..., UUID],
    given: dict[str, object],
    field: str,
) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, use_case, words(patient, **given))
    assert refused.value.field == field
    assert count(records, Note) == 0


def test_a_note_needs_patients_of_the_practice(records: Records, patient: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, notes.sign, words())
    assert refused.value.field == "patients"
    with pytest.raises(NotFound):
        run(records, notes.sign, words(patient, uuid4()))
    assert count(records, Note) == 0


def test_today_is_the_clinics_day(records: Records, patient: UUID) -> None:
    records.clock = lambda: datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight in London
    note = run(records, notes.sign, words(patient, happened_on=date(2026, 7, 1)))
    opened = run(records, notes.open_note, note, patient)
    assert (opened.entered_on, opened.is_late) == (date(2026, 7, 1), False)


def test_a_late_entry_says_when_it_was_entered(records: Records, patient: UUID) -> None:
    note = run(records, notes.write, words(patient, happened_on=FRIDAY))
    records.clock = lambda: makers.NOW + timedelta(days=3)
    run(records, notes.sign, words(patient, happened_on=FRIDAY), note=note)
    opened = run(records, notes.open_note, note, patient)
    assert opened.is_late
    assert (opened.entered_on, opened.signed_on) == (MONDAY, MONDAY + timedelta(days=3))


def test_a_joint_note_is_in_each_record_and_in_no_other(
    records: Records, patient: UUID, other_patient: UUID
) -> None:
    with records.work(use_case="tests.arrange") as work:
        stranger = makers.patient(work, AMIR)
    note = run(records, notes.sign, words(patient, other_patient, patient, text="They agreed."))
    for each in (patient, other_patient):
        opened = run(records, notes.open_note, note, each)
        assert (opened.text, set(opened.patients)) == ("They agreed.", {patient, other_patient})
    with pytest.raises(NotFound, match="not in this patient's record"):
        run(records, notes.open_note, note, stranger)
    assert count(records, NoteSubject) == 2


def test_the_timeline_tells_signed_from_unsigned(records: Records, patient: UUID) -> None:
    run(records, notes.write, words(patient))
    run(records, notes.sign, words(patient))
    with records.work(writes=False) as work:
        found = sorted(item.detail for item in timeline.items(work, patient) if item.kind == "note")
    assert found == ["Draft", "Signed"]


# Additions


def test_an_addition_is_dated_signed_and_shown_with_its_note(
    records: Records, colleague: Records, patient: UUID
) -> None:
    note = run(records, notes.sign, words(patient))
    first = run(records, notes.add_addendum, note, "He meant last week.")
    colleague.clock = lambda: makers.NOW + timedelta(days=1)
    run(colleague, notes.add_addendum, note, "Read in supervision.")
    opened = run(records, notes.open_note, note, patient)
    assert opened.text == "Slept better."
    assert [(each.text, each.author, each.entered_on) for each in opened.addenda] == [
        ("He meant last week.", "Dana Director", MONDAY),
        ("Read in supervision.", "Asha Shah", MONDAY + timedelta(days=1)),
    ]
    assert opened.addenda[0].id == first
    assert problems(records) == []


def test_an_unsigned_note_takes_no_addition(records: Records, patient: UUID) -> None:
    note = run(records, notes.write, words(patient))
    with pytest.raises(PracticeError, match="not signed yet"):
        run(records, notes.add_addendum, note, "More.")


def test_an_empty_addition_and_one_to_nothing_are_refused(records: Records, patient: UUID) -> None:
    note = run(records, notes.sign, words(patient))
    with pytest.raises(Invalid) as refused:
        run(records, notes.add_addendum, note, "\n ")
    assert refused.value.field == "text"
    with pytest.raises(NotFound):
        run(records, notes.add_addendum, uuid4(), "More.")
    assert count(records, Addendum) == 0


def test_an_imported_note_takes_additions_too(records: Records, patient: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        note = makers.note(work, [patient], "From elsewhere.", source="Old system")
        tampered = work.get(Note, note).id.hex
    tamper(
        records, "UPDATE note SET author_id = NULL, author_text = 'Dr Old' WHERE id = :value", value=tampered
    )
    run(records, notes.add_addendum, note, "Seen again.")
    opened = run(records, notes.open_note, note, patient)
    assert (opened.author, opened.source, len(opened.addenda)) == ("Dr Old", "Old system", 1)


# Who may


@pytest.mark.parametrize("role", list(Role))
def test_the_three_roles(open_as: Opener, patient: UUID, records: Records, role: Role) -> None:
    note = run(records, notes.sign, words(patient))
    unsigned = run(records, notes.write, words(patient))
    draft = run(records, notes.save_draft, DraftText(patient, "Slept"))
    somebody = open_as(role)
    calls: tuple[Callable[[], object], ...] = (
        lambda: run(somebody, notes.save_draft, DraftText(patient, "Slept")),
        lambda: run(somebody, notes.drafts),
        lambda: run(somebody, notes.open_draft, draft),
        lambda: run(somebody, notes.write, words(patient)),
        lambda: run(somebody, notes.sign, words(patient), note=unsigned),
        lambda: run(somebody, notes.add_addendum, note, "More."),
        lambda: run(somebody, notes.open_note, note, patient),
        lambda: run(somebody, notes.discard_draft, draft),
    )
    for call in calls:
        if role is Role.RECEPTIONIST:
            with pytest.raises(NotAllowed, match=r"A receptionist may not do this\."):
                call()
        else:
            call()


@pytest.mark.parametrize("level", list(NoteLevel))
def test_without_the_clinical_key_nothing_is_written_or_read(
    records: Records, open_as: Opener, patient: UUID, level: NoteLevel
) -> None:
    note = run(records, notes.sign, words(patient))
    keyless = open_as(Role.RECEPTIONIST)
    keyless.actor = makers.actor(Role.THERAPIST, id=keyless.keys.user)  # a role raised in the file alone
    calls: tuple[Callable[[], object], ...] = (
        lambda: run(keyless, notes.save_draft, DraftText(patient, "Slept", level)),
        lambda: run(keyless, notes.write, words(patient, level=level)),
        lambda: run(keyless, notes.sign, words(patient, level=level)),
        lambda: run(keyless, notes.add_addendum, note, "More."),
        lambda: run(keyless, notes.open_note, note, patient),
    )
    for call in calls:
        with pytest.raises(NotAllowed, match=r"Only people with the clinical key|does not allow this"):
            call()
    assert (count(records, Draft), count(records, Note), count(records, Addendum)) == (0, 1, 0)


def test_an_only_me_note_is_its_authors_alone(records: Records, colleague: Records, patient: UUID) -> None:
    note = run(colleague, notes.sign, words(patient, text="My own worry.", level=NoteLevel.ONLY_ME))
    run(colleague, notes.add_addendum, note, "It passed.")
    opened = run(colleague, notes.open_note, note, patient)
    assert (opened.text, opened.addenda[0].text) == ("My own worry.", "It passed.")
    with pytest.raises(NotAllowed, match="for its author only"):
        run(records, notes.open_note, note, patient)
    with pytest.raises(NotAllowed, match="for its author only"):
        run(records, notes.add_addendum, note, "Mine.")
    assert problems(records) == []


def test_an_only_me_note_does_not_open_when_the_column_says_otherwise(
    records: Records, colleague: Records, patient: UUID
) -> None:
    note = run(colleague, notes.sign, words(patient, level=NoteLevel.ONLY_ME))
    tamper(records, "UPDATE note SET level = 'clinicians'")
    with pytest.raises(NotAllowed, match="for its author only"):
        run(records, notes.open_note, note, patient)


# The log


def test_viewing_is_logged_with_the_note_and_refused_viewing_is_not(
    records: Records, colleague: Records, patient: UUID
) -> None:
    note = run(records, notes.sign, words(patient))
    private = run(records, notes.sign, words(patient, level=NoteLevel.ONLY_ME))
    draft = run(records, notes.save_draft, DraftText(patient, "Slept"))
    run(records, notes.open_draft, draft)
    run(colleague, notes.open_note, note, patient)
    with pytest.raises(NotAllowed):
        run(colleague, notes.open_note, private, patient)
    assert log(records, "viewed") == [
        ("notes.open_draft", "draft", draft),
        ("notes.open_note", "note", note),
    ]


def test_no_words_lie_open_in_the_file_or_in_what_is_printed(records: Records, patient: UUID) -> None:
    secret = "Harrowgate-lighthouse"
    run(records, notes.save_draft, DraftText(patient, secret))
    note = run(records, notes.sign, words(patient, text=secret))
    run(records, notes.add_addendum, note, secret)
    with as_owner(records) as connection:
        names = tables(connection)
        assert "note" in names
        held = b"".join(
            repr(connection.exec_driver_sql(f'SELECT * FROM "{each}"').all()).encode() for each in names
        )
    assert secret.encode() not in held
    opened = run(records, notes.open_note, note, patient)
    assert secret not in repr(
        (words(patient, text=secret), DraftText(patient, secret), opened, opened.addenda)
    )


# What shows that nothing changed


def test_the_chain_holds_after_many_signs(records: Records, colleague: Records, patient: UUID) -> None:
    for n in range(15):
        by = colleague if n % 3 else records
        note = run(by, notes.write, words(patient, text=f"Session {n}"))
        run(by, notes.sign, words(patient, text=f"Session {n}, whole"), note=note)
        run(records, notes.add_addendum, note, f"Addition {n}")
        with by.work(use_case="tests.checkpoint") as work:
            checkpoints.set_checkpoint(work)
    assert count(records, NoteSeal) == 30
    assert problems(records) == problems(colleague) == []


def test_a_note_moved_to_another_record_is_not_opened(
    records: Records, patient: UUID, other_patient: UUID
) -> None:
    note = run(records, notes.sign, words(patient))
    tamper(records, "UPDATE note_subject SET patient_id = :value", value=other_patient.hex)
    with pytest.raises(PracticeError, match="written for another record"):
        run(records, notes.open_note, note, other_patient)
    with pytest.raises(PracticeError, match="written for another record"):
        run(records, notes.add_addendum, note, "More.")
    assert log(records, "viewed") == []


def test_a_stranger_linked_to_a_note_sees_nothing_of_it_and_stops_additions(
    records: Records, patient: UUID, other_patient: UUID
) -> None:
    note = run(records, notes.sign, words(patient))
    with records.work(use_case="tests.arrange") as work:
        work.add(NoteSubject(note_id=note, patient_id=other_patient))
    assert run(records, notes.open_note, note, patient).text == "Slept better."
    with pytest.raises(PracticeError, match="written for another record"):
        run(records, notes.open_note, note, other_patient)
    with pytest.raises(PracticeError, match="written for another record"):
        run(records, notes.add_addendum, note, "More.")


@pytest.fixture
def two_notes(records: Records, patient: UUID) -> tuple[UUID, UUID]:
    """Two signed notes of one patient, the second with an addition."""
    first = run(records, notes.sign, words(patient, text="First"))
    second = run(records, notes.sign, words(patient, text="Second"))
    run(records, notes.add_addendum, second, "An addition")
    return first, second


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE addendum SET body_sealed = :blob", "a signed note was exchanged"),
        ("UPDATE addendum SET note_id = :first", "a signed note was exchanged"),
        ("UPDATE addendum SET author_id = :other", "a signed note's author or time was altered"),
        ("UPDATE addendum SET entered_at = '2020-01-01'", "a signed note's author or time was altered"),
        ("DELETE FROM addendum", "a signed note is gone"),
        (
            "UPDATE note SET author_id = :other WHERE id = :first",
            "a signed note's author or time was altered",
        ),
        ("UPDATE note SET signed_at = NULL WHERE id = :first", "a signed note's author or time was altered"),
        ("DELETE FROM note_seal WHERE seq = 2", "a signed note has no entry"),
        ("UPDATE note_seal SET note_id = :first WHERE seq = 3", "a signed note's entry was altered"),
    ],
)
def test_what_is_changed_behind_the_program_shows_in_a_check(
    records: Records, colleague: Records, two_notes: tuple[UUID, UUID], statement: str, problem: str
) -> None:
    assert problems(records) == []
    values = {"first": two_notes[0].hex, "other": colleague.actor.id.hex, "blob": bytes(600)}
    tamper_with_locks_off(records, statement, **values)
    assert problem in problems(records)


def test_an_earlier_wording_put_back_shows_in_a_check(records: Records, patient: UUID) -> None:
    note = run(records, notes.write, words(patient, text="He hit her."))
    with records.work(writes=False) as work:
        earlier = work.get(Note, note).body_sealed
    run(records, notes.sign, words(patient, text="He said that he hit her."), note=note)
    tamper(records, "UPDATE note SET body_sealed = :value", value=earlier)
    assert problems(records) == ["a signed note was exchanged"]


def test_our_own_code_cannot_change_what_is_signed(records: Records, patient: UUID) -> None:
    note = run(records, notes.sign, words(patient))
    addendum = run(records, notes.add_addendum, note, "More.")
    with pytest.raises(Defect, match="signed note"), records.work(use_case="tests.change") as work:
        work.get(Note, note).happened_on = FRIDAY
    with pytest.raises(Defect, match="signed note"), records.work(use_case="tests.change") as work:
        work.get(Note, note).signed_at = None
    with pytest.raises(Defect, match="addendum"), records.work(use_case="tests.change") as work:
        work.get(Addendum, addendum).entered_at = makers.NOW + timedelta(days=1)
    assert problems(records) == []


# Subject access


def test_what_was_written_opens_in_the_patients_copy(
    records: Records, patient: UUID, other_patient: UUID
) -> None:
    note = run(records, notes.sign, words(patient, other_patient, text="They agreed."))
    run(records, notes.add_addendum, note, "And kept to it.")
    for each in (patient, other_patient):
        run(records, notes.save_draft, DraftText(each, "Begun."))
        held = gathered(records, each)
        assert [entry.text for entry in entries(held, "Session notes")] == ["They agreed."]
        assert [entry.text for entry in entries(held, "Additions to session notes")] == ["And kept to it."]
        assert [entry.text for entry in entries(held, "Unfinished notes")] == ["Begun."]
        assert held.not_shown == 0


def test_a_colleagues_only_me_words_are_named_but_not_opened_in_a_copy(
    records: Records, colleague: Records, patient: UUID
) -> None:
    note = run(colleague, notes.sign, words(patient, text="My worry.", level=NoteLevel.ONLY_ME))
    run(colleague, notes.add_addendum, note, "My worry.")
    run(colleague, notes.save_draft, DraftText(patient, "My worry.", NoteLevel.ONLY_ME))
    held, own = gathered(records, patient), gathered(colleague, patient)
    for title in ("Session notes", "Additions to session notes", "Unfinished notes"):
        assert ["sealed for its author alone" in entry.text for entry in entries(held, title)] == [True]
        assert [entry.text for entry in entries(own, title)] == ["My worry."]
