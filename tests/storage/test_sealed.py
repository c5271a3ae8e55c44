"""Sealed text and files open for the people they were written about, whatever the links in the file say."""

from uuid import UUID

import pytest
from sqlalchemy import select

from practice_app.errors import NotAllowed, PracticeError
from practice_app.model.base import Base, SealedBytes
from practice_app.model.correspondence import Attachment
from practice_app.model.notes import Note, NoteSubject
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import subject_access
from practice_app.storage import sealed
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener


@pytest.fixture
def three(records: Records) -> tuple[UUID, UUID, UUID]:
    """A couple, and somebody who has nothing to do with them."""
    with records.work(use_case="test.add") as work:
        return makers.patient(work), makers.patient(work), makers.patient(work)


def _note(records: Records, about: list[UUID]) -> tuple[UUID, bytes]:
    with records.work(use_case="test.note") as work:
        note = makers.note(work, about, "Private words.")
        blob = work.get(Note, note).body_sealed
    if blob is None:
        raise AssertionError
    return note, blob


def test_a_joint_note_opens_in_the_record_of_each(records: Records, three: tuple[UUID, UUID, UUID]) -> None:
    note, blob = _note(records, [three[0], three[1]])
    with records.work(writes=False) as work:
        for person in three[:2]:
            assert sealed.get(work, note, sealed.NOTE, blob, subjects=(person,)) == "Private words."
        with pytest.raises(PracticeError, match="another record"):
            sealed.get(work, note, sealed.NOTE, blob, subjects=(three[2],))


def test_a_note_linked_to_somebody_by_hand_is_never_in_their_copy(
    records: Records, three: tuple[UUID, UUID, UUID]
) -> None:
    """Whoever holds the file's key can add a link; it must not look like a joint session."""
    note, _ = _note(records, [three[0]])
    with records.work(use_case="test.tamper") as work:
        work.add(NoteSubject(note_id=note, patient_id=three[2]))
    made = subject_access.prepare(records, three[2], progress=Progress())
    assert made.not_shown == 1
    with records.work(writes=False) as work:
        assert work.first(select(NoteSubject.note_id).where(NoteSubject.patient_id == three[2])) == note


def test_files_are_bound_to_their_people_too(records: Records, three: tuple[UUID, UUID, UUID]) -> None:
    with records.work(use_case="test.file") as work:
        letter = makers.letter(work, three[:2])
        file = Attachment(letter_id=letter, media_type="text/plain", size=5)
        file.content_sealed = sealed.put_bytes(
            work, file, sealed.ATTACHMENT, b"words", subject=three[0], also=three[:2]
        )
        blob = file.content_sealed
    with records.work(writes=False) as work:
        for person in three[:2]:
            assert sealed.get_bytes(work, file.id, sealed.ATTACHMENT, blob, subjects=(person,)) == b"words"
        with pytest.raises(PracticeError, match="another record"):
            sealed.get_bytes(work, file.id, sealed.ATTACHMENT, blob, subjects=(three[2],))


def test_a_receptionist_cannot_open_a_note(
    records: Records, open_as: Opener, three: tuple[UUID, UUID, UUID]
) -> None:
    note, blob = _note(records, [three[0]])
    with open_as(Role.RECEPTIONIST).work(writes=False) as work, pytest.raises(NotAllowed):
        sealed.get(work, note, sealed.NOTE, blob, subjects=(three[0],))


def test_an_empty_column_is_an_empty_text(records: Records, three: tuple[UUID, UUID, UUID]) -> None:
    with records.work(writes=False) as work:
        assert sealed.get(work, three[0], sealed.NOTE, None, subjects=(three[0],)) == ""


def test_every_sealed_column_is_read_only_when_it_is_asked_for() -> None:
    """A role that may not read it on a server could not read the rest of the row either."""
    at_once = [
        f"{mapper.local_table.name}.{column.key}"
        for mapper in Base.registry.mappers
        for column in mapper.column_attrs
        if isinstance(column.columns[0].type, SealedBytes) and not column.deferred
    ]
    assert at_once == []
