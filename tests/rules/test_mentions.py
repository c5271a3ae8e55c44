"""Whether a line may mean somebody: a doubt is a yes, a child of the same family name is not."""

import pytest

from practice_app.rules.mentions import means
from practice_app.rules.names import PersonName

FATHER = PersonName("Mr", "Guled", "Nuur", None)


@pytest.mark.parametrize(
    "text",
    [
        "Guled Nuur", "NUUR, Guled (Mr)", "Mr Nuur", "G. Nuur", "guled nuur's solicitor", "Nuur",
        "Messrs Hart on behalf of Mr Guled Nuur", "Guled", "his father", "Mr. G Nuur",
    ],
)  # fmt: skip
def test_what_may_mean_him(text: str) -> None:
    assert means(text, FATHER, ["father"])


@pytest.mark.parametrize("text", ["", "Liban Nuur", "L Nuur", "Hodan Jama", "the coroner", "Guled Jama", "…"])
def test_what_means_somebody_else(text: str) -> None:
    assert not means(text, FATHER, ["father"])


def test_a_nickname_and_names_in_other_scripts_are_known() -> None:
    assert means("ask for peggy", PersonName("Mrs", "Margaret", "Holloway", "Peggy"))
    assert means("Mr Bluebird", PersonName(known_as="Bluebird"))
    assert means("هدى", PersonName(given="هدى"))
    assert means("Ελενη Παπαδημητριου", PersonName(None, "Ελένη", "Παπαδημητρίου", None))
