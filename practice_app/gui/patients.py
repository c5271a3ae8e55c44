"""The patients of the practice: search as you type, Enter opens."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.controls import announce, label
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import EmptyState, Screen, Tools
from practice_app.gui.search_field import SearchField
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.dates import show
from practice_app.rules.identifiers import show_nhs_number
from practice_app.rules.permissions import Permission
from practice_app.services import people
from practice_app.services.people import Found

_MOST = 200
_ANNOUNCE_AFTER_MS = 600

PATIENTS = Action("go.patients", "&Patients", "Ctrl+3", Permission.FIND_PEOPLE, menu=Menu.GO, icon="users")
FIND = Action("patients.find", "&Find a patient", "Ctrl+F", Permission.FIND_PEOPLE, "patients", Menu.PATIENT)
OPEN = Action("patients.open", "&Open the record", "Ctrl+O", Permission.OPEN_RECORD, "patients", Menu.PATIENT)


def name_of(found: Found) -> str:
    """The name as a list shows it, with what they like to be called in quotes."""
    known_as = found.known_as
    return f"{found.name} “{known_as}”" if known_as and known_as != found.name else found.name


def status_of(found: Found) -> str:
    """Only what is out of the ordinary: a current patient needs no word."""
    return "" if found.status == "current" else found.status.capitalize()


class PatientsScreen(Screen):
    """The list of patients, and what a search finds."""

    place = "patients"
    shows = frozenset({"patient", "person", "address", "phone", "email"})
    entry = PATIENTS

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._search = SearchField(
            name=tools.said("Find a patient"),
            placeholder="Name, birth date, NHS number, phone, postcode or practice number",
        )
        self._rows: Rows[Found] = Rows(
            [
                Column("Name", name_of, stretches=True),
                Column("Born", lambda found: found.born, show, widest="00-Mmm-0000"),
                Column("NHS No.", lambda found: found.nhs_number, show_nhs_number, widest="000 000 0000"),
                Column("Phone", lambda found: found.phone, widest="00000 000000"),
                Column("Postcode", lambda found: found.postcode, widest="AA00 0AA"),
                Column(
                    "No.", lambda found: int(found.number), align=Qt.AlignmentFlag.AlignRight, widest="00000"
                ),
                Column("Status", status_of, widest="Discharged"),
            ]
        )
        self._table = Table(self._rows, name=tools.said("Patients"))
        self._count = label("", "muted")
        self._empty = EmptyState("search", "")
        self._results = QStackedWidget()
        self._results.addWidget(self._table)
        self._results.addWidget(self._empty)
        self._say_count = QTimer(self, singleShot=True, interval=_ANNOUNCE_AFTER_MS)
        tools.actions.add(FIND, self, self.take_focus)
        open_action = tools.actions.add(OPEN, self, self.open_current)
        self._lay_out(button_for(open_action, kind="primary"))
        self._search.textChanged.connect(lambda _text: self._show_found(stay_on=None))
        self._search.stepped.connect(self._table.step)
        self._search.confirmed.connect(self.open_current)
        self._table.opened.connect(lambda found: self.opened.emit(found.id))
        self._say_count.timeout.connect(lambda: announce(self._search, self._count.text()))
        self.refresh()

    def refresh(self) -> None:
        """Search again; the cursor stays on its patient."""
        self._show_found(stay_on=self._table.current)

    def _show_found(self, stay_on: Found | None) -> None:
        """Search for what is typed; nothing typed gives the first patients by name."""
        text = self._search.text()
        found = self._office.do(people.find, text, limit=_MOST)
        self._rows.show(found)
        self._count.setText(self._tools.said(_count_words(len(found), text)))
        self._empty.sentence.setText(
            f"Nobody matches “{text}”. Try part of the name, a birth date like 27-Mar-1985, or a postcode."
            if text
            else self._tools.said("There are no patients in this practice yet.")
        )
        self._results.setCurrentWidget(self._table if found else self._empty)
        place = self._rows.place(lambda each: stay_on is not None and each.id == stay_on.id)
        self._table.selectRow(max(place, 0))
        if text:
            self._say_count.start()

    def search(self, text: str) -> None:
        """Type for the user, as a link from elsewhere does."""
        self._search.setText(text)

    def open_current(self) -> None:
        """Open the patient the cursor is on."""
        self._table.open_current()

    def take_focus(self) -> None:
        """Put the focus in the search field, with its text selected."""
        self._search.setFocus()
        self._search.selectAll()

    def _lay_out(self, open_button: QPushButton) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label(self._tools.said("Patients"), "title"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(open_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addLayout(head)
        rows.addWidget(self._search)
        rows.addWidget(self._results, 1)


def _count_words(count: int, text: str) -> str:
    if count >= _MOST:
        return f"The first {_MOST}. Type more to narrow them down."
    what = "patient" if count == 1 else "patients"
    return f"{count} {what} found" if text else f"{count} {what}"
