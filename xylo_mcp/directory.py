"""Which accounts there are, which platform answers for each, and how to ask many of them at once."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import anyio
import msgspec

from .ads.accounts import Account
from .ads.errors import AdsError, Invalid, Late, NotFound
from .at_once import at_once
from .contract import AdReader, Clock, PlatformSpec

_FRESH = timedelta(minutes=10)
_RECENT = timedelta(seconds=30)
_Answer = TypeVar("_Answer")


class Backend(msgspec.Struct, frozen=True):
    """One platform that is served: what it is, and how it is read."""

    spec: PlatformSpec
    reader: AdReader


class Failure(msgspec.Struct, frozen=True):
    """What did not answer (an account's id, or a platform's name), and why."""

    subject: str
    error: AdsError


class Answers(msgspec.Struct, Generic[_Answer], frozen=True):
    """What each account answered, in the order of asking, and who did not, likewise."""

    answered: Sequence[tuple[Account, _Answer]]
    failures: Sequence[Failure]

    def some(self) -> "Answers[_Answer]":
        """These answers, if there is anything to show.

        Raises:
            AdsError: the only one who was asked failed.
        """
        if not self.answered and len(self.failures) == 1:
            raise self.failures[0].error
        return self


class _Known(msgspec.Struct, frozen=True):
    accounts: Mapping[str, Account]
    unreadable: Mapping[str, AdsError]
    at: datetime


class Directory:
    """The accounts of all platforms that are served, remembered for ten minutes.

    A question may take `deadline` seconds in all; whoever has not answered by then has failed,
    and costs the others nothing.
    """

    def __init__(
        self,
        backends: Mapping[str, Backend],
        clock: Clock,
        deadline: float,
        not_served: Sequence[PlatformSpec] = (),
    ) -> None:
        self._backends = backends
        self._clock = clock
        self._deadline = deadline
        self._not_served = not_served
        self._known: dict[str, _Known] = {}
        self._listing = {name: anyio.Lock() for name in backends}

    @property
    def platforms(self) -> Sequence[str]:
        """The names of the platforms that are served."""
        return tuple(self._backends)

    @property
    def specs(self) -> Sequence[PlatformSpec]:
        """What these platforms are like."""
        return tuple(backend.spec for backend in self._backends.values())

    def spec(self, account: Account) -> PlatformSpec:
        """What the platform of `account` is like."""
        return self._backends[account.platform].spec

    async def account(self, account_id: str, until: float | None = None) -> Account:
        """The account with this id.

        Raises:
            Invalid: the id has no platform's form.
            NotFound: it is not reachable.
        """
        return (await self.ask([account_id], _nothing, until)).some().answered[0][0]

    async def accounts(self, platform: str = "") -> Answers[None]:
        """Every account, just listed, all platforms asked at once; `platform` restricts to one.

        Raises:
            Invalid: there is no such platform here.
        """
        return await self._ask(self._everyone(platform), _nothing, self.until(), youngest=_RECENT)

    async def ask(
        self,
        ids: Sequence[str],
        question: Callable[[Account, AdReader], Awaitable[_Answer]],
        until: float | None = None,
        *,
        platform: str = "",
    ) -> Answers[_Answer]:
        """Put `question` to the accounts with these ids, or to all where `ids` is empty, all at once.

        Who has not answered `until` then (on the event loop's clock) has failed. `platform` restricts to one: nobody
        else is asked for anything.

        Raises:
            Invalid: an id has no platform's form, or there is no such platform here.
        """
        everyone = self._everyone(platform)
        named: dict[str, list[str]] = {}
        for account_id in dict.fromkeys(ids):
            named.setdefault(self._owner(account_id), []).append(account_id)
        wanted = {name: named[name] for name in named if name in everyone} if named else everyone
        answers = await self._ask(wanted, question, until or self.until(), youngest=_FRESH)
        order = {account_id: place for place, account_id in enumerate(dict.fromkeys(ids))}
        return Answers(
            sorted(answers.answered, key=lambda part: order.get(part[0].id, 0)),
            sorted(answers.failures, key=lambda failure: order.get(failure.subject, 0)),
        )

    def _everyone(self, platform: str) -> Mapping[str, Sequence[str]]:
        """All accounts, of one platform where it is named.

        Raises:
            Invalid: there is no such platform here.
        """
        if platform and platform not in self._backends:
            raise Invalid(
                f"platform: {platform[:40]!a} is not served here; {', '.join(self._backends)} are.",
                "Use one of these, or leave it out for all.",
            )
        return dict.fromkeys([platform] if platform else self._backends, ())

    def until(self) -> float:
        """Until when a question that begins now may take, on the event loop's clock."""
        return anyio.current_time() + self._deadline

    async def _ask(
        self,
        wanted: Mapping[str, Sequence[str]],
        question: Callable[[Account, AdReader], Awaitable[_Answer]],
        until: float,
        *,
        youngest: timedelta,
    ) -> Answers[_Answer]:
        outcomes: dict[str, dict[str, tuple[Account, _Answer] | AdsError]] = {name: {} for name in wanted}

        async def ask(account: Account) -> None:
            answer = await self._in_time(until, account.platform, question(account, self._reader(account)))
            outcomes[account.platform][account.id] = answer if isinstance(answer, AdsError) else (account, answer)

        async def ask_platform(name: str) -> None:
            listed = await self._in_time(until, name, self._select(name, wanted[name], youngest))
            if isinstance(listed, AdsError):
                outcomes[name] = dict.fromkeys(wanted[name] or [name], listed)
                return
            # Everyone's place is taken before anyone is asked, so that the order is not that of answering.
            outcomes[name] = {key: one for key, one in listed.items() if isinstance(one, AdsError)}
            await at_once(ask, (one for one in listed.values() if isinstance(one, Account)))
            outcomes[name] = {key: outcomes[name][key] for key in listed}

        await at_once(ask_platform, wanted)
        everyone = [(key, outcome) for name in wanted for key, outcome in outcomes[name].items()]
        return Answers(
            [outcome for _, outcome in everyone if not isinstance(outcome, AdsError)],
            [Failure(key, outcome) for key, outcome in everyone if isinstance(outcome, AdsError)],
        )

    async def _select(self, name: str, ids: Sequence[str], youngest: timedelta) -> Mapping[str, Account | AdsError]:
        """The accounts of a platform with these ids (all, where empty), or why they are not to be had."""
        known = await self._list(name, youngest)
        if any(account_id not in known.accounts for account_id in ids):
            try:
                known = await self._list(name, _RECENT)
            except AdsError as error:  # what is known stays good
                return {key: known.accounts.get(key, error) for key in ids}
        return {
            key: known.accounts.get(key) or known.unreadable.get(key) or _unknown(key)
            for key in ids or (*known.accounts, *known.unreadable)
        }

    async def _list(self, name: str, youngest: timedelta) -> _Known:
        """What is known of the accounts of a platform, listed again if that is older than `youngest`."""
        async with self._listing[name]:
            known = self._known.get(name)
            if known is None or known.at <= self._clock() - youngest:
                roster = await self._backends[name].reader.accounts()
                known = _Known(
                    {account.id: account for account in roster.accounts},
                    {one.id: one.error for one in roster.unreadable},
                    self._clock(),
                )
                self._known[name] = known
            return known

    def _reader(self, account: Account) -> AdReader:
        return self._backends[account.platform].reader

    def _owner(self, account_id: str) -> str:
        for name, backend in self._backends.items():
            if re.fullmatch(backend.spec.account_id, account_id, re.ASCII):
                return name
        for spec in self._not_served:
            if re.fullmatch(spec.account_id, account_id, re.ASCII):
                raise Invalid(
                    f"accounts: {account_id} is of {spec.title}, which is not served here.",
                    "Leave it out, or have the operator give credentials for it.",
                )
        forms = ", ".join(backend.spec.account_example for backend in self._backends.values())
        raise Invalid(
            f"accounts: {account_id[:60]!a} is not an account id. Ids look like {forms}.",
            "Call list_accounts and copy an id from there.",
        )

    async def _in_time(self, until: float, platform: str, work: Awaitable[_Answer]) -> _Answer | AdsError:
        with anyio.CancelScope(deadline=until):
            try:
                return await work
            except AdsError as error:
                return error
        return Late(
            f"No answer within {self._deadline:g} seconds.",
            "Ask again; if it stays so, ask for fewer accounts or a shorter time.",
            platform=platform,
        )


async def _nothing(account: Account, reader: AdReader) -> None:
    """No question: whether the account is there is all that matters."""


def _unknown(account_id: str) -> NotFound:
    return NotFound(
        f"accounts: {account_id} is not reachable with these credentials.",
        "Call list_accounts for the ids that are.",
    )
