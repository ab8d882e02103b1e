"""The budgets of a customer: those that campaigns brought along, and what was written to them since.

Google Ads API docs, "Create campaign budgets" and "Share campaign budgets" (v26, read Nov 2026).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from ..world import AccountPlan, Campaign, Editor, World
from .cast import CAST

_MADE_HERE: Final = 90_000


class Budget(msgspec.Struct, frozen=True):
    """One budget, its amount in minor units; one of `daily` and `lifetime` is 0.

    An empty `name` follows the campaign's. `removed` is what was said of the budget itself: one that is not
    `shared` goes with its campaign besides.
    """

    id: str
    name: str
    shared: bool
    daily: int = 0
    lifetime: int = 0
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Purse:
    """A budget with the campaigns that spend from it, removed ones included."""

    budget: Budget
    members: Sequence[Campaign]

    @property
    def standing(self) -> Sequence[Campaign]:
        """The campaigns that are not removed."""
        return [campaign for campaign in self.members if campaign.state != "gone"]

    @property
    def name(self) -> str:
        """Its own name, or that of its campaign."""
        return self.budget.name or (self.members[0].name if self.members else "")

    @property
    def removed(self) -> bool:
        """Whether nothing can be spent from it any more."""
        left = bool(self.members) and not self.standing and not self.budget.shared
        return self.budget.removed or left


def purses(world: World, customer: AccountPlan) -> Mapping[str, Purse]:
    """All budgets of `customer` by their id, lowest first."""
    written = _written(world, customer)
    members: dict[str, list[Campaign]] = {identity: [] for identity in written}
    for campaign in world.campaigns(CAST.platform, customer.id):
        members.setdefault(campaign.budget_id, []).append(campaign)
    found = {
        identity: Purse(written.get(identity) or _brought_along(spenders), spenders)
        for identity, spenders in members.items()
    }
    return dict(sorted(found.items(), key=lambda item: int(item[0])))


def keep(editor: Editor, customer: AccountPlan, budget: Budget) -> None:
    """Write `budget`, and its amount to all campaigns that spend from it."""
    data = msgspec.json.encode(budget).decode()
    editor.db.execute(
        "INSERT INTO edit (kind, platform, account, id, data) VALUES ('budget', ?, ?, ?, ?)",
        (CAST.platform, customer.id, budget.id, data),
    )
    for campaign in editor.campaigns(customer):
        if campaign.budget_id == budget.id and (campaign.daily, campaign.lifetime) != (budget.daily, budget.lifetime):
            editor.update(campaign, daily=budget.daily, lifetime=budget.lifetime)


def next_id(world: World, customer: AccountPlan) -> str:
    """The id of the next budget that is made."""
    begin = CAST.first_campaign + CAST.accounts.index(customer) * 100_000 + _MADE_HERE
    made = [int(identity) for identity in _written(world, customer) if int(identity) >= begin]
    return str(max(made, default=begin - 1) + 1)


def _written(world: World, customer: AccountPlan) -> Mapping[str, Budget]:
    rows = world.memory.read(
        "SELECT data FROM edit WHERE platform = ? AND kind = 'budget' AND account = ?", CAST.platform, customer.id
    )
    budgets = [msgspec.json.decode(str(data), type=Budget) for (data,) in rows]
    return {budget.id: budget for budget in budgets}


def _brought_along(members: Sequence[Campaign]) -> Budget:
    """The budget that was there from the beginning; the first of its campaigns gives its amount."""
    first, shared = members[0], len(members) > 1
    name = f"Shared budget {first.budget_id}" if shared else ""
    return Budget(first.budget_id, name, shared, first.daily, first.lifetime)
