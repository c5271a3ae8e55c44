"""A form over what two people may change at once: one-sided changes are kept, the others shown to both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from practice_app.errors import PracticeError
from practice_app.gui.forms.form_page import FormPage
from practice_app.services.two_writers import ChangedMeanwhile


class SharedFormPage(FormPage):
    """Stays open when somebody else changed the same fields: both values are seen, saving again decides."""

    words: ClassVar[Mapping[str, Callable[[Any], str]]] = {}
    """How values are shown, by field; others are texts."""

    def read_again(self) -> None:
        """Take what is in the records now as what the next save starts from."""
        raise NotImplementedError

    def refuse(self, error: PracticeError) -> None:
        """See FormPage.refuse."""
        if not isinstance(error, ChangedMeanwhile):
            super().refuse(error)
            return
        self.read_again()
        self.form.show_problems(
            {
                name: f"Somebody else has changed this to “{self.words.get(name, str)(value)}” in the "
                "meantime. Save again to put yours in its place."
                for name, value in error.theirs.items()
            }
        )
