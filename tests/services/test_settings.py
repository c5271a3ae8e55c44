"""The practice's settings: what is refused, two directors at once, and what the settings do."""

from collections.abc import Callable
from dataclasses import make_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import Invalid, NotAllowed
from practice_app.rules.nations import Nation
from practice_app.rules.permissions import Permission, Role
from practice_app.rules.words import PatientWord
from practice_app.services import practice, settings, users
from practice_app.services.marks import run
from practice_app.services.settings import Settings
from practice_app.services.two_writers import ChangedMeanwhile, merged
from practice_app.storage.records import Records
from tests import makers
from tests.clinic import CHEAP, Clinic
from tests.services import copies


def _change(records: Records, **wanted: Any) -> Settings:
    before = run(records, settings.read)
    return run(records, settings.change, before, replace(before, **wanted))


def test_everything_can_be_changed_and_is_read_back(records: Records) -> None:
    wanted = Settings(
        name="Hafan Clinic",
        address="2 Stryd y Bont\nAberystwyth\nSY23 1AA",
        phone="+44 1632 960002",
        email="post@hafan.example",
        nation=Nation.WALES,
        zone="Europe/Isle_of_Man",
        word_for_patient=PatientWord.CLIENT,
        data_protection_lead="Nia Rees",
        regulator_name="Somebody Else",
        regulator_address="1 New Street",
        regulator_url="https://regulator.example/complain",
        purposes="To care for you.\n\nTo keep a record.",
        recipients="Your GP.",
        retention="Eight years.",
        confirm_details_after_months=6,
        lock_minutes=15,
        reception_reads_letters=False,
        keeps_recordings=True,
        minimum_age=16,
    )
    before = run(records, settings.read)
    assert all(getattr(before, each) != getattr(wanted, each) for each in Settings.__dataclass_fields__)
    run(records, settings.change, before, wanted)
    assert run(records, settings.read) == replace(wanted, phone="01632 960002")
    facts = run(records, practice.facts)
    assert (facts.name, facts.word_for_patient, facts.lock_minutes) == ("Hafan Clinic", "client", 15)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "  ", "Give the practice a name."),
        ("name", "Harbour\u202eClinic", "invisible"),
        ("phone", "ask at the desk", "like 01632 960001"),
        ("email", "hello at harbour", "like reception@"),
        ("zone", "Mars/Olympus", "United Kingdom"),
        ("regulator_name", "", "where to complain"),
        ("regulator_url", "ico.org.uk", "https://"),
        ("purposes", "\n \n", "must explain"),
        ("retention", "x" * 4001, "4,000"),
        ("lock_minutes", 0, "1 to 15 minutes"),
        ("lock_minutes", 16, "1 to 15 minutes"),
        ("confirm_details_after_months", 61, "1 to 60 months"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    records: Records, field: str, value: object, words: str
) -> None:
    before = run(records, settings.read)
    with pytest.raises(Invalid, match=words) as refused:
        _change(records, **{field: value})
    assert refused.value.field == field
    assert run(records, settings.read) == before


def test_only_a_director_changes_them_and_everybody_reads_them(open_as: Callable[[Role], Records]) -> None:
    for role in (Role.RECEPTIONIST, Role.THERAPIST):
        records = open_as(role)
        with pytest.raises(NotAllowed):
            _change(records, name="Mine now")


def test_two_directors_changing_different_things_both_keep_theirs(records: Records) -> None:
    before = run(records, settings.read)
    run(records, settings.change, before, replace(before, phone="01632 960009"))
    after = run(records, settings.change, before, replace(before, email="new@harbour.example"))
    assert (after.phone, after.email) == ("01632 960009", "new@harbour.example")


def test_two_directors_changing_the_same_thing_are_shown_both(records: Records) -> None:
    before = run(records, settings.read)
    run(records, settings.change, before, replace(before, name="Harbour Practice"))
    with pytest.raises(ChangedMeanwhile) as stale:
        run(records, settings.change, before, replace(before, name="Harbour Rooms"))
    assert stale.value.theirs == {"name": "Harbour Practice"}
    now = run(records, settings.read)
    assert now.name == "Harbour Practice"
    assert run(records, settings.change, now, replace(now, name="Harbour Rooms")).name == "Harbour Rooms"


@given(*[st.tuples(*[st.sampled_from("abc")] * 3)] * 3)
def test_merging_never_loses_what_only_one_side_changed(
    before: tuple[str, ...], mine: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    kind = make_dataclass("kind", "xyz", frozen=True)
    old, wanted, now = kind(*before), kind(*mine), kind(*theirs)
    clashes = [
        i for i in range(3) if mine[i] != before[i] and theirs[i] != before[i] and mine[i] != theirs[i]
    ]
    if clashes:
        with pytest.raises(ChangedMeanwhile) as stale:
            merged(old, wanted, now)
        assert dict(stale.value.theirs) == {"xyz"[i]: theirs[i] for i in clashes}
    else:
        both = merged(old, wanted, now)
        expected = [theirs[i] if mine[i] == before[i] else mine[i] for i in range(3)]
        assert [both.x, both.y, both.z] == expected


def test_a_patient_taken_on_meanwhile_is_no_clash(records: Records) -> None:
    before = run(records, settings.read)
    with records.work(use_case="tests.number") as work:
        practice.the_practice(work).next_number += 1
    assert run(records, settings.change, before, replace(before, name="Harbour")).name == "Harbour"


def test_the_copy_of_a_record_says_what_was_set(records: Records) -> None:
    with records.work(use_case="tests.patient") as work:
        patient = makers.patient(work)
    _change(records, retention="We keep it as long as the oak stands.", name="Oak Clinic")
    bundle = copies.gathered(records, patient).bundle
    assert bundle.clinic.name == "Oak Clinic"
    assert "as long as the oak stands" in repr(bundle)


def test_letters_kept_from_reception_stay_out_of_their_next_sign_in(tmp_path: Path) -> None:
    clinic = Clinic(tmp_path / "clinic", tmp_path)
    director = clinic.found("Dana Director", "quiet lantern over harbour")
    start = "seven copper kettles sing"
    for name, role in (("Sam Price", Role.RECEPTIONIST), ("Asha Shah", Role.THERAPIST)):
        users.add(director, clinic.folder, name, role, start, secret=clinic.secret(), kdf=CHEAP)
    try:
        assert _reads_letters(clinic, "Sam Price", start)
        _change(director, reception_reads_letters=False)
        assert not _reads_letters(clinic, "Sam Price", start)
        assert _reads_letters(clinic, "Asha Shah", start)
    finally:
        clinic.close()
        director.close()


def _reads_letters(clinic: Clinic, who: str, password: str) -> bool:
    return Permission.READ_LETTERS in clinic.sign_in(who, password).records.actor.permissions
