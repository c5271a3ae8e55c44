"""Mapped classes, with the invariants that need one object only.

Importing any of them imports all, so that the mappers always know each other.
"""

from practice_app.model import (
    audit,
    consents,
    correspondence,
    diary,
    documents,
    form_drafts,
    notes,
    people,
    rights,
    settings,
    staff,
)

__all__ = [
    "audit",
    "consents",
    "correspondence",
    "diary",
    "documents",
    "form_drafts",
    "notes",
    "people",
    "rights",
    "settings",
    "staff",
]
