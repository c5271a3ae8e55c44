"""Taking in consents: every row one decision, added and never overwritten."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from practice_app.exchange.rows import ConsentRow, ImportedRow, Prepared
from practice_app.model.consents import Consent, ConsentCorrection, ConsentWording
from practice_app.model.settings import Imported
from practice_app.rules.consents import (
    NATURE,
    Channel,
    Decision,
    DecisionRow,
    Purpose,
    Status,
    digest,
    status,
)
from practice_app.services import suppression, timeline
from practice_app.services.consent_lines import as_fact, by_recording
from practice_app.services.imports.events import sift
from practice_app.services.imports.plan import Setting, change_marks, new_marks
from practice_app.services.imports.queries import pieces
from practice_app.services.imports.request import Duplicate
from practice_app.storage import bulk
from practice_app.storage.bulk import Batch, Values
from practice_app.storage.records import Work

_LANGUAGE = "en-GB"


class ConsentsPlan:
    """The decisions a file adds. A changed row adds one more: what was recorded earlier stays."""

    duplicates: tuple[Duplicate, ...] = ()

    def __init__(self, work: Work, prepared: Prepared[ConsentRow], setting: Setting) -> None:
        self._setting = setting
        sifted = sift(work, prepared, setting)
        rows = [*(each.row for each in sifted.new), *(each.row for each in sifted.changed)]
        self._wordings = _Wordings(work, rows)
        self._consents = [(uuid4(), row, sifted.patients[row.line]) for row in rows]
        ids = {row.line: id for id, row, _ in self._consents}
        self._marks: list[tuple[ImportedRow, str, UUID]] = [
            (each.row, each.ref, ids[each.row.line]) for each in sifted.new
        ]
        self._changed_marks = [(each.row, each.known, ids[each.row.line]) for each in sifted.changed]
        self.added, self.updated, self.unchanged = len(sifted.new), len(sifted.changed), sifted.unchanged

    def write(self, batch: Batch) -> None:
        """Write the wordings, then the decisions that refer to them."""
        self._wordings.write(batch)
        for chunk in bulk.chunks(self._consents):
            batch.add(
                Consent,
                [self._values(*each, recorded_by=batch.work.actor.id, now=batch.work.now) for each in chunk],
            )
        for marks in bulk.chunks(self._marks):
            batch.add(Imported, new_marks(self._setting, marks))
        change_marks(batch, self._changed_marks)
        self._keep_objections(batch.work)

    def _keep_objections(self, work: Work) -> None:
        """A no to marketing that stands after this file is kept where it outlives the records (P48)."""
        objectors: dict[Channel, set[UUID]] = defaultdict(set)
        for _, row, person in self._consents:
            is_no = row.decision in {Decision.REFUSED, Decision.WITHDRAWN}
            if row.purpose is Purpose.MARKETING and row.channel is not None and is_no:
                objectors[row.channel].add(person)
        for channel, people in objectors.items():
            suppression.suppress(work, _still_object(work, people, channel), channel)

    def _values(
        self, id: UUID, row: ConsentRow, person_id: UUID, *, recorded_by: UUID, now: datetime
    ) -> Values:
        return {
            "id": id,
            "person_id": person_id,
            "purpose": row.purpose,
            "channel": row.channel,
            "nature": NATURE[row.purpose],
            "decision": row.decision,
            "decided_on": row.decided_on,
            "expires_on": row.expires_on,
            "how": row.how,
            "given_by": row.given_by,
            "named_recipient": row.named_recipient,
            "scope": row.scope,
            "wording_id": self._wordings.id_of(row),
            "recorded_by_id": recorded_by,
            "recorded_at": now,
            "zone": self._setting.zone.key,
            "source": self._setting.origin,
        }


def _still_object(work: Work, people: Iterable[UUID], channel: Channel) -> list[UUID]:
    """Those of these people whose latest word about marketing by a channel is a no."""
    said: dict[UUID, list[DecisionRow]] = defaultdict(list)
    for piece in pieces(people):
        statement = (
            select(Consent)
            .outerjoin(ConsentCorrection, ConsentCorrection.consent_id == Consent.id)
            .where(Consent.person_id.in_(piece), Consent.purpose == Purpose.MARKETING)
            .where(Consent.channel == channel, ConsentCorrection.id.is_(None))
        )
        for row in sorted(work.select(statement), key=by_recording):
            said[row.person_id].append(as_fact(row))
    today = timeline.today(work)
    no = {Status.REFUSED, Status.WITHDRAWN}
    return [person for person, decisions in said.items() if status(decisions, today) in no]


class _Wordings:
    """The exact words rows were agreed to in: those known here, and new revisions for the others."""

    def __init__(self, work: Work, rows: list[ConsentRow]) -> None:
        worded = {_digest(row): row for row in rows if row.wording}
        self._ids: dict[str, UUID] = {}
        for piece in pieces(worded):
            for found in work.rows(
                select(ConsentWording.digest, ConsentWording.id)
                .where(ConsentWording.digest.in_(piece))
                .order_by(ConsentWording.revision)
            ):
                self._ids[found.digest] = found.id
        revisions: dict[Purpose, int] = {
            found.purpose: found.latest
            for found in work.rows(
                select(ConsentWording.purpose, func.max(ConsentWording.revision).label("latest"))
                .where(ConsentWording.language == _LANGUAGE)
                .group_by(ConsentWording.purpose)
            )
        }
        self._new: list[Values] = []
        for its_digest, row in worded.items():
            if its_digest in self._ids:
                continue
            revisions[row.purpose] = revisions.get(row.purpose, 0) + 1
            self._ids[its_digest] = id = uuid4()
            self._new.append(
                {
                    "id": id,
                    "purpose": row.purpose,
                    "language": _LANGUAGE,
                    "revision": revisions[row.purpose],
                    "text": row.wording,
                    "digest": its_digest,
                    "made_at": work.now,
                }
            )

    def id_of(self, row: ConsentRow) -> UUID | None:
        """The wording a row was agreed to in; None when the file does not tell."""
        return self._ids[_digest(row)] if row.wording else None

    def write(self, batch: Batch) -> None:
        """Write the new wordings."""
        for chunk in bulk.chunks(self._new):
            batch.add(ConsentWording, chunk)


def _digest(row: ConsentRow) -> str:
    return digest(row.purpose, _LANGUAGE, row.wording)
