"""The director's list of records that were looked at from outside a caseload, with the reasons given."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from practice_app.gui.actions import Action, Menu
from practice_app.gui.controls import label
from practice_app.gui.forms.choice import Choice
from practice_app.gui.list_tab import InFull, Reading
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import EmptyState, Screen, Tools
from practice_app.gui.summary import when_words
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.permissions import Permission
from practice_app.services import access
from practice_app.services.access import Covered

OUTSIDE = Action("go.access", "&Look-ups", permission=Permission.REVIEW_ACCESS, menu=Menu.GO, icon="eye")

_PERIODS = (("7", "The last week"), ("30", "The last 30 days"), ("365", "The last year"), ("", "Always"))


class AccessScreen(Screen):
    """The newest first; Enter opens the record that was looked at."""

    place = "access"
    shows = frozenset({"audit_reason"})
    is_made_late = True
    entry = OUTSIDE

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._rows: Rows[Covered] = Rows(
            [
                Column("When", lambda each: each.at, when_words, widest="00-Mmm-0000 00:00"),
                Column("Who", lambda each: each.who, widest="Forename Surname-Surname"),
                Column(
                    tools.said("Patient"), lambda each: each.patient_name, widest="SURNAME, Forename (Mrs)"
                ),
                Column("Reason", _reason_words, stretches=True),
            ]
        )
        self._table = Table(self._rows, name="Looked at outside their caseload")
        self._period = Choice(_PERIODS, name="Period")
        self._period.set_value("30")
        self._count = label("", "muted")
        self._empty = EmptyState("eye", "Nobody has looked at a record outside their caseload in this time.")
        self._faces = QStackedWidget()
        self._faces.addWidget(self._table)
        self._faces.addWidget(self._empty)
        self._reading = Reading()
        self._table.chosen.connect(self._show)
        self._period.changed.connect(self.refresh)
        self._table.opened.connect(lambda each: self.opened.emit(each.patient))
        self._lay_out()
        self._stale, self._is_private = True, False

    def refresh(self) -> None:
        days = self._period.value()
        found = self._office.do(access.covered, int(days) if days else None)
        self._rows.show(found)
        self._count.setText(f"{len(found)} time{'' if len(found) == 1 else 's'}" if found else "")
        self._faces.setCurrentWidget(self._table if found else self._empty)
        self._table.step(+1)
        self._show(self._table.current)

    def take_focus(self) -> None:
        (self._table if self._rows.rowCount() else self._period).setFocus()

    def set_private(self, private: bool) -> None:
        self._is_private = private
        self._faces.setVisible(not private)
        self._show(self._table.current)

    def _show(self, covered: Covered | None) -> None:
        """The chosen one in full: a long reason has no room in the list."""
        if covered is None or self._is_private:
            self._reading.show_entry(None)
        else:
            beside = (when_words(covered.at), covered.who, covered.patient_name)
            self._reading.show_entry(InFull(_reason_words(covered), ", ".join(beside)))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label("Looked at outside their caseload", "title"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._period)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addLayout(head)
        rows.addWidget(self._faces, 1)
        rows.addWidget(self._reading)


def _reason_words(covered: Covered) -> str:
    return covered.words or "The words were destroyed with the record."
