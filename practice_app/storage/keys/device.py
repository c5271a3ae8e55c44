"""The practice's device secret and audit anchor in the key store of this account on this PC."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from practice_app.errors import (
    CannotOpen,
    Invalid,
    KeyStoreLocked,
    NoKeyStore,
    NotEnrolled,
    PracticeError,
)
from practice_app.storage.keys import crypto, slots_store
from practice_app.storage.keys.codes import DEVICE_SECRET_LENGTH
from practice_app.storage.keys.slots import check_enrolled

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "practice-app"
ANSWER_WITHIN = 5.0
"""Seconds a key store may take: it may be waiting behind a prompt nobody sees."""

# Only these: PYTHON_KEYRING_BACKEND and keyringrc.cfg can load anything, plain-text files included.
ALLOWED = {
    "win32": (("keyring.backends.Windows", "WinVaultKeyring"),),
    "darwin": (("keyring.backends.macOS", "Keyring"),),
    "linux": (
        ("keyring.backends.SecretService", "Keyring"),
        ("keyring.backends.kwallet", "DBusKeyring"),
    ),
}

Answer = TypeVar("Answer")


class KeyStore(Protocol):
    """A place for short texts that only this account on this PC can read."""

    def read(self, name: str) -> str | None:
        """The text, or None when there is none; raises NoKeyStore or KeyStoreLocked."""

    def write(self, name: str, text: str) -> None:
        """Keep a text, replacing an older one; raises NoKeyStore or KeyStoreLocked."""


class SystemKeyStore:
    """The operating system's own key store, asked in a worker thread because it may hang in a prompt."""

    def __init__(self, answer_within: float = ANSWER_WITHIN) -> None:
        self._answer_within = answer_within

    def read(self, name: str) -> str | None:
        """See `KeyStore.read`."""
        return self._ask(lambda backend: backend.get_password(SERVICE, name))

    def write(self, name: str, text: str) -> None:
        """See `KeyStore.write`."""
        self._ask(lambda backend: backend.set_password(SERVICE, name, text))

    def _ask(self, question: Callable[["KeyringBackend"], Answer]) -> Answer:
        answers: SimpleQueue[Answer | PracticeError] = SimpleQueue()

        def work() -> None:
            answers.put(_asked(question))

        # A daemon: a prompt that is never answered must not keep the program from ending.
        Thread(target=work, name="key store", daemon=True).start()
        try:
            answer = answers.get(timeout=self._answer_within)
        except Empty:
            raise KeyStoreLocked(
                "Your system's key store did not answer. Look for its window, unlock it and try again."
            ) from None
        if isinstance(answer, PracticeError):
            raise answer
        return answer


@dataclass(frozen=True, slots=True)
class Anchor:
    """Number and code of an audit row that this account on this PC has seen as the newest."""

    seq: int
    head: bytes


class DeviceStore:
    """What this account on this PC keeps for a practice: the device secret and the audit anchor."""

    def __init__(self, store: KeyStore | None = None) -> None:
        """`store` None takes the system's key store."""
        self._store = store or SystemKeyStore()

    def get(self, vault: UUID) -> bytearray:
        """The device secret; raises NotEnrolled when there is none, NoKeyStore, KeyStoreLocked."""
        secret = _as_secret(self._store.read(f"device:{vault}"))
        if secret is None:
            raise NotEnrolled(
                "This account on this PC is not enrolled for this practice. "
                "Enter the enrolment code or the recovery key."
            )
        return secret

    def get_older(self, vault: UUID) -> bytearray | None:
        """The device secret that was replaced last, if any."""
        return _as_secret(self._store.read(f"device-old:{vault}"))

    def set(self, vault: UUID, secret: bytes | bytearray) -> None:
        """Keep the device secret. A different older one is kept too, never overwritten silently."""
        text = crypto.to_base64(secret)
        old = self._store.read(f"device:{vault}")
        if old is not None and old != text:
            self._store.write(f"device-old:{vault}", old)
        self._store.write(f"device:{vault}", text)

    def store_anchor(self, vault: UUID, seq: int, head: bytes) -> None:
        """Note the newest audit row outside the database, so that an older file put back is noticed."""
        self._store.write(f"anchor:{vault}", f"{seq}:{head.hex()}")

    def read_anchor(self, vault: UUID) -> Anchor | None:
        """The last anchor noted here; None when there is none or it cannot be read as one."""
        text = self._store.read(f"anchor:{vault}")
        if text is None:
            return None
        seq, _, head = text.partition(":")
        try:
            return Anchor(int(seq), bytes.fromhex(head))
        except ValueError:
            return None


def enrol(folder: Path, store: DeviceStore, secret: bytes | bytearray) -> None:
    """Keep a device secret (from an enrolment code or the recovery key) once it is seen to fit.

    Raises Invalid(field="code") for another practice's or an outdated one, CannotOpen for a practice that
    is opened by passwords only, and the key store's errors.
    """
    file = slots_store.read(folder)
    if not file.device:
        raise CannotOpen("This practice is opened by password only; there is nothing to enrol.")
    try:
        check_enrolled(file, secret)
    except NotEnrolled:
        raise Invalid("This code is another practice's, or it was changed since.", field="code") from None
    store.set(file.vault, secret)


def fitting_secret(folder: Path, store: DeviceStore) -> bytearray | None:
    """The device secret that opens this practice here; None for one that is opened by passwords only.

    A change of the device secret that was cut short leaves the fitting one under the older name; it is
    taken and put back. Raises NotEnrolled, NoKeyStore, KeyStoreLocked, CannotOpen.
    """
    file = slots_store.read(folder)
    if not file.device:
        return None
    secret = store.get(file.vault)
    try:
        check_enrolled(file, secret)
    except NotEnrolled:
        older = store.get_older(file.vault)
        if older is None:
            raise
        check_enrolled(file, older)
        store.set(file.vault, older)
        return older
    return secret


def _asked(question: Callable[["KeyringBackend"], Answer]) -> Answer | PracticeError:
    from keyring.errors import KeyringError, NoKeyringError

    locked = KeyStoreLocked("Your system's key store is locked. Unlock it and try again.")
    try:
        backend = _backend()
        if backend is None:
            return NoKeyStore(
                "This system has no key store the program may use. "
                "Install one (GNOME Keyring, KWallet), or make a practice that is opened by password only."
            )
        return question(backend)
    except NoKeyringError:
        return NoKeyStore("This system's key store cannot be used.")
    except KeyringError:
        return locked
    except Exception:  # each system raises errors of its own here; none of them may end the thread
        return locked


def _backend() -> "KeyringBackend | None":
    """The best allowed key store that is running here, or None."""
    from importlib import import_module

    found: list[tuple[float, KeyringBackend]] = []
    for module, name in ALLOWED.get(sys.platform, ALLOWED["linux"]):
        try:
            backend_class: type[KeyringBackend] = getattr(import_module(module), name)
            found.append((float(backend_class.priority), backend_class()))
        except (ImportError, RuntimeError):
            continue
    if not found:
        return None
    backend = max(found, key=lambda entry: entry[0])[1]
    if sys.platform == "win32":
        # The default would roam to every PC of the domain.
        backend.persist = "local machine"  # type: ignore[attr-defined]
    return backend


def _as_secret(text: str | None) -> bytearray | None:
    if text is None:
        return None
    try:
        secret = bytearray(crypto.from_base64(text))
    except ValueError:
        return None
    return secret if len(secret) == DEVICE_SECRET_LENGTH else None
