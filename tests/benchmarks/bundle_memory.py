"""The copy of a person with 20,000 items: the most memory its process ever has."""

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from practice_app.documents import subject_access as copies
from tests.benchmarks.subject_access import WORDS, make_bundle

NAME = "bundle-memory"
GOAL = 1.0
LIMIT_MB = 200.0
ITEMS = 20_000
_FEWER = 2_000
_START = datetime(2010, 1, 4, 9, 30)  # noqa: DTZ001  the clinic's wall time

_extra = ""


def measure() -> tuple[float, float]:
    """Megabytes at the peak of a process of its own that makes the copy; the limit is fixed."""
    global _extra
    few, many = (_made_in_a_process(items) for items in (_FEWER, ITEMS))
    _extra = "\n".join(
        f"memory: {items:,} items: {peak:.0f} MB, {pages:.0f} pages, {seconds:.1f} s, file {size:.1f} MB"
        for items, (peak, pages, seconds, size) in ((_FEWER, few), (ITEMS, many))
    )
    return many[0], LIMIT_MB


def extra() -> str:
    """What the copy of a tenth of the items needs, so that one sees how flat it is."""
    return _extra


def mixed_bundle(items: int) -> copies.Bundle:
    """A made-up copy in four equal parts: notes, appointments, calls and letters; the same every time."""
    source = random.Random(3)  # noqa: S311  not a secret

    def said(words: int) -> str:
        return " ".join(source.choices(WORDS, k=words)).capitalize() + "."

    def note(when: datetime) -> copies.Entry:
        paragraphs = [f"{said(14)} {said(20)}" for _ in range(source.randint(1, 4))]
        return copies.Entry(when, "Session note", "Written by your therapist", "\n\n".join(paragraphs))

    def appointment(when: datetime) -> copies.Entry:
        facts = (("With", "Dr Okafor"), ("Kind", "Follow-up"), ("Length", "50 minutes"), ("State", "Came"))
        return copies.Entry(when, "Appointment", "Recorded by this practice", facts=facts)

    def call(when: datetime) -> copies.Entry:
        facts = (("Direction", "Incoming"), ("Number", f"01632 960{source.randint(100, 999)}"))
        return copies.Entry(when, "Call", "Recorded by this practice", said(15), facts)

    def letter(when: datetime) -> copies.Entry:
        return copies.Entry(when, "Letter", "From your GP", said(30), (("From", "Dr Brown"),))

    def group(title: str, make: Callable[[datetime], copies.Entry]) -> copies.Group:
        return copies.Group(title, tuple(make(_START + timedelta(hours=5 * n)) for n in range(items // 4)))

    return replace(
        make_bundle(0),
        groups=(
            group("Session notes", note),
            group("Appointments", appointment),
            group("Calls", call),
            group("Letters", letter),
        ),
        viewings=tuple(
            copies.Viewing(_START + timedelta(hours=7 * n), "Therapist") for n in range(items // 4)
        ),
        search=copies.Search((copies.Searched("Everything", items),), date(2026, 11, 20), "Director"),
    )


def _made_in_a_process(items: int) -> tuple[float, float, float, float]:
    """Peak megabytes, pages, processor seconds and megabytes of the file."""
    command = [sys.executable, "-m", __name__, str(items)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    peak, pages, seconds, size = map(float, done.stdout.split())
    return peak, pages, seconds, size


def peak_megabytes() -> float:
    """The most memory this process has had. Not getrusage: that begins with the peak of its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    made = copies.render(mixed_bundle(int(sys.argv[1])))
    print(peak_megabytes(), made.pages, time.process_time(), len(made.pdf) / 1e6)
