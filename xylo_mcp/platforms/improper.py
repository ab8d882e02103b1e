"""Refuses what is no proper change on any platform, before it is put into a platform's words."""

from collections.abc import Sequence

from ..ads.accounts import Account
from ..ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign, changed_fields
from ..ads.errors import Invalid
from ..ads.money import Money


def refuse_improper(platform: str, account: Account, change: Change) -> None:
    """Refuse a change of nothing, and any budget but one above zero in the account's currency.

    Platforms take amounts as bare numbers: one of another currency would become as many of the account's.

    Raises:
        Invalid: it is such a change.
    """
    if isinstance(change, PauseCampaign):
        return
    given = _budgets(change)
    if isinstance(change, UpdateCampaign) and not changed_fields(change):
        raise Invalid("Nothing is to be changed.", "Say what the campaign is to have instead.", platform=platform)
    if len(given) > 1 or (isinstance(change, CreateCampaign) and not given):
        raise Invalid(
            "A campaign has either a daily or a lifetime budget.", "Give exactly one of the two.", platform=platform
        )
    for money in given:
        refuse_amount(platform, account, money)


def refuse_amount(platform: str, account: Account, money: Money) -> None:
    """Refuse a budget that is not above zero in the account's currency.

    Raises:
        Invalid: it is such a one.
    """
    if money.currency != account.currency:
        raise Invalid(
            f"The budget is in {money.currency}, the account in {account.currency}.",
            f"Give the amount in {account.currency}.",
            platform=platform,
        )
    if not money.amount.is_finite() or money.amount <= 0:
        raise no_amount(platform)


def no_amount(platform: str) -> Invalid:
    """The error of an amount that no budget can have."""
    return Invalid("This is no amount that a budget can have.", "Give an amount above zero.", platform=platform)


def _budgets(change: CreateCampaign | UpdateCampaign) -> Sequence[Money]:
    return [money for money in (change.daily_budget, change.lifetime_budget) if money is not None]
