"""What goes into the frozen program and what stays out."""

import tomllib
from pathlib import Path

import pytest

import practice_app
from installer import contents
from practice_app.documents import fonts
from practice_app.storage import migrate
from practice_app.storage.keys import device

PROGRAM = Path(practice_app.__file__).parent


def test_the_version_is_the_projects(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "4.5.6"\n', "utf-8")
    assert contents.version(tmp_path) == "4.5.6"
    written = tomllib.loads((contents.ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert contents.version() == written


def test_the_version_is_written_nowhere_else() -> None:
    version = contents.version()
    for path in (contents.ROOT / "installer").rglob("*"):
        if path.is_file() and path.suffix not in (".pyc", ".png"):
            assert version not in path.read_text("utf-8"), path.name


def test_the_fonts_are_those_the_program_looks_for() -> None:
    packed = dict(contents.font_files())
    assert {Path(source) for source in packed} == set(fonts.families().values())
    homes = {home.split("/")[0] for home in packed.values()}
    assert homes == set(contents.font_packages()) == {module for module, _ in fonts.PACKAGES}
    assert set(contents.font_packages()) <= set(contents.hidden_imports("linux"))


def test_a_font_lies_where_its_package_has_it() -> None:
    for module, folder in fonts.PACKAGES:
        homes = {home for _, home in contents.font_files() if home.split("/")[0] == module}
        assert homes
        assert all(f"{home}/".startswith(f"{module}/{folder}".rstrip("/") + "/") for home in homes)


def test_every_migration_goes_along_as_a_file() -> None:
    packed = {Path(source).name: home for source, home in contents.own_files(PROGRAM)}
    scripts = [name for name in packed if name[:4] in migrate.KNOWN]
    assert {name[:4] for name in scripts} == migrate.KNOWN
    assert {packed[name] for name in scripts} == {"practice_app/storage/migrations/versions"}


def test_resources_go_along_inside_the_package(tmp_path: Path) -> None:
    program = tmp_path / "practice_app"
    (program / "resources" / "icons" / "__pycache__").mkdir(parents=True)
    (program / "resources" / "icons" / "x.svg").touch()
    (program / "resources" / "icons" / "__pycache__" / "y.svg").touch()
    (program / "storage" / "migrations").mkdir(parents=True)
    assert list(contents.own_files(program)) == [
        (str(program / "resources" / "icons" / "x.svg"), "practice_app/resources/icons")
    ]


@pytest.mark.parametrize("platform", ["win32", "darwin", "linux"])
def test_each_system_gets_its_own_key_stores(platform: str) -> None:
    own = {module for module, _ in device.ALLOWED[platform]}
    assert own <= set(contents.hidden_imports(platform))
    everybodys = {module for stores in device.ALLOWED.values() for module, _ in stores}
    assert everybodys & set(contents.left_out(platform)) == everybodys - own


def test_only_windows_needs_a_second_program_for_the_command_line() -> None:
    assert contents.programs("linux") == [("practice-app", True)]
    assert contents.programs("win32") == [("practice-app", False), ("practice-app-console", True)]
    assert contents.programs("darwin") == [("practice-app", True)]


@pytest.mark.parametrize(
    ("name", "source", "platform"),
    [
        ("PySide6/Qt/lib/libQt6Widgets.so.6", "/site/PySide6/Qt/lib/libQt6Widgets.so.6", "linux"),
        ("libQt6Core.so.6", "PySide6/Qt/lib/libQt6Core.so.6", "linux"),
        ("PySide6/Qt/plugins/platforms/libqxcb.so", "/site/libqxcb.so", "linux"),
        ("PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so", "/site/x.so", "linux"),
        ("PySide6\\Qt6Core.dll", "C:\\site\\Qt6Core.dll", "win32"),
        ("PySide6\\plugins\\platforms\\qwindows.dll", "C:\\site\\qwindows.dll", "win32"),
        ("PySide6/Qt/plugins/platforms/libqcocoa.dylib", "/site/libqcocoa.dylib", "darwin"),
        ("PySide6/Qt/lib/QtGui.framework/Versions/A/QtGui", "/site/QtGui", "darwin"),
        ("PySide6/QtSvg.abi3.so", "/site/PySide6/QtSvg.abi3.so", "linux"),
        ("libpython3.11.so.1.0", "/opt/python/lib/libpython3.11.so.1.0", "linux"),
        ("libcrypto-3.dll", "C:\\python\\libcrypto-3.dll", "win32"),
        ("practice_app-1.0.dist-info/METADATA", "/x/METADATA", "linux"),
    ],
)
def test_what_is_needed_stays_in(name: str, source: str, platform: str) -> None:
    assert contents.is_kept(name, source, platform)


@pytest.mark.parametrize(
    ("name", "source", "platform"),
    [
        ("PySide6/Qt/lib/libQt6WebEngineCore.so.6", "/site/libQt6WebEngineCore.so.6", "linux"),
        ("PySide6/Qt/lib/libQt6Quick.so.6", "/site/libQt6Quick.so.6", "linux"),
        ("libQt6Qml.so.6", "PySide6/Qt/lib/libQt6Qml.so.6", "linux"),
        ("PySide6\\Qt6Quick.dll", "C:\\site\\Qt6Quick.dll", "win32"),
        ("PySide6\\plugins\\sqldrivers\\qsqlite.dll", "C:\\site\\qsqlite.dll", "win32"),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", "/site/libqvnc.so", "linux"),
        ("PySide6/Qt/translations/qtbase_de.qm", "/site/qtbase_de.qm", "linux"),
        ("PySide6/Qt/lib/QtQml.framework/Versions/A/QtQml", "/site/QtQml", "darwin"),
        ("libssl.so.3", "/lib/x86_64-linux-gnu/libssl.so.3", "linux"),
        ("libX11.so.6", "/usr/lib/x86_64-linux-gnu/libX11.so.6", "linux"),
        ("practice_app-1.0.dist-info/direct_url.json", "/x/direct_url.json", "linux"),
        ("holidays/locale/de/LC_MESSAGES/AT.mo", "/site/AT.mo", "linux"),
    ],
)
def test_what_is_not_needed_stays_out(name: str, source: str, platform: str) -> None:
    assert not contents.is_kept(name, source, platform)


def test_modules_by_the_hundred_that_nobody_asks_for_stay_out() -> None:
    found = [
        ("fhir.resources.R4B.patient", "p.py", "PYMODULE"),
        ("fhir.resources.patient", "p.py", "PYMODULE"),
        ("pygments.lexers.python", "p.py", "PYMODULE"),
        ("pygments.lexers._mapping", "p.py", "PYMODULE"),
        ("pygments.lexer", "p.py", "PYMODULE"),
    ]
    assert [name for name, _, _ in contents.code(found)] == [
        "fhir.resources.R4B.patient",
        "pygments.lexers._mapping",
        "pygments.lexer",
    ]


def test_nothing_is_readied_at_every_start_that_the_program_never_asks_for() -> None:
    found = [("pyi_rth_pkgutil", "p.py", "PYSOURCE"), ("__main__", "m.py", "PYSOURCE")]
    assert [name for name, _, _ in contents.scripts(found)] == ["__main__"]
    assert "multiprocessing" in contents.left_out("linux")
