"""An invented patient as plain data, before anything of them is written."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from practice_app.model.people import (
    AddressKind,
    Gender,
    HealthFactKind,
    PhoneKind,
    Safety,
    Sex,
)
from practice_app.rules import names
from practice_app.rules.authority import Authority
from practice_app.rules.consents import (
    Channel,
    Decision,
    DecisionRow,
    Method,
    Purpose,
    Status,
    status,
)
from practice_app.rules.deciding import Deciding
from practice_app.rules.names import PersonName
from practice_app.services.demo.clinic import Colleague, Surgery
from practice_app.services.demo.stock import Theme


@dataclass(frozen=True, slots=True)
class Course:
    """Sessions of one kind with one practitioner, wished every so many days from `starts` to `ends`."""

    colleague: Colleague
    theme: Theme
    starts: date
    ends: date
    every: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class PhoneLine:
    """A telephone number as it is shown."""

    number: str
    kind: PhoneKind = PhoneKind.MOBILE
    safety: Safety = Safety.SAFE
    note: str = ""


@dataclass(frozen=True, slots=True)
class MailLine:
    """An e-mail address."""

    address: str
    safety: Safety = Safety.SAFE
    note: str = ""


@dataclass(frozen=True, slots=True)
class Home:
    """A postal address."""

    line_1: str
    line_2: str
    town: str
    county: str
    postcode: str
    kind: AddressKind = AddressKind.HOME
    safety: Safety = Safety.SAFE

    @property
    def one_line(self) -> str:
        """The address as a letter's reference line has it."""
        return ", ".join(filter(None, (self.line_1, self.line_2, self.town, self.postcode)))


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody in a patient's life."""

    id: UUID
    name: PersonName
    sex: Sex | None = None
    phones: tuple[PhoneLine, ...] = ()
    home: Home | None = None
    identity_seen: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """What somebody is to a patient."""

    somebody: Somebody
    relation: str
    authority: Authority = Authority.NONE
    authority_seen: str = ""
    authority_seen_on: date | None = None
    scope: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    is_emergency_contact: bool = False
    not_to_speak_from: date | None = None
    not_to_speak_until: date | None = None


@dataclass(frozen=True, slots=True)
class HealthLine:
    """Something told about health."""

    kind: HealthFactKind
    text: str
    source: str = "told by the patient"
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision about one purpose."""

    purpose: Purpose
    decision: Decision
    on: date
    channel: Channel | None = None
    expires_on: date | None = None
    method: Method = Method.SIGNED_PAPER
    by: Deciding = field(default_factory=Deciding)
    recipient: str = ""
    scope: str = ""
    is_earlier_wording: bool = False
    wrong: str = ""
    """Why it was found to be recorded wrongly, the day after."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything known about one invented patient."""

    id: UUID
    name: PersonName
    born: date | None
    sex: Sex | None
    gender: Gender
    course: Course
    registered: date
    source: str = "told by the patient"
    died: date | None = None
    nhs_number: str | None = None
    surgery: Surgery | None = None
    gp: int = 0
    homes: tuple[Home, ...] = ()
    phones: tuple[PhoneLine, ...] = ()
    emails: tuple[MailLine, ...] = ()
    safety_line: str = ""
    relations: tuple[Relation, ...] = ()
    health: tuple[HealthLine, ...] = ()
    answers: tuple[Answer, ...] = ()
    identity_seen: str = ""
    confirmed: date | None = None
    is_archived: bool = False
    comes_with: tuple[UUID, ...] = field(default=())
    """Patients the sessions of this course are joint with; the items are written once, with this one."""
    comes_along: bool = False
    """Whether the sessions are written with somebody else's course."""

    @property
    def plain_name(self) -> str:
        """The name as letters and calls have it."""
        return names.plain_name(self.name)

    @property
    def reader(self) -> str:
        """Who opens letters to this patient: a child's parent, else the patient."""
        if self.course.theme.whom == "child" and self.relations:
            return names.plain_name(self.relations[0].somebody.name)
        return self.plain_name

    def agreed(self, purpose: Purpose, on: date) -> bool:
        """Whether consent to a purpose that is asked once stood on a day."""
        return self._status(purpose, None, on) is Status.GIVEN

    def objects_to_news(self, channel: Channel, on: date) -> bool:
        """Whether the latest word about news by a channel was a no."""
        return self._status(Purpose.MARKETING, channel, on) in {Status.REFUSED, Status.WITHDRAWN}

    def _status(self, purpose: Purpose, channel: Channel | None, on: date) -> Status:
        asked = [
            DecisionRow(answer.decision, answer.on, answer.expires_on)
            for answer in self.answers
            if answer.purpose is purpose and answer.channel is channel and not answer.wrong
        ]
        return status(asked, on)
