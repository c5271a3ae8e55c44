"""Finding people as somebody types: every word they are known by, and nothing stale."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from practice_app.model.people import Patient, Person, Phone
from practice_app.rules.names import PersonName
from practice_app.services import people
from practice_app.services.marks import run
from practice_app.storage import search
from practice_app.storage.reading import Statement
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import ON_A_FILE, ON_A_SERVER
from tests.raw import as_owner


@pytest.fixture
def clinic(records: Records) -> Records:
    with records.work(use_case="test.add") as work:
        makers.patient(
            work,
            PersonName("Mr", "John", "Smith", "Jonno"),
            phones=["07700 900123", "+441632960555"],
            emails=["j.smith@example.org"],
            postcode="BN11 5PA",
            nhs_number="9990000018",
            number=2001,
            person_values={"born": date(1945, 7, 14)},
        )
        makers.patient(work, PersonName(None, "Joanna", "Smithers", None), number=2002)
        makers.patient(work, PersonName(None, None, None, "Bluebird"), number=2003)
        makers.patient(work, PersonName(None, "Łukasz", "Żółć", None), number=2004)
        makers.patient(work, PersonName(None, "Siân", "O'Neil", None), number=2005)
    return records


def _numbers(records: Records, text: str) -> list[str]:
    return [found.number for found in run(records, people.find, text)]


@pytest.mark.parametrize(
    "text",
    [
        "smi jo", "jo smi", "SMITH", "jonno", "john smith",
        "9990000018", "999 000 0018", "999-000-0018", "99900",
        "07700 900123", "07700900123", "+447700900123", "01632 960555",
        "BN11 5PA", "bn115pa", "bn11", "bn11 5",
        "14/07/1945", "14-Jul-1945", "14.7.1945", "1945-07-14", "14 July 1945", "smith 14/7/1945",
        "2001", "j.smith@example.org",
    ],
)  # fmt: skip
def test_john_smith_is_found_by(clinic: Records, text: str) -> None:
    assert "2001" in _numbers(clinic, text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("blue", "2003"), ("zolc", "2004"), ("lukasz", "2004"), ("Żół", "2004"), ("oneil", "2005"),
     ("o'neil", "2005"), ("sian", "2005")],
)  # fmt: skip
def test_names_are_found_without_their_accents_and_apostrophes(
    clinic: Records, text: str, number: str
) -> None:
    assert _numbers(clinic, text) == [number]


def test_family_names_come_in_order(clinic: Records) -> None:
    assert _numbers(clinic, "smi") == ["2001", "2002"]
    assert _numbers(clinic, "") == ["2003", "2005", "2001", "2002", "2004"]


@pytest.mark.parametrize("text", ["nobody", "smith 01/01/1990", "12345678", "x" * 500, '"', "*", "a AND"])
def test_nothing_is_found_and_nothing_breaks(clinic: Records, text: str) -> None:
    assert _numbers(clinic, text) == []


@given(st.text(max_size=40))
def test_any_typed_text_gives_plain_words(text: str) -> None:
    for word in search.query_words(text):
        assert word
        assert '"' not in word


def test_a_changed_name_is_found_by_the_new_one_only(clinic: Records) -> None:
    with clinic.work(use_case="test.rename") as work:
        person = work.first(select(Person).where(Person.known_as == "Bluebird"))
        person.known_as, person.name_key = "Kingfisher", "kingfisher"
    assert _numbers(clinic, "blue") == []
    assert _numbers(clinic, "king") == ["2003"]


def test_a_changed_phone_is_found_by_the_new_one_only(clinic: Records) -> None:
    with clinic.work(use_case="test.phone") as work:
        phone = work.first(select(Phone).where(Phone.shown == "07700 900123"))
        phone.shown = "07700 900999"
    assert _numbers(clinic, "07700900123") == []
    assert _numbers(clinic, "07700900999") == ["2001"]


@ON_A_FILE
def test_the_index_agrees_with_the_entries(clinic: Records) -> None:
    with clinic.work(use_case="test.check") as work:
        driver = work.connection().connection.driver_connection
        driver.execute("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")


@ON_A_FILE
def test_statements_use_indexes(clinic: Records) -> None:
    with clinic.work(writes=False) as work:
        driver = work.connection().connection.driver_connection
        plans = {
            search.BY_NAME: ("smi", "smj", 50),
            search.BY_NAMES: ("smi", "smj", " jo", 50),
            search.BY_WORDS: ('"smi"*', 50),
        }
        for statement, values in plans.items():
            steps = driver.execute(f"EXPLAIN QUERY PLAN {statement.file}", values).fetchall()
            for _, parent, _, step in steps:
                assert not step.startswith("SCAN") or "VIRTUAL TABLE" in step
                # The one phone and postcode shown may be sorted; the people found may not.
                assert parent != 0 or "TEMP B-TREE" not in step


@ON_A_SERVER
@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (search.BY_NAME, ("smi", "smj", 50), "ix_person_name"),
        (search.BY_WORDS, ("'smi':*", 50), "search_index_words"),
        (search.EVERYBODY_BY_NAME_WORDS, ("'smi':*", 50), "search_index_names"),
        (search.BY_NUMBER, {"n": "077", "m": "078", "number": 77, "l": 50}, "ix_phone_digits"),
    ],
)
def test_the_servers_statements_can_use_indexes(
    clinic: Records, statement: Statement, values: Any, index: str
) -> None:
    """Five people are read faster without; so the server is told not to."""
    with as_owner(clinic) as connection:
        ways = ("seqscan", "indexscan") if index.startswith("search_index") else ("seqscan", "sort")
        for way in ways:
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        plan = connection.exec_driver_sql(f"EXPLAIN {statement.server}", values).scalars()
        assert index in "\n".join(plan)


@pytest.mark.parametrize("text", ["हिन", "हिन्दी", "ガン", "ガンダ"])
def test_names_with_marks_inside_are_found_by_their_beginning(records: Records, text: str) -> None:
    with records.work(use_case="test.add") as work:
        makers.patient(work, PersonName(None, "हिन्दी", "ガンダム", None), number=2006)
    assert _numbers(records, text) == ["2006"]


@pytest.mark.parametrize("text", ["x'n%", "s_ith", "'", "\\", "a\\:*", "|", "!smith & x", "1" * 5000, "٣٤٥"])
def test_signs_that_mean_something_to_a_database_find_nobody(clinic: Records, text: str) -> None:
    assert _numbers(clinic, text) == []


def test_an_nhs_number_of_two_people_asks_for_the_practice_number(clinic: Records) -> None:
    with clinic.work(use_case="test.add") as work:
        makers.patient(work, nhs_number="9990000018")
    with pytest.raises(Exception, match="practice number"):
        run(clinic, people.identify, "999 000 0018")
    with clinic.work(writes=False) as work:
        assert work.get(Patient, run(clinic, people.identify, "2001")).number == 2001
