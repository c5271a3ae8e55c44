"""The walls of the house, held by tests: who may import whom, and what no module may do."""

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, get_args, get_type_hints
from uuid import UUID

import pytest

import practice_app
from practice_app.errors import NotAllowed
from practice_app.model.people import Person
from practice_app.rules.permissions import Permission, Role, permissions_of
from practice_app.services import access, notes
from practice_app.services.marks import UseCase, reads
from practice_app.storage.records import Work
from tests import makers

PACKAGE = Path(practice_app.__file__).parent
ROOT = PACKAGE.parent

UNMARKED = {
    "practice": {"device_secret", "labels"},
    "making": {"create"},
    "signing_in": {"sign_in", "recover", "leave", "is_practice"},
    "backups": {"restore"},
    "doctor": {"examine"},
    "demo": {"create", "throw_away"},
}
"""Functions that run before anybody is signed in, so there is no role to check."""


def _files(*below: str) -> Iterator[Path]:
    for part in below or ("",):
        yield from sorted((PACKAGE / part).rglob("*.py"))


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        yield importlib.import_module(found.name)


def test_the_import_contracts_hold() -> None:
    outcome = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stdout


def test_everything_outside_the_window_works_without_qt() -> None:
    script = """
import importlib, pkgutil, sys, practice_app
for found in pkgutil.walk_packages(practice_app.__path__, "practice_app."):
    if not found.name.startswith(("practice_app.gui", "practice_app.app", "practice_app.__main__",
                                  "practice_app.resources", "practice_app.storage.migrations.versions.")):
        importlib.import_module(found.name)
sys.exit(any(name.startswith("PySide6") for name in sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT).returncode == 0


def _calls(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", "")
            yield name, node.lineno


@pytest.mark.parametrize("forbidden", ["text", "connection", "bulk_insert_mappings", "bulk_save_objects"])
def test_sql_text_and_bulk_statements_live_in_storage(forbidden: str) -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _files("services", "model")
        for name, line in _calls(ast.parse(path.read_text(encoding="utf-8")))
        if name == forbidden
    ]
    assert offenders == []


def test_migrations_import_nothing_of_ours() -> None:
    for path in _files("storage/migrations/versions"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not any(module.startswith("practice_app") for module in modules), path.name


def test_product_code_raises_instead_of_asserting() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert offenders == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in _files()
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def _service_modules() -> list[ModuleType]:
    services = importlib.import_module("practice_app.services")
    return [module for module in _modules(services) if not module.__name__.endswith(".marks")]


def test_every_use_case_is_marked_and_no_other_function_takes_records() -> None:
    """A public service function that takes the records is a use case and must check a permission."""
    offenders = []
    for module in _service_modules():
        area = module.__name__.rpartition(".")[2]
        for name, thing in vars(module).items():
            is_own = getattr(thing, "__module__", "") == module.__name__
            if name.startswith("_") or not is_own or isinstance(thing, UseCase | type):
                continue
            annotations = getattr(thing, "__annotations__", {})
            first = next(iter(annotations.values()), None)
            if getattr(first, "__name__", "") == "Records" and name not in UNMARKED.get(area, set()):
                offenders.append(f"{area}.{name}")
    assert offenders == []


def test_every_use_case_names_a_permission_of_the_fixed_list() -> None:
    found = _use_cases()
    assert len(found) > 10
    for use_case in found:
        assert use_case.permission in Permission


def _use_cases() -> list[UseCase[Any, ..., Any]]:
    """Every marked function there is, found by walking the services: a new one is among them at once."""
    found = {
        id(thing): thing
        for module in _service_modules()
        for thing in vars(module).values()
        if isinstance(thing, UseCase)
    }
    return sorted(found.values(), key=_full_name)


def _full_name(use_case: UseCase[Any, ..., Any]) -> str:
    """With the package: "imports.run", "subject_access.prepare"."""
    module = use_case.function.__module__.removeprefix("practice_app.services.")
    return f"{module}.{use_case.function.__name__}"


class _Untouched:
    """Stands for a work and for the records: knows who is acting and notices any other use of it."""

    def __init__(self, role: Role) -> None:
        self.actor = makers.actor(role)

    def __getattr__(self, name: str) -> Any:
        raise LookupError(f"{name} was used")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("use_case", _use_cases(), ids=_full_name)
def test_every_use_case_admits_the_roles_on_the_list_and_refuses_others_before_anything_is_read(
    use_case: UseCase[Any, ..., Any], role: Role
) -> None:
    """Called without arguments it gets past the door, and then fails for want of them or of the records."""
    expected = (TypeError, LookupError) if use_case.permission in permissions_of(role) else NotAllowed
    with pytest.raises(expected):
        use_case(_Untouched(role))


_DIRECTORY = (
    "open_practice",
    "change_practice",
    "close_practice",
    "open_practice_again",
    "take_practice_back",
    "add_gp",
    "rename_gp",
    "gp_name",
    "move_gp",
    "take_gp_back",
)

WITHOUT_CASELOAD = {
    "consents.words.wording": "is about the words everybody is asked in",
    **{f"directory.{each}": "is about GPs and where they work; patients are counted" for each in _DIRECTORY},
    "form_drafts.discard": "throws away what one typed oneself, and shows nothing of anybody",
    "form_drafts.own": "names the forms one began oneself, and shows nothing of anybody",
    "notes.discard_draft": "throws away what one typed oneself, and shows nothing of anybody",
    "registration.register": "enters somebody new, whom a therapist sees from then on",
    "typed_duplicates.find": "shows no more than a search does, and the id says whom to leave out",
    "listing.page": "gives name and identifiers of anybody, as a search does",
    "contacts.candidates": "finds people by name, as every search does, and opens nobody's record",
    "access.cover": "is how a therapist says why a record outside the caseload is needed",
    "access.question": "asks that therapist why, with what a search shows of anybody: name and birth date",
}
"""Use cases a therapist may run on anybody's id, and why that opens no record."""


def _names_somebody(annotation: Any) -> bool:
    """Whether values of this type carry an id: itself, in a collection, or in a dataclass's field."""
    if annotation is UUID:
        return True
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        return any(_names_somebody(each) for each in get_type_hints(annotation).values())
    return any(_names_somebody(each) for each in get_args(annotation))


def _takes_an_id(use_case: UseCase[Any, ..., Any]) -> bool:
    given = list(inspect.signature(use_case.function).parameters)[1:]
    hints = get_type_hints(use_case.function)
    return any(_names_somebody(hints[name]) for name in given)


def _asks_for_the_caseload(function: Any, seen: set[Any]) -> bool:
    """Whether the function, or one of the services' functions it uses, calls access.require_record."""
    if function in (access.require_record, access.require_records):
        return True
    if function in seen:
        return False
    seen.add(function)
    return any(_asks_for_the_caseload(each, seen) for each in _used(function))


def _used(function: Any) -> Iterator[Any]:
    """The services' functions that a function names, also as `module.function`."""
    names = set(_names(function.__code__))
    for name in names:
        thing = function.__globals__.get(name)
        inside = [getattr(thing, each, None) for each in names] if isinstance(thing, ModuleType) else [thing]
        for each in inside:
            plain = each.function if isinstance(each, UseCase) else each
            if inspect.isfunction(plain) and plain.__module__.startswith("practice_app.services"):
                yield plain


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def test_every_use_case_on_somebodys_id_asks_whether_a_therapist_sees_them() -> None:
    """A new one calls `access.require_record(work, patient)` first, or says above why it need not."""
    open_to_therapists = [
        each
        for each in _use_cases()
        if each.permission in permissions_of(Role.THERAPIST) and _takes_an_id(each)
    ]
    unasked = {
        _full_name(each) for each in open_to_therapists if not _asks_for_the_caseload(each.function, set())
    }
    assert unasked == set(WITHOUT_CASELOAD)
    assert {"people.open_record", "notes.sign", "subject_access.prepare"} <= set(
        map(_full_name, open_to_therapists)
    )


def test_a_use_case_that_forgets_to_ask_would_be_seen() -> None:
    @reads(Permission.OPEN_RECORD)
    def careless(work: Work, words: notes.Words) -> None:
        work.get(Person, words.patients[0])

    assert _takes_an_id(careless)
    assert not _asks_for_the_caseload(careless.function, set())


def test_every_package_is_installed() -> None:
    """The list is written out because resources/ lies beside the package; a forgotten room is not shipped."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(project["tool"]["setuptools"]["packages"])
    rooms = {".".join(path.parent.relative_to(ROOT).parts) for path in PACKAGE.rglob("__init__.py")}
    assert listed == rooms | {"practice_app.resources"}


def test_every_resource_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["practice_app.resources"]
    resources = ROOT / "resources"
    shipped = {path for pattern in patterns for path in resources.glob(pattern) if path.is_file()}
    kept_back = set(resources.glob("pictures/*"))  # shown by the README only
    assert {path for path in resources.rglob("*") if path.is_file()} == shipped | kept_back
