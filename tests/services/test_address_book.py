"""The address book finds whom the clinic rings, and nobody who is only a patient."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from practice_app.model.people import GP, Address, GPPractice, Phone, Safety
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import address_book
from practice_app.services.marks import run
from practice_app.storage.records import Records
from tests import makers

from .import_files import table, take_in


@pytest.fixture
def filled(records: Records, tmp_path: Path) -> Records:
    """A solicitor, an interpreter, a GP of the directory, and a patient."""
    with records.work(use_case="tests.arrange") as work:
        makers.patient(work)
        practice = GPPractice(name="The Density Surgery", name_key="the density surgery")
        doctor = makers.person(PersonName("Dr", "Ada", "Okafor", None), born=None)
        work.add(practice, doctor)
        work.flush()
        work.add(GP(id=doctor.id, gp_practice_id=practice.id))
        work.add(
            Phone(person_id=doctor.id, shown="01632 960100", position=1),
            Phone(person_id=doctor.id, shown="01632 960999", safety=Safety.UNSAFE),
        )
    rows = (
        ("Name", "Company", "Job title", "Mobile", "Email", "Address"),
        ("Sol Harte", "Harte & Co", "Solicitor", "07700 900123", "sol@harte.example", "9 Dock Rd, Ramsgate"),
        ("Zoë Müller", "Hands 100%", "Interpreter, BSL", "", "", ""),
    )
    take_in(records, "contacts", table(tmp_path, *rows))
    return records


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["HARTE, Sol", "MÜLLER, Zoë", "OKAFOR, Ada (Dr)"]),
        ("muller", ["MÜLLER, Zoë"]),
        ("dock", []),
        ("bsl hands", ["MÜLLER, Zoë"]),
        ("solic", ["HARTE, Sol"]),
        ("density", ["OKAFOR, Ada (Dr)"]),
        ("holloway", []),
        ("100%", ["MÜLLER, Zoë"]),
        ("%", ["HARTE, Sol", "MÜLLER, Zoë", "OKAFOR, Ada (Dr)"]),
        ("_", ["HARTE, Sol", "MÜLLER, Zoë", "OKAFOR, Ada (Dr)"]),
    ],
)
def test_words_find_names_organisations_and_work(filled: Records, text: str, names: list[str]) -> None:
    assert [entry.name for entry in run(filled, address_book.find, text)] == names


def test_an_entry_has_everything_but_what_is_not_safe(filled: Records) -> None:
    (sol,) = run(filled, address_book.find, "harte")
    assert (sol.organisation, sol.job, sol.phones, sol.emails, sol.addresses) == (
        "Harte & Co",
        "Solicitor",
        ("07700 900123",),
        ("sol@harte.example",),
        ("9 Dock Rd, Ramsgate",),
    )
    assert sol.source == "imported from the old system"
    (ada,) = run(filled, address_book.find, "okafor")
    assert (ada.job, ada.organisation, ada.phones) == ("GP", "The Density Surgery", ("01632 960100",))


def test_an_address_somebody_has_left_is_not_in_the_book(filled: Records) -> None:
    (sol,) = run(filled, address_book.find, "harte")
    with filled.work(use_case="tests.move") as work:
        (old,) = work.select(select(Address).where(Address.person_id == sol.id))
        old.valid_to = makers.TODAY - timedelta(days=1)
        work.add(Address(person_id=sol.id, line_1="1 Pier Rd", position=1))
    assert run(filled, address_book.find, "harte")[0].addresses == ("1 Pier Rd",)


@pytest.mark.parametrize("role", Role)
def test_everybody_may_look_a_number_up(open_as: Callable[[Role], Records], role: Role) -> None:
    assert run(open_as(role), address_book.find, "") == ()
