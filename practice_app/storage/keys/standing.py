"""Whether the key file and the database belong together, and what to say when they do not."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from practice_app.errors import CannotOpen
from practice_app.storage.keys.held import VaultKeys


@dataclass(frozen=True, slots=True)
class Standing:
    """Vault, number of writes and name of the database key: kept in the key file and in the database."""

    vault: UUID
    seq: int
    dek_id: str


class Verdict(StrEnum):
    """How key file and database relate."""

    IN_STEP = "in step"
    DATABASE_BEHIND = "database behind"  # a crash between the two writes; the caller catches it up
    OLDER_KEY_FILE = "older key file"
    OLDER_DATABASE = "older database"
    OTHER_PRACTICE = "other practice"
    OTHER_KEY = "other key"


_SENTENCES = {
    Verdict.OTHER_PRACTICE: "These keys belong to another practice.",
    Verdict.OTHER_KEY: "The key file does not hold the key this database was made with.",
    Verdict.OLDER_KEY_FILE: (
        "An older key file was put back. Only a director or the recovery key can open the practice now."
    ),
    Verdict.OLDER_DATABASE: (
        "The records are older than the key file: an older copy was put back. "
        "Only a director or the recovery key can open the practice now."
    ),
}
_DIRECTOR_MAY_ENTER = frozenset({Verdict.OLDER_KEY_FILE, Verdict.OLDER_DATABASE})


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of `compare`; `sentence` is empty when everybody may go in."""

    verdict: Verdict

    @property
    def sentence(self) -> str:
        """What to tell the user."""
        return _SENTENCES.get(self.verdict, "")

    @property
    def director_may_enter(self) -> bool:
        """Whether a holder of the admin key may decide to go on (the caller writes that down)."""
        return self.verdict in _DIRECTOR_MAY_ENTER

    def admit(self, keys: VaultKeys) -> None:
        """Raise CannotOpen unless these keys may go in."""
        if self.sentence and not (self.director_may_enter and keys.ak is not None):
            raise CannotOpen(self.sentence)


def compare(file: Standing, database: Standing, held_dek_ids: frozenset[str] = frozenset()) -> Finding:
    """Judge a key file (its code already checked) against the database it opened.

    A file one write ahead is a crash between the two writes and accepted. `held_dek_ids` are the names of
    all database keys held: while keys are being changed the database may still have the older one.
    """
    if file.vault != database.vault:
        return Finding(Verdict.OTHER_PRACTICE)
    if database.dek_id not in held_dek_ids | {file.dek_id}:
        return Finding(Verdict.OTHER_KEY)
    if file.seq < database.seq:
        return Finding(Verdict.OLDER_KEY_FILE)
    if file.seq > database.seq + 1:
        return Finding(Verdict.OLDER_DATABASE)
    return Finding(Verdict.IN_STEP if file.seq == database.seq else Verdict.DATABASE_BEHIND)
