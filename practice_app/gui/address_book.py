"""The address book: GPs, solicitors, interpreters and everybody else whom the clinic rings."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from practice_app.gui.actions import Action, Menu
from practice_app.gui.controls import announce, label
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.screen import Cover, EmptyState, Screen, Tools
from practice_app.gui.search_field import SearchField
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.permissions import Permission
from practice_app.services import address_book
from practice_app.services.address_book import Entry

ADDRESS_BOOK = Action(
    "go.address_book", "Address boo&k", permission=Permission.FIND_PEOPLE, menu=Menu.GO, icon="address-book"
)
_MOST = 200
_ANNOUNCE_AFTER_MS = 600
_EMPTY = "The address book is empty. Import an address book from a telephone, Outlook or Google."


class AddressBookScreen(Screen):
    """A list that narrows as one types, and the whole entry below it."""

    place = "address_book"
    shows = frozenset({"address_book_entry", "gp", "person", "phone", "email", "address"})
    is_made_late = True
    entry = ADDRESS_BOOK

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._search = SearchField(name="Find in the address book", placeholder="Name, organisation or work")
        self._rows: Rows[Entry] = Rows(
            [
                Column("Name", lambda entry: entry.name, stretches=True, is_whole=True),
                Column(
                    "Organisation",
                    lambda entry: entry.organisation,
                    widest="The Harbour Medical Centre",
                    is_whole=True,
                ),
                Column("Work", lambda entry: entry.job, widest="Interpreter, BSL"),
                Column("Phone", lambda entry: next(iter(entry.phones), ""), widest="00000 000000"),
            ]
        )
        self._table = Table(self._rows, name="Address book")
        self._count = label("", "muted")
        self._nobody = EmptyState("address-book", "")
        self._found = QStackedWidget()
        self._found.addWidget(self._table)
        self._found.addWidget(self._nobody)
        self._whole = _WholeEntry()
        self._say_count = QTimer(self, singleShot=True, interval=_ANNOUNCE_AFTER_MS)
        self._say_count.timeout.connect(lambda: announce(self._search, self._count.text()))
        self._search.textChanged.connect(lambda _text: self._find())
        self._search.stepped.connect(self._table.step)
        self._table.chosen.connect(self._whole.show_entry)
        self._lay_out()
        self._stale = True  # read when it is first looked at, not while somebody signs in

    def refresh(self) -> None:
        """Search again; the cursor stays on its entry."""
        stay_on = self._table.current
        self._find()
        place = self._rows.place(lambda each: stay_on is not None and each.id == stay_on.id)
        self._table.selectRow(max(place, 0))

    def take_focus(self) -> None:
        """Put the focus in the search field, with its text selected."""
        self._search.setFocus()
        self._search.selectAll()

    def set_private(self, private: bool) -> None:
        """Hide everybody who is in it."""
        self._cover.set_private(private)

    def _find(self) -> None:
        text = self._search.text()
        found = self._office.do(address_book.find, text, limit=_MOST)
        self._rows.show(found)
        self._count.setText(_count_words(len(found)))
        self._nobody.sentence.setText(f"Nobody in the address book matches “{text}”." if text else _EMPTY)
        self._found.setCurrentWidget(self._table if found else self._nobody)
        self._table.selectRow(0)
        self._whole.show_entry(self._table.current)
        if text:
            self._say_count.start()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label("Address book", "title"))
        head.addWidget(self._count)
        head.addStretch(1)
        face = QWidget()
        rows = QVBoxLayout(face)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addLayout(head)
        rows.addWidget(self._search)
        rows.addWidget(self._found, 1)
        rows.addWidget(self._whole)
        self._cover = Cover(face, "The address book")
        screen = QVBoxLayout(self)
        screen.setContentsMargins(0, 0, 0, 0)
        screen.addWidget(self._cover)


def _count_words(count: int) -> str:
    if count >= _MOST:
        return f"The first {_MOST}. Type more to narrow them down."
    return "1 entry" if count == 1 else f"{count} entries"


class _WholeEntry(QFrame):
    """Everything about one entry, to be read out over the telephone or copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._name = label("", "heading", wraps=True)
        self._lines = label("", wraps=True)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._source = label("", "small", wraps=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        rows.setSpacing(SPACE_XS)
        for part in (self._name, self._lines, self._source):
            rows.addWidget(part)

    def show_entry(self, entry: Entry | None) -> None:
        """Show an entry, or nothing."""
        self.setVisible(entry is not None)
        if entry is None:
            return
        self._name.setText(", ".join(filter(None, (entry.name, entry.job, entry.organisation))))
        ways = (" · ".join(entry.phones), " · ".join(entry.emails), "\n".join(entry.addresses))
        self._lines.setText("\n".join(filter(None, ways)) or "No way of contact is known.")
        self._source.setText(f"From: {entry.source}" if entry.source else "")
        self._source.setVisible(bool(entry.source))
