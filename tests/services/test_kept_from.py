"""The list of people from whom a record is kept, and the warning before a copy leaves."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from practice_app.errors import Invalid, NotFound
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.services import contacts, kept_from, subject_access
from practice_app.services.contacts import Authority, Details, NewPerson
from practice_app.services.kept_from import Expectation, Keeping
from practice_app.services.marks import run
from practice_app.services.subject_access import Release
from practice_app.storage.records import Records
from tests import makers
from tests.services.copies import entries, entry_words, gathered, words

TODAY = makers.TODAY
BARRED = Expectation.EXPRESSLY_BARRED


@pytest.fixture
def liban(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work, PersonName(None, "Liban", "Nuur", None))


@pytest.fixture
def father(records: Records, liban: UUID) -> UUID:
    who = NewPerson(PersonName("Mr", "Guled", "Nuur", None))
    details = Details("father", Authority.PARENTAL_RESPONSIBILITY, "birth certificate", TODAY)
    return run(records, contacts.add, liban, who, details).contact


def test_the_list_says_whom_what_why_and_since_when(records: Records, liban: UUID, father: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        note = makers.note(work, [liban])
    run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father, item_kind="note", item=note))
    given = Keeping(Expectation.GIVEN_IN_CONFIDENCE, TODAY, named="  Auntie   Hodan ", item_kind="letter")
    entry = run(records, kept_from.keep, liban, given)
    run(records, kept_from.lift, entry)
    whole, lifted = run(records, kept_from.listed, liban)
    assert whole.sentence == ("The session note of 20-Nov-2026: not to be shown to NUUR, Guled (Mr) (father)")
    assert (whole.why, whole.since, whole.lifted_on) == ("They asked us not to show it", TODAY, None)
    assert (lifted.name, lifted.what, lifted.lifted_on) == ("Auntie Hodan", "all letters", TODAY)
    run(records, kept_from.keep_again, entry)
    assert all(each.lifted_on is None for each in run(records, kept_from.listed, liban))


def test_what_makes_no_sense_is_refused(records: Records, liban: UUID, father: UUID) -> None:
    run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father))
    with pytest.raises(Invalid, match="on the list already"):
        run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father))
    with pytest.raises(Invalid, match="Say whom"):
        run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, named=" "))
    with pytest.raises(Invalid, match="at most 300"):
        run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, named="x" * 301))
    with pytest.raises(Invalid, match="Choose what"):
        run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father, item_kind="gossip"))
    with pytest.raises(NotFound):
        run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father, item_kind="note", item=uuid4()))
    with records.work(use_case="tests.arrange") as work:
        other = makers.patient(work)
    with pytest.raises(NotFound):
        run(records, kept_from.keep, other, Keeping(BARRED, TODAY, father))


def test_an_entry_just_made_goes_and_a_lifted_one_stays(records: Records, liban: UUID, father: UUID) -> None:
    entry = run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father))
    run(records, kept_from.take_back, entry)
    assert run(records, kept_from.listed, liban) == ()
    entry = run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father))
    run(records, kept_from.lift, entry)
    with pytest.raises(Invalid, match="Lift it instead"):
        run(records, kept_from.take_back, entry)
    with pytest.raises(Invalid, match="End it instead"):
        run(records, contacts.take_back, contacts.Added(father, True))


def test_a_name_in_any_form_warns_and_the_child_alone_does_not(
    records: Records, liban: UUID, father: UUID
) -> None:
    run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father))
    for line in ("Guled Nuur", "Mr Nuur", "his father", "Hart Solicitors for Mr G Nuur"):
        assert run(records, kept_from.warning, liban, line) == (
            "Not to be shown: the whole record to Mr Guled Nuur. Take it out of the copy first, or make sure "
            "it was lifted."
        )
    for line in ("Liban Nuur", "the coroner", ""):
        assert run(records, kept_from.warning, liban, line) == ""
    (entry,) = run(records, kept_from.listed, liban)
    run(records, kept_from.lift, entry.id)
    assert run(records, kept_from.warning, liban, "Guled Nuur") == ""


def test_what_begins_later_does_not_warn_yet(records: Records, liban: UUID, father: UUID) -> None:
    run(records, kept_from.keep, liban, Keeping(BARRED, TODAY + timedelta(days=1), father))
    assert run(records, kept_from.warning, liban, "Guled Nuur") == ""


@pytest.mark.parametrize("field", ["requester", "recipient"])
def test_a_copy_does_not_leave_for_them_unread(
    records: Records, liban: UUID, father: UUID, field: str
) -> None:
    run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father))
    copy = subject_access.prepare(records, liban, progress=Progress())
    facts = Release("Liban Nuur", "passport", "asks about himself", "Liban Nuur", "by hand")
    wrong = Release(**{**{each: getattr(facts, each) for each in Release.__slots__}, field: "Mr Guled Nuur"})
    with pytest.raises(Invalid, match="Not to be shown") as refused:
        run(records, subject_access.release, copy.id, wrong)
    assert refused.value.field == field
    assert run(records, subject_access.warning, liban, "Mr Guled Nuur") == str(refused.value)
    run(records, subject_access.release, copy.id, wrong, has_read_warning=True)


def test_a_copy_for_somebody_else_leaves_as_ever(records: Records, liban: UUID, father: UUID) -> None:
    run(records, kept_from.keep, liban, Keeping(BARRED, TODAY, father))
    copy = subject_access.prepare(records, liban, progress=Progress())
    facts = Release("Liban Nuur", "passport", "asks about himself", "Liban Nuur", "by hand")
    run(records, subject_access.release, copy.id, facts)


def test_the_list_is_in_the_childs_copy_and_unknown_to_the_father(
    records: Records, liban: UUID, father: UUID
) -> None:
    """Telling him would tell what the child keeps from him (DPA 2018 Sch. 3 para. 4)."""
    run(records, kept_from.keep, liban, Keeping(BARRED, date(2026, 11, 1), father))
    (entry,) = entries(gathered(records, liban), "What is kept from whom")
    assert "Mr Guled Nuur" in entry_words(entry)
    (known,) = run(records, contacts.people_of, liban)
    his = gathered(records, known.person)
    assert entries(his, "What is kept from whom") == ()
    assert "Liban" not in words(his)
