"""Two forms of one copy in the space of one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import Defect
from practice_app.services.subject_access.forms import against, rebuilt

SCANS = [bytes([n]) * 5_000 for n in range(4)]
PIECES = st.sampled_from(
    [
        b"stream\n",
        b"\nendstream",
        b"endobj\n",
        b"stream\r\n",
        *SCANS,
        *(b"stream\n" + each + b"\nendstream" for each in SCANS),
    ]
)
FORMS = st.lists(PIECES | st.binary(max_size=9), max_size=12).map(b"".join)


@given(FORMS, FORMS)
def test_the_second_form_comes_back_byte_for_byte(first: bytes, second: bytes) -> None:
    assert rebuilt(first, against(first, second)) == second


def test_what_both_have_is_kept_once() -> None:
    scans = b"".join(b"1 0 obj\nstream\n" + each + b"\nendstream\n" for each in SCANS)
    first, second = b"%PDF released " + scans, b"%PDF for review, longer " + scans[::1] + b"more"
    assert len(against(first, second)) < 500


def test_a_difference_that_is_cut_off_is_a_defect() -> None:
    difference = against(b"", b"some words")
    with pytest.raises(Defect):
        rebuilt(b"", difference[:-1])
