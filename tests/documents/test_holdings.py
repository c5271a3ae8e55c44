"""What we hold about you: one page without clinical text."""

from datetime import date

import pytest

from practice_app.documents import holdings
from practice_app.documents.holdings import Holding
from practice_app.errors import Defect

from . import examples
from .judge import judge, spoken, spoken_text


def test_the_page_shows_kinds_numbers_and_dates() -> None:
    made = holdings.render(examples.holdings())
    assert made.pages == 1
    assert judge(made.pdf) == []
    cells = [text for tag, text in spoken(made.pdf) if tag in ("TH", "TD")]
    assert cells[5:10] == ["Session notes", "12", "08-Jan-2024", "01-Mar-2024", "8 years"]
    assert cells[10:] == ["Personal details", "1", "No date", "No date", "See our privacy notice"]


@pytest.mark.parametrize("count", [20, 30, 40])
def test_many_categories_still_fit_one_page(count: int) -> None:
    many = tuple(
        Holding(f"Category number {n}", n + 1, date(2024, 1, 1), date(2024, 2, 1)) for n in range(count)
    )
    made = holdings.render(examples.holdings(holdings=many))
    assert made.pages == 1
    assert f"Category number {count - 1}" in spoken_text(made.pdf)


def test_more_than_a_page_is_a_defect() -> None:
    many = tuple(Holding(f"Category number {n}", 1) for n in range(200))
    with pytest.raises(Defect):
        holdings.render(examples.holdings(holdings=many))


def test_nothing_held_is_said_kindly() -> None:
    said = spoken_text(holdings.render(examples.holdings(holdings=())).pdf)
    assert "On 21 November 2026 Harbour Clinic held no information about Mr John Smith." in said
