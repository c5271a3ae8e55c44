"""Merging two records of one person, finding them by both numbers, and taking them apart again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import JSON, Uuid, func, select

from practice_app.errors import Invalid, NotAllowed, NotFound, PracticeError
from practice_app.exchange.rows import PatientKey
from practice_app.model.base import Base, SealedBytes
from practice_app.model.consents import Consent
from practice_app.model.families import Family, FamilyKind, FamilyMember
from practice_app.model.merges import MergeStep
from practice_app.model.people import Contact, Patient, Person, Phone
from practice_app.model.settings import Imported
from practice_app.progress import Progress
from practice_app.rules.authority import Authority
from practice_app.rules.consents import Channel, Decision, Nature, Purpose
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import history, merges, notes, people, subject_access
from practice_app.services.imports.numbers import Numbers
from practice_app.services.imports.patient_lookup import PatientLookup
from practice_app.services.marks import run
from practice_app.services.merges import Side
from practice_app.services.merges.comparing import LEFT_AS_KEPT, fields
from practice_app.services.notes import DraftText, Words
from practice_app.services.subject_access import Release
from practice_app.storage import checkpoints, merging, unmerging
from practice_app.storage.person_links import BARE_LINKS, leads_to_a_person, links
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.raw import tamper
from tests.services.copies import entries, entry_words, gathered, words
from tests.services.filling import Pair, filled, snapshot

SEEDS = range(6)
STEPS = "What a second record said differently"
MEG = PersonName("Ms", "Meg", "Holloway", "Meg")
FACTS = Release("the patient", "passport", "her own request", "Margaret Holloway", "on paper")


@pytest.fixture
def pair(records: Records) -> Pair:
    """Margaret and Meg Holloway, who are one person, and Amir Khan, who is not."""
    with records.work(use_case="tests.arrange") as work:
        kept = makers.patient(
            work, phones=["01632 960123"], nhs_number="9434765919", safety_line="Do not ring the landline"
        )
        gone = makers.patient(
            work, MEG, phones=["07700 900456"], nhs_number="9434765870", safety_line="Only on Mondays"
        )
        return Pair(kept, gone, (makers.patient(work, PersonName("Mr", "Amir", "Khan", None)),))


def merged(records: Records, pair: Pair, **choices: Side) -> merges.Merged:
    return run(records, merges.merge, pair.kept, pair.gone, choices)


def number_of(records: Records, person: UUID) -> str:
    with records.work(writes=False) as work:
        return str(work.get(Patient, person).number)


def count(records: Records, kind: type[Base]) -> int:
    with records.work(writes=False) as work:
        return work.first(select(func.count()).select_from(kind)) or 0


def _left_with(records: Records, person: UUID) -> dict[str, int]:
    """How many rows still name somebody, by column."""
    with records.work(writes=False) as work:
        counts = {
            str(column): work.first(select(func.count()).select_from(column.table).where(column == person))
            for column in (*links(), *BARE_LINKS)
        }
    return {name: number for name, number in counts.items() if number}


# The proof


@pytest.mark.parametrize("seed", SEEDS)
def test_a_merge_and_its_undo_leave_every_table_as_it_was(records: Records, seed: int) -> None:
    pair = filled(records, seed)
    before = snapshot(records)
    choices = {"name": Side.GONE, "phone": Side.GONE} if seed % 2 else {}
    done = run(records, merges.merge, pair.kept, pair.gone, choices)
    assert _left_with(records, pair.gone) == {}
    assert {"attendee", "consent", "disclosure", "note_subject", "patient", "person"} <= {
        name for name, rows in snapshot(records).items() if rows != before[name]
    }
    undone = run(records, merges.unmerge, done.id)
    assert (undone.stayed, undone.stayed_counts, undone.not_restored) == ((), (), ())
    after = snapshot(records)
    assert {name for name in before if before[name] != after[name]} == set()
    with records.work(writes=False) as work:
        assert checkpoints.verify(work) == ()


def test_a_table_that_was_not_put_back_would_be_seen(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison sees one link that stays where it was moved to."""
    pair = filled(records, 0)
    before = snapshot(records)
    done = merged(records, pair)
    move_back = unmerging._Undoing._move_back

    def all_but_calls(self: Any, connection: Any, steps: Any) -> None:
        move_back(self, connection, [step for step in steps if step.table_name != "call_subject"])

    monkeypatch.setattr(unmerging._Undoing, "_move_back", all_but_calls)
    run(records, merges.unmerge, done.id)
    assert {name for name, rows in snapshot(records).items() if rows != before[name]} == {"call_subject"}


def test_a_merge_of_merges_is_taken_apart_from_the_last(records: Records) -> None:
    pair = filled(records, 3)
    before = snapshot(records)
    first = merged(records, pair)
    second_pair = Pair(pair.others[0], pair.kept, ())
    between = snapshot(records)
    records.clock = lambda: makers.NOW + timedelta(hours=1)
    second = merged(records, second_pair)
    with records.work(writes=False) as work:
        assert set(merges.everyone(work, pair.others[0])) == {pair.others[0], pair.kept, pair.gone}
        assert people.identify(work, first.gone_number) == pair.others[0]
    with pytest.raises(PracticeError, match=f"no. {second.gone_number} was merged into this one later"):
        run(records, merges.unmerge, first.id)
    run(records, merges.unmerge, second.id)
    assert snapshot(records) == between
    run(records, merges.unmerge, first.id)
    assert snapshot(records) == before


# Finding


def test_both_numbers_find_the_person_and_the_gone_one_is_in_no_list(records: Records, pair: Pair) -> None:
    numbers = [number_of(records, each) for each in (pair.kept, pair.gone)]
    before = count(records, Patient)
    merged(records, pair)
    for text in (*numbers, "9434765919", "943 476 5870", str(pair.gone)):
        assert run(records, people.identify, text) == pair.kept
    for text in (*numbers, "9434765870", "Meg Holloway", "Margaret", "07700900456"):
        assert [found.id for found in run(records, people.find, text)] == [pair.kept]
    assert [each.id for each in run(records, people.find, "holloway")] == [pair.kept]
    assert count(records, Patient) == before - 1


def test_the_old_id_opens_the_record_it_went_up_in(records: Records, pair: Pair) -> None:
    merged(records, pair)
    banner = run(records, people.open_record, pair.gone).banner
    assert (banner.id, banner.name) == (pair.kept, "HOLLOWAY, Margaret (Mrs)")
    with records.work(writes=False) as work, pytest.raises(NotFound, match="merged into another"):
        work.get(Person, pair.gone)


def test_a_draft_begun_in_the_record_that_is_gone_is_kept_on(records: Records, pair: Pair) -> None:
    merged(records, pair)
    draft = run(records, notes.save_draft, DraftText(pair.gone, "Slept"))
    assert run(records, notes.open_draft, draft) == DraftText(pair.kept, "Slept")


def test_after_the_undo_each_number_finds_its_own_record(records: Records, pair: Pair) -> None:
    numbers = [number_of(records, each) for each in (pair.kept, pair.gone)]
    run(records, merges.unmerge, merged(records, pair).id)
    assert [run(records, people.identify, each) for each in numbers] == [pair.kept, pair.gone]
    assert [found.id for found in run(records, people.find, "Meg")] == [pair.gone]


# What the merged record holds


def test_what_is_computed_follows(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        doctor = makers.practitioner(work)
        for person, month in ((pair.kept, 3), (pair.gone, 9)):
            makers.appointment(work, [person], doctor, datetime(2026, month, 2, 10, 0))  # noqa: DTZ001
    assert last_seen(records, pair.kept) == "02-Mar-2026"
    done = merged(records, pair)
    assert last_seen(records, pair.kept) == "02-Sep-2026"
    run(records, merges.unmerge, done.id)
    assert last_seen(records, pair.kept) == "02-Mar-2026"


def last_seen(records: Records, person: UUID) -> str:
    facts = {
        label: value
        for group in run(records, people.open_record, person).groups
        for label, value in group.facts
    }
    return facts["Last seen"]


def test_sealed_texts_of_both_open_and_what_is_added_goes_back_with_its_note(
    records: Records, pair: Pair
) -> None:
    note = run(records, notes.sign, Words((pair.gone,), makers.TODAY, "Meg slept badly."))
    done = merged(records, pair)
    assert run(records, notes.open_note, note, pair.kept).text == "Meg slept badly."
    run(records, notes.add_addendum, note, "Better since.")
    run(records, merges.unmerge, done.id)
    opened = run(records, notes.open_note, note, pair.gone)
    assert (opened.text, opened.addenda[0].text) == ("Meg slept badly.", "Better since.")
    with records.work(writes=False) as work:
        assert checkpoints.verify(work) == ()


def test_a_note_of_both_has_one_link_and_two_again_after_the_undo(records: Records, pair: Pair) -> None:
    note = run(records, notes.sign, Words((pair.kept, pair.gone), makers.TODAY, "Came twice."))
    done = merged(records, pair)
    assert run(records, notes.open_note, note, pair.kept).patients == (pair.kept,)
    run(records, merges.unmerge, done.id)
    assert set(run(records, notes.open_note, note, pair.gone).patients) == {pair.kept, pair.gone}


def test_consents_move_and_stay_as_they_are_otherwise(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.add(_refusal(pair.gone))
    done = merged(records, pair)
    with records.work(writes=False) as work:
        [row] = work.select(select(Consent))
        assert (row.person_id, row.decision) == (pair.kept, Decision.REFUSED)
    for statement in (
        "UPDATE consent SET decision = 'given'",
        "UPDATE consent SET person_id = :other",
        "UPDATE consent SET version = version + 1",
    ):
        with pytest.raises(Exception, match="append-only"):
            tamper(records, statement, other=pair.others[0].hex)
    run(records, merges.unmerge, done.id)
    with records.work(writes=False) as work:
        assert work.first(select(Consent.person_id)) == pair.gone


def _refusal(person: UUID) -> Consent:
    return Consent(
        person_id=person,
        purpose=Purpose.CONTACT,
        channel=Channel.EMAIL,
        nature=next(iter(Nature)),
        decision=Decision.REFUSED,
        decided_on=makers.TODAY,
        recorded_at=makers.NOW,
    )


def test_the_same_number_twice_is_kept_once_and_one_that_is_unsafe_stays(
    records: Records, pair: Pair
) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.add(Phone(person_id=pair.gone, shown="01632 960123", position=5))
        work.add(Contact(patient_id=pair.kept, person_id=pair.gone, relation="sister"))
    merged(records, pair)
    with records.work(writes=False) as work:
        shown = select(Phone.shown).where(Phone.person_id == pair.kept).order_by(Phone.position)
        assert work.select(shown) == ["01632 960123", "07700 900456"]
        assert work.select(select(Contact)) == []


def test_nobody_is_in_a_family_twice_at_a_time(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        family = Family(kind=FamilyKind.COUPLE)
        work.add(family)
        work.flush()
        for person, parted in ((pair.kept, None), (pair.gone, None), (pair.gone, date(2020, 1, 1))):
            work.add(
                FamilyMember(family_id=family.id, patient_id=person, since=date(2019, 1, 1), parted_on=parted)
            )
    assert "couples and families" in " ".join(run(records, merges.compare, pair.kept, pair.gone).warnings)
    done = merged(records, pair)
    with records.work(writes=False) as work:
        members = work.select(select(FamilyMember).order_by(FamilyMember.parted_on.nulls_first()))
        assert [(row.patient_id, row.parted_on) for row in members] == [
            (pair.kept, None), (pair.kept, date(2020, 1, 1)),
        ]  # fmt: skip
    run(records, merges.unmerge, done.id)
    assert count(records, FamilyMember) == 3


def test_an_import_finds_the_person_by_either_number_and_overwrites_nothing(
    records: Records, pair: Pair
) -> None:
    merged_number = number_of(records, pair.gone)
    merged(records, pair)
    with records.work(writes=False) as work:
        lookup = PatientLookup(work, "old")
        assert lookup.find(PatientKey(practice_number=merged_number)) == pair.kept
        assert lookup.find(PatientKey(nhs_number="9434765870")) == pair.kept
        assert int(merged_number) in Numbers(work, ())._used


def test_an_import_that_runs_again_knows_the_merged_record(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        mark = Imported(source="old", kind="patients", ref="7", fingerprint="f", record_id=pair.gone)
        work.add(mark)
    merged(records, pair)
    with records.work(writes=False) as work:
        assert work.select(select(Imported.record_id)) == [pair.kept]


# Choosing


def test_a_choice_takes_the_other_records_value_and_both_lines_about_safety_are_kept(
    records: Records, pair: Pair
) -> None:
    compared = {each.key: each for each in run(records, merges.compare, pair.kept, pair.gone).fields}
    assert compared["safety_line"].chosen is Side.BOTH
    assert compared["known_as"].chosen is Side.GONE, "an empty field is filled"
    assert not compared["born"].differs
    assert compared["born"].choices == ()
    merged(records, pair, name=Side.GONE, nhs_number=Side.GONE, phone=Side.GONE)
    banner = run(records, people.open_record, pair.kept).banner
    assert banner.name == "HOLLOWAY, Meg (Ms)"
    assert banner.nhs_number == "9434765870"
    assert banner.safety_line == "Do not ring the landline / Only on Mondays"
    assert banner.phones[0].startswith("07700 900456")


@pytest.mark.parametrize("key", ["born", "shoe_size"])
def test_a_choice_there_is_not_is_refused(records: Records, pair: Pair, key: str) -> None:
    with pytest.raises(Invalid) as refused:
        merged(records, pair, **{key: Side.GONE})
    assert refused.value.field == key
    assert _left_with(records, pair.gone)["phone.person_id"] == 1


def test_every_column_of_the_two_records_is_a_field_or_left_with_a_reason() -> None:
    chosen = {f"{field.table.name}.{name}" for field in fields() for name in field.columns}
    there = {str(column) for mapped in (Person, Patient) for column in mapped.__table__.columns}
    assert chosen | set(LEFT_AS_KEPT) == there
    assert not chosen & set(LEFT_AS_KEPT)


def test_what_speaks_against_one_person_is_said(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, pair.gone).born = date(1985, 3, 14)
        work.get(Person, pair.gone).died = date(2026, 1, 1)
        work.add(Contact(patient_id=pair.kept, person_id=pair.gone, relation="sister"))
        makers.note(work, [pair.kept, pair.gone])
    warnings = " ".join(run(records, merges.compare, pair.kept, pair.gone).warnings)
    for words_ in ("NHS numbers", "14-Mar-1958 and 14-Mar-1985", "deceased", "contact", "session notes"):
        assert words_ in warnings


def test_what_would_move_is_counted_and_what_moved_is_listed(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        makers.call(work, [pair.gone])
        makers.note(work, [pair.gone])
    counts = {each.label: (each.kept, each.gone) for each in merges_counts(records, pair)}
    assert counts["Session notes"] == (0, 1)
    assert counts["Telephone numbers"] == (1, 1)
    done = merged(records, pair)
    assert {each.what: each.count for each in done.moved} == {
        "Session notes": 1, "Calls": 1, "Telephone numbers": 1,
    }  # fmt: skip
    assert run(records, merges.history, pair.kept) == (done,)
    assert done.undo_until == date(2026, 12, 23)


def merges_counts(records: Records, pair: Pair) -> tuple[merges.Counted, ...]:
    return run(records, merges.compare, pair.kept, pair.gone).counts


def test_the_second_of_two_directors_is_told(records: Records, pair: Pair) -> None:
    merged(records, pair)
    with pytest.raises(NotFound, match="merged into another one"):
        merged(records, pair)
    with pytest.raises(NotFound, match="merged into another one"):
        run(records, merges.merge, pair.others[0], pair.gone, {})


def test_a_row_that_moves_counts_its_version_up_so_that_an_open_form_is_told(
    records: Records, pair: Pair
) -> None:
    def version() -> int:
        with records.work(writes=False) as work:
            return work.first(select(Phone.version).where(Phone.shown == "07700 900456")) or 0

    before = version()
    merged(records, pair)
    assert version() > before


def test_a_record_is_not_merged_with_itself_nor_with_nobody(records: Records, pair: Pair) -> None:
    with pytest.raises(Invalid, match="itself"):
        run(records, merges.merge, pair.kept, pair.kept, {})
    with pytest.raises(NotFound):
        run(records, merges.merge, pair.kept, uuid4(), {})


# Undoing


def test_what_was_written_since_stays_with_the_kept_record_and_is_listed(
    records: Records, pair: Pair
) -> None:
    done = merged(records, pair)
    note = run(records, notes.sign, Words((pair.kept,), makers.TODAY, "Since the merge."))
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, pair.kept).known_as = "Maggie"
        work.add(Phone(person_id=pair.kept, shown="07700 900999", position=9))
        for phone in work.select(select(Phone).where(Phone.shown == "07700 900456")):
            work.delete(phone)
    undone = run(records, merges.unmerge, done.id)
    assert [(item.kind, item.id) for item in undone.stayed] == [("note", note)]
    assert {(each.what, each.count) for each in undone.stayed_counts} == {
        ("Session notes", 1), ("Telephone numbers", 1),
    }  # fmt: skip
    assert {each.what for each in undone.not_restored} == {"Person", "Telephone numbers"}
    assert run(records, notes.open_note, note, pair.kept).text == "Since the merge."
    assert run(records, people.open_record, pair.kept).banner.known_as == "Maggie"


def test_a_merge_is_undone_for_thirty_days(records: Records, pair: Pair) -> None:
    done = merged(records, pair)
    records.clock = lambda: datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
    [shown] = run(records, merges.history, pair.kept)
    assert shown.undo_until is None
    with pytest.raises(PracticeError, match="until 23-Dec-2026"):
        run(records, merges.unmerge, done.id)
    records.clock = lambda: datetime(2026, 12, 23, 23, 0, tzinfo=UTC)
    run(records, merges.unmerge, done.id)
    with pytest.raises(NotFound):
        run(records, merges.unmerge, done.id)
    assert count(records, MergeStep) == 0


# The copy for the person


def test_a_copy_tells_nothing_of_whose_contact_both_records_were(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        for each in (pair.kept, pair.gone):
            work.add(
                Contact(
                    patient_id=pair.others[0],
                    person_id=each,
                    relation="Amir's wife",
                    scope="His sessions",
                    authority=Authority.COURT_DEPUTY,
                )
            )
        work.add(Contact(patient_id=pair.gone, person_id=pair.kept, relation="Her old record"))
    merged(records, pair)
    told = "\n".join(entry_words(each) for each in entries(gathered(records, pair.kept), STEPS))
    assert "Court deputy" in told
    assert "Her old record" in told
    assert "Amir" not in words(gathered(records, pair.kept))
    assert "His sessions" not in words(gathered(records, pair.kept))


def test_a_copy_made_after_the_merge_has_everything_of_both(records: Records, pair: Pair) -> None:
    with records.work(use_case="tests.arrange") as work:
        makers.note(work, [pair.kept], "Margaret walked.")
        makers.note(work, [pair.gone], "Meg swam.")
        makers.letter(work, [pair.gone], "Dear Dr Okafor, Meg.")
        makers.call(work, [pair.gone], caller="Meg Holloway")
        namesake = makers.patient(work, MEG)
        makers.note(work, [namesake], "Another Meg.")
    run(records, people.open_record, pair.gone)
    before, viewed = words(gathered(records, namesake)), len(gathered(records, pair.gone).bundle.viewings)
    merged(records, pair)
    held = gathered(records, pair.kept)
    for said in (
        "Margaret walked.",
        "Meg swam.",
        "Dear Dr Okafor, Meg.",
        "Caller: Meg Holloway",
        "943 476 5870",
    ):
        assert said in words(held)
    assert held.not_shown == 0
    assert len(held.bundle.viewings) == viewed
    assert [entry.title for entry in entries(held, "Records made one")] == [
        "A second record of yours was made one with the first"
    ]
    assert words(gathered(records, namesake)) == before
    assert "Another Meg." not in words(held)


def test_a_copy_prepared_before_a_merge_or_its_undo_is_not_released(records: Records, pair: Pair) -> None:
    before = subject_access.prepare(records, pair.kept, progress=Progress())
    done = merged(records, pair)
    between = subject_access.prepare(records, pair.kept, progress=Progress())
    records.clock = lambda: makers.NOW + timedelta(minutes=5)
    run(records, merges.unmerge, done.id)
    for copy in (before, between):
        with pytest.raises(PracticeError, match="Prepare a new one"):
            run(records, subject_access.release, copy.id, FACTS)


def test_a_copy_given_out_while_the_records_were_one_is_pointed_out_at_the_undo(
    records: Records, pair: Pair
) -> None:
    done = merged(records, pair)
    records.clock = lambda: makers.NOW + timedelta(minutes=5)
    copy = subject_access.prepare(records, pair.kept, progress=Progress())
    run(records, subject_access.release, copy.id, FACTS)
    [warning] = run(records, merges.unmerge, done.id).warnings
    assert "given out on 23-Nov-2026" in warning
    assert "breach" in warning


# Who may


@pytest.mark.parametrize("role", [Role.RECEPTIONIST, Role.THERAPIST])
def test_only_a_director_merges_and_undoes(records: Records, open_as: Opener, pair: Pair, role: Role) -> None:
    done = merged(records, pair)
    colleague = open_as(role)
    for use_case, given in (
        (merges.compare, (pair.kept, pair.others[0])),
        (merges.merge, (pair.kept, pair.others[0], {})),
        (merges.unmerge, (done.id,)),
    ):
        with pytest.raises(NotAllowed):
            run(colleague, use_case, *given)
    if role is Role.RECEPTIONIST:
        [shown] = run(colleague, merges.history, pair.kept)
        assert (shown.gone_number, shown.moved) == (done.gone_number, ())


def test_the_history_tells_of_merges_and_undos(records: Records, pair: Pair) -> None:
    run(records, merges.unmerge, merged(records, pair).id)
    for person in (pair.kept, pair.gone):
        told = " ".join(each.what for each in run(records, history.of, person))
        assert "Made two records of the person one" in told
        assert "Took the two records of the person apart again" in told


# Suggesting


def test_a_likely_second_record_is_suggested_with_the_reason_until_somebody_judges(
    records: Records, open_as: Opener, pair: Pair
) -> None:
    with records.work(use_case="tests.arrange") as work:
        twice = makers.patient(work, PersonName("Mrs", "Margret", "Holloway", None))
    desk = open_as(Role.RECEPTIONIST)
    [suggestion] = run(desk, merges.suggestions, pair.kept)
    assert (suggestion.other.id, suggestion.reason) == (twice, "same birth date and a similar name")
    run(desk, merges.keep_apart, pair.kept, twice)
    assert run(desk, merges.suggestions, pair.kept) == run(desk, merges.suggestions, twice) == ()
    run(desk, merges.take_back, twice, pair.kept)
    assert len(run(desk, merges.suggestions, twice)) == 1


def test_reception_suggests_and_the_director_sees_who_did(
    records: Records, open_as: Opener, pair: Pair
) -> None:
    run(open_as(Role.RECEPTIONIST), merges.suggest, pair.others[0], pair.kept)
    [suggestion] = run(records, merges.suggestions, pair.others[0])
    assert suggestion.other.id == pair.kept
    run(records, merges.keep_apart, pair.kept, pair.others[0])
    assert run(records, merges.suggestions, pair.others[0]) == ()
    run(records, merges.take_back, pair.kept, pair.others[0])
    assert run(records, merges.suggestions, pair.others[0]) == (suggestion,)
    assert suggestion.reason.startswith("suggested by ")
    run(records, merges.merge, pair.kept, pair.others[0], {})
    assert pair.others[0] not in {each.other.id for each in run(records, merges.suggestions, pair.kept)}


# What later tables must keep to


def test_every_bare_id_in_any_table_is_known() -> None:
    """A column that holds the id of a person without saying so by a foreign key would stay behind."""
    elsewhere = {
        "audit_event.user_id": "the log is not touched",
        "audit_event.record_id": "the log is not touched",
        "earlier_detail.change_id": "one saving, never a person",
        "kept_from.item_id": "an item, never a person",
        "merge.gone_id": "the record that is no more",
        "merge_step.record_id": "any row a merge moved",
        "moved_item.item_id": "an item, never a person",
        "note_seal.note_id": "a note or an addition",
        "note_seal.author": "the id of a user",
        "vault.id": "the practice",
    }
    bare = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Uuid) and not column.foreign_keys and not column.primary_key
    } | {"vault.id"}
    assert bare == set(elsewhere) | {str(column) for column in BARE_LINKS}


def test_no_list_of_people_hides_in_a_json_column() -> None:
    found = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JSON)
    }
    files = {"import_mapping.headings", "import_mapping.fields"}
    assert found - files == {"audit_event.fields", "merge.stayed", "merge_step.before", "merge_step.after"}


def test_no_sealed_row_can_become_a_double() -> None:
    """A sealed row is never parked: a change of keys would not reach it there."""
    sealed_tables = [
        table
        for table in Base.metadata.sorted_tables
        if any(isinstance(column.type, SealedBytes) for column in table.columns)
    ]
    for table in sealed_tables:
        for names, _ in merging._what_makes_a_double(table):
            assert not any(leads_to_a_person(table.c[name]) for name in names), table.name
