"""Wall times of a file as moments, with what the two changes of the clocks a year do to them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from practice_app.errors import Invalid
from practice_app.rules import dates, times
from practice_app.services.imports.plan import Findings


def moment(local: datetime, zone: ZoneInfo, line: int, findings: Findings) -> datetime:
    """The UTC moment of a naive wall time.

    Refuses (Invalid) a time in the hour that is skipped in spring. A time in the hour that comes twice in
    autumn is taken as the first, with a warning.
    """
    found = times.moment(local, zone)
    if found.astimezone(zone).replace(tzinfo=None) != local:
        raise Invalid(f"{_shown(local)} did not happen: the clocks went forward over it.")
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first != second:
        findings.warn(line, f"{_shown(local)} came twice: the clocks went back. The first was taken.")
    return found


def _shown(local: datetime) -> str:
    return f"{dates.show_time(local)} on {dates.show(local.date())}"
