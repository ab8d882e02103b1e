"""get_guardrails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from typing_extensions import TypedDict

from ..ads.accounts import Account
from ..ads.dates import local_day
from ..ads.money import Money, shown
from ..app import Caller
from ..directory import Failure
from ..guard import exposure
from .allowances import allowed
from .catalog import Answer, Arguments
from .tables import FailureShown, Number, failure_lines, failures_shown, number

if TYPE_CHECKING:
    from ..guard.policy import Policy


class GetGuardrails(Arguments):
    """What get_guardrails takes."""

    accounts: Annotated[
        Sequence[Annotated[str, Field(max_length=60)]],
        Field(max_length=50, description="ids whose commitments to show; default: none"),
    ] = ()


class Committed(TypedDict):
    """What an account commits to a day, in the policy's currency; null: without bound, or not known."""

    account: str
    mode: str
    committed: float | None
    cap: float | None
    left: float | None


class Guardrails(TypedDict):
    """What get_guardrails gives."""

    mode: str
    read_only: bool
    policy: str
    in_force: bool
    currency: str
    rules: list[str]
    halts: list[str]
    open_operations: int
    accounts: list[Committed]
    failures: list[FailureShown]


async def get_guardrails(asked: GetGuardrails, caller: Caller) -> Answer:
    """Tell what the operator allows: caps, limits, halts; for given accounts what is committed a day and left."""
    app = caller.app
    guarded = await app.guarded.get()
    policy = guarded.policy
    in_force = await guarded.gate.in_force()
    shown_accounts: list[Committed] = []
    failures: Sequence[Failure] = ()
    if asked.accounts:
        answers = await app.directory.ask(asked.accounts, lambda account, reader: reader.look(account), caller.until)
        failures = answers.failures
        for account, look in answers.answered:
            today = local_day(in_force.now, account.time_zone)
            daily = exposure.total(exposure.committed(look.running, today).values())
            shown_accounts.append(_committed(allowed(app, policy, account), policy, account, daily, today))
    content: Guardrails = {
        "mode": app.mode,
        "read_only": app.read_only,
        "policy": policy.digest[:12],
        "in_force": in_force.policy == policy.digest,
        "currency": policy.currency,
        "rules": list(_rules(policy)),
        "halts": list(in_force.halts),
        "open_operations": in_force.open_operations,
        "accounts": shown_accounts,
        "failures": failures_shown(failures),
    }
    return Answer("\n".join([*_lines(content), *failure_lines(failures)]), content)


def _committed(mode: str, policy: Policy, account: Account, daily: Decimal | None, today: date) -> Committed:
    worth = None if daily is None else policy.worth(Money(daily, account.currency), today)
    cap = policy.caps.for_account(account.id)
    left = None if cap is None or worth is None else max(cap - worth, Decimal(0))
    return {
        "account": account.id,
        "mode": mode,
        "committed": _number(worth, policy.currency),
        "cap": _number(cap, policy.currency),
        "left": _number(left, policy.currency),
    }


def _rules(policy: Policy) -> Iterator[str]:
    """What each table of the policy restricts, a line each, as it stands there."""
    said = policy.model_dump(mode="json", exclude_none=True, exclude={"version", "currency", "accounts", "rates"})
    for table, values in said.items():
        told = " ".join(f"{key}={_plain(value)}" for key, value in values.items() if value not in ({}, [], ""))
        if told:
            yield f"{table}: {told}"
    if policy.rates is not None:
        yield f"rates: as_of={policy.rates.as_of} max_age_days={policy.rates.max_age_days}"


def _plain(value: object) -> str:
    return str(value).replace("'", "").replace(", ", ",").strip("[]")


def _lines(content: Guardrails) -> Iterator[str]:
    state = "in force" if content["in_force"] else "NOT in force: raises are refused"
    reads = ", read-only" if content["read_only"] else ""
    yield f"{content['mode']}{reads}: policy {content['policy']} ({state}), amounts in {content['currency']} per day"
    yield from content["rules"]
    yield f"halts: {'; '.join(content['halts']) or 'none'}; operations not settled: {content['open_operations']}"
    for one in content["accounts"]:
        yield (
            f"{one['account']} {one['mode']}: committed {_told(one['committed'])}, cap {_told(one['cap'])},"
            f" left {_told(one['left'])}"
        )


def _told(amount: Number | None) -> str:
    return "-" if amount is None else str(amount)


def _number(amount: Decimal | None, currency: str) -> Number | None:
    return None if amount is None else number(shown(amount, currency))
