"""Forms begun and not saved: kept for their author only, sealed where clinical, gone when thrown away."""

import json

import pytest
from sqlalchemy import select

from practice_app.errors import NotAllowed
from practice_app.model.form_drafts import FormDraft
from practice_app.rules.permissions import Role
from practice_app.services import form_drafts, merges
from practice_app.services.form_drafts import Form
from practice_app.services.marks import run
from practice_app.services.subject_access import form_drafts as subject_access_form_drafts
from tests import makers

PLAIN = {"family": "O’Neil", "known_as": "שרה"}


@pytest.fixture
def patient(records):
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work)


def test_what_was_typed_comes_back_to_whoever_typed_it(records, patient) -> None:
    form = Form("details", patient)
    run(records, form_drafts.keep, form, PLAIN, {"allergies": "Latex"})
    unsaved, values = run(records, form_drafts.open_own, form)
    assert unsaved.form == form
    assert values == PLAIN | {"allergies": "Latex"}


def test_the_later_text_replaces_the_earlier(records, patient) -> None:
    form = Form("details", patient)
    run(records, form_drafts.keep, form, PLAIN, {})
    run(records, form_drafts.keep, form, {"family": "Neil"}, {})
    assert run(records, form_drafts.open_own, form)[1] == {"family": "Neil"}
    assert [each.form for each in run(records, form_drafts.own, patient)] == [form]


def test_forms_of_different_people_rows_and_names_do_not_mix(records, patient) -> None:
    forms = [
        Form("details", patient),
        Form("details"),
        Form("contact", patient),
        Form("contact", patient, patient),
    ]
    for number, form in enumerate(forms):
        run(records, form_drafts.keep, form, {"n": str(number)}, {})
    assert [run(records, form_drafts.open_own, form)[1]["n"] for form in forms] == list("0123")
    assert [each.form for each in run(records, form_drafts.own, None)] == [Form("details")]


def test_somebody_elses_form_is_not_offered(records, open_as, patient) -> None:
    run(records, form_drafts.keep, Form("details", patient), PLAIN, {})
    with records.work(use_case="tests.arrange") as work:
        row = work.first(select(FormDraft))
        row.author_id = makers.user(work, Role.THERAPIST, makers.uuid4()).id
    assert run(records, form_drafts.open_own, Form("details", patient)) is None
    assert run(records, form_drafts.own, patient) == ()


def test_clinical_fields_are_sealed_and_a_receptionist_has_none(records, open_as, patient) -> None:
    run(records, form_drafts.keep, Form("details", patient), PLAIN, {"allergies": "Latex"})
    with records.work(writes=False) as work:
        row = work.first(select(FormDraft))
        assert "Latex" not in row.plain
        assert b"Latex" not in row.clinical_sealed
    desk = open_as(Role.RECEPTIONIST)
    run(desk, form_drafts.keep, Form("contact", patient), PLAIN, {"allergies": ""})
    with pytest.raises(NotAllowed):
        run(desk, form_drafts.keep, Form("contact", patient), PLAIN, {"allergies": "Latex"})


def test_a_form_about_nobody_yet_keeps_clinical_fields_too(records) -> None:
    run(records, form_drafts.keep, Form("details"), {}, {"allergies": "Latex"})
    assert run(records, form_drafts.open_own, Form("details"))[1] == {"allergies": "Latex"}


def test_thrown_away_is_gone_and_throwing_away_nothing_is_no_error(records, patient) -> None:
    form = Form("details", patient)
    run(records, form_drafts.keep, form, PLAIN, {})
    run(records, form_drafts.discard, form)
    run(records, form_drafts.discard, form)
    assert run(records, form_drafts.open_own, form) is None


def test_a_copy_for_the_person_says_what_was_typed_without_what_holds_it_together() -> None:
    typed = {"known_as": "Meg", "phones.0.id": "5f1d", "phones.0.number": "07700 900123", "phones.rows": "1"}
    assert subject_access_form_drafts._lines(json.dumps(typed)) == (
        "Known as: Meg\nPhones 1 number: 07700 900123"
    )


def test_what_is_typed_about_a_record_that_was_merged_meanwhile_is_kept_with_the_one_that_stayed(
    records, patient
) -> None:
    """Whoever has a form open while a director merges the record loses nothing at the next lock."""
    with records.work(use_case="tests.arrange") as work:
        gone = makers.patient(work)
    form = Form("details", gone)
    run(records, form_drafts.keep, form, {"family": "Neil"}, {"allergies": "Latex"})
    run(records, merges.merge, patient, gone, {})
    run(records, form_drafts.keep, form, {"family": "O’Neill"}, {"allergies": "Latex, nuts"})
    unsaved, values = run(records, form_drafts.open_own, form)
    assert unsaved.form == Form("details", patient)
    assert values == {"family": "O’Neill", "allergies": "Latex, nuts"}
    assert len(run(records, form_drafts.own, patient)) == 1


def test_of_two_forms_that_a_merge_brought_together_none_is_lost(records, patient) -> None:
    with records.work(use_case="tests.arrange") as work:
        gone = makers.patient(work)
    for person, family in ((patient, "Neil"), (gone, "O’Neill")):
        run(records, form_drafts.keep, Form("details", person), {"family": family}, {})
    run(records, merges.merge, patient, gone, {})
    form, seen = Form("details", patient), set()
    for _ in range(2):
        seen.add(run(records, form_drafts.open_own, form)[1]["family"])
        run(records, form_drafts.discard, form)
    assert seen == {"Neil", "O’Neill"}
    assert run(records, form_drafts.own, patient) == ()
