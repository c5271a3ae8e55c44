"""Refused rows, written so that they can be mended and imported again."""

import csv
from pathlib import Path

import pytest

from practice_app.errors import Defect, FileRefused
from practice_app.exchange import delimited
from practice_app.exchange.rejects import write_rejects
from practice_app.exchange.rows import Refusal

from .sheets import sheet


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_rows_are_written_as_they_were_with_line_and_reason(tmp_path: Path) -> None:
    read = sheet(tmp_path, 'Name;Notes\nZoë;"a\nb"\nAnn;c\n"Jo";=1\n', "utf-16")
    write_rejects(
        tmp_path / "out.csv", read, [Refusal(5, "Second."), Refusal(2, "First."), Refusal(2, "More.")]
    )
    assert table(tmp_path / "out.csv") == [
        ["Name", "Notes", "line", "reason"],
        ["Zoë", "a\nb", "2", "First. More."],
        ["Jo", "'=1", "5", "Second."],
    ]


def test_mended_rejects_can_be_imported_and_refused_again(tmp_path: Path) -> None:
    first = sheet(tmp_path, "Name,Phone\nAnn,+44 7700 900123\n")
    write_rejects(tmp_path / "rejects.csv", first, [Refusal(2, "Once.")])
    second = delimited.read(tmp_path / "rejects.csv")
    assert [row.cells for row in second.rows()] == [["Ann", "+44 7700 900123", "2", "Once."]]
    write_rejects(tmp_path / "again.csv", second, [Refusal(2, "Twice.")])
    assert table(tmp_path / "again.csv") == [
        ["Name", "Phone", "line", "reason"],
        ["Ann", "'+44 7700 900123", "2", "Twice."],
    ]


def test_rows_of_the_wrong_shape_keep_every_cell(tmp_path: Path) -> None:
    read = sheet(tmp_path, 'a,b,c\n1\n1,2,3,4\n"x" y,2,3\n')
    refusals = [Refusal(row.line, row.fault) for row in read.rows()]
    write_rejects(tmp_path / "out.csv", read, refusals)
    assert [row[:-1] for row in table(tmp_path / "out.csv")[1:]] == [
        ["1", "", "", "2"],
        ["1", "2", "3", "4", "3"],
        ['"x" y,2,3', "", "", "4"],
    ]


def test_a_column_called_line_keeps_its_name(tmp_path: Path) -> None:
    read = sheet(tmp_path, "Line,Reason,Name\n1,2,3\n")
    write_rejects(tmp_path / "out.csv", read, [Refusal(2, "Why.")])
    assert table(tmp_path / "out.csv")[0] == [
        "Line",
        "Reason",
        "Name",
        "line in the file",
        "reason for refusal",
    ]


def test_the_file_itself_is_never_replaced(tmp_path: Path) -> None:
    read = sheet(tmp_path, "Name\nAnn\n")
    with pytest.raises(FileRefused, match="cannot replace the file they come from"):
        write_rejects(read.path, read, [Refusal(2, "Why.")])
    assert read.path.read_text() == "Name\nAnn\n"


def test_a_line_that_is_not_in_the_file_is_our_bug(tmp_path: Path) -> None:
    with pytest.raises(Defect):
        write_rejects(tmp_path / "out.csv", sheet(tmp_path, "Name\nAnn\n"), [Refusal(7, "Why.")])
    assert not (tmp_path / "out.csv").exists()
