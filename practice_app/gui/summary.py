"""The first tab of a record: who somebody is, and one timeline of everything the role may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import PracticeError
from practice_app.gui.calm_combo_box import CalmComboBox
from practice_app.gui.controls import label, push_button
from practice_app.gui.facts import NARROW_TITLES, Facts, fact_value
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.record_tab import Entry, RecordTab
from practice_app.gui.registration.form import CHANGE, PatientForm
from practice_app.gui.screen import EmptyState, Tools
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules import dates
from practice_app.rules.dates import show, show_time
from practice_app.rules.permissions import Permission
from practice_app.services import form_drafts, moves, registration
from practice_app.services.earlier_details import Earlier
from practice_app.services.people import PatientRecord
from practice_app.services.registration import Undo
from practice_app.services.timeline import Item

_EVERYTHING = ""
_WHO = 3
_NARROW = 900

_KIND_WORDS = {
    "appointment": ("Appointment", "Appointments"),
    "note": ("Note", "Notes"),
    "letter": ("Letter", "Letters"),
    "call": ("Call", "Calls"),
    "consent": ("Consent", "Consents"),
    "disclosure": ("Disclosure", "Disclosures"),
    "document": ("Document", "Documents"),
    "moved": ("Moved", "Moved away"),
}


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


class SummaryTab(RecordTab):
    """Facts in groups at the left, the timeline at the right. The record screen hands it what it opened."""

    name = "summary"
    title = "Summary"
    permission = Permission.OPEN_RECORD
    shows = frozenset[str]()
    item_kind = "any"
    forms = frozenset({CHANGE})

    def __init__(self, tools: Tools, edit: QPushButton, buttons: Sequence[QWidget], state: QWidget) -> None:
        """`edit` stands over the facts, `buttons` beside the heading, `state` (of the copy) below it."""
        super().__init__(tools)
        self._confirmed = _Confirmed()
        self._confirmed.given.connect(self._confirm)
        self._items: tuple[Item, ...] = ()
        self._facts = Facts(name="Summary")
        self._facts.setObjectName("summary")
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
        self._kind = CalmComboBox(name="Timeline shows")
        self._kind.currentIndexChanged.connect(lambda _place: self._filter())
        self._reading = _Reading()
        self._table.chosen.connect(self._reading.show_item)
        self.lay_out(self._face(edit, buttons, state))

    def show_record(self, record: PatientRecord) -> None:
        """Show what was read when the record was opened."""
        earlier = [_EarlierFold(record.earlier)] if record.earlier else []
        self._facts.show_groups(record.groups, earlier)
        self._confirmed.show_day(record.confirmed_on, self._tools.office.today)
        self._items = record.timeline
        self._offer_kinds()
        self._filter()

    def edit(self, *, resumes: bool = False) -> None:
        """Open the form about the patient in place of the facts.

        `resumes` takes up what was typed earlier. A form that is open stays as it is.
        """
        if self.about is not None and self.host is not None and self.host.page is None:
            page = PatientForm(self._tools, self.about, resumes=resumes)
            page.saved.connect(self._say_saved)
            self.host.open(page)
        self.take_focus()

    def resume(self, draft: form_drafts.Form) -> None:
        """Take up the form about the patient that was begun earlier."""
        self.edit(resumes=True)

    def refresh(self) -> None:
        """Nothing more is read: what is shown came with the record."""

    def take_focus(self) -> None:
        """Put the focus on the newest entry of the timeline; in the form while one is open."""
        if self.host is not None and self.host.page is not None:
            self.host.page.take_focus()
        else:
            self._table.setFocus()

    def movable(self) -> Entry | None:
        item = self._table.current
        if item is None or item.kind not in moves.KINDS:
            return None
        words = f"{kind_word(item)} of {when_words(item.when)}: {item.title}"
        return Entry(item.kind, item.id, words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # In a narrow window the words are worth more than the name, which stands below in full.
        self._table.setColumnHidden(_WHO, self.width() < _NARROW)

    def _say_saved(self, undo: Undo | None) -> None:
        if undo is None:
            self._tools.status.say("Nothing was changed.")
        else:
            self._tools.status.say("The details are saved.", undo=partial(self._take_back, undo))

    def _confirm(self) -> None:
        if self.about is not None:
            undo = self._tools.office.do(registration.confirm, self.about.id)
            self._tools.status.say(
                "The details are confirmed as of today.", undo=partial(self._take_back, undo)
            )

    def _take_back(self, undo: Undo) -> None:
        try:
            self._tools.office.do(registration.take_back, undo)
        except PracticeError as error:
            self._tools.status.say(str(error))
        else:
            self._tools.status.say("The details are as they were before.")

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

    def _face(self, edit: QPushButton, buttons: Sequence[QWidget], state: QWidget) -> QWidget:
        left = QWidget()
        facts = QVBoxLayout(left)
        facts.setContentsMargins(0, 0, 0, 0)
        facts.setSpacing(SPACE_S)
        over = QHBoxLayout()
        over.addWidget(label("Details", "title"))
        over.addStretch(1)
        over.addWidget(edit)
        facts.addLayout(over)
        facts.addWidget(self._confirmed)
        facts.addWidget(self._facts, 1)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._kind)  # says what is below: a heading besides would not fit the least window
        head.addStretch(1)
        for button in buttons:
            head.addWidget(button)
        right = QWidget()
        rows = QVBoxLayout(right)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        rows.addWidget(state)
        rows.addWidget(self._timeline, 1)
        rows.addWidget(self._reading)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE_M)
        halves.addWidget(left)
        halves.addWidget(right)
        halves.setSizes([300, 700])
        halves.setStretchFactor(0, 0)
        halves.setStretchFactor(1, 1)
        return halves


class _Confirmed(QFrame):
    """When the details were last gone through with the person (P45). Signals: given() when they are now."""

    given = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._words = label("", wraps=True)
        self._button = push_button("Confirmed &today?", kind="link")
        self._button.clicked.connect(self.given)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_XS)
        rows.setSpacing(0)
        rows.addWidget(self._words)
        rows.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_day(self, day: date | None, today: date) -> None:
        """Say how long ago it was; there is nothing to do when it was today."""
        is_today = day == today
        when = f"last confirmed {dates.ago(day, today)}" if day else "never confirmed"
        self._words.setText(f"Details {when}.")
        self._button.setVisible(not is_today)


class _EarlierFold(QFrame):
    """What the details were before they were changed, folded away until somebody asks (P17)."""

    def __init__(self, earlier: tuple[Earlier, ...]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._count = len(earlier)
        self._toggle = push_button("", kind="link")
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._fold)
        self._inside = QWidget()
        grid = QGridLayout(self._inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        grid.setColumnStretch(1, 1)
        for place, each in enumerate(earlier):
            title = label(each.what, "small", wraps=True)
            title.setFixedWidth(NARROW_TITLES)
            stood = QVBoxLayout()
            stood.setSpacing(0)
            stood.addWidget(fact_value(each.was))
            stood.addWidget(label(_until(each), "small", wraps=True))
            grid.addWidget(title, place, 0, Qt.AlignmentFlag.AlignTop)
            grid.addLayout(stood, place, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        rows.setSpacing(SPACE_XS)
        rows.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(self._inside)
        self._fold(False)

    def _fold(self, is_open: bool) -> None:
        verb = "Hide" if is_open else "Show"
        self._toggle.setText(f"{verb} earlier details ({self._count})")
        self._inside.setVisible(is_open)


def _until(earlier: Earlier) -> str:
    """Until when a detail stood so, who changed it and why."""
    by = f", changed by {earlier.by}" if earlier.by else ""
    why = f": {earlier.reason}" if earlier.reason else ""
    return f"until {show(earlier.until)}{by}{why}"


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
