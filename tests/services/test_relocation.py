"""A practice moved to a server and back: the same in every row, for everybody in it, wherever it stops."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, update

from practice_app.errors import Busy, CannotOpen, Invalid, NotAllowed, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.staff import UserAccount
from practice_app.progress import Progress
from practice_app.rules.permissions import Role
from practice_app.services import backups, demo, practice, relocation, users
from practice_app.services.practice import Admin, OnServer
from practice_app.storage import copying, keys, server, switching
from practice_app.storage.engine import connect, open_file
from practice_app.storage.keys.slots_table import MovedToFile
from practice_app.storage.records import Records
from tests import makers, on_server
from tests.clinic import CHEAP
from tests.postgres import Cluster
from tests.services import changing_keys
from tests.services.changing_keys import DIRECTOR, Clinic, contents

pytestmark = pytest.mark.postgres

SAYS_IT_MOVED = {"audit_event", "backup", "checkpoint"}
"""Tables that have more rows afterwards: the log, the backup made first, and what signing in leaves."""


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """A clinic of three users with something sealed of every kind."""
    made = changing_keys.found(tmp_path_factory.mktemp("made"), notes=3)
    made.close()
    return made


@pytest.fixture
def clinic(_made: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of the clinic for one test."""
    copy = _made.copied(tmp_path)
    yield copy
    copy.close()


@pytest.fixture
def room(cluster: Cluster, clinic: Clinic) -> Iterator[OnServer]:
    """An empty database on the server; afterwards neither it nor the clinic's roles are left."""
    with on_server.place(cluster, keys.read_slots(clinic.folder).vault) as room:
        yield room
        clinic.close()


def _to_server(clinic: Clinic, room: OnServer) -> Records:
    moved = relocation.to_server(clinic.as_director(), clinic.folder, room, progress=Progress())
    clinic.opened.append(moved.records)
    return moved.records


def _to_file(clinic: Clinic, admin: Admin | None = None) -> relocation.Moved:
    moved = relocation.to_file(clinic.as_director(), clinic.folder, admin=admin, progress=Progress())
    clinic.opened.append(moved.records)
    return moved


def _rows(engine: Engine, server_tables: Engine) -> dict[str, copying.Fingerprint]:
    with server_tables.connect() as named:
        tables = copying.tables(named)
    with engine.connect() as connection:
        return copying.fingerprints(connection, tables, Progress())


def _without_what_says_so(rows: dict[str, copying.Fingerprint]) -> dict[str, copying.Fingerprint]:
    return {name: found for name, found in rows.items() if name not in SAYS_IT_MOVED}


def _seen_by_everybody(clinic: Clinic) -> list[dict[tuple[UUID, str], bytes]]:
    """What those who may can open, signed in anew; the receptionist signs in too."""
    clinic.close()
    seen = [contents(clinic.as_therapist()), contents(clinic.as_director())]
    clinic.as_receptionist()
    clinic.close()
    return seen


def test_the_demo_practice_is_the_same_there_and_back(cluster: Cluster, tmp_path: Path) -> None:
    clinic = Clinic(tmp_path / "demo", tmp_path / "state")
    made = demo.create(
        clinic.folder, patients=120, seed=1, today=date(2026, 11, 25), devices=clinic.devices, kdf=CHEAP,
        progress=Progress(),
    )  # fmt: skip
    key = bytes(made.records.keys.newest_dek[1])
    shutil.copy(clinic.folder / "practice.db", tmp_path / "before.db")
    shutil.copy(clinic.folder / "practice.db-wal", tmp_path / "before.db-wal")
    before = open_file(tmp_path / "before.db", key)
    with on_server.place(cluster, keys.read_slots(clinic.folder).vault) as room:
        there = relocation.to_server(made.records, clinic.folder, room, progress=Progress()).records
        was = _rows(before, there.engine)
        assert sum(each.rows for each in was.values()) > 9_000
        assert _without_what_says_so(_rows(there.engine, there.engine)) == _without_what_says_so(was)
        with there.work(writes=False) as work:
            actions = work.select(select(AuditEvent.action).order_by(AuditEvent.seq.desc()).limit(2))
        assert list(actions) == ["moved", "move_begun"]
        with there.engine.connect() as named:
            tables = copying.tables(named)
        back = relocation.to_file(there, clinic.folder, admin=room.admin, progress=Progress())
        assert back.left == ""
        with back.records.engine.connect() as connection:
            again = copying.fingerprints(connection, tables, Progress())
        assert _without_what_says_so(again) == _without_what_says_so(was)
        assert all(again[name].rows > was[name].rows for name in SAYS_IT_MOVED - {"checkpoint"})
        checked = backups.check(back.records, clinic.folder, devices=None, progress=Progress())
        assert checked.problems == ()
        back.records.close()
        before.dispose()
        assert cluster.roles(f"pa_{made.records.keys.vault.hex[:12]}") == []


def test_everybody_signs_in_there_and_back_and_opens_what_they_opened(clinic: Clinic, room: OnServer) -> None:
    before = _seen_by_everybody(clinic)
    slots = keys.read_slots(clinic.folder)
    _to_server(clinic, room)
    assert not (clinic.folder / "practice.db").exists()
    assert not list(clinic.folder.glob("keyslots.json*"))
    assert server.is_kept_on_one(clinic.folder)
    assert keys.read_slots(clinic.folder) == slots
    assert _seen_by_everybody(clinic) == before
    _to_file(clinic, room.admin)
    assert not server.is_kept_on_one(clinic.folder)
    assert sorted(path.name for path in clinic.folder.iterdir() if "lock" not in path.name) == [
        "keyslots.json", "practice.db", "practice.db-shm", "practice.db-wal",
    ]  # fmt: skip
    assert _seen_by_everybody(clinic) == before
    assert keys.read_slots(clinic.folder) == slots
    _to_server(clinic, room)  # the place is as empty as it was


def test_what_is_done_on_the_server_comes_back(clinic: Clinic, room: OnServer) -> None:
    moved = _to_server(clinic, room)
    with moved.work(use_case="tests.arrange") as work:
        patient = makers.patient(work, number=4711)
        note = makers.note(work, [patient], "Written on the server.")
    users.reset_password(
        moved,
        clinic.folder,
        _user(moved, Role.THERAPIST),
        "a new start word",
        secret=clinic.secret(),
        kdf=CHEAP,
    )
    clinic.close()
    _to_file(clinic, room.admin)
    clinic.close()
    therapist = clinic.sign_in("Tess Therapist", "a new start word").records
    assert (note, "note.body") in contents(therapist)


def _user(records: Records, role: Role) -> UUID:
    with records.work(writes=False) as work:
        return work.select(select(UserAccount.id).where(UserAccount.role == role))[0]


def test_without_the_servers_admin_its_tables_go_and_other_pcs_are_told(
    clinic: Clinic, room: OnServer, cluster: Cluster, tmp_path: Path
) -> None:
    _to_server(clinic, room)
    clinic.close()
    other = Clinic(tmp_path / "other", tmp_path, store=clinic.store)
    shutil.copytree(clinic.folder, other.folder)
    moved = _to_file(clinic)
    database = room.address.rpartition("/")[2]
    assert database in moved.left
    with cluster.as_admin(database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert tables == []
    with pytest.raises(MovedToFile, match="was moved from the server into a file on the PC"):
        other.as_therapist()
    assert server.is_kept_on_one(other.folder)
    clinic.close()
    clinic.as_therapist()


@pytest.mark.parametrize("who", ["as_therapist", "as_receptionist"])
def test_only_a_director_moves_the_practice(clinic: Clinic, room: OnServer, who: str) -> None:
    records = getattr(clinic, who)()
    with pytest.raises(NotAllowed):
        relocation.to_server(records, clinic.folder, room, progress=Progress())
    with pytest.raises(NotAllowed):
        relocation.to_file(records, clinic.folder, progress=Progress())


def _is_untouched(clinic: Clinic, room: OnServer, cluster: Cluster) -> None:
    """The file is in use, and nothing is left on the server."""
    clinic.close()
    assert not server.is_kept_on_one(clinic.folder)
    assert not (clinic.folder / ".arriving").exists()
    assert contents(clinic.as_therapist())
    assert cluster.roles(f"pa_{keys.read_slots(clinic.folder).vault.hex[:12]}") == []
    with cluster.as_admin(room.address.rpartition("/")[2]) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace "
            "WHERE nspname IN ('public', 'practice_keys')"
        ).fetchone()
    assert found == (0,)


def test_nobody_else_may_be_signed_in(clinic: Clinic, room: OnServer, cluster: Cluster) -> None:
    clinic.as_receptionist()
    with pytest.raises(Busy):
        _to_server(clinic, room)
    _is_untouched(clinic, room, cluster)
    clinic.close()
    _to_server(clinic, room)
    clinic.close()
    clinic.as_receptionist()
    with pytest.raises(Busy):
        _to_file(clinic, room.admin)
    assert server.is_kept_on_one(clinic.folder)
    clinic.close()
    assert contents(clinic.as_therapist())


def test_a_server_that_will_not_do_leaves_the_file_in_use(
    clinic: Clinic, room: OnServer, cluster: Cluster, tmp_path: Path
) -> None:
    (tmp_path / "other-ca.pem").write_bytes(_another_authority(tmp_path))
    for unfit in (
        replace(room, address=room.address + "_missing"),
        replace(room, address="postgresql://localhost:1/practice"),
        replace(room, admin=Admin("postgres", "wrong")),
        replace(room, authority=tmp_path / "other-ca.pem"),
        replace(room, authority=tmp_path / "missing.pem"),
        replace(room, address="postgresql://me:secret@localhost/practice"),
    ):
        with pytest.raises((CannotOpen, Invalid)):
            _to_server(clinic, unfit)
        _is_untouched(clinic, room, cluster)
        clinic.close()
    with cluster.as_admin(room.address.rpartition("/")[2]) as connection:
        connection.execute("CREATE TABLE public.of_somebody_else (id integer)")
    with pytest.raises(Invalid, match="not empty"):
        _to_server(clinic, room)
    assert not server.is_kept_on_one(clinic.folder)


def _another_authority(folder: Path) -> bytes:
    from tests import postgres_server

    (folder / "ca").mkdir()
    (folder / "ca" / "data").mkdir()
    postgres_server.make_certificates(folder / "ca")
    return (folder / "ca" / "ca.pem").read_bytes()


def test_a_practice_that_is_not_sound_is_not_moved(clinic: Clinic, room: OnServer, cluster: Cluster) -> None:
    director = clinic.as_director()
    path, key = clinic.folder / "practice.db", bytes(director.keys.newest_dek[1])
    opened = connect(path, key)
    opened.execute("DROP TRIGGER audit_event_is_kept")
    opened.execute("UPDATE audit_event SET pc = 'elsewhere' WHERE seq = 2")
    opened.close()
    with pytest.raises(CannotOpen, match="log is not sound"):
        relocation.to_server(director, clinic.folder, room, progress=Progress())
    _is_untouched(clinic, room, cluster)


def test_an_altered_list_of_users_is_not_moved(clinic: Clinic, room: OnServer) -> None:
    director = clinic.as_director()
    with director.work(use_case="tests.arrange") as work:
        work.connection().execute(update(UserAccount).values(not_after=date(2030, 1, 1)))
    with pytest.raises(CannotOpen, match="list of users"):
        relocation.to_server(director, clinic.folder, room, progress=Progress())


def test_a_practice_that_opens_by_password_only_stays_a_file(tmp_path: Path, cluster: Cluster) -> None:
    folder = tmp_path / "plain"
    made = practice.create(
        folder, name="Plain", director="Dana Director", password="correct horse battery staple lamp",
        devices=None, kdf=CHEAP,
    )  # fmt: skip
    with pytest.raises(CannotOpen, match="by password only"):
        relocation.to_server(made.records, folder, on_server.on(cluster, "any"), progress=Progress())


def test_a_cancelled_move_leaves_all_as_it_was(clinic: Clinic, room: OnServer, cluster: Cluster) -> None:
    for stop_at in (1, 5, 40):
        progress = _Stopping(stop_at)
        with pytest.raises(PracticeError, match="Stopped"):
            relocation.to_server(clinic.as_director(), clinic.folder, room, progress=progress)
        _is_untouched(clinic, room, cluster)
        clinic.close()


class _Stopping(Progress):
    """Somebody presses Stop at the nth report."""

    def __init__(self, at: int) -> None:
        super().__init__(self._count)
        self._left = at

    def _count(self, _done: int, _total: int, _doing: str) -> None:
        self._left -= 1
        if self._left <= 0:
            self.cancel()


def test_a_file_with_entries_that_the_server_lacks_is_not_deleted(clinic: Clinic, room: OnServer) -> None:
    shutil.copytree(clinic.folder, clinic.state / "kept")
    _to_server(clinic, room)
    clinic.close()
    shutil.copy(clinic.state / "kept" / "practice.db", clinic.folder / "practice.db")
    clinic.as_director()
    assert not switching.has_left_file(clinic.folder)  # all of it is on the server: removed

    other = Clinic(clinic.state / "kept", clinic.state, store=clinic.store, late=timedelta(minutes=1))
    other.as_director()
    other.close()
    shutil.copy(other.folder / "practice.db", clinic.folder / "practice.db")
    clinic.close()
    opened = clinic.sign_in("Dana Director", DIRECTOR)
    assert any("entries that the server does not have" in notice for notice in opened.notices)
    assert switching.has_left_file(clinic.folder)


def test_a_backup_of_a_practice_on_a_server_is_restored_as_a_file(clinic: Clinic, room: OnServer) -> None:
    director = _to_server(clinic, room)
    made = backups.make(director, clinic.folder, clinic.state / "stick", progress=Progress())
    rows = _without_what_says_so(_rows(director.engine, director.engine))
    with director.engine.connect() as named:
        tables = copying.tables(named)
    restored = Clinic(clinic.state / "restored", clinic.state / "other state")
    backups.restore(
        made.folder, restored.folder, recovery_key=clinic.recovery_key, director="Dana Director",
        password="another harbour lantern", devices=restored.devices, progress=Progress(), kdf=CHEAP,
    )  # fmt: skip
    assert not server.is_kept_on_one(restored.folder)
    opened = restored.sign_in("Dana Director", "another harbour lantern").records
    with opened.engine.connect() as connection:
        again = copying.fingerprints(connection, tables, Progress())
    changed = {name for name, found in _without_what_says_so(again).items() if found != rows[name]}
    assert changed == {"user_account", "vault"}  # everybody else waits outside
    assert contents(opened)
    restored.close()


@pytest.mark.parametrize("who", ["as_therapist", "as_receptionist"])
def test_on_a_server_only_directors_make_backups(clinic: Clinic, room: OnServer, who: str) -> None:
    _to_server(clinic, room)
    clinic.close()
    records = getattr(clinic, who)()
    with pytest.raises(NotAllowed, match="by a director"):
        backups.make(records, clinic.folder, clinic.state / "stick", progress=Progress())
    assert not list((clinic.state / "stick").glob("*"))
