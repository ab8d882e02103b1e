from hashlib import sha256

import pytest

from xylo_mcp.ads.errors import Invalid
from xylo_mcp.ads.people import Known
from xylo_mcp.identity import known

DIGEST = sha256(b"es").hexdigest()


@pytest.mark.parametrize(
    ("row", "default", "phone"),
    [
        ({"phone": "600 111 222"}, "ES", "+34600111222"),
        ({"phone": "600 111 222"}, "es", "+34600111222"),
        ({"phone": "34600111222"}, "ES", "+34600111222"),
        ({"phone": 600111222}, "ES", "+34600111222"),
        ({"phone": 34600111222.0}, "ES", "+34600111222"),
        ({"phone": "34600111222.0"}, "ES", "+34600111222"),
        ({"phone": "(555) 123-4567"}, "US", "+15551234567"),
        ({"phone": "011 34 600 111 222"}, "US", "+34600111222"),
        ({"phone": "0034 600 111 222"}, "US", "+34600111222"),
        ({"phone": "+34 600 111 222"}, "US", "+34600111222"),
        ({"phone": "06 00 11 12 22"}, "FR", "+33600111222"),
        ({"phone": "020 7946 0000"}, "UK", "+442079460000"),
    ],
)
def test_a_number_without_a_country_is_at_home_in_the_default_one(
    row: dict[str, object], default: str, phone: str
) -> None:
    assert known(row, default) == (Known(phone=phone), ())


def test_the_country_of_the_row_comes_before_the_default_one_wherever_it_stands() -> None:
    assert known({"phone": "600111222", "country": "ES"}, "US") == (Known(phone="+34600111222", country="es"), ())
    assert known({"country": "ES", "phone": "600111222"}, "US") == (Known(phone="+34600111222", country="es"), ())


def test_a_country_that_is_none_or_came_hashed_leaves_the_default_one() -> None:
    assert known({"phone": "600111222", "country": "Spain"}, "ES") == (
        Known(phone="+34600111222"),
        ("country_invalid",),
    )
    assert known({"phone": "600111222", "country": DIGEST}, "ES") == (
        Known(phone="+34600111222", country=bytes.fromhex(DIGEST)),
        (),
    )


def test_a_default_country_is_not_made_the_country_of_a_person() -> None:
    assert known({"first_name": "Ana"}, "ES") == (Known(first_name="ana"), ())


def test_a_local_number_without_its_area_is_refused() -> None:
    assert known({"phone": "123-4567"}, "US") == (Known(), ("phone_invalid",))


def test_a_default_country_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        known({}, "Spain")

    assert str(refused.value) == "The default country is not a country."


@pytest.mark.parametrize("written", ["02139", "02139-1234", "021391234", " 02139 "])
def test_a_postcode_of_the_united_states_is_its_first_five_digits(written: str) -> None:
    assert known({"postcode": written, "country": "us"}) == (Known(postcode="02139", country="us"), ())
    assert known({"postcode": written}, "US") == (Known(postcode="02139"), ())


def test_a_postcode_of_the_united_states_that_lost_its_zero_is_not_mended() -> None:
    assert known({"postcode": 2139, "country": "us"}) == (Known(country="us"), ("postcode_invalid",))
