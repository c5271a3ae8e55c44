"""Names: tidied, shown by the CUI standard, folded for searching, taken apart."""

import sys
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from practice_app.errors import Invalid
from practice_app.rules import names
from practice_app.rules.names import (
    LONGEST_TITLE,
    PersonName,
    display_name,
    fold,
    initials,
    plain_name,
    sort_key,
    split_full_name,
)

any_text = settings(deadline=None)
words = (
    st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12)
    .filter(lambda word: word not in names._TITLES)  # "Father" alone cannot be told from a title
    .map(str.capitalize)
)
names_of_any_kind = st.builds(
    lambda title, given, family, known_as: (title[:LONGEST_TITLE], given, family, known_as),
    *[st.text(max_size=30)] * 4,
)


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (("Mr", "John", "Smith"), "SMITH, John (Mr)"),
        (("Sir", "Jonathan", "Evans West"), "EVANS WEST, Jonathan (Sir)"),
        (("Mrs", "Anne-Jorun", "Smith"), "SMITH, Anne-Jorun (Mrs)"),
        (("Mr.", "John", "Smith"), "SMITH, John (Mr)"),
        (("Rev. Dr.", "Ann", "Lee"), "LEE, Ann (Rev Dr)"),
        ((None, "John", "Smith"), "SMITH, John"),
        ((None, None, "Smith"), "SMITH"),
        (("Mrs", None, "Smith"), "SMITH (Mrs)"),
        ((None, "John", None), "John"),
        (("MR", "JOHN", "SMITH"), "SMITH, John (Mr)"),
        (("mrs", "anne-jorun", "o'neil"), "O'NEIL, Anne-Jorun (Mrs)"),
        ((None, "JJ", "Smith"), "SMITH, JJ"),
        ((None, "Thomas", "Großmann"), "GROSSMANN, Thomas"),
        ((None, "პეტრე", "თაბაგარი"), "თაბაგარი, პეტრე"),
        ((None, "雷", "陈"), "陈, 雷"),
    ],
)
def test_a_name_is_shown_family_first(parts: tuple[str | None, ...], shown: str) -> None:
    assert display_name(PersonName(*parts)) == shown


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (("Mr", "John", "Smith"), "Mr John Smith"),
        ((None, "John", "Smith"), "John Smith"),
        (("Mr.", None, "SMITH"), "Mr Smith"),
        (("DR", "JANE", "MCDONALD"), "Dr Jane McDonald"),
        ((None, "jane", "o'neil"), "Jane O'Neil"),
        ((None, "Ronald", "McDonald"), "Ronald McDonald"),
        ((None, "Maria", "de Souza"), "Maria de Souza"),
        ((None, "Sean", "O'Neil"), "Sean O'Neil"),
        ((None, "andre\u0301", "smith"), "André Smith"),
    ],
)
def test_a_name_is_said_given_name_first(parts: tuple[str | None, ...], said: str) -> None:
    assert plain_name(PersonName(*parts)) == said


def test_a_nickname_alone_is_enough_and_shown_as_typed() -> None:
    name = PersonName(known_as="bluebird XX")
    assert (display_name(name), plain_name(name), sort_key(name)) == ("bluebird XX",) * 2 + ("bluebird xx",)


def test_a_nickname_does_not_replace_a_name() -> None:
    assert display_name(PersonName(None, "Katherine", "Smith", "Kat")) == "SMITH, Katherine"


@pytest.mark.parametrize("blank", [None, "", " \t"])
def test_a_name_with_nothing_in_it_is_refused(blank: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        PersonName("Mr", blank, blank, blank)
    assert refused.value.field == "name"


def test_a_title_longer_than_the_standard_allows_is_refused() -> None:
    assert PersonName("x" * 35, "Ann").title == "x" * 35
    with pytest.raises(Invalid) as refused:
        PersonName("x" * 36, "Ann")
    assert refused.value.field == "title"


def test_spaces_are_tidied_and_accents_composed() -> None:
    assert PersonName(given=" Anna\u00a0 Maria ", family="Dvor\u030ca\u0301k") == PersonName(
        None, "Anna Maria", "Dvořák"
    )


@pytest.mark.parametrize(
    ("parts", "letters"),
    [
        ((None, "John", "Smith"), "JS"),
        ((None, "john", None), "J"),
        ((None, None, "’t Hooft"), "T"),
        ((None, None, None, "bluebird"), "B"),
        ((None, "Édith", "Roger"), "ÉR"),
        ((None, None, None, "?!"), "?"),
    ],
)
def test_initials_are_the_first_letters(parts: tuple[str | None, ...], letters: str) -> None:
    assert initials(PersonName(*parts)) == letters


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("O'Neil", "oneil"),
        ("O’NEIL", "oneil"),
        ("Smith-Jones", "smith jones"),
        ("St.John  Smith", "st john smith"),
        ("Łukasz Szmurło", "lukasz szmurlo"),
        ("Søren Ægidius Þórðarson", "soren aegidius thordarson"),
        ("Großmann", "grossmann"),
        ("Đặng Œuvre", "dang oeuvre"),
        ("Gülkadın AKÇAY", "gulkadin akcay"),
        ("İstanbul", "istanbul"),
        ("Rəxşəndə", "rexsende"),
        ("ΚΩΣΤΆΚΗΣ", "κωστακησ"),
        ("Κωστάκης", "κωστακησ"),
        ("Артём", "артем"),
        ("نَصْرِي آل", "نصري ال"),
        ("שָׁלוֹם", "שלום"),
        ("שְׁלמה", "שלמה"),
        ("कुंती", "कुंती"),
        ("が", "が"),
        ("김춘자", "김춘자"),
        ("田中　加奈", "田中 加奈"),
        ("So\u00adphie\u200b", "sophie"),
        ("", ""),
    ],
)
def test_folding_leaves_what_people_compare(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_different_names_of_other_scripts_stay_different() -> None:
    assert fold("कुमार") != fold("कमार")
    assert fold("か") != fold("が")
    assert fold("ดา") != fold("ดี")


def test_no_letter_of_any_script_is_lost_by_folding_but_marks_that_count_as_letters() -> None:
    lost = {
        chr(code)
        for code in range(sys.maxunicode + 1)
        if not 0xD800 <= code < 0xE000 and chr(code).isalpha() and not fold(chr(code))
    }
    assert all(normalize("NFKD", letter) in "ʹʻʼʽ" or "\ufc5e" <= letter <= "\ufe7e" for letter in lost)


@given(st.text())
@any_text
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
@any_text
def test_folding_does_not_see_how_accents_are_encoded(text: str) -> None:
    assert fold(normalize("NFD", text)) == fold(normalize("NFC", text))


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
@any_text
def test_folding_does_not_see_capitals(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


def test_people_are_sorted_by_family_then_given_name() -> None:
    people = [
        PersonName(None, "Ann", "Smithson"),
        PersonName(None, "Zoe", "Smith"),
        PersonName(None, "Ángel", "Smith"),
        PersonName(known_as="Bluebird"),
        PersonName(None, "Cher", None),
    ]
    assert [display_name(name) for name in sorted(people, key=sort_key)] == [
        "Bluebird",
        "Cher",
        "SMITH, Ángel",
        "SMITH, Zoe",
        "SMITHSON, Ann",
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Smith, John (Mr)", ("Mr", "John", "Smith", None)),
        ("SMITH, John (Mr.)", ("Mr.", "John", "SMITH", None)),
        ("Smith, Mr John", ("Mr", "John", "Smith", None)),
        ("Smith, Mrs", ("Mrs", None, "Smith", None)),
        ("Mr John Smith", ("Mr", "John", "Smith", None)),
        ("Rev Dr Jane O'Neil", ("Rev Dr", "Jane", "O'Neil", None)),
        ("Mr Smith", ("Mr", None, "Smith", None)),
        ("John Smith", (None, "John", "Smith", None)),
        ("John Paul Smith", (None, "John Paul", "Smith", None)),
        ("van der Berg, Jan", (None, "Jan", "van der Berg", None)),
        ("Jan van der Berg", (None, "Jan", "van der Berg", None)),
        ("MARIA DE SOUZA", (None, "MARIA", "DE SOUZA", None)),
        ("Anne Van Dyke", (None, "Anne Van", "Dyke", None)),
        ("van Gogh", (None, "van", "Gogh", None)),
        ("Smith, Katherine (Kat)", (None, "Katherine", "Smith", "Kat")),
        ("Katherine (Kat)", (None, "Katherine", None, "Kat")),
        ("Bluebird", (None, None, None, "Bluebird")),
        ("Doctor", (None, None, None, "Doctor")),
        ("Mr", (None, None, None, "Mr")),
        ("Smith,", (None, None, "Smith", None)),
    ],
)
def test_a_full_name_is_taken_apart(text: str, parts: tuple[str | None, ...]) -> None:
    assert split_full_name(text) == PersonName(*parts)


@pytest.mark.parametrize("text", ["", "  ", ",", "()", " , (Mr)"])
def test_an_empty_full_name_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        split_full_name(text)


@given(st.sampled_from([None, "Mr", "Mrs", "Dr"]), words, words)
def test_a_shown_name_can_be_read_again(title: str | None, given_name: str, family: str) -> None:
    name = PersonName(title, given_name, family)
    assert split_full_name(plain_name(name)) == name
    assert split_full_name(display_name(name)) == PersonName(title, given_name, family.upper())


@given(names_of_any_kind)
@any_text
def test_any_name_is_shown_or_refused_when_made(parts: tuple[str, str, str, str]) -> None:
    try:
        name = PersonName(*parts)
    except Invalid:
        assert not any(part.split() for part in parts[1:])
        return
    assert display_name(name)
    assert plain_name(name)
    assert initials(name)
    assert sort_key(name) == fold(sort_key(name))


@given(st.text())
@any_text
def test_taking_a_name_apart_refuses_only_with_invalid(text: str) -> None:
    try:
        name = split_full_name(text)
    except Invalid:
        return
    assert display_name(name)
