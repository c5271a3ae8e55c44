"""From the command to the first paint of the frozen program, against a bare frozen window with the same form.

Both are frozen here from the same rules, which takes a minute or two. Needs PyInstaller (extra "installer").
"""

import os
import tempfile
from pathlib import Path

from installer import build, contents
from tests.benchmarks._runs import alternating, cpu_of_command
from tests.benchmarks.start import LIMIT, OURS

NAME = "bundle"
GOAL = 1.25

_SPECIFICATION = Path(__file__).with_name("_bundle.spec")

# As the program itself starts (practice_app/__main__.py), only that it ends at the first paint.
_PROGRAM = OURS.replace("app.main([])", "from practice_app.__main__ import main\nmain([])")

_sizes: list[str] = []


def measure() -> tuple[float, float]:
    """CPU seconds of the whole process until the first paint, medians of eleven runs."""
    with tempfile.TemporaryDirectory() as folder:
        made = _frozen(Path(folder))
        _sizes.append(f"the frozen program holds {build.size(made / 'ours') / 1e6:.0f} MB")
        return alternating(lambda: _cpu(made / "ours" / "ours"), lambda: _cpu(made / "bare" / "bare"), 11)


def extra() -> str:
    """How large the program is."""
    return "; ".join(_sizes)


def _frozen(work: Path) -> Path:
    (work / "ours.py").write_text(_PROGRAM, encoding="utf-8")
    (work / "bare.py").write_text(LIMIT, encoding="utf-8")
    program = build.installed(work)
    environment = {contents.PROGRAM: str(program), "PRACTICE_APP_MEASURED": str(work)}
    made = build.frozen(_SPECIFICATION, work, environment)
    build.tidy(made)
    return made


def _cpu(program: Path) -> float:
    return cpu_of_command([str(program)], {**os.environ, "QT_QPA_PLATFORM": "offscreen"})
