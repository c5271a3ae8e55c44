"""Keys in memory: what follows from them, and that dropping them is the end."""

import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

import pytest

from practice_app.errors import CannotOpen, Defect, Invalid, NotAllowed
from practice_app.rules.permissions import Role
from practice_app.storage import keys as k
from practice_app.storage.keys import Keys, RecoveredKeys, RosterRow, Standing, Verdict
from practice_app.storage.keys.held import pack, unpack


def keys_of(holds: k.Holds = k.Holds.ADMIN) -> Keys:
    full = Keys(
        vault=uuid4(),
        user=uuid4(),
        uk=bytearray(os.urandom(32)),
        dek={1: bytearray(os.urandom(32))},
        ck={1: bytearray(os.urandom(32))},
        ak=bytearray(os.urandom(32)),
    )
    packed = unpack(pack(full, holds))
    return Keys(full.vault, full.user, full.uk, packed.dek, packed.ck, packed.ak, packed.clinical_public)


def test_derivation_is_hkdf_sha256() -> None:
    """RFC 5869, Test Case 3 gives 42 bytes for these inputs with an empty info; ours are its first 32."""
    expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
    assert k.derive(bytes([0x0B] * 22), "").hex() == expected


def test_every_purpose_has_its_own_key() -> None:
    keys = keys_of()
    derived = [
        keys.slots_mac_key(),
        keys.manifest_key(),
        keys.note_chain_key(),
        keys.roster_key(),
        keys.checkpoint_key(),
        keys.escrow_key(),
        keys.private_key(),
    ]
    assert len(set(derived)) == len(derived)
    assert all(len(key) == 32 for key in derived)


def test_keys_of_an_older_generation_can_be_asked_for() -> None:
    keys = keys_of()
    old = keys.manifest_key(), keys.note_chain_key()
    keys.dek[2] = bytearray(os.urandom(32))
    assert keys.ck is not None
    keys.ck[2] = bytearray(os.urandom(32))
    assert (keys.manifest_key(1), keys.note_chain_key(1)) == old
    assert keys.manifest_key() == keys.manifest_key(2) != old[0]
    assert keys.newest_dek[0] == keys.newest_ck[0] == keys.clinical_public.generation == 2
    with pytest.raises(Defect):
        keys.manifest_key(3)


def test_without_the_clinical_or_admin_key_their_uses_are_refused() -> None:
    receptionist = keys_of(k.Holds.RECORDS)
    for use in (
        lambda: receptionist.newest_ck,
        receptionist.note_chain_key,
        receptionist.roster_key,
        receptionist.checkpoint_key,
        receptionist.escrow_key,
    ):
        with pytest.raises(NotAllowed):
            use()
    with pytest.raises(NotAllowed):
        keys_of(k.Holds.CLINICAL).roster_key()


def test_nobody_can_give_keys_they_do_not_hold() -> None:
    with pytest.raises(NotAllowed):
        pack(keys_of(k.Holds.RECORDS), k.Holds.CLINICAL)
    with pytest.raises(NotAllowed):
        pack(keys_of(k.Holds.CLINICAL), k.Holds.ADMIN)


def test_roles_come_with_their_keys() -> None:
    assert [k.holds_for(role) for role in Role] == [
        k.Holds.RECORDS,
        k.Holds.CLINICAL,
        k.Holds.ADMIN,
    ]


def test_dropping_zeroes_every_key_and_using_one_afterwards_is_a_defect() -> None:
    device = bytearray(os.urandom(16))
    keys = keys_of()
    assert keys.ck is not None
    assert keys.ak is not None
    recovered = RecoveredKeys(
        uuid4(), {1: bytearray(b"a" * 32)}, {1: bytearray(b"b" * 32)}, bytearray(b"c" * 32), device
    )
    seen = [*keys.dek.values(), *keys.ck.values(), keys.ak, keys.uk]
    seen += [*recovered.dek.values(), *recovered.ck.values(), recovered.ak, device]  # type: ignore[union-attr,list-item]
    keys.drop()
    recovered.drop()
    assert all(not any(key) for key in seen)
    uses: list[Callable[[], object]] = [
        lambda: keys.dek,
        lambda: keys.ck,
        lambda: keys.ak,
        lambda: keys.uk,
        lambda: keys.newest_dek,
        lambda: keys.newest_ck,
        lambda: keys.dek_ids,
        lambda: keys.clinical_public,
        lambda: recovered.device_secret,
        keys.slots_mac_key,
        keys.private_key,
        keys.roster_key,
        lambda: k.seal_bytes(keys, "note.body", uuid4(), b"x"),
        lambda: k.unseal_bytes(keys, "note.body", uuid4(), b"\x01\x01\x00\x01" + bytes(40)),
    ]
    for use in uses:
        with pytest.raises(Defect):
            use()
    keys.drop()


def test_keys_never_show_or_leave_through_repr_and_pickle() -> None:
    keys = keys_of()
    assert repr(keys) == "<Keys>"
    with pytest.raises(Defect):
        pickle.dumps(keys)
    assert repr(unpack(pack(keys, k.Holds.ADMIN))).startswith("<")


def test_a_key_of_an_unknown_form_is_a_defect() -> None:
    for data in (b"{}", b'{"dek":{}}', b'{"dek":{"1":"AAAA"}}', b"[]", b"x"):
        with pytest.raises(Defect):
            unpack(data)


def test_loading_the_package_loads_no_cryptography() -> None:
    """The sign-in window is painted before these are loaded."""
    heavy = ("cryptography", "argon2", "keyring", "zxcvbn", "sqlalchemy", "secretstorage", "platformdirs")
    script = (
        "import sys, practice_app.storage.keys, practice_app.paths\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


VAULT = UUID(int=1)
LONGEST = hashlib.sha512(b"any").hexdigest()


@pytest.mark.parametrize(
    ("file", "database", "verdict", "director", "others"),
    [
        ((VAULT, 5, "aa"), (VAULT, 5, "aa"), Verdict.IN_STEP, True, True),
        ((VAULT, 6, "aa"), (VAULT, 5, "aa"), Verdict.DATABASE_BEHIND, True, True),
        ((VAULT, 4, "aa"), (VAULT, 5, "aa"), Verdict.OLDER_KEY_FILE, True, False),
        ((VAULT, 7, "aa"), (VAULT, 5, "aa"), Verdict.OLDER_DATABASE, True, False),
        ((UUID(int=2), 5, "aa"), (VAULT, 5, "aa"), Verdict.OTHER_PRACTICE, False, False),
        ((UUID(int=2), 4, "aa"), (VAULT, 5, "bb"), Verdict.OTHER_PRACTICE, False, False),
        ((VAULT, 5, "aa"), (VAULT, 5, "bb"), Verdict.OTHER_KEY, False, False),
    ],
)
def test_key_file_and_database_out_of_step(
    file: tuple[UUID, int, str],
    database: tuple[UUID, int, str],
    verdict: Verdict,
    director: bool,
    others: bool,
) -> None:
    finding = k.compare(Standing(*file), Standing(*database))
    assert finding.verdict is verdict
    assert bool(finding.sentence) is not others
    for holds, admitted in ((k.Holds.ADMIN, director), (k.Holds.CLINICAL, others)):
        if admitted:
            finding.admit(keys_of(holds))
        else:
            with pytest.raises(CannotOpen) as caught:
                finding.admit(keys_of(holds))
            assert str(caught.value) == finding.sentence


def test_during_a_change_of_keys_the_database_may_have_either() -> None:
    keys = keys_of()
    keys.dek[2] = bytearray(os.urandom(32))
    file = Standing(VAULT, 5, k.dek_id(keys.dek[2]))
    for key in keys.dek.values():
        database = Standing(VAULT, 5, k.dek_id(key))
        assert k.compare(file, database, keys.dek_ids).verdict is Verdict.IN_STEP
    assert k.compare(file, Standing(VAULT, 5, "0" * 16), keys.dek_ids).verdict is Verdict.OTHER_KEY


def roster() -> list[RosterRow]:
    return [
        RosterRow(UUID(int=1), Role.DIRECTOR, k.Holds.ADMIN, None, False),
        RosterRow(UUID(int=2), Role.THERAPIST, k.Holds.CLINICAL, date(2027, 1, 31), False),
        RosterRow(UUID(int=3), Role.RECEPTIONIST, k.Holds.RECORDS, None, True),
    ]


def test_the_roster_is_the_same_in_any_order_and_no_change_is_missed() -> None:
    director, rows = keys_of(), roster()
    mac = k.roster_mac(director, rows)
    assert k.verify_roster(director, reversed(rows), mac)
    for changed in (
        rows[:2],
        [*rows, RosterRow(UUID(int=4), Role.RECEPTIONIST, k.Holds.RECORDS, None, False)],
        [*rows[:2], RosterRow(UUID(int=3), Role.RECEPTIONIST, k.Holds.RECORDS, None, False)],
        [*rows[:2], RosterRow(UUID(int=3), Role.DIRECTOR, k.Holds.RECORDS, None, True)],
        [*rows[:2], RosterRow(UUID(int=3), Role.RECEPTIONIST, k.Holds.CLINICAL, None, True)],
        [rows[0], RosterRow(UUID(int=2), Role.THERAPIST, k.Holds.CLINICAL, None, False), rows[2]],
    ):
        assert not k.verify_roster(director, changed, mac)
    assert not k.verify_roster(keys_of(), rows, mac)


def test_only_a_director_confirms_or_checks_the_roster() -> None:
    for holds in (k.Holds.RECORDS, k.Holds.CLINICAL):
        with pytest.raises(NotAllowed):
            k.roster_mac(keys_of(holds), roster())
        with pytest.raises(NotAllowed):
            k.verify_roster(keys_of(holds), roster(), bytes(32))


@pytest.mark.parametrize(
    "password", ["short", "x" * 11, "x" * 129, "password1234", "harbourclinic", "a" * 128]
)
def test_weak_passwords_are_refused_at_their_field(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        k.check_password(password, words=["Harbour Clinic", "HarbourClinic"])
    assert caught.value.field == "password"


@pytest.mark.parametrize(
    "password",
    [
        "gravel otter lamp pencil",
        "Tr0ut&gravel-lamp",
        "горностай лампа гравий",
        LONGEST,
    ],
)
def test_good_passwords_are_taken(password: str) -> None:
    k.check_password(password, words=["Harbour Clinic"])
    k.check_password(password, words=["Harbour Clinic"], device=False)


def test_the_clinics_own_words_make_a_password_weak() -> None:
    k.check_password("Weatherspoon Lloyd")
    with pytest.raises(Invalid, match="too easy"):
        k.check_password("Weatherspoon Lloyd", words=["Weatherspoon Lloyd"])


def test_without_a_device_secret_a_password_must_be_longer_and_stronger() -> None:
    good_with_device = "gravel8otter"
    k.check_password(good_with_device)
    with pytest.raises(Invalid, match="at least 16"):
        k.check_password(good_with_device, device=False)
    k.check_password("mondaymorning1985")
    with pytest.raises(Invalid, match="too easy"):
        k.check_password("mondaymorning1985", device=False)
