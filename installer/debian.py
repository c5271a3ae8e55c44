"""The Debian package: the frozen program with what a desktop and dpkg want to know of it."""

import gzip
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from installer import contents, licences, pictures
from installer.licences import Library

LINUX = Path(__file__).with_name("linux")
PROGRAM = f"usr/lib/{contents.NAME}"
"""Where the frozen program goes."""

MAINTAINER = "The practice-app authors <authors@practice-app.invalid>"

_COMPONENT = "uk.practice_app.practice_app"

_DESCRIPTION = """\
Description: encrypted records for a small clinic, on its own PC
 Keeps the patients, diary, session notes, letters and consents of a small
 private clinic in the United Kingdom in one encrypted folder. Each person
 has a sign-in of their own; a receptionist's cannot open session notes.
 .
 Everything held about a person comes out as one accessible PDF, in one
 click. Removing the package leaves every practice where it is.
"""

_OTHERS = """\
The program brings these libraries along, unchanged, each under its own licence.
Their words are in @PROGRAM@/LICENCES.txt, and those of
Apache-2.0, GPL-2, GPL-3, LGPL-2.1, LGPL-3 and MPL-2.0 also in
/usr/share/common-licenses. Qt is used under the LGPL: its libraries are files
of their own in @PROGRAM@/_internal/PySide6 and may be replaced.
The program that starts it all is PyInstaller's, GPL-2 with an exception for
programs that were frozen with it.
"""


def build(bundle: Path, work: Path, target: Path, moment: datetime) -> Path:
    """Make the package of a frozen program; `moment` stands for now in everything that is dated.

    Leaves the unpacked tree in `work`; returns the package's file in the folder `target`.
    """
    version = contents.version()
    tree = work / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(bundle, tree / PROGRAM, symlinks=True)
    _write_what_a_desktop_wants(tree, version, moment)
    _write_papers(tree, version, moment)
    _set_modes(tree)
    control = tree / "DEBIAN" / "control"
    control.parent.mkdir()
    kibibytes = sum(-(-path.lstat().st_size // 1024) for path in tree.rglob("*"))
    control.write_text(described(version, architecture(), kibibytes, needed(tree / PROGRAM)), "utf-8")
    _sum_up(tree)
    made = target / f"{contents.NAME}_{version}_{architecture()}.deb"
    target.mkdir(exist_ok=True)
    _run(
        "dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(tree), str(made),
        SOURCE_DATE_EPOCH=f"{moment.timestamp():.0f}",
    )  # fmt: skip
    return made


def described(version: str, architecture: str, kibibytes: int, depends: str) -> str:
    """The package's control file."""
    return (
        f"Package: {contents.NAME}\n"
        f"Version: {version}\n"
        f"Architecture: {architecture}\n"
        f"Maintainer: {MAINTAINER}\n"
        f"Installed-Size: {kibibytes}\n"
        f"Depends: {depends}\n"
        "Recommends: gnome-keyring | kwalletmanager\n"
        "Suggests: tesseract-ocr\n"
        "Section: misc\n"
        "Priority: optional\n" + _DESCRIPTION
    )


def architecture() -> str:
    """What Debian calls this machine's kind."""
    return _run("dpkg", "--print-architecture").strip()


def needed(folder: Path) -> str:
    """The packages of the system that have the libraries which the program's own ones ask for."""
    binaries = [str(path) for path in sorted(folder.rglob("*")) if path.is_file() and _is_binary(path)]
    own = sorted({f"-l{Path(path).parent}" for path in binaries})
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / "debian").mkdir()
        (Path(empty) / "debian" / "control").write_text(f"Source: {contents.NAME}\n", "utf-8")
        options = ["--ignore-missing-info", "--warnings=0", "-O", *own]
        said = _run("dpkg-shlibdeps", *options, *(f"-e{path}" for path in binaries), folder=empty)
    return said.strip().removeprefix("shlibs:Depends=")


def _is_binary(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF" and not path.is_symlink()


def filled(template: str, version: str, moment: datetime) -> str:
    """A text about the release with its version and day."""
    return template.replace("@VERSION@", version).replace("@DATE@", f"{moment:%Y-%m-%d}")


def changes(version: str, news: str, moment: datetime) -> str:
    """The newest release of CHANGELOG.md as Debian's changelogs are written."""
    section = news.split("\n## ")[1]
    items = re.split(r"^- ", section, flags=re.MULTILINE)[1:]
    lines = [f"  * {' '.join(item.split())}" for item in items]
    day = format_datetime(moment)
    head = f"{contents.NAME} ({version}) stable; urgency=medium"
    return "\n".join([head, "", *map(_wrapped, lines), "", f" -- {MAINTAINER}  {day}", ""])


def _wrapped(item: str) -> str:
    from textwrap import fill

    return fill(item, 78, subsequent_indent="    ", break_on_hyphens=False)


def copyright_of(found: Iterable[Library], own: str) -> str:
    """The package's copyright file: our licence, and under which each library comes."""
    program = f"/{PROGRAM}"
    parts = [f"{contents.NAME}\n\n{own.strip()}", _OTHERS.replace("@PROGRAM@", program).strip()]
    for licence, whose in licences.summary(found).items():
        parts.append(f"{licence}:\n" + "\n".join(f"  {each}" for each in whose))
    return "\n\n".join(parts) + "\n"


def _write_what_a_desktop_wants(tree: Path, version: str, moment: datetime) -> None:
    command = tree / "usr/bin" / contents.NAME
    command.parent.mkdir(parents=True)
    command.symlink_to(f"../lib/{contents.NAME}/{contents.NAME}")
    _copy(LINUX / f"{contents.NAME}.desktop", tree / "usr/share/applications")
    metainfo = f"{_COMPONENT}.metainfo.xml"
    about = filled((LINUX / metainfo).read_text("utf-8"), version, moment)
    _write(tree / "usr/share/metainfo" / metainfo, about.encode())
    icons = tree / "usr/share/icons/hicolor"
    for size in pictures.SIZES:
        _write(icons / f"{size}x{size}" / "apps" / f"{contents.NAME}.png", pictures.png(size))
    _copy(pictures.DRAWING, icons / "scalable" / "apps")


def _write_papers(tree: Path, version: str, moment: datetime) -> None:
    papers = tree / "usr/share/doc" / contents.NAME
    own = (contents.ROOT / "LICENSE").read_text("utf-8")
    _write(papers / "copyright", copyright_of(licences.libraries(), own).encode())
    news = (contents.ROOT / "CHANGELOG.md").read_text("utf-8")
    _write(papers / "changelog.gz", _compressed(changes(version, news, moment)))
    _write(tree / PROGRAM / "LICENCES.txt", licences.texts().encode())
    manual = (LINUX / f"{contents.NAME}.1").read_text("utf-8")
    _write(tree / "usr/share/man/man1" / f"{contents.NAME}.1.gz", _compressed(manual))
    _copy(LINUX / "lintian-overrides", tree / "usr/share/lintian/overrides", contents.NAME)


def _compressed(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _copy(path: Path, folder: Path, name: str = "") -> None:
    _write(folder / (name or path.name), path.read_bytes())


def _set_modes(tree: Path) -> None:
    """Everybody may read; only programs may be run, which libraries are not."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            is_run = path.is_dir() or path == tree / PROGRAM / contents.NAME
            path.chmod(0o755 if is_run else 0o644)


def _sum_up(tree: Path) -> None:
    """Write the sums that dpkg checks the files against."""
    from hashlib import md5

    files = sorted(path for path in (tree / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    lines = [
        f"{md5(path.read_bytes(), usedforsecurity=False).hexdigest()}  {path.relative_to(tree)}\n"
        for path in files
    ]
    (tree / "DEBIAN" / "md5sums").write_text("".join(lines), "utf-8")


def _run(*command: str, folder: str | None = None, **environment: str) -> str:
    ended = subprocess.run(  # noqa: S603
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=folder, env={**os.environ, **environment}
    )
    return ended.stdout


def last_change() -> datetime:
    """When the sources were last changed: the newest commit, or their newest file's time."""
    try:
        said = _run("git", "-C", str(contents.ROOT), "log", "-1", "--format=%ct")
    except subprocess.CalledProcessError:
        said = str((contents.ROOT / "pyproject.toml").stat().st_mtime)
    return datetime.fromtimestamp(float(said), UTC)
