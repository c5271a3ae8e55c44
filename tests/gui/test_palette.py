"""Ctrl+K: patients first, then commands with their keys; what was used lately comes first."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from practice_app.gui.palette import Palette

from .conftest import People, Window


@pytest.fixture
def palette(signed_in: Window) -> Palette:
    return signed_in.main.frame.palette_list


def said(palette: Palette, text: str) -> list[str]:
    return [entry.what for entry in palette.entries(text)]


def test_patients_come_before_commands(palette: Palette) -> None:
    found = said(palette, "s")
    assert found[0] == "SMITH, Jo (Mr)"
    assert "Search or command" in found
    assert found.index("SMITH, Jo (Mr)") < found.index("Search or command")


def test_a_patient_is_shown_with_a_second_identifier(palette: Palette) -> None:
    [margaret] = [entry for entry in palette.entries("hol") if "HOLLOWAY" in entry.what]
    assert margaret.detail == "Born 14-Mar-1958   NHS No. 999 000 0018"


def test_a_greater_than_sign_finds_commands_only(palette: Palette) -> None:
    assert "SMITH, Jo (Mr)" not in said(palette, ">s")
    assert said(palette, ">lock") == ["Lock"]
    [lock] = palette.entries("> lock")
    assert lock.detail == "Ctrl+L"


def test_before_typing_there_are_no_patients_until_one_was_opened(
    palette: Palette, signed_in: Window, people: People
) -> None:
    assert not any("SMITH" in each for each in said(palette, ""))
    [jo] = palette.entries("smith")
    palette.choose(jo)
    assert signed_in.main.frame.place.patient == people.jo
    assert said(palette, "")[0] == "SMITH, Jo (Mr)"


def test_what_was_used_last_comes_first(palette: Palette) -> None:
    keys = said(palette, ">")
    last = palette.entries(f">{keys[-1]}")[0]
    palette.choose(last)
    assert said(palette, ">")[0] == keys[-1]


def test_nothing_that_is_off_here_is_offered(palette: Palette, signed_in: Window, people: People) -> None:
    assert said(palette, ">subject access") == []
    signed_in.main.frame.open_patient(people.margaret)
    assert said(palette, ">subject access") == ["Subject access"]


def test_the_keyboard_alone_opens_a_patient(
    palette: Palette, signed_in: Window, people: People, qtbot: QtBot
) -> None:
    frame = signed_in.main.frame
    frame.command.setFocus()
    palette.suggest()
    qtbot.keyClicks(frame.command, "holl")
    assert palette.isVisible()
    qtbot.keyClick(frame.command, Qt.Key.Key_Return)
    assert frame.place.patient == people.margaret
    assert palette.isHidden()
    assert frame.command.text() == ""


def test_escape_puts_the_list_away(palette: Palette, signed_in: Window, qtbot: QtBot) -> None:
    frame = signed_in.main.frame
    qtbot.keyClicks(frame.command, "holl")
    qtbot.keyClick(frame.command, Qt.Key.Key_Escape)
    qtbot.keyClick(frame.command, Qt.Key.Key_Escape)
    assert palette.isHidden()
