"""list_campaigns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from .. import insights, listings
from ..ads.campaigns import Campaign, CampaignFilter, Objective, Status
from ..ads.dates import DatePreset
from ..ads.insights import Metric
from ..ads.text import clean, quoted
from ..app import App, Caller
from ..directory import Failure
from ..insights import Numbers
from ..listings import Part
from .catalog import Answer, Arguments
from .fields import AccountIds, CampaignIds, Cursor, Format, Limit
from .tables import (
    FailureShown,
    MetricsShown,
    counted,
    definition_lines,
    failure_lines,
    failures_shown,
    heading,
    metrics_shown,
    money_number,
    row,
)


class ListCampaigns(Arguments):
    """What list_campaigns takes."""

    accounts: AccountIds = ()
    status: Annotated[
        Literal["active", "paused", "archived", "all"] | None, Field(description="default: active and paused")
    ] = None
    objective: Objective | None = None
    name: Annotated[str, Field(max_length=100, description="part of the name")] = ""
    campaign_ids: CampaignIds = ()
    date_preset: Annotated[DatePreset | None, Field(description="adds insights for these days")] = None
    limit: Limit = 50
    cursor: Cursor = ""
    response_format: Format = "concise"


class CampaignShown(TypedDict):
    """One campaign; budgets in the account's currency, null where the campaign itself has none."""

    id: str
    platform: str
    name: str
    status: str
    delivery: str
    objective: str
    daily_budget: float | None
    lifetime_budget: float | None
    shared_budget: bool
    insights: NotRequired[MetricsShown | None]
    platform_words: NotRequired[list[str]]


class CampaignsOfAccount(TypedDict):
    """The campaigns of one account; with a date preset the days it means there."""

    account: str
    currency: str
    time_zone: str
    date_from: NotRequired[str]
    date_to: NotRequired[str]
    conversions_counted: NotRequired[str]
    provisional_from: NotRequired[str | None]
    campaigns: list[CampaignShown]


class Campaigns(TypedDict):
    """What list_campaigns gives."""

    mode: str
    accounts: list[CampaignsOfAccount]
    failures: list[FailureShown]
    complete: bool
    next_cursor: str | None


Found = Mapping[str, Numbers]
_FEW_METRICS: Sequence[Metric] = ("spend", "impressions", "clicks", "ctr", "conversions", "cost_per_conversion")
_METRICS: Sequence[Metric] = (*_FEW_METRICS, "cpc", "cpm", "conversion_value", "roas")
_USUAL_DELIVERY = {"active": "delivering", "paused": "paused", "archived": "archived"}


async def list_campaigns(asked: ListCampaigns, caller: Caller) -> Answer:
    """List campaigns: id, name, status, objective, budget, and with date_preset their performance.
    For totals, days or rankings use get_insights.
    """
    app = caller.app
    question = f"{caller.who}/{asked.model_dump_json(exclude={'cursor', 'limit'})}"
    wanted = _wanted(asked)
    if asked.cursor:
        before = app.campaign_cursors.find(asked.cursor, question)
        listing = await listings.next_page(app.directory, before, wanted, asked.limit, caller.until)
    else:
        listing = await listings.first_page(app.directory, asked.accounts, wanted, asked.limit, caller.until)
    cursor = app.campaign_cursors.keep(listing, question) if listing.rest else None
    numbers: Found = {}
    failures = list(listing.failures)
    if asked.date_preset:
        numbers, unanswered = await insights.of_campaigns(await caller.asker(), listing.shown, asked.date_preset)
        failures.extend(unanswered)
    shown = [part for part in listing.shown if part.campaigns]
    content = _content(app, asked, shown, numbers, failures, cursor)
    return Answer("\n".join(_lines(asked, content, failures)), content)


def _wanted(asked: ListCampaigns) -> CampaignFilter:
    statuses: Mapping[str | None, frozenset[Status]] = {
        None: frozenset({"active", "paused"}),
        "all": frozenset({"active", "paused", "archived"}),
    }
    one: frozenset[Status] = frozenset({asked.status}) if asked.status and asked.status != "all" else frozenset()
    return CampaignFilter(
        statuses=one or statuses[asked.status],
        objectives=frozenset({asked.objective}) if asked.objective else frozenset(),
        name_contains=asked.name,
        ids=frozenset(asked.campaign_ids),
    )


def _content(
    app: App, asked: ListCampaigns, parts: Sequence[Part], numbers: Found, failures: list[Failure], cursor: str | None
) -> Campaigns:
    return {
        "mode": app.mode,
        "accounts": [_account(app, asked, part, numbers.get(part.account.id)) for part in parts],
        "failures": failures_shown(failures),
        "complete": not failures and not cursor,
        "next_cursor": cursor,
    }


def _account(app: App, asked: ListCampaigns, part: Part, numbers: Numbers | None) -> CampaignsOfAccount:
    shown: CampaignsOfAccount = {
        "account": part.account.id,
        "currency": part.account.currency,
        "time_zone": part.account.time_zone,
        "campaigns": [_campaign(asked, part, campaign, numbers) for campaign in part.campaigns],
    }
    if numbers is not None:
        shown["date_from"] = numbers.span.since.isoformat()
        shown["date_to"] = numbers.span.until.isoformat()
        shown["conversions_counted"] = numbers.counted.words
        shown["provisional_from"] = numbers.moving_since.isoformat() if numbers.moving_since else None
    return shown


def _campaign(asked: ListCampaigns, part: Part, campaign: Campaign, numbers: Numbers | None) -> CampaignShown:
    shown: CampaignShown = {
        "id": campaign.id,
        "platform": part.account.platform,
        "name": clean(campaign.name),
        "status": campaign.status,
        "delivery": campaign.delivery,
        "objective": campaign.objective,
        "daily_budget": money_number(campaign.daily_budget),
        "lifetime_budget": money_number(campaign.lifetime_budget),
        "shared_budget": campaign.shared_budget,
    }
    if asked.date_preset:
        metrics = (
            None if numbers is None else metrics_shown(numbers.metrics[campaign.id], _METRICS, part.account.currency)
        )
        shown["insights"] = metrics
    if asked.response_format == "detailed":
        words = (campaign.raw_status, campaign.raw_delivery, campaign.raw_objective)
        shown["platform_words"] = [clean(word) for word in words if word]
    return shown


def _lines(asked: ListCampaigns, content: Campaigns, failures: Sequence[Failure]) -> Iterator[str]:
    count = sum(len(account["campaigns"]) for account in content["accounts"])
    days = f", insights {asked.date_preset}" if asked.date_preset else ""
    yield heading(content["mode"], counted(count, "campaign") + days, content["next_cursor"], failures)
    detailed = asked.response_format == "detailed"
    columns = ["id name status objective budget"]
    if asked.date_preset:
        columns.append(" ".join(_METRICS if detailed else _FEW_METRICS))
    yield " ".join([*columns, "platform's words"] if detailed else columns)
    for account in content["accounts"]:
        yield row(("#", account["account"], account["currency"], account["time_zone"], *_days(account)))
        for campaign in account["campaigns"]:
            yield row(_cells(campaign, detailed=detailed))
    platforms = {one["campaigns"][0]["platform"]: one.get("conversions_counted") for one in content["accounts"]}
    yield from definition_lines({name: counted for name, counted in platforms.items() if counted})
    yield from failure_lines(failures)


def _days(account: CampaignsOfAccount) -> Iterator[str]:
    if "date_from" in account and "date_to" in account:
        yield f"{account['date_from']}..{account['date_to']}"
        growing = account.get("provisional_from")
        if growing:
            yield f"~{growing}"


def _cells(campaign: CampaignShown, *, detailed: bool) -> Iterator[object]:
    yield campaign["id"]
    yield quoted(campaign["name"])
    usual = campaign["delivery"] in {_USUAL_DELIVERY[campaign["status"]], "unknown"}
    yield campaign["status"] if usual and not detailed else f"{campaign['status']}/{campaign['delivery']}"
    yield campaign["objective"]
    shared = "/shared" if campaign["shared_budget"] else ""
    if campaign["daily_budget"] is not None:
        yield f"{campaign['daily_budget']}/day{shared}"
    else:
        yield None if campaign["lifetime_budget"] is None else f"{campaign['lifetime_budget']}/life{shared}"
    if "insights" in campaign:
        numbers = campaign["insights"]
        for name in _METRICS if detailed else _FEW_METRICS:
            yield None if numbers is None else numbers[name]
    if detailed:
        yield ",".join(campaign.get("platform_words", []))
