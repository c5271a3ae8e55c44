"""The two kinds of error: what a user can put right, and what is our bug."""

from uuid import UUID


class PracticeError(Exception):
    """Base of every error a user can cause or mend; its text is shown as it stands."""


class Defect(Exception):
    """A bug of ours; logged without personal data, shown as "something went wrong"."""


class NotAllowed(PracticeError):
    """The user's role does not include what was asked."""


class OutsideCaseload(NotAllowed):
    """A therapist asked for the record of `patient`, whom they do not see; a reason opens it for the day."""

    def __init__(self, message: str, patient: UUID) -> None:
        super().__init__(message)
        self.patient = patient


class NotFound(PracticeError):
    """The thing asked for is not (or no longer) in the records."""


class Invalid(PracticeError):
    """A value was refused; `field` names the input so that a form can point at it."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class OutOfDate(PracticeError):
    """Somebody else changed the row since it was read; nothing was overwritten."""


class Busy(PracticeError):
    """Another process holds the write lock; trying again a moment later works."""


class Cancelled(PracticeError):
    """The user stopped a long job; nothing half-done was kept."""


class FileRefused(PracticeError):
    """A file from outside cannot be taken as it is; the text says what to do."""


class CannotOpen(PracticeError):
    """The practice cannot be opened; the files are left as they were."""


class WrongPassword(CannotOpen):
    """Unknown user or wrong password: the same words and the same delay for both."""

    def __init__(self) -> None:
        super().__init__("The name or the password is wrong.")


class TooManyTries(CannotOpen):
    """Signing in is slowed down; `seconds` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        count, unit = (seconds, "second") if seconds < 60 else (-(-seconds // 60), "minute")
        wait = f"{count} {unit}{'' if count == 1 else 's'}"
        super().__init__(f"Too many tries. Please wait {wait} and try again.")
        self.seconds = seconds


class NotEnrolled(CannotOpen):
    """This account on this PC does not hold the practice's device secret."""


class KeyStoreLocked(CannotOpen):
    """The system's key store is locked or did not answer."""


class NoKeyStore(CannotOpen):
    """This system has no key store that may be used."""


class BackupRefused(PracticeError):
    """A backup or a restore was not done; nothing was replaced."""
