"""Registering a patient and changing their details: one form for both (row 27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

from PySide6.QtCore import QTimer, Signal

from practice_app.errors import Invalid, PracticeError
from practice_app.gui.forms import values
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field
from practice_app.gui.forms.form_page import FormPage
from practice_app.gui.forms.two_writers import BOTH, THEIRS, Met, TwoWriters
from practice_app.gui.forms.values import YES
from practice_app.gui.registration import fields as patient_fields
from practice_app.gui.registration.likely import LikelyPanel
from practice_app.gui.registration.values import details_of, values_of
from practice_app.gui.screen import Tools
from practice_app.rules import dates, names
from practice_app.rules.form_checks import FormChecks
from practice_app.rules.permissions import CLINICAL_ROLES
from practice_app.services import coming_of_age, directory, form_drafts, registration, typed_duplicates
from practice_app.services.people import Banner
from practice_app.services.registration import ChangedMeanwhile, Details, PatientStatus, PhoneKind
from practice_app.services.typed_duplicates import Typed

NEW, CHANGE = "new_patient", "patient_details"
"""The names of the two uses of the form, under which drafts are kept."""

_LOOK_AFTER_MS = 250
"""How long after the last key who may be here already is looked up."""

_MOST_LIKELY = 3
_TOLD_APART_BY = frozenset(
    {"given", "family", "known_as", "born", "nhs_number", "phones", "emails", "addresses"}
)


class PatientForm(FormPage):
    """Everything about a patient that is entered. Signals: wanted(UUID) to open somebody else's record.

    `saved` carries the id of somebody new, or the Undo of a change (None when nothing differed).
    """

    wanted = Signal(object)

    def __init__(
        self,
        tools: Tools,
        about: Banner | None = None,
        *,
        begun: Details | None = None,
        resumes: bool = False,
    ) -> None:
        """For the patient `about`, whose details are read (a viewing); else for somebody new, `begun` so.

        `resumes` takes up at once what was typed earlier.
        """
        title = tools.said("Details of the patient") if about else tools.said("New patient")
        super().__init__(tools, title, save_text="&Save" if about else "Regi&ster")
        self._about, self._office, self._today = about, tools.office, tools.office.today
        is_clinical = self._office.actor.role in CLINICAL_ROLES
        self._before = (
            self._office.do(registration.details, about.id)
            if about
            else replace(begun or Details(), health=() if is_clinical else None)
        )
        self._mine = self._theirs = self._before
        self._checked: tuple[dict[str, str], FormChecks] = ({}, FormChecks())
        self._meeting = TwoWriters()
        self._meeting.chosen.connect(self._settle)
        self._likely = LikelyPanel()
        self._likely.wanted.connect(self.wanted)
        self._look_time = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._look_time.timeout.connect(self.look_for_likely)
        self.form.add_part(self._meeting)
        self._fields = patient_fields.build(
            self.form, self._office, is_new=about is None, is_clinical=is_clinical
        )
        for rows in self._fields.lists.values():
            rows.grown.connect(self._watch_row)
            rows.changed.connect(self._keep_time.start)
        self.put_beside(self._likely)
        draft = form_drafts.Form(CHANGE, about.id) if about else form_drafts.Form(NEW)
        (self.begin_with_draft if resumes else self.begin)(draft, self._given())
        for name in ("status", "nhs_number", "discharged_on", "archived_on"):
            values.changed(self.form.field(name).control).connect(self._show_what_applies)
        self._fields.status.changed.connect(self._date_status)
        self._show_what_applies()
        if about is None:
            self._look_time.start()

    @property
    def shown_name(self) -> str:
        """The name as it is in the form now, as screens show names."""
        try:
            return names.display_name(registration.tidied(self.details()).name)
        except Invalid:
            return ""

    def details(self) -> Details:
        """The details as the form has them now."""
        rows = {name: each.rows() for name, each in self._fields.lists.items()}
        return self._with_fitting_days(details_of(self.values(), rows, self._before, self._today))

    def fill(self, given: Mapping[str, str]) -> None:
        """Also the rows of the lists that `given` speaks of."""
        for name, rows in self._fields.lists.items():
            if any(each.startswith(f"{name}.") for each in given):
                rows.show_named(given)
        super().fill(given)

    def typed(self, now: Mapping[str, str]) -> dict[str, str]:
        """Lists are kept whole or not at all, with how many rows they have."""
        found = super().typed(now)
        for name, rows in self._fields.lists.items():
            whole = _of_list(name, now)
            if whole != _of_list(name, self._at_first):
                found |= whole | {f"{name}.rows": str(rows.count)}
        return found

    def is_clinical(self, name: str) -> bool:
        """What was told about somebody's health."""
        return name.startswith("health.")

    def check(self, name: str) -> str:
        """What cannot be read or stored."""
        return self._unreadable(self.form.field(name)) or self._checks().errors.get(name, "")

    def doubt(self, name: str) -> str:
        """What looks odd and is stored all the same."""
        own = {"gp_practice": self._closed, "born": self._too_young}.get(name)
        return (own() if own else "") or self._checks().warnings.get(name, "")

    def store(self) -> object:
        """Register somebody new, or change the details that differ."""
        if self._about is None:
            return self._office.do(registration.register, self.details())
        reason = self.value("reason")
        return self._office.do(registration.change, self._about.id, self._before, self.details(), reason)

    def refuse(self, error: PracticeError) -> None:
        """Where somebody else changed the same fields, both values stand there to choose from."""
        if isinstance(error, ChangedMeanwhile) and self._about is not None:
            self._meet(error, self._office.do(registration.details, self._about.id))
        else:
            super().refuse(error)

    def watch(self, field: Field) -> None:
        """Also look who may be here already when the field tells people apart."""
        super().watch(field)
        if self._about is None and field.name.partition(".")[0] in _TOLD_APART_BY:
            values.changed(field.control).connect(self._look_time.start)

    def look_for_likely(self) -> None:
        """Show who may be here already, while somebody new is typed."""
        if self._about is not None or not self.isVisible():
            return
        try:
            found = self._office.do(typed_duplicates.find, self._typed_so_far(), limit=_MOST_LIKELY)
        except PracticeError:
            return  # it is advice; the next key asks again
        self._likely.show_likely(found)

    def _watch_row(self, new: list[Field]) -> None:
        for field in new:
            self.watch(field)

    def _given(self) -> dict[str, str]:
        """What the fields begin with: somebody new is registered today, and has room for a number."""
        given = values_of(self._before)
        if self._about is None:
            given |= {"registered_on": self._today.isoformat(), "confirmed": YES}
            if not self._before.phones:
                given["phones.0.kind"] = PhoneKind.MOBILE.value
        return given

    def _typed_so_far(self) -> Typed:
        now, wrong = registration.tidied(self.details()), self._checks().errors
        try:
            name = now.name
        except Invalid:
            name = None
        return Typed(
            name,
            now.born,
            "" if "nhs_number" in wrong else now.nhs_number,
            tuple(each.number for each in now.phones),
            tuple(each.address for each in now.emails),
            now.addresses[0].postcode if now.addresses else "",
        )

    def _checks(self) -> FormChecks:
        """What is wrong and what is doubtful in the fields as they stand, worked out once for each state."""
        now = self.values()
        if self._checked[0] != now:
            self._checked = (now, registration.check(self.details(), self._today))
        return self._checked[1]

    def _unreadable(self, field: Field) -> str:
        """Why a field holds nothing that could be checked: a day that is none, a practice nobody chose."""
        control = field.control
        if isinstance(control, DateEdit):
            try:
                control.day  # noqa: B018  raises in words
            except Invalid as problem:
                return str(problem)
        if control is self._fields.practice and self._fields.practice.is_undecided:
            return "Choose a practice from the list, or leave the field empty."
        return ""

    def _too_young(self) -> str:
        """What to notice about the age of somebody new, by the clinic's own minimum (P44)."""
        if self._about is not None or "born" in self._checks().errors:
            return ""
        flag: str = self._office.do(coming_of_age.flag_at_registration, self.details().born)
        return flag

    def _closed(self) -> str:
        practice = self.details().gp_practice
        closed_on = self._office.do(directory.open_practice, practice).closed_on if practice else None
        return f"It closed on {dates.show(closed_on)}. Ask who their GP is now." if closed_on else ""

    def _date_status(self) -> None:
        """Somebody who is discharged or archived now, is so from today unless another day is given."""
        status = self._fields.status.value()
        for name, of in (
            ("discharged_on", PatientStatus.DISCHARGED),
            ("archived_on", PatientStatus.ARCHIVED),
        ):
            if status == of and status != self._before.status and not self.value(name):
                super().fill({name: self._today.isoformat()})

    def _with_fitting_days(self, details: Details) -> Details:
        """Days that are not asked with this status are as they were; they go with a status taken back."""
        was = self._before if details.status is self._before.status else Details()
        if details.status is PatientStatus.CURRENT:
            return replace(details, discharged_on=was.discharged_on, archived_on=was.archived_on)
        if details.status is PatientStatus.DISCHARGED:
            return replace(details, archived_on=was.archived_on)
        return details

    def _show_what_applies(self) -> None:
        """Why there is no NHS number is asked where there is none; days belong to their standing."""
        status, field = self._fields.status.value(), self.form.field
        field("no_nhs_number").setVisible(not self.value("nhs_number"))
        is_gone = status != PatientStatus.CURRENT
        field("discharged_on").setVisible(is_gone)
        field("archived_on").setVisible(status == PatientStatus.ARCHIVED)

    def _meet(self, error: ChangedMeanwhile, theirs: Details) -> None:
        """Show both values of what both changed; take over what only they changed; saving again decides."""
        mine, was, there = (registration.tidied(each) for each in (self.details(), self._before, theirs))
        self._mine, self._before, self._theirs = mine, theirs, there
        met, taken_over = [], []
        for name in (part.name for part in fields(Details)):
            if name in error.theirs:
                met.append(self._met(name))
            elif getattr(there, name) != getattr(was, name):
                taken_over.append(registration.LABELS[name])
                self._show(there, name)
        self._meeting.ask(met, list(dict.fromkeys(taken_over)))
        self.form.clear_problems()

    def _met(self, name: str) -> Met:
        mine, theirs = (self._said(details, name) for details in (self._mine, self._theirs))
        return Met(name, registration.LABELS[name], mine, theirs, can_have_both=name in self._fields.lists)

    def _said(self, details: Details, name: str) -> str:
        said = registration.said(name, getattr(details, name))
        named = {"gp_practice": self._fields.practice.name_of, "gp": self._fields.gp.name_of}.get(name)
        return named(said) if named else said

    def _settle(self, name: str, which: str) -> None:
        """Put the chosen value of one field into the form."""
        mine, theirs = getattr(self._mine, name), getattr(self._theirs, name)
        chosen = theirs if which == THEIRS else mine
        if which == BOTH:
            chosen = (*theirs, *(each for each in mine if each.words not in {one.words for one in theirs}))
        self._show(replace(self._mine, **{name: chosen}), name)

    def _show(self, details: Details, name: str) -> None:
        """Fill the inputs of one field of the details, and no other."""
        given = values_of(details)
        rows = self._fields.lists.get(name)
        if rows is not None:
            rows.show_named(given)
        elif name in given:
            super().fill({name: given[name]})


def _of_list(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """Of the values of a form those of one list ("phones.0.number")."""
    return {each: value for each, value in values.items() if each.startswith(f"{name}.")}
