"""What Google takes for a name, a day and a budget; anything else is refused before it is sent."""

import re
from datetime import date
from typing import Literal

from ...ads.campaigns import Campaign
from ...ads.errors import Invalid, Unsupported
from ...ads.standings import Budget, Standing
from . import gaql
from .campaigns import NO_END
from .errors import PLATFORM

# An own budget's name follows the campaign's, and is 255 bytes at most (Google Ads API reference, v26,
# `CampaignBudget.name`). For the campaign's own name no length is documented.
_LONGEST_NAME = 255
_OWN_BUDGET = re.compile(r"budget/([0-9]+)")


def name(text: str) -> None:
    """Refuse a campaign's or audience's name that Google would refuse or alter, or that could not be searched for.

    Google forbids NUL, line feed and carriage return (v26, `Campaign.name`), takes spaces off both ends
    (inferred from "trimmed" in `CampaignBudget.name`), and its queries hold no control character at all. Of an
    audience's name only that it is unique is documented (v26, `UserList.name`); the same is taken to hold (inferred).
    """
    if not text.strip() or text != text.strip():
        raise _no_name("is empty, or begins or ends with a space", "Give it letters, without spaces around them.")
    if not gaql.quotable(text):
        raise _no_name("holds a line break or another control character", "Leave that out.")
    if len(text.encode()) > _LONGEST_NAME:
        raise _no_name(f"is longer than {_LONGEST_NAME} bytes of UTF-8", "Shorten it.")


def days(starts: date | None, ends: date | None, today: date, present: Campaign | None = None) -> None:
    """Refuse days that are over, out of order, or no longer to be changed; `present` already has its own.

    Google Ads API reference, v26, `CampaignError` and `DateRangeError` (October 2026).
    """
    begun, ending = (present.starts, present.ends) if present else (None, None)
    if starts and starts != begun:
        if begun and begun <= today:
            raise _no_day("The campaign has begun, so its first day stays.", "Leave starts out.")
        if starts < today:
            raise _no_day("The first day is over.", f"Begin on {today} or later.")
    if ends and ends != ending and not today <= ends < NO_END:
        raise _no_day("The last day is over, or too far away.", f"End on {today} or later, before {NO_END}.")
    first, last = starts or begun, ends or ending
    if (starts or ends) and first and last and last < first:
        raise _no_day("The campaign would end before it begins.", "Put the last day after the first.")


def amount_of(standing: Standing, kind: Literal["daily", "lifetime"]) -> None:
    """Refuse to give a campaign's budget an amount of another kind than it has: Google fixes that at creation.

    Raises:
        Unsupported: it has another kind of amount, none that can be told, or no budget of its own.
    """
    own_budget(standing)
    (budget,) = standing.budgets
    if (budget.daily if kind == "daily" else budget.lifetime) is None:
        has = "lifetime" if budget.lifetime else "daily" if budget.daily else ""
        raise Unsupported(
            f"The campaign's budget is a {has} one, which Google Ads never turns into another."
            if has
            else "Google does not tell the amount of this campaign's budget.",
            f"Change {has}_budget, or create another campaign." if has else "Change it in Google Ads.",
            platform=PLATFORM,
        )


def own_budget(standing: Standing) -> str:
    """The id of the budget that is the campaign's alone.

    Raises:
        Unsupported: it has none of its own.
    """
    budget: Budget | None = standing.budgets[0] if len(standing.budgets) == 1 else None
    if budget and budget.seat == "shared":
        raise Unsupported(
            "The campaign draws on a shared budget, which other campaigns may spend from too.",
            "Change it under Shared budgets in Google Ads.",
            platform=PLATFORM,
        )
    match = _OWN_BUDGET.fullmatch(budget.id) if budget and budget.seat == "campaign" else None
    if match is None:
        raise Unsupported(
            "Google names no budget that is this campaign's own.", "Change it in Google Ads.", platform=PLATFORM
        )
    return match[1]


def _no_name(what: str, fix: str) -> Invalid:
    return Invalid(f"The name {what}.", fix, platform=PLATFORM)


def _no_day(message: str, fix: str) -> Invalid:
    return Invalid(message, fix, platform=PLATFORM)
