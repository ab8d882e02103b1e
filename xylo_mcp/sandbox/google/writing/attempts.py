"""Remembers who asked to change something, before anybody looks whether it can be done."""

from collections.abc import Sequence

import msgspec

from ...world import World
from ..cast import CAST


class _Loose(msgspec.Struct, rename="camel"):
    create: object = None
    update: object = None
    remove: object = None
    update_mask: object = None


class _Either(msgspec.Struct, rename="camel"):
    campaign_operation: _Loose | None = None
    campaign_budget_operation: _Loose | None = None


class _Asked(msgspec.Struct, rename="camel"):
    validate_only: object = None
    operations: Sequence[_Loose] = ()
    mutate_operations: Sequence[_Either] = ()


class _Named(msgspec.Struct, rename="camel"):
    resource_name: str = ""


def remember(world: World, service: str, customer_id: str, body: bytes) -> None:
    """Count a request, whatever comes of it; one that only validates asks for nothing."""
    try:
        asked = msgspec.json.decode(body, type=_Asked)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        asked = _Asked()
    if asked.validate_only is True:
        return
    verb, target = _told(service, asked)
    world.attempted(CAST.platform, verb, target or customer_id)


def _told(service: str, asked: _Asked) -> tuple[str, str]:
    """What is asked, and of which object; of several operations the first on a campaign tells."""
    campaigns = [one.campaign_operation for one in asked.mutate_operations if one.campaign_operation]
    budgets = [one.campaign_budget_operation for one in asked.mutate_operations if one.campaign_budget_operation]
    if service == "campaignBudgets":
        budgets.extend(asked.operations)
    else:
        campaigns.extend(asked.operations)
    if campaigns:
        return _one(campaigns[0], "campaign")
    return _one(budgets[0], "budget") if budgets else ("mutate", "")


def _one(operation: _Loose, noun: str) -> tuple[str, str]:
    if operation.remove is not None:
        return f"remove_{noun}", _id(operation.remove)
    if operation.update is None:
        return f"create_{noun}", ""
    try:
        name = msgspec.convert(operation.update, _Named).resource_name
    except msgspec.ValidationError:
        name = ""
    return ("update_status" if operation.update_mask == "status" else f"update_{noun}"), _id(name)


def _id(name: object) -> str:
    """The id at the end of a resource name."""
    return str(name).rpartition("/")[2]
