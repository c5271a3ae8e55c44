"""Pages one under another, white on the window's ground in every colour scheme, scrolled, zoomed, turned."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame

from practice_app.gui.look import DARK, LIGHT, SPACE_S, SPACE_XL

Box = tuple[float, float, float, float]

SMALLEST_ZOOM, LARGEST_ZOOM = 0.25, 5.0
_STEP = 1.25
_DOTS_A_POINT = 96 / 72
_FRAME = 6
"""Both borders, and a little more than what rounding adds."""

_MARK_ALPHA = 110


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where searched words stand: boxes as parts of the upright page."""

    page: int
    boxes: tuple[Box, ...]


class Sheets(QAbstractScrollArea):
    """Shows pages whose pictures somebody else draws.

    Signals: page_changed(int) when another page is the one being read, wanted() when a picture may be missing
    or stale (see `missing`), zoomed().
    """

    page_changed = Signal(int)
    wanted = Signal()
    zoomed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sheets")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self._sizes: tuple[tuple[float, float], ...] = ()
        self._pictures: dict[int, tuple[QImage, float, int]] = {}
        self._hits: tuple[Hit, ...] = ()
        self._here: Hit | None = None
        self._zoom, self._fits_width, self._turned = 1.0, True, 0
        self._page = 0
        self._tops: list[float] = []
        self._ground = 0.0

    @property
    def page(self) -> int:
        """The page being read, from 0."""
        return self._page

    @property
    def zoom(self) -> float:
        """How large pages are; 1 is as on paper."""
        return self._zoom

    @property
    def turned(self) -> int:
        """By how many degrees the pages are turned to the right."""
        return self._turned

    def show_pages(self, sizes: Sequence[tuple[float, float]]) -> None:
        """Show pages of these sizes in points, upright and as wide as the view; pictures are to come."""
        self._sizes = tuple(sizes)
        self._pictures.clear()
        self._hits, self._here = (), None
        self._fits_width, self._turned, self._page = True, 0, 0
        self._arrange()
        self.verticalScrollBar().setValue(0)
        self.horizontalScrollBar().setValue(0)

    def forget(self) -> None:
        """Show nothing, and let the pictures go."""
        self.show_pages(())

    def scale(self) -> float:
        """Dots of the screen to a point of paper: what pictures are to be drawn with."""
        return self._zoom * _DOTS_A_POINT * self.devicePixelRatioF()

    def missing(self) -> int | None:
        """The page whose picture is needed next, None when all in sight are as they should be."""
        for page in self._in_sight():
            drawn = self._pictures.get(page)
            if drawn is None or drawn[1:] != (self.scale(), self._turned):
                return page
        return None

    def put(self, page: int, picture: QImage, scale: float, turned: int) -> None:
        """Take a page's picture; pictures of pages far away are let go."""
        near = self._in_sight(further=1)
        self._pictures = {each: kept for each, kept in self._pictures.items() if each in near}
        if page in near:
            self._pictures[page] = (picture, scale, turned)
        self.viewport().update()

    def pictures(self) -> Mapping[int, tuple[QImage, float, int]]:
        """The pictures at hand."""
        return self._pictures

    def mark(self, hits: Sequence[Hit], here: Hit | None) -> None:
        """Mark where words were found; `here` is the one that is looked at."""
        self._hits, self._here = tuple(hits), here
        self.viewport().update()

    def go_to(self, page: int) -> None:
        """Show the top of a page."""
        if self._sizes:
            page = max(0, min(page, len(self._sizes) - 1))
            self.verticalScrollBar().setValue(round(self._tops[page]))
            self._set_page(page)

    def go_to_hit(self, hit: Hit) -> None:
        """Bring a found place into sight."""
        box = self._on_sheet(hit.page, hit.boxes[0]) if hit.boxes else self._place(hit.page)
        self.verticalScrollBar().setValue(round(box.top() - self.viewport().height() / 3))
        self.horizontalScrollBar().setValue(round(box.center().x() - self.viewport().width() / 2))
        self._set_page(hit.page)

    def zoom_by(self, steps: int) -> None:
        """Larger or smaller by steps of a quarter."""
        self.zoom_to(self._zoom * _STEP**steps)

    def zoom_to(self, zoom: float) -> None:
        """Show pages this large; 1 is as on paper."""
        self._fits_width = False
        self._set_zoom(zoom)

    def fit_width(self) -> None:
        """Make pages as wide as the view, also when its width changes."""
        self._fits_width = True
        self._arrange()

    def turn(self) -> None:
        """Turn all pages by a quarter to the right."""
        self._turned = (self._turned + 90) % 360
        page = self._page
        self._arrange()
        self.go_to(page)

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.translate(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._in_sight():
            place = self._place(page)
            painter.fillRect(place, QColor(LIGHT.surface))
            drawn = self._pictures.get(page)
            if drawn is not None and drawn[2] == self._turned:
                painter.drawImage(place, drawn[0])
            self._paint_marks(painter, page)
            painter.setPen(QPen(self.palette().mid().color(), 1))
            painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self._note_page()
        self.wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar, view = self.verticalScrollBar(), self.viewport().height()
        match event.key():
            case Qt.Key.Key_PageDown | Qt.Key.Key_Space:
                bar.setValue(bar.value() + view - SPACE_XL)
            case Qt.Key.Key_PageUp:
                bar.setValue(bar.value() - view + SPACE_XL)
            case Qt.Key.Key_Home:
                self.go_to(0)
            case Qt.Key.Key_End:
                bar.setValue(bar.maximum())
            case _:
                super().keyPressEvent(event)

    def _paint_marks(self, painter: QPainter, page: int) -> None:
        colour = QColor(DARK.provisional_edge)  # paper is white in every scheme, and this is seen on it
        colour.setAlpha(_MARK_ALPHA)
        for hit in self._hits:
            if hit.page == page:
                for box in hit.boxes:
                    where = self._on_sheet(page, box).adjusted(-2, -2, 2, 2)
                    painter.fillRect(where, colour)
                    if hit == self._here:
                        painter.setPen(QPen(QColor(LIGHT.danger), 2))
                        painter.drawRect(where)

    def _size(self, page: int) -> tuple[float, float]:
        """Width and height of a page on the screen."""
        width, height = self._sizes[page]
        if self._turned % 180:
            width, height = height, width
        dots = self._zoom * _DOTS_A_POINT
        return width * dots, height * dots

    def _place(self, page: int) -> QRectF:
        """Where a page lies on the ground that is scrolled."""
        width, height = self._size(page)
        return QRectF((self._ground - width) / 2, self._tops[page], width, height)

    def _on_sheet(self, page: int, box: Box) -> QRectF:
        """A box of the upright page, where it lies on the ground."""
        left, top, width, height = box
        match self._turned:
            case 90:
                left, top, width, height = 1 - top - height, left, height, width
            case 180:
                left, top = 1 - left - width, 1 - top - height
            case 270:
                left, top, width, height = top, 1 - left - width, height, width
        place = self._place(page)
        return QRectF(
            place.left() + left * place.width(), place.top() + top * place.height(),
            width * place.width(), height * place.height(),
        )  # fmt: skip

    def _in_sight(self, further: int = 0) -> range:
        """The pages of which something is seen, and `further` ones on each side."""
        if not self._sizes:
            return range(0)
        top = self.verticalScrollBar().value()
        bottom = top + self.viewport().height()
        first = max(bisect_right(self._tops, top) - 1, 0)
        last = max(bisect_right(self._tops, bottom), first + 1)
        return range(max(first - further, 0), min(last + further, len(self._sizes)))

    def _set_zoom(self, zoom: float) -> None:
        """Zoom about the middle of the view."""
        bar = self.verticalScrollBar()
        middle = self.viewport().height() / 2
        before = (bar.value() + middle) / max(self._zoom, 0.01)
        self._zoom = max(SMALLEST_ZOOM, min(zoom, LARGEST_ZOOM))
        self._measure()
        bar.setValue(round(before * self._zoom - middle))
        self.zoomed.emit()
        self.wanted.emit()

    def _arrange(self) -> None:
        """Work out the zoom where it follows the width, and where every page lies."""
        if self._fits_width and self._sizes:
            width = max(h if self._turned % 180 else w for w, h in self._sizes)
            # With room for the scroll bar even while it is away, so that it does not come and go.
            room = self.width() - self.verticalScrollBar().sizeHint().width() - 2 * SPACE_S - _FRAME
            zoom = max(SMALLEST_ZOOM, min(room / (max(width, 1.0) * _DOTS_A_POINT), LARGEST_ZOOM))
            if abs(zoom - self._zoom) > 0.0005:
                self._set_zoom(zoom)
        self._measure()
        self.viewport().update()
        self._note_page()
        self.wanted.emit()

    def _measure(self) -> None:
        self._tops, at, widest = [], float(SPACE_S), 0.0
        for page in range(len(self._sizes)):
            width, height = self._size(page)
            self._tops.append(at)
            at, widest = at + height + SPACE_S, max(widest, width)
        view = self.viewport().size()
        self.verticalScrollBar().setRange(0, max(0, round(at) - view.height()))
        self.verticalScrollBar().setPageStep(view.height())
        self.verticalScrollBar().setSingleStep(SPACE_XL * 2)
        wide = round(widest) + 2 * SPACE_S
        self._ground = max(view.width(), wide)
        self.horizontalScrollBar().setRange(0, max(0, wide - view.width()))
        self.horizontalScrollBar().setPageStep(view.width())
        self.horizontalScrollBar().setSingleStep(SPACE_XL * 2)

    def _note_page(self) -> None:
        """The page being read is the one in the upper half of the view; at the very end it is the last."""
        if not self._sizes:
            return
        bar = self.verticalScrollBar()
        if bar.maximum() > 0 and bar.value() == bar.maximum():
            self._set_page(len(self._sizes) - 1)
            return
        line = bar.value() + self.viewport().height() / 3
        self._set_page(max(bisect_right(self._tops, line) - 1, 0))

    def _set_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)
