"""What an edge lists: newest first, archived and deleted objects only if asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from ..people import Audience
from ..world import Campaign, World
from .adsets import AdSet, ad_sets
from .adsets import effective_status as status_of_ad_set
from .campaigns import EFFECTIVE_STATUSES, HIDDEN, effective_status, objective
from .errors import not_one_of
from .filters import Condition, Kind, Test, conditions, test
from .money import subunits
from .paging import PAGING
from .parameters import refuse_others, words
from .times import updated

_Item = TypeVar("_Item")
_Value = Callable[[_Item], str | Decimal]
_Columns = Mapping[str, tuple[Kind, _Value[_Item]]]
_PARAMETERS = PAGING | {"effective_status", "filtering", "summary"}
_ABOVE = "campaign."


def selected_campaigns(world: World, campaigns: Sequence[Campaign], arguments: Mapping[str, str]) -> Sequence[Campaign]:
    """Those of `campaigns` that the parameters of the edge admit."""
    refuse_others(arguments, _PARAMETERS, where="campaigns")
    wanted = [(one.field.removeprefix(_ABOVE), one) for one in conditions(arguments)]
    return _listed(reversed(campaigns), arguments, wanted, _of_campaign(world))


def selected_ad_sets(world: World, campaigns: Sequence[Campaign], arguments: Mapping[str, str]) -> Sequence[AdSet]:
    """The ad sets of `campaigns` that the parameters of the edge admit; `campaign.` filters by what is above."""
    refuse_others(arguments, _PARAMETERS, where="adsets")
    wanted = conditions(arguments)
    above = [(one.field.removeprefix(_ABOVE), one) for one in wanted if one.field.startswith(_ABOVE)]
    own = [(one.field.removeprefix("adset."), one) for one in wanted if not one.field.startswith(_ABOVE)]
    parents = _kept(reversed(campaigns), above, _of_campaign(world))
    return _listed(ad_sets(world, parents), arguments, own, _OF_AD_SET)


def selected_audiences(audiences: Sequence[Audience], arguments: Mapping[str, str]) -> Sequence[Audience]:
    """Those of `audiences` that the parameters of the edge admit."""
    refuse_others(arguments, PAGING | {"filtering", "summary"}, where="customaudiences")
    return _kept(reversed(audiences), [(one.field, one) for one in conditions(arguments)], _OF_AUDIENCE)


def question(arguments: Mapping[str, str]) -> str:
    """What the list depends on."""
    return repr([arguments.get("effective_status"), arguments.get("filtering")])


def _listed(
    items: Iterable[_Item],
    arguments: Mapping[str, str],
    wanted: Sequence[tuple[str, Condition]],
    columns: _Columns[_Item],
) -> Sequence[_Item]:
    statuses = words(arguments, "effective_status", EFFECTIVE_STATUSES)
    hide = not statuses and not any(name == "effective_status" for name, _ in wanted)
    _, status = columns["effective_status"]
    found = _kept(items, wanted, columns)
    if hide:
        return [item for item in found if status(item) not in HIDDEN]
    return [item for item in found if not statuses or status(item) in statuses]


def _kept(items: Iterable[_Item], wanted: Sequence[tuple[str, Condition]], columns: _Columns[_Item]) -> Sequence[_Item]:
    tests = [_test(name, condition, columns) for name, condition in wanted]
    return [item for item in items if all(holds(value(item)) for value, holds in tests)]


def _test(name: str, condition: Condition, columns: _Columns[_Item]) -> tuple[_Value[_Item], Test]:
    if name not in columns:
        raise not_one_of("filtering[field]", columns)
    kind, value = columns[name]
    return value, test(condition, kind)


def _of_campaign(world: World) -> _Columns[Campaign]:
    return {
        "id": ("choice", lambda campaign: campaign.id),
        "name": ("text", lambda campaign: campaign.name),
        "effective_status": ("choice", effective_status),
        "objective": ("choice", lambda campaign: objective(world, campaign)),
        "created_time": ("number", lambda campaign: Decimal(int(campaign.created.timestamp()))),
        "updated_time": ("number", lambda campaign: Decimal(int(updated(campaign).timestamp()))),
        "daily_budget": ("number", lambda campaign: _amount(campaign.daily, campaign)),
        "lifetime_budget": ("number", lambda campaign: _amount(campaign.lifetime, campaign)),
    }


def _amount(minor: int, campaign: Campaign) -> Decimal:
    return Decimal(subunits(minor, campaign.account.currency))


_OF_AUDIENCE: _Columns[Audience] = {
    "id": ("choice", lambda audience: audience.id),
    "name": ("text", lambda audience: audience.name),
    "subtype": ("choice", lambda audience: audience.kind),
}
_OF_AD_SET: _Columns[AdSet] = {
    "id": ("choice", lambda one: one.group.id),
    "name": ("text", lambda one: one.group.name),
    "effective_status": ("choice", status_of_ad_set),
    "daily_budget": ("number", lambda one: _amount(one.group.daily, one.campaign)),
    "lifetime_budget": ("number", lambda one: _amount(one.group.lifetime, one.campaign)),
}
