"""Something was entered in the wrong record: the page that moves it to the right one."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QLineEdit

from practice_app.errors import PracticeError
from practice_app.gui.choice import Choice
from practice_app.gui.choose_patient import ChoosePatient
from practice_app.gui.controls import label, push_button
from practice_app.gui.form import Field, Form
from practice_app.gui.record_page import RecordPage, notice
from practice_app.gui.screen import Tools
from practice_app.services import moves
from practice_app.services.moves import Item, MoveReason, Reason

_REASONS = (
    (MoveReason.WRONG_PERSON_OPEN.value, "Another person's record was open"),
    (MoveReason.SAME_NAME.value, "The names are alike"),
    (MoveReason.FILED_WRONGLY.value, "It was filed under the wrong person"),
    (MoveReason.IMPORTED_WRONGLY.value, "It came so from an import"),
    (MoveReason.OTHER.value, "Another reason"),
)


class MovePage(RecordPage):
    """Asks for the right person and the reason, and moves one item there."""

    def __init__(self, tools: Tools, item: Item, about: str) -> None:
        """`about` says which item it is and in whose record it stands."""
        checked = tools.office.do(moves.check, item)
        super().__init__(f"{checked.what}: entered in the wrong record")
        self._tools, self._item = tools, item
        self._form = Form()
        self._who = ChoosePatient(tools, name="Right record", without=(item.person,))
        self._reason = Choice(_REASONS, name="Reason")
        self._words = QLineEdit()
        self._words.setMaxLength(500)
        self._move = push_button("&Move it", kind="primary")
        self._move.clicked.connect(self.move_it)
        self.body.addWidget(label(about, wraps=True))
        self.body.addWidget(notice("Before you move it", checked.warnings))
        self.body.addWidget(self._form)
        self.body.addStretch(1)
        self._form.add(
            Field(
                "to",
                "Right &record",
                self._who,
                hint="Make sure by two things: the name, and the birth date or a number.",
            )
        )
        self._form.add(Field("reason", "Wh&y was it in the wrong record?", self._reason))
        self._form.add(
            Field(
                "words",
                "In your own &words (optional)",
                self._words,
                hint="Kept in the right record only. Name nobody else here.",
            )
        )
        self._who.confirmed.connect(self._reason.setFocus)
        self.end_foot(self._move)

    def take_focus(self) -> None:
        """Begin with the search."""
        self._who.search.setFocus()

    def move_it(self) -> None:
        """Move the item, or say what is missing."""
        found = self._who.chosen
        if found is None:
            self._form.show_problems({"to": "Search for the person it belongs to, and choose the record."})
            return
        reason = Reason(MoveReason(self._reason.value()), self._words.text())
        try:
            moved = self._tools.office.do(moves.move, self._item, found.id, reason)
        except PracticeError as error:
            self._form.refuse(error)
            return
        self.left.emit()
        self._tools.status.say(
            f"{moved.what} moved to {found.name}, no. {found.number}.",
            undo=lambda: self._undo(moved.id, moved.what),
        )

    def _undo(self, moved: UUID, what: str) -> None:
        try:
            self._tools.office.do(moves.move_back, moved)
        except PracticeError as error:
            self._tools.status.say(str(error))
        else:
            self._tools.status.say(f"{what} moved back.")
