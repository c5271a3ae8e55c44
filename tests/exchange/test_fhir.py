"""Patients in FHIR, in the shapes the NHS Personal Demographics Service gives them."""

import json
from pathlib import Path
from typing import Any

import pytest

from practice_app.errors import FileRefused
from practice_app.exchange import fhir
from practice_app.exchange.fields import Kind, guess
from practice_app.exchange.prepare import prepare
from practice_app.exchange.rows import PatientRow, PostalAddress, Prepared, RelationRow

from .sheets import TODAY

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
OVER = {"start": "2020-01-01", "end": "2021-12-31"}
HOLDS = {"start": "2026-01-01", "end": "2027-06-30"}


def number(value: str = "999 000 0018", status: str = "01") -> dict[str, Any]:
    return {
        "system": NHS_NUMBER,
        "value": value,
        "extension": [
            {
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": {"coding": [{"code": status}]},
            }
        ],
    }


def patient(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "9990000018",
        "identifier": [number()],
        "name": [{"use": "usual", "family": "Smith", "given": ["Jane", "Ann"], "prefix": ["Mrs"]}],
        "birthDate": "1980-10-22",
        **more,
    }


def bundle(*resources: Any) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": each} for each in resources],
    }


def written(folder: Path, found: Any) -> Path:
    path = folder / "patients.json"
    path.write_text(found if isinstance(found, str) else json.dumps(found), encoding="utf-8")
    return path


def patients(folder: Path, *found: Any) -> Prepared[PatientRow]:
    entries = fhir.read(written(folder, bundle(*found)), TODAY).patients
    return prepare(entries, guess(entries.headers, Kind.PATIENTS, {}), Kind.PATIENTS, None, today=TODAY)


def relations(folder: Path, *found: Any) -> Prepared[RelationRow]:
    entries = fhir.read(written(folder, bundle(*found)), TODAY).relations
    return prepare(entries, guess(entries.headers, Kind.RELATIONS, {}), Kind.RELATIONS, None, today=TODAY)


def only(folder: Path, **more: Any) -> tuple[PatientRow, list[str]]:
    """The one patient there is, and what was said about them."""
    result = patients(folder, patient(**more))
    assert not result.refusals, result.refusals
    (row,) = result.rows
    return row, [warning.text for warning in result.warnings]


def test_a_patient_with_everything(tmp_path: Path) -> None:
    row, said = only(
        tmp_path,
        gender="other",
        deceasedDateTime="2026-02-07T00:00:00+00:00",
        telecom=[
            {"system": "phone", "value": "01632960587", "use": "home"},
            {"system": "phone", "value": "07700900587", "use": "mobile", "rank": 1},
            {"system": "email", "value": "jane@example.org"},
        ],
        address=[
            {"use": "home", "line": ["1 Trevelyan Square", "Boar Lane", "Leeds"], "postalCode": "LS1 6AE"},
            {"use": "temp", "line": ["2 Quay St"], "postalCode": "CT11 8AA", "period": HOLDS},
        ],
        generalPractitioner=[
            {"identifier": {"system": ODS, "value": "Y12345", "period": OVER}},
            {"identifier": {"system": ODS, "value": "a20047"}},
        ],
    )
    assert (row.ref, row.nhs_number) == ("9990000018", "9990000018")
    assert (row.name.title, row.name.given, row.name.family) == ("Mrs", "Jane Ann", "Smith")
    assert (str(row.birth_date), str(row.died_on), row.gender) == ("1980-10-22", "2026-02-07", "other")
    assert [phone.shown for phone in row.phones] == ["07700 900587", "01632 960587"]
    assert row.ways.addresses == (
        PostalAddress("1 Trevelyan Square", "Boar Lane", "Leeds", postcode="LS1 6AE"),
        PostalAddress(
            "2 Quay St",
            postcode="CT11 8AA",
            kind="temporary",
            valid_from=TODAY.replace(month=1, day=1),
            valid_to=TODAY.replace(year=2027, month=6, day=30),
        ),
    )
    assert (row.gp_practice_code, row.email) == ("A20047", "jane@example.org")
    assert "A GP practice that held until 31-Dec-2021 was left out." in said


def test_one_resource_alone_is_as_good_as_a_bundle(tmp_path: Path) -> None:
    found = fhir.read(written(tmp_path, patient()), TODAY)
    assert [entry.values["family"] for entry in found.patients.entries] == ["Smith"]


def test_details_that_no_longer_hold_are_left_out_and_said(tmp_path: Path) -> None:
    row, said = only(
        tmp_path,
        name=[{"use": "usual", "family": "Smith", "given": ["Jane"], "period": OVER}],
        telecom=[{"system": "phone", "value": "01632960587", "period": OVER}],
        address=[
            {"use": "home", "line": ["1 High St"], "period": OVER},
            {"use": "old", "line": ["2 Low St"]},
        ],
    )
    assert (row.name.family, row.phones, row.address) == ("Smith", (), None)
    assert said[:4] == [
        "The name is said to have held until 31-Dec-2021.",
        "A telephone number or e-mail address that held until 31-Dec-2021 was left out.",
        "An address that held until 31-Dec-2021 was left out.",
        "An address that no longer holds was left out.",
    ]


@pytest.mark.parametrize("code", ["R", "V", "REDACTED"])
def test_a_restricted_record_brings_no_address_and_says_so_to_every_role(tmp_path: Path, code: str) -> None:
    row, said = only(
        tmp_path,
        meta={"security": [{"code": code}]},
        telecom=[{"system": "phone", "value": "01632960587"}],
        address=[{"line": ["1 High St"]}],
        generalPractitioner=[{"identifier": {"system": ODS, "value": "A20047"}}],
        contact=[{"name": {"text": "Sam"}, "telecom": [{"system": "phone", "value": "01632960588"}]}],
    )
    assert (row.ways.addresses, row.phones, row.gp_practice_code) == ((), (), None)
    assert "Restricted at the NHS" in row.safety_line
    assert "The record is restricted: address, telephone, e-mail and GP were left out." in said
    assert not relations(tmp_path, patient(meta={"security": [{"code": code}]}, contact=[{}])).rows


def test_which_name_is_taken(tmp_path: Path) -> None:
    row, said = only(
        tmp_path,
        name=[
            {"use": "official", "family": "Jones", "given": ["Jane"]},
            {"use": "nickname", "given": ["Janey"]},
            {"use": "maiden", "family": "Brown"},
            {"use": "usual", "family": "Smith", "given": ["Jane"]},
        ],
    )
    assert (row.name.family, row.name.given, row.name.known_as) == ("Smith", "Jane", "Janey")
    assert "The official name is “Jane Jones”; the usual one was taken." in said


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"name": []}, "There is no name of any kind in this row."),
        ({"identifier": [number("999 000 0019")]}, "NHS number"),
        ({"birthDate": "1980-13-01"}, "“birthDate” is not as the standard asks."),
        ({"nonsense": 1}, "“nonsense” is not as the standard asks."),
        ({"birthDate": "2199-01-01"}, "in the future"),
    ],
)
def test_a_bad_resource_is_refused_and_the_others_are_taken(
    tmp_path: Path, more: dict[str, Any], reason: str
) -> None:
    result = patients(tmp_path, patient(id="a", **more), patient(id="b", identifier=[number("9990000026")]))
    assert [row.ref for row in result.rows] == ["b"]
    (refusal,) = result.refusals
    assert refusal.line == 1
    assert reason in refusal.reason


def test_doubts_are_said(tmp_path: Path) -> None:
    row, said = only(tmp_path, identifier=[number(status="02")], birthDate="1980", deceasedBoolean=True)
    assert (row.birth_date, row.status) == (None, "archived")
    assert "NHS number: its status is 02, which is not “verified”." in said
    assert "Of the date of birth only “1980” is known; it was left out." in said


def test_ways_of_contact_that_have_no_place_are_left_out_and_said(tmp_path: Path) -> None:
    row, said = only(
        tmp_path,
        telecom=[
            {"system": "pager", "value": "1"},
            {"system": "phone"},
            {"system": "email", "value": "w@example.org", "use": "work"},
        ],
        address=[
            {"use": "home", "text": "1 High St, Leeds"},
            {"use": "home", "line": ["2 High St"]},
            {"type": "postal", "line": ["PO Box 1"], "city": "Leeds", "postalCode": "LS1 4AB"},
        ],
        generalPractitioner=[{"display": "Dr Jones"}],
    )
    assert row.ways.emails == ("w@example.org",)
    assert [(each.kind, each.line_1, each.postcode) for each in row.ways.addresses] == [
        ("home", "1 High St", ""),
        ("correspondence", "PO Box 1", "LS1 4AB"),
    ]
    assert {"A way of contact (pager) was left out.", "A further address was left out."} <= set(said)


def test_a_name_in_one_piece_or_a_nickname_alone_will_do(tmp_path: Path) -> None:
    assert only(tmp_path, name=[{"text": "Jane Ann Smith"}])[0].name.family == "Smith"
    assert only(tmp_path, name=[{"use": "nickname", "text": "Bluebird"}])[0].name.known_as == "Bluebird"


def test_a_contact_that_is_over_is_kept_with_its_dates_but_not_for_emergencies(tmp_path: Path) -> None:
    over = {
        "relationship": [{"coding": [{"code": "C", "display": "Emergency Contact"}]}],
        "name": {"text": "Joan Smith"},
        "period": OVER,
    }
    (row,) = relations(tmp_path, patient(contact=[over, {"name": {"nonsense": 1}}])).rows
    assert (row.is_emergency, str(row.valid_to)) == (False, "2021-12-31")


def test_people_who_belong_to_a_patient(tmp_path: Path) -> None:
    related = {
        "resourceType": "RelatedPerson",
        "id": "507B7621",
        "patient": {"identifier": {"system": NHS_NUMBER, "value": "9990000018"}},
        "relationship": [{"coding": [{"code": "Guardian", "display": "Guardian of patient"}]}],
        "name": [{"family": "Smith", "given": ["Joan"]}],
        "period": HOLDS,
    }
    emergency = {
        "relationship": [{"coding": [{"code": "C", "display": "Emergency Contact"}]}],
        "telecom": [{"system": "phone", "value": "01632960587"}],
    }
    result = relations(tmp_path, patient(contact=[emergency]), related, {**related, "id": "X", "name": []})
    first, second = result.rows
    assert (first.name.known_as, first.is_emergency, first.patient.patient_ref) == (
        "Emergency contact",
        True,
        "9990000018",
    )
    assert (second.relation, second.patient.nhs_number, second.ref) == (
        "Guardian of patient",
        "9990000018",
        "507B7621",
    )
    assert str(second.valid_to) == "2027-06-30"
    assert [(each.line, each.reason) for each in result.refusals] == [
        (3, "There is no name of any kind in this row.")
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read as JSON"),
        ("{", "cannot be read as JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ("[1]", "names no resource type"),
        ('{"resourceType": 3}', "names no resource type"),
        ('{"resourceType": "Observation"}', "holds no FHIR patients"),
        ('{"resourceType": "Bundle", "entry": {}}', "with no list"),
        ('{"resourceType": "Bundle", "entry": [1, {"resource": 2}]}', "holds no FHIR patients"),
    ],
)
def test_what_is_no_fhir_file_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        fhir.read(written(tmp_path, text), TODAY)
