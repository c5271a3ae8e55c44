"""The key file's strict form, and how it is written."""

import json
import os
import re
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import Busy, CannotOpen, PracticeError, WrongPassword
from practice_app.storage import keys as k
from practice_app.storage.keys import Holds, slots_file

from . import sample_keys
from .sample_keys import CHEAP, RECEPTIONIST_PASSWORD, Sample, dumped

FIELDS = [
    *("dek_id", "device", "format", "former", "mac", "min_app"),
    *("recovery", "seq", "slots", "suite", "v", "vault"),
]
NOT_BINARY = ["", "A", "AAAA", "A" * 24, "AAAAAAAAAAAAAAAAAAAAAB==", "A\n==", "-_==", "A" * 500_000]


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return sample_keys.fresh(tmp_path)


def test_the_file_is_canonical_json_of_the_published_form(sample: Sample) -> None:
    data = (sample.folder / k.FILE_NAME).read_bytes()
    tree = sample.tree()
    assert dumped(tree) == data
    assert sorted(tree) == FIELDS
    assert sorted(tree["slots"][0]) == ["escrow", "kdf", "keys", "label", "salt", "user", "wrap"]
    assert tree["slots"][0]["kdf"] == {"alg": "argon2id", "m": 19456, "t": 2, "p": 1}
    assert (tree["format"], tree["v"], tree["suite"]) == ("practice-app-keys", 1, "A256GCM+argon2id/1")
    assert slots_file.encode(slots_file.decode(data)) == data


def refused(data: bytes) -> None:
    with pytest.raises(CannotOpen):
        slots_file.decode(data)


def test_other_spellings_of_the_same_content_are_refused(sample: Sample) -> None:
    data = (sample.folder / k.FILE_NAME).read_bytes()
    tree = sample.tree()
    refused(data + b"\n")
    refused(json.dumps(tree, sort_keys=True).encode())
    refused(json.dumps(dict(reversed(tree.items())), separators=(",", ":")).encode())
    refused(data.replace(b'"v":1', b'"v":1.0'))
    refused(data.replace(b'"v":1', b'"v":1e0'))
    refused(data.replace(b'"device":true', b'"device":1'))
    refused(data.replace(b'"seq":3', b'"seq":3,"seq":4'))
    refused(data.replace(b'"seq":3', b'"seq":"3"'))
    refused(data.replace(b'"seq":3', b'"seq":true'))
    refused(data.replace(b'"seq":3', b'"seq":-3'))
    refused(data.replace(b'"seq":3', b'"seq":NaN'))
    refused(b"\xef\xbb\xbf" + data)
    refused(data.decode().encode("utf-16"))


def test_missing_or_unknown_fields_are_refused_everywhere(sample: Sample) -> None:
    tree = sample.tree()
    places = [tree, tree["slots"][0], tree["slots"][0]["kdf"], tree["recovery"][0]]
    for place in places:
        for name in list(place):
            value = place.pop(name)
            refused(dumped(tree))
            for wrong in (None, {"a": 1}, "", -1, [value]):
                refused(with_value(tree, place, name, wrong))
            place[name] = value
        place["extra"] = 1
        refused(dumped(tree))
        del place["extra"]
    slots_file.decode(dumped(tree))


def with_value(tree: dict[str, Any], place: dict[str, Any], name: str, value: object) -> bytes:
    place[name] = value
    data = dumped(tree)
    del place[name]
    return data


@pytest.mark.parametrize("name", ["salt", "wrap", "keys", "escrow"])
@pytest.mark.parametrize("text", NOT_BINARY)
def test_binary_fields_have_one_spelling_and_sensible_lengths(sample: Sample, name: str, text: str) -> None:
    tree = sample.tree()
    tree["slots"][0][name] = text
    refused(dumped(tree))


def test_users_labels_and_recovery_keys_are_named_once(sample: Sample) -> None:
    changes: tuple[Callable[[dict[str, Any]], object], ...] = (
        lambda tree: tree["slots"][0].update(user=tree["slots"][1]["user"]),
        lambda tree: tree["slots"][0].update(label="tt"),
        lambda tree: tree["recovery"].append(tree["recovery"][0]),
        lambda tree: tree["former"].append(
            {"user": tree["slots"][0]["user"], "escrow": tree["slots"][0]["escrow"]}
        ),
    )
    for change in changes:
        tree = sample.tree()
        change(tree)
        refused(dumped(tree))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 5000,
        b"\xff\xfe",
        b"{" + b" " * 1_000_001,
    ],
)
def test_other_files_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(CannotOpen, match="damaged"):
        slots_file.decode(data)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    refused(data)


@given(data=st.data())
def test_no_byte_of_the_file_can_be_changed_unnoticed(data: st.DataObject) -> None:
    good = sample_keys.bytes_of_the_file()
    place = data.draw(st.integers(0, len(good) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda byte: byte != good[place]))
    changed = good[:place] + bytes([value]) + good[place + 1 :]
    try:
        file = slots_file.decode(changed)
    except CannotOpen:
        return
    assert not file.is_signed_with(sample_keys.mac_key())


@pytest.mark.parametrize("change", [{"v": 2}, {"min_app": "1.1"}, {"min_app": "2.0", "new": 1}])
def test_a_newer_file_says_so(sample: Sample, change: dict[str, Any]) -> None:
    with pytest.raises(CannotOpen, match="newer version"):
        slots_file.decode(dumped(sample.tree() | change))


def test_a_folder_without_keys_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="no practice in this folder"):
        k.labels(tmp_path)
    assert not k.keys_exist(tmp_path)
    (tmp_path / k.FILE_NAME).mkdir()
    with pytest.raises(CannotOpen, match="cannot be read"):
        k.labels(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_the_owner_may_read_the_files(sample: Sample) -> None:
    k.set_holds(sample.folder, sample.as_director(), sample.receptionist, Holds.CLINICAL)
    for path in sample.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


class PowerCutError(Exception):
    """The power went off here."""


def crash_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the n-th write, flush or rename of a file stop the program."""
    left = iter(range(step, -1, -1))

    def counted(real: Any) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            if next(left, 1) == 0:
                raise PowerCutError
            return real(*given, **named)

        return call

    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))


def test_a_crash_at_any_step_leaves_the_old_or_the_new_file_whole(tmp_path: Path) -> None:
    outcomes = []
    for step in range(20):
        folder = tmp_path / str(step)
        folder.mkdir()
        sample = sample_keys.fresh(folder)
        keys = sample.as_receptionist()
        with pytest.MonkeyPatch.context() as patch:
            crash_at(step, patch)
            try:
                k.change_password(
                    folder, keys, RECEPTIONIST_PASSWORD, "new password here", sample.secret, CHEAP
                )
                finished = True
            except PowerCutError:
                finished = False
        opened = [
            password for password in (RECEPTIONIST_PASSWORD, "new password here") if opens(sample, password)
        ]
        assert len(opened) == 1
        assert (folder / k.FILE_NAME).read_bytes() == (folder / f"{k.FILE_NAME}.bak").read_bytes()
        outcomes.append(opened[0])
        if finished:
            break
    assert finished
    assert outcomes[0] == RECEPTIONIST_PASSWORD
    assert outcomes[-2] == outcomes[-1] == "new password here"


def opens(sample: Sample, password: str) -> bool:
    try:
        sample.sign_in("RR", password)
    except WrongPassword:
        return False
    return True


def test_a_full_disk_is_told_and_changes_nothing(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    director = sample.as_director()
    before = (sample.folder / k.FILE_NAME).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PracticeError, match="nothing was changed"):
        k.remove_user(sample.folder, director, sample.therapist)
    assert (sample.folder / k.FILE_NAME).read_bytes() == before
    assert not (sample.folder / "keyslots.json.new").exists()


def test_a_disk_that_fills_up_between_file_and_copy_is_told_and_mended(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = sample.as_director()
    real = Path.replace

    def full(path: Path, target: Path) -> Path:
        if target.name.endswith(".bak"):
            raise OSError(28, "No space left on device")
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(PracticeError, match="Sign in again"):
            k.remove_user(sample.folder, director, sample.therapist)
    sample.as_director()
    copy = sample.folder / f"{k.FILE_NAME}.bak"
    assert slots_file.decode(copy.read_bytes()).labels == ("DD", "RR")


def test_a_file_damaged_on_its_way_to_the_disk_is_not_put_in_place(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    director = sample.as_director()
    before = (sample.folder / k.FILE_NAME).read_bytes()
    real = slots_file._write_temporary
    monkeypatch.setattr(
        slots_file,
        "_write_temporary",
        lambda folder, data: real(folder, re.sub(rb'"seq":\d+', b'"seq":9', data)),
    )
    with pytest.raises(CannotOpen, match="altered"):
        k.remove_user(sample.folder, director, sample.therapist)
    assert (sample.folder / k.FILE_NAME).read_bytes() == before


def test_a_leftover_of_a_crash_does_not_stop_the_next_change(sample: Sample) -> None:
    (sample.folder / "keyslots.json.new").write_bytes(b"half")
    k.remove_user(sample.folder, sample.as_director(), sample.therapist)
    assert not (sample.folder / "keyslots.json.new").exists()


def test_two_changes_at_once_do_not_mix(sample: Sample) -> None:
    director = sample.as_director()
    with slots_file.writing(sample.folder), pytest.raises(Busy):
        k.remove_user(sample.folder, director, sample.therapist)
    k.remove_user(sample.folder, director, sample.therapist)


def test_a_locked_file_does_not_stop_signing_in(sample: Sample) -> None:
    (sample.folder / f"{k.FILE_NAME}.bak").unlink()
    with slots_file.writing(sample.folder):
        sample.as_therapist()
    assert not (sample.folder / f"{k.FILE_NAME}.bak").exists()
    sample.as_therapist()
    assert (sample.folder / f"{k.FILE_NAME}.bak").exists()


def test_a_missing_folder_is_told_when_a_practice_is_made(tmp_path: Path) -> None:
    with pytest.raises(PracticeError, match="cannot be written"):
        sample_keys.make(tmp_path / "not there")
