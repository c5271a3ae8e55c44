"""The tests' own server: reached only by whoever knows it and proves it."""

import psycopg
import pytest

from tests.postgres import Cluster

pytestmark = pytest.mark.postgres


def test_the_admin_is_let_in_over_tls_with_scram(cluster: Cluster) -> None:
    with cluster.as_admin() as connection:
        (encryption,) = connection.execute("SHOW password_encryption").fetchone() or ("",)
        assert encryption == "scram-sha-256"
        assert connection.pgconn.ssl_in_use


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"sslmode": "disable"}, "no encryption"),
        ({"password": "not this one"}, "password authentication failed"),
        ({"host": "elsewhere.invalid", "hostaddr": "127.0.0.1"}, "does not match host name"),
    ],
)
def test_nobody_else_is(cluster: Cluster, changed: dict[str, str], said: str) -> None:
    asked = {
        "host": cluster.host, "port": cluster.port, "dbname": "postgres", "user": cluster.admin,
        "password": cluster.password, **cluster.connect_args, "channel_binding": "prefer",
    }  # fmt: skip
    with pytest.raises(psycopg.OperationalError, match=said):
        psycopg.connect(**(asked | changed)).close()


def test_each_test_gets_a_copy_and_leaves_nothing(cluster: Cluster) -> None:
    with cluster.database() as template:
        with cluster.as_admin(template) as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('here')")
        with cluster.database(template) as copy, cluster.as_admin(copy) as connection:
            assert connection.execute("SELECT word FROM kept").fetchall() == [("here",)]
    with cluster.as_admin() as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database WHERE datname IN (%s, %s)", (template, copy)
        ).fetchall()
    assert left == []
