"""The open database as one signed-in user sees it, and one transaction on it."""

import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, Select, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstanceState, Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.unitofwork import UOWTransaction

from practice_app.errors import CannotOpen, Defect, NotFound, OutOfDate, PracticeError
from practice_app.model.audit import AuditEvent
from practice_app.model.base import Base, Row
from practice_app.rules.permissions import Permission, Role
from practice_app.storage import audit, merged, search
from practice_app.storage.engine import PATIENT_WAIT_MS, SCREEN_WAIT_MS, spoken_errors
from practice_app.storage.keys import Keys
from practice_app.storage.reading import Reader, open_reader, tell_others

T = TypeVar("T", bound=Base)
V = TypeVar("V")

_AT_A_TIME = 200


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: the signed-in user, with what their role allows, at this PC."""

    id: UUID
    name: str
    role: Role
    permissions: frozenset[Permission]
    pc: str = field(default_factory=lambda: socket.gethostname()[:64])


class Work:
    """One use case by one user in one transaction; its audit rows are inside it."""

    def __init__(self, session: Session, records: "Records", use_case: str) -> None:
        self._session = session
        self._records = records
        self.keys = records.keys
        self.actor = records.actor
        self.now = records.clock()
        self.use_case = use_case
        self.told_as = records.told_as
        self.touched: set[str] = set()
        self.links: range | None = None
        self.end: audit.Head | None = None
        self.merged_into: dict[UUID, UUID] | None = None
        self._entries: list[audit.Entry] = []

    def get(self, kind: type[T], id: UUID) -> T:
        """The row with this id; raises NotFound in words when there is none."""
        found = self._session.get(kind, id)
        if found is None:
            if merged.kept(self, id) != id:
                raise NotFound("This record was merged into another one of the same person. Open that one.")
            raise NotFound("That is not in the records any more.")
        return found

    def find(self, kind: type[T], id: UUID | None) -> T | None:
        """The row with this id, or None."""
        return None if id is None else self._session.get(kind, id)

    def add(self, *rows: Base) -> None:
        """Store new rows when the work commits."""
        self._session.add_all(rows)

    def delete(self, row: Base) -> None:
        """Delete one row when the work commits."""
        self._session.delete(row)

    def select(self, statement: Select[V]) -> Sequence[V]:
        """All values of the first column (or mapped objects) of a statement."""
        return self._session.scalars(statement).all()

    def each(self, statement: Select[V]) -> Iterator[V]:
        """As `select`, a few hundred at a time: for what may be tens of thousands and is seen only once."""
        return iter(self._session.scalars(statement.execution_options(yield_per=_AT_A_TIME)))

    def first(self, statement: Select[V]) -> V | None:
        """The first value (or mapped object) of a statement, or None."""
        return self._session.scalars(statement).first()

    def rows(self, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
        """All rows of a statement as named tuples."""
        return self._session.execute(statement).all()

    def flush(self) -> None:
        """Send pending changes now, when a later step of the same use case needs to read them."""
        self._session.flush()

    def connection(self) -> Connection:
        """The transaction's connection, with pending changes sent; for storage only.

        What is written through it escapes the flush listener and must be noted (`note`).
        """
        self._session.flush()
        return self._session.connection()

    @property
    def reader(self) -> Reader:
        """See Records.reader."""
        return self._records.reader

    def note(self, action: str, kind: str, record_id: UUID | None = None, **more: Any) -> None:
        """Add an audit entry of its own, for what no changed row shows: viewing, exporting, a batch."""
        self._entries.append(audit.Entry(action=action, kind=kind, record_id=record_id, **more))


class _WorkSession(Session):
    """A session that knows its work, so that the listeners below find it."""

    work: Work | None = None


class Records:
    """The open practice: an engine, one user's keys, and the works done through them.

    `committed` is called after every commit with the names of the tables that changed. `told_as` is what our
    own changes are told from others' by, where a server tells of both.
    """

    def __init__(
        self,
        engine: Engine,
        keys: Keys,
        actor: Actor,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._reading = _sessions(engine, writes=False, wait_ms=PATIENT_WAIT_MS)
        self._writing = _sessions(engine, writes=True, wait_ms=PATIENT_WAIT_MS)
        self._writing_now = _sessions(engine, writes=True, wait_ms=SCREEN_WAIT_MS)
        self._logging = _sessions(engine, writes=True, wait_ms=PATIENT_WAIT_MS, only_logs=True)
        self._logging_now = _sessions(engine, writes=True, wait_ms=SCREEN_WAIT_MS, only_logs=True)
        self._reader: Reader | None = None
        self.told_as = uuid4().hex
        self._is_closed = False
        self.keys = keys
        self.actor = actor
        self.clock = clock
        self.committed: Callable[[frozenset[str]], None] = lambda touched: None

    @contextmanager
    def work(
        self, *, writes: bool = True, use_case: str = "", waits: bool = True, only_views: bool = False
    ) -> Iterator[Work]:
        """One transaction: commit on success, roll back on any error, then say what changed.

        Jobs wait for the write lock; a screen (`waits` False) a quarter of a second, then Busy. A work that
        `only_views` writes nothing but entries of the log.
        """
        self._check_open()
        if only_views and self._engine.dialect.name == "postgresql":
            with self._viewing(use_case, waits=waits) as work:
                yield work
            return
        sessions = self._reading if not writes else self._writing if waits else self._writing_now
        with spoken_errors(), sessions() as session:
            work = Work(session, self, use_case)
            session.work = work
            if writes:
                session.connection()  # begins: the write lock is taken before anything is read
            try:
                yield work
                self._commit(session, work)
            except StaleDataError:
                raise OutOfDate(
                    "Somebody else has changed this in the meantime. Nothing was overwritten."
                ) from None
        if work.links and self._reader is not None:
            self._reader.note_own(work.links)
        if work.touched:
            self.committed(frozenset(work.touched))

    @contextmanager
    def _viewing(self, use_case: str, *, waits: bool) -> Iterator[Work]:
        """A work that reads one moment of the server and is logged after it, without waiting for any writer.

        If it cannot be logged, the block's end raises, so that nothing is handed over.
        """
        with spoken_errors():
            with self._reading() as session:
                session.work = work = Work(session, self, use_case)
                yield work
                entries, work._entries = work._entries, []
                session.commit()
            with (self._logging if waits else self._logging_now)() as session:
                session.work = log = Work(session, self, use_case)
                log.now, log._entries = work.now, entries
                self._commit(session, log)
        if log.links and self._reader is not None:
            self._reader.note_own(log.links)

    def _commit(self, session: Session, work: Work) -> None:
        """Commit; when the connection is lost over it, find out whether the server has stored the work.

        Whoever is told that nothing was saved enters it again.
        """
        try:
            session.commit()
        except DBAPIError as error:
            if not error.connection_invalidated or work.end is None:
                raise
            lost, end = error, work.end
        else:
            return
        if not self._has_stored(end):
            raise lost

    def _has_stored(self, end: audit.Head) -> bool:
        """Whether a link is in the log: whoever may add to it knows that the lost transaction has ended."""
        try:
            with spoken_errors(), self._logging() as session:
                found = session.scalar(select(AuditEvent.mac).where(AuditEvent.seq == end.seq))
        except PracticeError:
            raise CannotOpen(
                "The connection to the server was lost while this was being saved. "
                "It is not known whether it was; look before you enter it again."
            ) from None
        return found == end.mac

    @property
    def reader(self) -> Reader:
        """For single reading statements outside any transaction; for storage only."""
        self._check_open()
        if self._reader is None:
            self._reader = open_reader(self._engine, self.told_as)
        return self._reader

    def changed_elsewhere(self) -> bool:
        """Whether somebody else's change was committed since this was last asked."""
        return self.reader.changed_elsewhere()

    def _check_open(self) -> None:
        if self._is_closed:
            raise Defect("The records were used after signing out.")

    @property
    def engine(self) -> Engine:
        """For storage only (backup, checks)."""
        return self._engine

    @property
    def is_closed(self) -> bool:
        """Whether the keys were dropped, and nothing can be done through these records any more."""
        return self._is_closed

    def close(self) -> None:
        """Drop the keys and close every connection; a closed Records cannot be used again."""
        self._is_closed = True
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self._engine.dispose()
        self.keys.drop()


def _sessions(
    engine: Engine, *, writes: bool, wait_ms: int, only_logs: bool = False
) -> sessionmaker[_WorkSession]:
    """Sessions whose transactions begin as open_file and open_server say for these options."""
    bound = engine.execution_options(writes=writes, wait_ms=wait_ms, only_logs=only_logs)
    return sessionmaker(bound, class_=_WorkSession, expire_on_commit=False)


@event.listens_for(_WorkSession, "after_flush")
def _collect(session: _WorkSession, flush: UOWTransaction) -> None:
    """Note what a flush did. Ids, foreign keys and orphans are known here; before it they are not."""
    work = session.work
    if work is None:
        return
    for state, (is_deleted, list_only) in flush.states.items():
        if list_only:
            continue
        row = state.obj()
        if row is None or isinstance(row, audit.UNAUDITED):
            continue
        if not isinstance(row, Row) or not isinstance(row, Base):
            raise Defect(f"{type(row).__name__} is changed without an id and a version.")
        changed = _changed_columns(state)
        action = "deleted" if is_deleted else "new" if state.key is None else "changed"
        if action == "changed" and not changed:
            continue
        fields = changed if action == "changed" else ()
        work.touched.add(row.__tablename__)
        work._entries.append(
            audit.Entry(
                action=action,
                kind=row.__tablename__,
                record_id=row.id,
                row_version=row.version,
                fields=fields,
            )
        )
        search.mark(session.info, row)


def _changed_columns(state: InstanceState[Any]) -> tuple[str, ...]:
    """The names of the columns a flush changed, never their values."""
    names = (column.key for column in state.mapper.column_attrs if column.key != "version")
    return tuple(sorted(name for name in names if state.attrs[name].history.has_changes()))


@event.listens_for(_WorkSession, "before_commit")
def _write_audit(session: _WorkSession) -> None:
    """Bring the search entries up to date and write the chain's links, in the same transaction."""
    work = session.work
    if work is None:
        return
    session.flush()
    search.refresh_marked(session)
    if work._entries:
        last = work.end = audit.append(session.connection(), work, work._entries)
        work.links = range(last.seq - len(work._entries) + 1, last.seq + 1)
        work._entries = []
    if work.touched:
        tell_others(session.connection(), work.told_as)
