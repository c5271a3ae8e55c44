"""What a file says about itself: the same in both places, no more than is so, and nobody's name."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest

from practice_app.documents import holdings, metadata, subject_access
from practice_app.documents.look import LARGE_PRINT
from practice_app.documents.page import Document, Rendered
from practice_app.documents.protect import protect

from . import examples

NAMES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
}
PASSWORD = "correct horse battery"
KINDS: dict[str, Callable[[], Rendered]] = {
    "copy": cache(lambda: subject_access.render(examples.bundle(3))),
    "copy in large print": cache(lambda: subject_access.render(examples.bundle(3), look=LARGE_PRINT)),
    "nothing held": cache(lambda: subject_access.render(examples.nothing_held(released=True))),
    "what we hold": cache(lambda: holdings.render(examples.holdings())),
}


def about(pdf: bytes, password: str = "") -> tuple[ElementTree.Element, dict[str, str]]:
    """The file's XMP and its document information."""
    with pikepdf.open(BytesIO(pdf), password=password) as opened:
        return (
            ElementTree.fromstring(opened.Root.Metadata.read_bytes()),  # noqa: S314  we wrote it ourselves
            {key: str(value) for key, value in opened.docinfo.items()},
        )


def said(xmp: ElementTree.Element, path: str) -> str | None:
    found = xmp.find(f".//{path}", NAMES)
    return None if found is None else "".join(found.itertext()).strip()


@pytest.mark.parametrize("kind", KINDS)
def test_both_places_say_the_same(kind: str) -> None:
    xmp, information = about(KINDS[kind]().pdf)
    assert said(xmp, "dc:title") == information["/Title"]
    assert said(xmp, "dc:creator") == information["/Author"] == "Harbour Clinic"
    assert said(xmp, "xmp:CreatorTool") == information["/Creator"]
    assert said(xmp, "pdf:Producer") == information["/Producer"]
    for name, key in (("xmp:CreateDate", "/CreationDate"), ("xmp:ModifyDate", "/ModDate")):
        digits = "".join(char for char in said(xmp, name) or "" if char.isdigit())
        assert information[key][2:16] == digits[:14]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_says_what_it_is_built_to(kind: str) -> None:
    xmp, _ = about(KINDS[kind]().pdf)
    assert said(xmp, "dc:language") == "en-GB"
    assert (said(xmp, "pdfuaid:part"), said(xmp, "pdfaid:part")) == ("1", "2")
    assert said(xmp, "pdfaid:conformance") == "A"


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_named(kind: str) -> None:
    xmp, information = about(KINDS[kind]().pdf)
    everything = " ".join([*xmp.itertext(), *information.values()])
    for part in ("Smith", "SMITH", "John", "1945", "Okafor"):
        assert part not in everything


def test_an_encrypted_file_is_no_archive_but_stays_accessible() -> None:
    xmp, information = about(protect(KINDS["copy"]().pdf, PASSWORD), PASSWORD)
    assert said(xmp, "pdfaid:part") is None
    assert said(xmp, "pdfuaid:part") == "1"
    assert information["/Title"] == subject_access.TITLE


def test_the_archive_claim_can_be_taken_back() -> None:
    with pikepdf.open(BytesIO(KINDS["copy"]().pdf)) as pdf:
        metadata.drop_archive_claim(pdf)
        out = BytesIO()
        pdf.save(out)
    xmp, _ = about(out.getvalue())
    assert (said(xmp, "pdfaid:part"), said(xmp, "pdfaid:conformance")) == (None, None)
    assert said(xmp, "pdfuaid:part") == "1"


@pytest.mark.parametrize("title", ['<&> "quoted" ]]> -->', "Zoë 王 שלום 😀", "two\nlines  here"])
def test_any_title_is_well_formed_and_one_line(title: str) -> None:
    made = Document(title, "A & B <clinic>")
    made.heading("First")
    xmp, information = about(made.finish().pdf)
    assert said(xmp, "dc:title") == information["/Title"] == " ".join(title.split())
    assert said(xmp, "dc:creator") == information["/Author"] == "A & B <clinic>"


def test_colours_have_a_meaning_in_the_file() -> None:
    with pikepdf.open(BytesIO(KINDS["copy"]().pdf)) as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
        assert b"RGB XYZ " in intent.DestOutputProfile.read_bytes()
