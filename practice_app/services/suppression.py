"""Who must get no marketing: keyed checksums of addresses, which outlive the records (UK GDPR Art. 21(3)).

An entry only ever refuses marketing. It is lifted by a later explicit yes of the person, as a new row.
Staff who hold the file can try an address and see whether it is listed; nobody can list the addresses.
"""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from practice_app.model.consents import MarketingSuppression
from practice_app.model.people import Address, Email, Phone
from practice_app.model.settings import Vault
from practice_app.rules.consents import Channel
from practice_app.rules.permissions import Permission
from practice_app.rules.suppression import normal_form
from practice_app.services.marks import reads
from practice_app.storage.records import Work

_PIECE = 500

T = TypeVar("T")


@reads(Permission.OPEN_RECORD)
def may_market(work: Work, address: str, channel: Channel) -> bool:
    """Whether marketing may go to an address by a channel as far as objections go (P48).

    Asked at the moment of sending, beside the consent of the person it is for. An address that cannot be
    read is refused.
    """
    its_digest = digest(work, channel, address)
    return its_digest is not None and its_digest not in suppressed(work, [its_digest])


def digest(work: Work, channel: Channel, address: str) -> str | None:
    """The checksum under which an address is refused by a channel; None for one that cannot be read."""
    return _digest(_key(work), channel, address)


def refuses(work: Work, person: UUID, channel: Channel) -> bool:
    """Whether any address of a person is refused marketing by a channel."""
    return bool(suppressed(work, digests_of(work, [person], channel)))


def digests_of(work: Work, people: Iterable[UUID], channel: Channel) -> frozenset[str]:
    """The checksums of everything these people are reached at by a channel."""
    key = _key(work)
    found = (
        _digest(key, channel, address) for piece in _pieces(people) for address in _of(work, piece, channel)
    )
    return frozenset(filter(None, found))


def _of(work: Work, people: Sequence[UUID], channel: Channel) -> Sequence[str]:
    """E-mail addresses, telephone numbers or postal addresses, by what the channel needs."""
    match channel:
        case Channel.EMAIL:
            return work.select(select(Email.address).where(Email.person_id.in_(people)))
        case Channel.SMS | Channel.PHONE | Channel.VOICEMAIL:
            return work.select(select(Phone.shown).where(Phone.person_id.in_(people)))
        case Channel.POST:
            rows = work.select(select(Address).where(Address.person_id.in_(people)))
            return [_postal(row) for row in rows]
    return ()


def suppressed(work: Work, digests: Iterable[str]) -> frozenset[str]:
    """Which of these checksums are refused marketing now: the latest row about each counts."""
    standing: dict[str, bool] = {}
    for piece in _pieces(digests):
        rows = work.select(
            select(MarketingSuppression)
            .where(MarketingSuppression.digest.in_(piece))
            # Of the same moment the refusal counts.
            .order_by(MarketingSuppression.noted_at, MarketingSuppression.is_lifted.desc())
        )
        standing.update((row.digest, row.is_lifted) for row in rows)
    return frozenset(digest for digest, is_lifted in standing.items() if not is_lifted)


def suppress(work: Work, people: Iterable[UUID], channel: Channel) -> int:
    """Refuse marketing to all addresses of these people by a channel; how many are newly refused."""
    digests = digests_of(work, people, channel)
    return _note(work, channel, digests - suppressed(work, digests), is_lifted=False)


def lift(work: Work, person: UUID, channel: Channel) -> int:
    """Allow it again, because the person said yes themselves; how many were refused until now."""
    return _note(work, channel, suppressed(work, digests_of(work, [person], channel)), is_lifted=True)


def restore(work: Work, channel: Channel, lifted_at: datetime) -> int:
    """Refuse again what was lifted at a moment by a yes that turned out to be nobody's; how many."""
    lifted = work.select(
        select(MarketingSuppression.digest).where(
            MarketingSuppression.channel == channel,
            MarketingSuppression.noted_at == lifted_at,
            MarketingSuppression.is_lifted,
        )
    )
    return _note(work, channel, set(lifted) - suppressed(work, lifted), is_lifted=False)


def _note(work: Work, channel: Channel, digests: Iterable[str], *, is_lifted: bool) -> int:
    rows = [
        MarketingSuppression(channel=channel, digest=digest, is_lifted=is_lifted, noted_at=work.now)
        for digest in sorted(digests)
    ]
    work.add(*rows)
    work.flush()
    return len(rows)


def _key(work: Work) -> bytes:
    return work.get(Vault, work.keys.vault).suppression_key


def _digest(key: bytes, channel: Channel, address: str) -> str | None:
    """The keyed checksum of an address for one channel; None for one that cannot be read."""
    form = normal_form(channel, address)
    return hmac.new(key, f"{channel}\n{form}".encode(), sha256).hexdigest() if form else None


def _postal(row: Address) -> str:
    lines = (row.line_1, row.line_2, row.line_3, row.town, row.county, row.postcode, row.country)
    return "\n".join(filter(None, lines))


def _pieces(values: Iterable[T]) -> Iterator[list[T]]:
    """`values` in lists short enough for one statement, each value once."""
    rest = iter(dict.fromkeys(values))
    while piece := list(islice(rest, _PIECE)):
        yield piece
