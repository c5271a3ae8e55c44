"""Pages of one PDF as pictures and as words, and where on them words are."""

import ctypes
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from practice_app.documents.intake.messages import Picture
from practice_app.rules.files import MOST_PIXELS

_ACROSS = 10_000
"""Into how many parts a page is divided to say where something is."""

Box = tuple[float, float, float, float]

_LONGEST_TEXT = 20_000
_MOST_PLACES = 1_000


class Paper:
    """An open PDF."""

    def __init__(self, content: bytes) -> None:
        """Raises PdfiumError for what is no PDF."""
        self._document: Any = pypdfium2.PdfDocument(content)

    @property
    def sizes(self) -> list[tuple[float, float]]:
        """Width and height of each page in points, as it is shown upright."""
        return [tuple(self._document.get_page_size(place)) for place in range(len(self._document))]

    def draw(self, page: int, scale: float, turned: int) -> Picture:
        """One page, `scale` dots a point, turned by 0, 90, 180 or 270 degrees; a huge one smaller."""
        opened = self._document[page]
        width, height = opened.get_size()
        most = (MOST_PIXELS / max(width * height, 1.0)) ** 0.5
        bitmap = opened.render(
            scale=min(scale, most), rotation=turned, prefer_bgrx=True, may_draw_forms=False
        )
        pixels = bytes(bitmap.buffer)
        drawn = Picture(bitmap.width, bitmap.height, bitmap.stride, pixels)
        bitmap.close()
        opened.close()
        return drawn

    def text(self, page: int) -> str:
        """The words of one page, cut off where they are endless."""
        opened = self._document[page]
        words: str = opened.get_textpage().get_text_bounded()[:_LONGEST_TEXT]
        opened.close()
        return words

    def find(self, page: int, words: str) -> list[list[Box]]:
        """Where words are on a page, capitals or not: for each time the boxes around it.

        A box is left, top, width and height as parts of the upright page, so between 0 and 1.
        """
        opened = self._document[page]
        text = opened.get_textpage()
        search = text.search(words, match_case=False, match_whole_word=False)
        found: list[list[Box]] = []
        while len(found) < _MOST_PLACES and (hit := search.get_next()) is not None:
            start, count = hit
            rects = [text.get_rect(each) for each in range(text.count_rects(start, count))]
            found.append([box_on(opened, rect) for rect in rects])
        search.close()
        text.close()
        opened.close()
        return found


def box_on(page: Any, rect: Box) -> Box:
    """A rectangle (left, bottom, right, top in the page's units) as `find` tells it."""
    left, bottom, right, top = rect
    (x0, y0), (x1, y1) = _place(page, left, bottom), _place(page, right, top)
    return min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)


def _place(page: Any, x: float, y: float) -> tuple[float, float]:
    """A point of the page as parts of the upright page's width and height."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _ACROSS, _ACROSS, 0, x, y, across, down)
    return across.value / _ACROSS, down.value / _ACROSS
