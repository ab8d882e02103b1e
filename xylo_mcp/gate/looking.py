"""Looks before the gate leaps: what accounts commit to, and the case that follows from it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ..ads.accounts import Account
from ..ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign, target
from ..ads.dates import local_day
from ..ads.errors import NotFound
from ..ads.money import Money
from ..ads.standings import Budget, Look, Standing
from ..contract import AdReader
from ..directory import Directory
from ..guard import exposure
from ..guard.case import Case, Halt, History, Scope
from ..guard.policy import Policy, RateUnusable
from ..ledger import Store, Tx, halts, history, observations, operations, policies, reservations
from ..ledger.observations import Observed

_LAG = timedelta(minutes=2)
"""For so long after a change is done, a platform may go on to show what was before."""

Amounts = Mapping[str, Decimal | None]


class Asker(NamedTuple):
    """Who asks for a change, by which tool, and the digest of what is asked."""

    principal: str
    tool: str
    digest: str


class Since(NamedTuple):
    """How the ledger stood when looking began.

    Attributes:
        began: the store's time: what was settled later may be missing in the look.
        done: how many operations on the campaign were done by then; with more, it may be another than was seen.
    """

    began: datetime
    done: int


class Seen(msgspec.Struct, frozen=True):
    """Everything that was found before a change is judged.

    Attributes:
        standing: the campaign to be changed; None for a new one, or where nobody looked.
        running: what each running budget of the account commits to a day.
        own: those of these budgets that this campaign alone draws on.
        others: the last look at each other account that a cap counts.
        unusable: why commitments could not be worked out, empty if they could.
    """

    account: Account
    since: Since
    standing: Standing | None
    running: Mapping[str, Decimal | None]
    own: frozenset[str]
    others: Mapping[str, Observed]
    unusable: str = ""


class Looker:
    """Finds out what a change would come on top of."""

    def __init__(self, directory: Directory, store: Store, policy: Policy) -> None:
        self._directory, self._store, self._policy = directory, store, policy

    async def see(self, change: Change, since: Since, until: float) -> Seen:
        """A fresh look at the account, and looks at the others that a cap counts, not older than the policy allows.

        Raises:
            NotFound: the campaign does not exist.
            AdsError: the account cannot be read.
        """
        account, look = await self._look(change.account, target(change), until)
        if look.target is None and not isinstance(change, CreateCampaign):
            raise NotFound(
                f"campaign_id: {account.id} has no campaign {target(change)[:40]}.", "Take the id from list_campaigns."
            )
        others, unusable = await self._others(account, until)
        today = local_day(since.began, account.time_zone)
        elsewhere = [one for one in look.running if one.campaign.id != target(change)]
        shared = exposure.committed(elsewhere, today).keys()
        own = {one.id for one in (look.target.budgets if look.target else ())} - shared
        return Seen(
            account=account,
            since=since,
            standing=look.target,
            running=exposure.committed(look.running, today),
            own=frozenset(own),
            others=others,
            unusable=unusable,
        )

    async def recognise(self, change: Change, since: Since, until: float) -> Seen:
        """The account alone: what only stops spending need not wait for a look, nor fail with one.

        Raises:
            AdsError: the account is not reachable.
        """
        account = await self._directory.account(change.account, until)
        return Seen(account, since, standing=None, running={}, own=frozenset(), others={})

    async def _look(self, account_id: str, campaign_id: str, until: float) -> tuple[Account, Look]:
        async def look(account: Account, reader: AdReader) -> Look:
            return await reader.look(account, campaign_id)

        return (await self._directory.ask([account_id], look, until)).some().answered[0]

    async def _others(self, account: Account, until: float) -> tuple[Mapping[str, Observed], str]:
        """The other accounts that the platform's or the total cap counts; why not, where one cannot be read."""
        counted = await self._counted(account, until)
        if isinstance(counted, str):
            return {}, counted
        if not counted:
            return {}, ""
        now, seen = await self._store.read(lambda tx: (tx.now, observations.latest(tx, counted)))
        oldest = now - timedelta(minutes=self._policy.looks.max_age_minutes)
        fresh = {key: one for key, one in seen.items() if one.looked_at > oldest}
        missing = [key for key in counted if key not in fresh]
        if not missing:
            return fresh, ""

        async def look(one: Account, reader: AdReader) -> Observed:
            return observed(one, await reader.look(one), now)

        answers = await self._directory.ask(missing, look, until)
        looked = [observed for _, observed in answers.answered]
        await self._store.write(lambda tx: _keep_all(tx, looked))
        if answers.failures:
            failed = answers.failures[0]
            return fresh, f"{failed.subject} counts towards a cap and cannot be read ({failed.error.code})."
        return {**fresh, **{one.account: one for one in looked}}, ""

    async def _counted(self, account: Account, until: float) -> Sequence[str] | str:
        caps = self._policy.caps
        everywhere = caps.total is not None
        if not everywhere and caps.for_platform(account.platform) is None:
            return ()
        listed = await self._directory.accounts("" if everywhere else account.platform)
        if any(failure.subject in self._directory.platforms for failure in listed.failures):
            return "Not all accounts that a cap counts can be listed."
        ids = [one.id for one, _ in listed.answered if one.status == "active"]
        return [one for one in ids if one != account.id and self._policy.mode(one) is not None]

    def case(self, tx: Tx, seen: Seen, change: Change, asker: Asker) -> Case:
        """The case as it is within a transaction: with all that is held and done by others since the look."""
        oldest = min([seen.since.began, *(one.looked_at for one in seen.others.values())])
        holds = reservations.held(tx, oldest - _LAG)
        past = history.past(tx, asker.principal, seen.account.id, target(change), asker.digest)
        today = local_day(tx.now, seen.account.time_zone)
        scopes, unusable = self._scopes(seen, change, holds, today)
        return Case(
            change=change,
            account=seen.account,
            before=seen.standing,
            policy=self._policy,
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
            policy_in_force=policies.in_force(tx).digest == self._policy.digest,
            unusable=seen.unusable or unusable,
            by_halt=asker.tool == "halt",
        )

    def _scopes(
        self, seen: Seen, change: Change, holds: Sequence[reservations.Hold], today: date
    ) -> tuple[Sequence[Scope], str]:
        caps, account = self._policy.caps, seen.account
        before, after = potential(change, seen.standing, today)
        then_held = exposure.after(change, seen.standing, today)
        now = exposure.with_held(seen.running, _held_by(holds, account.id, seen.since.began))
        kept = {key: daily for key, daily in now.items() if key not in seen.own}
        then = exposure.with_held(kept, [exposure.Held(key, daily) for key, daily in then_held.items()])
        try:
            here = (self._worth(now, account.currency, today), self._worth(then, account.currency, today))
            rest = [
                (
                    one.platform,
                    self._worth(
                        exposure.with_held(one.budgets, _held_by(holds, one.account, one.looked_at)),
                        one.currency,
                        today,
                    ),
                )
                for one in seen.others.values()
            ]
            mine = (self._worth(before, account.currency, today), self._worth(after, account.currency, today))
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

    def _worth(self, amounts: Amounts, currency: str, today: date) -> Decimal | None:
        amount = exposure.total(amounts.values())
        return None if amount is None else self._policy.in_currency(Money(amount, currency), today)


def since(tx: Tx, change: Change) -> Since:
    """How things stand now, for a look that begins."""
    return Since(tx.now, operations.done_on(tx, change.account, target(change)))


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


def observed(account: Account, look: Look, began: datetime) -> Observed:
    """What an account commits to by a look that began then."""
    budgets = exposure.committed(look.running, local_day(began, account.time_zone))
    return Observed(account.id, account.platform, account.currency, began, budgets)


def _keep_all(tx: Tx, looked: Sequence[Observed]) -> None:
    for one in looked:
        observations.keep(tx, "gate", one)


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
