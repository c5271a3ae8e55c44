"""Mapped classes, with the invariants that need one object only.

Importing any of them imports all, so that the mappers always know each other.
"""

from practice_app.model import (
    access,
    audit,
    competence,
    consents,
    correspondence,
    deaths,
    diary,
    documents,
    families,
    form_drafts,
    kept_from,
    merges,
    notes,
    people,
    rights,
    settings,
    staff,
)

__all__ = [
    "access",
    "audit",
    "competence",
    "consents",
    "correspondence",
    "deaths",
    "diary",
    "documents",
    "families",
    "form_drafts",
    "kept_from",
    "merges",
    "notes",
    "people",
    "rights",
    "settings",
    "staff",
]
