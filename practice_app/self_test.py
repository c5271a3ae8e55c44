"""Shows that the program works where it is installed: everything is tried once, and nothing of it stays."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from practice_app import paths
from practice_app.errors import Defect
from practice_app.progress import Progress

if TYPE_CHECKING:
    from practice_app.services.demo import DemoUser
    from practice_app.storage.records import Records

_FOLDERS_OF_AN_ACCOUNT = {
    "HOME": "home",
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "WIN_PD_OVERRIDE_LOCAL_APPDATA": "local",
}
"""Where an account keeps its files, by the environment variables that say so, and our own in their place."""

_NAMES = ("Łucja", "Ελένη", "Оксана", "אביגיל", "ليلى", "राधा", "தமிழ்", "สุดา", "王", "さくら", "김")
"""One given name in each of several scripts, all of one invented patient."""

_READ_AS_WRITTEN = _NAMES[:3]
"""Those whose letters stand in a PDF in the order in which they are read."""


@dataclass(slots=True)
class Trial:
    """What the checks hand on: the folder of the trial, who may sign in, and the PDF that was made."""

    folder: Path
    people: tuple[DemoUser, ...] = ()
    copy: bytes = b""

    @property
    def practice(self) -> Path:
        """The demo practice's folder."""
        return self.folder / "practice"

    @property
    def director(self) -> DemoUser:
        """Who signs in; raises Defect when there is no demo practice."""
        if not self.people:
            raise Defect("there is no practice to try")
        return self.people[0]


def main() -> int:
    """Try everything, print a line for each, and return 0 when all of it works, else 1."""
    with tempfile.TemporaryDirectory(prefix="practice-app-self-test-") as folder, _own_account(Path(folder)):
        trial = Trial(Path(folder))
        outcomes = [_tried(name, check, trial) for name, check in CHECKS.items()]
    return 0 if all(outcomes) else 1


def _tried(name: str, check: Callable[[Trial], str], trial: Trial) -> bool:
    try:
        says, is_well = check(trial), True
    except Exception as error:  # whatever it is: this is the place where it must be seen
        says, is_well = f"{type(error).__name__}: {error}", False
    print(f"{'ok    ' if is_well else 'FAILED'}  {name}: {says}", flush=True)
    return is_well


@contextmanager
def _own_account(folder: Path) -> Iterator[None]:
    """Let the program and its libraries keep what an account keeps in a folder of the trial."""
    before = {name: os.environ.get(name) for name in _FOLDERS_OF_AN_ACCOUNT}
    for name, place in _FOLDERS_OF_AN_ACCOUNT.items():
        (folder / place).mkdir(mode=0o700)
        os.environ[name] = str(folder / place)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _program(_trial: Trial) -> str:
    how = "frozen" if getattr(sys, "frozen", False) else "from its sources"
    return f"{version('practice-app')}, {how}, Python {sys.version.split()[0]}"


def _files(_trial: Trial) -> str:
    """Raises Defect for a file of the program's own that was left out."""
    from practice_app.services.demo import stock
    from practice_app.storage import migrate

    paths.resource("style.qss")
    drawings = list(paths.resource("icons").glob("*.svg"))
    if not drawings:
        raise Defect("there are no icons")
    stock.read()
    return f"style, {len(drawings)} icons, the demo's texts, {len(migrate.KNOWN)} migrations"


def _fonts(_trial: Trial) -> str:
    from practice_app.documents import fonts

    found = fonts.families()
    without = [name for name in found if not fonts.coverage(name)]
    if without:
        raise Defect(f"no characters in {', '.join(without)}")
    bringing = {path.parent for path in found.values()}
    if len(bringing) < len(fonts.PACKAGES):
        raise Defect(f"only {len(bringing)} of {len(fonts.PACKAGES)} packages of fonts are there")
    return f"{len(found)} families from {len(fonts.PACKAGES)} packages"


def _migrations(trial: Trial) -> str:
    from practice_app.storage import migrate
    from practice_app.storage.engine import connect
    from practice_app.storage.keys.crypto import new_key

    path, key = trial.folder / "earlier.db", new_key()
    oldest = min(migrate.KNOWN)
    migrate.upgrade(path, key, create=True, to=oldest)
    migrate.upgrade(path, key)
    opened = connect(path, key)
    found = migrate.revision(opened)
    opened.close()
    if found != migrate.NEWEST:
        raise Defect(f"ended at {found}")
    return f"an encrypted file brought from {oldest} to {found}"


def _key_stores(_trial: Trial) -> str:
    """Whether the modules for this system's key stores are there; none need be running."""
    from practice_app.errors import PracticeError
    from practice_app.storage.keys import device

    modules = [module for module, _ in device.ALLOWED.get(sys.platform, device.ALLOWED["linux"])]
    for module in modules:
        import_module(module)
    try:
        device.DeviceStore().read_anchor(uuid4())
        answers = "one answers"
    except PracticeError:
        answers = "none answers here"
    return f"{', '.join(name.rpartition('.')[2] for name in modules)}; {answers}"


def _demo(trial: Trial) -> str:
    from practice_app.services import demo, practice

    today = practice.wall_clock().astimezone().date()
    made = demo.create(trial.practice, patients=20, today=today, progress=Progress())
    trial.people = made.users
    practice.leave(made.records)
    return f"20 invented patients, {len(made.users)} people who may sign in"


def _window(trial: Trial) -> str:
    """Sign in through the window, drawn where nobody sees it."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from practice_app import app

    who = trial.director
    drawn = app.signed_in_once(trial.practice, who, trial.folder / "window.ini")
    return f"signed in as {who.name}; {drawn.colours} colours on {drawn.width} by {drawn.height} dots"


def _subject_access(trial: Trial) -> str:
    from practice_app.services import registration, subject_access
    from practice_app.services.marks import run

    out = trial.folder / "copy.pdf"
    with _signed_in(trial) as records:
        patient = run(
            records, registration.register, registration.Details(given=" ".join(_NAMES), family="Trial")
        )
        copy = subject_access.prepare(records, patient, progress=Progress())
        subject_access.save_copy(records, copy.id, out, password=None, progress=Progress())
    if copy.missing:
        raise Defect(f"no font has {' '.join(copy.missing)}")
    trial.copy = out.read_bytes()
    return f"{copy.pages} pages with names in {len(_NAMES)} scripts"


@contextmanager
def _signed_in(trial: Trial) -> Iterator[Records]:
    from practice_app.services import practice

    who = trial.director
    opened = practice.sign_in(
        trial.practice, who.name, who.password, secret=None, state_folder=paths.state_folder()
    )
    try:
        yield opened.records
    finally:
        practice.leave(opened.records)


def _reader(trial: Trial) -> str:
    """Whether this program starts itself as the confined process, cleans a file there, and reads it."""
    from practice_app.documents.intake.confined import Cleaner, Pages
    from practice_app.rules.files import PDF, FileState

    with Cleaner() as cleaner:
        cleaned = cleaner.clean("copy.pdf", trial.copy, PDF)
    if cleaned.state is not FileState.READY or cleaned.clean is None:
        raise Defect(f"the PDF was found {cleaned.state.value}")
    pages = Pages(cleaned.clean)
    try:
        words = " ".join(pages.text(page) for page in range(len(pages.sizes)))
        drawn = pages.draw(0, 1.0)
    finally:
        pages.close()
    unread = [name for name in _READ_AS_WRITTEN if name not in words]
    if unread:
        raise Defect(f"{', '.join(unread)} cannot be read in the PDF")
    return f"{len(pages.sizes)} pages cleaned and read, one drawn with {drawn.width} by {drawn.height} dots"


def _formats(trial: Trial) -> str:
    from practice_app.exchange import fhir, vcards
    from practice_app.services.practice import wall_clock

    card, patient = trial.folder / "card.vcf", trial.folder / "patient.json"
    card.write_bytes(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Trial\r\nN:Trial;Ada;;;\r\nEND:VCARD\r\n")
    patient.write_text('{"resourceType": "Patient", "name": [{"family": "Trial"}]}', "utf-8")
    found = fhir.read(patient, wall_clock().date()).patients, vcards.read(card)
    if [each.lines for each in found] != [1, 1]:
        raise Defect("an address card or a FHIR patient was not read")
    return "an address card and a FHIR patient read"


def _server(_trial: Trial) -> str:
    """Whether what talks to a server is there with its library; no server is asked."""
    from psycopg import pq
    from sqlalchemy import create_engine

    create_engine("postgresql+psycopg://").dispose()
    return f"the driver's {pq.__impl__} form, libpq {pq.version() // 10_000}"


def _command_line(_trial: Trial) -> str:
    from practice_app import cli

    return f"{len(cli.commands.registered_commands)} commands"


CHECKS: dict[str, Callable[[Trial], str]] = {
    "Program": _program,
    "Files": _files,
    "Fonts": _fonts,
    "Migrations": _migrations,
    "Key stores": _key_stores,
    "Demo practice": _demo,
    "Window": _window,
    "Subject access": _subject_access,
    "Reader of files": _reader,
    "Formats": _formats,
    "Server": _server,
    "Command line": _command_line,
}
"""Everything that is tried, in an order in which each may use what came before."""
