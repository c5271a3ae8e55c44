"""Whatever is in a file, the answer is rows, reasons or one plain sentence: never a crash."""

import contextlib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from practice_app.errors import PracticeError
from practice_app.exchange import delimited, fhir, vcards
from practice_app.exchange.fields import FIELDS, NEEDED, Kind
from practice_app.exchange.practices import read_practices
from practice_app.exchange.prepare import prepare
from practice_app.rules.dates import DateOrder

from .sheets import TODAY

on_files = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

scraps = st.lists(
    st.sampled_from(
        [b'"', b",", b";", b"\t", b"\r", b"\n", b"\0", b"'", b"=", b"a", b"\xe9", b"\xc3\xa9", b" "]
    ),
    max_size=30,
).map(b"".join)

# What cells of an export hold, and what they might hold by mistake.
cells = st.one_of(
    st.sampled_from(
        [
            "", " ", "Smith", "Smith, John (Mr)", "01/02/1980", "2026-03-12", "2026-03-12 09:30", "09:30",
            "31/02/1980", "9990000018", "9990000019", "07700 900123", "LS1 4AB", "yes", "no", "given",
            "treatment", "marketing", "email", "in", "50", "1899-12-30 09:30:00", "0000-00-00",
            "4111111111111111", "17",
        ]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
    st.dates(date(1799, 1, 1), date(2201, 1, 1)).map(str),
)  # fmt: skip


@on_files
@given(st.one_of(st.binary(max_size=60), scraps))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    for reading in (
        lambda: list(delimited.read(path).rows()),
        lambda: read_practices(path),
        lambda: list(vcards.read(path).rows()),
        lambda: list(fhir.read(path, TODAY).patients.rows()),
    ):
        with contextlib.suppress(PracticeError):
            reading()


@pytest.mark.parametrize("kind", Kind)
@on_files
@given(data=st.data())
def test_any_row_is_taken_or_refused_with_reasons(tmp_path: Path, kind: Kind, data: st.DataObject) -> None:
    fields = [field.name for field in FIELDS[kind]]
    needed = {need.any_of[0] for need in NEEDED[kind]}
    chosen = sorted(data.draw(st.sets(st.sampled_from(fields))) | needed)
    rows = data.draw(st.lists(st.lists(cells, min_size=len(chosen), max_size=len(chosen)), max_size=4))
    path = tmp_path / "any.csv"
    delimited.write(path, chosen, rows)
    mapping = {field: field for field in chosen}
    result = prepare(delimited.read(path), mapping, kind, DateOrder.DMY, today=TODAY)
    assert len(result.rows) + len(result.refusals) == sum(any(map(str.strip, row)) for row in rows)
    assert all(refusal.reason.endswith(".") for refusal in result.refusals)
    assert {warning.line for warning in result.warnings} <= {row.line for row in result.rows}
