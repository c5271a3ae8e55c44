"""The form that records one answer about consent: yes, no or withdrawn, with what shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, TypeVar
from uuid import UUID

from PySide6.QtWidgets import QWidget

from practice_app.errors import Defect, Invalid
from practice_app.gui.consents import fields
from practice_app.gui.consents.fields import NOT_CHOSEN, OTHER_WORDS, PROXY
from practice_app.gui.controls import label
from practice_app.gui.forms import values
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.forms.ticks import Ticks
from practice_app.gui.screen import Tools
from practice_app.rules import consents as rules
from practice_app.rules.consents import (
    NAMES_A_RECIPIENT,
    Basis,
    Channel,
    Decision,
    Method,
    Purpose,
    VoicemailLevel,
)
from practice_app.rules.deciding import CapacityBasis, Deciding, GivenAs
from practice_app.services import consents, form_drafts
from practice_app.services.consents import Answer, Asked, Question, SoftOptIn
from practice_app.services.people import Banner

FORM = "consent"
"""The name under which an unsaved answer is kept."""

C = TypeVar("C", bound=QWidget)


class ConsentPage(FormPage):
    """One answer about one purpose. `saved` carries (Answer, Recorded)."""

    _last_method: ClassVar[Method] = Method.SIGNED_PAPER
    """How the last decision came: likely for the next one, as when a form with six answers is entered."""

    def __init__(self, tools: Tools, about: Banner, today: date) -> None:
        super().__init__(tools, f"Consent of {about.name}")
        self._about, self._today = about, today
        self._suggested: dict[str, str] = {}
        self._words = fields.Words()
        self._effect = label("", "warning", wraps=True)
        self._hint = label("", "hint", wraps=True)
        self.form.begin_group("What was asked, and the answer")
        fields.add_question(self.form)
        self.form.add_part(self._effect)
        self.form.add_part(self._words)
        self.form.begin_group("Who decided, and how")
        self.form.add_part(self._hint)
        fields.add_who(self.form, today)
        self.form.begin_group("How long it holds, and its limits")
        fields.add_terms(self.form, today)
        self.form.begin_group("What else shows it, if there is anything")
        fields.add_evidence(self.form, today)
        self._question = self._ask()
        self._follow()

    def begin_about(self, asked: Asked | None, decision: Decision | None) -> None:
        """Open the form for a line and an answer; what is not given is chosen in the form."""
        given = self._at_the_start()
        if asked is not None:
            given |= {"purpose": asked.purpose, "channels": asked.channel or "", "about": asked.about}
        self.begin(form_drafts.Form(FORM, self._about.id), given | {"decision": decision or NOT_CHOSEN})

    def resume(self, draft: form_drafts.Form) -> None:
        """Open the form with what was typed into it earlier."""
        self.begin_with_draft(draft, self._at_the_start())

    def fill(self, given: Mapping[str, str]) -> None:
        super().fill(given)
        self._follow_purpose()
        super().fill(given)  # once more, now that everything that can be chosen is offered
        self._show_fields()

    def take_focus(self) -> None:
        """Put the focus on the first thing that is still to be said."""
        for name in ("decision", "about", "voicemail", "capacity_basis"):
            field = self.form.field(name)
            is_open = not field.isHidden() and not self.value(name)
            if is_open and (name != "about" or self.purpose in NAMES_A_RECIPIENT):
                field.target.setFocus()
                return
        self.form.field("method").target.setFocus()

    @property
    def purpose(self) -> Purpose:
        """The purpose that is chosen."""
        return Purpose(self.value("purpose"))

    @property
    def decision(self) -> Decision | None:
        """The answer that is chosen, None before."""
        chosen = self.value("decision")
        return Decision(chosen) if chosen else None

    @property
    def channels(self) -> tuple[Channel | None, ...]:
        """The ways of contact that are ticked; (None,) for a purpose that has none."""
        if rules.channels_of(self.purpose) == (None,):
            return (None,)
        return tuple(Channel(each) for each in self._control("channels", Ticks).ticked)

    def check(self, name: str) -> str:
        field = self.form.field(name)
        if field.isHidden():
            return ""
        if isinstance(field.control, DateEdit):
            try:
                return "Say on which day." if field.control.day is None and name == "decided_on" else ""
            except Invalid as error:
                return str(error)
        is_missing = not (self.channels if name == "channels" else self.value(name))
        return _MISSING[name] if is_missing and self._is_needed(name) else ""

    def store(self) -> object:
        answer = self._answer()
        done = self._tools.office.do(consents.record, self._about.id, answer)
        type(self)._last_method = answer.method
        return answer, done

    def _is_needed(self, name: str) -> bool:
        """Whether a field that is on show must be filled; the use case checks everything else."""
        if name == "about":
            return self.decision is Decision.GIVEN and self.purpose in NAMES_A_RECIPIENT
        return name in _MISSING

    def _at_the_start(self) -> dict[str, str]:
        return {"method": type(self)._last_method, "decided_on": self._today.isoformat()}

    def _answer(self) -> Answer:
        if self.decision is None:
            raise Invalid(_MISSING["decision"], field="decision")
        voicemail, basis = self._shown("voicemail"), self._shown("no_consent")
        soft = self._control("soft_opt_in", Ticks).ticked
        return Answer(
            purpose=self.purpose,
            decision=self.decision,
            method=Method(self.value("method")),
            channels=self.channels,
            decided_on=self._day("decided_on"),
            by=self._deciding(),
            about=self._shown("about"),
            limits=self.value("limits"),
            voicemail=VoicemailLevel(voicemail) if voicemail else None,
            wording=None if self._shown("wording") in ("", OTHER_WORDS) else UUID(self.value("wording")),
            valid_from=self._day("valid_from"),
            review_on=self._day("review_on"),
            expires_on=self._day("expires_on"),
            place=self.value("place"),
            witness=self.value("witness"),
            evidence=self.value("evidence"),
            basis=Basis(basis) if basis else None,
            soft_opt_in=SoftOptIn(**dict.fromkeys(soft, True)),
        )

    def _deciding(self) -> Deciding:
        if self._given_as is GivenAs.PATIENT:
            basis = self._shown("capacity_basis") or CapacityBasis.PRESUMED
            return Deciding(basis=CapacityBasis(basis), note=self._shown("capacity"))
        return Deciding(
            self._given_as,
            CapacityBasis.BEST_INTERESTS,
            self.value("given_by"),
            self.value("relation"),
            self.value("proof"),
            self._shown("capacity"),
        )

    @property
    def _given_as(self) -> GivenAs:
        """In what capacity whoever is chosen decides."""
        chosen = self.value("given_as")
        if chosen.startswith(PROXY):
            return self._question.proxies[int(chosen.removeprefix(PROXY))].given_as
        return GivenAs(chosen)

    def _shown(self, name: str) -> str:
        """What a field holds, "" when it does not belong to this answer."""
        return "" if self.form.field(name).isHidden() else self.value(name)

    def _day(self, name: str) -> date | None:
        """The day in a field; check() has seen that it is one."""
        return self._control(name, DateEdit).day if self._shown(name) else None

    def _control(self, name: str, kind: type[C]) -> C:
        control = self.form.field(name).control
        if not isinstance(control, kind):
            raise Defect(f"The field {name!r} is no {kind.__name__}.")
        return control

    def _ask(self) -> Question:
        return self._tools.office.do(consents.asking, self._about.id, self.purpose)

    def _follow(self) -> None:
        """Let everything depend on what it depends on."""
        for name, slot in (
            ("purpose", self._follow_purpose),
            ("channels", self._show_fields),
            ("decision", self._show_fields),
            ("no_consent", self._show_fields),
            ("given_as", self._take_proxy),
            ("capacity_basis", self._show_fields),
            ("decided_on", self._suggest_terms),
            ("wording", self._show_words),
        ):
            values.changed(self.form.field(name).control).connect(slot)
        self._follow_purpose()

    def _follow_purpose(self) -> None:
        """Ask what this purpose needs, and offer it."""
        question = self._question = self._ask()
        ticks = self._control("channels", Ticks)
        ticks.offer(channel.value for channel in rules.channels_of(self.purpose) if channel)
        self._control("given_as", Choice).offer(fields.deciders(question, self._tools.said))
        self._control("capacity_basis", Choice).offer(fields.capacities(question))
        wording = self._control("wording", Choice)
        wording.offer(fields.words_used(question))
        wording.setCurrentIndex(0)
        named = self.form.field("about")
        named.rename("&Name of who it is for" if self.purpose in NAMES_A_RECIPIENT else "Ki&nd of treatment")
        named.set_hint(_example(question) if self.purpose in NAMES_A_RECIPIENT else "Empty: all of it")
        self._hint.setText(self._tools.said(question.hint))
        self._show_fields()

    def _show_fields(self) -> None:
        """Show what belongs to this answer, and nothing else."""
        channels = self.channels or (None,)
        self._control("decision", Choice).offer(fields.decisions(self.purpose, channels))
        self._control("no_consent", Choice).offer(fields.bases(self.purpose, channels))
        is_no = self.decision in {Decision.REFUSED, Decision.WITHDRAWN}
        is_unneeded = self.decision is Decision.NOT_REQUIRED
        shape = fields.Shape(
            is_yes=self.decision is Decision.GIVEN,
            is_withdrawn=self.decision is Decision.WITHDRAWN,
            is_unneeded=is_unneeded,
            is_own=is_unneeded or self._given_as is GivenAs.PATIENT,
            is_judged=self.value("capacity_basis") in {CapacityBasis.ASSESSED, CapacityBasis.GILLICK},
            is_soft=is_unneeded and self.value("no_consent") == Basis.SOFT_OPT_IN,
            has_channels=rules.channels_of(self.purpose) != (None,),
            is_named=self.purpose in NAMES_A_RECIPIENT or self.purpose is Purpose.TREATMENT,
            has_voicemail=Channel.VOICEMAIL in self.channels,
        )
        for name, is_there in shape.fields().items():
            self.form.field(name).setVisible(is_there)
        self._hint.setVisible(bool(self._hint.text()) and shape.is_yes)
        self._effect.setText(f"What this changes: {rules.effect_of_no(self.purpose)}")
        self._effect.setVisible(is_no)
        self._show_words()
        self._suggest_terms()

    def _show_words(self) -> None:
        chosen = self.value("wording")
        found = next((each for each in self._question.wordings if str(each.id) == chosen), None)
        if found is not None:
            self._words.show_words(f"Read out or show these words (version {found.revision}):", found.text)
        self._words.setVisible(found is not None and bool(self._shown("wording")))

    def _take_proxy(self) -> None:
        chosen = self.value("given_as")
        if chosen.startswith(PROXY):
            proxy = self._question.proxies[int(chosen.removeprefix(PROXY))]
            super().fill({"given_by": proxy.name, "relation": proxy.relation, "proof": proxy.proof})
        self._show_fields()

    def _suggest_terms(self) -> None:
        """Suggest how long it holds, unless other days were typed."""
        try:
            day = self._control("decided_on", DateEdit).day or self._today
        except Invalid:
            return
        term = rules.usual_term(self.purpose, day)
        is_yes = self.decision is Decision.GIVEN
        for name, on in (("review_on", term.review_on), ("expires_on", term.expires_on)):
            if self.value(name) == self._suggested.get(name, ""):
                self._suggested[name] = on.isoformat() if on and is_yes else ""
                super().fill({name: self._suggested[name]})
        self.form.field("review_on").set_hint(term.why if is_yes else "")


_MISSING = {
    "decision": "Choose what they answered.",
    "channels": "Choose at least one way of contact.",
    "voicemail": "Choose what may be left on the voicemail.",
    "about": "Say whom it is for, by name.",
    "no_consent": "Choose why no consent is needed.",
    "capacity_basis": "Choose why the child can decide this, or choose who decided.",
    "decided_on": "Say on which day.",
}
"""What is said about a field that must not be left empty."""


def _example(question: Question) -> str:
    """Whom it was named for before, or who is at hand."""
    return f"For example: {'; '.join(question.recipients[:3])}" if question.recipients else ""
