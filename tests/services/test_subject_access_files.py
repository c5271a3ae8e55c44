"""Files in the copy: pages in place, scans read once, recordings beside it, and the rest listed with why."""

import errno
import os
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pikepdf
import pypdfium2
import pytest
import stream_unzip
from sqlalchemy import select
from sqlalchemy.orm import undefer

from practice_app.documents.intake import cleaning, pictures, reading
from practice_app.documents.intake.confined import Cleaner
from practice_app.documents.intake.reading import Reader
from practice_app.errors import Cancelled, FileRefused, Invalid, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.correspondence import Attachment
from practice_app.model.rights import SubjectAccessBundle
from practice_app.model.settings import Practice
from practice_app.progress import Progress
from practice_app.rules.files import PDF, WHY, CleanedFile, FileState
from practice_app.rules.names import PersonName
from practice_app.services import doctor, files, moves, subject_access
from practice_app.services.marks import run
from practice_app.services.moves import Item, MoveReason, Reason
from practice_app.services.subject_access import Prepared, Release, Saved
from practice_app.storage import sealed
from practice_app.storage.records import Records, Work
from tests import makers
from tests.documents import papers
from tests.documents.judge import judge, spoken
from tests.services.copies import attached, gathered, pages, text

SOUND = b"ID3" + bytes(2000)


def prepare(records: Records, person: UUID) -> Prepared:
    return subject_access.prepare(records, person, progress=Progress())


def opened(records: Records, bundle: UUID) -> bytes:
    return run(records, subject_access.open_copy, bundle)


def release(records: Records, bundle: UUID) -> None:
    facts = Release("the patient", "passport", "asks about herself", "Ann Example", "by hand")
    run(records, subject_access.release, bundle, facts)


def save(records: Records, bundle: UUID, path: Path, password: str | None = None) -> Saved:
    return subject_access.save_copy(records, bundle, path, password=password, progress=Progress())


def pdf_file(name: str, content: bytes) -> CleanedFile:
    clean, count = cleaning.clean(content)
    return CleanedFile(name, PDF, content, FileState.READY, count, clean)


def scan_of(text: str, name: str = "scan.jpg") -> CleanedFile:
    """A letter as a scanner makes it."""
    document = pypdfium2.PdfDocument(papers.pdf(text))
    output = BytesIO()
    picture = document[0].render(scale=200 / 72).to_pil().convert("L")
    document.close()
    picture.save(output, "JPEG", quality=80, dpi=(200, 200))
    clean, count = pictures.clean(output.getvalue(), "image/jpeg")
    return CleanedFile(name, "image/jpeg", output.getvalue(), FileState.READY, count, clean)


def recording(name: str = "Ann Example, 3 March.mp3", media: str = "audio/mpeg") -> CleanedFile:
    return CleanedFile(name, media, SOUND, FileState.AS_RECEIVED)


def file(work: Work, people: Iterable[UUID], *given: CleanedFile, **values: object) -> UUID:
    """A letter with files."""
    practice = work.first(select(Practice))
    assert practice is not None
    practice.keeps_recordings = True
    work.flush()
    about = list(people)
    letter = makers.letter(work, about, "Please see what is attached.", **values)
    for each in given:
        work.add(files.attach(work, each, about, letter=letter))
    work.flush()
    return letter


@pytest.fixture
def ann(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work, PersonName(None, "Ann", "Example", None))


@pytest.fixture
def reader() -> Reader:
    found = reading.installed()
    if found is None:
        pytest.skip("tesseract is not installed")
    return found


@pytest.fixture
def no_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "nothing"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


def arrange(records: Records, person: UUID, *given: CleanedFile) -> None:
    with records.work(use_case="tests.arrange") as work:
        file(work, [person], *given)


def where(found: list[str], words: str) -> list[int]:
    return [number for number, page in enumerate(found, start=1) if words in page]


def test_a_letters_pages_stand_under_the_letter(records: Records, ann: UUID, no_reader: None) -> None:
    arrange(records, ann, pdf_file("referral.pdf", papers.pdf("Dear Dr Shah", "Kind regards")))
    made = prepare(records, ann)
    for copy in (opened(records, made.id), (release(records, made.id), opened(records, made.id))[1]):
        found = pages(copy)
        (letter,) = where(found, "Please see what is attached.")
        (heading,) = [page for page in where(found, "Attached: referral.pdf") if page >= letter]
        assert heading in (letter, letter + 1)
        assert where(found, "Dear Dr Shah") == [heading + 1]
        assert where(found, "Kind regards") == [heading + 2]
        assert (
            "Page 2 of 2 of “referral.pdf”, which came with: Letter from us, 18-Nov-2026"
            in found[heading + 1]
        )
        assert judge(copy) == []
        assert ("P", "Dear Dr Shah") in spoken(copy)
        assert len(found) == made.pages
    assert made.not_shown == 0


def test_every_page_of_a_copy_for_review_is_stamped_and_of_the_released_none(
    records: Records, ann: UUID, no_reader: None
) -> None:
    arrange(records, ann, pdf_file("referral.pdf", papers.pdf("One", "Two")))
    made = prepare(records, ann)
    assert all("not yet released" in page for page in pages(opened(records, made.id)))
    release(records, made.id)
    assert "not yet released" not in text(opened(records, made.id))


def claims_an_archive(copy: bytes) -> bool:
    with pikepdf.open(BytesIO(copy)) as document:
        return b"pdfaid:part>" in document.Root.Metadata.read_bytes()


def test_scans_leave_the_claim_to_be_an_archive_and_other_letters_do_not(
    records: Records, ann: UUID, no_reader: None
) -> None:
    arrange(records, ann, scan_of("Dear Dr Shah"))
    assert claims_an_archive(opened(records, prepare(records, ann).id))
    arrange(records, ann, pdf_file("referral.pdf", papers.pdf("Fonts of its own")))
    assert not claims_an_archive(opened(records, prepare(records, ann).id))


def test_a_scan_is_read_and_said_to_be_unchecked(records: Records, ann: UUID, reader: Reader) -> None:
    arrange(records, ann, scan_of("Dear Doctor Shah"))
    copy = opened(records, prepare(records, ann).id)
    assert ("P", "Dear Doctor Shah") in spoken(copy)
    assert text(copy).count("Dear Doctor Shah") == 1
    assert "Attached: scan.jpg (text read by a machine, not checked)" in text(copy)
    assert f"Read from the picture by {reader.name}" in text(copy)
    assert "not wholly in these pages" not in text(copy)
    assert judge(copy) == []


def test_a_scan_that_nobody_could_read_is_listed(records: Records, ann: UUID, no_reader: None) -> None:
    arrange(records, ann, scan_of("Dear Doctor Shah"))
    copy = opened(records, prepare(records, ann).id)
    assert "Dear Doctor Shah" not in text(copy)
    (last,) = where(pages(copy), "finds no words there")
    assert "scan.jpg (Letter from us, 18-Nov-2026) 1" in pages(copy)[last - 1]
    assert judge(copy) == []


def test_the_doctor_says_whether_scans_are_read(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert reader.name in [item.says for item in doctor.examine()]
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = [item for item in doctor.examine() if item.name == "Reader of scans"]
    assert (found.is_well, found.is_needed) == (False, False)


def made_ready(records: Records) -> int:
    """How often a file was made ready, as the log has it."""
    with records.work(writes=False) as work:
        statement = select(AuditEvent).where(AuditEvent.use_case == "attachments.make_ready")
        return len(work.select(statement))


def test_files_are_made_ready_once(records: Records, ann: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    arrange(records, ann, scan_of("Dear Doctor Shah"), pdf_file("referral.pdf", papers.pdf("Hello")))
    first = prepare(records, ann)
    assert made_ready(records) == 2

    def again(*_anything: object) -> None:
        raise AssertionError("made ready again")

    monkeypatch.setattr(Cleaner, "ready", again)
    monkeypatch.setattr(reading, "read_pages", again)
    second = prepare(records, ann)
    assert made_ready(records) == 2
    assert spoken(opened(records, second.id))[20:] != []
    assert second.not_shown == first.not_shown == 0


def test_when_a_reader_is_installed_later_scans_are_read_after_all(
    records: Records, ann: UUID, reader: Reader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arrange(records, ann, scan_of("Dear Doctor Shah"))
    with monkeypatch.context() as hidden:
        hidden.setenv("PATH", str(tmp_path))
        assert "Dear Doctor Shah" not in text(opened(records, prepare(records, ann).id))
    assert "Dear Doctor Shah" in text(opened(records, prepare(records, ann).id))


def test_stopping_keeps_what_was_made_ready(records: Records, ann: UUID, no_reader: None) -> None:
    arrange(records, ann, *(pdf_file(f"{n}.pdf", papers.letter(n)) for n in range(3)))

    class StopsAtTheSecond(Progress):
        def __call__(self, done: int, total: int, doing: str = "") -> None:
            if doing == "Reading files" and done == 2:
                self.cancel()
            super().__call__(done, total, doing)

    with pytest.raises(Cancelled):
        subject_access.prepare(records, ann, progress=StopsAtTheSecond())
    assert made_ready(records) == 2
    prepare(records, ann)
    assert made_ready(records) == 3


@pytest.mark.parametrize("state", [FileState.LOCKED, FileState.BROKEN, FileState.TOO_LARGE])
def test_a_file_that_cannot_be_shown_is_listed_with_the_reason(
    records: Records, ann: UUID, state: FileState
) -> None:
    arrange(records, ann, CleanedFile("report.pdf", PDF, b"%PDF-1.7 and so on", state))
    made = prepare(records, ann)
    copy = opened(records, made.id)
    listed = " ".join(text for tag, text in spoken(copy) if tag in ("TH", "TD"))
    assert f"report.pdf (Letter from us, 18-Nov-2026) {WHY[state]}" in listed
    assert made.not_shown == 1
    assert judge(copy) == []


def test_a_file_of_an_unknown_kind_is_listed(records: Records, ann: UUID) -> None:
    arrange(records, ann, CleanedFile("model.xyz", "application/octet-stream", b"?", FileState.AS_RECEIVED))
    assert WHY[FileState.AS_RECEIVED] in text(opened(records, prepare(records, ann).id))


def test_a_file_that_breaks_its_reader_is_listed(
    records: Records, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(records, ann, pdf_file("referral.pdf", papers.pdf("Hello")))
    monkeypatch.setattr(Cleaner, "ready", lambda *_anything: None)
    made = prepare(records, ann)
    assert made.not_shown == 1
    assert "could not be taken apart" in text(opened(records, made.id))


@pytest.mark.parametrize(
    ("column", "is_recording"),
    [("cleaned_sealed", False), ("sheets_sealed", False), ("content_sealed", True)],
)
def test_a_file_that_was_damaged_where_it_lies_does_not_stop_the_copy(
    records: Records, ann: UUID, no_reader: None, tmp_path: Path, column: str, is_recording: bool
) -> None:
    given = recording() if is_recording else pdf_file("referral.pdf", papers.pdf("Dear colleague"))
    arrange(records, ann, given)
    assert prepare(records, ann).not_shown == 0
    with records.work(use_case="tests.arrange") as work:
        row = work.select(select(Attachment).options(undefer(getattr(Attachment, column))))[0]
        setattr(row, column, getattr(row, column)[:-1] + b"\0\0")
    made = prepare(records, ann)
    assert (made.not_shown, made.beside) == (1, 0)
    copy = opened(records, made.id)
    assert "or was damaged" in " ".join(text(copy).split())
    assert judge(copy) == []
    assert save(records, made.id, tmp_path / "copy.pdf") == Saved()


def test_a_copy_that_no_database_can_keep_is_said_to_be_too_large(
    records: Records, ann: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(records, ann)
    monkeypatch.setattr(subject_access, "_LARGEST", 1_000)
    with pytest.raises(PracticeError, match="too large"):
        prepare(records, ann)
    assert run(records, subject_access.copies, ann) == ()


def test_a_text_file_is_set_as_text(records: Records, ann: UUID) -> None:
    note = CleanedFile("memo.txt", "text/plain", "Zażółć\n\nrings twice".encode(), FileState.AS_RECEIVED)
    arrange(records, ann, note)
    said = spoken(opened(records, prepare(records, ann).id))
    assert ("P", "Zażółć") in said
    assert ("P", "rings twice") in said


def test_a_file_of_somebody_else_that_was_linked_here_is_not_shown(
    records: Records, ann: UUID, no_reader: None
) -> None:
    with records.work(use_case="tests.arrange") as work:
        other = makers.patient(work)
        letter = file(work, [other], pdf_file("theirs.pdf", papers.pdf("Not about Ann")))
        mine = file(work, [ann])
        for row in work.select(select(Attachment).where(Attachment.letter_id == letter)):
            row.letter_id = mine
    made = prepare(records, ann)
    copy = text(opened(records, made.id))
    assert made.not_shown == 1
    assert "Not about Ann" not in copy
    assert "theirs.pdf" not in copy
    assert "A file that cannot be shown" in copy


def test_a_joint_letters_file_is_in_the_copies_of_both(records: Records, ann: UUID, no_reader: None) -> None:
    with records.work(use_case="tests.arrange") as work:
        other = makers.patient(work)
        file(work, [ann, other], pdf_file("both.pdf", papers.pdf("About you both")))
    for person in (ann, other):
        assert "About you both" in text(opened(records, prepare(records, person).id))
    assert made_ready(records) == 1


def test_a_moved_letter_takes_its_pages_along(records: Records, ann: UUID, no_reader: None) -> None:
    with records.work(use_case="tests.arrange") as work:
        right = makers.patient(work)
        letter = file(
            work, [ann], pdf_file("referral.pdf", papers.pdf("About the other one", change=_tagged))
        )
    assert "About the other one" in text(opened(records, prepare(records, ann).id))
    run(records, moves.move, Item("letter", letter, ann), right, Reason(MoveReason.SAME_NAME))
    assert "About the other one" not in text(opened(records, prepare(records, ann).id))
    made = prepare(records, right)
    assert "About the other one" in text(opened(records, made.id))
    assert made.not_shown == 0
    assert made_ready(records) == 1  # what was made ready in the wrong record serves in the right one


def _tagged(made: pikepdf.Pdf) -> None:
    """Marks on the page, so that what is kept of it holds another PDF."""
    page = made.pages[0].obj
    page.Contents = made.make_stream(b"/P <</MCID 0>> BDC " + page.Contents.read_bytes() + b" EMC")


def test_gathering_opens_no_pages(records: Records, ann: UUID, no_reader: None) -> None:
    """They are read one file at a time when the copy is drawn: all together they may not fit into memory."""
    arrange(records, ann, pdf_file("referral.pdf", papers.pdf("Hello")))
    prepare(records, ann)
    (found,) = attached(gathered(records, ann))
    assert found.file is not None
    assert [sheet.own[0][0].text for sheet in found.file.sheets] == ["Hello"]


def test_scans_are_kept_once_for_both_forms(records: Records, ann: UUID, no_reader: None) -> None:
    scan = scan_of("Dear Doctor Shah")
    arrange(records, ann, scan)
    made = prepare(records, ann)
    assert scan.clean is not None
    picture = max(_streams_in(scan.clean), key=len)
    with records.work(writes=False) as work:
        row = work.get(SubjectAccessBundle, made.id)
        stored = sealed.get_bytes(work, row.id, sealed.BUNDLE, row.content_sealed or b"", subjects=(ann,))
    assert stored.count(picture) == 1
    assert opened(records, made.id).count(picture) == 1


def test_a_copy_of_an_earlier_version_opens_in_both_forms(records: Records, ann: UUID) -> None:
    made = prepare(records, ann)
    both = BytesIO()
    with ZipFile(both, "w") as archive:
        archive.writestr("review.pdf", b"%PDF for review")
        archive.writestr("release.pdf", b"%PDF released")
    with records.work(use_case="tests.arrange") as work:
        row = work.get(SubjectAccessBundle, made.id)
        row.content_sealed = sealed.put_bytes(work, row, sealed.BUNDLE, both.getvalue(), subject=ann)
    assert opened(records, made.id) == b"%PDF for review"
    release(records, made.id)
    assert opened(records, made.id) == b"%PDF released"


def _streams_in(pdf: bytes) -> list[bytes]:
    with pikepdf.open(BytesIO(pdf)) as document:
        return [each.read_raw_bytes() for each in document.objects if isinstance(each, pikepdf.Stream)]


# Beside the copy


# The reader, which shares nothing with the writer, asks its library for SHA-1 as WinZip's format wants it.
ZIP_READER = pytest.mark.filterwarnings("ignore:PBKDF2 without:DeprecationWarning")


def entries_of(path: Path, password: str) -> dict[str, bytes]:
    """What is in an archive, if each entry is encrypted with AES-256 and nothing was altered."""
    allowed = (stream_unzip.AE_2, stream_unzip.AES_256)
    found = stream_unzip.stream_unzip(
        [path.read_bytes()], password=password.encode(), allowed_encryption_mechanisms=allowed
    )
    return {name.decode(): b"".join(pieces) for name, _size, pieces in found}


@ZIP_READER
def test_recordings_go_beside_the_copy_in_an_encrypted_archive(
    records: Records, ann: UUID, tmp_path: Path
) -> None:
    arrange(records, ann, recording(), recording("film.mp4", "video/mp4"))
    made = prepare(records, ann)
    assert (made.beside, made.not_shown) == (2, 0)
    copy = text(opened(records, made.id))
    assert "Ann Example, 3 March.mp3" in copy
    assert "recording-1.mp" in copy
    assert "recording-2.mp" in copy

    saved = save(records, made.id, tmp_path / "copy.pdf")
    assert saved.beside == tmp_path / "copy-recordings.zip"
    assert len(saved.password) == 14
    found = entries_of(saved.beside, saved.password)
    assert sorted(found) in (["recording-1.mp3", "recording-2.mp4"], ["recording-1.mp4", "recording-2.mp3"])
    assert set(found.values()) == {SOUND}
    raw = saved.beside.read_bytes()
    assert b"Example" not in raw
    assert SOUND[:100] not in raw
    assert saved.beside.stat().st_mode & 0o777 == 0o600


@ZIP_READER
def test_the_archive_does_not_open_otherwise(records: Records, ann: UUID, tmp_path: Path) -> None:
    arrange(records, ann, recording())
    saved = save(records, prepare(records, ann).id, tmp_path / "copy.pdf")
    assert saved.beside is not None
    for wrong in ("KWXR-MMPD-Q7TH", ""):
        with pytest.raises(stream_unzip.PasswordError):
            entries_of(saved.beside, wrong)


def test_each_saving_makes_another_password(records: Records, ann: UUID, tmp_path: Path) -> None:
    arrange(records, ann, recording())
    made = prepare(records, ann)
    said = {save(records, made.id, tmp_path / f"{n}.pdf").password for n in range(3)}
    assert len(said) == 3


@ZIP_READER
def test_the_copys_own_password_opens_the_archive_too(records: Records, ann: UUID, tmp_path: Path) -> None:
    arrange(records, ann, recording())
    made = prepare(records, ann)
    release(records, made.id)
    saved = save(records, made.id, tmp_path / "copy.pdf", "KWXR-MMPD-Q7TH")
    assert saved.beside is not None
    assert saved.password == ""
    assert entries_of(saved.beside, "KWXR-MMPD-Q7TH") == {"recording-1.mp3": SOUND}


def test_without_recordings_there_is_no_archive(records: Records, ann: UUID, tmp_path: Path) -> None:
    arrange(records, ann)
    assert save(records, prepare(records, ann).id, tmp_path / "copy.pdf") == Saved()
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".zip"] == []


def test_neither_file_appears_when_one_cannot_be_written(records: Records, ann: UUID, tmp_path: Path) -> None:
    arrange(records, ann, recording())
    made = prepare(records, ann)
    out = tmp_path / "out"
    out.mkdir()
    (out / "copy-recordings.zip").mkdir()
    with pytest.raises(FileRefused):
        save(records, made.id, out / "copy.pdf")
    with pytest.raises(Invalid):
        save(records, made.id, out / "other.pdf", "short")
    assert [each.name for each in out.iterdir()] == ["copy-recordings.zip"]


def test_a_full_disk_leaves_neither_file(
    records: Records, ann: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(records, ann, recording())
    made = prepare(records, ann)
    out = tmp_path / "out"
    out.mkdir()
    room = 0

    def fsync(_handle: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fsync)
    while True:
        left = room
        try:
            save(records, made.id, out / "copy.pdf")
        except FileRefused:
            assert list(out.iterdir()) == []
            room += 1
        else:
            break
    assert room >= 2
    assert sorted(each.name for each in out.iterdir()) == ["copy-recordings.zip", "copy.pdf"]


def test_an_archive_that_nobody_was_asked_about_is_not_replaced(
    records: Records, ann: UUID, tmp_path: Path
) -> None:
    arrange(records, ann, recording())
    made = prepare(records, ann)
    other = tmp_path / "copy-recordings.zip"
    other.write_bytes(b"somebody else's")
    with pytest.raises(FileRefused, match="another name"):
        save(records, made.id, tmp_path / "copy.pdf")
    assert other.read_bytes() == b"somebody else's"
    assert not (tmp_path / "copy.pdf").exists()


def test_the_words_of_a_file_are_kept_sealed(records: Records, ann: UUID, no_reader: None) -> None:
    arrange(records, ann, pdf_file("referral.pdf", papers.pdf("Quetzalcoatl")))
    prepare(records, ann)
    with records.work(writes=False) as work:
        (row,) = work.select(select(Attachment).options(undefer(Attachment.sheets_sealed)))
    assert row.sheets_sealed is not None
    assert b"Quetzalcoatl" not in row.sheets_sealed
