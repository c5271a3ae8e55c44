"""Every screen, as every role: named, reachable, large enough, in order; every action registered."""

import re
from collections.abc import Callable
from functools import partial
from itertools import combinations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenuBar, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from practice_app.gui.actions import clash
from practice_app.gui.door import DemoPerson
from practice_app.gui.frame import Frame
from practice_app.gui.look import Look, Scheme
from practice_app.rules.permissions import Role

from .accessibility import problems
from .conftest import People, Window
from .doors import PASSWORD, Answers


def every_place(frame: Frame, people: People) -> dict[str, Callable[[], None]]:
    """Every state worth a walk, by name."""
    return {
        "patients": frame.show_patients,
        "address book": lambda: frame.show_screen("address_book"),
        "import": lambda: frame.show_screen("import"),
        "nobody found": lambda: (frame.show_patients(), frame.patients.search("zzz")),
        "record": lambda: frame.open_patient(people.margaret),
        **{f"tab {each.title}": partial(frame.record.turn_to, each.name) for each in frame.record.tabs},
        "outside caseloads": partial(frame.show_screen, "access"),
        "record again": lambda: frame.open_patient(people.margaret),
        "details": frame.record.edit_details,
        "new patient": frame.register,
        "record of somebody who died": lambda: frame.open_patient(people.jo),
        "empty record": lambda: frame.open_patient(people.bluebird),
        "consent wording": lambda: frame.show_screen("consents"),
        "record after the wording": lambda: frame.open_patient(people.margaret),
        "contacts of nobody": lambda: (frame.open_patient(people.bluebird), frame.record.turn_to("contacts")),
        "contacts": lambda: (frame.open_patient(people.margaret), frame.record.turn_to("contacts")),
        "contacts of somebody who died": lambda: (
            frame.open_patient(people.jo),
            frame.record.turn_to("contacts"),
        ),
        "a new contact": lambda: (frame.open_patient(people.margaret), _trigger(frame, "contacts.add")),
        "a death": lambda: _trigger(frame, "deaths.record"),
        "folded banner": lambda: frame.banner.fold(True),
        "letters": lambda: (frame.open_patient(people.margaret), frame.record.turn_to("letters")),
        "no documents": lambda: (frame.open_patient(people.margaret), frame.record.turn_to("documents")),
        "filing": lambda: next(tab for tab in frame.record.tabs if tab.name == "documents").begin_filing(),
        "message": lambda: frame.message.say("Something went wrong. Nothing was changed."),
        "palette": frame.palette_list.suggest,
        **admin_places(frame),
    }


def _trigger(frame: Frame, action: str) -> None:
    next(made for each, made in frame.actions_known.known() if each.id == action).trigger()


def admin_places(frame: Frame) -> dict[str, Callable[[], None]]:
    """The places of what a practice sets about itself, and the form of each, as far as the role has them."""
    known = {action.id for action, _made in frame.actions_known.known()}
    places: dict[str, Callable[[], None]] = {}
    for screen, form in ADMIN_FORMS.items():
        if f"go.{screen}" in known:
            places[screen] = partial(frame.show_screen, screen)
            places[form] = partial(_open_form, frame, screen, form)
    return places


ADMIN_FORMS = {
    "directory": "directory.new",
    "practice": "practice.change",
    "staff": "staff.new",
    "users": "users.new",
}


def _open_form(frame: Frame, screen: str, action: str) -> None:
    frame.show_screen(screen)
    _trigger(frame, action)


class _OpenedWindows(QObject):
    """Notes what opens as a window of its own, however shortly."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()!r}")
        return False


def test_nothing_opens_as_a_window_of_its_own(frame_as, people: People, qapp) -> None:
    """A part that is shown before it is put into its place flashes up, and takes the keys with it."""
    opened = _OpenedWindows()
    qapp.installEventFilter(opened)
    try:
        frame = frame_as(Role.DIRECTOR)
        for go in every_place(frame, people).values():
            go()
            qapp.processEvents()
    finally:
        qapp.removeEventFilter(opened)
    assert opened.seen == ["Frame ''"]


@pytest.mark.parametrize("role", list(Role))
def test_every_screen_passes_the_walk(frame_as, people: People, role: Role, qtbot: QtBot, qapp) -> None:
    frame = frame_as(role)
    found = {}
    for name, go in every_place(frame, people).items():
        go()
        qapp.processEvents()
        found[name] = problems(frame)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("role", list(Role))
def test_the_rail_has_the_screens_a_role_may_see_and_each_opens(frame_as, role: Role) -> None:
    frame = frame_as(role)
    allowed = frame.tools.office.actor.permissions
    wanted = [each.place for each in Frame.SCREENS if each.entry.permission in allowed | {None}]
    assert [
        frame.rail.item(row).data(Qt.ItemDataRole.UserRole) for row in range(frame.rail.count())
    ] == wanted
    for place in wanted:
        frame.show_screen(place)
        assert frame.place.screen == place
    assert frame.message.words == ""


@pytest.mark.parametrize("role", list(Role))
def test_no_two_actions_share_their_keys_and_none_is_unregistered(
    frame_as, people: People, role: Role
) -> None:
    frame = frame_as(role)
    for go in admin_places(frame).values():
        go()
    frame.open_patient(people.margaret)
    known = frame.actions_known
    pairs = combinations([action for action, _made in known.known()], 2)
    assert [(one.id, other.id) for one, other in pairs if clash(one, other)] == []
    strangers = [
        made.text()
        for made in frame.findChildren(QAction)
        if not known.registered(made) and not isinstance(made.parent(), QLineEdit | QMenuBar)
    ]
    assert strangers == []


def test_an_unregistered_action_would_be_seen(frame_as) -> None:
    frame = frame_as(Role.DIRECTOR)
    stranger = QAction("Sneak in", frame)
    assert not frame.actions_known.registered(stranger)


@pytest.mark.parametrize("role", list(Role))
def test_no_two_entries_of_a_menu_share_a_letter(frame_as, people: People, role: Role, qtbot: QtBot) -> None:
    frame = frame_as(role)
    bar = QMenuBar()
    qtbot.addWidget(bar)
    frame.fill_menus(bar)
    assert doubled_letters(bar) == {}
    letters = [_letter(entry.text()) for each in bar.actions() for entry in each.menu().actions()]
    assert all(letters), "every entry has a letter"


def doubled_letters(bar: QMenuBar) -> dict[str, list[str]]:
    """The letters of each menu, and of the bar, in which one stands twice."""
    menus = {each.menu().title(): each.menu().actions() for each in bar.actions()}
    letters = {title: [_letter(entry.text()) for entry in entries] for title, entries in menus.items()}
    letters["the bar"] = [_letter(title) for title in menus]
    return {title: each for title, each in letters.items() if len(set(each)) != len(each)}


def _letter(text: str) -> str:
    found = re.search(r"&(\w)", text)
    return found[1].lower() if found else ""


def test_the_sheet_lists_every_key_a_receptionist_has_and_no_other(frame_as, asker: Answers) -> None:
    frame = frame_as(Role.RECEPTIONIST)
    next(made for action, made in frame.actions_known.known() if action.id == "help.shortcuts").trigger()
    assert ("Lock", "Ctrl+L") in asker.sheet
    assert ("What we hold", "Ctrl+Shift+W") in asker.sheet
    assert not any(what == "Subject access" for what, _keys in asker.sheet)


def test_every_button_without_text_came_from_icon_button(frame_as, people: People) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(people.margaret)
    inside = (QLineEdit,)
    nameless = [
        each
        for each in frame.findChildren(QToolButton)
        if not each.accessibleName() and not isinstance(each.parentWidget(), inside)
    ]
    assert nameless == []


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("points", [9, 10, 14])
def test_nothing_is_cut_off_at_any_type_size(
    frame_as, people: People, qapp, scheme: Scheme, points: int
) -> None:
    look = Look(qapp, scheme, points)
    try:
        frame = frame_as(Role.DIRECTOR)
        frame.resize(1280, 800)
        frame.open_patient(people.margaret)
        qapp.processEvents()
        cut = [
            each.text()
            for each in frame.findChildren(QAbstractButton)
            if each.isVisible() and each.text() and each.width() < each.minimumSizeHint().width()
        ]
        assert cut == []
    finally:
        Look(qapp, Scheme.LIGHT)
        look.deleteLater()


def test_the_demo_says_so_on_every_screen_and_lets_one_switch(
    window: Window, people: People, open_as, qtbot: QtBot
) -> None:
    from practice_app.services import practice

    records = open_as(Role.DIRECTOR)
    with records.work(use_case="tests.demo") as work:
        practice.the_practice(work).is_demo = True
    window.door.open = lambda: records
    me = DemoPerson(records.actor.id, "Dana Director", "director", PASSWORD)
    rory = DemoPerson(people.jo, "Rory Reception", "receptionist", PASSWORD)
    window.door.people = (me, rory)
    window.main.sign_in.open_demo()
    qtbot.waitUntil(lambda: window.main.frame is not None, timeout=20_000)
    frame = window.main.frame
    from .user import User

    user = User(qtbot, window.main)
    user.waits_to_see("DEMO – not real patients")
    assert user.field("Go on as").currentText() == "Dana Director, director"
    assert problems(frame) == []
    window.door.open = lambda: open_as(Role.RECEPTIONIST)
    frame.switch_wanted.emit(rory)
    qtbot.waitUntil(lambda: window.main.frame not in (None, frame), timeout=20_000)
    assert "sign in Rory Reception" in window.door.said
    assert window.main.frame.actions_known.known()


def test_a_message_from_sign_in_is_shown_first(window: Window, people: People, qtbot: QtBot) -> None:
    from .conftest import sign_in

    window.door.notices = ("The list of users was changed outside this program.",)
    sign_in(window, qtbot)
    assert window.main.frame.message.words == "The list of users was changed outside this program."


def test_whoever_was_let_in_with_a_start_password_chooses_another_first(
    window: Window, people: People, qtbot: QtBot
) -> None:
    from .user import User

    window.door.must_change_password = True
    user = User(qtbot, window.main)
    user.type("Name or initials", "DD")
    user.type("Password", PASSWORD)
    user.press("Sign in")
    user.waits_to_see("Choose your own password")
    assert window.main.frame is None
    assert problems(window.main) == []
    user.type("Start password", "not the one given")
    user.type("New password", "copper kettle sings twice")
    user.type("New password again", "copper kettle sings twice")
    user.press("Change the password")
    user.waits_to_see("This is not the start password.")
    user.type("Start password", PASSWORD)
    user.type("New password", "copper kettle sings twice")
    user.type("New password again", "copper kettle sings twice")
    user.press("Change the password")
    qtbot.waitUntil(lambda: window.main.frame is not None, timeout=20_000)


def test_closing_while_something_is_made_asks_first(signed_in: Window, asker: Answers, qtbot: QtBot) -> None:
    import threading

    from practice_app.progress import Progress
    from practice_app.rules.permissions import Permission
    from practice_app.services.marks import long
    from practice_app.storage.records import Records

    stop = threading.Event()

    @long(Permission.BACK_UP)
    def wait(records: Records, *, progress: Progress) -> None:
        while not stop.is_set():
            progress(0, 1, "Waiting")

    signed_in.main.session.office.start(wait)
    asker.confirms = False
    signed_in.main.close()
    assert signed_in.main.frame is not None
    assert asker.asked[-1] == "Something is still being made [Stop it and close]"
    asker.confirms = True
    signed_in.main.close()
    assert signed_in.main.frame is None
    stop.set()


def test_what_nobody_caught_is_said_without_its_text(signed_in: Window, caplog) -> None:
    signed_in.main.report(ZeroDivisionError("Margaret Holloway"))
    assert signed_in.main.frame.message.words == "Something went wrong. Nothing was changed."
    assert "Holloway" not in caplog.text


def test_the_chosen_colours_are_kept_for_next_time(signed_in: Window, settings, look: Look) -> None:
    action = next(
        made for action, made in signed_in.main.frame.actions_known.known() if action.id == "view.dark"
    )
    action.trigger()
    assert look.scheme is Scheme.DARK
    assert settings.value("window/scheme") == "dark"


def test_the_privacy_view_hides_who_it_is(signed_in: Window, people: People, qapp) -> None:
    frame = signed_in.main.frame
    frame.open_patient(people.margaret)
    next(made for action, made in frame.actions_known.known() if action.id == "view.privacy").trigger()
    qapp.processEvents()
    shown = [each for each in frame.banner.findChildren(QWidget) if each.isVisible()]
    texts = [each.text() for each in shown if hasattr(each, "text")]
    assert not any("HOLLOWAY" in text for text in texts)
    assert not frame.record.findChild(QWidget, "summary").isVisible()


def test_the_window_may_be_as_low_as_the_screen_on_show_allows(frame_as, people: People, qapp) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.show_screen("import")  # the highest of all
    frame.open_patient(people.margaret)
    frame.banner.fold(True)
    qapp.processEvents()
    assert frame.minimumSizeHint().height() <= 600
