"""The NHS directory of GP practices, read as published."""

from datetime import date
from pathlib import Path

import pytest

from practice_app.errors import FileRefused
from practice_app.exchange.practices import PracticeRow, read_practices


def line(**changed: str) -> str:
    """A row of the directory, made up, with some of its columns changed by number ("c1")."""
    columns = [""] * 27
    columns[0:7] = [
        "A99001",
        "THE GREEN SURGERY",
        "Y63",
        "Q74",
        "THE HEALTH CENTRE",
        "1 HIGH STREET",
        "STOKE-ON-TRENT",
    ]
    columns[7:13] = ["STAFFORDSHIRE", "", "ZZ1 4AB", "19740401", "", "A"]
    columns[17], columns[25] = "01632 960123", "4"
    for place, value in changed.items():
        columns[int(place[1:]) - 1] = value
    return ",".join(f'"{column}"' for column in columns)


def read(folder: Path, *lines: str) -> tuple[PracticeRow, ...]:
    path = folder / "epraccur.csv"
    path.write_bytes("".join(f"{text}\r\n" for text in lines).encode("cp1252"))
    return read_practices(path)


def test_a_row_is_taken_apart(tmp_path: Path) -> None:
    (practice,) = read(tmp_path, line())
    assert practice == PracticeRow(
        line=1,
        code="A99001",
        name="The Green Surgery",
        published_name="THE GREEN SURGERY",
        address=("The Health Centre", "1 High Street", "Stoke-on-Trent", "Staffordshire"),
        postcode="ZZ1 4AB",
        phone="01632 960123",
        opened_on=date(1974, 4, 1),
        closed_on=None,
        status="active",
        prescribing_setting="4",
        fingerprint=practice.fingerprint,
    )


@pytest.mark.parametrize(
    ("letter", "status"), [("A", "active"), ("C", "closed"), ("D", "dormant"), ("P", "proposed")]
)
def test_every_status_is_known(tmp_path: Path, letter: str, status: str) -> None:
    assert read(tmp_path, line(c13=letter))[0].status == status


def test_a_closed_practice_has_its_day(tmp_path: Path) -> None:
    assert read(tmp_path, line(c12="20171031", c13="C"))[0].closed_on == date(2017, 10, 31)


def test_any_change_changes_the_fingerprint_and_nothing_else_does(tmp_path: Path) -> None:
    first, second, third = read(tmp_path, line(), line(c1="A99002"), line(c1="A99003", c18="01632 960124"))
    assert len({first.fingerprint, second.fingerprint, third.fingerprint}) == 3
    assert read(tmp_path, line(c1="A99002"))[0].fingerprint == second.fingerprint


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (line() + ',"x"', "Line 2: it has 28 columns, where the directory has 27."),
        ("a,b,c", "it has 3 columns"),
        (line(c1="not a code"), "its first column is no practice code"),
        (line(c1="Organisation Code"), "its first column is no practice code"),
        (line(c2=""), "it has no name"),
        (line(c13="X"), "its status is none of"),
        (line(c11="19740231"), "a date in it is none"),
        (line(), "its code is also on line 1"),
        ('"A99002"x' + line()[8:], "a quotation mark"),
    ],
)
def test_a_row_of_another_shape_refuses_the_whole_file(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(FileRefused, match=r"not the NHS directory .*Line 2: ") as refused:
        read(tmp_path, line(), text)
    assert why in str(refused.value)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="holds no practices"):
        read(tmp_path)


def test_a_large_directory_is_read_whole(tmp_path: Path) -> None:
    practices = read(tmp_path, *(line(c1=f"A{number:05}") for number in range(14_303)))
    assert [practice.line for practice in practices] == list(range(1, 14_304))
