"""Which two people may be one: what is listed, what is not, and that it stays quick."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.services import duplicates
from practice_app.services.duplicates import Someone, likely

BORN = date(1980, 1, 13)


def someone(given: str, family: str, line: int | None = 2, **known: Any) -> Someone:
    """Somebody, known by nothing but the name unless told."""
    values = {
        "number": line or 0,
        "born": None,
        "nhs_number": None,
        "phones": (),
        "email": "",
        "postcode": "",
    }
    return Someone.named(PersonName(None, given, family, None), line=line, **{**values, **known})


def reasons(*people: Someone) -> list[str]:
    """Why pairs are listed."""
    return [pair.reason for pair in likely(people, Progress())]


def _pair(one: tuple[str, str], other: tuple[str, str], of_one: Any, of_other: Any) -> list[str]:
    return reasons(someone(*one, line=2, **of_one), someone(*other, line=3, **of_other))


ANN, ANNE, BEN = ("Ann", "Berg"), ("Anne", "Berg"), ("Ben", "Thal")


@pytest.mark.parametrize(
    ("one", "other", "of_one", "of_other", "reason"),
    [
        (ANN, BEN, {"nhs_number": "9990000018"}, {"nhs_number": "9990000018"}, "same NHS number"),
        (ANN, ANNE, {"born": BORN}, {"born": BORN}, "same birth date and a similar name"),
        (ANN, ("Berg", "Ann"), {"born": BORN}, {"born": BORN}, "same birth date and a similar name"),
        (ANN, ("An n", "Berg"), {"born": BORN}, {"born": BORN}, "same birth date and a similar name"),
        (ANN, ("", "Berg"), {"born": BORN}, {"born": BORN}, "same birth date and a similar name"),
        (("Zoë", "Łukasz"), ("Zoe", "Lukasz"), {"born": BORN}, {"born": BORN},
         "same birth date and a similar name"),
        (ANN, ("Ann", "Thalheim"), {"born": BORN, "postcode": "CT11 8AA"},
         {"born": BORN, "postcode": "CT11 8AA"}, "same birth date, given name and address"),
        (ANN, ANNE, {"phones": ("+441",)}, {"phones": ("+442", "+441"), "born": BORN},
         "same telephone number and a similar name"),
        (ANN, ANNE, {"email": "a@b.example"}, {"email": "a@b.example"},
         "same e-mail address and a similar name"),
        (ANN, ANN, {"born": date(1980, 3, 12)}, {"born": date(1980, 12, 3)},
         "similar name, and birth dates that differ by a slip"),
        (ANN, ANN, {"born": date(1980, 3, 12)}, {"born": date(1930, 3, 12)},
         "similar name, and birth dates that differ by a slip"),
        (ANN, ANN, {"postcode": "CT11 8AA"}, {"postcode": "CT11 8AA", "born": BORN},
         "same postcode and a similar name"),
    ],
)  # fmt: skip
def test_these_may_be_one(
    one: tuple[str, str], other: tuple[str, str], of_one: Any, of_other: Any, reason: str
) -> None:
    assert _pair(one, other, of_one, of_other) == [reason]


@pytest.mark.parametrize(
    ("one", "other", "of_one", "of_other"),
    [
        (ANN, ANN, {}, {}),
        (ANN, ANN, {"born": date(1980, 3, 12)}, {"born": date(1985, 7, 20)}),
        (ANN, BEN, {"born": BORN}, {"born": BORN}),
        (ANN, BEN, {"phones": ("+441",)}, {"phones": ("+441",)}),
        (ANN, ANN, {"born": BORN, "phones": ("+441",)}, {"born": date(2010, 5, 5), "phones": ("+441",)}),
        (ANN, ("Otto", "Berg"), {"email": "a@b.example"}, {"email": "a@b.example"}),
        (ANN, ("Otto", "Berg"), {"postcode": "CT11 8AA"}, {"postcode": "CT11 8AA"}),
    ],
)  # fmt: skip
def test_these_are_not_listed(
    one: tuple[str, str], other: tuple[str, str], of_one: Any, of_other: Any
) -> None:
    assert _pair(one, other, of_one, of_other) == []


def test_two_who_were_here_before_are_nobodys_business_now() -> None:
    here = [someone("Ann", "Berg", line=None, number=n, born=BORN) for n in (1, 2)]
    assert reasons(*here) == []


def test_the_new_one_comes_first_and_of_two_new_ones_the_later_line() -> None:
    here = someone("Ann", "Berg", line=None, number=77, born=BORN)
    new = [someone("Ann", "Berg", line=line, born=BORN) for line in (5, 3)]
    pairs = [(pair.one.line, pair.other.line) for pair in likely([here, *new], Progress())]
    assert pairs == [(3, None), (5, 3), (5, None)]


def test_a_pair_is_listed_once_for_its_surest_reason() -> None:
    same = {"nhs_number": "9990000018", "born": BORN, "phones": ("+441",), "email": "a@b.example"}
    assert _pair(ANN, ANN, same, same) == ["same NHS number"]


def test_a_name_of_nothing_but_punctuation_is_compared_with_nobody() -> None:
    assert reasons(someone("-", ".", born=BORN), someone("?", "", line=3, born=BORN)) == []


names = st.text(st.sampled_from("abAB é'"), max_size=5).map(lambda text: f"x{text}")
people = st.lists(
    st.builds(
        someone,
        names,
        names,
        line=st.none() | st.integers(2, 9),
        born=st.none() | st.dates(date(1980, 1, 1), date(1980, 1, 9)),
        phones=st.sampled_from([(), ("+441",), ("+441", "+442")]),
        email=st.sampled_from(["", "a@b.example"]),
        postcode=st.sampled_from(["", "CT11 8AA"]),
    ),
    max_size=12,
)


@given(people)
def test_every_pair_has_a_new_one_and_none_is_listed_twice(everybody: list[Someone]) -> None:
    pairs = likely(everybody, Progress())
    assert all(pair.one.line is not None for pair in pairs)
    assert all(pair.one is not pair.other for pair in pairs)
    keys = [frozenset({id(pair.one), id(pair.other)}) for pair in pairs]
    assert len(set(keys)) == len(keys)


@given(people)
def test_the_order_of_the_rows_does_not_matter(everybody: list[Someone]) -> None:
    def listed(order: list[Someone]) -> set[tuple[frozenset[int], str]]:
        return {(frozenset({id(p.one), id(p.other)}), p.reason) for p in likely(order, Progress())}

    assert listed(everybody) == listed(everybody[::-1])


def test_the_work_grows_with_the_people_not_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody shares the placeholder birth date and the clinic's own telephone number."""
    compared = 0
    likeness = duplicates._likeness

    def counted(one: Someone, other: Someone) -> float:
        nonlocal compared
        compared += 1
        return likeness(one, other)

    monkeypatch.setattr(duplicates, "_likeness", counted)
    counts = []
    for size in (500, 1_000, 2_000):
        compared = 0
        same = {"born": date(1900, 1, 1), "phones": ("+441632960001",)}
        likely([someone(f"G{n:05}", f"F{n:05}", line=n, **same) for n in range(size)], Progress())
        counts.append(compared / size)
    assert counts[2] < 1.1 * counts[0]
    assert counts[2] < 100
