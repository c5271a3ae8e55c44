"""The file that names a practice's server: its strict form, and addresses as people write them."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from practice_app.errors import CannotOpen, Invalid
from practice_app.paths import belongs_to_records
from practice_app.storage import server
from practice_app.storage.server import Roles, Server

WHERE = Server("db.clinic.example", 5433, "practice", uuid4(), Path("ca.pem"), "a random one")


def test_a_folder_without_the_file_is_a_practice_of_its_own(tmp_path: Path) -> None:
    assert server.read(tmp_path) is None
    assert not server.is_kept_on_one(tmp_path)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    written = server.write(tmp_path, WHERE, b"certificate")
    assert server.read(tmp_path) == written == replace(WHERE, ca=tmp_path / "server-ca.pem")
    assert written.url == "postgresql://db.clinic.example:5433/practice"
    assert belongs_to_records(tmp_path / "export.csv")


def test_a_password_is_in_no_address_and_no_repr(tmp_path: Path) -> None:
    server.write(tmp_path, WHERE, b"certificate")
    tree = json.loads((tmp_path / "server.json").read_text())
    assert "a random one" not in tree["url"]
    assert "a random one" not in repr(WHERE)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "another"},
        {"v": "1"},
        {"url": "postgresql://somebody:secret@db/practice"},
        {"vault": "none"},
        {"signin": None},
        {"more": 1},
    ],
)
def test_anything_else_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    server.write(tmp_path, WHERE, b"certificate")
    path = tmp_path / "server.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(CannotOpen, match="cannot be read"):
        server.read(tmp_path)


def test_no_json_at_all_and_a_newer_version(tmp_path: Path) -> None:
    server.write(tmp_path, WHERE, b"certificate")
    path = tmp_path / "server.json"
    tree = json.loads(path.read_text())
    for text in ("", "[]", "[1]", '"x"', '{"v": 1'):
        path.write_text(text)
        with pytest.raises(CannotOpen, match="cannot be read"):
            server.read(tmp_path)
    path.write_text(json.dumps(tree | {"v": 2}))
    with pytest.raises(CannotOpen, match="newer version"):
        server.read(tmp_path)


def test_addresses() -> None:
    assert server.parse_url("postgresql://db/practice") == ("db", 5432, "practice")
    assert server.parse_url("postgresql://[::1]:5433/practice-2") == ("::1", 5433, "practice-2")
    address = replace(WHERE, host="::1", port=5433).url
    assert server.parse_url(address) == ("::1", 5433, "practice")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "db/practice",
        "postgres://db/practice",
        "mysql://db/practice",
        "postgresql://db",
        "postgresql:///practice",
        "postgresql://db:99999/practice",
        "postgresql://db:x/practice",
        "postgresql://db/practice?sslmode=disable",
        "postgresql://db/practice#x",
        "postgresql://db/a/b",
        "postgresql://db/name with space",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(Invalid, match="postgresql://name:port/database") as refused:
        server.parse_url(text)
    assert refused.value.field == "server"


@pytest.mark.parametrize(
    "text", ["postgresql://me@db/p", "postgresql://me:secret@db/p", "postgresql://:s@db/p"]
)
def test_no_user_and_no_password_in_an_address(text: str) -> None:
    with pytest.raises(Invalid, match="Leave user and password out") as refused:
        server.parse_url(text)
    assert "secret" not in str(refused.value)


def test_names_of_roles_fit_and_begin_with_the_practice() -> None:
    roles = WHERE.roles
    names = (roles.owner, roles.signin, roles.keeper, *roles.groups, roles.person(uuid4()))
    assert isinstance(roles, Roles)
    assert len(set(names)) == len(names)
    for name in names:
        assert name.startswith(f"pa_{WHERE.vault.hex[:12]}_")
        assert len(name) <= 63
