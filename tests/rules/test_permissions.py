"""Who may do what, role by role; a new permission must be placed here before anybody has it."""

import pytest

from practice_app.rules.permissions import CLINICAL_ROLES, Permission, Role, permissions_of

R, T, D = Role.RECEPTIONIST, Role.THERAPIST, Role.DIRECTOR

MAY = {
    Permission.FIND_PEOPLE: {R, T, D},
    Permission.OPEN_RECORD: {R, T, D},
    Permission.EDIT_PEOPLE: {R, T, D},
    Permission.READ_DIARY: {R, T, D},
    Permission.CHANGE_DIARY: {R, T, D},
    Permission.READ_NOTES: {T, D},
    Permission.WRITE_NOTES: {T, D},
    Permission.READ_LETTERS: {R, T, D},
    Permission.FILE_DOCUMENTS: {R, T, D},
    Permission.KEEP_FORM_DRAFTS: {R, T, D},
    Permission.READ_DOCUMENTS: {T, D},
    Permission.RECORD_CONSENT: {R, T, D},
    Permission.PREPARE_SUBJECT_ACCESS: {T, D},
    Permission.RELEASE_SUBJECT_ACCESS: {D},
    Permission.SUMMARISE_HOLDINGS: {R, T, D},
    Permission.SUGGEST_MERGES: {R, T, D},
    Permission.MERGE_RECORDS: {D},
    Permission.MOVE_ITEMS: {R, T, D},
    Permission.IMPORT_FILES: {D},
    Permission.EXPORT: {D},
    Permission.MANAGE_USERS: {D},
    Permission.CHANGE_OWN_PASSWORD: {R, T, D},
    Permission.BACK_UP: {R, T, D},
    Permission.CHECK_PRACTICE: {R, T, D},
    Permission.CHANGE_SETTINGS: {D},
    Permission.READ_SETTINGS: {R, T, D},
    Permission.KEEP_FORM_DRAFTS: {R, T, D},
    Permission.LIST_VISITS: {R, D},
    Permission.COVER_RECORDS: {T, D},
    Permission.MANAGE_CASELOADS: {R, D},
    Permission.REVIEW_ACCESS: {D},
}


def test_every_permission_has_been_decided_on() -> None:
    assert set(MAY) == set(Permission)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_may_do_exactly_what_was_decided(role: Role, permission: Permission) -> None:
    assert (permission in permissions_of(role)) == (role in MAY[permission])


def test_only_clinical_roles_may_read_notes() -> None:
    assert {role for role in Role if Permission.READ_NOTES in permissions_of(role)} == CLINICAL_ROLES


def test_permissions_cannot_be_changed_by_who_asks_for_them() -> None:
    assert isinstance(permissions_of(Role.RECEPTIONIST), frozenset)
