"""A patient's details as the texts that the fields of the form hold, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from practice_app.services.registration import (
    AddressDetails,
    Details,
    EmailDetails,
    Gender,
    HealthDetails,
    NoNHSNumber,
    PatientStatus,
    PhoneDetails,
    Sex,
    said,
)

LISTS: Mapping[str, type[Any]] = {
    "addresses": AddressDetails,
    "phones": PhoneDetails,
    "emails": EmailDetails,
    "health": HealthDetails,
}
"""The lists of the form, with what their rows are."""

_CHOICES: Mapping[str, type[StrEnum]] = {
    "sex": Sex,
    "gender": Gender,
    "no_nhs_number": NoNHSNumber,
    "status": PatientStatus,
}
_DAYS = ("born", "registered_on", "discharged_on", "archived_on", "identity_seen_on")
_TEXTS = ("title", "given", "family", "known_as", "nhs_number", "safety_line", "source", "introduced_by",
          "identity_seen")  # fmt: skip
R = TypeVar("R")


def values_of(details: Details) -> dict[str, str]:
    """The details as the fields hold them; rows of lists as "phones.0.number"."""
    found = {name: getattr(details, name) for name in _TEXTS}
    for name in (*_CHOICES, *_DAYS):
        found[name] = _text(getattr(details, name))
    found["gp_practice"] = _text(details.gp_practice)
    found["gp"] = _text(details.gp) or details.gp_name
    found["nhs_number"] = said("nhs_number", details.nhs_number)
    found["confirmed"] = ""
    for name in LISTS:
        for place, row in enumerate(getattr(details, name) or ()):
            found |= {f"{name}.{place}.{part}": text for part, text in row_values(row).items()}
    return found


def row_values(row: object) -> dict[str, str]:
    """One row of a list as its fields hold it."""
    return {part.name: _text(getattr(row, part.name)) for part in fields(row)}  # type: ignore[arg-type]


def details_of(
    values: Mapping[str, str], rows: Mapping[str, Sequence[Mapping[str, str]]], before: Details, today: date
) -> Details:
    """The details that the fields hold; a day or a choice that is none yet counts as empty.

    What the form does not edit is as it was `before`. `rows` are those of each list the form has.
    """
    found: dict[str, Any] = {name: values[name] for name in _TEXTS}
    found |= {name: _day(values[name]) for name in _DAYS}
    found |= {name: kind(values[name]) if values[name] else None for name, kind in _CHOICES.items()}
    found |= {name: tuple(_row(LISTS[name], says) for says in given) for name, given in rows.items()}
    found["gp_practice"], found["gp"] = _id(values["gp_practice"]), _id(values["gp"])
    found["gp_name"] = "" if found["gp"] else values["gp"]
    found["confirmed_on"] = today if values["confirmed"] else before.confirmed_on
    return replace(before, **found)


def _row(kind: type[R], says: Mapping[str, str]) -> R:
    made: dict[str, Any] = {}
    for part in fields(kind):  # type: ignore[arg-type]
        text = says.get(part.name, "")
        match part.name:
            case "id":
                made["id"] = _id(text)
            case "told_on":
                made["told_on"] = _day(text)
            case _ if isinstance(part.type, type) and issubclass(part.type, StrEnum):
                made[part.name] = part.type(text)
            case _:
                made[part.name] = text
    return kind(**made)


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
