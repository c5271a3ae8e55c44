"""Where this program keeps its own files, and which paths from outside may be used."""

import os
import stat
import sys
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path

from practice_app.errors import Defect, FileRefused

_APP = "practice-app"

KEY_FILE = "keyslots.json"
"""The key file that makes a folder a practice."""

DATABASE_FILE = "practice.db"
"""The encrypted file with the records of a practice."""

SERVER_FILE = "server.json"
"""The file that makes a folder a practice whose records and keys are on a server."""

BUNDLE_FILES = ("manifest.json", "keys.json")
"""The two files that make a folder a backup."""

_DEVICE_NAMES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
)
_LONGEST_NAME = 255

_NETWORK_TYPES = frozenset(
    [
        "9p",
        "acfs",
        "afp",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "davfs2",
        "fuse.ceph",
        "fuse.davfs",
        "fuse.glusterfs",
        "fuse.gvfsd-fuse",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.smbnetfs",
        "fuse.sshfs",
        "gfs2",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "ocfs2",
        "smb2",
        "smb3",
        "smbfs",
        "sshfs",
        "virtiofs",
    ]
)

# Beginnings of folder names, as the services make them ("OneDrive - Harbour Clinic").
_SYNC_FOLDERS = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "iclouddrive": "iCloud Drive",
    "icloud drive": "iCloud Drive",
    "mobile documents": "iCloud Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
    "box sync": "Box",
    "pclouddrive": "pCloud",
    "pcloud drive": "pCloud",
    "megasync": "MEGA",
    "tresorit": "Tresorit",
    "cloudstorage": "a cloud service",
}
_SYNC_VARIABLES = {"OneDrive": "OneDrive", "OneDriveCommercial": "OneDrive", "OneDriveConsumer": "OneDrive"}


def state_folder() -> Path:
    """This account's folder for what outlives a run (sign-in tries, recent practices); made if missing."""
    from platformdirs import user_state_path

    return _private_folder(user_state_path(_APP, appauthor=False))


def cache_folder() -> Path:
    """This account's folder for what may be deleted at any time, never patient data; made if missing."""
    from platformdirs import user_cache_path

    return _private_folder(user_cache_path(_APP, appauthor=False))


def inside(folder: Path, name: str) -> Path:
    """The path of a name from a CSV, a zip or a mail, if it stays inside `folder`.

    Refuses with FileRefused: absolute paths, "..", drives, network paths, ":" streams, device names,
    control and text-direction characters, names Windows would alter, and ways through links. The path need
    not exist; whoever opens it must still not follow links.
    """
    parts = name.split("/")
    for part in parts:
        _check_part(part)
    path = folder
    for part in parts:
        path = path / part
        if _is_link(path):
            raise FileRefused("A file name leads through a link; links are not followed.")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise FileRefused("A file name leads out of its folder.")
    return path


def belongs_to_records(path: Path) -> bool:
    """Whether a path lies in the folder of a practice or of a backup, where nothing else may be written."""
    return any(
        any((folder / name).exists() for name in (KEY_FILE, SERVER_FILE))
        or all((folder / name).exists() for name in BUNDLE_FILES)
        for folder in path.absolute().resolve().parents
    )


def is_network_path(path: Path, mounts: Callable[[], str] | None = None) -> bool:
    """Whether a path lies on another computer: a network path or drive on Windows, a mount elsewhere.

    A database there is damaged sooner or later, because its locks do not hold. `mounts` gives the text of
    /proc/self/mountinfo; systems without it (macOS) always answer False.
    """
    if sys.platform == "win32":
        return is_unc(os.path.abspath(path)) or _is_remote_drive(path)
    try:
        text = (mounts or _read_mounts)()
    except OSError:
        return False
    kind = _file_system_type(path.absolute().resolve(), text.splitlines())
    return kind in _NETWORK_TYPES


def is_unc(path: str) -> bool:
    r"""Whether a Windows path names another computer: \\server\share or \\?\UNC\server\share."""
    plain = path.replace("/", "\\")
    if plain.startswith(("\\\\?\\", "\\\\.\\")):
        return plain[4:].upper().startswith("UNC\\")
    return plain.startswith("\\\\")


def sync_folder_name(path: Path) -> str | None:
    """The cloud service whose folder a path lies in, or None.

    Such a service copies a half-written database, and keeps old versions of what was deleted here.
    """
    resolved = path.absolute().resolve()
    for part in resolved.parts:
        folded = part.casefold()
        for beginning, service in _SYNC_FOLDERS.items():
            if folded == beginning or folded.startswith((f"{beginning} ", f"{beginning}-", f"{beginning}_")):
                return service
    for variable, service in _SYNC_VARIABLES.items():
        root = os.environ.get(variable)
        if root and resolved.is_relative_to(Path(root).absolute().resolve()):
            return service
    return None


def _private_folder(path: Path) -> Path:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _check_part(part: str) -> None:
    if part in ("", ".", ".."):
        raise FileRefused("A file name is empty, absolute or leads out of its folder.")
    if any(character in part for character in '\\:<>"|?*'):
        raise FileRefused("A file name contains a character that is not allowed in names.")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in part):
        raise FileRefused("A file name contains invisible characters.")
    if part[-1] in ". " or part[0] == " ":
        raise FileRefused("A file name begins or ends with a space, or ends with a dot.")
    if part.split(".")[0].rstrip().casefold() in _DEVICE_NAMES:
        raise FileRefused("A file name is the name of a device.")
    if len(part.encode("utf-8")) > _LONGEST_NAME:
        raise FileRefused("A file name is too long.")


def _is_link(path: Path) -> bool:
    """A symbolic link, or on Windows a junction or another reparse point."""
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    attributes: int = getattr(status, "st_file_attributes", 0)
    return stat.S_ISLNK(status.st_mode) or bool(attributes & stat.FILE_ATTRIBUTE_REPARSE_POINT)


def _read_mounts() -> str:
    return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")


def _file_system_type(path: Path, mounts: Iterable[str]) -> str:
    """Type of the mount a resolved path lies on; a later mount on the same place hides an earlier one."""
    best, kind = -1, ""
    for line in mounts:
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = Path(_unescaped(fields[4]))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), after.split(" ")[0]
    return kind.casefold()


def _unescaped(text: str) -> str:
    """The kernel writes space, tab, newline and backslash as octal."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


if sys.platform == "win32":

    def _is_remote_drive(path: Path) -> bool:
        import ctypes

        drive_remote = 4
        root = f"{path.absolute().drive}\\"
        return int(ctypes.windll.kernel32.GetDriveTypeW(root)) == drive_remote


def resource(name: str) -> Path:
    """A file of the program's own (styles, name lists, templates); raises Defect when it is missing.

    An installed package has them inside itself, a checkout beside the package.
    """
    package = Path(__file__).parent
    for place in (package / "resources" / name, package.parent / "resources" / name):
        if place.exists():
            return place
    raise Defect(f"The program's own file {name} is missing.")
