"""list_accounts."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from ..ads.text import clean, quoted
from ..app import Caller
from ..directory import Answers
from .catalog import Answer, Arguments
from .tables import FailureShown, counted, failure_lines, failures_shown, heading, row


class ListAccounts(Arguments):
    """What list_accounts takes."""

    platform: Annotated[str, Field(max_length=40, description="default: all")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 100
    cursor: Annotated[str, Field(max_length=40, description="next_cursor of the answer before")] = ""


class AccountShown(TypedDict):
    """One account."""

    id: str
    platform: str
    name: str
    currency: str
    time_zone: str
    status: str


class Accounts(TypedDict):
    """What list_accounts gives."""

    mode: str
    accounts: list[AccountShown]
    failures: list[FailureShown]
    complete: bool
    next_cursor: str | None


async def list_accounts(asked: ListAccounts, caller: Caller) -> Answer:
    """List the ad accounts of all platforms: id, name, currency, time zone, status.
    Other tools take these ids as `accounts`.
    """
    app = caller.app
    question = f"{caller.who}/list_accounts/{asked.platform}"
    if asked.cursor:
        answers = app.account_cursors.find(asked.cursor, question)
    else:
        answers = await app.directory.accounts(asked.platform)
    now = [account for account, _ in answers.answered[: asked.limit]]
    later, failures = answers.answered[asked.limit :], answers.failures
    cursor = app.account_cursors.keep(Answers(later, failures), question) if later else None
    content: Accounts = {
        "mode": app.mode,
        "accounts": [
            {
                "id": account.id,
                "platform": account.platform,
                "name": clean(account.name),
                "currency": account.currency,
                "time_zone": account.time_zone,
                "status": account.status,
            }
            for account in now
        ],
        "failures": failures_shown(failures),
        "complete": not failures and not cursor,
        "next_cursor": cursor,
    }
    lines = [
        row((account.id, quoted(account.name), account.currency, account.time_zone, account.status)) for account in now
    ]
    first = heading(app.mode, counted(len(now), "account"), cursor, failures)
    text = "\n".join([first, "id name currency time_zone status", *lines, *failure_lines(failures)])
    return Answer(text, content)
