"""Made-up documents for the tests of the PDFs."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

from practice_app.documents.holdings import Holding, Holdings
from practice_app.documents.parties import Clinic, Regulator, Subject
from practice_app.documents.subject_access import (
    Bundle,
    Entry,
    Group,
    NotSearched,
    Search,
    Searched,
    Statements,
    Viewing,
)

START = datetime(2024, 1, 8, 10, 30)  # noqa: DTZ001  entries carry the clinic's wall time
CLINIC = Clinic(
    name="Harbour Clinic",
    address=("12 Quay Street", "Bristol"),
    phone="0117 496 0123",
    email="privacy@harbour.example",
    website="https://harbour.example",
    privacy_contact="Dr Amina Okafor, director",
)
REGULATOR = Regulator(
    name="Information Commission",
    address=("Wycliffe House", "Wilmslow"),
    phone="0303 123 1113",
    website="https://ico.org.uk/make-a-complaint",
)
SUBJECT = Subject(
    name="Mr John Smith",
    identifiers=(("", "SMITH, John (Mr)"), ("Born", "14-Jul-1945")),
    address=("18 Orchard Cottage", "Ipswich"),
)
STATEMENTS = Statements(
    purposes="To treat you.",
    categories="Contact details and notes.",
    recipients="Your GP. Nobody overseas.",
    retention="Eight years after we last saw you.",
    rights="You may ask us to correct, erase or restrict.",
    complaint_to_us="Write to us.",
    complaint_to_regulator="Write to the regulator.",
    source="You told us.",
    automated_decisions="There are none.",
    transfers="Nothing leaves the country.",
)


def words(seed: int, number: int) -> str:
    """Different made-up words, so that each can be found again."""
    source = random.Random(seed)  # noqa: S311  words, not secrets
    return " ".join(
        f"w{seed}x{n}{''.join(source.choices('aeiou', k=source.randint(1, 6)))}" for n in range(number)
    )


def entry(number: int, **changes: object) -> Entry:
    """A note with two paragraphs of words of its own."""
    made = Entry(
        when=START + timedelta(days=number),
        title="Session note",
        source="Written by your therapist",
        text=f"{words(number * 2, 60)}\n\n{words(number * 2 + 1, 40)}",
    )
    return replace(made, **changes)


def bundle(entries: int = 12, **changes: object) -> Bundle:
    """A small subject-access copy with every part."""
    made = Bundle(
        clinic=CLINIC,
        regulator=REGULATOR,
        subject=SUBJECT,
        statements=STATEMENTS,
        groups=(
            Group(
                "Personal details",
                (
                    Entry(
                        date(2024, 1, 3), "Name", "Told by you", facts=(("Known as", "Jack"), ("NHS No.", ""))
                    ),
                ),
                note="As we have it today.",
            ),
            Group("Session notes", tuple(entry(number) for number in range(entries))),
            Group("Letters", ()),
        ),
        viewings=tuple(Viewing(START + timedelta(days=n), "Therapist") for n in range(entries * 10)),
        search=Search(
            searched=(
                Searched("Personal details", 1),
                Searched("Session notes", entries),
                Searched("Letters", 0),
            ),
            on=date(2026, 11, 20),
            by_role="Director",
            first=date(2024, 1, 3),
            last=date(2026, 11, 1),
            not_searched=(NotSearched("Paper files before 2019", "They were destroyed in 2025"),),
        ),
        prepared=date(2026, 11, 21),
        received=date(2026, 11, 3),
        reference="SAR-0007",
        signed_by="Dr Amina Okafor",
    )
    return replace(made, **changes)


def nothing_held(**changes: object) -> Bundle:
    """The copy of somebody of whom nothing is held."""
    empty = tuple(Searched(name, 0) for name in ("Patients", "Appointments", "Session notes", "Letters"))
    return bundle(
        groups=(Group("Session notes", ()),),
        viewings=(),
        search=Search(searched=empty, on=date(2026, 11, 20), by_role="Director"),
        **changes,
    )


def holdings(**changes: object) -> Holdings:
    """One page of what is held."""
    made = Holdings(
        clinic=CLINIC,
        subject=SUBJECT,
        prepared=date(2026, 11, 21),
        holdings=(
            Holding("Session notes", 12, date(2024, 1, 8), date(2024, 3, 1), "8 years"),
            Holding("Personal details", 1),
            Holding("Letters", 0),
        ),
    )
    return replace(made, **changes)
