"""An import that is killed leaves all of its rows or none (of letters whole ones), and a sound practice."""

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from practice_app.model.base import Base
from practice_app.model.correspondence import Attachment, Letter, LetterSubject
from practice_app.model.notes import Note, NoteSeal, NoteSubject
from practice_app.model.people import Address, Contact, Email, Patient, Person, Phone, SearchEntry
from practice_app.model.settings import Imported
from practice_app.storage import audit, note_chain, sealed
from practice_app.storage.engine import check_pages
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests.documents import papers
from tests.journeys import importing
from tests.services.import_files import count, table, take_in

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "5"))
ROOT = Path(__file__).resolve().parents[2]
PATIENTS = 400
NOTES = 300
LETTERS = 14
STEPS = 16
JOURNAL = 1_600_000
"""About as many steps as an import says, and rather more bytes than its journal grows to."""

PATIENT_TABLES = (Person, Patient, Address, Phone, Email, Contact, Imported, SearchEntry)
LETTER_TABLES = (Letter, LetterSubject, Attachment)
NOTE_TABLES = (Note, NoteSubject, NoteSeal, Imported)


def _patients(folder: Path) -> Path:
    head = ["Patient ID", "First name", "Last name", "DOB", "Mobile", "Email", "Postcode", "Next of kin"]
    rows = [
        [f"P{n}", f"Given{n}", f"Family{n % 40}", f"{n % 28 + 1} May {1940 + n % 60}", f"07700 9{n:05}",
         f"p{n}@example.org", "CT11 8AA", f"Kin {n}"]
        for n in range(PATIENTS)
    ]  # fmt: skip
    return table(folder, head, *rows, name="patients.csv")


def _notes(folder: Path) -> Path:
    rows = [
        [f"N{n}", f"P{n % PATIENTS}", f"{n % 28 + 1} May 2024", f"Session {n}. " * 40] for n in range(NOTES)
    ]
    return table(folder, ["ID", "Patient ID", "Date", "Note"], *rows, name="notes.csv")


def _killed_at_some_moment(path: Path, keys: Keys, kind: str, file: Path, moment: random.Random) -> bool:
    """Run an import and kill it without warning; whether it had said it was done.

    Half the time it is killed as it reaches a step, else when its journal has grown to some size, which
    happens while it commits.
    """
    journal = path.with_name(f"{path.name}-wal")
    program = [sys.executable, "-m", "tests.journeys.importing"]
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        if running.stdin is None or running.stdout is None:
            raise RuntimeError("the program has no streams")
        running.stdin.write(importing.described(path, keys, kind, file) + "\n")
        running.stdin.flush()
        if moment.random() < 0.5:
            wanted, said = moment.randrange(1, STEPS), []
            for line in running.stdout:
                said.append(line.strip())
                if len(said) == wanted:
                    break
        else:
            wanted = moment.randrange(1, JOURNAL)
            while running.poll() is None and _size(journal) < wanted:
                pass
            said = []
        running.kill()
        said += [line.strip() for line in running.stdout]
        running.wait()
    return importing.DONE in said


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _sound(records: Records, path: Path) -> None:
    with records.work(writes=False) as work:
        assert audit.verify(work.connection(), {}) == ()
        assert note_chain.verify(work.connection(), records.keys, {}) == ()
    assert check_pages(path, records.keys.newest_dek[1]) == ()


def _counts(records: Records, tables: tuple[type[Base], ...]) -> list[int]:
    return [count(records, kind) for kind in tables]


def _letters(folder: Path) -> Path:
    rows = []
    for n in range(LETTERS):
        (folder / f"{n}.pdf").write_bytes(papers.letter(n))
        rows.append([f"L{n}", f"P{n % PATIENTS}", f"{n}.pdf", "12 Jan 2026"])
    return table(folder, ["ID", "Patient ID", "File", "Date"], *rows, name="letters.csv")


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_killed_import_of_letters_leaves_each_whole_and_goes_on_where_it_ended(
    records: Records, practice_file: Path, tmp_path: Path, round_: int
) -> None:
    """Letters are stored one by one: what is there is whole, and a second run takes exactly the rest."""
    take_in(records, "patients", _patients(tmp_path))
    marks, file = count(records, Imported), _letters(tmp_path)
    moment = random.Random(f"letters {round_}")  # noqa: S311  not a secret
    records.engine.dispose()
    was_promised = _killed_at_some_moment(practice_file, records.keys, "letters", file, moment)
    letters, *others = _counts(records, LETTER_TABLES)
    assert others == [letters, letters]
    assert count(records, Imported) == marks + letters
    _sound(records, practice_file)
    outcome = take_in(records, "letters", file)
    assert (outcome.added, outcome.unchanged) == (LETTERS - letters, letters)
    assert _counts(records, LETTER_TABLES) == [LETTERS] * 3
    assert not was_promised or letters == LETTERS
    with records.work(writes=False) as work:
        for row in work.select(select(Attachment).options(undefer(Attachment.cleaned_sealed))):
            link = select(LetterSubject.person_id).where(LetterSubject.letter_id == row.letter_id)
            blob, about = row.cleaned_sealed or b"", work.select(link)
            sealed.get_bytes(work, row.id, sealed.ATTACHMENT_CLEANED, blob, subjects=about)
    _sound(records, practice_file)


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize(
    ("kind", "make", "tables"),
    [("patients", _patients, PATIENT_TABLES), ("notes", _notes, NOTE_TABLES)],
    ids=["patients", "notes"],
)
def test_a_killed_import_leaves_all_or_nothing(
    records: Records,
    practice_file: Path,
    tmp_path: Path,
    kind: str,
    make: Callable[[Path], Path],
    tables: tuple[type[Base], ...],
    round_: int,
) -> None:
    if kind == "notes":
        take_in(records, "patients", _patients(tmp_path))
    before, file = _counts(records, tables), make(tmp_path)
    moment = random.Random(f"{kind} {round_}")  # noqa: S311  not a secret
    records.engine.dispose()  # the last one to close takes the journal away, so that it grows from nothing
    was_promised = _killed_at_some_moment(practice_file, records.keys, kind, file, moment)
    after = _counts(records, tables)
    _sound(records, practice_file)
    outcome = take_in(records, kind, file)
    complete = _counts(records, tables)
    assert outcome.added in (0, outcome.rows)
    assert (after == complete) == (outcome.added == 0)
    assert after in (before, complete)
    assert not was_promised or after == complete
    _sound(records, practice_file)
