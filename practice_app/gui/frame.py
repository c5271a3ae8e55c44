"""What stands around every screen while somebody is signed in: rail, search, banner, messages, status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenuBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Defect, OutsideCaseload, PracticeError
from practice_app.gui.access import AccessScreen
from practice_app.gui.actions import Action, Actions, Menu, button_for, keys_text
from practice_app.gui.address_book import AddressBookScreen
from practice_app.gui.banner import PatientBanner
from practice_app.gui.calm_combo_box import CalmComboBox
from practice_app.gui.consents.wordings import ConsentWordingsScreen
from practice_app.gui.controls import announce, label
from practice_app.gui.desk import Desk
from practice_app.gui.dialogs import Asker
from practice_app.gui.directory import DirectoryScreen
from practice_app.gui.door import DemoPerson
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.icons import icon, icon_button
from practice_app.gui.imports.screen import ImportScreen
from practice_app.gui.job_panel import JobPanel, Outcome
from practice_app.gui.look import SPACE_M, SPACE_S, Scheme, mark
from practice_app.gui.office import Office, concerns
from practice_app.gui.palette import Palette
from practice_app.gui.patients import PatientsScreen, shortened
from practice_app.gui.record import RecordScreen
from practice_app.gui.screen import Screen, Tools
from practice_app.gui.search_field import SearchField
from practice_app.gui.settings import SettingsScreen
from practice_app.gui.staff import StaffScreen
from practice_app.gui.status import StatusLine
from practice_app.gui.users.screen import UsersScreen
from practice_app.rules import dates
from practice_app.rules.permissions import Permission
from practice_app.rules.words import in_words_of
from practice_app.services import access, backups, people, practice, registration
from practice_app.services.practice import PracticeFacts

RAIL_WIDTH = 168
_ENTRY_HEIGHT = 40
_LOW = 700
"""Below this height the banner folds by itself, so that the screen keeps room."""

_FACTS = frozenset({"backup", "practice"})
"""The tables that what every screen knows of the practice comes from."""

_LOOK_AT_BACKUP_MS = 10 * 60 * 1000

SEARCH = Action("go.search", "&Search or command", "Ctrl+K", menu=Menu.GO)
NEXT_REGION = Action("go.next_region", "&Next part of the window", "F6", menu=Menu.GO)
LAST_REGION = Action("go.last_region", "P&revious part of the window", "Shift+F6", menu=Menu.GO)
UNDO = Action("edit.undo", "&Undo what was done last", "Ctrl+Z", menu=Menu.EDIT)
SAVE = Action("edit.save", "&Save the form", "Ctrl+S", menu=Menu.EDIT)
NEW_PATIENT = Action(
    "go.new_patient", "Register a new patien&t", "Ctrl+Shift+P", Permission.EDIT_PEOPLE, menu=Menu.GO
)
BACK_UP = Action("session.back_up", "&Back up…", permission=Permission.BACK_UP, menu=Menu.FILE)
LOCK = Action("session.lock", "&Lock", "Ctrl+L", menu=Menu.FILE, icon="lock")
SIGN_OUT = Action("session.sign_out", "Sign &out", menu=Menu.FILE, icon="logout")
QUIT = Action("session.quit", "&Quit", "Ctrl+Q", menu=Menu.FILE)
PRIVACY = Action("view.privacy", "&Privacy view on or off", "Ctrl+Shift+H", menu=Menu.VIEW)
SHORTCUTS = Action("help.shortcuts", "&Keyboard shortcuts", "Ctrl+/", menu=Menu.HELP)
SCHEMES = {
    Scheme.SYSTEM: Action("view.system", "Colours of the &system", menu=Menu.VIEW),
    Scheme.LIGHT: Action("view.light", "&Light colours", menu=Menu.VIEW),
    Scheme.DARK: Action("view.dark", "&Dark colours", menu=Menu.VIEW),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody was: enough to go back there, and nothing that names a patient."""

    screen: str
    patient: UUID | None = None
    tab: str = ""


class Frame(QWidget):
    """The signed-in window.

    Signals: lock_wanted(), sign_out_wanted(), quit_wanted(), switch_wanted(DemoPerson),
    scheme_wanted(Scheme), facts_changed(PracticeFacts), keys_wanted(folder for a backup or None) to change
    the keys, move_wanted(Move) to keep the practice elsewhere.
    """

    lock_wanted = Signal()
    sign_out_wanted = Signal()
    quit_wanted = Signal()
    switch_wanted = Signal(object)
    scheme_wanted = Signal(object)
    facts_changed = Signal(object)
    keys_wanted = Signal(object)
    move_wanted = Signal(object)

    SCREENS: ClassVar[tuple[type[Screen], ...]] = (
        PatientsScreen,
        AddressBookScreen,
        DirectoryScreen,
        ConsentWordingsScreen,
        ImportScreen,
        AccessScreen,
        SettingsScreen,
        StaffScreen,
        UsersScreen,
    )
    """The screens of the rail, in their order; a role sees those its permissions allow."""

    def __init__(
        self,
        office: Office,
        asker: Asker,
        people_of_demo: tuple[DemoPerson, ...],
        clock: Callable[[], datetime],
        folder: Path,
        desk: Desk | None = None,
    ) -> None:
        super().__init__()
        self._office, self._asker, self._clock, self._folder = office, asker, clock, folder
        self._is_private = False
        self.facts: PracticeFacts = office.do(practice.facts)
        word = office.word = self.facts.word_for_patient
        self.actions_known = Actions(office.actor.permissions, self, word=word)
        self.banner = PatientBanner(word=word)
        self.jobs = JobPanel()
        self.message = MessageBar()
        who = f"{office.actor.name} · {office.actor.role.value.capitalize()}"
        self.status = StatusLine(who)
        self.tools = Tools(office, self.actions_known, asker, self.jobs, self.status, word, desk)
        self.command = SearchField(
            name="Search or command", placeholder=self.tools.said("Search patients, or type a command")
        )
        self._stack = _Stack()
        self.rail = _Rail()
        self._screens: dict[str, Screen] = {}
        self._late: dict[str, type[Screen]] = {}
        for kind in self.SCREENS:
            self._add_screen(kind)
        self.record = RecordScreen(self.tools)
        self._stack.addWidget(self.record)
        self._add_actions()
        self._lay_out(people_of_demo)
        self.palette_list = Palette(office, self.actions_known, self.command, self, word=word)
        self._connect()
        self._watch_backup()

    @property
    def place(self) -> Place:
        """Where the user is."""
        now = self._stack.currentWidget()
        if now is self.record:
            return Place("record", self.record.patient, self.record.tab)
        return Place(now.place if isinstance(now, Screen) else "patients")

    @property
    def patients(self) -> PatientsScreen:
        """The list of patients."""
        found = self._screens["patients"]
        if not isinstance(found, PatientsScreen):
            raise Defect("The first screen is not the list of patients.")
        return found

    @property
    def is_private(self) -> bool:
        """Whether what names somebody is hidden."""
        return self._is_private

    def go(self, place: Place) -> None:
        """Go to a place, as after a lock."""
        if place.screen != "record" or place.patient is None:
            self.show_screen(place.screen)
            return
        try:
            self._show_record(place.patient)
        except OutsideCaseload:  # the day of the reason is over: nobody is asked before the first screen
            self.show_patients()
        except PracticeError as error:  # gone in the meantime, or the file is busy for a moment
            self.show_patients()
            self.message.say(str(error))
        else:
            self.record.turn_to(place.tab)

    def show_patients(self) -> None:
        """Show the list of patients."""
        self.show_screen("patients")

    def show_screen(self, place: str) -> None:
        """Show a screen of the rail; the banner goes, because such a screen is about several people."""
        self.banner.show_patient(None)
        late = self._late.pop(place, None)
        self._turn_to(self._make(late) if late else self._screens.get(place, self.patients))

    def park(self) -> None:
        """Keep what is typed in any form; called before the window locks."""
        for screen in (*self._screens.values(), self.record):
            screen.park()

    def open_patient(self, patient: UUID) -> None:
        """Open a record, which is written down, and show it under its banner.

        A therapist is asked for a reason first when they do not see the patient.
        """
        try:
            self._show_record(patient)
        except OutsideCaseload:
            if self._asker.reason(
                self._office.do(access.question, patient),
                lambda reason: self._office.do(access.cover, patient, reason),
            ):
                self._show_record(patient)

    def _show_record(self, patient: UUID) -> None:
        record = self._office.do(people.open_record, patient)
        self.record.show_record(record)
        self._turn_to(self.record)
        if not self._is_private:
            announce(self.banner, self.banner.accessibleName())

    def register(self) -> None:
        """Show the form for a new patient, from anywhere."""
        self.show_patients()
        self.patients.begin_new()

    def _show_consents(self) -> None:
        """Turn to the consents of whoever the banner is about."""
        about = self.banner.about
        if about is not None and self._stack.currentWidget() is not self.record:
            self.open_patient(about.id)
        self.record.turn_to("consents")

    def fill_menus(self, bar: QMenuBar) -> None:
        """Put every action this user has into the menus."""
        self.actions_known.fill(bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        was_low, is_low = (0 <= each.height() < _LOW for each in (event.oldSize(), event.size()))
        if is_low != was_low:
            self.banner.fold(is_low)

    def _add_actions(self) -> None:
        add = self.actions_known.add
        add(SEARCH, self, self._find)
        add(NEXT_REGION, self, lambda: self._move_region(+1))
        add(LAST_REGION, self, lambda: self._move_region(-1))
        self._lock = add(LOCK, self, self.lock_wanted.emit)
        add(UNDO, self, self.status.undo)
        add(SAVE, self, self._save_form)
        add(NEW_PATIENT, self, self.register)
        add(BACK_UP, self, self._back_up)
        add(SIGN_OUT, self, self.sign_out_wanted.emit)
        add(QUIT, self, self.quit_wanted.emit)
        add(PRIVACY, self, self._toggle_privacy)
        for scheme, action in SCHEMES.items():
            add(action, self, partial(self.scheme_wanted.emit, scheme))
        add(SHORTCUTS, self, self._show_shortcuts)

    def _lay_out(self, people_of_demo: tuple[DemoPerson, ...]) -> None:
        lock = button_for(self._lock)
        lock.setText(f"{LOCK.text}   {keys_text(LOCK)}")
        column = QWidget()
        column.setObjectName("railColumn")
        column.setFixedWidth(max(RAIL_WIDTH, lock.sizeHint().width() + 2 * SPACE_S))
        side = QVBoxLayout(column)
        side.setContentsMargins(0, 0, 0, SPACE_M)
        side.addWidget(self.rail, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        foot.addWidget(lock, 1)
        side.addLayout(foot)
        middle = QVBoxLayout()
        middle.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_S)
        middle.setSpacing(SPACE_S)
        middle.addWidget(self.command)
        middle.addWidget(self.message)
        middle.addWidget(self.banner)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self.jobs)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(column)
        body.addLayout(middle, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        if self.facts.is_demo:
            bar = DemoBar(people_of_demo, self._office.actor.id, word=self.facts.word_for_patient)
            bar.chosen.connect(self.switch_wanted)
            whole.addWidget(bar)
        whole.addLayout(body, 1)
        whole.addWidget(self.status)

    def _connect(self) -> None:
        self.rail.wanted.connect(self.show_screen)
        self.record.opened.connect(self.open_patient)
        self.patients.registered.connect(self._welcome)
        self.record.left.connect(self.show_patients)
        self.record.shown.connect(self.banner.show_patient)
        self.banner.consents_wanted.connect(self._show_consents)
        self.record.said.connect(self.status.say)
        self.palette_list.opened.connect(self.open_patient)
        self._office.changed.connect(self._note_facts)

    def _add_screen(self, kind: type[Screen]) -> None:
        """Make a screen with its entry in the rail, if the role may see it; its key is taken either way."""
        entry = kind.entry
        if entry is None:
            raise Defect(f"The screen {kind.place!r} has no entry.")
        self.actions_known.add(entry, self, partial(self.show_screen, kind.place))
        entry = replace(entry, text=self.tools.said(entry.text))
        if kind.is_offered(self.tools):
            self.rail.offer(kind.place, entry)
            if kind.is_made_late:
                self._late[kind.place] = kind
            else:
                self._make(kind)

    def _make(self, kind: type[Screen]) -> Screen:
        screen = self._screens[kind.place] = kind(self.tools)
        self._stack.addWidget(screen)
        screen.opened.connect(self.open_patient)
        if isinstance(screen, UsersScreen):
            screen.keys_wanted.connect(self.keys_wanted)
        if isinstance(screen, SettingsScreen):
            screen.move_wanted.connect(self.move_wanted)
        if self._is_private:
            screen.set_private(True)
        return screen

    def _welcome(self, patient: UUID, name: str) -> None:
        """Open the record of somebody who was just registered."""
        self.open_patient(patient)
        self.status.say(
            f"{shortened(name)} is registered.", undo=partial(self._take_back_registration, patient)
        )

    def _take_back_registration(self, patient: UUID) -> None:
        self.show_patients()  # first: a record that is gone must not be read again
        try:
            self._office.do(registration.take_back_registration, patient)
        except PracticeError as error:
            self.status.say(str(error))
        else:
            self.status.say("The registration was taken back.")

    def _save_form(self) -> None:
        page = next((each for each in self.findChildren(FormPage) if each.isVisible()), None)
        if page is None:
            self.status.say("There is no form open that could be saved.")
        else:
            page.save()

    def _turn_to(self, screen: Screen) -> None:
        self._stack.setCurrentWidget(screen)
        self.rail.mark(screen.place)
        self.actions_known.move_to(screen.place)
        screen.take_focus()

    def _find(self) -> None:
        self.command.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.command.selectAll()

    def _move_region(self, by: int) -> None:
        """F6: rail, command field, screen, and round again."""
        regions: list[QWidget] = [self.rail, self.command, self._stack]
        focus = self.focusWidget()
        now = next((n for n, each in enumerate(regions) if each is focus or each.isAncestorOf(focus)), 0)
        then = regions[(now + by) % len(regions)]
        if then is self._stack:
            screen = self._stack.currentWidget()
            if isinstance(screen, Screen):
                screen.take_focus()
        else:
            then.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_private(self, private: bool) -> None:
        """Hide whatever names somebody while others can see the screen, or show it again."""
        self._is_private = private
        self.banner.set_private(private)
        self.palette_list.set_private(private)
        for screen in (*self._screens.values(), self.record):
            screen.set_private(private)

    def _toggle_privacy(self) -> None:
        self.set_private(not self._is_private)
        self.status.say("Privacy view is on." if self._is_private else "Privacy view is off.")

    def _show_shortcuts(self) -> None:
        known = self.actions_known.known()
        self._asker.shortcuts(
            [(action.plain_text, keys_text(action)) for action, _made in known if action.shortcut]
        )

    def _back_up(self) -> None:
        target = self._asker.folder("Where shall the backup go?")
        if target is not None:
            job = self._office.start(backups.make, self._folder, target)
            self.jobs.follow(job, "Making a backup", _backed_up)

    def _watch_backup(self) -> None:
        timer = QTimer(self, interval=_LOOK_AT_BACKUP_MS)
        timer.timeout.connect(lambda: self._note_facts(frozenset({"backup"})))
        timer.start()
        self.status.show_backup(self.facts.last_backup, self._clock())

    def _note_facts(self, kinds: frozenset[str]) -> None:
        if concerns(kinds, _FACTS):
            before, self.facts = self.facts, self._office.do(practice.facts)
            self.status.show_backup(self.facts.last_backup, self._clock())
            if self.facts != before:
                self.facts_changed.emit(self.facts)


def _backed_up(made: backups.Made) -> Outcome:
    where = f"It is {made.folder.name} in {made.folder.parent}."
    expiry = f"Destroy it by {dates.show(made.expires_on)}, so that what is destroyed here is gone there too."
    return Outcome("The backup was made and checked.", (where, expiry))


class _Stack(QStackedWidget):
    """The screens; the window may be as low as the one on show allows, not as the highest of all."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _place: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        now = self.currentWidget()
        return now.minimumSizeHint() if now else super().minimumSizeHint()


class _Rail(QListWidget):
    """The screens, one entry each. Signals: wanted(place)."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Parts of the program")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def offer(self, place: str, entry: Action) -> None:
        """Add an entry."""
        item = QListWidgetItem(icon(entry.icon), entry.plain_text)
        item.setData(Qt.ItemDataRole.UserRole, place)
        item.setToolTip(f"{entry.plain_text} ({keys_text(entry)})" if entry.shortcut else entry.plain_text)
        item.setSizeHint(QSize(0, _ENTRY_HEIGHT))  # the style's own height is not the one it lays out by
        self.addItem(item)

    def mark(self, place: str) -> None:
        """Show which screen is on; a record belongs to the list of patients."""
        wanted = "patients" if place == "record" else place
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == wanted:
                self.setCurrentRow(row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.doItemsLayout()  # the entries were measured before the style was known

    def _choose(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(Qt.ItemDataRole.UserRole))


class MessageBar(QFrame):
    """One message above the screen: an error, or what will happen in a moment."""

    def __init__(self) -> None:
        super().__init__()
        self._words = label("", "heading", wraps=True)
        close = icon_button("x", name="Close this message")
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        row.addWidget(self._words, 1)
        row.addWidget(close)
        self.hide()

    @property
    def words(self) -> str:
        """What is said, or ""."""
        return "" if self.isHidden() else self._words.text()

    def say(self, words: str, kind: str = "problem") -> None:
        """Show a message and have it spoken; a countdown is spoken once, not every second."""
        is_new = self.isHidden()
        self._words.setText(words)
        self.setAccessibleName(words)
        mark(self, kind=kind)
        self.show()
        if is_new or kind == "problem":
            announce(self, words)


class DemoBar(QFrame):
    """Says on every screen that nobody here is real. Signals: chosen(DemoPerson) to go on as."""

    chosen = Signal(object)

    def __init__(self, people_of_demo: tuple[DemoPerson, ...], now: UUID, *, word: str) -> None:
        super().__init__()
        self.setObjectName("demoBar")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        row.addWidget(label(in_words_of(word, "DEMO – not real patients")))
        row.addStretch(1)
        if people_of_demo:
            switcher = CalmComboBox(name="Go on as")
            switcher.addItems([f"{each.name}, {each.role}" for each in people_of_demo])
            ids = [each.id for each in people_of_demo]
            switcher.setCurrentIndex(ids.index(now) if now in ids else -1)
            switcher.activated.connect(lambda place: self.chosen.emit(people_of_demo[place]))
            words = label("Go on as")
            words.setBuddy(switcher)
            row.addWidget(words)
            row.addWidget(switcher)
