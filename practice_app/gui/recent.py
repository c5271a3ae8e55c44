"""The practices opened on this PC lately: their folders and nothing else."""

from pathlib import Path

from PySide6.QtCore import QSettings

_KEY = "recent/folders"
_MOST = 8


class RecentPractices:
    """A short list of folders in the window's settings, latest first."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def folders(self) -> tuple[Path, ...]:
        """The folders, latest first; one that is gone stays, so that its absence can be explained."""
        stored = self._settings.value(_KEY, [])
        if isinstance(stored, str):  # QSettings gives a list of one back as a plain string
            stored = [stored]
        return tuple(Path(name) for name in stored) if isinstance(stored, list) else ()

    def remember(self, folder: Path) -> None:
        """Put a folder first."""
        rest = [each for each in self.folders() if each != folder]
        self._settings.setValue(_KEY, [str(each) for each in [folder, *rest][:_MOST]])

    def forget(self, folder: Path) -> None:
        """Take a folder off the list."""
        self._settings.setValue(_KEY, [str(each) for each in self.folders() if each != folder])
