"""A practice that an earlier version left on a server: a director's sign-in brings it up to date."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from practice_app.errors import Busy, CannotOpen
from practice_app.model.notes import Note
from practice_app.progress import Progress
from practice_app.services import backups, relocation
from practice_app.storage import backup, checkpoints, copying, grants, keys, migrate, presence, sealed, server
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import on_server
from tests.clinic import CHEAP
from tests.postgres import Cluster
from tests.services import changing_keys
from tests.services.changing_keys import DIRECTOR, Clinic
from tests.storage import old_version

pytestmark = pytest.mark.postgres


@pytest.fixture
def clinic(cluster: Cluster, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic on a server, of the first version."""
    clinic = changing_keys.found(tmp_path, notes=3)
    with on_server.place(cluster, keys.read_slots(clinic.folder).vault) as room:
        moved = relocation.to_server(clinic.as_director(), clinic.folder, room, progress=Progress()).records
        owner = _owner(clinic, moved.keys)
        _put_back(owner, tmp_path / "first.db", bytes(moved.keys.newest_dek[1]))
        owner.dispose()
        moved.close()
        clinic.close()
        yield clinic
        clinic.close()


def _owner(clinic: Clinic, held: Keys) -> Engine:
    where = server.read(clinic.folder)
    assert where is not None
    return server.engine_as(where, where.roles.owner, held.owner_password())


def _put_back(owner: Engine, path: Path, key: bytes) -> None:
    """Replace the tables by those of the first version with the same rows, as far as it knows them."""
    with owner.connect() as connection:
        copying.make_file(connection, path, key, Progress())
    old_version.put_back(path, key)
    copying.drop_tables(owner)
    migrate.upgrade_server(owner, to=old_version.FIRST)
    file = open_file(path, key)
    with file.connect() as source:
        copying.fill_server(source, owner, Progress())
    file.dispose()
    with owner.connect().execution_options(writes=True) as connection, connection.begin():
        connection.exec_driver_sql("GRANT SELECT ON alembic_version TO PUBLIC")


def _notes(records: Records) -> list[str]:
    with records.work(writes=False) as work:
        found = work.rows(select(Note).where(Note.author_id == records.actor.id).order_by(Note.id))
        return [_text(records, note) for (note,) in found]


def _text(records: Records, note: Note) -> str:
    opened = keys.unseal(records.keys, sealed.NOTE, note.id, note.body_sealed, note.author_id)
    return opened.text


def test_a_directors_sign_in_migrates_the_server_after_a_backup(clinic: Clinic) -> None:
    with pytest.raises(CannotOpen, match="A director does so"):
        clinic.as_therapist()
    assert len(_bundles(clinic)) == 1  # the one that was made for the move

    director = clinic.as_director()
    with director.engine.connect() as connection:
        assert migrate.server_revision(connection) == migrate.NEWEST
    with director.work(writes=False) as work:
        assert checkpoints.verify(work) == ()
    clinic.close()
    notes = _notes(clinic.as_therapist())
    assert len(notes) == 5
    clinic.as_receptionist()
    clinic.close()

    _, bundle = _bundles(clinic)
    assert backup.read(bundle)[0].schema == old_version.FIRST
    restored = Clinic(clinic.state / "restored", clinic.state / "other state")
    backups.restore(
        bundle, restored.folder, recovery_key=clinic.recovery_key, director="Dana Director",
        password=DIRECTOR, devices=restored.devices, progress=Progress(), kdf=CHEAP,
    )  # fmt: skip
    opened = restored.as_director()
    with opened.work(writes=False) as work:
        assert len(work.select(select(Note.id))) == len(notes)
    restored.close()


def test_a_migration_that_is_stopped_before_anybody_has_rights_is_none(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as meanwhile, pytest.raises(KeyboardInterrupt):
        meanwhile.setattr(grants, "apply", stopped)
        clinic.as_director()
    director = clinic.as_director()
    checked = backups.check(director, clinic.folder, devices=clinic.devices, progress=Progress())
    assert checked.problems == ()
    clinic.as_receptionist()


def _bundles(clinic: Clinic) -> list[Path]:
    return sorted(backup.beside(clinic.folder).iterdir(), key=lambda folder: folder.stat().st_mtime)


def test_nothing_is_migrated_while_somebody_has_the_practice_open(clinic: Clinic) -> None:
    where = server.read(clinic.folder)
    assert where is not None
    somebody = server.engine_as(where, where.roles.signin, where.signin_password)
    presence.enter(clinic.folder, somebody)
    with pytest.raises(Busy):
        clinic.as_director()
    somebody.dispose()
    clinic.as_director()
