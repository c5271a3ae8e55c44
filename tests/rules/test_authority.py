"""Whether staff may speak to somebody: nothing but a yes is a yes, and a bar wins over everything."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.rules.authority import (
    Authority,
    Patient,
    Role,
    Speaking,
    Wish,
    may_speak,
)
from practice_app.rules.consents import Status

TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
ADULT = Patient(of_age_on=date(1990, 1, 1))
CHILD = Patient(of_age_on=date(2030, 1, 1))
PARENT = Role("mother", Authority.PARENTAL_RESPONSIBILITY, "birth certificate")
MANDATE = Role("solicitor", Authority.SIGNED_MANDATE, "signed form, 02-Nov-2026", scope="The accident only")


def answer(*roles: Role, patient: Patient = ADULT, **given: object) -> tuple[Speaking, str]:
    found = may_speak("Mrs Ode", roles, patient, TODAY, **given)
    return found.speaking, found.sentence


@pytest.mark.parametrize(
    ("role", "patient", "speaking", "words"),
    [
        (Role("friend"), ADULT, Speaking.NO, "nothing says"),
        (PARENT, CHILD, Speaking.YES, "birth certificate"),
        (replace(PARENT, seen=""), CHILD, Speaking.NO, "has not been seen"),
        (PARENT, ADULT, Speaking.NO, "came of age on 01-Jan-1990"),
        (
            PARENT,
            replace(CHILD, decides_since=YESTERDAY),
            Speaking.NO,
            "judged able to decide alone on 22-Nov-2026",
        ),
        (PARENT, replace(CHILD, decides_since=TODAY, decides_by_age=True), Speaking.NO, "by age since"),
        (PARENT, replace(CHILD, decides_since=TOMORROW), Speaking.YES, "parental responsibility"),
        (PARENT, Patient(), Speaking.YES, "parental responsibility"),
        (MANDATE, ADULT, Speaking.YES, "About: The accident only."),
        (replace(MANDATE, authority=Authority.COURT_ORDER), ADULT, Speaking.YES, "court order"),
        (replace(MANDATE, authority=Authority.COURT_DEPUTY), ADULT, Speaking.YES, "deputy"),
        (
            replace(MANDATE, authority=Authority.POWER_OF_ATTORNEY_HEALTH),
            ADULT,
            Speaking.LIMITED,
            "Only while the patient cannot decide alone",
        ),
        (
            replace(MANDATE, authority=Authority.POWER_OF_ATTORNEY_PROPERTY),
            ADULT,
            Speaking.LIMITED,
            "not about care",
        ),
        (replace(MANDATE, authority=Authority.PERSONAL_REPRESENTATIVE), ADULT, Speaking.NO, "only once"),
        (Role("aunt", is_emergency_contact=True), ADULT, Speaking.LIMITED, "Only in an emergency"),
        (Role("aunt", may=(TODAY, TODAY)), ADULT, Speaking.YES, "the patient said"),
        (Role("aunt", may=(TOMORROW, None)), ADULT, Speaking.NO, "nothing says"),
        (replace(MANDATE, ends=YESTERDAY), ADULT, Speaking.NO, "ended on 22-Nov-2026"),
        (replace(MANDATE, ends=TODAY), ADULT, Speaking.YES, "signed mandate"),
        (replace(MANDATE, begins=TOMORROW), ADULT, Speaking.NO, "begins on 24-Nov-2026"),
    ],
)
def test_each_authority_on_its_own(role: Role, patient: Patient, speaking: Speaking, words: str) -> None:
    said, sentence = answer(role, patient=patient)
    assert said is speaking
    assert words in sentence
    assert sentence.endswith(".")
    assert sentence.startswith({"yes": "Yes: ", "no": "No: ", "limited": "Only "}[speaking.value])


def test_of_several_roles_the_one_that_allows_most_counts_and_a_bar_in_any_forbids() -> None:
    emergency = Role("wife", is_emergency_contact=True)
    assert answer(emergency, MANDATE)[0] is Speaking.YES
    barred = replace(emergency, may_not=(YESTERDAY, TOMORROW))
    assert answer(barred, MANDATE) == (
        Speaking.NO,
        "No: we may not speak to Mrs Ode, from 22-Nov-2026 until 24-Nov-2026.",
    )
    assert answer(replace(emergency, may_not=(YESTERDAY, YESTERDAY)), MANDATE)[0] is Speaking.YES
    barred_ever = replace(emergency, may_not=(date.min, TOMORROW))
    assert answer(barred_ever) == (Speaking.NO, "No: we may not speak to Mrs Ode, until 24-Nov-2026.")


def test_nobody_recorded_is_nobody_to_speak_to() -> None:
    assert answer()[0] is Speaking.NO


def test_what_the_patient_decided_about_this_person_counts_before_their_papers() -> None:
    refused = Wish(Status.REFUSED, YESTERDAY, "What is said in sessions")
    assert answer(PARENT, patient=CHILD, wish=refused) == (
        Speaking.NO,
        "No: sharing with Mrs Ode was refused on 22-Nov-2026 (What is said in sessions).",
    )
    assert answer(PARENT, patient=CHILD, wish=replace(refused, status=Status.WITHDRAWN))[0] is Speaking.NO
    given_ = Wish(Status.GIVEN, YESTERDAY, "dates only")
    assert answer(Role("friend"), wish=given_) == (
        Speaking.YES,
        "Yes: sharing with Mrs Ode was agreed on 22-Nov-2026. About: dates only.",
    )
    assert answer(Role("friend"), wish=replace(given_, status=Status.EXPIRED))[0] is Speaking.NO


def test_after_a_death_only_the_personal_representative_is_spoken_to() -> None:
    dead = replace(ADULT, died=YESTERDAY)
    executor = Role("executor", Authority.PERSONAL_REPRESENTATIVE, "grant of probate")
    assert answer(MANDATE, patient=dead)[0] is Speaking.NO
    assert answer(Role("wife", may=(YESTERDAY, None)), patient=dead)[0] is Speaking.NO
    assert answer(executor, patient=dead)[0] is Speaking.YES
    assert answer(replace(executor, seen=""), patient=dead)[0] is Speaking.NO


def test_the_clinics_own_word_for_a_patient_is_used() -> None:
    assert "the client first" in answer(Role("friend"), patient=Patient(word="client"))[1]


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
stretches = st.none() | st.tuples(days, st.none() | days)
roles = st.builds(
    Role,
    st.just("aunt"),
    st.sampled_from(Authority),
    st.sampled_from(["", "a paper"]),
    st.just(""),
    st.none() | days,
    st.none() | days,
    stretches,
    stretches,
    st.booleans(),
)


@given(st.lists(roles, max_size=4), days, st.none() | days, st.booleans())
def test_a_bar_is_never_outweighed_and_every_answer_is_one_sentence(
    given_: list[Role], on: date, died: date | None, is_kept: bool
) -> None:
    found = may_speak("Mrs Ode", given_, Patient(died=died), on, is_kept_from=is_kept)
    barred = any(r.may_not and r.may_not[0] <= on and (r.may_not[1] or date.max) >= on for r in given_)
    if barred or is_kept or not given_:
        assert found.speaking is Speaking.NO
    assert found.sentence.split(":")[0].split()[0] in {"Yes", "No", "Only"}
    assert "\n" not in found.sentence


@given(st.lists(roles, max_size=4), days)
def test_without_a_paper_or_a_word_nobody_is_told_anything(given_: list[Role], on: date) -> None:
    silent = [replace(role, seen="", may=None, is_emergency_contact=False) for role in given_]
    assert may_speak("Mrs Ode", silent, Patient(), on).speaking is Speaking.NO
