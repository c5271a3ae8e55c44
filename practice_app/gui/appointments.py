"""The appointments of a record, coming and past, and on whose lists the patient is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from practice_app.gui.controls import label, push_button
from practice_app.gui.forms.choice import Choice
from practice_app.gui.list_tab import InFull, ListTab
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.screen import Tools
from practice_app.gui.summary import when_words
from practice_app.gui.table import Column
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import access, diary
from practice_app.services.access import Listed
from practice_app.services.diary import Booked

_COMING, _PAST = "coming", "past"


class AppointmentsTab(ListTab[Booked]):
    """The latest first; the cursor is on the next one to come."""

    name = "appointments"
    title = "Appointments"
    permission = Permission.READ_DIARY
    shows = frozenset({"appointment", "attendee", "room", "appointment_type", "caseload"})
    item_kind = "appointment"
    heading = "Appointments"
    nothing = "This patient has had no appointment yet."
    kinds = ((_COMING, "Coming"), (_PAST, "Past and cancelled"))
    spare = (4,)

    def build(self) -> None:
        self._lists = Lists(self._tools)
        super().build()

    def columns(self) -> Sequence[Column[Booked]]:
        return (
            Column("When", lambda each: each.starts, when_words, widest="00-Mmm-0000 00:00"),
            Column("State", lambda each: each.state_words, widest="Did not attend"),
            Column("What", what_words, stretches=True),
            Column("With", lambda each: each.practitioner, widest="SURNAME, Forename (Dr)"),
            Column("Room", lambda each: each.room, widest="Consulting room"),
        )

    def read(self, patient: UUID) -> Sequence[Booked]:
        self._lists.show_lists(patient)
        return self._tools.office.do(diary.of, patient)

    def kind_of(self, entry: Booked) -> str:
        return _COMING if entry.is_coming else _PAST

    def first(self, entries: Sequence[Booked]) -> int:
        coming = [place for place, each in enumerate(entries) if each.is_coming]
        return coming[-1] if coming else 0

    def in_full(self, entry: Booked) -> InFull:
        beside = (
            when_words(entry.starts),
            f"{entry.minutes} minutes",
            entry.state_words,
            entry.joint.lower(),
        )
        return InFull(
            f"{entry.kind} with {entry.practitioner}",
            ", ".join(filter(None, beside)),
            (
                ("Room", entry.room),
                ("Cancelled", entry.cancelled),
                ("From", entry.source),
            ),
        )

    def above_list(self) -> Sequence[QWidget]:
        return (self._lists,)


def what_words(booked: Booked) -> str:
    """The kind of appointment, and that it was a joint one; the others are not named."""
    return f"{booked.kind}, {booked.joint.lower()}" if booked.joint else booked.kind


class Lists(QFrame):
    """Which therapists see the patient beyond the diary; a director or a receptionist puts them on a list."""

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._tools = tools
        self._patient: UUID | None = None
        self._listed: tuple[Listed, ...] = ()
        self._may_change = tools.office.allowed(access.put_on_list)
        self._words = label("", wraps=True)
        self._who = Choice(name="Therapist")
        self._put = push_button("&Put on their list")
        self._end = push_button("&Take off the list")
        self._put.clicked.connect(self._put_on)
        self._end.clicked.connect(self._take_off)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_S)
        row.addWidget(self._words, 1)
        for part in (self._who, self._put, self._end):
            row.addWidget(part)
            if not self._may_change:
                part.hide()
        self._who.changed.connect(self._offer)

    def show_lists(self, patient: UUID) -> None:
        """Read on whose lists a patient is."""
        self._patient = patient
        self._listed = self._tools.office.do(access.listed, patient)
        names = "; ".join(_list_words(each) for each in self._listed)
        self._words.setText(
            f"On the list of {names}."
            if names
            else "On the list of those who see them, and on nobody else's."
        )
        if self._may_change:
            colleagues = self._tools.office.do(access.lists)
            self._who.offer([(str(each.id), each.name) for each in colleagues])
            self._offer()
        self.setVisible(bool(self._listed) or (self._may_change and self._who.count() > 0))

    def _offer(self) -> None:
        """One of the two buttons, by whether the chosen therapist has the patient on the list."""
        has_entry = self._entry() is not None
        self._put.setVisible(not has_entry)
        self._end.setVisible(has_entry)

    def _entry(self) -> Listed | None:
        return next((each for each in self._listed if str(each.user) == self._who.value()), None)

    def _put_on(self) -> None:
        if self._patient is None or not self._who.value():
            return
        who = self._who.currentText()
        entry = self._tools.office.do(access.put_on_list, self._patient, UUID(self._who.value()))
        self._tools.status.say(
            f"Put on the list of {who}, from today.",
            undo=lambda: self._tools.office.do(access.end_listing, entry),
        )

    def _take_off(self) -> None:
        entry = self._entry()
        if entry is None or self._patient is None:
            return
        patient, office = self._patient, self._tools.office

        def put_back() -> None:
            office.do(access.put_on_list, patient, entry.user, None, entry.until_on)

        office.do(access.end_listing, entry.id)
        self._tools.status.say(f"Taken off the list of {entry.who}.", undo=put_back)


def _list_words(listed: Listed) -> str:
    until = f" until {show(listed.until_on)}" if listed.until_on else ""
    return f"{listed.who} from {show(listed.from_on)}{until}"
