"""Address cards: as telephones, Outlook and Google write them, and as we do."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_app.errors import FileRefused
from practice_app.exchange import vcards
from practice_app.exchange.fields import Kind, guess
from practice_app.exchange.prepare import prepare
from practice_app.exchange.rows import ContactRow, PatientRow, PhoneNumber, PostalAddress, Prepared
from practice_app.exchange.vcards import Card, Version
from practice_app.rules.names import PersonName

from .sheets import TODAY

on_files = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "cards.vcf"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def prepared(
    folder: Path, text: str | bytes, kind: Kind = Kind.CONTACTS
) -> Prepared[ContactRow | PatientRow]:
    table = vcards.read(written(folder, text))
    return prepare(table, guess(table.headers, kind, {}), kind, None, today=TODAY)


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> str:
    return end.join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))


def contact(folder: Path, *lines: str, version: str = "3.0") -> ContactRow:
    (row,) = prepared(folder, card(*lines, version=version)).rows
    assert isinstance(row, ContactRow)
    return row


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_a_card_is_taken_apart_whatever_ends_its_lines(tmp_path: Path, end: str) -> None:
    text = card(
        "N:Okafor;Ada;Grace,Joy;Dr.;MBE",
        "FN:Dr. Ada Okafor, MBE",
        "NICKNAME:Addy",
        "ORG:Seafront Surgery;Partners",
        "TITLE:GP",
        "TEL;TYPE=CELL,VOICE:07700 900123",
        "TEL;TYPE=WORK:+44 1632 960100",
        "TEL;TYPE=WORK,FAX:01632 960999",
        "EMAIL;TYPE=INTERNET:ada@seafront.example",
        "ADR;TYPE=WORK:;;1 Quay St\\nUpper Floor;Ramsgate;Kent;CT11 8AA;",
        "UID:urn:uuid:1",
        end=end,
    )
    result = prepared(tmp_path, text)
    (row,) = result.rows
    assert isinstance(row, ContactRow)
    assert row.name == PersonName("Dr.", "Ada Grace Joy", "Okafor", "Addy")
    assert (row.organisation, row.job, row.is_gp, row.ref) == (
        "Seafront Surgery, Partners",
        "GP",
        True,
        "urn:uuid:1",
    )
    assert row.ways.phones == (
        PhoneNumber("mobile", "07700 900123", "+447700900123"),
        PhoneNumber("work", "01632 960100", "+441632960100"),
    )
    assert row.ways.emails == ("ada@seafront.example",)
    assert row.ways.addresses == (
        PostalAddress("1 Quay St", "Upper Floor", "Ramsgate, Kent", postcode="CT11 8AA", kind="work"),
    )
    assert [warning.text for warning in result.warnings] == ["A fax or pager number was left out."]


def test_what_an_old_telephone_writes_in_quoted_printable(tmp_path: Path) -> None:
    text = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=91u=C3=B1ez;Jos=C3=A9=",
        "=20Mar=C3=ADa;;;",
        "TEL;CELL;PREF:07700900124",
        "TEL;HOME:01632960124",
        "EMAIL;PREF;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:jos=65@example.org",
        "NOTE;ENCODING=QUOTED-PRINTABLE:Two=0D=0Alines",
        version="2.1",
    )
    (row,) = prepared(tmp_path, text).rows
    assert row.name == PersonName(None, "José María", "Ñuñez")
    assert [phone.kind for phone in row.ways.phones] == ["mobile", "home"]
    assert row.ways.emails == ("jose@example.org",)


def test_a_value_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    text = card("N:Doe;Jo;;;", "ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=80=80", version="2.1")
    result = prepared(tmp_path, text)
    assert [row.name.family for row in result.rows] == ["Doe"]
    assert [warning.text for warning in result.warnings] == ["Org could not be read and was left out."]


def test_a_photograph_cut_short_harms_nobody(tmp_path: Path) -> None:
    photo = ("PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", " SkZJRgABAQ", " A", "", "item1.LOGO;BASE64:xxx")
    text = card("N:Doe;Jo;;;", *photo, "TEL;TYPE=CELL:07700 900125") + card("FN:Sam Gray")
    table = vcards.read(written(tmp_path, text))
    assert table.left_out == ("PHOTO", "LOGO")
    rows = prepared(tmp_path, text).rows
    assert [row.name.family for row in rows] == ["Doe", "Gray"]
    assert rows[0].ways.phones[0].shown == "07700 900125"


def test_a_name_with_an_unescaped_comma_stays_whole(tmp_path: Path) -> None:
    assert contact(tmp_path, "FN:Smith, John (Mr)").name == PersonName("Mr", "John", "Smith")


def test_an_organisation_alone_is_a_contact(tmp_path: Path) -> None:
    row = contact(tmp_path, "FN:Harbour Solicitors", "N:;;;;", "ORG:Harbour Solicitors", "TEL:01632 960200")
    assert (row.name, row.organisation, row.is_gp) == (
        PersonName(family="Harbour Solicitors"),
        "Harbour Solicitors",
        False,
    )


@pytest.mark.parametrize(
    ("lines", "is_gp"),
    [
        (("N:Lee;Sue;;Dr;", "ORG:Seafront Medical Practice"), True),
        (("N:Lee;Sue;;;", "TITLE:General Practitioner"), True),
        (("N:Lee;Sue;;;", "ROLE:GP partner"), True),
        (("N:Lee;Sue;;Dr;", "ORG:Harbour University"), False),
        (("N:Lee;Sue;;;", "ORG:Seafront Surgery", "TITLE:Practice manager"), False),
        (("N:Lee;Sue;;;", "TITLE:GP secretary"), False),
        (("N:Lee;Sue;;Dr;", "ORG:Seafront Surgery", "TITLE:Consultant psychiatrist"), False),
    ],
)
def test_who_is_taken_for_a_gp(tmp_path: Path, lines: tuple[str, ...], is_gp: bool) -> None:
    assert contact(tmp_path, *lines).is_gp is is_gp


def test_version_4_with_its_links_and_preferences(tmp_path: Path) -> None:
    row = contact(
        tmp_path,
        "FN:Simone Perrault",
        "TEL;VALUE=uri;PREF=2;TYPE=home:tel:+33-1-23-45-67-89",
        'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+44-1632-960123;ext=102',
        "EMAIL;PREF=2:second@example.org",
        "EMAIL;PREF=1:first@example.org",
        'ADR;LABEL="1 High St\\nLeeds":;;1 High St;Leeds;;LS1 4AB;',
        version="4.0",
    )
    assert [phone.shown for phone in row.ways.phones] == ["01632 960123 x102", "+33 1 23 45 67 89"]
    assert row.ways.emails == ("first@example.org", "second@example.org")
    assert row.ways.addresses == (PostalAddress("1 High St", town="Leeds", postcode="LS1 4AB"),)


@pytest.mark.parametrize(
    ("day", "born"), [("1980-03-22", "1980-03-22"), ("19800322", "1980-03-22"), ("--0322", None)]
)
def test_birth_dates_of_patients(tmp_path: Path, day: str, born: str | None) -> None:
    result = prepared(tmp_path, card("N:Doe;Jo;;;", f"BDAY:{day}", "GENDER:F;"), Kind.PATIENTS)
    (row,) = result.rows
    assert isinstance(row, PatientRow)
    assert (row.birth_date.isoformat() if row.birth_date else None) == born
    assert row.gender == "female"
    assert bool(result.warnings) is (born is None)


def test_cards_without_a_name_are_refused_by_the_line_they_begin_on(tmp_path: Path) -> None:
    text = card("EMAIL:a@example.org") + card("N:Doe;Jo;;;") + "BEGIN:VCARD\r\nN:Cut;Off;;;\r\n"
    result = prepared(tmp_path, text)
    assert [(refusal.line, refusal.reason.partition(",")[0]) for refusal in result.refusals] == [
        (1, "There is no name of any kind"),
        (9, "This card has no END:VCARD: the file may have been cut short here."),
    ]
    assert [row.line for row in result.rows] == [5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_cards_in_any_encoding_of_clinics(tmp_path: Path, encoding: str) -> None:
    content = card("N:Müller;Zoë;;;").encode(encoding)
    assert vcards.starts_like_cards(content)
    (row,) = prepared(tmp_path, content).rows
    assert row.name == PersonName(None, "Zoë", "Müller")


@on_files
@given(
    st.lists(
        st.sampled_from(["BEGIN:VCARD", "END:VCARD", "N:;", "TEL;", "=", " x", "PHOTO:", "", 'a.b;c="d'])
    )
)
def test_any_lines_are_read_or_refused(tmp_path: Path, lines: list[str]) -> None:
    path = written(tmp_path, "\n".join(lines))
    if "BEGIN:VCARD" in lines:
        assert len(list(vcards.read(path).rows())) == lines.count("BEGIN:VCARD")
    else:
        with pytest.raises(FileRefused, match=r"no address cards\.$"):
            vcards.read(path)


plain = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Cn", "Co"]), min_size=1
)
words = st.lists(plain, min_size=1, max_size=3).map(" ".join).map(lambda text: text[:60])


@pytest.mark.parametrize("version", Version)
@on_files
@given(family=words, given_name=words, town=words, organisation=words)
def test_our_own_cards_come_back_as_they_were(
    tmp_path: Path, version: Version, family: str, given_name: str, town: str, organisation: str
) -> None:
    made = Card(
        ref="5f0c",
        name=PersonName("Ms", given_name, family, None),
        organisation=organisation,
        phones=(PhoneNumber("mobile", "07700 900123", "+447700900123"),),
        emails=("a@example.org",),
        addresses=(PostalAddress("1 High St", town=town, postcode="LS1 4AB"),),
    )
    text = vcards.serialised(made, version)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (row,) = prepared(tmp_path, text).rows
    assert isinstance(row, ContactRow)
    assert (row.name, row.organisation) == (made.name, made.organisation)
    assert (row.ways.phones, row.ways.emails) == (made.phones, made.emails)
    assert row.ways.addresses == made.addresses


def test_other_programs_read_our_cards() -> None:
    """vobject's own model of a card stands for them: it is stricter than our reading of lines."""
    import vobject

    made = Card("5f0c", PersonName("Dr", "Ada; Grace", "O'Kafor, Jr", "Ad\\dy"), organisation="A, B; C")
    for version in Version:
        read = vobject.readOne(vcards.serialised(made, version))
        assert (read.n.value.family, read.n.value.given, read.n.value.prefix) == (
            "O'Kafor, Jr",
            "Ada; Grace",
            "Dr",
        )
        assert (read.version.value, read.org.value, read.nickname.value) == (
            str(version),
            ["A, B; C"],
            "Ad\\dy",
        )
