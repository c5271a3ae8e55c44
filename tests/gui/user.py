"""Somebody in front of the window: finds things by what they are called, types, presses and reads."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from .accessibility import spoken_name


class User:
    """Knows the window only as it is shown."""

    def __init__(self, qtbot: QtBot, window: QWidget) -> None:
        self._qtbot, self._window = qtbot, window

    def field(self, name: str) -> QWidget:
        """The visible input of this name."""
        found = [
            each
            for each in self._window.findChildren(QWidget)
            if isinstance(each, QLineEdit | QComboBox) and each.isVisible() and spoken_name(each) == name
        ]
        assert found, f"no field is called {name!r}"
        return found[0]

    def type(self, name: str, text: str) -> None:
        """Replace what is in a field by typing."""
        field = self.field(name)
        line = field.lineEdit() if isinstance(field, QComboBox) else field
        line.selectAll()
        self._qtbot.keyClick(line, Qt.Key.Key_Delete)
        self._qtbot.keyClicks(line, text)

    def button(self, text: str) -> QAbstractButton:
        """The visible button that says this, or is called this."""
        for each in self._window.findChildren(QAbstractButton):
            said = (each.text().replace("&", "").strip(), spoken_name(each))
            if each.isVisible() and text in said:
                return each
        raise AssertionError(f"no button says {text!r}")

    def press(self, text: str) -> None:
        """Press a button with the mouse."""
        button = self.button(text)
        assert button.isEnabled(), f"{text!r} is off"
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key wherever the focus is."""
        self._qtbot.keyClick(self._window.focusWidget() or self._window, key, modifier)

    def keys(self, text: str) -> None:
        """Type wherever the focus is."""
        self._qtbot.keyClicks(self._window.focusWidget(), text)

    def sees(self, text: str) -> bool:
        """Whether a visible label or button says this somewhere."""
        return any(
            text in each.text().replace("&", "")
            for each in self._window.findChildren(QWidget)
            if isinstance(each, QLabel | QAbstractButton) and each.isVisible()
        )

    def waits_to_see(self, text: str) -> None:
        """Wait until a label or button says this."""
        self._qtbot.waitUntil(lambda: self.sees(text), timeout=20_000)
