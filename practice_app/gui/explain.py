"""What to tell the user about an error, and what to log about a bug."""

import logging
import re
import traceback
from pathlib import PurePath

from practice_app.errors import PracticeError

SOMETHING_WENT_WRONG = "Something went wrong. Nothing was changed."

_CAME_THROUGH_QT = re.compile(r"^(?:Error calling Python override of [\w:]+\(\): )+")
"""What PySide puts before the words of an error that leaves a function called by Qt."""

_log = logging.getLogger("practice_app")


def explain(error: BaseException) -> str:
    """The sentence to show for `error`; a bug is logged (without its text, which may name people)."""
    if isinstance(error, PracticeError):
        return _CAME_THROUGH_QT.sub("", str(error))
    _log.error("%s at %s", type(error).__name__, _where(error))
    return SOMETHING_WENT_WRONG


def _where(error: BaseException) -> str:
    """File, line and function of every frame: no message, no values."""
    frames = traceback.extract_tb(error.__traceback__)
    places = (f"{PurePath(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames))
    return " < ".join(places)
