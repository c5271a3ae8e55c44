"""Migrations: they make what the mapped classes describe, and a newer file is left alone."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData

from practice_app.errors import CannotOpen
from practice_app.model.base import Base
from practice_app.storage import migrate
from practice_app.storage.engine import APPLICATION_ID, connect
from practice_app.storage.postgres import open_server
from practice_app.storage.records import Records
from tests.conftest import ON_A_FILE, ON_A_SERVER
from tests.postgres import Cluster
from tests.raw import owners_engine, tables, tamper


def test_the_migrated_schema_is_the_mapped_one(records: Records) -> None:
    with records.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": migrate.include}
        )
        assert compare_metadata(context, _mapped(connection)) == []


def _mapped(connection: Connection) -> MetaData:
    """The mapped tables; on a server every link may be checked at the end of a transaction."""
    mapped = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.sorted_tables:
        copy = table.to_metadata(mapped)
        for link in copy.foreign_key_constraints:
            link.deferrable = True if connection.dialect.name == "postgresql" else None
    return mapped


def test_the_newest_revision_is_the_one_the_program_expects() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).with_name("migrations")))
    assert scripts.get_current_head() == migrate.NEWEST
    assert {script.revision for script in scripts.walk_revisions()} == migrate.KNOWN


def test_a_file_of_a_newer_version_is_refused() -> None:
    assert not migrate.is_due(migrate.NEWEST)
    assert migrate.is_due(None)
    with pytest.raises(CannotOpen, match="newer version"):
        migrate.is_due("9999")


@ON_A_FILE
def test_migrating_again_changes_nothing_and_keeps_every_row(records: Records, practice_file: Path) -> None:
    key = bytes(records.keys.newest_dek[1])
    before = _counts(practice_file, key)
    assert before["practice"] == 1
    migrate.upgrade(practice_file, key)
    assert _counts(practice_file, key) == before


@ON_A_FILE
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


@ON_A_SERVER
def test_migrating_a_server_again_changes_nothing(records: Records) -> None:
    engine = owners_engine(records)
    before = _rows(engine)
    assert before["practice"] == 1
    migrate.upgrade_server(engine)
    assert _rows(engine) == before
    engine.dispose()


@ON_A_SERVER
def test_a_failing_migration_leaves_a_server_as_it_was(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = owners_engine(records)
    before = _rows(engine)

    def fail(connection: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(migrate.search, "make_server_index", fail)
    with pytest.raises(RuntimeError):
        migrate.upgrade_server(engine)
    assert _rows(engine) == before
    with pytest.raises(Exception, match="append-only"):
        tamper(records, "UPDATE audit_event SET pc = 'x'")
    engine.dispose()


@pytest.mark.postgres
def test_a_server_of_a_newer_version_is_refused(cluster: Cluster) -> None:
    with cluster.database() as name:
        engine = open_server(cluster.url(name), cluster.connect_args)
        migrate.upgrade_server(engine, to="0001")
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(CannotOpen, match="newer version"):
            migrate.upgrade_server(engine)
        engine.dispose()


@pytest.mark.postgres
def test_a_database_with_a_languages_own_order_is_refused(cluster: Cluster) -> None:
    """Folded names would be sorted, and looked up, otherwise than they are in a file."""
    with cluster.as_admin() as admin:
        admin.execute(
            "CREATE DATABASE test_other_order TEMPLATE template0 "
            "LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C'"
        )
    try:
        engine = open_server(cluster.url("test_other_order"), cluster.connect_args)
        with pytest.raises(CannotOpen, match="sort order"):
            migrate.upgrade_server(engine)
        engine.dispose()
    finally:
        cluster.drop("test_other_order")


def _rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
            for name in tables(connection)
        }


@ON_A_FILE
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
