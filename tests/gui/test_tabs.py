"""The tabs of a record that list: what each says, who has which, and that a note opens only when asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListView
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from practice_app.gui.record import RecordScreen
from practice_app.gui.record_tab import RecordTab
from practice_app.gui.screen import Tools
from practice_app.gui.table import Table
from practice_app.model.audit import AuditEvent
from practice_app.model.diary import AppointmentState, AppointmentType, Room
from practice_app.model.rights import Disclosure
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import access, notes
from practice_app.services import people as people_cases
from practice_app.services.access import CoverReason, Reason
from practice_app.services.marks import run
from practice_app.services.notes import DraftText, NoteLevel, Words
from practice_app.storage.records import Records
from tests import makers

from .conftest import People
from .user import User


@dataclass
class Record:
    """A record on show, and the person in front of it."""

    screen: RecordScreen
    tools: Tools
    user: User
    qtbot: QtBot

    def turn_to(self, name: str) -> RecordTab:
        self.screen.turn_to(name)
        return next(each for each in self.screen.tabs if each.name == name)

    def rows(self, name: str) -> list[list[str]]:
        model = self.turn_to(name).findChild(Table).model()
        columns = range(model.columnCount())
        return [[model.index(row, column).data() for column in columns] for row in range(model.rowCount())]

    def said(self, name: str) -> str:
        return "\n".join(each.text() for each in self.turn_to(name).findChildren(QLabel) if each.isVisible())


@pytest.fixture
def record_as(qtbot: QtBot, tools_as: Callable[[Role], Tools], people: People):
    """Margaret's record as a role sees it."""

    def made_as(role: Role) -> Record:
        tools = tools_as(role)
        screen = RecordScreen(tools)
        tools.actions.move_to("record")
        screen.resize(1000, 600)
        qtbot.addWidget(screen)
        screen.show()
        screen.show_record(tools.office.do(people_cases.open_record, people.margaret))
        return Record(screen, tools, User(qtbot, screen), qtbot)

    return made_as


@pytest.fixture
def arrange(records: Records) -> Records:
    """The records, opened by the director, to put something into."""
    return records


def viewed(records: Records) -> list[str]:
    with records.work(writes=False) as work:
        rows = work.select(select(AuditEvent).where(AuditEvent.action == "viewed").order_by(AuditEvent.seq))
        return [row.kind for row in rows]


NEVER_FOR_RECEPTION = {"notes"}


@pytest.mark.parametrize("role", Role)
def test_every_tab_a_role_has_is_one_its_permissions_allow_and_opens_without_a_refusal(
    record_as, role: Role
) -> None:
    record = record_as(role)
    permissions = record.tools.office.actor.permissions
    wanted = ["summary", *(each.name for each in RecordScreen.TABS if each.permission in permissions)]
    assert [each.name for each in record.screen.tabs] == wanted
    for name in wanted:
        record.turn_to(name)
        assert record.screen.tab == name
    assert (set(wanted) & NEVER_FOR_RECEPTION == set()) is (role is Role.RECEPTIONIST)


def test_no_tab_of_a_receptionist_says_a_word_of_a_note_or_an_allergy(record_as, arrange: Records) -> None:
    record = record_as(Role.RECEPTIONIST)
    for tab in record.screen.tabs:
        said = record.said(tab.name) + str(record.rows(tab.name))
        assert "Slept" not in said
        assert "Latex" not in said
        assert "note" not in said.lower() or tab.name == "appointments"


def test_appointments_say_state_room_and_kind_and_stand_on_the_next_to_come(
    record_as, arrange: Records, people: People
) -> None:
    with arrange.work(use_case="tests.arrange") as work:
        room, kind = Room(name="Blue room"), AppointmentType(name="First session")
        work.add(room, kind)
        work.flush()
        shah = makers.practitioner(work, PersonName("Dr", "Bo", "Berg", None))
        both, more = [people.margaret, people.jo], {"room_id": room.id, "type_id": kind.id}
        for day, hour, patients, state, given in (
            (24, 9, both, AppointmentState.BOOKED, more),
            (26, 9, [people.margaret], AppointmentState.BOOKED, {}),
            (25, 9, [people.margaret], AppointmentState.CANCELLED,
             {"cancelled_by": "patient", "cancelled_reason": "On holiday"}),
        ):  # fmt: skip
            start = datetime(2026, 11, day, hour)  # noqa: DTZ001  wall time
            makers.appointment(work, patients, shah, start, state, **given)
    record = record_as(Role.RECEPTIONIST)
    rows = record.rows("appointments")
    assert rows[2] == [
        "24-Nov-2026 09:00", "Booked", "First session, with another person", "BERG, Bo (Dr)", "Blue room",
    ]  # fmt: skip
    assert [row[1] for row in rows] == ["Booked", "Cancelled", "Booked", "Done"]
    said = record.said("appointments")
    assert "First session with BERG, Bo (Dr)" in said
    assert "50 minutes, Booked, with another person" in said
    assert "Jo" not in said
    record.turn_to("appointments").findChild(Table).selectRow(1)
    assert "Cancelled: by patient: On holiday" in record.said("appointments")


def test_reception_puts_a_patient_on_a_list_and_takes_that_back(
    record_as, arrange: Records, people: People, qtbot: QtBot
) -> None:
    with arrange.work(use_case="tests.arrange") as work:
        tess = makers.user(work, Role.THERAPIST, uuid4(), PersonName(None, "Tess", "Hale", None)).id
    record = record_as(Role.RECEPTIONIST)
    record.turn_to("appointments")

    def on_lists() -> list[UUID]:
        return [each.user for each in run(arrange, access.listed, people.margaret)]

    record.user.press("Put on their list")
    assert tess in on_lists()
    record.user.waits_to_see("Tess Hale from 23-Nov-2026")
    record.user.press("Take off the list")
    assert tess not in on_lists()
    record.tools.status.undo()
    assert tess in on_lists()


def test_a_therapist_sees_the_lists_and_changes_none(record_as, qtbot: QtBot) -> None:
    record = record_as(Role.THERAPIST)
    assert "On the list of Dana Director from 05-Jan-2026" in record.said("appointments")
    with pytest.raises(AssertionError):
        record.user.button("Put on their list")


def test_listing_notes_is_no_viewing_and_enter_opens_one(record_as, arrange: Records, qtbot: QtBot) -> None:
    record = record_as(Role.THERAPIST)
    [row] = record.rows("notes")
    assert row[0] == "20-Nov-2026"
    assert row[2] == "Signed, late entry"
    assert "Slept better." not in record.said("notes")
    assert "note" not in viewed(arrange)
    qtbot.keyClick(record.turn_to("notes").findChild(Table), Qt.Key.Key_Return)
    assert "Slept better." in record.said("notes")
    assert "Entered 23-Nov-2026 (late entry), signed 23-Nov-2026." in record.said("notes")
    assert viewed(arrange).count("note") == 1


def test_a_note_is_shown_with_its_additions_and_goes_when_another_is_chosen(
    record_as, arrange: Records, people: People
) -> None:
    signed = run(arrange, notes.sign, Words((people.margaret,), makers.TODAY, "Came on time."))
    run(arrange, notes.add_addendum, signed, "Rang afterwards.")
    record = record_as(Role.THERAPIST)
    assert record.rows("notes")[0][2] == "Signed, 1 addition"
    record.user.press("Show the note")
    said = record.said("notes")
    assert "Came on time." in said
    assert "Added 23-Nov-2026, Dana Director" in said
    assert "Rang afterwards." in said
    record.turn_to("notes").findChild(Table).step(+1)
    assert "Came on time." not in record.said("notes")


def test_a_note_for_its_author_says_so_and_does_not_open_for_a_colleague(
    record_as, arrange: Records, people: People
) -> None:
    with arrange.work(use_case="tests.arrange") as work:
        other = makers.user(work, Role.THERAPIST, uuid4(), PersonName(None, "Tess", "Hale", None))
        keys = makers.keys(Role.THERAPIST, vault=arrange.keys.vault, user=other.id)
        note = makers.note(work, [people.margaret], happened_on=makers.TODAY, level=NoteLevel.ONLY_ME)
        del keys, note
    run(arrange, notes.save_draft, DraftText(people.margaret, "Half a sent"))
    record = record_as(Role.THERAPIST)
    assert {row[2] for row in record.rows("notes")} == {
        "Your draft",
        "Signed, only you",
        "Signed, late entry",
    }
    record.turn_to("notes").findChild(Table).selectRow(
        next(place for place, row in enumerate(record.rows("notes")) if row[2] == "Your draft")
    )
    record.user.press("Show the note")
    assert "Half a sent" in record.said("notes")
    assert "It is not in the record until it is signed." in record.said("notes")


def test_another_record_takes_the_open_note_away(record_as, arrange: Records, people: People) -> None:
    with arrange.work(use_case="tests.arrange") as work:
        makers.note(work, [people.margaret, people.jo], "Both came.", happened_on=makers.TODAY)
    record = record_as(Role.THERAPIST)
    record.turn_to("notes")
    record.user.press("Show the note")
    assert "Both came." in record.said("notes")
    assert "also about another person" in record.said("notes")
    record.screen.show_record(record.tools.office.do(people_cases.open_record, people.jo))
    assert "Both came." not in record.said("notes")


def test_calls_say_who_about_what_and_what_came_of_it(record_as) -> None:
    record = record_as(Role.RECEPTIONIST)
    assert record.rows("calls") == [["23-Nov-2026 09:30", "From Her sister", "Asked for a new time", ""]]
    assert "Outcome: Rang back" in record.said("calls")
    assert "01632 960123" in record.said("calls")


def test_disclosures_say_who_received_what_when_and_on_what_basis(
    record_as, arrange: Records, people: People
) -> None:
    with arrange.work(use_case="tests.arrange") as work:
        given = {"basis": "Consent: may share with a solicitor", "means": "secure e-mail"}
        made = Disclosure(
            person_id=people.margaret, made_on=date(2026, 11, 2), recipient="Quill & Co", what="Report",
            authority_seen="Form of authority", made_by_id=work.actor.id, **given,
        )  # fmt: skip
        work.add(made)
    record = record_as(Role.RECEPTIONIST)
    assert record.rows("disclosures") == [["02-Nov-2026", "Quill & Co", "Report", given["basis"]]]
    said = record.said("disclosures")
    for words in ("secure e-mail, United Kingdom", "Authority seen: Form of authority", "Dana Director"):
        assert words in said


def test_the_history_has_names_and_reasons_for_the_director_and_roles_for_others(
    record_as, arrange: Records, people: People, open_as, qtbot: QtBot
) -> None:
    with arrange.work(use_case="tests.arrange") as work:
        tess = makers.user(work, Role.THERAPIST, uuid4(), PersonName(None, "Tess", "Hale", None)).id
    therapist = open_as(Role.THERAPIST)
    therapist.actor = makers.actor(Role.THERAPIST, id=tess)
    run(therapist, access.cover, people.margaret, Reason(CoverReason.OTHER, "Her GP rang"))
    run(therapist, people_cases.open_record, people.margaret)
    reception = open_as(Role.RECEPTIONIST)
    reception.actor = makers.actor(Role.RECEPTIONIST, id=uuid4())
    run(reception, people_cases.open_record, people.margaret)

    rows = record_as(Role.DIRECTOR).rows("history")
    assert rows[0][1:] == ["You", "Opened the record"]
    assert rows[1][1:] == ["A receptionist", "Opened the record"]
    assert rows[2][1:] == ["Tess Hale", "Opened the record"]
    reason = "Gave a reason to open the record from outside their caseload"
    assert rows[3][1:] == ["Tess Hale", f"{reason}: Her GP rang"]

    rows = record_as(Role.RECEPTIONIST).rows("history")
    told = {(row[1], row[2]) for row in rows}
    assert ("A therapist", "Opened the record") in told
    assert ("A therapist", reason) in told
    assert not any("Her GP rang" in str(row) or "Tess" in str(row) for row in rows)


def test_the_history_is_narrowed_to_who_looked(record_as) -> None:
    record = record_as(Role.DIRECTOR)
    tab = record.turn_to("history")
    chooser = record.user.field("Show of who saw and changed this record")
    chooser.setCurrentIndex(chooser.findText("Looked at", Qt.MatchFlag.MatchStartsWith))
    assert {row[2] for row in record.rows("history")} == {"Opened the record"}
    assert tab.isVisible()


@pytest.mark.parametrize("name", ["appointments", "notes", "calls", "disclosures"])
def test_nothing_to_list_is_said(record_as, people: People, name: str) -> None:
    record = record_as(Role.DIRECTOR)
    record.screen.show_record(record.tools.office.do(people_cases.open_record, people.bluebird))
    assert record.said(name).count("patient") >= 1
    assert not record.turn_to(name).findChild(QListView, "none")
