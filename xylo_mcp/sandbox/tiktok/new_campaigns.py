"""The creation of a campaign (TikTok API for Business docs, v1.3, "Create a campaign"; body as in the SDK v1.1.3)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from ..world import AccountPlan, Campaign, World
from . import refusals
from .accounts import writable
from .budgets import INFINITE, BudgetMode, check_mode, minor_units
from .campaign_fields import entity
from .campaign_names import check_name, check_unused
from .cast import PLATFORM
from .envelope import Data
from .objectives import GOALS, Objective
from .parameters import Asked, Id, Industry, PostbackWindow, check_int64
from .refusals import Refusal, parameter

_Flag: TypeAlias = bool | UnsetType
_Text: TypeAlias = str | UnsetType
# TikTok states how long it keeps a request_id for two other endpoints; it is taken to be the same here.
_KEPT: Final = timedelta(seconds=10)


class _NewCampaign(msgspec.Struct, frozen=True):
    """The body. What is not set is not null: TikTok's own client leaves it out."""

    advertiser_id: Id
    campaign_name: str
    objective_type: Objective
    budget: float | UnsetType = UNSET
    budget_mode: BudgetMode | UnsetType = UNSET
    budget_optimize_on: bool = False
    operation_status: Literal["ENABLE", "DISABLE"] = "ENABLE"
    request_id: Id | UnsetType = UNSET
    app_id: Id | UnsetType = UNSET
    app_promotion_type: Literal["APP_INSTALL", "APP_RETARGETING", "APP_PREREGISTRATION"] | UnsetType = UNSET
    campaign_type: Literal["REGULAR_CAMPAIGN", "IOS14_CAMPAIGN"] = "REGULAR_CAMPAIGN"
    special_industries: tuple[Industry, ...] | UnsetType = UNSET
    virtual_objective_type: Literal["SALES"] | UnsetType = UNSET
    sales_destination: Literal["TIKTOK_SHOP", "WEBSITE", "APP", "WEB_AND_APP"] | UnsetType = UNSET
    is_search_campaign: _Flag = UNSET
    catalog_enabled: _Flag = UNSET
    campaign_product_source: Literal["CATALOG", "STORE"] | UnsetType = UNSET
    bid_type: Literal["BID_TYPE_NO_BID", "BID_TYPE_CUSTOM"] | UnsetType = UNSET
    deep_bid_type: (
        Literal["DEFAULT", "MIN", "PACING", "VO_MIN", "VO_MIN_ROAS", "VO_HIGHEST_VALUE", "AEO"] | UnsetType
    ) = UNSET
    roas_bid: Annotated[float, msgspec.Meta(ge=0.01, le=1000)] | UnsetType = UNSET
    optimization_goal: Literal["CONVERT", "INSTALL", "VALUE", "IN_APP_EVENT", "LEAD_GENERATION"] | UnsetType = UNSET
    rf_campaign_type: Literal["STANDARD", "PULSE"] | UnsetType = UNSET
    postback_window_mode: PostbackWindow | UnsetType = UNSET
    is_advanced_dedicated_campaign: _Flag = UNSET
    disable_skan_campaign: _Flag = UNSET
    rta_id: _Text = UNSET
    rta_bid_enabled: _Flag = UNSET
    rta_product_selection_enabled: _Flag = UNSET
    po_number: _Text = UNSET
    campaign_app_profile_page_state: Literal["ON", "OFF"] | UnsetType = UNSET
    plugin_partner: _Text = UNSET
    internal_channel: _Text = UNSET


# What the world has words of its own for.
_TOLD = frozenset({"advertiser_id", "campaign_name", "budget", "operation_status"})


def create_campaign(world: World, asked: Asked, *, allowlisted: bool = True) -> Data:
    """A campaign as it was created, switched on unless the request says otherwise.

    Where the app is not `allowlisted`, it is switched on whatever the request says, without a word
    (operation_status in the description of the body, TikTok's SDK, 2023; no later page repeats it).
    """
    wanted = asked.read_body_as(_NewCampaign)
    plan = writable(world, wanted.advertiser_id)
    check_name(wanted.campaign_name)
    _check_objective(wanted)
    _check_app(wanted)
    mode = _budget_mode(wanted)
    minor = _budget(wanted, mode, plan)
    with world.editing(PLATFORM) as editor:
        _check_unique(wanted, editor.campaigns(plan), world.clock())
        made = editor.create(
            plan,
            name=wanted.campaign_name,
            goal=GOALS[wanted.objective_type],
            switch="off" if wanted.operation_status == "DISABLE" and allowlisted else "on",
            daily=0 if mode == "BUDGET_MODE_TOTAL" else minor,
            lifetime=minor if mode == "BUDGET_MODE_TOTAL" else 0,
            details={**_details(wanted), "budget_mode": mode},
        )
    return entity(made)


def _check_objective(wanted: _NewCampaign) -> None:
    sales = wanted.virtual_objective_type is not UNSET
    if sales and wanted.sales_destination is UNSET:
        raise parameter("sales_destination", "Required when virtual_objective_type is SALES.")
    if not sales and wanted.sales_destination is not UNSET:
        raise parameter("sales_destination", "Only when virtual_objective_type is SALES.")
    if sales and wanted.objective_type not in ("WEB_CONVERSIONS", "PRODUCT_SALES"):
        raise parameter("virtual_objective_type", "SALES needs the objective_type WEB_CONVERSIONS or PRODUCT_SALES.")
    reserved = wanted.objective_type == "RF_REACH"
    if not reserved and wanted.rf_campaign_type is not UNSET:
        raise parameter("rf_campaign_type", "Only when objective_type is RF_REACH.")
    if reserved and wanted.operation_status == "DISABLE":
        raise parameter("operation_status", "A reach and frequency campaign cannot be created as DISABLE.")


def _check_app(wanted: _NewCampaign) -> None:
    app = wanted.objective_type == "APP_PROMOTION"
    if app and wanted.app_promotion_type is UNSET:
        raise parameter("app_promotion_type", "Required when objective_type is APP_PROMOTION.")
    if not app and wanted.app_promotion_type is not UNSET:
        raise parameter("app_promotion_type", "Only when objective_type is APP_PROMOTION.")
    if wanted.campaign_type != "IOS14_CAMPAIGN":
        return
    if wanted.app_id is UNSET:
        raise parameter("app_id", "Required when campaign_type is IOS14_CAMPAIGN.")
    if wanted.app_promotion_type == "APP_RETARGETING":
        raise parameter("app_promotion_type", "APP_RETARGETING cannot be used with IOS14_CAMPAIGN.")


def _budget_mode(wanted: _NewCampaign) -> BudgetMode:
    reserved = wanted.objective_type == "RF_REACH"
    if reserved and (wanted.budget_mode not in (UNSET, INFINITE) or wanted.budget_optimize_on):
        raise parameter("budget_mode", f"Only {INFINITE}, not optimized, when objective_type is RF_REACH.")
    if reserved:
        return INFINITE
    if wanted.budget_mode is UNSET:
        raise parameter("budget_mode", "Missing data for required field.")
    check_mode(wanted.budget_mode, optimized=wanted.budget_optimize_on)
    return wanted.budget_mode


def _budget(wanted: _NewCampaign, mode: BudgetMode, plan: AccountPlan) -> int:
    """The budget in the world's minor units, 0 where the campaign has none of its own."""
    if mode == INFINITE:
        if wanted.budget is not UNSET and wanted.budget != 0:
            raise parameter("budget", f"Not when budget_mode is {INFINITE}.")
        return 0
    if wanted.budget is UNSET:
        raise parameter("budget", "Missing data for required field.")
    of_a_store = wanted.objective_type == "PRODUCT_SALES" and wanted.campaign_product_source == "STORE"
    return minor_units(wanted.budget, plan.currency, of_a_store=of_a_store)


def _check_unique(wanted: _NewCampaign, campaigns: Iterable[Campaign], now: datetime) -> None:
    """Refuse a request that was already carried out; one that names itself may use a name that is in use."""
    if wanted.request_id is UNSET:
        check_unused(wanted.campaign_name, campaigns)
        return
    check_int64("request_id", wanted.request_id)
    for one in campaigns:
        if one.details.get("request_id") == wanted.request_id and now - one.created < _KEPT:
            raise Refusal(refusals.DUPLICATE_REQUEST, f"Duplicated request: request_id {wanted.request_id}.")


def _details(wanted: _NewCampaign) -> dict[str, str]:
    """What is remembered of the body: words as they are, everything else as JSON."""
    given = {name: getattr(wanted, name) for name in wanted.__struct_fields__ if name not in _TOLD}
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in given.items()
        if value is not UNSET
    }
