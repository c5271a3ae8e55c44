"""The patients of the practice: search as you type, Enter opens."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.controls import announce, label, push_button
from practice_app.gui.exports import export_list
from practice_app.gui.forms.form_page import FormHost
from practice_app.gui.forms.unsaved_forms import UnsavedForms
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.registration.form import NEW as NEW_FORM
from practice_app.gui.registration.form import PatientForm
from practice_app.gui.screen import Cover, EmptyState, Screen, Tools
from practice_app.gui.search_field import SearchField
from practice_app.gui.table import Column, Paged, Rows, Table
from practice_app.rules.dates import show
from practice_app.rules.identifiers import show_nhs_number
from practice_app.rules.permissions import Permission, Role
from practice_app.services import form_drafts, listing, people, registration
from practice_app.services.access import Whose
from practice_app.services.form_drafts import Unsaved
from practice_app.services.listing import Ids
from practice_app.services.people import Found
from practice_app.services.registration import Details

NAME, LAST_VISIT, _PHONE, _POSTCODE = 0, 3, 4, 5
"""Columns of the list; it can be put in order by the first two."""

_NARROW = 900
_MOST = 200
_ANNOUNCE_AFTER_MS = 600
_LONGEST_ON_BUTTON = 40

PATIENTS = Action("go.patients", "&Patients", "Ctrl+3", Permission.FIND_PEOPLE, menu=Menu.GO, icon="users")
FIND = Action("patients.find", "&Find a patient", "Ctrl+F", Permission.FIND_PEOPLE, "patients", Menu.PATIENT)
EXPORT = Action("patients.export", "E&xport list…", "", Permission.EXPORT, "patients", Menu.PATIENT)
OPEN = Action("patients.open", "&Open the record", "Ctrl+O", Permission.OPEN_RECORD, "patients", Menu.PATIENT)
NEW = Action(
    "patients.new", "New p&atient", "Ctrl+N", Permission.EDIT_PEOPLE, "patients", Menu.PATIENT, "user-plus"
)
BY_NAME = Action(
    "patients.by_name", "List by &name", permission=Permission.FIND_PEOPLE, context="patients", menu=Menu.VIEW
)
BY_LAST_VISIT = Action(
    "patients.by_visit",
    "List by last &visit",
    permission=Permission.FIND_PEOPLE,
    context="patients",
    menu=Menu.VIEW,
)


def name_of(found: Found) -> str:
    """The name as a list shows it, with what they like to be called in quotes."""
    known_as = found.known_as
    return f"{found.name} “{known_as}”" if known_as and known_as != found.name else found.name


def status_of(found: Found) -> str:
    """Only what is out of the ordinary: a current patient needs no word."""
    return "" if found.status == "current" else found.status.capitalize()


def columns() -> tuple[Column[Found], ...]:
    """What the list tells of each patient."""
    return (
        Column("Name", name_of, stretches=True, is_whole=True),
        Column("Born", lambda found: found.born, show, widest="00-Mmm-0000"),
        Column("NHS No.", lambda found: found.nhs_number, show_nhs_number, widest="000 000 0000"),
        Column("Last visit", lambda found: found.last_visit, show, widest="00-Mmm-0000"),
        Column("Phone", lambda found: found.phone, widest="00000 000000"),
        Column("Postcode", lambda found: found.postcode, widest="AA00 0AA"),
        Column("No.", lambda found: int(found.number), align=Qt.AlignmentFlag.AlignRight, widest="00000"),
        Column("Status", status_of, widest="Discharged"),
    )


class PatientsScreen(Screen):
    """The list of patients, what a search finds, and the form for a new one.

    Signals: registered(UUID, name) for somebody new.

    With nothing typed it lists everybody, whatever their number, by name or by the last visit; a therapist
    sees those of their own caseload until they switch to everybody.
    """

    registered = Signal(object, str)

    place = "patients"
    shows = frozenset({"patient", "person", "address", "phone", "email", "appointment", "caseload"})
    entry = PATIENTS

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._has_caseload = self._office.actor.role is Role.THERAPIST
        self._order, self._is_descending = NAME, False
        self._ids: dict[int, Ids] = {}
        self._search = SearchField(
            name=tools.said("Find a patient"),
            placeholder="Name, birth date, NHS number, phone, postcode or practice number",
        )
        self._rows: Rows[Found] = Rows(columns())
        self._table = Table(self._rows, name=tools.said("Patients"))
        self._title = label("", "title")
        self._count = label("", "muted")
        self._everybody = QCheckBox("E&verybody")
        self._everybody.setToolTip("Also people you do not see. Opening their record needs a reason.")
        if not self._has_caseload:
            self._everybody.hide()
        self._register = push_button("", kind="primary")
        self._register.clicked.connect(lambda: self.begin_new(registration.begun_from(self._search.text())))
        self._empty = EmptyState("search", "", self._register)
        self._results = QStackedWidget()
        self._results.addWidget(self._table)
        self._results.addWidget(self._empty)
        self._say_count = QTimer(self, singleShot=True, interval=_ANNOUNCE_AFTER_MS)
        add = tools.actions.add
        add(FIND, self, self.take_focus)
        add(BY_NAME, self, lambda: self._list_by(NAME))
        add(BY_LAST_VISIT, self, lambda: self._list_by(LAST_VISIT))
        open_action, new_action = add(OPEN, self, self.open_current), add(NEW, self, self.begin_new)
        export = add(EXPORT, self, lambda: export_list(tools))
        self._unsaved = UnsavedForms()
        self._unsaved.wanted.connect(lambda _unsaved: self.begin_new(resumes=True))
        self._unsaved.thrown_away.connect(self._throw_away)
        open_button = button_for(open_action)
        open_button.setText(OPEN.plain_text)  # its letter belongs to the bar above
        self._host = self._lay_out(button_for(export), open_button, button_for(new_action, kind="primary"))
        self._search.textChanged.connect(lambda _text: self._show_found(stay_on=None))
        self._search.stepped.connect(self._table.step)
        self._search.confirmed.connect(self.open_current)
        self._everybody.toggled.connect(lambda _on: self._show_found(stay_on=self._table.current))
        self._table.opened.connect(lambda found: self.opened.emit(found.id))
        self._table.sort_wanted.connect(self._list_by)
        self._say_count.timeout.connect(lambda: announce(self._search, self._count.text()))
        self.refresh()

    def refresh(self) -> None:
        """Read the list or search again; the cursor stays on its patient."""
        self._ids.clear()
        self._show_found(stay_on=self._table.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._choose_columns()

    @property
    def _is_mine(self) -> bool:
        return self._has_caseload and not self._everybody.isChecked()

    @property
    def _shows_visits(self) -> bool:
        """Whether the list, with nothing typed, tells when people were last here."""
        may_see = self._is_mine or Permission.LIST_VISITS in self._office.actor.permissions
        return may_see and not self._search.text().strip()

    def _show_found(self, stay_on: Found | None) -> None:
        """Show what a search for the typed text finds; with nothing typed, the whole list."""
        text = self._search.text().strip()
        place = self._find(text, stay_on) if text else self._list(stay_on)
        count = self._rows.rowCount()
        self._title.setText(self._tools.said("My patients" if self._is_mine else "Patients"))
        self._count.setText(self._tools.said(_count_words(count, text)))
        self._empty.sentence.setText(self._nobody_words(text))
        self._register.setText(f"Register “{shortened(text)}”".replace("&", "&&"))
        self._register.setVisible(bool(text) and self._office.allowed(registration.register))
        self._results.setCurrentWidget(self._table if count else self._empty)
        self._choose_columns()
        self._table.selectRow(max(place, 0))
        if text:
            self._say_count.start()

    def _find(self, text: str, stay_on: Found | None) -> int:
        """Show who is found; returns the row of `stay_on`, or -1."""
        whose = Whose.MINE if self._is_mine else Whose.EVERYBODY
        self._rows.show(self._office.do(people.find, text, limit=_MOST, whose=whose))
        self._table.offer_sorting((), -1, descending=False)
        return self._rows.place(lambda each: stay_on is not None and each.id == stay_on.id)

    def _list(self, stay_on: Found | None) -> int:
        """Show the whole list in its order; returns the row of `stay_on`, or -1."""
        if not self._shows_visits:
            self._order, self._is_descending = NAME, False
        sortable = (NAME, LAST_VISIT) if self._shows_visits else (NAME,)
        self._table.offer_sorting(sortable, self._order, descending=self._is_descending)
        if self._is_mine:
            self._rows.show(self._office.do(listing.own))
            direction = Qt.SortOrder.DescendingOrder if self._is_descending else Qt.SortOrder.AscendingOrder
            if (self._order, self._is_descending) != (NAME, False):
                self._rows.sort(self._order, direction)
            return self._rows.place(lambda each: stay_on is not None and each.id == stay_on.id)
        ids = self._in_order()
        if ids is None:
            return -1
        self._rows.show(Paged(ids, lambda some: self._office.do(listing.page, some)))
        return ids.place(stay_on.id) if stay_on is not None else -1

    def _in_order(self) -> Ids | None:
        """Everybody's ids in the order of the list; None while they are being put in order by visits."""
        if self._order not in self._ids:
            if self._order == LAST_VISIT:
                self._count.setText("Putting them in order…")
                job = self._office.start(listing.by_last_visit)
                job.finished.connect(self._take_order)
                job.failed.connect(lambda error: self._tools.status.say(str(error)))
                return None
            self._ids[NAME] = self._office.do(listing.everybody)
        ids = self._ids[self._order]
        # By visits the latest come first, which is the order they are read in.
        return ids.turned_round() if self._is_descending is (self._order == NAME) else ids

    def _take_order(self, ids: Ids) -> None:
        self._ids[LAST_VISIT] = ids
        if self._order == LAST_VISIT and not self._search.text().strip():
            self._show_found(stay_on=self._table.current)

    def _list_by(self, column: int) -> None:
        """Put the list in another order; the same again turns it round."""
        if self._search.text().strip():
            return
        if column == LAST_VISIT and not self._shows_visits:
            self._tools.status.say(
                self._tools.said("The list of everybody is by name; your own patients can be by last visit.")
            )
            return
        latest_first = column == LAST_VISIT
        is_same = column == self._order
        self._is_descending = not self._is_descending if is_same else latest_first
        self._order = column
        self._show_found(stay_on=None)

    def _choose_columns(self) -> None:
        """Leave out what is not told here, and what the name needs the room of."""
        self._table.setColumnHidden(LAST_VISIT, not self._shows_visits)
        is_kept_back = self._has_caseload and not self._is_mine
        has_no_room = self._shows_visits and self.width() < _NARROW
        self._table.setColumnHidden(_PHONE, is_kept_back or has_no_room)
        self._table.setColumnHidden(_POSTCODE, has_no_room)

    def _nobody_words(self, text: str) -> str:
        """Why the list is empty and what to do; what was typed stays as it is."""
        said = self._tools.said
        tip = "Try part of the name, a birth date like 27-Mar-1985, or a postcode."
        if text and self._is_mine:
            more = "Tick Everybody to look further."
            return f"{said('None of your patients matches')} “{text}”. {tip} {more}"
        if text:
            return f"Nobody matches “{text}”. {tip}"
        if self._is_mine:
            return said("You have no patients yet: nobody is booked with you, or was put on your list.")
        return said("There are no patients in this practice yet.")

    def search(self, text: str) -> None:
        """Type for the user, as a link from elsewhere does."""
        self._search.setText(text)

    def open_current(self) -> None:
        """Open the patient the cursor is on."""
        self._table.open_current()

    def begin_new(self, begun: Details | None = None, *, resumes: bool = False) -> None:
        """Open the form for somebody new in place of the list, with what is known of them already.

        `resumes` takes up what was typed earlier. A form that is open stays as it is.
        """
        if self._host.page is None:
            page = PatientForm(self._tools, begun=begun, resumes=resumes)
            page.saved.connect(lambda id: self.registered.emit(id, page.shown_name))
            page.wanted.connect(self.opened)
            self._unsaved.hide()
            self._host.open(page)
        self.take_focus()

    def set_private(self, private: bool) -> None:
        """Hide the list, and the form of somebody new."""
        self._cover.set_private(private)

    def park(self) -> None:
        """Keep what is typed in the form."""
        self._host.park()

    def take_focus(self) -> None:
        """Put the focus in the search field, with its text selected; in the form while one is open."""
        if self._host.page is not None:
            self._host.page.take_focus()
            return
        self._offer_unsaved()
        self._search.setFocus()
        self._search.selectAll()

    def _offer_unsaved(self) -> None:
        """Offer the form for somebody new that was begun and not saved."""
        begun = self._office.do(form_drafts.own, None)
        self._unsaved.offer([each for each in begun if each.form.name == NEW_FORM])

    def _throw_away(self, unsaved: Unsaved) -> None:
        self._office.do(form_drafts.discard, unsaved.form)
        self._offer_unsaved()

    def _lay_out(self, *buttons: QPushButton) -> FormHost:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._title)
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._everybody)
        for button in buttons:
            head.addWidget(button)
        home = QWidget()
        rows = QVBoxLayout(home)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addWidget(self._unsaved)
        rows.addLayout(head)
        rows.addWidget(self._search)
        rows.addWidget(self._results, 1)
        host = FormHost(home)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._cover = Cover(host, "The list")
        whole.addWidget(self._cover)
        return host


def shortened(text: str) -> str:
    """A text for a button: one that is long is cut off."""
    return text if len(text) <= _LONGEST_ON_BUTTON else f"{text[:_LONGEST_ON_BUTTON]}…"


def _count_words(count: int, text: str) -> str:
    if text and count >= _MOST:
        return f"The first {_MOST}. Type more to narrow them down."
    what = "patient" if count == 1 else "patients"
    return f"{count} {what} found" if text else f"{count:,} {what}"
