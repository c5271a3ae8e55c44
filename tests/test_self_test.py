"""`practice-app --self-test`: says of everything that it works, says what does not, and leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from practice_app import self_test
from practice_app.errors import Defect
from practice_app.self_test import Trial


def test_everything_works_and_nothing_stays(tmp_path: Path) -> None:
    """As a program of its own: the window wants the main thread and an application nobody else made."""
    home, temporary = tmp_path / "home", tmp_path / "temporary"
    home.mkdir()
    temporary.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    run = subprocess.run(
        [sys.executable, "-m", "practice_app", "--self-test"],
        env={**environment, "HOME": str(home), "TMPDIR": str(temporary)},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=240,
    )
    lines = run.stdout.splitlines()
    assert run.returncode == 0, run.stdout + run.stderr
    assert [line.removeprefix("ok").strip().partition(":")[0] for line in lines] == list(self_test.CHECKS)
    assert list(home.rglob("*")) == []
    assert list(temporary.rglob("*")) == []


def test_what_does_not_work_is_said_and_the_rest_is_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    places: list[Path] = []

    def broken(trial: Trial) -> str:
        (trial.folder / "left behind").write_text("words", "utf-8")
        places.append(trial.folder)
        raise Defect("the module is missing")

    monkeypatch.setattr(self_test, "CHECKS", {"First": broken, "Second": lambda _trial: "fine"})
    before = dict(os.environ)
    assert self_test.main() == 1
    assert capsys.readouterr().out == "FAILED  First: Defect: the module is missing\nok      Second: fine\n"
    assert not places[0].exists()
    assert dict(os.environ) == before


def test_a_check_that_needs_an_earlier_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(Defect, match="no practice"):
        self_test.CHECKS["Window"](Trial(tmp_path))
