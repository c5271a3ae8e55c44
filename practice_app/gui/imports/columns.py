"""The second page of an import: what the file holds, what each of its columns means, how it is read."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from practice_app.errors import Invalid
from practice_app.gui.controls import announce, label, push_button, tip
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.form import Field
from practice_app.gui.look import SPACE_L, SPACE_M, SPACE_S, SPACE_XS, mark
from practice_app.gui.screen import Tools
from practice_app.rules import dates
from practice_app.rules.dates import DateOrder
from practice_app.services import import_mappings, imports
from practice_app.services.imports import ColumnSeen, FieldMeant, Look, Request

_ORDERS = (
    ("", "As each column shows"),
    (DateOrder.DMY.value, "Day first: 31/12/2026"),
    (DateOrder.MDY.value, "Month first: 12/31/2026"),
    (DateOrder.YMD.value, "Year first: 2026-12-31"),
)
_KINDS = {
    "practices": "GP practices (NHS directory)",
    "patients": "Patients",
    "appointments": "Appointments",
    "notes": "Session notes",
    "consents": "Consents",
    "calls": "Telephone calls",
    "contacts": "Address book: GPs, solicitors …",
    "relations": "Relatives and carers of patients",
    "letters": "Letters and scans",
    "fhir": "Patients in FHIR",
}
_LEFT_OUT = "Leave out"
_OF_NO_TABLE = ("What the file says", "First values")
_VALUES_APART = "  ·  "
_CHOICE_WIDTH = 300
_HEADING_WIDTH = 190
_LETTERS_OF_A_CHOICE = 20


def kind_words(kind: str) -> str:
    """What a kind of file holds, in words."""
    return _KINDS.get(kind, kind.capitalize())


class ColumnsPage(QWidget):
    """Shows a Look and lets it be changed.

    Signals: kind_wanted(kind) to take the file for something else, check_wanted(), left() for another file,
    look_wanted() to look again without what was chosen.
    """

    kind_wanted = Signal(str)
    check_wanted = Signal()
    left = Signal()
    look_wanted = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._tools = tools
        self._look: Look | None = None
        self._columns = _Columns()
        self._columns.changed.connect(self._say_what_is_missing)
        self._title = label("", "title", wraps=True)
        self._recognised = label("", "muted", wraps=True)
        self._forget = push_button("For&get these columns", kind="link")
        self._forget.clicked.connect(self._forget_kept)
        self._kind = Field("kind", "&What the file holds", Choice(self._kinds()))
        self._source = Field("source", "Where it comes &from", QLineEdit())
        self._source_line.setPlaceholderText("Such as Cliniko")
        self._dates = Field("dates", "How it writes &dates", Choice(_ORDERS))
        self._example = ("", "")
        self._understood = label("", "muted", wraps=True)
        self._as_patients = QCheckBox(tools.said("These people become &patients"))
        self._update = QCheckBox("&Update what was imported before, where the file has changed")
        self._practitioners = QCheckBox("Add practitioners who are &not here yet")
        for box in (self._as_patients, self._practitioners):
            box.hide()  # each is for one kind of file; all of them side by side would widen the window
        self._missing = label("", "warning", wraps=True)
        self._unmatched = label("", "muted", wraps=True)
        self._name = QLineEdit()
        self._name.setPlaceholderText("Name, such as the program's")
        self._keep_field = Field("name", "&Keep these columns for the next file", self._name)
        self._keep = push_button("Keep")
        self._keep.setAccessibleName("Keep these columns")
        self._keep.clicked.connect(self._keep_columns)
        self._check = push_button("&Check the file", kind="primary")
        self._check.clicked.connect(self.check_wanted)
        self._another = push_button("&Another file")
        self._another.clicked.connect(self.left)
        self._choice(self._kind).changed.connect(
            lambda: self.kind_wanted.emit(self._choice(self._kind).value())
        )
        self._choice(self._dates).changed.connect(self._say_how_the_example_reads)
        self._lay_out()

    def show_look(self, look: Look) -> None:
        """Show what a file seems to be."""
        self._look = look
        self._title.setText(look.path.name)
        self._recognised.setText(self._tools.said(_recognised(look)))
        self._recognised.setVisible(bool(self._recognised.text()))
        self._forget.setVisible(look.saved_id is not None)
        kind = self._choice(self._kind)
        kind.blockSignals(True)
        kind.set_value(look.kind)
        kind.blockSignals(False)
        if look.source:
            self._source_line.setText(look.source)
        has_columns = bool(look.fields)
        self._keep_row.setVisible(has_columns)
        self._dates.setVisible(has_columns)
        self._as_patients.setVisible(look.kind == "contacts")
        self._practitioners.setVisible(look.kind == "appointments")
        self._update.setVisible(look.kind != "practices")
        self._choice(self._dates).set_value(look.dates.value if look.dates else "")
        self._source.setVisible(look.kind != "practices")
        self._ask_nothing()
        self._columns.show_columns(look.columns, look.fields)
        before: QWidget = self._practitioners
        for choice in self._columns.choices:  # made last, but read in the middle of the page
            self.setTabOrder(before, choice)
            before = choice
        self._say_what_is_missing()

    def forget_file(self) -> None:
        """Begin anew: nothing of an earlier file stays."""
        self._source_line.clear()
        self._name.clear()
        for box in (self._as_patients, self._update, self._practitioners):
            box.setChecked(False)

    def request(self) -> Request:
        """What is asked for; refuses (Invalid, field "source") as Request does."""
        look = self._look
        if look is None:
            raise Invalid("Choose a file first.")
        order = self._choice(self._dates).value()
        return Request(
            kind=look.kind,
            path=look.path,
            source=self._source_line.text().strip() or imports.THE_OLD_SYSTEM,
            columns=self._columns.chosen(),
            dates=DateOrder(order) if order else None,
            update=self._update.isChecked() and self._update.isVisibleTo(self),
            create_practitioners=self._practitioners.isChecked() and self._practitioners.isVisibleTo(self),
            as_patients=self._as_patients.isChecked() and self._as_patients.isVisibleTo(self),
        )

    def chosen(self) -> Mapping[str, str]:
        """The field of each column, "" for one that is left out."""
        return self._columns.chosen()

    def refuse(self, error: Invalid) -> None:
        """Say beside a field what is wrong with it."""
        field = {"source": self._source, "name": self._keep_field}.get(error.field, self._kind)
        field.set_error(str(error))
        field.target.setFocus()

    def ask_dates(self, column: str, example: str) -> None:
        """Ask how the file writes its dates, with one that can be read in two ways."""
        self._example = (column, example)
        question = f"“{example}” in the column “{column}” can be read in two ways. Say which comes first."
        self._dates.set_error(question)
        self._dates.target.setFocus()
        announce(self, question)
        self._say_how_the_example_reads()

    def take_focus(self) -> None:
        """Put the focus on the kind of file."""
        self._kind.target.setFocus()

    @property
    def _source_line(self) -> QLineEdit:
        line = self._source.control
        if not isinstance(line, QLineEdit):
            raise TypeError
        return line

    @staticmethod
    def _choice(field: Field) -> Choice:
        if not isinstance(field.control, Choice):
            raise TypeError
        return field.control

    def _kinds(self) -> list[tuple[str, str]]:
        return [(kind, self._tools.said(kind_words(kind))) for kind in imports.KINDS]

    def _ask_nothing(self) -> None:
        self._example = ("", "")
        for field in (self._dates, self._source, self._keep_field, self._kind):
            field.set_error("")
        self._understood.hide()

    def _say_how_the_example_reads(self) -> None:
        """The date that was in doubt, as it is understood now."""
        column, example = self._example
        order = self._choice(self._dates).value()
        if not example or not order:
            self._understood.hide()
            return
        self._dates.set_error("")
        try:
            day = dates.parse(example, DateOrder(order), pivot=dates.parse("2199-12-31"))
            self._understood.setText(f"“{example}” in the column “{column}” is {dates.show(day)}.")
        except Invalid:
            self._understood.setText(f"“{example}” in the column “{column}” is no date that way.")
        self._understood.show()
        announce(self._understood, self._understood.text())

    def _say_what_is_missing(self) -> None:
        look = self._look
        if look is None:
            return
        chosen = self._columns.chosen()
        missing = look.missing([field for field in chosen.values() if field])
        self._missing.setText(
            self._tools.said(f"No column tells {' or '.join(missing)}. Choose the column that does.")
        )
        self._missing.setVisible(bool(missing))
        self._check.setEnabled(not missing)
        left_out = [heading for heading, field in chosen.items() if not field]
        self._unmatched.setText(f"Not taken in: {', '.join(left_out)}.")
        self._unmatched.setVisible(bool(left_out))

    def _keep_columns(self) -> None:
        look = self._look
        if look is None:
            return
        self._keep_field.set_error("")
        chosen = self._columns.chosen()
        order = self._choice(self._dates).value()
        wanted = import_mappings.Wanted(
            self._name.text(),
            look.kind,
            tuple(chosen),
            chosen,
            DateOrder(order) if order else None,
            self._source_line.text().strip(),
        )
        try:
            kept = self._tools.office.do(import_mappings.keep, wanted)
        except Invalid as error:
            self.refuse(error)
            return
        self._name.clear()
        self._tools.status.say(
            f"Kept as “{kept.name}”. It is used again for a file with the same headings.",
            lambda: self._tools.office.do(import_mappings.forget, kept.id),
        )

    def _forget_kept(self) -> None:
        if self._look is not None and self._look.saved_id is not None:
            self._tools.office.do(import_mappings.forget, self._look.saved_id)
            self._tools.status.say(f"“{self._look.saved}” is kept no longer.")
            self.look_wanted.emit()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._title, 1)
        known = QHBoxLayout()
        known.setSpacing(SPACE_S)
        known.addWidget(self._recognised, 1)
        known.addWidget(self._forget)
        fields = QHBoxLayout()
        fields.setSpacing(SPACE_M)
        for field in (self._kind, self._source, self._dates):
            fields.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        boxes = QHBoxLayout()
        boxes.setSpacing(SPACE_L)
        for box in (self._as_patients, self._update, self._practitioners):
            boxes.addWidget(box)
        boxes.addStretch(1)
        self._keep_row = QWidget()
        keep = QHBoxLayout(self._keep_row)
        keep.setContentsMargins(0, 0, 0, 0)
        keep.setSpacing(SPACE_S)
        keep.addWidget(self._keep_field)
        keep.addWidget(self._keep, 0, Qt.AlignmentFlag.AlignBottom)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S)
        foot.addWidget(self._keep_row)
        foot.addStretch(1)
        foot.addWidget(self._another, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self._check, 0, Qt.AlignmentFlag.AlignBottom)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_M)
        for part in (head, known, fields):
            rows.addLayout(part)
        rows.addWidget(self._understood)
        rows.addLayout(boxes)
        rows.addWidget(self._missing)
        rows.addWidget(self._columns, 1)
        rows.addWidget(self._unmatched)
        rows.addStretch(0)
        rows.addLayout(foot)


def _recognised(look: Look) -> str:
    if look.is_cards:
        return "Address cards. Each card is taken in; photographs and notes on them are not."
    if look.kind == "fhir":
        return "Patients in FHIR and the people who belong to them. What holds no longer is left out."
    if look.kind == "practices":
        return "The NHS directory of GP practices. A later edition brings the practices here up to date."
    if look.kind == "letters":
        return "A list of letters; each names its file from the folder the list lies in."
    if look.saved:
        return f"The columns are those kept as “{look.saved}”."
    return f"Looks like an export of {look.program}." if look.program else ""


def _short(meaning: str) -> str:
    """What a field means, without what is said behind a colon or semicolon."""
    return meaning.partition(":")[0].partition(";")[0]


class _Columns(QScrollArea):
    """One line a column: its heading, its first values, and a choice of what it means. Signals: changed()."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(120)
        self._choices: dict[str, Choice] = {}

    def show_columns(self, columns: tuple[ColumnSeen, ...], fields: tuple[FieldMeant, ...]) -> None:
        """Show these columns; each can hold one of the fields. Without any there is nothing to choose."""
        self._choices = {}
        offered = [("", _LEFT_OUT), *((field.name, _short(field.meaning)) for field in fields)]
        inside = QFrame()
        inside.setProperty("kind", "card")
        grid = QGridLayout(inside)
        grid.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(1, 1)
        titles = ("Column in the file", "First values", "What it means here") if fields else _OF_NO_TABLE
        for place, title in enumerate(titles):
            grid.addWidget(label(title, "small"), 0, place)
        for row, column in enumerate(columns, start=1):
            heading = label(column.heading if fields else _short(column.heading), wraps=True)
            heading.setFixedWidth(_HEADING_WIDTH)
            grid.addWidget(heading, row, 0)
            grid.addWidget(_FirstValues(column.values), row, 1)
            if fields:
                choice = self._choices[column.heading] = self._choice_for(column, offered)
                grid.addWidget(choice, row, 2)
        grid.setRowStretch(len(columns) + 1, 1)
        self.setWidget(inside)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices, from top to bottom."""
        return tuple(self._choices.values())

    def chosen(self) -> dict[str, str]:
        """The field of each column, "" for one that is left out."""
        return {heading: choice.value() for heading, choice in self._choices.items()}

    def _choice_for(self, column: ColumnSeen, offered: list[tuple[str, str]]) -> Choice:
        choice = Choice(offered, name=f"What “{column.heading}” means")
        choice.setFixedWidth(_CHOICE_WIDTH)
        choice.setSizeAdjustPolicy(choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choice.setMinimumContentsLength(_LETTERS_OF_A_CHOICE)
        choice.set_value(column.field)
        mark(choice, unused="" if column.field else "true")
        choice.setToolTip(choice.currentText())
        choice.changed.connect(lambda: self._note_choice(choice))
        return choice

    def _note_choice(self, choice: Choice) -> None:
        """A field is held by one column only: whichever had it before is left out."""
        choice.setToolTip(choice.currentText())
        for other in self._choices.values():
            if other is not choice and choice.value() and other.value() == choice.value():
                other.blockSignals(True)
                other.set_value("")
                other.setToolTip(_LEFT_OUT)
                other.blockSignals(False)
        for each in self._choices.values():
            mark(each, unused="" if each.value() else "true")
        self.changed.emit()


class _FirstValues(QLabel):
    """The first values of a column in one line, cut where the line ends."""

    def __init__(self, values: tuple[str, ...]) -> None:
        super().__init__()
        self._whole = _VALUES_APART.join(values) or "(nothing in the first rows)"
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", "muted")
        self.setMinimumWidth(60)
        self.setToolTip(tip(self._whole))
        self.setText(self._whole)

    def resizeEvent(self, event: object) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))
