"""The screen for bringing in files; its pages are made when somebody first looks at them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from practice_app.gui.actions import Action, Menu
from practice_app.gui.screen import Screen, Tools
from practice_app.rules.permissions import Permission

if TYPE_CHECKING:
    from practice_app.gui.imports.pages import ImportPages

IMPORT = Action(
    "go.import", "&Import", "Ctrl+Shift+I", Permission.IMPORT_FILES, menu=Menu.GO, icon="file-import"
)


class ImportScreen(Screen):
    """Holds the pages of an import."""

    place = "import"
    entry = IMPORT

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._pages: ImportPages | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)

    @property
    def pages(self) -> ImportPages:
        """The pages, made now if need be: what reads files is not loaded while somebody signs in."""
        if self._pages is None:
            from practice_app.gui.imports.pages import ImportPages

            self._pages = ImportPages(self._tools)
            self._rows.addWidget(self._pages)
            self._pages.show()
        return self._pages

    def refresh(self) -> None:
        """Nothing of the records is shown here."""

    def open_file(self, path: Path) -> None:
        """Look at a file, whatever was on show before."""
        self.pages.open_file(path)

    def take_focus(self) -> None:
        """Put the focus where the page begins."""
        self.pages.take_focus()

    def set_private(self, private: bool) -> None:
        """The first values of a file and what was found may name people."""
        self.pages.setVisible(not private)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        _made = self.pages
