"""The columns of people and of the ways to reach them, as an import writes them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from practice_app.errors import Invalid
from practice_app.exchange.rows import PhoneNumber, PostalAddress
from practice_app.model.people import AddressKind, Gender, PhoneKind, Safety
from practice_app.rules import contact_details, names
from practice_app.rules.names import PersonName
from practice_app.storage import search
from practice_app.storage.bulk import Values

_LONGEST_NAME_PART = 200
_LONGEST_NAME_KEY = 450
_LONGEST_SOURCE = 300
_PERSON_KEY_BYTES = 32


def name_of(text: str, whose: str) -> PersonName:
    """A name written in one piece; refuses (Invalid) what is no name or is too long, saying whose it was."""
    try:
        name = names.split_full_name(text)
    except Invalid as problem:
        raise Invalid(f"“{text}” is not the name of {whose}.", field="name") from problem
    check_name(name)
    return name


def check_name(name: PersonName) -> None:
    """Refuse (Invalid) a name with a part longer than the record keeps."""
    if any(len(part) > _LONGEST_NAME_PART for part in (name.given, name.family, name.known_as) if part):
        raise Invalid(f"A part of a name is longer than {_LONGEST_NAME_PART} characters.", field="name")


def source(*parts: str) -> str:
    """Where the information came from, in one line; refuses (Invalid) one longer than the record keeps."""
    together = "; ".join(filter(None, parts))
    if len(together) > _LONGEST_SOURCE:
        raise Invalid(
            "Where the information came from and the GP's name are together longer than "
            f"{_LONGEST_SOURCE} characters.",
            field="source_note",
        )
    return together


def name_columns(name: PersonName) -> Values:
    """The columns of a person that follow from the name."""
    return {
        "title": name.title,
        "given": name.given,
        "family": name.family,
        "known_as": name.known_as,
        "display_name": names.display_name(name),
        "name_key": names.sort_key(name)[:_LONGEST_NAME_KEY],
    }


def person(id: UUID, name: PersonName, *, entered_at: datetime, source: str, **known: object) -> Values:
    """A new person with a key of their own, which a purge destroys first."""
    values: Values = {
        "id": id,
        **name_columns(name),
        "born": None,
        "died": None,
        "sex": None,
        "gender": Gender.NOT_KNOWN,
        "source": source,
        "entered_at": entered_at,
        "person_key": secrets.token_bytes(_PERSON_KEY_BYTES),
    }
    return values | known


def phone(person_id: UUID, number: PhoneNumber, position: int) -> Values:
    """A telephone number; whether it is safe to ring was not asked."""
    return {
        "id": uuid4(),
        "person_id": person_id,
        "kind": PhoneKind(number.kind),
        "shown": number.shown,
        "e164": number.e164,
        "digits": contact_details.digits(number.shown),
        "safety": Safety.NOT_ASKED,
        "position": position,
    }


def email(person_id: UUID, address: str, position: int) -> Values:
    """An e-mail address; whether it is safe to write to was not asked."""
    return {
        "id": uuid4(),
        "person_id": person_id,
        "address": address,
        "safety": Safety.NOT_ASKED,
        "position": position,
    }


def address(person_id: UUID, written: PostalAddress, position: int) -> Values:
    """A postal address; whether it is safe to write to was not asked."""
    return {
        "id": uuid4(),
        "person_id": person_id,
        "kind": AddressKind(written.kind),
        "line_1": written.line_1,
        "line_2": written.line_2,
        "line_3": written.line_3,
        "town": written.town,
        "county": written.county,
        "postcode": written.postcode,
        "country": written.country,
        "safety": Safety.NOT_ASKED,
        "valid_from": written.valid_from,
        "valid_to": written.valid_to,
        "position": position,
    }


def search_words(name: PersonName, phones: Sequence[PhoneNumber] = ()) -> search.Words:
    """What somebody is found by who is no patient."""
    return search.words(
        (name.family, name.given, name.known_as),
        born=None,
        nhs_number=None,
        number=None,
        phones=[(phone.shown, phone.e164) for phone in phones],
        emails=(),
        postcodes=(),
    )
