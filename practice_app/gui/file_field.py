"""The field of a form that holds a file: chosen or dropped, read at once, and what was found out about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.look import SPACE_XS
from practice_app.gui.screen import Tools
from practice_app.services import files
from practice_app.services.files import CleanedFile, FileState

_LONGEST_NAME, _PIECE = 60, 12
_BREAK = "\u200b"
"""A space of no width, where a long name may be broken."""

KINDS = "Letters and scans (*.pdf *.jpg *.jpeg *.png *.tif *.tiff);;All files (*)"


class FileField(QWidget):
    """Chooses a file and reads it off the GUI thread.

    Signals: changed() when another file was chosen, read(CleanedFile) when it has been read,
    refused(Exception) when it cannot be taken. Its value is the file's name; the file itself is no text and
    is not kept in a draft, so that it has to be chosen again.
    """

    changed = Signal()
    read = Signal(object)
    refused = Signal(object)

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._name = ""
        self._asked = 0
        self.file: CleanedFile | None = None
        self.is_reading = False
        self._choose = push_button("C&hoose a file…")
        self._choose.clicked.connect(self.choose)
        self._words = label("Or drop it anywhere on this page.", "muted", wraps=True)
        self._warning = label("", "warning", wraps=True)
        self._warning.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_XS)
        rows.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(self._words)
        rows.addWidget(self._warning)
        self.setFocusProxy(self._choose)

    def value(self) -> str:
        """The name of the file, "" without one."""
        return self._name

    def set_value(self, value: str) -> None:
        """Remember which file it was; it has to be chosen again."""
        if value and value != self._name:
            self._name, self.file = value, None
            self._words.setText(f"It was “{short_name(value)}”: please choose it again.")
            self.changed.emit()

    def choose(self) -> None:
        """Ask for a file and read it."""
        path = self._tools.asker.open_file("Choose the letter or scan", KINDS)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Read a file; one that was being read before is forgotten."""
        self._asked += 1
        asked = self._asked
        self._name, self.file, self.is_reading = path.name, None, True
        self._warning.hide()
        self._words.setText(f"Reading “{short_name(path.name)}”…")
        self.changed.emit()
        job = self._tools.office.start(files.read_file, path)
        job.finished.connect(lambda file: self._show(file) if asked == self._asked else None)
        job.failed.connect(lambda error: self._fail(error) if asked == self._asked else None)

    def stop(self) -> None:
        """Forget what is being read: the window is about to lock."""
        self._asked += 1

    def warn(self, words: str) -> None:
        """Say something doubtful about the file; "" takes it back."""
        self._warning.setText(words)
        self._warning.setVisible(bool(words))

    def _show(self, file: CleanedFile) -> None:
        self.file, self.is_reading = file, False
        self._words.setText(f"{short_name(file.name)} ({facts_words(file.pages, len(file.original))})")
        if file.state is not FileState.READY:
            self.warn(f"{files.WHY[file.state]} It can be filed all the same: the original is kept.")
        announce(self, self._words.text())
        self.read.emit(file)

    def _fail(self, error: Exception) -> None:
        self._name, self.is_reading = "", False
        self._words.setText("Or drop it anywhere on this page.")
        self.changed.emit()
        self.refused.emit(error)


def facts_words(pages: int, size: int) -> str:
    """Pages and size in words."""
    told = "" if not pages else "1 page, " if pages == 1 else f"{pages:,} pages, "
    megabytes = size / 1024 / 1024
    return f"{told}{megabytes:,.1f} MB" if megabytes >= 1 else f"{told}{max(size / 1024, 1):,.0f} kB"


def short_name(name: str) -> str:
    """A file's name that a label can break and nothing can turn around; a long one loses its middle."""
    shown = files.shown_name(name)
    if len(shown) > _LONGEST_NAME:
        shown = f"{shown[: _LONGEST_NAME - 12]}…{shown[-11:]}"
    return _BREAK.join(shown[at : at + _PIECE] for at in range(0, len(shown), _PIECE))


def dropped_path(data: QMimeData) -> Path | None:
    """The one local file that is dragged, None for anything else."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == 1 else None
