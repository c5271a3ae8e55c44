"""Name and password for one practice, also after a lock."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout

from practice_app.errors import Invalid, NotEnrolled, TooManyTries, WrongPassword
from practice_app.gui.card_page import CardPage
from practice_app.gui.controls import PasswordEdit, label, push_button
from practice_app.gui.forms.form import Field


class SignInForm(CardPage):
    """Name and password for one practice. Signals: submitted(name, password)."""

    submitted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("Sign in", busy_words="Opening…")
        self._where = label("", "muted", wraps=True)
        self._locked = label("", "warning", wraps=True)
        self._name = QComboBox()
        self._name.setEditable(True)
        self._name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._password = PasswordEdit()
        self.form.add(Field("name", "&Name or initials", self._name))
        self.form.add(Field("password", "&Password", self._password))
        self._go = push_button("&Sign in", kind="primary")
        self._go.clicked.connect(self._submit)
        self.recover = push_button("Use the &recovery key…", kind="link")
        self.another = push_button("&Another practice…", kind="link")
        links = QHBoxLayout()
        links.addWidget(self.another)
        links.addStretch()
        links.addWidget(self.recover)
        self.lay_out(
            self._where,
            self._locked,
            self.form,
            self._go,
            off_while_busy=(self.form, self._go, self.another, self.recover),
        )
        self.rows.addLayout(links)
        self._password.line.returnPressed.connect(self._submit)
        line = self._name.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._password.line.setFocus)

    @property
    def name(self) -> str:
        """What was typed as the name."""
        return self._name.currentText().strip()

    def ask(self, folder: Path, *, who: str = "", words: str = "") -> None:
        """Start afresh for a practice; after a lock with the name of who locked."""
        self.form.clear_problems()
        self.title.setText("Locked" if words else f"Sign in to {folder.name}")
        self._where.setText(str(folder.parent))
        self._where.setVisible(not words)
        self._locked.setText(words)
        self._locked.setVisible(bool(words))
        self._go.setText("Un&lock" if words else "&Sign in")
        self._name.clear()
        self._name.setEditText(who)
        self._password.forget()

    def offer(self, labels: tuple[str, ...]) -> None:
        """Offer the initials of those who may sign in, keeping what was typed."""
        typed = self._name.currentText()
        self._name.clear()
        self._name.addItems(labels)
        self._name.setEditText(typed)

    def fill(self, name: str) -> None:
        """Put a name into the field."""
        self._name.setEditText(name)

    def take_focus(self) -> None:
        """Put the focus on the first thing still to be typed."""
        if self.name:
            self._password.line.setFocus()
        else:
            self._name.setFocus()

    def refuse(self, error: Exception) -> None:
        """Show why it did not open, beside the field when one is to blame."""
        if isinstance(error, WrongPassword | TooManyTries):
            error = Invalid(str(error), "password")
        super().refuse(error)
        if isinstance(error, NotEnrolled):
            self.recover.setFocus()

    def _submit(self) -> None:
        missing = {}
        if not self.name:
            missing["name"] = "Enter your name or your initials."
        if not self._password.line.text():
            missing["password"] = "Enter your password."  # noqa: S105  a sentence
        self.form.show_problems(missing)
        if not missing:
            self.submitted.emit(self.name, self._password.take())
