"""Google's JSON is read exactly, or refused."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import Garbled
from xylo_mcp.ads.insights import Metrics
from xylo_mcp.platforms.google import SPEC, words
from xylo_mcp.platforms.google.achievements import Row
from xylo_mcp.platforms.google.campaigns import CampaignRow
from xylo_mcp.platforms.google.payloads import AccessibleCustomers, ClientRow, Page, read

SAMPLES = Path(__file__).parent / "samples"
ACCOUNT = Account(
    id="customers/5000000002",
    platform="google",
    name="Kranich Räder",
    currency="EUR",
    time_zone="Europe/Berlin",
    status="active",
    raw_status="ENABLED",
)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def metrics(text: str) -> Metrics:
    return read(f'{{"metrics": {text}}}'.encode(), Row).metrics.in_our_words()


def test_accessible_customers_are_read_in_a_stable_order() -> None:
    found = read(sample("accessible"), AccessibleCustomers)

    assert found.ids() == ["5000000002", "6000000003", "7000000001"]
    assert read(b"{}", AccessibleCustomers).ids() == []


@pytest.mark.parametrize("name", ["customers/12", "customers/1234567890/campaigns/1", "1234567890", "customers/../1"])
def test_a_customer_that_is_named_in_another_way_is_odd(name: str) -> None:
    found = AccessibleCustomers(resource_names=[name, "customers/5000000002"])

    assert (found.ids(), found.odd()) == (["5000000002"], [name])


def test_accounts_are_read_with_the_way_to_them() -> None:
    rows = read(sample("accounts"), Page[ClientRow]).rows

    assert [row.entry("7000000001", SPEC.account_id) for row in rows] == [
        Account(
            id="customers/5000000002",
            platform="google",
            name="Kranich Räder",
            currency="EUR",
            time_zone="Europe/Berlin",
            status="active",
            raw_status="ENABLED",
            route="7000000001",
        ),
        Account(
            id="customers/4000000004",
            platform="google",
            name="Heron Bikes Japan",
            currency="JPY",
            time_zone="Asia/Tokyo",
            status="disabled",
            raw_status="SUSPENDED",
            route="7000000001",
        ),
        Account(
            id="customers/4000000005",
            platform="google",
            name="",
            currency="USD",
            time_zone="America/New_York",
            status="closed",
            raw_status="CANCELED",
            route="7000000001",
        ),
    ]
    direct = rows[0].entry("5000000002", SPEC.account_id)
    assert isinstance(direct, Account)
    assert direct.route == ""


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ENABLED", "active"),
        ("SUSPENDED", "disabled"),
        ("CANCELED", "closed"),
        ("CLOSED", "closed"),
        ("NEW", "unknown"),
    ],
)
def test_an_accounts_status_is_ours_or_unknown(word: str, status: str) -> None:
    assert words.account_status(word) == status


@pytest.mark.parametrize(
    "text",
    [
        '{"costMicros": "1500000", "impressions": "10", "clicks": "3", "conversions": 0.5}',
        '{"costMicros": 1500000, "impressions": 10, "clicks": 3, "conversions": "0.5"}',
        '{"costMicros": 1.5e6, "impressions": 10.0, "clicks": "3", "conversions": 5e-1, "newMetric": {"a": [1]}}',
        '{"costMicros": "1500000", "impressions": "10", "clicks": "3", "conversions": 0.5, "averageCpc": 500000.0}',
    ],
)
def test_whole_numbers_may_come_as_text_or_as_numbers_and_averages_are_not_read(text: str) -> None:
    assert metrics(text) == Metrics(Decimal("1.5"), 10, 3, Decimal("0.5"), None, None, None)


def test_the_largest_cost_is_exact_to_the_last_micro() -> None:
    assert metrics('{"costMicros": "9223372036854775807"}').spend == Decimal("9223372036854.775807")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("1.2345678901234567", "1.234568"),
        ("0.0000005", "0"),
        ("0.0000015", "0.000002"),
        ("1.0000025", "1.000002"),
        ("0.1", "0.1"),
        ("1e-7", "0"),
        ("999999999999999.123456", "999999999999999.123456"),
        ("-2.5", "-2.5"),
        ('"3"', "3"),
    ],
)
def test_conversions_and_their_value_are_kept_to_a_millionth_half_even(told: str, kept: str) -> None:
    found = metrics(f'{{"conversions": {told}, "conversionsValue": {told}}}')

    assert (found.conversions, found.conversion_value) == (Decimal(kept), Decimal(kept))


@pytest.mark.parametrize("text", ["{}", '{"costMicros": null, "clicks": null, "conversions": null}'])
def test_what_google_does_not_say_is_unknown_and_not_zero(text: str) -> None:
    assert metrics(text) == Metrics(None, None, None, None, None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        '{"clicks": "1.5"}',
        '{"clicks": true}',
        '{"clicks": -3}',
        '{"clicks": ""}',
        '{"costMicros": "12 345"}',
        '{"costMicros": "NaN"}',
        '{"costMicros": 0.5}',
        '{"costMicros": "9223372036854775808"}',
        '{"conversions": "Infinity"}',
        '{"conversions": "NaN"}',
        '{"conversions": 1e400}',
        '{"conversions": 1e15}',
        '{"conversions": [1]}',
        '{"conversionsValue": "sNaN"}',
    ],
)
def test_a_figure_that_is_none_is_refused(text: str) -> None:
    with pytest.raises((Garbled, ValueError)):
        metrics(text)


def test_an_answer_without_rows_is_empty_if_it_shows_the_field_mask() -> None:
    assert read(sample("nothing"), Page[CampaignRow]).rows == ()
    assert read(sample("nothing"), Page[CampaignRow]).next is None


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"null",
        b"[]",
        b"",
        b"<html>",
        b'{"results": {}}',
        b'{"results": [{}]}',
        b'{"results": [{"campaign": {"id": null}}]}',
        b'{"results": null, "fieldMask": "campaign.id"}',
        b"\xef\xbb\xbf{}",
        b'{"results": [{"campaign": {"id": "1", "name": "\xff"}}]}',
    ],
)
def test_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(Garbled):
        _ = read(body, Page[CampaignRow]).rows


@given(st.binary(max_size=40) | st.sampled_from([b'{"results":' * 2000, b"[" * 100_000]))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        _ = read(body, Page[CampaignRow]).rows
    except Garbled as error:
        assert error.platform == "google"  # noqa: PT017 - both outcomes are good
