"""Where somebody let in with a start password chooses their own before anything else."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from practice_app.gui.card_page import made_card
from practice_app.gui.controls import PasswordEdit, centred, label, push_button
from practice_app.gui.door import Door, Opened
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.jobs import Worker


class ChangePasswordPage(QWidget):
    """Signals: changed() when the new password holds, left() when the user gives up."""

    changed = Signal()
    left = Signal()

    def __init__(self, door: Door, opened: Opened) -> None:
        super().__init__()
        self._door, self._opened = door, opened
        self._worker = Worker(self, "password")
        self._old, self._new, self._again = PasswordEdit(), PasswordEdit(), PasswordEdit()
        self._form = Form()
        self._form.add(Field("old", "&Start password", self._old))
        hint = "At least 12 characters: three or four words that have nothing to do with each other."
        self._form.add(Field("password", "&New password", self._new, hint=hint))
        self._form.add(Field("again", "New password a&gain", self._again))
        self._go = push_button("&Change the password", kind="primary")
        self._go.clicked.connect(self._submit)
        self._again.line.returnPressed.connect(self._submit)
        self._leave = push_button("Sign &out", kind="link")
        self._leave.clicked.connect(self.left)
        self._lay_out()

    def take_focus(self) -> None:
        """Start with the password that was given."""
        self._old.setFocus()

    def close_worker(self) -> None:
        """Wait for what is under way."""
        self._worker.close()()

    def _lay_out(self) -> None:
        card, rows = made_card()
        rows.addWidget(label("Choose your own password", "title"))
        rows.addWidget(
            label("A director gave you a start password. Only you may know the next one.", wraps=True)
        )
        rows.addWidget(self._form)
        rows.addWidget(self._go)
        rows.addWidget(self._leave, 0, Qt.AlignmentFlag.AlignLeft)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addLayout(centred(card))
        whole.addStretch(2)

    def _submit(self) -> None:
        if self._new.line.text() != self._again.line.text():
            self._form.show_problems({"again": "The two passwords are not the same."})
            return
        old, new = self._old.take(), self._new.take()
        self._again.forget()
        self._set_busy(True)
        job = self._worker.start(lambda _progress: self._door.change_password(self._opened, old, new))
        job.finished.connect(lambda _nothing: self.changed.emit())
        job.failed.connect(self._refuse)

    def _refuse(self, error: Exception) -> None:
        self._set_busy(False)
        self._form.refuse(error)

    def _set_busy(self, busy: bool) -> None:
        for part in (self._form, self._go, self._leave):
            part.setEnabled(not busy)
