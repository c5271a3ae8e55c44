"""What we copied goes away by itself; what another program copied since stays."""

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard
from PySide6.QtWidgets import QApplication

from practice_app.gui.clipboard import clear_if_ours, copy


@pytest.fixture
def clipboard(qapp: QApplication):
    yield qapp.clipboard()
    qapp.clipboard().clear()


def test_a_copy_is_cleared_after_its_time(clipboard: QClipboard, qtbot) -> None:
    copy(clipboard, "9990000018", clear_after_ms=50)
    assert clipboard.text() == "9990000018"
    qtbot.waitUntil(lambda: clipboard.text() == "")


def test_what_somebody_else_copied_since_is_left_alone(clipboard: QClipboard, monkeypatch) -> None:
    copy(clipboard, "9990000018")
    theirs = QMimeData()
    theirs.setText("shopping list")
    clipboard.setMimeData(theirs)
    # Offscreen every clipboard is our own; elsewhere the system says whose it is.
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda self: False)
    clear_if_ours(clipboard)
    assert clipboard.text() == "shopping list"
