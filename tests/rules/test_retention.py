"""Last seen: the latest day of care, moved by nothing else."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from practice_app.rules.retention import last_seen

maybe_days = st.none() | st.dates()


def test_nobody_who_had_no_care_was_seen() -> None:
    assert last_seen(attended=None, note=None, care_letter=None, telephone=None) is None


def test_the_latest_kind_of_care_counts() -> None:
    days = {
        "attended": date(2024, 1, 1),
        "note": date(2024, 2, 1),
        "care_letter": date(2024, 3, 1),
        "telephone": date(2024, 4, 1),
    }
    for kind in days:
        later: dict[str, date | None] = {**days, kind: date(2025, 1, 1)}
        assert last_seen(**later) == date(2025, 1, 1)
        alone: dict[str, date | None] = {**dict.fromkeys(days), kind: days[kind]}
        assert last_seen(**alone) == days[kind]


@given(maybe_days, maybe_days, maybe_days, maybe_days)
def test_no_day_of_care_is_later(
    attended: date | None, note: date | None, care_letter: date | None, telephone: date | None
) -> None:
    seen = last_seen(attended=attended, note=note, care_letter=care_letter, telephone=telephone)
    days = [day for day in (attended, note, care_letter, telephone) if day is not None]
    assert seen in days if days else seen is None
    assert all(seen is not None and day <= seen for day in days)
