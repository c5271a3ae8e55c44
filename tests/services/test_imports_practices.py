"""The NHS directory of GP practices, and a later edition that brings it up to date."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from practice_app.errors import FileRefused
from practice_app.model.audit import AuditEvent
from practice_app.model.people import GPPractice, Patient
from practice_app.storage.records import Records
from tests import makers
from tests.services.import_files import rows_of, table, take_in


def _row(code: str, name: str = "THE SEAFRONT SURGERY", **changed: str) -> list[str]:
    """One row as the directory is published: 27 columns."""
    row = [""] * 27
    row[0], row[1], row[4], row[5], row[9] = code, name, "1 HIGH STREET", "RAMSGATE", "CT11 8AA"
    row[10], row[12], row[17], row[25] = "19740401", "A", "01632 960001", "4"
    for place, value in changed.items():
        row[int(place.removeprefix("c"))] = value
    return row


def _take(records: Records, folder: Path, *rows: Sequence[str], **asked: Any) -> Any:
    return take_in(records, "practices", table(folder, *rows), **asked)


def _practices(records: Records) -> dict[str, dict[str, Any]]:
    return {row["ods_code"]: row for row in rows_of(records, GPPractice)}


def test_the_directory_is_taken_in(records: Records, tmp_path: Path) -> None:
    outcome = _take(records, tmp_path, _row("A81001"), _row("A81002", c10="20010101"))
    assert (outcome.rows, outcome.added, outcome.refused, outcome.unmatched) == (2, 2, 0, ())
    kept = _practices(records)["A81001"]
    assert {name: kept[name] for name in ("name", "name_key", "address", "postcode", "phone", "status")} == {
        "name": "The Seafront Surgery", "name_key": "the seafront surgery",
        "address": "1 High Street, Ramsgate", "postcode": "CT11 8AA",
        "phone": "01632 960001", "status": "active",
    }  # fmt: skip
    assert (kept["opened_on"], kept["closed_on"], kept["prescribing_setting"]) == (
        date(1974, 4, 1),
        None,
        "4",
    )
    assert (kept["source"], kept["directory_date"]) == ("NHS directory", date(2001, 1, 1))


def test_the_same_edition_again_changes_nothing(records: Records, tmp_path: Path) -> None:
    rows = [_row("A81001"), _row("A81002")]
    _take(records, tmp_path, *rows)
    before = _practices(records), len(rows_of(records, AuditEvent))
    outcome = _take(records, tmp_path, *rows)
    assert (outcome.added, outcome.updated, outcome.unchanged) == (0, 0, 2)
    assert (_practices(records), len(rows_of(records, AuditEvent))) == before


def test_renamed_moved_and_closed_practices_stay_the_same_practice(records: Records, tmp_path: Path) -> None:
    codes = ["A81001", "A81002", "A81003", "A81004"]
    _take(records, tmp_path, *map(_row, codes))
    before = _practices(records)
    outcome = _take(
        records,
        tmp_path,
        _row("A81001", "HARBOUR SURGERY"),
        _row("A81002", c4="2 LOW STREET", c9="CT11 9ZZ"),
        _row("A81003", c11="20201231", c12="C"),
        _row("A81004"),
        _row("A81005", c10="20210101"),
    )
    after = _practices(records)
    assert (outcome.added, outcome.updated, outcome.unchanged) == (1, 3, 1)
    assert {code: after[code]["id"] for code in codes} == {code: before[code]["id"] for code in codes}
    assert after["A81001"]["name"] == "Harbour Surgery"
    assert (after["A81002"]["address"], after["A81002"]["postcode"]) == ("2 Low Street, Ramsgate", "CT11 9ZZ")
    assert (after["A81003"]["closed_on"], after["A81003"]["status"]) == (date(2020, 12, 31), "closed")
    assert after["A81004"] == before["A81004"]
    assert [after[code]["version"] for code in (*codes, "A81005")] == [2, 2, 2, 1, 1]


def test_a_practice_the_edition_leaves_out_stays(records: Records, tmp_path: Path) -> None:
    _take(records, tmp_path, _row("A81001"), _row("A81002"))
    _take(records, tmp_path, _row("A81002"))
    assert set(_practices(records)) == {"A81001", "A81002"}


def test_a_practice_entered_by_hand_is_brought_up_to_date_by_its_code(
    records: Records, tmp_path: Path
) -> None:
    with records.work(use_case="test.gp") as work:
        work.add(GPPractice(ods_code="A81001", name="Sea Front", name_key="sea front"))
        work.add(GPPractice(ods_code=None, name="Abroad", name_key="abroad"))
    outcome = _take(records, tmp_path, _row("A81001"))
    assert (outcome.added, outcome.updated) == (0, 1)
    assert {row["name"] for row in rows_of(records, GPPractice)} == {"The Seafront Surgery", "Abroad"}


def test_patients_of_a_practice_that_closes_are_pointed_out(records: Records, tmp_path: Path) -> None:
    _take(records, tmp_path, _row("A81001"), _row("A81002"))
    with records.work(use_case="test.patients") as work:
        practice = work.first(select(GPPractice.id).where(GPPractice.ods_code == "A81001"))
        for _ in range(2):
            makers.patient(work, gp_practice_id=practice)
    closed = {"c11": "20201231", "c12": "C"}
    outcome = _take(records, tmp_path, _row("A81001", **closed), _row("A81002", **closed))
    assert [(each.line, each.text) for each in outcome.warnings] == [
        (1, "The Seafront Surgery (A81001) is closed now; it is the GP practice of 2 patients here.")
    ]
    assert len(rows_of(records, Patient)) == 2


def test_an_older_edition_is_refused(records: Records, tmp_path: Path) -> None:
    _take(records, tmp_path, _row("A81001"), _row("A81002", c10="20210101"))
    with pytest.raises(FileRefused, match="of 01-Apr-1974; the one here is newer, of 01-Jan-2021"):
        _take(records, tmp_path, _row("A81001"))


def test_the_day_of_an_edition_can_be_told(records: Records, tmp_path: Path) -> None:
    _take(records, tmp_path, _row("A81001"), edition=date(2026, 8, 28))
    assert _practices(records)["A81001"]["directory_date"] == date(2026, 8, 28)


def test_a_planned_closure_does_not_put_an_edition_into_the_future(records: Records, tmp_path: Path) -> None:
    _take(records, tmp_path, _row("A81001", c11="20991231"))
    assert _practices(records)["A81001"]["directory_date"] == date(1974, 4, 1)


def test_a_dry_run_writes_no_practice(records: Records, tmp_path: Path) -> None:
    outcome = _take(records, tmp_path, _row("A81001"), dry_run=True)
    assert (outcome.added, outcome.is_written) == (1, False)
    assert _practices(records) == {}


def test_a_damaged_directory_is_refused_whole(records: Records, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="Line 2: it has 3 columns"):
        _take(records, tmp_path, _row("A81001"), ["A81002", "NAME", "X"])
    assert _practices(records) == {}
