"""Whom the practice may still write to about somebody who has died."""

from enum import StrEnum


class Addressee(StrEnum):
    """What the receiver of a letter is to the person it is about."""

    PATIENT = "patient"
    RELATIVE = "relative"
    EXECUTOR = "executor"
    CORONER = "coroner"
    GP = "gp"
    OTHER = "other"


_AFTER_DEATH = frozenset({Addressee.EXECUTOR, Addressee.CORONER, Addressee.GP})


def may_be_written_to(addressee: Addressee, *, has_died: bool) -> bool:
    """Whether a letter to this kind of receiver may go out.

    After a death only those who stand in the person's place or have a duty are written to: the executor
    (Access to Health Records Act 1990 s.3(1)(f)), the coroner and the GP. Confidence goes on.
    """
    return not has_died or addressee in _AFTER_DEATH
