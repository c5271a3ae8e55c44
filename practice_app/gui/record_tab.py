"""What every tab of a record is: one part of what is held about a patient, read when it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from practice_app.errors import Defect, PracticeError
from practice_app.gui.forms.form_page import FormHost
from practice_app.gui.office import concerns
from practice_app.gui.screen import EmptyState, Tools
from practice_app.gui.table import Table
from practice_app.rules.permissions import Permission
from practice_app.services import form_drafts
from practice_app.services.people import Banner


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a tab: its kind as services/moves.py names it, and what it is in words."""

    kind: str
    id: UUID
    words: str


class RecordTab(QWidget):
    """One tab of the record.

    Signals: opened(UUID) to open another person's record, wanted() to be the tab on show, built() when
    `build` was done.

    A subclass builds its usual face in a widget and hands it to `lay_out`; forms are opened on `host`, in
    its place. It does so in `build`, unless something must reach the face before the tab is first looked at:
    what is not looked at then costs nothing at sign-in. `refresh` reads and shows: it is called when the tab
    is looked at and may be out of date.
    """

    opened = Signal(object)
    wanted = Signal()
    built = Signal()

    name: ClassVar[str]
    title: ClassVar[str]
    permission: ClassVar[Permission]
    shows: ClassVar[frozenset[str]]
    forms: ClassVar[frozenset[str]] = frozenset()
    """The names of the forms this tab can take up again (see `resume`)."""
    item_kind: ClassVar[str] = ""
    """What the tab lists, as services/moves.py names it, if it can be moved to another record."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._stale = self._is_built = False
        self.about: Banner | None = None
        self.host: FormHost | None = None
        tools.office.changed.connect(self._note_change)

    def build(self) -> None:
        """Make the usual face; called once, before the tab is first looked at."""

    def refresh(self) -> None:
        """Read the part of `about` this tab shows, and show it."""
        raise NotImplementedError

    def take_focus(self) -> None:
        """Put the focus where work on this tab begins."""
        raise NotImplementedError

    def resume(self, draft: form_drafts.Form) -> None:
        """Open one of `forms` with what was typed earlier."""
        raise Defect(f"The tab {self.name} has no form {draft.name!r}.")

    def movable(self) -> Entry | None:
        """The entry the cursor is on, if it can be moved to another record: of the first list in sight."""
        for table in self.findChildren(Table) if self.item_kind else ():
            row = table.current
            id = getattr(row, "id", None)
            if table.isVisible() and row is not None and isinstance(id, UUID):
                return Entry(self.item_kind, id, table.words_of(row))
        return None

    def lay_out(self, home: QWidget) -> None:
        """Fill the tab with its usual face; forms open in its place."""
        self._unread = EmptyState("alert-triangle", "")
        self._sides = QStackedWidget()
        self._sides.addWidget(home)
        self._sides.addWidget(self._unread)
        self.host = FormHost(self._sides)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.host)
        self.host.show()  # a tab already on show would show it in the next turn of the event loop only

    def show_patient(self, about: Banner) -> None:
        """Be about this patient from now on; a form that was open for another is kept as a draft."""
        if self.about is not None and self.about.id != about.id and self.host is not None:
            self.host.close_page()
        self.about = about
        self._stale = True
        if self.isVisible():
            self._look()

    def park(self) -> None:
        """Keep what is typed in an open form."""
        if self.host is not None:
            self.host.park()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()

    def _look(self) -> None:
        """Show what there is now; why, if it cannot be read, and never what was read about somebody else."""
        try:
            self._catch_up()
        except PracticeError as error:
            self._unread.sentence.setText(str(error))
            self._sides.setCurrentWidget(self._unread)

    def _catch_up(self) -> None:
        """Read what may be out of date; what could not be read is tried again at the next look."""
        if not self._stale or self.about is None:
            return
        if not self._is_built:
            self._is_built = True
            self.build()
            self.built.emit()
        self.refresh()
        self._stale = False
        self._sides.setCurrentIndex(0)

    def _note_change(self, kinds: frozenset[str]) -> None:
        if concerns(kinds, self.shows):
            self._stale = True
            if self.isVisible():
                self._look()
