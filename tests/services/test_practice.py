"""Making a practice, signing in and out, users, backups and restore, on real files."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from practice_app.errors import (
    BackupRefused,
    CannotOpen,
    Invalid,
    NotAllowed,
    NotEnrolled,
    TooManyTries,
    WrongPassword,
)
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import backups, people, practice, users
from practice_app.services.marks import run
from practice_app.storage import sealed
from practice_app.storage.engine import connect
from practice_app.storage.keys.device import DeviceStore
from tests import makers
from tests.clinic import CHEAP, Clinic, MemoryStore

PASSWORD = "quiet lantern over harbour"
SAM_START = "seven copper kettles sing"
SAM_OWN = "violet staircase paper moon"


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    root = tmp_path_factory.mktemp("made")
    clinic = Clinic(root / "clinic", root)
    practice.leave(clinic.found("Dana Director", PASSWORD), clinic.devices)
    return clinic


@pytest.fixture
def clinic(_made: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of the clinic for one test."""
    copy = _made.copied(tmp_path)
    yield copy
    copy.close()


def test_a_new_practice_opens_as_its_director(clinic: Clinic) -> None:
    opened = clinic.sign_in("Dana Director", PASSWORD)
    assert opened.records.actor.role is Role.DIRECTOR
    assert opened.notices == ()
    assert run(opened.records, practice.facts).name == "Harbour Clinic"


def test_initials_sign_in_too(clinic: Clinic) -> None:
    assert practice.labels(clinic.folder) == ("DD",)
    assert clinic.sign_in("dd", PASSWORD).records.actor.name == "Dana Director"


@pytest.mark.parametrize(
    ("who", "password"),
    [("Dana Director", "not the password at all"), ("Nobody Here", PASSWORD), ("Dora Dunn", PASSWORD)],
)
def test_wrong_name_and_wrong_password_sound_the_same(clinic: Clinic, who: str, password: str) -> None:
    with pytest.raises(WrongPassword, match=r"The name or the password is wrong\."):
        clinic.sign_in(who, password)


def test_tries_are_slowed_down_and_forgiven_by_time(clinic: Clinic) -> None:
    for _ in range(3):
        with pytest.raises((WrongPassword, TooManyTries)):
            clinic.sign_in("DD", "not the password at all")
        clinic.late += timedelta(seconds=5)
    clinic.late -= timedelta(seconds=5)
    with pytest.raises(TooManyTries):
        clinic.sign_in("DD", PASSWORD)
    clinic.late += timedelta(minutes=2)
    assert clinic.sign_in("DD", PASSWORD)


def test_files_copied_to_another_pc_do_not_open_with_the_password_alone(clinic: Clinic) -> None:
    clinic.store.kept.clear()
    with pytest.raises(NotEnrolled, match="not enrolled"):
        clinic.sign_in("DD", PASSWORD)


def _untouched(path: Path) -> bytes:
    return path.read_bytes()


def test_an_empty_file_is_refused_and_left_alone(clinic: Clinic) -> None:
    database = clinic.folder / "practice.db"
    database.write_bytes(b"")
    with pytest.raises(CannotOpen, match="is empty"):
        clinic.sign_in("DD", PASSWORD)
    assert _untouched(database) == b""


def test_a_missing_database_is_never_made_anew(clinic: Clinic) -> None:
    (clinic.folder / "practice.db").unlink()
    with pytest.raises(CannotOpen, match="missing"):
        clinic.sign_in("DD", PASSWORD)
    assert not (clinic.folder / "practice.db").exists()


def test_a_plain_database_is_refused(clinic: Clinic) -> None:
    database = clinic.folder / "practice.db"
    database.unlink()
    plain = sqlcipher.connect(str(database))
    plain.execute("CREATE TABLE person (id)")
    plain.commit()
    plain.close()
    before = database.read_bytes()
    with pytest.raises(CannotOpen, match="without encryption"):
        clinic.sign_in("DD", PASSWORD)
    assert database.read_bytes() == before


def test_a_cut_off_file_is_refused_and_left_alone(clinic: Clinic) -> None:
    database = clinic.folder / "practice.db"
    database.write_bytes(database.read_bytes()[: database.stat().st_size // 2])
    before = database.read_bytes()
    with pytest.raises(CannotOpen, match="damaged"):
        clinic.sign_in("DD", PASSWORD)
    assert database.read_bytes() == before


def test_keys_of_another_practice_are_refused(clinic: Clinic, tmp_path: Path) -> None:
    other = Clinic(tmp_path / "other", tmp_path / "state", store=clinic.store)
    other.state.mkdir()
    other.found("Dana Director", PASSWORD).close()
    shutil.copy(clinic.folder / "practice.db", other.folder / "practice.db")
    with pytest.raises(CannotOpen, match="another practice"):
        other.sign_in("DD", PASSWORD)


def test_a_newer_schema_is_refused(clinic: Clinic) -> None:
    key = bytes(clinic.sign_in("DD", PASSWORD).records.keys.newest_dek[1])
    opened = connect(clinic.folder / "practice.db", key)
    opened.execute("UPDATE alembic_version SET version_num = '9999'")
    opened.close()
    with pytest.raises(CannotOpen, match="newer version"):
        clinic.sign_in("DD", PASSWORD)


def test_an_older_key_file_lets_only_a_director_in(clinic: Clinic) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    users.add(
        director, clinic.folder, "Sam Price", Role.RECEPTIONIST, SAM_START, secret=clinic.secret(), kdf=CHEAP
    )
    old = {p.name: p.read_bytes() for p in clinic.folder.glob("keyslots*")}
    for name in ("Ann One", "Ann Two"):
        users.add(director, clinic.folder, name, Role.THERAPIST, SAM_START, secret=clinic.secret(), kdf=CHEAP)
    for name, content in old.items():
        (clinic.folder / name).write_bytes(content)
    with pytest.raises(CannotOpen, match="older key file"):
        clinic.sign_in("Sam Price", SAM_START)
    assert any("older key file" in notice for notice in clinic.sign_in("DD", PASSWORD).notices)
    assert clinic.sign_in("DD", PASSWORD).notices == ()


def test_two_people_of_the_same_initials_and_start_password_each_get_in(clinic: Clinic) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    for name in ("Ann Archer", "Alan Abbot"):
        users.add(
            director, clinic.folder, name, Role.RECEPTIONIST, SAM_START, secret=clinic.secret(), kdf=CHEAP
        )
    assert clinic.sign_in("Alan Abbot", SAM_START).records.actor.name == "Alan Abbot"
    assert clinic.sign_in("Ann Archer", SAM_START).records.actor.name == "Ann Archer"


def test_a_network_share_is_refused(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("practice_app.storage.engine.is_network_path", lambda path: True)
    before = (clinic.folder / "practice.db").read_bytes()
    with pytest.raises(CannotOpen, match="network drive"):
        clinic.sign_in("DD", PASSWORD)
    assert (clinic.folder / "practice.db").read_bytes() == before


def test_a_new_practice_never_goes_over_anything(clinic: Clinic, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("kept")
    for folder in (clinic.folder, full):
        with pytest.raises(CannotOpen, match="not empty"):
            practice.create(
                folder, name="X", director="A B", password=PASSWORD, devices=clinic.devices, kdf=CHEAP
            )
    assert (full / "letter.txt").read_text() == "kept"


def test_a_weak_password_makes_no_practice(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        practice.create(
            tmp_path / "new",
            name="Harbour",
            director="Dana Director",
            password="harbourharbour",
            devices=DeviceStore(MemoryStore()),
            kdf=CHEAP,
        )
    assert not (tmp_path / "new").exists()


def test_a_password_only_practice_opens_without_a_key_store(tmp_path: Path) -> None:
    made = practice.create(
        tmp_path / "alone",
        name="Harbour",
        director="Dana Director",
        password="correct pelican juggles nine umbrellas",
        devices=None,
        kdf=CHEAP,
    )
    made.records.close()
    opened = practice.sign_in(
        tmp_path / "alone",
        "DD",
        "correct pelican juggles nine umbrellas",
        secret=practice.device_secret(tmp_path / "alone", DeviceStore(MemoryStore())),
        state_folder=tmp_path,
    )
    opened.records.close()


@pytest.fixture
def sam(clinic: Clinic) -> UUID:
    """Sam, a receptionist with a start password."""
    director = clinic.sign_in("DD", PASSWORD).records
    return users.add(
        director, clinic.folder, "Sam Price", Role.RECEPTIONIST, SAM_START, secret=clinic.secret(), kdf=CHEAP
    )


def test_a_start_password_must_be_changed_and_the_old_one_stops(clinic: Clinic, sam: UUID) -> None:
    first = clinic.sign_in("Sam Price", SAM_START)
    assert first.must_change_password
    users.change_password(first.records, clinic.folder, SAM_START, SAM_OWN, secret=clinic.secret(), kdf=CHEAP)
    with pytest.raises(WrongPassword):
        clinic.sign_in("Sam Price", SAM_START)
    clinic.late += timedelta(minutes=5)
    assert not clinic.sign_in("Sam Price", SAM_OWN).must_change_password


def test_a_receptionist_cannot_read_a_note_until_granted_the_clinical_key(clinic: Clinic, sam: UUID) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    with director.work(use_case="test") as work:
        patient = makers.patient(work)
        note = makers.note(work, [patient], "Private words.")
        blob = work.get(makers.Note, note).body_sealed
    reception = clinic.sign_in("Sam Price", SAM_START).records
    with reception.work(writes=False) as work, pytest.raises(NotAllowed):
        sealed.get(work, note, sealed.NOTE, blob, subjects={patient})
    users.set_role(director, clinic.folder, sam, Role.THERAPIST)
    therapist = clinic.sign_in("Sam Price", SAM_START).records
    with therapist.work(writes=False) as work:
        assert sealed.get(work, note, sealed.NOTE, blob, subjects={patient}) == "Private words."


def test_a_role_raised_in_the_database_alone_gives_nothing(clinic: Clinic, sam: UUID) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    with director.work(use_case="test") as work:
        work.get(makers.UserAccount, sam).role = Role.DIRECTOR
    assert clinic.sign_in("Sam Price", SAM_START).records.actor.role is Role.RECEPTIONIST
    assert any("list of users" in notice for notice in clinic.sign_in("DD", PASSWORD).notices)


def test_a_disabled_user_is_out(clinic: Clinic, sam: UUID) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    users.disable(director, clinic.folder, sam)
    with pytest.raises(WrongPassword):
        clinic.sign_in("Sam Price", SAM_START)
    [shown] = [u for u in run(director, users.everybody, clinic.folder) if u.id == sam]
    assert shown.state is users.UserState.DISABLED


def test_an_expired_account_is_out_even_with_the_clock_put_back(clinic: Clinic, sam: UUID) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    with director.work(use_case="test") as work:
        work.get(makers.UserAccount, sam).not_after = date(2026, 11, 30)
    clinic.late = timedelta(days=10)
    clinic.sign_in("DD", PASSWORD)
    clinic.late = timedelta(0)
    with pytest.raises(WrongPassword):
        clinic.sign_in("Sam Price", SAM_START)


def test_the_last_director_cannot_be_removed_or_lowered(clinic: Clinic) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    with pytest.raises(NotAllowed):
        users.disable(director, clinic.folder, director.actor.id)
    with pytest.raises(NotAllowed):
        users.set_role(director, clinic.folder, director.actor.id, Role.THERAPIST)


def test_a_forgotten_password_is_reset_without_the_old_one(clinic: Clinic, sam: UUID) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    users.reset_password(director, clinic.folder, sam, SAM_OWN, secret=clinic.secret(), kdf=CHEAP)
    assert clinic.sign_in("Sam Price", SAM_OWN).must_change_password
    with pytest.raises(WrongPassword):
        clinic.sign_in("Sam Price", SAM_START)


def test_an_old_file_put_back_is_noticed_by_the_anchor(clinic: Clinic) -> None:
    old = (clinic.folder / "practice.db").read_bytes()
    first = clinic.sign_in("DD", PASSWORD).records
    with first.work(use_case="test") as work:
        makers.patient(work)
    clinic.opened.remove(first)
    practice.leave(first, clinic.devices)
    for file in clinic.folder.glob("practice.db-*"):
        file.unlink()
    (clinic.folder / "practice.db").write_bytes(old)
    assert any("older than the one used here" in n for n in clinic.sign_in("DD", PASSWORD).notices)


def test_a_backup_restores_everything_with_the_recovery_key_alone(clinic: Clinic, tmp_path: Path) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    with director.work(use_case="test") as work:
        patient = makers.patient(work, PersonName("Mr", "John", "Smith", None))
        note = makers.note(work, [patient], "Private words.")
    made = backups.make(director, clinic.folder, tmp_path / "stick", progress=Progress())
    other = Clinic(tmp_path / "restored", tmp_path)
    backups.restore(
        made.folder,
        other.folder,
        recovery_key=clinic.recovery_key,
        director="Dana Director",
        password=SAM_OWN,
        devices=other.devices,
        progress=Progress(),
        clock=clinic.clock,
        kdf=CHEAP,
    )
    records = other.sign_in("DD", SAM_OWN).records
    assert [found.name for found in run(records, people.find, "smi jo")] == ["SMITH, John (Mr)"]
    with records.work(writes=False) as work:
        blob = work.get(makers.Note, note).body_sealed
        assert sealed.get(work, note, sealed.NOTE, blob, subjects={patient}) == "Private words."
    checked = backups.check(records, other.folder, devices=other.devices, progress=Progress())
    assert checked.problems == ()


def test_no_password_opens_anything_in_a_backup(clinic: Clinic, tmp_path: Path) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    made = backups.make(director, clinic.folder, tmp_path / "stick", progress=Progress())
    stolen = tmp_path / "stolen"
    stolen.mkdir()
    shutil.copy(made.folder / "practice.db", stolen / "practice.db")
    shutil.copy(made.folder / "keys.json", stolen / "keyslots.json")
    thief = Clinic(stolen, tmp_path / "thief", store=clinic.store)
    thief.state.mkdir()
    with pytest.raises(CannotOpen):
        thief.sign_in("DD", PASSWORD)


@pytest.mark.parametrize("file", ["practice.db", "manifest.json", "keys.json"])
def test_a_damaged_backup_is_refused(clinic: Clinic, tmp_path: Path, file: str) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    made = backups.make(director, clinic.folder, tmp_path / "stick", progress=Progress())
    content = bytearray((made.folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (made.folder / file).write_bytes(content)
    with pytest.raises((BackupRefused, CannotOpen)):
        backups.restore(
            made.folder,
            tmp_path / "restored",
            recovery_key=clinic.recovery_key,
            director="Dana Director",
            password=SAM_OWN,
            devices=DeviceStore(MemoryStore()),
            progress=Progress(),
            kdf=CHEAP,
        )
    assert not (tmp_path / "restored").exists()


def test_a_restore_never_goes_over_a_practice(clinic: Clinic, tmp_path: Path) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    made = backups.make(director, clinic.folder, tmp_path / "stick", progress=Progress())
    with pytest.raises(BackupRefused, match="already"):
        backups.restore(
            made.folder,
            clinic.folder,
            recovery_key=clinic.recovery_key,
            director="Dana Director",
            password=SAM_OWN,
            devices=clinic.devices,
            progress=Progress(),
        )


def test_a_backup_is_kept_out_of_the_practice_folder(clinic: Clinic) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    with pytest.raises(BackupRefused):
        backups.make(director, clinic.folder, clinic.folder / "backups", progress=Progress())


def test_check_finds_a_rewritten_log_entry(clinic: Clinic) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    key = bytes(director.keys.newest_dek[1])
    opened = connect(clinic.folder / "practice.db", key)
    opened.execute("DROP TRIGGER audit_event_is_kept")
    opened.execute("UPDATE audit_event SET use_case = 'people.find' WHERE seq = 2")
    opened.close()
    checked = backups.check(director, clinic.folder, devices=clinic.devices, progress=Progress())
    assert any("altered" in problem for problem in checked.problems)


def test_the_recovery_key_gets_a_director_in_without_the_key_store(clinic: Clinic) -> None:
    director = clinic.sign_in("DD", PASSWORD).records
    with director.work(use_case="test") as work:
        makers.patient(work, PersonName("Mr", "John", "Smith", None))
    director.engine.dispose()
    clinic.store.kept.clear()
    opened = clinic.recover("Dana Director", SAM_OWN)
    assert [found.name for found in run(opened.records, people.find, "smi")] == ["SMITH, John (Mr)"]
    clinic.sign_in("Dana Director", SAM_OWN)
    with pytest.raises(WrongPassword):
        clinic.sign_in("Dana Director", PASSWORD)


def test_a_mistyped_recovery_key_is_named(clinic: Clinic) -> None:
    broken = clinic.recovery_key[:-1] + ("0" if clinic.recovery_key[-1] != "0" else "1")
    with pytest.raises(Invalid):
        practice.recover(
            clinic.folder,
            broken,
            "Dana Director",
            SAM_OWN,
            state_folder=clinic.state,
            devices=clinic.devices,
        )
