"""Letters and documents in the record: filed by mouse, by keys and by dropping; read; sealed for others."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from practice_app.gui.file_field import short_name
from practice_app.gui.filing import FilingPage
from practice_app.gui.papers import PapersTab
from practice_app.gui.record import RecordScreen
from practice_app.gui.screen import Tools
from practice_app.model.audit import AuditEvent
from practice_app.model.people import GPPractice
from practice_app.rules.permissions import Role
from practice_app.services import documents, files, letters
from practice_app.services import people as people_cases
from practice_app.services.documents import DocumentKind
from practice_app.services.files import CleanedFile, FileState
from practice_app.services.letters import LetterClass, LetterIn
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests.documents import papers

from .accessibility import problems
from .conftest import People, Window
from .user import User

PAPER = papers.pdf("Dear Dr Shah", "Second page")
READY = CleanedFile("scan.pdf", "application/pdf", PAPER, FileState.READY, 2, PAPER)
LOCKED = CleanedFile("locked.pdf", "application/pdf", papers.locked(), FileState.LOCKED)
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(PAPER)
    return path


@pytest.fixture
def record_as(qtbot: QtBot, tools_as, people: People) -> Callable[[Role], tuple[RecordScreen, Tools]]:
    """Margaret's record as a role sees it."""

    def made_as(role: Role) -> tuple[RecordScreen, Tools]:
        tools = tools_as(role)
        screen = RecordScreen(tools)
        tools.actions.move_to("record")
        screen.resize(1100, 620)
        qtbot.addWidget(screen)
        screen.show()
        screen.show_record(tools.office.do(people_cases.open_record, people.margaret))
        return screen, tools

    return made_as


def turned_to(screen: RecordScreen, name: str) -> PapersTab:
    screen.turn_to(name)
    return next(each for each in screen.tabs if each.name == name and isinstance(each, PapersTab))


def file_letter(records: Records, patient: UUID, file: CleanedFile = READY, **given: object) -> UUID:
    values = {
        "patients": (patient,), "sender": "Seafront Surgery", "dated": date(2026, 11, 20),
        "letter_class": LetterClass.CARE, "file": file, "subject": "Blood results",
    }  # fmt: skip
    return run(records, letters.file_letter, LetterIn(**{**values, **given}))  # type: ignore[arg-type]


def shown(tab: PapersTab, qtbot: QtBot) -> None:
    """Wait until the pages are drawn."""
    viewer = tab._reading.viewer
    qtbot.waitUntil(lambda: bool(viewer.page_words) and viewer.sheets.missing() is None, timeout=20_000)


def read(page: FilingPage, qtbot: QtBot) -> None:
    """Wait until the chosen file has been read."""
    qtbot.waitUntil(lambda: page._file.file is not None, timeout=20_000)


def dropped(target: QWidget, *paths: Path) -> bool:
    """Drop files on a widget, as the system does; whether they were taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where, copy = target.rect().center(), Qt.DropAction.CopyAction
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(where, copy, data, button, none)
    entering.ignore()
    QApplication.sendEvent(target, entering)
    if entering.isAccepted():
        QApplication.sendEvent(target, QDropEvent(QPointF(where), copy, data, button, none))
    return entering.isAccepted()


def test_a_letter_is_filed_by_mouse_and_its_pages_are_seen(
    record_as, paper: Path, asker, people: People, qtbot: QtBot
) -> None:
    screen, tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    user.press("File a letter or scan…")
    page = tab.host.page
    asker.file_given = paper
    user.press("Choose a file…")
    read(page, qtbot)
    assert user.sees("letter.pdf (2 pages")
    user.waits_to_see("of 2")
    pages, form = page._viewer.mapTo(page, QPoint(0, 0)), page.form.mapTo(page, QPoint(0, 0))
    assert pages.x() > form.x() + 200
    assert pages.y() < form.y() + 20
    user.type("Its day", "20/11")
    user.type("From", "Seafront Surgery")
    user.type("Subject (if there is one)", "Blood results")
    user.press("File it")
    assert tab.host.page is None
    [filed, _older] = tools.office.do(letters.of, people.margaret)
    assert (filed.sender, filed.subject) == ("Seafront Surgery", "Blood results")
    assert filed.dated == date(2026, 11, 20)
    user.waits_to_see("Blood results")
    shown(tab, qtbot)
    assert tab._reading.viewer.page_words == "1 of 2"


def test_a_letter_is_filed_and_read_by_keys_alone(
    signed_in: Window, people: People, paper: Path, asker, qtbot: QtBot
) -> None:
    frame = signed_in.main.frame
    signed_in.main.activateWindow()
    qtbot.waitUntil(signed_in.main.isActiveWindow)
    frame.open_patient(people.margaret)
    user = User(qtbot, signed_in.main)
    letters_at = [each.name for each in frame.record.tabs].index("letters")
    kinds = [kind.name for kind in RecordScreen.TABS]
    user.key(Qt.Key(Qt.Key.Key_0 + kinds.index("letters") + 2), ALT)
    tab = frame.record.tabs[letters_at]
    assert frame.record.tab == "letters"
    tab._file.setFocus()
    user.key(Qt.Key.Key_Space)
    page = tab.host.page
    asker.file_given = paper
    user.key(Qt.Key.Key_Space)  # the form begins with the button that chooses the file
    read(page, qtbot)
    for typed in ("", "", "20/11", "Seafront Surgery", "Blood results"):
        user.key(Qt.Key.Key_Tab)
        if typed:
            user.keys(typed)
    user.key(Qt.Key.Key_S, CTRL)
    assert tab.host.page is None
    user.waits_to_see("Filed under Letters.")
    user.key(Qt.Key.Key_Return)
    shown(tab, qtbot)
    assert signed_in.main.focusWidget() is tab._reading.viewer.sheets
    user.key(Qt.Key.Key_End)
    assert tab._reading.viewer.page_words == "2 of 2"
    assert problems(frame) == []


def test_a_scan_is_dropped_and_filed_as_a_document(
    record_as, paper: Path, people: People, qtbot: QtBot
) -> None:
    screen, tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "documents"), User(qtbot, screen)
    assert user.sees("There is no document in this record yet")
    assert not dropped(tab, paper, paper)
    assert dropped(tab, paper)
    page = tab.host.page
    read(page, qtbot)
    page._kind.set_value(DocumentKind.SIGNED_CONSENT.value)
    user.type("Its day", "20/11")
    user.type("What it is about, in a few words", "Consent to write to her GP")
    user.press("File it")
    [filed] = tools.office.do(documents.of, people.margaret)
    assert (filed.kind, filed.title) == (DocumentKind.SIGNED_CONSENT, "Consent to write to her GP")
    shown(tab, qtbot)


def test_dropping_another_file_on_the_form_takes_its_place(
    record_as, paper: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    screen, _tools = record_as(Role.DIRECTOR)
    tab = turned_to(screen, "letters")
    dropped(tab, paper)
    page = tab.host.page
    other = tmp_path / "other.pdf"
    other.write_bytes(papers.pdf("Another"))
    assert dropped(page, other)
    read(page, qtbot)
    assert page._file.file.name == "other.pdf"
    assert dropped(tab, paper)
    assert tab.host.page is page
    read(page, qtbot)


def test_what_is_missing_is_said_beside_its_field(record_as, qtbot: QtBot) -> None:
    screen, tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    user.press("File a letter or scan…")
    page = tab.host.page
    user.press("File it")
    errors = {field.name: field.error for field in page.form.fields if field.error}
    assert set(errors) == {"file", "dated", "sender"}
    page._kind.set_value(DocumentKind.SCAN.value)
    user.type("Its day", "24/11/2026")
    user.press("File it")
    errors = {field.name: field.error for field in page.form.fields if field.error}
    assert set(errors) == {"file", "dated", "title"}
    assert "still to come" in errors["dated"]
    assert len(tools.office.do(letters.of, tab.about.id)) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.docx", b"PK\x03\x04", "PDF, JPEG, PNG and TIFF"),
        ("empty.pdf", b"", "is empty"),
        ("call.mp3", b"ID3", "Kept as it came"),
        ("locked.pdf", papers.locked(), "ask the sender for a copy without one"),
        ("broken.pdf", b"%PDF-1.4 broken", "Damaged"),
    ],
)
def test_a_file_that_cannot_be_shown_says_why_before_it_is_filed(
    record_as, tmp_path: Path, asker, qtbot: QtBot, name: str, content: bytes, says: str
) -> None:
    screen, _tools = record_as(Role.DIRECTOR)
    turned_to(screen, "letters")
    user = User(qtbot, screen)
    user.press("File a letter or scan…")
    asker.file_given = tmp_path / name
    asker.file_given.write_bytes(content)
    user.press("Choose a file…")
    user.waits_to_see(says)


def test_a_recording_is_refused_where_the_practice_keeps_none(
    record_as, tmp_path: Path, qtbot: QtBot
) -> None:
    """P40, in the window."""
    screen, tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "documents"), User(qtbot, screen)
    sound = tmp_path / "call.mp3"
    sound.write_bytes(b"ID3 sound")
    dropped(tab, sound)
    page = tab.host.page
    read(page, qtbot)
    page._kind.set_value(DocumentKind.RECORDING.value)
    user.type("Its day", "20/11")
    user.type("What it is about, in a few words", "A call")
    user.press("File it")
    assert "keeps no recordings" in page.form.field("file").error
    assert tools.office.do(documents.of, tab.about.id) == ()


def test_the_same_file_twice_is_pointed_out(
    record_as, people: People, paper: Path, records, qtbot: QtBot
) -> None:
    file_letter(records, people.margaret)
    screen, _tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    dropped(tab, paper)
    user.waits_to_see("This very file is in the record already, dated 20-Nov-2026.")


@pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen one cannot raise a list
def test_gp_practices_are_offered_as_senders_and_kept_as_such(
    record_as, people: People, paper: Path, records, qtbot: QtBot
) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.add(GPPractice(name="The Ropewalk Practice", name_key="the ropewalk practice"))
    screen, _tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    dropped(tab, paper)
    page = tab.host.page
    read(page, qtbot)
    user.type("From", "ropew")
    completer = page._sender.completer()
    assert completer.model().stringList() == ["The Ropewalk Practice"]
    user.type("From", "The Ropewalk Practice")
    user.type("Its day", "20/11")
    user.press("File it")
    from practice_app.model.correspondence import Letter

    with records.work(writes=False) as work:
        assert [each for each in work.select(select(Letter.gp_practice_id)) if each] != []


def test_a_letter_is_opened_when_the_cursor_rests_on_it_and_that_is_written_down(
    record_as, people: People, records, qtbot: QtBot
) -> None:
    id = file_letter(records, people.margaret)
    screen, _tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    assert user.sees("Choose one in the list to read it.")
    with records.work(writes=False) as work:
        viewed = select(AuditEvent.kind).where(AuditEvent.action == "viewed", AuditEvent.kind != "person")
        before = [each for each in work.select(viewed) if each in ("letter", "attachment")]
    assert before == []
    tab._table.setFocus()
    user.key(Qt.Key.Key_Down)
    user.waits_to_see("Blood results")
    shown(tab, qtbot)
    with records.work(writes=False) as work:
        assert [each for each in work.select(viewed) if each in ("letter", "attachment")] == [
            "letter", "attachment",
        ]  # fmt: skip
    assert tab._reading.paper == id
    user.key(Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: tab._reading.paper != id, timeout=20_000)
    assert tab._reading._text.toPlainText() == "Dear Dr Okafor, ..."


def test_files_that_cannot_be_shown_say_why_in_the_record(
    record_as, people: People, records, qtbot: QtBot
) -> None:
    file_letter(records, people.margaret, LOCKED)
    screen, _tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    assert "locked" in tab._rows.data(tab._rows.index(0, 0))
    tab._table.selectRow(0)
    user.waits_to_see("Locked with a password: ask the sender for a copy without one.")


def test_a_receptionist_files_and_sees_that_something_is_there(
    record_as, people: People, paper: Path, records, qtbot: QtBot
) -> None:
    file_letter(records, people.margaret)
    run(records, documents.add, people.margaret, READY, DocumentKind.SCAN, "Xylophone", date(2026, 11, 20))
    screen, tools = record_as(Role.RECEPTIONIST)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    listed = tab._rows.data(tab._rows.index(0, 1))
    assert listed == "From Seafront Surgery\nAbout care"
    tab._table.selectRow(0)
    user.waits_to_see("Letters about care are sealed for those who give care.")
    tab = turned_to(screen, "documents")
    assert tab._rows.data(tab._rows.index(0, 1)) == "Scan\nSealed for those who give care"
    tab._table.selectRow(0)
    user.waits_to_see("The file is sealed for those who give care.")
    dropped(tab, paper)
    page = tab.host.page
    read(page, qtbot)
    user.type("Its day", "20/11")
    user.type("What it is about, in a few words", "Quetzal")
    page.park()  # what it is about is not kept in a draft that she could not open
    user.press("File it")
    assert len(tools.office.do(documents.of, people.margaret)) == 2


def test_a_service_letter_opens_for_the_reception_without_its_file(
    record_as, people: People, records, qtbot: QtBot
) -> None:
    file_letter(records, people.margaret, letter_class=LetterClass.SERVICE, subject="Your next appointment")
    screen, _tools = record_as(Role.RECEPTIONIST)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    tab._table.selectRow(0)
    user.waits_to_see("Your next appointment")
    assert user.sees("The file is sealed for those who give care.")


def test_a_lock_lets_the_pages_go_and_keeps_the_form(
    record_as, people: People, paper: Path, records, qtbot: QtBot
) -> None:
    file_letter(records, people.margaret)
    screen, tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    tab._table.selectRow(0)
    shown(tab, qtbot)
    dropped(tab, paper)
    page = tab.host.page
    read(page, qtbot)
    user.type("From", "Seafront Surgery")
    user.type("Subject (if there is one)", "Blood results")
    screen.park()
    assert tab._reading.viewer._reader is None
    assert page._viewer._reader is None
    assert tab._reading.viewer.sheets.pictures() == {}
    screen.show_record(tools.office.do(people_cases.open_record, people.jo))
    screen.show_record(tools.office.do(people_cases.open_record, people.margaret))
    user.press("Go on with it")
    assert user.field("From").text() == "Seafront Surgery"
    assert user.field("Subject (if there is one)").text() == "Blood results"
    assert user.sees("please choose it again")
    assert screen.tab == "letters"


def test_another_record_shows_nothing_of_the_last(record_as, people: People, records, qtbot: QtBot) -> None:
    file_letter(records, people.margaret)
    screen, tools = record_as(Role.DIRECTOR)
    tab, user = turned_to(screen, "letters"), User(qtbot, screen)
    tab._table.selectRow(0)
    shown(tab, qtbot)
    screen.show_record(tools.office.do(people_cases.open_record, people.jo))
    screen.turn_to("letters")
    assert tab._reading.viewer._reader is None
    assert not user.sees("Blood results")
    assert user.sees("There is no letter in this record yet")


NASTY = (
    "\u202egpj.exe.pdf",
    "a" * 240 + ".pdf",
    "'; DROP TABLE letter; --",
    "<b>x</b>",
    "\u200b\u200f.pdf",
    "",
)


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_are_shown_short_and_harmless(name: str) -> None:
    words = short_name(name).replace("\u200b", "")
    assert len(words) <= 60
    assert not set(words) & set("\u202e\u200f\u200b")
    hidden = dict.fromkeys(map(ord, "\u202e\u200f\u200b"), "·")
    assert files.shown_name(name) == name.translate(hidden)


def test_several_files_of_one_letter_are_chosen_between(
    record_as, people: People, records, qtbot: QtBot
) -> None:
    id = file_letter(records, people.margaret)
    with records.work(use_case="tests.second") as work:
        second = CleanedFile("second.pdf", "application/pdf", PAPER, FileState.READY, 2, papers.pdf("Annex"))
        work.add(files.attach(work, second, (people.margaret,), letter=id))
    screen, _tools = record_as(Role.DIRECTOR)
    tab, _user = turned_to(screen, "letters"), User(qtbot, screen)
    tab._table.selectRow(0)
    shown(tab, qtbot)
    choice = tab._reading._choice
    assert choice.count() == 2
    first = tab._reading.viewer.page_words
    choice.setCurrentIndex(1)
    qtbot.waitUntil(lambda: tab._reading.viewer.page_words not in ("", first), timeout=20_000)
