"""Importing letters: a list and its files, each stored by itself, nothing outside its folder, once only."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from practice_app.documents.intake.confined import Confined
from practice_app.errors import Cancelled, FileRefused
from practice_app.model.correspondence import Attachment, Direction, Letter, LetterClass, LetterState
from practice_app.model.settings import Imported
from practice_app.progress import Progress
from practice_app.rules.files import WHY
from practice_app.services import files, imports, letters, subject_access
from practice_app.services.files import FileState
from practice_app.services.imports import Request, RowsRefused
from practice_app.services.imports.letters import LettersPlan
from practice_app.services.marks import run
from practice_app.storage import sealed
from practice_app.storage.records import Records
from tests.documents import papers
from tests.services.copies import text
from tests.services.import_files import count, rows_of, table, take_in, written

HEAD = ["ID", "Patient ID", "File", "Date", "In or out", "From", "To", "Title", "Type"]
ROW = ["L1", "P1", "scans/a.pdf", "12 Jan 2026", "in", "Seafront Surgery", "Dr Shah", "Quetzal", "GP letter"]


@pytest.fixture
def ann(records: Records, tmp_path: Path) -> UUID:
    """The patient P1; there is a P2 as well."""
    take_in(
        records,
        "patients",
        written(tmp_path, "Patient ID,First name\nP1,Ann\nP2,Ben\n", "patients.csv"),
    )
    [first, *_] = [row["record_id"] for row in rows_of(records, Imported) if row["ref"] == "P1"]
    return first


def scan(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return name


def index(folder: Path, *rows: list[str]) -> Path:
    return table(folder, HEAD, *rows, name="index.csv")


def row(id: str, file: str, **given: str) -> list[str]:
    values = dict(zip(HEAD, ROW, strict=True)) | {"ID": id, "File": file} | given
    return list(values.values())


def numbered(folder: Path, many: int) -> list[list[str]]:
    return [row(f"L{n}", scan(folder, f"{n}.pdf", papers.letter(n))) for n in range(many)]


def test_a_letter_is_kept_with_its_original_and_its_clean_copy(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    original = papers.pdf("Dear colleague", change=papers.ACTIVE["JavaScript"])
    scan(tmp_path, "scans/a.pdf", original)
    outcome = take_in(records, "letters", index(tmp_path, ROW))
    assert (outcome.added, outcome.refused, outcome.is_written) == (1, 0, True)
    [listed] = run(records, letters.of, ann)
    assert (listed.direction, listed.letter_class, listed.state, listed.dated) == (
        Direction.IN, LetterClass.CARE, LetterState.FILED, date(2026, 1, 12),
    )  # fmt: skip
    assert (listed.sender, listed.recipient, listed.subject) == ("Seafront Surgery", "Dr Shah", "Quetzal")
    [file] = listed.files
    assert (file.name, file.pages, file.state) == ("a.pdf", 1, FileState.READY)
    clean = run(records, files.open_file, file.id, ann)
    assert papers.EVIL.encode() not in papers.expanded(clean)
    with records.work(writes=False) as work:
        kept = work.select(select(Attachment).options(undefer(Attachment.content_sealed)))[0]
        blob = kept.content_sealed or b""
        assert sealed.get_bytes(work, kept.id, sealed.ATTACHMENT, blob, subjects=(ann,)) == original
    assert run(records, letters.open_letter, listed.id, ann).source == "imported from the old system"


def test_letters_out_are_sent_and_service_letters_keep_a_plain_subject(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    scan(tmp_path, "a.pdf", papers.pdf())
    take_in(
        records, "letters", index(tmp_path, row("1", "a.pdf", **{"In or out": "sent", "Type": "Invoice"}))
    )
    [kept] = rows_of(records, Letter)
    assert (kept["direction"], kept["state"], kept["subject"]) == (Direction.OUT, LetterState.SENT, "Quetzal")


def test_pictures_become_pages(records: Records, tmp_path: Path, ann: UUID) -> None:
    rows = [
        row("1", scan(tmp_path, "a.jpg", papers.picture("JPEG"))),
        row("2", scan(tmp_path, "b.png", papers.picture("PNG"))),
        row("3", scan(tmp_path, "c.tif", papers.picture("TIFF", frames=3))),
    ]
    take_in(records, "letters", index(tmp_path, *rows))
    found = [file for each in run(records, letters.of, ann) for file in each.files]
    assert sorted((each.name, each.pages) for each in found) == [("a.jpg", 1), ("b.png", 1), ("c.tif", 3)]
    assert run(records, files.open_file, found[0].id, ann).startswith(b"%PDF")


def test_a_second_run_changes_nothing_with_and_without_ids(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    rows = numbered(tmp_path, 3)
    without = [["", *each[1:]] for each in numbered(tmp_path, 5)[3:]]
    file = index(tmp_path, *rows, *without)
    assert take_in(records, "letters", file).added == 5
    before = rows_of(records, Attachment)
    again = take_in(records, "letters", file)
    assert (again.added, again.unchanged, again.refused) == (0, 5, 0)
    assert rows_of(records, Attachment) == before


@pytest.mark.parametrize("update", [False, True])
def test_a_letter_whose_file_or_row_changed_is_refused(
    records: Records, tmp_path: Path, ann: UUID, update: bool
) -> None:
    rows = numbered(tmp_path, 2)
    take_in(records, "letters", index(tmp_path, *rows))
    scan(tmp_path, "0.pdf", papers.pdf("Another content"))
    changed = index(tmp_path, rows[0], row("L1", "1.pdf", Title="Another title"))
    outcome = take_in(records, "letters", changed, update=update, dry_run=True)
    assert [each.line for each in outcome.refusals] == [2, 3]
    assert outcome.unchanged == 0


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("missing.pdf", None, "There is no file “missing.pdf”"),
        ("../outside.pdf", None, "leads out of its folder"),
        ("/etc/passwd", None, "absolute or leads out"),
        ("C:/a.pdf", None, "not allowed in names"),
        ("//server/share/a.pdf", None, "empty, absolute"),
        ("empty.pdf", b"", "is empty"),
        ("a.docx", b"PK\x03\x04", "PDF, JPEG, PNG and TIFF"),
        ("call.mp3", b"ID3", "sound or video"),
        ("con.pdf", None, "device"),
    ],
)
def test_a_file_that_cannot_be_taken_refuses_its_row(
    records: Records, tmp_path: Path, ann: UUID, name: str, content: bytes | None, why: str
) -> None:
    if content is not None:
        scan(tmp_path, name, content)
    good = row("1", scan(tmp_path, "a.pdf", papers.pdf()))
    with pytest.raises(RowsRefused, match="1 of 2 rows") as refused:
        take_in(records, "letters", index(tmp_path, good, row("2", name)))
    [refusal] = refused.value.outcome.refusals
    assert refusal.line == 3
    assert why in refusal.reason
    assert count(records, Letter) == 0


def test_a_link_and_a_giant_are_refused(records: Records, tmp_path: Path, ann: UUID) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.pdf").write_bytes(papers.pdf())
    inner = tmp_path / "export"
    inner.mkdir()
    (inner / "a.pdf").symlink_to(outside / "a.pdf")
    with (inner / "giant.pdf").open("wb") as file:
        file.write(papers.pdf())
        os.truncate(file.fileno(), 50 * 1024 * 1024 + 1)
    outcome = take_in(
        records, "letters", index(inner, row("1", "a.pdf"), row("2", "giant.pdf")), dry_run=True
    )
    assert [("link" in each.reason, "50 MB" in each.reason) for each in outcome.refusals] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_refused_rows_are_written_and_the_others_taken(records: Records, tmp_path: Path, ann: UUID) -> None:
    good = row("1", scan(tmp_path, "a.pdf", papers.pdf()))
    rejects = tmp_path / "rejects.csv"
    unknown = row("3", "a.pdf", **{"Patient ID": "P9"})
    file = index(tmp_path, good, row("2", "missing.pdf"), unknown)
    outcome = take_in(records, "letters", file, rejects=rejects)
    assert (outcome.added, outcome.refused) == (1, 2)
    told = rejects.read_text(encoding="utf-8-sig")
    assert "There is no file “missing.pdf”" in told
    assert "No patient here has the id" in told


def test_files_that_cannot_be_shown_are_kept_and_marked(records: Records, tmp_path: Path, ann: UUID) -> None:
    rows = [
        row("1", scan(tmp_path, "locked.pdf", papers.locked())),
        row("2", scan(tmp_path, "broken.pdf", b"%PDF-1.4 broken")),
        row("3", scan(tmp_path, "wrong.pdf", b"just text")),
    ]
    outcome = take_in(records, "letters", index(tmp_path, *rows))
    assert [(each.line, each.text) for each in outcome.warnings] == [
        (2, f"“locked.pdf”: {WHY[FileState.LOCKED]}"),
        (3, f"“broken.pdf”: {WHY[FileState.BROKEN]}"),
        (4, f"“wrong.pdf”: {WHY[FileState.BROKEN]}"),
    ]
    kept = rows_of(records, Attachment)
    assert {each["state"] for each in kept} == {FileState.LOCKED, FileState.BROKEN}
    assert all(each["content_sealed"] and not each["cleaned_sealed"] for each in kept)


def test_a_dry_run_writes_nothing_and_starts_no_reader(
    records: Records, tmp_path: Path, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Confined, "__init__", refuse)
    outcome = take_in(records, "letters", index(tmp_path, *numbered(tmp_path, 2)), dry_run=True)
    assert (outcome.added, outcome.is_written, count(records, Letter)) == (2, False, 0)


def _ending_at(done: int, what: Callable[[], object]) -> Progress:
    def report(at: int, total: int, doing: str) -> None:
        if doing == "Taking in letters" and at == done:
            what()

    return Progress(report)


def test_a_cancelled_import_says_what_is_in_and_goes_on_later(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    file = index(tmp_path, *numbered(tmp_path, 4))
    progress = _ending_at(1, lambda: progress.cancel())
    with pytest.raises(
        Cancelled, match="2 letters are in already; the same import run again takes the others"
    ):
        imports.run(records, Request(kind="letters", path=file), progress=progress)
    assert count(records, Letter) == count(records, Attachment) == 2
    outcome = take_in(records, "letters", file)
    assert (outcome.added, outcome.unchanged) == (2, 2)


def test_a_file_exchanged_while_letters_are_taken_in_is_not_stored(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    file = index(tmp_path, *numbered(tmp_path, 2))
    progress = _ending_at(1, lambda: scan(tmp_path, "1.pdf", papers.pdf("Exchanged")))
    with pytest.raises(FileRefused, match=r"“1\.pdf” was changed.* 1 letter is in already"):
        imports.run(records, Request(kind="letters", path=file), progress=progress)
    assert count(records, Letter) == 1


def test_what_another_import_took_in_meanwhile_is_not_taken_twice(
    records: Records, tmp_path: Path, ann: UUID
) -> None:
    file = index(tmp_path, *numbered(tmp_path, 3))
    progress = _ending_at(1, lambda: take_in(records, "letters", file))
    outcome = imports.run(records, Request(kind="letters", path=file), progress=progress)
    assert (outcome.added, outcome.unchanged) == (1, 2)
    assert count(records, Letter) == 3


def test_letters_are_never_written_together(records: Records) -> None:
    from practice_app.errors import Defect

    with pytest.raises(Defect):
        LettersPlan.write(None, None)  # type: ignore[arg-type]


def test_a_letter_taken_in_is_in_the_persons_copy(records: Records, tmp_path: Path, ann: UUID) -> None:
    scan(tmp_path, "scans/a.pdf", papers.pdf())
    take_in(records, "letters", index(tmp_path, ROW))
    made = subject_access.prepare(records, ann, progress=Progress())
    assert made.not_shown == 0
    assert "Hello" in text(run(records, subject_access.open_copy, made.id))
