"""Ctrl+K: one field that finds patients and commands; `>` finds commands only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from practice_app.gui.actions import Actions, keys_text
from practice_app.gui.controls import announce, label
from practice_app.gui.look import SPACE_XS
from practice_app.gui.office import Office
from practice_app.gui.patients import name_of
from practice_app.gui.search_field import SearchField
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.dates import show
from practice_app.rules.identifiers import show_nhs_number
from practice_app.rules.words import PatientWord, in_words_of
from practice_app.services import people
from practice_app.services.people import Found

_MOST_PATIENTS = 8
_MOST_ROWS = 10
_COMMANDS_ONLY = ">"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the palette: what, a second identifier or the keys, and what Enter does."""

    key: str
    what: str
    detail: str
    run: Callable[[], object]


class Palette(QFrame):
    """The list below the command field; it belongs to the window and floats over the screen.

    Signals: opened(UUID) for a patient. What was used lately stands first and is forgotten at sign-out.
    """

    opened = Signal(object)

    def __init__(
        self,
        office: Office,
        actions: Actions,
        field: SearchField,
        over: QWidget,
        *,
        word: str = PatientWord.PATIENT,
    ) -> None:
        """`word` is the clinic's own for its patients."""
        super().__init__(over)
        self.setObjectName("palette")
        self._office, self._actions, self._field, self._over = office, actions, field, over
        self._recent: list[str] = []
        self._opened: dict[UUID, Found] = {}
        self._is_private = False
        self._rows: Rows[Entry] = Rows(
            [
                Column("What", lambda entry: entry.what, stretches=True),
                Column(
                    "Detail",
                    lambda entry: entry.detail,
                    align=Qt.AlignmentFlag.AlignRight,
                    widest="Born 00-Mmm-0000   NHS No. 000 000 0000",
                ),
            ]
        )
        self._table = Table(self._rows, name=in_words_of(word, "Patients and commands"))
        self._table.horizontalHeader().hide()
        self._table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._table.clicked.connect(lambda _index: self._table.open_current())
        self._nothing = label("Nothing matches.", "muted")
        self._nothing.setContentsMargins(SPACE_XS * 2, SPACE_XS, 0, SPACE_XS)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_XS, SPACE_XS, SPACE_XS, SPACE_XS)
        rows.addWidget(self._table)
        rows.addWidget(self._nothing)
        field.textEdited.connect(lambda _text: self.suggest())
        field.stepped.connect(self._step)
        field.confirmed.connect(self._table.open_current)
        field.escaped.connect(self.close_list)
        field.installEventFilter(self)
        over.installEventFilter(self)
        self._table.opened.connect(self.choose)
        self.hide()

    def suggest(self) -> None:
        """Show what fits the text typed so far, and put the list below the field."""
        entries = self.entries(self._field.text())
        self._rows.show(entries)
        self._table.setVisible(bool(entries))
        self._nothing.setVisible(not entries)
        self._place(len(entries))
        self.show()
        self.raise_()
        self._table.step(+1)
        self._say_current()

    def entries(self, text: str) -> list[Entry]:
        """The lines for a text: patients, then commands; lately used ones first."""
        commands_only = text.startswith(_COMMANDS_ONLY)
        wanted = text.removeprefix(_COMMANDS_ONLY).strip().casefold()
        patients = [] if commands_only else self._patients(text.strip())
        commands = [
            each for each in self._commands() if all(w in each.what.casefold() for w in wanted.split())
        ]
        return self._latest_first(patients) + self._latest_first(commands)

    def set_private(self, private: bool) -> None:
        """Name nobody before something is typed, while others can see the screen."""
        self._is_private = private
        self.hide()

    def close_list(self) -> None:
        """Put the list away and empty the field."""
        self.hide()
        self._field.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._field and event.type() == QEvent.Type.FocusIn:
            self.suggest()
        elif watched is self._field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        elif watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place(self._rows.rowCount())
        return super().eventFilter(watched, event)

    def _patients(self, text: str) -> list[Entry]:
        """Those who match; before anything is typed, those opened from here lately."""
        if text:
            found = self._office.do(people.find, text, limit=_MOST_PATIENTS)
        else:
            found = () if self._is_private else tuple(self._opened.values())
        return [self._patient(each) for each in found]

    def _patient(self, found: Found) -> Entry:
        born = f"Born {show(found.born)}" if found.born else ""
        number = f"NHS No. {show_nhs_number(found.nhs_number)}" if found.nhs_number else f"No. {found.number}"

        def open_record() -> None:
            self._opened[found.id] = found
            self.opened.emit(found.id)

        return Entry(str(found.id), name_of(found), "   ".join(filter(None, (born, number))), open_record)

    def _commands(self) -> list[Entry]:
        return [
            Entry(action.id, action.plain_text, keys_text(action), made.trigger)
            for action, made in self._actions.known()
            if made.isEnabled()
        ]

    def _latest_first(self, entries: list[Entry]) -> list[Entry]:
        rank = {key: place for place, key in enumerate(self._recent)}
        return sorted(entries, key=lambda entry: rank.get(entry.key, len(rank)))

    def choose(self, entry: Entry) -> None:
        """Do what a line stands for, and remember it for next time."""
        self._recent = [entry.key, *(key for key in self._recent if key != entry.key)]
        self.close_list()
        entry.run()

    def _step(self, by: int) -> None:
        self._table.step(by)
        self._say_current()

    def _say_current(self) -> None:
        current = self._table.current
        announce(self._field, f"{current.what}, {current.detail}" if current else self._nothing.text())

    def _place(self, count: int) -> None:
        below = self._field.mapTo(self._over, QPoint(0, self._field.height() + SPACE_XS))
        row = self._table.verticalHeader().defaultSectionSize()
        self.setGeometry(below.x(), below.y(), self._field.width(), row * min(max(count, 1), _MOST_ROWS) + 16)
