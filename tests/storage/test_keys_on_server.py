"""Key slots on a PostgreSQL server: one document, the roles that follow from it, and who reads what."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from practice_app.errors import Busy, CannotOpen, Defect, Invalid, NotAllowed, NotEnrolled, WrongPassword
from practice_app.storage import founding, server
from practice_app.storage.keys import (
    Holds,
    add_user,
    change_password,
    open_with_recovery,
    read_slots,
    remove_user,
    reset_password,
    set_holds,
    slots_store,
    slots_table,
)
from practice_app.storage.server import Server
from tests import on_server
from tests.postgres import Cluster
from tests.storage import sample_keys
from tests.storage.sample_keys import RECEPTIONIST_PASSWORD, Sample

pytestmark = pytest.mark.postgres


@pytest.fixture
def where(cluster: Cluster, tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "practice"
    folder.mkdir()
    with on_server.room(cluster, folder) as made:
        yield made


@pytest.fixture
def sample(cluster: Cluster, where: Server) -> Sample:
    return on_server.with_keys(cluster, where)


def test_everybody_signs_in_with_keys_from_the_table(where: Server, sample: Sample) -> None:
    assert sorted(path.name for path in sample.folder.iterdir()) == ["server-ca.pem", "server.json"]
    assert sample.as_director().ak is not None
    assert sample.as_therapist().ck is not None
    assert sample.as_receptionist().ck is None
    assert read_slots(sample.folder).seq == 3
    with pytest.raises(WrongPassword):
        sample.sign_in(sample.receptionist, "another pass word")


def test_another_pc_needs_the_device_secret_too(where: Server, sample: Sample, tmp_path: Path) -> None:
    elsewhere = on_server.on_another_pc(where, tmp_path / "second").ca.parent
    assert replace(sample, folder=elsewhere).as_receptionist().user == sample.receptionist
    with pytest.raises(NotEnrolled):
        replace(sample, folder=elsewhere, secret=None).as_receptionist()
    with pytest.raises(NotEnrolled):
        replace(sample, folder=elsewhere, secret=bytearray(16)).as_receptionist()


def test_without_a_key_store_there_is_no_practice_on_a_server(cluster: Cluster, where: Server) -> None:
    folder = where.ca.parent

    def make_room(keys: object) -> None:
        founding.found(where, on_server.admin_of(cluster), keys)  # type: ignore[arg-type]

    with pytest.raises(NotAllowed, match="key store of each PC"):
        sample_keys.make(folder, device=False, vault=where.vault, make_room=make_room)
    with pytest.raises(CannotOpen, match="missing on the server"):
        read_slots(folder)


def test_each_person_has_a_role_of_their_own_in_one_group(
    cluster: Cluster, where: Server, sample: Sample
) -> None:
    for keys, group in (
        (sample.as_director(), "director"),
        (sample.as_therapist(), "clinician"),
        (sample.as_receptionist(), "receptionist"),
    ):
        role = where.roles.person(keys.user)
        assert on_server.groups_of(cluster, role) == {group}
        with on_server.connect(cluster, where, role, keys.server_password()) as connection:
            assert connection.execute("SELECT session_user").fetchone() == (role,)
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            on_server.connect(cluster, where, role, sample.as_director().owner_password())


def test_the_sign_in_role_reads_the_slots_and_nothing_else(
    cluster: Cluster, where: Server, sample: Sample
) -> None:
    with cluster.as_admin(where.database) as connection:
        connection.execute("CREATE TABLE public.secrets (word text)")
        connection.execute(f'ALTER TABLE public.secrets OWNER TO "{where.roles.owner}"')
    role, password = where.roles.signin, where.signin_password
    with on_server.connect(cluster, where, role, password) as connection:
        assert connection.execute("SELECT seq FROM practice_keys.key_slots").fetchone() == (3,)
        for refused in (
            "UPDATE practice_keys.key_slots SET doc = ''",
            "DELETE FROM practice_keys.key_slots",
            "INSERT INTO practice_keys.key_slots VALUES (2, 1, '')",
            "SELECT * FROM public.secrets",
            "CREATE TABLE public.mine (word text)",
            "CREATE TEMPORARY TABLE mine (word text)",
            f"SELECT practice_keys.shut_out('{sample.receptionist}')",
            f'SET ROLE "{where.roles.owner}"',
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused.encode())


def test_a_receptionist_lets_nobody_in_and_puts_no_older_slots_back(
    cluster: Cluster, where: Server, sample: Sample
) -> None:
    keys = sample.as_receptionist()
    verifier = "SCRAM-SHA-256$4096:YQ==$YQ==:YQ=="
    with on_server.connect(
        cluster, where, where.roles.person(keys.user), keys.server_password()
    ) as connection:
        for refused in (
            f"SELECT practice_keys.let_in('{keys.user}', '{where.roles.groups[2]}', '{verifier}')",
            f"SELECT practice_keys.shut_out('{sample.director}')",
            "UPDATE practice_keys.key_slots SET doc = '', seq = 2",
            "DELETE FROM practice_keys.key_slots",
            f'GRANT "{where.roles.groups[2]}" TO "{where.roles.person(keys.user)}"',
            f'SET ROLE "{where.roles.keeper}"',
            "CREATE ROLE another LOGIN",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused.encode())


def test_not_even_the_owner_makes_other_roles(cluster: Cluster, where: Server, sample: Sample) -> None:
    verifier = "SCRAM-SHA-256$4096:YQ==$YQ==:YQ=="
    password = sample.as_director().owner_password()
    with on_server.connect(cluster, where, where.roles.owner, password) as connection:
        for refused in (
            f"SELECT practice_keys.let_in('{sample.director}', 'pg_read_server_files', '{verifier}')",
            f"SELECT practice_keys.let_in('{sample.director}', NULL, '{verifier}')",
            f"SELECT practice_keys.let_in('{sample.director}', '{where.roles.groups[2]}', 'plain')",
            f"SELECT practice_keys.let_in('{sample.director}', '{where.roles.groups[2]}', NULL)",
            "CREATE ROLE another LOGIN",
            f'SET ROLE "{where.roles.keeper}"',
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(refused.encode())


def test_who_is_removed_is_out_at_once_and_comes_back_with_the_same_key(
    cluster: Cluster, where: Server, sample: Sample
) -> None:
    keys, director = sample.as_receptionist(), sample.as_director()
    role, password = where.roles.person(keys.user), keys.server_password()
    open_session = on_server.connect(cluster, where, role, password)
    remove_user(sample.folder, director, sample.receptionist)
    with pytest.raises(psycopg.OperationalError):
        open_session.execute("SELECT 1")
    open_session.close()
    with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
        on_server.connect(cluster, where, role, password)
    assert on_server.groups_of(cluster, role) == set()
    add_user(
        sample.folder,
        director,
        user=sample.receptionist,
        name="Rae Receptionist",
        holds=Holds.RECORDS,
        password="another start password",
        device_secret=sample.secret,
        kdf=sample_keys.CHEAP,
    )
    on_server.connect(cluster, where, role, password).close()
    assert on_server.groups_of(cluster, role) == {"receptionist"}


def test_other_keys_are_another_group(cluster: Cluster, where: Server, sample: Sample) -> None:
    role = where.roles.person(sample.receptionist)
    set_holds(sample.folder, sample.as_director(), sample.receptionist, Holds.CLINICAL)
    assert on_server.groups_of(cluster, role) == {"clinician"}
    set_holds(sample.folder, sample.as_director(), sample.receptionist, Holds.RECORDS)
    assert on_server.groups_of(cluster, role) == {"receptionist"}


def test_one_s_own_password_is_changed_as_oneself(cluster: Cluster, where: Server, sample: Sample) -> None:
    keys = sample.as_receptionist()
    new = "a new password of mine"
    change_password(sample.folder, keys, RECEPTIONIST_PASSWORD, new, sample.secret, sample_keys.CHEAP)
    assert sample.sign_in(sample.receptionist, new).user == sample.receptionist
    with pytest.raises(WrongPassword):
        sample.as_receptionist()
    on_server.connect(cluster, where, where.roles.person(keys.user), keys.server_password()).close()


def test_the_recovery_key_puts_everybody_s_role_right(
    cluster: Cluster, where: Server, sample: Sample, tmp_path: Path
) -> None:
    with cluster.as_admin() as connection:
        for user in (sample.director, sample.receptionist):
            connection.execute(f'ALTER ROLE "{where.roles.person(user)}" NOLOGIN'.encode())
    elsewhere = on_server.on_another_pc(where, tmp_path / "second").ca.parent
    recovered = open_with_recovery(elsewhere, sample.recovery_key)
    assert recovered.device_secret == sample.secret
    reset_password(
        elsewhere, recovered, sample.director, "brand new passwords", recovered.device_secret,
        sample_keys.CHEAP,
    )  # fmt: skip
    assert on_server.can_sign_in(cluster, where.roles.person(sample.director))
    assert on_server.can_sign_in(cluster, where.roles.person(sample.receptionist))


def test_what_is_not_proved_is_not_written_and_lets_nobody_in(
    cluster: Cluster, where: Server, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_slots(sample.folder)

    def refuse(*_args: object) -> None:
        raise Defect("does not open")

    monkeypatch.setattr("practice_app.storage.keys.slots.prove_opens", refuse)
    director, newcomer = sample.as_director(), sample_keys.uuid4()
    with pytest.raises(Defect, match="does not open"):
        add_user(
            sample.folder, director, user=newcomer, name="New Comer", holds=Holds.ADMIN,
            password="a start password", device_secret=sample.secret, kdf=sample_keys.CHEAP,
        )  # fmt: skip
    assert read_slots(sample.folder) == before
    assert where.roles.person(newcomer) not in cluster.roles(where.roles.prefix)


def test_two_who_write_at_once(sample: Sample) -> None:
    director = sample.as_director()
    with slots_store.writing(sample.folder, director), pytest.raises(Busy):
        remove_user(sample.folder, sample.as_director(), sample.receptionist)
    remove_user(sample.folder, director, sample.receptionist)


def test_slots_that_were_altered_are_refused(cluster: Cluster, where: Server, sample: Sample) -> None:
    def put(tree: dict[str, object]) -> None:
        with cluster.as_admin(where.database) as connection:
            connection.execute(
                "UPDATE practice_keys.key_slots SET doc = %s, seq = seq + 1", (sample_keys.dumped(tree),)
            )

    with cluster.as_admin(where.database) as connection:
        row = connection.execute("SELECT doc FROM practice_keys.key_slots").fetchone()
    assert row is not None
    tree = json.loads(row[0])
    put({**tree, "device": False})
    with pytest.raises(CannotOpen, match="another practice's"):
        sample.as_receptionist()
    put({**tree, "seq": 99})
    with pytest.raises(CannotOpen, match="altered"):
        sample.as_receptionist()
    put({**tree, "vault": str(sample_keys.uuid4())})
    with pytest.raises(CannotOpen, match="another practice's"):
        read_slots(sample.folder)
    put({})
    with pytest.raises(CannotOpen, match="damaged"):
        read_slots(sample.folder)
    put(tree)
    assert sample.as_receptionist().user == sample.receptionist


def test_a_practice_that_went_wrong_leaves_nothing(cluster: Cluster, where: Server, sample: Sample) -> None:
    assert len(cluster.roles(where.roles.prefix)) == 9
    founding.dissolve(where, on_server.admin_of(cluster))
    assert cluster.roles(where.roles.prefix) == []
    with cluster.as_admin(where.database) as connection:
        found = connection.execute("SELECT count(*) FROM pg_namespace WHERE nspname = 'practice_keys'")
        assert found.fetchone() == (0,)
    founding.dissolve(where, on_server.admin_of(cluster))  # a second time is fine


def test_a_database_with_something_in_it_is_left_alone(cluster: Cluster, where: Server) -> None:
    with cluster.as_admin(where.database) as connection:
        connection.execute("CREATE TABLE theirs (word text)")
    with pytest.raises(Invalid, match="not empty"):
        on_server.with_keys(cluster, where)
    assert cluster.roles(where.roles.prefix) == []


def test_an_admin_who_is_none_is_told_so(cluster: Cluster, where: Server, sample: Sample) -> None:
    keys = sample.as_director()
    nobody = founding.Admin(where.roles.person(keys.user), keys.server_password())
    with pytest.raises((CannotOpen, Invalid)):
        founding.found(where, nobody, keys)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"port": 1}, "cannot be reached"),
        ({"host": "elsewhere.invalid"}, "not known in this network"),
        ({"database": "nothing_here"}, "no database of this name"),
        ({"signin_password": "an old one"}, "does not accept this sign-in"),
    ],
)
def test_why_a_server_is_not_reached_is_said_in_words(
    where: Server, sample: Sample, change: dict[str, object], says: str
) -> None:
    with pytest.raises(CannotOpen, match=says) as refused:
        slots_table.read(replace(where, **change))  # type: ignore[arg-type]
    assert where.signin_password not in str(refused.value)
    assert "an old one" not in repr(refused.value.__cause__)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('authentication method requirement "scram-sha-256" failed: server requested a cleartext password',
         "asks for passwords in an unsafe way"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "x", database "y", SSL encryption',
         "does not let this PC in"),
        ('FATAL:  database "y" is not currently accepting connections', "did not let this PC in"),
        ("Connection refused", "cannot be reached"),
    ],
)  # fmt: skip
def test_a_server_that_answered_is_not_said_to_be_out_of_reach(text: str, says: str) -> None:
    """The driver begins every one of its sentences with the connection that failed."""
    whole = f'connection failed: connection to server at "10.0.0.1", port 5432 failed: {text}'
    assert says in str(server.refused(whole))


def test_another_authority_is_not_believed(where: Server, tmp_path: Path) -> None:
    import datetime as dt

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Another")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    other = tmp_path / "other.pem"
    other.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    with pytest.raises(CannotOpen, match="authority this practice trusts"):
        slots_table.read(replace(where, ca=other))
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    with pytest.raises(CannotOpen, match="certificate of the server's authority cannot be read"):
        slots_table.read(replace(where, ca=nonsense))


def test_a_server_by_another_name_is_not_believed(where: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOSTADDR", "127.0.0.1")
    with pytest.raises(CannotOpen, match="another server name"):
        slots_table.read(replace(where, host="elsewhere.invalid"))


def test_the_server_file_is_read_back_and_private(where: Server) -> None:
    folder = where.ca.parent
    assert server.read(folder) == where
    assert "signin" not in repr(where) or where.signin_password not in repr(where)
    for name in ("server.json", "server-ca.pem"):
        assert (folder / name).stat().st_mode & 0o077 == 0
    (folder / "server-ca.pem").unlink()
    with pytest.raises(CannotOpen, match="missing beside"):
        server.read(folder)
