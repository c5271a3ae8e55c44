"""Somebody is writing when the program is killed: nothing they were promised is lost, nothing is half."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from practice_app.model.notes import Addendum, Note, NoteSeal, NoteSubject
from practice_app.services import notes
from practice_app.services.marks import run
from practice_app.services.notes import NoteText
from practice_app.storage import checkpoints
from practice_app.storage.engine import check_pages
from practice_app.storage.records import Records
from tests import makers
from tests.journeys import note_writing
from tests.journeys.note_writing import text

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "5"))
ROOT = Path(__file__).resolve().parents[2]
_SESSIONS = 40
_WHILE_SIGNING = 0.02  # seconds, in which a session's note is written, signed and added to


@dataclass(frozen=True, slots=True)
class Promised:
    """One line the program said after a commit."""

    what: str
    session: int
    save: int
    id: UUID


@dataclass(frozen=True, slots=True)
class Found:
    """What the records hold afterwards, opened."""

    drafts: dict[UUID, str]
    notes: dict[UUID, NoteText]

    @property
    def signed(self) -> dict[UUID, NoteText]:
        return {id: note for id, note in self.notes.items() if note.signed_on is not None}


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is meant literally")
@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_killed_writer_loses_nothing_that_was_promised(
    records: Records, practice_file: Path, round_: int
) -> None:
    with records.work(use_case="tests.arrange") as work:
        patient = makers.patient(work)
        makers.on_list(work, records.actor.id, [patient])
    records.engine.dispose()  # so that whoever opens the file next is alone with what was left
    moment = random.Random(round_)  # noqa: S311  not a secret

    promised = list(_killed_while_writing(records, practice_file, patient, moment))

    assert check_pages(practice_file, records.keys.newest_dek[1]) == ()
    with records.work(writes=False) as work:
        assert checkpoints.verify(work) == ()
    _nothing_is_half(records)
    found = _found(records, patient)
    _nothing_is_lost(promised, found)
    _nothing_is_there_twice(found)


def _killed_while_writing(
    records: Records, path: Path, patient: UUID, moment: random.Random
) -> Iterator[Promised]:
    """What the program had promised when it was killed, soon after some session's last draft was saved."""
    program = [sys.executable, "-m", "tests.journeys.note_writing"]
    last_draft = f"draft {moment.randrange(_SESSIONS)} {note_writing.SAVES} "
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        if running.stdin is None or running.stdout is None:
            raise RuntimeError("the program has no streams")
        running.stdin.write(note_writing.described(path, records.keys, patient) + "\n")
        running.stdin.flush()
        said = []
        for line in running.stdout:
            said.append(line)
            if line.startswith(last_draft):
                break
        try:
            running.wait(timeout=moment.uniform(0.0, _WHILE_SIGNING))
            pytest.fail("the program ended by itself")
        except subprocess.TimeoutExpired:
            running.kill()
        said += running.stdout
    for line in said:
        if line.endswith("\n"):
            what, session, save, id = line.split()
            yield Promised(what, int(session), int(save), UUID(id))


def _nothing_is_half(records: Records) -> None:
    """Every signed note and addition has its link, every note its patient, and no link leads nowhere."""
    with records.work(writes=False) as work:
        signed = work.select(select(Note.id).where(Note.signed_at.is_not(None)))
        additions = work.select(select(Addendum.id))
        assert sorted([*signed, *additions]) == sorted(work.select(select(NoteSeal.note_id)))
        assert sorted(work.select(select(Note.id))) == sorted(work.select(select(NoteSubject.note_id)))


def _found(records: Records, patient: UUID) -> Found:
    """Opening proves that every sealed text is whole."""
    with records.work(writes=False) as work:
        ids = work.select(select(Note.id))
    return Found(
        {each.id: run(records, notes.open_draft, each.id).text for each in run(records, notes.drafts)},
        {id: run(records, notes.open_note, id, patient) for id in ids},
    )


def _nothing_is_lost(promised: list[Promised], found: Found) -> None:
    added = {each.id: each.text for note in found.notes.values() for each in note.addenda}
    for each in promised:
        match each.what:
            case "draft":
                assert _is_kept(each, found)
            case "written":
                assert found.notes[each.id].text == text("note", each.session)
            case "signed":
                assert found.signed[each.id].text == text("note", each.session)
            case "added":
                assert added[each.id] == text("addendum", each.session)
    assert len(found.notes) <= len({each.session for each in promised}) + 1


def _is_kept(draft: Promised, found: Found) -> bool:
    """A saved draft is there as saved or as a later save left it, or its words are a note's."""
    kept = [*found.drafts.values(), *(note.text for note in found.notes.values())]
    return any(
        text("note", draft.session, save) in kept for save in range(draft.save, note_writing.SAVES + 1)
    )


def _nothing_is_there_twice(found: Found) -> None:
    """No session has two notes, and no note has left its draft behind."""
    sessions = [_session(each) for each in (*found.drafts.values(), *(n.text for n in found.notes.values()))]
    assert len(sessions) == len(set(sessions))


def _session(words: str) -> int:
    return int(words.split()[0])
