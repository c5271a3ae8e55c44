"""The practice behind the program's back: what whoever holds the file's key, or owns the server, can do."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text

from practice_app.storage import postgres
from practice_app.storage.reading import Statement
from practice_app.storage.records import Records
from tests.postgres import named_server


@contextmanager
def as_owner(records: Records) -> Iterator[Connection]:
    """A writing transaction of the tables' owner on the database of `records`."""
    engine = owners_engine(records)
    try:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            yield connection
    finally:
        if engine is not records.engine:
            engine.dispose()


def owners_engine(records: Records) -> Engine:
    """An engine of whoever owns the tables; in a file everybody does."""
    if records.engine.dialect.name == "sqlite":
        return records.engine
    server, database = named_server(), records.engine.url.database
    assert server is not None
    assert database is not None
    return postgres.open_server(server.url(database), server.connect_args)


def tamper(records: Records, *statements: str, **values: object) -> None:
    """Run statements as the owner; the locks on rows hold."""
    with as_owner(records) as connection:
        for statement in statements:
            _execute(connection, statement, values)


def tamper_with_locks_off(records: Records, *statements: str, **values: object) -> None:
    """Run statements after taking away what refuses changes."""
    with as_owner(records) as connection:
        unlock(connection)
        for statement in statements:
            _execute(connection, statement, values)


def unlock(connection: Connection) -> None:
    """Take away every trigger; on the server until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    names = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name NOT LIKE 'search_%'"
    for (name,) in connection.exec_driver_sql(names).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def _execute(connection: Connection, statement: str, values: dict[str, object]) -> None:
    asked = {name: value for name, value in values.items() if f":{name}" in statement}
    connection.execute(text(statement), asked)


def heard_of_others(records: Records) -> bool:
    """Whether others changed something, asked after an answer: it comes behind what a server has told."""
    records.reader.rows(Statement("SELECT 1", "SELECT 1"))
    return records.changed_elsewhere()


def tables(connection: Connection) -> list[str]:
    """Every table there is, the search's own too."""
    if connection.dialect.name == "postgresql":
        found = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    else:
        found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    return list(found.scalars())
