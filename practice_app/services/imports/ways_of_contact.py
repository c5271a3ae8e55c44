"""How people are reached, as an import writes it: for new people, and for those who are here already.

A new address, telephone number or e-mail address of somebody who is here is put before the earlier ones,
which are kept: only somebody who knows the person can say that they no longer hold.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from practice_app.exchange.rows import PostalAddress, Ways
from practice_app.model.base import Base
from practice_app.model.people import Address, Email, Phone
from practice_app.services.imports import people_values
from practice_app.services.imports.plan import Findings
from practice_app.services.imports.queries import pieces
from practice_app.storage import bulk, search
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work

_ADDRESS_PARTS = ("line_1", "line_2", "line_3", "town", "county", "postcode", "country")
_KEPT = "The earlier {} kept; take away what no longer holds."


def write_new(batch: Batch, people: Sequence[tuple[UUID, Ways]]) -> None:
    """Write how new people are reached."""
    batch.add(Address, [row for id, ways in people for row in _addresses(id, ways.addresses, 0)])
    batch.add(
        Phone,
        [
            people_values.phone(id, number, place)
            for id, ways in people
            for place, number in enumerate(ways.phones)
        ],
    )
    batch.add(
        Email,
        [
            people_values.email(id, address, place)
            for id, ways in people
            for place, address in enumerate(ways.emails)
        ],
    )


def words(ways: Ways) -> dict[str, list[Any]]:
    """What somebody is found by besides their name (search.words)."""
    return {
        "phones": [(phone.shown, phone.e164) for phone in ways.phones],
        "emails": list(ways.emails),
        "postcodes": [address.postcode for address in ways.addresses],
    }


def search_words(name: Iterable[str | None], ways: Ways) -> search.Words:
    """What somebody is found by who is no patient."""
    return search.words(tuple(name), born=None, nhs_number=None, number=None, **words(ways))


class NewWays:
    """The ways of contact a file has for people who are here, and that are not here yet."""

    def __init__(self, work: Work, people: Sequence[UUID]) -> None:
        self._here: dict[type[Base], defaultdict[UUID, set[Any]]] = {
            Address: defaultdict(set),
            Phone: defaultdict(set),
            Email: defaultdict(set),
        }
        self._first: defaultdict[tuple[type[Base], UUID], int] = defaultdict(int)
        self._rows: dict[type[Base], list[Values]] = {Address: [], Phone: [], Email: []}
        for piece in pieces(people):
            self._read(work, piece)

    def add(self, id: UUID, ways: Ways, line: int, findings: Findings) -> None:
        """Take what is new for one person; a warning says that the earlier ones stay."""
        addresses = [each for each in ways.addresses if _parts(each) not in self._here[Address][id]]
        phones = [each for each in ways.phones if (each.e164 or each.shown) not in self._here[Phone][id]]
        emails = [each for each in ways.emails if each.casefold() not in self._here[Email][id]]
        self._rows[Address] += _addresses(id, addresses, self._first[Address, id] - len(addresses))
        for place, phone in enumerate(phones, start=self._first[Phone, id] - len(phones)):
            self._rows[Phone].append(people_values.phone(id, phone, place))
        for place, email in enumerate(emails, start=self._first[Email, id] - len(emails)):
            self._rows[Email].append(people_values.email(id, email, place))
        for kind, new, what in (
            (Address, addresses, "address is"),
            (Phone, phones, "telephone numbers are"),
            (Email, emails, "e-mail address is"),
        ):
            if new and self._here[kind][id]:
                findings.warn(line, _KEPT.format(what))

    def write(self, batch: Batch) -> None:
        """Write the new ways of contact."""
        for kind, rows in self._rows.items():
            for chunk in bulk.chunks(rows):
                batch.add(kind, chunk)

    def _read(self, work: Work, ids: list[UUID]) -> None:
        for address in work.select(select(Address).where(Address.person_id.in_(ids))):
            self._note(Address, address.person_id, address.position, _parts(address))
        for phone in work.select(select(Phone).where(Phone.person_id.in_(ids))):
            self._note(Phone, phone.person_id, phone.position, phone.shown, phone.e164 or phone.shown)
        for email in work.select(select(Email).where(Email.person_id.in_(ids))):
            self._note(Email, email.person_id, email.position, email.address.casefold())

    def _note(self, kind: type[Base], person_id: UUID, position: int, *known_by: Any) -> None:
        self._here[kind][person_id].update(known_by)
        self._first[kind, person_id] = min(self._first[kind, person_id], position)


def _addresses(id: UUID, addresses: Iterable[PostalAddress], start: int) -> list[Values]:
    return [people_values.address(id, address, place) for place, address in enumerate(addresses, start=start)]


def _parts(address: PostalAddress | Address) -> tuple[Any, ...]:
    return tuple(getattr(address, part) for part in _ADDRESS_PARTS)
