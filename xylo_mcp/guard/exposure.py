"""What campaigns commit to: the most that their budgets mean for a day. It is not what they spend."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal, localcontext
from typing import TypeAlias

import msgspec

from ..ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from ..ads.money import decimals
from ..ads.standings import Budget, Standing

Amount: TypeAlias = Decimal | None
"""In the account's currency, for a day; None: without bound."""

_BOUNDLESS = Decimal("Infinity")
_PRECISION = 60


class Held(msgspec.Struct, frozen=True):
    """What a budget may commit to, for all we know: it was asked for, and is not seen yet."""

    budget_id: str
    daily: Amount


def per_day(budget: Budget, today: date) -> Amount:
    """What `budget` commits to a day.

    A lifetime budget is spread over the days that are left of it, today included, rounded up to the currency's
    decimals. Where its end is not known, or has passed while it is still there, all of it may go in one day.
    """
    if budget.daily is not None:
        return budget.daily.amount
    if budget.lifetime is None:
        return None
    begins = max(today, budget.starts or today)
    days = 1 if budget.ends is None else max((budget.ends - begins).days + 1, 1)
    step = Decimal(1).scaleb(-decimals(budget.lifetime.currency))
    with localcontext(prec=_PRECISION, rounding=ROUND_CEILING):
        return (budget.lifetime.amount / days).quantize(step)


def committed(standings: Iterable[Standing], today: date) -> Mapping[str, Amount]:
    """What each budget of these campaigns commits to, by its id. A shared one counts once, at its largest."""
    return with_held({}, (Held(one.id, per_day(one, today)) for standing in standings for one in standing.budgets))


def before(standing: Standing | None, today: date) -> Mapping[str, Amount]:
    """What a campaign commits to as it stands; nothing while it is off or over."""
    return {} if standing is None or not _runs(standing, today) else committed([standing], today)


def after(change: Change, standing: Standing | None, today: date) -> Mapping[str, Amount]:
    """What the campaign alone commits to once `change` is done; a new one is paused and commits nothing."""
    if standing is None or isinstance(change, CreateCampaign | PauseCampaign):
        return {}
    return before(changed(change, standing), today)


def changed(change: UpdateCampaign, standing: Standing) -> Standing:
    """`standing` as it will be; a budget for a campaign that has none of its own comes on top of what it draws on."""
    campaign = standing.campaign
    campaign = msgspec.structs.replace(
        campaign,
        status=change.status or campaign.status,
        starts=change.starts or campaign.starts,
        ends=change.ends or campaign.ends,
    )
    budgets = [_rebudgeted(budget, change) for budget in standing.budgets]
    daily, lifetime = change.daily_budget, change.lifetime_budget
    if (daily or lifetime) and all(budget.seat != "campaign" for budget in budgets):
        budgets.append(Budget(f"new:{campaign.id}", "campaign", daily, lifetime, campaign.starts, campaign.ends))
    return Standing(campaign, budgets)


def with_held(seen: Mapping[str, Amount], held: Iterable[Held]) -> Mapping[str, Amount]:
    """`seen`, and for each budget what is held if that is more. Held amounts are absolute, so nothing counts twice."""
    together = dict(seen)
    for one in held:
        together[one.budget_id] = larger(together.get(one.budget_id, Decimal(0)), one.daily)
    return together


def total(amounts: Iterable[Amount]) -> Amount:
    """The sum; with one part that has no bound it has none."""
    parts = list(amounts)
    return None if None in parts else sum((part for part in parts if part is not None), Decimal(0))


def larger(one: Amount, other: Amount) -> Amount:
    """The larger of the two."""
    return None if one is None or other is None else max(one, other)


def raises(change: Change, standing: Standing | None, today: date) -> bool:
    """Whether more may be spent after `change` than before, on any budget or for longer."""
    if isinstance(change, CreateCampaign | PauseCampaign):
        return False
    if standing is None:
        return True
    now, then = before(standing, today), after(change, standing, today)
    if any(_bound(daily) > _bound(now.get(key, Decimal(0))) for key, daily in then.items()):
        return True
    is_on = change.status == "active" or (standing.campaign.status == "active" and change.status is None)
    return is_on and (
        _longer(change, standing) or _more_in_all(change, standing) or standing.campaign.status != "active"
    )


def _longer(change: UpdateCampaign, standing: Standing) -> bool:
    starts, ends = standing.campaign.starts, standing.campaign.ends
    later_end = change.ends is not None and ends is not None and change.ends > ends
    return later_end or (change.starts is not None and starts is not None and change.starts < starts)


def _more_in_all(change: UpdateCampaign, standing: Standing) -> bool:
    wanted, has = change.lifetime_budget, standing.campaign.lifetime_budget
    return wanted is not None and (has is None or wanted.amount > has.amount)


def _bound(amount: Amount) -> Decimal:
    return _BOUNDLESS if amount is None else amount


def _runs(standing: Standing, today: date) -> bool:
    campaign = standing.campaign
    return campaign.status == "active" and (campaign.ends is None or campaign.ends >= today)


def _rebudgeted(budget: Budget, change: UpdateCampaign) -> Budget:
    if budget.seat != "campaign":
        return budget
    daily, lifetime = change.daily_budget, change.lifetime_budget
    if daily is None and lifetime is None:
        daily, lifetime = budget.daily, budget.lifetime
    return msgspec.structs.replace(
        budget, daily=daily, lifetime=lifetime, starts=change.starts or budget.starts, ends=change.ends or budget.ends
    )


def budgets_known(standing: Standing | None) -> bool:
    """Whether there is a budget at all that could be counted."""
    return standing is not None and bool(standing.budgets)
