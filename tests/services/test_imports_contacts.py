"""Address books and people who belong to patients: whole or not at all, and a second run changes nothing."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from practice_app.errors import FileRefused, NotAllowed
from practice_app.model.people import (
    GP,
    Address,
    AddressBookEntry,
    Authority,
    Contact,
    Email,
    GPPractice,
    Patient,
    Person,
    Phone,
)
from practice_app.rules.permissions import Role
from practice_app.services.imports import RowsRefused
from practice_app.storage.records import Records
from tests import makers

from .import_files import count, rows_of, table, take_in, written

CARDS = """BEGIN:VCARD
VERSION:3.0
UID:1
N:Okafor;Ada;;Dr;
ORG:Seafront Surgery
TEL;TYPE=WORK:01632 960100
EMAIL:ada@seafront.example
END:VCARD
BEGIN:VCARD
VERSION:3.0
UID:2
N:Harte;Sol;;;
ORG:Harte & Co
TITLE:Solicitor
ADR;TYPE=WORK:;;9 Dock Rd;Ramsgate;;CT11 9AA;
END:VCARD
"""


def cards(folder: Path, text: str = CARDS) -> Path:
    return written(folder, text, "cards.vcf")


def everything(records: Records) -> list[int]:
    kinds = (Person, Patient, GP, AddressBookEntry, Contact, Phone, Email, Address)
    return [count(records, kind) for kind in kinds]


def test_cards_become_entries_of_the_address_book_and_gps(records: Records, tmp_path: Path) -> None:
    outcome = take_in(records, "contacts", cards(tmp_path))
    assert (outcome.added, outcome.refused, outcome.is_written) == (2, 0, True)
    names = {row["id"]: row["family"] for row in rows_of(records, Person)}
    entries = {
        names[row["id"]]: (row["organisation"], row["job"]) for row in rows_of(records, AddressBookEntry)
    }
    assert entries == {"Okafor": ("Seafront Surgery", ""), "Harte": ("Harte & Co", "Solicitor")}
    assert [names[row["id"]] for row in rows_of(records, GP)] == ["Okafor"]
    assert count(records, Patient) == 0
    assert [warning.text for warning in outcome.warnings] == [
        "A GP without a practice code: choose the practice in the GP directory."
    ]


def test_a_second_run_changes_nothing_and_a_changed_card_only_with_update(
    records: Records, tmp_path: Path
) -> None:
    take_in(records, "contacts", cards(tmp_path))
    before = everything(records)
    again = take_in(records, "contacts", cards(tmp_path))
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    changed = cards(tmp_path, CARDS.replace("Solicitor", "Notary").replace("9 Dock", "8 Dock"))
    with pytest.raises(RowsRefused, match="taken in earlier with other values"):
        take_in(records, "contacts", changed)
    assert everything(records) == before
    outcome = take_in(records, "contacts", changed, update=True)
    assert (outcome.updated, outcome.unchanged) == (1, 1)
    assert "Notary" in {row["job"] for row in rows_of(records, AddressBookEntry)}
    lines = [row["line_1"] for row in sorted(rows_of(records, Address), key=lambda row: row["position"])]
    assert lines == ["8 Dock Rd", "9 Dock Rd"]
    assert count(records, Person) == before[0]


def test_contacts_are_patients_only_when_somebody_says_so(records: Records, tmp_path: Path) -> None:
    outcome = take_in(records, "contacts", cards(tmp_path), as_patients=True)
    assert (outcome.kind, outcome.added) == ("contacts", 2)
    assert (count(records, Patient), count(records, AddressBookEntry), count(records, GP)) == (2, 0, 0)
    assert "organisation" in outcome.unmatched
    assert take_in(records, "contacts", cards(tmp_path), as_patients=True).unchanged == 2


def test_a_nameless_card_stops_the_file_unless_the_refused_go_elsewhere(
    records: Records, tmp_path: Path
) -> None:
    path = cards(tmp_path, CARDS + "BEGIN:VCARD\nVERSION:3.0\nEMAIL:x@example.org\nEND:VCARD\n")
    with pytest.raises(RowsRefused, match="Line 17: There is no name"):
        take_in(records, "contacts", path)
    assert count(records, AddressBookEntry) == 0
    rejects = tmp_path / "rejects.csv"
    outcome = take_in(records, "contacts", path, rejects=rejects)
    assert (outcome.added, outcome.refused) == (2, 1)
    headings, refused = csv.reader(rejects.read_text(encoding="utf-8-sig").splitlines())
    refused[headings.index("family")] = "Ray"
    assert take_in(records, "contacts", table(tmp_path, headings, refused, name="mended.csv")).added == 1


def test_a_gp_in_a_table_is_tied_to_the_practice_by_its_code_only(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.add(GPPractice(ods_code="A81001", name="The Surgery", name_key="the surgery"))
    path = table(
        tmp_path,
        ("Name", "Company", "Practice code"),
        ("Dr Ada Okafor", "The Surgery", "A81001"),
        ("Dr Bo Lee", "The Surgery", "A81002"),
    )
    outcome = take_in(records, "contacts", path)
    linked = sorted(row["gp_practice_id"] is not None for row in rows_of(records, GP))
    assert linked == [False, True]
    assert [(each.line, each.text) for each in outcome.warnings] == [
        (3, "The GP practice code A81002 is not in the directory here.")
    ]


def test_somebody_who_may_be_here_already_is_pointed_out_and_nobody_is_merged(
    records: Records, tmp_path: Path
) -> None:
    take_in(records, "contacts", cards(tmp_path))
    other = CARDS.replace("UID:1", "UID:7").replace("01632 960100", "01632 960101")
    outcome = take_in(records, "contacts", cards(tmp_path, other), source="Outlook", dry_run=True)
    assert [warning.line for warning in outcome.warnings if "Perhaps here already" in warning.text] == [1]
    assert outcome.added == 2


def test_relatives_belong_to_the_patient_and_get_no_authority(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="tests.arrange") as work:
        margaret = makers.patient(work, nhs_number="9990000018", number=77)
    path = table(
        tmp_path,
        ("Practice no", "First name", "Last name", "Relationship", "Emergency contact", "Mobile", "Until"),
        ("77", "Joan", "Holloway", "sister", "yes", "07700 900321", ""),
        ("78", "Sam", "Gray", "carer", "no", "", "31/12/2026"),
    )
    with pytest.raises(RowsRefused, match="Line 3: No patient here"):
        take_in(records, "relations", path)
    assert count(records, Contact) == 0
    assert take_in(records, "relations", path, leave_refused=True).added == 1
    (row,) = rows_of(records, Contact)
    assert (row["patient_id"], row["relation"], row["is_emergency_contact"], row["authority"]) == (
        margaret,
        "sister",
        True,
        Authority.NONE,
    )
    assert take_in(records, "relations", path, leave_refused=True).unchanged == 1


def test_a_changed_relative_is_updated_and_one_who_is_gone_is_refused(
    records: Records, tmp_path: Path
) -> None:
    with records.work(use_case="tests.arrange") as work:
        makers.patient(work, number=77)
    headings = ("Id", "Practice no", "Name", "Relationship", "Mobile", "From", "Until")
    first = ("R1", "77", "Joan Holloway", "sister", "07700 900321", "2026-01-01", "2026-12-31")
    take_in(records, "relations", table(tmp_path, headings, first))
    changed = ("R1", "77", "Joan Holloway", "guardian", "07700 900322", "2026-01-01", "2027-12-31")
    path = table(tmp_path, headings, changed)
    assert take_in(records, "relations", path, update=True).updated == 1
    (row,) = rows_of(records, Contact)
    assert (row["relation"], str(row["valid_to"])) == ("guardian", "2027-12-31")
    assert count(records, Phone) == 2
    with records.work(use_case="tests.arrange") as work:
        work.delete(work.get(Contact, row["id"]))
    again = table(tmp_path, headings, (*first[:3], "carer", *first[4:]))
    outcome = take_in(records, "relations", again, update=True, dry_run=True)
    assert [each.reason for each in outcome.refusals] == ["This contact is no longer in the records."]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("", "Joan", "sister", "", ""), "does not say whom the person belongs to"),
        (("77", "", "sister", "", ""), "no name of any kind"),
        (("77", "Joan", "sister", "2026-12-31", "2026-01-01"), "The last day is before the first."),
        (("77", "x" * 201, "sister", "", ""), "longer than 200"),
    ],
)
def test_relatives_that_cannot_be_taken(
    records: Records, tmp_path: Path, row: tuple[str, ...], reason: str
) -> None:
    with records.work(use_case="tests.arrange") as work:
        makers.patient(work, number=77)
    path = table(tmp_path, ("Practice no", "First name", "Relationship", "From", "Until"), row)
    (refusal,) = take_in(records, "relations", path, dry_run=True).refusals
    assert reason in refusal.reason


def fhir_file(folder: Path, *resources: object) -> Path:
    entries = [{"resource": each} for each in resources]
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
    return written(folder, json.dumps(bundle), "patients.json")


def fhir_patient(id: str, number: str, family: str, **more: object) -> dict[str, object]:
    return {
        "resourceType": "Patient",
        "id": id,
        "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}],
        "name": [{"family": family, "given": ["Jane"]}],
        "birthDate": "1980-10-22",
        **more,
    }


def related_person(id: str, number: str) -> dict[str, object]:
    return {
        "resourceType": "RelatedPerson",
        "id": id,
        "patient": {"identifier": {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": number}},
        "name": [{"family": "Smith", "given": ["Joan"]}],
    }


def test_a_fhir_file_brings_patients_and_their_people_together(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.add(GPPractice(ods_code="A20047", name="The Surgery", name_key="the surgery"))
    gp = {"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "A20047"}}
    sister = {"name": {"text": "Joan Smith"}, "relationship": [{"text": "sister"}]}
    carer = {"name": {"text": "Sam Gray"}, "relationship": [{"text": "carer"}]}
    path = fhir_file(
        tmp_path,
        fhir_patient("a", "999 000 0018", "Smith", generalPractitioner=[gp], contact=[sister, carer]),
        fhir_patient("b", "9990000026", "Brown", meta={"security": [{"code": "R"}]}),
    )
    outcome = take_in(records, "fhir", path)
    assert (outcome.unit, outcome.rows, outcome.added) == ("entry", 4, 4)
    patients = {row["nhs_number"]: row for row in rows_of(records, Patient)}
    assert patients["9990000018"]["gp_practice_id"] is not None
    assert "Restricted" in patients["9990000026"]["safety_line"]
    assert sorted(row["relation"] for row in rows_of(records, Contact)) == ["carer", "sister"]
    assert {row["patient_id"] for row in rows_of(records, Contact)} == {patients["9990000018"]["id"]}
    again = take_in(records, "fhir", path)
    assert (again.added, again.unchanged) == (0, 4)


def test_a_related_person_finds_the_patient_who_is_here(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="tests.arrange") as work:
        margaret = makers.patient(work, nhs_number="9990000018")
    related, stranger = related_person("507B7621", "9990000018"), related_person("X", "9990000026")
    with pytest.raises(RowsRefused, match="Entry 2: No patient here"):
        take_in(records, "fhir", fhir_file(tmp_path, related, stranger))
    rejects = tmp_path / "refused.csv"
    outcome = take_in(records, "fhir", fhir_file(tmp_path, related, stranger), rejects=rejects)
    assert (outcome.added, outcome.refused) == (1, 1)
    assert [row["patient_id"] for row in rows_of(records, Contact)] == [margaret]
    assert '"RelatedPerson","X"' in rejects.read_text(encoding="utf-8")


def test_likely_duplicates_are_hinted_for_fhir_patients_too(records: Records, tmp_path: Path) -> None:
    with records.work(use_case="tests.arrange") as work:
        makers.patient(work, nhs_number="9990000018", number=77)
    outcome = take_in(
        records, "fhir", fhir_file(tmp_path, fhir_patient("a", "9990000018", "Smith")), dry_run=True
    )
    assert [(each.other_number, each.reason) for each in outcome.duplicates] == [(77, "same NHS number")]


@pytest.mark.parametrize(
    ("kind", "content", "sentence"),
    [
        ("fhir", b"Name,Phone\nA,1\n", "is not a FHIR file"),
        ("fhir", b"%PDF-1.7 x", "is not a FHIR file"),
        ("patients", b"BEGIN:VCARD\nEND:VCARD\n", "Import it as contacts"),
        ("contacts", b"%PDF-1.7 x", "This is a PDF"),
        ("contacts", b'{"resourceType": "Patient"}', "are imported as fhir"),
        ("contacts", b"", "is empty"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(
    records: Records, tmp_path: Path, kind: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / "file.any"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=sentence):
        take_in(records, kind, path)


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_only_a_director_imports(open_as: Callable[[Role], Records], tmp_path: Path, role: Role) -> None:
    with pytest.raises(NotAllowed):
        take_in(open_as(role), "contacts", cards(tmp_path))
