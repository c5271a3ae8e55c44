"""Headings matched by meaning, whatever they look like."""

import pytest

from practice_app.errors import FileRefused, Invalid
from practice_app.exchange.fields import FIELDS, NEEDED, Field, Kind, match, unmatched

PATIENTS = Kind.PATIENTS


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("DOB", "birth_date"),
        ("D.O.B.", "birth_date"),
        ("birth_date", "birth_date"),
        ("Date of birth", "birth_date"),
        ("Date of Birth (dd/mm/yyyy)", "birth_date"),
        ("PATIENT DOB", "birth_date"),
        ("Patient's date of birth", "birth_date"),
        ("Surname", "family"),
        ("Last name", "family"),
        ("LastName", "family"),
        ("client_surname", "family"),
        ("First Name(s)", "given"),
        ("Forename", "given"),
        ("Patient Name", "full_name"),
        ("NHS No", "nhs_number"),
        ("NHS No.", "nhs_number"),
        ("NHS #", "nhs_number"),
        ("nhsNumber", "nhs_number"),
        ("Mobile", "mobile"),
        ("Tel (home)", "phone"),
        ("Tel (work)", "work_phone"),
        ("Tel. (mobile)", "mobile"),
        ("E-mail", "email"),
        ("Post code", "postcode"),
        ("Postcode", "postcode"),
        ("Address Line 1", "address_1"),
        ("Town/City", "town"),
        ("rec_id", "patient_ref"),
        ("Next of Kin", "emergency_name"),
        ("Préférred name", "known_as"),
    ],
)
def test_a_heading_is_known_by_its_meaning(header: str, field: str) -> None:
    headers = [header] if field in NEEDED[PATIENTS][0].any_of else [header, "given"]
    assert match(headers, PATIENTS, {})[header] == field


@pytest.mark.parametrize(
    ("headers", "fields", "left"),
    [
        (
            "unique_id,first_name,surname,dob,city,email,cluster",
            "patient_ref,given,family,birth_date,town,email",
            ("cluster",),
        ),
        (
            "rec_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,soc_sec_id",
            "patient_ref,given,family,house,address_1,address_2,town,postcode,county,birth_date",
            ("soc_sec_id",),
        ),
        (
            "locale,given,family,dob,address,phone,email",
            "given,family,birth_date,address,phone,email",
            ("locale",),
        ),
        (
            "Title,First name,Last name,Date of birth,NHS number,Address,Postcode,Mobile,Email",
            "title,given,family,birth_date,nhs_number,address,postcode,mobile,email",
            (),
        ),
    ],
)
def test_exports_of_other_programs_match_whole(headers: str, fields: str, left: tuple[str, ...]) -> None:
    columns = headers.split(",")
    matched = match(columns, PATIENTS, {})
    assert list(matched.values()) == fields.split(",")
    assert unmatched(columns, matched) == left


@pytest.mark.parametrize("kind", Kind)
def test_every_field_and_each_of_its_headings_is_known(kind: Kind) -> None:
    needed = [need.any_of[0] for need in NEEDED[kind]]
    for field in FIELDS[kind]:
        others = [name for name in needed if name != field.name]
        for heading in (field.name, field.name.upper(), *field.also):
            assert match([heading, *others], kind, {})[heading] == field.name


@pytest.mark.parametrize("kind", Kind)
def test_every_field_says_what_it_is_in_one_line(kind: Kind) -> None:
    names = [field.name for field in FIELDS[kind]]
    assert len(names) == len(set(names))
    for field in FIELDS[kind]:
        assert field.meaning
        assert "\n" not in field.meaning
    for need in NEEDED[kind]:
        assert set(need.any_of) <= set(names)


@pytest.mark.parametrize("frame", [" {} ", "{}:", "{}.", "({})", "\ufeff{}", '"{}"'])
@pytest.mark.parametrize("field", [field for field in FIELDS[PATIENTS] if field.name != "known_as"])
def test_punctuation_and_spaces_around_a_heading_do_not_count(field: Field, frame: str) -> None:
    header = frame.format(field.name.replace("_", " - "))
    assert match([header, "known as"], PATIENTS, {})[header] == field.name


def test_two_columns_for_one_field_ask_which_it_is() -> None:
    with pytest.raises(FileRefused, match=r"“phone”: “Tel” and “Telephone”.*--map \"Tel=phone\""):
        match(["Name", "Tel", "Telephone"], PATIENTS, {})


def test_naming_one_of_the_two_leaves_the_other_out() -> None:
    headers = ["Name", "Tel", "Telephone"]
    matched = match(headers, PATIENTS, {"Telephone": "phone"})
    assert matched == {"Name": "full_name", "Telephone": "phone"}
    assert unmatched(headers, matched) == ("Tel",)


def test_giving_the_other_a_field_of_its_own_keeps_both() -> None:
    assert match(["Name", "Tel", "Telephone"], PATIENTS, {"tel": "Work phone"}) == {
        "Name": "full_name",
        "Tel": "work_phone",
        "Telephone": "phone",
    }


def test_an_override_wins_over_the_heading() -> None:
    assert match(["Surname", "Nick"], PATIENTS, {"Surname": "known_as", "Nick": "family"}) == {
        "Surname": "known_as",
        "Nick": "family",
    }


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"Surnam": "family"}, "no column “Surnam”. Did you mean “Surname”"),
        ({"Surname": "famly"}, "“famly” is not a field of patients. Did you mean “family”"),
        ({"Surname": "zzz"}, "“zzz” is not a field of patients. import patients --fields"),
        ({"Surname": "family", "Town": "family"}, "twice"),
        ({"Surname": "family", "surname": "given"}, "twice"),
    ],
)
def test_an_override_that_cannot_be_followed_is_refused(overrides: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        match(["Surname", "Town"], PATIENTS, overrides)
    assert refused.value.field == "map"


@pytest.mark.parametrize(
    ("kind", "headers", "sentence"),
    [
        (PATIENTS, ["DOB", "Town"], "tells the patient's name.*“DOB”, “Town”.*COLUMN=family"),
        (Kind.APPOINTMENTS, ["Start", "Practitioner"], "which patient"),
        (Kind.APPOINTMENTS, ["Patient ID", "Practitioner"], "when the appointment starts"),
        (Kind.NOTES, ["Patient ID", "Date"], "text of the note"),
        (Kind.CONSENTS, ["Patient ID", "Date", "Decision"], "what the consent is for"),
        (Kind.CALLS, ["Patient ID", "Date"], "came in or went out"),
    ],
)
def test_a_file_without_what_every_row_needs_is_refused(
    kind: Kind, headers: list[str], sentence: str
) -> None:
    with pytest.raises(FileRefused, match=sentence):
        match(headers, kind, {})


def test_the_title_of_a_note_is_not_the_title_of_a_person() -> None:
    headers = ["Client ID", "Date", "Title", "Note", "Therapist", "ID"]
    assert match(headers, Kind.NOTES, {}) == {
        "Client ID": "patient_ref",
        "Date": "date",
        "Title": "title",
        "Note": "text",
        "Therapist": "author",
        "ID": "ref",
    }
