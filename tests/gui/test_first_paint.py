"""The window is painted before anything of the database is loaded; the rest comes while the user types."""

import os
import subprocess
import sys

LATER = (
    "sqlalchemy",
    "reportlab",
    "pikepdf",
    "alembic",
    "typer",
    "cryptography",
    "argon2",
    "keyring",
    "zxcvbn",
)

PROGRAM = """
import sys
from pathlib import Path
from PySide6 import QtCore
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from practice_app.app import PracticeDoor
from practice_app.gui.look import Look
from practice_app.gui.main_window import MainWindow

application = QApplication(["test"])
settings = QSettings(sys.argv[1], QSettings.Format.IniFormat)
window = MainWindow(application, PracticeDoor(), Look(application), settings)

def look():
    print("first paint:", *[name for name in LATER if name in sys.modules])
    print("Qt's enumerations:", "Qt" in vars(QtCore))
    window.sign_in.prepared.connect(look_again)

def look_again():
    print("later:", *[name for name in LATER if name in sys.modules])
    window.close()

window.sign_in.painted.connect(look)
window.show()
application.exec()
"""


def test_nothing_of_the_database_is_loaded_by_the_first_paint(tmp_path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"LATER = {LATER!r}\n{PROGRAM}", str(tmp_path / "window.ini")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    first, enumerations, later = run.stdout.splitlines()
    assert first == "first paint:"
    assert enumerations == "Qt's enumerations: False", "naming QtCore.Qt costs a fifth of the start"
    assert "sqlalchemy" in later, "the worker loads the rest after the first paint"
