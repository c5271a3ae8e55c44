"""The list of patients: found as one types, opened by Enter, empty in words."""

from uuid import uuid4

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from practice_app.gui.office import ANYTHING
from practice_app.gui.patients import BY_LAST_VISIT, LAST_VISIT, NAME, PatientsScreen, name_of, status_of
from practice_app.gui.table import Table
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services.people import Found
from practice_app.storage.records import Records
from tests import makers

from .conftest import People
from .user import User


@pytest.fixture
def screen(qtbot: QtBot, tools_as, people: People) -> PatientsScreen:
    tools = tools_as(Role.RECEPTIONIST)
    made = PatientsScreen(tools)
    tools.actions.move_to("patients")
    made.resize(860, 600)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def user(qtbot: QtBot, screen: PatientsScreen) -> User:
    return User(qtbot, screen)


@pytest.fixture
def seen_as(qtbot: QtBot, tools_as, people: People, records: Records):
    """The list as a role sees it, with somebody no therapist sees, and Margaret seen last Friday."""
    with records.work(use_case="tests.stranger") as work:
        makers.patient(work, PersonName("Mr", "Amir", "Khan", None), phones=["01632 960777"])

    def made_as(role: Role) -> PatientsScreen:
        tools = tools_as(role)
        made = PatientsScreen(tools)
        tools.actions.move_to("patients")
        made.resize(1000, 600)
        qtbot.addWidget(made)
        made.show()
        return made

    return made_as


def column(screen: PatientsScreen, title: str) -> list[str]:
    """What stands in a column, "hidden" when it is not shown."""
    table = screen.findChild(Table)
    model = table.model()
    titles = [model.headerData(each, Qt.Orientation.Horizontal) for each in range(model.columnCount())]
    place = titles.index(title)
    if table.isColumnHidden(place):
        return ["hidden"]
    return [model.index(row, place).data() for row in range(model.rowCount())]


def click_heading(qtbot: QtBot, screen: PatientsScreen, place: int) -> None:
    header = screen.findChild(Table).horizontalHeader()
    x = header.sectionViewportPosition(place) + header.sectionSize(place) // 2
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(x, header.height() // 2))


def test_a_therapist_sees_their_own_patients_and_switches_to_everybody(seen_as, qtbot: QtBot) -> None:
    screen = seen_as(Role.THERAPIST)
    user = User(qtbot, screen)
    own = ["Bluebird", "HOLLOWAY, Margaret (Mrs) “Peggy”", "SMITH, Jo (Mr)"]
    assert (listed(screen), user.sees("My patients"), user.sees("3 patients")) == (own, True, True)
    assert column(screen, "Last visit") == ["", "20-Nov-2026", ""]
    user.type("Find a patient", "khan")
    user.waits_to_see("None of your patients matches “khan”.")
    user.press("Everybody")
    assert listed(screen) == ["KHAN, Amir (Mr)"]
    user.type("Find a patient", "")
    qtbot.keyClick(user.field("Find a patient"), Qt.Key.Key_Escape)
    assert listed(screen) == [*own[:2], "KHAN, Amir (Mr)", own[2]]
    assert column(screen, "Last visit") == ["hidden"]
    assert column(screen, "Phone") == ["hidden"]
    user.press("Everybody")
    assert listed(screen) == own


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.RECEPTIONIST])
def test_others_see_everybody_and_have_no_switch(seen_as, qtbot: QtBot, role: Role) -> None:
    screen = seen_as(role)
    assert len(listed(screen)) == 4
    assert not User(qtbot, screen).sees("Everybody")
    assert "01632 960777" in column(screen, "Phone")
    assert "20-Nov-2026" in column(screen, "Last visit")


def test_the_list_is_put_in_order_by_name_or_by_last_visit(seen_as, qtbot: QtBot) -> None:
    screen = seen_as(Role.RECEPTIONIST)
    by_name = listed(screen)
    click_heading(qtbot, screen, LAST_VISIT)
    qtbot.waitUntil(lambda: listed(screen)[0].startswith("HOLLOWAY"), timeout=20_000)
    assert listed(screen) == [by_name[1], by_name[0], by_name[2], by_name[3]]
    click_heading(qtbot, screen, LAST_VISIT)
    assert listed(screen)[-1].startswith("HOLLOWAY")
    click_heading(qtbot, screen, NAME)
    assert listed(screen) == by_name
    click_heading(qtbot, screen, NAME)
    assert listed(screen) == by_name[::-1]


def test_a_therapists_own_list_is_put_in_order_too_and_by_keyboard(seen_as, qtbot: QtBot) -> None:
    screen = seen_as(Role.THERAPIST)
    by_visit = next(made for action, made in screen._tools.actions.known() if action.id == BY_LAST_VISIT.id)
    by_visit.trigger()
    assert listed(screen)[0].startswith("HOLLOWAY")
    screen.findChild(QCheckBox).setChecked(True)
    by_visit.trigger()
    screen._tools.status.show()
    assert User(qtbot, screen._tools.status).sees("The list of everybody is by name")
    assert listed(screen) == sorted(listed(screen), key=str.casefold)


def test_what_is_typed_is_not_put_in_another_order(seen_as, qtbot: QtBot) -> None:
    screen = seen_as(Role.RECEPTIONIST)
    User(qtbot, screen).type("Find a patient", "m")
    before = listed(screen)
    click_heading(qtbot, screen, NAME)
    assert listed(screen) == before


def listed(screen: PatientsScreen) -> list[str]:
    model = screen.findChild(Table).model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_everybody_is_listed_before_anything_is_typed(screen: PatientsScreen, user: User) -> None:
    assert listed(screen) == ["Bluebird", "HOLLOWAY, Margaret (Mrs) “Peggy”", "SMITH, Jo (Mr)"]
    assert user.sees("3 patients")


@pytest.mark.parametrize(
    "typed",
    ["hol mar", "peggy", "14-Mar-1958 hol", "999 000 0018", "01632 960123", "CT11 8AA"],
)
def test_margaret_is_found_by_everything_she_has(screen: PatientsScreen, user: User, typed: str) -> None:
    user.type("Find a patient", typed)
    assert listed(screen) == ["HOLLOWAY, Margaret (Mrs) “Peggy”"]
    assert user.sees("1 patient found")


def test_the_arrow_keys_move_in_the_list_while_one_types_and_enter_opens(
    screen: PatientsScreen, user: User, people: People, qtbot: QtBot
) -> None:
    field = user.field("Find a patient")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(screen.opened) as opened:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert opened.args == [people.jo]


def test_the_best_match_is_chosen_already(
    screen: PatientsScreen, user: User, people: People, qtbot: QtBot
) -> None:
    user.type("Find a patient", "blueb")
    with qtbot.waitSignal(screen.opened) as opened:
        user.press("Open the record")
    assert opened.args == [people.bluebird]


def test_nobody_found_is_said_with_what_to_try(screen: PatientsScreen, user: User, qtbot: QtBot) -> None:
    user.type("Find a patient", "zzz")
    user.waits_to_see("Nobody matches “zzz”.")
    with qtbot.assertNotEmitted(screen.opened):
        qtbot.keyClick(user.field("Find a patient"), Qt.Key.Key_Return)
    qtbot.keyClick(user.field("Find a patient"), Qt.Key.Key_Escape)
    assert len(listed(screen)) == 3


def test_who_died_is_marked_in_words_and_a_current_patient_is_not(screen: PatientsScreen, user: User) -> None:
    model = screen.findChild(Table).model()
    states = {model.index(row, 0).data(): model.index(row, 7).data() for row in range(3)}
    assert states["SMITH, Jo (Mr)"] == "Deceased"
    assert states["Bluebird"] == ""


def test_a_new_patient_appears_without_being_asked_for(
    screen: PatientsScreen, user: User, open_as, qtbot: QtBot
) -> None:
    user.type("Find a patient", "chen")
    with open_as(Role.DIRECTOR).work(use_case="tests.elsewhere") as work:
        makers.patient(work, PersonName("Ms", "Wei", "Chen", None))
    assert listed(screen) == []
    screen._office.changed.emit(ANYTHING)
    assert listed(screen) == ["CHEN, Wei (Ms)"]


def test_a_hidden_list_is_read_again_when_it_is_shown(screen: PatientsScreen, open_as) -> None:
    screen.hide()
    with open_as(Role.DIRECTOR).work(use_case="tests.elsewhere") as work:
        makers.patient(work, PersonName("Ms", "Wei", "Chen", None))
    screen._office.changed.emit(frozenset({"patient"}))
    assert len(listed(screen)) == 3
    screen.show()
    assert len(listed(screen)) == 4


def test_the_cursor_stays_on_its_patient_when_the_list_is_read_again(
    screen: PatientsScreen, user: User, people: People, qtbot: QtBot
) -> None:
    field = user.field("Find a patient")
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    screen._office.changed.emit(ANYTHING)
    with qtbot.waitSignal(screen.opened) as opened:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert opened.args == [people.jo]


@pytest.mark.parametrize(
    ("name", "known_as", "status", "shown"),
    [
        ("SMITH, Jo (Mr)", "Joey", "archived", ("SMITH, Jo (Mr) “Joey”", "Archived")),
        ("SMITH, Jo (Mr)", None, "current", ("SMITH, Jo (Mr)", "")),
        ("Bluebird", "Bluebird", "discharged", ("Bluebird", "Discharged")),
    ],
)
def test_names_and_states_in_a_list(name: str, known_as: str | None, status: str, shown) -> None:
    found = Found(uuid4(), "1", name, known_as, None, None, None, None, status)
    assert (name_of(found), status_of(found)) == shown
