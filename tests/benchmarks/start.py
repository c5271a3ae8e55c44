"""From the command to the first paint of the sign-in window, against a bare window with the same form."""

from tests.benchmarks._runs import alternating, cpu_of_process

NAME = "start"
GOAL = 1.25

OURS = """
import os
import practice_app.app as app

class Window(app.MainWindow):
    def show(self):
        self.sign_in.painted.connect(lambda: os._exit(0))
        super().show()

app.MainWindow = Window
app.main([])
"""

LIMIT = """
import os
from PySide6.QtWidgets import (
    QApplication, QComboBox, QFormLayout, QLabel, QLineEdit, QMainWindow, QPushButton, QWidget
)

class Page(QWidget):
    def paintEvent(self, event):
        super().paintEvent(event)
        os._exit(0)

application = QApplication([])
application.setStyle("Fusion")
window, page = QMainWindow(), Page()
form = QFormLayout(page)
form.addRow(QLabel("Sign in"))
form.addRow("&Practice", QComboBox())
form.addRow("&Name", QComboBox())
form.addRow("Pass&word", QLineEdit())
form.addRow(QPushButton("Sign in"))
form.addRow(QPushButton("Use the recovery key"))
window.setCentralWidget(page)
window.resize(1280, 800)
window.show()
application.exec()
"""


def measure() -> tuple[float, float]:
    """CPU seconds of the whole process until the first paint, medians of eleven runs."""
    return alternating(lambda: cpu_of_process(OURS), lambda: cpu_of_process(LIMIT), 11)


def extra() -> str:
    """Nothing more to say."""
    return ""
