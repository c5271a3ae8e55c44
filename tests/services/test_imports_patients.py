"""Importing patients: numbers, names, GPs, contacts, finding them again, and bringing them up to date."""

from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from practice_app.model.people import (
    GP,
    Address,
    Contact,
    Email,
    Gender,
    GPPractice,
    Patient,
    PatientStatus,
    Person,
    Phone,
    Safety,
    SearchEntry,
    Sex,
)
from practice_app.model.settings import Imported, Practice
from practice_app.rules.permissions import Role
from practice_app.services import earlier_details, people
from practice_app.services.imports import RowsRefused
from practice_app.services.marks import run
from practice_app.storage import search
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.services.import_files import count, rows_of, table, take_in


def _patient(records: Records, **known: Any) -> dict[str, Any]:
    """The one patient with these values, person and patient together."""
    columns = [*Person.__table__.c, *(c for c in Patient.__table__.c if c.name not in ("id", "version"))]
    with records.work(writes=False) as work:
        found = [
            dict(row._mapping)
            for row in work.rows(select(*columns).join(Patient, Patient.id == Person.id))
            if all(row._mapping[name] == value for name, value in known.items())
        ]
    assert len(found) == 1, found
    return found[0]


def _gp_practice(records: Records, code: str, **known: Any) -> None:
    with records.work(use_case="test.gp") as work:
        values = {"name": "Seafront Surgery", "name_key": "seafront surgery", **known}
        work.add(GPPractice(ods_code=code, **values))


HEAD = ["Patient ID", "First name", "Last name", "DOB"]


def test_everything_a_row_says_is_kept(records: Records, tmp_path: Path) -> None:
    _gp_practice(records, "A81001")
    row = {
        "Title": "Mrs", "First name": "Margaret", "Last name": "Holloway", "Known as": "Maggie",
        "DOB": "14/03/1958", "Sex": "F", "Gender": "female", "NHS number": "999 000 0018",
        "Address line 1": "1 High Street", "Town": "Ramsgate", "Postcode": "ct118aa",
        "Home phone": "01632 960123", "Mobile": "07700 900111", "Email": "mh@example.org",
        "GP practice code": "a81001", "GP": "Dr Ada Okafor", "Status": "discharged",
        "Registered": "20/02/2020", "Discharged": "28/02/2021", "Safe contact": "Never leave a message.",
        "Referred by": "a friend", "Next of kin": "John Holloway", "Next of kin phone": "01632 960124",
        "Next of kin relationship": "husband",
    }  # fmt: skip
    outcome = take_in(records, "patients", table(tmp_path, list(row), list(row.values())), source="Cards")
    assert outcome.unmatched == ()
    kept = _patient(records, number=1001)
    assert {name: kept[name] for name in ("title", "given", "family", "known_as")} == {
        "title": "Mrs", "given": "Margaret", "family": "Holloway", "known_as": "Maggie",
    }  # fmt: skip
    assert kept["display_name"] == "HOLLOWAY, Margaret (Mrs)"
    assert kept["born"] == date(1958, 3, 14)
    assert (kept["sex"], kept["gender"], kept["nhs_number"]) == (Sex.FEMALE, Gender.FEMALE, "9990000018")
    assert (kept["status"], kept["registered_on"], kept["discharged_on"]) == (
        PatientStatus.DISCHARGED, date(2020, 2, 20), date(2021, 2, 28),
    )  # fmt: skip
    assert kept["safety_line"] == "Never leave a message."
    assert kept["source"] == "imported from Cards; a friend"
    assert len(kept["person_key"]) == 32
    (address,) = rows_of(records, Address)
    assert (address["line_1"], address["town"], address["postcode"]) == (
        "1 High Street",
        "Ramsgate",
        "CT11 8AA",
    )
    phones = [row for row in rows_of(records, Phone) if row["person_id"] == kept["id"]]
    assert [(phone["kind"], phone["e164"], phone["safety"]) for phone in phones] == [
        ("mobile", "+447700900111", Safety.NOT_ASKED), ("home", "+441632960123", Safety.NOT_ASKED),
    ]  # fmt: skip
    assert [email["address"] for email in rows_of(records, Email)] == ["mh@example.org"]
    (contact,) = rows_of(records, Contact)
    assert (contact["patient_id"], contact["relation"], contact["is_emergency_contact"]) == (
        kept["id"], "husband", True,
    )  # fmt: skip
    with records.work(writes=False) as work:
        assert work.get(Person, contact["person_id"]).display_name == "HOLLOWAY, John"
        gp = work.get(GP, kept["gp_id"])
        assert gp.gp_practice_id == kept["gp_practice_id"]
        assert work.get(Person, gp.id).display_name == "OKAFOR, Ada (Dr)"


def test_a_nickname_alone_is_a_name(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", table(tmp_path, ["Nickname"], ["Bluebird"]))
    kept = _patient(records, known_as="Bluebird")
    assert (kept["display_name"], kept["family"], kept["born"], kept["sex"]) == ("Bluebird", None, None, None)


def test_every_person_has_a_key_of_their_own(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", table(tmp_path, ["First name"], *([f"Ann{n}"] for n in range(20))))
    assert len({row["person_key"] for row in rows_of(records, Person)}) == count(records, Person)


@pytest.mark.parametrize(
    "typed", ["hol mar", "maggie", "9990000018", "07700900111", "ct11 8aa", "14/03/1958", "1001", "mh@exa"]
)
def test_imported_patients_are_found_at_once(records: Records, tmp_path: Path, typed: str) -> None:
    head = [*HEAD, "Known as", "NHS number", "Mobile", "Email", "Postcode"]
    row = [
        "1",
        "Margaret",
        "Holloway",
        "14/03/1958",
        "Maggie",
        "9990000018",
        "07700 900111",
        "mh@example.org",
    ]
    take_in(records, "patients", table(tmp_path, head, [*row, "CT11 8AA"]))
    assert [found.name for found in run(records, people.find, typed)] == ["HOLLOWAY, Margaret"]


def test_search_entries_are_those_a_later_change_would_write(records: Records, tmp_path: Path) -> None:
    head = [*HEAD, "Mobile", "Email", "Postcode", "NHS number", "Next of kin", "Next of kin phone"]
    row = ["1", "Zoë", "O'Neil", "1 May 1980", "+44 7700 900111", "Z@Example.org", "CT11 8AA", "9990000018"]
    take_in(records, "patients", table(tmp_path, head, [*row, "Jo O'Neil", "01632 960124"]))
    ids = [row["id"] for row in rows_of(records, Person)]

    before = rows_of(records, SearchEntry)
    with records.work(use_case="test.refresh") as work:
        search.refresh(work.connection(), ids)
    assert sorted(rows_of(records, SearchEntry), key=itemgetter("id")) == before


# Practice numbers


def test_practice_numbers_go_on_from_the_counter(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", table(tmp_path, ["First name"], ["Ann"], ["Ben"]))
    assert [row["number"] for row in rows_of(records, Patient)] == [1001, 1002]
    assert rows_of(records, Practice)[0]["next_number"] == 1003


def test_a_free_number_in_the_file_is_kept_and_the_counter_goes_past_it(
    records: Records, tmp_path: Path
) -> None:
    head = ["First name", "Practice number"]
    rows = [["Ann", ""], ["Ben", "1001"], ["Cas", "0042"], ["Dot", "5000"], ["Eve", ""]]
    take_in(records, "patients", table(tmp_path, head, *rows))
    assert [row["number"] for row in rows_of(records, Patient)] == [1002, 1001, 42, 5000, 5001]
    assert rows_of(records, Practice)[0]["next_number"] == 5002


@pytest.mark.parametrize("number", ["1001", "0", "1234567890", "9" * 5_000])
def test_a_number_that_cannot_be_kept_refuses_the_row(records: Records, tmp_path: Path, number: str) -> None:
    with records.work(use_case="test.add") as work:
        makers.patient(work, number=1001)
    with pytest.raises(RowsRefused, match=r"(?i)practice number"):
        take_in(records, "patients", table(tmp_path, ["First name", "Practice number"], ["Ann", number]))


def test_one_number_for_two_rows_refuses_the_second(records: Records, tmp_path: Path) -> None:
    head = ["Patient ID", "First name", "Practice number"]
    with pytest.raises(RowsRefused, match=r"1 of 2 rows .*\n.*Line 3: The practice number 7 is taken"):
        take_in(records, "patients", table(tmp_path, head, ["a", "Ann", "7"], ["b", "Ben", "07"]))


def test_a_number_somebody_may_have_had_before_is_not_given_again(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", table(tmp_path, ["First name"], ["Ann"], ["Ben"]))
    with records.work(use_case="test.remove") as work:
        row = work.first(select(Patient).where(Patient.number == 1001))
        assert row is not None
        work.delete(row)
    head = ["First name", "Practice number"]
    with pytest.raises(RowsRefused, match="never used twice"):
        take_in(records, "patients", table(tmp_path, head, ["Cas", "1001"]))
    take_in(records, "patients", table(tmp_path, head, ["Cas", ""]))
    assert sorted(row["number"] for row in rows_of(records, Patient)) == [1002, 1003]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    files=st.lists(
        st.lists(st.none() | st.integers(min_value=1, max_value=1010), max_size=8), min_size=1, max_size=3
    )
)
def test_no_number_is_ever_given_twice(
    open_as: Opener, tmp_path_factory: pytest.TempPathFactory, files: list[list[int | None]]
) -> None:
    records, folder = open_as(Role.DIRECTOR), tmp_path_factory.mktemp("numbers")
    for numbers in files:
        rows = [["Somebody", "" if number is None else str(number)] for number in numbers]
        path = table(folder, ["First name", "Practice number"], *rows)
        take_in(records, "patients", path, rejects=folder / "rejects.csv")
    numbers_here = [row["number"] for row in rows_of(records, Patient)]
    assert len(set(numbers_here)) == len(numbers_here)
    assert rows_of(records, Practice)[0]["next_number"] > max(numbers_here, default=0)


# Being known again without an id


def test_a_patient_without_id_is_known_by_name_and_birth_date(records: Records, tmp_path: Path) -> None:
    head = ["First name", "Last name", "DOB", "Mobile"]
    take_in(records, "patients", table(tmp_path, head, ["Ann", "Berg", "13/01/1980", "07700 900111"]))
    changed = table(tmp_path, head, ["Ann", "Berg", "13/01/1980", "07700 900222"])
    with pytest.raises(RowsRefused, match="taken in earlier with other values"):
        take_in(records, "patients", changed)
    assert take_in(records, "patients", changed, update=True).updated == 1
    assert count(records, Patient) == 1


def test_namesakes_born_on_one_day_are_two_people(records: Records, tmp_path: Path) -> None:
    head = ["First name", "Last name", "DOB", "Mobile"]
    first = ["Ann", "Berg", "13/01/1980", "07700 900111"]
    second = ["Ann", "Berg", "13/01/1980", "07700 900222"]
    both = table(tmp_path, head, first, second)
    assert take_in(records, "patients", both).added == 2
    assert take_in(records, "patients", both).unchanged == 2


def test_a_namesake_who_comes_later_is_not_taken_for_a_change(records: Records, tmp_path: Path) -> None:
    head = ["First name", "Last name", "DOB", "Mobile"]
    first = ["Ann", "Berg", "13/01/1980", "07700 900111"]
    second = ["Ann", "Berg", "13/01/1980", "07700 900222"]
    take_in(records, "patients", table(tmp_path, head, first))
    outcome = take_in(records, "patients", table(tmp_path, head, second, first), update=True)
    assert (outcome.added, outcome.updated, outcome.unchanged) == (1, 0, 1)
    assert count(records, Patient) == 2


def test_rows_that_could_each_be_the_change_of_one_record_are_refused(
    records: Records, tmp_path: Path
) -> None:
    head = ["First name", "Last name", "DOB", "Mobile"]
    take_in(records, "patients", table(tmp_path, head, ["Ann", "Berg", "13/01/1980", ""]))
    rows = [["Ann", "Berg", "13/01/1980", f"07700 90011{n}"] for n in range(2)]
    with pytest.raises(RowsRefused, match=r"2 of 2 rows .*\nLine 2: More than one row could be the changed"):
        take_in(records, "patients", table(tmp_path, head, *rows), update=True)


def test_an_nhs_number_knows_a_patient_whose_name_changed(records: Records, tmp_path: Path) -> None:
    head = ["First name", "Last name", "DOB", "NHS number"]
    take_in(records, "patients", table(tmp_path, head, ["Ann", "Berg", "13/01/1980", "9990000018"]))
    married = table(tmp_path, head, ["Ann", "Thal", "13/01/1980", "9990000018"])
    assert take_in(records, "patients", married, update=True).updated == 1
    assert _patient(records, nhs_number="9990000018")["family"] == "Thal"


# GPs


def test_one_gp_of_one_practice_is_one_person(records: Records, tmp_path: Path) -> None:
    _gp_practice(records, "A81001")
    _gp_practice(records, "A81002")
    head = ["Patient ID", "First name", "GP code", "GP"]
    first = [["1", "Ann", "A81001", "Dr Ada Okafor"], ["2", "Ben", "A81001", "Okafor, Ada (Dr)"]]
    take_in(records, "patients", table(tmp_path, head, *first))
    take_in(records, "patients", table(tmp_path, head, ["3", "Cas", "A81001", "ADA OKAFOR"]))
    assert count(records, GP) == 1
    take_in(records, "patients", table(tmp_path, head, ["4", "Dot", "A81002", "Dr Ada Okafor"]))
    assert count(records, GP) == 2


def test_an_unknown_practice_code_is_a_warning_and_kept_as_text(records: Records, tmp_path: Path) -> None:
    head = ["First name", "GP code", "Surgery", "GP"]
    file = table(tmp_path, head, ["Ann", "A81009", "Seafront Surgery", "Dr Okafor"])
    outcome = take_in(records, "patients", file, source="Cards")
    assert [each.text for each in outcome.warnings] == [
        "The GP practice code A81009 is not in the directory here; the GP is kept as text."
    ]
    kept = _patient(records, given="Ann")
    assert (kept["gp_practice_id"], kept["gp_id"]) == (None, None)
    assert kept["source"] == "imported from Cards; GP as given: Dr Okafor, Seafront Surgery, A81009"


def test_a_practice_is_never_guessed_by_its_name(records: Records, tmp_path: Path) -> None:
    _gp_practice(records, "A81001")
    outcome = take_in(
        records, "patients", table(tmp_path, ["First name", "Surgery"], ["Ann", "Seafront Surgery"])
    )
    assert [each.text for each in outcome.warnings] == [
        "The GP has no practice code; the GP is kept as text."
    ]
    assert _patient(records, given="Ann")["gp_practice_id"] is None


def test_a_closed_practice_is_linked_with_a_warning(records: Records, tmp_path: Path) -> None:
    _gp_practice(records, "A81003", closed_on=date(2017, 10, 31))
    outcome = take_in(records, "patients", table(tmp_path, ["First name", "GP code"], ["Ann", "A81003"]))
    assert [each.text for each in outcome.warnings] == ["The GP practice A81003 is closed."]
    assert _patient(records, given="Ann")["gp_practice_id"] is not None


def test_a_source_too_long_for_the_record_is_refused_not_cut(records: Records, tmp_path: Path) -> None:
    head = ["First name", "Referred by", "Surgery"]
    with pytest.raises(RowsRefused, match="together longer than 300"):
        take_in(records, "patients", table(tmp_path, head, ["Ann", "x" * 250, "y" * 100]))


def test_a_refused_row_leaves_no_gp_behind(records: Records, tmp_path: Path) -> None:
    _gp_practice(records, "A81001")
    head = ["First name", "GP code", "GP", "Practice number"]
    file = table(tmp_path, head, ["Ann", "A81001", "Dr Ada Okafor", "0"])
    take_in(records, "patients", file, rejects=tmp_path / "rejects.csv")
    assert count(records, GP) == 0


# Updates


def _update(records: Records, folder: Path, head: list[str], before: list[str], after: list[str]) -> Any:
    take_in(records, "patients", table(folder, head, before))
    return take_in(records, "patients", table(folder, head, after), update=True)


def test_an_update_changes_what_the_file_says_and_erases_nothing(records: Records, tmp_path: Path) -> None:
    head = [*HEAD, "Known as", "NHS number", "Safe contact", "Registered", "Sex"]
    before = ["1", "Ann", "Berg", "13/01/1980", "Annie", "", "Ring first.", "20/01/2020", "female"]
    after = ["1", "Ann", "Berg-Thal", "", "", "9990000018", "", "", ""]
    outcome = _update(records, tmp_path, head, before, after)
    assert (outcome.updated, outcome.warnings[0].text[:10]) == (1, "NHS number")
    kept = _patient(records, number=1001)
    assert (kept["family"], kept["display_name"], kept["known_as"]) == (
        "Berg-Thal",
        "BERG-THAL, Ann",
        "Annie",
    )
    assert (kept["born"], kept["nhs_number"], kept["sex"]) == (date(1980, 1, 13), "9990000018", Sex.FEMALE)
    assert (kept["safety_line"], kept["registered_on"]) == ("Ring first.", date(2020, 1, 20))
    assert kept["version"] == 2


def test_an_update_keeps_what_it_replaces(records: Records, tmp_path: Path) -> None:
    head = [*HEAD, "Safe contact", "Sex"]
    before = ["1", "Ann", "Berg", "13/01/1980", "Ring first.", "female"]
    _update(records, tmp_path, head, before, ["1", "Ann", "Berg-Thal", "14/01/1980", "", "male"])
    with records.work(writes=False) as work:
        earlier = earlier_details.of(work, _patient(records, number=1001)["id"])
    assert [(each.what, each.was) for each in earlier] == [
        ("Birth date", "13-Jan-1980"),
        ("Family name", "Berg"),
        ("Sex registered at birth", "Female"),
    ]
    assert {each.reason for each in earlier} == {"imported from the old system"}


def test_an_update_to_another_patients_nhs_number_is_pointed_out(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="test.add") as work:
        makers.patient(work, nhs_number="9990000018")
    head = [*HEAD, "NHS number"]
    outcome = _update(
        records, tmp_path, head, ["1", "Ann", "Berg", "", ""], ["1", "Ann", "Berg", "", "9990000018"]
    )
    assert "Another patient here has the same NHS number." in {each.text for each in outcome.warnings}


def test_an_update_adds_where_information_came_from(records: Records, tmp_path: Path) -> None:
    head = [*HEAD, "Referred by", "Surgery"]
    before, after = ["1", "Ann", "Berg", "", "a friend", ""], ["1", "Ann", "Berg", "", "her GP", "Seafront"]
    outcome = _update(records, tmp_path, head, before, after)
    assert [each.text for each in outcome.warnings] == [
        "The GP has no practice code; the GP is kept as text."
    ]
    assert _patient(records, number=1001)["source"] == (
        "imported from the old system; a friend; her GP; GP as given: Seafront"
    )


def test_new_ways_of_contact_come_first_and_the_earlier_ones_stay(records: Records, tmp_path: Path) -> None:
    head = [*HEAD, "Mobile", "Email", "Address line 1", "Next of kin"]
    before = ["1", "Ann", "Berg", "", "07700 900111", "a@example.org", "1 High Street", "Jo Berg"]
    after = ["1", "Ann", "Berg", "", "07700 900222", "b@example.org", "2 Low Street", "Kim Berg"]
    outcome = _update(records, tmp_path, head, before, after)
    assert [each.text.split(";")[0] for each in outcome.warnings] == [
        "The earlier address is kept",
        "The earlier telephone numbers are kept",
        "The earlier e-mail address is kept",
        "The earlier emergency contact is kept",
    ]
    for kind, column, expected in (
        (Phone, "shown", ["07700 900222", "07700 900111"]),
        (Email, "address", ["b@example.org", "a@example.org"]),
        (Address, "line_1", ["2 Low Street", "1 High Street"]),
    ):
        rows = sorted(rows_of(records, kind), key=lambda row: row["position"])
        assert [row[column] for row in rows] == expected
    assert count(records, Contact) == 2
    for typed in ("07700900111", "07700900222", "b@example", "a@example"):
        assert len(run(records, people.find, typed)) == 1, typed


def test_what_an_update_repeats_is_not_added_again(records: Records, tmp_path: Path) -> None:
    head = [*HEAD, "Mobile", "Email", "Address line 1", "Next of kin", "Known as"]
    same = ["07700 900111", "a@example.org", "1 High Street", "Jo Berg"]
    outcome = _update(
        records, tmp_path, head, ["1", "Ann", "Berg", "", *same, ""], ["1", "Ann", "Berg", "", *same, "Annie"]
    )
    assert (outcome.updated, outcome.warnings) == (1, ())
    assert [count(records, kind) for kind in (Phone, Email, Address, Contact)] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("head", "before", "after", "expected"),
    [
        (["Status"], ["discharged"], ["current"], "current"),
        (["Status", "Known as"], ["discharged", ""], ["", "Annie"], "current"),
        (["Known as"], [""], ["Annie"], "archived"),
        (["Discharged"], [""], ["1 Feb 2021"], "discharged"),
    ],
)
def test_a_status_the_file_does_not_tell_stays(
    records: Records, tmp_path: Path, head: list[str], before: list[str], after: list[str], expected: str
) -> None:
    take_in(records, "patients", table(tmp_path, ["Patient ID", "First name", *head], ["1", "Ann", *before]))
    if expected == "archived":  # set by an import that told it, so that it is no change by hand
        told = table(tmp_path, ["Patient ID", "First name", "Status"], ["1", "Ann", "archived"])
        take_in(records, "patients", told, update=True)
    file = table(tmp_path, ["Patient ID", "First name", *head], ["1", "Ann", *after])
    take_in(records, "patients", file, update=True)
    assert _patient(records, number=1001)["status"] == expected


def test_a_practice_number_never_changes(records: Records, tmp_path: Path) -> None:
    head = ["Patient ID", "First name", "Practice number"]
    take_in(records, "patients", table(tmp_path, head, ["1", "Ann", "7"]))
    with pytest.raises(RowsRefused, match="never change"):
        take_in(records, "patients", table(tmp_path, head, ["1", "Ann", "8"]), update=True)


def test_a_patient_who_is_no_longer_here_is_not_brought_back(records: Records, tmp_path: Path) -> None:
    take_in(records, "patients", table(tmp_path, HEAD, ["1", "Ann", "Berg", ""]))
    with records.work(use_case="test.remove") as work:
        row = work.first(select(Patient))
        assert row is not None
        work.delete(row)
    with pytest.raises(RowsRefused, match="no longer in the records"):
        take_in(records, "patients", table(tmp_path, HEAD, ["1", "Anna", "Berg", ""]), update=True)
    assert count(records, Imported) == 1


# Likely duplicates


def test_a_known_nhs_number_is_listed_and_nobody_is_merged(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="test.add") as work:
        makers.patient(work, number=77, nhs_number="9990000018")
    head = ["First name", "Last name", "NHS number"]
    outcome = take_in(records, "patients", table(tmp_path, head, ["Quite", "Different", "999 000 0018"]))
    assert count(records, Patient) == 2
    (pair,) = outcome.duplicates
    assert (pair.line, pair.number, pair.other_line, pair.other_number, pair.reason) == (
        2, 1001, None, 77, "same NHS number",
    )  # fmt: skip


def test_two_rows_of_the_file_are_listed_by_line_and_number(records: Records, tmp_path: Path) -> None:
    rows = [["1", "Ann", "Berg", "13/01/1980"], ["2", "Ben", "Thal", ""], ["3", "Anne", "Berg", "13/01/1980"]]
    (pair,) = take_in(records, "patients", table(tmp_path, HEAD, *rows)).duplicates
    assert (pair.line, pair.number, pair.other_line, pair.other_number) == (4, 1003, 2, 1001)
