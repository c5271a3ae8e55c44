"""A practice on a server: what it refuses is a sentence, and nothing of anybody goes on in an error."""

import logging
import socket
import traceback
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, func, insert, select, text

from practice_app.errors import Busy, CannotOpen, Defect, Invalid, NotAllowed, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.people import Patient, Person
from practice_app.rules.permissions import Role
from practice_app.services import people
from practice_app.storage import checkpoints
from practice_app.storage.engine import spoken_errors
from practice_app.storage.keys import Keys
from practice_app.storage.postgres import LOG, open_server
from practice_app.storage.reading import Statement
from practice_app.storage.records import Records
from tests import makers
from tests.conftest import Opener
from tests.cut_line import Line, line_to
from tests.postgres import Cluster
from tests.raw import as_owner, heard_of_others
from tests.server_practice import ServerPractice

pytestmark = pytest.mark.postgres


@pytest.fixture
def store() -> str:
    """Every test here is about the server."""
    return "postgres"


def told(error: BaseException) -> str:
    """Everything a log would show of an error, with what it came from."""
    return "".join(traceback.format_exception(error))


def test_a_clash_says_which_rule_and_never_whose_number(records: Records) -> None:
    with records.work(use_case="test.add") as work:
        makers.patient(work, number=7_654_321)
    with pytest.raises(Defect) as caught, records.work(use_case="test.add") as work:
        makers.patient(work, number=7_654_321)
    assert "uq_patient_number" in told(caught.value)
    assert "7654321" not in told(caught.value)
    assert "Holloway" not in told(caught.value)


def test_what_was_typed_wrongly_is_not_repeated(records: Records) -> None:
    typed = "".join(["Secret", "name"])  # so that this line does not hold it
    with pytest.raises(Defect) as caught, spoken_errors(), as_owner(records) as connection:
        connection.execute(text("SELECT CAST(:it AS integer)"), {"it": typed})
    assert typed not in told(caught.value)


def test_nothing_of_anybody_reaches_the_log(records: Records, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    assert records.engine.hide_parameters
    with records.work(use_case="test.add") as work:
        makers.patient(work)
    assert "Holloway" not in caplog.text


def test_a_text_that_is_too_long_is_said(records: Records) -> None:
    with pytest.raises(Invalid, match="longer") as caught, records.work(use_case="test.add") as work:
        makers.patient(work, safety_line="x" * 501)
    assert "xxx" not in told(caught.value)


def test_a_character_no_server_keeps_is_said(records: Records) -> None:
    with pytest.raises(Invalid, match="invisible"), records.work(use_case="test.add") as work:
        makers.patient(work, safety_line="Never\0ring")


def test_what_a_role_may_not_do_is_said(server: ServerPractice, cluster: Cluster, records: Records) -> None:
    password = "Only-for-this-test"
    role = f"test_stranger_{uuid4().hex[:8]}"
    with cluster.as_admin(server.database) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'")
    try:
        engine = open_server(cluster.url(server.database, role, password), cluster.connect_args)
        with pytest.raises(NotAllowed), spoken_errors(), engine.connect() as connection:
            connection.execute(select(Person.id))
        engine.dispose()
    finally:
        with cluster.as_admin(server.database) as admin:
            admin.execute(f"DROP ROLE {role}")


def test_a_lock_that_is_waited_for_in_vain_is_busy(open_as: Opener) -> None:
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    with theirs.work(use_case="test.slow") as slow:
        makers.patient(slow)
        with pytest.raises(Busy), mine.work(use_case="test", waits=False):
            pass
        with mine.work(writes=False) as reading:  # whoever reads waits for nobody
            assert reading.select(select(Patient)) == []
    with mine.work(use_case="test", waits=False) as work:
        assert work.first(select(func.count()).select_from(Patient)) == 1


def test_a_record_is_opened_while_somebody_saves_for_long_and_the_viewing_is_logged(open_as: Opener) -> None:
    """An import of a minute on one PC must not close the records on all the others."""
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    with theirs.work(use_case="test.add") as work:
        patient = makers.patient(work)
    with theirs.work(use_case="test.slow") as slow:
        makers.patient(slow)
        with mine.work(only_views=True, use_case="people.open_record", waits=False) as work:
            people.open_record(work, patient)
        with mine.work(writes=False) as reading:
            newest = reading.first(select(AuditEvent).order_by(AuditEvent.seq.desc()))
            assert (newest.action, newest.record_id) == ("viewed", patient)
    with mine.work(writes=False) as reading:
        assert checkpoints.verify(reading) == ()
        newest = reading.first(select(AuditEvent).order_by(AuditEvent.seq.desc()))
        assert newest.use_case == "test.slow"


def test_a_viewing_that_cannot_be_logged_hands_nothing_over(
    open_as: Opener, cluster: Cluster, server: ServerPractice
) -> None:
    mine = open_as(Role.DIRECTOR)
    with mine.work(use_case="test.add") as work:
        patient = makers.patient(work)
    with cluster.as_admin(server.database) as admin, admin.transaction():
        admin.execute("SELECT pg_advisory_xact_lock(%s)", (LOG,))
        with (
            pytest.raises(Busy),
            mine.work(only_views=True, use_case="people.open_record", waits=False) as work,
        ):
            people.open_record(work, patient)


def test_what_only_views_may_not_write(records: Records) -> None:
    with pytest.raises(Defect), records.work(only_views=True, use_case="test.view") as work:
        makers.patient(work)


def test_a_writer_that_is_gone_lets_the_next_one_in(
    open_as: Opener, server: ServerPractice, cluster: Cluster
) -> None:
    """A PC that lost its network in the middle of saving: the server ends it, and nothing of it is kept."""
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    with pytest.raises(CannotOpen, match="connection"), theirs.work(use_case="test.slow") as slow:
        makers.patient(slow)
        throw_everybody_out(cluster, server.database)
        makers.patient(slow)
    with mine.work(use_case="test.next", waits=False) as work:
        assert work.select(select(Patient)) == []
        makers.patient(work)


def throw_everybody_out(cluster: Cluster, database: str) -> None:
    with cluster.as_admin() as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = %s AND application_name = 'practice-app'",
            (database,),
        )


def test_a_lost_connection_is_said_once_and_made_anew(
    records: Records, server: ServerPractice, cluster: Cluster
) -> None:
    with records.work(writes=False) as work:
        assert work.reader is not None
    assert not heard_of_others(records)
    throw_everybody_out(cluster, server.database)
    with pytest.raises(CannotOpen, match="connection"):
        heard_of_others(records)
    assert heard_of_others(records)  # what was told meanwhile is not known
    assert not heard_of_others(records)


def test_looking_for_changes_neither_fails_nor_waits_while_a_server_is_away(
    records: Records, server: ServerPractice, cluster: Cluster
) -> None:
    """It is done every other second in the window, which nobody has asked for."""
    assert not heard_of_others(records)
    throw_everybody_out(cluster, server.database)
    assert not records.changed_elsewhere()
    assert not records.changed_elsewhere()
    assert heard_of_others(records)


@pytest.fixture
def cut(
    records: Records, server: ServerPractice, cluster: Cluster, practice_keys: Keys
) -> Iterator[tuple[Records, Line]]:
    """The practice at the end of a line that can be cut, and the line."""
    with line_to(cluster.host, cluster.port) as line:
        url = server.engine(Role.DIRECTOR).url.set(port=line.port)
        opened = Records(
            open_server(url, cluster.connect_args),
            makers.as_role(practice_keys, Role.DIRECTOR),
            records.actor,
            lambda: makers.NOW,
        )
        yield opened, line
        opened.close()


def test_a_work_the_server_has_stored_counts_although_its_answer_never_came(
    cut: tuple[Records, Line], records: Records
) -> None:
    """Whoever is told that it failed enters it a second time."""
    distant, line = cut
    told: list[frozenset[str]] = []
    distant.committed = told.append

    @event.listens_for(distant.engine, "commit", once=True)
    def _cut(_connection: object) -> None:
        line.cut_answers()

    with distant.work(use_case="test.add") as work:
        makers.patient(work)
    assert told == [frozenset({"patient", "person"})]
    with records.work(writes=False) as work:
        assert len(work.select(select(Patient))) == 1


def test_a_work_the_server_has_not_stored_is_said_to_be_lost(
    cut: tuple[Records, Line], records: Records, cluster: Cluster, server: ServerPractice
) -> None:
    distant, _line = cut

    @event.listens_for(distant.engine, "commit", once=True)
    def _cut(_connection: object) -> None:
        throw_everybody_out(cluster, server.database)

    with pytest.raises(CannotOpen, match="not stored"), distant.work(use_case="test.add") as work:
        makers.patient(work)
    with records.work(writes=False) as work:
        assert work.select(select(Patient)) == []


def test_a_server_that_is_away_is_a_sentence(cluster: Cluster) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    engine = open_server(cluster.url("postgres").set(host="127.0.0.1", port=port))
    with pytest.raises(CannotOpen), spoken_errors(), engine.connect():
        pass
    engine.dispose()


def test_a_viewing_tells_nobody_that_something_changed(open_as: Opener) -> None:
    """Otherwise every window would read anew whenever anybody opens a record."""
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    heard_of_others(mine)
    with theirs.work(use_case="test.view") as work:
        work.note("viewed", "patient", uuid4())
    assert not heard_of_others(mine)
    with theirs.work(use_case="test.add") as work:
        makers.patient(work)
    assert heard_of_others(mine)


def test_what_was_rolled_back_is_told_to_nobody(open_as: Opener) -> None:
    mine, theirs = open_as(Role.DIRECTOR), open_as(Role.RECEPTIONIST)
    heard_of_others(mine)
    with pytest.raises(PracticeError), theirs.work(use_case="test.add") as work:
        makers.patient(work)
        raise PracticeError
    assert not heard_of_others(mine)


@pytest.fixture
def engine(records: Records) -> Engine:
    return records.engine


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("TimeZone", "UTC"),
        ("search_path", "public"),
        ("default_transaction_isolation", "read committed"),
        ("idle_in_transaction_session_timeout", "5min"),
    ],
)
def test_every_connection_is_set_up(engine: Engine, setting: str, value: str) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"SHOW {setting}").scalar() == value


@pytest.mark.parametrize(("writes", "level"), [(True, "read committed"), (False, "repeatable read")])
def test_writers_see_what_is_committed_and_readers_one_moment(
    engine: Engine, writes: bool, level: str
) -> None:
    with engine.connect().execution_options(writes=writes) as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == level
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == (
            "off" if writes else "on"
        )


def test_the_searching_connection_cannot_write(records: Records) -> None:
    with pytest.raises(Defect):
        records.reader.rows(Statement("", "DELETE FROM search_entry RETURNING id"))


def test_links_are_checked_at_once_and_at_the_end_only_where_a_merge_asks(records: Records) -> None:
    row = {"id": uuid4(), "version": 1, "number": 5}
    with pytest.raises(Defect) as caught, records.work(use_case="test") as work:
        work.connection().execute(insert(Patient), row)
        pytest.fail("the link to nobody was taken")
    assert "fk_patient_id_person" in told(caught.value)
