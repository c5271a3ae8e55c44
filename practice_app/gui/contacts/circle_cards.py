"""The cards beside the contacts: families, what is kept from whom, growing up, deciding, a death."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from practice_app.gui.controls import label, push_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark
from practice_app.gui.screen import Tools
from practice_app.rules.dates import show
from practice_app.services import coming_of_age, deaths, families, kept_from
from practice_app.services.coming_of_age import Due
from practice_app.services.competence import Judged, JudgementText
from practice_app.services.contacts import Circle
from practice_app.services.deaths import Recorded
from practice_app.services.families import FamilyKind, Together
from practice_app.services.kept_from import Kept
from practice_app.services.people import Banner

_FAMILY_WORDS = {FamilyKind.COUPLE: "Couple", FamilyKind.FAMILY: "Family"}


class Card(QFrame):
    """A heading over lines that are made anew whenever the tab reads, and a button that stays."""

    def __init__(self, title: str, button: QPushButton | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._inside: QWidget | None = None
        self._button = button
        self._title = label(title, "heading", wraps=True)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        self._rows.setSpacing(SPACE_XS)
        self._rows.addWidget(self._title)
        if button is not None:
            self._rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def show_circle(self, circle: Circle, about: Banner) -> None:
        """Show what the card is about, or hide it."""
        raise NotImplementedError

    def stops(self) -> list[QWidget]:
        """The buttons in reading order: those of the lines before the one that stays."""
        inside = self._inside.findChildren(QPushButton) if self._inside else []
        return [*inside, *([self._button] if self._button else [])]

    def _fill(self, parts: list[QWidget]) -> None:
        """Put these lines between the heading and the button."""
        if self._inside is not None:
            self._rows.removeWidget(self._inside)
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = QWidget()
        rows = QVBoxLayout(self._inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(SPACE_XS)
        for part in parts:
            rows.addWidget(part)
        self._rows.insertWidget(1, self._inside)
        self._inside.show()  # at once: what is added to a widget on show appears only later by itself


class FamilyCard(Card):
    """Who is seen together with the patient, with a way into each one's own record."""

    def __init__(
        self,
        tools: Tools,
        open_record: Callable[[UUID], object],
        begin: Callable[[Together | None], None],
        part: Callable[[Together], None],
    ) -> None:
        self._may_edit = tools.office.allowed(families.start)
        add = push_button("Add a couple or family…", kind="link")
        add.clicked.connect(lambda: begin(None))
        super().__init__("Seen together", add if self._may_edit else None)
        self._open, self._begin, self._part = open_record, begin, part

    def show_circle(self, circle: Circle, about: Banner) -> None:
        parts: list[QWidget] = []
        for each in circle.families:
            parts += self._lines(each, circle, about)
        self._fill(parts or [label("With nobody.", "muted")])

    def _lines(self, family: Together, circle: Circle, about: Banner) -> list[QWidget]:
        now = family.members_on(circle.today)
        is_on = any(each.patient == about.id for each in now) and len(now) > 1
        own = next(each for each in family.members if each.patient == about.id)
        named = f" “{family.name}”" if family.name else ""
        title = f"{_FAMILY_WORDS[family.kind]}{named}, since {show(own.since)}"
        parts: list[QWidget] = [label(title, wraps=True)]
        for each in family.members:
            if each.patient != about.id:
                parted = f" (not since {show(each.parted_on)})" if each.parted_on else ""
                parts.append(_link(f"{each.name}{parted}", f"Open the record of {each.name}",
                                   partial(self._open, each.patient)))  # fmt: skip
        if not is_on:
            parted_on = own.parted_on or min(
                (each.parted_on for each in family.members if each.parted_on), default=None
            )
            since = f" since {show(parted_on)}" if parted_on else ""
            parts.append(label(f"Not seen together{since}: nothing is written to them together.", wraps=True))
        elif self._may_edit:
            parts.append(self._buttons(family))
        return parts

    def _buttons(self, family: Together) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        word = _FAMILY_WORDS[family.kind].lower()
        part = push_button("They parted…")
        part.setAccessibleName(f"They parted: end this {word}")
        part.clicked.connect(lambda: self._part(family))
        row.addWidget(part)
        if family.kind is FamilyKind.FAMILY:
            more = push_button("One more…")
            more.setAccessibleName("One more who is seen together with this family")
            more.clicked.connect(lambda: self._begin(family))
            row.addWidget(more)
        row.addStretch(1)
        return made


class KeptCard(Card):
    """From whom the record, or a part of it, is kept."""

    def __init__(self, tools: Tools, keep: Callable[[], None], lift: Callable[[Kept], None]) -> None:
        self._may_edit = tools.office.allowed(kept_from.keep)
        add = push_button("Keep something from somebody…", kind="link")
        add.clicked.connect(keep)
        super().__init__("Not to be shown to", add if self._may_edit else None)
        self._lift = lift

    def show_circle(self, circle: Circle, about: Banner) -> None:
        standing = [each for each in circle.kept if each.lifted_on is None]
        lifted = [each for each in circle.kept if each.lifted_on is not None]
        mark(self, kind="notice" if standing else "card")
        parts = [part for each in standing for part in self._lines(each)]
        parts += [
            label(f"{each.name}: {each.what}, shown again since {show(each.lifted_on)}", "muted", wraps=True)
            for each in lifted
        ]
        self._fill(parts or [label("Nobody.", "muted")])

    def _lines(self, each: Kept) -> list[QWidget]:
        parts: list[QWidget] = [
            label(each.name, "heading", wraps=True),
            label(f"{each.what[:1].upper()}{each.what[1:]}. {each.why}, {show(each.since)}.", wraps=True),
        ]
        if self._may_edit:
            lift = push_button("May be shown now")
            lift.setAccessibleName(f"May be shown now to {each.name}: {each.what}")
            lift.clicked.connect(lambda: self._lift(each))
            parts.append(_row(lift))
        return parts


class AgeCard(Card):
    """When a minor comes of age, and what must be agreed again once they are."""

    def __init__(self, tools: Tools, confirm: Callable[[Due], None], end: Callable[[Due], None]) -> None:
        super().__init__("")
        self._may_edit = tools.office.allowed(coming_of_age.confirm)
        self._confirm, self._end = confirm, end

    def show_circle(self, circle: Circle, about: Banner) -> None:
        left, due = circle.minority, circle.due
        self.setVisible(bool(due) or left is not None)
        mark(self, kind="notice" if due or (left and left.is_soon) else "card")
        if due:
            self._title.setText(f"Came of age on {show(due[0].of_age_on)}: agree these again")
            self._fill([part for each in due for part in self._lines(each)])
        elif left is not None:
            self._title.setText(f"Not of age until {show(left.of_age_on)}")
            days = "tomorrow" if left.days_left == 1 else f"in {left.days_left:,} days"
            then = "Parental responsibility ends then; what is to be agreed again will stand here."
            self._fill([label(f"That is {days}. {then}", wraps=True)])

    def _lines(self, due: Due) -> list[QWidget]:
        parts: list[QWidget] = [label(due.what, wraps=True)]
        if self._may_edit:
            on, off = push_button("It goes on"), push_button("It ends")
            on.setAccessibleName(f"It goes on: {due.what}")
            off.setAccessibleName(f"It ends: {due.what}")
            on.clicked.connect(lambda: self._confirm(due))
            off.clicked.connect(lambda: self._end(due))
            parts.append(_row(on, off))
        return parts


class JudgementCard(Card):
    """Whether somebody was judged able to decide; what it was about is for clinicians to open."""

    def __init__(
        self,
        tools: Tools,
        judge: Callable[[], None],
        read: Callable[[Judged], None],
        *,
        may_judge: bool,
    ) -> None:
        add = push_button("Write down a judgement…", kind="link")
        add.clicked.connect(lambda: judge())
        super().__init__("Able to decide", add if may_judge else None)
        self._may_read, self._read = may_judge, read
        self._text: JudgementText | None = None
        self._shown: tuple[Circle, Banner] | None = None

    def show_circle(self, circle: Circle, about: Banner) -> None:
        if self._shown is None or self._shown[1].id != about.id:
            self._text = None
        self._shown = (circle, about)
        parts: list[QWidget] = []
        for each in circle.judgements:
            parts += self._lines(each)
        self._fill(parts or [label("Nothing was judged. Adults are presumed able.", "muted", wraps=True)])

    def show_text(self, text: JudgementText) -> None:
        """Show what a judgement was about, below its line."""
        self._text = text
        if self._shown is not None:
            self.show_circle(*self._shown)

    def _lines(self, each: Judged) -> list[QWidget]:
        answer = "Able to decide" if each.can_decide else "Not able to decide"
        by = f", judged by {each.assessor}" if each.assessor else ""
        parts: list[QWidget] = [label(f"{answer} on {show(each.assessed_on)}{by}", wraps=True)]
        if self._text is not None and self._text.judged.id == each.id:
            shown = label(f"About: {self._text.matter}\n{self._text.reasons}", wraps=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            parts.append(shown)
        elif self._may_read:
            read = push_button("Read it")
            read.setAccessibleName(f"Read the judgement of {show(each.assessed_on)}")
            read.clicked.connect(lambda: self._read(each))
            parts.append(_row(read))
        return parts


class DeathCard(Card):
    """A death, who told us, and the way back from one recorded by mistake."""

    def __init__(self, tools: Tools, undo: Callable[[Recorded], None]) -> None:
        super().__init__("")
        self._may_undo = tools.office.allowed(deaths.undo)
        self._undo = undo

    def show_circle(self, circle: Circle, about: Banner) -> None:
        self.setVisible(about.died is not None)
        if about.died is None:
            return
        self._title.setText(f"Died on {show(about.died)}")
        parts: list[QWidget] = []
        if circle.death is not None:
            parts.append(label(_death_words(circle.death), wraps=True))
        parts.append(label("Only the executor, the coroner and the GP are written to.", "muted", wraps=True))
        if circle.death is not None and self._may_undo:
            back = push_button("This was a mistake")
            back.setAccessibleName("The death was recorded by mistake: take it back")
            death = circle.death
            back.clicked.connect(lambda: self._undo(death))
            parts.append(_row(back))
        self._fill(parts)


def _death_words(death: Recorded) -> str:
    count = death.cancelled
    cancelled = f" {count} appointment{'s were' if count != 1 else ' was'} cancelled." if count else ""
    joint = f" {death.joint} with others still stand." if death.joint else ""
    recorded = f"Recorded {show(death.recorded_on)} by {death.recorded_by}."
    return f"Told by: {death.source}. {recorded}{cancelled}{joint}"


def _link(text: str, spoken: str, do: Callable[[], object]) -> QWidget:
    """A name that leads to a record; the words wrap, so that a long name shows whole."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_S)
    row.addWidget(label(text, wraps=True), 1)
    button = push_button("Open")
    button.setAccessibleName(spoken)
    button.clicked.connect(lambda: do())
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return made


def _row(*buttons: QPushButton) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_S)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return made
