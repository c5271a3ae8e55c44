"""An address that wants no marketing is found again however it is typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice_app.rules.consents import Channel
from practice_app.rules.suppression import normal_form


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        (Channel.EMAIL, "Ann.Ode@Letters.Example ", "ann.ode@letters.example"),
        (Channel.SMS, "07700 900123", "+44 7700 900 123"),
        (Channel.PHONE, "(01632) 960123", "0044 1632 960123"),
        (Channel.POST, "1 High Street, Ramsgate, CT11 8AA", "1 HIGH STREET\nRamsgate\nKent\nct118aa"),
        (Channel.POST, "Rose Cottage,\nRamsgate,\nCT11 8AA", "rose cottage, CT11 8AA, England"),
        (Channel.POST, "12 Rue de la Paix, Paris", "12 rue de la paix\nParis"),
    ],
)
def test_ways_to_write_one_address(channel: Channel, one: str, other: str) -> None:
    assert normal_form(channel, one) == normal_form(channel, other) != ""


@pytest.mark.parametrize(
    ("channel", "one", "other"),
    [
        (Channel.EMAIL, "ann@letters.example", "ann@letters.example.org"),
        (Channel.SMS, "07700 900123", "07700 900124"),
        (Channel.POST, "1 High Street, CT11 8AA", "2 High Street, CT11 8AA"),
        (Channel.POST, "1 High Street, CT11 8AA", "1 High Street, CT11 8AB"),
    ],
)
def test_two_addresses_stay_two(channel: Channel, one: str, other: str) -> None:
    assert normal_form(channel, one) != normal_form(channel, other)


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS, Channel.POST])
def test_what_names_nobody_gives_nothing(channel: Channel) -> None:
    assert normal_form(channel, "  ") == ""
    assert normal_form(Channel.POST, "CT11 8AA") == ""  # a whole postcode is nobody's address
    assert normal_form(Channel.PHONE, "ex-directory") == ""


@given(st.emails())
def test_an_address_in_capitals_is_the_same(address: str) -> None:
    assert normal_form(Channel.EMAIL, address.upper()) == normal_form(Channel.EMAIL, address.lower())
