"""The typed rows an import hands to the use cases: what a file said, checked, with its line numbers.

Words for sex, gender, status and the like are the plain values the record uses ("female", "booked").
Text that a file left blank is "" where the record keeps text, and None where it keeps nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Generic, TypeVar

from practice_app.rules.consents import Channel, Decision, Purpose
from practice_app.rules.names import PersonName


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be taken, by the line of the file it begins on, and why in plain words."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class RowWarning:
    """Something doubtful in a row that is taken all the same."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class PatientKey:
    """How a row names its patient; whoever looks it up tries the fields in this order.

    `nhs_number` is ten digits. `name` and `birth_date` only count together.
    """

    patient_ref: str | None = None
    practice_number: str | None = None
    nhs_number: str | None = None
    name: PersonName | None = None
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number as shown, as E.164 where it is one; `kind` is home, work, mobile or other."""

    kind: str
    shown: str
    e164: str | None


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address of a row in the NHS entry order; lines beyond the third are joined into it by commas.

    `kind` is home, work, temporary or correspondence.
    """

    line_1: str = ""
    line_2: str = ""
    line_3: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    country: str = ""
    kind: str = "home"
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """How somebody is reached: each kind in the order of preference."""

    addresses: tuple[PostalAddress, ...] = ()
    phones: tuple[PhoneNumber, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """Whom to ring in an emergency, as the file gives them."""

    name: PersonName
    relation: str
    phone: PhoneNumber | None


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What every row has.

    `line` is the physical line the row begins on. `ref` is the row's own id in the old system, None
    when the file has no such column. `fingerprint` is the SHA-256 (hex) of the row's canonical values:
    the same facts in another date format, column order or encoding give the same fingerprint.
    """

    line: int
    fingerprint: str
    ref: str | None


@dataclass(frozen=True, slots=True)
class PatientRow(ImportedRow):
    """A patient; `ref` is the old system's patient number."""

    practice_number: str | None
    name: PersonName
    birth_date: date | None
    died_on: date | None
    sex: str | None
    gender: str | None
    nhs_number: str | None
    ways: Ways
    gp_practice_code: str | None
    gp_practice_name: str | None
    gp_name: str | None
    status: str
    registered_on: date | None
    discharged_on: date | None
    safety_line: str
    source_note: str
    emergency: EmergencyContact | None

    @property
    def address(self) -> PostalAddress | None:
        """Where the patient lives."""
        return next((address for address in self.ways.addresses if address.kind == "home"), None)

    @property
    def phones(self) -> tuple[PhoneNumber, ...]:
        """The telephone numbers, the one to ring first first."""
        return self.ways.phones

    @property
    def email(self) -> str | None:
        """The e-mail address to write to first."""
        return self.ways.emails[0] if self.ways.emails else None


@dataclass(frozen=True, slots=True)
class AppointmentRow(ImportedRow):
    """An appointment: `start` is naive local wall time, `minutes` None when the file gives no length.

    `state` is booked, arrived, in_session, done, did_not_attend or cancelled.
    """

    patient: PatientKey
    start: datetime
    minutes: int | None
    practitioner: str | None
    room: str | None
    type: str | None
    state: str
    cancelled_by: str
    cancelled_reason: str


@dataclass(frozen=True, slots=True)
class NoteRow(ImportedRow):
    """A note as written elsewhere, with its lines; `happened_at` is None when only the day is known."""

    patient: PatientKey
    happened_on: date
    happened_at: time | None
    author: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ConsentRow(ImportedRow):
    """One decision about one purpose and, where the purpose has channels, one channel."""

    patient: PatientKey
    purpose: Purpose
    channel: Channel | None
    decision: Decision
    decided_on: date
    expires_on: date | None
    how: str
    given_by: str
    named_recipient: str
    scope: str
    wording: str


@dataclass(frozen=True, slots=True)
class CallRow(ImportedRow):
    """A telephone call: `at` is naive local wall time, `direction` is in or out."""

    patient: PatientKey
    at: datetime
    direction: str
    number: str
    caller: str
    about: str
    outcome: str


@dataclass(frozen=True, slots=True)
class ContactRow(ImportedRow):
    """Somebody in the clinic's address book who is no patient: a GP, a solicitor, an interpreter ...

    An organisation without a person has its own name as family name.
    """

    name: PersonName
    organisation: str
    job: str
    is_gp: bool
    gp_practice_code: str | None
    ways: Ways


@dataclass(frozen=True, slots=True)
class RelationRow(ImportedRow):
    """Somebody who belongs to a patient: what they are to them and since when."""

    patient: PatientKey
    name: PersonName
    relation: str
    is_emergency: bool
    valid_from: date | None
    valid_to: date | None
    ways: Ways


@dataclass(frozen=True, slots=True)
class LetterRow(ImportedRow):
    """A letter in a file of its own: `file` is its name from the list's folder, parts joined by "/".

    `direction` is in or out, `letter_class` care, service or marketing.
    """

    patient: PatientKey
    file: str
    dated: date
    direction: str
    sender: str
    recipient: str
    subject: str
    letter_class: str


R = TypeVar("R", bound=ImportedRow, covariant=True)


@dataclass(frozen=True, slots=True)
class Prepared(Generic[R]):
    """A whole file, prepared: the rows that may be written, those refused, and what is doubtful.

    Every row of the file is in exactly one of `rows` and `refusals`, each in file order.
    """

    rows: tuple[R, ...]
    refusals: tuple[Refusal, ...]
    warnings: tuple[RowWarning, ...]
