"""Actions are registered once, clash with nobody, and exist only for those who may use them."""

import pytest
from PySide6.QtWidgets import QMainWindow, QWidget

from practice_app.errors import Defect
from practice_app.gui.actions import Action, Actions, Menu, button_for, clash, keys_text
from practice_app.rules.permissions import Permission, Role, permissions_of

OPEN = Action("patients.open", "&Open record", "Ctrl+O", Permission.OPEN_RECORD, menu=Menu.PATIENT)
PREPARE = Action(
    "record.subject_access", "&Subject access…", "Ctrl+Shift+S", Permission.PREPARE_SUBJECT_ACCESS,
    menu=Menu.PATIENT,
)  # fmt: skip


@pytest.fixture
def owner(qtbot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def actions_of(role: Role) -> Actions:
    return Actions(permissions_of(role))


def test_two_actions_cannot_share_keys_where_both_work(owner: QWidget) -> None:
    actions = actions_of(Role.DIRECTOR)
    actions.add(OPEN, owner, lambda: None)
    with pytest.raises(Defect, match=r"patients\.open.*letters\.open"):
        actions.add(Action("letters.open", "Open &letter", "Ctrl+O", context="letters"), owner, lambda: None)


def test_two_places_may_use_the_same_key(owner: QWidget) -> None:
    in_grid = Action("a", "A", "N", context="grid")
    assert not clash(in_grid, Action("b", "B", "N", context="list"))
    assert clash(in_grid, Action("b", "B", "n", context="grid"))
    assert clash(in_grid, Action("b", "B", "N"))


def test_an_id_is_used_once(owner: QWidget) -> None:
    actions = actions_of(Role.DIRECTOR)
    actions.add(OPEN, owner, lambda: None)
    with pytest.raises(Defect, match="Two actions"):
        actions.add(OPEN, owner, lambda: None)


def test_what_the_role_may_not_do_is_in_no_menu_and_does_nothing(owner: QWidget, qtbot) -> None:
    done: list[str] = []
    actions = actions_of(Role.RECEPTIONIST)
    actions.add(OPEN, owner, lambda: done.append("open"))
    refused = actions.add(PREPARE, owner, lambda: done.append("prepare"))
    assert [action.id for action, _made in actions.known()] == ["patients.open"]
    assert not button_for(refused).isVisibleTo(owner)
    refused.trigger()
    assert done == []


def test_a_clash_shows_even_for_a_role_that_may_use_neither(owner: QWidget) -> None:
    actions = actions_of(Role.RECEPTIONIST)
    actions.add(PREPARE, owner, lambda: None)
    with pytest.raises(Defect):
        actions.add(Action("other", "Other", "Ctrl+Shift+S"), owner, lambda: None)


def test_the_menus_come_from_the_registry(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    done: list[str] = []
    actions = actions_of(Role.DIRECTOR)
    actions.add(OPEN, window, lambda: done.append("open"))
    actions.fill(window.menuBar())
    [menu] = [each.menu() for each in window.menuBar().actions()]
    assert menu.title() == "&Patient"
    [entry] = menu.actions()
    assert actions.registered(entry)
    entry.trigger()
    assert done == ["open"]


def test_a_button_follows_its_action(owner: QWidget, qtbot) -> None:
    made = actions_of(Role.DIRECTOR).add(OPEN, owner, lambda: None)
    button = button_for(made)
    button.setParent(owner)
    made.setEnabled(False)
    assert not button.isEnabled()
    made.setEnabled(True)
    with qtbot.waitSignal(made.triggered):
        button.click()


def test_the_sheet_says_keys_and_words_without_mnemonics() -> None:
    assert PREPARE.plain_text == "Subject access"
    assert keys_text(PREPARE) == "Ctrl+Shift+S"
