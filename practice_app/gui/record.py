"""One patient's record: a tab for each part of what is held about them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QCheckBox, QStackedWidget, QTabWidget, QVBoxLayout

from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.appointments import AppointmentsTab
from practice_app.gui.calls import CallsTab
from practice_app.gui.clipboard import copy
from practice_app.gui.consents.tab import ConsentTab
from practice_app.gui.contacts.tab import ContactsTab
from practice_app.gui.controls import label
from practice_app.gui.disclosures import DisclosuresTab
from practice_app.gui.documents import DocumentsTab
from practice_app.gui.forms.unsaved_forms import UnsavedForms
from practice_app.gui.history import HistoryTab
from practice_app.gui.letters import LettersTab
from practice_app.gui.look import SPACE_S
from practice_app.gui.merges.bars import MERGE, Merging
from practice_app.gui.move import MovePage
from practice_app.gui.notes import NotesTab
from practice_app.gui.office import ANYTHING
from practice_app.gui.record_page import RecordPage
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import Screen, Tools, hidden_state
from practice_app.gui.subject_access import CopyState, SubjectAccess
from practice_app.gui.summary import SummaryTab
from practice_app.gui.table import Table
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import form_drafts, moves, people, subject_access
from practice_app.services.form_drafts import Unsaved
from practice_app.services.moves import Item
from practice_app.services.people import Banner, PatientRecord

SUBJECT_ACCESS = Action(
    "record.subject_access",
    "&Subject access",
    "Ctrl+Shift+S",
    Permission.PREPARE_SUBJECT_ACCESS,
    "record",
    Menu.PATIENT,
    "file-search",
)
WHAT_WE_HOLD = Action(
    "record.what_we_hold",
    "&What we hold",
    "Ctrl+Shift+W",
    Permission.SUMMARISE_HOLDINGS,
    "record",
    Menu.PATIENT,
    "file-description",
)
EDIT = Action(
    "record.edit", "&Edit details", "Ctrl+E", Permission.EDIT_PEOPLE, "record", Menu.PATIENT, "pencil"
)
REFRESH = Action(
    "record.refresh", "&Refresh the record", "F5", Permission.OPEN_RECORD, "record", Menu.VIEW, "refresh"
)
COPY_NUMBER = Action(
    "record.copy_nhs_number",
    "Copy the &NHS number",
    "Ctrl+Shift+N",
    Permission.OPEN_RECORD,
    "record",
    Menu.PATIENT,
    "copy",
)
BACK = Action("record.leave", "&Back to the patients", "Alt+Left", Permission.FIND_PEOPLE, "record", Menu.GO)


MOVE = Action(
    "record.move", "Entered in the wron&g record…", "", Permission.MOVE_ITEMS, "record", Menu.PATIENT
)


MOVE_FACT = Action(
    "record.move_fact",
    "&Health fact in the wrong record…",
    "",
    Permission.READ_NOTES,
    "record",
    Menu.PATIENT,
)


def tab_action(tab: type[RecordTab], place: int) -> Action:
    """The action that turns to a tab: Alt+1 for the first, Alt+0 for the tenth."""
    return Action(
        f"record.tab.{tab.name}", f"Record: {tab.title}", f"Alt+{(place + 1) % 10}", tab.permission, "record"
    )


class RecordScreen(Screen):
    """The record of the patient last shown.

    Signals: left() to go back to the list, said(words), shown(Banner) when it was read (again).
    """

    left = Signal()
    said = Signal(str)
    shown = Signal(object)

    place = "record"
    shows = frozenset(
        {
            "patient", "person", "address", "phone", "email", "contact", "consent", "disclosure",
            "moved_away", "merge", "health_fact", "identity_check", "earlier_detail",
        }
    )  # fmt: skip

    TABS: ClassVar[tuple[type[RecordTab], ...]] = (
        AppointmentsTab,
        NotesTab,
        LettersTab,
        ConsentTab,
        ContactsTab,
        CallsTab,
        DocumentsTab,
        DisclosuresTab,
        HistoryTab,
    )
    """The tabs after the summary, in their order; a role sees those its permissions allow."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._subject_access = SubjectAccess(tools.office, tools.asker, tools.jobs, word=tools.word)
        self._subject_access.made.connect(self._show_copy_of)
        self._about: Banner | None = None
        self._state = CopyState(may_release=tools.office.allowed(subject_access.release))
        self._state.save_wanted.connect(self._subject_access.save)
        self._state.release_wanted.connect(self._release)
        self._changed = label("Something has changed since this was opened. F5 reads it again.", "muted")
        self._changed.hide()
        self._unsaved = UnsavedForms()
        self._unsaved.wanted.connect(self._resume)
        self._unsaved.thrown_away.connect(self._throw_away)
        self._page: RecordPage | None = None
        self._is_private = False
        self._merging = Merging(tools)
        self._merging.page_wanted.connect(self.open_page)
        self._merging.reopen_wanted.connect(self._reopen)
        self._merging.opened.connect(self.opened)
        edit = button_for(tools.actions.add(EDIT, self, self.edit_details))
        self._large_print = QCheckBox("Large print")
        self._large_print.setToolTip("Make the summary, or the subject access copy, in large print")
        buttons = [
            self._large_print,
            button_for(tools.actions.add(WHAT_WE_HOLD, self, self._summarise)),
            button_for(tools.actions.add(SUBJECT_ACCESS, self, self._prepare_copy), kind="primary"),
        ]
        self._summary = SummaryTab(tools, edit, buttons, self._state)
        self._tabs = QTabWidget()
        self._lay_out()
        self._add_tabs()
        tools.actions.add(REFRESH, self, self.refresh)
        tools.actions.add(COPY_NUMBER, self, self._copy_number)
        tools.actions.add(BACK, self, self.left.emit)
        tools.actions.add(MERGE, self, self._merging.begin)
        tools.actions.add(MOVE_FACT, self, self._move_fact)
        self._offer_moving(tools.actions.add(MOVE, self, self._move_current))

    @property
    def patient(self) -> UUID | None:
        """Whose record is shown."""
        return self._about.id if self._about else None

    @property
    def tabs(self) -> tuple[RecordTab, ...]:
        """The tabs of this role, in their order."""
        pages = (self._tabs.widget(place) for place in range(self._tabs.count()))
        return tuple(page for page in pages if isinstance(page, RecordTab))

    @property
    def tab(self) -> str:
        """The name of the tab on show."""
        return next(each.name for each in self.tabs if each is self._tabs.currentWidget())

    def turn_to(self, name: str) -> None:
        """Show the tab of this name, if the role has it."""
        self.close_page()
        for tab in self.tabs:
            if tab.name == name:
                self._tabs.setCurrentWidget(tab)
                self.take_focus()

    def show_record(self, record: PatientRecord) -> None:
        """Show a record that was just opened: its summary first, unless it was on show already."""
        if self.patient != record.banner.id:
            self.close_page()
            self._tabs.setCurrentWidget(self._summary)
            self._large_print.setChecked(False)
        self._about = record.banner
        self._changed.hide()
        self._summary.show_record(record)
        for tab in self.tabs:
            tab.show_patient(record.banner)
        self._show_copy_of(record.banner.id)
        self._offer_unsaved()
        self._merging.show_patient(record.banner)
        self._turn_face()
        self.shown.emit(record.banner)

    def edit_details(self) -> None:
        """Open the form about the patient in place of the summary."""
        if self.patient is not None:
            self.close_page()
            self._tabs.setCurrentWidget(self._summary)
            self._summary.edit()

    def refresh(self) -> None:
        """Open the record again, which is recorded as every viewing is."""
        if self.patient is not None:
            self.show_record(self._office.do(people.open_record, self.patient))

    def take_focus(self) -> None:
        """Put the focus where work on the page or the tab on show begins."""
        if self._is_private:
            return  # nothing can be worked on, and a tab that was never looked at is not made yet
        if self._page is not None:
            self._page.take_focus()
            return
        tab = self._tabs.currentWidget()
        if isinstance(tab, RecordTab):
            tab.take_focus()

    def park(self) -> None:
        """Keep what is typed in the forms of all tabs."""
        for tab in self.tabs:
            tab.park()

    def set_private(self, private: bool) -> None:
        """Hide everything about the patient while others can see the screen."""
        self._is_private = private
        self._turn_face()

    def _turn_face(self) -> None:
        """Show the open page or the tabs; in the privacy view nothing about the patient."""
        is_open = not self._is_private
        self._faces.setCurrentWidget((self._page or self._tabs) if is_open else self._hidden)
        self._merging.bars.show_if(is_open and self._page is None)
        self._unsaved.setVisible(is_open and self._unsaved.has_some)

    def open_page(self, page: RecordPage) -> None:
        """Show a page in the place of the tabs until it is left."""
        self.close_page()
        self._page = page
        page.left.connect(self._leave_page)
        self._faces.addWidget(page)
        self._turn_face()
        page.take_focus()

    def close_page(self) -> None:
        """Show the tabs again."""
        if self._page is not None:
            self._faces.removeWidget(self._page)
            self._page.deleteLater()
            self._page = None
            self._turn_face()

    def _leave_page(self) -> None:
        self.close_page()
        self.take_focus()

    def _note_change(self, kinds: frozenset[str]) -> None:
        # Reading a record again is recorded as a viewing: not every commit elsewhere may cause one.
        if kinds == ANYTHING:
            self._changed.setVisible(self._about is not None)
        else:
            super()._note_change(kinds)

    def _offer_unsaved(self) -> None:
        """Offer the forms about this patient that were begun and are not open on a tab."""
        if self.patient is None:
            return
        known = {form for tab in self.tabs for form in tab.forms}
        is_open = {tab.host.page.draft for tab in self.tabs if tab.host and tab.host.page}
        found = self._office.do(form_drafts.own, self.patient)
        self._unsaved.offer([each for each in found if each.form.name in known and each.form not in is_open])

    def _resume(self, unsaved: Unsaved) -> None:
        tab = next(each for each in self.tabs if unsaved.form.name in each.forms)
        self._unsaved.offer([])
        self._tabs.setCurrentWidget(tab)
        tab.resume(unsaved.form)

    def _throw_away(self, unsaved: Unsaved) -> None:
        self._office.do(form_drafts.discard, unsaved.form)
        self._offer_unsaved()

    def _reopen(self, patient: UUID) -> None:
        self.show_record(self._office.do(people.open_record, patient))

    def _move_current(self) -> None:
        """Move the entry the cursor is on to the record it belongs in."""
        tab = self._tabs.currentWidget()
        entry = tab.movable() if isinstance(tab, RecordTab) else None
        if entry is None:
            self.said.emit("Choose an entry first: an appointment, a note, a letter or the like.")
        else:
            self._offer_move(entry.kind, [(entry.id, entry.words)])

    def _move_fact(self) -> None:
        """Move a health fact, which stands in no list of its own."""
        if self._about is None:
            return
        facts = self._office.do(moves.health_facts, self._about.id)
        if facts:
            self._offer_move("health_fact", [(each.id, each.words) for each in facts])
        else:
            self.said.emit("There are no health facts in this record.")

    def _offer_move(self, kind: str, entries: Sequence[tuple[UUID, str]]) -> None:
        if self._about is not None:
            stands = f"It stands in the record of {self._about.name}, no. {self._about.number}."
            offered = [(Item(kind, id, self._about.id), words) for id, words in entries]
            self.open_page(MovePage(self._tools, offered, stands))

    def _offer_moving(self, move: QAction) -> None:
        """The menu of the right button, and of the menu key, on every list of a tab."""
        for tab in (each for each in self.tabs if each.item_kind):
            _offer_in_lists(tab, move)
            tab.built.connect(partial(_offer_in_lists, tab, move))

    def _prepare_copy(self) -> None:
        if self._about is not None:
            large = self._large_print.isChecked()
            self._subject_access.prepare(self._about.id, self._about.number, large_print=large)

    def _release(self, bundle: UUID) -> None:
        if self._about is not None:
            born = f", born {show(self._about.born)}" if self._about.born else ""
            self._subject_access.release(bundle, self._about.id, f"{self._about.name}{born}")

    def _summarise(self) -> None:
        if self._about is not None:
            large = self._large_print.isChecked()
            self._subject_access.summarise(self._about.id, self._about.number, large_print=large)

    def _copy_number(self) -> None:
        if self._about is not None and self._about.nhs_number:
            copy(QGuiApplication.clipboard(), self._about.nhs_number)
            self.said.emit("The NHS number is on the clipboard for 30 seconds.")
        else:
            self.said.emit("No NHS number is recorded.")

    def _show_copy_of(self, person: UUID) -> None:
        if person == self.patient:
            self._state.show_copy(self._subject_access.newest(person))

    def _add_tabs(self) -> None:
        permissions = self._office.actor.permissions
        allowed = [each for each in self.TABS if each.permission in permissions]
        made = [self._summary, *(each(self._tools) for each in allowed)]
        for tab in made:
            self.addActions(tab.actions())  # the keys of a tab that is not on show would do nothing
            tab.opened.connect(self.opened)
            tab.wanted.connect(partial(self._tabs.setCurrentWidget, tab))
            self._tabs.addTab(tab, tab.title)
        # The keys of a tab are the same for every role.
        kinds: tuple[type[RecordTab], ...] = (SummaryTab, *self.TABS)
        for place, kind in enumerate(kinds):
            self._tools.actions.add(tab_action(kind, place), self, partial(self.turn_to, kind.name))

    def _lay_out(self) -> None:
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setAccessibleName("Parts of the record")
        self._tabs.tabBar().setExpanding(False)
        self._tabs.tabBar().setDrawBase(False)
        self._hidden = hidden_state("The record")
        self._faces = QStackedWidget()
        self._faces.addWidget(self._tabs)
        self._faces.addWidget(self._hidden)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self._unsaved)
        rows.addWidget(self._merging.bars)
        rows.addWidget(self._changed)
        rows.addWidget(self._faces, 1)


def _offer_in_lists(tab: RecordTab, action: QAction) -> None:
    for table in tab.findChildren(Table):
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        table.addAction(action)
