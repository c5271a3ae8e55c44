"""The screen of wordings and the privacy notice: versions stay, and many people are given it at once."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QTabWidget
from pytestqt.qtbot import QtBot

from practice_app.gui.consents.wordings import ConsentWordingsScreen
from practice_app.gui.privacy_notices import WaitingPage
from practice_app.gui.screen import Tools
from practice_app.gui.table import Table
from practice_app.rules.consents import Channel, Purpose
from practice_app.rules.permissions import Role
from practice_app.services import consents, privacy_notices
from tests import makers

from .accessibility import problems
from .conftest import People
from .user import User

JANUARY = date(2026, 1, 5)


class Place:
    """The screen with somebody in front of it."""

    def __init__(self, qtbot: QtBot, tools: Tools) -> None:
        self.tools, self.do, self.qtbot = tools, tools.office.do, qtbot
        self.screen = ConsentWordingsScreen(tools)
        self.screen.resize(860, 560)
        qtbot.addWidget(self.screen)
        self.screen.show()
        self.user = User(qtbot, self.screen)

    def turn_to(self, page: int) -> None:
        self.screen.findChild(QTabWidget).setCurrentIndex(page)

    def write(self, text: str) -> None:
        """Replace what is in the long text of the open form."""
        field = next(each for each in self.screen.findChildren(QPlainTextEdit) if each.isVisible())
        field.selectAll()
        self.qtbot.keyClicks(field, text)


@pytest.fixture
def place_as(qtbot: QtBot, tools_as: Callable[[Role], Tools], people: People):
    return lambda role=Role.DIRECTOR: Place(qtbot, tools_as(role))


def test_new_words_are_asked_from_now_on_and_the_old_ones_stay_to_be_read(place_as) -> None:
    place = place_as()
    place.do(consents.new_wording, Purpose.TREATMENT, "May we treat you?")
    assert place.user.sees("May we treat you?")
    place.user.press("New words…")
    place.write("Do you agree to be treated?")
    place.user.press("Save")
    assert place.user.sees("Do you agree to be treated?")
    versions = next(each for each in place.screen.findChildren(QComboBox) if each.isVisible())
    assert [versions.itemText(n) for n in range(versions.count())] == ["Version 2 (asked now)", "Version 1"]
    versions.setCurrentIndex(1)
    assert place.user.sees("May we treat you?")


def test_the_same_words_are_no_new_version(place_as) -> None:
    place = place_as()
    place.do(consents.new_wording, Purpose.TREATMENT, "May we treat you?")
    place.user.press("New words…")
    place.user.press("Save")
    assert place.user.sees("These are the words of version 1 already.")


def test_only_a_director_writes(place_as) -> None:
    for role in (Role.RECEPTIONIST, Role.THERAPIST):
        place = place_as(role)
        for page in (0, 1):
            place.turn_to(page)
            for text in ("New words…", "New version…"):
                with pytest.raises(AssertionError):
                    place.user.button(text)


def test_a_new_version_of_the_notice_lists_everybody_anew(place_as, people: People) -> None:
    place = place_as()
    place.do(privacy_notices.add_version, "First", JANUARY)
    place.do(privacy_notices.give, [people.margaret], Channel.POST)
    assert place.screen.findChild(QTabWidget).tabText(2) == "Not given yet (1)"
    place.turn_to(1)
    place.user.press("New version…")
    place.write("Second")
    place.user.type("Holds from", "soon")
    place.user.press("Save")
    assert place.user.sees("is no date")
    place.user.type("Holds from", "23/11")
    place.user.press("Save")
    assert place.user.sees("Second")
    assert [each.revision for each in place.do(privacy_notices.versions)] == [2, 1]
    assert place.screen.findChild(QTabWidget).tabText(2) == "Not given yet (2)"


def test_the_notice_is_recorded_for_many_at_once_and_taken_back_at_once(place_as) -> None:
    place = place_as(Role.RECEPTIONIST)
    with place.tools.office._records.work(use_case="tests.notice") as work:
        makers.privacy_notice(work)
    place.turn_to(2)
    place.user.press("Choose all")
    place.user.press("Record as given today to 2")
    assert place.user.sees("Every current patient has been given the current privacy notice.")
    place.tools.status.show()
    User(place.qtbot, place.tools.status).press("Undo")
    assert len(place.do(privacy_notices.without_current)) == 2


def test_enter_on_the_list_opens_the_record_and_the_privacy_view_hides_it(place_as, people: People) -> None:
    place = place_as()
    place.do(privacy_notices.add_version, "First", JANUARY)
    place.turn_to(2)
    opened = []
    place.screen.opened.connect(opened.append)
    place.screen.take_focus()
    place.user.key(Qt.Key.Key_Return)
    assert opened == [people.bluebird]
    table = place.screen.findChild(WaitingPage).findChild(Table)
    assert table.isVisible()
    place.screen.set_private(True)
    assert not table.isVisible()
    place.screen.set_private(False)
    assert table.isVisible()


@pytest.mark.parametrize("role", list(Role))
def test_every_page_passes_the_walk(place_as, role: Role, qapp) -> None:
    place = place_as(role)
    found = {}
    for page in range(3):
        place.turn_to(page)
        qapp.processEvents()
        found[page] = problems(place.screen)
    if role is Role.DIRECTOR:
        place.turn_to(0)
        place.user.press("New words…")
        qapp.processEvents()
        found["form"] = problems(place.screen)
    assert {name: faults for name, faults in found.items() if faults} == {}
