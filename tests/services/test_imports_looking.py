"""The first look at a file before it is imported, and mappings that are kept."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from practice_app.errors import FileRefused, Invalid, NotAllowed
from practice_app.exchange.fields import LEFT_OUT
from practice_app.progress import Progress
from practice_app.rules.dates import DateOrder
from practice_app.rules.permissions import Role
from practice_app.services import import_mappings, imports
from practice_app.services.imports import Look, Request, UnclearDates
from practice_app.services.marks import run
from practice_app.storage.records import Records

from .import_files import PATIENTS, count, table, written


def look(records: Records, path: Path, **asked: object) -> Look:
    return imports.look(records, path, progress=Progress(), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PATIENTS, "patients"),
        ("Client,Start,Therapist,Room\nP1,2026-11-20 10:00,Shah,1\n", "appointments"),
        ("Patient ID,Date,Notes\nP1,2026-11-20,Slept better\n", "notes"),
        ("Patient ID,Consent,Status,Date\nP1,gp,yes,2026-11-20\n", "consents"),
        ("Patient ID,Date,In/Out,Telephone,Subject\nP1,2026-11-20,in,01632 960123,x\n", "calls"),
        ("Name,Company,Job title,Phone\nAda,Surgery,GP,01632 960123\n", "contacts"),
        ("Patient ID,First name,Last name,Relationship\nP1,Jo,Smith,sister\n", "relations"),
        ("BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", "contacts"),
        (json.dumps({"resourceType": "Patient"}), "fhir"),
        ('"A81001","THE SURGERY"' + ',""' * 10 + ',"A"' + ',""' * 14 + "\n", "practices"),
        ("Colour,Shape\nred,round\n", "patients"),
    ],
)
def test_what_a_file_is_guessed_to_be(records: Records, tmp_path: Path, content: str, kind: str) -> None:
    assert look(records, written(tmp_path, content)).kind == kind


def test_columns_are_shown_with_their_first_values_and_what_they_seem_to_mean(
    records: Records, tmp_path: Path
) -> None:
    found = look(records, table(tmp_path, ("Surname", "Colour"), ("", "red"), ("Smith", "x" * 300)))
    assert [(each.heading, each.field) for each in found.columns] == [("Surname", "family"), ("Colour", "")]
    assert found.columns[0].values == ("Smith",)
    assert found.columns[1].values == ("red", "x" * 80)
    assert ("family", "Family name (surname)") in {(each.name, each.meaning) for each in found.fields}
    assert found.missing(["family"]) == ()


def test_what_no_column_tells_is_said(records: Records, tmp_path: Path) -> None:
    path = table(tmp_path, ("Colour", "Phone"), ("red", "1"))
    seen = look(records, path, kind="patients")
    assert seen.missing([each.field for each in seen.columns]) == ("the patient's name",)
    chosen = look(records, path, kind="patients", columns={"Colour": "known_as", "Phone": LEFT_OUT})
    assert [each.field for each in chosen.columns] == ["known_as", ""]
    assert chosen.missing(["known_as"]) == ()


def test_a_kept_mapping_is_offered_for_a_file_with_the_same_headings(
    records: Records, tmp_path: Path
) -> None:
    headings = ("Who", "When born", "Junk")
    wanted = import_mappings.Wanted(
        " The old  list ", "patients", headings, {"Who": "full_name", "When born": "birth_date"},
        DateOrder.MDY, "Old list",
    )  # fmt: skip
    kept = run(records, import_mappings.keep, wanted)
    assert kept.name == "The old list"
    found = look(records, table(tmp_path, ("Junk", "Who", "When born"), ("x", "Jo Smith", "03/04/1980")))
    assert (found.saved, found.dates, found.source) == ("The old list", DateOrder.MDY, "Old list")
    assert [each.field for each in found.columns] == ["", "full_name", "birth_date"]
    assert look(records, table(tmp_path, ("Who", "When born"), ("x", "y"))).saved == ""
    run(records, import_mappings.keep, wanted)
    assert [each.name for each in run(records, import_mappings.kept)] == ["The old list"]
    run(records, import_mappings.forget, kept.id)
    assert run(records, import_mappings.kept) == ()


@pytest.mark.parametrize(
    ("name", "columns", "field"),
    [(" ", {"a": "family"}, "name"), ("x" * 101, {"a": "family"}, "name"), ("x", {"a": "room"}, "columns")],
)
def test_a_mapping_that_makes_no_sense_is_not_kept(
    records: Records, name: str, columns: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        run(records, import_mappings.keep, import_mappings.Wanted(name, "patients", ("a",), columns))
    assert refused.value.field == field


def test_dates_that_can_be_read_in_two_ways_are_asked_about_with_the_column(
    records: Records, tmp_path: Path
) -> None:
    path = table(tmp_path, ("Name", "DOB"), ("Jo Smith", "03/04/1980"))
    with pytest.raises(UnclearDates) as asked:
        imports.run(records, Request(kind="patients", path=path, dry_run=True), progress=Progress())
    assert (asked.value.column, asked.value.example) == ("DOB", "03/04/1980")


def test_refused_rows_and_findings_can_be_written_before_anything_is_imported(
    records: Records, tmp_path: Path
) -> None:
    path = written(tmp_path, PATIENTS)
    request = Request(kind="patients", path=path, dates=DateOrder.DMY)
    refused, findings = tmp_path / "refused.csv", tmp_path / "findings.csv"
    assert imports.save_refused(records, request, refused, progress=Progress()) == 1
    assert "bluebird@example.org" in refused.read_text(encoding="utf-8")
    outcome = imports.run(records, Request(kind="patients", path=path, dry_run=True), progress=Progress())
    imports.save_findings(records, outcome, findings, progress=Progress())
    assert '"4","Refused","There is no name of any kind in this row."' in findings.read_text(encoding="utf-8")
    from practice_app.model.people import Patient

    assert count(records, Patient) == 0


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.csv", b"", "is empty"),
        ("letter.csv", b"%PDF-1.7 x", "This is a PDF"),
        ("odd.csv", b"Name\n\xc3\xa9\xc3\xa9\xc3\xa9\xff\n", "cannot be read as UTF-8"),
        ("cut.csv", b'Name,"Pho', "quotation mark"),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_sentence(
    records: Records, tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=sentence):
        look(records, path)


def test_a_folder_is_no_file(records: Records, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="is a folder"):
        look(records, tmp_path)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_only_a_director_looks_at_files_and_keeps_mappings(
    open_as: Callable[[Role], Records], tmp_path: Path, role: Role
) -> None:
    records = open_as(role)
    with pytest.raises(NotAllowed):
        look(records, written(tmp_path, PATIENTS))
    with pytest.raises(NotAllowed):
        run(records, import_mappings.kept)
