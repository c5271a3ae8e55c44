"""When two people change the same thing: what only one of them changed is kept, the rest is shown to both."""

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from practice_app.errors import OutOfDate

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)
else:
    T = TypeVar("T")


class ChangedMeanwhile(OutOfDate):
    """Somebody else changed the same fields; `theirs` holds what stands there now, by field."""

    def __init__(self, theirs: Mapping[str, Any]) -> None:
        super().__init__("Somebody else has changed this in the meantime. Nothing was overwritten.")
        self.theirs = MappingProxyType(dict(theirs))


def merged(before: T, wanted: T, now: T) -> T:
    """What is to be written when `before` was changed to `wanted` and the records hold `now`.

    Fields that only one side changed are taken from that side. Raises ChangedMeanwhile for those that both
    changed, each to something else.
    """
    ours, theirs = {}, {}
    for field in fields(before):
        was, mine, there = (getattr(each, field.name) for each in (before, wanted, now))
        if mine in (was, there):
            continue
        ours[field.name] = mine
        if there != was:
            theirs[field.name] = there
    if theirs:
        raise ChangedMeanwhile(theirs)
    return replace(now, **ours)
