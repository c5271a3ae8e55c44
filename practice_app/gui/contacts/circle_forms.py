"""The forms beside the contacts: families, what is kept from whom, a judgement, a death."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from practice_app.errors import Invalid
from practice_app.gui.contacts.form import DatedPage
from practice_app.gui.controls import label
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.person_edit import PersonEdit
from practice_app.gui.look import SPACE_XL
from practice_app.gui.screen import Tools
from practice_app.gui.summary import when_words
from practice_app.rules.typed_dates import Leaning
from practice_app.services import competence, contacts, deaths, families, form_drafts, kept_from
from practice_app.services.competence import Judgement
from practice_app.services.contacts import Candidate, KnownContact
from practice_app.services.families import FamilyKind, Parting, Together
from practice_app.services.kept_from import Expectation, Keeping
from practice_app.services.people import Banner

FAMILY, PARTED, KEEPING, JUDGEMENT, DEATH = "family", "family_parted", "kept_from", "judgement", "death"
"""The names under which unsaved forms are kept."""

_REASONS_HEIGHT = 6 * SPACE_XL

_YES, _NO = "yes", "no"
_SOMEBODY_ELSE = "somebody_else"
_ALL = ""

_KIND_WORDS = {FamilyKind.COUPLE: "A couple", FamilyKind.FAMILY: "A family"}
_PARTING_WORDS = {
    Parting.SEPARATED: "They separated",
    Parting.WORK_ENDED: "The work together ended",
    Parting.OTHER: "Another reason",
}


class FamilyPage(DatedPage):
    """Records who is seen together with the patient, or one more. `saved` carries the new row's id."""

    def __init__(self, tools: Tools, about: Banner, today: date, family: Together | None = None) -> None:
        title = "One more who is seen together with them" if family else f"Seen together with {about.name}"
        super().__init__(tools, title)
        self._about, self._today, self._family = about, today, family
        self._other = PersonEdit(self._find, takes_new=False)
        self.form.begin_group("Who is seen together")
        if family is None:
            kinds = [(each.value, words) for each, words in _KIND_WORDS.items()]
            self.form.add(Field("kind", "&What they are", Choice(kinds)))
        self.form.add(
            Field("patients", "W&ho else", self._other, hint=tools.said("Somebody who is a patient here."))
        )
        self.form.add(Field("since", "Since", DateEdit(today)))
        if family is None:
            hint = "Empty for none. It may name people: it is in nobody's copy."
            self.form.add(Field("name", "What the clinic calls &them", QLineEdit(), hint=hint))

    def open(self) -> None:
        """Begin with today."""
        draft = form_drafts.Form(FAMILY, self._about.id, self._family.id if self._family else None)
        self.begin(draft, {"since": self._today.isoformat()})

    def check(self, name: str) -> str:
        if name == "patients" and self._other.chosen is None:
            return self._tools.said("Choose a patient from the list: type a name, then press Down.")
        return super().check(name)

    def store(self) -> object:
        other, since = self._other.chosen, self.needed_day("since")
        if other is None:
            raise Invalid("Choose somebody.", field="patients")
        office = self._tools.office
        if self._family is not None:
            return office.do(families.add_member, self._family.id, other, since)
        kind, people = FamilyKind(self.value("kind")), [self._about.id, other]
        return office.do(families.start, kind, people, since, self.value("name"))

    def _find(self, text: str) -> Sequence[Candidate]:
        found = self._tools.office.do(contacts.candidates, text, self._about.id, 20)
        return [each for each in found if each.is_patient][:8]


class PartPage(DatedPage):
    """Records that people are not seen together any more. `saved` carries the memberships that ended."""

    def __init__(self, tools: Tools, about: Banner, today: date, family: Together) -> None:
        super().__init__(tools, "Not seen together any more")
        self._about, self._today, self._family = about, today, family
        self._members = family.members_on(today)
        reasons = [(each.value, words) for each, words in _PARTING_WORDS.items()]
        everybody = [(_ALL, "All of them")] if len(self._members) > 2 else []
        leavers = [(str(each.patient), each.name) for each in self._members]
        self.form.begin_group("Parting")
        self.form.add(Field("parting", "Wh&y", Choice(reasons)))
        self.form.add(
            Field(
                "parted_on",
                "From wh&ich day",
                DateEdit(today),
                hint="From this day on nothing is written to them together unless somebody says so.",
            )
        )
        if everybody:
            self.form.add(Field("patient", "Who &leaves", Choice([*everybody, *leavers])))

    def open(self) -> None:
        """Begin with today."""
        self.begin(
            form_drafts.Form(PARTED, self._about.id, self._family.id), {"parted_on": self._today.isoformat()}
        )

    def store(self) -> object:
        has_choice = any(field.name == "patient" for field in self.form.fields)
        chosen = self.value("patient") if has_choice else _ALL
        return self._tools.office.do(
            families.part,
            self._family.id,
            self.needed_day("parted_on"),
            Parting(self.value("parting")),
            UUID(chosen) if chosen else None,
        )


class KeepPage(DatedPage):
    """Puts somebody on the list of who is not to be shown something. `saved` carries the entry's id."""

    def __init__(self, tools: Tools, about: Banner, today: date, people: Sequence[KnownContact]) -> None:
        super().__init__(tools, f"Keep something of {about.name} from somebody")
        self._about, self._today = about, today
        whom = [(str(each.id), f"{each.name}, {each.details.relation}") for each in people if each.is_current]
        self._whom = Choice([*whom, (_SOMEBODY_ELSE, "Somebody else")])
        kinds = kept_from.ITEM_KINDS.items()
        self._kind = Choice([(kind, every[:1].upper() + every[1:]) for kind, (_one, every) in kinds])
        self._which = Choice([(_ALL, "All of them")])
        why = [(each.value, words) for each, words in kept_from.EXPECTATION_WORDS.items()]
        self.form.begin_group("What is kept from whom")
        self.form.add(Field("contact", "&Whom", self._whom))
        self.form.add(Field("named", "Their na&me", QLineEdit()))
        self.form.add_row(
            Field("item_kind", "W&hat", self._kind), Field("item", "Wh&ich of them", self._which)
        )
        self.form.add(Field("expectation", "Wh&y", Choice(why)))
        self.form.add(Field("since", "Since", DateEdit(today, leaning=Leaning.PAST)))
        self._whom.changed.connect(self._follow)
        self._kind.changed.connect(self._follow)
        self._follow()

    def open(self) -> None:
        """Begin with today and the whole record."""
        self.begin(form_drafts.Form(KEEPING, self._about.id), {"since": self._today.isoformat()})

    def check(self, name: str) -> str:
        if name == "named" and self._is_somebody_else and not self.value("named"):
            return "Say who it is."
        return super().check(name)

    def store(self) -> object:
        item = self.value("item")
        keeping = Keeping(
            Expectation(self.value("expectation")),
            self.needed_day("since"),
            None if self._is_somebody_else else UUID(self.value("contact")),
            self.value("named") if self._is_somebody_else else "",
            self.value("item_kind"),
            UUID(item) if item else None,
        )
        return self._tools.office.do(kept_from.keep, self._about.id, keeping)

    @property
    def _is_somebody_else(self) -> bool:
        return self._whom.value() == _SOMEBODY_ELSE

    def _follow(self) -> None:
        """Ask for a name only where nobody is chosen, and offer the items of the kind that is."""
        self.form.field("named").setVisible(self._is_somebody_else)
        kind = self._kind.value()
        items = self._tools.office.do(kept_from.items, self._about.id) if kind else ()
        single = [
            (str(each.id), f"{when_words(each.when)}: {each.title}") for each in items if each.kind == kind
        ]
        self._which.offer([(_ALL, "All of them"), *single])
        self.form.field("item").setVisible(bool(kind))


class JudgementPage(DatedPage):
    """Writes down whether somebody can decide, for clinicians. `saved` carries the new note's id."""

    clinical: ClassVar[frozenset[str]] = frozenset({"matter", "reasons"})

    def __init__(self, tools: Tools, about: Banner, today: date) -> None:
        super().__init__(tools, f"Can {about.name} decide?", save_text="&Write it down")
        self._about, self._today = about, today
        self.form.begin_group("The judgement")
        answers = [(_YES, "Yes: understood, weighed up and answered"), (_NO, "No, not now")]
        self.form.add(
            Field(
                "matter",
                "Abou&t which decision",
                QLineEdit(),
                hint="Ability is judged for one decision at a time.",
            )
        )
        self.form.add(Field("can_decide", "&Able to decide it", Choice(answers)))
        reasons = QPlainTextEdit()
        reasons.setTabChangesFocus(True)
        reasons.setFixedHeight(_REASONS_HEIGHT)
        self.form.add(Field("reasons", "What was &understood, weighed up and said", reasons))
        self.form.add_row(
            Field("assessed_on", "Judged o&n", DateEdit(today, leaning=Leaning.PAST)),
            Field("assessor", "By somebody from outside", QLineEdit(), hint="Empty when you judged it."),
        )
        self.form.add_part(
            label(
                "It cannot be altered later; a new judgement is written down beside it. Reception sees that "
                "it was judged and how it came out, but neither the decision nor the reasons.",
                "hint",
                wraps=True,
            )
        )

    def open(self, *, with_draft: bool = False) -> None:
        """Begin with today, or with what was typed earlier."""
        begin = self.begin_with_draft if with_draft else self.begin
        begin(form_drafts.Form(JUDGEMENT, self._about.id), {"assessed_on": self._today.isoformat()})

    def store(self) -> object:
        judgement = Judgement(
            self.needed_day("assessed_on"),
            self.value("can_decide") == _YES,
            self.value("matter"),
            self.value("reasons"),
            self.value("assessor"),
        )
        return self._tools.office.do(competence.record, self._about.id, judgement)


class DeathPage(DatedPage):
    """Records a death, which stops what is to come in one act. `saved` carries deaths.Recorded."""

    def __init__(self, tools: Tools, about: Banner, today: date) -> None:
        super().__init__(tools, f"The death of {about.name}", save_text="&Record the death")
        self._about, self._today = about, today
        self._day = DateEdit(today, leaning=Leaning.PAST)
        self._what_stops = label("", "hint", wraps=True)
        self.form.begin_group("What we know")
        self.form.add(Field("died_on", "&Date of death", self._day))
        self.form.add(
            Field(
                "source", "Who &told us", QLineEdit(), hint="A relative by telephone, the death certificate…"
            )
        )
        self.form.add_part(self._what_stops)
        self._day.changed.connect(self._tell)

    def open(self) -> None:
        """Begin with nothing: a date of death is never guessed."""
        self.begin(form_drafts.Form(DEATH, self._about.id), {})
        self._tell()

    def check(self, name: str) -> str:
        if name == "died_on" and not self.value("died_on"):
            return "Give the date of death."
        if name == "source" and not self.value("source"):
            return "Say who told us, or which document was seen."
        return super().check(name)

    def store(self) -> object:
        day, source = self.needed_day("died_on"), self.value("source")
        return self._tools.office.do(deaths.record, self._about.id, day, source)

    def _tell(self) -> None:
        """Say what will stop, before anybody presses the button."""
        try:
            day = self._day.day
        except Invalid:
            day = None
        alone, joint = self._tools.office.do(deaths.preview, self._about.id, day or self._today)
        parts = [f"{_appointments(alone)} to come will be cancelled and kept."]
        if joint:
            parts.append(f"{_appointments(joint)} with others stay: decide with whoever leads them.")
        parts.append(
            "Reminders, news and offers stop. The executor, the coroner and the GP can be written to."
        )
        self._what_stops.setText(" ".join(parts))


def _appointments(count: int) -> str:
    return "No appointment" if count == 0 else f"{count} appointment{'' if count == 1 else 's'}"
