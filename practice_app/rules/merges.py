"""How long two records that were merged can be taken apart again."""

from datetime import date, timedelta

UNDO_DAYS = 30
"""For so many days after the day of a merge."""


def undo_until(merged_on: date) -> date:
    """The last day on which a merge can be undone."""
    return merged_on + timedelta(days=UNDO_DAYS)
