"""A bar that offers to go on with a form that was begun and not saved."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from practice_app.gui.controls import label, push_button
from practice_app.gui.forms.form_page import unsaved_words
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.services.form_drafts import Unsaved


class UnsavedForms(QFrame):
    """Offers the newest form about the patient that was begun and not saved.

    Signals: wanted(Unsaved) to go on with it, thrown_away(Unsaved).
    """

    wanted = Signal(object)
    thrown_away = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self._newest: Unsaved | None = None
        self._words = label("", "heading", wraps=True)
        go_on, throw = push_button("Go &on with it"), push_button("Throw it a&way")
        go_on.clicked.connect(lambda: self.wanted.emit(self._newest))
        throw.clicked.connect(lambda: self.thrown_away.emit(self._newest))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        row.addWidget(self._words, 1)
        row.addWidget(go_on)
        row.addWidget(throw)
        self.hide()

    @property
    def has_some(self) -> bool:
        """Whether there is a form to offer."""
        return self._newest is not None

    def offer(self, unsaved: list[Unsaved]) -> None:
        """Offer the newest of these (newest first); nothing when there is none."""
        self._newest = unsaved[0] if unsaved else None
        self.setVisible(bool(unsaved))
        if self._newest is not None:
            name = self._newest.form.name.replace("_", " ")
            more = f" There are {len(unsaved) - 1} more." if len(unsaved) > 1 else ""
            self._words.setText(f"The form “{name}” was {unsaved_words(self._newest)}.{more}")
