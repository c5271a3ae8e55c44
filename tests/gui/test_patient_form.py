"""Registering a patient and changing details in the window, by mouse and by keyboard."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from practice_app.gui.forms import values
from practice_app.gui.forms.pick import Pick
from practice_app.gui.frame import Frame
from practice_app.gui.office import Office
from practice_app.gui.registration.form import CHANGE, PatientForm
from practice_app.rules.permissions import Role
from practice_app.services import directory, form_drafts, registration
from practice_app.services import people as people_cases
from practice_app.services.directory import PracticeDetails
from practice_app.services.practice import the_practice
from practice_app.services.registration import Details, PhoneDetails
from practice_app.storage.records import Records
from tests import makers

from . import form_typing
from .accessibility import problems
from .conftest import People, Window
from .doors import PASSWORD, Answers
from .user import User

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def frame_as(
    qtbot: QtBot, office_as: Callable[[Role], Office], people: People, asker: Answers, practice_file
) -> Callable[[Role], Frame]:
    def made_as(role: Role) -> Frame:
        frame = Frame(office_as(role), asker, (), lambda: makers.NOW, practice_file.parent)
        frame.resize(1280, 800)
        qtbot.addWidget(frame)
        frame.show()
        frame.show_patients()
        return frame

    return made_as


@pytest.fixture
def frame(frame_as: Callable[[Role], Frame]) -> Frame:
    return frame_as(Role.DIRECTOR)


@pytest.fixture
def user(frame: Frame, qtbot: QtBot) -> User:
    return User(qtbot, frame)


def page_of(frame: Frame) -> PatientForm:
    (page,) = [each for each in frame.findChildren(PatientForm) if each.isVisible()]
    return page


def trigger(frame: Frame, id: str) -> None:
    next(made for action, made in frame.actions_known.known() if action.id == id).trigger()


def details(frame: Frame, patient: UUID) -> Details:
    return frame.tools.office.do(registration.details, patient)


def seen_in(frame: Frame) -> str:
    return "\n".join(each.text() for each in frame.findChildren(QLabel) if each.isVisible())


# Registering


def test_a_nickname_alone_is_registered_by_mouse_and_taken_back(
    frame: Frame, user: User, qtbot: QtBot
) -> None:
    user.press("New patient")
    user.type("Known as", "Kingfisher")
    user.press("Register")
    assert frame.banner.accessibleName().startswith("Kingfisher")
    assert user.sees("Kingfisher is registered.")
    user.press("Undo")
    assert user.sees("The registration was taken back.")
    frame.patients.search("kingfisher")
    assert user.sees("Nobody matches")


def test_everything_is_registered_by_keyboard_alone(frame: Frame, user: User, qtbot: QtBot, qapp) -> None:
    """From the key for a new patient to the open record, no mouse: Tab and what is typed."""
    made = frame.tools.office.do(directory.add_practice, PracticeDetails(name="Seafront Surgery"))
    frame.activateWindow()
    trigger(frame, "go.new_patient")
    page = page_of(frame)
    typed = {
        "given": "Jo", "family": "Bloggs", "title": "Ms", "known_as": "Jojo", "born": "2/5/90",
        "source": "herself", "introduced_by": "a friend", "nhs_number": "9990000026",
        "phones.0.number": "07700900123", "phones.0.note": "after six", "safety_line": "Ring twice.",
        "identity_seen": "passport",
    }  # fmt: skip
    page.form.field("given").target.setFocus()
    stops = _walk(page, typed, qtbot)
    assert [name for name in stops if name in typed] == list(typed)
    page.form.field("gp_practice").control.set_value(str(made))
    trigger(frame, "edit.save")
    kept = details(frame, frame.record.patient)
    assert (kept.given, kept.family, kept.title, kept.known_as) == ("Jo", "Bloggs", "Ms", "Jojo")
    assert (kept.born, kept.nhs_number, kept.gp_practice) == (date(1990, 5, 2), "9990000026", made)
    assert [each.words for each in kept.phones] == ["Mobile: 07700 900123 (after six)"]
    assert (kept.safety_line, kept.introduced_by) == ("Ring twice.", "a friend")
    assert (kept.registered_on, kept.confirmed_on) == (makers.TODAY, makers.TODAY)


def _walk(page: PatientForm, typed: dict[str, str], qtbot: QtBot) -> list[str]:
    """Tab through the whole form, typing where there is something to type; the fields in their order."""
    stops: list[str] = []
    at: QWidget = page.form.fields[0].target
    while at is not page._save:
        field = next((each for each in page.form.fields if each.target is at or each.isAncestorOf(at)), None)
        if field is not None and (not stops or stops[-1] != field.name):
            stops.append(field.name)
            if field.name in typed:
                qtbot.keyClicks(at, typed[field.name])
        at = at.nextInFocusChain()
        while at is not page._save and not (
            at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisibleTo(page) and at.focusProxy() is None
        ):
            at = at.nextInFocusChain()
    return stops


def test_what_was_searched_in_vain_begins_the_form(frame: Frame, user: User) -> None:
    frame.patients.search("Jo Bloggs")
    user.press("Register “Jo Bloggs”")
    page = page_of(frame)
    assert (page.value("given"), page.value("family")) == ("Jo", "Bloggs")


def test_an_error_is_corrected_from_the_summary(frame: Frame, user: User, qtbot: QtBot) -> None:
    trigger(frame, "patients.new")
    user.type("First names", "Jo")
    user.type("NHS number", "485 777 3456")
    user.press("Register")
    page = page_of(frame)
    assert user.sees("There is a problem")
    assert page.form.field("nhs_number").error.startswith("This is not an NHS number: its check digit")
    page.form.field("given").target.setFocus()
    page.form.summary.wanted.emit("nhs_number")
    assert frame.focusWidget() is page.form.field("nhs_number").target
    user.type("NHS number", "485 777 3457")
    user.press("Register")
    assert frame.record.patient is not None


def test_what_looks_odd_is_said_and_registered_all_the_same(frame: Frame, user: User, qapp) -> None:
    trigger(frame, "patients.new")
    user.type("First names", "Jo")
    user.type("Telephone number", "12345")
    page = page_of(frame)
    number, other = page.form.field("phones.0.number"), page.form.field("safety_line")
    qapp.focusChanged.emit(number.target, other.target)
    assert number.doubt.startswith("This number starts neither with 0")
    assert number.error == ""
    user.press("Register")
    assert [each.number for each in details(frame, frame.record.patient).phones] == ["12345"]


def test_somebody_younger_than_the_clinic_takes_is_flagged_and_registered_all_the_same(
    frame: Frame, user: User, open_as: Callable[[Role], Records], qtbot: QtBot
) -> None:
    """P44: the clinic's own minimum age is said while the form is filled in, and refuses nobody."""
    with open_as(Role.DIRECTOR).work(use_case="tests.arrange") as work:
        the_practice(work).minimum_age = 18
    user.press("New patient")
    user.type("Known as", "Kingfisher")
    user.type("Birth date", "24/11/2008")
    page = page_of(frame)
    assert page.doubt("born").startswith("Aged 17: this clinic sees people from the age of 18")
    user.type("Birth date", "23/11/2008")
    assert page.doubt("born") == ""
    user.type("Birth date", "24/11/2008")
    user.press("Register")
    assert user.sees("Kingfisher is registered.")


def test_a_date_says_what_it_understood_with_the_age(frame: Frame, user: User) -> None:
    trigger(frame, "patients.new")
    user.type("Birth date", "14 mar 58")
    assert user.sees("14-Mar-1958 (68y)")


def test_an_nhs_number_is_spaced_as_it_is_read(
    frame: Frame, user: User, people: People, qtbot: QtBot
) -> None:
    trigger(frame, "patients.new")
    user.type("NHS number", "999-000-0026")
    qtbot.keyClick(user.field("NHS number"), Qt.Key.Key_Return)
    assert page_of(frame).value("nhs_number") == "999 000 0026"
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    assert page_of(frame).value("nhs_number") == "999 000 0018"
    trigger(frame, "edit.save")
    assert user.sees("Nothing was changed.")


def test_who_may_be_here_already_is_shown_and_opened(frame: Frame, user: User, people: People, qtbot) -> None:
    trigger(frame, "patients.new")
    user.type("First names", "Margret")
    user.type("Family name", "Holloway")
    assert not user.sees("Perhaps here already")
    user.type("Birth date", "14/3/1958")
    user.waits_to_see("HOLLOWAY, Margaret (Mrs)")
    assert user.sees("Born 14-Mar-1958 · 999 000 0018")
    assert user.sees("Same birth date and a similar name.")
    user.press("Open that record")
    assert frame.record.patient == people.margaret


def test_the_one_who_is_typed_is_registered_though_they_look_like_another(frame: Frame, user: User) -> None:
    trigger(frame, "patients.new")
    user.type("First names", "Margaret")
    user.type("Family name", "Holloway")
    user.type("Birth date", "14/3/1958")
    user.waits_to_see("Perhaps here already")
    user.press("Register")
    assert user.sees("HOLLOWAY, Margaret is registered.")


def test_the_key_for_a_new_patient_works_from_a_record_and_keeps_an_open_form(
    frame: Frame, user: User, people: People
) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "go.new_patient")
    user.type("First names", "Jo")
    trigger(frame, "go.new_patient")
    assert page_of(frame).value("given") == "Jo"


# Changing


def test_a_change_shows_the_record_and_can_be_undone(frame: Frame, user: User, people: People) -> None:
    frame.open_patient(people.margaret)
    before = details(frame, people.margaret)
    user.press("Edit details")
    user.type("Family name", "Price")
    user.type("Why this changes", "Married")
    user.press("Save")
    user.waits_to_see("PRICE, Margaret (Mrs)")
    user.press("Show earlier details (1)")
    assert user.sees("Holloway")
    assert user.sees("until 23-Nov-2026, changed by DIRECTOR, Dana: Married")
    user.press("Undo")
    user.waits_to_see("HOLLOWAY, Margaret (Mrs)")
    assert not user.sees("earlier details")
    assert details(frame, people.margaret) == before


def test_saving_what_was_not_changed_changes_nothing(frame: Frame, user: User, people: People) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    trigger(frame, "edit.save")
    assert user.sees("Nothing was changed.")


def test_rows_are_added_moved_and_removed(frame: Frame, user: User, people: People) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    user.press("Add a telephone number")
    user.type("Telephone number 2", "07700 900123")
    user.press("Move telephone number 2 up")
    user.press("Add an e-mail address")
    user.press("Remove e-mail address 1")
    user.press("Save")
    after = details(frame, people.margaret)
    assert [each.number for each in after.phones] == ["07700 900123", "01632 960123"]
    assert after.emails == ()


def test_confirmed_today_is_one_press(frame: Frame, user: User, people: People) -> None:
    frame.open_patient(people.margaret)
    assert user.sees("Details never confirmed.")
    user.press("Confirmed today?")
    assert user.sees("Details last confirmed today.")
    user.press("Undo")
    assert user.sees("Details never confirmed.")


def test_a_discharge_is_dated_today_and_the_day_goes_with_it(
    frame: Frame, user: User, people: People
) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    page = page_of(frame)
    assert not page.form.field("discharged_on").isVisible()
    status = page.form.field("status").control
    status.set_value("discharged")
    assert page.value("discharged_on") == makers.TODAY.isoformat()
    status.set_value("current")
    user.press("Save")
    assert user.sees("Nothing was changed.")


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_practice_is_found_while_typing_and_a_closed_one_says_so(
    frame: Frame, user: User, people: People, qtbot: QtBot, qapp
) -> None:
    office = frame.tools.office
    closed = office.do(directory.add_practice, PracticeDetails(name="Seafront Surgery", postcode="CT11 8AA"))
    office.do(directory.add_gp, closed, "Dr Rose Okafor")
    office.do(directory.close_practice, closed)
    office.do(directory.add_practice, PracticeDetails(name="Harbour Practice"))
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    page = page_of(frame)
    pick = page.form.field("gp_practice").control
    assert isinstance(pick, Pick)
    qtbot.keyClicks(pick, "ct11")
    offered = pick._popup.model()
    assert [offered.index(row, 0).data() for row in range(offered.rowCount())] == [
        "Seafront Surgery – CT11 8AA – CLOSED"
    ]
    qtbot.keyClick(pick._popup, Qt.Key.Key_Return)
    assert pick.text() == "Seafront Surgery, CT11 8AA"
    qapp.focusChanged.emit(pick, page.form.field("gp").target)
    assert page.form.field("gp_practice").doubt == "It closed on 23-Nov-2026. Ask who their GP is now."
    gp = page.form.field("gp").control
    assert [gp.itemText(row) for row in range(gp.count())] == ["OKAFOR, Rose (Dr)"]
    gp.setCurrentIndex(0)
    user.press("Save")
    assert "OKAFOR, Rose (Dr), Seafront Surgery (closed)" in seen_in(frame)


def test_a_practice_that_was_not_chosen_is_refused(frame: Frame, user: User, people: People, qtbot) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    user.type("GP practice", "no such place")
    user.press("Save")
    assert page_of(frame).form.field("gp_practice").error.startswith("Choose a practice from the list")


# Two writers


def _change_elsewhere(open_as: Callable[[Role], Records], people: People, **changed: object) -> None:
    from practice_app.services.marks import run

    other = open_as(Role.DIRECTOR)
    before = run(other, registration.details, people.margaret)
    run(other, registration.change, people.margaret, before, replace(before, **changed))


def test_two_writers_are_shown_both_values_and_choose(
    frame: Frame, user: User, people: People, open_as: Callable[[Role], Records], qtbot: QtBot
) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    user.type("Known as", "Maggie")
    user.type("Telephone number", "01632 960999")
    theirs = (PhoneDetails(number="07700 900123"),)
    _change_elsewhere(open_as, people, known_as="Meg", phones=theirs, title="Dr")
    user.press("Save")
    assert user.sees("Somebody else changed these details while you were typing.")
    assert user.sees("Taken over from them: Title.")
    assert {each.text() for each in frame.findChildren(QRadioButton) if each.isVisible()} == {
        "Yours: Maggie", "Theirs: Meg", "Yours: Mobile: 01632 960999", "Theirs: Mobile: 07700 900123",
        "Keep both",
    }  # fmt: skip
    assert problems(frame) == []
    user.press("Theirs: Meg")
    user.press("Keep both")
    user.press("Save")
    after = details(frame, people.margaret)
    assert (after.known_as, after.title) == ("Meg", "Dr")
    assert sorted(each.number for each in after.phones) == ["01632 960999", "07700 900123"]


def test_what_only_one_of_two_writers_changed_is_kept_of_both(
    frame: Frame, user: User, people: People, open_as: Callable[[Role], Records]
) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    user.type("Known as", "Maggie")
    _change_elsewhere(open_as, people, title="Dr")
    user.press("Save")
    after = details(frame, people.margaret)
    assert (after.known_as, after.title) == ("Maggie", "Dr")


# What the role may see


def test_a_receptionist_has_no_fields_about_health(
    frame_as: Callable[[Role], Frame], people: People, qtbot: QtBot
) -> None:
    frame = frame_as(Role.RECEPTIONIST)
    user = User(qtbot, frame)
    frame.open_patient(people.margaret)
    user.press("Edit details")
    assert not user.sees("Health, as told")
    assert "Latex" not in seen_in(frame)
    user.type("Known as", "Maggie")
    user.press("Save")
    assert user.sees("The details are saved.")
    clinician = frame_as(Role.DIRECTOR)
    assert [each.text for each in details(clinician, people.margaret).health or ()] == ["Latex"]


# Drafts


def test_two_drafts_of_two_patients_and_a_new_one_do_not_mix(
    frame: Frame, user: User, people: People
) -> None:
    for patient, name in ((people.margaret, "Maggie"), (people.bluebird, "Blue")):
        frame.open_patient(patient)
        trigger(frame, "record.edit")
        user.type("Known as", name)
    trigger(frame, "go.new_patient")
    user.type("Known as", "Kingfisher")
    frame.park()
    for patient, name in ((people.margaret, "Maggie"), (people.bluebird, "Blue")):
        frame.open_patient(patient)
        if user.sees("Go on with it"):
            user.press("Go on with it")
        assert page_of(frame).value("known_as") == name
    trigger(frame, "go.new_patient")
    assert page_of(frame).value("known_as") == "Kingfisher"


def test_a_draft_keeps_rows_and_brings_back_only_what_was_typed(
    frame: Frame, user: User, people: People, open_as: Callable[[Role], Records]
) -> None:
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    user.press("Add a telephone number")
    user.type("Telephone number 2", "07700 900123")
    frame.open_patient(people.jo)
    _change_elsewhere(open_as, people, known_as="Meg")
    frame.open_patient(people.margaret)
    user.press("Go on with it")
    page = page_of(frame)
    assert page.value("phones.1.number") == "07700 900123"
    assert page.value("known_as") == "Meg"
    user.press("Save")
    after = details(frame, people.margaret)
    assert [each.number for each in after.phones] == ["01632 960123", "07700 900123"]
    assert after.known_as == "Meg"
    frame.open_patient(people.jo)
    frame.open_patient(people.margaret)
    assert not user.sees("Go on with it")


def test_what_was_told_of_health_is_kept_sealed_in_a_draft(
    frame: Frame, user: User, people: People, qtbot: QtBot, open_as: Callable[[Role], Records]
) -> None:
    from sqlalchemy import select

    from practice_app.model.form_drafts import FormDraft

    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    user.type("What was told of entry 1", "Latex and penicillin")
    user.type("Known as", "Maggie")
    frame.park()
    with open_as(Role.RECEPTIONIST).work(writes=False) as work:
        row = work.first(select(FormDraft))
        assert "Maggie" in row.plain
        assert "penicillin" not in row.plain
        assert b"penicillin" not in row.clinical_sealed
    page_of(frame).host = None
    frame.open_patient(people.jo)
    frame.open_patient(people.margaret)
    user.press("Go on with it")
    assert page_of(frame).value("health.0.text") == "Latex and penicillin"


def _unlock(window: Window, qtbot: QtBot) -> None:
    user = User(qtbot, window.main)
    user.type("Password", PASSWORD)
    user.press("Unlock")
    qtbot.waitUntil(lambda: window.main.frame is not None, timeout=20_000)


def test_what_was_typed_survives_the_lock(signed_in: Window, people: People, qtbot: QtBot) -> None:
    signed_in.main.frame.open_patient(people.margaret)
    trigger(signed_in.main.frame, "record.edit")
    user = User(qtbot, signed_in.main)
    user.type("Known as", "Maggie")
    user.type("What was told of entry 1", "Latex and penicillin")
    trigger(signed_in.main.frame, "session.lock")
    _unlock(signed_in, qtbot)
    user.waits_to_see("was not saved on 23-Nov-2026 at 09:30.")
    user.press("Go on with it")
    page = page_of(signed_in.main.frame)
    assert (page.value("known_as"), page.value("health.0.text")) == ("Maggie", "Latex and penicillin")


def test_somebody_new_who_was_being_typed_survives_the_lock(
    signed_in: Window, people: People, qtbot: QtBot
) -> None:
    trigger(signed_in.main.frame, "go.new_patient")
    user = User(qtbot, signed_in.main)
    user.type("Known as", "Kingfisher")
    trigger(signed_in.main.frame, "session.lock")
    _unlock(signed_in, qtbot)
    user.waits_to_see("The form “new patient” was not saved")
    user.press("Go on with it")
    assert page_of(signed_in.main.frame).value("known_as") == "Kingfisher"
    user.press("Register")
    user.waits_to_see("Kingfisher is registered.")
    signed_in.main.frame.show_patients()
    assert not user.sees("not saved")


def test_what_was_typed_survives_a_killed_program(
    people: People, open_as: Callable[[Role], Records], practice_file: Path, frame: Frame, user: User
) -> None:
    """Another process types into both forms and is killed; the same user finds both here."""
    records = open_as(Role.DIRECTOR)
    program = [sys.executable, "-m", "tests.gui.form_typing"]
    with subprocess.Popen(
        program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as typing:
        typing.stdin.write(form_typing.described(practice_file, records.keys, people.margaret) + "\n")
        typing.stdin.flush()
        said = [typing.stdout.readline().strip() for _ in range(2)]
        typing.kill()
    assert said == ["kept new_patient", "kept patient_details"]
    frame.open_patient(people.margaret)
    user.press("Go on with it")
    page = page_of(frame)
    assert (page.value("known_as"), page.value("health.0.text")) == ("Maggie", "Latex and penicillin")
    trigger(frame, "go.new_patient")
    user.press("Go on with it")
    assert page_of(frame).value("phones.0.number") == "07700 900123"


# Names in every length and script


@pytest.mark.parametrize(
    "name",
    [
        "Wolfeschlegelsteinhausenbergerdorff-" * 5 + "x",
        "محمد بن عبد الله بن سلمان",
        "בן־דוד",
        "<b>Ann</b> & 'Co'",
        "Nguyễn Thị",
        "👩‍👧 Zoë",
    ],
)
def test_long_and_foreign_names_show_whole(frame: Frame, user: User, name: str, qapp) -> None:
    frame.resize(1024, 640)
    trigger(frame, "go.new_patient")
    page_of(frame).form.field("family").control.setText(name)
    user.press("Register")
    shown = frame.tools.office.do(people_cases.open_record, frame.record.patient).banner.name
    qapp.processEvents()
    texts = {each.text().replace("\u200b", ""): each for each in frame.banner.findChildren(QLabel)}
    label = texts[shown]
    assert label.isVisible()
    assert label.height() >= label.heightForWidth(label.width())
    assert label.width() <= frame.banner.width()
    assert frame.width() == 1024
    trigger(frame, "record.edit")
    assert page_of(frame).value("family") == name


@pytest.mark.parametrize("nasty", form_typing.NASTY)
def test_nasty_strings_go_through_every_field(frame: Frame, user: User, nasty: str) -> None:
    """What is typed into every field that takes text is stored as it is kept, and shown again the same."""
    trigger(frame, "go.new_patient")
    page = page_of(frame)
    for add in ("Add an e-mail address", "Add an address", "Add an allergy, a medicine or an alert"):
        user.press(add)
    for field in page.form.fields:
        if type(field.control) is QLineEdit and field.name != "nhs_number":
            field.control.setText(nasty[: 20 if field.name.endswith("postcode") else 35])
    kept = registration.tidied(page.details())
    user.press("Register")
    assert user.sees("is registered.")
    after = details(frame, frame.record.patient)
    assert [each.words for each in after.phones] == [each.words for each in kept.phones]
    for name in ("given", "family", "known_as", "safety_line", "introduced_by"):
        assert getattr(after, name) == getattr(kept, name)
    trigger(frame, "record.edit")
    trigger(frame, "edit.save")
    assert user.sees("Nothing was changed.")


@pytest.mark.parametrize("size", [(1024, 610), (1280, 800)])
@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.DIRECTOR])
def test_the_form_passes_the_walk_with_several_rows_and_problems(
    frame_as: Callable[[Role], Frame], people: People, role: Role, size: tuple[int, int], qtbot: QtBot, qapp
) -> None:
    frame = frame_as(role)
    frame.resize(*size)
    user = User(qtbot, frame)
    frame.open_patient(people.margaret)
    trigger(frame, "record.edit")
    for add in ("Add a telephone number", "Add an e-mail address", "Add an address"):
        user.press(add)
    user.type("NHS number", "485 777 3456")
    user.type("Telephone number 2", "12345")
    user.press("Save")
    qapp.processEvents()
    assert problems(frame) == []


def test_the_new_form_passes_the_walk_beside_who_may_be_here_already(frame: Frame, user: User, qapp) -> None:
    frame.resize(1024, 610)
    trigger(frame, "go.new_patient")
    user.type("NHS number", "999 000 0018")
    user.waits_to_see("Perhaps here already")
    qapp.processEvents()
    assert problems(frame) == []


def _leave_with(frame, typed: str) -> None:
    frame.record.edit_details()
    page = frame.record.tabs[0].host.page
    values.write(page.form.field("known_as").control, typed)
    page.cancel()


def test_undo_after_another_record_was_opened_keeps_what_was_typed(frame_as, people: People) -> None:
    """The form is gone with the record; its text is offered where it belongs, never in the other record."""
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    _leave_with(frame, "Maggie")
    frame.open_patient(people.bluebird)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    frame.status.undo()
    assert frame.record.tabs[0].host.page is None
    draft = form_drafts.Form(CHANGE, people.margaret)
    assert frame.tools.office.do(form_drafts.open_own, draft)[1] == {"known_as": "Maggie"}
    assert frame.tools.office.do(form_drafts.own, people.bluebird) == ()


def test_undo_after_the_form_was_opened_anew_puts_the_text_into_it(frame_as, people: People) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    _leave_with(frame, "Maggie")
    frame.record.edit_details()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert frame.record.tabs[0].host.page.value("known_as") == "Peggy"
    frame.status.undo()
    assert frame.record.tabs[0].host.page.value("known_as") == "Maggie"


def test_undo_does_not_overwrite_what_was_typed_since(frame_as, people: People) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    _leave_with(frame, "Maggie")
    frame.record.edit_details()
    page = frame.record.tabs[0].host.page
    values.write(page.form.field("known_as").control, "Meg")
    page.park()
    frame.status.undo()
    assert page.value("known_as") == "Meg"
    draft = form_drafts.Form(CHANGE, people.margaret)
    assert frame.tools.office.do(form_drafts.open_own, draft)[1] == {"known_as": "Meg"}
