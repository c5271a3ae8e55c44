"""What the program needs, however deep, on each system."""

from installer import requirements, wheels


def test_what_others_need_in_turn_is_found() -> None:
    names = {each.name.casefold() for each in requirements.here()}
    assert {"keyring", "jaraco.classes", "more-itertools", "greenlet"} & names >= {
        "keyring",
        "jaraco.classes",
    }
    assert not {"pytest", "ruff", "pyinstaller", "practice-app"} & names


def test_each_system_needs_its_own() -> None:
    windows, mac = (set(requirements.elsewhere(system)) for system in ("win_amd64", "macosx_15_0_arm64"))
    assert {"pywin32-ctypes", "tzdata", "colorama"} <= windows - mac
    assert not {"secretstorage", "jeepney"} & (windows | mac)
    assert "psycopg-binary" in windows & mac, "an extra's packages count"


def test_wheels_are_asked_for_at_their_pinned_versions() -> None:
    assert f"pillow=={requirements.pins()['pillow']}" in wheels.wanted("win_amd64")


def test_pins_are_read_by_the_names_of_the_index(tmp_path) -> None:
    file = tmp_path / "constraints.txt"
    file.write_text("# said of it\nPySide6_Essentials==6.11.3\nfhir.resources==8.3.0\n", "utf-8")
    assert requirements.pins(file) == {"pyside6-essentials": "6.11.3", "fhir-resources": "8.3.0"}
