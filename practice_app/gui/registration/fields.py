"""The fields of the form about a patient, group by group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from PySide6.QtWidgets import QCheckBox, QLineEdit

from practice_app.errors import Invalid
from practice_app.gui.forms.choice import Choice
from practice_app.gui.forms.date_edit import DateEdit
from practice_app.gui.forms.form import Field, Form
from practice_app.gui.forms.pick import Pick
from practice_app.gui.forms.row_list import Lines, Remembered, RowList
from practice_app.gui.office import Office
from practice_app.gui.registration.gp_fields import GPEdit, practice_pick
from practice_app.rules import dates, identifiers
from practice_app.rules.typed_dates import Leaning
from practice_app.services import person_words

C = TypeVar("C", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class PatientFields:
    """The controls that the form about a patient talks to by more than their values."""

    practice: Pick
    gp: GPEdit
    status: Choice
    lists: Mapping[str, RowList]


def build(form: Form, office: Office, *, is_new: bool, is_clinical: bool) -> PatientFields:
    """Put every field into the form; those about health for clinical roles only."""
    today = office.today
    form.begin_columns()
    _who(form, today)
    _source(form)
    form.next_column()
    practice, gp = _nhs_and_gp(form, office)
    status = _standing(form, today)
    form.end_columns()
    lists = _reaching(form)
    if is_clinical:
        lists |= _health(form, today)
    _proof(form, today, is_new=is_new)
    return PatientFields(practice, gp, status, lists)


def _choice(words: Mapping[C, str], *before: tuple[str, str]) -> Choice:
    return Choice([*before, *((each.value, text) for each, text in words.items())])


def _past_day(today: date) -> DateEdit:
    return DateEdit(today, leaning=Leaning.PAST)


def _who(form: Form, today: date) -> None:
    def birth_words(day: date) -> str:
        return f"{dates.show(day)} ({dates.age(day, today)})"

    form.begin_group("Who they are")
    form.add(Field("given", "&First names", QLineEdit()))
    form.add(Field("family", "Famil&y name", QLineEdit()))
    form.add_row(
        Field("title", "Titl&e", QLineEdit()),
        Field("known_as", "&Known as", QLineEdit(), hint="A nickname alone is enough."),
    )
    form.add(Field("born", "&Birth date", DateEdit(today, leaning=Leaning.PAST, echo=birth_words)))
    form.add_row(
        Field("sex", "Sex registered at birth", _choice(person_words.SEX, ("", "Not asked"))),
        Field("gender", "Gender", _choice(person_words.GENDER)),
    )


def _nhs_and_gp(form: Form, office: Office) -> tuple[Pick, GPEdit]:
    number = QLineEdit()
    number.editingFinished.connect(lambda: number.setText(_spaced(number.text())))
    form.begin_group("NHS and GP")
    form.add_row(
        Field("nhs_number", "NHS &number", number),
        Field("no_nhs_number", "If there is none, why", _choice(person_words.NO_NHS_NUMBER)),
    )
    practice, gp = practice_pick(office), GPEdit(office)
    practice.changed.connect(lambda: gp.offer_those_at(practice.value()))
    form.add(Field("gp_practice", "GP &practice", practice))
    form.add(Field("gp", "GP", gp, hint="Choose one, or type a name that is not there yet."))
    return practice, gp


def _spaced(typed: str) -> str:
    """An NHS number as it is shown, 3-3-4; what is none stays as typed."""
    try:
        return identifiers.show_nhs_number(identifiers.nhs_number(typed))
    except Invalid:
        return typed


def _standing(form: Form, today: date) -> Choice:
    status = _choice(person_words.STATUS)
    form.begin_group("With this practice")
    form.add_row(
        Field("status", "Stat&us", status), Field("registered_on", "Registered on", _past_day(today))
    )
    form.add_row(
        Field("discharged_on", "Discharged on", _past_day(today)),
        Field("archived_on", "Archived on", _past_day(today)),
    )
    return status


def _source(form: Form) -> None:
    form.begin_group("Where this comes from")
    form.add_row(
        Field("source", "Told by", QLineEdit(), hint="Who gave these details."),
        Field("introduced_by", "Intro&duced by", QLineEdit(), hint="Who sent them here."),
    )


def _reaching(form: Form) -> dict[str, RowList]:
    form.begin_group("Reaching them")
    lists = {
        "phones": RowList("phones", "telephone number", "Add a telep&hone number", _phone_row),
        "emails": RowList("emails", "e-mail address", "Add an e-&mail address", _email_row),
        "addresses": RowList("addresses", "address", "Add an &address", _address_row),
    }
    for rows in lists.values():
        form.add_rows(rows)
    form.add(Field("safety_line", "What everybody must kno&w before ringing or writing", QLineEdit()))
    return lists


def _health(form: Form, today: date) -> dict[str, RowList]:
    def row(prefix: str, number: int) -> Lines:
        kind = _choice(person_words.HEALTH)
        return _rows(
            number,
            "entry",
            [
                (_hidden(prefix), 0),
                (Field(f"{prefix}kind", "Kind", kind), 2),
                (Field(f"{prefix}text", "What was told", QLineEdit()), 4),
                (Field(f"{prefix}told_on", "Told on", _past_day(today)), 3),
                (Field(f"{prefix}source", "Told by", QLineEdit()), 2),
            ],
        )

    form.begin_group("Health, as told")
    rows = RowList("health", "entry", "Add an allergy, a medicine or an ale&rt", row)
    form.add_rows(rows)
    return {"health": rows}


def _proof(form: Form, today: date, *, is_new: bool) -> None:
    form.begin_group("Proof and confirmation")
    form.add_row(
        Field("identity_seen", "&Identity: which document was seen", QLineEdit(),
              hint="Only what was seen is noted; no copy is kept."),
        Field("identity_seen_on", "Seen on", _past_day(today)),
    )  # fmt: skip
    form.add(
        Field("confirmed", "Details confirmed", QCheckBox("They went through the details with me today"))
    )
    if not is_new:
        form.add(Field("reason", "Why this changes", QLineEdit(), hint="Kept with what stood here before."))


def _phone_row(prefix: str, number: int) -> Lines:
    return _rows(
        number,
        "telephone number",
        [
            (_hidden(prefix), 0),
            (Field(f"{prefix}kind", "Kind", _choice(person_words.PHONE_KIND)), 1),
            (Field(f"{prefix}number", "Telephone number", QLineEdit()), 3),
            (Field(f"{prefix}safety", "Safe to ring", _choice(person_words.SAFETY)), 2),
            (Field(f"{prefix}note", "Remark", QLineEdit()), 3),
        ],
    )


def _email_row(prefix: str, number: int) -> Lines:
    return _rows(
        number,
        "e-mail address",
        [
            (_hidden(prefix), 0),
            (Field(f"{prefix}kind", "Kind", _choice(person_words.EMAIL_KIND)), 1),
            (Field(f"{prefix}address", "E-mail address", QLineEdit()), 3),
            (Field(f"{prefix}safety", "Safe to write to", _choice(person_words.SAFETY)), 2),
            (Field(f"{prefix}note", "Remark", QLineEdit()), 3),
        ],
    )


def _address_row(prefix: str, number: int) -> Lines:
    def text(name: str, words: str, share: int) -> tuple[Field, int]:
        return Field(f"{prefix}{name}", words, QLineEdit()), share

    return _rows(
        number,
        "address",
        [
            (_hidden(prefix), 0),
            (Field(f"{prefix}kind", "Kind", _choice(person_words.ADDRESS_KIND)), 2),
            text("line_1", "Address line 1", 3),
            text("line_2", "Address line 2", 3),
            text("line_3", "Address line 3", 3),
        ],
        [
            text("town", "Town or city", 3),
            text("county", "County", 2),
            text("postcode", "Postcode", 2),
            text("country", "Country", 2),
        ],
        [
            (Field(f"{prefix}safety", "Safe to write to", _choice(person_words.SAFETY)), 2),
            text("note", "Remark", 7),
        ],
        has_labels=True,
    )


def _hidden(prefix: str) -> Field:
    return Field(f"{prefix}id", "", Remembered())


def _rows(
    number: int, what: str, *lines: list[tuple[Field, int]], has_labels: bool = False
) -> list[list[tuple[Field, int]]]:
    """The lines of a row; the spoken names tell which row it is, labels stand over the first row only."""
    for field in (field for line in lines for field, _share in line):
        _name_apart(field, what, number)
        if number > 1 and not has_labels:
            field.label.hide()
    return list(lines)


def _name_apart(field: Field, what: str, number: int) -> None:
    own = field.plain_label
    is_the_thing = own.casefold() == what.casefold()
    if number > 1:
        field.target.setAccessibleName(f"{own} {number}" if is_the_thing else f"{own} of {what} {number}")
    elif not is_the_thing:
        field.target.setAccessibleName(f"{own} of {what} 1")
