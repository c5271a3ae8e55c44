"""The people who see patients, the rooms and the kinds of appointments: three lists of one screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QTabWidget, QVBoxLayout, QWidget

from practice_app.errors import Invalid
from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.browse import Browse, Details, fits
from practice_app.gui.controls import label
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormHost, FormPage
from practice_app.gui.forms.shared_form import SharedFormPage
from practice_app.gui.forms.suggestions import Suggestions
from practice_app.gui.forms.values import YES
from practice_app.gui.look import SPACE_S
from practice_app.gui.screen import Screen, Tools
from practice_app.gui.table import Column
from practice_app.rules import professions
from practice_app.rules.dates import show
from practice_app.rules.permissions import Permission
from practice_app.services import form_drafts, staff
from practice_app.services.staff import PractitionerDetails, PractitionerRow, RoomRow, TypeRow

STAFF = Action("go.staff", "Sta&ff", "", Permission.CHANGE_SETTINGS, menu=Menu.GO, icon="id-badge")


def _action(name: str, text: str, keys: str = "", icon: str = "") -> Action:
    return Action(f"staff.{name}", text, keys, Permission.CHANGE_SETTINGS, "staff", icon=icon)


NEW = _action("new", "New in this list", "Ctrl+N", "plus")
FIND = _action("find", "Find in this list", "Ctrl+F")
CHANGE = _action("change", "Change what is chosen", "Ctrl+E", "pencil")
PUT_AWAY = _action("put_away", "Close what is chosen")
BRING_BACK = _action("bring_back", "Open what is chosen again")

_WIDEST_FORM = 640

Row = TypeVar("Row", PractitionerRow, RoomRow, TypeRow)


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    facts: tuple[tuple[str, str], ...]


def _filled(*facts: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(fact for fact in facts if fact[1])


class StaffScreen(Screen):
    """Three lists under three tabs; each action is about the list on show."""

    place = "staff"
    shows = frozenset({"practitioner", "person", "room", "appointment_type", "appointment", "user_account"})
    entry = STAFF
    is_made_late = True

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        add = tools.actions.add
        made = {
            action: add(action, self, partial(self._act, slot))
            for action, slot in (
                (NEW, lambda: self._part.add()),
                (FIND, lambda: self._part.begin_search()),
                (CHANGE, lambda: self._part.change()),
                (PUT_AWAY, lambda: self._part.put_away()),
                (BRING_BACK, lambda: self._part.bring_back()),
            )
        }
        self._lists = QTabWidget()
        self._lists.setAccessibleName("Lists of staff and rooms")
        self._lists.setDocumentMode(True)
        self.host = FormHost(self._lists)
        self._parts: tuple[_Part[Any], ...] = (
            _Practitioners(tools, self.host, made),
            _Rooms(tools, self.host, made),
            _Types(tools, self.host, made),
        )
        for part in self._parts:
            self._lists.addTab(part, part.title)
        self._lists.currentChanged.connect(lambda _place: self._part.offer())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.host)
        self.refresh()

    @property
    def _part(self) -> _Part[Any]:
        return self._parts[max(self._lists.currentIndex(), 0)]

    def refresh(self) -> None:
        """Read all three lists again."""
        for part in self._parts:
            part.refresh()
        self._part.offer()

    def take_focus(self) -> None:
        """Put the focus on the form that is open, or on the list on show."""
        if self.host.page is not None:
            self.host.page.take_focus()
        else:
            self._part.take_focus()

    def park(self) -> None:
        """Keep what is typed."""
        self.host.park()

    def show_list(self, title: str) -> None:
        """Turn to one of the lists."""
        self._lists.setCurrentIndex([part.title for part in self._parts].index(title))

    def _act(self, slot: Callable[[], None]) -> None:
        if self.host.page is None:
            slot()


class _Part(QWidget, Generic[Row]):
    """One list with its details, and what can be done with a row of it."""

    title: ClassVar[str]
    thing: ClassVar[str]
    empty: ClassVar[str]
    closing: ClassVar[str] = "&Close or delete"
    opening: ClassVar[str] = "&Open again"

    def __init__(self, tools: Tools, host: FormHost, actions: dict[Action, QAction]) -> None:
        super().__init__()
        self._tools, self._host, self._actions = tools, host, actions
        self._do = tools.office.do
        buttons = [
            self._button(CHANGE, "Chan&ge"),
            self._button(PUT_AWAY, self.closing),
            self._button(BRING_BACK, self.opening),
        ]
        self._details = Details(name=f"About this {self.thing}", buttons=buttons)
        self.browse: Browse[Row] = Browse(
            self.title,
            self.columns(),
            lambda row: row.id,
            find=f"Find a {self.thing}",
            placeholder="Part of the name",
            empty=tools.said(self.empty),
            icon="id-badge",
            side=self._details,
            buttons=[self._button(NEW, f"&New {self.thing}", "primary")],
        )
        self.browse.searched.connect(lambda _text: self.refresh())
        self.browse.opened.connect(lambda _row: self.change())
        self.browse.chosen.connect(self._show)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, SPACE_S, 0, 0)
        rows.addWidget(self.browse)

    def columns(self) -> Sequence[Column[Row]]:
        """The columns of the list."""
        raise NotImplementedError

    def rows(self) -> Sequence[Row]:
        """Everything in the list, from the records."""
        raise NotImplementedError

    def facts(self, row: Row) -> tuple[tuple[str, str], ...]:
        """What is said about a row beside the list."""
        raise NotImplementedError

    def form(self, row: Row | None) -> FormPage:
        """The form for a new row or for one that is there."""
        raise NotImplementedError

    def is_closed(self, row: Row) -> bool:
        """Whether a row was put away."""
        raise NotImplementedError

    def put_away(self) -> None:
        """Close the row in hand."""
        raise NotImplementedError

    def bring_back(self) -> None:
        """Open the row in hand again."""
        raise NotImplementedError

    def refresh(self, stay_on: UUID | None = None) -> None:
        """Read the list again."""
        text = self.browse.text
        self.browse.show_rows([row for row in self.rows() if fits(text, *self.words(row))], stay_on)

    def words(self, row: Row) -> tuple[str, ...]:
        """What a row is found by."""
        return (row.name,)

    def take_focus(self) -> None:
        """Put the focus on the list, or in the field above an empty one."""
        target = self.browse.table if self.browse.current is not None else self.browse.search
        target.setFocus()

    def begin_search(self) -> None:
        """Find in this list."""
        self.browse.begin_search()

    def add(self) -> None:
        """Open the form for a new row."""
        self._open(self.form(None))

    def change(self) -> None:
        """Open the form for the row in hand."""
        if self.browse.current is not None:
            self._open(self.form(self.browse.current))

    def offer(self) -> None:
        """Offer what can be done with the row in hand."""
        row = self.browse.current
        self._actions[CHANGE].setVisible(row is not None)
        self._actions[PUT_AWAY].setVisible(row is not None and not self.is_closed(row))
        self._actions[BRING_BACK].setVisible(row is not None and self.is_closed(row))

    def _show(self, row: Row | None) -> None:
        if row is not None:
            self._details.facts.show_groups([_Group(row.name, self.facts(row))])
        if self.isVisible():
            self.offer()

    def _open(self, page: FormPage) -> None:
        def go_back(done: object = None) -> None:
            self.refresh(done if isinstance(done, UUID) else None)
            self.take_focus()

        page.saved.connect(go_back)
        page.left.connect(go_back)
        self._host.open(page)

    def _button(self, action: Action, text: str, kind: str = "") -> QPushButton:
        button = button_for(self._actions[action], kind=kind)
        button.setText(text)
        return button


class _Practitioners(_Part[PractitionerRow]):
    title = "Practitioners"
    thing = "practitioner"
    empty = "Nobody has been entered who sees patients. New practitioner adds the first."
    closing = "Ha&s left"
    opening = "Is &back"

    def columns(self) -> Sequence[Column[PractitionerRow]]:
        return [
            Column("Name", lambda row: row.name, stretches=True, is_whole=True),
            Column("Profession", lambda row: row.details.profession, widest="Clinical psychologist"),
            Column("Signs in", lambda row: "Yes" if row.signs_in_as else "No", widest="Signs in"),
            Column("Left", lambda row: row.details.left_on, show, widest="00-Mmm-0000"),
        ]

    def rows(self) -> Sequence[PractitionerRow]:
        return self._do(staff.practitioners)

    def words(self, row: PractitionerRow) -> tuple[str, ...]:
        return (row.name, row.details.profession)

    def facts(self, row: PractitionerRow) -> tuple[tuple[str, str], ...]:
        details = row.details
        registered = " ".join(filter(None, (details.registration_body, details.registration_number)))
        return _filled(
            ("Profession", details.profession or "Not entered"),
            ("In law", professions.consequence(details.is_health_professional)),
            ("Registered", registered or "Not entered"),
            ("Joined", show(details.joined_on) if details.joined_on else ""),
            ("Left", show(details.left_on) if details.left_on else ""),
            ("Signs in as", row.signs_in_as or "Does not sign in"),
        )

    def is_closed(self, row: PractitionerRow) -> bool:
        return not row.is_here

    def form(self, row: PractitionerRow | None) -> FormPage:
        return PractitionerForm(self._tools, row)

    def put_away(self) -> None:
        self._set_left(self._tools.office.today, "{} left on {}.")

    def bring_back(self) -> None:
        self._set_left(None, "{} is here again.")

    def _set_left(self, day: date | None, words: str) -> None:
        row = self.browse.current
        if row is None:
            return
        wanted = replace(row.details, left_on=day)
        after = self._do(staff.change_practitioner, row.id, row.details, wanted)
        said = words.format(row.name, show(day) if day else "")
        self._tools.status.say(
            said, undo=lambda: _nothing(self._do(staff.change_practitioner, row.id, after, row.details))
        )


class _Rooms(_Part[RoomRow]):
    title = "Rooms"
    thing = "room"
    empty = "There are no rooms. New room adds the first."

    def columns(self) -> Sequence[Column[RoomRow]]:
        return [
            Column("Name", lambda row: row.name, stretches=True, is_whole=True),
            Column("Closed", lambda row: row.closed_on, show, widest="00-Mmm-0000"),
        ]

    def rows(self) -> Sequence[RoomRow]:
        return self._do(staff.rooms)

    def facts(self, row: RoomRow) -> tuple[tuple[str, str], ...]:
        return _filled(
            ("Appointments", "Some" if row.is_used else "None yet; it can be deleted"),
            ("Closed", show(row.closed_on) if row.closed_on else ""),
        )

    def is_closed(self, row: RoomRow) -> bool:
        return row.closed_on is not None

    def form(self, row: RoomRow | None) -> FormPage:
        return RoomForm(self._tools, row)

    def put_away(self) -> None:
        row = self.browse.current
        if row is None:
            return
        if self._do(staff.put_away_room, row.id):
            self._tools.status.say(
                f"{row.name} was deleted.", undo=lambda: _nothing(self._do(staff.add_room, row.name))
            )
        else:
            self._tools.status.say(
                f"{row.name} is closed.", undo=lambda: self._do(staff.open_room_again, row.id)
            )

    def bring_back(self) -> None:
        row = self.browse.current
        if row is not None:
            self._do(staff.open_room_again, row.id)
            self._tools.status.say(
                f"{row.name} is open again.", undo=lambda: _nothing(self._do(staff.put_away_room, row.id))
            )


class _Types(_Part[TypeRow]):
    title = "Kinds of appointments"
    thing = "kind of appointment"
    empty = "There are no kinds of appointments. New kind of appointment adds the first."

    def columns(self) -> Sequence[Column[TypeRow]]:
        return [
            Column("Name", lambda row: row.name, stretches=True, is_whole=True),
            Column("Usual length", lambda row: row.minutes, "{} minutes".format, widest="000 minutes"),
            Column("Closed", lambda row: row.closed_on, show, widest="00-Mmm-0000"),
        ]

    def rows(self) -> Sequence[TypeRow]:
        return self._do(staff.types)

    def facts(self, row: TypeRow) -> tuple[tuple[str, str], ...]:
        return _filled(
            ("Usual length", f"{row.minutes} minutes"),
            ("Appointments", "Some" if row.is_used else "None yet; it can be deleted"),
            ("Closed", show(row.closed_on) if row.closed_on else ""),
        )

    def is_closed(self, row: TypeRow) -> bool:
        return row.closed_on is not None

    def form(self, row: TypeRow | None) -> FormPage:
        return TypeForm(self._tools, row)

    def put_away(self) -> None:
        row = self.browse.current
        if row is None:
            return
        if self._do(staff.put_away_type, row.id):
            self._tools.status.say(
                f"{row.name} was deleted.",
                undo=lambda: _nothing(self._do(staff.add_type, row.name, row.minutes)),
            )
        else:
            self._tools.status.say(
                f"{row.name} is closed.", undo=lambda: self._do(staff.open_type_again, row.id)
            )

    def bring_back(self) -> None:
        row = self.browse.current
        if row is not None:
            self._do(staff.open_type_again, row.id)
            self._tools.status.say(
                f"{row.name} is open again.", undo=lambda: _nothing(self._do(staff.put_away_type, row.id))
            )


def _nothing(_done: object) -> None:
    """What undoing gives is not looked at."""


class PractitionerForm(SharedFormPage):
    """A practitioner; the profession says whether the law calls them a health professional."""

    words: ClassVar[dict[str, Callable[[Any], str]]] = {
        "joined_on": lambda day: show(day) if day else "no day",
        "left_on": lambda day: show(day) if day else "no day",
        "is_health_professional": lambda is_one: "yes" if is_one else "no",
        "user": lambda _id: "another account",
    }

    def __init__(self, tools: Tools, row: PractitionerRow | None) -> None:
        super().__init__(tools, f"Change {row.name}" if row else "New practitioner")
        self._id = row.id if row else None
        self._before = row.details if row else PractitionerDetails(name="")
        self.form.setMaximumWidth(_WIDEST_FORM)
        self._profession = Suggestions([each.name for each in professions.PROFESSIONS])
        self._is_one = QCheckBox("On the list of the Data Protection Act 2018, section 204")
        self._body = QLineEdit()
        self._consequence = label("", "muted", wraps=True)
        self._lay_out_fields(tools)
        self.begin(form_drafts.Form("practitioner", record=self._id), _texts(self._before))
        self._say_consequence()
        self._profession.changed.connect(self._suggest)
        self._is_one.toggled.connect(self._say_consequence)

    def store(self) -> UUID:
        """Add or change the practitioner; gives their id."""
        office, wanted = self._tools.office, self._wanted()
        if self._id is None:
            id = office.do(staff.add_practitioner, wanted)
            self._tools.status.say(
                f"{wanted.name} was added.", undo=lambda: office.do(staff.take_practitioner_back, id)
            )
            return id
        id, before = self._id, self._before
        after = office.do(staff.change_practitioner, id, before, wanted)
        self._tools.status.say(
            f"{after.name} was changed.",
            undo=lambda: _nothing(office.do(staff.change_practitioner, id, after, before)),
        )
        return id

    def check(self, name: str) -> str:
        """See FormPage.check."""
        control = self.form.field(name).control
        if isinstance(control, DateEdit):
            try:
                _ = control.day
            except Invalid as error:
                return str(error)
        if name == "name" and not self.value("name"):
            return "Enter the practitioner's name, like Dr Asha Shah."
        return ""

    def read_again(self) -> None:
        """See SharedFormPage.read_again."""
        rows = self._tools.office.do(staff.practitioners)
        self._before = next((row.details for row in rows if row.id == self._id), self._before)

    def _lay_out_fields(self, tools: Tools) -> None:
        today = tools.office.today
        self.form.add(Field("name", "&Name", QLineEdit(), hint="With the title, like Dr Asha Shah."))
        self.form.add(Field("profession", "&Profession", self._profession))
        self.form.add(Field("is_health_professional", "&Health professional", self._is_one))
        self.form.add_part(self._consequence)
        self.form.add_row(
            Field("registration_body", "&Registered with", self._body),
            Field("registration_number", "N&umber there", QLineEdit()),
        )
        self.form.add_row(
            Field("joined_on", "&Joined", DateEdit(today)), Field("left_on", "Le&ft", DateEdit(today))
        )
        accounts = [("", "Does not sign in")]
        accounts += [(str(id), name) for id, name in tools.office.do(staff.accounts_to_link)]
        if self._before.user and str(self._before.user) not in dict(accounts):
            accounts.append((str(self._before.user), "An account that is disabled"))
        self.form.add(Field("user", "S&igns in as", Choice(accounts)))

    def _wanted(self) -> PractitionerDetails:
        return PractitionerDetails(
            name=self.value("name"),
            profession=self.value("profession"),
            is_health_professional=self.value("is_health_professional") == YES,
            registration_body=self.value("registration_body"),
            registration_number=self.value("registration_number"),
            joined_on=_day(self.value("joined_on")),
            left_on=_day(self.value("left_on")),
            user=UUID(self.value("user")) if self.value("user") else None,
        )

    def _suggest(self) -> None:
        """What follows from a profession the law knows; anything typed beyond that stays."""
        found = professions.known(self._profession.value())
        if found is None:
            return
        self._is_one.setChecked(found.is_health_professional)
        bodies = {each.body for each in professions.PROFESSIONS}
        if self._body.text().strip() in bodies:
            self._body.setText(found.body)

    def _say_consequence(self) -> None:
        self._consequence.setText(professions.consequence(self._is_one.isChecked()))


def _texts(details: PractitionerDetails) -> dict[str, str]:
    return {
        "name": details.name,
        "profession": details.profession,
        "is_health_professional": YES if details.is_health_professional else "",
        "registration_body": details.registration_body,
        "registration_number": details.registration_number,
        "joined_on": details.joined_on.isoformat() if details.joined_on else "",
        "left_on": details.left_on.isoformat() if details.left_on else "",
        "user": str(details.user) if details.user else "",
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class RoomForm(SharedFormPage):
    """A room: its name."""

    def __init__(self, tools: Tools, row: RoomRow | None) -> None:
        super().__init__(tools, f"Change {row.name}" if row else "New room")
        self._id = row.id if row else None
        self._before = row.name if row else ""
        self.form.setMaximumWidth(_WIDEST_FORM)
        self.form.add(Field("name", "&Name", QLineEdit()))
        self.begin(form_drafts.Form("room", record=self._id), {"name": self._before})

    def check(self, name: str) -> str:
        """See FormPage.check."""
        return "" if self.value(name) else "Give it a name."

    def store(self) -> UUID:
        """Add or rename the room; gives its id."""
        office, name = self._tools.office, self.value("name")
        if self._id is None:
            id = office.do(staff.add_room, name)
            self._tools.status.say(
                f"{name} was added.", undo=lambda: _nothing(office.do(staff.put_away_room, id))
            )
            return id
        id, before = self._id, self._before
        office.do(staff.rename_room, id, before, name)
        self._tools.status.say(
            f"{before} is called {name} now.", undo=lambda: office.do(staff.rename_room, id, name, before)
        )
        return id

    def read_again(self) -> None:
        """See SharedFormPage.read_again."""
        rows = self._tools.office.do(staff.rooms)
        self._before = next((row.name for row in rows if row.id == self._id), self._before)


class TypeForm(SharedFormPage):
    """A kind of appointment: its name and usual length."""

    def __init__(self, tools: Tools, row: TypeRow | None) -> None:
        super().__init__(tools, f"Change {row.name}" if row else "New kind of appointment")
        self._id = row.id if row else None
        self._before = (row.name, row.minutes) if row else ("", 50)
        self.form.setMaximumWidth(_WIDEST_FORM)
        self.form.add(Field("name", "&Name", QLineEdit()))
        hint = "Appointments that are booked already keep theirs."
        self.form.add(Field("minutes", "Usual length in &minutes", QLineEdit(), hint=hint))
        given = {"name": self._before[0], "minutes": str(self._before[1])}
        self.begin(form_drafts.Form("appointment_type", record=self._id), given)

    def check(self, name: str) -> str:
        """See FormPage.check."""
        if name == "name":
            return "" if self.value(name) else "Give it a name."
        return "" if self.value(name).isdecimal() else "Enter a number of minutes, like 50."

    def store(self) -> UUID:
        """Add or change the kind; gives its id."""
        office, wanted = self._tools.office, (self.value("name"), int(self.value("minutes")))
        if self._id is None:
            id = office.do(staff.add_type, *wanted)
            self._tools.status.say(
                f"{wanted[0]} was added.", undo=lambda: _nothing(office.do(staff.put_away_type, id))
            )
            return id
        id, before = self._id, self._before
        office.do(staff.change_type, id, before, wanted)
        self._tools.status.say(
            f"{wanted[0]} was changed.", undo=lambda: office.do(staff.change_type, id, wanted, before)
        )
        return id

    def read_again(self) -> None:
        """See SharedFormPage.read_again."""
        rows = self._tools.office.do(staff.types)
        self._before = next(((row.name, row.minutes) for row in rows if row.id == self._id), self._before)
