"""Changing the practice's keys: everything stays readable to those who may, nothing to the old keys."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from practice_app import model
from practice_app.errors import (
    BackupRefused,
    Busy,
    Cancelled,
    CannotOpen,
    Defect,
    NotAllowed,
    NotEnrolled,
    PracticeError,
)
from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base, SealedBytes
from practice_app.model.notes import Note, NoteSeal
from practice_app.model.settings import Vault
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import backups, key_changes, practice
from practice_app.storage import backup, checkpoints, database_key, keys, resealing
from practice_app.storage.engine import connect
from practice_app.storage.keys.device import DeviceStore
from practice_app.storage.records import Records
from tests import makers
from tests.clinic import MemoryStore
from tests.services import changing_keys
from tests.services.changing_keys import CHEAP, DIRECTOR, PRIVATE, THERAPIST, Clinic, contents

QUIET = Progress()


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    return changing_keys.found(tmp_path_factory.mktemp("made"), notes=12)


@pytest.fixture
def clinic(_made: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of the clinic for one test."""
    copy = _made.copied(tmp_path)
    yield copy
    copy.close()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resealing, "BATCH", 5)


def _change_database(clinic: Clinic) -> key_changes.DatabaseKeyChanged:
    director = clinic.as_director()
    changed = key_changes.change_database_key(
        director, clinic.folder, backup_to=clinic.state / "stick", progress=QUIET
    )
    clinic.opened.append(changed.records)
    return changed


def _problems(clinic: Clinic, records: Records) -> tuple[str, ...]:
    return backups.check(records, clinic.folder, devices=clinic.devices, progress=QUIET).problems


def _is_in_step(clinic: Clinic, records: Records) -> bool:
    file = keys.read_slots(clinic.folder)
    with records.work(writes=False) as work:
        vault = work.get(Vault, records.keys.vault)
        return (vault.slots_seq, vault.dek_id) == (file.seq, file.dek_id)


def test_a_new_database_key_keeps_everything_and_shuts_the_old_key_out(clinic: Clinic) -> None:
    therapist = clinic.as_therapist()
    before, old = contents(therapist), bytes(therapist.keys.newest_dek[1])
    clinic.close()
    changed = _change_database(clinic)
    assert sorted(changed.records.keys.dek) == [2]
    assert _is_in_step(clinic, changed.records)
    assert _problems(clinic, changed.records) == ()
    changed.records.close()
    with pytest.raises(CannotOpen):
        connect(clinic.folder / "practice.db", old)
    assert contents(clinic.as_therapist()) == before
    clinic.as_receptionist()
    assert sorted(path.name for path in clinic.folder.glob("practice.db.new*")) == []


def test_the_records_given_are_closed_and_the_new_ones_work(clinic: Clinic) -> None:
    director = clinic.as_director()
    director.changed_elsewhere()  # a search leaves a connection open
    changed = key_changes.change_database_key(
        director, clinic.folder, backup_to=clinic.state / "stick", progress=QUIET
    )
    clinic.opened.append(changed.records)
    with pytest.raises(Defect), director.work(writes=False):
        pass
    with changed.records.work(use_case="tests.arrange") as work:
        makers.patient(work)


def test_a_database_key_is_changed_again(clinic: Clinic) -> None:
    for generation in (2, 3):
        changed = _change_database(clinic)
        assert sorted(changed.records.keys.dek) == [generation]
        changed.records.close()
    assert clinic.sign_in("DD", DIRECTOR).notices == ()


def test_without_a_backup_of_today_nothing_is_changed(clinic: Clinic) -> None:
    director = clinic.as_director()
    with pytest.raises(BackupRefused, match="backup of today"):
        key_changes.change_database_key(director, clinic.folder, progress=QUIET)
    assert sorted(director.keys.dek) == [1]
    backups.make(director, clinic.folder, clinic.state / "stick", progress=QUIET)
    clinic.late = timedelta(days=1)
    with pytest.raises(BackupRefused, match="backup of today"):
        key_changes.change_database_key(director, clinic.folder, progress=QUIET)


def test_a_backup_of_today_is_enough(clinic: Clinic) -> None:
    director = clinic.as_director()
    made = backups.make(director, clinic.folder, clinic.state / "stick", progress=QUIET)
    changed = key_changes.change_database_key(director, clinic.folder, progress=QUIET)
    clinic.opened.append(changed.records)
    assert [each.folder for each in changed.older_backups] == [made.folder]


def test_a_backup_from_before_is_listed_and_opens_with_the_sheet_only(clinic: Clinic, tmp_path: Path) -> None:
    before = contents(clinic.as_director())
    clinic.close()
    changed = _change_database(clinic)
    (old,) = changed.older_backups
    with pytest.raises(BackupRefused, match="no longer held"):
        backup.verify(old.folder, changed.records.keys, QUIET)
    other = Clinic(tmp_path / "restored", tmp_path)
    backups.restore(
        old.folder,
        other.folder,
        recovery_key=clinic.recovery_key,
        director="Dana Director",
        password=DIRECTOR,
        devices=other.devices,
        progress=QUIET,
        clock=clinic.clock,
        kdf=CHEAP,
    )
    try:
        assert contents(other.as_director()) == before
    finally:
        other.close()


def test_the_sheet_opens_the_practice_after_the_change(clinic: Clinic) -> None:
    _change_database(clinic).records.close()
    clinic.store.kept.clear()
    clinic.recover("Dana Director", THERAPIST)


@pytest.mark.parametrize("change", ["database", "clinical", "device"])
def test_nobody_else_may_have_the_practice_open(clinic: Clinic, change: str) -> None:
    director, reception = clinic.as_director(), clinic.as_receptionist()
    before = (clinic.folder / keys.FILE_NAME).read_bytes()
    with pytest.raises(Busy, match="sign out"):
        _begin(clinic, director, change)
    assert (clinic.folder / keys.FILE_NAME).read_bytes() == before
    with director.work(use_case="tests.arrange") as work:  # the director works on
        makers.patient(work)
    reception.close()
    _begin(clinic, director, change)


def _begin(clinic: Clinic, director: Records, change: str) -> None:
    if change == "database":
        stick = clinic.state / "stick"
        done = key_changes.change_database_key(director, clinic.folder, backup_to=stick, progress=QUIET)
        clinic.opened.append(done.records)
    elif change == "clinical":
        key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    else:
        key_changes.change_device_secret(director, clinic.folder, clinic.devices)


@pytest.mark.parametrize("change", ["database", "clinical", "device"])
def test_after_a_change_the_director_counts_as_present_again(clinic: Clinic, change: str) -> None:
    director = clinic.as_director()
    _begin(clinic, director, change)
    second = clinic.as_director()
    with pytest.raises(Busy):
        key_changes.change_device_secret(second, clinic.folder, clinic.devices)


def test_somebody_present_in_another_process_counts_until_it_ends(clinic: Clinic) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom practice_app.storage import presence\n"
        "with presence.present(Path(sys.argv[1])):\n    print('in', flush=True)\n    sys.stdin.read()\n"
    )
    director = clinic.as_director()
    with subprocess.Popen(
        [sys.executable, "-c", script, str(clinic.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(Busy):
            key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
        other.kill()
    key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)


def test_nobody_signs_in_while_the_key_is_changed(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = []
    real = database_key.copy_under

    def copy(*given: object) -> None:
        with pytest.raises(Busy, match="being changed"):
            clinic.as_receptionist()
        refused.append(True)
        real(*given)

    monkeypatch.setattr(database_key, "copy_under", copy)
    _change_database(clinic)
    assert refused == [True]


@pytest.mark.parametrize("role", [Role.THERAPIST, Role.RECEPTIONIST])
def test_only_directors_change_keys(clinic: Clinic, role: Role) -> None:
    records = clinic.as_therapist() if role is Role.THERAPIST else clinic.as_receptionist()
    for change in ("database", "clinical", "device"):
        with pytest.raises(NotAllowed):
            _begin(clinic, records, change)


@pytest.mark.parametrize("change", ["database", "clinical"])
def test_a_role_raised_in_the_file_gets_no_new_keys(clinic: Clinic, change: str) -> None:
    director = clinic.as_director()
    with director.work(use_case="tests.arrange") as work:
        for account in work.select(select(makers.UserAccount)):
            account.role = Role.DIRECTOR
    with pytest.raises(CannotOpen, match="list of users"):
        _begin(clinic, director, change)
    assert sorted(director.keys.dek) == [1]
    assert sorted(director.keys.clinical_keys()) == [1]


def test_a_copy_that_cannot_be_written_changes_nothing_but_the_spare_key(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = contents(clinic.as_therapist())
    clinic.close()
    with monkeypatch.context() as patch:
        patch.setattr(database_key, "_copied", full)
        with pytest.raises(PracticeError, match="disk is full"):
            _change_database(clinic)
        clinic.close()
        assert any("was interrupted" in notice for notice in clinic.sign_in("DD", DIRECTOR).notices)
        clinic.close()
    reception = clinic.sign_in("Rae Receptionist", changing_keys.RECEPTIONIST)
    assert any("until a director" in notice.replace("\n", " ") for notice in reception.notices)
    assert contents(clinic.as_therapist()) == before
    clinic.close()
    opened = clinic.sign_in("DD", DIRECTOR)
    assert opened.notices == ()
    assert sorted(opened.records.keys.dek) == [2]
    assert _is_in_step(clinic, opened.records)


def test_an_interrupted_change_waits_for_the_others_and_is_finished_by_asking_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise OSError(5, "input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(database_key, "_copied", cut)
        with pytest.raises(PracticeError):
            _change_database(clinic)
    clinic.close()
    reception = clinic.as_receptionist()
    director = clinic.sign_in("DD", DIRECTOR)
    assert any("was interrupted" in notice for notice in director.notices)
    reception.close()
    changed = key_changes.change_database_key(director.records, clinic.folder, progress=QUIET)
    clinic.opened.append(changed.records)
    assert sorted(changed.records.keys.dek) == [2]


def test_a_new_clinical_key_seals_everything_anew(clinic: Clinic, small_batches: None) -> None:
    therapist = clinic.as_therapist()
    before, old = contents(therapist), dict(therapist.keys.clinical_keys())
    assert PRIVATE.encode() in b"".join(before.values())
    old = {generation: bytes(key) for generation, key in old.items()}
    clinic.close()
    director = clinic.as_director()
    outcome = key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    assert (outcome.unopened, outcome.faults, outcome.is_old_key_dropped) == (0, (), True)
    assert sorted(director.keys.clinical_keys()) == [2]
    assert _is_in_step(clinic, director)
    assert _problems(clinic, director) == ()
    director.close()
    therapist = clinic.as_therapist()
    assert contents(therapist) == before
    with therapist.work(writes=False) as work:
        blobs = [
            blob
            for column in resealing.sealed_columns()
            for blob in work.select(select(column.column).where(column.column.is_not(None)))
        ]
    kinds = {keys.sealed_with(blob) for blob in blobs}
    assert kinds == {(keys.Kind.CLINICAL, 2), (keys.Kind.FOR_CLINICIANS, 2), (keys.Kind.PRIVATE, 1)}


def test_every_sealed_column_of_every_table_is_sealed_anew() -> None:
    for found in pkgutil.iter_modules(model.__path__):
        importlib.import_module(f"practice_app.model.{found.name}")
    mapped = {
        column
        for mapper in Base.registry.mappers
        for column in mapper.columns
        if isinstance(column.type, SealedBytes)
    }
    assert {each.column for each in resealing.sealed_columns()} == mapped
    purposes = [each.purpose for each in resealing.sealed_columns()]
    assert len(set(purposes)) == len(purposes) == len(mapped)


def test_a_sealed_column_that_was_forgotten_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(resealing._PURPOSES, Note.__table__.c.body_sealed)
    with pytest.raises(Defect, match="forgotten"):
        resealing.sealed_columns()


def test_a_stopped_change_goes_on_where_it_was(clinic: Clinic, small_batches: None) -> None:
    director = clinic.as_director()
    before = contents(director)
    stopping = Progress(lambda done, total, doing: doing.startswith("Sealing every") and stopping.cancel())
    with pytest.raises(Cancelled, match="start it again"):
        key_changes.change_clinical_key(director, clinic.folder, progress=stopping)
    assert sorted(director.keys.clinical_keys()) == [1, 2]
    assert contents(director) == before
    director.close()
    opened = clinic.sign_in("DD", DIRECTOR)
    assert any("clinical key was interrupted" in notice for notice in opened.notices)
    assert key_changes.change_clinical_key(opened.records, clinic.folder, progress=QUIET).is_old_key_dropped
    assert sorted(opened.records.keys.clinical_keys()) == [2]
    assert _problems(clinic, opened.records) == ()


@pytest.mark.parametrize("written", [False, True], ids=["before the key file", "after the key file"])
def test_a_change_cut_at_the_key_file_goes_on_with_one_new_key(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, written: bool
) -> None:
    director = clinic.as_director()
    real = keys.add_ck_generation

    def cut(*given: Any) -> int:
        if written:
            real(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keys, "add_ck_generation", cut)
        with pytest.raises(KeyboardInterrupt):
            key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    director.close()
    opened = clinic.sign_in("DD", DIRECTOR)
    assert any("clinical key was interrupted" in notice for notice in opened.notices) is written
    assert key_changes.change_clinical_key(opened.records, clinic.folder, progress=QUIET).is_old_key_dropped
    assert sorted(opened.records.keys.clinical_keys()) == [2]
    assert _problems(clinic, opened.records) == ()


def test_a_note_signed_while_the_change_was_interrupted_is_chained(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = clinic.as_director()
    with monkeypatch.context() as patch:
        patch.setattr(resealing, "chain_anew", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    director.close()
    therapist = clinic.as_therapist()
    with therapist.work(use_case="tests.arrange") as work:
        patient = makers.patient(work)
        makers.note(work, [patient], "Signed in between.")
    therapist.close()
    director = clinic.as_director()
    outcome = key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    assert outcome.faults == ()
    assert _problems(clinic, director) == ()
    assert any(b"Signed in between." in text for text in contents(director).values())


def test_an_exchanged_note_is_not_hidden_by_a_new_chain(clinic: Clinic) -> None:
    director = clinic.as_director()
    with director.work(use_case="tests.tamper") as work:
        seals = work.select(select(NoteSeal).order_by(NoteSeal.seq))
        work.connection().execute(
            update(Note)
            .where(Note.id == seals[0].note_id)
            .values(body_sealed=b"\x01\x01\x00\x01" + bytes(40))
        )
    with pytest.raises(CannotOpen, match="do not fit their log"):
        key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    assert sorted(director.keys.clinical_keys()) == [1]
    outcome = key_changes.change_clinical_key(director, clinic.folder, accept_faults=True, progress=QUIET)
    assert outcome.faults == ("a signed note was exchanged (entry 1)",)
    assert (outcome.unopened, outcome.is_old_key_dropped) == (1, False)
    with director.work(writes=False) as work:
        counts = work.select(select(AuditEvent.count).where(AuditEvent.action == "accepted_faults"))
    assert list(counts) == [1]


def test_a_forged_checkpoint_stays_forged(clinic: Clinic) -> None:
    director = clinic.as_director()
    opened = connect(clinic.folder / "practice.db", director.keys.newest_dek[1])
    opened.execute("DROP TRIGGER checkpoint_is_kept")
    opened.execute("UPDATE checkpoint SET clinical_mac = zeroblob(32) WHERE id = 1")
    opened.close()
    key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    with director.work(writes=False) as work:
        found = [finding.problem for finding in checkpoints.verify(work)]
    assert found == ["a checkpoint was forged"]


def test_the_old_clinical_key_is_kept_while_a_backup_needs_it(clinic: Clinic) -> None:
    director = clinic.as_director()
    made = backups.make(director, clinic.folder, clinic.state / "stick", progress=QUIET)
    outcome = key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    assert not outcome.is_old_key_dropped
    assert [each.folder for each in outcome.older_backups] == [made.folder]
    assert sorted(director.keys.clinical_keys()) == [1, 2]
    director.close()
    assert clinic.sign_in("DD", DIRECTOR).notices == ()
    clinic.close()
    clinic.late = timedelta(days=91)
    opened = clinic.sign_in("DD", DIRECTOR)
    assert sorted(opened.records.keys.clinical_keys()) == [2]
    assert _is_in_step(clinic, opened.records)
    assert contents(opened.records)


def test_a_key_kept_for_a_backup_does_not_stop_the_next_change(clinic: Clinic) -> None:
    director = clinic.as_director()
    backups.make(director, clinic.folder, clinic.state / "stick", progress=QUIET)
    for _ in range(2):
        key_changes.change_clinical_key(director, clinic.folder, progress=QUIET)
    assert sorted(director.keys.clinical_keys()) == [1, 2, 3]
    assert _problems(clinic, director) == ()


def test_a_stolen_pc_is_shut_out(clinic: Clinic) -> None:
    stolen = Clinic(clinic.folder, clinic.state / "thief", MemoryStore(dict(clinic.store.kept)))
    stolen.state.mkdir()
    director = clinic.as_director()
    new = key_changes.change_device_secret(director, clinic.folder, clinic.devices)
    assert clinic.secret() == new
    assert _is_in_step(clinic, director)
    with pytest.raises(NotEnrolled):
        stolen.as_therapist()
    clinic.as_therapist()


def test_a_password_only_practice_has_no_device_secret_to_change(tmp_path: Path) -> None:
    password = "correct pelican juggles nine umbrellas"
    made = practice.create(
        tmp_path / "alone",
        name="Harbour",
        director="Dana Director",
        password=password,
        devices=None,
        kdf=CHEAP,
    )
    try:
        with pytest.raises(CannotOpen, match="password only"):
            key_changes.change_device_secret(made.records, tmp_path / "alone", DeviceStore(MemoryStore()))
    finally:
        made.records.close()


def test_large_files_are_sealed_anew_a_few_at_a_time() -> None:
    """Two hundred files of 50 MB in one transaction would need twice their size in the journal."""
    one, two, three = (UUID(int=number) for number in (1, 2, 3))
    most = resealing.BATCH_BYTES
    assert list(resealing._not_too_much([(one, most), (two, 1)])) == [one]
    assert list(resealing._not_too_much([(one, most + 1), (two, 1)])) == [one]
    assert list(resealing._not_too_much([(one, 1), (two, most - 1), (three, 1)])) == [one, two]
    assert list(resealing._not_too_much([])) == []
