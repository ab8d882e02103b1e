"""What the services for people's data ask first: for which advertiser, and whether it may still use them.

Google Ads API docs, "Customer Match" and "Upload click conversions" (v26, read Nov 2026).
"""

from collections.abc import Callable
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..world import AccountPlan, World
from .access import customer
from .cast import ALLOWLISTED, CAST, MANAGER
from .door import Endpoint, guarded
from .failures import refused

Told = Callable[[Request, bytes], tuple[str, str]]
"""What a request asks for, and of which object."""
_ALLOWLIST: Final = "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE"


class _Asked(msgspec.Struct, rename="camel"):
    validate_only: object = None


def changing_route(world: World, path: str, endpoint: Endpoint, told: Told) -> Route:
    """The route of something that changes people's data; who asked is remembered, whatever comes of it."""
    within = guarded(world, endpoint)

    async def remembered(request: Request) -> Response:
        body = await request.body()
        if not _only_validates(body):
            verb, target = told(request, body)
            world.attempted(CAST.platform, verb, target)
        return await within(request)

    return Route(f"/{{version}}/customers/{path}", remembered, methods=["POST"])


def advertiser(world: World, request: Request) -> AccountPlan:
    """The customer that a request is about; a manager has no people's data here."""
    login = request.headers.get("login-customer-id")
    plan = customer(world, str(request.path_params["customer_id"]), login)
    if plan is MANAGER:
        code, message = "CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT", "A manager has neither lists nor conversions."
        raise refused("requestError", code, message)
    return plan


def check_allowlist(plan: AccountPlan) -> None:
    """Refuse who had not used the old services before they were closed to newcomers.

    That it is all of the request that is refused, and under the status 403, is inferred.
    """
    if plan.id not in ALLOWLISTED:
        message = "The customer is not allowed to use this feature. Use the Data Manager API instead."
        raise refused("notAllowlistedError", _ALLOWLIST, message, status=403)


def _only_validates(body: bytes) -> bool:
    try:
        return msgspec.json.decode(body, type=_Asked).validate_only is True
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
