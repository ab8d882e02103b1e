"""Where data goes: to which lists or conversion actions of which accounts, and whether the caller may send it there.

Data Manager API docs, "Configure destinations" and REST reference, "Destination" (v1, read Nov 2026).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ...world import AccountPlan, World
from ..access import customer
from ..cast import MANAGER
from ..failures import Refusal
from .failures import DataManagerRefusal, Violations, violated
from .messages import GOOGLE_ADS, Destination, ProductAccount

MOST_DESTINATIONS: Final = 10
_ID: Final = re.compile(r"[0-9]{10}")
_UNSET: Final = frozenset({"ACCOUNT_TYPE_UNSPECIFIED", "PRODUCT_UNSPECIFIED", 0})


@dataclass(frozen=True, slots=True)
class Target:
    """One destination: the account, the id of the list or action, and where in the request it is named."""

    sent: Destination
    plan: AccountPlan
    id: str
    where: str


def element(name: str, at: int) -> str:
    """One element of a list of the request, as errors name it."""
    return f"{name}.{name}[{at}]"


def targets(world: World, sent: Sequence[Destination]) -> Sequence[Target]:
    """All destinations of a request; refuses what the caller may not send to, or what is none."""
    if not sent:
        raise violated("destinations", "REQUIRED_FIELD_MISSING", "Required field is missing.")
    if len(sent) > MOST_DESTINATIONS:
        raise violated("destinations", "TOO_MANY_DESTINATIONS", f"At most {MOST_DESTINATIONS} are allowed.")
    violations = Violations()
    references = [one.reference for one in sent if one.reference]
    for at, one in enumerate(sent):
        where = element("destinations", at)
        if references.count(one.reference) > 1:
            violations.add(f"{where}.reference", "DUPLICATE_DESTINATION_REFERENCE", "The reference is used twice.")
        _check(one, where, violations)
    violations.check()
    return [_target(world, one, element("destinations", at)) for at, one in enumerate(sent)]


def check_references(named: Sequence[str], known: Sequence[Target], where: str, violations: Violations) -> None:
    """Refuse references to destinations that the request does not have."""
    if named and set(named) - {one.sent.reference for one in known}:
        text = "The request has no such destination."
        violations.add(f"{where}.destination_references", "INVALID_DESTINATION", text)


def goes_to(named: Sequence[str], target: Target) -> bool:
    """Whether a row goes there: to those it names, or to all."""
    return not named or target.sent.reference in named


def told(sent: Destination) -> Mapping[str, object]:
    """A destination as answers repeat it."""
    accounts = {"loginAccount": sent.login_account, "operatingAccount": sent.operating_account}
    content: dict[str, object] = {"reference": sent.reference} if sent.reference else {}
    for name, account in accounts.items():
        if account is not None:
            content[name] = {"accountId": account.account_id, "accountType": "GOOGLE_ADS"}
    return {**content, "productDestinationId": sent.product_destination_id}


def _check(one: Destination, where: str, violations: Violations) -> None:
    if one.operating_account is None:
        violations.add(f"{where}.operating_account", "REQUIRED_FIELD_MISSING", "Required field is missing.")
    if not one.product_destination_id:
        violations.add(f"{where}.product_destination_id", "REQUIRED_FIELD_MISSING", "Required field is missing.")
    if one.linked_account is not None:
        reason = "LINKED_ACCOUNT_ONLY_ALLOWED_WITH_DATA_PARTNER_LOGIN_ACCOUNT"
        violations.add(f"{where}.linked_account", reason, "Linked accounts are for data partners.")
    for name, account in (("operating_account", one.operating_account), ("login_account", one.login_account)):
        if account is not None:
            _check_account(account, f"{where}.{name}", violations)


def _check_account(account: ProductAccount, where: str, violations: Violations) -> None:
    kinds = {kind for kind in (account.account_type, account.product) if kind not in _UNSET}
    if not kinds:
        violations.add(f"{where}.account_type", "REQUIRED_FIELD_MISSING", "Required field is missing.")
    elif kinds - GOOGLE_ADS:
        violations.add(f"{where}.account_type", "INVALID_DESTINATION", "Only Google Ads accounts are here.")
    if not _ID.fullmatch(account.account_id):
        violations.add(f"{where}.account_id", "INVALID_DESTINATION", "This is no id of an account.")


def _target(world: World, one: Destination, where: str) -> Target:
    operating, login = one.operating_account, one.login_account
    assert operating is not None
    try:
        plan = customer(world, operating.account_id, None if login is None else login.account_id)
    except Refusal as refusal:
        raise DataManagerRefusal(403, "PERMISSION_DENIED") from refusal
    if plan is MANAGER:
        raise violated(f"{where}.operating_account", "INVALID_DESTINATION", "A manager has neither lists nor actions.")
    return Target(one, plan, one.product_destination_id, where)
