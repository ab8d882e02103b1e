"""Budgets are made, changed and removed.

Google Ads API docs, "Create campaign budgets", "Share campaign budgets" and "CampaignBudgetError" (v26, read Nov
2026). That total budgets cannot be shared is inferred.
"""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec.structs import replace

from ..budgets import Budget, Purse, keep, next_id, purses
from ..failures import Refusal, wrong
from ..records import end_of
from .amounts import check_minimum, minor
from .operations import Operation
from .work import Work, check_alive, check_text, not_cleared, required

_LONGEST_NAME: Final = 255  # bytes


def create(work: Work, operation: Operation) -> str:
    """Make a budget, shared unless it says otherwise; its id."""
    shared = operation.values.get("explicitlyShared", True) is True
    name = _name(work, operation, shared=shared) if shared or "name" in operation.values else ""
    total = operation.text("period") == "CUSTOM_PERIOD"
    if total and shared:
        raise _refused(
            operation, "explicitlyShared", "CAMPAIGN_BUDGET_CANNOT_BE_SHARED", "A total budget is not shared."
        )
    _check_delivery(operation)
    if operation.text("type") not in {"", "UNSPECIFIED", "STANDARD"}:
        raise wrong(operation.at("type"), "fieldError", "INVALID_VALUE", "Budgets of this type are not made here.")
    daily, lifetime = _amounts(work, operation, total=total)
    check_minimum(work.customer, operation.at(_amount_path(total=total)), daily + lifetime, int(total))
    budget = Budget(next_id(work.world, work.customer), name, shared, daily, lifetime)
    keep(work.editor, work.customer, budget)
    return budget.id


def update(work: Work, operation: Operation, mask: tuple[str, ...]) -> str:
    """Change a budget for all campaigns that spend from it; its id."""
    purse = work.purse(work.target(operation), operation.at("resourceName"))
    check_alive(operation, removed=purse.removed)
    budget = purse.budget
    for path in sorted(mask, key=_SHARING_FIRST.__contains__, reverse=True):
        budget = _CHANGES[path](work, operation, purse, budget)
    if (budget.daily, budget.lifetime) != (purse.budget.daily, purse.budget.lifetime):
        total = bool(purse.budget.lifetime)
        days = _days(work, purse) if total else 0
        check_minimum(work.customer, operation.at(_amount_path(total=total)), budget.daily + budget.lifetime, days)
    keep(work.editor, work.customer, budget)
    return budget.id


def remove(work: Work, operation: Operation) -> str:
    """Take a budget away that no campaign spends from; its id."""
    purse = work.purse(work.target(operation), operation.at())
    check_alive(operation, removed=purse.removed)
    if purse.standing:
        message = "The budget is used by a campaign, and cannot be removed."
        raise wrong(operation.at(), "campaignBudgetError", "CAMPAIGN_BUDGET_IN_USE", message, trigger=operation.name)
    keep(work.editor, work.customer, replace(purse.budget, removed=True))
    return purse.budget.id


def _rename(work: Work, operation: Operation, _: Purse, budget: Budget) -> Budget:
    if not budget.shared:
        code = "CANNOT_MODIFY_FIELD_OF_IMPLICITLY_SHARED_CAMPAIGN_BUDGET"
        raise _refused(operation, "name", code, "The name of a budget that is not shared follows its campaign.")
    return replace(budget, name=_name(work, operation, shared=True, besides=budget.id))


def _share(_: Work, operation: Operation, __: Purse, budget: Budget) -> Budget:
    path = "explicitlyShared"
    if operation.values.get(path) is not True:
        if budget.shared:
            code = "CANNOT_UPDATE_CAMPAIGN_BUDGET_TO_IMPLICITLY_SHARED"
            raise _refused(operation, path, code, "A shared budget stays shared.")
        return budget
    if not budget.shared and budget.lifetime:
        raise _refused(operation, path, "CAMPAIGN_BUDGET_CANNOT_BE_SHARED", "A total budget is not shared.")
    if not budget.shared and "name" not in (operation.mask or ()):
        code = "CANNOT_UPDATE_CAMPAIGN_BUDGET_TO_EXPLICITLY_SHARED_WITHOUT_NAME"
        raise _refused(operation, path, code, "A shared budget needs a name.")
    return replace(budget, shared=True)


def _set_daily(work: Work, operation: Operation, _: Purse, budget: Budget) -> Budget:
    daily, _none = _amounts(work, operation, total=bool(budget.lifetime))
    return replace(budget, daily=daily)


def _set_total(work: Work, operation: Operation, _: Purse, budget: Budget) -> Budget:
    _none, lifetime = _amounts(work, operation, total=bool(budget.lifetime))
    return replace(budget, lifetime=lifetime)


def _set_delivery(_: Work, operation: Operation, __: Purse, budget: Budget) -> Budget:
    _check_delivery(operation)
    return budget


_Change = Callable[[Work, Operation, Purse, Budget], Budget]
_CHANGES: Final[Mapping[str, _Change]] = {
    "name": _rename,
    "explicitlyShared": _share,
    "amountMicros": _set_daily,
    "totalAmountMicros": _set_total,
    "deliveryMethod": _set_delivery,
}
_SHARING_FIRST: Final = frozenset({"explicitlyShared"})


def _name(work: Work, operation: Operation, *, shared: bool, besides: str = "") -> str:
    if "name" not in operation.values:
        raise not_cleared(operation, "name") if besides else required(operation, "name")
    name = operation.text("name")
    check_text(operation, "name", _LONGEST_NAME, len(name.strip().encode()))
    others = purses(work.world, work.customer).values()
    if shared and any(
        purse.budget.shared and purse.name == name and purse.budget.id != besides and not purse.removed
        for purse in others
    ):
        raise _refused(operation, "name", "DUPLICATE_NAME", "A budget with this name exists.")
    return name


def _amounts(work: Work, operation: Operation, *, total: bool) -> tuple[int, int]:
    """The daily and the total amount in minor units, one of them 0, as the budget's period demands."""
    path, other = _amount_path(total=total), _amount_path(total=not total)
    touched = set(operation.values) & set(operation.mask or operation.values)
    if other in touched:
        code = (
            "BUDGET_AMOUNT_MUST_BE_UNSET_FOR_CUSTOM_BUDGET_PERIOD"
            if total
            else "TOTAL_BUDGET_AMOUNT_MUST_BE_UNSET_FOR_BUDGET_PERIOD_DAILY"
        )
        raise _refused(operation, other, code, "The amount does not go with the budget's period.")
    micros = operation.whole(path)
    if micros is None:
        raise required(operation, path)
    amount = minor(micros, work.customer, operation.at(path))
    return (0, amount) if total else (amount, 0)


def _amount_path(*, total: bool) -> str:
    return "totalAmountMicros" if total else "amountMicros"


def _check_delivery(operation: Operation) -> None:
    if operation.text("deliveryMethod") == "ACCELERATED":
        code = "CANNOT_USE_ACCELERATED_DELIVERY_MODE"
        raise _refused(operation, "deliveryMethod", code, "Accelerated delivery is not available.")


def _days(work: Work, purse: Purse) -> int:
    """For how many days a total budget must last."""
    lengths = [
        (end - campaign.first_day).days + 1
        for campaign in purse.standing
        if (end := end_of(work.world, campaign)) is not None
    ]
    return max(lengths, default=1)


def _refused(operation: Operation, path: str, code: str, message: str) -> Refusal:
    trigger = str(operation.values.get(path, ""))
    return wrong(operation.at(path), "campaignBudgetError", code, message, trigger=trigger)
