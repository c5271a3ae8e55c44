"""A subject-access copy of some 500 tagged pages, against the same lines placed by hand on a bare canvas."""

import random
import re
import statistics
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from practice_app.documents import subject_access as copies
from practice_app.documents.parties import Clinic, Regulator, Subject
from practice_app.progress import Progress

NAME = "subject-access"
GOAL = 2.5
PAGES = 500
_ENTRIES = 1175
_ROUNDS = 5
_Placed = list[tuple[str, float, float, float, str]]

WORDS = re.findall(
    r"\w+",
    """the client said that sleep has been better since the last session and that work is easier we talked
    about family plans for the coming weeks a breathing exercise was tried and will be kept up at home
    appetite is fair energy low in the mornings mood steady no risk to self or others was disclosed""",
)


def measure() -> tuple[float, float]:
    """Medians of the processor seconds of our copy and of the bare canvas, taken in turn."""
    bundle = make_bundle()
    pages = _placed_lines(copies.render(bundle, Progress()).pdf)
    _bare_canvas(pages[:3])
    ours, limit = [], []
    for _ in range(_ROUNDS):
        start = time.process_time()
        copies.render(bundle, Progress())
        middle = time.process_time()
        _bare_canvas(pages)
        limit.append(time.process_time() - middle)
        ours.append(middle - start)
    return statistics.median(ours), statistics.median(limit)


def extra() -> str:
    """The peak memory of a process that makes one copy, less that of one which makes a page."""
    small, large = (_peak_of_a_process(entries) for entries in (1, _ENTRIES))
    pages = large[1]
    each = (large[0] - small[0]) / pages
    return f"memory: {each:.2f} MB a page over {pages} pages, goal 0.50, peak {large[0]:.0f} MB"


def make_bundle(entries: int = _ENTRIES) -> copies.Bundle:
    """A made-up copy: notes of a few paragraphs, every tenth entry with facts; the same every time."""
    source = random.Random(2)  # noqa: S311  not a secret
    start = datetime(2020, 1, 6, 9, 30)  # noqa: DTZ001  the clinic's wall time

    def sentence(words: int) -> str:
        return " ".join(source.choices(WORDS, k=words)).capitalize() + "."

    def note(number: int) -> copies.Entry:
        paragraphs = [" ".join(sentence(14) for _ in range(4)) for _ in range(source.randint(1, 6))]
        facts = (("With", "Therapist"), ("Place", "Room 2")) if number % 10 == 0 else ()
        when = start + timedelta(days=number)
        return copies.Entry(when, "Session note", "Written by your therapist", "\n\n".join(paragraphs), facts)

    statements = copies.Statements(*[f"{sentence(12)}\n\n{sentence(20)}" for _ in range(10)])
    notes = tuple(note(number) for number in range(entries))
    viewings = tuple(copies.Viewing(start + timedelta(hours=7 * n), "Therapist") for n in range(entries))
    return copies.Bundle(
        clinic=Clinic("Harbour Clinic", ("12 Quay Street", "Bristol")),
        regulator=Regulator("Information Commission", website="https://ico.org.uk"),
        subject=Subject("Mr John Smith", (("", "SMITH, John (Mr)"), ("Born", "14-Jul-1945"))),
        statements=statements,
        groups=(copies.Group("Session notes", notes),),
        viewings=viewings,
        search=copies.Search((copies.Searched("Session notes", entries),), date(2026, 11, 20), "Director"),
        prepared=date(2026, 11, 21),
    )


def _placed_lines(pdf: bytes) -> list[_Placed]:
    """Every line of a PDF of ours: face, size, place and text, read back from the file itself."""
    import pikepdf

    pages = []
    with pikepdf.open(BytesIO(pdf)) as document:
        for page in document.pages:
            names = {key: str(font.BaseFont)[8:] for key, font in page.obj.Resources.Font.items()}
            placed: _Placed = []
            face, size, x, y = "", 0.0, 0.0, 0.0
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    face, size = names[str(operands[0])], float(operands[1])
                elif str(operator) == "Tm":
                    x, y = float(operands[4]), float(operands[5])
                elif str(operator) == "Tj":
                    placed.append((face, size, x, y, bytes(operands[0]).decode("latin-1")))
            pages.append(placed)
    return pages


def _bare_canvas(pages: list[_Placed]) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(BytesIO())
    for placed in pages:
        for face, size, x, y, text in placed:
            canvas.setFont(face, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()


def _peak_of_a_process(entries: int) -> tuple[float, int]:
    """Peak memory in MB and the pages of a new process that makes one copy."""
    command = [sys.executable, "-m", __name__, str(entries)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    peak, pages = done.stdout.split()
    return float(peak), int(pages)


if __name__ == "__main__":
    made = copies.render(make_bundle(int(sys.argv[1])), Progress())
    # Not getrusage: its peak begins with that of the process which started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024, made.pages)
