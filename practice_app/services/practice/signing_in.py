"""Opening a practice as a user, by password or by the recovery key, and leaving it."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from practice_app.errors import CannotOpen, NoKeyStore, WrongPassword
from practice_app.model.audit import AuditEvent
from practice_app.model.people import Person
from practice_app.model.settings import Practice, Vault
from practice_app.model.staff import UserAccount
from practice_app.progress import Progress
from practice_app.rules import names
from practice_app.rules.names import PersonName
from practice_app.rules.permissions import Role
from practice_app.services import departures, roster, unfinished_changes, unfinished_moves
from practice_app.services.practice.opening import Clock, Opened, actor_of, open_records, wall_clock
from practice_app.storage import (
    backup,
    checkpoints,
    founding,
    keys,
    migrate,
    presence,
    server,
    whereabouts,
)
from practice_app.storage.engine import DATABASE, connect, spoken_errors
from practice_app.storage.keys import Kdf, Keys, RecoveredKeys, SignedIn, Standing
from practice_app.storage.keys.crypto import Secret
from practice_app.storage.keys.device import DeviceStore, enrol
from practice_app.storage.keys.names import find_slots
from practice_app.storage.keys.throttle import Throttle, throttle_key
from practice_app.storage.records import Records, Work
from practice_app.storage.server import Server


def is_practice(folder: Path) -> bool:
    """Whether a folder holds a practice's keys or database, or names the server that does."""
    return whereabouts.is_practice(folder)


def sign_in(
    folder: Path,
    who: str,
    password: str,
    *,
    secret: Secret | None,
    state_folder: Path,
    devices: DeviceStore | None = None,
    clock: Clock = wall_clock,
) -> Opened:
    """Open the practice as `who` (initials, name or id).

    `secret` comes from `device_secret`; `devices` keeps the audit anchor where there is a key store.
    Raises WrongPassword, TooManyTries, NotEnrolled, and CannotOpen with what is the matter with the files.
    What an older version left is migrated after a verified backup; on a server, when a director signs in.
    """
    _refuse_missing(folder)
    file = keys.read_slots(folder)
    throttle, tried = Throttle(state_folder, file.vault), throttle_key(file, who)
    throttle.check(tried, clock())
    try:
        signed, records, must_change = _enter_as(folder, who, password, secret, clock)
    except WrongPassword:
        throttle.failed(tried, clock())
        raise
    throttle.succeeded(tried, clock())
    try:
        notices = _settle(folder, records, signed.standing, devices)
        notices += unfinished_changes.settle(records, folder)
        notices += unfinished_moves.settle(records, folder)
        notices += departures.settle(records, folder)
    except BaseException:
        records.close()
        raise
    return Opened(records, notices, must_change)


def recover(
    folder: Path,
    recovery_key: str,
    director: str,
    new_password: str,
    *,
    state_folder: Path,
    devices: DeviceStore | None,
    clock: Clock = wall_clock,
    kdf: Kdf = keys.STANDARD_KDF,
) -> Opened:
    """Open the practice with the printed recovery key: enrol this PC and give a director a new password.

    For a lost key store, another PC or a forgotten password. Raises Invalid for a mistyped key or a weak
    password, CannotOpen for another practice's key or a name that is no director's.
    """
    _refuse_missing(folder)
    recovered = keys.open_with_recovery(folder, recovery_key)
    try:
        secret = recovered.device_secret
        keys.check_password(new_password, (director,), device=secret is not None)
        user = director_named(folder, recovered, director)
        if secret is not None:
            if devices is None:
                raise NoKeyStore("This PC has no key store that could keep the practice's device secret.")
            enrol(folder, devices, secret)
        keys.reset_password(folder, recovered, user, new_password, secret, kdf)
        opened = sign_in(
            folder,
            str(user),
            new_password,
            secret=secret,
            state_folder=state_folder,
            devices=devices,
            clock=clock,
        )
    finally:
        recovered.drop()
    with opened.records.work(use_case="practice.recover") as work:
        work.note("recovered", "user_account", user)
    return opened


def director_named(folder: Path, recovered: RecoveredKeys, name: str) -> UUID:
    """The director of this name (title apart) in a practice that only recovered keys open."""
    wanted = _plain(names.split_full_name(name))
    for account in whereabouts.directors(folder, recovered):
        if _plain(account.name) == wanted:
            return account.id
    raise CannotOpen("There is no director of this name in the practice.")


def _plain(name: PersonName) -> str:
    return names.fold(names.plain_name(replace(name, title=None)))


def leave(records: Records, devices: DeviceStore | None = None) -> None:
    """Sign out: set a checkpoint, note the chain's end outside, drop the keys and close the file."""
    try:
        _checkpoint(records, "practice.leave", "signed_out")
        if devices is not None:
            _store_anchor(records, devices)
    finally:
        records.close()


def _refuse_missing(folder: Path) -> None:
    if not is_practice(folder):
        raise CannotOpen(f"There is no practice in the folder “{folder.name}”.")
    if not keys.keys_exist(folder):
        raise CannotOpen(
            "The key file is missing from this folder. Nothing was changed; put it back from a backup."
        )


def _enter_as(
    folder: Path, who: str, password: str, secret: Secret | None, clock: Clock
) -> tuple[SignedIn, Records, bool]:
    """Try every slot a typed name can mean: two users may share initials, and even a start password."""
    # Without a candidate the text itself is tried: it fails after the same time as a wrong password.
    candidates = [str(slot.user) for slot in find_slots(keys.read_slots(folder), who)] or [who]
    for candidate in candidates:
        try:
            signed = keys.sign_in(folder, candidate, password, secret)
            return (signed, *_enter(folder, signed.keys, who, clock))
        except WrongPassword:
            if candidate == candidates[-1]:
                raise
    raise WrongPassword


def _enter(folder: Path, held: Keys, who: str, clock: Clock) -> tuple[Records, bool]:
    """Open the file and find the user's account in it; the keys are dropped when that fails."""
    try:
        records = _opened(folder, held, clock)
    except BaseException:
        held.drop()
        raise
    try:
        with records.work(writes=False) as work:
            account = work.find(UserAccount, held.user)
            if account is None or not _may_sign_in(work, account):
                raise WrongPassword
            person = work.get(Person, account.person_id)
            if _is_other_name(who, person):
                raise WrongPassword
            role, must_change = account.role, account.must_change_password
            reads_letters = work.first(select(Practice.reception_reads_letters)) is not False
    except BaseException:
        records.close()
        raise
    records.actor = actor_of(
        held.user,
        names.plain_name(_name_of(person)),
        _role_with_keys(role, held),
        reception_reads_letters=reads_letters,
    )
    return records, must_change


def _opened(folder: Path, held: Keys, clock: Clock) -> Records:
    """The practice open, and of this version's schema, for somebody whose name and role are not known yet."""
    nobody = actor_of(held.user, "", Role.RECEPTIONIST)
    key = unfinished_changes.key_in_use(folder, held)
    if (found := server.read(folder)) is not None:
        records = open_records(folder, key, held, nobody, clock)
        try:
            if not whereabouts.is_older(records.engine):
                return records
        except BaseException:
            records.close()
            raise
        records.engine.dispose()
        _bring_server_up_to_date(folder, found, held, clock)
        return open_records(folder, key, held, nobody, clock)
    with presence.present(folder):
        _bring_up_to_date(folder, key, held, clock)
        return open_records(folder, key, held, nobody, clock)


def _role_with_keys(role: Role, held: Keys) -> Role:
    """The role as far as the keys go: rows in the file alone give nobody more than their keys."""
    if role is Role.DIRECTOR and held.ak is None:
        role = Role.THERAPIST
    return Role.RECEPTIONIST if role is Role.THERAPIST and held.ck is None else role


def _may_sign_in(work: Work, account: UserAccount) -> bool:
    """Not disabled and not expired; a clock that was put back does not help, the newest entry counts."""
    if account.disabled_at is not None:
        return False
    newest = work.first(select(func.max(AuditEvent.at)))
    today = max(work.now, newest).date() if newest else work.now.date()
    return account.not_after is None or today <= account.not_after


def _name_of(person: Person) -> PersonName:
    return PersonName(None, person.given, person.family, person.known_as)


def _is_other_name(who: str, person: Person) -> bool:
    """Whether a full name was typed that is not this user's (two users may share initials)."""
    own = _plain(_name_of(person))
    return " " in who.strip() and _plain(names.split_full_name(who)) != own


def _bring_up_to_date(folder: Path, key: Secret, held: Keys, clock: Clock) -> None:
    path = folder / DATABASE
    opened = connect(path, key)
    try:
        is_due = migrate.is_due(migrate.revision(opened))
    finally:
        opened.close()
    if is_due:
        backup.make(folder, backup.beside(folder), held, clock(), Progress())
        migrate.upgrade(path, key)


def _bring_server_up_to_date(folder: Path, found: Server, held: Keys, clock: Clock) -> None:
    """Migrate a server's tables as their owner, after a verified backup, while nobody else is signed in."""
    if held.ak is None:
        raise CannotOpen(
            "This version of the program has to change the practice's tables on the server first. "
            "A director does so by signing in with it; the other PCs need it too, then."
        )
    owner = server.engine_as(found, found.roles.owner, held.owner_password())
    try:
        with spoken_errors(), presence.alone(folder, owner):
            backup.make(folder, backup.beside(folder), held, clock(), Progress(), server=owner)
            founding.make_tables(found, held)
    finally:
        owner.dispose()


def _settle(
    folder: Path, records: Records, standing: Standing, devices: DeviceStore | None
) -> tuple[str, ...]:
    """Compare key file, database, roster and anchor; note the sign-in; say what a person should know."""
    notices: list[str] = []
    with records.work(use_case="practice.sign_in") as work:
        vault = work.get(Vault, records.keys.vault)
        in_file = Standing(vault.id, vault.slots_seq, vault.dek_id)
        finding = keys.compare(standing, in_file, records.keys.dek_ids)
        finding.admit(records.keys)
        if finding.sentence:
            notices.append(finding.sentence)
            work.note("admitted", "vault", vault.id, reason_code="older_file")
            standing = keys.accept_older_file(folder, records.keys, vault.slots_seq)
        vault.slots_seq = standing.seq
        work.note("signed_in", "user_account", records.actor.id)
        if records.actor.role is Role.DIRECTOR and not roster.is_sealed(work):
            notices.append(
                "The list of users was changed outside this program. Look at Users before you go on."
            )
        if devices is not None and not _anchor_holds(records, work, devices):
            notices.append(
                "This file is older than the one used here before, or its log was rewritten. "
                "Make sure that nobody put an old copy back."
            )
        checkpoints.set_checkpoint(work)
    if devices is not None:
        _store_anchor(records, devices)
    return tuple(notices)


def _anchor_holds(records: Records, work: Work, devices: DeviceStore) -> bool:
    anchor = devices.read_anchor(records.keys.vault)
    if anchor is None:
        return True
    return checkpoints.mac_at(work, anchor.seq) == anchor.head


def _store_anchor(records: Records, devices: DeviceStore) -> None:
    with records.work(writes=False) as work:
        last = checkpoints.latest(work)
    devices.store_anchor(records.keys.vault, last.seq, last.mac)


def _checkpoint(records: Records, use_case: str, action: str) -> None:
    with records.work(use_case=use_case) as work:
        work.note(action, "user_account", records.actor.id)
    # A work of its own, so that the entry just written lies before the checkpoint.
    with records.work(use_case=use_case) as work:
        checkpoints.set_checkpoint(work)
