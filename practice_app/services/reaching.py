"""How somebody is reached, as a form edits it: addresses, telephone numbers, e-mail addresses.

Each has a kind, whether it is safe for them, and a remark; the order is the order of preference.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import or_, select

from practice_app.model.base import longest
from practice_app.model.people import (
    Address,
    AddressKind,
    Email,
    EmailKind,
    Phone,
    PhoneKind,
    Safety,
)
from practice_app.rules import contact_details
from practice_app.rules.form_checks import FormChecks
from practice_app.rules.typed_text import one_line as tidy
from practice_app.services import person_words
from practice_app.storage.records import Work

__all__ = [
    "AddressDetails",
    "AddressKind",
    "EmailDetails",
    "EmailKind",
    "PhoneDetails",
    "PhoneKind",
    "Safety",
    "Ways",
    "check",
    "lines",
    "marked",
    "one_line",
    "read",
    "tidied",
    "write",
]


@dataclass(frozen=True, slots=True)
class AddressDetails:
    """One postal address; `id` is None for one that is not in the records yet."""

    id: UUID | None = None
    kind: AddressKind = AddressKind.HOME
    line_1: str = ""
    line_2: str = ""
    line_3: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    country: str = ""
    safety: Safety = Safety.NOT_ASKED
    note: str = ""

    @property
    def value(self) -> str:
        """The address on one line; "" when nothing is filled in."""
        return one_line(self)

    @property
    def words(self) -> str:
        """The address with its kind, safety and remark, as a sentence may quote it."""
        return _words(self, person_words.ADDRESS_KIND[self.kind])


@dataclass(frozen=True, slots=True)
class PhoneDetails:
    """One telephone number, as typed or as kept; `id` as for an address."""

    id: UUID | None = None
    kind: PhoneKind = PhoneKind.MOBILE
    number: str = ""
    safety: Safety = Safety.NOT_ASKED
    note: str = ""

    @property
    def value(self) -> str:
        """The number as it is shown; "" when nothing is filled in."""
        return contact_details.show_phone(self.number)

    @property
    def words(self) -> str:
        """The number with its kind, safety and remark."""
        return _words(self, person_words.PHONE_KIND[self.kind])


@dataclass(frozen=True, slots=True)
class EmailDetails:
    """One e-mail address; `id` as for an address."""

    id: UUID | None = None
    kind: EmailKind = EmailKind.HOME
    address: str = ""
    safety: Safety = Safety.NOT_ASKED
    note: str = ""

    @property
    def value(self) -> str:
        """The address; "" when nothing is filled in."""
        return self.address

    @property
    def words(self) -> str:
        """The address with its kind, safety and remark."""
        return _words(self, person_words.EMAIL_KIND[self.kind])


Way = AddressDetails | PhoneDetails | EmailDetails


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way of reaching somebody, the preferred first of each sort."""

    addresses: tuple[AddressDetails, ...] = ()
    phones: tuple[PhoneDetails, ...] = ()
    emails: tuple[EmailDetails, ...] = ()


def one_line(address: Address | AddressDetails) -> str:
    """An address on one line: one comma and space between the parts, empty parts left out."""
    parts = (
        address.line_1, address.line_2, address.line_3, address.town, address.county,
        address.postcode, address.country,
    )  # fmt: skip
    return ", ".join(part for part in parts if part)


def _words(way: Way, kind: str) -> str:
    safety = "" if way.safety is Safety.NOT_ASKED else person_words.SAFETY[way.safety].lower()
    marks = ", ".join(filter(None, (safety, way.note)))
    shown = f"{kind}: {way.value}"
    return f"{shown} ({marks})" if marks else shown


def marked(text: str, safety: Safety, note: str) -> str:
    """A way of reaching somebody, with the warning that matters before anybody dials, and its remark."""
    marks = ["NOT SAFE"] if safety is Safety.UNSAFE else []
    marks += [note] if note else []
    return f"{text} ({', '.join(marks)})" if marks else text


def lines(ways: Ways) -> tuple[str, ...]:
    """Each way as screens show it, telephones first."""
    everything: tuple[Way, ...] = (*ways.phones, *ways.emails, *ways.addresses)
    return tuple(marked(each.value, each.safety, each.note) for each in everything)


def tidied(ways: Ways) -> Ways:
    """The ways as they are kept: one line each, numbers and postcodes as shown, those left empty gone."""
    cleaned = Ways(
        tuple(_tidied(each, postcode=contact_details.postcode) for each in ways.addresses),
        tuple(_tidied(each, number=contact_details.phone) for each in ways.phones),
        tuple(_tidied(each) for each in ways.emails),
    )
    return Ways(*(tuple(each for each in getattr(cleaned, part.name) if each.value) for part in fields(Ways)))


W = TypeVar("W", AddressDetails, PhoneDetails, EmailDetails)


def _tidied(way: W, **shown: Callable[[str], contact_details.Phone | contact_details.Postcode]) -> W:
    texts = {part.name: tidy(getattr(way, part.name)) for part in fields(way) if part.type is str}
    texts |= {name: show(texts[name]).shown for name, show in shown.items()}
    changed: dict[str, Any] = dict(texts)
    return replace(way, **changed)


def check(ways: Ways, checks: FormChecks) -> None:
    """Note what is wrong or odd, by fields like "phones.0.number", counted as given.

    Nothing that looks wrong is refused: somebody abroad, a ward's extension, a houseboat. Only what is
    longer than the record keeps, and a payment card's number, cannot be stored.
    """
    for place, address in enumerate(ways.addresses):
        name = f"addresses.{place}"
        _check_texts(address, Address, name, checks)
        checks.doubt(f"{name}.postcode", contact_details.postcode(address.postcode).warning)
    for place, phone in enumerate(ways.phones):
        name = f"phones.{place}"
        _check_texts(phone, Phone, name, checks, number="shown")
        checks.doubt(f"{name}.number", contact_details.phone(phone.number).warning)
    for place, email in enumerate(ways.emails):
        name = f"emails.{place}"
        _check_texts(email, Email, name, checks)
        checks.doubt(f"{name}.address", contact_details.email_warning(email.address))


def _check_texts(
    way: Way, kind: type[Address] | type[Phone] | type[Email], name: str, checks: FormChecks, **columns: str
) -> None:
    for part in fields(way):
        if part.type is str:
            most = longest(kind, columns.get(part.name, part.name))
            checks.line(f"{name}.{part.name}", getattr(way, part.name), most)


def read(work: Work, person: UUID, today: date) -> Ways:
    """The ways of reaching somebody that hold today."""
    addresses = select(Address).where(
        Address.person_id == person, or_(Address.valid_to.is_(None), Address.valid_to >= today)
    )
    phones = select(Phone).where(Phone.person_id == person)
    emails = select(Email).where(Email.person_id == person)
    return Ways(
        tuple(_address(row) for row in work.select(addresses.order_by(Address.position))),
        tuple(_phone(row) for row in work.select(phones.order_by(Phone.position))),
        tuple(_email(row) for row in work.select(emails.order_by(Email.position))),
    )


def _address(row: Address) -> AddressDetails:
    return AddressDetails(**{part.name: getattr(row, part.name) for part in fields(AddressDetails)})


def _phone(row: Phone) -> PhoneDetails:
    return PhoneDetails(row.id, row.kind, row.shown, row.safety, row.note)


def _email(row: Email) -> EmailDetails:
    return EmailDetails(row.id, row.kind, row.address, row.safety, row.note)


Keep = Callable[[str, str], None]
"""Told of every value that is replaced: what it is, and what it was."""


def write(work: Work, person: UUID, wanted: Ways, keep: Keep, today: date) -> None:
    """Make these the ways of reaching somebody; `wanted` is tidied.

    A number or e-mail address that is left out is deleted; an address that is left out held until yesterday
    and stays, behind those that still hold. Only what differs is touched.
    """

    def end(address: Address) -> None:
        address.valid_to = today - timedelta(days=1)

    here = read(work, person, today)
    _write(
        work, person, _Sort(Address, "Address", _address_columns, end), here.addresses, wanted.addresses, keep
    )
    phones = _Sort(Phone, "Telephone number", _phone_columns, work.delete)
    _write(work, person, phones, here.phones, wanted.phones, keep)
    emails = _Sort(Email, "E-mail address", _email_columns, work.delete)
    _write(work, person, emails, here.emails, wanted.emails, keep)


M = TypeVar("M", Address, Phone, Email)


@dataclass(frozen=True, slots=True)
class _Sort(Generic[M, W]):
    """One sort of ways: its table, what it is called, its columns, and what is done with one left out."""

    kind: type[M]
    what: str
    columns: Callable[[W], Mapping[str, Any]]
    end: Callable[[M], None]


def _write(
    work: Work, person: UUID, sort: _Sort[M, W], here: Sequence[W], wanted: Sequence[W], keep: Keep
) -> None:
    known = {each.id: each for each in here if each.id is not None}
    is_reordered = [each.id for each in wanted] != list(known)
    for place, each in enumerate(wanted):
        before = known.pop(each.id, None) if each.id is not None else None
        if each.id is None or before is None:
            row = sort.kind(person_id=person)
        else:
            row = work.get(sort.kind, each.id)
            if before.words != each.words:
                keep(sort.what, before.words)
        for column, value in sort.columns(each).items():
            setattr(row, column, value)
        if is_reordered:
            row.position = place
        work.add(row)
    for place, (id, left_out) in enumerate(known.items(), start=len(wanted)):
        keep(sort.what, left_out.words)
        row = work.get(sort.kind, id)
        row.position = place
        sort.end(row)


def _address_columns(address: AddressDetails) -> dict[str, Any]:
    return {part.name: getattr(address, part.name) for part in fields(address) if part.name != "id"}


def _phone_columns(phone: PhoneDetails) -> dict[str, Any]:
    e164 = contact_details.phone(phone.number).e164
    return {
        "kind": phone.kind, "shown": phone.number, "e164": e164, "safety": phone.safety, "note": phone.note,
    }  # fmt: skip


def _email_columns(email: EmailDetails) -> dict[str, Any]:
    return {"kind": email.kind, "address": email.address, "safety": email.safety, "note": email.note}
