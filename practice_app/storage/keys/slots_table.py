"""The key slots of a practice on a server: one document in a table, and the roles that follow from it.

Whoever has a slot has a role of their own on the server, in the group that the keys in the slot stand for;
whoever has none cannot sign in there. Both change in one transaction with the document.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from practice_app.errors import Busy, CannotOpen, Defect, NotAllowed, PracticeError
from practice_app.rules import dates
from practice_app.storage.keys import crypto
from practice_app.storage.keys.held import Keys, RecoveredKeys, VaultKeys
from practice_app.storage.keys.slots_file import Slot, SlotsFile, decode, encode
from practice_app.storage.keys.wraps import check_signed, from_escrow, open_keys
from practice_app.storage.server import Roles, Server, connect_as

if TYPE_CHECKING:
    from psycopg import Connection
    from sqlalchemy import Connection as Transaction

_MOVED = "practice-app-moved"
"""The format of the mark that takes the slots' place when the practice was moved to a file."""

SCHEMA = "practice_keys"
"""A schema of its own: who reads the slots before anybody is known reads nothing else."""

_READ = "SELECT doc FROM practice_keys.key_slots WHERE id = 1"
_INSERT = "INSERT INTO practice_keys.key_slots (id, seq, doc) VALUES (1, %s, %s)"
_UPDATE = "UPDATE practice_keys.key_slots SET seq = %s, doc = %s WHERE id = 1 AND seq = %s"
_LET_IN = "SELECT practice_keys.let_in(%s, %s, %s)"
_SHUT_OUT = "SELECT practice_keys.shut_out(%s)"


class MovedToFile(CannotOpen):
    """The practice is not on the server any more; `token` is known where its file is."""

    def __init__(self, token: str, pc: str, on: date) -> None:
        super().__init__(
            f"This practice was moved from the server into a file on the PC “{pc}” on {dates.show(on)}. "
            "It can only be opened there."
        )
        self.token = token


def read(server: Server) -> SlotsFile:
    """The slots, read as the role that can read nothing else; raises CannotOpen."""
    with _spoken(), connect_as(server, server.roles.signin, server.signin_password) as connection:
        return _checked(server, connection.execute(_READ).fetchone())


@contextmanager
def writing(server: Server, by: VaultKeys) -> Iterator["TablePen"]:
    """Hold the row of the slots in one transaction, which ends with the block.

    With the admin key as the owner, who lets people in and out; otherwise as the person `by` belongs to.
    """
    role, password = _role_of(server, by)
    with _spoken(), connect_as(server, role, password) as connection:
        yield TablePen(server, connection, by, connection.execute(f"{_READ} FOR UPDATE NOWAIT").fetchone())


def pen_on(server: Server, connection: "Transaction", by: VaultKeys) -> "TablePen":
    """Hold the row of the slots in a transaction that is more than that; the owner's."""
    driver: Any = connection.connection.driver_connection
    with _spoken():
        return TablePen(server, driver, by, driver.execute(f"{_READ} FOR UPDATE NOWAIT").fetchone())


def put_first(server: Server, by: VaultKeys, file: SlotsFile) -> None:
    """Take over the slots of a practice that comes from a file, and let everybody in who has one.

    Raises CannotOpen when they were altered outside the program, or when there are slots there already.
    """
    check_signed(file, by)

    def prove(written: SlotsFile) -> None:
        if written != file:
            raise Defect("the key slots on the server are not the ones that were written")

    with writing(server, by) as pen:
        if not pen.is_first():
            raise CannotOpen("There is a practice in this database already.")
        pen.write(file, prove)


class TablePen:
    """The right to write the row, while its transaction lasts."""

    def __init__(
        self, server: Server, connection: "Connection[tuple[Any, ...]]", by: VaultKeys, row: Any
    ) -> None:
        self._server = server
        self._connection = connection
        self._by = by
        self._row = row

    def is_first(self) -> bool:
        """Whether there are no slots yet."""
        return self._row is None

    def read(self) -> SlotsFile:
        """The slots as they are now; nobody changes them before the transaction ends."""
        return _checked(self._server, self._row)

    def write(self, file: SlotsFile, prove: Callable[[SlotsFile], None]) -> None:
        """Write the slots and let people in and out accordingly; an error takes all of it back."""
        if not file.device:
            raise NotAllowed(
                "A practice on a server needs the key store of each PC: "
                "by passwords alone, whoever looks after the server could guess them."
            )
        before = None if self.is_first() else self.read()
        data = encode(file)
        if before is None:
            self._connection.execute(_INSERT, (file.seq, data))
        elif self._connection.execute(_UPDATE, (file.seq, data, before.seq)).rowcount != 1:
            raise Defect("the key slots are not the ones that were read")
        written = self._connection.execute(_READ).fetchone()
        prove(_checked(self._server, written))
        if self._by.ak is not None:
            self._let_in_and_out(file, before)

    def give_up(self, token: str, pc: str, on: date) -> bytes:
        """Leave a mark in place of the slots: the practice was moved to a file. Everybody is shut out.

        Returns the slots as they were, for the file. `token` is known where that file is.
        """
        before = self.read()
        mark = crypto.canonical({"format": _MOVED, "token": token, "pc": pc, "on": on.isoformat()})
        self._connection.execute(_UPDATE, (before.seq + 1, mark, before.seq))
        for slot in before.slots:
            self._connection.execute(_SHUT_OUT, (slot.user,))
        return encode(before)

    def _let_in_and_out(self, file: SlotsFile, before: SlotsFile | None) -> None:
        """Give the roles of the server to those who have slots, and to nobody else.

        The recovery key renews everybody's: it is what people take when something does not fit.
        """
        known = () if before is None or isinstance(self._by, RecoveredKeys) else before.slots
        for slot in file.slots:
            if slot not in known:
                self._connection.execute(_LET_IN, (slot.user, *self._group_and_verifier(file, slot)))
        kept = {slot.user for slot in file.slots}
        for gone in () if before is None else before.slots:
            if gone.user not in kept:
                self._connection.execute(_SHUT_OUT, (gone.user,))

    def _group_and_verifier(self, file: SlotsFile, slot: Slot) -> tuple[str, str]:
        """What a slot's owner may do on the server, and how the server knows them.

        The verifier is made here: the server never sees a password, not even in a statement.
        """
        keys = open_keys(file, slot, from_escrow(file, self._by, slot.user, slot.escrow))
        try:
            roles = self._server.roles
            verifier = made_verifier(self._connection, roles.person(slot.user), keys.server_password())
            return _group_of(roles, keys), verifier
        finally:
            keys.drop()


def made_verifier(connection: "Connection[tuple[Any, ...]]", role: str, password: str) -> str:
    """What a server keeps of a password (SCRAM-SHA-256), as the driver makes it on this side."""
    made = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return made.decode("ascii")


def _group_of(roles: Roles, keys: VaultKeys) -> str:
    receptionist, clinician, director = roles.groups
    if keys.ak is not None:
        return director
    return clinician if keys.ck else receptionist


def _role_of(server: Server, by: VaultKeys) -> tuple[str, str]:
    if by.ak is not None:
        return server.roles.owner, by.owner_password()
    if not isinstance(by, Keys):
        raise Defect("keys of nobody, without the admin key, cannot write key slots")
    return server.roles.person(by.user), by.server_password()


def _checked(server: Server, row: Any) -> SlotsFile:
    if row is None:
        raise CannotOpen("The practice's key slots are missing on the server. Restore a backup.")
    _refuse_moved(bytes(row[0]))
    file = decode(bytes(row[0]))
    if file.vault != server.vault or not file.device:
        raise CannotOpen("The key slots on the server are another practice's. Nothing was changed.")
    return file


def _refuse_moved(data: bytes) -> None:
    if _MOVED.encode("ascii") not in data:
        return
    mark = crypto.read_canonical(data)
    raise MovedToFile(mark["token"], mark["pc"], date.fromisoformat(mark["on"]))


@contextmanager
def _spoken() -> Iterator[None]:
    """Turn what the driver says into a sentence; its own text is not shown."""
    import psycopg

    try:
        yield
    except psycopg.errors.LockNotAvailable:
        raise Busy("The keys are being changed by somebody else. Please try again in a moment.") from None
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        raise CannotOpen("There is no practice in this database any more.") from None
    except psycopg.errors.InsufficientPrivilege:
        raise CannotOpen("The server does not let this sign-in change the keys. Ask a director.") from None
    except psycopg.OperationalError:
        raise PracticeError("The connection to the server was lost. Look whether it was done.") from None
    except psycopg.Error as error:
        raise Defect(f"the server refused a statement about the keys ({error.sqlstate})") from None
