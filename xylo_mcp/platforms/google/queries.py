"""Our questions in Google's query language."""

import re
from collections.abc import Iterator, Sequence

from ...ads.campaigns import CampaignFilter, Status
from ...ads.errors import Invalid, InvalidCursor
from . import gaql
from .errors import PLATFORM

MOST_ROWS = 10_000
"""The fixed length of Google's pages (Google Ads API docs, "Paging through results", 2026)."""

_ID = re.compile(r"[1-9][0-9]{0,18}")
_STATUS_WORDS: dict[Status, str] = {"active": "ENABLED", "paused": "PAUSED", "archived": "REMOVED"}
# Letters that also arise when another character is case-folded ("ß" becomes "ss", the Kelvin sign "k").
_AMBIGUOUS_LETTERS = "afhijklnstwy"
_SURE = re.compile(rf"[^\x00-\x1f\x7f-\U0010ffff{_AMBIGUOUS_LETTERS}]+")

_ACCOUNT_FIELDS = (
    "customer_client.id",
    "customer_client.descriptive_name",
    "customer_client.currency_code",
    "customer_client.time_zone",
    "customer_client.status",
)
_CAMPAIGN_FIELDS = (
    "campaign.id",
    "campaign.name",
    "campaign.status",
    "campaign.primary_status",
    "campaign.primary_status_reasons",
    "campaign.advertising_channel_type",
    "campaign.bidding_strategy_type",
    "campaign.start_date_time",
    "campaign.end_date_time",
    "campaign_budget.id",
    "campaign_budget.amount_micros",
    "campaign_budget.total_amount_micros",
    "campaign_budget.explicitly_shared",
    "campaign_budget.reference_count",
)
_AUDIENCE_FIELDS = (
    "user_list.id",
    "user_list.name",
    "user_list.type",
    "user_list.membership_status",
    "user_list.account_user_list_status",
    "user_list.size_for_display",
    "user_list.size_for_search",
    "user_list.eligible_for_display",
    "user_list.eligible_for_search",
)


def accounts() -> str:
    """The ad accounts at and below the account that is asked, managers left out."""
    where = (gaql.is_false("customer_client.hidden"), gaql.is_false("customer_client.manager"))
    return gaql.select(_ACCOUNT_FIELDS, "customer_client", where=where)


def campaigns(wanted: CampaignFilter, place: str | None, limit: int) -> str:
    """The next `limit` campaigns below `place`, newest first.

    Raises:
        InvalidCursor: `place` is none of ours.
        Invalid: an id is none of Google's.
    """
    return gaql.select(
        _CAMPAIGN_FIELDS,
        "campaign",
        where=_campaign_conditions(wanted, place),
        order="campaign.id DESC",
        limit=limit,
    )


def running() -> str:
    """Every campaign that is configured as active, with a status that is newer than this adapter too."""
    return _each_campaign(gaql.word_not_in("campaign.status", ("PAUSED", "REMOVED")))


def of_campaign(campaign_id: str) -> str:
    """The campaign with this id, in whatever state.

    Raises:
        Invalid: the id is none of Google's.
    """
    return _each_campaign(gaql.number_in("campaign.id", numbers(frozenset({campaign_id}))))


def tagged(tag: str) -> str:
    """The campaigns, in whatever state, whose budget bears `tag` as its name."""
    return _each_campaign(gaql.is_text("campaign_budget.name", tag), "campaign_budget.name")


def named(name: str) -> str:
    """The campaigns of exactly this name that are not removed: there can be one at most."""
    return _each_campaign(
        f"{gaql.is_text('campaign.name', name)} AND {gaql.word_not_in('campaign.status', ('REMOVED',))}"
    )


def audiences(place: str | None, limit: int) -> str:
    """The next `limit` user lists below `place`, newest first.

    Raises:
        InvalidCursor: `place` is none of ours.
    """
    where = (gaql.number_below("user_list.id", _place(place)),) if place is not None else ()
    return gaql.select(_AUDIENCE_FIELDS, "user_list", where=where, order="user_list.id DESC", limit=limit)


def tagged_audiences(tag: str) -> str:
    """The user lists that bear `tag` as their code in another system."""
    return _each_audience(gaql.is_text("user_list.integration_code", tag))


def named_audiences(name: str) -> str:
    """The user lists of exactly this name; of the account's own there can be one at most."""
    return _each_audience(gaql.is_text("user_list.name", name))


def conversion_customer() -> str:
    """Which customer counts the conversions of the one that is asked."""
    return gaql.select(("customer.conversion_tracking_setting.google_ads_conversion_customer",), "customer")


def countries() -> str:
    """The criterion ids of all countries."""
    where = (gaql.is_text("geo_target_constant.target_type", "Country"),)
    fields = ("geo_target_constant.id", "geo_target_constant.country_code")
    return gaql.select(fields, "geo_target_constant", where=where, order="geo_target_constant.id")


def rows_wanted(wanted: CampaignFilter, size: int) -> int:
    """How many campaigns to ask for: `size`, or all that fit where it is us who choose among them."""
    return MOST_ROWS if wanted.objectives or wanted.name_contains else max(1, min(size, MOST_ROWS))


def sure_pieces(needle: str) -> Sequence[str]:
    """The parts of `needle` that stand literally, in this order, in every name that holds it.

    `CampaignFilter` folds case as Unicode has it, where "STRASSE" is in "Straße"; Google's LIKE is
    only documented as case-insensitive. What may differ between the two is left out here.
    """
    return _SURE.findall(needle.casefold())


def _each_campaign(condition: str, *fields: str) -> str:
    # What a condition is about is selected too, unless it is the campaign's own: Google demands it of most fields.
    return gaql.select((*_CAMPAIGN_FIELDS, *fields), "campaign", where=(condition,), order="campaign.id")


def _each_audience(condition: str) -> str:
    return gaql.select(_AUDIENCE_FIELDS, "user_list", where=(condition,), order="user_list.id")


def _campaign_conditions(wanted: CampaignFilter, place: str | None) -> Iterator[str]:
    # Unwanted statuses are excluded, rather than wanted ones demanded: a status that is newer than
    # this adapter counts as active and must not get lost.
    unwanted = [word for status, word in _STATUS_WORDS.items() if status not in wanted.statuses]
    if unwanted:
        yield gaql.word_not_in("campaign.status", unwanted)
    if pieces := sure_pieces(wanted.name_contains):
        yield gaql.like("campaign.name", pieces)
    if wanted.ids:
        yield gaql.number_in("campaign.id", numbers(wanted.ids))
    if place is not None:
        yield gaql.number_below("campaign.id", _place(place))


def _place(place: str) -> str:
    if not _ID.fullmatch(place):
        raise InvalidCursor("The cursor is not one of Google's.", "Start again without it.", platform=PLATFORM)
    return place


def numbers(ids: frozenset[str]) -> frozenset[str]:
    """`ids` as they are, if all can be those of campaigns.

    Raises:
        Invalid: one can't.
    """
    if not all(map(_ID.fullmatch, ids)):
        raise Invalid(
            "A campaign id of Google Ads is a whole number.",
            "Take the ids from list_campaigns.",
            platform=PLATFORM,
        )
    return ids
