"""From a person's name to the initials that stand in the key file, and back to the slots they can mean."""

from practice_app.errors import Invalid
from practice_app.storage.keys.slots_file import Slot, SlotsFile


def initials(name: str) -> str:
    """First letters of the first and the last word: all of a name that stands unencrypted on the disk.

    Raises Invalid(field="name") for a name without a letter.
    """
    letters = [next((c for c in word if c.isalpha()), "") for word in name.split()]
    found = [letter for letter in letters if letter]
    if not found:
        raise Invalid("A name needs at least one letter.", field="name")
    return (found[0] if len(found) == 1 else found[0] + found[-1]).upper()


def free_label(file: SlotsFile, name: str) -> str:
    """The initials of a name, numbered when somebody has them already: SP, SP2."""
    wanted = initials(name)
    taken = {label.casefold() for label in file.labels}
    number, label = 1, wanted
    while label.casefold() in taken:
        number += 1
        label = f"{wanted}{number}"
    return label


def find_slots(file: SlotsFile, who: str) -> tuple[Slot, ...]:
    """The slots a typed text can mean: an id, a label, or a full name with the label's initials."""
    typed = " ".join(who.split())
    folded = typed.casefold()
    exact = tuple(slot for slot in file.slots if folded in (str(slot.user), slot.label.casefold()))
    if exact or not any(character.isalpha() for character in typed):
        return exact
    wanted = initials(typed).casefold()
    return tuple(slot for slot in file.slots if slot.label.rstrip("0123456789").casefold() == wanted)
