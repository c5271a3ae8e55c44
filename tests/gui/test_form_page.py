"""A form as a page: checked while one types, nothing typed is lost, and what is wrong is said where it is."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QPlainTextEdit, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from practice_app.errors import Defect, Invalid
from practice_app.gui.controls import PasswordEdit
from practice_app.gui.forms import values
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormHost, FormPage
from practice_app.gui.forms.suggestions import Suggestions
from practice_app.gui.screen import Tools
from practice_app.rules.permissions import Role
from practice_app.rules.typed_dates import Leaning
from practice_app.services import form_drafts
from practice_app.services.form_drafts import Form
from tests import makers

from .accessibility import problems
from .conftest import People
from .user import User


class Sample(FormPage):
    """One control of every kind."""

    clinical = frozenset({"told"})

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools, "Sample")
        self.stored: list[dict[str, str]] = []
        self.form.begin_group("Who")
        self.form.add_row(
            Field("family", "&Family name", QLineEdit()), Field("given", "Given &name", QLineEdit())
        )
        self.form.add(Field("born", "&Born", DateEdit(makers.TODAY, leaning=Leaning.PAST)))
        self.form.begin_group("How")
        self.form.add(Field("kind", "&Kind", Choice([("home", "At home"), ("work", "At work")])))
        self.form.add(Field("agreed", "&Agreed", QCheckBox("They agree")))
        self.form.add(Field("told", "T&old", QPlainTextEdit()))

    def check(self, name: str) -> str:
        if name == "family" and not self.value("family"):
            return "Enter the family name."
        return ""

    def store(self) -> object:
        if self.value("given") == "taken":
            raise Invalid("Somebody has this name.", field="given")
        self.stored.append(self.values())
        return len(self.stored)


@pytest.fixture
def tools(tools_as) -> Tools:
    return tools_as(Role.DIRECTOR)


@pytest.fixture
def page(qtbot: QtBot, tools: Tools, people: People) -> Sample:
    return shown(qtbot, tools, people)


def shown(qtbot: QtBot, tools: Tools, people: People) -> Sample:
    """A new form about Margaret on a host, which is what a tab has."""
    host = FormHost(QWidget())
    host.resize(700, 600)
    qtbot.addWidget(host)
    host.show()
    made = Sample(tools)
    made.host = host
    made.begin(Form("sample", people.margaret), {"family": "Holloway", "born": "1958-03-14"})
    host.open(made)
    return made


def kept(tools: Tools, people: People) -> dict[str, str] | None:
    found = tools.office.do(form_drafts.open_own, Form("sample", people.margaret))
    return found[1] if found else None


def test_every_field_has_a_name_and_a_place(page: Sample) -> None:
    assert problems(page.host) == []


def test_what_was_given_is_shown_and_read_back(page: Sample) -> None:
    assert page.values() == {
        "family": "Holloway", "given": "", "born": "1958-03-14", "kind": "home", "agreed": "", "told": "",
    }  # fmt: skip
    assert not page.is_changed


def test_a_date_says_what_it_understood_and_is_spelt_out_when_left(page: Sample, qtbot: QtBot) -> None:
    user = User(qtbot, page)
    user.type("Born", "14/3")
    assert user.sees("14-Mar-2026")
    user.key(Qt.Key.Key_Tab)
    qtbot.keyClick(user.field("Born"), Qt.Key.Key_Return)
    assert page.value("born") == "2026-03-14"
    assert user.field("Born").text() == "14-Mar-2026"


def test_a_date_that_is_none_is_kept_as_it_was_typed(page: Sample, qtbot: QtBot) -> None:
    User(qtbot, page).type("Born", "soon")
    assert page.value("born") == "soon"
    with pytest.raises(Invalid):
        page.form.field("born").control.day  # noqa: B018


def test_a_field_is_checked_when_it_is_left(page: Sample, qtbot: QtBot, qapp) -> None:
    user = User(qtbot, page)
    user.type("Family name", "")
    before, after = user.field("Family name"), user.field("Given name")
    qapp.focusChanged.emit(before, after)
    assert page.form.field("family").error == "Enter the family name."
    user.type("Family name", "H")
    qapp.focusChanged.emit(before, after)
    assert page.form.field("family").error == ""


def test_saving_says_everything_that_is_wrong_and_stays(page: Sample, qtbot: QtBot) -> None:
    user = User(qtbot, page)
    user.type("Family name", "")
    user.press("Save")
    assert user.sees("There is a problem")
    assert page.stored == []
    user.type("Family name", "Holloway")
    user.type("Given name", "taken")
    user.press("Save")
    assert page.form.field("given").error == "Somebody has this name."
    user.type("Given name", "Margaret")
    with qtbot.waitSignal(page.saved) as done:
        user.press("Save")
    assert done.args == [1]
    assert page.host.page is None


def test_what_was_typed_is_kept_sealed_and_offered_again(
    page: Sample, tools: Tools, people: People, qtbot: QtBot
) -> None:
    user = User(qtbot, page)
    user.type("Given name", "Peg")
    page.form.field("told").control.setPlainText("Latex")
    page.park()
    assert kept(tools, people)["told"] == "Latex"
    again = shown(qtbot, tools, people)
    later = User(qtbot, again)
    assert later.sees("There is something you typed here")
    later.press("Go on with it")
    assert (again.value("given"), again.value("told")) == ("Peg", "Latex")
    assert not later.sees("There is something you typed here")


def test_the_offer_can_be_declined_for_good(page: Sample, tools: Tools, people: People, qtbot: QtBot) -> None:
    User(qtbot, page).type("Given name", "Peg")
    page.park()
    again = shown(qtbot, tools, people)
    User(qtbot, again).press("Throw it away")
    assert again.value("given") == ""
    assert kept(tools, people) is None


def test_typing_alone_keeps_it_after_a_while(
    page: Sample, tools: Tools, people: People, qtbot: QtBot
) -> None:
    page._keep_time.setInterval(1)
    User(qtbot, page).type("Given name", "Peg")
    qtbot.waitUntil(lambda: kept(tools, people) is not None)


def test_leaving_the_form_for_another_part_of_the_window_keeps_it(
    page: Sample, tools: Tools, people: People, qtbot: QtBot, qapp
) -> None:
    user = User(qtbot, page)
    user.type("Given name", "Peg")
    qapp.focusChanged.emit(user.field("Given name"), None)
    assert kept(tools, people)["given"] == "Peg"


def test_what_was_typed_and_taken_back_is_not_kept(page: Sample, tools: Tools, people: People, qtbot) -> None:
    user = User(qtbot, page)
    user.type("Given name", "Peg")
    page.park()
    user.type("Given name", "")
    page.park()
    assert kept(tools, people) is None


def test_saving_throws_the_draft_away(page: Sample, tools: Tools, people: People, qtbot: QtBot) -> None:
    user = User(qtbot, page)
    user.type("Given name", "Peg")
    page.park()
    user.press("Save")
    assert kept(tools, people) is None


def test_escape_leaves_and_undo_brings_what_was_typed_back(
    page: Sample, tools: Tools, people: People, qtbot: QtBot
) -> None:
    user = User(qtbot, page)
    user.type("Given name", "Peg")
    with qtbot.waitSignal(page.left):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert page.host.page is None
    tools.status.undo()
    assert page.host.page is page
    assert page.value("given") == "Peg"


def test_undo_after_another_form_came_keeps_what_was_typed_for_the_next_time(
    page: Sample, tools: Tools, people: People, qtbot: QtBot
) -> None:
    User(qtbot, page).type("Given name", "Peg")
    host = page.host
    with qtbot.waitSignal(page.left):
        qtbot.keyClick(page, Qt.Key.Key_Escape)
    other = Sample(tools)
    other.begin(Form("sample", people.jo), {})
    host.open(other)
    qtbot.waitUntil(lambda: not isValid(page))
    assert kept(tools, people) is None
    tools.status.undo()
    assert kept(tools, people)["given"] == "Peg"
    assert host.page is other


def test_leaving_an_untouched_form_offers_nothing_to_undo(page: Sample, tools: Tools, qtbot: QtBot) -> None:
    User(qtbot, page).press("Cancel")
    assert not User(qtbot, tools.status).sees("closed without saving")


def test_another_form_in_its_place_keeps_the_first_as_a_draft(
    page: Sample, tools: Tools, people: People, qtbot: QtBot
) -> None:
    User(qtbot, page).type("Given name", "Peg")
    other = Sample(tools)
    other.begin(Form("sample", people.jo), {})
    page.host.open(other)
    assert kept(tools, people)["given"] == "Peg"


def test_a_draft_can_be_taken_up_at_once(page: Sample, tools: Tools, people: People, qtbot: QtBot) -> None:
    User(qtbot, page).type("Given name", "Peg")
    page.park()
    again = Sample(tools)
    qtbot.addWidget(again)
    again.show()
    again.begin_with_draft(Form("sample", people.margaret), {})
    assert again.value("given") == "Peg"


def test_a_password_is_never_read_and_an_unknown_control_is_a_defect(qtbot: QtBot) -> None:
    secret, odd = PasswordEdit(), QWidget()
    for widget in (secret, odd):
        qtbot.addWidget(widget)
    values.write(secret, "hunter2")
    secret.line.setText("hunter2")
    assert values.read(secret) == ""
    for touch in (lambda: values.read(odd), lambda: values.write(odd, ""), lambda: values.changed(odd)):
        with pytest.raises(Defect):
            touch()


def test_a_choice_keeps_its_value_when_the_offer_changes(qtbot: QtBot) -> None:
    choice = Choice([("a", "One"), ("b", "Two")], name="Choice")
    qtbot.addWidget(choice)
    choice.set_value("b")
    choice.offer([("b", "Second"), ("c", "Third")])
    assert choice.value() == "b"
    with qtbot.waitSignal(choice.changed):
        choice.offer([("c", "Third")])
    choice.set_value("nothing like that")
    assert choice.value() == "c"
    choice.offer([])
    assert choice.value() == ""


def test_a_birth_date_can_echo_more_than_the_day(qtbot: QtBot) -> None:
    edit = DateEdit(date(2026, 11, 25), leaning=Leaning.PAST, echo=lambda day: f"born in {day.year}")
    qtbot.addWidget(edit)
    edit.set_value("1958-03-14")
    assert edit.understood.text() == "born in 1958"
    edit.set_value("14 mar 58")
    assert edit.value() == "1958-03-14"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_list_that_opens_is_not_leaving_its_field(page: Sample, qtbot: QtBot) -> None:
    kind = page.form.field("kind")
    page.check = lambda name: "Choose again." if name == "kind" else ""
    kind.target.setFocus()
    kind.target.showPopup()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is kind.target.view())
    assert kind.error == ""
    kind.target.hidePopup()
    page.form.field("agreed").target.setFocus()
    qtbot.waitUntil(lambda: kind.error == "Choose again.")


def test_the_summary_of_problems_comes_into_sight_whole(page: Sample, qtbot: QtBot) -> None:
    scroll = page.findChild(QScrollArea)
    page.host.resize(700, 330)
    page.form.field("family").target.clear()
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().maximum() > 0)
    scroll.verticalScrollBar().setValue(scroll.verticalScrollBar().maximum())
    page.save()
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().value() == 0)
    assert page.form.field("family").target.hasFocus()


def test_what_can_be_typed_into_a_list_has_the_name_of_its_field(qtbot: QtBot) -> None:
    field = Field("gp", "&GP", Suggestions(["Dr Shah"]))
    qtbot.addWidget(field)
    field.rename("&Doctor")
    assert field.target.lineEdit().accessibleName() == "Doctor"
