"""The patient banner: the only place that formats who a screen is about (NHS CUI patient banner rules)."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from practice_app.gui.controls import label, push_button
from practice_app.gui.icons import Picture, icon, icon_button
from practice_app.gui.look import SPACE_M, SPACE_S, SPACE_XS, mark
from practice_app.rules.dates import show
from practice_app.rules.identifiers import show_nhs_number
from practice_app.rules.words import PatientWord, in_words_of
from practice_app.services.consents import Mark
from practice_app.services.people import Banner

NOT_KNOWN = "Not Known"
_WIDEST_ALLERGIES = 380
_NARROW = 900
"""Below this width the line about consent has a row of its own."""


class BannerForm(StrEnum):
    """How much the banner shows: who it is alone, or how to reach them as well."""

    FULL = "full"
    LINE = "line"


Facts = tuple[tuple[str, str, str], ...]
"""Facts as (label, value, what the label means)."""


def identity(about: Banner) -> Facts:
    """Zone 1 after the name, in its fixed order: (label, value, what the label means)."""
    born = show(about.born) if about.born else NOT_KNOWN
    if about.born and about.age:
        born = f"{born} ({about.age})"
    number = show_nhs_number(about.nhs_number) if about.nhs_number else NOT_KNOWN
    return (
        ("Born", born, "Date of birth, and age today"),
        ("Gender", about.gender or NOT_KNOWN, "Gender as the person describes it"),
        ("NHS No.", number, "National Health Service number"),
    )


def death(about: Banner) -> Facts:
    """What stands under Born for somebody who has died; nothing for the living."""
    if not about.died:
        return ()
    return (
        ("Died", show(about.died), "Date of death"),
        ("Age at Death", about.age_at_death or NOT_KNOWN, "Age on the date of death"),
    )


def allergy_words(about: Banner) -> tuple[str, str] | None:
    """(title, list) of the allergy section in its exact words, or None where the role may not see it."""
    if about.allergies is None:
        return None
    if about.allergies:
        return "Known allergies", "; ".join(about.allergies)
    return ("No known allergies" if about.no_known_allergies else "Allergies not recorded"), ""


def spoken(about: Banner) -> str:
    """The banner as one sentence, for a screen reader."""
    known = (*identity(about), *death(about))
    facts = ", ".join(f"{title} {value}" for title, value, _meaning in known)
    return ", ".join(part for part in (about.name, facts, about.safety_line) if part)


def consent_words(about: Banner) -> tuple[str, str]:
    """(shown, spoken) of the three consents everybody asks for first; ("", "") where nothing is known."""
    if not about.consents:
        return "", ""
    shown = "   ".join(f"{each.word} {_sign(each)}" for each in about.consents)
    return f"Consent: {shown}", "Consent. " + ". ".join(each.sentence for each in about.consents)


def _sign(mark: Mark) -> str:
    if mark.allows:
        return "✓"
    return "✕" if mark.is_asked else "?"


class PatientBanner(QFrame):
    """Who the screen below is about; hidden where a screen shows several people or none.

    Signals: consents_wanted() when the line about consent was pressed.
    """

    consents_wanted = Signal()

    def __init__(self, *, word: str = PatientWord.PATIENT) -> None:
        """`word` is the clinic's own for its patients."""
        super().__init__()
        self._word = word
        self.setObjectName("banner")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._about: Banner | None = None
        self._form = BannerForm.FULL
        self._private = False
        self._is_narrow = False
        self._contents: QWidget | None = None
        # One button for ever: a new one for each patient would come last in the tab order.
        self._fold = icon_button("chevron-up", name=in_words_of(word, "Fold the patient banner"))
        self._fold.clicked.connect(lambda: self.fold(self._form is BannerForm.FULL))
        self._consents = push_button("", kind="link")
        self._consents.setParent(self)  # before it is ever shown: else it would be a window for a moment
        self._consents.clicked.connect(self.consents_wanted)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        self._row.setSpacing(SPACE_S)
        self._row.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def about(self) -> Banner | None:
        """The patient shown, or None."""
        return self._about

    def show_patient(self, about: Banner | None) -> None:
        """Show another patient, or nobody."""
        self._about = about
        self._rebuild()

    def set_private(self, private: bool) -> None:
        """Show nothing that names the patient, or everything again."""
        self._private = private
        self._rebuild()

    def fold(self, folded: bool) -> None:
        """Show the identity only, or the address, telephone and GP as well."""
        self._form = BannerForm.LINE if folded else BannerForm.FULL
        self._rebuild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = event.size().width() < _NARROW
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._rebuild()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._about is not None and self._about.died:
            # Somebody who has died is shown by a pattern as well as by a colour and in words.
            painter = QPainter(self)
            ink = self.palette().color(self.foregroundRole())
            ink.setAlpha(28)
            painter.fillRect(self.rect().adjusted(5, 1, -1, -1), QBrush(ink, Qt.BrushStyle.BDiagPattern))
            painter.end()

    def _rebuild(self) -> None:
        about = self._about
        self.setVisible(about is not None)
        # Being shown may resize the banner, and with that rebuild it: what is there now goes.
        self._drop_contents()
        if about is None:
            return
        mark(self, deceased="true" if about.died else "false")
        hidden = in_words_of(self._word, "Patient")
        self._say_consents(about)
        self._contents = (
            _private_line(hidden, about)
            if self._private
            else _open(about, self._form, self._consents, is_narrow=self._is_narrow)
        )
        self._row.insertWidget(0, self._contents, 1)
        QWidget.setTabOrder(self._fold, self._consents)
        self._name_fold()
        self.setAccessibleName(hidden if self._private else spoken(about))

    def _drop_contents(self) -> None:
        if self._contents is not None:
            self._consents.setParent(self)  # it stays, and is put into the next one's corner
            self._row.removeWidget(self._contents)
            self._contents.hide()
            self._contents.deleteLater()
            self._contents = None

    def _say_consents(self, about: Banner) -> None:
        shown, said = consent_words(about)
        self._consents.setText(shown)
        self._consents.setAccessibleName(said)
        self._consents.setToolTip(said.replace(". ", "\n"))
        self._consents.setHidden(self._private or not shown)

    def _name_fold(self) -> None:
        is_full = self._form is BannerForm.FULL
        self._fold.setHidden(self._private)
        self._fold.setIcon(icon("chevron-up" if is_full else "chevron-down"))
        name = in_words_of(self._word, f"{'Fold' if is_full else 'Unfold'} the patient banner")
        self._fold.setAccessibleName(name)
        self._fold.setToolTip(name)


def _private_line(word: str, about: Banner) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label(f"{word} {about.number}", "title"))
    row.addWidget(label("Details hidden (privacy view)", "muted"))
    row.addStretch()
    return made


def _open(about: Banner, form: BannerForm, consents: QWidget, *, is_narrow: bool) -> QWidget:
    made = QWidget()
    rows = QVBoxLayout(made)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(SPACE_XS)
    head, side = _head(about)
    rows.addLayout(head)
    if is_narrow:
        rows.addWidget(consents, 0, Qt.AlignmentFlag.AlignLeft)
    else:
        side.insertWidget(side.count() - 1, consents, 0, Qt.AlignmentFlag.AlignRight)
    if about.safety_line:
        rows.addWidget(_warning(about.safety_line))
    if form is BannerForm.FULL:
        rows.addWidget(_facts(_reaching(about), wraps=True))
    return made


def _head(about: Banner) -> tuple[QHBoxLayout, QVBoxLayout]:
    """Zone 1 on the left; on the right a corner with the allergies, where the role may see them."""
    who = QVBoxLayout()
    who.setSpacing(SPACE_XS)
    who.addWidget(label(about.name, "title", wraps=True))
    if about.known_as and about.known_as != about.name:
        who.addWidget(_facts((("Preferred name", about.known_as, "What they like to be called"),)))
    who.addWidget(_facts(identity(about)))
    if about.died:
        who.addWidget(_facts(death(about)))
    row = QHBoxLayout()
    row.setSpacing(SPACE_M)
    row.addLayout(who, 1)
    side = QVBoxLayout()
    side.setSpacing(SPACE_XS)
    allergies = allergy_words(about)
    if allergies:
        title, listed = allergies
        shown = _warning(f"{title}: {listed}") if listed else label(title, "muted")
        shown.setMaximumWidth(_WIDEST_ALLERGIES)
        side.addWidget(shown, 0, Qt.AlignmentFlag.AlignRight)
    side.addStretch(1)
    row.addLayout(side)
    return row, side


def _reaching(about: Banner) -> Facts:
    phone_and_email = ", ".join((*about.phones, *about.emails))
    return (
        ("Address", about.address or "Not recorded", "Where they live"),
        ("Phone and email", phone_and_email or "Not recorded", "How to reach them"),
        ("GP", about.gp or "Not recorded", "General practitioner"),
    )


def _facts(facts: Facts, *, wraps: bool = False) -> QWidget:
    """Labels and bolder values in one row; nothing is cut off."""
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_XS)
    for title, value, meaning in facts:
        name = label(title, "small")
        name.setToolTip(meaning)
        shown = label(value, wraps=wraps)
        if not wraps:
            shown.setProperty("kind", "heading")
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignBaseline)
        row.addWidget(shown, 1 if wraps else 0, Qt.AlignmentFlag.AlignBaseline)
        row.addSpacing(SPACE_M)
    if not wraps:
        row.addStretch(1)
    return made


def _warning(text: str) -> QWidget:
    made = QFrame()
    made.setProperty("kind", "notice")
    row = QHBoxLayout(made)
    row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
    sign = Picture("alert-triangle", size=16)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(text, "heading", wraps=True), 1)
    return made
