"""The device secret and the anchor, over a key store in memory and over one that misbehaves."""

import sys
import threading
import types
from pathlib import Path
from uuid import uuid4

import pytest

from practice_app.errors import CannotOpen, Invalid, KeyStoreLocked, NoKeyStore, NotEnrolled
from practice_app.storage import keys as k
from practice_app.storage.keys import Anchor, DeviceStore, SystemKeyStore, device

from . import sample_keys
from .sample_keys import Sample

VAULT = uuid4()


class MemoryKeyStore:
    """A key store that forgets with the test."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.texts.get(name)

    def write(self, name: str, text: str) -> None:
        self.texts[name] = text


@pytest.fixture
def memory() -> MemoryKeyStore:
    return MemoryKeyStore()


@pytest.fixture
def store(memory: MemoryKeyStore) -> DeviceStore:
    return DeviceStore(memory)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return sample_keys.fresh(tmp_path)


def test_the_secret_comes_back_for_its_own_practice_only(store: DeviceStore) -> None:
    secret = k.new_device_secret()
    store.set(VAULT, secret)
    assert store.get(VAULT) == secret
    with pytest.raises(NotEnrolled, match="not enrolled for this practice"):
        store.get(uuid4())


def test_a_different_older_secret_is_kept_aside(store: DeviceStore, memory: MemoryKeyStore) -> None:
    first, second = k.new_device_secret(), k.new_device_secret()
    store.set(VAULT, first)
    kept = memory.texts[f"device:{VAULT}"]
    store.set(VAULT, first)
    assert f"device-old:{VAULT}" not in memory.texts
    store.set(VAULT, second)
    assert store.get(VAULT) == second
    assert memory.texts[f"device-old:{VAULT}"] == kept


@pytest.mark.parametrize("text", ["", "not base64", "AAAA", "A" * 24])
def test_an_item_that_is_no_secret_counts_as_not_enrolled(
    store: DeviceStore, memory: MemoryKeyStore, text: str
) -> None:
    memory.texts[f"device:{VAULT}"] = text
    with pytest.raises(NotEnrolled):
        store.get(VAULT)


def test_the_anchor_comes_back(store: DeviceStore, memory: MemoryKeyStore) -> None:
    assert store.read_anchor(VAULT) is None
    store.store_anchor(VAULT, 42, bytes(range(32)))
    assert store.read_anchor(VAULT) == Anchor(42, bytes(range(32)))
    assert store.read_anchor(uuid4()) is None
    for text in ("", "42", "x:00", "42:zz", ":"):
        memory.texts[f"anchor:{VAULT}"] = text
        assert store.read_anchor(VAULT) in (None, Anchor(42, b""))


def test_enrolling_takes_only_a_secret_that_fits(sample: Sample, store: DeviceStore) -> None:
    with pytest.raises(Invalid, match="another practice") as caught:
        k.enrol(sample.folder, store, k.new_device_secret())
    assert caught.value.field == "code"
    with pytest.raises(NotEnrolled):
        store.get(sample.vault)
    assert sample.secret is not None
    code = k.encode_device_secret(sample.secret)
    k.enrol(sample.folder, store, k.parse_device_secret(code))
    assert store.get(sample.vault) == sample.secret


def test_the_recovery_key_enrols_a_pc(sample: Sample, store: DeviceStore) -> None:
    recovered = k.open_with_recovery(sample.folder, sample.recovery_key)
    assert recovered.device_secret is not None
    k.enrol(sample.folder, store, recovered.device_secret)
    k.sign_in(sample.folder, "TT", sample_keys.THERAPIST_PASSWORD, store.get(sample.vault)).keys.drop()


def test_a_password_only_practice_has_nothing_to_enrol(tmp_path: Path, store: DeviceStore) -> None:
    sample_keys.make(tmp_path, device=False)
    with pytest.raises(CannotOpen, match="password only"):
        k.enrol(tmp_path, store, k.new_device_secret())


def use_backend(monkeypatch: pytest.MonkeyPatch, **methods: object) -> None:
    """Let an allowed back end behave as told."""
    backend = type("Keyring", (), {"priority": 5.0, **methods})
    module = types.ModuleType("backend_of_the_test")
    module.Keyring = backend  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "backend_of_the_test", module)
    monkeypatch.setattr(device, "ALLOWED", {sys.platform: (("backend_of_the_test", "Keyring"),)})


def test_a_key_store_that_never_answers_is_told_as_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, over = threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        asked.set()
        over.wait()

    use_backend(monkeypatch, get_password=hang)
    with pytest.raises(KeyStoreLocked, match="did not answer"):
        DeviceStore(SystemKeyStore(answer_within=0.2)).get(VAULT)
    assert asked.wait(60)
    over.set()


@pytest.mark.parametrize("error_name", ["KeyringLocked", "InitError", "PasswordSetError", "own"])
def test_whatever_a_locked_key_store_raises_is_told_as_locked(
    monkeypatch: pytest.MonkeyPatch, error_name: str
) -> None:
    import keyring.errors

    error = getattr(keyring.errors, error_name, OSError)

    def fail(*_: object) -> None:
        raise error("the system's own words")

    use_backend(monkeypatch, get_password=fail, set_password=fail)
    with pytest.raises(KeyStoreLocked, match="Unlock it"):
        DeviceStore().get(VAULT)
    with pytest.raises(KeyStoreLocked):
        DeviceStore(SystemKeyStore()).set(VAULT, k.new_device_secret())


def test_no_allowed_key_store_is_told_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring.errors

    monkeypatch.setattr(device, "ALLOWED", {sys.platform: (("no_such_module", "Keyring"),)})
    with pytest.raises(NoKeyStore, match="password only"):
        DeviceStore().get(VAULT)

    def no_keyring(*_: object) -> None:
        raise keyring.errors.NoKeyringError

    use_backend(monkeypatch, get_password=no_keyring)
    with pytest.raises(NoKeyStore):
        DeviceStore().get(VAULT)


def test_the_environment_cannot_slip_in_another_key_store(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """PYTHON_KEYRING_BACKEND and keyringrc.cfg can name anything, a plain-text file for one."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.storage.no_such_backend.Keyring")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "python_keyring").mkdir()
    (tmp_path / "python_keyring" / "keyringrc.cfg").write_text(
        "[backend]\ndefault-keyring=keyring.backends.null.Keyring\n"
    )
    use_backend(monkeypatch, get_password=lambda *_: None)
    with pytest.raises(NotEnrolled):
        DeviceStore().get(VAULT)
    monkeypatch.setattr(device, "ALLOWED", {sys.platform: ()})
    with pytest.raises(NoKeyStore):
        DeviceStore().get(VAULT)
