"""What the three groups may do with every table on a server, column by column."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from practice_app.model.base import Base, SealedBytes
from practice_app.storage import founding, grants, server
from practice_app.storage.migrate import APPEND_ONLY
from practice_app.storage.server import Server
from tests import on_server
from tests.postgres import Cluster

pytestmark = pytest.mark.postgres

TABLES = sorted(Base.metadata.tables)
PEOPLE = ("person", "patient")


@pytest.fixture(scope="module")
def where(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("practice")
    with on_server.room(cluster, folder) as made:
        keys = on_server.with_keys(cluster, made).as_director()
        founding.make_tables(made, keys)
        yield made


@pytest.fixture(scope="module")
def engine(cluster: Cluster, where: Server) -> Iterator[Engine]:
    """Asks the server about its rights, as its admin."""
    made = server.engine_as(where, cluster.admin, cluster.password)
    yield made
    made.dispose()


class Rights:
    """What one group may do."""

    def __init__(self, engine: Engine, group: str) -> None:
        self._engine, self._group = engine, group

    def on(self, table: str, right: str) -> bool:
        """Whether the group has the right on the whole table."""
        with self._engine.connect() as connection:
            return bool(
                connection.exec_driver_sql(
                    "SELECT has_table_privilege(%s, %s, %s)", (self._group, f"public.{table}", right)
                ).scalar_one()
            )

    def columns(self, table: str, right: str) -> set[str]:
        """The columns the group has the right on."""
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
                "AND NOT attisdropped AND has_column_privilege(%s, attrelid, attnum, %s)",
                (f"public.{table}", self._group, right),
            )
            return set(found.scalars())


@pytest.fixture(scope="module")
def groups(engine: Engine, where: Server) -> tuple[Rights, Rights, Rights]:
    receptionist, clinician, director = (Rights(engine, group) for group in where.roles.groups)
    return receptionist, clinician, director


@pytest.mark.parametrize("name", TABLES)
def test_a_receptionist_reads_every_column_but_the_sealed_ones(
    groups: tuple[Rights, Rights, Rights], name: str
) -> None:
    receptionist, clinician, director = groups
    columns = Base.metadata.tables[name].columns
    sealed = {column.name for column in columns if isinstance(column.type, SealedBytes)}
    everything = {column.name for column in columns}
    assert receptionist.columns(name, "SELECT") == everything - sealed
    assert receptionist.columns(name, "UPDATE").isdisjoint(sealed)
    assert clinician.columns(name, "SELECT") == everything
    assert director.columns(name, "SELECT") == everything


@pytest.mark.parametrize("name", sorted(APPEND_ONLY))
def test_nobody_alters_what_is_kept_for_ever(groups: tuple[Rights, Rights, Rights], name: str) -> None:
    links = {
        column.name
        for column in Base.metadata.tables[name].columns
        if any(key.column.table.name in PEOPLE for key in column.foreign_keys)
    }
    for group in groups:
        assert group.columns(name, "UPDATE") <= (links | {"version"} if links else set())
        assert not group.on(name, "TRUNCATE")
    receptionist, clinician, director = groups
    assert director.columns(name, "INSERT")
    assert not receptionist.on(name, "DELETE")
    assert not clinician.on(name, "DELETE")
    # What a change of the clinical key writes anew.
    assert director.on(name, "DELETE") == (name in {"checkpoint", "note_seal"})


def test_only_directors_say_who_is_a_user(groups: tuple[Rights, Rights, Rights]) -> None:
    receptionist, clinician, director = groups
    for group in (receptionist, clinician):
        assert group.columns("user_account", "UPDATE") == {"must_change_password", "version"}
        assert "roster_mac" not in group.columns("vault", "UPDATE")
        for table in ("user_account", "vault", "practice"):
            assert not group.on(table, "DELETE")
            assert not group.columns(table, "INSERT")
    assert director.on("user_account", "UPDATE")


@pytest.mark.parametrize("name", ["merge", "merge_step", "imported", "consent_wording", "privacy_notice"])
def test_only_directors_write_what_locks_and_letters_believe(
    groups: tuple[Rights, Rights, Rights], name: str
) -> None:
    for group in groups[:2]:
        assert not group.columns(name, "INSERT")
        assert not group.columns(name, "UPDATE")
        assert not group.on(name, "DELETE")
    assert groups[2].on(name, "INSERT")


@pytest.mark.parametrize("name", ["note", "addendum", "draft", "checkpoint", "note_seal", "health_fact"])
def test_receptionists_write_no_notes(groups: tuple[Rights, Rights, Rights], name: str) -> None:
    for right in ("INSERT", "UPDATE"):
        assert not groups[0].columns(name, right)
    assert not groups[0].on(name, "DELETE")
    assert groups[1].on(name, "INSERT")


def test_no_group_makes_or_changes_a_table_and_nobody_else_has_any_right(
    engine: Engine, where: Server
) -> None:
    with engine.connect() as connection:
        for group in where.roles.groups:
            for schema in ("public", "practice_keys"):
                assert not connection.exec_driver_sql(
                    "SELECT has_schema_privilege(%s, %s, 'CREATE')", (group, schema)
                ).scalar_one()
        owners = connection.exec_driver_sql(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'practice_keys')"
        )
        assert set(owners.scalars()) == {where.roles.owner}
        public = connection.exec_driver_sql(
            "SELECT relname FROM pg_class, aclexplode(relacl) AS given WHERE given.grantee = 0 "
            "AND relnamespace IN ('public'::regnamespace, 'practice_keys'::regnamespace)"
        )
        assert set(public.scalars()) == set()


def test_our_functions_have_a_fixed_search_path_or_none_to_follow(engine: Engine) -> None:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT proname FROM pg_proc WHERE prosecdef "
            "AND NOT coalesce(array_to_string(proconfig, ','), '') "
            "LIKE '%%search_path=pg_catalog, pg_temp%%' AND pronamespace IN "
            "('public'::regnamespace, 'practice_keys'::regnamespace)"
        )
        assert set(found.scalars()) == set()
        open_to_all = connection.exec_driver_sql(
            "SELECT proname FROM pg_proc p WHERE pronamespace IN "
            "('public'::regnamespace, 'practice_keys'::regnamespace) "
            "AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e') "
            "AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) AS given WHERE given.grantee = 0))"
        )
        assert set(open_to_all.scalars()) == set()


def test_rights_given_by_hand_are_taken_back(
    cluster: Cluster, engine: Engine, where: Server, groups: tuple[Rights, Rights, Rights]
) -> None:
    receptionist = groups[0]
    with cluster.as_admin(where.database) as admin:
        admin.execute(f'GRANT ALL ON note, audit_event TO "{where.roles.groups[0]}", PUBLIC'.encode())
        admin.execute(f'GRANT SELECT (body_sealed) ON addendum TO "{where.roles.groups[0]}"'.encode())
    assert receptionist.on("audit_event", "DELETE")
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        grants.apply(connection, where.roles)
    assert not receptionist.on("audit_event", "DELETE")
    assert "body_sealed" not in receptionist.columns("note", "SELECT")
    assert "body_sealed" not in receptionist.columns("addendum", "SELECT")
