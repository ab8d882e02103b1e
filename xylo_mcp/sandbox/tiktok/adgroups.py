"""The list of an advertiser's ad groups."""

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from ..world import AccountPlan, World
from .accounts import granted
from .adgroup_fields import FIELDS, Placed, entity
from .adgroup_statuses import PRIMARY, SECONDARY, AdGroupStatus
from .cast import PLATFORM
from .envelope import Data, page_of
from .objectives import AnyObjective, Buying, buying_type, is_for
from .parameters import Asked, Id, Moment, Names, Page, PageSize
from .refusals import parameter
from .statuses import PrimaryStatus

_Ids = Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=100)]


class _Filtering(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    campaign_ids: _Ids = ()
    adgroup_ids: _Ids = ()
    adgroup_name: str = ""
    primary_status: PrimaryStatus | None = None
    secondary_status: AdGroupStatus | None = None
    objective_type: AnyObjective | None = None
    buying_types: tuple[Buying, ...] = ("AUCTION", "RESERVATION_RF")
    campaign_system_origins: tuple[str, ...] = ("TT_ADS_PLATFORM",)
    optimization_goal: str | None = None
    creative_material_mode: str | None = None
    billing_events: tuple[Literal["CPC", "CPM", "CPV", "OCPM", "GD"], ...] = ()
    creation_filter_start_time: Moment = ""
    creation_filter_end_time: Moment = ""


class _AdGroupList(msgspec.Struct, frozen=True):
    advertiser_id: Id
    fields: Names = ()
    filtering: _Filtering = _Filtering()
    page: Page = 1
    page_size: PageSize = 10
    exclude_field_types_in_response: tuple[Literal["NULL_FIELD"], ...] = ()


def ad_group_list(world: World, asked: Asked) -> Data:
    """A page of an advertiser's ad groups, the highest id first, those that are gone only where they are asked for.

    The order is not documented, and taken to be that of campaigns.
    """
    wanted = asked.read_as(_AdGroupList)
    for name in wanted.fields:
        if name not in FIELDS:
            raise parameter("fields", f"Invalid field '{name}'.")
    plan = granted(world, wanted.advertiser_id)
    found = [one for one in _placed(world, plan, wanted.filtering) if _admits(wanted.filtering, one)]
    found.sort(key=lambda one: int(one.group.id), reverse=True)
    shown, info = page_of(found, wanted.page, wanted.page_size)
    nulls = not wanted.exclude_field_types_in_response
    return {"list": [entity(one, wanted.fields or FIELDS, nulls=nulls) for one in found[shown]], "page_info": info}


def _placed(world: World, plan: AccountPlan, wanted: _Filtering) -> Iterator[Placed]:
    """The ad groups of the campaigns that the filter lets through."""
    if "TT_ADS_PLATFORM" not in wanted.campaign_system_origins:
        return
    today = world.today(plan)
    for campaign in world.campaigns(PLATFORM, plan.id):
        if wanted.campaign_ids and campaign.id not in wanted.campaign_ids:
            continue
        if buying_type(campaign) in wanted.buying_types and is_for(campaign, wanted.objective_type):
            yield from (Placed(group, campaign, today) for group in world.ad_groups(PLATFORM, campaign))


def _admits(wanted: _Filtering, one: Placed) -> bool:
    if wanted.adgroup_ids and one.group.id not in wanted.adgroup_ids:
        return False
    if wanted.adgroup_name.casefold() not in one.group.name.casefold():
        return False
    if wanted.billing_events and FIELDS["billing_event"](one) not in wanted.billing_events:
        return False
    exact = {
        "optimization_goal": wanted.optimization_goal,
        "creative_material_mode": wanted.creative_material_mode,
    }
    words = all(value is None or FIELDS[name](one) == value for name, value in exact.items())
    return words and _admits_status(wanted, one) and _admits_time(wanted, one)


def _admits_status(wanted: _Filtering, one: Placed) -> bool:
    """The default counts as a filter of its own only where no other status is asked for, as with campaigns."""
    if wanted.primary_status is None and wanted.secondary_status is None:
        return one.status in PRIMARY["STATUS_NOT_DELETE"]
    return (wanted.primary_status is None or one.status in PRIMARY[wanted.primary_status]) and (
        wanted.secondary_status is None or one.status in SECONDARY[wanted.secondary_status]
    )


def _admits_time(wanted: _Filtering, one: Placed) -> bool:
    created = str(FIELDS["create_time"](one))
    return wanted.creation_filter_start_time <= created <= (wanted.creation_filter_end_time or created)
