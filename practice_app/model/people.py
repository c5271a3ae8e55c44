"""People: who somebody is, how to reach them safely, and what they are to the practice."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from practice_app.model.base import Base, Row, by_value
from practice_app.rules import contact_details
from practice_app.rules.authority import Authority


class Sex(StrEnum):
    """Sex as registered at birth; there is no default."""

    MALE = "male"
    FEMALE = "female"
    INDETERMINATE = "indeterminate"
    NOT_KNOWN = "not_known"


class Gender(StrEnum):
    """Gender as the person gives it."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    NOT_KNOWN = "not_known"
    NOT_SPECIFIED = "not_specified"


class PatientStatus(StrEnum):
    """Where a patient stands with the practice."""

    CURRENT = "current"
    DISCHARGED = "discharged"
    ARCHIVED = "archived"


class Safety(StrEnum):
    """Whether a way of reaching somebody is safe for them (others may see or hear it)."""

    NOT_ASKED = "not_asked"
    SAFE = "safe"
    UNSAFE = "unsafe"


class PhoneKind(StrEnum):
    """What sort of telephone a number is."""

    HOME = "home"
    WORK = "work"
    MOBILE = "mobile"
    OTHER = "other"


class EmailKind(StrEnum):
    """Whose mailbox an e-mail address is."""

    HOME = "home"
    WORK = "work"
    OTHER = "other"


class NoNHSNumber(StrEnum):
    """Why no NHS number is recorded; a private clinic may do without one."""

    NOT_ASKED = "not_asked"
    NOT_KNOWN = "not_known"
    WITHHELD = "withheld"
    NEVER_GIVEN = "never_given"


class AddressKind(StrEnum):
    """What an address is used for."""

    HOME = "home"
    WORK = "work"
    TEMPORARY = "temporary"
    CORRESPONDENCE = "correspondence"


class HealthFactKind(StrEnum):
    """What the person told us about their health, and alerts for clinicians."""

    ALERT = "alert"
    ALLERGY = "allergy"
    NO_KNOWN_ALLERGIES = "no_known_allergies"
    MEDICATION = "medication"


class Person(Row, Base):
    """Somebody we hold data about: patient, contact, enquirer, GP or member of staff.

    Nothing but a name of some kind is needed; a nickname alone is a name (P30).
    `person_key` keys evidence digests about this person and is destroyed first in a purge.
    """

    __tablename__ = "person"

    title: Mapped[str | None] = mapped_column(String(35))
    given: Mapped[str | None] = mapped_column(String(200))
    family: Mapped[str | None] = mapped_column(String(200))
    known_as: Mapped[str | None] = mapped_column(String(200))
    display_name: Mapped[str] = mapped_column(String(450))
    name_key: Mapped[str] = mapped_column(String(450))
    born: Mapped[date | None]
    died: Mapped[date | None]
    sex: Mapped[Sex | None] = mapped_column(by_value(Sex))
    gender: Mapped[Gender] = mapped_column(by_value(Gender), default=Gender.NOT_KNOWN)
    source: Mapped[str] = mapped_column(String(300), default="")
    entered_at: Mapped[datetime]
    details_confirmed_on: Mapped[date | None]
    person_key: Mapped[bytes] = mapped_column(LargeBinary(32))

    addresses: Mapped[list["Address"]] = relationship(order_by="Address.position", lazy="raise_on_sql")
    phones: Mapped[list["Phone"]] = relationship(order_by="Phone.position", lazy="raise_on_sql")
    emails: Mapped[list["Email"]] = relationship(order_by="Email.position", lazy="raise_on_sql")

    __table_args__ = (Index("ix_person_name", "name_key", "id"), Index("ix_person_born", "born"))


class Patient(Row, Base):
    """A person as a patient of this practice; shares the person's id.

    `number` is the practice number people can say aloud; it is never used twice.
    `safety_line` is the one plain sentence about safe contact that every role sees; `introduced_by` says
    who sent them here (P32).
    """

    __tablename__ = "patient"

    id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    nhs_number: Mapped[str | None] = mapped_column(String(10), index=True)
    no_nhs_number: Mapped[NoNHSNumber] = mapped_column(by_value(NoNHSNumber), default=NoNHSNumber.NOT_ASKED)
    status: Mapped[PatientStatus] = mapped_column(by_value(PatientStatus), default=PatientStatus.CURRENT)
    registered_on: Mapped[date | None]
    discharged_on: Mapped[date | None]
    archived_on: Mapped[date | None]
    safety_line: Mapped[str] = mapped_column(String(500), default="")
    gp_practice_id: Mapped[UUID | None] = mapped_column(ForeignKey("gp_practice.id"), index=True)
    gp_id: Mapped[UUID | None] = mapped_column(ForeignKey("gp.id"), index=True)
    introduced_by: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class Address(Row, Base):
    """One postal address of a person, in the NHS entry order; one that no longer holds has `valid_to`."""

    __tablename__ = "address"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[AddressKind] = mapped_column(by_value(AddressKind), default=AddressKind.HOME)
    line_1: Mapped[str] = mapped_column(String(200), default="")
    line_2: Mapped[str] = mapped_column(String(200), default="")
    line_3: Mapped[str] = mapped_column(String(200), default="")
    town: Mapped[str] = mapped_column(String(200), default="")
    county: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    country: Mapped[str] = mapped_column(String(100), default="")
    safety: Mapped[Safety] = mapped_column(by_value(Safety), default=Safety.NOT_ASKED)
    note: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)


def searched_digits(shown: str) -> str:
    """A number's digits as somebody in the UK dials them: 0 instead of +44."""
    return contact_details.digits(contact_details.show_phone(shown))


def _digits_of_inserted(context: DefaultExecutionContext) -> str:
    inserted: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return searched_digits(inserted["shown"])


class Phone(Row, Base):
    """One telephone number of a person: as shown, as E.164 where it is one, and as digits to search by."""

    __tablename__ = "phone"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[PhoneKind] = mapped_column(by_value(PhoneKind), default=PhoneKind.MOBILE)
    shown: Mapped[str] = mapped_column(String(60))
    e164: Mapped[str | None] = mapped_column(String(20))
    digits: Mapped[str] = mapped_column(String(60), default=_digits_of_inserted, index=True)
    safety: Mapped[Safety] = mapped_column(by_value(Safety), default=Safety.NOT_ASKED)
    note: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)

    @validates("shown")
    def _keep_digits(self, _name: str, shown: str) -> str:
        """The digits follow what is shown."""
        self.digits = searched_digits(shown)
        return shown


class Email(Row, Base):
    """One e-mail address of a person."""

    __tablename__ = "email"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[EmailKind] = mapped_column(by_value(EmailKind), default=EmailKind.HOME)
    address: Mapped[str] = mapped_column(String(320), index=True)
    safety: Mapped[Safety] = mapped_column(by_value(Safety), default=Safety.NOT_ASKED)
    note: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)


class GPPractice(Row, Base):
    """A GP practice, from the NHS directory (by ODS code, never reused) or entered by hand.

    `notes` are this clinic's own, which an edition of the directory leaves alone.
    """

    __tablename__ = "gp_practice"

    ods_code: Mapped[str | None] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    address: Mapped[str] = mapped_column(String(500), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), default="")
    prescribing_setting: Mapped[str] = mapped_column(String(10), default="")
    source: Mapped[str] = mapped_column(String(100), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    directory_date: Mapped[date | None]
    notes: Mapped[str] = mapped_column(String(1000), default="")


class GP(Row, Base):
    """A person as a GP at a practice; shares the person's id."""

    __tablename__ = "gp"

    id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    gp_practice_id: Mapped[UUID | None] = mapped_column(ForeignKey("gp_practice.id"), index=True)

    person: Mapped[Person] = relationship(lazy="raise_on_sql")


class AddressBookEntry(Row, Base):
    """A person as somebody the clinic has to do with in their work; shares the person's id.

    Solicitors, interpreters, social workers, insurers, and GPs whose practice is not known by its code. An
    organisation without a person is an entry too.
    """

    __tablename__ = "address_book_entry"

    id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation: Mapped[str] = mapped_column(String(200), default="")
    job: Mapped[str] = mapped_column(String(200), default="")


class Contact(Row, Base):
    """What one person is to a patient: relation, authority seen, scope and dates (P5, P6, P44).

    One person may be several things to a patient, a row each. Last days are included. `may_speak_from` and
    `not_to_speak_from` begin the days the patient said that staff may, or may not, speak to this person.
    `shows_reach` says whether how to reach them stands in this patient's record; it never does when they are
    a patient too. `confirmed_on` is when the patient, come of age, said that it goes on.
    """

    __tablename__ = "contact"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(String(80), default="")
    authority: Mapped[Authority] = mapped_column(by_value(Authority), default=Authority.NONE)
    authority_seen: Mapped[str] = mapped_column(String(300), default="")
    authority_seen_on: Mapped[date | None]
    authority_seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    scope: Mapped[str] = mapped_column(String(500), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    is_emergency_contact: Mapped[bool] = mapped_column(default=False)
    may_speak_from: Mapped[date | None]
    may_speak_until: Mapped[date | None]
    not_to_speak_from: Mapped[date | None]
    not_to_speak_until: Mapped[date | None]
    shows_reach: Mapped[bool] = mapped_column(default=True)
    confirmed_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300), default="")


class HealthFact(Row, Base):
    """An alert for clinicians, or an allergy or medication as told, with its date and source."""

    __tablename__ = "health_fact"

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    kind: Mapped[HealthFactKind] = mapped_column(by_value(HealthFactKind))
    text: Mapped[str] = mapped_column(String(1000), default="")
    told_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300), default="")


class IdentityCheck(Row, Base):
    """That somebody's identity was seen: what, by whom, when. No copy is kept (P4, P29)."""

    __tablename__ = "identity_check"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    document_seen: Mapped[str] = mapped_column(String(200))
    seen_on: Mapped[date]
    seen_by_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)


class EarlierDetail(Row, Base):
    """What a detail of a person was before somebody changed it: what, when, by whom and why (P11, P17).

    `change_id` is shared by everything that one saving replaced. Nothing clinical is kept here, because
    every role may read it: a health fact ends and another begins.
    """

    __tablename__ = "earlier_detail"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    change_id: Mapped[UUID] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(String(60))
    was: Mapped[str] = mapped_column(String(2000))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    reason: Mapped[str] = mapped_column(String(500), default="")


class Enquiry(Row, Base):
    """A question from somebody who is not (yet) a patient; it has its own clock (P35, P57)."""

    __tablename__ = "enquiry"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    received_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(40), default="")
    about: Mapped[str] = mapped_column(String(1000), default="")
    closed_on: Mapped[date | None]


class SearchEntry(Base):
    """The words somebody is found by; the full-text index hangs on the integer id.

    Written by storage/search.py whenever a person or a way of reaching them changes.
    """

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    name: Mapped[str] = mapped_column(String(1000))
    other: Mapped[str] = mapped_column(String(4000))
