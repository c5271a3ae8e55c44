"""Colours that can be read, sizes that follow the user, icons that follow the colours."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from practice_app.errors import Defect
from practice_app.gui.forms.choice import Choice
from practice_app.gui.icons import Ink, Picture, drawing_source, icon
from practice_app.gui.look import (
    DARK,
    LIGHT,
    Look,
    Scheme,
    Tokens,
    palette_of,
    style_sheet,
    tokens_of_system,
)

STATES = ("booked", "arrived", "done", "absent", "provisional")
BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #RRGGBB colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_pairs(tokens: Tokens) -> list[tuple[str, str]]:
    pairs = [(ink, paper) for ink in ("text", "muted", "danger", "accent") for paper in ("bg", "surface")]
    pairs += [("text", "selection"), ("muted", "selection"), ("on_accent", "accent"), ("on_demo", "demo")]
    pairs += [(ink, state) for state in STATES for ink in ("text", "muted", f"{state}_edge")]
    return [*pairs, ("accent", "selection"), ("danger", "absent")]


def edge_pairs() -> list[tuple[str, str]]:
    pairs = [(edge, paper) for edge in ("border", "accent", "danger", "now") for paper in ("bg", "surface")]
    return pairs + [(f"{state}_edge", state) for state in STATES]


@BOTH
def test_every_text_can_be_read_on_its_ground(tokens: Tokens) -> None:
    weak = [pair for pair in text_pairs(tokens) if contrast(*(getattr(tokens, name) for name in pair)) < 4.5]
    assert weak == []


@BOTH
def test_every_edge_that_means_something_stands_out(tokens: Tokens) -> None:
    weak = [pair for pair in edge_pairs() if contrast(*(getattr(tokens, name) for name in pair)) < 3]
    assert weak == []


def test_the_contrast_formula_knows_the_published_ends() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#8A94A0", "#F6F7F9") < 3


@BOTH
def test_the_style_sheet_has_a_value_for_every_name(tokens: Tokens) -> None:
    sheet = style_sheet(tokens, 10)
    assert "$" not in sheet
    assert tokens.accent in sheet


def test_the_style_sheet_stays_short_and_speaks_of_text_in_points_only() -> None:
    source = (Path(__file__).parents[2] / "resources" / "style.qss").read_text()
    assert len(source.splitlines()) <= 150
    assert "outline: none" not in source
    assert set(re.findall(r"font-size: ([^;]*);", source)) == {"$small", "$title"}


def test_type_sizes_follow_the_user_and_never_fall_below_nine_points() -> None:
    assert "font-size: 9pt" in style_sheet(LIGHT, 9)
    assert "font-size: 17pt" in style_sheet(LIGHT, 14)


def test_choosing_dark_changes_the_palette_and_says_so(qapp: QApplication, look: Look, qtbot) -> None:
    with qtbot.waitSignal(look.changed):
        look.choose(Scheme.DARK)
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.bg
    look.choose(Scheme.LIGHT)
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT.bg


def test_high_contrast_uses_no_colour_of_ours() -> None:
    system = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Base, "#000000"),
        (QPalette.ColorRole.Text, "#ffff00"),
        (QPalette.ColorRole.Highlight, "#00ff00"),
        (QPalette.ColorRole.HighlightedText, "#000000"),
    ):
        system.setColor(role, QColor(colour))
    used = {getattr(tokens_of_system(system), name) for name in Tokens._fields}
    assert used == {"#000000", "#ffff00", "#00ff00"}


def test_the_palette_carries_the_tokens() -> None:
    palette = palette_of(LIGHT._replace(text="#123456"))
    assert palette.color(QPalette.ColorRole.WindowText).name() == "#123456"


def test_an_icon_is_drawn_in_the_colour_of_the_moment(look: Look) -> None:
    def inks(ink: Ink) -> set[str]:
        image = icon("lock", ink).pixmap(48, 48).toImage()
        every = (image.pixelColor(x, y) for x in range(48) for y in range(48))
        return {colour.name().upper() for colour in every if colour.alpha() == 255}

    look.choose(Scheme.LIGHT)
    assert inks(Ink.TEXT) == {LIGHT.text}
    look.choose(Scheme.DARK)
    assert inks(Ink.TEXT) == {DARK.text}
    assert inks(Ink.DANGER) == {DARK.danger}


def test_an_icon_that_does_not_exist_is_a_defect() -> None:
    with pytest.raises(Defect, match="no-such-icon"):
        drawing_source("no-such-icon")


def test_a_picture_is_drawn_anew_in_other_colours(qtbot, look: Look) -> None:
    picture = Picture("alert-triangle", size=16)
    qtbot.addWidget(picture)
    picture.show()
    before = picture.pixmap().toImage()
    look.choose(Scheme.DARK)
    assert picture.pixmap().toImage() != before


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_list_of_a_box_in_hand_shows_its_last_line(qtbot) -> None:
    choice = Choice([(str(number), f"Answer {number}") for number in range(4)], name="Answer")
    qtbot.addWidget(choice)
    choice.show()
    choice.activateWindow()
    choice.setFocus()
    qtbot.waitUntil(choice.hasFocus)
    choice.showPopup()
    qtbot.waitUntil(choice.view().isVisible)
    rows = sum(choice.view().sizeHintForRow(row) for row in range(choice.count()))
    assert choice.view().viewport().height() >= rows
    choice.hidePopup()
