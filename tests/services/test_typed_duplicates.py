"""Who is pointed out while somebody new is typed, by which two identifiers, and that it stays quick."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import typed_duplicates
from practice_app.services.marks import run
from practice_app.services.typed_duplicates import Likely, Typed
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import ON_A_FILE

BORN, OTHER = date(1990, 5, 2), date(1971, 1, 1)
JO = PersonName("Ms", "Jo", "Bloggs", None)


@pytest.fixture
def jo(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        makers.patient(work, PersonName("Mr", "Jim", "Bloggs", None), phones=["01632 960123"])
        return makers.patient(
            work,
            JO,
            phones=["07700 900123", "01632 960123"],
            emails=["Jo@example.org"],
            postcode="CT11 8AA",
            nhs_number="9990000018",
            person_values={"born": date(1990, 5, 2)},
        )


def found(records: Records, name: PersonName | None = JO, **known: Any) -> list[Likely]:
    return list(run(records, typed_duplicates.find, Typed(name, **known)))


@pytest.mark.parametrize(
    ("name", "known", "reason"),
    [
        (None, {"nhs_number": "9990000018"}, "same NHS number"),
        (PersonName(None, "Joe", "Blogs", None), {"born": BORN}, "same birth date and a similar name"),
        (PersonName(None, "Bloggs", "Jo", None), {"born": BORN}, "same birth date and a similar name"),
        (JO, {"phones": ("01632960123",)}, "same telephone number and a similar name"),
        (JO, {"phones": ("+44 7700 900123",)}, "same telephone number and a similar name"),
        (JO, {"emails": ("JO@EXAMPLE.ORG",), "born": OTHER}, "same e-mail address and a similar name"),
        (JO, {"born": date(1990, 2, 5)}, "similar name, and birth dates that differ by a slip"),
        (JO, {}, "same name"),
        (PersonName(None, "jo", "BLOGGS", None), {"postcode": "ct118aa"}, "same postcode and a similar name"),
    ],
)  # fmt: skip
def test_who_is_pointed_out_and_why(
    records: Records, jo: UUID, name: PersonName | None, known: dict[str, Any], reason: str
) -> None:
    (likely,) = found(records, name, **known)
    assert (likely.id, likely.reason) == (jo, reason)
    assert (likely.born, likely.phone, likely.postcode) == (date(1990, 5, 2), "07700 900123", "CT11 8AA")


@pytest.mark.parametrize(
    ("name", "known"),
    [
        (None, {}),
        (JO, {"born": date(1971, 1, 1)}),
        (PersonName(None, "Ann", "Bloggs", None), {"phones": ("07700 900123",)}),
        (PersonName(None, "Zoe", "Thal", None), {"born": date(1990, 5, 2)}),
    ],
)
def test_who_is_not(records: Records, jo: UUID, name: PersonName | None, known: dict[str, Any]) -> None:
    assert found(records, name, **known) == []


def test_somebody_is_not_their_own_duplicate(records: Records, jo: UUID) -> None:
    assert found(records, JO, nhs_number="9990000018", patient=jo) == []


def test_a_therapist_is_shown_identifiers_and_not_how_to_reach_somebody(
    open_as: Callable[[Role], Records], jo: UUID
) -> None:
    (likely,) = run(open_as(Role.THERAPIST), typed_duplicates.find, Typed(JO))
    assert (likely.born, likely.nhs_number) == (BORN, "9990000018")
    assert (likely.phone, likely.postcode) == ("", "")


def test_the_surest_come_first_and_only_a_few(records: Records, jo: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        for _ in range(7):
            makers.patient(work, JO, person_values={"born": None})
    likely = found(records, JO, nhs_number="9990000018")
    assert len(likely) == 5
    assert [each.reason for each in likely[:2]] == ["same NHS number", "same name"]


@ON_A_FILE
def test_only_indexes_are_asked(records: Records) -> None:
    """A scan of a table at every key press would be felt from some thousand patients on."""
    typed = Typed(JO, date(1990, 5, 2), "9990000018", ("07700 900123",), ("jo@example.org",), "CT11 8AA")
    with records.work(writes=False, use_case="tests.explain") as work:
        connection = work.connection()
        plans = []
        for statement in typed_duplicates._blocks(typed):
            compiled = statement.limit(300).compile(connection, compile_kwargs={"render_postcompile": True})
            rows = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {compiled}", tuple(map(_bound, compiled.params.values()))
            )
            plans += [row[3] for row in rows]
    assert len(plans) >= 6
    assert not [plan for plan in plans if plan.startswith("SCAN")]


def _bound(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
