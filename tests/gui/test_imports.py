"""Bringing in files in the window, by mouse and by keyboard, and taking lists out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QTableView
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from practice_app.gui.dialogs import Dialogs, ListChosen, ListToExport
from practice_app.gui.frame import Frame
from practice_app.gui.imports.screen import ImportScreen
from practice_app.gui.office import Office
from practice_app.model.base import Base
from practice_app.model.consents import Consent
from practice_app.model.correspondence import Call, Letter
from practice_app.model.diary import Appointment
from practice_app.model.notes import Note
from practice_app.model.people import AddressBookEntry, Contact, GPPractice, Patient, Person
from practice_app.rules.permissions import Role
from practice_app.services import practice
from practice_app.storage.records import Records
from tests import makers
from tests.documents import papers

from .accessibility import problems
from .conftest import People
from .doors import Answers
from .user import User

PATIENTS = (
    "Patient ID,First name,Last name,DOB,Colour\nP1,Ada,Okafor,14/03/1958,red\nP2,Bo,Lee,13/02/1990,blue\n"
)
CARDS = "BEGIN:VCARD\nVERSION:3.0\nN:Okafor;Ada;;Dr;\nORG:Seafront Surgery\nEND:VCARD\n"
NASTY = (
    "=1+1",
    "<b>bold</b> & <img src='x'>",
    "Robert'); DROP TABLE person;--",
    "مرحبا ‮أبجد",
    "Z̸a̴l̵g̶o̷",
    "%s %n %d {0} ${HOME}",
    "ﷺ" * 20,
    "🏳️‍🌈 Flag",
)


class Desk:
    """Somebody at the import screen of a small practice."""

    def __init__(self, qtbot: QtBot, frame: Frame, records: Records, asker: Answers, folder: Path) -> None:
        self.frame, self.records, self.asker, self.folder = frame, records, asker, folder
        self.qtbot, self.user = qtbot, User(qtbot, frame)

    def file(self, content: str | bytes, name: str = "file.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def choose(self, content: str | bytes, name: str = "file.csv") -> None:
        """Choose a file with the mouse."""
        self.asker.file_given = self.file(content, name)
        self.user.press("Choose a file…")

    def count(self, kind: type[Base]) -> int:
        with self.records.work(writes=False) as work:
            return work.first(select(func.count()).select_from(kind)) or 0

    def table(self) -> list[tuple[str, ...]]:
        """What was found, as it is shown."""
        view = next(each for each in self.frame.findChildren(QTableView) if each.isVisible())
        model = view.model()
        return [
            tuple(str(model.index(row, column).data()) for column in range(model.columnCount()))
            for row in range(model.rowCount())
        ]

    def meaning(self, heading: str) -> QComboBox:
        found = self.user.field(f"What “{heading}” means")
        assert isinstance(found, QComboBox)
        return found


@pytest.fixture
def desk(
    qtbot: QtBot,
    office_as: Callable[[Role], Office],
    open_as: Callable[[Role], Records],
    people: People,
    asker: Answers,
    practice_file: Path,
    tmp_path: Path,
) -> Desk:
    frame = Frame(office_as(Role.DIRECTOR), asker, (), lambda: makers.NOW, practice_file.parent)
    frame.resize(1024, 640)
    qtbot.addWidget(frame)
    frame.show()
    frame.show_screen("import")
    return Desk(qtbot, frame, open_as(Role.DIRECTOR), asker, tmp_path)


def test_patients_by_mouse_from_the_file_to_the_result(desk: Desk) -> None:
    user, before = desk.user, desk.count(Patient)
    assert problems(desk.frame) == []
    desk.choose(PATIENTS)
    user.waits_to_see("First values")
    assert user.sees("14/03/1958  ·  13/02/1990")
    assert user.sees("Not taken in: Colour.")
    assert desk.meaning("First name").currentText() == "Given name or names"
    assert problems(desk.frame) == []
    user.press("Check the file")
    user.waits_to_see("What an import would do")
    assert desk.count(Patient) == before
    assert problems(desk.frame) == []
    user.press("Import 2 rows")
    user.waits_to_see("What was imported")
    assert desk.count(Patient) == before + 2
    assert user.sees("Imported: 2 new, 0 changed.")
    assert problems(desk.frame) == []
    user.press("Import another file")
    assert user.sees("Drop a file here, or choose one.")


def test_patients_by_keyboard_alone(desk: Desk) -> None:
    before = desk.count(Patient)
    desk.asker.file_given = desk.file(PATIENTS)
    desk.user.key(Qt.Key.Key_Space)  # the focus is on "Choose a file"
    desk.user.waits_to_see("First values")
    desk.user.key(Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    desk.user.waits_to_see("What an import would do")
    desk.user.key(Qt.Key.Key_Space)  # and now on the button that imports
    desk.user.waits_to_see("What was imported")
    assert desk.count(Patient) == before + 2


def dropped(desk: Desk, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, left, none)
    screen = desk.frame.findChild(ImportScreen)
    assert screen is not None
    screen.pages.dropEvent(event)


PRACTICE = '"A81001","THE SURGERY"' + ',""' * 10 + ',"A"' + ',""' * 14 + "\n"
KINDS = {
    "contacts": (CARDS, "cards.vcf", AddressBookEntry),
    "fhir": (
        json.dumps(
            {"resourceType": "Patient", "id": "x", "name": [{"family": "Lee"}], "birthDate": "1990-01-01"}
        ),
        "p.json",
        Patient,
    ),
    "practices": (
        '"A81001","THE SURGERY"' + ',""' * 10 + ',"A"' + ',""' * 14 + "\n",
        "epraccur.csv",
        GPPractice,
    ),
    "appointments": (
        "Practice no,Start,Minutes,Practitioner\n{number},2026-11-30 10:00,50,Asha Shah\n",
        "a.csv",
        Appointment,
    ),
    "notes": ("Practice no,Date,Author,Notes\n{number},2026-11-20,A. Shah,Slept\n", "n.csv", Note),
    "consents": (
        "Practice no,Consent,Status,Date\n{number},share_with_gp,yes,2026-11-20\n",
        "c.csv",
        Consent,
    ),
    "letters": ("Practice no,File,Date,From\n{number},scan.pdf,2026-01-12,Surgery\n", "l.csv", Letter),
    "calls": ("Practice no,Date,In/Out,Subject\n{number},2026-11-20 10:00,in,x\n", "k.csv", Call),
    "relations": ("Practice no,Name,Relationship\n{number},Joan Holloway,sister\n", "r.csv", Contact),
}


def file_of(desk: Desk, people: People, kind: str) -> Path:
    content, name, _mapped = KINDS[kind]
    with desk.records.work(writes=False) as work:
        number = str(work.get(Patient, people.margaret).number)
    desk.file(papers.pdf(), "scan.pdf")
    return desk.file(content.replace("{number}", number), name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_each_kind_by_keyboard_alone(desk: Desk, people: People, kind: str) -> None:
    mapped = KINDS[kind][2]
    before = desk.count(mapped)
    desk.asker.file_given = file_of(desk, people, kind)
    desk.user.key(Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    desk.user.waits_to_see("First values")
    desk.user.key(Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    desk.user.waits_to_see("Import 1 row")
    desk.user.key(Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    desk.user.waits_to_see("What was imported")
    assert desk.count(mapped) == before + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_each_kind_is_dropped_and_taken_by_mouse(desk: Desk, people: People, kind: str) -> None:
    mapped = KINDS[kind][2]
    before = desk.count(mapped)
    dropped(desk, file_of(desk, people, kind))
    desk.user.waits_to_see("First values")
    assert desk.user.field("What the file holds").currentData() == kind
    assert problems(desk.frame) == []
    desk.user.press("Check the file")
    desk.user.waits_to_see("Import 1 row")
    desk.user.press("Import 1 row")
    desk.user.waits_to_see("What was imported")
    assert desk.count(mapped) == before + 1


def test_cards_become_patients_when_the_box_is_ticked(desk: Desk) -> None:
    before = desk.count(Patient)
    dropped(desk, desk.file(CARDS, "cards.vcf"))
    desk.user.waits_to_see("These people become patients")
    box = next(each for each in desk.frame.findChildren(QCheckBox) if "become" in each.text())
    box.setFocus()
    desk.user.key(Qt.Key.Key_Space)
    desk.user.press("Check the file")
    desk.user.waits_to_see("Import 1 row")
    desk.user.press("Import 1 row")
    desk.user.waits_to_see("What was imported")
    assert (desk.count(Patient), desk.count(AddressBookEntry)) == (before + 1, 0)


def test_a_column_is_given_another_meaning_and_the_mapping_is_kept_for_the_next_file(desk: Desk) -> None:
    desk.choose("Who,Colour\nAda Okafor,Blue\n")
    desk.user.waits_to_see("No column tells the patient's name. Choose the column that does.")
    assert not desk.user.button("Check the file").isEnabled()
    who = desk.meaning("Who")
    who.setFocus()
    while who.currentData() != "full_name":
        desk.user.key(Qt.Key.Key_Down)
    assert who.currentData() == "full_name"
    assert not desk.user.sees("No column tells")
    colour = desk.meaning("Colour")
    colour.setCurrentIndex(colour.findData("full_name"))
    assert who.currentData() == ""  # one field, one column
    who.setCurrentIndex(who.findData("full_name"))
    desk.user.press("Keep")
    desk.user.waits_to_see("Give the mapping a name")
    desk.user.type("Keep these columns for the next file", "The old list")
    desk.user.press("Keep")
    desk.user.waits_to_see("Kept as “The old list”.")
    desk.user.press("Another file")
    desk.choose("Who,Colour\nBo Lee,Red\n", "next.csv")
    desk.user.waits_to_see("The columns are those kept as “The old list”.")
    assert desk.meaning("Who").currentData() == "full_name"
    desk.user.press("Forget these columns")
    desk.qtbot.waitUntil(lambda: not desk.user.sees("The columns are those kept"))


def test_dates_in_doubt_are_asked_about_and_echoed(desk: Desk) -> None:
    desk.choose("Name,DOB\nAda Okafor,03/04/1980\n")
    desk.user.waits_to_see("First values")
    desk.user.press("Check the file")
    desk.user.waits_to_see("“03/04/1980” in the column “DOB” can be read in two ways.")
    assert desk.frame.focusWidget() is desk.user.field("How it writes dates")
    desk.user.keys("Month")
    assert desk.user.sees("“03/04/1980” in the column “DOB” is 04-Mar-1980.")
    desk.user.key(Qt.Key.Key_Up)
    assert desk.user.sees("“03/04/1980” in the column “DOB” is 03-Apr-1980.")
    desk.user.press("Check the file")
    desk.user.waits_to_see("Import 1 row")


def test_refused_rows_are_listed_saved_and_left_out(desk: Desk) -> None:
    before = desk.count(Patient)
    desk.choose("Name,NHS number\nAda Okafor,9990000018\nBo Lee,9990000019\n")
    desk.user.waits_to_see("First values")
    desk.user.press("Check the file")
    desk.user.waits_to_see("Import the other 1 row")
    line, what, why = desk.table()[0]
    assert (line, what) == ("3", "Refused")
    assert "NHS number" in why
    desk.asker.path_given = desk.folder / "findings.csv"
    desk.user.press("Save this table…")
    desk.user.waits_to_see("Saved as findings.csv")
    desk.asker.path_given = desk.folder / "refused.csv"
    desk.user.press("Save the refused rows…")
    desk.user.waits_to_see("Saved as refused.csv")
    assert "Bo Lee" in (desk.folder / "refused.csv").read_text(encoding="utf-8")
    assert "Bo Lee" not in (desk.folder / "findings.csv").read_text(encoding="utf-8")
    desk.user.press("Import the other 1 row")
    desk.user.waits_to_see("What was imported")
    assert desk.count(Patient) == before + 1
    assert desk.asker.asked[-1].startswith("refused-rows-")


def test_a_cancelled_import_writes_nothing(desk: Desk) -> None:
    before = desk.count(Person)
    rows = "".join(f"P{n},Ada{n},Okafor{n}\n" for n in range(4_000))
    desk.choose("Patient ID,First name,Last name\n" + rows)
    desk.user.waits_to_see("First values")
    desk.user.press("Check the file")
    desk.user.waits_to_see("Import 4,000 rows")
    desk.user.press("Import 4,000 rows")
    desk.user.waits_to_see("Cancel the job")
    desk.user.press("Cancel the job")
    desk.user.waits_to_see("Stopped at your request.")
    assert desk.count(Person) == before
    assert desk.user.button("Import 4,000 rows").isEnabled()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "“empty.csv” is empty."),
        ("letter.csv", b"%PDF-1.7 x", "This is a PDF, not a table of text. Export the table as CSV."),
        (
            "odd.csv",
            b"Name\n\xc3\xa9\xc3\xa9\xc3\xa9\xff\n",
            "The letters on line 2 cannot be read as UTF-8.",
        ),
        ("cut.vcf", b"BEGIN:VCARD", "holds"),
        ("other.json", b'{"resourceType": "Observation"}', "holds no FHIR patients."),
        ("wide.csv", b"Name\n" + b"x" * 200_000 + b"\n", "A cell is longer than 131,072 characters."),
    ],
)
def test_what_cannot_be_taken_is_said_in_one_sentence(
    desk: Desk, name: str, content: bytes, sentence: str
) -> None:
    desk.choose(content, name)
    if name in ("cut.vcf", "wide.csv"):
        desk.user.waits_to_see("First values")
        desk.user.press("Check the file")
        desk.user.waits_to_see("What an import would do")
        assert [row[1] for row in desk.table()] == ["Refused"]
        return
    desk.user.waits_to_see(sentence)
    assert desk.user.sees("Drop a file here, or choose one.")
    assert problems(desk.frame) == []


def test_a_folder_is_refused_in_words(desk: Desk) -> None:
    dropped(desk, desk.folder)
    desk.user.waits_to_see("is a folder. Name the file inside it.")


def test_names_of_any_kind_come_in_whole(desk: Desk) -> None:
    rows = "".join('"' + name.replace('"', '""') + f'",N{n}\n' for n, name in enumerate(NASTY))
    desk.choose("Last name,First name\n" + rows)
    desk.user.waits_to_see("First values")
    desk.user.press("Check the file")
    desk.user.waits_to_see(f"Import {len(NASTY)} rows")
    desk.user.press(f"Import {len(NASTY)} rows")
    desk.user.waits_to_see("What was imported")
    with desk.records.work(writes=False) as work:
        families = set(work.select(select(Person.family)))
    import unicodedata

    assert {unicodedata.normalize("NFC", name) for name in NASTY} <= families


def test_a_demo_warns_once(desk: Desk) -> None:
    with desk.records.work(use_case="tests.demo") as work:
        practice.the_practice(work).is_demo = True
    before = desk.count(Patient)
    desk.choose(PATIENTS)
    desk.user.waits_to_see("First values")
    desk.user.press("Check the file")
    desk.user.waits_to_see("Import 2 rows")
    desk.asker.confirms = False
    desk.user.press("Import 2 rows")
    assert desk.asker.asked[-1] == "Import into the demo practice? [Import all the same]"
    assert desk.count(Patient) == before
    desk.asker.confirms = True
    desk.user.press("Import 2 rows")
    desk.user.waits_to_see("What was imported")
    assert desk.count(Patient) == before + 2


def test_the_privacy_view_hides_the_first_values(desk: Desk) -> None:
    desk.choose(PATIENTS)
    desk.user.waits_to_see("First values")
    screen = desk.frame.findChild(ImportScreen)
    assert screen is not None
    screen.set_private(True)
    assert not desk.user.sees("14/03/1958")
    screen.set_private(False)
    assert desk.user.sees("14/03/1958")


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_only_a_director_has_the_screen_and_the_list(
    qtbot: QtBot,
    office_as: Callable[[Role], Office],
    people: People,
    asker: Answers,
    practice_file: Path,
    role: Role,
) -> None:
    frame = Frame(office_as(role), asker, (), lambda: makers.NOW, practice_file.parent)
    qtbot.addWidget(frame)
    frame.show()
    frame.show_screen("import")
    user = User(qtbot, frame)
    assert not user.sees("Drop a file here")
    assert not user.sees("Export list…")
    assert frame.findChild(ImportScreen) is None


@pytest.mark.parametrize(("form", "start"), [("csv", "Practice number"), ("vcf", "BEGIN:VCARD")])
def test_a_list_is_exported_from_the_list_of_patients(desk: Desk, form: str, start: str) -> None:
    desk.frame.show_patients()
    desk.asker.list_given = ListChosen("patients", form, "3.0" if form == "vcf" else "")
    desk.asker.path_given = desk.folder / f"list.{form}"
    desk.user.press("Export list…")
    desk.user.waits_to_see("are in the list.")
    written = (desk.folder / f"list.{form}").read_text(encoding="utf-8-sig")
    assert start in written[:40]
    assert "Margaret" in written
    assert desk.asker.asked[-1].endswith(f".{form}")
    assert "Holloway" not in desk.asker.asked[-1]


@pytest.mark.parametrize(
    ("suggested", "kinds"),
    [("a.csv", "Table (*.csv)"), ("a.vcf", "Address cards (*.vcf)"), ("a.tif", "All files (*)")],
)
def test_the_systems_dialog_is_told_what_kind_of_file_it_is_about(
    monkeypatch: pytest.MonkeyPatch, suggested: str, kinds: str
) -> None:
    asked: list[tuple[object, ...]] = []

    def answer(*given: object) -> tuple[str, str]:
        asked.append(given)
        return ("/somewhere/a file", "")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    parent = None
    dialogs = Dialogs(parent)  # type: ignore[arg-type]
    assert dialogs.save_as("Save", suggested) == Path("/somewhere/a file")
    assert dialogs.open_file("Open", "Lists (*.csv)") == Path("/somewhere/a file")
    assert asked == [(None, "Save", suggested, kinds), (None, "Open", "", "Lists (*.csv)")]


def test_the_dialog_offers_lists_and_forms(qtbot: QtBot) -> None:
    dialog = ListToExport(None, "client")
    qtbot.addWidget(dialog)
    dialog.show()
    user = User(qtbot, dialog)
    assert user.field("Who").currentText() == "All clients"
    user.field("As").setCurrentIndex(2)
    assert dialog.chosen == ListChosen("patients", "vcf", "4.0")
    assert problems(dialog) == []
