"""The sections of somebody's record, in reading order, and the ids of its rows."""

from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, select, union_all

from practice_app.model.merges import Merge
from practice_app.services.subject_access import (
    care,
    circle,
    correspondence,
    form_drafts,
    merges,
    people,
    rights,
    staff,
)
from practice_app.services.subject_access.section import Section

RECORD: tuple[Section[Any], ...] = (
    *people.SECTIONS,
    *circle.SECTIONS,
    *care.SECTIONS,
    *correspondence.SECTIONS,
    *rights.SECTIONS,
    *form_drafts.SECTIONS,
    *merges.SECTIONS,
    *staff.SECTIONS,
)


def record_ids(person: UUID) -> CompoundSelect[UUID]:
    """The ids of all rows of a person's record, as the log and the imports name them.

    Records that were merged into it were viewed and changed under their own ids.
    """
    return union_all(
        *(
            section.rows(person).with_only_columns(section.mapped.id).order_by(None)
            for section in RECORD
            if section.is_own
        ),
        select(Merge.gone_id).where(Merge.kept_id == person),
    )
