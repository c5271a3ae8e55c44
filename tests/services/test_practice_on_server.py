"""A practice on a PostgreSQL server: making it, signing in from two PCs, its users, who reads what there."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select

from practice_app.errors import (
    Busy,
    CannotOpen,
    Invalid,
    NotEnrolled,
    PracticeError,
    TooManyTries,
    WrongPassword,
)
from practice_app.model.audit import AuditEvent
from practice_app.progress import Progress
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import backups, key_changes, notes, people, practice, users
from practice_app.services.marks import run
from practice_app.storage import founding, reading, server
from practice_app.storage.founding import Admin
from practice_app.storage.keys import Keys, read_slots
from practice_app.storage.server import Server
from tests import makers, on_server
from tests.clinic import CHEAP, Clinic, MemoryStore
from tests.postgres import Cluster
from tests.raw import heard_of_others

pytestmark = pytest.mark.postgres

PASSWORD = "quiet lantern over harbour"
SAM_START = "seven copper kettles sing"
SAM_OWN = "violet staircase paper moon"


@pytest.fixture(scope="module")
def made(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """A clinic on the server with a director, made once and copied for each test."""
    root = tmp_path_factory.mktemp("made")
    clinic = Clinic(root / "clinic", root)
    with cluster.database() as name:
        practice.leave(clinic.found("Dana Director", PASSWORD, on_server.on(cluster, name)), clinic.devices)
        prefix = where_is(clinic).roles.prefix
        yield clinic
    cluster.drop_roles(prefix)


@pytest.fixture
def clinic(cluster: Cluster, made: Clinic, tmp_path: Path) -> Iterator[Clinic]:
    """A copy of the clinic for one test; of its roles only the director's is there before and after."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    copy = Clinic(folder, tmp_path, recovery_key=made.recovery_key)
    copy.store.kept.update(made.store.kept)
    name = on_server.copied(cluster, where_is(made), folder)
    before = cluster.roles(where_is(made).roles.prefix)
    yield copy
    copy.close()
    cluster.drop(name)
    for role in set(cluster.roles(where_is(made).roles.prefix)) - set(before):
        cluster.drop_roles(role)


def where_is(clinic: Clinic) -> Server:
    """The clinic's server."""
    found = server.read(clinic.folder)
    assert found is not None
    return found


def as_director(clinic: Clinic) -> practice.Opened:
    return clinic.sign_in("Dana Director", PASSWORD)


def add(clinic: Clinic, name: str, role: Role, start: str = SAM_START) -> UUID:
    """Let somebody in, as the director, who leaves again."""
    opened = as_director(clinic)
    user = users.add(opened.records, clinic.folder, name, role, start, secret=clinic.secret(), kdf=CHEAP)
    practice.leave(opened.records, clinic.devices)
    return user


def own_connection(cluster: Cluster, clinic: Clinic, keys: Keys) -> psycopg.Connection:
    """The connection somebody makes with their own role and without the program."""
    where = where_is(clinic)
    return on_server.connect(cluster, where, where.roles.person(keys.user), keys.server_password())


def a_patient(opened: practice.Opened, given: str, family: str) -> UUID:
    with opened.records.work(use_case="test") as work:
        return makers.patient(work, PersonName(None, given, family))


def noted_prefixes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the names of the roles begin with that are made from now on."""
    real, begun = founding.found, list[str]()

    def found(where: Server, admin: Admin, keys: Keys) -> None:
        begun.append(where.roles.prefix)
        real(where, admin, keys)

    monkeypatch.setattr(founding, "found", found)
    return begun


def test_a_new_practice_opens_as_its_director(clinic: Clinic) -> None:
    opened = as_director(clinic)
    assert opened.records.actor.role is Role.DIRECTOR
    assert opened.notices == ()
    assert run(opened.records, practice.facts).name == "Harbour Clinic"
    assert sorted(path.name for path in clinic.folder.iterdir()) == ["server-ca.pem", "server.json"]
    assert practice.labels(clinic.folder) == ("DD",)
    assert practice.is_practice(clinic.folder)


def test_wrong_name_and_wrong_password_sound_the_same(clinic: Clinic) -> None:
    for who, password in (("Dana Director", "not the password at all"), ("Nobody Here", PASSWORD)):
        with pytest.raises(WrongPassword, match=r"The name or the password is wrong\."):
            clinic.sign_in(who, password)
    for _ in range(3):
        with pytest.raises((WrongPassword, TooManyTries)):
            clinic.sign_in("DD", "not the password at all")
    clinic.late += timedelta(hours=1)
    assert as_director(clinic).records.actor.role is Role.DIRECTOR


def test_another_pc_is_enrolled_with_the_recovery_key(clinic: Clinic, tmp_path: Path) -> None:
    where = on_server.on_another_pc(where_is(clinic), tmp_path / "second")
    second = Clinic(where.ca.parent, where.ca.parent, MemoryStore(), recovery_key=clinic.recovery_key)
    with pytest.raises(NotEnrolled):
        second.sign_in("Dana Director", PASSWORD)
    with pytest.raises(CannotOpen, match="no director of this name"):
        second.recover("Dora Dunn", "a wholly new password here")
    opened = second.recover("Dana Director", "a wholly new password here")
    assert opened.records.actor.role is Role.DIRECTOR
    with pytest.raises(WrongPassword):
        as_director(clinic)
    clinic.late += timedelta(minutes=1)
    assert clinic.sign_in("DD", "a wholly new password here").records.actor.name == "Dana Director"
    second.close()


def test_two_pcs_see_each_other_s_work_and_need_each_other_gone_to_change_keys(
    clinic: Clinic, tmp_path: Path
) -> None:
    sam = add(clinic, "Sam Price", Role.RECEPTIONIST)
    first = as_director(clinic)
    where = on_server.on_another_pc(where_is(clinic), tmp_path / "second")
    second = Clinic(where.ca.parent, tmp_path, MemoryStore(dict(clinic.store.kept)))
    other = second.sign_in("Sam Price", SAM_START)
    assert other.records.actor.id == sam
    assert not heard_of_others(other.records)
    patient = a_patient(first, "Ada", "Byron")
    assert heard_of_others(other.records)
    assert [found.id for found in run(other.records, people.find, "byron", 5)] == [patient]
    with pytest.raises(Busy, match="Everybody else must sign out"):
        key_changes.change_device_secret(first.records, clinic.folder, clinic.devices)
    second.close()
    key_changes.change_device_secret(first.records, clinic.folder, clinic.devices)


def test_nobody_comes_in_while_keys_are_changed(clinic: Clinic) -> None:
    from practice_app.storage import presence

    opened = as_director(clinic)
    engine = opened.records.engine
    engine.dispose()
    with presence.alone(clinic.folder, engine), pytest.raises(Busy, match="keys are being changed"):
        as_director(clinic)
    assert as_director(clinic).notices == ()


def throw_everybody_out(cluster: Cluster, clinic: Clinic) -> None:
    with cluster.as_admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (where_is(clinic).database,),
        )


def test_a_lost_connection_takes_its_place_again(cluster: Cluster, clinic: Clinic) -> None:
    from practice_app.storage import presence

    opened = as_director(clinic)
    where = where_is(clinic)
    throw_everybody_out(cluster, clinic)
    with pytest.raises(CannotOpen, match="connection to the server was lost"):
        run(opened.records, practice.facts)
    assert run(opened.records, practice.facts).name == "Harbour Clinic"
    probe = server.engine_for(where, opened.records.keys)
    with pytest.raises(Busy), presence.alone(clinic.folder, probe):
        pass
    probe.dispose()


def test_looking_for_changes_says_nothing_odd_where_the_place_cannot_be_taken_again(
    cluster: Cluster, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_TRIED_AGAIN_AFTER", 0.0)
    opened = as_director(clinic)
    role = where_is(clinic).roles.person(opened.records.actor.id)
    assert not opened.records.changed_elsewhere()
    with cluster.as_admin() as admin:
        admin.execute(f'ALTER ROLE "{role}" CONNECTION LIMIT 1'.encode())
    throw_everybody_out(cluster, clinic)
    with pytest.raises(PracticeError):  # which the window holds back
        for _ in range(5):  # lost connections that wait to be used again come first
            opened.records.changed_elsewhere()
    with cluster.as_admin() as admin:
        admin.execute(f'ALTER ROLE "{role}" CONNECTION LIMIT -1'.encode())
    assert opened.records.changed_elsewhere()


def test_a_receptionist_works_and_their_role_reads_no_sealed_column(cluster: Cluster, clinic: Clinic) -> None:
    add(clinic, "Sam Price", Role.RECEPTIONIST)
    opened = clinic.sign_in("Sam Price", SAM_START)
    assert opened.must_change_password
    users.change_password(
        opened.records, clinic.folder, SAM_START, SAM_OWN, secret=clinic.secret(), kdf=CHEAP
    )
    assert a_patient(opened, "Ada", "Byron") is not None
    with own_connection(cluster, clinic, opened.records.keys) as connection:
        connection.execute("SELECT id, signed_at FROM note")
        for refused in (
            "SELECT body_sealed FROM note",
            "SELECT * FROM note",
            "SELECT text_sealed FROM letter",
            "SELECT content_sealed FROM subject_access_bundle",
            "SELECT clinical_sealed FROM form_draft",
            "SELECT title_sealed FROM document",
            "UPDATE note SET signed_at = NULL",
            "DELETE FROM note",
            "UPDATE user_account SET role = 'director'",
            "UPDATE audit_event SET action = 'nothing'",
            "DELETE FROM audit_event",
            "TRUNCATE audit_event",
            "DELETE FROM checkpoint",
            "DELETE FROM consent",
            "UPDATE consent SET decided_on = NULL",
            "UPDATE vault SET roster_mac = ''",
            "UPDATE practice SET reception_reads_letters = true",
            "ALTER TABLE audit_event DISABLE TRIGGER ALL",
            "DROP TABLE note",
            "CREATE TABLE mine (word text)",
            "CREATE TEMPORARY TABLE audit_event (word text)",
            "COPY note TO PROGRAM 'cat'",
            "UPDATE alembic_version SET version_num = '9999'",
        ):
            with pytest.raises(
                (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn)
            ) as told:
                connection.execute(refused.encode())
            assert isinstance(told.value, psycopg.errors.InsufficientPrivilege), refused


def test_nobody_writes_to_the_log_in_another_name(cluster: Cluster, clinic: Clinic) -> None:
    add(clinic, "Sam Price", Role.RECEPTIONIST)
    opened = clinic.sign_in("Sam Price", SAM_START)
    director = as_director(clinic).records.actor.id
    forged = (
        "INSERT INTO audit_event SELECT seq + 1000, at, %s, role, pc, use_case, action, kind, record_id, "
        "row_version, fields, count, reason_code, result, mac FROM audit_event ORDER BY seq DESC LIMIT 1"
    )
    with own_connection(cluster, clinic, opened.records.keys) as connection:
        columns = connection.execute("SELECT * FROM audit_event LIMIT 0").description
        assert columns is not None
        names = [column.name for column in columns]
        listed = ", ".join(names)
        chosen = ", ".join({"seq": "seq + 1000", "user_id": "%s"}.get(name, name) for name in names)
        forged = f"INSERT INTO audit_event ({listed}) SELECT {chosen} FROM audit_event ORDER BY seq LIMIT 1"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another name"):
            connection.execute(forged.encode(), (director,))
        connection.execute(forged.encode(), (opened.records.actor.id,))  # which a check shows


def test_nobody_says_in_another_name_that_an_item_was_moved(cluster: Cluster, clinic: Clinic) -> None:
    """The locks on consents and disclosures believe it."""
    add(clinic, "Sam Price", Role.RECEPTIONIST)
    opened = clinic.sign_in("Sam Price", SAM_START)
    director = as_director(clinic).records.actor.id
    moved = (
        "INSERT INTO moved_away (id, version, person_id, kind, moved_at, moved_by_id) "
        "SELECT gen_random_uuid(), 1, id, 'consent', now(), %s FROM person LIMIT 1"
    )
    with own_connection(cluster, clinic, opened.records.keys) as connection:
        connection.execute(moved.encode(), (opened.records.actor.id,))
        for forged in (moved, "UPDATE moved_away SET moved_by_id = %s"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="another name"):
                connection.execute(forged.encode(), (director,))


def test_not_even_a_director_alters_the_log(cluster: Cluster, clinic: Clinic) -> None:
    opened = as_director(clinic)
    with own_connection(cluster, clinic, opened.records.keys) as connection:
        for refused in ("UPDATE audit_event SET action = 'nothing'", "DELETE FROM audit_event"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused.encode())


def test_users_come_change_and_go(cluster: Cluster, clinic: Clinic) -> None:
    sam = add(clinic, "Sam Price", Role.RECEPTIONIST)
    role = where_is(clinic).roles.person(sam)
    assert on_server.groups_of(cluster, role) == {"receptionist"}
    sams = clinic.sign_in("Sam Price", SAM_START)
    director = as_director(clinic)
    users.set_role(director.records, clinic.folder, sam, Role.THERAPIST)
    assert on_server.groups_of(cluster, role) == {"clinician"}
    users.reset_password(director.records, clinic.folder, sam, SAM_OWN, secret=clinic.secret(), kdf=CHEAP)
    users.disable(director.records, clinic.folder, sam)
    assert not on_server.can_sign_in(cluster, role)
    with pytest.raises(PracticeError):
        run(sams.records, practice.facts)
    with pytest.raises(WrongPassword):
        clinic.sign_in("Sam Price", SAM_OWN)
    users.enable(director.records, clinic.folder, sam, SAM_START, secret=clinic.secret(), kdf=CHEAP)
    assert clinic.sign_in("Sam Price", SAM_START).records.actor.role is Role.THERAPIST


def test_whose_role_was_shut_on_the_server_is_told_so(cluster: Cluster, clinic: Clinic) -> None:
    sam = add(clinic, "Sam Price", Role.THERAPIST)
    with cluster.as_admin() as admin:
        admin.execute(f'ALTER ROLE "{where_is(clinic).roles.person(sam)}" NOLOGIN'.encode())
    with pytest.raises(CannotOpen, match="You can no longer sign in"):
        clinic.sign_in("Sam Price", SAM_START)


def check(clinic: Clinic, opened: practice.Opened) -> backups.Checked:
    return backups.check(opened.records, clinic.folder, devices=clinic.devices, progress=Progress())


def test_a_check_finds_a_sound_practice_sound_whoever_asks(clinic: Clinic) -> None:
    add(clinic, "Sam Price", Role.RECEPTIONIST)
    add(clinic, "Tess Moor", Role.THERAPIST, SAM_OWN)
    for who, password in (
        ("Dana Director", PASSWORD),
        ("Sam Price", SAM_START),
        ("Tess Moor", SAM_OWN),
    ):
        checked = check(clinic, clinic.sign_in(who, password))
        assert checked.problems == ()
        assert checked.on_server
        assert not checked.password_only
        assert checked.audit_entries > 3
        assert not any("log_statement" in each or "log_error_verbosity" in each for each in checked.advice)


@pytest.mark.parametrize(
    ("done", "says"),
    [
        ("ALTER TABLE audit_event DISABLE TRIGGER audit_event_is_kept", "lock on “audit_event” is off"),
        ("DROP TRIGGER consent_is_kept ON consent", "lock on “consent” is off"),
        ('GRANT SELECT ON note TO "{receptionist}"', "may read what is sealed in “note”"),
        ('GRANT DELETE ON audit_event TO "{director}"', "may alter the log"),
        (
            "GRANT SELECT ON person TO PUBLIC",
            "on the server: everybody",
        ),
        ("GRANT SELECT (given) ON person TO pg_monitor", "on the server: pg_monitor"),
        ("GRANT CONNECT ON DATABASE {database} TO PUBLIC", "on the server: everybody"),
    ],
    ids=["lock off", "lock gone", "sealed", "log", "everybody", "a column", "the database"],
)
def test_a_check_finds_what_was_loosened(cluster: Cluster, clinic: Clinic, done: str, says: str) -> None:
    where = where_is(clinic)
    receptionist, _, director = where.roles.groups
    with cluster.as_admin(where.database) as admin:
        admin.execute(
            done.format(receptionist=receptionist, director=director, database=where.database).encode()
        )
    problems = check(clinic, as_director(clinic)).problems
    assert len(problems) == 1
    assert says in problems[0]


def test_a_check_finds_people_who_do_not_belong(cluster: Cluster, clinic: Clinic) -> None:
    sam = add(clinic, "Sam Price", Role.RECEPTIONIST)
    where = where_is(clinic)
    role = where.roles.person(sam)
    ghost = where.roles.person(UUID(int=7))
    with cluster.as_admin(where.database) as admin:
        admin.execute(f'GRANT "{where.roles.groups[2]}" TO "{role}"'.encode())
        admin.execute(f'CREATE ROLE "{ghost}" LOGIN SUPERUSER'.encode())
    problems = check(clinic, as_director(clinic)).problems
    assert [each for each in problems if "other rights on the server" in each and role in each]
    assert [each for each in problems if "no key slot" in each and ghost in each]
    assert [each for each in problems if "may do more on the server" in each and ghost in each]
    with cluster.as_admin(where.database) as admin:
        admin.execute(f'DROP ROLE "{ghost}"'.encode())
        admin.execute(f'REVOKE "{where.roles.groups[2]}" FROM "{role}"'.encode())
        admin.execute(f'ALTER ROLE "{role}" NOLOGIN'.encode())
    problems = check(clinic, as_director(clinic)).problems
    assert len(problems) == 1
    assert "cannot sign in on the server" in problems[0]


def test_a_check_finds_links_to_nothing_and_an_altered_log(cluster: Cluster, clinic: Clinic) -> None:
    opened = as_director(clinic)
    patient = a_patient(opened, "Ada", "Byron")
    with cluster.as_admin(where_is(clinic).database) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute("DELETE FROM person WHERE id = %s", (patient,))
        admin.execute("UPDATE audit_event SET pc = 'elsewhere' WHERE seq = 2")
    problems = check(clinic, opened).problems
    assert "broken link in patient" in problems
    assert "an entry was altered (entry 2)" in problems


def test_both_keys_are_changed_without_a_copy_and_everybody_comes_in_again(
    cluster: Cluster, clinic: Clinic
) -> None:
    add(clinic, "Tess Moor", Role.THERAPIST)
    director = as_director(clinic)
    patient = a_patient(director, "Ada", "Byron")
    with director.records.work(use_case="test") as work:
        note = makers.note(work, [patient], "Slept better.")
    before = read_slots(clinic.folder)
    changed = key_changes.change_keys(director.records, clinic.folder, progress=Progress())
    clinic.opened.append(changed.records)
    assert changed.notices == ("The keys were changed.",)
    after = read_slots(clinic.folder)
    assert after.dek_id != before.dek_id
    assert changed.records.keys.newest_ck[0] == 2
    assert run(changed.records, notes.open_note, note, patient).text == "Slept better."
    checked = backups.check(changed.records, clinic.folder, devices=clinic.devices, progress=Progress())
    assert checked.problems == ()
    assert run(changed.records, key_changes.minutes_needed, clinic.folder) == 1
    tess = clinic.sign_in("Tess Moor", SAM_START)
    assert tess.records.keys.newest_ck[0] == 2
    assert sorted(path.name for path in clinic.folder.iterdir()) == ["server-ca.pem", "server.json"]
    second = clinic.recover("Dana Director", "a wholly new password here")
    assert second.records.actor.role is Role.DIRECTOR


def test_an_error_shows_no_value(clinic: Clinic) -> None:
    opened = as_director(clinic)
    statement = select(func.count()).select_from(AuditEvent)
    with opened.records.work(writes=False) as work:
        assert work.first(statement)
    with (
        pytest.raises(Exception, match="refused a statement") as told,
        opened.records.work(use_case="test") as work,
    ):
        first = makers.patient(work, PersonName(None, "Ada", "Byron"))
        work.connection().exec_driver_sql("INSERT INTO patient SELECT * FROM patient WHERE id = %s", (first,))
    shown = [str(told.value)]
    error: BaseException | None = told.value
    while error is not None:
        shown.append(repr(error))
        error = error.__cause__ or error.__context__
    assert str(first) not in " ".join(shown)
    assert "Byron" not in " ".join(shown)


def test_a_newer_schema_is_left_alone(cluster: Cluster, clinic: Clinic) -> None:
    with cluster.as_admin(where_is(clinic).database) as admin:
        admin.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CannotOpen, match="newer version of the program"):
        as_director(clinic)


def test_whoever_leaves_a_server_that_is_gone_leaves_nothing_in_a_log(
    cluster: Cluster, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    opened = as_director(clinic)
    throw_everybody_out(cluster, clinic)
    opened.records.close()
    assert caplog.text == ""


def test_a_database_that_is_gone_and_a_server_that_is_off(clinic: Clinic) -> None:
    where, path = where_is(clinic), clinic.folder / "server.json"
    path.unlink()
    (clinic.folder / "server-ca.pem").unlink()
    server.write(clinic.folder, replace(where, database="nothing_here"), b"")
    with pytest.raises(CannotOpen, match="certificate of the server's authority cannot be read"):
        practice.labels(clinic.folder)


def test_what_fails_half_way_leaves_nothing(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise CannotOpen("the tables could not be made")

    begun = noted_prefixes(monkeypatch)
    monkeypatch.setattr(founding, "make_tables", refuse)
    clinic = Clinic(tmp_path / "clinic", tmp_path)
    with cluster.database() as name:
        with pytest.raises(CannotOpen, match="could not be made"):
            clinic.found("Dana Director", PASSWORD, on_server.on(cluster, name))
        assert [cluster.roles(prefix) for prefix in begun] == [[]]
        assert not clinic.folder.exists()
        assert not any(tmp_path.glob(".making*"))
        monkeypatch.undo()
        clinic.found("Dana Director", PASSWORD, on_server.on(cluster, name)).close()  # the database is empty
        where = where_is(clinic)
        assert len(cluster.roles(where.roles.prefix)) == 7
        founding.dissolve(where, on_server.admin_of(cluster))
        assert cluster.roles(where.roles.prefix) == []


def test_a_key_store_that_fails_takes_it_all_back(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked(MemoryStore):
        def write(self, name: str, text: str) -> None:
            raise CannotOpen("the key store is locked")

    begun = noted_prefixes(monkeypatch)
    clinic = Clinic(tmp_path / "clinic", tmp_path, Locked())
    with cluster.database() as name, pytest.raises(CannotOpen, match="is locked"):
        clinic.found("Dana Director", PASSWORD, on_server.on(cluster, name))
    assert [cluster.roles(prefix) for prefix in begun] == [[]]
    assert not clinic.folder.exists()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": "postgresql://me:secret@localhost/x"}, "Leave user and password out"),
        ({"address": "localhost/x"}, "postgresql://name:port/database"),
        ({"authority": Path("/nowhere.pem")}, "There is no file"),
        ({"admin": Admin("nobody", "no password")}, "does not accept this name and password of its admin"),
    ],
)
def test_a_server_that_will_not_do_is_refused_before_anything_is_made(
    cluster: Cluster, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    clinic = Clinic(tmp_path / "clinic", tmp_path)
    with cluster.database() as name, pytest.raises((Invalid, CannotOpen), match=says):
        clinic.found("Dana Director", PASSWORD, replace(on_server.on(cluster, name), **change))
    assert not clinic.folder.exists()


def test_an_admin_who_may_make_roles_and_owns_the_database_is_enough(
    cluster: Cluster, tmp_path: Path
) -> None:
    admin = Admin(f"maker_{secrets.token_hex(4)}", "a maker of roles")
    with cluster.database() as name:
        with cluster.as_admin() as connection:
            connection.execute(
                f"CREATE ROLE {admin.name} LOGIN CREATEROLE PASSWORD '{admin.password}'".encode()
            )
            connection.execute(f'ALTER DATABASE "{name}" OWNER TO {admin.name}'.encode())
        clinic = Clinic(tmp_path / "clinic", tmp_path)
        on = replace(on_server.on(cluster, name), admin=admin)
        opened = clinic.found("Dana Director", PASSWORD, on)
        users.add(
            opened,
            clinic.folder,
            "Sam Price",
            Role.RECEPTIONIST,
            SAM_START,
            secret=clinic.secret(),
            kdf=CHEAP,
        )
        practice.leave(opened, clinic.devices)
        sam = clinic.sign_in("Sam Price", SAM_START)
        assert check(clinic, sam).problems == ()
        clinic.close()
        where = where_is(clinic)
        practice.throw_away(clinic.folder, on)
        assert cluster.roles(where.roles.prefix) == []
        assert not clinic.folder.exists()
    cluster.drop_roles(admin.name)


def test_no_practice_on_a_server_by_passwords_alone(cluster: Cluster, tmp_path: Path) -> None:
    with cluster.database() as name, pytest.raises(Invalid, match="key store of each PC"):
        practice.create(
            tmp_path / "clinic",
            name="Harbour Clinic",
            director="Dana Director",
            password=PASSWORD,
            devices=None,
            on=on_server.on(cluster, name),
        )


def test_other_databases_people_do_not_come_in(cluster: Cluster, clinic: Clinic) -> None:
    with cluster.as_admin() as admin:
        admin.execute("CREATE ROLE pa_stranger LOGIN PASSWORD 'a stranger'")
    try:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            on_server.connect(cluster, where_is(clinic), "pa_stranger", "a stranger")
    finally:
        cluster.drop_roles("pa_stranger")
