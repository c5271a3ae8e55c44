"""One patient's record: what is known about them, and one timeline of everything the role may see."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.gui.actions import Action, Actions, Menu, button_for
from practice_app.gui.calm_combo_box import CalmComboBox
from practice_app.gui.clipboard import copy
from practice_app.gui.controls import label
from practice_app.gui.dialogs import Asker
from practice_app.gui.job_panel import JobPanel
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.office import ANYTHING, Office
from practice_app.gui.screen import EmptyState, Screen
from practice_app.gui.subject_access import CopyState, SubjectAccess
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.dates import show, show_time
from practice_app.rules.permissions import Permission
from practice_app.services import people, subject_access
from practice_app.services.people import Group, PatientRecord
from practice_app.services.timeline import Item

_EVERYTHING = ""
_WHO = 3
_NARROW = 900
_TITLE_WIDTH = 88
_LONGEST_WORD = 18

_KIND_WORDS = {
    "appointment": ("Appointment", "Appointments"),
    "note": ("Note", "Notes"),
    "letter": ("Letter", "Letters"),
    "call": ("Call", "Calls"),
    "consent": ("Consent", "Consents"),
    "disclosure": ("Disclosure", "Disclosures"),
    "document": ("Document", "Documents"),
}

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


def when_words(when: date | datetime) -> str:
    """The day, and the time where one is known."""
    if isinstance(when, datetime):
        return f"{show(when.date())} {show_time(when)}"
    return show(when)


def kind_word(item: Item) -> str:
    """What an item is, in one word."""
    return _KIND_WORDS.get(item.kind, (item.kind.capitalize(), ""))[0]


def moment(item: Item) -> datetime:
    """When an item happened, for sorting days among times."""
    when = item.when
    return when if isinstance(when, datetime) else datetime.combine(when, datetime.max.time())


class RecordScreen(Screen):
    """The record of the patient last shown. Signals: left() to go back to the list, said(words)."""

    left = Signal()
    said = Signal(str)

    place = "record"
    shows = frozenset({"patient", "person", "address", "phone", "email", "contact", "consent", "disclosure"})

    def __init__(self, office: Office, actions: Actions, asker: Asker, jobs: JobPanel) -> None:
        super().__init__(office)
        self._subject_access = SubjectAccess(office, asker, jobs)
        self._subject_access.made.connect(self._show_copy_of)
        self._patient: UUID | None = None
        self._number = ""
        self._nhs_number: str | None = None
        self._two_identifiers = ""
        self._items: tuple[Item, ...] = ()
        self._summary = _Summary()
        self._rows: Rows[Item] = Rows(
            [
                Column("When", lambda item: item.when, when_words, order=moment, widest="00-Mmm-0000 00:00"),
                Column("Kind", kind_word, widest="Appointment"),
                Column("What", lambda item: item.title, stretches=True),
                Column("Who", lambda item: item.who, widest="SURNAME, Forename"),
            ]
        )
        self._table = Table(self._rows, name="Timeline")
        self._empty = EmptyState("clipboard", "Nothing has been recorded yet.")
        self._timeline = QStackedWidget()
        self._timeline.addWidget(self._table)
        self._timeline.addWidget(self._empty)
        self._kind = CalmComboBox(name="Show")
        self._kind.currentIndexChanged.connect(lambda _place: self._filter())
        self._reading = _Reading()
        self._table.chosen.connect(self._reading.show_item)
        self._state = CopyState(may_release=office.allowed(subject_access.release))
        self._state.save_wanted.connect(self._subject_access.save)
        self._state.release_wanted.connect(self._release)
        self._changed = label("Something has changed since this was opened. F5 reads it again.", "muted")
        self._changed.hide()
        self._lay_out(
            [
                button_for(actions.add(WHAT_WE_HOLD, self, self._summarise)),
                button_for(actions.add(SUBJECT_ACCESS, self, self._prepare_subject_access), kind="primary"),
            ]
        )
        actions.add(REFRESH, self, self.refresh)
        actions.add(COPY_NUMBER, self, self._copy_number)
        actions.add(BACK, self, self.left.emit)

    @property
    def patient(self) -> UUID | None:
        """Whose record is shown."""
        return self._patient

    def show_record(self, record: PatientRecord) -> None:
        """Show a record that was just opened."""
        self._patient, self._number = record.banner.id, record.banner.number
        self._nhs_number = record.banner.nhs_number
        born = f", born {show(record.banner.born)}" if record.banner.born else ""
        self._two_identifiers = f"{record.banner.name}{born}"
        self._changed.hide()
        self._summary.show_groups(record.groups)
        self._items = record.timeline
        self._offer_kinds()
        self._filter()
        self._show_copy_of(self._patient)

    def refresh(self) -> None:
        """Open the record again, which is recorded as every viewing is."""
        if self._patient is not None:
            self.show_record(self._office.do(people.open_record, self._patient))

    def take_focus(self) -> None:
        """Put the focus on the newest entry of the timeline."""
        self._table.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a narrow window the words are worth more than the name, which stands below in full.
        self._table.setColumnHidden(_WHO, self.width() < _NARROW)

    def set_private(self, private: bool) -> None:
        """Hide the facts about the patient while others can see the screen."""
        self._summary.setVisible(not private)

    def _note_change(self, kinds: frozenset[str]) -> None:
        # Reading a record again is recorded as a viewing: not every commit elsewhere may cause one.
        if kinds == ANYTHING:
            self._changed.setVisible(self._patient is not None)
        else:
            super()._note_change(kinds)

    def _prepare_subject_access(self) -> None:
        if self._patient is not None:
            self._subject_access.prepare(self._patient, self._number)

    def _release(self, bundle: UUID) -> None:
        if self._patient is not None:
            self._subject_access.release(bundle, self._patient, self._two_identifiers)

    def _summarise(self) -> None:
        if self._patient is not None:
            self._subject_access.summarise(self._patient, self._number)

    def _copy_number(self) -> None:
        if self._nhs_number:
            copy(QGuiApplication.clipboard(), self._nhs_number)
            self.said.emit("The NHS number is on the clipboard for 30 seconds.")
        else:
            self.said.emit("No NHS number is recorded.")

    def _show_copy_of(self, person: UUID) -> None:
        if person == self._patient:
            self._state.show_copy(self._subject_access.newest(person))

    def _offer_kinds(self) -> None:
        chosen = self._kind.currentData()
        counts = Counter(item.kind for item in self._items)
        self._kind.blockSignals(True)
        self._kind.clear()
        self._kind.addItem(f"Everything ({len(self._items)})", _EVERYTHING)
        for kind, (_one, several) in _KIND_WORDS.items():
            if counts[kind]:
                self._kind.addItem(f"{several} ({counts[kind]})", kind)
        self._kind.setCurrentIndex(max(self._kind.findData(chosen), 0))
        self._kind.blockSignals(False)

    def _filter(self) -> None:
        kind = self._kind.currentData() or _EVERYTHING
        shown = [item for item in self._items if kind in (_EVERYTHING, item.kind)]
        self._rows.show(shown)
        self._timeline.setCurrentWidget(self._table if shown else self._empty)
        self._table.step(+1)
        self._reading.show_item(self._table.current)

    def _lay_out(self, buttons: list[QPushButton]) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label("Timeline", "title"))
        head.addWidget(self._kind)
        head.addStretch(1)
        for button in buttons:
            head.addWidget(button)
        right = QWidget()
        rows = QVBoxLayout(right)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        for part in (self._state, self._changed):
            rows.addWidget(part)
        rows.addWidget(self._timeline, 1)
        rows.addWidget(self._reading)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE_M)
        halves.addWidget(self._summary)
        halves.addWidget(right)
        halves.setSizes([300, 700])
        halves.setStretchFactor(0, 0)
        halves.setStretchFactor(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)


class _Summary(QScrollArea):
    """Facts in groups, label above value so that long values have room."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setObjectName("summary")
        self.setAccessibleName("Summary")
        self.setMinimumWidth(240)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        """Replace what is shown."""
        inside = QWidget()
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, SPACE_S, 0)
        rows.setSpacing(SPACE_S)
        for group in groups:
            rows.addWidget(_card(group))
        rows.addStretch(1)
        self.setWidget(inside)


def _card(group: Group) -> QFrame:
    made = QFrame()
    made.setProperty("kind", "card")
    grid = QGridLayout(made)
    grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
    grid.setHorizontalSpacing(SPACE_M)
    grid.setVerticalSpacing(SPACE_XS)
    grid.setColumnStretch(1, 1)
    grid.addWidget(label(group.title, "heading"), 0, 0, 1, 2)
    for place, (name, value) in enumerate(group.facts, start=1):
        title = label(name, "small", wraps=True)
        title.setFixedWidth(_TITLE_WIDTH)
        grid.addWidget(title, place, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_value(value), place, 1, Qt.AlignmentFlag.AlignTop)
    return made


def _value(text: str) -> QLabel:
    """A fact that can be selected and copied; a word too long for its column is broken instead."""
    breakable = " ".join(_broken(word) for word in text.split(" "))
    shown = label(breakable, wraps=True)
    if breakable == text:
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return shown


def _broken(word: str) -> str:
    """A long word that may be broken at its signs, by a space of no width after each."""
    if len(word) <= _LONGEST_WORD:
        return word
    return "".join(f"{letter}\u200b" if letter in "@._-/" else letter for letter in word)


class _Reading(QFrame):
    """The entry of the timeline the cursor is on, in full."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._title = label("", "heading", wraps=True)
        self._when = label("", "muted", wraps=True)
        self._detail = label("", wraps=True)
        self._detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        rows.setSpacing(SPACE_XS)
        for part in (self._title, self._when, self._detail):
            rows.addWidget(part)

    def show_item(self, item: Item | None) -> None:
        """Show one entry, or nothing."""
        self.setVisible(item is not None)
        if item is not None:
            self._title.setText(f"{kind_word(item)}: {item.title}")
            self._when.setText(", ".join(filter(None, (when_words(item.when), item.who))))
            self._detail.setText(item.detail)
            self._detail.setVisible(bool(item.detail))
