"""Meta's refusals of what somebody wants to write.

The subcodes are Meta's (Marketing API docs, "Error Codes", 2026-09); a refusal without one is of a rule whose
subcode Meta does not publish.
"""

from .errors import GraphError, invalid
from .wire import encoded


def missing(name: str) -> GraphError:
    """A parameter that must be given."""
    return invalid(f"The parameter {name} is required")


def rejected(text: str, *blamed: str, title: str = "Invalid parameter", subcode: int = 0) -> GraphError:
    """Values that do not go together, or not with what there is; `blamed` are their parameters.

    What is blamed comes as JSON within a text, as Meta sends it.
    """
    blame = encoded({"blame_field_specs": [[name] for name in blamed]}).decode()
    told = {"error_data": blame, "is_transient": False, "error_user_title": title, "error_user_msg": text}
    return GraphError(100, "Invalid parameter", subcode=subcode, extra=told)


def budget_too_low(name: str, least: str) -> GraphError:
    """A budget below the least; `least` is in Meta's subunits."""
    text = f"The budget must be at least {least}, in the smallest unit of the account's currency."
    return rejected(text, name, title="Your budget is too low", subcode=1885272)


def budget_spent() -> GraphError:
    """A lifetime budget below what is already spent of it."""
    text = "The budget must cover what is spent already and will be spent while it is edited."
    return rejected(text, "lifetime_budget", title="Budget is too low to cover the spend", subcode=1885650)


def budget_below() -> GraphError:
    """A budget for a campaign whose ad sets have theirs."""
    text = "A budget is either the campaign's or the ad sets', not both."
    return rejected(text, "daily_budget", "lifetime_budget", title="Budget level conflict", subcode=1885621)


def sharing_unsaid() -> GraphError:
    """A campaign without a budget that does not say whether its ad sets share theirs (required since v24.0)."""
    text = "Without a campaign budget, is_adset_budget_sharing_enabled must be true or false."
    name = "is_adset_budget_sharing_enabled"
    return rejected(text, name, title="Must specify True or False in is_adset_budget_sharing_enabled", subcode=4834011)


def cap_too_low(least: str) -> GraphError:
    """A spend cap below the least; `least` is in Meta's subunits."""
    text = f"The spending limit must be at least {least}, in the smallest unit of the account's currency."
    return rejected(text, "spend_cap", title="Spending limit is too low", subcode=2446307)


def end_is_past() -> GraphError:
    """An end that lies before now."""
    return rejected("The end must lie in the future.", "stop_time", title="End date has passed", subcode=1487033)


def gone(kept: str) -> GraphError:
    """A change of a campaign that is archived or deleted; `kept` is what may change of it."""
    text = f"Of this campaign, only {kept} can be changed."
    return rejected(text, title="Campaign is archived or deleted", subcode=1487566)


def account_disabled() -> GraphError:
    """A write to an account that is closed. Which code Meta uses is inferred: permissions have 200 to 299."""
    return GraphError(200, "(#200) The ad account is disabled and cannot be changed", status=403)
