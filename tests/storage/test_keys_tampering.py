"""What somebody who can write the key file, but holds no key or too few, cannot get."""

import base64
import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from practice_app.errors import CannotOpen, NotEnrolled, PracticeError, WrongPassword
from practice_app.storage import keys as k
from practice_app.storage.keys import Holds, crypto, slots_file, wraps

from . import sample_keys
from .sample_keys import CHEAP, RECEPTIONIST_PASSWORD, THERAPIST_PASSWORD, Sample

Tree = dict[str, Any]


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return sample_keys.fresh(tmp_path)


def slot(tree: Tree, label: str) -> Tree:
    found: Tree = next(slot for slot in tree["slots"] if slot["label"] == label)
    return found


def test_a_slot_relabelled_as_another_user_does_not_open(sample: Sample) -> None:
    def relabel(tree: Tree) -> None:
        therapist, receptionist = slot(tree, "TT"), slot(tree, "RR")
        therapist["user"], receptionist["user"] = receptionist["user"], therapist["user"]

    sample.tamper(relabel)
    with pytest.raises(WrongPassword):
        sample.sign_in("TT", THERAPIST_PASSWORD)


def test_exchanged_initials_are_noticed(sample: Sample) -> None:
    def exchange(tree: Tree) -> None:
        slot(tree, "TT")["label"] = "XX"

    sample.tamper(exchange)
    with pytest.raises(CannotOpen, match="altered"):
        sample.as_therapist()


@pytest.mark.parametrize(("figure", "value"), [("m", 19457), ("t", 3), ("p", 2)])
def test_changed_argon2_figures_within_the_bounds_make_the_slot_useless(
    sample: Sample, figure: str, value: int
) -> None:
    def change(tree: Tree) -> None:
        slot(tree, "TT")["kdf"][figure] = value

    sample.tamper(change)
    with pytest.raises(WrongPassword):
        sample.sign_in("TT", THERAPIST_PASSWORD)


@pytest.mark.parametrize(
    "kdf",
    [
        {"alg": "argon2id", "m": 8, "t": 2, "p": 1},
        {"alg": "argon2id", "m": 19455, "t": 2, "p": 1},
        {"alg": "argon2id", "m": 1048577, "t": 2, "p": 1},
        {"alg": "argon2id", "m": 64 * 1048576, "t": 2, "p": 1},
        {"alg": "argon2id", "m": 19456, "t": 1, "p": 1},
        {"alg": "argon2id", "m": 19456, "t": 11, "p": 1},
        {"alg": "argon2id", "m": 19456, "t": 2, "p": 0},
        {"alg": "argon2id", "m": 19456, "t": 2, "p": 9},
        {"alg": "argon2id", "m": -1, "t": 2, "p": 1},
        {"alg": "argon2i", "m": 19456, "t": 2, "p": 1},
        {"alg": "pbkdf2", "m": 19456, "t": 2, "p": 1},
    ],
)
def test_argon2_figures_out_of_bounds_are_refused_before_they_are_used(
    sample: Sample, kdf: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("Argon2 ran")

    monkeypatch.setattr(crypto, "stretch", never)
    sample.tamper(lambda tree: slot(tree, "TT").update(kdf=kdf))
    with pytest.raises(CannotOpen, match="damaged"):
        sample.sign_in("TT", THERAPIST_PASSWORD)


def test_declaring_the_device_layer_away_opens_nothing(sample: Sample) -> None:
    sample.tamper(lambda tree: tree.update(device=False))
    for secret in (sample.secret, None):
        with pytest.raises(WrongPassword):
            k.sign_in(sample.folder, "TT", THERAPIST_PASSWORD, secret)


def test_a_slot_peeled_by_a_holder_of_the_device_secret_does_not_open_as_password_only(
    sample: Sample,
) -> None:
    assert sample.secret is not None
    file = k.read_slots(sample.folder)
    bare = [wraps.peel(file, slot, sample.secret) for slot in file.slots]
    peeled = replace(file, device=False, slots=tuple(slot for slot in bare if slot is not None))
    sample.put(slots_file.encode(peeled.signed(sample.as_receptionist().slots_mac_key())))
    with pytest.raises(WrongPassword):
        k.sign_in(sample.folder, "TT", THERAPIST_PASSWORD, None)


def test_a_device_layer_put_on_a_password_only_practice_opens_nothing(tmp_path: Path) -> None:
    sample = sample_keys.make(tmp_path, device=False)
    sample.tamper(lambda tree: tree.update(device=True))
    with pytest.raises(NotEnrolled):
        sample.as_therapist()
    with pytest.raises(NotEnrolled):
        k.sign_in(tmp_path, "TT", THERAPIST_PASSWORD, k.new_device_secret())


def test_a_clinicians_keys_transplanted_into_another_slot_do_not_open(sample: Sample) -> None:
    def transplant(tree: Tree) -> None:
        slot(tree, "RR")["keys"] = slot(tree, "TT")["keys"]

    sample.tamper(transplant)
    with pytest.raises(CannotOpen, match="exchanged"):
        sample.as_receptionist()


def test_an_escrow_transplanted_to_another_user_stops_the_director_and_changes_nothing(
    sample: Sample,
) -> None:
    director = sample.as_director()
    tree = sample.tree()
    slot(tree, "RR")["escrow"] = slot(tree, "TT")["escrow"]
    forged = resigned(tree, director)
    sample.put(forged)
    with pytest.raises(CannotOpen, match="nothing was changed"):
        k.set_holds(sample.folder, director, sample.receptionist, Holds.CLINICAL)
    with pytest.raises(CannotOpen, match="nothing was changed"):
        k.private_key_of(sample.folder, director, sample.receptionist)
    assert (sample.folder / k.FILE_NAME).read_bytes() == forged


def test_another_practices_slot_does_not_open_here(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = sample_keys.make(folder)
    sample.tamper(lambda tree: tree.update(slots=other.tree()["slots"]))
    with pytest.raises(NotEnrolled):
        k.sign_in(sample.folder, "TT", THERAPIST_PASSWORD, sample.secret)
    with pytest.raises(NotEnrolled):
        k.sign_in(sample.folder, "TT", THERAPIST_PASSWORD, other.secret)


def test_one_damaged_slot_leaves_the_file_altered_for_all_but_enrolled_still(sample: Sample) -> None:
    """An altered slot must not make the PC look unenrolled for everybody else."""

    def damage(tree: Tree) -> None:
        wrap = bytearray(base64.b64decode(slot(tree, "DD")["wrap"]))
        wrap[20] ^= 1
        slot(tree, "DD")["wrap"] = base64.b64encode(wrap).decode()

    sample.tamper(damage)
    with pytest.raises(WrongPassword):
        sample.as_director()
    with pytest.raises(CannotOpen, match="altered"):
        sample.as_therapist()


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.update(seq=99),
        lambda tree: tree.update(dek_id="0" * 16),
        lambda tree: tree["former"].append({"user": str(UUID(int=5)), "escrow": "A" * 80}),
        lambda tree: tree["recovery"].clear(),
        lambda tree: tree["slots"].pop(),
        lambda tree: tree["slots"].reverse(),
        lambda tree: tree["recovery"][0].update(made="2020-01-01"),
        lambda tree: tree.update(mac="A" * 43 + "="),
    ],
)
def test_any_other_change_to_the_file_is_noticed(sample: Sample, change: Callable[[Tree], None]) -> None:
    director, therapist = sample.as_director(), sample.as_therapist()
    sample.tamper(change)
    with pytest.raises(CannotOpen, match="altered"):
        sample.as_therapist()
    with pytest.raises(CannotOpen, match="altered"):
        k.change_password(sample.folder, therapist, THERAPIST_PASSWORD, "x" * 12, sample.secret, CHEAP)
    with pytest.raises(CannotOpen, match="altered"):
        k.set_holds(sample.folder, director, sample.receptionist, Holds.CLINICAL)
    with pytest.raises(CannotOpen, match="altered"):
        k.bundle_keys(sample.folder, director)


def test_an_insider_who_signs_the_file_anew_still_gets_no_clinical_key(sample: Sample) -> None:
    """A receptionist holds the database key and can sign the file; the keys inside are not theirs."""
    receptionist = sample.as_receptionist()
    tree = sample.tree()
    slot(tree, "RR")["keys"] = slot(tree, "TT")["keys"]
    sample.put(resigned(tree, receptionist))
    with pytest.raises(CannotOpen, match="exchanged"):
        sample.as_receptionist()


def test_an_older_file_put_back_during_a_session_is_not_built_upon(sample: Sample) -> None:
    old = (sample.folder / k.FILE_NAME).read_bytes()
    director = sample.as_director()
    k.remove_user(sample.folder, director, sample.therapist)
    sample.put(old)
    with pytest.raises(CannotOpen, match="older key file"):
        k.set_holds(sample.folder, director, sample.receptionist, Holds.CLINICAL)
    assert (sample.folder / k.FILE_NAME).read_bytes() == old


def test_an_older_file_put_back_is_seen_against_the_database(sample: Sample) -> None:
    old = (sample.folder / k.FILE_NAME).read_bytes()
    director = sample.as_director()
    noted = k.remove_user(sample.folder, director, sample.therapist)
    sample.put(old)
    back = k.sign_in(sample.folder, "TT", THERAPIST_PASSWORD, sample.secret)
    finding = k.compare(back.standing, noted)
    assert finding.verdict is k.Verdict.OLDER_KEY_FILE
    with pytest.raises(CannotOpen, match="older key file"):
        finding.admit(back.keys)
    director_again = k.sign_in(sample.folder, "DD", sample_keys.DIRECTOR_PASSWORD, sample.secret)
    finding.admit(director_again.keys)
    accepted = k.accept_older_file(sample.folder, director_again.keys, noted.seq)
    assert accepted.seq == noted.seq + 1
    assert k.compare(accepted, noted).verdict is k.Verdict.DATABASE_BEHIND


def test_the_copy_keeps_neither_an_old_password_nor_a_removed_user(sample: Sample) -> None:
    k.change_password(
        sample.folder,
        sample.as_receptionist(),
        RECEPTIONIST_PASSWORD,
        "new password here",
        sample.secret,
        CHEAP,
    )
    k.remove_user(sample.folder, sample.as_director(), sample.therapist)
    (sample.folder / k.FILE_NAME).unlink()
    with pytest.raises(WrongPassword):
        sample.as_receptionist()
    with pytest.raises(WrongPassword):
        sample.as_therapist()
    assert sample.sign_in("RR", "new password here").user == sample.receptionist


def test_no_other_file_is_left_in_the_folder(sample: Sample) -> None:
    k.remove_user(sample.folder, sample.as_director(), sample.therapist)
    assert sorted(path.name for path in sample.folder.iterdir()) == [
        "keyslots.json",
        "keyslots.json.bak",
        "keyslots.lock",
    ]


def test_a_crash_between_file_and_copy_is_finished_at_the_next_sign_in(sample: Sample) -> None:
    old = (sample.folder / k.FILE_NAME).read_bytes()
    k.remove_user(sample.folder, sample.as_director(), sample.therapist)
    (sample.folder / f"{k.FILE_NAME}.bak").write_bytes(old)
    sample.as_receptionist()
    assert (sample.folder / f"{k.FILE_NAME}.bak").read_bytes() == (sample.folder / k.FILE_NAME).read_bytes()


def test_a_missing_or_damaged_file_is_opened_and_mended_from_its_copy(sample: Sample) -> None:
    good = (sample.folder / k.FILE_NAME).read_bytes()
    for bad in (b"", b"{", good[:-100], b"\0" * len(good)):
        (sample.folder / k.FILE_NAME).write_bytes(bad)
        sample.as_therapist()
        assert (sample.folder / k.FILE_NAME).read_bytes() == good
    (sample.folder / k.FILE_NAME).unlink()
    sample.as_therapist()
    assert (sample.folder / k.FILE_NAME).read_bytes() == good


def test_an_altered_file_is_not_copied_over_its_copy(sample: Sample) -> None:
    good = (sample.folder / k.FILE_NAME).read_bytes()
    tree = copy.deepcopy(sample.tree())
    tree["seq"] = 50
    (sample.folder / k.FILE_NAME).write_bytes(sample_keys.dumped(tree))
    with pytest.raises(PracticeError, match="altered"):
        sample.as_therapist()
    assert (sample.folder / f"{k.FILE_NAME}.bak").read_bytes() == good


def resigned(tree: Tree, keys: k.Keys) -> bytes:
    """The file signed anew by somebody who holds the database key."""
    data = sample_keys.dumped(tree)
    file = slots_file.decode(data)
    return slots_file.encode(replace(file, mac=b"").signed(keys.slots_mac_key()))
