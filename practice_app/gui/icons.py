"""Icons: our own SVG drawings, in the colours that the palette has when they are painted."""

from __future__ import annotations

from enum import Enum
from functools import cache

from PySide6.QtCore import QByteArray, QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QIconEngine, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QLabel, QToolButton

from practice_app.errors import Defect
from practice_app.paths import resource

_SIZE = QSize(20, 20)


class Ink(Enum):
    """Which colour of the palette an icon is drawn in."""

    TEXT = QPalette.ColorRole.WindowText
    MUTED = QPalette.ColorRole.PlaceholderText
    ACCENT = QPalette.ColorRole.Accent
    ON_ACCENT = QPalette.ColorRole.HighlightedText
    DANGER = QPalette.ColorRole.BrightText


def icon(name: str, ink: Ink = Ink.TEXT) -> QIcon:
    """The drawing called `name`, drawn when it is painted, in the colours of that moment.

    Refuses a name that no drawing has with Defect.
    """
    return QIcon(_Drawing(drawing_source(name), ink))


class _Drawing(QIconEngine):
    """Draws one SVG in a palette colour, so that light, dark and any scale need one file."""

    def __init__(self, source: bytes, ink: Ink) -> None:
        super().__init__()
        self._source, self._ink = source, ink

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        disabled = mode == QIcon.Mode.Disabled
        colour = QGuiApplication.palette().color((Ink.MUTED if disabled else self._ink).value)
        drawing = self._source.replace(b"currentColor", colour.name().encode())
        QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(rect))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        try:
            self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        finally:
            painter.end()  # a picture that is let go while somebody paints on it takes the program with it
        return made


class Picture(QLabel):
    """An icon that stands by itself; drawn anew when the colours change."""

    def __init__(self, name: str, ink: Ink = Ink.TEXT, *, size: int) -> None:
        """`size` is its width and height in device-independent pixels."""
        super().__init__()
        self._icon, self._side = icon(name, ink), size
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(self._icon.pixmap(QSize(self._side, self._side), self.devicePixelRatio()))


@cache
def drawing_source(name: str) -> bytes:
    """The SVG of an icon; raises Defect for a name that no drawing in resources/icons has."""
    return resource(f"icons/{name}.svg").read_bytes()


def icon_button(icon_name: str, *, name: str) -> QToolButton:
    """A button without text; `name` is what a screen reader says and the tooltip shows.

    Refuses an empty name with Defect: such a button would be announced as nothing at all.
    """
    if not name.strip():
        raise Defect("A button without text needs a name.")
    made = QToolButton()
    made.setIcon(icon(icon_name))
    made.setIconSize(_SIZE)
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
