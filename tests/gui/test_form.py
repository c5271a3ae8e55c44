"""Fields with names, hints and errors; the summary that leads to them; buttons that can be spoken."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from practice_app.errors import Defect, Invalid, PracticeError
from practice_app.gui.calm_combo_box import CalmComboBox
from practice_app.gui.controls import PasswordEdit
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.icons import icon_button

from .accessibility import problems, spoken_name
from .user import User


@pytest.fixture
def form(qtbot) -> Form:
    made = Form()
    made.add(Field("name", "&Name", QLineEdit(), hint="As on the letter."))
    made.add(Field("password", "&Password", PasswordEdit()))
    qtbot.addWidget(made)
    made.show()
    return made


def field(form: Form, name: str) -> Field:
    return next(each for each in form.findChildren(Field) if each.name == name)


def test_a_label_names_its_control(form: Form) -> None:
    assert spoken_name(field(form, "name").target) == "Name"
    assert field(form, "password").target.accessibleName() == "Password"
    assert problems(form) == []


def test_an_error_stands_beside_its_field_takes_the_focus_and_is_described(form: Form, qtbot) -> None:
    form.refuse(Invalid("Enter a name.", "name"))
    bad = field(form, "name")
    assert bad.error == "Enter a name."
    assert bad.target.accessibleDescription() == "Error: Enter a name. As on the letter."
    assert bad.target.property("wrong") == "true"
    assert form.focusWidget() is bad.target
    form.clear_problems()
    assert bad.error == ""
    assert not form.summary.isVisible()


def test_the_summary_leads_to_every_bad_field(form: Form, qtbot, qapp) -> None:
    form.show_problems({"password": "Too short.", "name": "Enter a name."})
    qapp.processEvents()
    [links] = [each for each in form.summary.findChildren(QLabel) if "<a" in each.text()]
    assert links.accessibleName() == "Enter a name. Too short."
    qtbot.keyClick(links, Qt.Key.Key_Tab)
    qtbot.keyClick(links, Qt.Key.Key_Tab)
    qtbot.keyClick(links, Qt.Key.Key_Return)
    assert form.focusWidget() is field(form, "password").target


def test_an_error_of_no_field_is_said_in_the_summary(form: Form) -> None:
    form.refuse(PracticeError("The practice is in use."))
    assert form.summary.isVisible()
    assert field(form, "name").error == ""


def test_two_fields_of_one_name_are_refused(form: Form) -> None:
    with pytest.raises(Defect):
        form.add(Field("name", "Name again", QLineEdit()))


@pytest.mark.parametrize("name", ["", "  "])
def test_a_button_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(Defect):
        icon_button("lock", name=name)


def test_the_password_can_be_shown_and_is_forgotten_once_taken(qtbot) -> None:
    edit = PasswordEdit()
    qtbot.addWidget(edit)
    edit.show()
    qtbot.keyClicks(edit.line, "correct horse")
    user = User(qtbot, edit)
    user.press("Show the password")
    assert edit.line.echoMode() == QLineEdit.EchoMode.Normal
    assert user.button("Hide the password").text() == "Hide"
    assert edit.take() == "correct horse"
    assert edit.line.text() == ""
    assert edit.line.echoMode() == QLineEdit.EchoMode.Password


def test_caps_lock_is_noticed_from_what_it_does_to_letters(qtbot) -> None:
    edit = PasswordEdit()
    qtbot.addWidget(edit)
    edit.show()
    qtbot.keyClick(edit.line, Qt.Key.Key_A)
    assert edit.caps_hint.isHidden()
    qtbot.keyClick(edit.line, "A")
    shown_for_capital_without_shift = not edit.caps_hint.isHidden()
    qtbot.keyClick(edit.line, "A", Qt.KeyboardModifier.ShiftModifier)
    assert shown_for_capital_without_shift
    assert edit.caps_hint.isHidden()


def test_the_wheel_changes_no_choice_that_has_not_the_focus(qtbot) -> None:
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    combo = CalmComboBox(name="Kind")
    combo.addItems(["one", "two", "three"])
    qtbot.addWidget(combo)
    combo.show()
    down = QWheelEvent(
        QPointF(5, 5), QPointF(5, 5), QPoint(0, 0), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    combo.clearFocus()
    combo.wheelEvent(down)
    assert combo.currentText() == "one"
    assert not down.isAccepted()
