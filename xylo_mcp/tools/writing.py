"""What the tools that change something have in common: amounts in, outcomes out."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, NotRequired

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

from ..ads.accounts import Account
from ..ads.campaigns import Campaign
from ..ads.changes import Change, CreateCampaign, PauseCampaign, target
from ..ads.errors import Invalid, Limit
from ..ads.money import Money, decimals, shown
from ..ads.text import clean, quoted
from ..app import Caller
from ..gate.outcomes import Outcome, Wish
from .failures import LimitShown, limits_shown
from .tables import Number, number

_DAYS_A_MONTH = Decimal("30.4")
_LONGEST = 200


def _spendable(amount: float) -> float:
    if amount <= 0:
        raise ValueError("must be more than 0; to stop spending, use pause_campaign")
    return amount


AccountId = Annotated[str, Field(max_length=60, description="id from list_accounts")]
CampaignId = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
Budget = Annotated[
    float, Field(le=1e12, allow_inf_nan=False, description="in the account's currency"), AfterValidator(_spendable)
]
Key = Annotated[str, Field(max_length=100, pattern=r"^[!-~]*$", description="repeats with one key are done once")]
DryRun = Annotated[bool, Field(description="only say what would happen")]
Name = Annotated[str, Field(max_length=_LONGEST)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="YYYY-MM-DD, account's time zone")]


class CampaignStored(TypedDict):
    """A campaign as its platform stored it; the name is third-party text, money in the account's currency."""

    name: str
    status: str
    delivery: str
    daily_budget: float | None
    lifetime_budget: float | None
    starts: str | None
    ends: str | None


class Written(TypedDict):
    """What became of a change. Money per day is what the campaign commits to while it runs; null: without bound,
    or not looked at, as for a pause.
    """

    mode: str
    state: str
    operation_id: str
    account: str
    campaign_id: str
    currency: str
    daily_before: float | None
    daily_after: float | None
    monthly_after: float | None
    replayed: str
    stored: CampaignStored | None
    differs: list[str]
    limits: list[LimitShown]
    note: str
    error: NotRequired[str]
    enabling: NotRequired[str]


async def wish(change: Change, caller: Caller, tool: str, *, key: str, dry_run: bool, enable: bool = False) -> Outcome:
    """What becomes of `change`."""
    app = caller.app
    until = caller.until or app.directory.until()
    guarded = await app.guarded.get()
    return await guarded.gate.submit(Wish(change, caller.who, tool, until, key, dry_run, caller.person, enable))


def money(field: str, amount: float | None, account: Account) -> Money | None:
    """`amount` as money of the account.

    Raises:
        Invalid: it has more decimals than the currency.
    """
    if amount is None:
        return None
    exact = Decimal(repr(amount))
    places = decimals(account.currency)
    if exact != round(exact, places):
        raise Invalid(
            f"{field}: {account.currency} has {places} decimals, not as many as {amount!r}.",
            "Give an amount of money as it is paid.",
        )
    return Money(exact.quantize(Decimal(1).scaleb(-places)), account.currency)


def name(text: str) -> str:
    """`text` in composed form (NFC), if it is a name that shows what it is.

    Raises:
        Invalid: it has invisible or control characters, or is blank at its ends.
    """
    composed = unicodedata.normalize("NFC", text)
    if composed != clean(composed) or not composed.strip():
        raise Invalid(
            f"name: {text[:60]!a} is empty, has blanks at its ends, or characters that do not show or are markup.",
            "Use visible characters on one line.",
        )
    return composed


def day(field: str, text: str) -> date | None:
    """The day that `text` spells, None where it is empty.

    Raises:
        Invalid: there is no such day.
    """
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{field}: {text} is no day of the calendar.", "Write it as YYYY-MM-DD.") from None


def one_budget(daily: float | None, lifetime: float | None) -> None:
    """Refuse two budgets at once.

    Raises:
        Invalid: both are given.
    """
    if daily is not None and lifetime is not None:
        raise Invalid("daily_budget and lifetime_budget exclude each other.", "Give one of them.")


def written(outcome: Outcome, mode: str) -> Written:
    """`outcome` as data."""
    operation, currency = outcome.operation, outcome.account.currency
    stored = operation.stored if operation else None
    content: Written = {
        "mode": mode,
        "state": _state(outcome),
        "operation_id": operation.id if operation else "",
        "account": outcome.account.id,
        "campaign_id": operation.campaign_id if operation else target(outcome.change),
        "currency": currency,
        "daily_before": _number(outcome.daily_before, currency),
        "daily_after": _number(outcome.daily_after, currency),
        "monthly_after": _number(_monthly(outcome.daily_after), currency),
        "replayed": outcome.replayed,
        "stored": _stored(stored) if stored else None,
        "differs": differences(outcome.change, stored) if stored else [],
        "limits": limits_shown(_limits(outcome)),
        "note": _note(outcome),
    }
    if operation and operation.failing:
        content["error"] = f"{operation.failing.code}: {operation.failing.message} {operation.failing.fix}"
    if outcome.then is not None:
        content["enabling"] = _state(outcome.then)
    return content


def lines(outcome: Outcome, content: Written) -> Iterator[str]:
    """`outcome` as lines of text."""
    currency = content["currency"]
    what = {"CreateCampaign": "create", "UpdateCampaign": "update", "PauseCampaign": "pause"}
    yield (
        f"{content['mode']}: {content['state']}: {what[type(outcome.change).__name__]} campaign"
        f" {content['campaign_id'] or '(new)'} of {content['account']}"
    )
    if not isinstance(outcome.change, PauseCampaign):
        month, before = _told(content["monthly_after"]), _told(content["daily_before"])
        yield f"per day {_told(content['daily_after'])} {currency} (about {month} a month), before {before}"
    stored = content["stored"]
    if stored is not None:
        lifetime = stored["lifetime_budget"]
        budget = f"daily {_told(stored['daily_budget'])}" if lifetime is None else f"lifetime {lifetime}"
        standing = " ".join(dict.fromkeys((stored["status"], stored["delivery"])))  # often the same word
        yield f"stored: {quoted(stored['name'])} {standing} {budget}"
    for one in content["differs"]:
        yield f"differs from what was asked: {one}"
    for limit in content["limits"]:
        yield f"{limit['rule']}: limit {limit['limit']}, now {limit['current']}, proposed {limit['proposed']}"
    if "error" in content:
        yield content["error"]
    if "enabling" in content:
        yield f"enabling it: {content['enabling']}"
    if content["note"]:
        yield content["note"]
    if content["operation_id"]:
        yield f"operation {content['operation_id']}"


def differences(change: Change, stored: Campaign) -> list[str]:
    """The fields that the platform stored otherwise than they were asked for."""
    if isinstance(change, PauseCampaign):
        return [] if stored.status != "active" else ["status"]
    wanted = {
        "name": change.name or None,
        "daily_budget": change.daily_budget,
        "lifetime_budget": change.lifetime_budget,
        "starts": change.starts,
        "ends": change.ends,
        "status": "paused" if isinstance(change, CreateCampaign) else change.status,
    }
    return [field for field, value in wanted.items() if value is not None and getattr(stored, field) != value]


def _state(outcome: Outcome) -> str:
    if outcome.operation is not None:
        return outcome.operation.state
    decision = outcome.verdict.decision if outcome.verdict else "allowed"
    return {"allowed": "dry_run: would be sent", "refused": "dry_run: would be refused"}.get(
        decision, "dry_run: would need a person"
    )


def _limits(outcome: Outcome) -> Sequence[Limit]:
    if outcome.verdict is not None:
        return [finding.limit for finding in outcome.verdict.findings]
    return outcome.operation.reasons if outcome.operation and outcome.operation.state == "pending_approval" else ()


def _note(outcome: Outcome) -> str:
    operation = outcome.operation
    if operation is None:
        checked = "the platform checked it, too" if outcome.platform_checked else "only our own checks ran"
        return f"Nothing was sent; {checked}."
    if operation.state == "pending_approval":
        return (
            "Nothing was sent: a person has to allow this. Tell them to run"
            f" `xylo-mcp approvals show {operation.approval}`; see get_operation for what became of it."
        )
    if outcome.replayed == "twin":
        return "The outcome of an equal call within ten minutes; for a second campaign, give an idempotency_key."
    return "This is the outcome of the first call with this key." if outcome.replayed else ""


def _stored(campaign: Campaign) -> CampaignStored:
    return {
        "name": clean(campaign.name),
        "status": campaign.status,
        "delivery": campaign.delivery,
        "daily_budget": _money(campaign.daily_budget),
        "lifetime_budget": _money(campaign.lifetime_budget),
        "starts": campaign.starts.isoformat() if campaign.starts else None,
        "ends": campaign.ends.isoformat() if campaign.ends else None,
    }


def _money(amount: Money | None) -> Number | None:
    return None if amount is None else _number(amount.amount, amount.currency)


def _number(amount: Decimal | None, currency: str) -> Number | None:
    return None if amount is None else number(shown(amount, currency))


def _monthly(daily: Decimal | None) -> Decimal | None:
    return None if daily is None else daily * _DAYS_A_MONTH


def _told(amount: Number | None) -> str:
    return "-" if amount is None else re.sub(r"\.0$", "", str(amount))
