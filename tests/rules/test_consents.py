"""Consents: what is asked for, what a decision amounts to, and that silence is never a yes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import Invalid
from practice_app.rules.consents import (
    BASIS_WORDS,
    GROUPS,
    NATURE,
    Basis,
    Channel,
    Decision,
    DecisionRow,
    Nature,
    Purpose,
    Status,
    bases_for,
    basis_without_asking,
    channels_of,
    deciding,
    digest,
    effect_of_no,
    label,
    sentence,
    status,
    title,
    usual_term,
)

DAY = date(2026, 11, 21)
asked_for = [(purpose, channel) for purpose in Purpose for channel in channels_of(purpose)]
near_days = st.dates(DAY - timedelta(days=5), DAY + timedelta(days=5))
rows = st.builds(DecisionRow, st.sampled_from(Decision), near_days, st.none() | near_days)


def test_every_purpose_has_a_nature_and_is_asked_for_in_some_way() -> None:
    assert set(NATURE) == set(Purpose)
    assert all(channels_of(purpose) for purpose in Purpose)


def test_treatment_sharing_and_marketing_are_not_consent_in_the_same_sense() -> None:
    assert NATURE[Purpose.TREATMENT] is Nature.TREATMENT
    assert NATURE[Purpose.SHARE_WITH_GP] is Nature.CONFIDENTIALITY
    assert NATURE[Purpose.CONTACT] is Nature.PREFERENCE
    assert NATURE[Purpose.MARKETING] is Nature.PECR
    assert NATURE[Purpose.RESEARCH] is Nature.GDPR_CONSENT


def test_only_contact_and_marketing_are_asked_per_channel() -> None:
    per_channel = {purpose for purpose in Purpose if channels_of(purpose) != (None,)}
    assert per_channel == {Purpose.CONTACT, Purpose.MARKETING}
    assert all(channel is not None for purpose in per_channel for channel in channels_of(purpose))
    assert set(channels_of(Purpose.MARKETING)) == {
        Channel.EMAIL,
        Channel.SMS,
        Channel.PHONE,
        Channel.POST,
    }
    assert {Channel.EMAIL, Channel.SMS, Channel.VOICEMAIL, Channel.POST} < set(channels_of(Purpose.CONTACT))


@pytest.mark.parametrize(
    ("status_", "line"),
    [
        (Status.GIVEN, "May e-mail about appointments: yes"),
        (Status.NOT_ASKED, "May e-mail about appointments: never asked, so no"),
        (Status.REFUSED, "May e-mail about appointments: no, refused"),
        (Status.WITHDRAWN, "May e-mail about appointments: no, consent was withdrawn"),
        (Status.EXPIRED, "May e-mail about appointments: no, consent has run out"),
    ],
)
def test_a_status_is_one_plain_line(status_: Status, line: str) -> None:
    assert sentence(Purpose.CONTACT, Channel.EMAIL, status_) == line


def test_no_two_things_that_can_be_asked_are_said_in_the_same_words() -> None:
    lines = [sentence(purpose, channel, state) for purpose, channel in asked_for for state in Status]
    assert len(set(lines)) == len(lines)
    assert len({label(purpose, channel) for purpose, channel in asked_for}) == len(asked_for)
    assert len({title(purpose) for purpose in Purpose}) == len(Purpose)


@pytest.mark.parametrize(
    ("purpose", "channel"),
    [
        (Purpose.TREATMENT, Channel.EMAIL),
        (Purpose.CONTACT, None),
        (Purpose.MARKETING, Channel.VOICEMAIL),
        (Purpose.CONTACT, Channel.IN_PERSON),
    ],
)
def test_a_channel_a_purpose_is_not_asked_for_is_refused(purpose: Purpose, channel: Channel | None) -> None:
    for say in (lambda: label(purpose, channel), lambda: sentence(purpose, channel, Status.GIVEN)):
        with pytest.raises(Invalid) as refused:
            say()
        assert refused.value.field == "channel"


def test_nobody_asked_is_never_consent() -> None:
    assert status([], DAY) is Status.NOT_ASKED


def test_the_latest_decision_wins_in_whatever_order_the_rows_come() -> None:
    given_first = DecisionRow(Decision.GIVEN, date(2025, 1, 1))
    withdrawn = DecisionRow(Decision.WITHDRAWN, date(2026, 1, 1))
    assert status([given_first, withdrawn], DAY) is Status.WITHDRAWN
    assert status([withdrawn, given_first], DAY) is Status.WITHDRAWN
    assert status([given_first, withdrawn], date(2025, 12, 31)) is Status.GIVEN


def test_of_two_decisions_on_one_day_the_one_recorded_last_wins() -> None:
    rows = [DecisionRow(Decision.GIVEN, DAY), DecisionRow(Decision.WITHDRAWN, DAY)]
    assert status(rows, DAY) is Status.WITHDRAWN
    assert status(rows[::-1], DAY) is Status.GIVEN


def test_consent_holds_through_its_last_day() -> None:
    row = DecisionRow(Decision.GIVEN, date(2025, 11, 21), expires_on=DAY)
    assert status([row], DAY) is Status.GIVEN
    assert status([row], DAY + timedelta(days=1)) is Status.EXPIRED


def test_an_older_consent_does_not_come_back_when_a_newer_one_runs_out() -> None:
    rows = [
        DecisionRow(Decision.GIVEN, date(2025, 1, 1)),
        DecisionRow(Decision.GIVEN, date(2026, 1, 1), expires_on=date(2026, 2, 1)),
    ]
    assert status(rows, DAY) is Status.EXPIRED


def test_a_refusal_does_not_run_out() -> None:
    row = DecisionRow(Decision.REFUSED, date(2025, 1, 1), expires_on=date(2025, 2, 1))
    assert status([row], DAY) is Status.REFUSED


@given(st.lists(rows), near_days)
def test_only_a_decision_to_give_made_by_then_is_consent(decisions: list[DecisionRow], on: date) -> None:
    state = status(decisions, on)
    if state is Status.GIVEN:
        assert any(row.decision is Decision.GIVEN and row.decided_on <= on for row in decisions)
    withdrawal = DecisionRow(Decision.WITHDRAWN, on)
    assert status([*decisions, withdrawal], on) is Status.WITHDRAWN


def test_every_purpose_is_in_one_group_and_says_what_a_no_changes() -> None:
    listed = [purpose for purposes in GROUPS.values() for purpose in purposes]
    assert sorted(listed) == sorted(Purpose)
    assert all(effect_of_no(purpose).endswith(".") for purpose in Purpose)


def test_a_consent_of_a_later_day_does_not_hold_yet_and_leaves_the_earlier_one_standing() -> None:
    first = DecisionRow(Decision.REFUSED, date(2026, 1, 1))
    planned = DecisionRow(Decision.GIVEN, date(2026, 2, 1), valid_from=DAY)
    assert status([first, planned], DAY - timedelta(days=1)) is Status.REFUSED
    assert status([first, planned], DAY) is Status.GIVEN


def test_a_withdrawal_beats_a_consent_given_before_that_begins_after() -> None:
    planned = DecisionRow(Decision.GIVEN, DAY, valid_from=DAY + timedelta(days=5))
    withdrawn = DecisionRow(Decision.WITHDRAWN, DAY + timedelta(days=1))
    assert status([planned, withdrawn], DAY + timedelta(days=9)) is Status.WITHDRAWN


def test_what_needs_no_consent_may_run_out_like_one() -> None:
    row = DecisionRow(Decision.NOT_REQUIRED, DAY, expires_on=DAY)
    assert status([row], DAY) is Status.NOT_REQUIRED
    assert status([row], DAY + timedelta(days=1)) is Status.EXPIRED


@given(st.lists(st.builds(DecisionRow, st.sampled_from(Decision), near_days, st.none() | near_days,
                          st.none() | near_days)), near_days)  # fmt: skip
def test_the_decision_that_counts_is_one_that_holds_and_none_decided_later_does(
    decisions: list[DecisionRow], on: date
) -> None:
    place = deciding(decisions, on)
    holding = [row for row in decisions if row.holds_from <= on]
    assert (place is None) == (not holding)
    if place is not None:
        assert decisions[place].holds_from <= on
        assert max(row.decided_on for row in holding) == decisions[place].decided_on


@given(st.lists(rows), near_days)
def test_no_row_but_a_yes_makes_anything_allowed(decisions: list[DecisionRow], on: date) -> None:
    """Taking every yes away leaves nothing that is allowed."""
    without = [row for row in decisions if row.decision not in {Decision.GIVEN, Decision.NOT_REQUIRED}]
    assert status(without, on) in {Status.NOT_ASKED, Status.REFUSED, Status.WITHDRAWN}


def test_only_a_plain_message_by_telephone_or_post_needs_no_asking() -> None:
    free = {asked for asked in asked_for if basis_without_asking(*asked)}
    assert free == {(Purpose.CONTACT, Channel.PHONE), (Purpose.CONTACT, Channel.POST)}


def test_the_soft_opt_in_is_for_electronic_mail_alone() -> None:
    assert bases_for(Purpose.MARKETING, (Channel.EMAIL, Channel.SMS)) == (Basis.SOFT_OPT_IN,)
    assert bases_for(Purpose.MARKETING, (Channel.EMAIL, Channel.PHONE)) == ()
    assert bases_for(Purpose.MARKETING, (Channel.POST,)) == ()
    assert bases_for(Purpose.RESEARCH, (None,)) == ()
    assert Basis.SOFT_OPT_IN not in bases_for(Purpose.SHARE_WITH_GP, (None,))
    assert set(BASIS_WORDS) == set(Basis)


@pytest.mark.parametrize(
    ("purpose", "review_on", "expires_on"),
    [
        (Purpose.SHARE_WITH_GP, date(2027, 11, 21), None),
        (Purpose.MARKETING, date(2028, 11, 21), None),
        (Purpose.RECORD_SESSION_AUDIO, None, DAY),
        (Purpose.AI_TRANSCRIPTION, None, DAY),
        (Purpose.TREATMENT, None, None),
        (Purpose.SHARE_WITH_INSURER, None, None),
        (Purpose.CONTACT, None, None),
    ],
)
def test_how_long_a_consent_is_suggested_to_hold(
    purpose: Purpose, review_on: date | None, expires_on: date | None
) -> None:
    term = usual_term(purpose, DAY)
    assert (term.review_on, term.expires_on) == (review_on, expires_on)
    assert term.why.endswith(".")


def test_the_same_words_for_another_purpose_or_in_another_language_are_other_words() -> None:
    words = "I agree."
    made = {
        digest(Purpose.TREATMENT, "en-GB", words),
        digest(Purpose.RESEARCH, "en-GB", words),
        digest(Purpose.TREATMENT, "cy", words),
    }
    assert len(made) == 3
    assert digest(Purpose.TREATMENT, "en-GB", words) in made
