"""Many rows at once: versions, audit entries with counts, search entries, and the chain of signed notes."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from practice_app.errors import Defect, NotAllowed, OutOfDate
from practice_app.model.audit import AuditEvent
from practice_app.model.diary import Room
from practice_app.model.notes import Note
from practice_app.model.people import Gender, Patient, PatientStatus, Person
from practice_app.rules.permissions import Role
from practice_app.storage import bulk, note_chain, sealed, search
from practice_app.storage.bulk import NoteFromElsewhere
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener


def _rooms(names: list[str]) -> list[bulk.Values]:
    return [{"id": uuid4(), "name": name} for name in names]


def _added(records: Records, *names: str) -> list[UUID]:
    rows = _rooms(list(names))
    with records.work(use_case="test.add") as work, bulk.batch(work) as batch:
        batch.add(Room, rows)
    return [row["id"] for row in rows]


def _entries(records: Records, action: str) -> list[AuditEvent]:
    with records.work(writes=False) as work:
        return list(work.select(select(AuditEvent).where(AuditEvent.action == action)))


def test_added_rows_begin_at_version_1_and_are_audited_as_one_batch(records: Records) -> None:
    ids = _added(records, "Blue room", "Green room")
    with records.work(writes=False) as work:
        assert {work.get(Room, id).version for id in ids} == {1}
    (entry,) = _entries(records, "imported")
    assert (entry.kind, entry.count, entry.record_id, entry.fields) == ("room", 2, None, [])


def test_several_batches_of_one_table_are_one_entry(records: Records) -> None:
    with records.work(use_case="test.add") as work, bulk.batch(work) as batch:
        batch.add(Room, _rooms(["A"]))
        batch.add(Room, _rooms(["B", "C"]))
    assert [entry.count for entry in _entries(records, "imported")] == [3]


def test_changed_rows_get_the_next_version_and_the_names_of_their_columns_are_audited(
    records: Records,
) -> None:
    (id,) = _added(records, "Blue room")
    with records.work(use_case="test.change") as work, bulk.batch(work) as batch:
        batch.change(Room, [{"id": id, "version": 1, "name": "Yellow room"}])
    with records.work(writes=False) as work:
        room = work.get(Room, id)
        assert (room.name, room.version) == ("Yellow room", 2)
    changed = [entry for entry in _entries(records, "changed") if entry.kind == "room"]
    assert [(entry.count, entry.fields) for entry in changed] == [(1, ["name"])]


def test_a_row_somebody_changed_meanwhile_is_not_overwritten(records: Records) -> None:
    first, second = _added(records, "Blue room", "Green room")
    with records.work(use_case="test.rename") as work:
        work.get(Room, second).name = "Lime room"
    with (
        pytest.raises(OutOfDate),
        records.work(use_case="test.change") as work,
        bulk.batch(work) as batch,
    ):
        batch.change(
            Room,
            [{"id": first, "version": 1, "name": "Red"}, {"id": second, "version": 1, "name": "Pink"}],
        )
    with records.work(writes=False) as work:
        assert {work.get(Room, first).name, work.get(Room, second).name} == {"Blue room", "Lime room"}


def test_screens_learn_which_tables_changed(records: Records) -> None:
    seen: list[frozenset[str]] = []
    records.committed = seen.append
    _added(records, "Blue room")
    assert seen == [frozenset({"room"})]


def test_nothing_is_audited_when_nothing_was_written(records: Records) -> None:
    with records.work(use_case="test.add") as work, bulk.batch(work) as batch:
        batch.add(Room, [])
        batch.change(Room, [])
        batch.add_search_entries({})
        batch.add_signed_notes([])
    assert _entries(records, "imported") == []


def test_a_batch_without_a_use_case_is_our_mistake(records: Records) -> None:
    with pytest.raises(Defect), records.work() as work, bulk.batch(work):
        pass


def test_people_are_found_by_the_words_at_hand(records: Records) -> None:
    id = uuid4()
    with records.work(use_case="test.add") as work, bulk.batch(work) as batch:
        batch.add(
            Person,
            [
                {
                    "id": id, "given": "Zoë", "family": "Łukasz", "display_name": "ŁUKASZ, Zoë",
                    "name_key": "lukasz zoe", "gender": Gender.NOT_KNOWN, "entered_at": makers.NOW,
                    "person_key": bytes(32),
                }
            ],
        )  # fmt: skip
        batch.add(Patient, [{"id": id, "number": 4321, "status": PatientStatus.CURRENT}])
        batch.add_search_entries({id: search.Words("lukasz zoe", "4321")})
    with records.work(writes=False) as work:
        for typed in ("zoe", "luk zo", "4321"):
            assert [row[0] for row in search.find(work, typed, 10)] == [id.hex], typed


def _note(patient: UUID, text: str) -> NoteFromElsewhere:
    return NoteFromElsewhere(uuid4(), patient, date(2020, 5, 1), "Dr Old", text, "imported from Old")


def test_notes_from_elsewhere_are_sealed_signed_and_chained(records: Records) -> None:
    with records.work(use_case="test.patient") as work:
        patient = makers.patient(work)
        makers.note(work, [patient], "Written here.")
    notes = [_note(patient, "First."), _note(patient, "Second.")]
    with records.work(use_case="test.notes") as work, bulk.batch(work) as batch:
        batch.add_signed_notes(notes)
    with records.work(writes=False) as work:
        assert note_chain.verify(work.connection(), records.keys, {}) == ()
        assert note_chain.head(work.connection()).seq == 3
        for note in notes:
            kept = work.get(Note, note.id)
            body = work.first(select(Note.body_sealed).where(Note.id == note.id))
            assert sealed.get(work, note.id, sealed.NOTE, body, subjects=[patient]) == note.text
            assert body is not None
            assert note.text.encode() not in body
            assert (kept.author_id, kept.author_text, kept.signed_at) == (None, "Dr Old", makers.NOW)


def test_notes_need_the_clinical_key(open_as: Opener) -> None:
    records = open_as(Role.RECEPTIONIST)
    with records.work(use_case="test.patient") as work:
        patient = makers.patient(work)
    with pytest.raises(NotAllowed), records.work(use_case="test.notes") as work, bulk.batch(work) as batch:
        batch.add_signed_notes([_note(patient, "First.")])


def test_chunks_keep_the_order_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 3)
    assert [list(chunk) for chunk in bulk.chunks(range(8))] == [[0, 1, 2], [3, 4, 5], [6, 7]]
    assert list(bulk.chunks([])) == []
