"""The audit chain: what somebody with the file's key can forge, and what still shows it."""

import pytest

from practice_app.rules.permissions import Role
from practice_app.storage import audit, checkpoints
from practice_app.storage.audit import Head
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.raw import as_owner, tamper_with_locks_off, unlock


@pytest.fixture
def busy(records: Records) -> Records:
    """A practice with a log, a checkpoint in the middle, and more log."""
    with records.work(use_case="test.add") as work:
        for _ in range(5):
            makers.patient(work)
    with records.work(use_case="test.checkpoint") as work:
        checkpoints.set_checkpoint(work)
    with records.work(use_case="test.add") as work:
        for _ in range(5):
            makers.patient(work)
    return records


def _problems(records: Records, *anchors: Head) -> set[str]:
    with records.work(writes=False) as work:
        return {finding.problem for finding in checkpoints.verify(work, anchors)}


def _run(records: Records, *statements: str) -> None:
    tamper_with_locks_off(records, *statements)


def _rechain(records: Records) -> None:
    """What an insider with the file's key can do: recompute every link."""
    with as_owner(records) as connection:
        unlock(connection)
        key = connection.execute(audit.select(audit.Vault.audit_key)).scalar_one()
        columns = [c for c in audit.AuditEvent.__table__.columns if c.name != "mac"]
        previous = audit.START
        for found in connection.execute(audit.select(*columns).order_by(audit.AuditEvent.seq)).all():
            previous = audit._link(key, previous, dict(found._mapping))
            link = audit.AuditEvent.__table__
            connection.execute(link.update().where(link.c.seq == found.seq).values(mac=previous))


def test_an_untouched_log_is_clean(busy: Records) -> None:
    assert _problems(busy) == set()


def test_an_altered_entry_shows(busy: Records) -> None:
    _run(busy, "UPDATE audit_event SET user_id = NULL WHERE seq = 9")
    assert _problems(busy) == {"an entry was altered"}


def test_a_removed_entry_shows(busy: Records) -> None:
    _run(busy, "DELETE FROM audit_event WHERE seq = 9")
    assert "an entry is missing" in _problems(busy)


def test_a_log_rewritten_whole_shows_at_the_directors_checkpoint(busy: Records) -> None:
    _run(busy, "UPDATE audit_event SET user_id = NULL WHERE seq = 9")
    _rechain(busy)
    assert _problems(busy) == {"the log was rewritten or cut before a checkpoint"}


def test_a_rewrite_after_the_last_checkpoint_shows_only_by_an_anchor(busy: Records) -> None:
    with busy.work(writes=False) as work:
        anchor = checkpoints.latest(work)
    _run(busy, f"UPDATE audit_event SET user_id = NULL WHERE seq = {anchor.seq}")
    _rechain(busy)
    assert _problems(busy) == set()
    assert _problems(busy, anchor) == {"this file is older than the one used here before, or was rewritten"}


def test_a_cut_off_log_shows(busy: Records) -> None:
    _run(busy, "DELETE FROM audit_event WHERE seq > 8")
    assert "the log was rewritten or cut before a checkpoint" in _problems(busy)


def test_a_forged_checkpoint_shows(busy: Records) -> None:
    _run(busy, "UPDATE checkpoint SET links = links + 1")
    assert "a checkpoint was forged" in _problems(busy)


def test_an_anchor_inside_the_chain_is_enough(busy: Records) -> None:
    with busy.work(writes=False) as work:
        anchor = checkpoints.latest(work)
    with busy.work(use_case="test.more") as work:
        makers.patient(work)
    assert _problems(busy, anchor) == set()


def test_a_receptionist_can_check_but_sets_no_checkpoint(busy: Records, open_as: Opener) -> None:
    reception = open_as(Role.RECEPTIONIST)
    with reception.work(use_case="test.checkpoint") as work:
        checkpoints.set_checkpoint(work)
    with reception.work(writes=False) as work:
        assert len(work.select(audit.select(audit.Checkpoint))) == 1
    assert _problems(reception) == set()


@pytest.fixture
def with_note(records: Records) -> tuple[Records, str]:
    with records.work(use_case="test.note") as work:
        patient = makers.patient(work)
        makers.note(work, [patient], "First")
        kept = makers.note(work, [patient], "Second")
    return records, kept.hex


def test_an_exchanged_signed_note_shows(with_note: tuple[Records, str]) -> None:
    records, note = with_note
    _run(
        records,
        "UPDATE note SET body_sealed = (SELECT body_sealed FROM note WHERE id <> "
        f"'{note}' LIMIT 1) WHERE id = '{note}'",
    )
    assert "a signed note was exchanged" in _problems(records)


def test_a_vanished_signed_note_shows(with_note: tuple[Records, str]) -> None:
    records, note = with_note
    _run(
        records,
        f"DELETE FROM note_subject WHERE note_id = '{note}'",
        f"DELETE FROM note WHERE id = '{note}'",
    )
    assert "a signed note is gone" in _problems(records)


def test_the_newest_signed_note_cut_off_with_its_entry_shows_at_the_checkpoint(
    with_note: tuple[Records, str],
) -> None:
    """A chain whose end is missing looks whole; only what was sealed at its end shows it."""
    records, note = with_note
    with records.work(use_case="test.checkpoint") as work:
        checkpoints.set_checkpoint(work)
    _run(
        records,
        f"DELETE FROM note_subject WHERE note_id = '{note}'",
        f"DELETE FROM note WHERE id = '{note}'",
        f"DELETE FROM note_seal WHERE note_id = '{note}'",
    )
    assert _problems(records) == {"signed notes were exchanged or cut off before a checkpoint"}
