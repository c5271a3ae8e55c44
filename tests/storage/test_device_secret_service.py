"""The device secret in a real Secret Service: GNOME Keyring on a session bus of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

NEEDED = ("dbus-run-session", "gnome-keyring-daemon")
MISSING = [name for name in NEEDED if shutil.which(name) is None]

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (Debian: gnome-keyring dbus)"
)

UNLOCKED = 'printf "test" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1'
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1"


def session(home: Path, start: str, script: str) -> list[str]:
    """Run a script in a new login session of a made-up account; returns the lines it printed."""
    runtime = home / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_", "GNOME_"))
    }
    environment |= {
        "HOME": str(home),
        "XDG_DATA_HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    preamble = (
        "from uuid import UUID\n"
        "from practice_app.errors import PracticeError\n"
        "from practice_app.storage.keys import DeviceStore\n"
        "store = DeviceStore()\n"
    )
    (home / "script.py").write_text(preamble + script)
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f'{start}; exec "$0" "$1"', sys.executable, "script.py"],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_secret_and_anchor_survive_a_second_session(tmp_path: Path) -> None:
    vault = uuid4()
    first = session(
        tmp_path,
        UNLOCKED,
        f"vault = UUID('{vault}')\n"
        "try:\n"
        "    store.get(vault)\n"
        "except PracticeError as error:\n"
        "    print(type(error).__name__)\n"
        "print(store.read_anchor(vault))\n"
        "store.set(vault, bytes(range(16)))\n"
        "store.set(vault, bytes(range(1, 17)))\n"
        "store.store_anchor(vault, 7, b'head')\n"
        "print(store.get(vault).hex())\n",
    )
    assert first == ["NotEnrolled", "None", bytes(range(1, 17)).hex()]
    second = session(
        tmp_path,
        UNLOCKED,
        f"vault = UUID('{vault}')\n"
        "print(store.get(vault).hex())\n"
        "print(store.read_anchor(vault))\n"
        "import keyring.backends.SecretService as service\n"
        f"print(service.Keyring().get_password('practice-app', 'device-old:{vault}'))\n",
    )
    assert second == [
        bytes(range(1, 17)).hex(),
        "Anchor(seq=7, head=b'head')",
        "AAECAwQFBgcICQoLDA0ODw==",
    ]


def test_a_locked_collection_is_told_as_locked_and_keeps_its_item(tmp_path: Path) -> None:
    vault = uuid4()
    session(tmp_path, UNLOCKED, f"store.set(UUID('{vault}'), bytes(16))\n")
    ask = (
        "for call in (lambda: store.get(vault), lambda: store.set(vault, bytes(range(16)))):\n"
        "    try:\n"
        "        call()\n"
        "    except PracticeError as error:\n"
        "        print(type(error).__name__, str(error).split('.')[0])\n"
    )
    locked = session(tmp_path, LOCKED, f"vault = UUID('{vault}')\n{ask}")
    assert len(locked) == 2
    assert all(line.startswith("KeyStoreLocked Your system's key store ") for line in locked)
    assert session(tmp_path, UNLOCKED, f"print(store.get(UUID('{vault}')).hex())\n") == ["00" * 16]


def test_without_any_key_store_that_is_what_is_told(tmp_path: Path) -> None:
    lines = session(
        tmp_path,
        "unset DBUS_SESSION_BUS_ADDRESS",
        "try:\n"
        "    store.get(UUID(int=1))\n"
        "except PracticeError as error:\n"
        "    print(type(error).__name__, 'password only' in str(error))\n",
    )
    assert lines == ["NoKeyStore True"]


def test_a_plain_text_key_store_named_in_the_environment_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "leak.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 99\n"
        "    def get_password(self, service, name): print('leaked'); return None\n"
        "    def set_password(self, service, name, text): print('leaked')\n"
        "    def delete_password(self, service, name): pass\n"
    )
    lines = session(
        tmp_path,
        f"{UNLOCKED}; export PYTHON_KEYRING_BACKEND=leak.Keyring",
        "import leak\nstore.set(UUID(int=1), bytes(16))\nprint(store.get(UUID(int=1)).hex())\n",
    )
    assert lines == ["00" * 16]
