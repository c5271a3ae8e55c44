"""What goes into the frozen program and what stays out of it, system by system."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from practice_app.documents import fonts
from practice_app.storage.keys import device

NAME = "practice-app"
PROGRAM = "PRACTICE_APP_PROGRAM"
"""The environment variable that tells the specification where the program to freeze is installed."""

ROOT = Path(__file__).resolve().parents[1]

Pair = tuple[str, str]
"""A file, and the folder of the frozen program it goes to."""

Collected = tuple[str, str, str]
"""What the freezer found: where it would go (a module's name for code), where it lies, and its kind."""

_FOUND_BY_NAME = (
    "alembic.ddl.sqlite",
    "holidays.countries.united_kingdom",
    "sqlalchemy.dialects.sqlite.pysqlcipher",
)
"""Modules that libraries import by a name made up while the program runs."""

_LEFT_OUT = (
    # What the interpreter and the libraries bring for developers.
    "IPython",
    "PyInstaller",
    "_pytest",
    "alembic.testing",
    "coverage",
    "distutils",
    "hypothesis",
    "idlelib",
    "lib2to3",
    "mypy",
    "numpy",
    "pip",
    "pkg_resources",
    "pytest",
    "setuptools",
    "sqlalchemy.testing",
    "tkinter",
    "turtledemo",
    "unittest",
    "wheel",
    # Databases, pictures and formats that the program has no use for.
    "PIL.AvifImagePlugin",
    "PIL._avif",
    "PIL._imagingtk",
    "PIL.ImageTk",
    "fhir.resources.STU3",
    "lxml.html",
    "multiprocessing",  # would be set up at every start
    "lxml.isoschematron",
    "lxml.objectify",
    "matplotlib",
    "psycopg2",
    "pymysql",
    "readline",
    # Qt beyond the four modules of the window.
    "PySide6.QtNetwork",
    "PySide6.QtOpenGL",
    "PySide6.QtQml",
    "PySide6.QtQuick",
    "PySide6.QtSql",
    "PySide6.QtTest",
)

_CODE_LEFT_OUT = re.compile(
    r"fhir\.resources\.(?!R4B\b)"  # releases of FHIR other than the one that is read
    r"|pygments\.(?:lexers|styles)\.(?!_mapping$|default$)"  # colours for program text
)
"""Modules nobody can leave out by name, because there are hundreds of them."""

_SCRIPTS_LEFT_OUT = ("pyi_rth_pkgutil",)

_QT_PLUGINS = {
    "iconengines": ("qsvgicon",),
    "imageformats": ("qjpeg", "qsvg"),
    "platforminputcontexts": ("composeplatforminputcontextplugin", "ibusplatforminputcontextplugin"),
    "platforms": ("qcocoa", "qoffscreen", "qwayland", "qwindows", "qxcb"),
    "platformthemes": ("qxdgdesktopportal",),
    "wayland-decoration-client": None,
    "wayland-shell-integration": None,
}
"""The kinds of Qt plug-ins that are kept, and which of them; None keeps all."""

_QT_LIBRARIES = frozenset(
    ["Core", "DBus", "Gui", "Svg", "WaylandClient", "Widgets", "WlShellIntegration", "XcbQpa"]
)
"""The parts of Qt that the window and those plug-ins need."""

_SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/")

_QT_LIBRARY = re.compile(r"(?:lib)?Qt6?(?P<part>[A-Z]\w*?)(?:\.so[.\d]*|\.dll|\.\d\.dylib|)$")


def version(root: Path = ROOT) -> str:
    """The program's version, from the one place where it is written."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


def programs(platform: str) -> list[tuple[str, bool]]:
    """The programs to make, and whether each belongs to a console.

    On Windows a program either has a console window or cannot print, so the command line is one of its own.
    """
    if platform == "win32":
        return [(NAME, False), (f"{NAME}-console", True)]
    return [(NAME, True)]


def hidden_imports(platform: str) -> list[str]:
    """The modules that are imported by name only, for a system by its name in sys.platform."""
    return [*_key_stores(platform), *font_packages(), *_FOUND_BY_NAME]


def left_out(platform: str) -> list[str]:
    """The modules that stay out although something mentions them."""
    others = [name for system in device.ALLOWED if system != platform for name in _key_stores(system)]
    return [*_LEFT_OUT, *others]


def _key_stores(platform: str) -> list[str]:
    """The modules for a system's key stores, which the program imports by name."""
    return [module for module, _ in device.ALLOWED[platform]]


def font_packages() -> list[str]:
    """The packages that the program takes its fonts from."""
    return [module for module, _ in fonts.PACKAGES]


def font_files() -> Iterator[Pair]:
    """The fonts that documents are set in; the program asks for no slanted ones."""
    homes = [Path(place) for name in font_packages() for place in _places(name)]
    for path in fonts.families().values():
        home = next(place for place in homes if path.is_relative_to(place))
        yield str(path), path.parent.relative_to(home.parent).as_posix()


def _places(module: str) -> list[str]:
    spec = find_spec(module)
    return list((spec and spec.submodule_search_locations) or ())


def own_files(program: Path) -> Iterator[Pair]:
    """The program's own files that are no modules: what it shows, and the migrations, which Alembic reads.

    `program` is the folder of an installed practice_app.
    """
    for part, pattern in (("resources", "*"), ("storage/migrations", "*.py")):
        for path in sorted((program / part).rglob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield str(path), path.parent.relative_to(program.parent).as_posix()


def is_kept(name: str, source: str, platform: str) -> bool:
    """Whether a collected file stays in: `name` is where it would go, `source` where it was found.

    On Linux the system's own libraries stay out: the package depends on them, and gets their mended versions.
    """
    if platform == "linux" and source.startswith(_SYSTEM_FOLDERS):
        return False
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return _is_wanted_of_qt(parts) and not _is_litter(parts)


def kept(collected: Iterable[Collected], platform: str) -> list[Collected]:
    """The files that stay in."""
    return [each for each in collected if is_kept(each[0], each[1], platform)]


def scripts(collected: Iterable[Collected]) -> list[Collected]:
    """What runs at every start, without what readies libraries to look for modules: none of ours does."""
    return [each for each in collected if each[0] not in _SCRIPTS_LEFT_OUT]


def code(collected: Iterable[Collected]) -> list[Collected]:
    """The modules that stay in."""
    return [each for each in collected if not _CODE_LEFT_OUT.match(each[0])]


def _is_litter(parts: tuple[str, ...]) -> bool:
    """What says how and where something was installed, and the libraries' words in other languages."""
    if len(parts) > 1 and parts[-2].endswith(".dist-info"):
        return parts[-1] in ("direct_url.json", "RECORD", "INSTALLER", "REQUESTED")
    return parts[-1].endswith((".mo", ".po"))


def _is_wanted_of_qt(parts: tuple[str, ...]) -> bool:
    if "translations" in parts or "qml" in parts:
        return False
    if "PySide6" in parts and "plugins" in parts:
        kind, *rest = parts[parts.index("plugins") + 1 :]
        if kind not in _QT_PLUGINS or not rest:
            return False
        wanted = _QT_PLUGINS[kind]
        return wanted is None or rest[-1].removeprefix("lib").partition(".")[0] in wanted
    found = _QT_LIBRARY.match(parts[-1])
    return found is None or found["part"] in _QT_LIBRARIES
