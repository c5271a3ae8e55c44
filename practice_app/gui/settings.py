"""The practice's settings: read as a page of facts, changed in one form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from practice_app.errors import Invalid
from practice_app.gui.actions import Action, Menu, button_for
from practice_app.gui.controls import label
from practice_app.gui.facts import Facts
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormHost
from practice_app.gui.forms.shared_form import SharedFormPage
from practice_app.gui.forms.values import YES
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.gui.relocation import MoveForm
from practice_app.gui.screen import Screen, Tools
from practice_app.rules.nations import NATION_WORDS, ZONES, Nation
from practice_app.rules.permissions import Permission
from practice_app.rules.words import PatientWord
from practice_app.services import form_drafts, relocation, settings
from practice_app.services.settings import Settings

PRACTICE = Action(
    "go.practice", "Pr&actice", "Ctrl+7", Permission.CHANGE_SETTINGS, menu=Menu.GO, icon="building"
)
CHANGE = Action(
    "practice.change",
    "Change the s&ettings",
    "Ctrl+E",
    Permission.CHANGE_SETTINGS,
    "practice",
    icon="pencil",
)

MOVE = Action("practice.move", "Mo&ve the practice…", "", Permission.MANAGE_USERS, "practice", icon="rotate")

_NOT_SET = "Not entered"
_TITLES = 200
_TEXT_HEIGHT = 92
_NUMBERS = frozenset({"lock_minutes", "confirm_details_after_months", "minimum_age"})
_MAY_BE_EMPTY = frozenset({"minimum_age"})
_WIDEST_FORM = 760

_WORD_WORDS = {PatientWord.PATIENT: "Patient", PatientWord.CLIENT: "Client"}


def _yes(value: bool) -> str:
    return "Yes" if value else "No"


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"


def _age(years: int | None) -> str:
    return "Any" if years is None else f"{years} years"


def _minutes(count: int) -> str:
    return "1 minute" if count == 1 else f"{count} minutes"


@dataclass(frozen=True, slots=True)
class _Group:
    title: str
    facts: tuple[tuple[str, str], ...]


class SettingsScreen(Screen):
    """What the practice is called, where it is kept, how it works, and what its copies explain.

    Signals: move_wanted(Move) to keep it on a server, or in its folder again.
    """

    move_wanted = Signal(object)

    place = "practice"
    shows = frozenset({"practice"})
    entry = PRACTICE
    is_made_late = True

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self._facts = Facts(name="The practice's settings", title_width=_TITLES)
        home = QWidget()
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(label("Practice", "title"))
        head.addStretch(1)
        if tools.desk is not None:
            head.addWidget(button_for(tools.actions.add(MOVE, self, self.keep_elsewhere)))
        head.addWidget(button_for(tools.actions.add(CHANGE, self, self.change), kind="primary"))
        rows = QVBoxLayout(home)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        rows.addLayout(head)
        rows.addWidget(self._facts, 1)
        self.host = FormHost(home)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.host)
        self.refresh()

    def refresh(self) -> None:
        """Read the settings again."""
        kept = () if self._tools.desk is None else (_where_kept(self._tools.desk.folder),)
        self._facts.show_groups((*_groups(self._office.do(settings.read), self._tools), *kept))

    def take_focus(self) -> None:
        """Put the focus on the form that is open, or where the facts are read."""
        if self.host.page is not None:
            self.host.page.take_focus()
        else:
            self._facts.setFocus()

    def park(self) -> None:
        """Keep what is typed."""
        self.host.park()

    def keep_elsewhere(self) -> None:
        """Ask where the practice shall be kept."""
        if self.host.page is None and self._tools.desk is not None:
            page = MoveForm(self._tools, self._tools.desk)
            page.saved.connect(self.move_wanted)
            page.left.connect(self._facts.setFocus)
            self.host.open(page)

    def change(self) -> None:
        """Open the form."""
        if self.host.page is None:
            page = SettingsForm(self._tools)
            page.saved.connect(lambda _done: self._facts.setFocus())
            page.left.connect(self._facts.setFocus)
            self.host.open(page)


def _where_kept(folder: Path) -> _Group:
    address = relocation.address_of(folder)
    kept = f"On the server {address}" if address else "In an encrypted file on this PC"
    return _Group("Where it is kept", (("The records", kept), ("Its folder here", str(folder))))


def _groups(now: Settings, tools: Tools) -> tuple[_Group, ...]:
    copies = tools.said("What every copy of a patient's record explains")
    return (
        _Group(
            "The practice",
            (
                ("Name", now.name),
                ("Address", now.address or _NOT_SET),
                ("Phone", now.phone or _NOT_SET),
                ("E-mail", now.email or _NOT_SET),
                ("Where it is", f"{NATION_WORDS[now.nation]} (its bank holidays count)"),
                ("Clocks", ZONES.get(now.zone, now.zone)),
                ("Word for the people you see", _WORD_WORDS[now.word_for_patient]),
            ),
        ),
        _Group(
            "How you work",
            (
                ("The window locks after", f"{_minutes(now.lock_minutes)} without a touch"),
                ("Details are confirmed again after", _months(now.confirm_details_after_months)),
                ("Youngest age taken", _age(now.minimum_age)),
                ("Receptionists read letters", _yes(now.reception_reads_letters)),
                ("Sound and video recordings", "Kept" if now.keeps_recordings else "Refused"),
            ),
        ),
        _Group(
            "Data protection",
            (
                ("Data protection lead", now.data_protection_lead or _NOT_SET),
                ("Regulator", now.regulator_name),
                ("Its address", now.regulator_address or _NOT_SET),
                ("Its web page", now.regulator_url or _NOT_SET),
            ),
        ),
        _Group(
            copies,
            (
                ("What information is for", now.purposes),
                ("Who receives it", now.recipients),
                ("How long it is kept", now.retention),
            ),
        ),
    )


def _line() -> QLineEdit:
    return QLineEdit()


def _text() -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setTabChangesFocus(True)
    made.setFixedHeight(_TEXT_HEIGHT)
    return made


def _number(text: str, *, may_be_empty: bool) -> int | None:
    """A whole number; what is none is outside of every bound, so that the checks say what is wanted."""
    if may_be_empty and not text:
        return None
    return int(text) if text.isdecimal() else -1


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else ""
    return str(value)


class SettingsForm(SharedFormPage):
    """Every setting in one form."""

    words: ClassVar[dict[str, Callable[[Any], str]]] = {
        "nation": lambda value: NATION_WORDS[value],
        "zone": lambda value: ZONES.get(value, value),
        "word_for_patient": lambda value: _WORD_WORDS[value],
        "minimum_age": _age,
        "reception_reads_letters": _yes,
        "keeps_recordings": _yes,
    }

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools, "Change the settings")
        self._before = tools.office.do(settings.read)
        self.form.setMaximumWidth(_WIDEST_FORM)
        self._add_practice()
        self._add_habits()
        self._add_data_protection()
        self._add_explanations()
        given = {field.name: _as_text(getattr(self._before, field.name)) for field in fields(Settings)}
        self.begin(form_drafts.Form("settings"), given)

    def store(self) -> Settings:
        """Change the settings; what was can be brought back."""
        before, wanted = self._before, self._wanted()
        after = self._tools.office.do(settings.change, before, wanted)
        office = self._tools.office
        self._tools.status.say(
            "The settings were changed.", undo=lambda: _bring_back(office.do, after, before, wanted)
        )
        return after

    def check(self, name: str) -> str:
        """See FormPage.check."""
        try:
            settings.checked(replace(self._before, **{name: self._typed(name)}))
        except Invalid as error:
            return str(error) if error.field == name else ""
        return ""

    def read_again(self) -> None:
        """See SharedFormPage.read_again."""
        self._before = self._tools.office.do(settings.read)

    def _wanted(self) -> Settings:
        return Settings(**{field.name: self._typed(field.name) for field in fields(Settings)})

    def _typed(self, name: str) -> Any:
        text = self.value(name)
        if name in _NUMBERS:
            return _number(text, may_be_empty=name in _MAY_BE_EMPTY)
        kind = type(getattr(self._before, name))
        return text == YES if kind is bool else kind(text)

    def _add_practice(self) -> None:
        self.form.begin_group("The practice")
        self.form.add(Field("name", "&Name", _line()))
        self.form.add(Field("address", "&Address", _text()))
        self.form.add_row(Field("phone", "&Phone", _line()), Field("email", "&E-mail", _line()))
        self.form.add_row(
            Field(
                "nation", "&Where it is", Choice(tuple((each.value, NATION_WORDS[each]) for each in Nation))
            ),
            Field("zone", "Time &zone", Choice(tuple(ZONES.items()))),
        )
        choices = Choice(tuple((each.value, _WORD_WORDS[each]) for each in PatientWord))
        self.form.add(
            Field("word_for_patient", "Wor&d for the people you see", choices, hint="On every screen.")
        )

    def _add_habits(self) -> None:
        self.form.begin_group("How you work")
        self.form.add_row(
            Field("lock_minutes", "Lock after so many &minutes", _line(), hint="1 to 15, without a touch."),
            Field(
                "confirm_details_after_months",
                "Confirm details again after so many mont&hs",
                _line(),
                hint="1 to 60.",
            ),
        )
        self.form.add(
            Field(
                "minimum_age",
                self._tools.said("Patients are taken from the a&ge of"),
                _line(),
                hint="In years. Empty for any age; younger ones are pointed out when they are registered.",
            )
        )
        letters = QCheckBox("Yes")
        self.form.add(
            Field(
                "reception_reads_letters",
                "Ma&y receptionists read letters?",
                letters,
                hint="It counts from their next sign-in on.",
            )
        )
        self.form.add(
            Field(
                "keeps_recordings",
                "Are sound or &video recordings kept?",
                QCheckBox("Yes"),
                hint="If not, such files are refused everywhere.",
            )
        )

    def _add_data_protection(self) -> None:
        self.form.begin_group("Data protection")
        self.form.add(Field("data_protection_lead", "Data pr&otection lead", _line()))
        self.form.add(Field("regulator_name", "&Regulator", _line()))
        self.form.add(Field("regulator_address", "Reg&ulator's address", _line()))
        self.form.add(Field("regulator_url", "Regulator's we&b page for complaints", _line()))

    def _add_explanations(self) -> None:
        self.form.begin_group(self._tools.said("What every copy of a patient's record explains"))
        self.form.add(Field("purposes", "What information is &for", _text()))
        self.form.add(Field("recipients", "Who rece&ives it", _text()))
        self.form.add(Field("retention", "How long it is &kept", _text()))


def _bring_back(do: Callable[..., object], now: Settings, before: Settings, wanted: Settings) -> None:
    """Undo: only what the form changed goes back to what it was."""
    changed = {
        field.name: getattr(before, field.name)
        for field in fields(Settings)
        if getattr(wanted, field.name) != getattr(before, field.name)
    }
    do(settings.change, now, replace(now, **changed))
