"""What somebody has typed into a form and not saved: kept while they type, offered again, thrown away."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from practice_app.model.form_drafts import FormDraft
from practice_app.rules.permissions import Permission
from practice_app.services import access, timeline
from practice_app.services.marks import changes, reads
from practice_app.storage import merged, sealed
from practice_app.storage.records import Work


@dataclass(frozen=True, slots=True)
class Form:
    """Which form it is: its name, whom it is about, and the row it changes (None for a new one)."""

    name: str
    person: UUID | None = None
    record: UUID | None = None


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A form begun earlier, without what was typed. `saved_at` is the clinic's local time."""

    form: Form
    saved_at: datetime


@changes(Permission.KEEP_FORM_DRAFTS)
def keep(work: Work, form: Form, plain: Mapping[str, str], clinical: Mapping[str, str]) -> None:
    """Keep the values of a form's fields, in place of what the same user kept of the same form.

    `clinical` values are sealed; raises NotAllowed when there are some and the user has no clinical key.
    What is being kept already is kept on, also when the day of a reason to see the record has ended.
    """
    form = _of_today(work, form)
    row = _own(work, form)
    if row is None:
        _require_record(work, form)
        row = FormDraft(author_id=work.actor.id, form=form.name, person_id=form.person, record_id=form.record)
    row.saved_at = work.now
    row.plain = json.dumps(dict(plain))
    sealed_values = _sealed(work, row, clinical) if any(clinical.values()) else None
    if work.keys.ck:  # without it there is nothing to put in, and no right to look what is there
        row.clinical_sealed = sealed_values
    work.add(row)


@reads(Permission.KEEP_FORM_DRAFTS)
def open_own(work: Work, form: Form) -> tuple[Unsaved, dict[str, str]] | None:
    """One's own unsaved form with the values of its fields by name, or None when there is none."""
    form = _of_today(work, form)
    _require_record(work, form)
    row = _own(work, form)
    if row is None:
        return None
    values: dict[str, str] = json.loads(row.plain)
    text = ""
    if work.keys.ck:
        text = sealed.get(work, row.id, sealed.FORM_DRAFT, row.clinical_sealed, subjects=(_subject(row),))
    return _unsaved(work, row), values | (json.loads(text) if text else {})


@reads(Permission.KEEP_FORM_DRAFTS)
def own(work: Work, person: UUID | None) -> tuple[Unsaved, ...]:
    """One's own unsaved forms about a person (None: about nobody in the records yet), the newest first."""
    about = person and merged.kept(work, person)
    statement = (
        select(FormDraft)
        .where(FormDraft.author_id == work.actor.id, FormDraft.person_id == about)
        .order_by(FormDraft.saved_at.desc(), FormDraft.id)
    )
    return tuple(_unsaved(work, row) for row in work.select(statement))


@changes(Permission.KEEP_FORM_DRAFTS)
def discard(work: Work, form: Form) -> None:
    """Throw away one's own unsaved form, if there is one; whoever saves a form calls this as well."""
    row = _own(work, _of_today(work, form))
    if row is not None:
        work.delete(row)


def _require_record(work: Work, form: Form) -> None:
    """A form about somebody shows what is in their record; one about nobody yet shows only what was typed."""
    if form.person is not None:
        access.require_record(work, form.person)


def _of_today(work: Work, form: Form) -> Form:
    """The form about the record that stayed, when somebody merged the person's in the meantime."""
    return form if form.person is None else replace(form, person=merged.kept(work, form.person))


def _own(work: Work, form: Form) -> FormDraft | None:
    """What the user kept of this form; the newer, where two merged records had one each."""
    statement = select(FormDraft).where(
        FormDraft.author_id == work.actor.id,
        FormDraft.form == form.name,
        FormDraft.person_id == form.person,
        FormDraft.record_id == form.record,
    )
    newest_first = statement.order_by(FormDraft.saved_at.desc(), FormDraft.id)
    return work.first(newest_first.options(*sealed.at_once(work, FormDraft.clinical_sealed)))


def _subject(row: FormDraft) -> UUID:
    """Whom the sealed part is about; nobody in the records yet is the draft itself."""
    return row.person_id or row.id


def _sealed(work: Work, row: FormDraft, clinical: Mapping[str, str]) -> bytes:
    return sealed.put(work, row, sealed.FORM_DRAFT, json.dumps(dict(clinical)), subject=_subject(row))


def _unsaved(work: Work, row: FormDraft) -> Unsaved:
    zone = timeline.practice_zone(work)
    return Unsaved(
        Form(row.form, row.person_id, row.record_id), row.saved_at.astimezone(zone).replace(tzinfo=None)
    )
