"""The people around a patient, in the window: by mouse and by keyboard alone, done and undone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from practice_app.gui.contacts.tab import ContactsTab
from practice_app.gui.frame import Frame
from practice_app.gui.office import Office
from practice_app.model.diary import Appointment, AppointmentState
from practice_app.model.form_drafts import FormDraft
from practice_app.model.people import Person, Safety
from practice_app.rules.authority import Authority
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import competence, contacts, families, form_drafts, kept_from
from practice_app.services.competence import Judgement
from practice_app.services.contacts import Details, NewPerson, Ways
from practice_app.services.families import FamilyKind
from practice_app.services.kept_from import Expectation, Keeping
from practice_app.services.marks import run
from practice_app.services.practice import the_practice
from practice_app.services.reaching import PhoneDetails
from practice_app.storage.records import Records
from tests import makers
from tests.services.copies import gathered, words

from .accessibility import problems, spoken_name
from .conftest import People
from .doors import Answers
from .user import User

TODAY = makers.TODAY
NGOZI = NewPerson(
    PersonName("Mrs", "Ngozi", "Ezenwa", None),
    Ways(
        phones=(
            PhoneDetails(number="01632 960123", safety=Safety.UNSAFE, note="the father answers"),
            PhoneDetails(number="07700 900123", safety=Safety.SAFE),
        )
    ),
)
MOTHER = Details("mother", Authority.PARENTAL_RESPONSIBILITY, "birth certificate", TODAY)
LONG = PersonName(
    "Dr",
    "Wilhelmina-Konstantina Aleksandrowna Maria",
    "Hohenzollern-Przybyszewska van der Oudenhoven-Featherstonehaugh",
    None,
)
ARABIC = PersonName(None, "عبد الرحمن", "الخوارزمي", None)


@dataclass
class Desk:
    """The window at one record's contacts, with somebody in front of it."""

    frame: Frame
    user: User
    tab: ContactsTab

    def labels(self) -> str:
        """Everything the tab says."""
        return "\n".join(each.text() for each in self.tab.findChildren(QLabel) if each.isVisible())

    def cell(self, row: int, column: int) -> str:
        model = self.tab._table.model()
        return str(model.index(row, column).data())


@pytest.fixture
def child(open_as: Callable[[Role], Records]) -> UUID:
    with open_as(Role.DIRECTOR).work(use_case="tests.arrange") as work:
        name = PersonName(None, "Adaeze", "Ezenwa", None)
        made = makers.patient(work, name, person_values={"born": date(2014, 5, 1)})
        makers.on_list(work, work.actor.id, [made])
    return made


@pytest.fixture
def desk_as(
    qtbot: QtBot, office_as: Callable[[Role], Office], asker: Answers, practice_file: Path, people: People
):
    def made_as(role: Role, patient: UUID, size: tuple[int, int] = (1280, 760)) -> Desk:
        frame = Frame(office_as(role), asker, (), lambda: makers.NOW, practice_file.parent)
        frame.resize(*size)
        qtbot.addWidget(frame)
        frame.show()
        frame.activateWindow()
        qtbot.waitUntil(frame.isActiveWindow)
        frame.open_patient(patient)
        frame.record.turn_to("contacts")
        tab = next(each for each in frame.record.tabs if isinstance(each, ContactsTab))
        return Desk(frame, User(qtbot, frame), tab)

    return made_as


@pytest.fixture
def records(open_as: Callable[[Role], Records]) -> Records:
    return open_as(Role.DIRECTOR)


def tab_to(desk: Desk, name: str) -> None:
    """Press Tab until the focus is on what is called this."""
    for _ in range(90):
        focus = desk.frame.focusWidget()
        if focus is not None and spoken_name(focus).startswith(name):
            return
        desk.user.key(Qt.Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {name!r}")


def trigger(desk: Desk, action: str) -> None:
    next(made for each, made in desk.frame.actions_known.known() if each.id == action).trigger()


def candidates(desk: Desk) -> list[str]:
    shown = [each for each in desk.frame.findChildren(QListWidget) if each.isVisible()]
    found = next(each for each in shown if each.objectName() == "candidates")
    return [found.item(row).text() for row in range(found.count())]


def test_somebody_new_is_added_by_mouse_and_taken_back(desk_as, child: UUID, records: Records) -> None:
    desk = desk_as(Role.RECEPTIONIST, child)
    user = desk.user
    assert user.sees("Nobody is recorded around them yet.")
    user.press("Add a contact…")
    user.type("Name", "Mrs Ngozi Ezenwa")
    user.waits_to_see("Somebody new: EZENWA, Ngozi (Mrs)")
    user.type("What they are", "mother")
    user.type("Telephone", "07700 900123")
    user.press("Save")
    user.waits_to_see("EZENWA, Ngozi (Mrs) is recorded.")
    assert (desk.cell(0, 0), desk.cell(0, 1), desk.cell(0, 2)) == ("EZENWA, Ngozi (Mrs)", "mother", "No")
    assert desk.cell(0, 3) == "07700 900123"
    assert "nothing says that we may speak to Mrs Ngozi Ezenwa" in desk.labels()
    user.press("Undo")
    user.waits_to_see("Nobody is recorded around them yet.")
    assert run(records, contacts.people_of, child) == ()


def test_somebody_known_is_found_and_added_by_keyboard_alone(
    desk_as, child: UUID, records: Records, people: People, qtbot: QtBot
) -> None:
    run(records, contacts.add, people.margaret, NGOZI, Details("friend"))
    with records.work(writes=False) as work:
        before = len(work.select(select(Person.id)))
    desk = desk_as(Role.RECEPTIONIST, child)
    user = desk.user
    user.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    user.keys("ngozi")
    qtbot.waitUntil(lambda: bool(candidates_or_none(desk)))
    assert candidates(desk) == ["EZENWA, Ngozi (Mrs) – friend of HOLLOWAY, Margaret (Mrs)"]
    user.key(Qt.Key.Key_Down)
    user.key(Qt.Key.Key_Return)
    user.waits_to_see("In the records: EZENWA, Ngozi (Mrs)")
    assert not user.sees("Telephone")  # how she is reached is not for this form
    tab_to(desk, "What they are")
    user.keys("mother")
    user.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    user.waits_to_see("EZENWA, Ngozi (Mrs) is recorded.")
    (known,) = run(records, contacts.people_of, child)
    assert known.ways == Ways()  # nobody said that her number may stand here too
    with records.work(writes=False) as work:
        assert len(work.select(select(Person.id))) == before
    user.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    user.waits_to_see("Nobody is recorded around them yet.")


def test_a_form_without_a_name_or_with_a_bad_date_says_so_and_stays(desk_as, child: UUID) -> None:
    desk = desk_as(Role.RECEPTIONIST, child)
    user = desk.user
    user.press("Add a contact…")
    user.type("Seen on", "31/31")
    user.press("Save")
    assert user.sees("Give a name. A nickname is enough.")
    assert user.sees("Say what they are: mother, husband, solicitor…")
    assert desk.tab.host.page is not None
    assert problems(desk.frame) == []


def test_a_change_is_made_and_undone(desk_as, child: UUID, records: Records) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    desk = desk_as(Role.RECEPTIONIST, child)
    user = desk.user
    assert desk.cell(0, 3) == "07700 900123"  # the safe number, not the first
    user.press("Change")
    user.type("What they may be told or decide", "Times of sessions")
    user.press("Save")
    user.waits_to_see("EZENWA, Ngozi (Mrs) was changed.")
    assert "About: Times of sessions." in desk.labels()
    (known,) = run(records, contacts.people_of, child)
    assert [each.number for each in known.ways.phones] == ["01632 960123", "07700 900123"]
    user.press("Undo")
    user.waits_to_see("Undone.")
    assert run(records, contacts.people_of, child)[0].details == MOTHER


def test_ending_by_keyboard_keeps_them_and_is_undone(desk_as, child: UUID, records: Records) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    desk = desk_as(Role.RECEPTIONIST, child)
    tab_to(desk, "End…")
    desk.user.key(Qt.Key.Key_Space)
    tab_to(desk, "Last day")
    desk.user.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desk.user.keys("22/11")
    desk.user.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk.user.waits_to_see("EZENWA, Ngozi (Mrs): mother until 22-Nov-2026.")
    assert desk.cell(0, 1) == "mother (not now)"
    desk.user.press("Undo")
    desk.user.waits_to_see("Undone.")
    assert desk.cell(0, 1) == "mother"


def test_a_name_that_is_a_patient_opens_their_record_and_shows_no_number(
    desk_as, child: UUID, records: Records, people: People, qtbot: QtBot
) -> None:
    run(records, contacts.add, child, people.margaret, Details("aunt", is_emergency_contact=True))
    desk = desk_as(Role.RECEPTIONIST, child)
    assert desk.cell(0, 3) == "In their own record"
    said = desk.labels()
    assert "Their own record says how to reach them." in said
    assert "960123" not in said
    tab_to(desk, "People around them")
    desk.user.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.frame.record.patient == people.margaret)


def test_a_couple_is_recorded_parts_and_the_other_ones_address_is_nowhere(
    desk_as, records: Records, people: People, qtbot: QtBot
) -> None:
    """P14: by mouse, with undo; the address of the other is on no part of the screen."""
    with records.work(use_case="tests.arrange") as work:
        him = makers.patient(
            work, PersonName("Mr", "Dafydd", "Holloway", None), postcode="CT9 9ZZ", phones=["01632 960777"]
        )
    desk = desk_as(Role.DIRECTOR, people.margaret)
    user = desk.user
    user.press("Add a couple or family…")
    tab_to(desk, "Who else")
    user.keys("Dafydd")
    qtbot.waitUntil(lambda: bool(candidates_or_none(desk)))
    user.key(Qt.Key.Key_Down)
    user.key(Qt.Key.Key_Return)
    user.press("Save")
    user.waits_to_see("They are seen together.")
    assert user.sees("HOLLOWAY, Dafydd (Mr)")
    said = everything(desk.frame)
    assert "CT9 9ZZ" not in said
    assert "960777" not in said
    user.press("They parted: end this couple")
    user.press("Save")
    user.waits_to_see("Not seen together since 23-Nov-2026: nothing is written to them together.")
    assert not run(records, contacts.may_join, [people.margaret, him], TODAY).may
    user.press("Undo")
    user.waits_to_see("Undone.")
    assert run(records, contacts.may_join, [people.margaret, him], TODAY).may
    user.press("Open the record of HOLLOWAY, Dafydd (Mr)")
    qtbot.waitUntil(lambda: desk.frame.record.patient == him)


def candidates_or_none(desk: Desk) -> list[str]:
    try:
        return candidates(desk)
    except StopIteration:
        return []


def everything(frame: Frame) -> str:
    """Every text of the window, the tables' rows and tooltips included."""
    texts = []
    for each in frame.findChildren(QWidget):
        if each.isVisible() and hasattr(each, "text"):
            texts.append(str(each.text()))
        texts.append(each.toolTip())
    return "\n".join(texts)


def test_one_more_of_a_family_comes_and_leaves(
    desk_as, child: UUID, records: Records, people: People, qtbot: QtBot
) -> None:
    run(records, families.start, FamilyKind.FAMILY, [people.margaret, people.bluebird], date(2026, 1, 5))
    desk = desk_as(Role.DIRECTOR, people.margaret)
    user = desk.user
    user.press("One more who is seen together with this family")
    user.type("Who else", "Adaeze")
    qtbot.waitUntil(lambda: bool(candidates_or_none(desk)))
    user.key(Qt.Key.Key_Down)
    user.key(Qt.Key.Key_Return)
    user.press("Save")
    user.waits_to_see("EZENWA, Adaeze")
    user.press("They parted: end this family")
    leaves = user.field("Who leaves")
    leaves.set_value(str(child))
    user.press("Save")
    user.waits_to_see("EZENWA, Adaeze (not since 23-Nov-2026)")
    (family,) = run(records, families.of, people.margaret)
    assert len(family.members_on(TODAY)) == 2


def test_something_is_kept_from_somebody_and_shown_again(desk_as, child: UUID, records: Records) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    desk = desk_as(Role.RECEPTIONIST, child)
    user = desk.user
    user.press("Keep something from somebody…")
    user.press("Save")
    user.waits_to_see("It is on the list.")
    assert "The whole record. They asked us not to show it, 23-Nov-2026." in desk.labels()
    assert "nothing of this is to be shown to Mrs Ngozi Ezenwa" in desk.labels()
    user.press("May be shown now to EZENWA, Ngozi (Mrs) (mother): the whole record")
    user.waits_to_see("It may be shown to EZENWA, Ngozi (Mrs) (mother) from today.")
    assert "nothing of this is to be shown" not in desk.labels()
    user.press("Undo")
    user.waits_to_see("Undone.")
    assert "nothing of this is to be shown" in desk.labels()


def test_one_note_can_be_kept_from_somebody_who_is_only_named(
    desk_as, people: People, records: Records
) -> None:
    desk = desk_as(Role.DIRECTOR, people.margaret)
    user = desk.user
    user.press("Keep something from somebody…")
    user.press("Save")
    assert user.sees("Say who it is.")
    user.type("Their name", "Mr Guled Nuur")
    user.field("What").set_value("note")
    which = user.field("Which of them")
    assert which.count() == 2
    which.setCurrentIndex(1)
    user.press("Save")
    user.waits_to_see("The session note of 20-Nov-2026. They asked us not to show it")
    assert run(records, kept_from.warning, people.margaret, "his name is Nuur, Guled")


def test_a_therapist_writes_a_judgement_and_reception_sees_only_how_it_came_out(
    desk_as, child: UUID, records: Records
) -> None:
    desk = desk_as(Role.THERAPIST, child)
    user = desk.user
    user.press("Write down a judgement…")
    user.press("Write it down")
    assert user.sees("Say which decision it was about.")
    user.type("About which decision", "Whether to come here")
    reasons = next(each for each in desk.frame.findChildren(QPlainTextEdit) if each.isVisible())
    reasons.setPlainText("Said in her own words what it is for.")
    user.press("Write it down")
    user.waits_to_see("The judgement is written down.")
    assert "Able to decide on 23-Nov-2026, judged by DIRECTOR, Dana" in desk.labels()
    assert "Whether to come here" not in desk.labels()
    user.press("Read the judgement of 23-Nov-2026")
    user.waits_to_see("Said in her own words what it is for.")
    reception = desk_as(Role.RECEPTIONIST, child)
    said = reception.labels()
    assert "Able to decide on 23-Nov-2026" in said
    assert "Whether to come here" not in said
    with pytest.raises(AssertionError):
        reception.user.button("Read the judgement of 23-Nov-2026")
    with pytest.raises(AssertionError):
        reception.user.button("Write down a judgement…")


def by_keys(desk: Desk, button: str) -> None:
    """Reach a button with Tab and press it with the space bar."""
    tab_to(desk, button)
    desk.user.key(Qt.Key.Key_Space)


def save_by_keys(desk: Desk) -> None:
    desk.user.key(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def undo_by_keys(desk: Desk) -> None:
    """Ctrl+Z where no text field has the focus, whose own undo it would be."""
    tab_to(desk, "Add a contact…")
    desk.user.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    desk.user.waits_to_see("Undone.")


def test_something_is_kept_from_somebody_by_keyboard_alone(desk_as, child: UUID, records: Records) -> None:
    run(records, contacts.add, child, NGOZI, MOTHER)
    desk = desk_as(Role.RECEPTIONIST, child)
    by_keys(desk, "Keep something from somebody…")
    save_by_keys(desk)
    desk.user.waits_to_see("It is on the list.")
    by_keys(desk, "May be shown now to EZENWA, Ngozi (Mrs) (mother): the whole record")
    desk.user.waits_to_see("It may be shown to EZENWA, Ngozi (Mrs) (mother) from today.")
    undo_by_keys(desk)
    assert "nothing of this is to be shown" in desk.labels()


def test_a_couple_is_recorded_and_parts_by_keyboard_alone(
    desk_as, people: People, records: Records, qtbot: QtBot
) -> None:
    desk = desk_as(Role.DIRECTOR, people.margaret)
    by_keys(desk, "Add a couple or family…")
    tab_to(desk, "Who else")
    desk.user.keys("Blue")
    qtbot.waitUntil(lambda: bool(candidates_or_none(desk)))
    desk.user.key(Qt.Key.Key_Down)
    desk.user.key(Qt.Key.Key_Return)
    save_by_keys(desk)
    desk.user.waits_to_see("They are seen together.")
    by_keys(desk, "They parted: end this couple")
    save_by_keys(desk)
    desk.user.waits_to_see("Not seen together since 23-Nov-2026")
    undo_by_keys(desk)
    assert run(records, contacts.may_join, [people.margaret, people.bluebird], TODAY).may


def test_a_judgement_is_written_and_read_by_keyboard_alone(desk_as, child: UUID) -> None:
    desk = desk_as(Role.THERAPIST, child)
    by_keys(desk, "Write down a judgement…")
    tab_to(desk, "About which decision")
    desk.user.keys("Whether to come here")
    while not isinstance(desk.frame.focusWidget(), QPlainTextEdit):
        desk.user.key(Qt.Key.Key_Tab)
    desk.user.keys("Said what it is for.")
    save_by_keys(desk)
    desk.user.waits_to_see("The judgement is written down.")
    by_keys(desk, "Read the judgement of 23-Nov-2026")
    desk.user.waits_to_see("Said what it is for.")


def test_a_death_is_recorded_and_taken_back_by_keyboard_alone(
    desk_as, people: People, records: Records, qtbot: QtBot
) -> None:
    desk = desk_as(Role.RECEPTIONIST, people.margaret)
    desk.user.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    desk.user.keys("record a death")
    desk.user.key(Qt.Key.Key_Return)
    tab_to(desk, "Date of death")
    desk.user.keys("20/11")
    tab_to(desk, "Who told us")
    desk.user.keys("His wife")
    save_by_keys(desk)
    desk.user.waits_to_see("The death on 20-Nov-2026 is recorded.")
    undo_by_keys(desk)
    with records.work(writes=False) as work:
        assert work.get(Person, people.margaret).died is None


def test_what_was_typed_into_a_judgement_is_kept_sealed(desk_as, child: UUID, records: Records) -> None:
    desk = desk_as(Role.THERAPIST, child)
    desk.user.press("Write down a judgement…")
    desk.user.type("About which decision", "Pomegranate")
    desk.tab.park()
    kept = run(records, form_drafts.open_own, form_drafts.Form("judgement", child))
    assert kept is not None
    assert kept[1]["matter"] == "Pomegranate"
    with records.work(writes=False) as work:
        assert "Pomegranate" not in str(work.first(select(FormDraft.plain)))


def test_a_contacts_number_in_an_unsaved_form_is_not_in_the_patients_copy(
    desk_as, child: UUID, records: Records
) -> None:
    desk = desk_as(Role.DIRECTOR, child)
    desk.user.press("Add a contact…")
    desk.user.type("What they are", "mother")
    desk.user.type("Telephone", "07700 900777")
    desk.tab.park()
    said = words(gathered(records, child))
    assert "Relation: mother" in said
    assert "900777" not in said


def test_coming_of_age_lists_what_to_agree_again(desk_as, records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        name = PersonName(None, "Ffion", "Llewelyn", None)
        ffion = makers.patient(work, name, person_values={"born": date(2008, 10, 23)})
    run(records, contacts.add, ffion, NGOZI, MOTHER)
    desk = desk_as(Role.RECEPTIONIST, ffion)
    user = desk.user
    assert user.sees("Came of age on 23-Oct-2026: agree these again")
    user.press("It goes on: EZENWA, Ngozi (Mrs), mother, parental responsibility")
    user.waits_to_see("it goes on.")
    assert not user.sees("Came of age")
    assert "Yes: the patient said that we may speak to Mrs Ngozi Ezenwa" in desk.labels()
    user.press("Undo")
    user.waits_to_see("Came of age on 23-Oct-2026")
    user.press("It ends: EZENWA, Ngozi (Mrs), mother, parental responsibility")
    user.waits_to_see("it has ended.")
    assert "mother" in desk.cell(0, 1)


def test_a_minor_is_counted_down_to_the_birthday(desk_as, child: UUID) -> None:
    desk = desk_as(Role.RECEPTIONIST, child)
    assert desk.user.sees("Not of age until 01-May-2032")


def test_a_death_from_the_menu_stops_what_is_to_come_and_is_undone(
    desk_as, people: People, records: Records
) -> None:
    with records.work(use_case="tests.arrange") as work:
        tomorrow = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001  wall time
        booked = makers.appointment(
            work, [people.margaret], makers.practitioner(work), tomorrow, AppointmentState.BOOKED
        )
    desk = desk_as(Role.RECEPTIONIST, people.margaret)
    user = desk.user
    desk.frame.record.turn_to("summary")
    trigger(desk, "deaths.record")
    assert user.sees("1 appointment to come will be cancelled and kept.")
    user.press("Record the death")
    assert user.sees("Give the date of death.")
    user.type("Date of death", "20/11")
    user.type("Who told us", "His wife, by telephone")
    user.press("Record the death")
    user.waits_to_see("The death on 20-Nov-2026 is recorded. 1 appointment was cancelled.")
    assert state(records, booked) is AppointmentState.CANCELLED
    assert user.sees("Died on 20-Nov-2026")
    user.press("Undo")
    user.waits_to_see("Undone.")
    assert state(records, booked) is AppointmentState.BOOKED
    trigger(desk, "deaths.record")
    user.type("Date of death", "20/11")
    user.type("Who told us", "His wife, by telephone")
    user.press("Record the death")
    user.waits_to_see("is recorded.")
    trigger(desk, "deaths.record")
    user.waits_to_see("A death on 20-Nov-2026 is recorded already.")
    user.press("The death was recorded by mistake: take it back")
    user.waits_to_see("The death was taken back. 1 appointment stands as before.")
    with records.work(writes=False) as work:
        assert work.get(Person, people.margaret).died is None


def state(records: Records, appointment: UUID) -> AppointmentState:
    with records.work(writes=False) as work:
        return work.get(Appointment, appointment).state


@pytest.mark.parametrize("size", [(1280, 760), (1024, 610)])
@pytest.mark.parametrize("name", [LONG, ARABIC], ids=["long", "right to left"])
def test_a_name_of_any_length_and_direction_shows_whole(
    desk_as, child: UUID, records: Records, name: PersonName, size: tuple[int, int], qapp
) -> None:
    run(records, contacts.add, child, NewPerson(name), Details("great-grandmother"))
    desk = desk_as(Role.RECEPTIONIST, child, size)
    qapp.processEvents()
    shown = run(records, contacts.people_of, child)[0].name
    heading = next(
        each for each in desk.tab.findChildren(QLabel) if each.isVisible() and each.text().startswith(shown)
    )
    assert heading.wordWrap()
    assert heading.height() >= heading.heightForWidth(heading.width())
    desk.user.press("Change")
    qapp.processEvents()
    title = desk.tab.host.page.title
    assert shown in title.text()
    assert title.height() >= title.heightForWidth(title.width())
    assert problems(desk.frame) == []


def test_an_unsaved_contact_is_offered_again_on_its_tab(
    desk_as, child: UUID, people: People, records: Records
) -> None:
    desk = desk_as(Role.RECEPTIONIST, child)
    desk.user.press("Add a contact…")
    desk.user.type("What they are", "guardian")
    desk.tab.park()
    again = desk_as(Role.RECEPTIONIST, child)
    again.user.waits_to_see("The form “contact” was not saved")
    again.user.press("Go on with it")
    assert again.user.field("What they are").text() == "guardian"


def test_the_clinics_word_is_used(desk_as, child: UUID, records: Records) -> None:
    with records.work(use_case="tests.arrange") as work:
        the_practice(work).word_for_patient = "client"
    run(records, contacts.add, child, NGOZI, Details("mother"))
    desk = desk_as(Role.RECEPTIONIST, child)
    assert "Ask the client first." in desk.labels()


def test_the_walk_with_everything_on_show(
    desk_as, child: UUID, records: Records, people: People, qapp
) -> None:
    added = run(records, contacts.add, child, NGOZI, MOTHER)
    run(records, families.start, FamilyKind.FAMILY, [child, people.margaret], TODAY)
    keeping = Keeping(Expectation.COURT_ORDER, TODAY - timedelta(days=3), contact=added.contact)
    run(records, kept_from.keep, child, keeping)
    run(records, competence.record, child, Judgement(TODAY, False, "a", "b"))
    for role in Role:
        desk = desk_as(role, child, (1024, 610))
        qapp.processEvents()
        assert problems(desk.frame) == [], role
