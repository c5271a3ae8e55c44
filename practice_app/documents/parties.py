"""Who a document is from, about, and supervised by: the plain facts every document shares."""

from dataclasses import dataclass

Fact = tuple[str, str]
"""A label and its value, as they are shown: ("Born", "14-Jul-1945")."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic as it writes about itself; empty lines are left out."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    email: str = ""
    website: str = ""
    privacy_contact: str = ""
    """Who answers questions and complaints about personal data: a name or a role."""
    registration: str = ""
    """The clinic's entry in the regulator's register of fee payers."""


@dataclass(frozen=True, slots=True)
class Regulator:
    """The data protection regulator: a setting, because names and addresses change."""

    name: str
    address: tuple[str, ...] = ()
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """The person a document is about.

    `identifiers` are the two facts of the running header: ("", "SMITH, John (Mr)"), ("Born", "14-Jul-1945").
    """

    name: str
    """As a letter says it: "Mr John Smith", or the only name we were given."""
    identifiers: tuple[Fact, Fact]
    address: tuple[str, ...] = ()
