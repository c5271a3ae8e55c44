"""Consents: recorded with their evidence, withdrawn as easily, corrected in sight, and asked at sending."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from practice_app.errors import Invalid, NotAllowed, NotFound, PracticeError
from practice_app.model.consents import Consent, ConsentWording
from practice_app.model.documents import Document, DocumentKind, DocumentSubject
from practice_app.model.people import Authority, Contact, Person
from practice_app.model.settings import Practice, Vault
from practice_app.rules.consents import Basis, Channel, Decision, Method, Purpose, Status, VoicemailLevel
from practice_app.rules.deciding import CapacityBasis, Deciding, GivenAs
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import consents, people, suppression
from practice_app.services.consents import Answer, SoftOptIn
from practice_app.services.marks import run
from practice_app.storage import migrate
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.raw import tamper
from tests.services.copies import entries, gathered
from tests.services.import_files import table, take_in

TODAY = makers.TODAY
GP = Purpose.SHARE_WITH_GP
YES = Answer(GP, Decision.GIVEN, Method.SIGNED_PAPER)
NEWS = Answer(Purpose.MARKETING, Decision.GIVEN, Method.IN_PERSON, (Channel.EMAIL,))
MOTHER = Deciding(
    GivenAs.PARENT, CapacityBasis.BEST_INTERESTS, "Ms Hodan Jama", "mother", "Birth certificate"
)


@pytest.fixture(autouse=True)
def _time_passes(records: Records) -> None:
    """Each use case a second after the last: the order of decisions is that of recording."""
    seconds = itertools.count()
    records.clock = lambda: makers.NOW + timedelta(seconds=next(seconds))


@pytest.fixture
def ann(records: Records) -> UUID:
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(
            work, emails=["margaret@letters.example"], phones=["07700 900123"], postcode="CT11 8AA"
        )


@pytest.fixture
def child(records: Records) -> UUID:
    name = PersonName(None, "Liban", "Jama", None)
    with records.work(use_case="tests.arrange") as work:
        return makers.patient(work, name, person_values={"born": date(2012, 3, 1)})


def now(records: Records, patient: UUID, purpose: Purpose = GP, *more: object) -> consents.Standing:
    return run(records, consents.status_now, patient, purpose, *more)  # type: ignore[arg-type]


def refused(records: Records, patient: UUID, answer: Answer) -> Invalid:
    """The refusal of an answer, after which nothing was recorded."""
    with pytest.raises(Invalid) as error:
        run(records, consents.record, patient, answer)
    with records.work(writes=False) as work:
        rows = work.first(select(func.count()).where(Consent.recorded_by_id.is_not(None)))
    assert rows == 0
    return error.value


# What is recorded


def test_a_decision_is_kept_with_everything_that_shows_it(records: Records, ann: UUID) -> None:
    asked = run(records, consents.new_wording, GP, "May we write to your GP?")
    with records.work(use_case="tests.arrange") as work:
        notice = makers.privacy_notice(work)
        makers.given_notice(work, ann, notice)
    answer = replace(
        YES,
        wording=asked.id,
        limits="Not the session notes",
        place="Reception",
        witness="Dana Director",
        evidence="Blue folder",
        review_on=TODAY + timedelta(days=365),
    )
    [id] = run(records, consents.record, ann, answer).ids
    with records.work(writes=False) as work:
        row = work.get(Consent, id)
    assert (row.given_by, row.given_as) == ("Mrs Margaret Holloway", GivenAs.PATIENT)
    assert (row.capacity_basis, row.method) == (CapacityBasis.PRESUMED, Method.SIGNED_PAPER)
    assert (row.wording_id, row.privacy_notice_id) == (asked.id, notice)
    assert (row.decided_on, row.recorded_at.date(), row.zone) == (TODAY, TODAY, "Europe/London")
    assert row.recorded_by_id == records.actor.id
    assert (row.place, row.witness, row.evidence) == ("Reception", "Dana Director", "Blue folder")
    standing = now(records, ann)
    assert standing.allows
    assert standing.sentence == (
        "May write to the GP: yes, since 23-Nov-2026, limited to: Not the session notes"
    )


def test_each_channel_is_a_row_of_its_own_and_voicemail_says_how_much(records: Records, ann: UUID) -> None:
    channels = (Channel.EMAIL, Channel.VOICEMAIL)
    answer = Answer(Purpose.CONTACT, Decision.GIVEN, Method.IN_PERSON, channels)
    assert refused(records, ann, answer).field == "voicemail"
    run(records, consents.record, ann, replace(answer, voicemail=VoicemailLevel.NAME_ONLY))
    assert now(records, ann, Purpose.CONTACT, Channel.EMAIL).limits == ""
    assert now(records, ann, Purpose.CONTACT, Channel.VOICEMAIL).limits == "our name and number only"
    assert now(records, ann, Purpose.CONTACT, Channel.SMS).status is Status.NOT_ASKED


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"purpose": Purpose.SHARE_WITH_RELATIVE}, "about"),
        ({"about": "Dr Okafor"}, "about"),
        ({"channels": (Channel.EMAIL,)}, "channel"),
        ({"channels": ()}, "channels"),
        ({"decided_on": TODAY + timedelta(days=1)}, "decided_on"),
        ({"decided_on": date(1950, 1, 1)}, "decided_on"),
        ({"valid_from": TODAY - timedelta(days=1)}, "valid_from"),
        ({"expires_on": TODAY - timedelta(days=1)}, "expires_on"),
        ({"review_on": TODAY - timedelta(days=1)}, "review_on"),
        ({"decision": Decision.WITHDRAWN}, "decision"),
        ({"decision": Decision.NOT_REQUIRED}, "basis"),
        ({"decision": Decision.NOT_REQUIRED, "basis": Basis.SOFT_OPT_IN}, "basis"),
    ],
)
def test_what_is_no_evidence_is_refused_at_its_field(
    records: Records, ann: UUID, changed: dict[str, object], field: str
) -> None:
    assert refused(records, ann, replace(YES, **changed)).field == field  # type: ignore[arg-type]


def test_the_words_of_another_purpose_are_refused(records: Records, ann: UUID) -> None:
    other = run(records, consents.new_wording, Purpose.RESEARCH, "May we use your data for research?")
    assert refused(records, ann, replace(YES, wording=other.id)).field == "wording"


# What it comes to


def test_refused_never_asked_withdrawn_and_run_out_are_four_things(records: Records, ann: UUID) -> None:
    spring, autumn = date(2026, 4, 1), date(2026, 9, 1)
    run(records, consents.record, ann, replace(YES, decided_on=spring))
    run(records, consents.withdraw, ann, GP, method=Method.PHONE, on=autumn)
    no = replace(YES, purpose=Purpose.RESEARCH, decision=Decision.REFUSED, decided_on=spring)
    run(records, consents.record, ann, no)
    audio = replace(YES, purpose=Purpose.RECORD_SESSION_AUDIO, decided_on=spring, expires_on=spring)
    run(records, consents.record, ann, audio)
    assert now(records, ann).sentence == "May write to the GP: no, consent was withdrawn on 01-Sep-2026"
    assert now(records, ann, Purpose.RESEARCH).answer == "no, refused on 01-Apr-2026"
    assert now(records, ann, audio.purpose).answer == "no, consent ran out on 01-Apr-2026"
    assert now(records, ann, Purpose.TEACHING).answer == "never asked, so no"
    assert not any(
        now(records, ann, purpose).allows
        for purpose in (GP, Purpose.RESEARCH, audio.purpose, Purpose.TEACHING)
    )


def test_a_plain_message_by_post_needs_no_consent_and_a_wish_against_it_counts(
    records: Records, ann: UUID
) -> None:
    by_post = (Purpose.CONTACT, Channel.POST)
    assert now(records, ann, *by_post).status is Status.NOT_REQUIRED
    assert now(records, ann, *by_post).allows
    no = Answer(Purpose.CONTACT, Decision.REFUSED, Method.PHONE, (Channel.POST,))
    run(records, consents.record, ann, no)
    assert not now(records, ann, *by_post).allows


def test_what_is_agreed_for_one_relative_is_not_for_another(records: Records, ann: UUID) -> None:
    """And a no that names nobody is for all of them."""
    to = replace(YES, purpose=Purpose.SHARE_WITH_RELATIVE, decided_on=date(2026, 4, 1))
    run(records, consents.record, ann, replace(to, about="Mr Ash Holloway"))
    run(records, consents.record, ann, replace(to, about="Ms Ivy Holloway", decision=Decision.REFUSED))
    ask = (Purpose.SHARE_WITH_RELATIVE, None)
    assert now(records, ann, *ask, "mr ash HOLLOWAY").allows
    assert now(records, ann, *ask, "Ms Ivy Holloway").status is Status.REFUSED
    assert now(records, ann, *ask, "Somebody Else").status is Status.NOT_ASKED
    assert now(records, ann, *ask).status is Status.NOT_ASKED
    run(records, consents.record, ann, replace(to, decision=Decision.REFUSED, decided_on=TODAY))
    assert now(records, ann, *ask, "Mr Ash Holloway").status is Status.REFUSED


def test_a_kind_of_treatment_can_be_stopped_without_stopping_the_others(records: Records, ann: UUID) -> None:
    for kind in ("Acupuncture", "Manual therapy"):
        run(records, consents.record, ann, replace(YES, purpose=Purpose.TREATMENT, about=kind))
    run(records, consents.withdraw, ann, Purpose.TREATMENT, None, "acupuncture", method=Method.IN_PERSON)
    assert not now(records, ann, Purpose.TREATMENT, None, "Acupuncture").allows
    assert now(records, ann, Purpose.TREATMENT, None, "Manual therapy").allows
    [treatment, *_] = run(records, people.open_record, ann).banner.consents
    assert (treatment.word, treatment.allows) == ("treatment", True)


# Withdrawing


def test_withdrawing_needs_nothing_but_how_and_works_at_once(records: Records, ann: UUID) -> None:
    run(records, consents.record, ann, YES)
    done = run(records, consents.withdraw, ann, GP, method=Method.PHONE)
    assert done.effects == ("No new letters go to the GP. Letters already sent stay as they are.",)
    assert now(records, ann).status is Status.WITHDRAWN
    with records.work(writes=False) as work:
        given, withdrawn = work.select(select(Consent).order_by(Consent.recorded_at, Consent.decision))
    assert (given.decision, withdrawn.decision) == (Decision.GIVEN, Decision.WITHDRAWN)
    assert withdrawn.effect == done.effects[0]


def test_there_must_be_something_to_withdraw(records: Records, ann: UUID) -> None:
    with pytest.raises(Invalid, match="never asked"):
        run(records, consents.withdraw, ann, GP, method=Method.PHONE)


def test_an_older_no_does_not_undo_a_newer_yes_and_that_is_said(records: Records, ann: UUID) -> None:
    run(records, consents.record, ann, YES)
    older = replace(YES, decision=Decision.REFUSED, decided_on=date(2026, 1, 5))
    assert "A later decision stands" in run(records, consents.record, ann, older).effects[-1]
    assert now(records, ann).allows


# Who decides


def test_a_child_decides_with_a_note_of_competence_or_a_parent_does(records: Records, child: UUID) -> None:
    assert refused(records, child, YES).field == "capacity_basis"
    alone = Deciding(basis=CapacityBasis.GILLICK, note="Explained it in his own words")
    run(records, consents.record, child, replace(YES, by=alone))
    run(records, consents.record, child, replace(YES, purpose=Purpose.TREATMENT, by=MOTHER))
    told = [line.told_by for group in run(records, consents.matrix, child).groups for line in group.lines]
    assert "Ms Hodan Jama, mother, with parental responsibility, on a signed form" in told
    assert "Liban Jama, on a signed form" in told


def test_a_child_may_say_no_without_any_note(records: Records, child: UUID) -> None:
    """Refusing can do no harm, and it must not be harder than agreeing."""
    run(records, consents.record, child, replace(YES, decision=Decision.REFUSED))
    assert now(records, child).status is Status.REFUSED


def test_the_hint_follows_the_birth_date_and_the_clinics_nation(records: Records, child: UUID) -> None:
    assert "Gillick" in run(records, consents.asking, child, GP).hint
    assert not run(records, consents.asking, child, GP).is_presumed
    with records.work(use_case="tests.arrange") as work:
        [practice] = work.select(select(Practice))
        practice.nation = "SCT"
    assert "1991 Act" in run(records, consents.matrix, child).hint
    assert run(records, consents.asking, child, GP).is_presumed
    assert not run(records, consents.asking, child, Purpose.TREATMENT).is_presumed


def test_the_form_offers_contacts_who_may_decide_about_care(records: Records, child: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        for given, authority, begins, until in (
            ("Hodan", Authority.PARENTAL_RESPONSIBILITY, None, None),
            ("Guled", Authority.POWER_OF_ATTORNEY_PROPERTY, None, None),
            ("Ayan", Authority.PARENTAL_RESPONSIBILITY, None, date(2026, 1, 1)),
            ("Idil", Authority.PARENTAL_RESPONSIBILITY, date(2027, 1, 1), None),
        ):
            who = makers.person(PersonName("Ms", given, "Jama", None))
            work.add(who)
            work.flush()
            work.add(
                Contact(
                    patient_id=child,
                    person_id=who.id,
                    relation="mother",
                    authority=authority,
                    authority_seen="Birth certificate",
                    valid_from=begins,
                    valid_to=until,
                )
            )
    asked = run(records, consents.asking, child, Purpose.SHARE_WITH_RELATIVE)
    assert [(proxy.name, proxy.given_as, proxy.proof) for proxy in asked.proxies] == [
        ("Ms Hodan Jama", GivenAs.PARENT, "Birth certificate")
    ]
    assert set(asked.recipients) == {
        "Ms Hodan Jama (mother)",
        "Ms Guled Jama (mother)",
        "Ms Ayan Jama (mother)",
        "Ms Idil Jama (mother)",
    }


# Without consent


def test_that_no_consent_is_needed_is_for_those_who_treat_and_beats_no_refusal(
    records: Records, open_as: Opener, ann: UUID
) -> None:
    by_law = replace(YES, decision=Decision.NOT_REQUIRED, basis=Basis.LEGAL_OBLIGATION)
    with pytest.raises(NotAllowed):
        run(open_as(Role.RECEPTIONIST), consents.record, ann, by_law)
    run(records, consents.record, ann, by_law)
    assert "a law or a court order demands it" in now(records, ann).sentence
    run(records, consents.record, ann, replace(YES, decision=Decision.REFUSED))
    with pytest.raises(Invalid, match="until they say yes"):
        run(records, consents.record, ann, by_law)


def test_the_soft_opt_in_wants_all_three_conditions_and_no_objection(records: Records, ann: UUID) -> None:
    answer = replace(NEWS, decision=Decision.NOT_REQUIRED, basis=Basis.SOFT_OPT_IN)
    two = SoftOptIn(got_from_them_here=True, similar_services=True)
    assert refused(records, ann, replace(answer, soft_opt_in=two)).field == "soft_opt_in"
    three = replace(answer, soft_opt_in=replace(two, easy_to_refuse=True))
    run(records, consents.record, ann, three)
    assert now(records, ann, Purpose.MARKETING, Channel.EMAIL).allows
    run(records, consents.withdraw, ann, Purpose.MARKETING, Channel.EMAIL, method=Method.LINK)
    with pytest.raises(Invalid):
        run(records, consents.record, ann, three)


# Marketing objections


def test_an_objection_to_marketing_refuses_the_address_until_a_yes_of_their_own(
    records: Records, ann: UUID
) -> None:
    ask = (suppression.may_market, "Margaret@Letters.example", Channel.EMAIL)
    assert run(records, *ask)
    run(records, consents.record, ann, NEWS)
    done = run(records, consents.withdraw, ann, Purpose.MARKETING, Channel.EMAIL, method=Method.LINK)
    assert "also after these records are erased" in done.effects[-1]
    assert not run(records, *ask)
    assert run(records, suppression.may_market, "somebody@letters.example", Channel.EMAIL)
    assert run(records, suppression.may_market, "07700 900123", Channel.SMS)
    lifted = run(records, consents.record, ann, NEWS)
    assert "off the list" in lifted.effects[-1]
    assert run(records, *ask)


@pytest.mark.parametrize(
    ("channel", "address"),
    [(Channel.SMS, "+44 7700 900 123"), (Channel.POST, "1 High Street, Ramsgate, Kent, CT118AA")],
)
def test_numbers_and_postal_addresses_are_refused_however_they_are_written(
    records: Records, ann: UUID, channel: Channel, address: str
) -> None:
    assert run(records, suppression.may_market, address, channel)
    run(records, consents.record, ann, replace(NEWS, decision=Decision.REFUSED, channels=(channel,)))
    assert not run(records, suppression.may_market, address, channel)


def test_the_list_names_nobody_outlives_the_address_and_every_practice_has_its_own_key(
    records: Records, ann: UUID
) -> None:
    run(records, consents.record, ann, replace(NEWS, decision=Decision.REFUSED))
    with records.work(use_case="tests.forget") as work:
        stored = work.connection().exec_driver_sql("SELECT * FROM marketing_suppression").all()
        key = work.first(select(Vault.suppression_key))
        work.connection().exec_driver_sql("DELETE FROM email")
    assert "margaret" not in repr(stored)
    assert len(key) == 32
    assert key != bytes(32)
    assert not run(records, suppression.may_market, "margaret@letters.example", Channel.EMAIL)


def test_correcting_a_wrong_objection_lifts_nothing_and_says_so(records: Records, ann: UUID) -> None:
    run(records, consents.record, ann, NEWS)
    done = run(records, consents.withdraw, ann, Purpose.MARKETING, Channel.EMAIL, method=Method.LINK)
    words = run(records, consents.correct, done.ids[0], "It was her sister who wrote")
    assert words[0] == "May e-mail news and offers: yes, since 23-Nov-2026."
    assert "stays on the list" in words[1]
    assert not run(records, suppression.may_market, "margaret@letters.example", Channel.EMAIL)
    lines = [line for group in run(records, consents.matrix, ann).groups for line in group.lines]
    assert [line.standing.asked.channel for line in lines if "gets no marketing" in line.attention] == []
    assert [line.standing.asked.channel for line in lines if "no marketing" in line.attention] == [
        Channel.EMAIL
    ]


def test_a_yes_recorded_for_the_wrong_person_lifts_nothing_for_good(records: Records, ann: UUID) -> None:
    """Also where the record knows of no objection: the address may have been listed before it was erased."""
    run(records, consents.record, ann, replace(NEWS, decision=Decision.REFUSED))
    [wrong] = run(records, consents.record, ann, NEWS).ids
    assert run(records, suppression.may_market, "margaret@letters.example", Channel.EMAIL)
    run(records, consents.correct, wrong, "Undone at once")
    assert not run(records, suppression.may_market, "margaret@letters.example", Channel.EMAIL)


def test_an_objection_in_a_file_is_kept_too_unless_a_later_row_agrees(
    records: Records, tmp_path: Path
) -> None:
    ann, ben = PersonName(None, "Ann", "Ode", None), PersonName(None, "Ben", "Ode", None)
    with records.work(use_case="tests.arrange") as work:
        first = makers.patient(work, ann, emails=["ann@letters.example"], number=5001)
        makers.patient(work, ben, emails=["ben@letters.example"], number=5002)
    heads = ["ID", "Practice number", "Purpose", "Channel", "Decision", "Date"]
    rows = [
        ["1", "5001", "marketing", "email", "withdrawn", "2026-05-01"],
        ["2", "5002", "marketing", "email", "refused", "2026-05-01"],
        ["3", "5002", "marketing", "email", "given", "2026-06-01"],
    ]
    take_in(records, "consents", table(tmp_path, heads, *rows))
    assert not run(records, suppression.may_market, "ann@letters.example", Channel.EMAIL)
    assert run(records, suppression.may_market, "ben@letters.example", Channel.EMAIL)
    assert now(records, first, Purpose.MARKETING, Channel.EMAIL).status is Status.WITHDRAWN


# History, corrections, wordings


def test_the_history_has_every_decision_in_order_with_what_became_of_it(records: Records, ann: UUID) -> None:
    run(records, consents.record, ann, replace(YES, decided_on=date(2026, 2, 1)))
    [wrong] = run(records, consents.withdraw, ann, GP, method=Method.PHONE, on=date(2026, 3, 1)).ids
    run(records, consents.correct, wrong, "Another Mrs Holloway rang")
    run(records, consents.record, ann, replace(YES, decided_on=date(2026, 4, 1), limits="Dates only"))
    past = run(records, consents.history, ann)
    assert [(each.decision, each.decided_on.month) for each in past] == [
        ("Given", 4),
        ("Withdrawn", 3),
        ("Given", 2),
    ]
    assert [each.state for each in past] == [
        "Stands",
        "Recorded wrongly: Another Mrs Holloway rang (23-Nov-2026, DIRECTOR, Dana)",
        "Replaced by a later decision",
    ]
    assert now(records, ann).allows


def test_taking_several_answers_back_takes_all_or_none(records: Records, ann: UUID) -> None:
    channels = (Channel.EMAIL, Channel.SMS)
    given = Answer(Purpose.CONTACT, Decision.GIVEN, Method.IN_PERSON, channels)
    first, second = run(records, consents.record, ann, given).ids
    run(records, consents.correct, second, "Recorded twice")
    with pytest.raises(PracticeError):
        run(records, consents.take_back, (first, second))
    assert run(records, consents.status_now, ann, Purpose.CONTACT, Channel.EMAIL).allows
    run(records, consents.take_back, (first,))
    assert not run(records, consents.status_now, ann, Purpose.CONTACT, Channel.EMAIL).allows
    assert any("Undone at once" in past.corrected for past in run(records, consents.history, ann))


def test_a_correction_needs_a_reason_and_is_made_once(records: Records, ann: UUID) -> None:
    [id] = run(records, consents.record, ann, YES).ids
    with pytest.raises(Invalid) as error:
        run(records, consents.correct, id, "  ")
    assert error.value.field == "reason"
    assert run(records, consents.correct, id, "Recorded for somebody else") == (
        "May write to the GP: never asked, so no.",
    )
    with pytest.raises(PracticeError, match="before"):
        run(records, consents.correct, id, "Again")


def test_new_words_change_nothing_that_was_agreed_to_in_the_old_ones(records: Records, ann: UUID) -> None:
    first = run(records, consents.new_wording, GP, "May we write to your GP?")
    run(records, consents.record, ann, replace(YES, wording=first.id))
    second = run(records, consents.new_wording, GP, "May we write to your GP about your care?")
    [past] = run(records, consents.history, ann)
    assert past.wording == first.id
    shown = run(records, consents.wording, first.id)
    assert (shown.text, shown.revision, shown.is_current) == ("May we write to your GP?", 1, False)
    asked = run(records, consents.asking, ann, GP).wordings[0]
    assert (asked.id, asked.revision) == (second.id, 2)
    back = run(records, consents.new_wording, GP, first.text)
    assert (back.revision, back.digest) == (3, first.digest)
    with pytest.raises(Invalid, match="already"):
        run(records, consents.new_wording, GP, first.text)
    assert [each.revision for each in run(records, consents.wordings)] == [3, 2, 1]


def test_only_a_director_writes_the_words(open_as: Opener) -> None:
    for role in (Role.RECEPTIONIST, Role.THERAPIST):
        with pytest.raises(NotAllowed):
            run(open_as(role), consents.new_wording, GP, "May we?")


@pytest.mark.parametrize(
    "table_name",
    ["consent", "consent_wording", "consent_correction", "marketing_suppression", "privacy_notice"],
)
def test_nothing_of_it_is_ever_overwritten(records: Records, ann: UUID, table_name: str) -> None:
    run(records, consents.new_wording, GP, "May we?")
    [id] = run(records, consents.record, ann, replace(NEWS, decision=Decision.REFUSED)).ids
    run(records, consents.correct, id, "Wrong person")
    with records.work(use_case="tests.arrange") as work:
        makers.privacy_notice(work)
    with pytest.raises(Exception, match="append-only"):
        tamper(records, f"UPDATE {table_name} SET version = 7")
    assert table_name in migrate.APPEND_ONLY


# Evidence, banner, matrix, copy


def test_a_filed_document_can_show_a_decision_of_the_same_person(
    records: Records, ann: UUID, child: UUID
) -> None:
    [id] = run(records, consents.record, ann, YES).ids
    with records.work(use_case="tests.arrange") as work:
        papers = []
        for person in (ann, child):
            paper = Document(kind=DocumentKind.SIGNED_CONSENT, dated=TODAY, entered_at=makers.NOW)
            paper.subjects = [DocumentSubject(person_id=person)]
            work.add(paper)
            work.flush()
            papers.append(paper.id)
    run(records, consents.attach, id, papers[0])
    run(records, consents.attach, id, papers[0])
    with pytest.raises(NotFound):
        run(records, consents.attach, id, papers[1])
    [past] = run(records, consents.history, ann)
    assert past.documents == (papers[0],)
    assert ("Signed form filed", "document of 23-Nov-2026") in past.facts


def test_everybody_sees_the_summary_in_the_banner(records: Records, open_as: Opener, ann: UUID) -> None:
    run(records, consents.record, ann, YES)
    email = Answer(Purpose.CONTACT, Decision.REFUSED, Method.PHONE, (Channel.EMAIL,))
    run(records, consents.record, ann, email)
    marks = run(open_as(Role.RECEPTIONIST), people.open_record, ann).banner.consents
    assert [(mark.word, mark.allows, mark.is_asked) for mark in marks] == [
        ("treatment", False, False),
        ("GP letters", True, True),
        ("e-mail", False, True),
    ]
    assert marks[2].sentence == "May e-mail about appointments: no, refused on 23-Nov-2026"


def test_the_matrix_has_every_question_once_and_says_what_is_due(records: Records, ann: UUID) -> None:
    last_year = date(2025, 11, 1)
    run(records, consents.record, ann, replace(YES, decided_on=last_year, review_on=date(2026, 11, 1)))
    lines = [line for group in run(records, consents.matrix, ann).groups for line in group.lines]
    assert len({line.standing.asked for line in lines}) == len(lines) > len(Purpose)
    [due] = [line for line in lines if line.attention]
    assert due.sentence == (
        "May write to the GP: yes, since 01-Nov-2025. Mrs Margaret Holloway, on a signed form. "
        "Ask again: review was due on 01-Nov-2026"
    )


def test_the_copy_shows_the_evidence_and_the_correction(records: Records, child: UUID) -> None:
    asked = run(records, consents.new_wording, GP, "May we write to your GP?")
    [id] = run(records, consents.record, child, replace(YES, by=MOTHER, wording=asked.id)).ids
    run(records, consents.correct, id, "It was the twin")
    copy = gathered(records, child)
    [consent] = entries(copy, "Consents and refusals")
    told = dict(consent.facts)
    assert told["Recorded wrongly"] == "It does not count: It was the twin"
    assert told["Given by"] == "Ms Hodan Jama, mother, with parental responsibility"
    assert told["What was asked"] == "May we write to your GP? (version 1, en-GB)"
    [correction] = entries(copy, "Decisions that were recorded wrongly")
    assert dict(correction.facts)["Why"] == "It was the twin"


def test_somebody_who_has_died_gives_no_consent_afterwards(records: Records, ann: UUID) -> None:
    with records.work(use_case="tests.arrange") as work:
        work.get(Person, ann).died = date(2026, 10, 1)
    assert refused(records, ann, YES).field == "decided_on"


def test_an_import_finds_the_words_that_are_asked_here(records: Records, tmp_path: Path) -> None:
    asked = run(records, consents.new_wording, Purpose.TREATMENT, "I agree.")
    with records.work(use_case="tests.arrange") as work:
        makers.patient(work, number=5003)
    heads = ["ID", "Practice number", "Purpose", "Decision", "Date", "Wording"]
    take_in(
        records,
        "consents",
        table(tmp_path, heads, ["1", "5003", "treatment", "given", "2026-05-01", "I agree."]),
    )
    with records.work(writes=False) as work:
        assert work.select(select(Consent.wording_id)) == [asked.id]
        assert work.select(select(ConsentWording.revision)) == [1]
