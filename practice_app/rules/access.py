"""Why a therapist may look at a record outside their own caseload."""

from enum import StrEnum
from types import MappingProxyType


class CoverReason(StrEnum):
    """What the log keeps of a reason; the words themselves stand in a table of their own."""

    COVER = "cover"
    SUPERVISION = "supervision"
    URGENT = "urgent"
    ASKED = "asked"
    OTHER = "other"


USUAL_WORDS = MappingProxyType(
    {
        CoverReason.SUPERVISION: "Supervision of the colleague who sees them",
        CoverReason.URGENT: "Urgent: their own therapist cannot be reached",
        CoverReason.ASKED: "A director asked me to look",
    }
)
"""Reasons to pick; covering is offered for each colleague by name, anything else is typed."""


class Whose(StrEnum):
    """Whose patients a list shows."""

    MINE = "mine"
    EVERYBODY = "everybody"
