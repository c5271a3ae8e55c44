"""Shows the pages of a PDF inside the window: read, zoomed, turned, searched, and forgotten at a lock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from practice_app.gui.controls import announce, label
from practice_app.gui.icons import icon, icon_button
from practice_app.gui.look import SPACE_S, SPACE_XS
from practice_app.gui.page_viewer.reader import PageReader
from practice_app.gui.page_viewer.sheets import Box, Hit, Sheets

if TYPE_CHECKING:
    from practice_app.documents.intake.messages import Picture

_FIND_AFTER_MS = 300
_PAGE_WIDTH = 56
_FIND_WIDTH = 140
_ONE_LINE = 640
"""From this width on the tools stand on one line."""

_LONGEST_SPOKEN = 4_000
_MOST_HITS = 1_000

_KEYS = {
    (Qt.Key.Key_Equal, True): "zoom_in",
    (Qt.Key.Key_Plus, True): "zoom_in",
    (Qt.Key.Key_Minus, True): "zoom_out",
    (Qt.Key.Key_0, True): "actual_size",
    (Qt.Key.Key_F, True): "begin_search",
    (Qt.Key.Key_F3, False): "find_next",
}


class PageViewer(QWidget):
    """One PDF at a time. `show_pdf` opens one, `forget` lets it and its pictures go."""

    def __init__(self) -> None:
        super().__init__()
        self._reader: PageReader | None = None
        self._what = ""
        self._count = 0
        self._is_drawing = False
        self._hits: list[Hit] = []
        self._at = -1
        self._searched = ""
        self.sheets = Sheets()
        self._words = label("", "muted", wraps=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._faces = QStackedWidget()
        self._faces.addWidget(self._words)
        self._faces.addWidget(self.sheets)
        self._find_time = QTimer(self, singleShot=True, interval=_FIND_AFTER_MS)
        self._find_time.timeout.connect(self._search)
        self._make_bar()
        self._lay_out()
        self.sheets.page_changed.connect(self._note_page)
        self.sheets.wanted.connect(self._draw)
        self.sheets.zoomed.connect(self._note_zoom)
        self.forget()

    def show_pdf(self, content: bytes, what: str) -> None:
        """Open a PDF; `what` is how it is spoken of ("Letter from Seafront Surgery")."""
        self.forget()
        self._what = what
        self._say("Opening the pages…")
        self._reader = PageReader(self, content)
        self._reader.sizes(self._opened, self._failed)

    def show_words(self, words: str) -> None:
        """Show a sentence instead of pages."""
        self.forget()
        self._say(words)

    def forget(self) -> None:
        """End the reading, and keep neither pages nor pictures nor what was searched."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self._is_drawing, self._count = False, 0
        self._forget_hits()
        self._find.clear()
        self._find_time.stop()
        self.sheets.forget()
        self.sheets.setAccessibleName("Pages")
        self._bar.hide()
        self._say("")

    def take_focus(self) -> None:
        """Put the focus on the pages."""
        self.sheets.setFocus()

    def zoom_in(self) -> None:
        """Larger by a step."""
        self.sheets.zoom_by(+1)

    def zoom_out(self) -> None:
        """Smaller by a step."""
        self.sheets.zoom_by(-1)

    def actual_size(self) -> None:
        """As large as on paper."""
        self.sheets.zoom_to(1.0)

    def begin_search(self) -> None:
        """Put the focus into the search field."""
        self._find.setFocus()
        self._find.selectAll()

    def find_next(self) -> None:
        """Go to the next place that was found."""
        self._move(+1)

    def find_previous(self) -> None:
        """Go to the place found before."""
        self._move(-1)

    @property
    def has_pages(self) -> bool:
        """Whether a PDF is open or being opened."""
        return self._reader is not None

    @property
    def page_words(self) -> str:
        """Which page is on show, "2 of 5"; "" without pages."""
        return f"{self.sheets.page + 1} of {self._count}" if self._count else ""

    @property
    def found_words(self) -> str:
        """What the search has found, in words."""
        return self._found.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.take_key(event):
            super().keyPressEvent(event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key means to pages, wherever on the screen the focus is; False when it means nothing."""
        if not self._count:
            return False
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        doing = _KEYS.get((Qt.Key(event.key()), control))
        if doing is None:
            return False
        if doing == "find_next" and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            doing = "find_previous"
        getattr(self, doing)()
        event.accept()
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_wide = self.width() >= _ONE_LINE
        direction = QBoxLayout.Direction
        self._lines.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)

    def _make_bar(self) -> None:
        self._bar = QFrame()
        self._bar.setAccessibleName("Page tools")
        self._page = QLineEdit()
        self._page.setAccessibleName("Page")
        self._page.setFixedWidth(_PAGE_WIDTH)
        self._page.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._page.returnPressed.connect(self._go)
        self._of = label("", "muted")
        self._zoom = label("", "muted")
        self._find = QLineEdit()
        self._find.setAccessibleName("Find on the pages")
        self._find.setPlaceholderText("Find (Ctrl+F)")
        self._find.setMinimumWidth(_FIND_WIDTH)
        self._find.setClearButtonEnabled(True)
        self._find.addAction(
            QAction(icon("search"), "", self._find), QLineEdit.ActionPosition.LeadingPosition
        )
        self._find.textChanged.connect(self._find_time.start)
        self._find.returnPressed.connect(self._search_or_move)
        self._found = label("", "muted")
        self._buttons = {
            name: icon_button(drawing, name=says)
            for name, drawing, says in (
                ("previous", "chevron-up", "Page before"),
                ("next", "chevron-down", "Next page"),
                ("smaller", "zoom-out", "Smaller (Ctrl+-)"),
                ("larger", "zoom-in", "Larger (Ctrl+=)"),
                ("width", "fit-width", "As wide as the view"),
                ("turn", "rotate", "Turn to the right"),
                ("find_previous", "chevron-up", "Found before (Shift+F3)"),
                ("find_next", "chevron-down", "Found next (F3)"),
            )
        }
        does = {
            "previous": lambda: self.sheets.go_to(self.sheets.page - 1),
            "next": lambda: self.sheets.go_to(self.sheets.page + 1),
            "smaller": self.zoom_out,
            "larger": self.zoom_in,
            "width": self.sheets.fit_width,
            "turn": self.sheets.turn,
            "find_previous": self.find_previous,
            "find_next": self.find_next,
        }
        for name, button in self._buttons.items():
            button.clicked.connect(does[name])

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(SPACE_XS)
        for part in (
            self._buttons["previous"], self._buttons["next"], self._page, self._of,
        ):  # fmt: skip
            tools.addWidget(part)
        tools.addSpacing(SPACE_S)
        for name in ("smaller", "larger", "width", "turn"):
            tools.addWidget(self._buttons[name])
        tools.addWidget(self._zoom)
        tools.addStretch(0)
        search = QHBoxLayout()
        search.setContentsMargins(0, 0, 0, 0)
        search.setSpacing(SPACE_XS)
        search.addWidget(self._find, 1)
        search.addWidget(self._buttons["find_previous"])
        search.addWidget(self._buttons["find_next"])
        search.addWidget(self._found)
        self._lines = QBoxLayout(QBoxLayout.Direction.TopToBottom, self._bar)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(SPACE_XS)
        self._lines.addLayout(tools)
        self._lines.addLayout(search, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_S)
        rows.addWidget(self._bar)
        rows.addWidget(self._faces, 1)

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._faces.setCurrentWidget(self._words)

    def _opened(self, sizes: object) -> None:
        if not isinstance(sizes, tuple):
            return
        self._count = len(sizes)
        self._of.setText(f"of {self._count:,}")
        self._bar.show()
        self._faces.setCurrentWidget(self.sheets)
        self.sheets.show_pages(sizes)
        self._note_page(0)
        self._note_zoom()
        self._draw()

    def _failed(self, error: Exception) -> None:
        self.show_words(str(error))

    def _draw(self) -> None:
        """Draw what is missing in sight, one page after another."""
        page = self.sheets.missing()
        if self._reader is None or self._is_drawing or page is None or not self._count:
            return
        self._is_drawing = True
        scale, turned = self.sheets.scale(), self.sheets.turned

        def drawn(picture: Picture) -> None:
            self._is_drawing = False
            shown = QImage(
                picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32
            )
            self.sheets.put(page, shown.copy(), scale, turned)
            self._draw()

        self._reader.draw(page, scale, turned, drawn, self._failed)

    def _note_page(self, page: int) -> None:
        self._page.setText(str(page + 1))
        self._buttons["previous"].setEnabled(page > 0)
        self._buttons["next"].setEnabled(page < self._count - 1)
        spoken = f"{self._what}, page {self.page_words}"
        self.sheets.setAccessibleName(spoken)
        if self._reader is not None:
            self._reader.text(page, lambda words: self._speak(page, spoken, words))

    def _speak(self, page: int, spoken: str, words: str) -> None:
        """A page is called by its words: who cannot see it has it read."""
        if page == self.sheets.page:
            said = " ".join(words.split())[:_LONGEST_SPOKEN] or "a picture without words"
            self.sheets.setAccessibleName(f"{spoken}: {said}")

    def _note_zoom(self) -> None:
        self._zoom.setText(f"{self.sheets.zoom:.0%}")

    def _go(self) -> None:
        typed = self._page.text().strip()
        if typed.isdecimal():
            self.sheets.go_to(int(typed) - 1)
        self._page.setText(str(self.sheets.page + 1))

    def _forget_hits(self) -> None:
        self._hits, self._at, self._searched = [], -1, ""
        self.sheets.mark((), None)
        self._show_found("")

    def _show_found(self, words: str) -> None:
        self._found.setText(words)
        for name in ("find_previous", "find_next"):
            self._buttons[name].setEnabled(bool(self._hits))

    def _search_or_move(self) -> None:
        """Enter searches at once, and once there is something found goes on to the next."""
        if self._find.text().strip() == self._searched and self._hits:
            self.find_next()
        else:
            self._search()

    def _search(self) -> None:
        self._find_time.stop()
        words = self._find.text().strip()
        if words == self._searched:
            return
        self._forget_hits()
        self._searched = words
        if words and self._count:
            self._search_page(words, 0)

    def _search_page(self, words: str, page: int) -> None:
        """Search one page, and then the next, for as long as the same words are wanted."""
        if self._reader is None or words != self._searched:
            return
        if page >= self._count or len(self._hits) >= _MOST_HITS:
            self._end_search()
            return
        if page:
            self._show_found(f"Page {page + 1:,} of {self._count:,}…")

        def found(places: Sequence[Sequence[Box]]) -> None:
            if words != self._searched:
                return
            is_first = not self._hits
            self._hits += [Hit(page, tuple(boxes)) for boxes in places]
            if is_first and self._hits:
                self._move(+1)
            self._search_page(words, page + 1)

        self._reader.find(page, words, found, self._failed)

    def _end_search(self) -> None:
        if self._hits:
            self._tell_place()
        else:
            self._show_found("Not found. Scans have no words to find.")
        announce(self, self._found.text())

    def _move(self, by: int) -> None:
        if self._hits:
            self._at = (self._at + by) % len(self._hits)
            self._tell_place()
            self.sheets.go_to_hit(self._hits[self._at])

    def _tell_place(self) -> None:
        self.sheets.mark(self._hits, self._hits[self._at])
        self._show_found(f"{self._at + 1:,} of {len(self._hits):,}")
