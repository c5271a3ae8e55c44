"""200 scans of three pages set into a subject-access copy, against pikepdf appending the bare pages."""

import os
import random
import re
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image

from practice_app.documents import subject_access as copies
from practice_app.documents.attached import File, Sheet, Words
from practice_app.documents.subject_access import Attached, Entry, Group
from practice_app.progress import Progress
from tests.benchmarks.subject_access import make_bundle

NAME = "append"
GOAL = 1.5
SCANS, PAGES = 200, 3
_ROUNDS = 5
_SIZE = (1240, 1754)
"""Dots of an A4 page at 150 an inch; the picture weighs what a scanned letter does, some 300 kB."""

_alone = (0.0, 0.0)


def measure() -> tuple[float, float]:
    """Medians of the processor seconds (user and system) of both whole copies, made in turn."""
    global _alone
    scans = [scan(number) for number in range(SCANS)]
    with_scans, without = bundle([partial(bytes, content) for content in scans]), bundle([])
    ours, limit, neither = [], [], []
    for _ in range(_ROUNDS):
        start = _cpu()
        copies.render(with_scans, Progress())
        middle = _cpu()
        _append(copies.render(without, Progress()).pdf, scans)
        end = _cpu()
        copies.render(without, Progress())
        ours.append(middle - start)
        limit.append(end - middle)
        neither.append(_cpu() - end)
    base = statistics.median(neither)
    _alone = statistics.median(ours) - base, statistics.median(limit) - base
    return statistics.median(ours), statistics.median(limit)


def extra() -> str:
    """What the scans alone cost, without the rest of the copy, and the peak memory with their weight."""
    (ours, limit), weight = _alone, sum(map(len, (scan(number) for number in range(SCANS)))) / 1e6
    peak, none = (_peak_of_a_process(many) for many in (SCANS, 0))
    return (
        f"append: the scans alone {ours:.2f} s against {limit:.2f} s for the bare pages; peak memory "
        f"{peak:.0f} MB with scans of {weight:.0f} MB, {none:.0f} MB without"
    )


def scan(number: int) -> bytes:
    """A clean copy of a scanned letter; another one for each number, the same every time."""
    noise = random.Random(number)  # noqa: S311  test data
    made = Pdf.new()
    for _ in range(PAGES):
        made.add_blank_page(page_size=(595.28, 841.89))
        page = made.pages[-1].obj
        picture = Stream(made, _jpeg() + noise.randbytes(1000))
        picture.Type, picture.Subtype = Name.XObject, Name.Image
        picture.Width, picture.Height = _SIZE
        picture.ColorSpace, picture.BitsPerComponent, picture.Filter = Name.DeviceGray, 8, Name.DCTDecode
        page.Resources = Dictionary(XObject=Dictionary(Im0=picture))
        page.Contents = Stream(made, b"q 595.28 0 0 841.89 0 0 cm /Im0 Do Q")
    output = BytesIO()
    made.save(output, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def bundle(scans: Sequence[Callable[[], bytes]]) -> copies.Bundle:
    """A copy of some 500 pages with 200 letters, each with its scan as far as there are any."""
    start = datetime(2020, 1, 6)  # noqa: DTZ001  the clinic's wall time
    entries = tuple(
        Entry(
            start + timedelta(days=number),
            "Letter to us",
            "by post",
            "Please see the letter that is attached. Thank you for seeing this patient.",
            (("From", "Dr Okafor"), ("To", "Dr Shah")),
            tuple(_attached(read) for read in scans[number : number + 1]),
        )
        for number in range(SCANS)
    )
    made = make_bundle()
    return replace(made, groups=(*made.groups, Group("Letters", entries)), released=True)


def _attached(read: Callable[[], bytes]) -> Attached:
    """The scan with the words that a machine read on it, as they are kept with the file."""
    sheets = tuple(Sheet(595.28, 841.89, read=_LINES, is_plain=True) for _ in range(PAGES))
    return Attached("scan.pdf", (("Pages", "3"),), File(sheets, read), "tesseract 5 (eng)")


_LINES = tuple(
    tuple(
        Words("Thank you for referring this patient, whom I saw last week", 0.1, top / 40, 0.7, 0.015)
        for top in range(first, first + 5)
    )
    for first in range(4, 34, 6)
)
"""Five paragraphs of five lines, as on a letter."""

_picture: list[bytes] = []


def _jpeg() -> bytes:
    if not _picture:
        noise = random.Random(1)  # noqa: S311  test data
        grain = Image.frombytes("L", (310, 438), noise.randbytes(310 * 438)).resize(_SIZE)
        output = BytesIO()
        grain.save(output, "JPEG", quality=60)
        _picture.append(output.getvalue())
    return _picture[0]


def _append(pdf: bytes, scans: list[bytes]) -> bytes:
    output = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        for content in scans:
            with pikepdf.open(BytesIO(content)) as source:
                document.pages.extend(source.pages)
        document.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def _cpu() -> float:
    used = os.times()
    return used.user + used.system


def _peak_of_a_process(many: int) -> float:
    """Peak memory in MB of a new process that makes one copy with so many scans."""
    command = [sys.executable, "-m", __name__, str(many)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    # The scans are made when they are asked for, as those of a record are read and unsealed then.
    copies.render(bundle([partial(scan, number) for number in range(int(sys.argv[1]))]), Progress())
    # Not getrusage: its peak begins with that of the process which started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024)
