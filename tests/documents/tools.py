"""The programs and packages besides our own judge that must find nothing wrong with a PDF."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

_SILENT = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def run(program: str, *arguments: str | Path) -> str:
    """What an installed program prints; the test is skipped when the program is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([program, *arguments], check=True, capture_output=True, encoding="utf-8")
    return done.stdout


def pdfua_findings(path: Path) -> str:
    """The verdict of the package pdfua, empty when it passes the document."""
    done = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", str(path)],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    return "" if "result: PASS (no findings)" in done.stdout else done.stdout + done.stderr


def struct_text(path: Path) -> str:
    """All text of the structure tree as poppler reads it."""
    printed = run("pdfinfo", "-struct-text", path)
    return " ".join(re.findall(r'^\s+"(.*)"$', printed, re.MULTILINE))


def page_text(path: Path) -> str:
    """All text of the pages as poppler reads it, page furniture included."""
    return run("pdftotext", path, "-")


def pdfium_text(pdf: bytes) -> str:
    """All text of the pages as PDFium reads it."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return " ".join(page.get_textpage().get_text_range() for page in opened)


def bare(text: str) -> str:
    """Text as readers are compared by: without marks of direction, and with any space as one space."""
    return " ".join(_SILENT.sub("", text).split())
