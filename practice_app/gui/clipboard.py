"""What was copied from the records leaves the clipboard again: after a while, and when the window locks."""

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import QClipboard

_OURS = "application/x-practice-app"
CLEAR_AFTER_MS = 30_000


def copy(clipboard: QClipboard, text: str, *, clear_after_ms: int = CLEAR_AFTER_MS) -> None:
    """Put `text` on the clipboard for half a minute."""
    data = QMimeData()
    data.setText(text)
    data.setData(_OURS, b"1")
    clipboard.setMimeData(data)
    QTimer.singleShot(clear_after_ms, clipboard, lambda: clear_if_ours(clipboard))


def clear_if_ours(clipboard: QClipboard) -> None:
    """Empty the clipboard if its content came from this window, copied by us or by the user.

    What another program put there since is left alone.
    """
    data = clipboard.mimeData()
    if clipboard.ownsClipboard() or (data is not None and data.hasFormat(_OURS)):
        clipboard.clear()
