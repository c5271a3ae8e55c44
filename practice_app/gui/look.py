"""How the window looks: colours for light, dark and high contrast, type sizes and spacing."""

from __future__ import annotations

from enum import StrEnum
from string import Template
from typing import NamedTuple

from PySide6 import QtCore
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from practice_app.paths import resource

SPACE_XS, SPACE_S, SPACE_M, SPACE_L, SPACE_XL = 4, 8, 12, 16, 24
"""Distances in device-independent pixels; every margin and gap is one of these."""

SMALLEST_POINTS, USUAL_POINTS, LARGEST_POINTS = 9, 10, 14
ROW_HEIGHT = 28
_HALF_LIGHT = 128


class Scheme(StrEnum):
    """What the user chose under View, Colours."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Tokens(NamedTuple):
    """Every colour the window uses, by what it means; values are #RRGGBB."""

    bg: str
    surface: str
    text: str
    muted: str
    border: str
    hair: str
    accent: str
    on_accent: str
    danger: str
    now: str
    selection: str
    booked: str
    booked_edge: str
    arrived: str
    arrived_edge: str
    done: str
    done_edge: str
    absent: str
    absent_edge: str
    provisional: str
    provisional_edge: str
    demo: str
    on_demo: str


LIGHT = Tokens(
    bg="#F6F7F9",
    surface="#FFFFFF",
    text="#1B2430",
    muted="#55606E",
    border="#7A8490",
    hair="#D5DAE0",
    accent="#0B5CAD",
    on_accent="#FFFFFF",
    danger="#B3261E",
    now="#C5221F",
    selection="#D9E8F8",
    booked="#DCEBFA",
    booked_edge="#0B5CAD",
    arrived="#DDF3E4",
    arrived_edge="#1B6E3C",
    done="#E8EAED",
    done_edge="#55606E",
    absent="#FBE3E1",
    absent_edge="#B3261E",
    provisional="#FFF3D6",
    provisional_edge="#8A5A00",
    demo="#5B2A86",
    on_demo="#FFFFFF",
)

DARK = Tokens(
    bg="#14181D",
    surface="#1D232A",
    text="#E8EBEF",
    muted="#A9B3BE",
    border="#75808C",
    hair="#323A43",
    accent="#7DB7F2",
    on_accent="#0A1A2B",
    danger="#FF9A92",
    now="#FF7B72",
    selection="#24415F",
    booked="#1B3350",
    booked_edge="#7DB7F2",
    arrived="#17392A",
    arrived_edge="#7AD6A0",
    done="#2B3138",
    done_edge="#A9B3BE",
    absent="#45211F",
    absent_edge="#FF9A92",
    provisional="#3D3010",
    provisional_edge="#F0C060",
    demo="#5B2A86",
    on_demo="#FFFFFF",
)


def tokens_of_system(palette: QPalette) -> Tokens:
    """High contrast: the system's own colours for everything, no tints of ours."""
    role = QPalette.ColorRole
    paper, ink = palette.color(role.Base).name(), palette.color(role.Text).name()
    accent, on_accent = palette.color(role.Highlight).name(), palette.color(role.HighlightedText).name()
    fills = {"bg", "surface", "selection", "booked", "arrived", "done", "absent", "provisional"}
    colours = {name: paper if name in fills else ink for name in Tokens._fields}
    return Tokens(
        **colours | {"accent": accent, "on_accent": on_accent, "demo": accent, "on_demo": on_accent}
    )


def palette_of(tokens: Tokens) -> QPalette:
    """The palette Fusion paints with; BrightText carries the danger colour for icons."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.bg,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.bg,
        role.Text: tokens.text,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.PlaceholderText: tokens.muted,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Light: tokens.surface,
        role.Midlight: tokens.hair,
        role.Mid: tokens.border,
        role.Dark: tokens.border,
        role.Shadow: tokens.border,
    }
    palette = QPalette()
    for each, colour in colours.items():
        palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.muted))
    return palette


def style_sheet(tokens: Tokens, points: int) -> str:
    """resources/style.qss with the colours and the sizes (in points) filled in."""
    is_light = QColor(tokens.on_accent).lightness() > _HALF_LIGHT
    tick = "tick-light" if is_light else "tick-dark"  # a style sheet cannot tint a drawing
    values = {**tokens._asdict(), "icons": resource("icons").as_posix(), "tick": tick}
    sizes = {"small": f"{max(SMALLEST_POINTS, points - 1)}pt", "title": f"{points + 3}pt"}
    return Template(resource("style.qss").read_text(encoding="utf-8")).substitute(values | sizes)


class Look(QObject):
    """The look of one running application; `changed` after the colours changed."""

    changed = Signal()

    def __init__(self, app: QApplication, scheme: Scheme = Scheme.SYSTEM, points: int = USUAL_POINTS) -> None:
        super().__init__(app)
        self._app, self._scheme = app, scheme
        self._points = min(max(points, SMALLEST_POINTS), LARGEST_POINTS)
        self._tokens: Tokens | None = None
        app.setStyle("Fusion")
        self._has_high_contrast = False
        font = app.font()
        font.setPointSize(self._points)
        app.setFont(font)
        self._apply()

    def heed_system(self) -> None:
        """Follow the system's colours and contrast from now on.

        Called after the first paint, because asking for them builds all of Qt's enumerations.
        """
        hints = self._app.styleHints()
        hints.colorSchemeChanged.connect(self._apply)
        hints.accessibility().contrastPreferenceChanged.connect(self._heed_contrast)
        self._heed_contrast(hints.accessibility().contrastPreference())

    @property
    def scheme(self) -> Scheme:
        """What the user chose."""
        return self._scheme

    @property
    def tokens(self) -> Tokens:
        """The colours in use now."""
        return self._tokens or LIGHT

    def choose(self, scheme: Scheme) -> None:
        """Use another scheme from now on."""
        self._scheme = scheme
        self._apply()

    def _apply(self) -> None:
        wanted = self._wanted_tokens()
        if wanted != self._tokens:
            self._tokens = wanted
            self._app.setPalette(palette_of(wanted))
            self._app.setStyleSheet(style_sheet(wanted, self._points))
            self.changed.emit()

    def _heed_contrast(self, preference: QtCore.Qt.ContrastPreference) -> None:
        self._has_high_contrast = preference == QtCore.Qt.ContrastPreference.HighContrast
        self._apply()

    def _wanted_tokens(self) -> Tokens:
        system = self._app.style().standardPalette()
        if self._has_high_contrast:
            return tokens_of_system(system)
        if self._scheme is Scheme.SYSTEM:
            return DARK if system.color(QPalette.ColorRole.Window).lightness() < _HALF_LIGHT else LIGHT
        return DARK if self._scheme is Scheme.DARK else LIGHT


def mark(widget: QWidget, **properties: str) -> None:
    """Set style-sheet properties (such as kind="error") and draw the widget anew with them."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
