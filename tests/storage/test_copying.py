"""Copying between file and server: every value comes over, and the comparison finds each that does not."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, Engine, Table, create_engine, insert, select, text, update

from practice_app.errors import CannotOpen, Defect
from practice_app.model.base import Base
from practice_app.model.merges import MergeStep
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.storage import checkpoints, copying, migrate
from practice_app.storage.copying import Fingerprint
from practice_app.storage.engine import open_file
from practice_app.storage.keys import Keys
from practice_app.storage.records import Records
from tests import makers
from tests.postgres import Cluster
from tests.services import filling

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Records]:
    """A practice with rows in every table."""
    opened = _empty(tmp_path_factory.mktemp("filled") / "practice.db", makers.keys())
    makers.found(opened)
    filling.filled(opened, seed=7)
    with opened.work(use_case="tests.arrange") as work:
        merge = makers.merge(work, makers.patient(work, PersonName(None, "Zoë 🌍", "שלום", "e\u0301")))
        was = {"b": [None, 1.5, "é\u2028"], "a": {}}
        step = {"position": 0, "kind": "moved", "table_name": "phone", "column_name": "person_id"}
        work.add(MergeStep(merge_id=merge, record_id=merge, before=was, after=[], **step))
        work.note("covered", "person", reason="A reason.")
        checkpoints.set_checkpoint(work)
    yield opened
    opened.close()


def _empty(path: Path, keys: Keys) -> Records:
    migrate.upgrade(path, keys.newest_dek[1], create=True)
    return Records(open_file(path, keys.newest_dek[1]), keys, makers.actor(id=keys.user), lambda: makers.NOW)


@pytest.fixture
def file(_filled: Records) -> Iterator[Connection]:
    """The filled file, for reading."""
    with _filled.engine.connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def _server(cluster: Cluster, _filled: Records) -> Iterator[Engine]:
    """A server with a copy of the file."""
    with cluster.database() as name:
        engine = create_engine(cluster.url(name), connect_args=cluster.connect_args)
        Base.metadata.create_all(engine)
        with _filled.engine.connect() as source, engine.begin() as target:
            copying.copy_rows(source, target, copying.tables(target), Progress())
        yield engine
        engine.dispose()


@pytest.fixture
def server(_server: Engine) -> Iterator[Connection]:
    """The copy; what a test changes in it is rolled back."""
    with _server.connect() as connection:
        yield connection


@pytest.fixture
def tables(server: Connection) -> tuple[Table, ...]:
    return copying.tables(server)


def _taken(connection: Connection, tables: tuple[Table, ...]) -> dict[str, Fingerprint]:
    return copying.fingerprints(connection, tables, Progress())


def test_every_mapped_column_of_every_table_is_copied(
    file: Connection, server: Connection, tables: tuple[Table, ...]
) -> None:
    copying.refuse_other_tables(file, tables)
    copied = {str(column) for table in tables for column in table.columns}
    assert copied == {str(column) for table in Base.metadata.sorted_tables for column in table.columns}
    assert [table for table in Base.metadata.sorted_tables if not file.execute(select(table)).first()] == []
    for table in Base.metadata.sorted_tables:  # as the program itself reads them
        statement = select(table).order_by(*table.primary_key)
        assert server.execute(statement).all() == file.execute(statement).all()


def test_there_and_back_nothing_differs(
    file: Connection, server: Connection, tables: tuple[Table, ...], tmp_path: Path
) -> None:
    back = _empty(tmp_path / "back.db", makers.keys())
    with back.engine.connect().execution_options(writes=True) as target, target.begin():
        copying.copy_rows(server, target, tables, Progress())
    with back.engine.connect() as copy:
        assert _taken(copy, tables) == _taken(server, tables) == _taken(file, tables)
        words = "SELECT count(*) FROM search_index WHERE search_index MATCH 'holloway'"
        assert copy.exec_driver_sql(words).scalar() == file.exec_driver_sql(words).scalar() != 0
    back.close()


def test_a_change_of_any_value_is_found(server: Connection, tables: tuple[Table, ...]) -> None:
    before = _taken(server, tables)
    for table in tables:
        (key, *_) = table.primary_key
        first = server.execute(select(table).order_by(key).limit(1)).mappings().one()
        for column in table.columns:
            if column.primary_key or column.foreign_keys:
                continue
            change = update(table).where(key == first[key.name])
            nested = server.begin_nested()
            server.execute(change.values({column.name: _another(first[column.name], column.type)}))
            after = _taken(server, (table,))[table.name]
            nested.rollback()
            assert after.digest != before[table.name].digest, column
            assert after.rows == before[table.name].rows


def _another(value: Any, kind: Any) -> Any:
    """A value as little different as can be."""
    match value:
        case None:
            return {"String": "", "LargeBinary": b"", "Uuid": uuid4(), "Integer": 0, "Boolean": False}.get(
                type(kind).__name__, datetime(2026, 1, 1, tzinfo=makers.NOW.tzinfo)
            )
        case bool():
            return not value
        case int():
            return value + 1_000_003  # nobody else has it, where no two may have the same
        case str():
            return value[:-1] + "\N{ZERO WIDTH JOINER}"
        case bytes():
            return value[:-1] + bytes([(value[-1] + 1) % 256]) if value else b"\0"
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case UUID():
            return UUID(int=value.int ^ 1)
    return [value, "more"]


def test_a_row_too_few_and_a_row_too_many_are_found(server: Connection, tables: tuple[Table, ...]) -> None:
    words = {table.name: table for table in tables}["audit_reason"]
    before = _taken(server, (words,))["audit_reason"]
    server.execute(insert(words), {"id": uuid4(), "audit_seq": 1, "text": "More."})
    more = _taken(server, (words,))["audit_reason"]
    server.execute(words.delete())
    none = _taken(server, (words,))["audit_reason"]
    assert (more.rows, none.rows) == (before.rows + 1, 0)
    assert len({before.digest, more.digest, none.digest}) == 3


def test_few_rows_at_a_time_make_no_difference(
    server: Connection, tables: tuple[Table, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _taken(server, tables)
    monkeypatch.setattr(copying, "_AT_ONCE", 2)
    monkeypatch.setattr(copying, "_BYTES_AT_ONCE", 1)
    assert _taken(server, tables) == whole


def test_the_server_counts_on_from_the_last_number(server: Connection, tables: tuple[Table, ...]) -> None:
    point = {table.name: table for table in tables}["checkpoint"]
    last = server.execute(select(point).order_by(point.c.id.desc()).limit(1)).mappings().one()
    values = {name: value for name, value in last.items() if name != "id"}
    made = server.execute(insert(point).values(values).returning(point.c.id)).scalar_one()
    assert made == last["id"] + 1


@pytest.mark.parametrize("words", ["x" * 451, "Marga\0ret"])
def test_what_a_server_cannot_hold_is_named_and_nothing_is_copied(
    cluster: Cluster, tmp_path: Path, words: str
) -> None:
    filled = _empty(tmp_path / "practice.db", makers.keys())
    makers.found(filled)
    with filled.work(use_case="tests.arrange") as work:
        patient = makers.patient(work, person_values={"display_name": words})
    with cluster.database() as name:
        engine = create_engine(cluster.url(name), connect_args=cluster.connect_args)
        Base.metadata.create_all(engine)
        with filled.engine.connect() as source, engine.connect() as target:
            with pytest.raises(CannotOpen, match=f"display_name in person, entry {patient}") as refusal:
                copying.copy_rows(source, target, copying.tables(target), Progress())
            assert words not in str(refusal.value)
        engine.dispose()
    filled.close()


def test_a_table_or_column_more_on_one_side_is_a_defect(
    file: Connection, server: Connection, tables: tuple[Table, ...]
) -> None:
    server.execute(text("ALTER TABLE person ADD COLUMN shoe_size integer"))
    with pytest.raises(Defect):
        copying.refuse_other_tables(file, copying.tables(server))
    with pytest.raises(Defect):
        copying.refuse_other_tables(file, tables[1:])
    server.execute(text("ALTER TABLE person DROP COLUMN shoe_size"))
    server.execute(text("ALTER TABLE person ADD COLUMN drawn_at interval"))
    with pytest.raises(Defect, match="drawn_at"):
        copying.tables(server)
