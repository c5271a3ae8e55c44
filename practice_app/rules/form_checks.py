"""What is wrong and what is doubtful in the fields of a form: the first is not stored, the second is."""

from dataclasses import dataclass, field

from practice_app.errors import Invalid
from practice_app.rules import identifiers

_CARD = "This looks like a payment card number, which is never kept here. Take it out."


@dataclass(slots=True)
class FormChecks:
    """Sentences by the name of their field, in the order found; of one field the first one counts."""

    errors: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, sentence: str) -> None:
        """Note what cannot be stored, with what to do about it."""
        self.errors.setdefault(name, sentence)

    def doubt(self, name: str, sentence: str | None) -> None:
        """Note what looks odd and is stored all the same; None is no doubt."""
        if sentence:
            self.warnings.setdefault(name, sentence)

    def line(self, name: str, text: str, longest: int | None) -> None:
        """Refuse a text that is longer than the record keeps, or holds a payment card number (P27)."""
        if longest is not None and len(text) > longest:
            self.refuse(name, f"This has {len(text):,} characters; {longest:,} can be kept. Shorten it.")
        elif identifiers.has_card_number(text):
            self.refuse(name, _CARD)

    def raise_first(self) -> None:
        """Raise Invalid for the first error, if there is one."""
        for name, sentence in self.errors.items():
            raise Invalid(sentence, field=name)
