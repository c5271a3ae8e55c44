"""Something was entered in the wrong record: the page that moves it to the right one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtWidgets import QLineEdit

from practice_app.errors import PracticeError
from practice_app.gui.choose_patient import ChoosePatient
from practice_app.gui.controls import Pages, label, push_button
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.form import Field, Form
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

    def __init__(self, tools: Tools, offered: Sequence[tuple[Item, str]], stands: str) -> None:
        """`offered` are the items with their words, of which one is chosen; `stands` says where they are."""
        self._checked = tools.office.do(moves.check, offered[0][0])
        super().__init__(f"{self._checked.what}: entered in the wrong record")
        self._tools, self._offered = tools, offered
        self._form = Form()
        self._which = Choice(
            [(str(place), words) for place, (_item, words) in enumerate(offered)], name="Which"
        )
        self._who = ChoosePatient(
            tools, name="Right record", without=[item.person for item, _words in offered]
        )
        self._reason = Choice(_REASONS, name="Reason")
        self._words = QLineEdit()
        self._words.setMaxLength(500)
        self._move = push_button("&Move it", kind="primary")
        self._warnings = Pages()
        self._lay_out(stands)
        self._which.changed.connect(self._warn)
        self._who.confirmed.connect(self._reason.setFocus)
        self._move.clicked.connect(self.move_it)
        self._warn()

    @property
    def _item(self) -> Item:
        return self._offered[int(self._which.value())][0]

    def take_focus(self) -> None:
        """Begin with which item it is, or with the search."""
        (self._which if len(self._offered) > 1 else self._who.search).setFocus()

    def _warn(self) -> None:
        """Say what is to be known about the item that is chosen."""
        if (before := self._warnings.current) is not None:
            self._warnings.discard(before)
        self._checked = self._tools.office.do(moves.check, self._item)
        told = notice("Before you move it", self._checked.warnings)
        self._warnings.add(told)
        self._warnings.setVisible(bool(self._checked.warnings))
        if self._checked.warnings:
            self._warnings.turn_to(told)

    def _lay_out(self, stands: str) -> None:
        about = stands if len(self._offered) > 1 else f"{self._offered[0][1]}. {stands}"
        self.body.addWidget(label(about, wraps=True))
        self.body.addWidget(self._warnings)
        self.body.addWidget(self._form)
        self.body.addStretch(1)
        if len(self._offered) > 1:
            self._form.add(Field("which", "W&hich one", self._which))
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
                "In your own wor&ds (optional)",
                self._words,
                hint="Kept in the right record only. Name nobody else here.",
            )
        )
        self.end_foot(self._move)

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
