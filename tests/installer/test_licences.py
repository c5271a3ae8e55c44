"""The gate of licences: everything that comes along may be passed on, on every system."""

import pytest
from packaging.utils import canonicalize_name

from installer import licences, requirements
from installer.licences import Library


def test_everything_the_program_brings_along_may_be_passed_on() -> None:
    found = licences.libraries()
    assert licences.refused(found) == []
    named = {canonicalize_name(each.name) for each in found}
    assert named == {canonicalize_name(each.name) for each in requirements.here()}
    assert {"pyside6-essentials", "sqlcipher3", "pydantic-core"} <= named, "what others need in turn counts"


@pytest.mark.parametrize("system", requirements.SYSTEMS)
def test_what_only_other_systems_need_may_be_passed_on_too(system: str) -> None:
    here = {canonicalize_name(each.name) for each in requirements.here()}
    others = {name for name in requirements.elsewhere(system) if name not in here}
    known = dict(licences.ELSEWHERE)
    assert others <= set(known)
    assert all(licences.is_permitted(known[name]) for name in others)


@pytest.mark.parametrize("system", requirements.SYSTEMS)
def test_every_library_is_pinned(system: str) -> None:
    asked = {canonicalize_name(each.name) for each in requirements.here()} | set(
        requirements.elsewhere(system)
    )
    assert asked - set(requirements.pins()) == set()


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache-2.0 OR BSD-3-Clause",
        "LGPL-3.0-only OR GPL-2.0-only",
        "MIT AND PSF-2.0",
        "GPL-3.0 OR MIT",
    ],
)
def test_permitted(licence: str) -> None:
    assert licences.is_permitted(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "MIT AND GPL-2.0-only",
        "GPL-2.0-only OR AGPL-3.0-only",
        "Limited to schools",
        "MIT, more or less",
        "UNKNOWN",
        "",
    ],
)
def test_refused(licence: str) -> None:
    assert not licences.is_permitted(licence)
    assert licences.refused([Library("x", "1.0", licence)]) == [f"x 1.0: {licence}"]


def test_a_development_tool_under_the_gpl_would_be_seen() -> None:
    """pylint-like tools are not shipped; were one a dependency, the gate would name it."""
    assert licences.refused(
        [Library("x", "2", licences.in_words_of_spdx("x", "GNU General Public License v3"))]
    )


def test_several_classifiers_count_together() -> None:
    said = "MIT License; Apache Software License"
    assert licences.in_words_of_spdx("x", said) == "MIT AND Apache-2.0"
    assert not licences.is_permitted(licences.in_words_of_spdx("x", "MIT License; GPLv3"))


def test_the_texts_have_every_librarys_words_once() -> None:
    whole = licences.texts()
    assert whole.count("Gerhard Häring") >= 1
    assert "Mozilla Public License Version 2.0" in whole
    assert "SIL OPEN FONT LICENSE" in whole
    assert whole.count("GNU LESSER GENERAL PUBLIC LICENSE\n                       Version 3") == 1
