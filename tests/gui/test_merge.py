"""Merging and moving in the window, by mouse and by keyboard alone, and undoing both there."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton
from pytestqt.qtbot import QtBot

from practice_app.gui.frame import Frame
from practice_app.gui.office import Office
from practice_app.gui.record import RecordScreen
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import Tools
from practice_app.gui.table import Column, Rows, Table
from practice_app.model.merges import MovedAway
from practice_app.model.people import Patient
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission, Role
from practice_app.services import merges
from practice_app.services import people as people_cases
from practice_app.storage.records import Records
from tests import makers
from tests.services.filling import snapshot

from .accessibility import problems, spoken_name
from .conftest import People
from .doors import Answers
from .user import User

MARGRET = PersonName("Ms", "Margret", "Holloway", None)


@pytest.fixture
def twice(open_as: Callable[[Role], Records], people: People) -> UUID:
    """Margaret's second record, under a name typed wrongly."""
    with open_as(Role.DIRECTOR).work(use_case="tests.arrange") as work:
        second = makers.patient(work, MARGRET, phones=("07700 900456",), nhs_number="9434765870")
        makers.call(work, [second], about="Asked for a letter")
        makers.on_list(work, work.actor.id, [second])
    return second


@pytest.fixture
def frame_as(
    qtbot: QtBot, office_as: Callable[[Role], Office], people: People, asker: Answers, practice_file: Path
) -> Callable[[Role], Frame]:
    def made_as(role: Role) -> Frame:
        frame = Frame(office_as(role), asker, (), lambda: makers.NOW, practice_file.parent)
        frame.resize(1024, 610)
        qtbot.addWidget(frame)
        frame.show()
        frame.activateWindow()
        qtbot.waitUntil(frame.isActiveWindow)  # the arrow keys of a choice ask who has the focus
        return frame

    return made_as


def number(records: Records, person: UUID) -> str:
    with records.work(writes=False) as work:
        return str(work.get(Patient, person).number)


def radio(frame: Frame, name: str) -> QRadioButton:
    return next(each for each in frame.findChildren(QRadioButton) if spoken_name(each).startswith(name))


def timeline(frame: Frame) -> Table:
    return frame.record.tabs[0].findChild(Table)


def titles(frame: Frame) -> list[str]:
    model = timeline(frame).model()
    return [model.index(row, 2).data() for row in range(model.rowCount())]


def trigger(frame: Frame, action: str) -> None:
    next(made for each, made in frame.actions_known.known() if each.id == action).trigger()


def tab_to(user: User, frame: Frame, name: str) -> None:
    """Press Tab until the focus is on what is called this."""
    for _ in range(80):
        focus = frame.focusWidget()
        if focus is not None and spoken_name(focus).startswith(name):
            return
        user.key(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {name!r}")


def test_a_likely_second_record_is_compared_merged_and_undone_by_mouse(
    frame_as, people: People, twice: UUID, qtbot: QtBot, open_as, asker: Answers
) -> None:
    records = open_as(Role.DIRECTOR)
    before = snapshot(records)
    kept, gone = number(records, people.margaret), number(records, twice)
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    assert user.sees(f"This may be the same person as HOLLOWAY, Margret (Ms), born 14-Mar-1958, no. {gone}")
    user.press("Compare…")
    assert user.sees("They have different NHS numbers")
    qtbot.mouseClick(radio(frame, "Name: HOLLOWAY, Margret"), Qt.MouseButton.LeftButton)
    user.press("Merge the records")
    assert user.sees(f"Type {kept}, the number of the record that stays.")
    user.type(f"To merge, type the number of the record that stays: {kept}", kept)
    user.press("Merge the records")
    assert user.sees("The two records are one now")
    assert user.sees("Calls")
    user.press("Close")
    assert frame.banner.accessibleName().startswith("HOLLOWAY, Margret") or user.sees(
        "HOLLOWAY, Margret (Ms)"
    )
    assert user.sees(f"Merged on 23-Nov-2026 from no. {gone}")
    assert len([title for title in titles(frame) if title.startswith("Call")]) == 2
    frame.open_patient(twice)
    assert frame.record.patient == people.margaret
    user.press("Undo…")
    assert asker.asked[-1] == "Undo the merge? [Undo the merge]"
    assert user.sees("The merge was undone")
    user.press(f"Open no. {gone}")
    assert frame.record.patient == twice
    after = snapshot(records)
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_merge_by_keyboard_alone(frame_as, people: People, twice: UUID, qtbot: QtBot, open_as) -> None:
    records = open_as(Role.DIRECTOR)
    kept, gone = number(records, people.margaret), number(records, twice)
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    trigger(frame, "record.merge")
    user.keys(gone)
    user.key(Qt.Key.Key_Return)
    assert user.sees("Are these two records about one person?")
    assert spoken_name(frame.focusWidget()).startswith("Name: HOLLOWAY, Margaret")
    user.key(Qt.Key.Key_Right)
    assert radio(frame, "Name: HOLLOWAY, Margret").isChecked()
    tab_to(user, frame, "To merge")
    user.keys(kept)
    user.key(Qt.Key.Key_Return)
    assert user.sees("The two records are one now")
    user.key(Qt.Key.Key_Escape)
    assert user.sees("HOLLOWAY, Margret (Ms)")
    with records.work(writes=False) as work:
        assert merges.everyone(work, people.margaret) == (people.margaret, twice)


def test_the_other_record_can_stay_instead(frame_as, people: People, twice: UUID, qtbot, open_as) -> None:
    gone = number(open_as(Role.DIRECTOR), twice)
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    user.press("Compare…")
    user.press(f"Keep no. {gone} instead")
    user.type(f"To merge, type the number of the record that stays: {gone}", gone)
    user.press("Merge the records")
    assert frame.record.patient == twice


def test_leaving_the_pages_changes_nothing(frame_as, people: People, twice: UUID, qtbot, open_as) -> None:
    records = open_as(Role.DIRECTOR)
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    before = snapshot(records)
    user = User(qtbot, frame)
    trigger(frame, "record.merge")
    user.press("Compare")
    user.key(Qt.Key.Key_Escape)
    assert user.sees("Details")
    assert snapshot(records) == before


def test_reception_tells_a_director_and_takes_it_back(
    frame_as, people: People, twice: UUID, qtbot: QtBot
) -> None:
    frame = frame_as(Role.RECEPTIONIST)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    assert not any(
        each.isVisible() and each.text() == "Compare…" for each in frame.findChildren(QRadioButton)
    )
    user.press("Tell a director")
    assert user.sees("suggested by")
    user.press("Undo")
    assert user.sees("same birth date and a similar name")
    user.press("They are two people")
    assert not user.sees("This may be the same person")
    user.press("Undo")
    assert user.sees("This may be the same person")
    assert [each.id for each, _made in frame.actions_known.known() if each.id == "record.merge"] == []


def test_an_entry_of_the_wrong_record_is_moved_by_mouse_and_moved_back(
    frame_as, people: People, twice: UUID, qtbot: QtBot, open_as
) -> None:
    records = open_as(Role.DIRECTOR)
    before = snapshot(records)
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    table = timeline(frame)
    row = next(place for place, title in enumerate(titles(frame)) if title.startswith("Call"))
    table.selectRow(row)
    [entry] = [each for each in table.actions() if each.objectName() == "record.move"]
    entry.trigger()
    assert user.sees("Telephone call: entered in the wrong record")
    user.press("Move it")
    assert user.sees("Search for the person it belongs to, and choose the record.")
    user.type("Right record", "Smith")
    user.press("Move it")
    assert user.sees("Telephone call moved to SMITH, Jo (Mr)")
    assert "Telephone call moved to another record" in titles(frame)
    user.press("Undo")
    assert user.sees("Telephone call moved back.")
    after = snapshot(records)
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_note_is_moved_by_keyboard_alone(frame_as, people: People, qtbot: QtBot, open_as) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    frame.record.take_focus()
    while not titles(frame)[timeline(frame).currentIndex().row()].startswith("Session note"):
        user.key(Qt.Key.Key_Down)
    trigger(frame, "record.move")
    user.keys("Bluebird")
    user.key(Qt.Key.Key_Return)
    assert spoken_name(frame.focusWidget()) == "Why was it in the wrong record?"
    user.key(Qt.Key.Key_Down)
    tab_to(user, frame, "Move it")
    user.key(Qt.Key.Key_Space)
    assert "Session note moved to another record" in titles(frame)
    frame.open_patient(people.bluebird)
    assert "Session note" in titles(frame)
    with open_as(Role.DIRECTOR).work(writes=False) as work:
        from sqlalchemy import select

        assert [row.kind for row in work.select(select(MovedAway))] == ["note"]


def test_a_tab_that_lists_things_to_move_offers_it_in_its_lists(
    frame_as, people: People, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Calls(RecordTab):
        """A tab as others write them: it says what it lists, and no more about moving."""

        name = "some_calls"
        title = "Some calls"
        permission = Permission.OPEN_RECORD
        shows = frozenset({"call"})
        item_kind = "call"

        def __init__(self, tools: Tools) -> None:
            super().__init__(tools)
            self.rows = Rows([Column("What", lambda item: item.title, stretches=True)])
            self.table = Table(self.rows, name="Some calls")
            self.lay_out(self.table)

        def refresh(self) -> None:
            record = self._tools.office.do(people_cases.open_record, self.about.id)
            self.rows.show([item for item in record.timeline if item.kind == "call"])
            self.table.step(+1)

        def take_focus(self) -> None:
            self.table.setFocus()

    monkeypatch.setattr(RecordScreen, "TABS", (Calls,))
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    frame.record.turn_to("some_calls")
    tab = frame.record.tabs[1]
    assert [each.objectName() for each in tab.table.actions()] == ["record.move"]
    trigger(frame, "record.move")
    assert User(qtbot, frame).sees("Call from Her sister. It stands in the record of HOLLOWAY, Margaret")


@pytest.mark.parametrize(
    ("tab", "what"),
    [("appointments", "Appointment"), ("calls", "Telephone call"), ("notes", "Session note")],
)
def test_each_tab_moves_what_it_lists(frame_as, people: People, qtbot: QtBot, tab: str, what: str) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    frame.record.turn_to(tab)
    user = User(qtbot, frame)
    trigger(frame, "record.move")
    assert user.sees(f"{what}: entered in the wrong record")
    user.type("Right record", "Bluebird")
    user.press("Move it")
    assert user.sees(f"{what} moved to Bluebird")
    user.press("Undo")
    assert user.sees(f"{what} moved back.")


def test_a_decision_is_moved_from_the_history_of_consent(
    frame_as, people: People, qtbot: QtBot, open_as
) -> None:
    with open_as(Role.DIRECTOR).work(use_case="tests.arrange") as work:
        makers.consent(work, people.margaret)
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    frame.record.turn_to("consents")
    trigger(frame, "consent.history")
    trigger(frame, "record.move")
    user = User(qtbot, frame)
    user.type("Right record", "Bluebird")
    user.press("Move it")
    assert user.sees("Consent moved to Bluebird")
    assert "Consent moved to another record" in titles(frame)


def test_a_health_fact_is_chosen_and_moved(frame_as, people: People, qtbot: QtBot) -> None:
    frame = frame_as(Role.THERAPIST)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    trigger(frame, "record.move_fact")
    assert user.sees("Allergy: Latex")
    user.type("Right record", "Bluebird")
    user.press("Move it")
    assert user.sees("Health fact moved to Bluebird")
    frame.open_patient(people.bluebird)
    assert "Latex" in frame.banner.accessibleName() or user.sees("Latex")
    trigger(frame, "record.move_fact")
    frame.record.close_page()
    frame.open_patient(people.margaret)
    trigger(frame, "record.move_fact")
    assert user.sees("There are no health facts in this record.")


def test_without_an_entry_the_status_line_says_what_to_do(frame_as, people: People, qtbot: QtBot) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.bluebird)
    trigger(frame, "record.move")
    assert User(qtbot, frame).sees("Choose an entry first")


def test_the_undo_goes_after_thirty_days(frame_as, people: People, twice: UUID, qtbot, open_as) -> None:
    from practice_app.services.marks import run

    records = open_as(Role.DIRECTOR)
    records.clock = lambda: makers.NOW - timedelta(days=31)
    run(records, merges.merge, people.margaret, twice, {})
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    assert not User(qtbot, frame).sees("Merged on")


@pytest.mark.parametrize("role", list(Role))
def test_the_bars_and_pages_pass_the_walk(frame_as, people: People, twice: UUID, role: Role, qapp) -> None:
    frame = frame_as(role)
    frame.open_patient(people.margaret)
    qapp.processEvents()
    found = {"bars": problems(frame)}
    for action in ("record.merge", "record.move", "record.move_fact"):
        if any(each.id == action for each, _made in frame.actions_known.known()):
            trigger(frame, action)
            qapp.processEvents()
            found[action] = problems(frame)
            frame.record.close_page()
    if role is Role.DIRECTOR:
        frame.record._merging._compare(twice)
        qapp.processEvents()
        found["side by side"] = problems(frame)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_record_opened_in_the_privacy_view_names_nobody(
    frame_as, people: People, twice: UUID, qtbot: QtBot
) -> None:
    frame = frame_as(Role.RECEPTIONIST)
    user = User(qtbot, frame)
    trigger(frame, "view.privacy")
    frame.open_patient(people.margaret)
    assert not user.sees("HOLLOWAY")
    frame.record.refresh()
    trigger(frame, "record.move")
    frame.record.turn_to("calls")
    assert not user.sees("HOLLOWAY")
    trigger(frame, "view.privacy")
    assert user.sees("This may be the same person as HOLLOWAY, Margret")
    user.press("Tell a director")
    trigger(frame, "view.privacy")
    frame.status.undo()
    assert not user.sees("HOLLOWAY")


def test_privacy_view_hides_the_pages(frame_as, people: People, twice: UUID, qtbot: QtBot) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    user = User(qtbot, frame)
    user.press("Compare…")
    trigger(frame, "view.privacy")
    assert not user.sees("HOLLOWAY, Margret")
    trigger(frame, "view.privacy")
    assert user.sees("Are these two records about one person?")
