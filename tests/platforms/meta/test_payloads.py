from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.errors import Garbled, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.platforms.meta import SPEC, ad_accounts, payloads
from xylo_mcp.platforms.meta.money import from_subunits

_NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)
_CAMPAIGN: Mapping[str, object] = {
    "id": "120210000000001",
    "name": "Q1 sales",
    "objective": "OUTCOME_SALES",
    "status": "ACTIVE",
    "effective_status": "ACTIVE",
    "daily_budget": "5000",
    "lifetime_budget": "0",
    "special_ad_categories": [],
}


def _edge(rows: Sequence[object], **more: object) -> bytes:
    return msgspec.json.encode({"data": rows, **more})


def _campaign(account: Account, **changes: object) -> Campaign:
    return payloads.campaigns(_edge([{**_CAMPAIGN, **changes}]), account, _NOW)[0][0]


def test_a_campaign_is_read_whole(account: Account) -> None:
    assert _campaign(account) == Campaign(
        id="120210000000001",
        account="act_123456789",
        name="Q1 sales",
        status="active",
        delivery="delivering",
        objective="sales",
        raw_status="ACTIVE",
        raw_delivery="ACTIVE",
        raw_objective="OUTCOME_SALES",
        daily_budget=Money(Decimal("50.00"), "USD"),
    )


def test_a_campaign_of_which_meta_says_next_to_nothing_counts_as_active_without_budget(account: Account) -> None:
    assert payloads.campaigns(_edge([{"id": 120210000000000001}]), account, _NOW) == (
        [
            Campaign(
                id="120210000000000001",
                account="act_123456789",
                name="",
                status="active",
                delivery="unknown",
                objective="other",
                raw_status="",
                raw_delivery="",
                raw_objective="",
            )
        ],
        None,
    )


@pytest.mark.parametrize(
    ("configured", "effective", "status", "delivery"),
    [
        ("ACTIVE", "ACTIVE", "active", "delivering"),
        ("PAUSED", "PAUSED", "paused", "paused"),
        ("ARCHIVED", "ARCHIVED", "archived", "archived"),
        ("DELETED", "DELETED", "archived", "archived"),
        ("ACTIVE", "IN_PROCESS", "active", "in_review"),
        ("ACTIVE", "WITH_ISSUES", "active", "limited"),
        ("SCHEDULED", "SCHEDULED", "active", "unknown"),
    ],
)
def test_an_unknown_status_never_hides_spending(
    account: Account, configured: str, effective: str, status: str, delivery: str
) -> None:
    read = _campaign(account, status=configured, effective_status=effective)

    assert (read.status, read.delivery, read.raw_status, read.raw_delivery) == (status, delivery, configured, effective)


@pytest.mark.parametrize(
    ("stop_time", "effective", "delivery"),
    [
        ("2026-03-04T11:11:12+0100", "ACTIVE", "ended"),
        ("2026-03-04T11:11:13+0100", "ACTIVE", "delivering"),
        ("2026-03-04T11:11:12+0100", "PAUSED", "paused"),
        (None, "ACTIVE", "delivering"),
        ("", "ACTIVE", "delivering"),
    ],
)
def test_a_campaign_whose_time_is_over_has_ended(
    account: Account, stop_time: str | None, effective: str, delivery: str
) -> None:
    assert _campaign(account, stop_time=stop_time, effective_status=effective).delivery == delivery


@pytest.mark.parametrize("never", ["1970-01-01T00:00:00+0000", "1969-12-31T16:00:00-0800", "1970-01-01T09:00:00+0900"])
def test_an_end_that_was_set_to_zero_is_none_wherever_the_account_is(account: Account, never: str) -> None:
    read = _campaign(account, stop_time=never)

    assert (read.delivery, read.ends) == ("delivering", None)


@pytest.mark.parametrize(
    ("zone", "start", "stop", "days"),
    [
        # As written: the account's own zone, summer and winter.
        ("America/Los_Angeles", "2026-07-01T23:59:59-0700", "2026-07-09T00:00:01-0700", ("2026-07-01", "2026-07-09")),
        ("America/Los_Angeles", "2026-12-01T00:00:00-0800", "2026-12-09T00:00:00-0800", ("2026-12-01", "2026-12-08")),
        # On the days on which the clocks change, either offset.
        ("America/Los_Angeles", "2026-03-08T01:00:00-0800", "2026-03-08T23:00:00-0700", ("2026-03-08", "2026-03-08")),
        ("America/Los_Angeles", "2026-11-01T00:00:00-0700", "2026-11-02T00:00:00-0800", ("2026-11-01", "2026-11-01")),
        # The winter's offset in summer, and another zone's.
        ("America/Los_Angeles", "2026-07-01T23:30:00-0800", "2026-07-09T00:00:00-0800", ("2026-07-02", "2026-07-09")),
        ("Asia/Tokyo", "2026-07-01T15:00:00+0000", "2026-07-09T15:00:00+00:00", ("2026-07-02", "2026-07-09")),
        # A zone whose clocks change at midnight.
        ("Asia/Beirut", "2026-03-29T01:00:00+0300", "2026-03-29T00:00:00+0200", ("2026-03-29", "2026-03-28")),
    ],
)
def test_the_days_of_a_campaign_are_those_of_its_account(
    zone: str, start: str, stop: str, days: tuple[str, str]
) -> None:
    owner = Account("act_1", "meta", "", "EUR", zone, "active", "")

    read = _campaign(owner, start_time=start, stop_time=stop)

    assert (read.starts, read.ends) == (date.fromisoformat(days[0]), date.fromisoformat(days[1]))


@pytest.mark.parametrize("page", [b'{"data": [{"id": "1", "stop_time": ""}]}', b'{"data":[{"id":"1","stop_time":""}]}'])
def test_an_empty_moment_is_none_however_the_answer_is_spaced(account: Account, page: bytes) -> None:
    (read,) = payloads.campaigns(page, account, _NOW)[0]

    assert (read.starts, read.ends) == (None, None)


def test_each_campaign_of_a_page_keeps_its_own(account: Account) -> None:
    one = {"id": "1", "name": '"stop_time":""', "daily_budget": "100", "start_time": "2026-03-01T12:00:00-0800"}
    other = {"id": 2, "objective": "REACH", "lifetime_budget": 700, "stop_time": "2026-03-04T02:00:00-0800"}
    page = _edge([one, {"id": "3"}, {**other, "effective_status": "ACTIVE"}])

    assert [
        (read.id, read.name, read.objective, read.delivery, read.daily_budget, read.lifetime_budget)
        for read in payloads.campaigns(page, account, _NOW)[0]
    ] == [
        ("1", '"stop_time":""', "other", "unknown", Money(Decimal("1.00"), "USD"), None),
        ("3", "", "other", "unknown", None, None),
        ("2", "", "awareness", "ended", None, Money(Decimal("7.00"), "USD")),
    ]


@pytest.mark.parametrize(
    ("raw", "objective"),
    [
        *dict.fromkeys(("OUTCOME_AWARENESS", "BRAND_AWARENESS", "REACH", "LOCAL_AWARENESS"), "awareness").items(),
        ("STORE_VISITS", "awareness"),
        *dict.fromkeys(("OUTCOME_TRAFFIC", "LINK_CLICKS"), "traffic").items(),
        *dict.fromkeys(("OUTCOME_ENGAGEMENT", "EVENT_RESPONSES", "MESSAGES", "PAGE_LIKES"), "engagement").items(),
        *dict.fromkeys(("POST_ENGAGEMENT", "VIDEO_VIEWS"), "engagement").items(),
        *dict.fromkeys(("OUTCOME_LEADS", "LEAD_GENERATION"), "leads").items(),
        *dict.fromkeys(("OUTCOME_APP_PROMOTION", "APP_INSTALLS"), "app_promotion").items(),
        *dict.fromkeys(("OUTCOME_SALES", "PRODUCT_CATALOG_SALES"), "sales").items(),
        ("CONVERSIONS", "conversions"),
        ("OFFER_CLAIMS", "other"),
        ("OUTCOME_TELEPATHY", "other"),
    ],
)
def test_an_objective_keeps_metas_word(account: Account, raw: str, objective: str) -> None:
    read = _campaign(account, objective=raw)

    assert (read.objective, read.raw_objective) == (objective, raw)


@pytest.mark.parametrize("currency", ["CLP", "COP", "CRC", "HUF", "IDR", "ISK", "JPY", "KRW", "PYG", "TWD", "VND"])
def test_some_currencies_have_no_subunit_at_meta(currency: str) -> None:
    assert from_subunits(5000, currency) == Money(Decimal(5000), currency)


@pytest.mark.parametrize("currency", ["USD", "EUR", "BHD", "JOD", "MXN", "ZAR", "AED"])
def test_all_other_currencies_have_hundredths_also_those_with_thousandths_elsewhere(currency: str) -> None:
    assert from_subunits(5001, currency) == Money(Decimal("50.01"), currency)


def test_the_unit_of_an_undocumented_currency_is_not_guessed(account: Account) -> None:
    odd = msgspec.structs.replace(account, currency="KWD")

    with pytest.raises(Unsupported) as raised:
        _campaign(odd)
    assert raised.value.platform == "meta"
    assert _campaign(odd, daily_budget="0").daily_budget is None


@given(subunits=st.integers(min_value=1, max_value=10**15 - 1), quoted=st.booleans())
def test_a_budget_keeps_every_subunit(subunits: int, *, quoted: bool) -> None:
    owner = Account("act_1", "meta", "", "EUR", "UTC", "active", "")
    row = {"id": "1", "lifetime_budget": str(subunits) if quoted else msgspec.Raw(str(subunits).encode())}

    budget = payloads.campaigns(_edge([row]), owner, _NOW)[0][0].lifetime_budget

    assert budget is not None
    assert int(budget.amount * 100) == subunits


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "12/insights"},
        {"id": 1.5},
        {"daily_budget": "50.5"},
        {"daily_budget": "-5"},
        {"daily_budget": True},
        {"name": 7},
        {"stop_time": "soon"},
        {"stop_time": "2026-03-04T11:11:12"},
        {"start_time": "0001-01-01T00:00:00+1400"},
        {"id": ""},
        {"id": "1" * 25},
        {"id": "\u0661"},
    ],
)
def test_a_campaign_of_the_wrong_shape_is_garbled(account: Account, changes: Mapping[str, object]) -> None:
    with pytest.raises(Garbled):
        _campaign(account, **changes)


@pytest.mark.parametrize(
    ("paging", "place"),
    [
        ({"cursors": {"before": "A", "after": "B"}, "next": "https://graph.facebook.com/x?after=B"}, "B"),
        ({"cursors": {"before": "A", "after": "B"}}, None),
        ({"cursors": {"before": "A", "after": "B"}, "next": None}, None),
        ({"cursors": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_only_a_next_page_makes_a_cursor_count(paging: object, place: str | None) -> None:
    assert ad_accounts.accounts(_edge([], paging=paging), SPEC.account_id) == ([], place)


@pytest.mark.parametrize(
    "content",
    [
        _edge([], paging={"next": "https://graph.facebook.com/x?after=B"}),
        _edge([], paging={"next": "https://graph.facebook.com/x?after=B", "cursors": {"before": "A"}}),
        _edge([], paging=[]),
        b"{}",
        b'{"data":null}',
        b'{"data":{}}',
        b'{"data":[null]}',
        b'{"data":[{"id":"\xff"}]}',
    ],
)
def test_a_page_of_the_wrong_shape_is_garbled(content: bytes) -> None:
    with pytest.raises(Garbled):
        ad_accounts.accounts(content, SPEC.account_id)
