"""What somebody here has typed about a person into a form and not saved yet."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select

from practice_app.model.form_drafts import FormDraft
from practice_app.services.subject_access import other_people
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Reading,
    Section,
    Shown,
    facts,
    technical,
)
from practice_app.storage import sealed


def _form_draft(reading: Reading, row: FormDraft) -> Shown:
    opened = reading.opened(row.id, sealed.FORM_DRAFT, row.clinical_sealed)
    return Shown(
        "Form not saved yet",
        RECORDED_HERE,
        facts(
            ("Form", row.form.replace("_", " ").capitalize()),
            ("Typed by", other_people.staff(reading, row.author_id)),
        ),
        "\n".join(
            filter(
                None,
                (
                    _lines(row.plain, row.form),
                    _lines(opened.text, row.form) if opened.is_whole else opened.text,
                ),
            )
        ),
        opened.is_whole,
    )


_THEIRS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"contact": ("phones.", "emails.", "addresses."), "family": ("patients", "name")}
)
"""How the names of fields begin that are other people's: how to reach a contact, who else is a patient.

They are no more in the copy while a form is unsaved than once it is stored (other_people.py).
"""


def _lines(text: str, form: str = "") -> str:
    """The filled fields of a form, one a line; a text that is no form is shown as it is."""
    try:
        values = json.loads(text or "{}")
    except ValueError:
        return text
    theirs = _THEIRS.get(form, ())
    told = {
        name: value
        for name, value in values.items()
        if value and not name.endswith(_NOT_TOLD) and not name.startswith(theirs)
    }
    return "\n".join(f"{_in_words(name)}: {value}" for name, value in told.items())


_NOT_TOLD = (".id", ".rows")
"""Of the rows of a list, what holds them together and says nothing about anybody."""


def _in_words(name: str) -> str:
    """A field's name in words: "known_as" -> "Known as", "phones.0.number" -> "Phones 1 number"."""
    parts = [str(int(part) + 1) if part.isdecimal() else part for part in name.split(".")]
    return " ".join(parts).replace("_", " ").capitalize()


SECTIONS = (
    Section(
        FormDraft,
        "Forms not saved yet",
        rows=lambda person: select(FormDraft).where(FormDraft.person_id == person),
        dated=lambda reading, row: reading.local(row.saved_at),
        shown=_form_draft,
        left_out=technical(
            "person_id", record_id="which row of the record the form changes; it is in this copy"
        ),
    ),
)
