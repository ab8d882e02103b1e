"""Which accounts there are, which platform answers for each, and how to ask many of them at once."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import anyio
import msgspec

from .ads.accounts import Account
from .ads.errors import AdsError, Invalid, Late, NotFound
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
    """What each account answered, in the order of asking, and who did not."""

    answered: Sequence[tuple[Account, _Answer]]
    failures: Sequence[Failure]


class _Known(msgspec.Struct, frozen=True):
    accounts: Sequence[Account]
    at: datetime


class Directory:
    """The accounts of all platforms that are served, remembered for ten minutes.

    A question may take `deadline` seconds in all; whoever has not answered by then has failed,
    and costs the others nothing.
    """

    def __init__(self, backends: Mapping[str, Backend], clock: Clock, deadline: float) -> None:
        self._backends = backends
        self._clock = clock
        self._deadline = deadline
        self._known: dict[str, _Known] = {}
        self._listing = {name: anyio.Lock() for name in backends}

    @property
    def platforms(self) -> Sequence[str]:
        """The names of the platforms that are served."""
        return tuple(self._backends)

    def spec(self, account: Account) -> PlatformSpec:
        """What the platform of `account` is like."""
        return self._backends[account.platform].spec

    async def accounts(self, platform: str = "") -> Answers[None]:
        """Every account, freshly listed, all platforms asked at once; `platform` restricts to one.

        Raises:
            Invalid: there is no such platform here.
        """
        if platform and platform not in self._backends:
            raise Invalid(
                f"platform: {platform[:40]!a} is not served here; {', '.join(self._backends)} are.",
                "Use one of these, or leave it out for all.",
            )
        for name in [platform] if platform else self._backends:
            self._forget(name, unless_younger_than=_RECENT)
        return await self._ask(dict.fromkeys([platform] if platform else self._backends, ()), _nothing)

    async def ask(
        self, ids: Sequence[str], question: Callable[[Account, AdReader], Awaitable[_Answer]]
    ) -> Answers[_Answer]:
        """Put `question` to the accounts with these ids, or to all where `ids` is empty, all at once.

        Raises:
            Invalid: an id has no platform's form.
            AdsError: only one account was asked for, and it failed.
        """
        wanted: dict[str, list[str]] = {}
        for account_id in dict.fromkeys(ids):
            wanted.setdefault(self._owner(account_id), []).append(account_id)
        answers = await self._ask(wanted or dict.fromkeys(self._backends, ()), question)
        if not answers.answered and len(answers.failures) == 1:
            raise answers.failures[0].error
        order = {account_id: place for place, account_id in enumerate(dict.fromkeys(ids))}
        if ids:
            answered = sorted(answers.answered, key=lambda part: order[part[0].id])
            return Answers(answered, answers.failures)
        return answers

    async def _ask(
        self, wanted: Mapping[str, Sequence[str]], question: Callable[[Account, AdReader], Awaitable[_Answer]]
    ) -> Answers[_Answer]:
        until = anyio.current_time() + self._deadline
        accounts: dict[str, Sequence[Account]] = dict.fromkeys(wanted, ())
        answers: dict[str, _Answer] = {}
        failures: list[Failure] = []

        async def ask(account: Account) -> None:
            answer = await self._in_time(until, account.platform, question(account, self._reader(account)))
            if isinstance(answer, AdsError):
                failures.append(Failure(account.id, answer))
            else:
                answers[account.id] = answer

        async def ask_platform(name: str) -> None:
            listed = await self._in_time(until, name, self._select(name, wanted[name]))
            if isinstance(listed, AdsError):
                failures.extend(Failure(subject, listed) for subject in wanted[name] or [name])
                return
            accounts[name], missing = listed
            failures.extend(Failure(account_id, _unknown(account_id)) for account_id in missing)
            async with anyio.create_task_group() as group:
                for account in accounts[name]:
                    group.start_soon(ask, account)

        async with anyio.create_task_group() as group:
            for name in wanted:
                group.start_soon(ask_platform, name)
        found = [account for name in wanted for account in accounts[name]]
        return Answers([(account, answers[account.id]) for account in found if account.id in answers], failures)

    async def _select(self, name: str, ids: Sequence[str]) -> tuple[Sequence[Account], Sequence[str]]:
        """The accounts of a platform with these ids (all, where empty), and the ids it does not have."""
        accounts = {account.id: account for account in await self._list(name)}
        if any(account_id not in accounts for account_id in ids):
            self._forget(name, unless_younger_than=_RECENT)
            accounts = {account.id: account for account in await self._list(name)}
        wanted = ids or accounts
        return [accounts[key] for key in wanted if key in accounts], [key for key in wanted if key not in accounts]

    async def _list(self, name: str) -> Sequence[Account]:
        async with self._listing[name]:
            known = self._known.get(name)
            if known is None or known.at <= self._clock() - _FRESH:
                known = _Known(await self._backends[name].reader.accounts(), self._clock())
                self._known[name] = known
            return known.accounts

    def _forget(self, name: str, *, unless_younger_than: timedelta) -> None:
        known = self._known.get(name)
        if known is not None and known.at <= self._clock() - unless_younger_than:
            del self._known[name]

    def _reader(self, account: Account) -> AdReader:
        return self._backends[account.platform].reader

    def _owner(self, account_id: str) -> str:
        for name, backend in self._backends.items():
            if re.fullmatch(backend.spec.account_id, account_id, re.ASCII):
                return name
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
