"""The real window on a practice, without a screen, for measurements."""

import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from practice_app.app import PracticeDoor
from practice_app.gui.look import Look, Scheme
from practice_app.gui.main_window import MainWindow

PATIENCE = 60.0
"""Seconds after which a measurement gives up."""


def show_window(folder: Path, door: PracticeDoor) -> MainWindow:
    """A window that is shown, with settings of its own in `folder`."""
    application = QApplication.instance() or QApplication(["benchmark"])
    if not isinstance(application, QApplication):
        raise TypeError("another kind of application is running")
    settings = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
    window = MainWindow(application, door, Look(application, Scheme.LIGHT), settings)
    window.show()
    return window


def until(condition: Callable[[], bool]) -> None:
    """Let the window work until the condition holds, asleep between events as in its own loop.

    A loop that spins would take one of two processors from what is measured on the worker thread.
    """
    end = time.monotonic() + PATIENCE
    waking = QTimer(interval=2)
    waking.start()
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    waking.stop()
