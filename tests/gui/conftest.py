"""One application with our look for all tests of the window, and a small practice to show."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from practice_app.gui.actions import Actions
from practice_app.gui.desk import Desk
from practice_app.gui.door import Opened
from practice_app.gui.frame import Frame
from practice_app.gui.job_panel import JobPanel
from practice_app.gui.look import Look, Scheme
from practice_app.gui.main_window import MainWindow
from practice_app.gui.office import Office
from practice_app.gui.screen import Tools
from practice_app.gui.status import StatusLine
from practice_app.model.people import Gender, HealthFact, HealthFactKind
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role, permissions_of
from practice_app.storage import keys
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers
from tests.clinic import CHEAP

from .doors import PASSWORD, Answers, FakeDoor
from .user import User


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform has no window manager to give size hints to, and says so in every test."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints"))


@pytest.fixture(scope="session")
def _the_look(qapp: QApplication) -> Look:
    return Look(qapp, Scheme.LIGHT)


@pytest.fixture(autouse=True)
def look(_the_look: Look) -> Look:
    """The look of the application under test, light at the start of every test."""
    _the_look.choose(Scheme.LIGHT)
    return _the_look


@pytest.fixture
def settings(tmp_path) -> Iterator[QSettings]:
    """This PC's window settings, in a file of the test's own."""
    made = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    yield made
    made.sync()


@dataclass(frozen=True)
class People:
    """Who is in the small practice."""

    margaret: UUID
    bluebird: UUID
    jo: UUID


@pytest.fixture
def people(open_as: Callable[[Role], Records]) -> People:
    """Three patients: one with everything, one with a nickname only, one who has died."""
    records = open_as(Role.DIRECTOR)
    with records.work(use_case="tests.people") as work:
        margaret = makers.patient(
            work,
            PersonName("Mrs", "Margaret", "Holloway", "Peggy"),
            phones=("01632 960123",),
            emails=("peggy@example.org",),
            postcode="CT11 8AA",
            nhs_number="9990000018",
            safety_line="If she rings in distress, put her through to Dr Shah.",
            person_values={"gender": Gender.FEMALE},
        )
        fact = {"patient_id": margaret, "told_on": date(2026, 1, 5), "source": "told by the patient"}
        work.add(HealthFact(kind=HealthFactKind.ALLERGY, text="Latex", **fact))
        shah = makers.practitioner(work)
        makers.appointment(work, [margaret], shah)
        makers.note(work, [margaret])
        makers.letter(work, [margaret])
        makers.call(work, [margaret])
        nobody_born = {"born": None}
        bluebird = makers.patient(work, PersonName(None, None, None, "Bluebird"), person_values=nobody_born)
        jo = makers.patient(
            work, PersonName("Mr", "Jo", "Smith", None), person_values={"died": date(2026, 9, 2)}
        )
        makers.on_list(work, work.actor.id, [margaret, bluebird, jo])
    return People(margaret, bluebird, jo)


@pytest.fixture
def office_as(qapp, open_as: Callable[[Role], Records]) -> Iterator[Callable[[Role], Office]]:
    """An office for somebody of a role; its worker is stopped at the end."""
    made: list[Office] = []

    def opener(role: Role) -> Office:
        made.append(Office(open_as(role), look_elsewhere_ms=3_600_000))
        return made[-1]

    yield opener
    for office in made:
        office.close()()


@pytest.fixture
def tools_as(qtbot, office_as: Callable[[Role], Office], asker: Answers) -> Callable[[Role], Tools]:
    """What screens and tabs work with, for somebody of a role; no frame is around them."""

    def opener(role: Role) -> Tools:
        made = Tools(
            office_as(role), Actions(permissions_of(role)), asker, JobPanel(), StatusLine("Somebody")
        )
        for widget in (made.jobs, made.status):
            widget.resize(860, 60)
            qtbot.addWidget(widget)
        return made

    return opener


@pytest.fixture(scope="session")
def _key_file(_template: tuple[Path, Keys], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key file in which the director has a slot; made once per run."""
    folder = tmp_path_factory.mktemp("keys")
    given = {"vault": _template[1].vault, "director": _template[1].user, "made": makers.TODAY}
    keys.create(folder, name="Dana Director", password=PASSWORD, device_secret=None, kdf=CHEAP, **given)
    return folder / keys.FILE_NAME


@pytest.fixture
def folder(practice_file: Path, _key_file: Path) -> Path:
    """This test's practice folder, with a key file, as the users screen reads it."""
    shutil.copy(_key_file, practice_file.parent)
    return practice_file.parent


@pytest.fixture
def frame_as(
    qtbot, office_as: Callable[[Role], Office], people: People, asker: Answers, folder: Path
) -> Callable[[Role], Frame]:
    """The whole frame as a role sees it, at the smallest size."""

    def made_as(role: Role) -> Frame:
        office = office_as(role)
        door = FakeDoor(lambda: office._records)
        desk = Desk(door, Opened(folder, office._records), office, asker)
        frame = Frame(office, asker, (), lambda: makers.NOW, folder, desk)
        frame.resize(1024, 610)
        qtbot.addWidget(frame)
        frame.show()
        frame.show_patients()
        return frame

    return made_as


@pytest.fixture
def asker() -> Answers:
    """Answers to every dialog."""
    return Answers()


@dataclass
class Window:
    """A window under test with the stand-ins around it."""

    main: MainWindow
    door: FakeDoor
    asker: Answers
    now: list[float]


@pytest.fixture
def window(qtbot, qapp, look, settings, asker, open_as, tmp_path) -> Iterator[Window]:
    """The whole window before anybody has signed in, with a clock that the test moves."""
    from practice_app.gui.lock import Clocks

    now = [1_000.0]
    door = FakeDoor(lambda: open_as(Role.DIRECTOR))
    clocks = Clocks(wall=lambda: now[0], steady=lambda: now[0])
    main = MainWindow(qapp, door, look, settings, asker=asker, clocks=clocks)
    main.sign_in.show_practice(tmp_path / "Harbour Clinic")
    main.show()
    qtbot.waitUntil(lambda: "prepare Harbour Clinic" in door.said)
    yield Window(main, door, asker, now)
    main.close()
    main.deleteLater()


@pytest.fixture
def signed_in(window: Window, people: People, qtbot) -> Window:
    """The window after the director has signed in."""
    sign_in(window, qtbot)
    return window


def sign_in(window: Window, qtbot, name: str = "DD") -> None:
    """Type name and password and wait for the screens."""
    user = User(qtbot, window.main)
    user.type("Name or initials", name)
    user.type("Password", PASSWORD)
    user.press("Sign in")
    qtbot.waitUntil(lambda: window.main.frame is not None, timeout=20_000)
