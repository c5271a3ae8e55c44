"""What is held about records that were made one, and about items that were entered in the wrong record."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import or_, select

from practice_app.model.base import Base
from practice_app.model.merges import (
    Merge,
    MergeStep,
    MergeSuggestion,
    MovedAway,
    MovedItem,
    StepKind,
)
from practice_app.model.people import Contact
from practice_app.rules import identifiers
from practice_app.services.subject_access import other_people
from practice_app.services.subject_access.section import (
    RECORDED_HERE,
    Reading,
    Section,
    Shown,
    day,
    facts,
    technical,
    words,
    yes,
)
from practice_app.storage.person_links import from_json


def _merge(reading: Reading, row: Merge) -> Shown:
    nhs = identifiers.show_nhs_number(row.gone_nhs_number) if row.gone_nhs_number else ""
    return Shown(
        "A second record of yours was made one with the first",
        RECORDED_HERE,
        facts(
            ("Name in it", row.gone_name),
            ("Its practice number", str(row.gone_number)),
            ("NHS number in it", nhs),
            ("Made one by", other_people.staff(reading, row.merged_by_id)),
        ),
    )


_NOT_SHOWN = frozenset({"id", "version", "position", "person_key", "name_key", "display_name", "digits"})


_OF_A_CONTACT = frozenset({"authority", "authority_seen_on", "is_emergency_contact"})
"""What somebody is told of their being another person's contact, as in people.py."""


def _step(reading: Reading, row: MergeStep) -> Shown:
    before = row.before if _is_own(reading, row) else _only(row.before, _OF_A_CONTACT)
    return Shown(
        "Left out because it said the same" if row.kind is StepKind.PARKED else "Changed",
        f"{words_of(row.table_name)} of the second record, when the two were made one",
        (*_values(reading, row, "", before), *_values(reading, row, "New: ", row.after)),
    )


def _is_own(reading: Reading, row: MergeStep) -> bool:
    """Whether a row is theirs: that of a contact is the record's it stands in."""
    if row.table_name != Contact.__tablename__ or "patient_id" not in row.before:
        return True
    merge = reading.work.get(Merge, row.merge_id)
    return row.before["patient_id"] in {str(merge.kept_id), str(merge.gone_id)}


def _only(values: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def words_of(name: str) -> str:
    """A table's or a column's name in words."""
    return name.removesuffix("_id").replace("_", " ").capitalize()


def _values(
    reading: Reading, row: MergeStep, before: str, values: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    """What a row said, without what only holds records together."""
    table = Base.metadata.tables.get(row.table_name)
    typed = dict(values) if table is None else from_json(table, values)
    return tuple(
        (f"{before}{words_of(name)}", _in_words(reading, name, value))
        for name, value in sorted(typed.items())
        if value not in (None, "") and name not in _NOT_SHOWN and not name.endswith("_id")
    )


def _in_words(reading: Reading, name: str, value: object) -> str:
    """A value as the other sections print it."""
    if name == "nhs_number":
        return identifiers.show_nhs_number(str(value))
    match value:
        case bool():
            return yes(value)
        case StrEnum():
            return words(value)
        case datetime():
            return reading.moment(value)
        case date():
            return day(value)
    return str(value)


def _suggestion(reading: Reading, row: MergeSuggestion) -> Shown:
    return Shown(
        "Somebody compared your record with another one",
        RECORDED_HERE,
        facts(
            ("They took them for", words(row.judgement)),
            ("Who", other_people.staff(reading, row.made_by_id)),
        ),
    )


def _moved_away(reading: Reading, row: MovedAway) -> Shown:
    return Shown(
        f"{words_of(row.kind)} entered in your record by mistake",
        RECORDED_HERE,
        facts(("Moved away by", other_people.staff(reading, row.moved_by_id))),
    )


def _moved_item(reading: Reading, row: MovedItem) -> Shown:
    return Shown(
        f"{words_of(row.kind)} first entered in another record by mistake",
        RECORDED_HERE,
        facts(
            ("Why", words(row.reason)),
            ("Moved here by", other_people.staff(reading, row.moved_by_id)),
        ),
        row.words,
    )


SECTIONS = (
    Section(
        Merge,
        "Records made one",
        rows=lambda person: select(Merge).where(Merge.kept_id == person),
        dated=lambda reading, row: reading.local(row.merged_at),
        shown=_merge,
        left_out=technical(
            kept_id="the link to the person this copy is about",
            gone_id="the random number of the second record",
            stayed="which items were in the first record before",
        ),
    ),
    Section(
        MergeStep,
        "What a second record said differently",
        rows=lambda person: (
            select(MergeStep)
            .join(Merge, Merge.id == MergeStep.merge_id)
            .where(Merge.kept_id == person, MergeStep.kind.in_((StepKind.PARKED, StepKind.CHANGED)))
            .order_by(MergeStep.position)
        ),
        dated=lambda reading, row: reading.local(reading.work.get(Merge, row.merge_id).merged_at),
        shown=_step,
        left_out=technical(
            "position",
            merge_id="the link to the records made one, which are listed above",
            column_name="which link was changed for an item that is in this copy",
            record_id="the random number of an item",
        ),
    ),
    Section(
        MergeSuggestion,
        "Whether you are in our records twice",
        rows=lambda person: select(MergeSuggestion).where(
            or_(MergeSuggestion.person_id == person, MergeSuggestion.other_id == person)
        ),
        dated=lambda reading, row: reading.local(row.made_at),
        shown=_suggestion,
        left_out=technical(
            "person_id", other_id="the other record, which may be another person's and is not named here"
        ),
    ),
    Section(
        MovedAway,
        "Entered in your record by mistake",
        rows=lambda person: select(MovedAway).where(MovedAway.person_id == person),
        dated=lambda reading, row: reading.local(row.moved_at),
        shown=_moved_away,
        left_out=technical("person_id"),
        note="What it said was about somebody else. It is not part of your record any more.",
    ),
    Section(
        MovedItem,
        "First entered in another record",
        rows=lambda person: select(MovedItem).where(MovedItem.person_id == person),
        dated=lambda reading, row: reading.local(row.moved_at),
        shown=_moved_item,
        left_out=technical(
            "person_id",
            item_id="the link to the item, which is in this copy",
            away_id="the link to the record it was in, which is another person's",
        ),
    ),
)
