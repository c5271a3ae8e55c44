"""Dialogs: named, reachable by keyboard, refusing in words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListWidget, QPushButton

from practice_app.errors import Invalid
from practice_app.gui.dialogs import (
    FilePassword,
    Question,
    ReleaseFacts,
    ShortcutSheet,
    WhyThisRecord,
    checked_file_password,
)
from practice_app.gui.table import Table
from practice_app.services.access import Asked, CoverReason, Reason
from practice_app.services.subject_access import Release

from .accessibility import problems
from .user import User

COVERING = Reason(CoverReason.COVER, "Cover for Asha Shah")
SUPERVISING = Reason(CoverReason.SUPERVISION, "Supervision of the colleague who sees them")
ASKED = Asked("HOLLOWAY, Margaret (Mrs), born 14-Mar-1958", (COVERING, SUPERVISING))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Question(None, "Stop the job?", "Nothing half-done is kept.", verb="Stop the job"),
        lambda: FilePassword(None),
        lambda: ReleaseFacts(
            None, "HOLLOWAY, Margaret (Mrs), born 14-Mar-1958", lambda *facts: None, lambda *said: ""
        ),
        lambda: WhyThisRecord(None, ASKED, lambda _reason: None),
        lambda: ShortcutSheet(None, [("Lock", "Ctrl+L"), ("Find", "Ctrl+K")]),
    ],
)
def test_every_dialog_passes_the_walk(qtbot, make) -> None:
    dialog = make()
    qtbot.addWidget(dialog)
    dialog.show()
    assert problems(dialog) == []


def test_enter_does_what_the_button_says_and_escape_cancels(qtbot) -> None:
    dialog = Question(None, "Stop the job?", "Nothing half-done is kept.", verb="Stop the job")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected


def test_the_verb_is_on_the_button(qtbot) -> None:
    dialog = Question(None, "Stop the job?", "Nothing half-done is kept.", verb="Stop the job")
    qtbot.addWidget(dialog)
    assert "Stop the job" in [button.text() for button in dialog.findChildren(QPushButton)]


def test_a_release_is_asked_until_its_facts_are_accepted(qtbot) -> None:
    given: list[Release] = []

    def release(facts: Release, has_read_warning: bool) -> None:
        if not facts.requester:
            raise Invalid("Say who asked for the copy.", field="requester")
        given.append(facts)

    dialog = ReleaseFacts(None, "HOLLOWAY, Margaret (Mrs), born 14-Mar-1958", release, lambda *said: "")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert any("HOLLOWAY" in button.text() for button in dialog.findChildren(QPushButton))
    dialog.accept()
    assert dialog.isVisible()
    assert any(label.text() == "Say who asked for the copy." for label in dialog.findChildren(QLabel))
    qtbot.keyClicks(dialog.focusWidget(), "Margaret")
    dialog.accept()
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert [(facts.requester, facts.country) for facts in given] == [("Margaret", "United Kingdom")]


def test_somebody_on_the_list_is_warned_about_at_once_and_must_be_read(qtbot) -> None:
    given: list[tuple[str, bool]] = []

    def warning(requester: str, recipient: str) -> str:
        return "Not to be shown: all session notes to Mr Guled Nuur." if "Nuur" in requester else ""

    def release(facts: Release, has_read_warning: bool) -> None:
        if warning(facts.requester, "") and not has_read_warning:
            raise Invalid(warning(facts.requester, ""), field="requester")
        given.append((facts.requester, has_read_warning))

    dialog = ReleaseFacts(None, "JAMA, Liban, born 04-Jul-2011", release, warning)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    user = User(qtbot, dialog)
    user.type("Who asked for the copy", "Mr Guled Nuur")
    user.waits_to_see("Not to be shown: all session notes to Mr Guled Nuur.")
    dialog.accept()
    assert dialog.isVisible()
    assert given == []
    user.press("I have seen to this, and the copy may go")
    dialog.accept()
    assert given == [("Mr Guled Nuur", True)]
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_another_name_takes_the_warning_and_its_tick_back(qtbot) -> None:
    dialog = ReleaseFacts(None, "X", lambda *facts: None, lambda who, to: f"Not for {who}." if who else "")
    qtbot.addWidget(dialog)
    dialog.show()
    user = User(qtbot, dialog)
    for name in ("Guled", "Hodan"):
        user.type("Who asked for the copy", name)
        user.waits_to_see(f"Not for {name}.")
        assert not user.button("I have seen to this, and the copy may go").isChecked()
        user.press("I have seen to this, and the copy may go")
    user.type("Who asked for the copy", "")
    qtbot.waitUntil(lambda: not user.sees("Not for"))


def test_the_sheet_lists_every_key(qtbot) -> None:
    sheet = ShortcutSheet(None, [("Lock", "Ctrl+L"), ("Find", "Ctrl+K")])
    qtbot.addWidget(sheet)
    table = sheet.findChild(Table)
    assert table.model().rowCount() == 2


@pytest.mark.parametrize(
    ("first", "second", "field"),
    [
        ("abcdefghijkl", "abcdefghijkm", "again"),
        ("short", "short", "password"),
        ("x" * 65, "x" * 65, "password"),
        ("pässwörd-long-enough", "pässwörd-long-enough", "password"),
        ("tab\tinside-the-text", "tab\tinside-the-text", "password"),
    ],
)
def test_a_file_password_that_readers_would_refuse_is_refused(first: str, second: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_file_password(first, second)
    assert refused.value.field == field


@pytest.mark.parametrize("password", ["", "ABCD-EFGH-2345", "x" * 64])
def test_a_good_file_password_or_none_passes(password: str) -> None:
    assert checked_file_password(password, password) == password


@pytest.fixture
def why(qtbot) -> tuple[WhyThisRecord, list[Reason]]:
    """The question for a reason, and the reasons it was given."""
    given: list[Reason] = []

    def cover(reason: Reason) -> None:
        if len(reason.words) < 3:
            raise Invalid("Say why in a few words, or choose one of the reasons.", field="reason")
        given.append(reason)

    dialog = WhyThisRecord(None, ASKED, cover)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog, given


def test_a_usual_reason_is_one_click(qtbot, why) -> None:
    dialog, given = why
    usual = dialog.findChild(QListWidget)
    place = usual.visualItemRect(usual.item(1)).center()
    qtbot.mouseClick(usual.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert given == [SUPERVISING]
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_usual_reason_is_found_by_typing_and_taken_with_two_keys(qtbot, why) -> None:
    dialog, given = why
    line = dialog.findChild(QLineEdit)
    qtbot.keyClicks(line, "superv")
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.findChild(QListWidget), Qt.Key.Key_Return)
    assert given == [SUPERVISING]


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("Her GP rang", Reason(CoverReason.OTHER, "Her GP rang")),
        ("cover for asha shah", COVERING),
    ],
)
def test_a_reason_in_ones_own_words_is_typed_and_entered(qtbot, why, typed: str, taken: Reason) -> None:
    dialog, given = why
    line = dialog.findChild(QLineEdit)
    qtbot.keyClicks(line, typed)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert given == [taken]


def test_nothing_is_chosen_beforehand_and_no_reason_opens_nothing(qtbot, why) -> None:
    dialog, given = why
    qtbot.keyClick(dialog.findChild(QLineEdit), Qt.Key.Key_Return)
    assert given == []
    assert dialog.isVisible()
    assert "Say why in a few words, or choose one of the reasons." in [
        each.text() for each in dialog.findChildren(QLabel) if each.isVisible()
    ]
