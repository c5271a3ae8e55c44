"""Pages inside the window: drawn, read aloud, zoomed, turned, searched, and gone when they are forgotten."""

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from practice_app.gui.look import Look, Scheme
from practice_app.gui.page_viewer.reader import CANNOT_SHOW
from practice_app.gui.page_viewer.sheets import LARGEST_ZOOM, SMALLEST_ZOOM
from practice_app.gui.page_viewer.viewer import PageViewer
from tests.documents import papers

from .accessibility import problems, spoken_name
from .user import User

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
THREE = papers.pdf("Dear colleague", "The second page, dear", "Kind regards")


@pytest.fixture
def viewer(qtbot: QtBot) -> Iterator[PageViewer]:
    made = PageViewer()
    made.resize(700, 500)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.forget()


def opened(viewer: PageViewer, qtbot: QtBot, content: bytes = THREE) -> User:
    viewer.show_pdf(content, "Letter from Seafront Surgery")
    settled(viewer, qtbot)
    return User(qtbot, viewer)


def settled(viewer: PageViewer, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(viewer.page_words) and viewer.sheets.missing() is None, timeout=20_000)


def test_pages_are_drawn_and_told_apart(viewer: PageViewer, qtbot: QtBot) -> None:
    user = opened(viewer, qtbot)
    assert user.sees("of 3")
    assert viewer.page_words == "1 of 3"
    assert problems(viewer) == []
    user.press("Next page")
    assert viewer.page_words == "2 of 3"
    user.press("Page before")
    assert viewer.page_words == "1 of 3"
    user.field("Page").setFocus()
    user.type("Page", "3")
    user.key(Qt.Key.Key_Return)
    assert viewer.page_words == "3 of 3"
    user.type("Page", "99")
    user.key(Qt.Key.Key_Return)
    assert user.field("Page").text() == "3"


def test_a_page_is_called_by_its_words(viewer: PageViewer, qtbot: QtBot) -> None:
    opened(viewer, qtbot)
    name = "Letter from Seafront Surgery, page 1 of 3: Dear colleague"
    qtbot.waitUntil(lambda: spoken_name(viewer.sheets) == name, timeout=20_000)
    viewer.sheets.go_to(1)
    qtbot.waitUntil(lambda: "second page" in spoken_name(viewer.sheets), timeout=20_000)


def test_a_page_without_words_is_called_a_picture(viewer: PageViewer, qtbot: QtBot) -> None:
    opened(viewer, qtbot, papers.pdf(" "))
    qtbot.waitUntil(lambda: "a picture without words" in spoken_name(viewer.sheets), timeout=20_000)


def test_pages_are_turned_over_by_keys(viewer: PageViewer, qtbot: QtBot) -> None:
    user = opened(viewer, qtbot)
    viewer.take_focus()
    user.key(Qt.Key.Key_End)
    assert viewer.page_words == "3 of 3"
    user.key(Qt.Key.Key_Home)
    assert viewer.page_words == "1 of 3"
    for _ in range(3):
        user.key(Qt.Key.Key_PageDown)
    assert viewer.page_words != "1 of 3"
    for _ in range(3):
        user.key(Qt.Key.Key_PageUp)
    assert viewer.page_words == "1 of 3"


def test_zoom_by_keys_buttons_and_wheel_stays_within_its_bounds(viewer: PageViewer, qtbot: QtBot) -> None:
    user = opened(viewer, qtbot)
    viewer.take_focus()
    user.key(Qt.Key.Key_0, CTRL)
    assert viewer.sheets.zoom == 1.0
    user.key(Qt.Key.Key_Equal, CTRL)
    assert user.sees("125%")
    user.key(Qt.Key.Key_Minus, CTRL)
    assert user.sees("100%")
    user.press("Larger (Ctrl+=)")
    settled(viewer, qtbot)
    for _ in range(12):
        user.key(Qt.Key.Key_Minus, CTRL)
    assert viewer.sheets.zoom == SMALLEST_ZOOM
    for _ in range(20):
        user.key(Qt.Key.Key_Plus, CTRL)
    assert viewer.sheets.zoom == LARGEST_ZOOM
    user.press("As wide as the view")
    fitting = viewer.sheets.zoom
    viewer.resize(500, 500)
    assert viewer.sheets.zoom < fitting
    assert viewer.sheets.horizontalScrollBar().maximum() == 0


def test_pages_are_turned_to_the_right(viewer: PageViewer, qtbot: QtBot) -> None:
    user = opened(viewer, qtbot)
    upright = viewer.sheets.pictures()[0][0]
    user.press("Turn to the right")
    settled(viewer, qtbot)
    turned = viewer.sheets.pictures()[0][0]
    assert (upright.height() > upright.width(), turned.height() > turned.width()) == (True, False)


@pytest.mark.parametrize("turns", range(4))
def test_words_are_found_and_marked_where_they_stand(viewer: PageViewer, qtbot: QtBot, turns: int) -> None:
    user = opened(viewer, qtbot)
    for _ in range(turns):
        user.press("Turn to the right")
    viewer.take_focus()
    user.key(Qt.Key.Key_F, CTRL)
    user.keys("DEAR")
    user.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: viewer.found_words == "1 of 2", timeout=20_000)
    settled(viewer, qtbot)
    shown = viewer.sheets.viewport().grab().toImage()
    reds = [
        (x, y)
        for x in range(0, shown.width(), 2)
        for y in range(0, shown.height(), 2)
        if shown.pixelColor(x, y) == QColor("#B3261E")
    ]
    assert reds  # the frame around the place that is looked at
    user.key(Qt.Key.Key_Return)
    assert (viewer.found_words, viewer.page_words) == ("2 of 2", "2 of 3")
    user.key(Qt.Key.Key_F3)
    assert viewer.found_words == "1 of 2"
    user.key(Qt.Key.Key_F3, SHIFT)
    assert viewer.found_words == "2 of 2"


def test_words_that_are_nowhere_are_not_found(viewer: PageViewer, qtbot: QtBot) -> None:
    user = opened(viewer, qtbot)
    user.type("Find on the pages", "zebra")
    user.waits_to_see("Not found")
    assert not user.button("Found next (F3)").isEnabled()
    user.type("Find on the pages", "")
    qtbot.waitUntil(lambda: viewer.found_words == "", timeout=20_000)


def test_paper_is_white_in_the_dark(viewer: PageViewer, qtbot: QtBot, look: Look) -> None:
    look.choose(Scheme.DARK)
    opened(viewer, qtbot)
    shown = viewer.sheets.viewport().grab().toImage()
    assert shown.pixelColor(QPoint(shown.width() // 2, shown.height() - 20)) == QColor("white")
    assert shown.pixelColor(QPoint(2, 2)).lightness() < 60


def test_what_is_forgotten_is_in_nobodys_memory(viewer: PageViewer, qtbot: QtBot) -> None:
    opened(viewer, qtbot)
    reader = viewer._reader
    assert reader is not None
    pid = reader._held.pages._process.pid
    viewer.forget()
    assert viewer.sheets.pictures() == {}
    assert viewer.page_words == ""
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_pages_that_are_forgotten_while_they_open_are_never_shown(viewer: PageViewer, qtbot: QtBot) -> None:
    viewer.show_pdf(THREE, "The first")
    viewer.show_pdf(papers.pdf("Only one"), "The second")
    settled(viewer, qtbot)
    assert viewer.page_words == "1 of 1"


def test_what_is_no_pdf_is_said_in_words(viewer: PageViewer, qtbot: QtBot) -> None:
    viewer.show_pdf(b"no PDF at all", "A letter")
    user = User(qtbot, viewer)
    user.waits_to_see(CANNOT_SHOW)
    assert not user.sees("of 3")


def test_a_reader_that_is_killed_is_said_in_words(viewer: PageViewer, qtbot: QtBot) -> None:
    opened(viewer, qtbot)
    reader = viewer._reader
    assert reader is not None
    os.kill(reader._held.pages._process.pid, 9)
    viewer.zoom_in()
    User(qtbot, viewer).waits_to_see(CANNOT_SHOW)


def test_only_pictures_near_what_is_seen_are_kept(viewer: PageViewer, qtbot: QtBot) -> None:
    opened(viewer, qtbot, papers.pdf(*[f"Page {number}" for number in range(40)]))
    for page in range(0, 40, 5):
        viewer.sheets.go_to(page)
        settled(viewer, qtbot)
    assert len(viewer.sheets.pictures()) <= 5
