"""The consent tab: where things stand, recording, withdrawing in no more steps, correcting, the notice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from practice_app.gui.banner import consent_words
from practice_app.gui.consents.form import ConsentPage
from practice_app.gui.consents.history import ConsentHistory
from practice_app.gui.consents.matrix import Verb, verbs_of
from practice_app.gui.consents.tab import ConsentTab
from practice_app.gui.record import RecordScreen
from practice_app.gui.screen import Tools
from practice_app.gui.table import Table
from practice_app.model.documents import Document, DocumentKind, DocumentSubject
from practice_app.model.people import Authority, Contact
from practice_app.rules.consents import Basis, Channel, Decision, Method, Purpose, Status
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import consents, privacy_notices, suppression
from practice_app.services import people as people_cases
from practice_app.services.consents import Answer
from tests import makers

from .accessibility import problems, spoken_name
from .conftest import People, Window
from .test_keyboard import CTRL, Keyboard, NoMouse
from .user import User

GP = Answer(Purpose.SHARE_WITH_GP, Decision.GIVEN, Method.SIGNED_PAPER, decided_on=date(2026, 5, 4))
NEWS = Answer(Purpose.MARKETING, Decision.GIVEN, Method.IN_PERSON, (Channel.EMAIL,))
ALT = Qt.KeyboardModifier.AltModifier


class Place:
    """The record screen of one patient, turned to the consent tab, and somebody in front of it."""

    def __init__(self, qtbot: QtBot, tools: Tools, screen: RecordScreen, patient) -> None:
        self.tools, self.screen, self.patient, self.qtbot = tools, screen, patient, qtbot
        self.user = User(qtbot, screen)

    def show(self) -> None:
        self.screen.show_record(self.tools.office.do(people_cases.open_record, self.patient))
        self.screen.turn_to("consents")

    @property
    def tab(self) -> ConsentTab:
        return next(each for each in self.screen.tabs if isinstance(each, ConsentTab))

    @property
    def page(self) -> ConsentPage:
        page = self.tab.host.page
        assert isinstance(page, ConsentPage)
        return page

    def choose(self, name: str, words: str) -> None:
        """Choose in the combo box of this spoken name."""
        box = self.user.field(name)
        place = box.findText(words, Qt.MatchFlag.MatchStartsWith)
        assert place >= 0, [box.itemText(n) for n in range(box.count())]
        box.setCurrentIndex(place)

    def now(self, purpose: Purpose, channel: Channel | None = None, about: str = "") -> consents.Standing:
        return self.tools.office.do(consents.status_now, self.patient, purpose, channel, about)

    def errors(self) -> dict[str, str]:
        return {field.name: field.error for field in self.page.form.fields if field.error}


@pytest.fixture
def place_as(qtbot: QtBot, tools_as: Callable[[Role], Tools], people: People):
    def made_as(role: Role = Role.DIRECTOR, patient=None) -> Place:
        tools = tools_as(role)
        screen = RecordScreen(tools)
        tools.actions.move_to("record")
        screen.resize(1000, 700)
        qtbot.addWidget(screen)
        screen.show()
        made = Place(qtbot, tools, screen, patient or people.margaret)
        made.show()
        return made

    return made_as


@pytest.fixture
def place(place_as) -> Place:
    return place_as()


@pytest.fixture
def child(open_as) -> object:
    """A boy of fourteen whose mother's parental responsibility was seen."""
    with open_as(Role.DIRECTOR).work(use_case="tests.child") as work:
        name = PersonName(None, "Liban", "Jama", None)
        patient = makers.patient(work, name, person_values={"born": date(2012, 3, 1)})
        mother = makers.person(PersonName("Ms", "Hodan", "Jama", None))
        work.add(mother)
        work.flush()
        work.add(
            Contact(
                patient_id=patient,
                person_id=mother.id,
                relation="mother",
                authority=Authority.PARENTAL_RESPONSIBILITY,
                authority_seen="Birth certificate",
            )
        )
        makers.on_list(work, work.actor.id, [patient])
        return patient


# Within the budget


class Clicks(QObject):
    """Counts presses of a mouse button."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and watched.isWidgetType():
            self.count += not isinstance(watched.parentWidget(), QLineEdit)
        return False


@pytest.fixture
def at_record(signed_in: Window, people: People, qtbot: QtBot) -> Window:
    """The whole window with Margaret's record open at its summary."""
    signed_in.main.frame.open_patient(people.margaret)
    return signed_in


@pytest.fixture
def clicks(at_record: Window, qapp: QApplication):
    counter = Clicks()
    qapp.installEventFilter(counter)
    yield counter
    qapp.removeEventFilter(counter)


def banner_line(window: Window) -> str:
    return consent_words(window.main.frame.banner.about)[0]


def button_called(window: Window, qtbot: QtBot, name: str) -> QWidget:
    """The visible button whose spoken name begins like this; a banner just made anew shows a moment later."""

    def found() -> list[QWidget]:
        return [
            each
            for each in window.main.frame.findChildren(QAbstractButton)
            if each.isVisible() and spoken_name(each).startswith(name)
        ]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def test_consent_is_recorded_and_withdrawn_with_three_clicks_each(
    at_record: Window, clicks: Clicks, qtbot: QtBot
) -> None:
    """From the banner, by way of the purpose, to Save: taking back is as near as giving (P22)."""
    user = User(qtbot, at_record.main.frame)
    counts = []
    for verb, mark in (("Record that they agreed: May write", "✓"), ("Record that they withdrew it", "✕")):
        before = clicks.count
        qtbot.mouseClick(button_called(at_record, qtbot, "Consent. May"), Qt.MouseButton.LeftButton)
        qtbot.mouseClick(button_called(at_record, qtbot, verb), Qt.MouseButton.LeftButton)
        user.press("Save")
        assert f"GP letters {mark}" in banner_line(at_record)
        counts.append(clicks.count - before)
    assert counts == [3, 3]


def test_consent_is_recorded_and_withdrawn_with_three_keys_each(
    at_record: Window, qtbot: QtBot, qapp: QApplication
) -> None:
    """The tab, the purpose by its letters and Enter, and Ctrl+S."""
    no_mouse = NoMouse()
    qapp.installEventFilter(no_mouse)
    at_record.main.activateWindow()
    qtbot.waitActive(at_record.main)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    keyboard = Keyboard(qtbot, at_record)
    number = [tab.name for tab in at_record.main.frame.record.tabs].index("consents") + 1
    for mark in ("✓", "✕"):
        keyboard.pressed = 0
        keyboard.key(getattr(Qt.Key, f"Key_{number}"), ALT)
        keyboard.text("gp")
        keyboard.key(Qt.Key.Key_Return)
        keyboard.key(Qt.Key.Key_S, CTRL)
        assert f"GP letters {mark}" in banner_line(at_record)
        assert keyboard.pressed == 3
        at_record.main.frame.record.turn_to("summary")
    qapp.removeEventFilter(no_mouse)
    assert no_mouse.pressed == 0


# Where it stands


def test_every_line_says_its_answer_in_words_and_offers_what_fits_it(place: Place) -> None:
    do = place.tools.office.do
    do(consents.record, place.patient, GP)
    do(consents.record, place.patient, replace(GP, purpose=Purpose.RESEARCH, decision=Decision.REFUSED))
    for words in (
        "Yes, since 04-May-2026",
        "Mrs Margaret Holloway, on a signed form",
        "No, refused on 04-May-2026",
        "Never asked, so no",
        "Yes, consent is not needed: a plain message about their own appointments",
    ):
        assert place.user.sees(words), words
    lines = [line for line, _ in place.tab._matrix._lines]
    offered = {line.standing.asked: verbs_of(line) for line in lines}
    assert offered[consents.Asked(Purpose.SHARE_WITH_GP)] == (Verb.WITHDRAWN, Verb.AGAIN)
    assert offered[consents.Asked(Purpose.RESEARCH)] == (Verb.GIVEN,)
    assert offered[consents.Asked(Purpose.TEACHING)] == (Verb.GIVEN, Verb.REFUSED)
    assert offered[consents.Asked(Purpose.CONTACT, Channel.POST)] == (Verb.GIVEN, Verb.REFUSED)


def test_the_lines_are_one_stop_for_tab_and_arrows_go_through_them(place: Place) -> None:
    stops = [each for _line, buttons in place.tab._matrix._lines for each in buttons]
    tabbed = [each for each in stops if each.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert len(tabbed) == 1
    place.tab.take_focus()
    assert spoken_name(place.screen.focusWidget()) == "Record that they agreed: May treat"
    place.user.key(Qt.Key.Key_Down)
    place.user.key(Qt.Key.Key_Right)
    focus = place.screen.focusWidget()
    assert spoken_name(focus) == "Record that they refused: May treat by video or phone"
    assert focus.accessibleDescription() == "May treat by video or phone: never asked, so no"
    place.user.key(Qt.Key.Key_End)
    assert "testimonial" in spoken_name(place.screen.focusWidget())
    place.user.keys("gp")
    assert spoken_name(place.screen.focusWidget()) == "Record that they agreed: May write to the GP"
    assert place.screen.focusWidget() in [
        each for each in stops if each.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]


def test_a_receptionist_sees_and_records_consent(place_as) -> None:
    place = place_as(Role.RECEPTIONIST)
    place.tab._open_line(place.tab._matrix._lines[0][0], Verb.GIVEN)
    place.user.press("Save")
    assert place.now(Purpose.TREATMENT).allows
    assert place.user.sees("Yes, since 23-Nov-2026")


@pytest.mark.parametrize("role", list(Role))
def test_every_state_of_the_tab_passes_the_walk(place_as, role: Role, child, qapp) -> None:
    place = place_as(role, child)
    place.screen.resize(1000, 1500)  # a form that scrolls has fields below its buttons
    tab, found = place.tab, {}
    line = tab._matrix._lines[0][0]
    for name, go in {
        "matrix": lambda: None,
        "yes of a child": lambda: tab._open_line(line, Verb.GIVEN),
        "yes of a parent": lambda: place.choose("Who decided", "Ms Hodan Jama"),
        "no": lambda: place.choose("Answer", "No, they refuse"),
        "contact": lambda: place.choose("What for", "May get in touch"),
        "history": lambda: (tab.host.page.cancel(), tab._turn_over()),
    }.items():
        go()
        qapp.processEvents()
        found[name] = problems(place.screen)
    assert {name: faults for name, faults in found.items() if faults} == {}


# The form


def test_nothing_is_chosen_for_anybody_beforehand(place: Place) -> None:
    place.tab.record_something()
    place.choose("What for", "May get in touch about appointments")
    place.user.press("Save")
    assert place.errors() == {
        "decision": "Choose what they answered.",
        "channels": "Choose at least one way of contact.",
    }
    assert place.now(Purpose.CONTACT, Channel.EMAIL).status is Status.NOT_ASKED


def test_several_ways_of_contact_are_answered_at_once_and_voicemail_says_how_much(place: Place) -> None:
    place.tab.record_something()
    place.choose("What for", "May get in touch about appointments")
    place.choose("Answer", "Yes")
    for box in place.page.findChildren(QCheckBox):
        if box.text() in ("E-mail", "Voicemail"):
            box.click()
    place.user.press("Save")
    assert place.errors() == {"voicemail": "Choose what may be left on the voicemail."}
    place.choose("On the voicemail", "Our name")
    place.user.press("Save")
    assert place.now(Purpose.CONTACT, Channel.EMAIL).allows
    assert place.now(Purpose.CONTACT, Channel.VOICEMAIL).limits == "our name and number only"
    assert place.now(Purpose.CONTACT, Channel.SMS).status is Status.NOT_ASKED


def test_the_words_are_shown_in_full_and_kept_with_the_answer(place: Place) -> None:
    do = place.tools.office.do
    old = do(consents.new_wording, Purpose.SHARE_WITH_GP, "May we tell your GP?")
    new = do(consents.new_wording, Purpose.SHARE_WITH_GP, "May we write to your GP about your care?")
    line = next(each for each, _ in place.tab._matrix._lines if each.standing.asked.purpose is GP.purpose)
    place.tab._open_line(line, Verb.GIVEN)
    assert place.user.sees("Read out or show these words (version 2):")
    assert place.user.sees(new.text)
    place.choose("Words used", "Version 1")
    assert place.user.sees(old.text)
    place.choose("Words used", "Version 2")
    place.user.press("Save")
    [past] = do(consents.history, place.patient)
    assert past.wording == new.id


def test_how_long_it_holds_is_suggested_and_what_was_typed_stays(place: Place) -> None:
    line = next(each for each, _ in place.tab._matrix._lines if each.standing.asked.purpose is GP.purpose)
    place.tab._open_line(line, Verb.GIVEN)
    again = place.user.field("Ask again on")
    assert again.text() == "23-Nov-2027"
    place.user.type("When", "1/10")
    place.user.key(Qt.Key.Key_Tab)
    assert again.text() == "01-Oct-2027"
    place.user.type("Ask again on", "1 jan 2028")
    place.user.type("When", "2/10")
    place.user.key(Qt.Key.Key_Tab)
    assert place.page.value("review_on") == "2028-01-01"
    place.choose("What for", "May record the sound of sessions")
    assert place.user.field("Runs out after").text() == "02-Oct-2026"


def test_a_parent_is_offered_with_the_proof_that_was_seen(place_as, child) -> None:
    place = place_as(patient=child)
    assert place.user.sees("Under 16: decides alone when old enough")
    place.tab._open_line(place.tab._matrix._lines[0][0], Verb.GIVEN)
    place.user.press("Save")
    assert set(place.errors()) == {"capacity_basis"}
    place.choose("Who decided", "Ms Hodan Jama (mother)")
    assert place.user.field("What was seen that shows that they may decide").text() == "Birth certificate"
    place.user.press("Save")
    [past] = place.tools.office.do(consents.history, child)
    assert past.who == "Ms Hodan Jama, mother, with parental responsibility"


def test_a_child_decides_alone_with_a_note_of_competence(place_as, child) -> None:
    place = place_as(patient=child)
    place.tab._open_line(place.tab._matrix._lines[0][0], Verb.GIVEN)
    place.choose("Able to decide", "Old enough to understand")
    place.user.press("Save")
    assert set(place.errors()) == {"capacity"}
    place.user.type("How that was judged", "Explained it to Dr Shah in his own words")
    place.user.press("Save")
    [past] = place.tools.office.do(consents.history, child)
    assert ("Able to decide", "Old enough to understand and decide (Gillick): Explained it to Dr Shah in his "
            "own words") in past.facts  # fmt: skip


def test_the_soft_opt_in_asks_its_three_conditions(place: Place) -> None:
    place.tab.record_something()
    place.choose("What for", "May send news and offers")
    boxes = {box.text(): box for box in place.page.findChildren(QCheckBox)}
    boxes["Post"].click()
    place.choose("Answer", "No, they refuse")
    with pytest.raises(AssertionError):
        place.choose("Answer", "No consent is needed")
    boxes["Post"].click()
    boxes["E-mail"].click()
    place.choose("Answer", "No consent is needed")
    place.choose("Why no consent is needed", "Similar services")
    boxes["They gave the address when they came to this clinic"].click()
    place.user.press("Save")
    assert set(place.errors()) == {"soft_opt_in"}
    boxes["It is about services like those they had"].click()
    boxes["They could say no, then and in every message"].click()
    place.user.press("Save")
    standing = place.now(Purpose.MARKETING, Channel.EMAIL)
    assert (standing.status, standing.basis) == (Status.NOT_REQUIRED, Basis.SOFT_OPT_IN)


def test_a_refusal_names_the_field_the_use_case_complains_about(place: Place) -> None:
    place.tab.record_something()
    place.choose("What for", "May share with a relative")
    place.choose("Answer", "They withdraw")
    place.user.press("Save")
    assert "There is nothing to withdraw" in place.errors()["decision"]


def test_a_form_left_open_comes_back_as_it_was(place: Place, people: People) -> None:
    place.tab.record_something()
    place.choose("What for", "May share with a relative")
    place.choose("Answer", "Yes")
    place.user.type("Name of who it is for", "Mr Ash Holloway")
    place.screen.show_record(place.tools.office.do(people_cases.open_record, people.jo))
    place.show()
    place.user.press("Go on with it")
    assert place.page.purpose is Purpose.SHARE_WITH_RELATIVE
    assert place.user.field("Name of who it is for").text() == "Mr Ash Holloway"
    place.user.press("Save")
    assert place.now(Purpose.SHARE_WITH_RELATIVE, None, "Mr Ash Holloway").allows


# After it was recorded


def status_of(place: Place) -> User:
    place.tools.status.show()
    return User(place.qtbot, place.tools.status)


def test_undo_takes_a_decision_back_in_sight(place: Place) -> None:
    place.tools.office.do(consents.record, place.patient, GP)
    line = next(each for each, _ in place.tab._matrix._lines if each.standing.asked.purpose is GP.purpose)
    place.tab._open_line(line, Verb.WITHDRAWN)
    assert place.user.sees("What this changes: No new letters go to the GP.")
    place.user.press("Save")
    assert not place.now(GP.purpose).allows
    below = status_of(place)
    assert below.sees("No new letters go to the GP.")
    below.press("Undo")
    assert place.now(GP.purpose).allows
    states = [past.state.partition(":")[0] for past in place.tools.office.do(consents.history, place.patient)]
    assert sorted(states) == ["Recorded wrongly", "Stands"]


def test_an_objection_to_news_is_not_undone_by_a_click(place: Place) -> None:
    place.tools.office.do(consents.record, place.patient, NEWS)
    line = next(each for each, _ in place.tab._matrix._lines if each.standing.asked.purpose is NEWS.purpose)
    place.tab._open_line(line, Verb.WITHDRAWN)
    place.user.press("Save")
    below = status_of(place)
    assert below.sees("on the list of those who get no marketing")
    with pytest.raises(AssertionError):
        below.button("Undo")
    assert not place.tools.office.do(suppression.may_market, "peggy@example.org", Channel.EMAIL)


def test_the_history_shows_every_decision_with_its_words_and_takes_a_correction(place: Place) -> None:
    do = place.tools.office.do
    asked = do(consents.new_wording, GP.purpose, "May we write to your GP?")
    do(consents.record, place.patient, replace(GP, wording=asked.id))
    do(consents.new_wording, GP.purpose, "Other words now")
    do(consents.record, place.patient, replace(GP, purpose=Purpose.RESEARCH, decided_on=date(2026, 1, 5)))
    place.user.press("Every decision")
    table = place.tab.findChild(ConsentHistory).findChild(Table)
    assert [table.model().index(row, 1).data() for row in range(table.model().rowCount())] == [
        "May write to the GP",
        "May use for research",
    ]
    assert place.user.sees("May we write to your GP?")
    place.user.press("Recorded wrongly…")
    place.user.press("It does not count")
    assert place.user.sees("Say what was wrong.")
    place.user.type("Why it is wrong", "Another Margaret")
    place.user.press("It does not count")
    assert place.user.sees("Recorded wrongly: Another Margaret")
    assert not place.user.button("Recorded wrongly…").isEnabled()
    assert place.now(GP.purpose).status is Status.NOT_ASKED
    place.user.press("Where it stands")
    assert place.user.sees("Where consent stands")


def test_a_reason_that_was_begun_comes_back(place: Place, people: People) -> None:
    [consent] = place.tools.office.do(consents.record, place.patient, GP).ids
    place.user.press("Every decision")
    place.user.press("Recorded wrongly…")
    place.user.type("Why it is wrong", "Another Margaret")
    place.screen.show_record(place.tools.office.do(people_cases.open_record, people.jo))
    place.show()
    place.user.press("Go on with it")
    place.user.press("It does not count")
    [past] = place.tools.office.do(consents.history, place.patient)
    assert (past.id, past.corrected.partition(" (")[0]) == (consent, "Recorded wrongly: Another Margaret")


def test_a_filed_paper_is_tied_to_a_decision(place: Place, open_as) -> None:
    place.tools.office.do(consents.record, place.patient, GP)
    with open_as(Role.DIRECTOR).work(use_case="tests.paper") as work:
        paper = Document(kind=DocumentKind.SIGNED_CONSENT, dated=date(2026, 5, 4), entered_at=makers.NOW)
        paper.subjects = [DocumentSubject(person_id=place.patient)]
        work.add(paper)
    place.user.press("Every decision")
    place.user.press("Tie a filed paper to it…")
    place.user.press("Tie it to the decision")
    assert place.user.sees("document of 04-May-2026")


def test_one_button_records_that_the_privacy_notice_was_given(place: Place) -> None:
    do = place.tools.office.do
    do(privacy_notices.add_version, "What we do with what you tell us", date(2026, 1, 5))
    assert place.user.sees("Not given the current version 1; never given any.")
    place.choose("How the privacy notice was given", "By post")
    place.user.press("Given today")
    assert place.user.sees("Given version 1 on 23-Nov-2026 by post.")
    status_of(place).press("Undo")
    assert place.user.sees("Not given the current version 1; never given any.")


def test_a_marked_line_says_that_the_review_is_due(place: Place) -> None:
    due = replace(GP, decided_on=date(2025, 5, 4), review_on=date(2026, 5, 4))
    place.tools.office.do(consents.record, place.patient, due)
    assert place.user.sees("Ask again: review was due on 04-May-2026")
