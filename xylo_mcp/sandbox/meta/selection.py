"""Which campaigns an account's edge lists: newest first, archived and deleted ones only if asked for."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from ..world import Campaign, World
from .campaigns import EFFECTIVE_STATUSES, HIDDEN, effective_status, objective
from .errors import not_one_of
from .filters import Condition, Kind, Test, conditions, test
from .money import subunits
from .paging import PAGING
from .parameters import refuse_others, words

_Value = Callable[[World, Campaign], str | Decimal]
_PARAMETERS = PAGING | {"effective_status", "filtering", "summary"}
_STATUS_FIELDS = frozenset({"effective_status", "campaign.effective_status"})
_FIELDS: dict[str, tuple[Kind, _Value]] = {
    "id": ("choice", lambda _, campaign: campaign.id),
    "name": ("text", lambda _, campaign: campaign.name),
    "effective_status": ("choice", lambda _, campaign: effective_status(campaign)),
    "objective": ("choice", objective),
    "created_time": ("number", lambda _, campaign: Decimal(int(campaign.created.timestamp()))),
    "updated_time": ("number", lambda _, campaign: Decimal(int(campaign.modified.timestamp()))),
    "daily_budget": ("number", lambda _, campaign: Decimal(subunits(campaign.daily, campaign.account.currency))),
    "lifetime_budget": ("number", lambda _, campaign: Decimal(subunits(campaign.lifetime, campaign.account.currency))),
}


def selected(world: World, account_id: str, arguments: Mapping[str, str]) -> Sequence[Campaign]:
    """The campaigns that the parameters of the edge admit."""
    refuse_others(arguments, _PARAMETERS, where="campaigns")
    statuses = words(arguments, "effective_status", EFFECTIVE_STATUSES)
    wanted = conditions(arguments)
    tests = [_test(condition) for condition in wanted]
    hide = not statuses and not any(condition.field in _STATUS_FIELDS for condition in wanted)
    return [
        campaign
        for campaign in reversed(world.campaigns("meta", account_id))
        if _listed(effective_status(campaign), statuses, hide=hide)
        and all(holds(value(world, campaign)) for value, holds in tests)
    ]


def question(arguments: Mapping[str, str]) -> str:
    """What the list depends on."""
    return repr([arguments.get("effective_status"), arguments.get("filtering")])


def _listed(found: str, statuses: frozenset[str], *, hide: bool) -> bool:
    return found not in HIDDEN if hide else not statuses or found in statuses


def _test(condition: Condition) -> tuple[_Value, Test]:
    field = _FIELDS.get(condition.field.removeprefix("campaign."))
    if field is None:
        raise not_one_of("filtering[field]", _FIELDS)
    kind, value = field
    return value, test(condition, kind)
