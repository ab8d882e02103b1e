"""Audiences of people who did something (TikTok API for Business docs, v1.3, "Create an audience by rules")."""

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from ..world import AccountPlan, World
from .accounts import writable
from .audiences import AudienceName, Days, SubType, make
from .cast import PLATFORM, event_sources, pixel_id
from .envelope import Data
from .parameters import Asked, Id
from .refusals import parameter
from .rule_specs import OF_VIDEOS, RuleSpec, RuleType, check

# As the list of audiences words them; those of videos and of offline events are not among the examples: inferred.
_DISPLAYED: Mapping[RuleType, str] = {
    "APP": "App Activity Audience",
    "PIXEL": "Website Audience",
    "ENGAGEMENT": "Engagement Audience",
    "ENGAGEMENT_LIVE_VIDEO": "Live Engagement Audience",
    "ENGAGEMENT_ORGANIC_VIDEO": "Organic Engagement Audience",
    "LEAD_GENERATION": "Lead Generation",
    "BUSINESS_ACCOUNT": "Rule Business Account",
    "TIKTOK_SHOP": "Rule ad shop",
    "OFFLINE": "Offline Activity Audience",
}


class _NewRuleAudience(msgspec.Struct, frozen=True):
    advertiser_id: Id
    custom_audience_name: AudienceName
    audience_type: RuleType
    rule_spec: RuleSpec
    audience_sub_type: SubType = "NORMAL"
    audience_enhancement: bool = False
    retention_in_days: Days | UnsetType = UNSET
    is_auto_refresh: bool = True
    identity_id: str | UnsetType = UNSET
    identity_type: Literal["TT_USER", "BC_AUTH_TT"] | UnsetType = UNSET
    identity_authorized_bc_id: Id | UnsetType = UNSET


def create(world: World, asked: Asked) -> Data:
    """An audience by rules about sources that are the advertiser's own."""
    wanted = asked.read_body_as(_NewRuleAudience)
    plan = writable(world, wanted.advertiser_id)
    check(wanted.rule_spec, wanted.audience_type)
    _check_identity(wanted)
    known = _known_sources(world, plan, wanted.audience_type)
    for source in _sources(wanted.rule_spec):
        if known is not None and source not in known:
            raise parameter("event_source_ids", f"The event source {source} doesn't exist.")
    details = {
        "audience_type": _DISPLAYED[wanted.audience_type],
        "audience_sub_type": wanted.audience_sub_type,
        "audience_enhancement": str(wanted.audience_enhancement).lower(),
        "is_auto_refresh": str(wanted.is_auto_refresh).lower(),
        "rule": msgspec.json.encode(wanted.rule_spec).decode(),
    }
    if wanted.retention_in_days is not UNSET:
        details["retention_in_days"] = str(wanted.retention_in_days)
    kind = wanted.audience_type.lower()
    return {"custom_audience_id": make(world, plan, wanted.custom_audience_name, kind, details).id}


def _check_identity(wanted: _NewRuleAudience) -> None:
    if wanted.audience_type in OF_VIDEOS:
        for name in ("identity_id", "identity_type"):
            if getattr(wanted, name) is UNSET:
                raise parameter(name, f"Required when audience_type is {wanted.audience_type}.")
    if wanted.identity_type == "BC_AUTH_TT" and wanted.identity_authorized_bc_id is UNSET:
        raise parameter("identity_authorized_bc_id", "Required when identity_type is BC_AUTH_TT.")


def _sources(spec: RuleSpec) -> Iterator[str]:
    for rules in (spec.inclusion_rule_set, spec.exclusion_rule_set):
        for rule in rules.rules if rules else ():
            yield from rule.event_source_ids or ()


def _known_sources(world: World, plan: AccountPlan, audience_type: RuleType) -> Collection[str] | None:
    """The ids that rules of this type may be about; None: the world has none of such, so that any will do."""
    sources = event_sources(plan.id)
    if audience_type == "PIXEL":
        return {pixel_id(plan.id)}
    if audience_type == "APP":
        return {sources["app"]}
    if audience_type == "OFFLINE":
        return {sources["offline"]}
    if audience_type == "ENGAGEMENT":
        campaigns = world.campaigns(PLATFORM, plan.id)
        return {group.id for one in campaigns for group in world.ad_groups(PLATFORM, one)}
    return None
