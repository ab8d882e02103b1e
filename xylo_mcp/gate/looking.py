"""Looks before the gate leaps: what accounts commit to, and the case that follows from it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ..ads.accounts import Account
from ..ads.changes import Change, CreateCampaign, target
from ..ads.dates import local_day
from ..ads.errors import NotFound
from ..ads.standings import Look, Standing
from ..contract import AdReader
from ..directory import Directory
from ..guard import exposure
from ..guard.policy import Policy
from ..ledger import Store, Tx, observations, operations
from ..ledger.observations import Observed


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


def since(tx: Tx, change: Change) -> Since:
    """How things stand now, for a look that begins."""
    return Since(tx.now, operations.done_on(tx, change.account, target(change)))


def observed(account: Account, look: Look, began: datetime) -> Observed:
    """What an account commits to by a look that began then."""
    budgets = exposure.committed(look.running, local_day(began, account.time_zone))
    return Observed(account.id, account.platform, account.currency, began, budgets)


def _keep_all(tx: Tx, looked: Sequence[Observed]) -> None:
    for one in looked:
        observations.keep(tx, "gate", one)
