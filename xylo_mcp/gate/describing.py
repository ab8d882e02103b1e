"""Changes in words for people: what they are asked, and what lists show."""

from decimal import Decimal

from ..ads.accounts import Account
from ..ads.changes import CreateCampaign, PauseCampaign, UpdateCampaign, changed_fields
from ..ads.handovers import Act, CreateAudience, Handover, SendConversions, UpdateAudience
from ..ads.money import Money, with_currency
from ..ads.operations import Operation
from ..ads.text import quoted

_DAYS_A_MONTH = Decimal("30.4")


def question(operation: Operation, account: Account) -> str:
    """What a person is asked before `operation` is sent: amounts first, names last, shortened and quoted."""
    if isinstance(operation.change, Handover):
        return _of_people(operation, account)
    lines = [
        f"Allow this change on {operation.account}?",
        f"It would commit {per_day(operation.daily_after, operation.currency)};",
        f"until now it is {per_day(operation.daily_before, operation.currency)}.",
        *(f"{reason.rule}: {reason.proposed}, allowed without you: {reason.limit}" for reason in operation.reasons),
        f"{described(operation.change)}; account {quoted(account.name)}",
    ]
    return "\n".join(lines)


def _of_people(operation: Operation, account: Account) -> str:
    """The question whether people's data may go: how much and where first."""
    assert isinstance(operation.change, Handover)
    lines = [
        f"Allow people's data to go to {operation.platform}, {operation.account}?",
        f"It is {operation.change.rows:,} rows.",
        *(f"{reason.rule}: {reason.proposed}, allowed without you: {reason.limit}" for reason in operation.reasons),
        f"{described(operation.change)}; account {quoted(account.name)}",
    ]
    return "\n".join(lines)


def at_stake(operation: Operation) -> str:
    """How much `operation` is about: rows of people's data, or an amount per day."""
    if isinstance(operation.change, Handover):
        return f"{operation.change.rows:,} rows"
    return per_day(operation.daily_after, operation.currency)


def per_day(daily: Decimal | None, currency: str) -> str:
    """An amount per day, and per month of 30.4 days."""
    if daily is None:
        return "an amount without bound"
    month = with_currency(daily * _DAYS_A_MONTH, currency)
    return f"{with_currency(daily, currency)} per day (about {month} per month)"


def described(change: Act) -> str:
    """`change` in one line; names are quoted."""
    match change:
        case CreateCampaign():
            return f"create campaign {quoted(change.name)} ({change.objective})"
        case PauseCampaign():
            return f"pause campaign {change.campaign_id}"
        case UpdateCampaign():
            parts = [f"{name} to {_value(getattr(change, name))}" for name in changed_fields(change)]
            return f"change campaign {change.campaign_id}: {', '.join(parts)}"
        case CreateAudience():
            people = f" of {change.rows:,} rows" if change.rows else ""
            return f"create audience {quoted(change.name)} ({change.kind}){people}"
        case UpdateAudience():
            return f"change audience {change.audience_id}: {', '.join(_parts(change))}"
        case SendConversions():
            return f"send {change.rows:,} events to {change.destination}{' as a test' if change.test else ''}"


def _parts(change: UpdateAudience) -> list[str]:
    parts = [f"{change.action} {change.rows:,} rows"] if change.action else []
    parts += [f"name to {quoted(change.name)}"] if change.name else []
    return [*parts, f"status to {change.status}"] if change.status else parts


def _value(value: object) -> str:
    if isinstance(value, Money):
        return with_currency(value.amount, value.currency)
    return quoted(value) if isinstance(value, str) else str(value)
