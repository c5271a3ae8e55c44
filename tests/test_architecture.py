"""The walls of the house, held by tests: who may import whom, and what no module may do."""

import ast
import importlib
import pkgutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import practice_app
from practice_app.rules.permissions import Permission
from practice_app.services.marks import UseCase

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
    found = [
        thing
        for module in _service_modules()
        for thing in vars(module).values()
        if isinstance(thing, UseCase)
    ]
    assert len(found) > 10
    for use_case in found:
        assert use_case.permission in Permission


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
