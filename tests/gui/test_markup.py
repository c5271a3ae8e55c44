"""A name is text: nowhere is it taken for markup, for a letter to press, or for a picture to load."""

from datetime import date
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as QtText
from PySide6.QtWidgets import QAbstractButton, QLabel, QTabBar, QTableView, QWidget

from practice_app.gui.frame import Frame
from practice_app.model.staff import Practitioner
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import contacts, families
from practice_app.services.contacts import NewPerson, Ways
from practice_app.services.reaching import PhoneDetails
from practice_app.storage.records import Work
from tests import makers

from .conftest import People
from .test_screens import every_place

_NASTY = "O&Neill <img src='//elsewhere/x.png'> <b>bold</b>"


def _fill(work: Work) -> tuple[UUID, UUID]:
    """Two patients whose every word is nasty, with something of each kind in the record of the first."""
    one, other = (
        makers.patient(work, PersonName("Dr", _NASTY, _NASTY, _NASTY), safety_line=_NASTY, postcode="A&B 1")
        for _ in range(2)
    )
    makers.on_list(work, work.actor.id, [one, other])
    shah: Practitioner = makers.practitioner(work)
    makers.appointment(work, [one], shah)
    for made in (makers.note, makers.letter, makers.call):
        made(work, [one])
    somebody = NewPerson(
        PersonName(None, _NASTY, "Q&A", None),
        Ways(phones=(PhoneDetails(number="01632 960999", note=_NASTY),)),
    )
    contacts.add(work, one, somebody, contacts.Details(relation=_NASTY, source=_NASTY))
    contacts.add(work, one, other, contacts.Details(relation=_NASTY))
    families.start(work, families.FamilyKind.COUPLE, [one, other], date(2026, 11, 1), _NASTY)
    return one, other


@pytest.fixture
def nasty(open_as, people: People) -> tuple[UUID, UUID]:
    with open_as(Role.DIRECTOR).work(use_case="tests.nasty") as work:
        return _fill(work)


def faults(frame: Frame) -> set[str]:
    """What would be taken for something else than text."""
    found: set[str] = set()
    for each in frame.findChildren(QWidget):
        if QtText.mightBeRichText(each.toolTip()) and "&lt;" not in each.toolTip():
            found.add(f"tip: {each.toolTip()}")
        if isinstance(each, QLabel) and "<" in each.text() and each.textFormat() != Qt.TextFormat.PlainText:
            found.add(f"label: {each.text()}")
        if isinstance(each, QLabel) and each.buddy() is not None and "O&N" in each.text():
            found.add(f"letter: {each.text()}")
        if isinstance(each, QAbstractButton) and ("O&N" in each.text() or "Q&A" in each.text()):
            found.add(f"letter: {each.text()}")
        if isinstance(each, QTabBar):
            found |= {
                f"tab: {text}" for place in range(each.count()) if "O&N" in (text := each.tabText(place))
            }
        if isinstance(each, QTableView):
            found |= _cells(each)
    return found | {f"action: {each.text()}" for each in frame.findChildren(QAction) if "O&N" in each.text()}


def _cells(table: QTableView) -> set[str]:
    model, tip = table.model(), Qt.ItemDataRole.ToolTipRole
    cells = [(row, column) for row in range(model.rowCount()) for column in range(model.columnCount())]
    tips = [str(model.index(*cell).data(tip) or "") for cell in cells]
    return {f"cell: {each}" for each in tips if QtText.mightBeRichText(each) and "&lt;" not in each}


def test_no_place_takes_a_name_for_anything_else(frame_as, people: People, nasty, qapp) -> None:
    frame = frame_as(Role.DIRECTOR)
    about = People(margaret=nasty[0], bluebird=nasty[1], jo=people.jo)
    found = {}
    for name, go in every_place(frame, about).items():
        go()
        qapp.processEvents()
        found[name] = faults(frame)
    assert {name: each for name, each in found.items() if each} == {}


def test_nor_do_the_pages_of_a_merge(frame_as, nasty, qapp) -> None:
    frame = frame_as(Role.DIRECTOR)
    frame.open_patient(nasty[0])
    next(made for each, made in frame.actions_known.known() if each.id == "record.merge").trigger()
    assert faults(frame) == set()
    frame.record._page.chosen.emit(nasty[1])
    qapp.processEvents()
    assert any("O&Neill" in each.text() for each in frame.findChildren(QLabel) if each.isVisible())
    assert faults(frame) == set()
