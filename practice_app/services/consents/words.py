"""The words people are asked in, by version; what somebody agreed to earlier stays as it was."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from practice_app.errors import Invalid
from practice_app.model.consents import ConsentWording
from practice_app.rules.consents import Purpose, digest
from practice_app.rules.permissions import Permission
from practice_app.services.marks import changes, reads
from practice_app.storage.records import Work

LANGUAGE = "en-GB"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a question in one version; `is_current` of the one that is asked now."""

    id: UUID
    purpose: Purpose
    language: str
    revision: int
    text: str
    digest: str
    is_current: bool


@reads(Permission.OPEN_RECORD)
def wording(work: Work, wording_id: UUID) -> Wording:
    """The words somebody was asked in, as they were then."""
    row = work.get(ConsentWording, wording_id)
    newest = current(work, row.purpose, row.language)
    return _wording(row, is_current=newest is not None and newest.id == row.id)


@reads(Permission.OPEN_RECORD)
def wordings(work: Work) -> tuple[Wording, ...]:
    """Every wording there ever was, by purpose, the newest of each first."""
    return wordings_of(work)


def wordings_of(work: Work) -> tuple[Wording, ...]:
    """See `wordings`."""
    rows = work.select(select(ConsentWording).order_by(ConsentWording.revision.desc()))
    order = list(Purpose)
    seen: set[tuple[Purpose, str]] = set()
    found = []
    for row in sorted(rows, key=lambda each: order.index(each.purpose)):
        found.append(_wording(row, is_current=(row.purpose, row.language) not in seen))
        seen.add((row.purpose, row.language))
    return tuple(found)


@changes(Permission.CHANGE_SETTINGS)
def new_wording(work: Work, purpose: Purpose, text: str, language: str = LANGUAGE) -> Wording:
    """New words for a question, asked from now on. What was asked before stays as it was.

    Raises Invalid for an empty text or the words that are asked already.
    """
    words = text.strip()
    if not words:
        raise Invalid("Write the words of the question.", field="text")
    newest = current(work, purpose, language)
    if newest is not None and newest.text == words:
        raise Invalid(f"These are the words of version {newest.revision} already.", field="text")
    row = ConsentWording(
        purpose=purpose,
        language=language,
        revision=newest.revision + 1 if newest else 1,
        text=words,
        digest=digest(purpose, language, words),
        made_at=work.now,
        made_by_id=work.actor.id,
    )
    work.add(row)
    work.flush()
    return _wording(row, is_current=True)


def current(work: Work, purpose: Purpose, language: str = LANGUAGE) -> Wording | None:
    """The words asked now; None when nobody has written any."""
    row = work.first(
        select(ConsentWording)
        .where(ConsentWording.purpose == purpose, ConsentWording.language == language)
        .order_by(ConsentWording.revision.desc())
    )
    return _wording(row, is_current=True) if row else None


def _wording(row: ConsentWording, *, is_current: bool) -> Wording:
    return Wording(row.id, row.purpose, row.language, row.revision, row.text, row.digest, is_current)
