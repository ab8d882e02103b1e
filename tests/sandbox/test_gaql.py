"""The query language of the Google sandbox: what is a query, what it means, and what is refused."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.google.cast import MANAGER
from xylo_mcp.sandbox.google.failures import Refusal
from xylo_mcp.sandbox.google.gaql.fields import FIELDS
from xylo_mcp.sandbox.google.gaql.parser import parse
from xylo_mcp.sandbox.google.gaql.periods import Days
from xylo_mcp.sandbox.google.gaql.plan import planned
from xylo_mcp.sandbox.google.gaql.predicates import predicate
from xylo_mcp.sandbox.google.gaql.syntax import Bare, Condition, Ordering, Query
from xylo_mcp.sandbox.google.rows import JsonRow, rows, written
from xylo_mcp.sandbox.world import AccountPlan, Campaign, World

TODAY = date(2026, 11, 20)  # a Friday
WORLD = World(7, TODAY, lambda: datetime(2026, 11, 20, 18, 30, tzinfo=UTC), (CAST,))
DIRECT = CAST.accounts[0]


def refused(text: str, customer: AccountPlan = DIRECT) -> Mapping[str, str]:
    with pytest.raises(Refusal) as caught:
        planned(parse(text), TODAY, manager=customer is MANAGER)
    return caught.value.error_code


def days(where: str) -> Days:
    return planned(parse(f"SELECT campaign.id FROM campaign WHERE {where}"), TODAY, manager=False).days


def answered(text: str, customer: AccountPlan = DIRECT) -> list[JsonRow]:
    plan = planned(parse(text), WORLD.today(customer), manager=customer is MANAGER)
    return written(plan, rows(WORLD, customer, plan)[: plan.limit or None])


def ids(where: str) -> list[str]:
    return [str(row["campaign"]["id"]) for row in answered(f"SELECT campaign.id FROM campaign WHERE {where}")]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("SELECT campaign.id FROM campaign", Query(("campaign.id",), "campaign")),
        ("select campaign.id\n,\tcampaign.name from campaign", Query(("campaign.id", "campaign.name"), "campaign")),
        (
            "SELECT a.b FROM a WHERE a.b='it' AND a.c != \"O'Neil\" AND a.d>=-1.50 AND a.e IN (PAUSED, ENABLED)",
            Query(
                ("a.b",),
                "a",
                (
                    Condition("a.b", "=", ("it",)),
                    Condition("a.c", "!=", ("O'Neil",)),
                    Condition("a.d", ">=", (Decimal("-1.50"),)),
                    Condition("a.e", "IN", (Bare("PAUSED"), Bare("ENABLED"))),
                ),
            ),
        ),
        (
            (
                "SELECT a.b FROM a WHERE a.b NOT IN ('x') AND a.c not like '%\\'y\\\\%' AND a.d IS NOT NULL"
                " AND a.e IS NULL AND a.f DURING LAST_7_DAYS AND a.g BETWEEN 1 AND 2"
            ),
            Query(
                ("a.b",),
                "a",
                (
                    Condition("a.b", "NOT IN", ("x",)),
                    Condition("a.c", "NOT LIKE", ("%'y\\%",)),
                    Condition("a.d", "IS NOT NULL"),
                    Condition("a.e", "IS NULL"),
                    Condition("a.f", "DURING", (Bare("LAST_7_DAYS"),)),
                    Condition("a.g", "BETWEEN", (Decimal(1), Decimal(2))),
                ),
            ),
        ),
        (
            (
                "SELECT a.b FROM a WHERE a.b CONTAINS ANY (X) AND a.c REGEXP_MATCH 'x.*' AND a.d NOT REGEXP_MATCH 'y'"
                " ORDER BY a.b, a.c DESC, a.d ASC LIMIT 5 PARAMETERS include_drafts=true,"
                " omit_unselected_resource_names = TRUE"
            ),
            Query(
                ("a.b",),
                "a",
                (
                    Condition("a.b", "CONTAINS ANY", (Bare("X"),)),
                    Condition("a.c", "REGEXP_MATCH", ("x.*",)),
                    Condition("a.d", "NOT REGEXP_MATCH", ("y",)),
                ),
                (Ordering("a.b"), Ordering("a.c", descending=True), Ordering("a.d")),
                5,
                omit_unselected_resource_names=True,
            ),
        ),
    ],
)
def test_a_query_is_read_as_it_is_written(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "EXPECTED_SELECT"),
        ("campaign.id FROM campaign", "EXPECTED_SELECT"),
        ("SELECT", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT FROM campaign", "UNEXPECTED_INPUT"),
        ("SELECT * FROM campaign", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id", "EXPECTED_FROM"),
        ("SELECT campaign.id WHERE campaign.id = 1", "EXPECTED_FROM"),
        ("SELECT campaign.id campaign.name FROM campaign", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id, FROM campaign", "UNEXPECTED_INPUT"),
        ("SELECT Campaign.id FROM campaign", "BAD_FIELD_NAME"),
        ("SELECT campaign.id FROM", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM Campaign", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.id FROM campaign;", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign LIMIT 1 WHERE campaign.id = 1", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign WHERE", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 1 OR campaign.id = 2", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign WHERE (campaign.id = 1)", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id =", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id == 1", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id <> 1", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id NOT 1", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IS 1", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id CONTAINS (1)", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = other.id", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 12a", "BAD_NUMBER"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 1.", "BAD_NUMBER"),
        ("SELECT campaign.id FROM campaign WHERE segments.date = 2026-01-01", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x", "STRING_NOT_TERMINATED"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x\\", "BAD_ESCAPE_SEQUENCE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x\\q'", "BAD_ESCAPE_SEQUENCE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 'x\ny'", "PROHIBITED_NEWLINE_IN_STRING"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = \u2018x\u2019", "BAD_SYMBOL"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN 1", "EXPECTED_LIST"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN ()", "PROHIBITED_EMPTY_LIST_IN_CONDITION"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN (1, '2')", "PROHIBITED_VALUE_COMBINATION_IN_LIST"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id IN (1 2)", "UNEXPECTED_INPUT"),
        (
            f"SELECT campaign.id FROM campaign WHERE campaign.id IN ({','.join(['1'] * 20_001)})",
            "FILTER_HAS_TOO_MANY_VALUES",
        ),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = (1)", "EXPECTED_SINGLE_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id BETWEEN AND 2", "EXPECTED_VALUE_WITH_BETWEEN_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id BETWEEN 1 AND", "EXPECTED_VALUE_WITH_BETWEEN_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id BETWEEN 1, 2", "EXPECTED_AND"),
        (
            "SELECT campaign.id FROM campaign WHERE campaign.id BETWEEN 1 AND '2'",
            "PROHIBITED_VALUE_COMBINATION_WITH_BETWEEN_OPERATOR",
        ),
        ("SELECT campaign.id FROM campaign ORDER campaign.id", "EXPECTED_BY"),
        ("SELECT campaign.id FROM campaign ORDER BY campaign.id UP", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign LIMIT", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign LIMIT ten", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign LIMIT 1.5", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign LIMIT 0", "LIMIT_VALUE_TOO_LOW"),
        ("SELECT campaign.id FROM campaign LIMIT -1", "LIMIT_VALUE_TOO_LOW"),
        ("SELECT campaign.id FROM campaign PARAMETERS", "UNEXPECTED_END_OF_QUERY"),
        ("SELECT campaign.id FROM campaign PARAMETERS speed=true", "BAD_PARAMETER_NAME"),
        ("SELECT campaign.id FROM campaign PARAMETERS include_drafts true", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign PARAMETERS include_drafts=1", "BAD_PARAMETER_VALUE"),
    ],
)
def test_what_is_no_query_is_refused(text: str, code: str) -> None:
    assert refused(text) == {"queryError": code}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SELECT campaign.id FROM nothing", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("SELECT campaign.start_date FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign_budget FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM campaign WHERE campaign.nothing = 1", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM campaign ORDER BY campaign.nothing", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM customer", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        ("SELECT customer.id FROM customer WHERE campaign.id = 1", "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE"),
        ("SELECT metrics.clicks FROM customer_client", "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE"),
        (
            "SELECT segments.date FROM customer_client WHERE segments.date DURING TODAY",
            "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
        ),
        (
            (
                "SELECT campaign.id, campaign.primary_status_reasons FROM campaign"
                " ORDER BY campaign.primary_status_reasons"
            ),
            "PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE",
        ),
        ("SELECT campaign.id FROM campaign ORDER BY metrics.clicks", "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        ("SELECT campaign.id FROM campaign ORDER BY customer.id", "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE"),
        (
            "SELECT campaign.id FROM campaign WHERE segments.day_of_week = MONDAY",
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        ),
        ("SELECT segments.date FROM campaign", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        ("SELECT segments.month FROM campaign WHERE segments.date >= '2026-01-01'", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        (
            "SELECT campaign.id FROM campaign WHERE segments.date BETWEEN '2026-02-01' AND '2026-01-01'",
            "DATE_RANGE_TOO_NARROW",
        ),
        ("SELECT campaign.id FROM campaign WHERE segments.date = 'yesterday'", "INVALID_DATE_FORMAT"),
        ("SELECT campaign.id FROM campaign WHERE segments.date = '2026-02-30'", "INVALID_DATE_FORMAT"),
        ("SELECT campaign.id FROM campaign WHERE segments.date = '2026-0230'", "INVALID_DATE_FORMAT"),
        ("SELECT campaign.id FROM campaign WHERE segments.date = 20260201", "INVALID_DATE_FORMAT"),
        (
            "SELECT campaign.id FROM campaign WHERE segments.date BETWEEN 'a' AND 'b'",
            "INVALID_VALUE_WITH_BETWEEN_OPERATOR",
        ),
        (
            "SELECT campaign.id FROM campaign WHERE segments.date DURING LAST_90_DAYS",
            "INVALID_VALUE_WITH_DURING_OPERATOR",
        ),
        ("SELECT campaign.id FROM campaign WHERE segments.week DURING TODAY", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE segments.week = '2026-11-20'", "MISALIGNED_DATE_FOR_FILTER"),
        ("SELECT campaign.id FROM campaign WHERE segments.month = '2026-11-02'", "MISALIGNED_DATE_FOR_FILTER"),
        ("SELECT campaign.id FROM campaign WHERE segments.quarter = '2026-11-01'", "MISALIGNED_DATE_FOR_FILTER"),
        ("SELECT campaign.id FROM campaign WHERE segments.year = '2026'", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE segments.date != '2026-11-20'", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE segments.date IN ('2026-11-20')", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = ACTIVE", "BAD_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status = 'paused'", "BAD_ENUM_CONSTANT"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status > PAUSED", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.status LIKE 'P%'", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name > 'a'", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name CONTAINS ANY ('a')", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE metrics.clicks IS NULL", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id DURING TODAY", "OPERATOR_FIELD_MISMATCH"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = 5", "INVALID_STRING_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name = Sale", "INVALID_STRING_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name LIKE 5", "INVALID_STRING_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name LIKE '[Sale'", "INVALID_VALUE_WITH_LIKE_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name LIKE '[ab]%'", "INVALID_VALUE_WITH_LIKE_OPERATOR"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name REGEXP_MATCH '('", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.name REGEXP_MATCH '(?=a)a'", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = '5'", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id = 5.5", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign_budget.explicitly_shared = 1", "BAD_VALUE"),
        ("SELECT campaign.id FROM campaign WHERE campaign.end_date_time < 'soon'", "INVALID_DATE_FORMAT"),
        ("SELECT metrics.unique_users FROM campaign", "DATE_RANGE_TOO_WIDE"),
        (
            "SELECT metrics.unique_users FROM campaign WHERE segments.date BETWEEN '2026-08-01' AND '2026-11-01'",
            "DATE_RANGE_TOO_WIDE",
        ),
    ],
)
def test_a_query_without_sense_is_refused(text: str, code: str) -> None:
    assert refused(text) == {"queryError": code}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT metrics.clicks FROM customer",
        "SELECT campaign.id FROM campaign WHERE metrics.impressions > 0",
    ],
)
def test_a_manager_has_no_metrics(text: str) -> None:
    assert refused(text, MANAGER) == {"queryError": "REQUESTED_METRICS_FOR_MANAGER"}


@pytest.mark.parametrize(
    "where",
    ["segments.date = '2023-10-01'", "segments.month = '2023-09-01'", "segments.month = '2015-11-01'"],
)
def test_days_are_kept_for_37_months_and_longer_periods_for_11_years(where: str) -> None:
    assert days(where).finite


@pytest.mark.parametrize(
    "where",
    [
        "segments.date = '2023-09-30'",
        "segments.week = '2023-09-25'",
        "segments.month = '2015-10-01'",
        "segments.year = 2015",
    ],
)
def test_older_times_are_refused(where: str) -> None:
    text = f"SELECT campaign.id FROM campaign WHERE {where}"

    assert refused(text) == {"dateRangeError": "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED"}


@pytest.mark.parametrize(
    ("literal", "since", "until"),
    [
        ("TODAY", "2026-11-20", "2026-11-20"),
        ("YESTERDAY", "2026-11-19", "2026-11-19"),
        ("last_7_days", "2026-11-13", "2026-11-19"),
        ("LAST_14_DAYS", "2026-11-06", "2026-11-19"),
        ("LAST_30_DAYS", "2026-10-21", "2026-11-19"),
        ("LAST_BUSINESS_WEEK", "2026-11-09", "2026-11-13"),
        ("THIS_MONTH", "2026-11-01", "2026-11-20"),
        ("LAST_MONTH", "2026-10-01", "2026-10-31"),
        ("THIS_WEEK_SUN_TODAY", "2026-11-15", "2026-11-20"),
        ("THIS_WEEK_MON_TODAY", "2026-11-16", "2026-11-20"),
        ("LAST_WEEK_SUN_SAT", "2026-11-08", "2026-11-14"),
        ("LAST_WEEK_MON_SUN", "2026-11-09", "2026-11-15"),
    ],
)
def test_a_named_range_counts_from_the_accounts_own_today(literal: str, since: str, until: str) -> None:
    assert days(f"segments.date DURING {literal}") == Days(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("where", "since", "until"),
    [
        ("segments.date = '20261103'", "2026-11-03", "2026-11-03"),
        ("segments.date > '2026-11-03' AND segments.date < '2026-11-10'", "2026-11-04", "2026-11-09"),
        ("segments.date >= '2026-11-03' AND segments.date <= '2026-11-10'", "2026-11-03", "2026-11-10"),
        ("segments.date BETWEEN '2026-10-01' AND '2026-11-10' AND segments.month = '2026-10-01'",
         "2026-10-01", "2026-10-31"),
        ("segments.week BETWEEN '2026-11-02' AND '2026-11-09'", "2026-11-02", "2026-11-15"),
        ("segments.month <= '2026-02-01' AND segments.month > '2025-12-01'", "2026-01-01", "2026-02-28"),
        ("segments.quarter = '2026-10-01'", "2026-10-01", "2026-12-31"),
        ("segments.quarter < '2026-10-01' AND segments.year = 2026", "2026-01-01", "2026-09-30"),
    ],
)  # fmt: skip
def test_date_conditions_together_leave_one_range(where: str, since: str, until: str) -> None:
    assert days(where) == Days(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize("where", ["segments.date >= '2026-01-01'", "segments.date <= '2026-01-01'"])
def test_a_range_may_be_open_while_no_date_is_selected(where: str) -> None:
    assert not days(where).finite


def _is_daily(campaign: Campaign) -> bool:
    """Whether its budget, given by the first campaign that spends from it, is a daily one."""
    campaigns = WORLD.campaigns("google", campaign.account.id)
    return next(c for c in campaigns if c.budget_id == campaign.budget_id).daily > 0


_CHOICES: list[tuple[str, Callable[[Campaign], bool]]] = [
    ("campaign.id = 20987000003", lambda c: c.id == "20987000003"),
    ("campaign.id != 20987000003", lambda c: c.id != "20987000003"),
    ("campaign.id IN (20987000003, 20987000005)", lambda c: c.id in {"20987000003", "20987000005"}),
    ("campaign.id NOT IN (20987000003, 20987000005)", lambda c: c.id not in {"20987000003", "20987000005"}),
    ("campaign.id > 20987000020", lambda c: c.id > "20987000020"),
    ("campaign.id BETWEEN 20987000003 AND 20987000005", lambda c: "20987000003" <= c.id <= "20987000005"),
    ("campaign.status = PAUSED", lambda c: c.switch == "off"),
    ("campaign.status IN ('ENABLED', 'PAUSED')", lambda c: c.switch in {"on", "off"}),
    ("campaign.status != 'REMOVED'", lambda c: c.switch != "deleted"),
    ("campaign.end_date_time IS NULL AND campaign_budget.amount_micros IS NOT NULL",
     lambda c: c.last_day is None and _is_daily(c)),
    ("campaign.name = 'Search | Brand | Exact'", lambda c: c.name == "Search | Brand | Exact"),
    ("campaign.name = 'search | brand | exact'", lambda _: False),
    ("campaign.name LIKE '%BRAND%'", lambda c: "brand" in c.name.lower()),
    ("campaign.name NOT LIKE '%brand%'", lambda c: "brand" not in c.name.lower()),
    ("campaign.name REGEXP_MATCH '(?i).*brand.*'", lambda c: "brand" in c.name.lower()),
    ("campaign.name NOT REGEXP_MATCH '.*[0-9]'", lambda c: not c.name[-1].isdigit()),
    ("campaign.primary_status_reasons CONTAINS ANY (BUDGET_CONSTRAINED, CAMPAIGN_ENDED)",
     lambda c: c.state in {"limited", "ended"}),
    ("campaign.primary_status_reasons CONTAINS ALL (BUDGET_CONSTRAINED)", lambda c: c.state == "limited"),
    ("campaign.primary_status_reasons CONTAINS NONE (BUDGET_CONSTRAINED)", lambda c: c.state != "limited"),
    ("campaign.start_date_time >= '2026-01-01 00:00:00'", lambda c: c.first_day >= date(2026, 1, 1)),
    ("campaign.start_date_time < '2026-01-01 00:00:00'", lambda c: c.first_day < date(2026, 1, 1)),
    ("customer.manager = FALSE AND customer.id <= 1234567890", lambda _: True),
    ("metrics.clicks > 0 AND segments.date = '2026-11-10'",
     lambda c: WORLD.facts("google", c, date(2026, 11, 10)).clicks > 0),
]  # fmt: skip


@pytest.mark.parametrize(("where", "wanted"), _CHOICES)
def test_conditions_choose_campaigns(where: str, wanted: Callable[[Campaign], bool]) -> None:
    campaigns = WORLD.campaigns("google", DIRECT.id)

    assert ids(where) == [campaign.id for campaign in campaigns if wanted(campaign)]


def test_rows_are_sorted_by_all_keys_in_turn() -> None:
    found = answered(
        "SELECT campaign.status, metrics.clicks, campaign.id FROM campaign WHERE segments.date DURING LAST_30_DAYS"
        " ORDER BY campaign.status DESC, metrics.clicks, campaign.id DESC"
    )

    keys = [(row["campaign"]["status"], int(str(row["metrics"]["clicks"])), row["campaign"]["id"]) for row in found]
    keys_by_id = sorted(keys, key=lambda key: str(key[2]), reverse=True)
    assert keys == sorted(sorted(keys_by_id, key=lambda key: key[1]), key=lambda key: str(key[0]), reverse=True)


def test_a_limit_keeps_the_first_rows() -> None:
    text = "SELECT campaign.id FROM campaign ORDER BY campaign.id DESC"

    assert answered(f"{text} LIMIT 3") == answered(text)[:3]


def test_campaigns_without_delivery_stay_until_a_segment_is_selected() -> None:
    where = "WHERE segments.date = '2026-11-10'"
    plain = answered(f"SELECT campaign.id, metrics.impressions FROM campaign {where}")
    split = answered(f"SELECT campaign.id, segments.date, metrics.impressions FROM campaign {where}")

    assert len(plain) == DIRECT.campaigns
    assert [row["campaign"]["id"] for row in split] == [
        row["campaign"]["id"] for row in plain if row["metrics"]["impressions"] != "0"
    ]
    assert 0 < len(split) < len(plain)


def test_a_segmented_row_goes_when_the_selected_metrics_are_zero_whatever_the_others() -> None:
    text = "SELECT segments.date, metrics.conversions FROM campaign WHERE segments.date DURING LAST_7_DAYS"

    assert all(row["metrics"]["conversions"] for row in answered(text))


@pytest.mark.parametrize("segment", ["date", "week", "month", "quarter", "year"])
def test_segments_split_a_total_without_losing_anything(segment: str) -> None:
    where = "WHERE segments.date BETWEEN '2025-12-20' AND '2026-11-19'"
    (total,) = answered(f"SELECT metrics.cost_micros, metrics.clicks FROM customer {where}")

    found = answered(f"SELECT segments.{segment}, metrics.cost_micros, metrics.clicks FROM customer {where}")

    for metric in ("costMicros", "clicks"):
        assert sum(int(str(row["metrics"][metric])) for row in found) == int(str(total["metrics"][metric]))


@pytest.mark.parametrize(
    ("segment", "shown"),
    [
        ("date", "2026-11-10"),
        ("week", "2026-11-09"),
        ("month", "2026-11-01"),
        ("quarter", "2026-10-01"),
        ("year", 2026),
        ("day_of_week", "TUESDAY"),
    ],
)
def test_a_segment_shows_the_beginning_of_its_period(segment: str, shown: object) -> None:
    found = answered(f"SELECT segments.{segment}, metrics.clicks FROM customer WHERE segments.date = '2026-11-10'")

    assert [list(row["segments"].values()) for row in found] == [[shown]]


def test_a_plain_segment_can_be_filtered_once_it_is_selected() -> None:
    found = answered(
        "SELECT segments.date, segments.day_of_week, metrics.clicks FROM customer"
        " WHERE segments.date DURING LAST_30_DAYS AND segments.day_of_week IN (SUNDAY)"
    )

    assert [row["segments"] for row in found] == [
        {"date": f"{day}", "dayOfWeek": "SUNDAY"}
        for day in (date(2026, 10, 25), date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 15))
    ]


def test_resource_names_come_along_unless_they_are_declined() -> None:
    text = "SELECT customer.id, metrics.clicks FROM campaign WHERE campaign.id = 20987000001"
    customer, campaign = "customers/1234567890", "customers/1234567890/campaigns/20987000001"

    (unasked,) = answered(text)
    (declined,) = answered(f"{text} PARAMETERS omit_unselected_resource_names = true")

    assert {name: unasked[name] for name in ("customer", "campaign")} == {
        "customer": {"resourceName": customer, "id": "1234567890"},
        "campaign": {"resourceName": campaign},
    }
    assert declined == {"customer": {"id": "1234567890"}, "metrics": unasked["metrics"]}


def test_the_field_mask_names_what_was_selected_in_json_words() -> None:
    text = "SELECT campaign.id, campaign_budget.amount_micros, metrics.cost_micros, campaign.id FROM campaign"

    assert planned(parse(text), TODAY, manager=False).field_mask == (
        "campaign.id,campaignBudget.amountMicros,metrics.costMicros"
    )


def test_metrics_of_a_budget_are_those_of_the_campaigns_that_share_it() -> None:
    where = "WHERE segments.date DURING LAST_14_DAYS"
    by_budget: defaultdict[object, int] = defaultdict(int)
    for row in answered(f"SELECT campaign_budget.id, metrics.clicks FROM campaign {where}"):
        by_budget[row["campaignBudget"]["id"]] += int(str(row["metrics"]["clicks"]))

    found = answered(f"SELECT campaign_budget.id, metrics.clicks FROM campaign_budget {where}")

    assert {row["campaignBudget"]["id"]: int(str(row["metrics"]["clicks"])) for row in found} == by_budget
    assert len(found) < DIRECT.campaigns


@given(st.text(st.characters(exclude_characters="\r\n")))
def test_any_text_survives_quoting(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")

    query = parse(f"SELECT campaign.id FROM campaign WHERE campaign.name = '{quoted}'")

    assert query.where == (Condition("campaign.name", "=", (text,)),)


@given(st.text(), st.text(), st.text())
def test_a_bracketed_text_is_found_within_any_other(before: str, text: str, after: str) -> None:
    pattern = "".join(f"[{character}]" if character in "[]%_" else character for character in text)

    like = predicate(FIELDS["campaign.name"], Condition("campaign.name", "LIKE", (f"%{pattern}%",)))

    assert like(before + text + after)


@given(st.text(max_size=6), st.text(max_size=6))
def test_a_pattern_without_wildcards_matches_the_text_alone(text: str, other: str) -> None:
    pattern = "".join(f"[{character}]" if character in "[]%_" else character for character in text)

    like = predicate(FIELDS["campaign.name"], Condition("campaign.name", "LIKE", (pattern,)))

    assert like(text)
    assert like(other) <= (other.casefold() == text.casefold() or other.upper() == text.upper())


def test_percent_is_any_text_and_underscore_any_character() -> None:
    like = predicate(FIELDS["campaign.name"], Condition("campaign.name", "LIKE", ("a_c%",)))

    assert [like(text) for text in ("abc", "AXCdef", "ac", "xabc", "a\nc", None)] == [
        *(True, True, False, False, True, False)
    ]
