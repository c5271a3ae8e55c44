"""The walk every screen is taken on: names, sizes, order and mnemonics of what can have the focus."""

import re
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QWidget

SMALLEST = 24
"""WCAG 2.2, 2.5.8: targets of at least 24 by 24."""


def problems(window: QWidget) -> list[str]:
    """Everything wrong with a shown window, in words; empty when it passes."""
    stops = _stops(window)
    found = [fault for stop in stops for fault in _faults(stop)]
    return found + _jumps(window, stops) + _shared_mnemonics(window)


def _stops(window: QWidget) -> list[QWidget]:
    """The visible widgets that can have the focus, in tab order."""
    stops = []
    at = window.nextInFocusChain()
    while at is not window:
        reachable = at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.focusProxy() is None
        if reachable and at.isVisibleTo(window) and at.isEnabled() and at.window() is window:
            stops.append(at)
        at = at.nextInFocusChain()
    return stops


def spoken_name(widget: QWidget) -> str:
    """What a screen reader says for this widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    # On Linux a combo box gives its value here and its name by its relation to the label.
    return (widget.accessibleName() or (interface.text(QAccessible.Text.Name) if interface else "")).strip()


def _faults(widget: QWidget) -> list[str]:
    what = f"{type(widget).__name__} {widget.objectName()!r}"
    found = []
    if not spoken_name(widget):
        found.append(f"{what} has no name to speak")
    if widget.width() < SMALLEST or widget.height() < SMALLEST:
        found.append(f"{what} {spoken_name(widget)!r} is {widget.width()} x {widget.height()}")
    if isinstance(widget, QAbstractButton) and not widget.text() and not widget.toolTip():
        found.append(f"{what} has neither text nor tooltip")
    if isinstance(widget, QLineEdit) and widget.accessibleName() == widget.placeholderText() != "":
        found.append(f"{what} is named by its placeholder only")
    return found


def _jumps(window: QWidget, stops: list[QWidget]) -> list[str]:
    """Tab stops that lead back up over what was just left.

    What can be scrolled lies anywhere, compared with what stands beside its area.
    """
    found = []
    for before, after in pairwise(stops):
        if _scrolled_by(before) is not _scrolled_by(after):
            continue
        left, entered = _place(window, before), _place(window, after)
        overlaps = left.left() < entered.right() and entered.left() < left.right()
        if overlaps and entered.bottom() <= left.top():
            found.append(f"Tab jumps up from {spoken_name(before)!r} to {spoken_name(after)!r}")
    return found


def _scrolled_by(widget: QWidget) -> QWidget | None:
    """The scroll area a widget is in, or None."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


def _place(window: QWidget, widget: QWidget) -> QRect:
    """Where a widget is seen; one that is scrolled out of sight comes to the nearest edge with the focus."""
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    for area in window.findChildren(QScrollArea):
        if area.viewport().isAncestorOf(widget):
            seen = QRect(area.viewport().mapTo(window, QPoint(0, 0)), area.viewport().size())
            place.moveTop(max(min(place.top(), seen.bottom() - place.height()), seen.top()))
    return place


def _shared_mnemonics(window: QWidget) -> list[str]:
    taken: dict[str, str] = {}
    found = []
    for widget in window.findChildren(QWidget):
        has_text = isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy())
        if not has_text or not widget.isVisibleTo(window):
            continue
        letter = re.search(r"&(\w)", widget.text().replace("&&", ""))
        if letter:
            key = letter[1].lower()
            if key in taken:
                found.append(f"Alt+{key} is both {taken[key]!r} and {widget.text()!r}")
            taken[key] = widget.text()
    return found
