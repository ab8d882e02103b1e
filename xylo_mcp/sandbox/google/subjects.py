"""What the rows of a query are about: each object with its attributes and what it delivered.

Google Ads API docs, field pages of "ad_group", "ad_group_ad", "age_range_view", "gender_view", "geographic_view" and
"geo_target_constant" (v21 to v26, read Nov 2026).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..world import AccountPlan, Ad, AdGroup, Campaign, World
from .cast import CAST, MANAGER
from .deliveries import AGE, COUNTRIES, COUNTRY, GENDER, LOCATION, Delivery, deliveries, words
from .gaql.fields import FIELDS, Value
from .gaql.plan import Plan
from .people.rows import people_rows
from .records import STATUS, Attributes, attributes_of, customer_attributes, entities

_NAMES: Final = {
    "AU": "Australia",
    "BR": "Brazil",
    "DE": "Germany",
    "ES": "Spain",
    "GB": "United Kingdom",
    "US": "United States",
}
_CITY: Final = (1014895, "Palma", "ES", "City", "Palma,Balearic Islands,Spain")
# Criterion ids of ages and genders are the numbers of their enums (v26, `AgeRangeTypeEnum`, `GenderTypeEnum`).
_CRITERIA: Final[Mapping[Value, int]] = {
    **{word: 503001 + number for number, word in enumerate(words(AGE)) if word != "AGE_RANGE_UNDETERMINED"},
    "AGE_RANGE_UNDETERMINED": 503999,
    "MALE": 10,
    "FEMALE": 11,
    "UNDETERMINED": 20,
}
_GROUP_TYPES: Final = {
    "SEARCH": "SEARCH_STANDARD",
    "DISPLAY": "DISPLAY_STANDARD",
    "SHOPPING": "SHOPPING_PRODUCT_ADS",
    "VIDEO": "VIDEO_RESPONSIVE",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One object that rows may be about, and the campaigns whose deliveries may be its own, with what tells them."""

    attributes: Attributes
    campaigns: Sequence[Campaign]
    key: Hashable = None


class Delivered:
    """The deliveries of subjects, each campaign's read once for all that belong to it."""

    def __init__(self, world: World, plan: Plan) -> None:
        self._world, self._plan = world, plan
        self._read: dict[str, Mapping[Hashable, Sequence[Delivery]]] = {}

    def of(self, subject: Subject) -> Iterator[Delivery]:
        """What `subject` delivered."""
        for campaign in subject.campaigns:
            if campaign.id not in self._read:
                self._read[campaign.id] = self._by_key(campaign)
            yield from self._read[campaign.id].get(subject.key, ())

    def _by_key(self, campaign: Campaign) -> Mapping[Hashable, Sequence[Delivery]]:
        found: dict[Hashable, list[Delivery]] = {}
        for delivery in deliveries(self._world, campaign, self._plan):
            found.setdefault(_key(self._plan, delivery), []).append(delivery)
        return found


def subjects(world: World, customer: AccountPlan, plan: Plan) -> Iterator[Subject]:
    """All that `customer` has of the plan's resource."""
    match plan.resource:
        case "ad_group":
            yield from (Subject(group, (campaign,), key) for campaign, group, key in _groups(world, customer))
        case "ad_group_ad":
            yield from _ads(world, customer)
        case "age_range_view":
            yield from _criteria(world, customer, "age_range_view", AGE)
        case "gender_view":
            yield from _criteria(world, customer, "gender_view", GENDER)
        case "geographic_view":
            yield from _places(world, customer, plan)
        case "geo_target_constant":
            yield from (Subject(constant, ()) for constant in _constants())
        case "user_list" | "offline_user_data_job" | "conversion_action":
            yield from (Subject(one, ()) for one in people_rows(world, customer, plan.resource))
        case _:
            for entity in entities(world, customer, plan.resource):
                yield Subject(entity.attributes, entity.campaigns)


def _key(plan: Plan, delivery: Delivery) -> Hashable:
    """What tells one subject's deliveries from another's of the same campaign."""
    ad = delivery.ad
    if ad is None or plan.resource in {"customer", "campaign", "campaign_budget"}:
        return None
    match plan.resource:
        case "ad_group":
            return ad.ad_group
        case "ad_group_ad":
            return ad.id
        case "geographic_view":
            own = ad.ad_group if "ad_group" in plan.resources else ""
            return own, delivery.marks[COUNTRY], delivery.marks[LOCATION]
        case _:
            return ad.ad_group, delivery.marks[AGE if plan.resource == "age_range_view" else GENDER]


def _campaigns(world: World, customer: AccountPlan) -> Sequence[Campaign]:
    return () if customer is MANAGER else world.campaigns(CAST.platform, customer.id)


def _groups(world: World, customer: AccountPlan) -> Iterator[tuple[Campaign, Attributes, str]]:
    own = customer_attributes(customer)
    for campaign in _campaigns(world, customer):
        above = {**own, **attributes_of(world, campaign)}
        for group in world.ad_groups(CAST.platform, campaign):
            yield campaign, {**above, **_group(campaign, group, above)}, group.id


def _group(campaign: Campaign, group: AdGroup, above: Attributes) -> Attributes:
    home = f"customers/{campaign.account.id}"
    return {
        "ad_group.resource_name": f"{home}/adGroups/{group.id}",
        "ad_group.campaign": f"{home}/campaigns/{campaign.id}",
        "ad_group.id": int(group.id),
        "ad_group.name": group.name,
        "ad_group.status": STATUS[group.switch],
        "ad_group.type": _GROUP_TYPES.get(str(above["campaign.advertising_channel_type"])),
    }


def _ads(world: World, customer: AccountPlan) -> Iterator[Subject]:
    for campaign in _campaigns(world, customer):
        groups = {group.id: group for group in world.ad_groups(CAST.platform, campaign)}
        above = {**customer_attributes(customer), **attributes_of(world, campaign)} if groups else {}
        for group in groups.values():
            attributes = {**above, **_group(campaign, group, above)}
            for ad in world.ads(group):
                yield Subject({**attributes, **_ad(customer, ad)}, (campaign,), ad.id)


def _ad(customer: AccountPlan, ad: Ad) -> Attributes:
    home = f"customers/{customer.id}"
    return {
        "ad_group_ad.resource_name": f"{home}/adGroupAds/{ad.ad_group}~{ad.id}",
        "ad_group_ad.ad_group": f"{home}/adGroups/{ad.ad_group}",
        "ad_group_ad.ad.resource_name": f"{home}/ads/{ad.id}",
        "ad_group_ad.ad.id": int(ad.id),
        "ad_group_ad.ad.name": ad.name,
        "ad_group_ad.status": "ENABLED",
    }


def _criteria(world: World, customer: AccountPlan, view: str, name: str) -> Iterator[Subject]:
    collection = {"age_range_view": "ageRangeViews", "gender_view": "genderViews"}[view]
    untold = dict.fromkeys((AGE, GENDER))
    for campaign, group, key in _groups(world, customer):
        home = f"customers/{customer.id}"
        for word in words(name):
            criterion = _CRITERIA[word]
            yield Subject(
                {
                    **group,
                    **untold,
                    name: word,
                    f"{view}.resource_name": f"{home}/{collection}/{key}~{criterion}",
                    "ad_group_criterion.resource_name": f"{home}/adGroupCriteria/{key}~{criterion}",
                    "ad_group_criterion.ad_group": group["ad_group.resource_name"],
                    "ad_group_criterion.criterion_id": criterion,
                    "ad_group_criterion.status": "ENABLED",
                    "ad_group_criterion.type": "AGE_RANGE" if name == AGE else "GENDER",
                },
                (campaign,),
                (key, word),
            )


def _places(world: World, customer: AccountPlan, plan: Plan) -> Iterator[Subject]:
    """Each country and why it counts as one; of each campaign or ad group where the query names these."""
    own = customer_attributes(customer)
    holders: Iterable[tuple[Sequence[Campaign], Attributes, str]]
    if "ad_group" in plan.resources:
        holders = [((campaign,), group, key) for campaign, group, key in _groups(world, customer)]
    elif "campaign" in plan.resources:
        holders = [((one,), {**own, **attributes_of(world, one)}, "") for one in _campaigns(world, customer)]
    else:
        holders = [(_campaigns(world, customer), own, "")]
    for campaigns, attributes, key in holders:
        for number in COUNTRIES.values():
            for where in sorted(FIELDS[LOCATION].constants - {"UNSPECIFIED", "UNKNOWN"}):
                name = f"customers/{customer.id}/geographicViews/{number}~{where}"
                place = {"geographic_view.resource_name": name, COUNTRY: number, LOCATION: where}
                yield Subject({**attributes, **place}, campaigns, (key, number, where))


def _constants() -> Iterator[Attributes]:
    countries = [(number, _NAMES[code], code, "Country", _NAMES[code]) for code, number in COUNTRIES.items()]
    for number, name, code, kind, canonical in (*countries, _CITY):
        yield {
            "geo_target_constant.resource_name": f"geoTargetConstants/{number}",
            "geo_target_constant.id": number,
            "geo_target_constant.name": name,
            "geo_target_constant.country_code": code,
            "geo_target_constant.target_type": kind,
            "geo_target_constant.canonical_name": canonical,
            "geo_target_constant.status": "ENABLED",
        }
