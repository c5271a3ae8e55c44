"""The practice's keys: who holds them, what they seal, and the files and key stores that keep them.

Start with `create` and `sign_in`; both give `Keys`, which every other part takes. `seal` and `unseal` are
the only way to encrypt a value. cryptography, argon2, keyring and zxcvbn load at first use.
"""

from practice_app.storage.keys.codes import (
    encode_device_secret,
    encode_recovery_key,
    new_device_secret,
    parse_device_secret,
    parse_recovery_key,
)
from practice_app.storage.keys.crypto import STANDARD_KDF, Kdf, Secret, derive
from practice_app.storage.keys.device import (
    Anchor,
    DeviceStore,
    KeyStore,
    SystemKeyStore,
    enrol,
    fitting_secret,
)
from practice_app.storage.keys.held import (
    Holds,
    Keys,
    PublicKey,
    RecoveredKeys,
    VaultKeys,
    dek_id,
    holds_for,
    own_copy,
)
from practice_app.storage.keys.passwords import check_password
from practice_app.storage.keys.recovery import (
    add_recovery_key,
    bundle_keys,
    open_bundle_keys,
    open_with_recovery,
    rebuild_from_bundle,
    remove_recovery_key,
)
from practice_app.storage.keys.roster import RosterRow, roster_mac, verify_roster
from practice_app.storage.keys.rotation import (
    Holders,
    add_ck_generation,
    add_dek_generation,
    change_device_secret,
    drop_ck_generation,
    drop_dek_generation,
)
from practice_app.storage.keys.seals import (
    Kind,
    SealedText,
    seal,
    seal_bytes,
    sealed_with,
    unseal,
    unseal_bytes,
)
from practice_app.storage.keys.slots import (
    Created,
    SignedIn,
    accept_older_file,
    add_user,
    change_password,
    confirm_password,
    create,
    forget_former_user,
    labels,
    private_key_of,
    remove_user,
    reset_password,
    set_holds,
    sign_in,
)
from practice_app.storage.keys.slots_file import FILE_NAME, SlotsFile
from practice_app.storage.keys.slots_store import exists as keys_exist
from practice_app.storage.keys.slots_store import read as read_slots
from practice_app.storage.keys.standing import Finding, Standing, Verdict, compare
from practice_app.storage.keys.throttle import Throttle, throttle_key

__all__ = [
    "FILE_NAME",
    "STANDARD_KDF",
    "Anchor",
    "Created",
    "DeviceStore",
    "Finding",
    "Holders",
    "Holds",
    "Kdf",
    "KeyStore",
    "Keys",
    "Kind",
    "PublicKey",
    "RecoveredKeys",
    "RosterRow",
    "SealedText",
    "Secret",
    "SignedIn",
    "SlotsFile",
    "Standing",
    "SystemKeyStore",
    "Throttle",
    "VaultKeys",
    "Verdict",
    "accept_older_file",
    "add_ck_generation",
    "add_dek_generation",
    "add_recovery_key",
    "add_user",
    "bundle_keys",
    "change_device_secret",
    "change_password",
    "check_password",
    "compare",
    "confirm_password",
    "create",
    "dek_id",
    "derive",
    "drop_ck_generation",
    "drop_dek_generation",
    "encode_device_secret",
    "encode_recovery_key",
    "enrol",
    "fitting_secret",
    "forget_former_user",
    "holds_for",
    "keys_exist",
    "labels",
    "new_device_secret",
    "open_bundle_keys",
    "open_with_recovery",
    "own_copy",
    "parse_device_secret",
    "parse_recovery_key",
    "private_key_of",
    "read_slots",
    "rebuild_from_bundle",
    "remove_recovery_key",
    "remove_user",
    "reset_password",
    "roster_mac",
    "seal",
    "seal_bytes",
    "sealed_with",
    "set_holds",
    "sign_in",
    "throttle_key",
    "unseal",
    "unseal_bytes",
    "verify_roster",
]
