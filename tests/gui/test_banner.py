"""The patient banner's exact words, its order, and what each role and each mode may see."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from practice_app.gui.banner import PatientBanner, allergy_words, death, identity, spoken
from practice_app.gui.office import Office
from practice_app.rules.permissions import Role
from practice_app.services import people as people_cases
from practice_app.services.consents import Mark
from practice_app.services.people import Banner

JOHN = Banner(
    id=UUID(int=1),
    number="1042",
    name="SMITH, John (Mr)",
    known_as="Jack",
    born=date(1945, 7, 14),
    age="81y",
    gender="Male",
    nhs_number="9990000018",
    died=None,
    age_at_death="",
    address="18 Orchard Cottage, King's Road, Ipswich, NS33 8KR",
    phones=("01632 960123",),
    emails=("jack@example.org",),
    gp="OKAFOR, R (Dr), Seafront Surgery",
    safety_line="Do not leave voicemail.",
    allergies=(),
    no_known_allergies=False,
)


def words(facts: tuple[tuple[str, str, str], ...]) -> list[tuple[str, str]]:
    return [(title, value) for title, value, _meaning in facts]


def shown(banner: PatientBanner) -> list[str]:
    banner.show()
    QApplication.processEvents()
    return [each.text() for each in banner.findChildren(QLabel) if each.isVisibleTo(banner) and each.text()]


@pytest.fixture
def banner(qtbot) -> PatientBanner:
    made = PatientBanner()
    made.resize(900, 160)
    qtbot.addWidget(made)
    return made


def test_zone_1_has_its_labels_and_its_order() -> None:
    assert words(identity(JOHN)) == [
        ("Born", "14-Jul-1945 (81y)"),
        ("Gender", "Male"),
        ("NHS No.", "999 000 0018"),
    ]


def test_the_unknown_is_said_in_words() -> None:
    nobody = replace(JOHN, born=None, age="", gender="", nhs_number=None)
    assert [value for _title, value in words(identity(nobody))] == ["Not Known", "Not Known", "Not Known"]


def test_every_label_says_what_it_means() -> None:
    assert all(meaning for _title, _value, meaning in identity(JOHN))


def test_somebody_who_died_is_shown_so_in_words() -> None:
    died = replace(JOHN, died=date(2026, 9, 2), age="", age_at_death="81y")
    assert words(identity(died))[0] == ("Born", "14-Jul-1945")
    assert words(death(died)) == [("Died", "02-Sep-2026"), ("Age at Death", "81y")]
    assert death(JOHN) == ()


def test_somebody_who_died_has_another_ground_with_a_pattern(banner: PatientBanner) -> None:
    def colours() -> set[int]:
        image = banner.grab().toImage()
        return {image.pixel(x, image.height() - 4) for x in range(20, image.width() - 20)}

    banner.show_patient(JOHN)
    banner.show()
    alive = colours()
    banner.show_patient(replace(JOHN, died=date(2026, 9, 2), age_at_death="81y"))
    dead = colours()
    assert len(alive) == 1
    assert len(dead) > 1
    assert not alive & dead


@pytest.mark.parametrize(
    ("allergies", "none_known", "expected"),
    [
        (None, False, None),
        ((), False, ("Allergies not recorded", "")),
        ((), True, ("No known allergies", "")),
        (("Latex", "Penicillin"), False, ("Known allergies", "Latex; Penicillin")),
    ],
)
def test_allergies_are_said_in_the_exact_words(
    allergies: tuple[str, ...] | None, none_known: bool, expected: tuple[str, str] | None
) -> None:
    assert allergy_words(replace(JOHN, allergies=allergies, no_known_allergies=none_known)) == expected


def test_the_banner_shows_everything_and_folds_to_who_it_is(banner: PatientBanner) -> None:
    banner.show_patient(JOHN)
    everything = shown(banner)
    assert everything[0] == "SMITH, John (Mr)"
    assert everything.index("Jack") < everything.index("14-Jul-1945 (81y)")
    assert JOHN.address in everything
    banner.fold(True)
    assert JOHN.address not in shown(banner)
    assert "Do not leave voicemail." in shown(banner)


def test_the_privacy_view_names_nobody(banner: PatientBanner) -> None:
    banner.show_patient(JOHN)
    banner.set_private(True)
    assert shown(banner) == ["Patient 1042", "Details hidden (privacy view)"]
    assert "SMITH" not in banner.accessibleName()


def test_the_name_is_never_cut_and_is_plain_text(banner: PatientBanner) -> None:
    banner.show_patient(replace(JOHN, name="<b>O'NEIL-FITZGERALD-MONTGOMERY</b>, " + "Maria " * 20))
    name = banner.findChildren(QLabel)[0]
    assert name.wordWrap()
    assert shown(banner)[0].startswith("<b>O'NEIL")


def test_a_screen_reader_hears_who_it_is() -> None:
    assert spoken(JOHN) == (
        "SMITH, John (Mr), Born 14-Jul-1945 (81y), Gender Male, NHS No. 999 000 0018, Do not leave voicemail."
    )


def test_with_nobody_to_show_there_is_no_banner(banner: PatientBanner) -> None:
    banner.show_patient(JOHN)
    banner.show_patient(None)
    assert banner.isHidden()


@pytest.mark.parametrize(("role", "sees"), [(Role.RECEPTIONIST, False), (Role.THERAPIST, True)])
def test_allergies_are_for_clinicians_and_the_safety_line_for_all(
    role: Role, sees: bool, banner: PatientBanner, people, office_as: Callable[[Role], Office]
) -> None:
    record = office_as(role).do(people_cases.open_record, people.margaret)
    banner.show_patient(record.banner)
    said = shown(banner)
    assert any("Latex" in text for text in said) is sees
    assert "If she rings in distress, put her through to Dr Shah." in said


CONSENTS = (
    Mark("treatment", allows=True, is_asked=True, sentence="May treat: yes, since 05-Jan-2026"),
    Mark(
        "GP letters", allows=False, is_asked=True, sentence="May write to the GP: no, refused on 05-Jan-2026"
    ),
    Mark(
        "e-mail", allows=False, is_asked=False, sentence="May e-mail about appointments: never asked, so no"
    ),
)


def consent_button(banner: PatientBanner) -> QPushButton:
    return banner.findChild(QPushButton)


@pytest.mark.parametrize("width", [700, 1200])
def test_consent_is_said_in_words_with_signs_and_whole_to_a_screen_reader(
    banner: PatientBanner, width: int
) -> None:
    banner.resize(width, 160)
    banner.show_patient(replace(JOHN, consents=CONSENTS))
    shown(banner)
    button = consent_button(banner)
    assert button.isVisible()
    assert button.text() == "Consent: treatment ✓   GP letters ✕   e-mail ?"
    assert button.accessibleName() == "Consent. " + ". ".join(each.sentence for each in CONSENTS)
    assert len(banner.findChildren(QPushButton)) == 1


def test_the_line_about_consent_is_a_door_and_hides_with_the_rest(banner: PatientBanner, qtbot) -> None:
    banner.show_patient(replace(JOHN, consents=CONSENTS))
    shown(banner)
    with qtbot.waitSignal(banner.consents_wanted):
        consent_button(banner).click()
    banner.set_private(True)
    shown(banner)
    assert not consent_button(banner).isVisible()


def test_growing_and_shrinking_leave_one_set_of_facts(banner: PatientBanner) -> None:
    banner.show_patient(replace(JOHN, consents=CONSENTS))
    for width in (1200, 700, 1200):
        banner.resize(width, 160)
        assert shown(banner).count("SMITH, John (Mr)") == 1
