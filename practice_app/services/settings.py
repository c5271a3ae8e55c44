"""The practice's settings: who it is, how it speaks, what its copies explain, and its habits."""

from dataclasses import dataclass, fields, replace

from practice_app.errors import Invalid
from practice_app.model.settings import Practice
from practice_app.rules.nations import NATION_WORDS, ZONES, Nation
from practice_app.rules.permissions import Permission
from practice_app.rules.words import PatientWord
from practice_app.services import entered
from practice_app.services.marks import changes, reads
from practice_app.services.practice import the_practice
from practice_app.services.two_writers import merged
from practice_app.storage.records import Work

SHORTEST_LOCK, LONGEST_LOCK = 1, 15
"""Minutes without a touch after which the window locks (domain.md: five unless set)."""

FIRST_MONTH, LAST_MONTH = 1, 60
OLDEST_MINIMUM = 30
_LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a director sets about the practice; `purposes`, `recipients` and `retention` are paragraphs.

    `reception_reads_letters` False hides letters from receptionists, from their next sign-in on.
    `keeps_recordings` False refuses sound and pictures of sessions (P40). `minimum_age` is the age in years
    from which the clinic takes patients, None for any; younger ones are flagged at registration (P44).
    """

    name: str
    address: str
    phone: str
    email: str
    nation: Nation
    zone: str
    word_for_patient: PatientWord
    data_protection_lead: str
    regulator_name: str
    regulator_address: str
    regulator_url: str
    purposes: str
    recipients: str
    retention: str
    confirm_details_after_months: int
    lock_minutes: int
    reception_reads_letters: bool
    keeps_recordings: bool
    minimum_age: int | None = None


@reads(Permission.READ_SETTINGS)
def read(work: Work) -> Settings:
    """The settings as they are."""
    return _settings(the_practice(work))


@changes(Permission.CHANGE_SETTINGS)
def change(work: Work, before: Settings, wanted: Settings) -> Settings:
    """Change what differs between `before`, as it was read, and `wanted`; returns what is written then.

    Refuses with Invalid(field), and with ChangedMeanwhile when somebody else changed the same fields since.
    """
    row = the_practice(work)
    now = _settings(row)
    ready = checked(merged(before, wanted, now))
    for name in (field.name for field in fields(Settings)):
        if getattr(ready, name) != getattr(now, name):
            setattr(row, name, getattr(ready, name))
    work.flush()
    return ready


def _settings(row: Practice) -> Settings:
    values = {field.name: getattr(row, field.name) for field in fields(Settings)}
    values["nation"] = Nation(row.nation)
    values["word_for_patient"] = PatientWord(row.word_for_patient)
    return Settings(**values)


def checked(given: Settings) -> Settings:
    """Settings made ready to keep; refuses (Invalid) the first that cannot be, by its field."""
    if given.zone not in ZONES:
        raise Invalid(f"Choose one of these: {', '.join(ZONES.values())}.", field="zone")
    if given.nation not in NATION_WORDS:
        raise Invalid("Choose where the practice is.", field="nation")
    return replace(
        given,
        name=entered.line(given.name, "name", 200, needed="Give the practice a name."),
        address=entered.paragraphs(given.address, "address", 500),
        phone=entered.phone(given.phone, "phone"),
        email=entered.email(given.email, "email"),
        data_protection_lead=entered.line(given.data_protection_lead, "data_protection_lead", 200),
        regulator_name=entered.line(
            given.regulator_name,
            "regulator_name",
            200,
            needed="Name the regulator: every copy must say where to complain.",
        ),
        regulator_address=entered.line(given.regulator_address, "regulator_address", 300),
        regulator_url=_link(given.regulator_url),
        purposes=_explained(given.purposes, "purposes", "what the information is used for"),
        recipients=_explained(given.recipients, "recipients", "who receives the information"),
        retention=_explained(given.retention, "retention", "how long the information is kept"),
        confirm_details_after_months=entered.whole_number(
            given.confirm_details_after_months,
            "confirm_details_after_months",
            FIRST_MONTH,
            LAST_MONTH,
            "months",
        ),
        lock_minutes=entered.whole_number(
            given.lock_minutes, "lock_minutes", SHORTEST_LOCK, LONGEST_LOCK, "minutes"
        ),
        minimum_age=_minimum_age(given.minimum_age),
    )


def _minimum_age(years: int | None) -> int | None:
    """None for any age; an age as a clinic may set it, for children's or grown-ups' care."""
    if years is None:
        return None
    return entered.whole_number(years, "minimum_age", 0, OLDEST_MINIMUM, "years")


def _explained(text: str, field: str, what: str) -> str:
    """A text that must be in every copy (UK GDPR Art. 15(1)(a), (c), (d))."""
    return entered.paragraphs(
        text, field, _LONGEST_TEXT, needed=f"Say {what}: every copy of a record must explain it."
    )


def _link(text: str) -> str:
    link = entered.line(text, "regulator_url", 200)
    if link and (not link.startswith("https://") or " " in link or len(link) < len("https://a.b")):
        raise Invalid("Enter an address that begins with https://.", field="regulator_url")
    return link
