"""The fields of the form for consent: their names, words and order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from practice_app.gui.controls import label
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.forms.ticks import Ticks
from practice_app.gui.look import SPACE_M, SPACE_S
from practice_app.rules import consents as rules
from practice_app.rules.consents import (
    BASIS_WORDS,
    GROUPS,
    METHOD_WORDS,
    Channel,
    Decision,
    Purpose,
    VoicemailLevel,
)
from practice_app.rules.deciding import CAPACITY_WORDS, CapacityBasis, GivenAs
from practice_app.rules.typed_dates import Leaning
from practice_app.services.consents import Question

Choices = list[tuple[str, str]]

NOT_CHOSEN = ""
"""The value of a choice that nobody has made yet: nothing is chosen for anybody beforehand."""

OTHER_WORDS = "other"
"""The value of the choice that none of our wordings was used."""

PROXY = "proxy:"
"""How the choice of who decided names a contact: by their place among the proxies."""

_SOMEBODY = {
    GivenAs.PARENT: "Somebody with parental responsibility",
    GivenAs.ATTORNEY: "An attorney for health and welfare",
    GivenAs.DEPUTY: "A deputy or guardian appointed by the court",
}
_CHANNEL_WORDS = {
    Channel.EMAIL: "E-mail",
    Channel.SMS: "Text",
    Channel.PHONE: "Telephone",
    Channel.VOICEMAIL: "Voicemail",
    Channel.POST: "Post",
}
_DECISIONS = {
    Decision.GIVEN: "Yes, they agree",
    Decision.REFUSED: "No, they refuse",
    Decision.WITHDRAWN: "They withdraw what they agreed to",
    Decision.NOT_REQUIRED: "No consent is needed",
}
_SOFT_OPT_IN = {
    "got_from_them_here": "They gave the address when they came to this clinic",
    "similar_services": "It is about services like those they had",
    "easy_to_refuse": "They could say no, then and in every message",
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def add_question(form: Form) -> None:
    """What was asked, and the answer."""
    purposes = [(purpose.value, rules.title(purpose)) for group in GROUPS.values() for purpose in group]
    form.add_row(Field("purpose", "What &for", Choice(purposes)), Field("decision", "&Answer", Choice()))
    form.add(Field("about", "&Name", QLineEdit()))
    channels = {channel.value: words for channel, words in _CHANNEL_WORDS.items()}
    form.add(Field("channels", "Ways of contact", Ticks(channels)))
    levels = [(level.value, _capital(level.value)) for level in VoicemailLevel]
    form.add(
        Field("voicemail", "On the &voicemail", Choice([(NOT_CHOSEN, "Choose what may be said"), *levels]))
    )
    form.add(Field("no_consent", "Wh&y no consent is needed", Choice()))
    form.add(Field("soft_opt_in", "All three must hold", Ticks(_SOFT_OPT_IN, is_column=True)))


def add_who(form: Form, today: date) -> None:
    """Who decided in what capacity, how it was said, and when."""
    form.add_row(
        Field("given_as", "Who &decided", Choice()), Field("capacity_basis", "A&ble to decide", Choice())
    )
    form.add_row(
        Field("given_by", "Name of who decided", QLineEdit()),
        Field("relation", "What they are to them", QLineEdit(), hint="Mother, attorney…"),
    )
    form.add(Field("proof", "What was seen that shows that they may decide", QLineEdit()))
    form.add(
        Field(
            "capacity",
            "How that was judged",
            QLineEdit(),
            hint="Who judged it, and what showed that they can, or cannot, decide this themselves",
        )
    )
    methods = [(method.value, _capital(words)) for method, words in METHOD_WORDS.items()]
    form.add_row(
        Field("method", "&How", Choice(methods)),
        Field("decided_on", "Wh&en", DateEdit(today, leaning=Leaning.PAST)),
    )


def add_terms(form: Form, today: date) -> None:
    """How long it holds, and with what limits."""
    form.add_row(
        Field("review_on", "Ask aga&in on", DateEdit(today, leaning=Leaning.FUTURE)),
        Field("expires_on", "&Runs out after", DateEdit(today, leaning=Leaning.FUTURE)),
    )
    form.add(Field("limits", "Li&mited to", QLineEdit(), hint="Empty: without limits"))


def add_evidence(form: Form, today: date) -> None:
    """What else shows it."""
    form.add(Field("evidence", "Where the signed form is &kept", QLineEdit()))
    form.add_row(Field("place", "&Place", QLineEdit()), Field("witness", "Witness", QLineEdit()))
    form.add_row(
        Field("wording", "Words &used", Choice()),
        Field("valid_from", "First day", DateEdit(today), hint="Empty: the day it was given"),
    )


def decisions(purpose: Purpose, channels: Iterable[Channel | None]) -> Choices:
    """The answers there can be."""
    is_free = bool(rules.bases_for(purpose, channels))
    found = [(each.value, words) for each, words in _DECISIONS.items()]
    offered = found if is_free else [each for each in found if each[0] != Decision.NOT_REQUIRED]
    return [(NOT_CHOSEN, "Choose the answer"), *offered]


def bases(purpose: Purpose, channels: Iterable[Channel | None]) -> Choices:
    """Why no consent is needed."""
    offered = [(each.value, _capital(BASIS_WORDS[each])) for each in rules.bases_for(purpose, channels)]
    return [(NOT_CHOSEN, "Choose why"), *offered]


def deciders(question: Question, said: Callable[[str], str]) -> Choices:
    """Who can have decided: the patient, known proxies, anybody else in a capacity that allows it."""
    own = f"{question.own_name} ({said('the patient')})"
    known = [
        (f"{PROXY}{place}", f"{proxy.name} ({proxy.relation or _SOMEBODY[proxy.given_as].lower()})")
        for place, proxy in enumerate(question.proxies)
    ]
    return [(GivenAs.PATIENT.value, own), *known, *((as_.value, words) for as_, words in _SOMEBODY.items())]


def capacities(question: Question) -> Choices:
    """Why they can decide; for a child it must be chosen."""
    if question.is_presumed:
        offered = (CapacityBasis.PRESUMED, CapacityBasis.ASSESSED)
        return [(each.value, _capital(CAPACITY_WORDS[each])) for each in offered]
    judged = (CapacityBasis.GILLICK, CapacityBasis.ASSESSED)
    return [
        (NOT_CHOSEN, "Choose why they can decide"),
        *((each.value, _capital(CAPACITY_WORDS[each])) for each in judged),
    ]


def words_used(question: Question) -> Choices:
    """The versions of the words, and none of them."""
    found = [
        (str(each.id), f"Version {each.revision}{', asked now' if each.is_current else ''}")
        for each in question.wordings
    ]
    return [*found, (OTHER_WORDS, "Other words" if found else "No words are laid down")]


@dataclass(frozen=True, slots=True)
class Shape:
    """What an answer is like, as far as it decides which fields belong to it."""

    is_yes: bool
    is_withdrawn: bool
    is_unneeded: bool
    is_own: bool
    is_judged: bool
    is_soft: bool
    has_channels: bool
    is_named: bool
    has_voicemail: bool

    def fields(self) -> Mapping[str, bool]:
        """Whether each field that depends on the answer belongs to it."""
        is_yes, is_own, is_unneeded = self.is_yes, self.is_own, self.is_unneeded
        return {
            "about": self.is_named,
            "channels": self.has_channels,
            "voicemail": is_yes and self.has_voicemail,
            "no_consent": is_unneeded,
            "soft_opt_in": self.is_soft,
            "given_as": not is_unneeded,
            "capacity_basis": is_yes and is_own,
            "given_by": not is_own,
            "relation": not is_own,
            "proof": is_yes and not is_own,
            "capacity": is_yes and (self.is_judged or not is_own),
            "review_on": is_yes or is_unneeded,
            "expires_on": is_yes or is_unneeded,
            "valid_from": is_yes,
            "wording": not is_unneeded and not self.is_withdrawn,
        }


class Words(QFrame):
    """The words of a question, in full."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "job")
        self._title = label("", "small")
        self._text = label("", wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        rows.addWidget(self._title)
        rows.addWidget(self._text)

    def show_words(self, title: str, text: str) -> None:
        """Show other words."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(f"{title}: {text}")
