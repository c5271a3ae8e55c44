"""A clinic that says "client" finds no "patient" in its window."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenuBar,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from practice_app.errors import NotFound
from practice_app.gui.frame import Frame
from practice_app.gui.table import Table
from practice_app.rules.permissions import Role
from practice_app.rules.words import PatientWord
from practice_app.services import practice
from practice_app.storage.records import Records

from .accessibility import spoken_name
from .conftest import People, Window
from .test_screens import doubled_letters, every_place
from .user import User

THEIR_OWN = "told by the patient"
"""What people wrote themselves: where somebody's details came from, which no program may alter."""

THE_CHOICE = frozenset({"Patient"})
"""Where the word itself is chosen."""


@pytest.fixture
def clients(people: People, open_as: Callable[[Role], Records]) -> People:
    """A small practice that says "client"."""
    with open_as(Role.DIRECTOR).work(use_case="tests.word") as work:
        practice.the_practice(work).word_for_patient = PatientWord.CLIENT
    return people


def _texts(window: QWidget) -> Iterator[str]:
    """Everything a visible window says, shows at the pointer or speaks."""
    for each in window.findChildren(QWidget):
        if not each.isVisible():
            continue
        yield from (each.toolTip(), each.accessibleName(), each.accessibleDescription(), spoken_name(each))
        if isinstance(each, QLabel | QAbstractButton | QLineEdit):
            yield each.text()
        if isinstance(each, QLineEdit):
            yield each.placeholderText()
        if isinstance(each, QComboBox):
            yield from (each.itemText(place) for place in range(each.count()))
        if isinstance(each, QTabWidget):
            yield from (each.tabText(place) for place in range(each.count()))
        if isinstance(each, QListWidget):
            for row in range(each.count()):
                yield from (each.item(row).text(), each.item(row).toolTip())
        if isinstance(each, Table):
            yield from _cells(each)


def _cells(table: Table[object]) -> Iterator[str]:
    model = table.model()
    columns = range(model.columnCount())
    for column in columns:
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for row in range(model.rowCount()):
        for column in columns:
            index = model.index(row, column)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(index.data(role) or "")


def _strange(texts: Iterator[str]) -> set[str]:
    return {
        text
        for text in texts
        if "patient" in text.replace("&", "").replace(THEIR_OWN, "").lower() and text not in THE_CHOICE
    }


@pytest.mark.parametrize("role", list(Role))
def test_no_place_of_the_window_says_patient(
    frame_as: Callable[[Role], Frame], clients: People, role: Role, qapp
) -> None:
    frame = frame_as(role)
    found = {}
    for name, go in every_place(frame, clients).items():
        go()
        qapp.processEvents()
        found[name] = _strange(_texts(frame))
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize("role", list(Role))
def test_no_menu_palette_or_sheet_says_patient(
    frame_as: Callable[[Role], Frame], clients: People, role: Role, qtbot: QtBot
) -> None:
    frame = frame_as(role)
    bar = QMenuBar()
    qtbot.addWidget(bar)
    frame.fill_menus(bar)
    menus = [each.menu() for each in bar.actions()]
    texts = [menu.title() for menu in menus]
    texts += [entry.text() for menu in menus for entry in menu.actions()]
    texts += [entry.toolTip() for menu in menus for entry in menu.actions()]
    texts += [entry.what for entry in frame.palette_list.entries(">")]
    frame._show_shortcuts()
    texts += [what for what, _keys in frame.tools.asker.sheet]
    assert _strange(iter(texts)) == set()
    assert any("lients" in text for text in texts)


@pytest.mark.parametrize("role", list(Role))
def test_the_clinics_word_leaves_every_letter_of_a_menu_alone(
    frame_as: Callable[[Role], Frame], clients: People, role: Role, qtbot: QtBot
) -> None:
    bar = QMenuBar()
    qtbot.addWidget(bar)
    frame_as(role).fill_menus(bar)
    assert doubled_letters(bar) == {}


def test_what_is_refused_says_the_clinics_word_too(
    frame_as: Callable[[Role], Frame], clients: People
) -> None:
    from practice_app.rules.permissions import Permission
    from practice_app.services.marks import reads
    from practice_app.storage.records import Work

    @reads(Permission.FIND_PEOPLE)
    def refuse(work: Work) -> None:
        raise NotFound("There is no such patient.")

    with pytest.raises(NotFound, match=r"There is no such client\."):
        frame_as(Role.RECEPTIONIST).tools.office.do(refuse)


def test_a_test_that_would_miss_the_word_is_seen(frame_as: Callable[[Role], Frame], people: People) -> None:
    """The same walk finds the word where a practice says "patient"."""
    frame = frame_as(Role.RECEPTIONIST)
    assert {"Patients", "Find a patient"} <= _strange(_texts(frame))


def test_changing_the_word_makes_the_whole_window_say_it_at_once(qtbot: QtBot, signed_in: Window) -> None:
    main = signed_in.main
    user = User(qtbot, main)
    main.frame.show_screen("practice")
    before = main.frame
    user.press("Change the settings")
    user.field("Word for the people you see").setCurrentIndex(1)
    user.press("Save")
    qtbot.waitUntil(lambda: main.frame is not None and main.frame is not before)
    assert main.frame.place.screen == "practice"
    assert user.sees("Client")
    main.frame.show_patients()
    assert user.sees("Clients")
    assert _strange(_texts(main)) == set()
