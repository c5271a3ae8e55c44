"""Files of well-known programs, recognised by their headings.

Only headings that are established are here:

- Google Contacts, "Google CSV": since 2024 "First Name ... E-mail 1 - Label, E-mail 1 - Value, Phone 1 -
  Label, Phone 1 - Value, Address 1 - Street ..."; before that "Given Name, Additional Name, Family Name ...
  E-mail 1 - Type, E-mail 1 - Value". Both as public exporters and importers write and test them; several
  values in one cell are parted by " ::: ".
- Outlook, "Comma Separated Values": "First Name, Middle Name, Last Name ... E-mail Address ... Home Street,
  Home Postal Code ... Business Phone", as the classic program exports and Google's "Outlook CSV" imitates;
  the order and the country columns differ between them, the names used here do not.

The exports of Cliniko and of Private Practice Software (Rushcliff) are made from lists the user puts
together, and no public source states their headings: they have no preset. Their columns are matched by what
they are called, and a mapping that was set right once can be kept under a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from practice_app.exchange.vocabulary import FIELDS, Kind


@dataclass(frozen=True, slots=True)
class Preset:
    """A program's file: what tells it apart, and the field of each of its columns that means something.

    `signs` are headings that together no other file has.
    """

    name: str
    signs: frozenset[str]
    columns: Mapping[str, str]


_GOOGLE_COMMON = {
    "Nickname": "known_as",
    "Name Prefix": "title",
    "Birthday": "birth_date",
    "E-mail 1 - Value": "email",
    "E-mail 2 - Value": "other_email",
    "Phone 1 - Value": "phone",
    "Phone 2 - Value": "other_phone",
    "Address 1 - Street": "address_1",
    "Address 1 - Extended Address": "address_2",
    "Address 1 - City": "town",
    "Address 1 - Region": "county",
    "Address 1 - Postal Code": "postcode",
    "Address 1 - Country": "country",
}

PRESETS: tuple[Preset, ...] = (
    Preset(
        "Google Contacts",
        frozenset({"First Name", "Last Name", "E-mail 1 - Value", "Organization Name"}),
        MappingProxyType(
            {
                "First Name": "given",
                "Middle Name": "middle",
                "Last Name": "family",
                "Organization Name": "organisation",
                "Organization Title": "job",
                **_GOOGLE_COMMON,
            }
        ),
    ),
    Preset(
        "Google Contacts (before 2024)",
        frozenset({"Given Name", "Family Name", "E-mail 1 - Value"}),
        MappingProxyType(
            {
                "Given Name": "given",
                "Additional Name": "middle",
                "Family Name": "family",
                "Organization 1 - Name": "organisation",
                "Organization 1 - Title": "job",
                **_GOOGLE_COMMON,
            }
        ),
    ),
    Preset(
        "Outlook",
        frozenset({"First Name", "Last Name", "E-mail Address", "Home Street", "Business Phone"}),
        MappingProxyType(
            {
                "Title": "title",
                "First Name": "given",
                "Middle Name": "middle",
                "Last Name": "family",
                "Company": "organisation",
                "Job Title": "job",
                "Birthday": "birth_date",
                "Gender": "gender",
                "E-mail Address": "email",
                "E-mail 2 Address": "other_email",
                "Mobile Phone": "mobile",
                "Home Phone": "phone",
                "Business Phone": "work_phone",
                "Other Phone": "other_phone",
                "Home Street": "address_1",
                "Home Street 2": "address_2",
                "Home Street 3": "address_3",
                "Home City": "town",
                "Home State": "county",
                "Home Postal Code": "postcode",
                "Home Country": "country",
                "Home Country/Region": "country",
            }
        ),
    ),
)


def recognise(headers: Sequence[str]) -> Preset | None:
    """The program a file with these headings comes from, or None."""
    there = frozenset(headers)
    return next((preset for preset in PRESETS if preset.signs <= there), None)


def columns_of(preset: Preset, headers: Sequence[str], kind: Kind) -> dict[str, str]:
    """{column: field} for the columns that this file has and this kind of row knows.

    Of two columns for one field the first that the preset names counts.
    """
    known = {field.name for field in FIELDS[kind]}
    found: dict[str, str] = {}
    for column, field in preset.columns.items():
        if column in headers and field in known and field not in found.values():
            found[column] = field
    return found
