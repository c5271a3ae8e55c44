"""Looking up whom the clinic rings, by keyboard alone."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from practice_app.gui.frame import Frame
from practice_app.gui.office import Office
from practice_app.rules.permissions import Role
from practice_app.storage.records import Records
from tests import makers
from tests.services.import_files import table, take_in

from .accessibility import problems
from .conftest import People
from .doors import Answers
from .user import User


def test_a_receptionist_finds_a_number_while_somebody_waits(
    qtbot: QtBot,
    office_as: Callable[[Role], Office],
    open_as: Callable[[Role], Records],
    people: People,
    asker: Answers,
    practice_file: Path,
    tmp_path: Path,
) -> None:
    frame = Frame(office_as(Role.RECEPTIONIST), asker, (), lambda: makers.NOW, practice_file.parent)
    frame.resize(1024, 640)
    qtbot.addWidget(frame)
    frame.show()
    frame.show_screen("address_book")
    user = User(qtbot, frame)
    assert user.sees("The address book is empty.")
    assert problems(frame) == []
    rows = (
        ("Name", "Company", "Job title", "Mobile", "Email"),
        ("Sol Harte", "Harte & Co", "Solicitor", "07700 900123", "sol@harte.example"),
        ("Zoë Müller", "Hands", "Interpreter", "07700 900124", ""),
    )
    take_in(open_as(Role.DIRECTOR), "contacts", table(tmp_path, *rows))
    frame.tools.office.changed.emit(frozenset({"address_book_entry"}))
    assert user.sees("2 entries")
    user.keys("solic")
    assert user.sees("HARTE, Sol, Solicitor")
    assert user.sees("07700 900123\nsol@harte.example")
    assert problems(frame) == []
    user.key(Qt.Key.Key_Escape)
    user.key(Qt.Key.Key_Down)
    assert user.sees("MÜLLER, Zoë, Interpreter, Hands")
    user.keys("zzz")
    assert user.sees("Nobody in the address book matches “zzz”.")
