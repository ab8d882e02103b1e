"""The case that follows from a look: what a change comes on top of, with all that others hold and did since."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ..ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign, target
from ..ads.dates import local_day
from ..ads.money import Money
from ..ads.standings import Budget, Standing
from ..guard import exposure
from ..guard.case import Case, Halt, History, Scope
from ..guard.policy import Policy, RateUnusable
from ..ledger import Tx, halts, history, operations, policies, reservations
from .looking import Seen

_LAG = timedelta(minutes=2)
"""For so long after a change is done, a platform may go on to show what was before."""

Amounts = Mapping[str, Decimal | None]


class Asker(NamedTuple):
    """Who asks for a change, by which tool, and the digest of what is asked."""

    principal: str
    tool: str
    digest: str


def case(tx: Tx, policy: Policy, seen: Seen, change: Change, asker: Asker) -> Case:
    """The case as it is within a transaction: with all that is held and done by others since the look."""
    oldest = min([seen.since.began, *(one.looked_at for one in seen.others.values())])
    holds = reservations.held(tx, oldest - _LAG)
    past = history.past(tx, asker.principal, seen.account.id, target(change), asker.digest)
    today = local_day(tx.now, seen.account.time_zone)
    scopes, unusable = _scopes(policy, seen, change, holds, today)
    return Case(
        change=change,
        account=seen.account,
        before=seen.standing,
        policy=policy,
        now=tx.now,
        scopes=scopes,
        history=History(
            raised_from=_money(past.raised_from, seen.account.currency),
            last_change=past.last_change,
            writes_last_minute=past.writes_last_minute,
            created_last_day=past.created_last_day,
            identical_last_10_minutes=past.identical_last_ten_minutes,
        ),
        halts=[Halt(one.scope, one.level, one.reason) for one in halts.in_force(tx)],
        policy_in_force=policies.in_force(tx).digest == policy.digest,
        unusable=seen.unusable or unusable,
        by_halt=asker.tool == "halt",
    )


def _scopes(
    policy: Policy, seen: Seen, change: Change, holds: Sequence[reservations.Hold], today: date
) -> tuple[Sequence[Scope], str]:
    caps, account = policy.caps, seen.account
    before, after = potential(change, seen.standing, today)
    then_held = exposure.after(change, seen.standing, today)
    now = exposure.with_held(seen.running, _held_by(holds, account.id, seen.since.began))
    kept = {key: daily for key, daily in now.items() if key not in seen.own}
    then = exposure.with_held(kept, [exposure.Held(key, daily) for key, daily in then_held.items()])
    try:
        here = (_worth(policy, now, account.currency, today), _worth(policy, then, account.currency, today))
        rest = [
            (
                one.platform,
                _worth(
                    policy,
                    exposure.with_held(one.budgets, _held_by(holds, one.account, one.looked_at)),
                    one.currency,
                    today,
                ),
            )
            for one in seen.others.values()
        ]
        mine = (_worth(policy, before, account.currency, today), _worth(policy, after, account.currency, today))
    except RateUnusable as unusable:
        return (), str(unusable)
    near = exposure.total(amount for platform, amount in rest if platform == account.platform)
    far = exposure.total(amount for _, amount in rest)
    return (
        Scope("campaign", target(change), *mine, caps.campaign),
        Scope("account", account.id, *here, caps.for_account(account.id)),
        Scope("platform", account.platform, *_plus(here, near), caps.for_platform(account.platform)),
        Scope("total", "", *_plus(here, far), caps.total),
    ), ""


def _worth(policy: Policy, amounts: Amounts, currency: str, today: date) -> Decimal | None:
    amount = exposure.total(amounts.values())
    return None if amount is None else policy.in_currency(Money(amount, currency), today)


def potential(change: Change, standing: Standing | None, today: date) -> tuple[Amounts, Amounts]:
    """What the campaign commits to a day while it runs, before the change and after it, whether it runs or not.

    Where nobody looked, nothing bounds it.
    """
    if isinstance(change, CreateCampaign):
        budget = Budget("new", "campaign", change.daily_budget, change.lifetime_budget, change.starts, change.ends)
        return {}, {budget.id: exposure.per_day(budget, today)}
    if standing is None:
        return {"unseen": None}, {"unseen": None}
    running = msgspec.structs.replace(standing, campaign=msgspec.structs.replace(standing.campaign, status="active"))
    before = exposure.committed([running], today)
    if not isinstance(change, UpdateCampaign):
        return before, before
    return before, exposure.after(msgspec.structs.replace(change, status="active"), running, today)


def _held_by(holds: Iterable[reservations.Hold], account_id: str, looked_at: datetime) -> Sequence[exposure.Held]:
    """What is held of an account and a look that began then may not show yet."""
    return [
        exposure.Held(one.budget_id, one.daily)
        for one in holds
        if one.account == account_id and (one.settled_at is None or one.settled_at > looked_at - _LAG)
    ]


def _plus(here: tuple[Decimal | None, Decimal | None], rest: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
    now, then = here
    return exposure.total((now, rest)), exposure.total((then, rest))


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def is_overtaken(tx: Tx, change: Change, seen: Seen) -> bool:
    """Whether the campaign may be another by now, so that what was seen does not tell whether `change` is a raise."""
    if isinstance(change, CreateCampaign | PauseCampaign):
        return False
    return operations.done_on(tx, seen.account.id, target(change)) != seen.since.done


def refusal_may_be_stale(tx: Tx, seen: Seen) -> bool:
    """Whether something of the account was settled since the look, so that another look may find more room."""
    held = reservations.held(tx, seen.since.began)
    return any(hold.account == seen.account.id and hold.settled_at is not None for hold in held)
