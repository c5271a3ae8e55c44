"""A PostgreSQL server of the tests' own: ``python -m tests.postgres_server start FOLDER``, ``stop FOLDER``.

Debian's server on a data folder of its own, reached over TLS only, by the name "localhost", on a free port.
It is told to forget safety against power cuts, because its data is thrown away. ``start`` prints the file to
name in ``PRACTICE_APP_TEST_POSTGRES``; ``stop`` ends the server and removes the folder.
"""

import argparse
import contextlib
import datetime as dt
import ipaddress
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ADMIN = "postgres"
DATABASES = Path("/usr/lib/postgresql")
LIFE = dt.timedelta(days=30)
STARTS = 5
SETTINGS = {
    "listen_addresses": "localhost",
    "unix_socket_directories": "",
    "ssl": "on",
    "ssl_cert_file": "server.pem",
    "ssl_key_file": "server.key",
    "password_encryption": "scram-sha-256",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "80",
    "autovacuum": "off",
    "jit": "off",
    "logging_collector": "off",
    "log_error_verbosity": "terse",
    "log_statement": "none",
}
WHO_MAY_COME = "".join(
    f"hostssl all all {address} scram-sha-256\n" for address in ("127.0.0.1/32", "::1/128")
)


def start(folder: Path) -> Path:
    """Make and start a server in an empty or missing folder; returns the file that tells the tests of it."""
    programs = find_programs()
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    give_to_account(folder)
    password = secrets.token_urlsafe(24)
    (folder / "password").touch(mode=0o600)
    (folder / "password").write_text(password)
    give_to_account(folder / "password")
    run(
        programs / "initdb",
        f"--pgdata={folder / 'data'}",
        f"--username={ADMIN}",
        f"--pwfile={folder / 'password'}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    make_certificates(folder)
    (folder / "data" / "pg_hba.conf").write_text(WHO_MAY_COME)
    port = start_on_free_port(programs, folder)
    told = folder / "server.json"
    told.touch(mode=0o600)
    told.write_text(
        json.dumps(
            {
                "host": "localhost",
                "port": port,
                "admin": ADMIN,
                "password": password,
                "ca": str(folder / "ca.pem"),
            }
        )
    )
    return told


def stop(folder: Path) -> None:
    """End the server of a folder, with everybody signed in to it, and remove the folder."""
    if (folder / "data" / "postmaster.pid").exists():
        run(find_programs() / "pg_ctl", "stop", f"--pgdata={folder / 'data'}", "--mode=immediate", "--wait")
    shutil.rmtree(folder, ignore_errors=False)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Path]:
    """A server for the time of a block; gives the file that tells of it."""
    try:
        yield start(folder)
    finally:
        stop(folder)


def find_programs() -> Path:
    """The folder of the newest server Debian has installed."""
    found = sorted(DATABASES.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise SystemExit(f"no PostgreSQL server in {DATABASES} (Debian: postgresql)")
    return found[-1].parent


def account() -> str | None:
    """The account to run the server as: initdb refuses root."""
    return "postgres" if os.geteuid() == 0 else None


def give_to_account(path: Path) -> None:
    if account() is not None:
        shutil.chown(path, account(), account())


def run(*command: str | Path) -> None:
    """Run one of the server's programs as its account; what it printed is shown when it fails."""
    done = subprocess.run(
        list(map(str, command)),
        user=account(),
        group=account(),
        extra_groups=None if account() is None else [],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd="/",
    )
    if done.returncode != 0:
        raise ServerError(f"{Path(command[0]).name}: {done.stdout}{done.stderr}")


class ServerError(RuntimeError):
    """The server's programs refused; the text is theirs."""


def start_on_free_port(programs: Path, folder: Path) -> int:
    """Start on a port nobody uses; another program may take it first, so try a few."""
    log = folder / "data" / "server.log"
    for attempt in range(1, STARTS + 1):
        port = free_port()
        settings = "".join(f"{name} = '{value}'\n" for name, value in {**SETTINGS, "port": port}.items())
        (folder / "data" / "postgresql.auto.conf").write_text(settings)
        try:
            # pg_ctl hands its standard output to the server, so the server gets a log of its own.
            run(programs / "pg_ctl", "start", f"--pgdata={folder / 'data'}", f"--log={log}", "--wait")
        except ServerError:
            reason = log.read_text(encoding="utf-8") if log.exists() else ""
            if attempt == STARTS or not re.search("could not bind|Address already in use", reason):
                raise SystemExit(f"the server does not start:\n{reason}") from None
        else:
            return port
    raise AssertionError("unreachable")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def make_certificates(folder: Path) -> None:
    """A certificate authority for this folder alone (ca.pem), and the server's certificate signed by it."""
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name = named("Practice App tests")
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip
    authority = (
        begun(authority_name, authority_name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    addresses = [ipaddress.ip_address(address) for address in ("127.0.0.1", "::1")]
    names = [x509.DNSName("localhost"), *map(x509.IPAddress, addresses)]
    certificate = (
        begun(named("localhost"), authority_name, server_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "data" / "server.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file = folder / "data" / "server.key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    give_to_account(key_file)


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    """A certificate that begins a day ago, so that no clock is too slow for it."""
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + LIFE)
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.postgres_server", description=__doc__)
    parser.add_argument("what", choices=("start", "stop"))
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    if asked.what == "start":
        sys.stdout.write(f"{start(folder)}\n")
    else:
        stop(folder)


if __name__ == "__main__":
    main()
