"""Files of well-known programs are recognised, and their columns understood."""

from pathlib import Path

import pytest

from practice_app.exchange import fields, presets
from practice_app.exchange.fields import FIELDS, LEFT_OUT, Kind
from practice_app.exchange.prepare import prepare
from practice_app.exchange.presets import PRESETS
from practice_app.exchange.rows import ContactRow

from .sheets import TODAY, sheet

GOOGLE = (
    "First Name,Middle Name,Last Name,Nickname,Organization Name,Organization Title,Birthday,Notes,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,"
    "Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country\n"
    "Ada,Grace,Okafor,,Seafront Surgery,GP,--03-07,x,* myContacts,* Work,"
    "ada@seafront.example ::: ada@home.example,Mobile,07700 900123 ::: 01632 960100,Work,01632 960101,"
    "1 Quay St,Ramsgate,CT11 8AA,GB\n"
)
OUTLOOK = (
    "Title,First Name,Middle Name,Last Name,Company,Job Title,Business Street,Home Street,Home City,"
    "Home Postal Code,Home Country/Region,Business Phone,Home Phone,Mobile Phone,E-mail Address,"
    "E-mail 2 Address\n"
    "Dr,Ada,Grace,Okafor,Seafront Surgery,,9 Dock Rd,1 Quay St,Ramsgate,CT11 8AA,United Kingdom,01632 960101,"
    "01632 960100,07700 900123,ada@seafront.example,ada@home.example\n"
)


def contact(folder: Path, text: str) -> tuple[str, ContactRow]:
    table = sheet(folder, text)
    preset = presets.recognise(table.headers)
    assert preset is not None
    mapping = fields.match(
        table.headers, Kind.CONTACTS, presets.columns_of(preset, table.headers, Kind.CONTACTS)
    )
    (row,) = prepare(table, mapping, Kind.CONTACTS, None, today=TODAY).rows
    return preset.name, row


@pytest.mark.parametrize(("text", "name"), [(GOOGLE, "Google Contacts"), (OUTLOOK, "Outlook")])
def test_a_contact_from_a_known_program(tmp_path: Path, text: str, name: str) -> None:
    found, row = contact(tmp_path, text)
    assert found == name
    assert (row.name.given, row.name.family, row.organisation, row.is_gp) == (
        "Ada Grace",
        "Okafor",
        "Seafront Surgery",
        True,
    )
    assert row.ways.emails == ("ada@seafront.example", "ada@home.example")
    assert {phone.shown for phone in row.ways.phones} == {"07700 900123", "01632 960100", "01632 960101"}
    address = row.ways.addresses[0]
    assert (address.line_1, address.town, address.postcode) == ("1 Quay St", "Ramsgate", "CT11 8AA")


def test_the_layout_google_had_before_is_another(tmp_path: Path) -> None:
    text = (
        "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value\nAda Okafor,Ada,Okafor,*,a@x.example\n"
    )
    assert contact(tmp_path, text)[0] == "Google Contacts (before 2024)"


def test_an_ordinary_list_is_nobodys() -> None:
    assert presets.recognise(("First name", "Last name", "E-mail address", "Phone")) is None


def test_presets_name_fields_there_are() -> None:
    known = {field.name for kind in (Kind.PATIENTS, Kind.CONTACTS) for field in FIELDS[kind]}
    for preset in PRESETS:
        assert set(preset.columns.values()) <= known
        assert preset.signs <= set(preset.columns) | {"Organization Name"}


def test_a_column_can_be_left_out_by_name() -> None:
    headers = ("Name", "Phone", "Telephone")
    matched = fields.match(headers, Kind.PATIENTS, {"Phone": LEFT_OUT})
    assert matched == {"Name": "full_name", "Telephone": "phone"}


def test_a_guess_refuses_nothing_and_says_what_is_missing() -> None:
    headers = ("Phone", "Telephone", "Colour")
    guessed = fields.guess(headers, Kind.PATIENTS, {})
    assert guessed == {"Phone": "phone"}
    assert [need.what for need in fields.missing(guessed, Kind.PATIENTS)] == ["the patient's name"]
