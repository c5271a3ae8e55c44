"""Who may decide about consent, by age and nation (Gillick, 1969 and 1991 Acts, MCA 2005)."""

from datetime import date

import pytest

from practice_app.errors import Invalid
from practice_app.rules.consents import Nature
from practice_app.rules.deciding import (
    CapacityBasis,
    Deciding,
    GivenAs,
    Stage,
    check,
    hint,
    presumed,
    stage,
)

DAY = date(2026, 11, 23)
FIFTEEN, SIXTEEN, EIGHTEEN = date(2010, 11, 24), date(2010, 11, 23), date(2008, 11, 23)
TWELVE = date(2014, 11, 23)
MOTHER = Deciding(
    GivenAs.PARENT, CapacityBasis.BEST_INTERESTS, "Ms Hodan Jama", "mother", "Birth certificate"
)


@pytest.mark.parametrize(
    ("born", "nation", "expected"),
    [
        (FIFTEEN, "ENG", Stage.CHILD),
        (SIXTEEN, "ENG", Stage.YOUNG),
        (SIXTEEN, "WLS", Stage.YOUNG),
        (SIXTEEN, "NIR", Stage.YOUNG),
        (SIXTEEN, "SCT", Stage.ADULT),
        (FIFTEEN, "SCT", Stage.CHILD),
        (EIGHTEEN, "ENG", Stage.ADULT),
        (None, "ENG", Stage.UNKNOWN),
    ],
)
def test_the_age_that_counts(born: date | None, nation: str, expected: Stage) -> None:
    assert stage(born, DAY, nation) is expected


def test_a_child_of_twelve_in_scotland_is_presumed_able_about_data_and_not_about_treatment() -> None:
    assert presumed(TWELVE, DAY, "SCT", Nature.CONFIDENTIALITY)
    assert not presumed(TWELVE, DAY, "SCT", Nature.TREATMENT)
    assert not presumed(TWELVE, DAY, "ENG", Nature.CONFIDENTIALITY)
    assert not presumed(date(2014, 11, 24), DAY, "SCT", Nature.GDPR_CONSENT)


def test_the_hint_names_the_rule_and_an_adult_needs_none() -> None:
    assert "Gillick" in hint(FIFTEEN, DAY, "ENG")
    assert "1991 Act" in hint(FIFTEEN, DAY, "SCT")
    assert "own data" in hint(TWELVE, DAY, "SCT")
    assert "16 or 17" in hint(SIXTEEN, DAY, "NIR")
    assert "not known" in hint(None, DAY, "ENG")
    assert hint(SIXTEEN, DAY, "SCT") == hint(EIGHTEEN, DAY, "ENG") == ""


def refused(by: Deciding, born: date | None, nation: str = "ENG", nature: Nature = Nature.TREATMENT) -> str:
    """The field that was refused, or "" when it may be given so."""
    try:
        check(by, born, DAY, nation, nature)
    except Invalid as error:
        return error.field
    return ""


def test_an_adult_decides_and_is_presumed_able_to() -> None:
    assert refused(Deciding(), EIGHTEEN) == ""
    assert refused(Deciding(), SIXTEEN) == ""
    assert refused(Deciding(), None) == ""


def test_a_child_decides_alone_with_a_note_of_how_that_was_judged() -> None:
    assert refused(Deciding(), FIFTEEN) == "capacity_basis"
    assert refused(Deciding(basis=CapacityBasis.GILLICK), FIFTEEN) == "capacity"
    assert refused(Deciding(basis=CapacityBasis.GILLICK, note="Said it in own words"), FIFTEEN) == ""
    assert refused(Deciding(), TWELVE, "SCT", Nature.CONFIDENTIALITY) == ""


def test_a_parent_decides_with_name_relation_and_proof_until_the_birthday() -> None:
    assert refused(MOTHER, FIFTEEN) == ""
    assert refused(MOTHER, EIGHTEEN) == "given_as"
    assert refused(MOTHER, SIXTEEN, "SCT") == "given_as"
    assert refused(MOTHER, SIXTEEN) == "capacity"
    without = {"name": "given_by", "relation": "relation", "proof": "proof"}
    for part, field in without.items():
        whole = {"name": MOTHER.name, "relation": MOTHER.relation, "proof": MOTHER.proof}
        less = Deciding(MOTHER.given_as, MOTHER.basis, **{**whole, part: ""})
        assert refused(less, FIFTEEN) == field


def test_an_attorney_decides_only_for_somebody_found_unable_to() -> None:
    attorney = Deciding(GivenAs.ATTORNEY, CapacityBasis.BEST_INTERESTS, "Mr Ash", "son", "LPA 7000-1234-5678")
    assert refused(attorney, EIGHTEEN) == "capacity"
    assert refused(attorney, FIFTEEN) == "given_as"
    found = Deciding(attorney.given_as, attorney.basis, "Mr Ash", "son", "LPA", "Assessed by Dr Shah")
    assert refused(found, EIGHTEEN) == ""
    assert refused(Deciding(GivenAs.DEPUTY, CapacityBasis.PRESUMED, "Mr Ash", "son", "Order"), EIGHTEEN)


def test_nobody_decides_for_themselves_in_best_interests() -> None:
    assert refused(Deciding(basis=CapacityBasis.BEST_INTERESTS), EIGHTEEN) == "given_as"
