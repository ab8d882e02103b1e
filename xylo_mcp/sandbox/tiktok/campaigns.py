"""The list of an advertiser's campaigns."""

from typing import Annotated, Literal

import msgspec

from ..world import Campaign, World
from .accounts import granted
from .campaign_fields import FIELDS, entity
from .cast import PLATFORM
from .envelope import Data, page_of
from .objectives import AnyObjective, Buying, buying_type, is_for
from .parameters import Asked, Id, Moment, Names, Page, PageSize
from .refusals import parameter
from .statuses import PRIMARY, SECONDARY, PrimaryStatus, SecondaryStatus, secondary_status


class _Filtering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    campaign_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=100)] = ()
    campaign_name: str = ""
    primary_status: PrimaryStatus | None = None
    secondary_status: SecondaryStatus | None = None
    objective_type: AnyObjective | None = None
    buying_types: tuple[Buying, ...] = ("AUCTION", "RESERVATION_RF")
    campaign_system_origins: tuple[str, ...] = ("TT_ADS_PLATFORM",)
    campaign_type: Literal["REGULAR_CAMPAIGN", "IOS14_CAMPAIGN"] | None = None
    campaign_automation_type: Literal["MANUAL", "SMART_PLUS", "UPGRADED_SMART_PLUS"] | None = None
    sales_destination: str | None = None
    campaign_product_source: str | None = None
    optimization_goal: str | None = None
    is_smart_performance_campaign: bool | None = None
    creation_filter_start_time: Moment = ""
    creation_filter_end_time: Moment = ""


class _CampaignList(msgspec.Struct, frozen=True):
    advertiser_id: Id
    fields: Names = ()
    filtering: _Filtering = _Filtering()
    page: Page = 1
    page_size: PageSize = 10
    exclude_field_types_in_response: tuple[Literal["NULL_FIELD"], ...] = ()


def campaign_list(world: World, asked: Asked) -> Data:
    """A page of an advertiser's campaigns, the newest first, the deleted ones only where the filter asks for them."""
    wanted = asked.read_as(_CampaignList)
    for name in wanted.fields:
        if name not in FIELDS:
            raise parameter("fields", f"Invalid field '{name}'.")
    plan = granted(world, wanted.advertiser_id)
    found = [one for one in world.campaigns(PLATFORM, plan.id) if _admits(wanted.filtering, one)]
    found.sort(key=lambda one: int(one.id), reverse=True)
    shown, info = page_of(found, wanted.page, wanted.page_size)
    nulls = not wanted.exclude_field_types_in_response
    return {"list": [entity(one, wanted.fields or FIELDS, nulls=nulls) for one in found[shown]], "page_info": info}


def _admits(wanted: _Filtering, campaign: Campaign) -> bool:
    if wanted.campaign_ids and campaign.id not in wanted.campaign_ids:
        return False
    if buying_type(campaign) not in wanted.buying_types or "TT_ADS_PLATFORM" not in wanted.campaign_system_origins:
        return False
    return (
        wanted.campaign_name.casefold() in campaign.name.casefold()
        and _admits_status(wanted, campaign)
        and _admits_time(wanted, campaign)
        and _admits_words(wanted, campaign)
    )


def _admits_status(wanted: _Filtering, campaign: Campaign) -> bool:
    status = secondary_status(campaign)
    if wanted.primary_status is None and wanted.secondary_status is None:
        return status in PRIMARY["STATUS_NOT_DELETE"]
    return (wanted.primary_status is None or status in PRIMARY[wanted.primary_status]) and (
        wanted.secondary_status is None or status in SECONDARY[wanted.secondary_status]
    )


def _admits_time(wanted: _Filtering, campaign: Campaign) -> bool:
    created = str(FIELDS["create_time"](campaign))
    return wanted.creation_filter_start_time <= created <= (wanted.creation_filter_end_time or created)


def _admits_words(wanted: _Filtering, campaign: Campaign) -> bool:
    if not is_for(campaign, wanted.objective_type):
        return False
    exact = {
        "campaign_type": wanted.campaign_type,
        "campaign_automation_type": wanted.campaign_automation_type,
        "sales_destination": wanted.sales_destination,
        "campaign_product_source": wanted.campaign_product_source,
        "optimization_goal": wanted.optimization_goal,
        "is_smart_performance_campaign": wanted.is_smart_performance_campaign,
    }
    return all(value is None or FIELDS[name](campaign) == value for name, value in exact.items())
