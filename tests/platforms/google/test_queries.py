"""Each question is asked completely, and filters lose nothing that is wanted."""

import re
import sys
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.campaigns import CampaignFilter, Status
from xylo_mcp.ads.errors import Invalid, InvalidCursor
from xylo_mcp.platforms.google import queries

CAMPAIGN_FIELDS = (
    "campaign.id, campaign.name, campaign.status, campaign.primary_status, campaign.primary_status_reasons, "
    "campaign.advertising_channel_type, campaign.bidding_strategy_type, campaign.start_date_time, "
    "campaign.end_date_time, campaign_budget.id, campaign_budget.amount_micros, campaign_budget.total_amount_micros, campaign_budget.explicitly_shared, campaign_budget.reference_count"
)
EVERYTHING = CampaignFilter(statuses=frozenset({"active", "paused", "archived"}))


def where(wanted: CampaignFilter, place: str | None = None) -> str:
    query = queries.campaigns(wanted, place, 20)
    match = re.fullmatch(
        rf"SELECT {re.escape(CAMPAIGN_FIELDS)} FROM campaign(?: WHERE (.*))? ORDER BY campaign\.id DESC LIMIT 20", query
    )
    assert match is not None
    return match[1] or ""


def in_ascii_fold(pattern: list[str], name: str) -> bool:
    """Whether a LIKE that only knows upper and lower case of ASCII finds `pattern` in `name`."""
    folded = "".join(letter.lower() if letter.isascii() else letter for letter in name)
    return re.search(".*".join(map(re.escape, pattern)), folded, re.DOTALL) is not None


def test_accounts_are_asked_for_without_managers_and_hidden_ones() -> None:
    assert queries.accounts() == (
        "SELECT customer_client.id, customer_client.descriptive_name, customer_client.currency_code, "
        "customer_client.time_zone, customer_client.status FROM customer_client "
        "WHERE customer_client.hidden = FALSE AND customer_client.manager = FALSE"
    )


@pytest.mark.parametrize(
    ("statuses", "condition"),
    [
        ({"active", "paused", "archived"}, ""),
        ({"active", "paused"}, "campaign.status NOT IN (REMOVED)"),
        ({"active"}, "campaign.status NOT IN (PAUSED, REMOVED)"),
        ({"archived"}, "campaign.status NOT IN (ENABLED, PAUSED)"),
    ],
)
def test_unwanted_statuses_are_excluded_so_that_a_status_newer_than_us_stays(
    statuses: set[Status], condition: str
) -> None:
    assert where(CampaignFilter(statuses=frozenset(statuses))) == condition


def test_all_filters_and_the_place_are_asked_for_together() -> None:
    wanted = CampaignFilter(name_contains="Promo's", ids=frozenset({"901", "17"}))

    assert where(wanted, place="903") == (
        r"campaign.status NOT IN (REMOVED) AND campaign.name LIKE '%promo\'%' "
        "AND campaign.id IN (17, 901) AND campaign.id < 903"
    )


@pytest.mark.parametrize("place", ["", "x", "0", "007", "1;2", "-4", "9 OR 1", "12345678901234567890"])
def test_a_place_that_is_none_of_ours_is_an_invalid_cursor(place: str) -> None:
    with pytest.raises(InvalidCursor):
        queries.campaigns(EVERYTHING, place, 20)


def test_ids_that_cannot_be_googles_are_refused_before_anything_is_asked() -> None:
    with pytest.raises(Invalid):
        queries.campaigns(CampaignFilter(ids=frozenset({"17", "a"})), None, 20)
    with pytest.raises(Invalid):
        queries.numbers(frozenset({"a"}))


@pytest.mark.parametrize(
    ("wanted", "size", "rows"),
    [
        (EVERYTHING, 50, 50),
        (EVERYTHING, 0, 1),
        (EVERYTHING, 99_999, 10_000),
        (CampaignFilter(objectives=frozenset({"sales"})), 50, 10_000),
        (CampaignFilter(name_contains="x"), 50, 10_000),
    ],
)
def test_more_rows_are_asked_for_where_many_may_be_dropped(wanted: CampaignFilter, size: int, rows: int) -> None:
    assert queries.rows_wanted(wanted, size) == rows


@pytest.mark.parametrize(
    ("needle", "pieces"),
    [
        ("", []),
        ("Promo 20%", ["promo 20%"]),
        ("Brand", ["br", "d"]),
        ("strasse", ["r", "e"]),
        ("Grüße", ["gr", "e"]),
        ("a\nb", ["b"]),
        ("日本", []),
    ],
)
def test_only_what_every_case_folding_agrees_on_is_searched_for(needle: str, pieces: list[str]) -> None:
    assert queries.sure_pieces(needle) == pieces


def test_every_character_that_folds_into_ascii_is_allowed_for() -> None:
    born = set(chain.from_iterable(chr(code).casefold() for code in range(128, sys.maxunicode + 1)))

    assert not [letter for letter in born if letter.isascii() and queries.sure_pieces(letter)]


@given(st.text(max_size=4), st.text(max_size=6), st.text(max_size=4), st.booleans())
def test_no_name_that_the_filter_admits_is_lost(before: str, needle: str, after: str, upper: bool) -> None:  # noqa: FBT001 - drawn
    name = before + (needle.upper() if upper else needle) + after

    if needle.casefold() in name.casefold():
        assert in_ascii_fold(list(queries.sure_pieces(needle)), name)


@pytest.mark.parametrize(
    ("name", "needle"), [("Straße", "STRASSE"), ("ﬁt", "fit"), ("\u212aettle", "kettle"), ("İstanbul", "i")]
)
def test_a_name_that_only_folding_finds_is_not_lost(name: str, needle: str) -> None:
    assert needle.casefold() in name.casefold()
    assert in_ascii_fold(list(queries.sure_pieces(needle)), name)


@pytest.mark.parametrize(
    ("query", "fields", "condition"),
    [
        (queries.running(), CAMPAIGN_FIELDS, "campaign.status NOT IN (PAUSED, REMOVED)"),
        (queries.of_campaign("902"), CAMPAIGN_FIELDS, "campaign.id IN (902)"),
        (queries.tagged("op-7'q"), f"{CAMPAIGN_FIELDS}, campaign_budget.name", r"campaign_budget.name = 'op-7\'q'"),
        (queries.named("50%"), CAMPAIGN_FIELDS, "campaign.name = '50%' AND campaign.status NOT IN (REMOVED)"),
    ],
)
def test_campaigns_are_asked_for_whole_and_in_an_order_that_pages_keep(query: str, fields: str, condition: str) -> None:
    assert query == f"SELECT {fields} FROM campaign WHERE {condition} ORDER BY campaign.id"


@pytest.mark.parametrize("campaign_id", ["", "x", "007", "1 OR 1"])
def test_a_target_with_an_id_that_is_none_is_refused(campaign_id: str) -> None:
    with pytest.raises(Invalid):
        queries.of_campaign(campaign_id)
