"""Which customers the user may act for, directly or through the manager that `login-customer-id` names.

Google Ads API docs, "API call structure" (v26, read Nov 2026).
"""

import re
from typing import Final

from ..world import AccountPlan, World
from .cast import ACCESSIBLE, CAST, MANAGER
from .failures import refused

_ID: Final = re.compile(r"[0-9]{10}")


def customer(world: World, customer_id: str, login: str | None) -> AccountPlan:
    """The customer that a request is about; refuses what Google's access rules refuse."""
    if not _ID.fullmatch(customer_id):
        raise refused("requestError", "INVALID_CUSTOMER_ID", f"Invalid customer ID '{customer_id}'.")
    check_login(login)
    plan = MANAGER if customer_id == MANAGER.id else world.account(CAST.platform, customer_id)
    through = customer_id if login is None else login
    if plan is None or through not in ACCESSIBLE:
        raise refused(
            "authorizationError",
            "USER_PERMISSION_DENIED",
            "User doesn't have permission to access customer. Note: If you're accessing a client customer,"
            " the manager's customer id must be set in the 'login-customer-id' header.",
            status=403,
        )
    if through not in {plan.id, plan.manager}:
        raise refused(
            "authorizationError",
            "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION",
            "The login customer ID is not a manager of the serving customer ID.",
            status=403,
        )
    return plan


def check_login(login: str | None) -> None:
    """Refuse a `login-customer-id` that is no customer id."""
    if login is not None and not _ID.fullmatch(login):
        raise refused(
            "headerError",
            "INVALID_LOGIN_CUSTOMER_ID",
            "The login customer ID in the header is not a valid customer ID.",
        )
