"""The privacy view: nothing in sight names a patient, wherever the window is and however it got there."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QTableView, QWidget

from practice_app.gui.frame import Frame
from practice_app.rules.permissions import Role

from .conftest import People, Window, sign_in
from .doors import PASSWORD
from .user import User

_NAMES = ("holloway", "margaret", "peggy", "bluebird", "smith", "960123", "0000018", "000 0018", "latex")


def seen(frame: Frame) -> list[str]:
    """Every text in sight."""
    parts = [each for each in frame.findChildren(QWidget) if each.isVisible()]
    words = [each.text() for each in parts if isinstance(each, QLabel | QAbstractButton | QLineEdit)]
    for table in (each for each in parts if isinstance(each, QTableView)):
        model = table.model()
        cells = ((row, column) for row in range(model.rowCount()) for column in range(model.columnCount()))
        words += [str(model.index(*cell).data() or "") for cell in cells]
    return words


def names(frame: Frame) -> list[str]:
    """What of it names somebody."""
    QApplication.processEvents()  # what was just made is shown in the next turn only
    return [each for each in seen(frame) if any(name in each.lower() for name in _NAMES)]


def toggle(frame: Frame) -> None:
    trigger(frame, "view.privacy")


def trigger(frame: Frame, action: str) -> None:
    next(made for each, made in frame.actions_known.known() if each.id == action).trigger()


@pytest.mark.parametrize("place", ["patients", "address_book", "access", "import", "consents"])
def test_no_screen_names_anybody(frame_as, people: People, place: str) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.show_screen(place)
    toggle(frame)
    assert names(frame) == []
    frame.show_patients()
    frame.show_screen(place)
    assert names(frame) == []
    frame.show_patients()
    toggle(frame)
    assert names(frame) != []


WAYS: dict[str, Callable[[Frame], None]] = {
    **{
        name: lambda frame, name=name: frame.record.turn_to(name) for name in ("notes", "contacts", "history")
    },
    "details": lambda frame: frame.record.edit_details(),
    "merge": lambda frame: trigger(frame, "record.merge"),
    "refresh": lambda frame: frame.record.refresh(),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_through_the_record_brings_it_back(frame_as, people: People, way: str) -> None:
    frame = frame_as(Role.DIRECTOR)
    toggle(frame)
    frame.open_patient(people.margaret)
    WAYS[way](frame)
    assert names(frame) == []
    frame.record.turn_to("notes")
    assert names(frame) == []
    toggle(frame)
    assert names(frame) != []


def test_the_palette_does_not_offer_whom_it_opened_lately(frame_as, people: People) -> None:
    frame = frame_as(Role.DIRECTOR)
    palette = frame.palette_list
    palette.choose(next(each for each in palette.entries("holloway") if "HOLLOWAY" in each.what))
    assert any("HOLLOWAY" in each.what for each in palette.entries(""))
    toggle(frame)
    assert not any("HOLLOWAY" in each.what for each in palette.entries(""))


def test_it_lasts_over_a_lock(signed_in: Window, people: People, qtbot) -> None:
    toggle(signed_in.main.frame)
    signed_in.main.frame.open_patient(people.margaret)
    signed_in.main.lock()
    user = User(qtbot, signed_in.main)
    user.type("Password", PASSWORD)
    user.press("Unlock")
    qtbot.waitUntil(lambda: signed_in.main.frame is not None, timeout=20_000)
    assert signed_in.main.frame.place.patient == people.margaret
    assert names(signed_in.main.frame) == []
    signed_in.main.sign_out()
    sign_in(signed_in, qtbot)
    assert not signed_in.main.frame.is_private
