"""Signing in, and every change to users and passwords, on a real key file."""

from pathlib import Path
from uuid import uuid4

import pytest

from practice_app.errors import (
    CannotOpen,
    Defect,
    Invalid,
    NotAllowed,
    NotEnrolled,
    NotFound,
    WrongPassword,
)
from practice_app.storage import keys as k
from practice_app.storage.keys import Holds, changes, slots

from . import sample_keys
from .sample_keys import CHEAP, DIRECTOR_PASSWORD, RECEPTIONIST_PASSWORD, THERAPIST_PASSWORD, Sample


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return sample_keys.fresh(tmp_path)


def files_differ(sample: Sample) -> bool:
    first = sample.folder / k.FILE_NAME
    return first.read_bytes() != first.with_name(f"{k.FILE_NAME}.bak").read_bytes()


def test_each_role_gets_its_own_keys_and_no_more(sample: Sample) -> None:
    director, therapist, receptionist = (
        sample.as_director(),
        sample.as_therapist(),
        sample.as_receptionist(),
    )
    assert director.newest_dek == therapist.newest_dek == receptionist.newest_dek
    assert director.newest_ck == therapist.newest_ck
    assert receptionist.ck is None
    assert therapist.ak is None
    assert receptionist.ak is None
    assert director.ak is not None
    assert len({bytes(keys.uk) for keys in (director, therapist, receptionist)}) == 3
    assert {keys.vault for keys in (director, therapist, receptionist)} == {sample.vault}


def test_only_initials_can_be_read_before_unlocking(sample: Sample) -> None:
    assert k.labels(sample.folder) == ("DD", "TT", "RR")
    text = (sample.folder / k.FILE_NAME).read_text()
    assert not any(name in text for name in ("Dana", "Tess", "Rae", "Therapist", "therapist"))


@pytest.mark.parametrize("who", ["TT", "tt", "Tess Therapist", "  tess   THERAPIST "])
def test_a_user_is_found_by_initials_or_name(sample: Sample, who: str) -> None:
    assert sample.sign_in(who, THERAPIST_PASSWORD).user == sample.therapist


def test_two_people_with_the_same_initials_are_told_apart_by_their_passwords(sample: Sample) -> None:
    other = uuid4()
    k.add_user(
        sample.folder,
        sample.as_director(),
        user=other,
        name="Tom Taylor",
        holds=Holds.RECORDS,
        password="another start password",
        device_secret=sample.secret,
        kdf=CHEAP,
    )
    assert k.labels(sample.folder)[-1] == "TT2"
    assert sample.sign_in("Tom Taylor", "another start password").user == other
    assert sample.sign_in("Tess Therapist", THERAPIST_PASSWORD).user == sample.therapist
    assert sample.sign_in("tt2", "another start password").user == other
    with pytest.raises(WrongPassword):
        sample.sign_in("TT", "another start password")


def test_a_wrong_password_and_an_unknown_name_get_the_same_words_and_one_derivation_each(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    from practice_app.storage.keys import crypto

    stretched: list[k.Kdf] = []
    real = crypto.stretch

    def counted(password: bytes, salt: bytes, kdf: k.Kdf) -> bytes:
        stretched.append(kdf)
        return real(password, salt, kdf)

    monkeypatch.setattr(crypto, "stretch", counted)
    words = []
    for who, password in (
        ("TT", "not the right password"),
        ("Nobody Here", "not the right password"),
        ("TT", "short"),
        ("", "not the right password"),
        ("TT", "x" * 10_000),
    ):
        stretched.clear()
        with pytest.raises(WrongPassword) as caught:
            sample.sign_in(who, password)
        words.append(str(caught.value))
        assert stretched == [CHEAP]
    assert set(words) == {"The name or the password is wrong."}


def test_another_or_no_device_secret_is_not_enrolled_before_any_derivation(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    from practice_app.storage.keys import crypto

    def never(*_: object) -> bytes:
        raise AssertionError("Argon2 ran")

    monkeypatch.setattr(crypto, "stretch", never)
    for secret in (None, k.new_device_secret()):
        with pytest.raises(NotEnrolled):
            k.sign_in(sample.folder, "TT", THERAPIST_PASSWORD, secret)


def test_accents_typed_in_either_form_are_the_same_password(sample: Sample) -> None:
    keys = sample.as_therapist()
    k.change_password(sample.folder, keys, THERAPIST_PASSWORD, "Gru\u0308ße an alle", sample.secret, CHEAP)
    assert sample.sign_in("TT", "Gr\u00fcße an alle").user == sample.therapist


def test_after_a_password_change_the_new_one_opens_and_the_old_one_does_not_in_both_files(
    sample: Sample,
) -> None:
    keys = sample.as_receptionist()
    standing = k.change_password(
        sample.folder, keys, RECEPTIONIST_PASSWORD, "a quite different one", sample.secret, CHEAP
    )
    assert standing.seq == keys.file_seq == 4
    for name in (k.FILE_NAME, f"{k.FILE_NAME}.bak"):
        data = (sample.folder / name).read_bytes()
        sample.put(data)
        assert sample.sign_in("RR", "a quite different one").user == sample.receptionist
        with pytest.raises(WrongPassword):
            sample.as_receptionist()
    assert sample.as_therapist().user == sample.therapist


def test_a_password_change_is_proved_both_ways_before_it_is_put_in_place(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = k.read_slots(sample.folder)
    with pytest.raises(Defect, match="old password still opens"):
        changes.prove_closed(file, sample.therapist, THERAPIST_PASSWORD.encode(), sample.secret)
    before = (sample.folder / k.FILE_NAME).read_bytes()
    keys = sample.as_therapist()
    monkeypatch.setattr(slots, "rewrapped", lambda _, slot, *__: slot)
    with pytest.raises(Defect, match="own password does not open"):
        k.change_password(sample.folder, keys, THERAPIST_PASSWORD, "x" * 12, sample.secret, CHEAP)
    asked: list[bytes] = []
    monkeypatch.undo()
    monkeypatch.setattr(slots, "prove_closed", lambda *given: asked.append(given[2]))
    k.change_password(sample.folder, keys, THERAPIST_PASSWORD, "x" * 12, sample.secret, CHEAP)
    assert asked == [THERAPIST_PASSWORD.encode()]
    assert (sample.folder / k.FILE_NAME).read_bytes() != before


def test_a_password_change_needs_the_old_one_and_a_new_one(sample: Sample) -> None:
    keys = sample.as_receptionist()
    before = (sample.folder / k.FILE_NAME).read_bytes()
    with pytest.raises(WrongPassword):
        k.change_password(sample.folder, keys, "not the right password", "x" * 12, sample.secret, CHEAP)
    with pytest.raises(WrongPassword):
        k.change_password(sample.folder, keys, "short", "x" * 12, sample.secret, CHEAP)
    for new in (RECEPTIONIST_PASSWORD, "too short", "x" * 129):
        with pytest.raises(Invalid) as caught:
            k.change_password(sample.folder, keys, RECEPTIONIST_PASSWORD, new, sample.secret, CHEAP)
        assert caught.value.field == "password"
    assert (sample.folder / k.FILE_NAME).read_bytes() == before


def test_a_removed_user_cannot_sign_in_and_their_initials_are_free_again(sample: Sample) -> None:
    director = sample.as_director()
    k.remove_user(sample.folder, director, sample.therapist)
    assert not files_differ(sample)
    with pytest.raises(WrongPassword):
        sample.as_therapist()
    assert k.labels(sample.folder) == ("DD", "RR")


def test_a_removed_users_private_notes_open_for_the_director_and_for_them_when_they_return(
    sample: Sample,
) -> None:
    therapist, director = sample.as_therapist(), sample.as_director()
    private = therapist.private_key()
    k.remove_user(sample.folder, director, sample.therapist)
    assert k.private_key_of(sample.folder, director, sample.therapist) == private
    k.add_user(
        sample.folder,
        director,
        user=sample.therapist,
        name="Tess Therapist",
        holds=Holds.CLINICAL,
        password="back again with this",
        device_secret=sample.secret,
        kdf=CHEAP,
    )
    assert sample.sign_in("TT", "back again with this").private_key() == private


def test_a_former_user_can_be_forgotten(sample: Sample) -> None:
    director = sample.as_director()
    k.remove_user(sample.folder, director, sample.therapist)
    k.forget_former_user(sample.folder, director, sample.therapist)
    with pytest.raises(NotFound):
        k.private_key_of(sample.folder, director, sample.therapist)


def test_the_clinical_key_is_granted_and_taken_without_the_users_password(sample: Sample) -> None:
    director = sample.as_director()
    k.set_holds(sample.folder, director, sample.receptionist, Holds.CLINICAL)
    assert sample.as_receptionist().newest_ck == director.newest_ck
    k.set_holds(sample.folder, director, sample.receptionist, Holds.RECORDS)
    assert sample.as_receptionist().ck is None


def test_a_director_resets_a_password_and_the_private_notes_stay(sample: Sample) -> None:
    private = sample.as_therapist().private_key()
    k.reset_password(
        sample.folder,
        sample.as_director(),
        sample.therapist,
        "start password here",
        sample.secret,
        CHEAP,
    )
    keys = sample.sign_in("TT", "start password here")
    assert keys.private_key() == private
    assert keys.ck is not None
    with pytest.raises(WrongPassword):
        sample.as_therapist()


def test_only_a_director_changes_users(sample: Sample) -> None:
    before = (sample.folder / k.FILE_NAME).read_bytes()
    for keys in (sample.as_therapist(), sample.as_receptionist()):
        with pytest.raises(NotAllowed):
            k.remove_user(sample.folder, keys, sample.director)
        with pytest.raises(NotAllowed):
            k.set_holds(sample.folder, keys, sample.receptionist, Holds.CLINICAL)
        with pytest.raises(NotAllowed):
            k.reset_password(sample.folder, keys, sample.director, "x" * 12, sample.secret, CHEAP)
        with pytest.raises(NotAllowed):
            k.private_key_of(sample.folder, keys, sample.director)
        with pytest.raises(NotAllowed):
            k.forget_former_user(sample.folder, keys, sample.director)
        with pytest.raises(NotAllowed):
            k.accept_older_file(sample.folder, keys, 9)
        with pytest.raises(NotAllowed):
            k.add_recovery_key(sample.folder, keys, sample_keys.MADE)
        with pytest.raises(NotAllowed):
            k.remove_recovery_key(sample.folder, keys, "R1")
        with pytest.raises(NotAllowed):
            k.add_user(
                sample.folder,
                keys,
                user=uuid4(),
                name="New One",
                holds=Holds.RECORDS,
                password="x" * 12,
                device_secret=sample.secret,
                kdf=CHEAP,
            )
    assert (sample.folder / k.FILE_NAME).read_bytes() == before


def test_a_director_cannot_remove_or_demote_themselves(sample: Sample) -> None:
    director = sample.as_director()
    with pytest.raises(NotAllowed):
        k.remove_user(sample.folder, director, sample.director)
    with pytest.raises(NotAllowed):
        k.set_holds(sample.folder, director, sample.director, Holds.RECORDS)


def test_a_second_director_can_do_everything_the_first_can(sample: Sample) -> None:
    k.set_holds(sample.folder, sample.as_director(), sample.therapist, Holds.ADMIN)
    second = sample.as_therapist()
    k.remove_user(sample.folder, second, sample.director)
    with pytest.raises(WrongPassword):
        sample.as_director()


def test_what_is_not_there_cannot_be_changed(sample: Sample) -> None:
    director, nobody = sample.as_director(), uuid4()
    with pytest.raises(NotFound):
        k.remove_user(sample.folder, director, nobody)
    with pytest.raises(NotFound):
        k.set_holds(sample.folder, director, nobody, Holds.CLINICAL)
    with pytest.raises(NotFound):
        k.reset_password(sample.folder, director, nobody, "x" * 12, sample.secret, CHEAP)
    with pytest.raises(NotFound):
        k.private_key_of(sample.folder, director, nobody)
    with pytest.raises(Invalid):
        k.add_user(
            sample.folder,
            director,
            user=sample.therapist,
            name="Tess Therapist",
            holds=Holds.CLINICAL,
            password="x" * 12,
            device_secret=sample.secret,
            kdf=CHEAP,
        )


def test_a_name_without_letters_is_refused(sample: Sample) -> None:
    with pytest.raises(Invalid) as caught:
        k.add_user(
            sample.folder,
            sample.as_director(),
            user=uuid4(),
            name=" 123 ",
            holds=Holds.RECORDS,
            password="x" * 12,
            device_secret=sample.secret,
            kdf=CHEAP,
        )
    assert caught.value.field == "name"


def test_names_in_other_scripts_have_initials(sample: Sample) -> None:
    user = uuid4()
    k.add_user(
        sample.folder,
        sample.as_director(),
        user=user,
        name="Ольга Иванова",
        holds=Holds.RECORDS,
        password="x" * 12,
        device_secret=sample.secret,
        kdf=CHEAP,
    )
    assert k.labels(sample.folder)[-1] == "ОИ"
    assert sample.sign_in("ольга иванова", "x" * 12).user == user


def test_re_authentication_opens_the_users_own_slot_only(sample: Sample) -> None:
    keys = sample.as_therapist()
    k.confirm_password(sample.folder, keys, THERAPIST_PASSWORD, sample.secret)
    with pytest.raises(WrongPassword):
        k.confirm_password(sample.folder, keys, DIRECTOR_PASSWORD, sample.secret)


def test_every_write_counts_up(sample: Sample) -> None:
    director = sample.as_director()
    assert k.read_slots(sample.folder).seq == 3
    k.set_holds(sample.folder, director, sample.receptionist, Holds.CLINICAL)
    assert k.read_slots(sample.folder).seq == 4
    k.remove_user(sample.folder, director, sample.receptionist)
    assert k.read_slots(sample.folder).seq == 5


def test_a_practice_is_never_made_over_another(sample: Sample) -> None:
    before = (sample.folder / k.FILE_NAME).read_bytes()
    with pytest.raises(CannotOpen):
        sample_keys.make(sample.folder)
    assert (sample.folder / k.FILE_NAME).read_bytes() == before


def test_a_password_only_practice_opens_without_any_device_secret(tmp_path: Path) -> None:
    sample = sample_keys.make(tmp_path, device=False)
    assert k.read_slots(tmp_path).device is False
    assert sample.as_therapist().ck is not None
    with pytest.raises(WrongPassword):
        sample.sign_in("TT", "not the right password")


def test_the_device_secret_must_be_given_exactly_when_the_practice_uses_one(sample: Sample) -> None:
    with pytest.raises(Defect):
        k.reset_password(
            sample.folder, sample.as_director(), sample.therapist, "x" * 12, device_secret=None, kdf=CHEAP
        )


def test_standard_argon2_figures_are_used_unless_told_otherwise(tmp_path: Path) -> None:
    k.create(
        tmp_path,
        vault=uuid4(),
        director=uuid4(),
        name="Dana Director",
        password=DIRECTOR_PASSWORD,
        device_secret=None,
        made=sample_keys.MADE,
    )
    assert [slot.kdf for slot in k.read_slots(tmp_path).slots] == [k.Kdf(65536, 3, 4)]
    assert k.sign_in(tmp_path, "DD", DIRECTOR_PASSWORD, None).standing.seq == 1
