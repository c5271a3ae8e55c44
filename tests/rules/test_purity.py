"""The rules cost nothing to import: the window's first paint must not load what only imports need."""

import subprocess
import sys

import pytest

HEAVY = ("phonenumbers", "stdnum", "dateutil", "sqlalchemy", "PySide6")
MODULES = (
    "names",
    "identifiers",
    "dates",
    "contact_details",
    "consents",
    "retention",
    "permissions",
    "ages",
    "authority",
    "mentions",
    "deaths",
)


@pytest.mark.parametrize("module", MODULES)
def test_a_rule_module_loads_no_library(module: str) -> None:
    program = f"import sys, practice_app.rules.{module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []
