"""A password on a PDF: AES-256, nothing readable without it."""

from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from practice_app.documents import subject_access
from practice_app.documents.protect import protect, suggest_password
from practice_app.errors import Invalid

from . import tools
from .examples import bundle
from .judge import judge

PASSWORD = "correct horse battery"


@cache
def protected() -> bytes:
    return protect(subject_access.render(bundle(3)).pdf, PASSWORD)


def test_it_opens_with_the_password_only() -> None:
    with pikepdf.open(BytesIO(protected()), password=PASSWORD) as pdf:
        assert pdf.encryption.R == 6
        assert pdf.encryption.bits == 256
        assert pdf.allow.accessibility
    for wrong in ("", "correct horse batterx"):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(protected()), password=wrong)


def test_no_structure_or_bookmark_is_readable_without_the_password() -> None:
    for sign in (b"/StructElem", b"/MCID", b"/Title", b"Harbour", b"pdfuaid"):
        assert sign not in protected()


def test_it_stays_accessible_and_no_longer_claims_to_be_an_archive_file() -> None:
    assert judge(protected(), PASSWORD) == []
    with pikepdf.open(BytesIO(protected()), password=PASSWORD) as pdf:
        assert b"<pdfaid:part>" not in pdf.Root.Metadata.read_bytes()


def test_qpdf_accepts_it_with_the_password(tmp_path: Path) -> None:
    path = tmp_path / "copy.pdf"
    path.write_bytes(protected())
    said = tools.run("qpdf", "--check", f"--password={PASSWORD}", path)
    assert "AESv3" in said
    assert "No syntax or stream encoding errors" in said


@pytest.mark.parametrize(
    "password", ["", "elevenchars", "x" * 65, "pässword-long-enough", "tab\tinside-it-here"]
)
def test_a_password_that_could_lock_out_its_reader_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        protect(b"", password)
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", ["x" * 12, "~" * 64])
def test_the_shortest_and_the_longest_password_work(password: str) -> None:
    pdf = protect(subject_access.render(bundle(1)).pdf, password)
    with pikepdf.open(BytesIO(pdf), password=password) as opened:
        assert opened.pages


def test_suggested_passwords_differ_and_can_be_read_out() -> None:
    suggested = {suggest_password() for _ in range(200)}
    assert len(suggested) == 200
    for password in suggested:
        assert [len(group) for group in password.split("-")] == [4, 4, 4]
        assert not set(password) & set("01ILOilo ")
