"""Chaining signed notes from within a work, for services, which have no connection of their own."""

from collections.abc import Sequence

from practice_app.storage import note_chain
from practice_app.storage.note_chain import SignedNote
from practice_app.storage.records import Work


def chain(work: Work, signed: Sequence[SignedNote]) -> None:
    """Chain notes that this work stored, in this order; NotAllowed for a user without the clinical key."""
    note_chain.append(work.connection(), work.keys, signed)
