"""Changing keys after a theft or a leaver: nobody's password is needed and no crash locks anybody out."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from practice_app.errors import CannotOpen, Defect, NotAllowed, NotEnrolled, PracticeError
from practice_app.storage import keys as k
from practice_app.storage.keys import DeviceStore, Holds, Kind, SealedText, slots_file

from . import sample_keys
from .sample_keys import MADE, NOON, Sample


class MemoryKeyStore:
    """A key store that forgets with the test."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.texts.get(name)

    def write(self, name: str, text: str) -> None:
        self.texts[name] = text


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return sample_keys.fresh(tmp_path)


def roster(sample: Sample) -> dict[Any, Holds]:
    return {
        sample.director: Holds.ADMIN,
        sample.therapist: Holds.CLINICAL,
        sample.receptionist: Holds.RECORDS,
    }


def test_a_new_database_key_reaches_everybody_and_the_printed_sheet(sample: Sample) -> None:
    director = sample.as_director()
    first = bytes(director.newest_dek[1])
    assert k.add_dek_generation(sample.folder, director, roster(sample)) == 2
    for keys in (director, sample.as_director(), sample.as_therapist(), sample.as_receptionist()):
        assert sorted(keys.dek) == [1, 2]
        assert keys.dek[1] == first
        assert keys.newest_dek == director.newest_dek
    assert k.open_with_recovery(sample.folder, sample.recovery_key).dek == director.dek
    assert sample.as_receptionist().ck is None
    assert sample.as_therapist().ak is None

    k.drop_dek_generation(sample.folder, director, roster(sample), 1)
    for keys in (director, sample.as_therapist(), sample.as_receptionist()):
        assert sorted(keys.dek) == [2]
    assert sorted(k.open_with_recovery(sample.folder, sample.recovery_key).dek) == [2]


def test_the_key_file_names_the_newest_database_key(sample: Sample) -> None:
    director = sample.as_director()
    k.add_dek_generation(sample.folder, director, roster(sample))
    assert k.read_slots(sample.folder).dek_id == k.dek_id(director.newest_dek[1])


def test_a_leaver_with_the_old_key_cannot_sign_the_new_file(sample: Sample) -> None:
    leaver, director = sample.as_receptionist(), sample.as_director()
    k.remove_user(sample.folder, director, sample.receptionist)
    k.add_dek_generation(sample.folder, director, roster(sample))
    k.drop_dek_generation(sample.folder, director, roster(sample), 1)
    with pytest.raises(CannotOpen, match="altered"):
        k.bundle_keys(sample.folder, leaver)
    forged = k.read_slots(sample.folder).signed(leaver.slots_mac_key())
    sample.put(slots_file.encode(forged))
    with pytest.raises(CannotOpen, match="altered"):
        sample.as_therapist()


def test_a_backup_made_before_still_opens_with_the_sheet(sample: Sample) -> None:
    director = sample.as_director()
    old = bytes(director.newest_dek[1])
    bundle = k.bundle_keys(sample.folder, director)
    k.add_dek_generation(sample.folder, director, roster(sample))
    k.drop_dek_generation(sample.folder, director, roster(sample), 1)
    assert k.open_bundle_keys(bundle, sample.recovery_key).dek == {1: old}
    newer = k.bundle_keys(sample.folder, director)
    assert k.open_bundle_keys(newer, sample.recovery_key).dek == director.dek


def test_a_new_clinical_key_seals_what_comes_and_opens_what_was(sample: Sample) -> None:
    director, row = sample.as_director(), uuid4()
    note = SealedText(uuid4(), sample.therapist, NOON, 1, "before the change")
    old = k.seal(sample.as_therapist(), "note.body", row, note)
    old_scan = k.seal(sample.as_receptionist(), "scan", row, note, Kind.FOR_CLINICIANS)
    assert k.add_ck_generation(sample.folder, director, roster(sample)) == 2
    therapist, receptionist = sample.as_therapist(), sample.as_receptionist()
    assert receptionist.ck is None
    new = k.seal(therapist, "note.body", row, note)
    new_scan = k.seal(receptionist, "scan", row, note, Kind.FOR_CLINICIANS)
    assert [k.sealed_with(blob)[1] for blob in (old, old_scan, new, new_scan)] == [1, 1, 2, 2]
    for blob, purpose in ((old, "note.body"), (old_scan, "scan"), (new, "note.body"), (new_scan, "scan")):
        assert k.unseal(therapist, purpose, row, blob) == note

    k.drop_ck_generation(sample.folder, director, roster(sample), 1)
    therapist = sample.as_therapist()
    assert k.unseal(therapist, "note.body", row, new) == note
    with pytest.raises(PracticeError, match="older key"):
        k.unseal(therapist, "note.body", row, old)
    assert sorted(director.clinical_keys()) == [2]


def test_the_roster_decides_who_gets_new_keys_not_the_file(sample: Sample) -> None:
    """Somebody demoted who puts their old slot content back must not be handed the new clinical key."""
    director = sample.as_director()
    old_slot = k.read_slots(sample.folder).slot(sample.therapist)
    assert old_slot is not None
    k.set_holds(sample.folder, director, sample.therapist, Holds.RECORDS)
    demoted = sample.as_therapist()
    file = k.read_slots(sample.folder).with_slot(old_slot)
    sample.put(slots_file.encode(file.signed(demoted.slots_mac_key())))
    assert sample.as_therapist().ck is not None
    k.add_ck_generation(sample.folder, director, roster(sample) | {sample.therapist: Holds.RECORDS})
    assert sample.as_therapist().ck is None


def test_a_slot_of_somebody_not_on_the_list_stops_the_change(sample: Sample) -> None:
    director = sample.as_director()
    before = (sample.folder / k.FILE_NAME).read_bytes()
    short = roster(sample)
    del short[sample.receptionist]
    with pytest.raises(CannotOpen, match="nothing was changed"):
        k.add_dek_generation(sample.folder, director, short)
    with pytest.raises(Defect):
        k.add_dek_generation(sample.folder, director, roster(sample) | {sample.director: Holds.CLINICAL})
    assert sorted(director.dek) == [1]
    assert (sample.folder / k.FILE_NAME).read_bytes() == before


def test_an_exchanged_recovery_slot_stops_the_change(sample: Sample) -> None:
    director = sample.as_director()
    k.add_recovery_key(sample.folder, director, MADE)
    tree = sample.tree()
    first, second = tree["recovery"]
    first["escrow"], second["escrow"] = second["escrow"], first["escrow"]
    file = slots_file.decode(sample_keys.dumped(tree))
    sample.put(slots_file.encode(file.signed(director.slots_mac_key())))
    with pytest.raises(CannotOpen, match="nothing was changed"):
        k.add_dek_generation(sample.folder, director, roster(sample))
    assert sorted(director.dek) == [1]


def test_only_directors_change_keys_and_never_the_newest_is_dropped(sample: Sample) -> None:
    therapist, director = sample.as_therapist(), sample.as_director()
    for change in (k.add_dek_generation, k.add_ck_generation):
        with pytest.raises(NotAllowed):
            change(sample.folder, therapist, roster(sample))
    with pytest.raises(NotAllowed):
        k.change_device_secret(sample.folder, therapist, DeviceStore(MemoryKeyStore()), sample.secret or b"")
    for generation in (1, 2):
        with pytest.raises(Defect):
            k.drop_dek_generation(sample.folder, director, roster(sample), generation)
        with pytest.raises(Defect):
            k.drop_ck_generation(sample.folder, director, roster(sample), generation)


def test_a_stolen_pc_is_shut_out_and_everybody_keeps_their_password(sample: Sample) -> None:
    assert sample.secret is not None
    store = DeviceStore(MemoryKeyStore())
    store.set(sample.vault, sample.secret)
    director = sample.as_director()
    new = k.change_device_secret(sample.folder, director, store, sample.secret)
    with pytest.raises(NotEnrolled):
        sample.as_therapist()
    assert k.fitting_secret(sample.folder, store) == new
    for who, password in (
        ("DD", sample_keys.DIRECTOR_PASSWORD),
        ("TT", sample_keys.THERAPIST_PASSWORD),
        ("RR", sample_keys.RECEPTIONIST_PASSWORD),
    ):
        k.sign_in(sample.folder, who, password, new).keys.drop()
    assert k.open_with_recovery(sample.folder, sample.recovery_key).device_secret == new


def test_a_wrong_old_device_secret_changes_nothing(sample: Sample) -> None:
    assert sample.secret is not None
    store = DeviceStore(MemoryKeyStore())
    store.set(sample.vault, sample.secret)
    before = (sample.folder / k.FILE_NAME).read_bytes()
    with pytest.raises(NotEnrolled, match="nothing was changed"):
        k.change_device_secret(sample.folder, sample.as_director(), store, k.new_device_secret())
    assert (sample.folder / k.FILE_NAME).read_bytes() == before
    assert store.get(sample.vault) == sample.secret
    assert store.get_older(sample.vault) is None


def test_a_change_of_the_device_secret_that_fails_leaves_the_old_one_here(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sample.secret is not None
    store = DeviceStore(MemoryKeyStore())
    store.set(sample.vault, sample.secret)
    director = sample.as_director()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PracticeError, match="nothing was changed"):
        k.change_device_secret(sample.folder, director, store, sample.secret)
    assert store.get(sample.vault) == sample.secret


def test_a_password_only_practice_needs_no_device_secret(tmp_path: Path) -> None:
    sample_keys.make(tmp_path, device=False)
    assert k.fitting_secret(tmp_path, DeviceStore(MemoryKeyStore())) is None


def test_neither_the_kept_nor_the_older_secret_fits(sample: Sample) -> None:
    store = DeviceStore(MemoryKeyStore())
    with pytest.raises(NotEnrolled):
        k.fitting_secret(sample.folder, store)
    store.set(sample.vault, k.new_device_secret())
    with pytest.raises(NotEnrolled):
        k.fitting_secret(sample.folder, store)
    store.set(sample.vault, k.new_device_secret())
    with pytest.raises(NotEnrolled):
        k.fitting_secret(sample.folder, store)


class PowerCutError(BaseException):
    """The power went off: nothing after this runs."""


@pytest.mark.parametrize("when", ["before the file", "after the file"])
def test_a_crash_during_the_change_of_the_device_secret_leaves_one_that_fits(
    sample: Sample, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sample.secret is not None
    texts = MemoryKeyStore()
    store = DeviceStore(texts)
    store.set(sample.vault, sample.secret)
    director = sample.as_director()
    real = slots_file.write

    def cut(*given: Any) -> None:
        if when == "after the file":
            real(*given)
        texts.write = lambda *_: None  # type: ignore[method-assign]
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(slots_file, "write", cut)
        with pytest.raises(PowerCutError):
            k.change_device_secret(sample.folder, director, store, sample.secret)
    del texts.write
    secret = k.fitting_secret(sample.folder, store)
    assert (secret == sample.secret) is (when == "before the file")
    k.sign_in(sample.folder, "TT", sample_keys.THERAPIST_PASSWORD, secret).keys.drop()
    assert store.get(sample.vault) == secret


def test_a_crash_at_any_step_of_a_change_of_keys_leaves_keys_that_fit(tmp_path: Path) -> None:
    """The key file holds both generations from one write to the next, so either database opens."""
    steps = 0
    for step in range(40):
        folder = tmp_path / str(step)
        folder.mkdir()
        sample = sample_keys.fresh(folder)
        director = sample.as_director()
        database = bytes(director.newest_dek[1])
        left = iter(range(step, -1, -1))

        def counted(real: Any, left: Any = left) -> Any:
            def call(*given: Any, **named: Any) -> Any:
                if next(left, 1) == 0:
                    raise PowerCutError
                return real(*given, **named)

            return call

        finished = False
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "fsync", counted(os.fsync))
            patch.setattr(Path, "replace", counted(Path.replace))
            try:
                k.add_dek_generation(folder, director, roster(sample))
                database = bytes(director.newest_dek[1])  # the copied file is in place from here on
                k.drop_dek_generation(folder, director, roster(sample), 1)
                finished = True
            except PowerCutError:
                steps += 1
        for keys in (sample.as_receptionist(), sample.as_director()):
            assert database in [bytes(key) for key in keys.dek.values()]
        recovered = k.open_with_recovery(folder, sample.recovery_key)
        assert database in [bytes(key) for key in recovered.dek.values()]
        if finished:
            break
    assert finished
    assert steps == 12
