"""Two records of one person made one, and items that were entered in the wrong record."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from practice_app.model.base import Base, Row, by_value


class Merge(Row, Base):
    """One record that went up in another. Its numbers go on finding the person (P26).

    `gone_id` is the id that is no record any more: a plain value, because the row it names is parked in the
    steps. `stayed` names the rows that were the kept person's own already, as "table.column" and their ids,
    so that an undo can tell what was written since. An undo deletes the row; only the log tells of both then.
    """

    __tablename__ = "merge"

    kept_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    gone_id: Mapped[UUID] = mapped_column(index=True)
    gone_number: Mapped[int] = mapped_column(index=True)
    gone_nhs_number: Mapped[str | None] = mapped_column(String(10), index=True)
    gone_name: Mapped[str] = mapped_column(String(450))
    merged_at: Mapped[datetime]
    merged_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    stayed: Mapped[dict[str, Any]] = mapped_column(JSON)


class StepKind(StrEnum):
    """What a merge did to one row."""

    MOVED = "moved"
    PARKED = "parked"
    CHANGED = "changed"
    COPIED = "copied"


class MergeStep(Row, Base):
    """What a merge did to one row, in order, so that it can be told and taken back.

    MOVED: `column` named the gone person and names the kept one now. PARKED: the row was taken out, `before`
    is all of it. CHANGED: `before` and `after` hold the columns that were set. COPIED: the kept person was
    given a row of the gone one's (as a GP, for instance).
    """

    __tablename__ = "merge_step"

    merge_id: Mapped[UUID] = mapped_column(ForeignKey("merge.id"))
    position: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(by_value(StepKind))
    table_name: Mapped[str] = mapped_column(String(60))
    column_name: Mapped[str] = mapped_column(String(60), default="")
    record_id: Mapped[UUID]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (Index("ix_merge_step_order", "merge_id", "position"),)


class Judgement(StrEnum):
    """What somebody thinks of two records that look alike."""

    ONE_PERSON = "one_person"
    TWO_PEOPLE = "two_people"


class MergeSuggestion(Row, Base):
    """Somebody's word about two records: that a director should merge them, or that they are two people."""

    __tablename__ = "merge_suggestion"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    judgement: Mapped[Judgement] = mapped_column(by_value(Judgement))
    made_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    made_at: Mapped[datetime]


class MovedAway(Row, Base):
    """The stub that stays where something was entered by mistake: what kind of thing, never what it said.

    It names neither the item nor whose it is.
    """

    __tablename__ = "moved_away"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)


class MoveReason(StrEnum):
    """Why something was in the wrong record."""

    WRONG_PERSON_OPEN = "wrong_person_open"
    SAME_NAME = "same_name"
    FILED_WRONGLY = "filed_wrongly"
    IMPORTED_WRONGLY = "imported_wrongly"
    OTHER = "other"


class MovedItem(Row, Base):
    """That an item of this person's was first entered in another record; words about it are kept only here.

    `away_id` is the stub in that record, for moving it back.
    """

    __tablename__ = "moved_item"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    item_id: Mapped[UUID] = mapped_column(index=True)
    away_id: Mapped[UUID | None] = mapped_column(ForeignKey("moved_away.id"), index=True)
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    reason: Mapped[MoveReason] = mapped_column(by_value(MoveReason))
    words: Mapped[str] = mapped_column(String(500), default="")
