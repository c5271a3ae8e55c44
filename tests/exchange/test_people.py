"""Patients as files describe them."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_app.errors import Cancelled, FileRefused
from practice_app.exchange import delimited, fields
from practice_app.exchange.delimited import SheetRow
from practice_app.exchange.fields import Kind
from practice_app.exchange.prepare import prepare
from practice_app.exchange.row_reader import RowReader
from practice_app.exchange.rows import EmergencyContact, PatientRow, PhoneNumber, PostalAddress, Ways
from practice_app.progress import Progress
from practice_app.rules.dates import DateOrder
from practice_app.rules.names import PersonName

from .sheets import TODAY, only_reason, only_row, prepared, sheet


def patient(folder: Path, text: str, *, dates: DateOrder | None = None) -> PatientRow:
    row = only_row(prepared(folder, Kind.PATIENTS, text, dates=dates))
    assert isinstance(row, PatientRow)
    return row


def reason(folder: Path, text: str, *, dates: DateOrder | None = None) -> str:
    return only_reason(prepared(folder, Kind.PATIENTS, text, dates=dates))


def warnings(folder: Path, text: str) -> list[str]:
    return [warning.text for warning in prepared(folder, Kind.PATIENTS, text).warnings]


WHOLE = {
    "Patient ID": "007",
    "Title": "Mrs",
    "First name": "Anna",
    "Surname": "Smith",
    "Known as": "Annie",
    "DOB": "23/03/1980",
    "Sex": "F",
    "Gender": "female",
    "NHS number": "999 000 0018",
    "Address 1": "Flat 1",
    "Address 2": "2 High Street",
    "Town": "Leeds",
    "County": "",
    "Postcode": "ls1 4ab",
    "Home phone": "0113 4960123",
    "Mobile": "07700 900123",
    "Work phone": "(0113) 496 0999",
    "E-mail": "anna@example.org",
    "GP code": "a81001",
    "GP practice": "The Surgery",
    "GP": "Dr Jones",
    "Status": "Active",
    "Registered": "13/01/2020",
    "Safe contact": "Do not leave messages",
    "Referred by": "A friend",
    "Emergency contact": "John Smith",
    "Emergency contact phone": "07700 900124",
    "Emergency contact relationship": "husband",
}


def test_a_whole_row_is_taken_apart(tmp_path: Path) -> None:
    row = patient(tmp_path, f"{';'.join(WHOLE)}\r\n{';'.join(WHOLE.values())}\r\n")
    assert row == PatientRow(
        line=2,
        fingerprint=row.fingerprint,
        ref="007",
        practice_number=None,
        name=PersonName("Mrs", "Anna", "Smith", "Annie"),
        birth_date=date(1980, 3, 23),
        died_on=None,
        sex="female",
        gender="female",
        nhs_number="9990000018",
        ways=Ways(
            addresses=(PostalAddress("Flat 1", "2 High Street", "", "Leeds", "", "LS1 4AB", ""),),
            phones=(
                PhoneNumber("mobile", "07700 900123", "+447700900123"),
                PhoneNumber("home", "0113 496 0123", "+441134960123"),
                PhoneNumber("work", "0113 496 0999", "+441134960999"),
            ),
            emails=("anna@example.org",),
        ),
        gp_practice_code="A81001",
        gp_practice_name="The Surgery",
        gp_name="Dr Jones",
        status="current",
        registered_on=date(2020, 1, 13),
        discharged_on=None,
        safety_line="Do not leave messages",
        source_note="A friend",
        emergency=EmergencyContact(
            PersonName(None, "John", "Smith"),
            "husband",
            PhoneNumber("mobile", "07700 900124", "+447700900124"),
        ),
    )


def test_a_nickname_alone_is_enough(tmp_path: Path) -> None:
    assert patient(tmp_path, "nickname\nBluebird\n").name == PersonName(known_as="Bluebird")


def test_a_name_in_one_column_is_taken_apart(tmp_path: Path) -> None:
    assert patient(tmp_path, 'Name\n"Smith, John (Mr)"\n').name == PersonName("Mr", "John", "Smith")


def test_a_row_without_any_name_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path, "First name,Surname,DOB\n , ,01/02/1980\n", dates=DateOrder.DMY) == (
        "There is no name of any kind in this row."
    )


def test_everything_that_is_wrong_with_a_row_is_told_at_once(tmp_path: Path) -> None:
    told = reason(tmp_path, "Name,DOB,NHS number\nSmith John,31/02/1980,999 000 0019\n")
    assert '"31/02/1980" is not a date' in told
    assert "check digit is wrong" in told


@pytest.mark.parametrize("number", ["999 000 0019", "99900000181", "999999999", "999 999 9999", "ABC"])
def test_a_wrong_nhs_number_refuses_the_row(tmp_path: Path, number: str) -> None:
    assert "NHS number" in reason(tmp_path, f"Name,NHS number\nSmith John,{number}\n")


def test_a_patient_without_nhs_number_is_taken(tmp_path: Path) -> None:
    assert patient(tmp_path, "Name,NHS number\nSmith John,\n").nhs_number is None


@pytest.mark.parametrize("born", ["22/11/2026", "2027-01-01"])
def test_a_birth_date_in_the_future_refuses_the_row(tmp_path: Path, born: str) -> None:
    assert reason(tmp_path, f"Name,DOB\nSmith John,{born}\n", dates=DateOrder.DMY) == (
        "The birth date is in the future."
    )


def test_somebody_may_be_born_today(tmp_path: Path) -> None:
    assert patient(tmp_path, f"Name,DOB\nBaby Smith,{TODAY.isoformat()}\n").birth_date == TODAY


def test_a_death_before_birth_refuses_the_row(tmp_path: Path) -> None:
    assert "before the date of birth" in reason(
        tmp_path, "Name,DOB,Date of death\nSmith John,1980-01-02,1980-01-01\n"
    )


def test_a_birth_year_of_two_digits_is_never_in_the_future(tmp_path: Path) -> None:
    assert patient(tmp_path, "Name,DOB\nSmith John,23/12/26\n", dates=DateOrder.DMY).birth_date == date(
        1926, 12, 23
    )


@pytest.mark.parametrize(
    ("dates", "first", "second"),
    [
        ("1980-02-01", date(1980, 2, 1), "2001-12-31"),
        ("01/02/1980", date(1980, 2, 1), "31/12/2001"),
        ("01-Feb-1980", date(1980, 2, 1), "31-Dec-2001"),
        ("19800201", date(1980, 2, 1), "20011231"),
    ],
)
def test_the_order_of_dates_is_recognised_over_the_column(
    tmp_path: Path, dates: str, first: date, second: str
) -> None:
    result = prepared(tmp_path, Kind.PATIENTS, f"Name,DOB\nSmith John,{dates}\nJones Ann,{second}\n")
    rows = [row for row in result.rows if isinstance(row, PatientRow)]
    assert [row.birth_date for row in rows] == [first, date(2001, 12, 31)]


@pytest.mark.parametrize(("first", "second"), [("01/02/1980", "03/04/1990"), ("01/02/1980", "12/31/1990")])
def test_dates_that_can_be_read_two_ways_or_look_american_are_asked_about(
    tmp_path: Path, first: str, second: str
) -> None:
    text = f"Name,Born,Registered\nSmith John,{first},2020-01-01\nJones Ann,{second},2020-01-01\n"
    with pytest.raises(FileRefused, match=r"In the column “Born”: .*--dates dmy.*--dates mdy"):
        prepared(tmp_path, Kind.PATIENTS, text)


def test_the_question_about_dates_can_be_answered(tmp_path: Path) -> None:
    text = "Name,DOB\nSmith John,01/02/1980\n"
    assert patient(tmp_path, text, dates=DateOrder.DMY).birth_date == date(1980, 2, 1)
    assert patient(tmp_path, text, dates=DateOrder.MDY).birth_date == date(1980, 1, 2)


def test_rows_of_the_wrong_shape_do_not_spoil_the_recognition_of_dates(tmp_path: Path) -> None:
    result = prepared(tmp_path, Kind.PATIENTS, "Name,DOB\nJones\nSmith John,31/01/1980\n")
    assert [refusal.line for refusal in result.refusals] == [2]
    assert len(result.rows) == 1


@pytest.mark.parametrize(
    ("column", "value", "kept", "warning"),
    [
        ("Mobile", "ask his mum", "ask his mum", "Mobile: "),
        ("Phone", "12345", "12345", "Telephone number: "),
        ("Postcode", "nowhere", "nowhere", "Postcode: "),
        ("Email", "me at home", "me at home", "E-mail address: "),
        ("GP code", "X1", "X1", "GP practice code: "),
    ],
)
def test_what_is_doubtful_is_kept_as_typed_with_a_warning(
    tmp_path: Path, column: str, value: str, kept: str, warning: str
) -> None:
    text = f"Name,{column}\nSmith John,{value}\n"
    row = patient(tmp_path, text)
    held = (
        *(phone.shown for phone in row.phones),
        row.address.postcode if row.address else None,
        row.email,
        row.gp_practice_code,
    )
    assert kept in held
    assert [text.startswith(warning) for text in warnings(tmp_path, text)] == [True]


def test_warnings_carry_the_line_of_their_row(tmp_path: Path) -> None:
    result = prepared(tmp_path, Kind.PATIENTS, 'Name,Address,Phone\nA B,"x\ny",1\nC D,z,2\n')
    assert [warning.line for warning in result.warnings] == [2, 4]


def test_a_test_nhs_number_is_taken_with_a_warning(tmp_path: Path) -> None:
    assert warnings(tmp_path, "Name,NHS\nSmith John,9990000018\n") == [
        "NHS number: This is a test number: numbers from 999 are never given to anybody."
    ]


@pytest.mark.parametrize("column", ["Name", "Phone", "Address", "Patient ID", "Loyalty card"])
def test_a_card_number_in_any_cell_stops_the_row(tmp_path: Path, column: str) -> None:
    headers = ["Name", "Phone", "Address", "Patient ID", "Loyalty card"]
    values = ["4111 1111 1111 1111" if header == column else "Smith" for header in headers]
    told = reason(tmp_path, ",".join(headers) + "\n" + ",".join(values) + "\n")
    assert f"The column “{column}” holds what looks like a payment card number." in told
    assert "4111" not in told


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ('"Flat 60, Paula Court, Leeds"', ("Flat 60", "Paula Court", "Leeds", "")),
        ('"Flat 7\nChambers Vista\nLeeds\nLS1 4AB"', ("Flat 7", "Chambers Vista", "Leeds", "LS1 4AB")),
        ('"1 High St, Village, Town, County, LS1 4AB"', ("1 High St", "Village", "Town, County", "LS1 4AB")),
        ("No fixed abode", ("No fixed abode", "", "", "")),
    ],
)
def test_an_address_in_one_column_is_taken_apart(
    tmp_path: Path, address: str, lines: tuple[str, ...]
) -> None:
    found = patient(tmp_path, f"Name,Address\nSmith John,{address}\n").address
    assert found is not None
    assert (found.line_1, found.line_2, found.line_3, found.postcode) == lines


@pytest.mark.parametrize(
    ("house", "line_1", "line_2"),
    [("12a", "12a High Street", ""), ("Rose Cottage", "Rose Cottage", "High Street")],
)
def test_a_house_number_joins_its_street(tmp_path: Path, house: str, line_1: str, line_2: str) -> None:
    found = patient(tmp_path, f"Name,House number,Street\nSmith John,{house},High Street\n").address
    assert found is not None
    assert (found.line_1, found.line_2) == (line_1, line_2)


def test_no_address_is_none(tmp_path: Path) -> None:
    assert patient(tmp_path, "Name,Address,Postcode\nSmith John,,\n").address is None


def test_two_mobile_numbers_are_both_kept(tmp_path: Path) -> None:
    row = patient(tmp_path, "Name,Phone,Mobile\nSmith John,07700 900123,07700 900124\n")
    assert [phone.shown for phone in row.phones] == ["07700 900124", "07700 900123"]


def test_the_same_number_in_two_columns_is_kept_once(tmp_path: Path) -> None:
    row = patient(tmp_path, "Name,Phone,Mobile\nSmith John,07700 900123,+44 7700 900123\n")
    assert row.phones == (PhoneNumber("mobile", "07700 900123", "+447700900123"),)


@pytest.mark.parametrize(
    ("columns", "values", "status"),
    [
        ("Status", "Inactive", "discharged"),
        ("Status", "", "current"),
        ("Status", "Deceased", "archived"),
        ("Date of death", "2020-01-01", "archived"),
        ("Discharged", "2020-01-01", "discharged"),
        ("Active", "Yes", "current"),
    ],
)
def test_the_status_is_as_told_or_as_the_dates_tell(
    tmp_path: Path, columns: str, values: str, status: str
) -> None:
    assert patient(tmp_path, f"Name,{columns}\nSmith John,{values}\n").status == status


def test_a_word_for_sex_that_is_not_known_is_left_out_with_a_warning(tmp_path: Path) -> None:
    text = "Name,Sex\nSmith John,zz\n"
    assert patient(tmp_path, text).sex is None
    assert warnings(tmp_path, text) == [
        "The sex is not one of: male, female, indeterminate, not known. It was left out."
    ]


def test_a_practice_number_must_be_a_number(tmp_path: Path) -> None:
    assert patient(tmp_path, "Name,Practice number\nSmith John,17\n").practice_number == "17"
    assert (
        reason(tmp_path, "Name,Practice number\nSmith John,P17\n") == "The practice number is not a number."
    )


@pytest.mark.parametrize(
    ("column", "length"),
    [("Surname", 200), ("Town", 200), ("Email", 320), ("Safe contact", 500), ("Address", 200)],
)
def test_text_longer_than_the_record_keeps_is_refused_not_cut(
    tmp_path: Path, column: str, length: int
) -> None:
    text = f"First name,{column}\nJohn,{{}}\n"
    assert prepared(tmp_path, Kind.PATIENTS, text.format("x" * length)).rows
    assert f"longer than {length}" in reason(tmp_path, text.format("x" * (length + 1)))


def test_an_id_used_twice_is_refused_with_the_line_of_the_first(tmp_path: Path) -> None:
    result = prepared(tmp_path, Kind.PATIENTS, "ID,Name\n1,A B\n2,C D\n1,E F\n")
    assert [row.ref for row in result.rows] == ["1", "2"]
    assert [(refusal.line, refusal.reason) for refusal in result.refusals] == [
        (4, "The same id is in the row on line 2.")
    ]


def test_control_characters_are_left_out_with_a_warning_and_line_breaks_kept(tmp_path: Path) -> None:
    text = 'Surname,Town,Address\nSmi\x07th,Le\x85eds,"1 High\x0bLeeds\r\nLS1 4AB"\n'
    row = patient(tmp_path, text)
    assert row.name == PersonName(family="Smith")
    assert row.address == PostalAddress("1 High", "Leeds", town="Leeds", postcode="LS1 4AB")
    assert warnings(tmp_path, text) == [
        "Control characters were left out of the column “Surname”.",
        "Control characters were left out of the column “Town”.",
    ]


naughty = [
    "undefined", "NULL", "null", "(null)", "nil", "NaN", "-1/2", "1E+02", "$1.00", "0xffffffff", "1'000",
    "٠١٢٣", "田中さんにあげて下さい", "社會科學院語學研究所", "(｡◕ ∀ ◕｡)", "👩🏽", "הָיְתָה test", "بولندا",
    "Z̮̞̠͙͔ͅA̴L", "˙ɐnbᴉlɐ ɐuƃɐɯ", "<script>alert(1)</script>", "' OR 1=1 -- 1", "1;DROP TABLE users",
    "${jndi:x}", "../../../etc/passwd%00", '<?xml version="1.0"?>', "\ufeff", "\u200b", "\u202eabc",
    "If you're reading this", "Scunthorpe", "⁰⁴⁵", "ﷺ",
]  # fmt: skip


@pytest.mark.parametrize("text", naughty)
def test_naughty_strings_survive_unchanged(tmp_path: Path, text: str) -> None:
    quoted = text.replace('"', '""')
    row = patient(tmp_path, f'Surname,Safe contact,Patient ID\nSmith,"{quoted}","{quoted}"\n')
    assert (row.safety_line, row.ref) == (text, text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_printable_text_survives_unchanged(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.csv"
    delimited.write(path, ["Surname", "Safe contact"], [["Smith", text]])
    read = delimited.read(path)
    result = prepare(read, fields.match(read.headers, Kind.PATIENTS, {}), Kind.PATIENTS, None, today=TODAY)
    assert [row.safety_line for row in result.rows] == [text.strip()]


def test_the_fingerprint_is_that_of_the_facts_not_of_the_notation(tmp_path: Path) -> None:
    first = patient(
        tmp_path,
        "Surname,First name,DOB,NHS,Mobile,Postcode\nSmith,Ann,23/03/1980,999 000 0018,07700900123,ls14ab\n",
    )
    second = patient(
        tmp_path,
        "Cell;NHS;Birth date;Colour;Forename;Postcode;Last name\r\n"
        "+44 7700 900123;9990000018;1980-03-23;red;Ann;LS1 4AB;Smith\r\n",
    )
    assert first.fingerprint == second.fingerprint


def test_fingerprints_stay_the_same_from_release_to_release(tmp_path: Path) -> None:
    """Rows imported by an earlier version are known again by these; a change here must be a migration."""
    row = patient(tmp_path, f"{';'.join(WHOLE)}\n{';'.join(WHOLE.values())}\n")
    assert row.fingerprint == "defe9d204596b90a93f186cbb3ec365ede48ac60c10bd069d7dd64d2081b5d9d"


def test_the_fingerprint_does_not_depend_on_the_order_of_asking() -> None:
    headers = ("family", "given")
    reader = RowReader(Kind.PATIENTS, headers, {header: header for header in headers}, {}, TODAY)
    fingerprints = set()
    for first, second in (headers, headers[::-1]):
        reader.begin(SheetRow(2, ["Smith", "Ann"], ""))
        reader.text(first)
        reader.text(second)
        fingerprints.add(reader.fingerprint())
    assert len(fingerprints) == 1


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("Surname", "Smith", "Smyth"),
        ("DOB", "1980-03-23", "1980-03-24"),
        ("Mobile", "07700 900123", "07700 900124"),
        ("Status", "active", "discharged"),
        ("Safe contact", "", "No post"),
        ("House number", "1", "2"),
    ],
)
def test_a_changed_fact_changes_the_fingerprint(tmp_path: Path, column: str, before: str, after: str) -> None:
    text = f"First name,{column}\nAnn,{{}}\n"
    assert (
        patient(tmp_path, text.format(before)).fingerprint
        != patient(tmp_path, text.format(after)).fingerprint
    )


def test_facts_that_swap_fields_change_the_fingerprint(tmp_path: Path) -> None:
    first = patient(tmp_path, "Surname,First name\nAnn,Smith\n")
    assert first.fingerprint != patient(tmp_path, "Surname,First name\nSmith,Ann\n").fingerprint


def test_every_row_is_either_taken_or_refused(tmp_path: Path) -> None:
    lines = ["Surname,NHS number"]
    lines += ["Smith,9990000018", "Smith,1", "Smith", ",", ",9990000018", '"Smith" x,1'] * 20
    result = prepared(tmp_path, Kind.PATIENTS, "\n".join(lines))
    assert len(result.rows) == 20
    assert len(result.refusals) == 80
    assert [row.line for row in result.rows] == sorted(row.line for row in result.rows)


def test_progress_is_told_and_a_stop_is_obeyed(tmp_path: Path) -> None:
    read = sheet(tmp_path, "Surname\n" + "Smith\n" * 1200)
    mapping = fields.match(read.headers, Kind.PATIENTS, {})
    told: list[tuple[int, int, str]] = []
    progress = Progress(lambda *step: told.append(step))
    prepare(read, mapping, Kind.PATIENTS, None, today=TODAY, progress=progress)
    assert told == [(2, 1201, "Checking rows"), (502, 1201, "Checking rows"), (1002, 1201, "Checking rows")]
    progress.cancel()
    with pytest.raises(Cancelled):
        prepare(read, mapping, Kind.PATIENTS, None, today=TODAY, progress=progress)


def test_warnings_of_a_refused_row_are_not_told(tmp_path: Path) -> None:
    result = prepared(tmp_path, Kind.PATIENTS, "Surname,Phone,NHS number\nSmith,1,1\nJones,2,\n")
    assert [refusal.line for refusal in result.refusals] == [2]
    assert [warning.line for warning in result.warnings] == [3]


def test_a_card_number_cannot_hide_behind_control_characters(tmp_path: Path) -> None:
    assert "payment card number" in reason(tmp_path, "Surname,Phone\nSmith,4111\x07111111111111\n")


def test_looking_at_the_dates_can_be_stopped_too(tmp_path: Path) -> None:
    read = sheet(tmp_path, "Surname,DOB\nSmith,1980-01-31\n")
    told: list[str] = []
    progress = Progress(lambda done, total, doing: told.append(doing))
    mapping = fields.match(read.headers, Kind.PATIENTS, {})
    prepare(read, mapping, Kind.PATIENTS, None, today=TODAY, progress=progress)
    assert told == ["Looking at the dates", "Checking rows"]


def test_a_very_old_person_is_taken_with_a_warning_unless_dead(tmp_path: Path) -> None:
    assert warnings(tmp_path, "Name,DOB\nSmith John,1900-01-01\n") == [
        "Birth date: this person would be over 120 years old."
    ]
    assert warnings(tmp_path, "Name,DOB,Date of death\nSmith John,1900-01-01,1980-01-01\n") == []


def test_a_part_of_a_whole_name_longer_than_the_record_keeps_is_refused(tmp_path: Path) -> None:
    assert "part of the name is longer than 200" in reason(tmp_path, f'Name\n"{"x" * 201}, John"\n')


def test_an_emergency_number_without_a_name_is_kept(tmp_path: Path) -> None:
    emergency = patient(tmp_path, "Name,Emergency number\nSmith John,07700 900124\n").emergency
    assert emergency is not None
    assert emergency.phone == PhoneNumber("mobile", "07700 900124", "+447700900124")
