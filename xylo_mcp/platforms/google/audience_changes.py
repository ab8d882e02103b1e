"""Our changes of audiences as operations on Google's user lists; what cannot be one is refused here.

Shapes: Google Ads API reference, v26, `UserListService.MutateUserLists` and `UserList` (October 2026).
"""

import re
from collections.abc import Mapping

from ...ads.accounts import Account
from ...ads.audiences import Rule, Seed
from ...ads.errors import Invalid, Unsupported
from ...ads.handovers import CreateAudience, MembersChange, UpdateAudience
from . import allowed
from .changes import Json
from .errors import PLATFORM

LONGEST_STAY = 540
"""Days: the most since 7 April 2025 (Google Ads developer blog, "Customer Match membership expiration")."""

_STATUSES = {"open": "OPEN", "closed": "CLOSED"}
_REACH: Mapping[str, str] = {"narrow": "NARROW", "balanced": "BALANCED", "broad": "BROAD"}
_ID = re.compile(r"[1-9][0-9]{0,18}")
_COUNTRY = re.compile(r"[A-Z]{2}")
# "For URLs [...] the value can not contain illegal URL chars such as newlines, quotes, tabs, or parentheses" (v26,
# `UserListStringRuleItemInfo.value`).
_NOT_IN_ADDRESSES = re.compile(r"[\s\"'()\x00-\x20\x7f-\x9f]")


def check(account: Account, change: MembersChange) -> None:
    """Refuse, before any request, what Google cannot do.

    Raises:
        Unsupported: Google Ads has no such audience.
        Invalid: a name, rule or number is none that it takes.
    """
    if isinstance(change, CreateAudience):
        creation(account, change, "")
        return
    resource(account, change.audience_id)
    if change.name:
        allowed.name(change.name)
    if not (change.name or change.status or change.action):
        raise Invalid("Nothing is to be changed.", "Say what the audience is to have instead.", platform=PLATFORM)


def creation(account: Account, change: CreateAudience, tag: str) -> Json:
    """The operation that makes a list. `tag` goes where other systems' own ids belong, out of people's sight.

    Raises:
        Unsupported, Invalid: as `check`.
    """
    allowed.name(change.name)
    return {
        "create": {
            "name": change.name,
            **({"description": change.description} if change.description else {}),
            "integrationCode": tag,
            "membershipStatus": "OPEN",
            **_concrete(account, change),
        }
    }


def update(account: Account, change: UpdateAudience) -> Json:
    """The operation that gives a list its other name or status."""
    fields = {
        **({"name": change.name} if change.name else {}),
        **({"membershipStatus": _STATUSES[change.status]} if change.status else {}),
    }
    return {
        "update": {"resourceName": resource(account, change.audience_id), **fields},
        "updateMask": ",".join(fields),
    }


def resource(account: Account, audience_id: str, field: str = "audience_id") -> str:
    """The name of a list, whose id was given as `field`.

    Raises:
        Invalid: the id is none of Google's.
    """
    if not _ID.fullmatch(audience_id):
        raise Invalid(
            f"{field}: an audience id of Google Ads is a whole number.",
            "Take it from the list of audiences.",
            platform=PLATFORM,
        )
    return f"{account.id}/userLists/{audience_id}"


def _concrete(account: Account, change: CreateAudience) -> Json:
    match change.kind:
        case "customer_list":
            days = LONGEST_STAY if change.days is None else change.days
            return {
                "membershipLifeSpan": str(_days("days", days)),
                "crmBasedUserList": {"uploadKeyType": "CONTACT_INFO", "dataSourceType": "FIRST_PARTY"},
            }
        case "website" if change.rule is not None:
            return {"ruleBasedUserList": _of_visitors(account, change.rule, change.days)}
        case "lookalike" if change.seed is not None:
            _no_days(change.days)
            return {"lookalikeUserList": _alike(account, change.seed)}
        case "website" | "lookalike":
            raise _missing("source")
        case _:
            raise Unsupported(
                f"type: on Google Ads, no {change.kind} audiences can be made here.",
                "Make a customer_list, website or lookalike audience, or make this one in Google Ads.",
                platform=PLATFORM,
            )


def _of_visitors(account: Account, rule: Rule, days: int | None) -> Json:
    """Whoever was on such a page. How long they stay is part of the rule: the list's own life span is ignored."""
    if rule.source not in ("", account.id, account.id.removeprefix("customers/")):
        raise Invalid(
            "source: on Google Ads, visitors are known by the account's own tag alone.",
            "Give the account's own id as the source.",
            platform=PLATFORM,
        )
    if rule.event:
        raise Unsupported(
            "event: on Google Ads, website audiences go by the pages' addresses here, not by events.",
            "Leave the event out and say what the address contains.",
            platform=PLATFORM,
        )
    if not rule.url_contains or _NOT_IN_ADDRESSES.search(rule.url_contains):
        raise Invalid(
            "url_contains: Google wants a piece of the pages' addresses, without blanks, quotes and parentheses.",
            "Say what the address contains, such as shop.example/cart.",
            platform=PLATFORM,
        )
    if days is not None and days != rule.days:
        raise Invalid(
            "days: on Google Ads, how long visitors stay in the audience is part of the rule.",
            "Give the same days there, or in the rule alone.",
            platform=PLATFORM,
        )
    page = {"name": "url__", "stringRuleItem": {"operator": "CONTAINS", "value": rule.url_contains}}
    operand = {
        "rule": {"ruleItemGroups": [{"ruleItems": [page]}]},
        "lookbackWindowDays": str(_days("days", rule.days)),
    }
    return {
        "prepopulationStatus": "REQUESTED",
        "flexibleRuleUserList": {"inclusiveRuleOperator": "AND", "inclusiveOperands": [operand]},
    }


def _alike(account: Account, seed: Seed) -> Json:
    resource(account, seed.audience_id, "source")
    if not seed.countries or not all(map(_COUNTRY.fullmatch, seed.countries)):
        raise Invalid(
            "countries: Google wants the countries of a lookalike audience.",
            "Give them as two capital letters each, such as PL.",
            platform=PLATFORM,
        )
    return {
        "seedUserListIds": [seed.audience_id],
        "expansionLevel": _REACH[seed.reach],
        "countryCodes": list(seed.countries),
    }


def _days(field: str, days: int) -> int:
    if not 1 <= days <= LONGEST_STAY:
        raise Invalid(
            f"{field}: on Google Ads, people stay in an audience for 1 to {LONGEST_STAY} days.",
            "Give such a number.",
            platform=PLATFORM,
        )
    return days


def _no_days(days: int | None) -> None:
    if days is not None:
        raise Invalid("days: a lookalike audience of Google Ads has none.", "Leave them out.", platform=PLATFORM)


def _missing(field: str) -> Invalid:
    return Invalid(f"{field}: an audience of this kind needs one.", "Give it.", platform=PLATFORM)
