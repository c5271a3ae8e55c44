"""Getting in with the printed recovery key instead of a password."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit

from practice_app.gui.card_page import CardPage
from practice_app.gui.controls import PasswordEdit, label, push_button
from practice_app.gui.forms.form import Field


class RecoverPage(CardPage):
    """The printed recovery key instead of a password. Signals: submitted(key, name, new password)."""

    submitted = Signal(str, str, str)

    def __init__(self) -> None:
        super().__init__("Use the recovery key", busy_words="Opening…")
        self._key, self._name = QLineEdit(), QLineEdit()
        self._password, self._again = PasswordEdit(), PasswordEdit()
        hint = "As printed; capitals, spaces and hyphens do not matter."
        self.form.add(Field("recovery_key", "&Recovery key", self._key, hint=hint))
        self.form.add(Field("name", "Your &name (a director's)", self._name))
        self.form.add(Field("password", "New &password", self._password, hint="At least 12 characters."))
        self.form.add(Field("again", "New password a&gain", self._again))
        self._go = push_button("&Open the practice", kind="primary")
        self._go.clicked.connect(self._submit)
        self.back = push_button("&Back", kind="link")
        self._again.line.returnPressed.connect(self._submit)
        what_it_does = label(
            "It opens the practice without this PC's key store and sets a new password.", "muted", wraps=True
        )
        self.lay_out(what_it_does, self.form, self._go, off_while_busy=(self.form, self._go, self.back))
        self.rows.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)

    def ask(self, name: str) -> None:
        """Start afresh, with the name already typed."""
        self.form.clear_problems()
        self._key.clear()
        self._name.setText(name)
        self._password.forget()
        self._again.forget()

    def take_focus(self) -> None:
        """Start with the key."""
        self._key.setFocus()

    def _submit(self) -> None:
        typed = self._password.line.text()
        missing = {}
        if not self._key.text().strip():
            missing["recovery_key"] = "Enter the recovery key."
        if not self._name.text().strip():
            missing["name"] = "Enter the name of a director."
        if typed != self._again.line.text():
            missing["again"] = "The two passwords are not the same."
        self.form.show_problems(missing)
        if not missing:
            key = self._key.text()
            self._key.clear()
            self._again.forget()
            self.submitted.emit(key, self._name.text().strip(), self._password.take())
