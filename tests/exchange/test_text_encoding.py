"""Which encoding a file is in, and what is no table of text."""

import codecs
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import FileRefused
from practice_app.exchange.text_encoding import recognise

TEXT = "Name;Straße\r\nZoë;1 High Street\r\nΝίκος;Łódź\r\n"


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        ("Name;Fee\r\nZoë;£50\r\n".encode("cp1252"), "cp1252"),
        (b"Name\r\nSmith\r\n", "utf-8"),
    ],
)
def test_each_encoding_is_recognised(content: bytes, codec: str) -> None:
    assert recognise(content) == codec


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_text_in_utf8_is_never_taken_for_something_else(text: str) -> None:
    content = ("heading;" + text).encode()
    assert content.decode(recognise(content)) == "heading;" + text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_text_in_marked_utf16_is_never_taken_for_something_else(text: str) -> None:
    content = ("heading;" + text).encode("utf-16")
    assert content.decode(recognise(content)) == "heading;" + text


def test_a_byte_no_encoding_knows_is_refused_with_its_line() -> None:
    with pytest.raises(FileRefused, match=r"line 3 .*cp1252.*CSV UTF-8"):
        recognise(b"Name\r\nSmith\r\nJ\x81rgen \xe9\xe8\r\n")


def test_one_damaged_line_in_utf8_is_not_turned_into_gibberish() -> None:
    content = "Name\r\nZoë\r\nRenée\r\n".encode() + b"Zo\xeb\r\n"
    with pytest.raises(FileRefused, match="line 4 cannot be read as UTF-8"):
        recognise(content)


def test_the_line_is_right_far_into_a_large_file() -> None:
    content = "ééé\n".encode() * 400_000 + b"\xe9 \n"
    with pytest.raises(FileRefused, match="line 400,001 "):
        recognise(content)


def test_a_file_cut_off_in_the_middle_of_a_letter_is_refused() -> None:
    with pytest.raises(FileRefused, match="line 3 cannot be read as UTF-8"):
        recognise("Name\nZoë\nÉmile".encode() + "é".encode()[:1])
    with pytest.raises(FileRefused, match="UTF-16"):
        recognise("Name\nZoë".encode("utf-16")[:-1])


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "This is an Excel workbook: save it as CSV first"),
        (_zip("export.csv"), "zip archive"),
        (b"PK\x03\x04" + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "LibreOffice workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Excel workbook or other Office file"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"{\\rtf1 hello", "word-processor"),
        (b"\x1f\x8b\x08", "compressed file"),
        (b"SQLite format 3\x00", "a database"),
        (b"BEGIN:VCARD\r\n", "address cards"),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "web page"),
        (b"<table><tr>", "web page"),
        (b'[\n  {"name": "x"}]', "JSON"),
        (b'{"name": "x"}', "JSON"),
        ("a,b".encode("utf-32"), "UTF-32"),
        (bytes(4000), "zero bytes"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(content: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence.replace("[", r"\[")):
        recognise(content)
