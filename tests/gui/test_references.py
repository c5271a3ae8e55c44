"""The binding must not lose references to None and True: one release did, and aborted in mid-work."""

import os
import subprocess
import sys

PROGRAM = """
import sys
from PySide6.QtCore import QObject, Signal

class Emitter(QObject):
    said = Signal(int)

calls, emits, heard = 200_000, 60_000, []
thing, emitter = QObject(), Emitter()
emitter.said.connect(lambda number: heard.append(number))
nones, trues = sys.getrefcount(None), sys.getrefcount(True)
for _ in range(calls):
    thing.setObjectName("x")
for number in range(emits):
    emitter.said.emit(number)
# Newer Pythons make None and True immortal: their count then never changes.
assert abs(sys.getrefcount(None) - nones) < 1_000, "references to None are lost"
assert abs(sys.getrefcount(True) - trues) < 1_000, "references to True are lost"
assert len(heard) == emits
print("survived")
"""


def test_a_long_day_of_calls_and_signals_loses_no_reference() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (run.returncode, run.stdout.strip()) == (0, "survived"), run.stderr
