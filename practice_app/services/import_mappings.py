"""What the columns of other programs' files mean, kept under a name for the next file of that kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from practice_app.errors import Invalid
from practice_app.exchange.fields import FIELDS, LEFT_OUT, Kind
from practice_app.model.settings import ImportMapping
from practice_app.rules.dates import DateOrder
from practice_app.rules.permissions import Permission
from practice_app.services.marks import changes, reads
from practice_app.storage.records import Work

__all__ = ["KeptMapping", "Wanted", "forget", "keep", "kept"]

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mapping to keep: the file's headings, what each means ({heading: field}), and how to read it."""

    name: str
    kind: str
    headings: Sequence[str]
    columns: Mapping[str, str]
    dates: DateOrder | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class KeptMapping:
    """A mapping that is kept."""

    id: UUID
    name: str
    kind: str


@reads(Permission.IMPORT_FILES)
def kept(work: Work) -> tuple[KeptMapping, ...]:
    """The mappings that are kept, by name."""
    rows = work.select(select(ImportMapping).order_by(func.lower(ImportMapping.name)))
    return tuple(KeptMapping(row.id, row.name, row.kind) for row in rows)


@changes(Permission.IMPORT_FILES)
def keep(work: Work, wanted: Wanted) -> KeptMapping:
    """Keep a mapping under its name; one of that name is replaced.

    Refuses (Invalid, field "name") a name that is blank or too long, and (field "columns") a field that
    the kind does not have.
    """
    name = " ".join(wanted.name.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Invalid(f"Give the mapping a name of 1 to {_LONGEST_NAME} characters.", field="name")
    known = {field.name for field in FIELDS[Kind(wanted.kind)]} | {LEFT_OUT}
    fields = [wanted.columns.get(heading, LEFT_OUT) for heading in wanted.headings]
    if not set(fields) <= known:
        raise Invalid(f"A column is given a field that {wanted.kind} do not have.", field="columns")
    found = work.first(select(ImportMapping).where(func.lower(ImportMapping.name) == name.lower()))
    row = found or ImportMapping()
    row.name, row.kind = name, wanted.kind
    row.headings, row.fields = list(wanted.headings), fields
    row.dates, row.source = wanted.dates or "", wanted.source[:_LONGEST_NAME]
    if found is None:
        work.add(row)
    work.flush()
    return KeptMapping(row.id, row.name, row.kind)


@changes(Permission.IMPORT_FILES)
def forget(work: Work, mapping: UUID) -> None:
    """Keep a mapping no longer."""
    work.delete(work.get(ImportMapping, mapping))
