"""The clinic's own word, and which professions are health professionals in law."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.rules import professions
from practice_app.rules.words import PatientWord, in_words_of


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Patients", "Clients"),
        ("There are no patients in this practice yet.", "There are no clients in this practice yet."),
        ("A patient's number", "A client's number"),
        ("&Patient", "&Client"),
        ("Back to the &patients", "Back to the &clients"),
        ("New p&atient", "New cl&ient"),
        ("Register a new patien&t", "Register a new clien&t"),
        ("Inpatient care needs patience.", "Inpatient care needs patience."),
    ],
)
def test_sentences_take_the_clinics_word(written: str, said: str) -> None:
    assert in_words_of(PatientWord.CLIENT, written) == said
    assert in_words_of(PatientWord.PATIENT, written) == written


@given(st.text())
def test_nothing_but_the_word_changes(text: str) -> None:
    changed = in_words_of("client", text)
    assert in_words_of("client", changed) == changed
    assert len(changed) <= len(text)
    if "atient" not in text:
        assert changed == text


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("physiotherapist", True),
        ("CLINICAL PSYCHOLOGIST", True),
        ("Child psychotherapist", True),
        ("Osteopath", True),
        ("Counsellor", False),
        ("Psychotherapist", False),
        ("Dental nurse", False),
    ],
)
def test_the_list_of_section_204(name: str, is_one: bool) -> None:
    found = professions.known(name)
    assert found is not None
    assert found.is_health_professional is is_one


def test_an_unknown_profession_is_not_guessed() -> None:
    assert professions.known("Reiki master") is None


def test_both_consequences_are_one_sentence_each() -> None:
    for each in (True, False):
        assert professions.consequence(each).count(".") == 1
