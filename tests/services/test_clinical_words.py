"""Whoever opens the database with a receptionist's keys finds no word of a note, wherever they look."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from practice_app.errors import PracticeError
from practice_app.model.base import Base, SealedBytes
from practice_app.model.correspondence import Attachment, Letter
from practice_app.model.people import HealthFact, HealthFactKind
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import competence, documents, form_drafts, letters, notes, people, subject_access
from practice_app.services.competence import Judgement
from practice_app.services.documents import CleanedFile, DocumentKind
from practice_app.services.files import FileState
from practice_app.services.letters import LetterClass, LetterIn
from practice_app.services.marks import run
from practice_app.services.notes import DraftText, NoteLevel, Words
from practice_app.storage import sealed
from practice_app.storage.engine import connect
from practice_app.storage.keys import Keys, unseal_bytes
from practice_app.storage.records import Records
from tests import decrypted_pages, makers
from tests.conftest import ON_A_FILE, Opener
from tests.raw import as_owner, tables

WORDS = {
    "note": "Marmalade nightmares",
    "addendum": "Quicksilver afterthought",
    "note for its author": "Vermilion secret",
    "note that is not signed": "Tangerine hesitation",
    "draft": "Periwinkle beginning",
    "care letter": "Obsidian recommendation",
    "attachment": "Saffron scribble",
    "attachment's name": "Burgundy-drawing.txt",
    "attachment's sheets": "Magnolia instructions",
    "form": "Cinnamon allergy",
    "judgement's matter": "Pomegranate question",
    "judgement's reasons": "Tamarind understanding",
    "letter's subject": "Turquoise review",
    "document's title": "Chartreuse questionnaire",
    "document's file": "Ultramarine answers",
    "document's clean copy": "Heliotrope rendering",
    "document's file name": "Aquamarine.pdf",
}
"""Words that stand nowhere else, by what they are written into."""

INSIDE_A_BUNDLE = ("review.pdf", "release.pdf", "%PDF-1.")
"""What a stored copy begins with, and what the files inside it are called: its text is compressed."""


@dataclass(frozen=True)
class Written:
    """A practice with every kind of clinical text in it."""

    records: Records
    file: Path
    patient: UUID


@pytest.fixture
def written(records: Records, tmp_path: Path, open_as: Opener) -> Written:
    with records.work(use_case="tests.arrange") as work:
        patient, other = makers.patient(work), makers.patient(work)
        letter = makers.letter(work, [patient], WORDS["care letter"])
        row = Attachment(letter_id=letter, media_type="text/plain", size=16)
        content, name = WORDS["attachment"].encode(), WORDS["attachment's name"]
        row.content_sealed = sealed.put_bytes(work, row, sealed.ATTACHMENT, content, subject=patient)
        sheets = WORDS["attachment's sheets"].encode()
        row.sheets_sealed = sealed.put_bytes(work, row, sealed.ATTACHMENT_SHEETS, sheets, subject=patient)
        row.name_sealed = sealed.put(work, row, sealed.ATTACHMENT_NAME, name, subject=patient)
        work.add(row)

    def of(what: str, level: NoteLevel = NoteLevel.CLINICIANS) -> Words:
        return Words((patient,), makers.TODAY, WORDS[what], level)

    note = run(records, notes.sign, of("note"))
    run(records, notes.add_addendum, note, WORDS["addendum"])
    run(records, notes.sign, of("note for its author", NoteLevel.ONLY_ME))
    run(records, notes.write, of("note that is not signed"))
    run(records, notes.save_draft, DraftText(patient, WORDS["draft"]))
    run(records, form_drafts.keep, form_drafts.Form("patient", patient), {}, {"allergy": WORDS["form"]})
    judged = Judgement(makers.TODAY, True, WORDS["judgement's matter"], WORDS["judgement's reasons"])
    run(records, competence.record, patient, judged)
    subject_access.prepare(records, patient, progress=Progress())
    paper = CleanedFile(
        WORDS["document's file name"],
        "application/pdf",
        WORDS["document's file"].encode(),
        FileState.READY,
        1,
        WORDS["document's clean copy"].encode(),
    )
    title = WORDS["document's title"]
    reception = open_as(Role.RECEPTIONIST)
    run(reception, documents.add, patient, paper, DocumentKind.SCAN, title, makers.TODAY)
    subject = WORDS["letter's subject"]
    came = LetterIn((patient,), "Seafront Surgery", makers.TODAY, LetterClass.CARE, paper, subject)
    run(records, letters.file_letter, came)
    # A note rewritten and a draft thrown away leave nothing in pages that are free again.
    again = run(records, notes.write, Words((patient,), makers.TODAY, f"{WORDS['note']} " * 200))
    run(records, notes.write, of("note"), note=again)
    thrown_away = run(records, notes.save_draft, DraftText(other, f"{WORDS['draft']} " * 200))
    run(records, notes.discard_draft, thrown_away)
    return Written(records, tmp_path / "practice" / "practice.db", patient)


def every_value(written: Written) -> Iterator[tuple[str, bytes]]:
    """Each value of each column of each table there is, the index's own tables too, as bytes."""
    with as_owner(written.records) as connection:
        for table in tables(connection):
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').mappings():
                for column, value in row.items():
                    yield f"{table}.{column}", value if isinstance(value, bytes) else str(value).encode()


def every_page(written: Written) -> Iterator[tuple[str, bytes]]:
    key = written.records.keys.newest_dek[1]
    yield from (("a page", page) for page in decrypted_pages.of_files(written.file, key))


Place = Callable[[Written], Iterator[tuple[str, bytes]]]

PLACES = [
    pytest.param("file", every_value, id="file"),
    pytest.param("file", every_page, id="pages"),
    pytest.param("postgres", every_value, id="postgres", marks=pytest.mark.postgres),
]
"""A server's own pages cannot be read from a client; what it may write to its disk is what its rows hold."""


def found(place: Place, written: Written, *needles: str) -> dict[str, str]:
    """Where each of the words stands, in any case and as UTF-8 or UTF-16."""
    forms = {
        needle: [needle.lower().encode(each) for each in ("utf-8", "utf-16-le", "utf-16-be")]
        for needle in needles
    }
    return {
        needle: where
        for where, value in place(written)
        for needle, ways in forms.items()
        if any(way in value.lower() for way in ways)
    }


def single_words() -> list[str]:
    """Each word by itself, as an index of words would hold it."""
    return [word for text in WORDS.values() for word in text.replace("-", " ").split() if len(word) > 7]


@pytest.mark.parametrize(("store", "place"), PLACES)
def test_no_clinical_word_is_anywhere(written: Written, place: Place) -> None:
    assert found(place, written, *single_words(), *INSIDE_A_BUNDLE) == {}


@pytest.mark.parametrize(("store", "place"), PLACES)
def test_the_search_finds_what_lies_open(written: Written, records: Records, place: Place) -> None:
    """A word in a plain column, one in the index, bytes put into a sealed column as they are, and a PDF."""
    with records.work(use_case="tests.plant") as work:
        makers.call(work, [written.patient], about="Rhubarb complaint")
        letter = makers.letter(work, [written.patient])
        work.get(Letter, letter).text_sealed = "Marmalade nightmares".encode("utf-16-le")
        values = {"letter_id": letter, "media_type": "application/pdf"}
        unsealed = {**values, "id": uuid4(), "version": 1, "size": 8, "content_sealed": b"%PDF-1.7"}
        work.connection().execute(insert(Attachment), unsealed)
    planted = found(place, written, "rhubarb", "marmalade", "%PDF-1.", "holloway", "quicksilver")
    assert set(planted) == {"rhubarb", "marmalade", "%PDF-1.", "holloway"}


@ON_A_FILE
def test_pages_that_no_table_shows_any_more_are_looked_at(written: Written, records: Records) -> None:
    """Rows deleted without overwriting lie in the file until a page is used again."""
    with records.work(use_case="tests.plant") as work:
        call = makers.call(work, [written.patient], about="Rhubarb complaint")
    records.engine.dispose()
    driver = connect(written.file, records.keys.newest_dek[1])
    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    driver.execute("PRAGMA secure_delete = OFF")
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute("DELETE FROM call WHERE id = ?", (call.hex,))
    driver.close()
    assert "rhubarb" not in found(every_value, written, "rhubarb")
    assert "rhubarb" in found(every_page, written, "rhubarb")


def test_a_receptionists_keys_open_no_sealed_value(written: Written, records: Records) -> None:
    """Every sealed column has something in it here, and nothing of it opens, whatever it is taken for."""
    keys = Keys(records.keys.vault, uuid4(), bytearray(os.urandom(32)), dict(records.keys.dek))
    with records.work(writes=False) as work:
        blobs = {
            str(column): work.rows(select(column.table.c.id, column).where(column.is_not(None)))
            for column in sealed_columns()
        }
    assert [name for name, rows in blobs.items() if not rows] == []
    tried = [
        (name, purpose, _opens(keys, purpose, id, blob))
        for name, rows in blobs.items()
        for id, blob in rows
        for purpose in PURPOSES
    ]
    assert [each for each in tried if each[2]] == []
    id, blob = blobs["letter.text_sealed"][0]
    assert _opens(records.keys, sealed.LETTER, id, blob)


PURPOSES = [value for name, value in vars(sealed).items() if name.isupper() and isinstance(value, str)]


def sealed_columns() -> list[Any]:
    return [
        column
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if isinstance(column.type, SealedBytes)
    ]


def _opens(keys: Keys, purpose: str, id: UUID, blob: bytes) -> bool:
    try:
        unseal_bytes(keys, purpose, id, blob, None)
    except PracticeError:
        return False
    return True


def test_the_banner_keeps_allergies_from_reception_and_the_safety_line_from_nobody(
    records: Records, open_as: Opener
) -> None:
    with records.work(use_case="tests.arrange") as work:
        patient = makers.patient(work, safety_line="Never ring at home.")
        for kind in HealthFactKind:
            work.add(HealthFact(patient_id=patient, kind=kind, text=f"Told: {kind.value}"))
        makers.on_list(work, records.actor.id, [patient])
    for role in Role:
        shown = run(open_as(role), people.open_record, patient)
        assert shown.banner.safety_line == "Never ring at home."
        said = str(shown)
        if role is Role.RECEPTIONIST:
            assert shown.banner.allergies is None
            assert not shown.banner.no_known_allergies
            assert "Told:" not in said
        else:
            assert shown.banner.allergies == ("Told: allergy",)
            assert all(f"Told: {kind.value}" in said for kind in HealthFactKind)
