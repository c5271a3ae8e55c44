"""Who here may be the person somebody is typing into a form; for advice, never to refuse anybody."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from practice_app.model.people import Address, Email, Patient, Person, Phone, searched_digits
from practice_app.rules import contact_details, names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Permission, Role
from practice_app.services.duplicates import Someone, reason
from practice_app.services.marks import reads
from practice_app.storage.records import Work

_MOST_OF_A_BLOCK = 300
_AFTER_ALL = "\U0010ffff"
_SAME_NAME = (9, "same name")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form knows so far; `patient` is whose details it edits, None for somebody new.

    `name` is None before any part of one is typed. `nhs_number` is ten digits or "".
    """

    name: PersonName | None
    born: date | None = None
    nhs_number: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    postcode: str = ""
    patient: UUID | None = None


@dataclass(frozen=True, slots=True)
class Likely:
    """A patient here who may be the one being typed, why, and what tells two of one name apart."""

    id: UUID
    number: str
    name: str
    born: date | None
    nhs_number: str | None
    phone: str
    postcode: str
    reason: str


@reads(Permission.FIND_PEOPLE)
def find(work: Work, typed: Typed, limit: int = 5) -> tuple[Likely, ...]:
    """The patients here who may be the one being typed, the surest first.

    Only indexes are asked, so that it may be done while somebody types in a practice of 100,000. The name
    alone counts as long as no birth date is typed: namesakes are many, but then one of them may be meant.
    A therapist is shown identifiers only, as in a search among everybody.
    """
    me, found = _someone(typed), list[tuple[int, Likely]]()
    for someone, likely in _people_here(work, _near(work, typed) - {typed.patient}, typed):
        why = reason(me, someone)
        if why is None and typed.born is None and _are_namesakes(me, someone):
            why = _SAME_NAME
        if why is not None:
            found.append((why[0], replace(likely, reason=why[1])))
    found.sort(key=lambda each: (each[0], each[1].name, each[1].number))
    shown = (likely for _place, likely in found[:limit])
    if work.actor.role is Role.THERAPIST:
        return tuple(replace(likely, phone="", postcode="") for likely in shown)
    return tuple(shown)


def _someone(typed: Typed) -> Someone:
    return Someone.named(
        typed.name or PersonName(known_as="?"),  # folds to nothing, so it is like nobody's name
        line=1,
        number=0,
        born=typed.born,
        nhs_number=typed.nhs_number or None,
        phones=tuple(e164 for shown in typed.phones if (e164 := contact_details.phone(shown).e164)),
        email=typed.emails[0].casefold() if typed.emails else "",
        postcode=contact_details.postcode(typed.postcode).shown,
    )


def _are_namesakes(me: Someone, other: Someone) -> bool:
    return bool(me.family or me.given) and (me.family, me.given) == (other.family, other.given)


def _near(work: Work, typed: Typed) -> set[UUID | None]:
    """The ids of those who share a number, a birth date, an address or the beginning of a name."""
    found: set[UUID | None] = set()
    for statement in _blocks(typed):
        found.update(work.select(statement.limit(_MOST_OF_A_BLOCK)))
    return found


def _blocks(typed: Typed) -> Iterator[Select[Any]]:
    if typed.nhs_number:
        yield select(Patient.id).where(Patient.nhs_number == typed.nhs_number)
    for digits in filter(None, map(searched_digits, typed.phones)):
        yield select(Phone.person_id).where(Phone.digits == digits)
    for address in typed.emails:
        yield select(Email.person_id).where(Email.address.in_({address, address.casefold()}))
    if typed.name is not None:
        key = names.sort_key(typed.name)
        family = names.fold(typed.name.family or "")
        begins = f"{family} {names.fold(typed.name.given or '')[:1]}" if family and typed.name.given else key
        if begins.strip():
            yield (
                select(Person.id)
                .where(Person.name_key >= begins, Person.name_key < begins + _AFTER_ALL)
                .order_by(Person.name_key)
            )
            # Those of the very name, who may lie behind hundreds with the same initial.
            yield select(Person.id).where(Person.name_key == key)
    if typed.born is not None:
        yield select(Person.id).where(Person.born == typed.born)


@dataclass(slots=True)
class _Reached:
    """How somebody is reached, the preferred ways first; phones are pairs of as shown and E.164."""

    phones: list[tuple[str, str | None]] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    postcodes: list[str] = field(default_factory=list)

    def dialled(self) -> Iterator[str]:
        """The numbers as E.164, as far as they can be read."""
        for shown, e164 in self.phones:
            if number := e164 or contact_details.phone(shown).e164:
                yield number

    def email_to_compare(self, typed: Sequence[str]) -> str:
        """The address that was typed first if it is one of these, else the first of these."""
        mine = [each.casefold() for each in self.emails]
        wanted = typed[0].casefold() if typed else ""
        return wanted if wanted in mine else next(iter(mine), "")


def _people_here(work: Work, ids: Collection[UUID | None], typed: Typed) -> Iterator[tuple[Someone, Likely]]:
    """The patients among these people, as they are compared and as they are shown."""
    reached = _reached(work, ids)
    statement = (
        select(
            Patient.id, Patient.number, Patient.nhs_number, Person.family, Person.given, Person.known_as,
            Person.born, Person.display_name,
        )
        .join(Person, Person.id == Patient.id)
        .where(Patient.id.in_(ids))
    )  # fmt: skip
    for row in work.rows(statement):
        ways = reached[row.id]
        postcode = next(iter(ways.postcodes), "")
        someone = Someone.named(
            PersonName(None, row.given, row.family, row.known_as),
            line=None,
            number=row.number,
            born=row.born,
            nhs_number=row.nhs_number,
            phones=tuple(ways.dialled()),
            email=ways.email_to_compare(typed.emails),
            postcode=postcode,
        )
        phone = ways.phones[0][0] if ways.phones else ""
        yield (
            someone,
            Likely(
                row.id,
                str(row.number),
                row.display_name,
                row.born,
                row.nhs_number,
                phone,
                postcode,
                reason="",
            ),
        )


def _reached(work: Work, ids: Collection[UUID | None]) -> defaultdict[UUID, _Reached]:
    found: defaultdict[UUID, _Reached] = defaultdict(_Reached)
    phones = select(Phone.person_id, Phone.shown, Phone.e164).where(Phone.person_id.in_(ids))
    for whose, shown, e164 in work.rows(phones.order_by(Phone.position)):
        found[whose].phones.append((shown, e164))
    emails = select(Email.person_id, Email.address).where(Email.person_id.in_(ids))
    for whose, address in work.rows(emails.order_by(Email.position)):
        found[whose].emails.append(address)
    homes = select(Address.person_id, Address.postcode).where(
        Address.person_id.in_(ids), Address.valid_to.is_(None), Address.postcode != ""
    )
    for whose, postcode in work.rows(homes.order_by(Address.position)):
        found[whose].postcodes.append(postcode)
    return found
