"""The tabs of a record: only those the role may see, read when looked at, and forms that come back."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTabWidget
from pytestqt.qtbot import QtBot

from practice_app.errors import Defect
from practice_app.gui.explain import explain
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.record import RecordScreen
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import Tools
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission, Role
from practice_app.services import access, form_drafts, merges
from practice_app.services import people as people_cases
from practice_app.services.form_drafts import Form
from practice_app.services.marks import run
from tests import makers

from .conftest import People
from .user import User


class Hobby(FormPage):
    """A form with one field."""

    def __init__(self, tools: Tools, about: Form) -> None:
        super().__init__(tools, "Hobby")
        self.form.add(Field("hobby", "&Hobby", QLineEdit()))
        self.begin_with_draft(about, {})

    def store(self) -> object:
        return None


class Hobbies(RecordTab):
    """Counts how often it read, and has a form."""

    name = "hobbies"
    title = "Hobbies"
    permission = Permission.READ_NOTES
    shows = frozenset({"note"})
    forms = frozenset({"hobby"})

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        self.reads: list[str] = []
        self._label = QLabel()
        self._label.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lay_out(self._label)

    def refresh(self) -> None:
        self.reads.append(self.about.name)
        self._label.setText(f"Hobbies of {self.about.name}")

    def take_focus(self) -> None:
        self._label.setFocus()

    def resume(self, draft: Form) -> None:
        self.host.open(Hobby(self._tools, draft))


@pytest.fixture
def screen_as(qtbot: QtBot, tools_as, people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(RecordScreen, "TABS", (Hobbies,))

    def made_as(role: Role) -> tuple[RecordScreen, Tools]:
        tools = tools_as(role)
        screen = RecordScreen(tools)
        tools.actions.move_to("record")
        screen.resize(900, 600)
        qtbot.addWidget(screen)
        screen.show()
        show(screen, tools, people.margaret)
        return screen, tools

    return made_as


def show(screen: RecordScreen, tools: Tools, person) -> None:
    screen.show_record(tools.office.do(people_cases.open_record, person))


def titles(screen: RecordScreen) -> list[str]:
    tabs = screen.findChild(QTabWidget)
    return [tabs.tabText(place) for place in range(tabs.count())]


def test_a_role_sees_the_tabs_its_permissions_allow(screen_as) -> None:
    assert titles(screen_as(Role.THERAPIST)[0]) == ["Summary", "Hobbies"]
    assert titles(screen_as(Role.RECEPTIONIST)[0]) == ["Summary"]


def test_a_tab_reads_when_it_is_looked_at_and_again_when_its_rows_changed(screen_as, people: People) -> None:
    screen, tools = screen_as(Role.DIRECTOR)
    tab = screen.tabs[1]
    assert tab.reads == []
    screen.turn_to("hobbies")
    assert tab.reads == ["HOLLOWAY, Margaret (Mrs)"]
    tools.office.changed.emit(frozenset({"note"}))
    tools.office.changed.emit(frozenset({"room"}))
    assert len(tab.reads) == 2
    screen.turn_to("summary")
    tools.office.changed.emit(frozenset({"note"}))
    assert len(tab.reads) == 2
    screen.turn_to("hobbies")
    assert len(tab.reads) == 3


def test_another_patient_begins_with_the_summary_and_the_same_one_does_not(screen_as, people: People) -> None:
    screen, tools = screen_as(Role.DIRECTOR)
    screen.turn_to("hobbies")
    show(screen, tools, people.margaret)
    assert screen.tab == "hobbies"
    show(screen, tools, people.jo)
    assert screen.tab == "summary"
    screen.turn_to("hobbies")
    assert screen.tabs[1].reads[-1] == "SMITH, Jo (Mr)"


def test_a_form_left_open_comes_back_from_the_record(screen_as, people: People, qtbot: QtBot) -> None:
    screen, tools = screen_as(Role.DIRECTOR)
    user = User(qtbot, screen)
    screen.turn_to("hobbies")
    screen.tabs[1].resume(Form("hobby", people.margaret))
    user.type("Hobby", "Rowing")
    show(screen, tools, people.jo)
    assert not user.sees("The form “hobby”")
    show(screen, tools, people.margaret)
    assert user.sees("The form “hobby” was not saved on 23-Nov-2026 at 09:30.")
    user.press("Go on with it")
    assert user.field("Hobby").text() == "Rowing"
    assert screen.tab == "hobbies"


def test_a_form_left_open_can_be_thrown_away_from_the_record(screen_as, people: People, qtbot: QtBot) -> None:
    screen, tools = screen_as(Role.DIRECTOR)
    tools.office.do(form_drafts.keep, Form("hobby", people.margaret), {"hobby": "Rowing"}, {})
    tools.office.do(form_drafts.keep, Form("unknown", people.margaret), {"hobby": "Rowing"}, {})
    screen.refresh()
    user = User(qtbot, screen)
    user.press("Throw it away")
    assert not user.sees("The form")
    assert [each.form.name for each in tools.office.do(form_drafts.own, people.margaret)] == ["unknown"]


def test_parking_the_record_keeps_the_open_form(screen_as, people: People, qtbot: QtBot) -> None:
    screen, tools = screen_as(Role.DIRECTOR)
    screen.turn_to("hobbies")
    screen.tabs[1].resume(Form("hobby", people.margaret))
    User(qtbot, screen).type("Hobby", "Rowing")
    screen.park()
    assert tools.office.do(form_drafts.own, people.margaret)


def test_the_privacy_view_hides_the_whole_record(screen_as, qtbot: QtBot) -> None:
    screen, _tools = screen_as(Role.DIRECTOR)
    screen.set_private(True)
    user = User(qtbot, screen)
    assert user.sees("The record is hidden")
    assert not user.sees("14-Mar-1958")
    screen.set_private(False)
    assert user.sees("14-Mar-1958")


def test_a_tab_without_forms_says_so_to_the_programmer(screen_as) -> None:
    class Formless(Hobbies):
        resume = RecordTab.resume

    _screen, tools = screen_as(Role.DIRECTOR)
    with pytest.raises(Defect):
        Formless(tools).resume(Form("hobby"))


@pytest.mark.parametrize("name", ["notes", "consents", "contacts", "calls", "letters", "history"])
def test_a_tab_that_cannot_be_read_never_shows_what_it_showed_of_somebody_else(
    frame_as, people: People, open_as, qapp, name: str
) -> None:
    """The reason to see a record ends at midnight: the tab of the patient before must not stay."""
    with open_as(Role.DIRECTOR).work(use_case="tests.outsider") as work:
        outsider = makers.patient(work, PersonName("Ms", "Olga", "Outsider", None))
    frame = frame_as(Role.THERAPIST)
    office = frame.tools.office
    with open_as(Role.DIRECTOR).work(use_case="tests.list") as work:
        makers.on_list(work, office.actor.id, [people.margaret])
    office.do(access.cover, outsider, office.do(access.question, outsider).reasons[0])
    frame.open_patient(people.margaret)
    frame.record.turn_to(name)
    tab = next(each for each in frame.record.tabs if each.name == name)
    face = tab._sides.widget(0)
    assert face.isVisible()
    frame.open_patient(outsider)
    office._records.clock = lambda: makers.NOW + timedelta(days=1)
    frame.record.turn_to(name)
    qapp.processEvents()
    assert not face.isVisible()
    assert any(
        "not among those you see" in each.text() for each in tab.findChildren(QLabel) if each.isVisible()
    )
    office._records.clock = lambda: makers.NOW
    frame.record.turn_to("summary")
    frame.record.turn_to(name)
    assert face.isVisible()


def test_no_form_is_opened_with_the_people_around_somebody_else(
    frame_as, people: People, open_as, qtbot: QtBot
) -> None:
    """Somebody merged the record while it is open here: the last circle read was another patient's."""
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    frame.record.turn_to("contacts")
    frame.open_patient(people.bluebird)
    run(open_as(Role.DIRECTOR), merges.merge, people.jo, people.bluebird, {})
    tab = next(each for each in frame.record.tabs if each.name == "contacts")
    with qtbot.captureExceptions() as raised:
        next(made for each, made in frame.actions_known.known() if each.id == "contacts.add").trigger()
    assert tab.host.page is None
    assert [explain(each[1]) for each in raised] == [
        "This record was merged into another one of the same person. Open that one."
    ]
