"""The portable column types and the base that every mapped class shares."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, DateTime, Dialect, Enum, LargeBinary, MetaData, Uuid, event
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from practice_app.errors import Defect

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """A moment, kept in UTC; a datetime without a zone is refused.

    SQLite has no zones and would drop them silently, so the value is stored as UTC without
    one and comes back with UTC attached.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise Defect("A moment without a time zone cannot be stored.")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedBytes(TypeDecorator[bytes]):
    """Marks a column whose content is encrypted for certain people; storage/sealed.py fills it.

    The type cannot encrypt by itself: the seal depends on the row's id, which a type never sees. Such a
    column is always deferred: on a server whoever lacks the key may read the row, but not this of it.
    """

    impl = LargeBinary
    cache_ok = True


def by_value(choices: type[StrEnum]) -> Enum:
    """A column type that stores an enumeration by its value, as text, on every database."""
    return Enum(
        choices,
        native_enum=False,
        create_constraint=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Base of every mapped class; plain Python types map to the portable column types."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy's declared name
        UUID: Uuid(),
        datetime: Instant(),
        list[str]: JSON(),
    }


def longest(kind: type[Base], column: str) -> int | None:
    """How many characters a text column holds; None for any number."""
    length: int | None = getattr(kind.__table__.c[column].type, "length", None)
    return length


class Row:
    """A record with a random id, known before it is stored, and a version against lost updates.

    The id is a random UUID (version 4): a time-ordered one would tell when a patient came.
    """

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int]

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  a class-level directive
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


@event.listens_for(Base, "init", propagate=True)
def _give_id(target: Base, _args: tuple[Any, ...], given: dict[str, Any]) -> None:
    """Set the id at construction, because seals and links need it before the flush."""
    if isinstance(target, Row):
        given.setdefault("id", uuid4())
