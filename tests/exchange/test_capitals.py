"""Names all in capitals, made readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.exchange.capitals import without_shouting


@pytest.mark.parametrize(
    ("published", "shown"),
    [
        ("THE DENSHAM SURGERY", "The Densham Surgery"),
        ("ST JOHN'S GP SURGERY", "St John's GP Surgery"),
        ("ST. MARY'S MED CTR", "St. Mary's Med Ctr"),
        ("STOCKTON-ON-TEES", "Stockton-on-Tees"),
        ("HEALTH CENTRE AT THE PARK", "Health Centre at the Park"),
        ("GEORGE VII WING", "George VII Wing"),
        ("DR O'NEILL & PARTNERS", "Dr O'Neill & Partners"),
        ("DR T MCKENZIE", "Dr T McKenzie"),
        ("MACCLESFIELD HEALTH CENTRE", "Macclesfield Health Centre"),
        ("MCP OOH SERVICE", "MCP OOH Service"),
        ("HMP LEEDS", "HMP Leeds"),
        ("1ST FLOOR, 2A HIGH STREET", "1st Floor, 2A High Street"),
        ("GLEESON MH", "Gleeson MH"),
        ("TY'R FELIN", "Ty'r Felin"),
        ("CWM TAF", "Cwm Taf"),
        ("McDonald Practice", "McDonald Practice"),
        ("", ""),
    ],
)
def test_capitals_are_kept_only_where_they_belong(published: str, shown: str) -> None:
    assert without_shouting(published) == shown


@given(st.text())
def test_nothing_but_the_case_of_letters_changes(text: str) -> None:
    shouted = text.upper()
    assert without_shouting(shouted).upper() == shouted.upper()


@given(st.text())
def test_a_second_time_changes_nothing_more(text: str) -> None:
    once = without_shouting(text.upper())
    assert without_shouting(once) == once
