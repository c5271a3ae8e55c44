"""Delimited files: read as clinics have them, and written so that they come back as they were."""

import csv
import hashlib
import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from practice_app.errors import FileRefused
from practice_app.exchange import delimited
from practice_app.exchange.delimited import Limits

from .sheets import sheet

on_files = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

any_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
awkward = st.text(st.sampled_from("ab \"'=+-@,;\t\r\n＝"), max_size=8)
words = st.text(st.sampled_from("abcdefgh"), min_size=1, max_size=8)


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[str]) -> tuple[list[str], list[list[str]]]:
    """Headings that differ and rows as wide, each with some text in it."""
    headers = draw(st.lists(words, min_size=1, max_size=5, unique=True))
    row = st.lists(cells, min_size=len(headers), max_size=len(headers)).filter(
        lambda row: any(cell.strip() for cell in row)
    )
    return headers, draw(st.lists(row, max_size=8))


def rows_of(path: Path) -> list[list[str]]:
    rows = list(delimited.read(path).rows())
    assert not [row for row in rows if row.fault]
    return [row.cells for row in rows]


@on_files
@given(tables(st.one_of(any_text, awkward)))
def test_what_is_written_is_read_back_letter_for_letter(
    tmp_path: Path, table: tuple[list[str], list[list[str]]]
) -> None:
    headers, rows = table
    path = tmp_path / "table.csv"
    delimited.write(path, headers, rows)
    assert delimited.read(path).headers == tuple(headers)
    assert rows_of(path) == rows


@on_files
@given(
    tables(any_text.filter(lambda cell: not cell.startswith("'") and not cell.lstrip().startswith('"'))),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_files_of_other_programs_are_read_letter_for_letter(
    tmp_path: Path,
    table: tuple[list[str], list[list[str]]],
    delimiter: str,
    encoding: str,
    quoting: int,
) -> None:
    headers, rows = table
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows([headers, *rows])
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    assert rows_of(path) == rows


@on_files
@given(tables(st.text(st.sampled_from("abc éèüßö,;"), max_size=8)), st.sampled_from([",", ";", "\t"]))
def test_windows_text_is_read_letter_for_letter(
    tmp_path: Path, table: tuple[list[str], list[list[str]]], delimiter: str
) -> None:
    headers, rows = table
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([headers, *rows])
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode("cp1252"))
    assert rows_of(path) == rows


@pytest.mark.parametrize(
    ("text", "delimiter", "headers"),
    [
        ("Name,DOB\nSmith; John,1\n", ",", ("Name", "DOB")),
        ("Name;Fee\nSmith, John;1,50\nJones, Ann;2,50\n", ";", ("Name", "Fee")),
        ("Name\tDOB\nSmith, John; Dr\t1\n", "\t", ("Name", "DOB")),
        ("Name\nSmith, John\nJones, Ann\n", "\t", ("Name",)),
        ("sep=;\r\nName,x;DOB\r\nSmith;1\r\n", ";", ("Name,x", "DOB")),
        ('"Name";"Notes"\n"Smith";"one, two,\nthree, four"\n', ";", ("Name", "Notes")),
        ("Name,DOB", ",", ("Name", "DOB")),
        ("a,b,c\n1,2\n1,2,3\n1,2,3\n1\n", ",", ("a", "b", "c")),
    ],
)
def test_the_delimiter_is_recognised(
    tmp_path: Path, text: str, delimiter: str, headers: Sequence[str]
) -> None:
    read = sheet(tmp_path, text)
    assert (read.delimiter, read.headers) == (delimiter, headers)


def test_a_delimiter_stated_in_the_first_line_does_not_shift_the_line_numbers(tmp_path: Path) -> None:
    (row,) = sheet(tmp_path, "sep=;\nName;DOB\nSmith;1\n").rows()
    assert (row.line, row.cells, row.fault) == (3, ["Smith", "1"], "")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_numbers_are_those_of_the_editor(tmp_path: Path, line_end: str) -> None:
    lines = ["", "Name,Notes", "", 'Smith,"one', "two", "", 'three"', "Jones,x", ",", "Brown,y"]
    rows = list(sheet(tmp_path, line_end.join(lines)).rows())
    assert [(row.line, row.cells[0]) for row in rows] == [(4, "Smith"), (8, "Jones"), (10, "Brown")]
    assert rows[0].cells[1] == line_end.join(["one", "two", "", "three"])


def test_separators_of_unicode_do_not_end_a_line(tmp_path: Path) -> None:
    rows = list(sheet(tmp_path, "Name,Notes\nSmith,a\x0bb\x85c\u2028d\nJones,e\n").rows())
    assert [(row.line, row.cells) for row in rows] == [
        (2, ["Smith", "a\x0bb\x85c\u2028d"]),
        (3, ["Jones", "e"]),
    ]


def test_spaces_between_delimiter_and_quotation_mark_are_not_part_of_the_text(tmp_path: Path) -> None:
    (row,) = sheet(tmp_path, 'name, address\n"Smith", "1 High Street, Leeds"\n').rows()
    assert row.cells == ["Smith", "1 High Street, Leeds"]


def test_leading_noughts_and_spaces_are_kept(tmp_path: Path) -> None:
    (row,) = sheet(tmp_path, "ref,name\n007,  Bond \n").rows()
    assert row.cells == ["007", "  Bond "]


def test_a_row_too_short_or_too_long_is_a_fault_with_its_line(tmp_path: Path) -> None:
    rows = list(sheet(tmp_path, "a,b,c\n1,2\n1,2,3,4\n1,2,3\n1,2,3,, \n").rows())
    assert [(row.line, row.fault) for row in rows] == [
        (2, "This row has 2 columns, the heading row 3."),
        (3, "This row has 4 columns, the heading row 3."),
        (4, ""),
        (5, ""),
    ]
    assert rows[1].cells == ["1", "2", "3", "4"]
    assert rows[3].cells == ["1", "2", "3"]


def test_text_after_a_closing_quotation_mark_is_a_fault_of_its_row_alone(tmp_path: Path) -> None:
    rows = list(sheet(tmp_path, 'a,b\n"The "Elms"",x\n1,2\n').rows())
    assert [(row.line, bool(row.fault)) for row in rows] == [(2, True), (3, False)]
    assert rows[0].cells == ['"The "Elms"",x']


@pytest.mark.parametrize("text", ['a,b\n1,2\n"x,3\n4,5\n', 'a,b\n1,2\n"x,3\n"y",5\n', 'a,b\n1,2\n"x'])
def test_a_quotation_mark_left_open_refuses_the_file_with_the_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileRefused, match="begins on line 3 has a quotation mark"):
        list(sheet(tmp_path, text).rows())


def test_a_note_cannot_smuggle_in_a_row(tmp_path: Path) -> None:
    smuggling = 'ref,note\n1,"broken" quote,"\n99,smuggled\n"\n2,fine\n'
    with pytest.raises(FileRefused, match="begins on line 2"):
        list(sheet(tmp_path, smuggling).rows())


def test_a_missing_quotation_mark_is_suspected_when_lines_were_joined(tmp_path: Path) -> None:
    rows = list(sheet(tmp_path, 'a,b\n1,2\n"x,3\n4",\n5,6,7\n1,2\n').rows())
    assert [row.line for row in rows] == [2, 3, 5, 6]
    rows = list(sheet(tmp_path, 'a,b\n"x,3\n4"\n1,2\n').rows())
    assert rows[0].fault.endswith("Lines 2 to 3 were read as one row: a quotation mark may be missing.")


def test_a_zero_byte_is_a_fault_of_its_row(tmp_path: Path) -> None:
    rows = list(sheet(tmp_path, "name,town\nSm\0ith,Leeds\nJones,York\n").rows())
    assert [(row.line, "zero byte" in row.fault) for row in rows] == [(2, True), (3, False)]


def test_a_cell_too_long_for_any_record_is_a_fault(tmp_path: Path) -> None:
    rows = list(sheet(tmp_path, f"a,b\n1,{'x' * 140_000}\n1,2\n").rows())
    assert [(row.line, row.fault) for row in rows] == [
        (2, "A cell is longer than 131,072 characters."),
        (3, ""),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("\n \n", "no heading row"),
        ("\n , \n", "holds no headings"),
        ("--,--\n1,2\n", "holds no headings"),
        ("Name,Phone,name \n", "same heading, “name” .columns 1 and 3."),
        ('"Name,Phone\n1,2\n', "heading row has a quotation mark"),
        ("a\x01b,c\n1,2\n", "holds no headings"),
    ],
)
def test_a_file_without_usable_headings_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        sheet(tmp_path, text)


def test_a_column_without_heading_is_called_by_its_place(tmp_path: Path) -> None:
    assert sheet(tmp_path, ",Name,\n0,Smith,x\n").headers == ("column 1", "Name", "column 3")


def test_headings_are_trimmed_even_over_two_lines(tmp_path: Path) -> None:
    read = sheet(tmp_path, '" Date\nof birth ", Name\n1,2\n')
    assert read.headers == ("Date of birth", "Name")
    assert [row.line for row in read.rows()] == [3]


def test_the_hash_is_that_of_the_files_bytes(tmp_path: Path) -> None:
    text = "Name\nZoë\n"
    assert sheet(tmp_path, text, "utf-16").sha256 == hashlib.sha256(text.encode("utf-16")).hexdigest()


def test_more_rows_than_the_limit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("a\n1\n2\n3\n")
    assert len(list(delimited.read(path, limits=Limits(rows=3)).rows())) == 3
    with pytest.raises(FileRefused, match="more than 2 rows"):
        list(delimited.read(path, limits=Limits(rows=2)).rows())


def test_a_file_larger_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("a\n1\n")
    with pytest.raises(FileRefused, match="too large"):
        delimited.read(path, limits=Limits(size=3))


@pytest.mark.parametrize(
    "cell", ["=1+1", "+44 7700", "-x", "@SUM", "\tx", "\rx", "\nx", "  =x", "＝x", "－x", "'=x"]
)
def test_what_a_spreadsheet_would_run_is_written_with_an_apostrophe(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "out.csv"
    delimited.write(path, ["name"], [[cell]])
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["name"], ["'" + cell]]


def test_numbers_and_harmless_text_are_written_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    delimited.write(
        path, ["a", "b", "c", "d", "e", "f"], [[-5, -1.5, Decimal("-2.50"), "O'Neil", "'tis", None]]
    )
    assert path.read_bytes() == (
        b'\xef\xbb\xbf"a","b","c","d","e","f"\r\n"-5","-1.5","-2.50","O\'Neil","\'tis",""\r\n'
    )


def test_one_apostrophe_that_guards_a_formula_is_taken_off(tmp_path: Path) -> None:
    rows = sheet(tmp_path, "a,b\n'=1,''=2\n'+44,'tis\nO'Neil,x'=1\n").rows()
    assert [row.cells for row in rows] == [["=1", "'=2"], ["+44", "'tis"], ["O'Neil", "x'=1"]]
