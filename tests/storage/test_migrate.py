"""Migrations: they make what the mapped classes describe, and a newer file is left alone."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from practice_app.errors import CannotOpen
from practice_app.model.base import Base
from practice_app.storage import migrate
from practice_app.storage.engine import APPLICATION_ID, connect
from practice_app.storage.records import Records


def test_the_migrated_schema_is_the_mapped_one(records: Records) -> None:
    with records.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": migrate.include}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_revision_is_the_one_the_program_expects() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).with_name("migrations")))
    assert scripts.get_current_head() == migrate.NEWEST
    assert {script.revision for script in scripts.walk_revisions()} == migrate.KNOWN


def test_a_file_of_a_newer_version_is_refused() -> None:
    assert not migrate.is_due(migrate.NEWEST)
    assert migrate.is_due(None)
    with pytest.raises(CannotOpen, match="newer version"):
        migrate.is_due("9999")


def test_migrating_again_changes_nothing_and_keeps_every_row(records: Records, practice_file: Path) -> None:
    key = bytes(records.keys.newest_dek[1])
    before = _counts(practice_file, key)
    assert before["practice"] == 1
    migrate.upgrade(practice_file, key)
    assert _counts(practice_file, key) == before


def test_a_failing_migration_leaves_the_file_as_it_was(
    records: Records, practice_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = bytes(records.keys.newest_dek[1])
    before = _counts(practice_file, key)

    def fail(driver: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(migrate.search, "remake_index", fail)
    with pytest.raises(RuntimeError):
        migrate.upgrade(practice_file, key)
    assert _counts(practice_file, key) == before


def test_the_file_is_marked_as_ours(records: Records, practice_file: Path) -> None:
    opened = connect(practice_file, bytes(records.keys.newest_dek[1]))
    assert opened.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    opened.close()


def _counts(path: Path, key: bytes) -> dict[str, int]:
    opened = connect(path, key)
    names = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    counts = {name: opened.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}
    opened.close()
    return counts
