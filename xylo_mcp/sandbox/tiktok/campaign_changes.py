"""Changes of campaigns that there are (TikTok API for Business docs, v1.3, "Update a campaign")."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, UnsetType

from ..world import AccountPlan, Campaign, Editor, Switch, World
from . import refusals
from .accounts import writable
from .budgets import check_spend, minor_units
from .campaign_fields import budget_mode, entity
from .campaign_names import check_name, check_unused
from .cast import PLATFORM
from .envelope import Data
from .objectives import objective_type
from .parameters import Asked, Id, Industry, PostbackWindow
from .refusals import Refusal, parameter

_SWITCHES: Mapping[str, Switch] = {"ENABLE": "on", "DISABLE": "off", "DELETE": "deleted"}


class _CampaignChange(msgspec.Struct, frozen=True):
    """The body. Objective, budget mode and budget optimization are not in it: they never change."""

    advertiser_id: Id
    campaign_id: Id
    campaign_name: str | UnsetType = UNSET
    budget: float | UnsetType = UNSET
    special_industries: tuple[Industry, ...] | UnsetType = UNSET
    po_number: str | UnsetType = UNSET


class _StatusChange(msgspec.Struct, frozen=True):
    advertiser_id: Id
    campaign_ids: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1, max_length=20)]
    operation_status: Literal["ENABLE", "DISABLE", "DELETE"]
    postback_window_mode: PostbackWindow | UnsetType = UNSET


def update_campaign(world: World, asked: Asked) -> Data:
    """A campaign as it is after the change of what the request names."""
    wanted = asked.read_body_as(_CampaignChange)
    plan = writable(world, wanted.advertiser_id)
    if wanted.campaign_name is not UNSET:
        check_name(wanted.campaign_name)
    with world.editing(PLATFORM) as editor:
        campaign = _changeable(editor, plan, wanted.campaign_id)
        if wanted.campaign_name is not UNSET:
            check_unused(wanted.campaign_name, editor.campaigns(plan), renamed=campaign.id)
        values = {**_name(wanted), **_budget(world, wanted, campaign), **_details(wanted, campaign)}
        if not values:
            raise Refusal(refusals.NOTHING_TO_UPDATE, "There is nothing to update.")
        changed = editor.update(campaign, **values)
    return entity(changed)


def update_status(world: World, asked: Asked) -> Data:
    """The campaigns that were switched, all of them or, if one cannot be, none."""
    wanted = asked.read_body_as(_StatusChange)
    plan = writable(world, wanted.advertiser_id)
    ids = tuple(dict.fromkeys(wanted.campaign_ids))
    window = {} if wanted.postback_window_mode is UNSET else {"postback_window_mode": wanted.postback_window_mode}
    with world.editing(PLATFORM) as editor:
        for campaign in [_changeable(editor, plan, campaign_id) for campaign_id in ids]:
            details = {**campaign.details, **window}
            editor.update(campaign, switch=_SWITCHES[wanted.operation_status], details=details)
    return {
        "status": wanted.operation_status,
        "campaign_ids": ids,
        "campaign_list": [{"campaign_id": campaign_id, "status": wanted.operation_status} for campaign_id in ids],
    }


def _changeable(editor: Editor, plan: AccountPlan, campaign_id: str) -> Campaign:
    """The advertiser's campaign with this id. Another advertiser's campaign does not exist for this one."""
    campaign = next((one for one in editor.campaigns(plan) if one.id == campaign_id), None)
    if campaign is None:
        raise Refusal(refusals.NO_SUCH_OBJECT, f"Campaign {campaign_id} doesn't exist.")
    if campaign.switch == "deleted":
        raise parameter("campaign_id", f"Campaign {campaign_id} has been deleted and cannot be changed.")
    return campaign


def _name(wanted: _CampaignChange) -> Mapping[str, object]:
    return {} if wanted.campaign_name is UNSET else {"name": wanted.campaign_name}


def _budget(world: World, wanted: _CampaignChange, campaign: Campaign) -> Mapping[str, object]:
    if wanted.budget is UNSET:
        return {}
    if not campaign.daily and not campaign.lifetime:
        raise parameter("budget", f"Cannot be set when budget_mode is {budget_mode(campaign)}.")
    of_a_store = (
        objective_type(campaign) == "PRODUCT_SALES" and campaign.details.get("campaign_product_source") == "STORE"
    )
    minor = minor_units(wanted.budget, campaign.account.currency, of_a_store=of_a_store)
    check_spend(world, campaign, minor)
    return {"lifetime": minor} if campaign.lifetime else {"daily": minor}


def _details(wanted: _CampaignChange, campaign: Campaign) -> Mapping[str, object]:
    if wanted.special_industries:
        raise parameter("special_industries", "Can only be cleared once the campaign is created.")
    details = dict(campaign.details)
    if wanted.special_industries is not UNSET:
        details["special_industries"] = "[]"
    if wanted.po_number is not UNSET:
        details["po_number"] = wanted.po_number
    unchanged = wanted.special_industries is UNSET and wanted.po_number is UNSET
    return {} if unchanged else {"details": details}
