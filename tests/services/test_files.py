"""Reading a file that is to be filed: by its content, through one handle, whatever it is called."""

import os
from pathlib import Path
from uuid import UUID

import pytest

from practice_app.errors import FileRefused
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import documents, files
from practice_app.services.documents import DocumentKind
from practice_app.services.files import CleanedFile, FileState
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.documents import papers

NASTY = [
    "‮gpj.exe.pdf",
    "a" * 200 + ".pdf",
    "'; DROP TABLE letter; --.pdf",
    "<b>bold&amp;.pdf",
    "%s%n.pdf",
    " 空 白 .pdf",
    "‏رسالة‏.pdf",
    "CON.pdf",
    "\x7f\x01.pdf",
    "-rf.pdf",
]


def read(records: Records, path: Path) -> CleanedFile:
    return files.read_file(records, path, progress=Progress())


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", NASTY)
def test_a_file_may_be_called_anything(records: Records, tmp_path: Path, name: str) -> None:
    with records.work(use_case="tests.arrange") as work:
        ann: UUID = makers.patient(work)
    file = read(records, written(tmp_path, name, papers.pdf()))
    assert (file.state, file.pages) == (FileState.READY, 1)
    run(records, documents.add, ann, file, DocumentKind.OTHER, name, makers.TODAY)
    [filed] = run(records, documents.of, ann)
    assert filed.files[0].name == name


@pytest.mark.parametrize(
    ("name", "content", "media", "state"),
    [
        ("a.pdf", papers.picture("PNG"), "image/png", FileState.READY),
        ("scan", papers.pdf(), "application/pdf", FileState.READY),
        ("a.PDF", papers.locked(), "application/pdf", FileState.LOCKED),
        ("a.pdf", b"no PDF at all", "application/pdf", FileState.BROKEN),
        ("a.JPG", b"no picture", "image/jpeg", FileState.BROKEN),
        ("a.mp3", b"ID3 sound", "audio/mpeg", FileState.AS_RECEIVED),
    ],
)
def test_a_file_is_what_its_content_says(
    records: Records, tmp_path: Path, name: str, content: bytes, media: str, state: FileState
) -> None:
    file = read(records, written(tmp_path, name, content))
    assert (file.media_type, file.state, file.original) == (media, state, content)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "“a.pdf” is empty"),
        ("a.docx", b"PK\x03\x04", "PDF, JPEG, PNG and TIFF"),
        ("a.exe", b"MZ", "PDF, JPEG, PNG and TIFF"),
        ("a.svg", b"<svg onload=alert(1)>", "PDF, JPEG, PNG and TIFF"),
    ],
)
def test_other_files_are_refused_in_words(
    records: Records, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(FileRefused, match=says):
        read(records, written(tmp_path, name, content))


def test_links_folders_and_giants_are_refused(records: Records, tmp_path: Path) -> None:
    (tmp_path / "link.pdf").symlink_to(written(tmp_path, "a.pdf", papers.pdf()))
    giant = tmp_path / "giant.pdf"
    with giant.open("wb") as file:
        os.truncate(file.fileno(), 50 * 1024 * 1024 + 1)
    for path, says in ((tmp_path / "link.pdf", "link"), (tmp_path, "folder"), (giant, "too large")):
        with pytest.raises(FileRefused, match=says):
            read(records, path)


def test_a_receptionist_reads_a_file_to_file_it(open_as: Opener, tmp_path: Path) -> None:
    assert read(open_as(Role.RECEPTIONIST), written(tmp_path, "a.pdf", papers.pdf())).pages == 1
