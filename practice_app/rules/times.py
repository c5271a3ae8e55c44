"""Wall time to moment: what a clock in the clinic means in UTC."""

from datetime import UTC, datetime, tzinfo


def moment(local: datetime, zone: tzinfo) -> datetime:
    """The UTC moment of the naive wall time `local` in `zone`.

    A time that happens twice (autumn) is taken as the first; a time that is skipped (spring) as
    the same distance after the jump, which is what the PEP 495 arithmetic gives with fold 0.
    """
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
