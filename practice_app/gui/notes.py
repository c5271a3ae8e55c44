"""The session notes of a record: listed at the left, opened at the right only when somebody asks for one."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from practice_app.errors import PracticeError
from practice_app.gui.controls import label, push_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS
from practice_app.gui.record_tab import Entry, RecordTab
from practice_app.gui.screen import EmptyState
from practice_app.gui.table import Column, Rows, Table
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import notes
from practice_app.services.notes import Listed, NoteLevel, NoteText
from practice_app.services.people import Banner

_ASK = "Choose a note and press Enter to read it. That you read it is kept in the record's history."
_LIST_WIDTH, _PAGE_WIDTH = 460, 540


def state_words(note: Listed) -> str:
    """Where a note stands and who may open it, in a few words."""
    if note.is_draft:
        return "Your draft"
    words = ["Signed" if note.is_signed else "Not signed yet"]
    if note.is_late:
        words.append("late entry")
    if note.additions:
        words.append(f"{note.additions} addition{'' if note.additions == 1 else 's'}")
    if note.level is NoteLevel.ONLY_ME:
        words.append("only you" if note.is_own else "its author only")
    return ", ".join(words)


class NotesTab(RecordTab):
    """No text is read before Enter or Show: listing the notes is no viewing of one."""

    name = "notes"
    title = "Notes"
    permission = Permission.READ_NOTES
    shows = frozenset({"note", "note_subject", "addendum", "draft"})
    item_kind = "note"

    def build(self) -> None:
        self._rows: Rows[Listed] = Rows(
            [
                Column("Session", lambda note: note.happened_on, show, widest="00-Mmm-0000"),
                Column("Author", lambda note: note.author, widest="Forename Surname"),
                Column("State", state_words, stretches=True),
            ]
        )
        self._table = Table(self._rows, name="Notes")
        self._count = label("", "muted")
        self._show_note = push_button("S&how the note", kind="primary")
        self._page = NotePage()
        self._faces = QStackedWidget()
        self._empty = EmptyState("clipboard", self._tools.said("No note about this patient is here yet."))
        self._table.opened.connect(self._open)
        self._table.chosen.connect(self._choose)
        self._show_note.clicked.connect(self._table.open_current)
        self.lay_out(self._face())

    def refresh(self) -> None:
        if self.about is None:
            return
        before = self._table.current
        listed = self._tools.office.do(notes.of, self.about.id)
        self._rows.show(listed)
        self._count.setText(f"{len(listed)} note{'' if len(listed) == 1 else 's'}" if listed else "")
        self._show_note.setEnabled(bool(listed))
        self._faces.setCurrentIndex(0 if listed else 1)
        if listed:
            place = self._rows.place(lambda each: before is not None and each.id == before.id)
            self._table.selectRow(max(place, 0))
        if self._page.shown not in {each.id for each in listed}:
            self._page.ask()

    def show_patient(self, about: Banner) -> None:
        if self.host is not None and self.about is not None and self.about.id != about.id:
            self._page.ask()  # also a joint note: it was opened in the other record
        super().show_patient(about)

    def take_focus(self) -> None:
        self._table.setFocus()

    def movable(self) -> Entry | None:
        """A note; a draft is thrown away where it is, and begun in the right record."""
        return None if self._table.current is None or self._table.current.is_draft else super().movable()

    def _choose(self, note: Listed | None) -> None:
        """The page never shows another note than the one the cursor is on."""
        if note is None or note.id != self._page.shown:
            self._page.ask()

    def _open(self, note: Listed) -> None:
        if self.about is None:
            return
        try:
            if note.is_draft:
                draft = self._tools.office.do(notes.open_draft, note.id)
                self._page.show_draft(note, draft.text, draft.level)
            else:
                self._page.show_note(note, self._tools.office.do(notes.open_note, note.id, self.about.id))
        except PracticeError as refused:
            self._page.refuse(note, str(refused))

    def _face(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label("Notes", "title"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._show_note)
        left = QWidget()
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addLayout(head)
        rows.addWidget(self._table, 1)
        halves = QSplitter(Qt.Orientation.Horizontal)
        halves.setChildrenCollapsible(False)
        halves.setHandleWidth(SPACE_M)
        halves.addWidget(left)
        halves.addWidget(self._page)
        halves.setSizes([_LIST_WIDTH, _PAGE_WIDTH])
        self._faces.addWidget(halves)
        self._faces.addWidget(self._empty)
        return self._faces


class NotePage(QScrollArea):
    """One note to read, with what was added to it; until somebody asks for one, how to."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: UUID | None = None
        self.setWidgetResizable(True)
        self.setProperty("kind", "card")
        self.setAccessibleName("The note")
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.ask()

    def ask(self) -> None:
        """Show no text, and say how to see one."""
        self.shown = None
        self._show([("", "muted", _ASK)])

    def refuse(self, note: Listed, why: str) -> None:
        """Say why a note does not open."""
        self.shown = note.id
        self._show([("", "heading", f"Note of {show(note.happened_on)}"), ("", "", why)])

    def show_draft(self, note: Listed, text: str, level: NoteLevel) -> None:
        """One's own unfinished words."""
        self.shown = note.id
        only = ", for you only" if level is NoteLevel.ONLY_ME else ""
        kept = f"Your draft, kept {show(note.entered_on)}{only}. It is not in the record until it is signed."
        self._show([("", "heading", "Draft"), ("", "muted", kept), ("Words of the draft", "", text)])

    def show_note(self, note: Listed, opened: NoteText) -> None:
        """A note as it was written, with every addition below it."""
        self.shown = note.id
        parts = [
            ("", "heading", f"Session of {show(opened.happened_on)}, {opened.author}"),
            ("", "muted", _standing(note, opened)),
            ("Words of the note", "", opened.text),
        ]
        for each in opened.addenda:
            parts += [
                ("", "heading", f"Added {show(each.entered_on)}, {each.author}"),
                ("Words of the addition", "", each.text),
            ]
        self._show(parts)

    def _show(self, parts: list[tuple[str, str, str]]) -> None:
        """Replace what is shown: (spoken name, kind of label, text)."""
        inside = QWidget()
        inside.setBackgroundRole(QPalette.ColorRole.Base)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        rows.setSpacing(SPACE_XS)
        for name, kind, text in parts:
            part = label(text, kind, wraps=True)
            part.setAccessibleName(name or text)
            part.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if kind == "heading" and rows.count():
                rows.addSpacing(SPACE_M)
            rows.addWidget(part)
        rows.addStretch(1)
        self.setWidget(inside)


def _standing(note: Listed, opened: NoteText) -> str:
    """When it was written and signed, for whom it is, and where it came from."""
    late = " (late entry)" if opened.is_late else ""
    words = [f"Entered {show(opened.entered_on)}{late}"]
    words.append(f"signed {show(opened.signed_on)}" if opened.signed_on else "not signed yet")
    if opened.level is NoteLevel.ONLY_ME:
        words.append("for its author only")
    if note.others:
        words.append("also about another person" if note.others == 1 else f"also about {note.others} others")
    if opened.source:
        words.append(f"from {opened.source}")
    return ", ".join(words) + "."
