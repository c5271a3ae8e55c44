"""Who may do what: the fixed list of permissions and the three roles (deny by default)."""

from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What somebody is in the practice; a user has exactly one."""

    RECEPTIONIST = "receptionist"
    THERAPIST = "therapist"
    DIRECTOR = "director"


class Permission(StrEnum):
    """One thing a role may do; use cases name one each."""

    FIND_PEOPLE = "people.find"
    OPEN_RECORD = "people.open"
    EDIT_PEOPLE = "people.edit"
    READ_DIARY = "diary.read"
    CHANGE_DIARY = "diary.change"
    READ_NOTES = "notes.read"
    WRITE_NOTES = "notes.write"
    READ_LETTERS = "correspondence.read"
    FILE_DOCUMENTS = "documents.file"
    READ_DOCUMENTS = "documents.read"
    RECORD_CONSENT = "consents.record"
    PREPARE_SUBJECT_ACCESS = "subject_access.prepare"
    RELEASE_SUBJECT_ACCESS = "subject_access.release"
    SUMMARISE_HOLDINGS = "subject_access.summarise"
    SUGGEST_MERGES = "merges.suggest"
    MERGE_RECORDS = "merges.merge"
    MOVE_ITEMS = "moves.move"
    IMPORT_FILES = "imports.run"
    EXPORT = "exports.save"
    MANAGE_USERS = "users.manage"
    CHANGE_OWN_PASSWORD = "users.change_password"  # noqa: S105  a permission's name
    BACK_UP = "backups.make"
    CHECK_PRACTICE = "practice.check"
    CHANGE_SETTINGS = "settings.change"
    READ_SETTINGS = "settings.read"
    KEEP_FORM_DRAFTS = "form_drafts.keep"
    LIST_VISITS = "people.list_visits"
    COVER_RECORDS = "access.cover"
    MANAGE_CASELOADS = "access.lists"
    REVIEW_ACCESS = "access.review"


_EVERYBODY = frozenset(
    {
        Permission.FIND_PEOPLE,
        Permission.OPEN_RECORD,
        Permission.EDIT_PEOPLE,
        Permission.READ_DIARY,
        Permission.CHANGE_DIARY,
        Permission.READ_LETTERS,
        Permission.FILE_DOCUMENTS,
        Permission.RECORD_CONSENT,
        Permission.SUMMARISE_HOLDINGS,
        Permission.SUGGEST_MERGES,
        Permission.MOVE_ITEMS,
        Permission.CHANGE_OWN_PASSWORD,
        Permission.BACK_UP,
        Permission.CHECK_PRACTICE,
        Permission.READ_SETTINGS,
        Permission.KEEP_FORM_DRAFTS,
    }
)

_BY_ROLE = MappingProxyType(
    {
        Role.RECEPTIONIST: _EVERYBODY | {Permission.MANAGE_CASELOADS, Permission.LIST_VISITS},
        Role.THERAPIST: _EVERYBODY
        | {
            Permission.READ_NOTES,
            Permission.WRITE_NOTES,
            Permission.READ_DOCUMENTS,
            Permission.PREPARE_SUBJECT_ACCESS,
            Permission.COVER_RECORDS,
        },
        Role.DIRECTOR: frozenset(Permission),
    }
)

CLINICAL_ROLES = frozenset({Role.THERAPIST, Role.DIRECTOR})
"""Roles that hold the clinical key, see allergies in the banner and read notes."""


def permissions_of(role: Role, *, reception_reads_letters: bool = True) -> frozenset[Permission]:
    """Everything `role` may do; a practice may keep its letters from receptionists."""
    if role is Role.RECEPTIONIST and not reception_reads_letters:
        return _BY_ROLE[role] - {Permission.READ_LETTERS}
    return _BY_ROLE[role]
