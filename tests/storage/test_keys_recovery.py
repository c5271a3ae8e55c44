"""The codes on paper, and what the recovery key opens."""

from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.errors import CannotOpen, Invalid, NotAllowed, NotFound, WrongPassword
from practice_app.storage import keys as k
from practice_app.storage.keys import Holds, SealedText, slots_file
from practice_app.storage.keys.codes import _ALPHABET, encode_recovery_key

from . import sample_keys
from .sample_keys import CHEAP, DIRECTOR_PASSWORD, MADE, Sample

CODE_OF_0_TO_15 = "000G-40R4-0M30-E209-185G-R38E-1WYR"
SECRETS = st.binary(min_size=16, max_size=16)
KEYS = st.binary(min_size=32, max_size=32)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return sample_keys.fresh(tmp_path)


@given(SECRETS)
def test_an_enrolment_code_is_seven_groups_of_four_and_reads_back(secret: bytes) -> None:
    code = k.encode_device_secret(secret)
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert k.parse_device_secret(code) == secret


@given(KEYS)
def test_a_recovery_key_is_two_lines_of_seven_groups_and_reads_back(secret: bytes) -> None:
    code = encode_recovery_key(secret)
    assert [[len(group) for group in line.split("-")] for line in code.split("\n")] == [[4] * 7] * 2
    assert k.parse_recovery_key(code) == secret


def test_a_code_made_by_this_version_is_read_by_every_later_one() -> None:
    assert k.encode_device_secret(bytes(range(16))) == CODE_OF_0_TO_15
    assert k.parse_device_secret(CODE_OF_0_TO_15) == bytes(range(16))


@given(KEYS, st.data())
def test_case_spaces_hyphens_and_look_alikes_do_not_matter(secret: bytes, data: st.DataObject) -> None:
    code = encode_recovery_key(secret)
    typed = "".join(
        data.draw(
            st.sampled_from({"-": "- –\n", "\n": "\n -", "0": "0Oo", "1": "1IlLi"}.get(c, c.lower() + c))
        )
        for c in code
    )
    assert k.parse_recovery_key(f"  {typed}\t") == secret
    assert k.parse_recovery_key(code.replace("-", "").replace("\n", "")) == secret


@given(KEYS, st.integers(0, 55), st.sampled_from(_ALPHABET))
def test_one_wrong_character_is_noticed_and_its_group_named(secret: bytes, place: int, wrong: str) -> None:
    characters = list(encode_recovery_key(secret).replace("-", "").replace("\n", ""))
    if characters[place] == wrong:
        return
    characters[place] = wrong
    with pytest.raises(Invalid, match=rf"Look at group {place // 4 + 1}\.") as caught:
        k.parse_recovery_key("".join(characters))
    assert caught.value.field == "code"


@given(SECRETS, st.data())
def test_any_two_wrong_or_exchanged_characters_are_noticed(secret: bytes, data: st.DataObject) -> None:
    code = k.encode_device_secret(secret).replace("-", "")
    first, second = data.draw(st.lists(st.integers(0, 27), min_size=2, max_size=2, unique=True))
    characters = list(code)
    if data.draw(st.booleans()):
        characters[first], characters[second] = characters[second], characters[first]
    else:
        characters[first] = data.draw(st.sampled_from(_ALPHABET))
        characters[second] = data.draw(st.sampled_from(_ALPHABET))
    if "".join(characters) == code:
        return
    with pytest.raises(Invalid, match="mistyped"):
        k.parse_device_secret("".join(characters))


@pytest.mark.parametrize("stranger", ["U", "*", "é", "٣", "\x00", "_"])
def test_a_character_that_never_occurs_names_its_group(stranger: str) -> None:
    code = k.encode_device_secret(bytes(16))
    with pytest.raises(Invalid, match="Look at group 3"):
        k.parse_device_secret(code[:12] + stranger + code[13:])


def test_a_missing_character_names_its_group_or_the_count() -> None:
    code = k.encode_device_secret(bytes(16))
    with pytest.raises(Invalid, match="Group 2 of the enrolment code has 3 characters"):
        k.parse_device_secret(code[:7] + code[8:])
    with pytest.raises(Invalid, match="has 28 characters; 27 were typed"):
        k.parse_device_secret(code.replace("-", "")[1:])
    with pytest.raises(Invalid, match="has 28 characters; 0 were typed"):
        k.parse_device_secret(" ")


def test_the_wrong_sort_of_code_says_so() -> None:
    first, second = encode_recovery_key(bytes(range(32))).split("\n")
    enrolment = k.encode_device_secret(bytes(16))
    with pytest.raises(Invalid, match="part of a recovery key"):
        k.parse_device_secret(first)
    with pytest.raises(Invalid, match="enrolment code, not a recovery key"):
        k.parse_recovery_key(f"{enrolment} {enrolment}")
    with pytest.raises(Invalid, match="exchanged"):
        k.parse_recovery_key(f"{second} {first}")


@given(st.text())
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(Invalid):
        k.parse_recovery_key(text)


def test_the_recovery_key_opens_everything_without_the_key_store(sample: Sample) -> None:
    director = sample.as_director()
    recovered = k.open_with_recovery(sample.folder, sample.recovery_key)
    assert recovered.vault == sample.vault
    assert recovered.dek == director.dek
    assert recovered.ck == director.ck
    assert recovered.ak == director.ak
    assert recovered.device_secret == sample.secret


def test_a_lost_key_store_and_password_are_mended_with_the_recovery_key(sample: Sample) -> None:
    recovered = k.open_with_recovery(sample.folder, sample.recovery_key)
    secret = recovered.device_secret
    k.reset_password(sample.folder, recovered, sample.director, "new start password", secret, CHEAP)
    keys = k.sign_in(sample.folder, "DD", "new start password", secret).keys
    assert keys.ak == recovered.ak
    with pytest.raises(WrongPassword):
        sample.as_director()


def test_another_practices_recovery_key_opens_nothing(sample: Sample) -> None:
    with pytest.raises(CannotOpen, match="another practice"):
        k.open_with_recovery(sample.folder, encode_recovery_key(bytes(32)))
    with pytest.raises(Invalid):
        k.open_with_recovery(sample.folder, "recovery")


def test_an_altered_file_is_not_opened_by_the_recovery_key_either(sample: Sample) -> None:
    sample.tamper(lambda tree: tree.update(seq=77))
    with pytest.raises(CannotOpen, match="altered"):
        k.open_with_recovery(sample.folder, sample.recovery_key)
    sample.tamper(lambda tree: tree["recovery"][0].update(id="R2"))
    with pytest.raises(CannotOpen, match="another practice"):
        k.open_with_recovery(sample.folder, sample.recovery_key)


def test_a_new_recovery_key_replaces_a_lost_sheet(sample: Sample) -> None:
    director = sample.as_director()
    with pytest.raises(NotAllowed, match="only recovery key"):
        k.remove_recovery_key(sample.folder, director, "R1")
    printed = k.add_recovery_key(sample.folder, director, MADE)
    ids = [slot.id for slot in k.read_slots(sample.folder).recovery]
    assert ids == ["R1", "R4"]
    assert k.open_with_recovery(sample.folder, sample.recovery_key).ak == director.ak
    k.remove_recovery_key(sample.folder, director, "R1")
    with pytest.raises(CannotOpen, match="newer one has replaced it"):
        k.open_with_recovery(sample.folder, sample.recovery_key)
    assert k.open_with_recovery(sample.folder, printed).device_secret == sample.secret
    with pytest.raises(NotFound):
        k.remove_recovery_key(sample.folder, director, "R1")


def test_no_password_opens_a_backups_keys(sample: Sample, tmp_path: Path) -> None:
    bundle = k.bundle_keys(sample.folder, sample.as_receptionist())
    assert slots_file.decode(bundle).slots == ()
    assert slots_file.decode(bundle).labels == ()
    restored = tmp_path / "restored"
    restored.mkdir()
    (restored / k.FILE_NAME).write_bytes(bundle)
    for password in (DIRECTOR_PASSWORD, "another password"):
        with pytest.raises(CannotOpen, match="part of a backup"):
            k.sign_in(restored, str(sample.director), password, sample.secret)


def test_a_backup_is_opened_on_another_pc_and_everybody_gets_their_private_notes_back(
    sample: Sample, tmp_path: Path
) -> None:
    therapist, row = sample.as_therapist(), uuid4()
    note = SealedText(uuid4(), sample.therapist, sample_keys.NOON, 1, "only me")
    blob = k.seal(therapist, "note.body", row, note, k.Kind.PRIVATE)
    bundle = k.bundle_keys(sample.folder, sample.as_director())

    folder = tmp_path / "new pc"
    folder.mkdir()
    recovered = k.open_bundle_keys(bundle, sample.recovery_key)
    k.rebuild_from_bundle(
        folder,
        bundle,
        recovered,
        director=sample.director,
        name="Dana Director",
        password="start on the new pc",
        kdf=CHEAP,
    )
    director = k.sign_in(folder, "DD", "start on the new pc", recovered.device_secret).keys
    k.add_user(
        folder,
        director,
        user=sample.therapist,
        name="Tess Therapist",
        holds=Holds.CLINICAL,
        password="therapist starts again",
        device_secret=recovered.device_secret,
        kdf=CHEAP,
    )
    again = k.sign_in(folder, "TT", "therapist starts again", recovered.device_secret).keys
    assert k.unseal(again, "note.body", row, blob) == note
    assert k.open_with_recovery(folder, sample.recovery_key).ak == director.ak


def test_a_restore_never_replaces_the_key_file_in_use(sample: Sample) -> None:
    bundle = k.bundle_keys(sample.folder, sample.as_director())
    recovered = k.open_bundle_keys(bundle, sample.recovery_key)
    before = (sample.folder / k.FILE_NAME).read_bytes()
    with pytest.raises(CannotOpen, match="stays in use"):
        k.rebuild_from_bundle(
            sample.folder,
            bundle,
            recovered,
            director=sample.director,
            name="Dana Director",
            password="start on the new pc",
            kdf=CHEAP,
        )
    assert (sample.folder / k.FILE_NAME).read_bytes() == before
