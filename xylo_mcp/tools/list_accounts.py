"""list_accounts."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from ..ads.text import clean, quoted
from ..app import Caller
from ..directory import Answers
from .allowances import allowed
from .catalog import Answer, Arguments
from .tables import FailureShown, Number, counted, failure_lines, failures_shown, heading, number, row

_COLUMNS: tuple[Literal["currency", "time_zone", "status", "mode", "cap"], ...] = (
    "currency",
    "time_zone",
    "status",
    "mode",
    "cap",
)


class ListAccounts(Arguments):
    """What list_accounts takes."""

    platform: Annotated[str, Field(max_length=40, description="default: all")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 100
    cursor: Annotated[str, Field(max_length=40, description="next_cursor of the answer before")] = ""


class AccountShown(TypedDict):
    """One account; `cap` is what all that runs in it may commit to a day, null where the policy sets none."""

    id: str
    platform: str
    name: str
    currency: str
    time_zone: str
    status: str
    mode: str
    cap: float | None


class Accounts(TypedDict):
    """What list_accounts gives."""

    mode: str
    cap_currency: str
    accounts: list[AccountShown]
    failures: list[FailureShown]
    complete: bool
    next_cursor: str | None


async def list_accounts(asked: ListAccounts, caller: Caller) -> Answer:
    """List the ad accounts of all platforms: id, name, currency, time zone, status, mode, cap a day.
    Other tools take these ids as `accounts`.
    """
    app = caller.app
    question = f"{caller.who}/list_accounts/{asked.platform}"
    if asked.cursor:
        answers = app.account_cursors.find(asked.cursor, question)
    else:
        answers = await app.directory.accounts(asked.platform)
    policy = (await app.rules.get()).policy
    now = [account for account, _ in answers.answered[: asked.limit]]
    later, failures = answers.answered[asked.limit :], answers.failures
    cursor = app.account_cursors.keep(Answers(later, failures), question) if later else None
    shown_accounts: list[AccountShown] = [
        {
            "id": account.id,
            "platform": account.platform,
            "name": clean(account.name),
            "currency": account.currency,
            "time_zone": account.time_zone,
            "status": account.status,
            "mode": allowed(app, policy, account),
            "cap": _number(policy.caps.for_account(account.id)),
        }
        for account in now
    ]
    content: Accounts = {
        "mode": app.mode,
        "cap_currency": policy.currency,
        "accounts": shown_accounts,
        "failures": failures_shown(failures),
        "complete": not failures and not cursor,
        "next_cursor": cursor,
    }
    lines = [
        row((one["id"], quoted(account.name), *(one[column] for column in _COLUMNS)))
        for one, account in zip(shown_accounts, now, strict=True)
    ]
    first = heading(app.mode, counted(len(now), "account"), cursor, failures)
    columns = f"id name {' '.join(_COLUMNS)} ({policy.currency} a day)"
    text = "\n".join([first, columns, *lines, *failure_lines(failures)])
    return Answer(text, content)


def _number(amount: Decimal | None) -> Number | None:
    return None if amount is None else number(amount)
