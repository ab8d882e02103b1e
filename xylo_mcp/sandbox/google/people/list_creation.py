"""New user lists: what makes one right, by its kind.

Google Ads API docs, "UserList", "UserListError" (v26, read Nov 2026).
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ...people import Audience
from ...world import AccountPlan, World
from ..cast import CAST, conversion_action_id
from ..failures import Place, Refusal, wrong
from ..shapes import both_set, invalid, whole
from .list_messages import CONCRETE, OUTPUT_ONLY, UNUSED, UserList
from .list_rules import check_rules
from .lists import Kind, user_list

_LIST: Final = "userListError"
_NAME: Final = re.compile(r"customers/([0-9]+)/(userLists|conversionActions)/([0-9]+)")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LONGEST: Final = 540
_USUAL_SPAN: Final = {"CRM_BASED": _LONGEST, "REMARKETING": 30, "LOOKALIKE": 30}
"""Days that a member stays where nothing is said of it (inferred)."""
_FIRST_ID: Final = 8_000_000_000
_Details = Mapping[str, str]


def create(world: World, customer: AccountPlan, new: UserList, place: Place) -> Audience:
    """The list that `new` describes; refuses what Google would refuse."""
    _check_whole(new, place)
    kind, details = _concrete(world, customer, new, place)
    name = checked_name(world, customer, new.name, place)
    span = life_span(new, place)
    now = world.clock()
    made = Audience(
        platform=CAST.platform,
        account=customer.id,
        id=str(world.people.new_number(_FIRST_ID)),
        name=name,
        kind=kind,
        created=now,
        changed=now,
        details={
            **details,
            "description": new.description or "",
            "integration_code": new.integration_code or "",
            "membership_status": "OPEN" if new.membership_status == "UNSPECIFIED" else new.membership_status,
            "membership_life_span": str(_USUAL_SPAN.get(kind, 0) if span is None else span),
        },
    )
    return world.people.keep(made)


def checked_name(world: World, customer: AccountPlan, name: str | None, place: Place, own: str = "") -> str:
    """A name that no other list of the customer has."""
    at: Place = (*place, ("name", None))
    if not (name or "").strip():
        raise wrong(at, _LIST, "INVALID_NAME", "User list name is empty or invalid.")
    taken = {one.name for one in world.people.audiences(CAST.platform, customer.id) if one.id != own}
    if name in taken:
        message = "Name is already being used for another user list for the account."
        raise wrong(at, _LIST, "NAME_ALREADY_USED", message, trigger=name or "")
    return name or ""


def life_span(new: UserList, place: Place) -> int | None:
    """Days that a member stays; None where nothing is said of it."""
    if new.membership_life_span is None:
        return None
    at: Place = (*place, ("membership_life_span", None))
    days = whole(new.membership_life_span, at)
    if not 0 <= days <= _LONGEST:
        code = "TOO_LOW" if days < 0 else "TOO_HIGH"
        raise wrong(at, "rangeError", code, f"A member stays between 0 and {_LONGEST} days.", trigger=str(days))
    return days


def list_id(name: str, customer: AccountPlan, place: Place) -> str:
    """The id in a resource name of one of the customer's lists."""
    found = _NAME.fullmatch(name)
    if found is None or found[2] != "userLists":
        raise wrong(place, "requestError", "RESOURCE_NAME_MALFORMED", "Resource name is malformed.", trigger=name)
    if found[1] != customer.id:
        message = "The customer ID of the resource name is not that of the request."
        raise wrong(place, "requestError", "INVALID_CUSTOMER_ID", message, trigger=name)
    return found[3]


def _check_whole(new: UserList, place: Place) -> None:
    for name in (*OUTPUT_ONLY, *UNUSED):
        if getattr(new, name) is not None:
            raise wrong((*place, (name, None)), "fieldError", "VALUE_MUST_BE_UNSET", "The field is read-only.")
    if new.resource_name:
        at: Place = (*place, ("resource_name", None))
        message = "A new resource cannot have an ID."
        raise wrong(at, "newResourceCreationError", "CANNOT_SET_ID_FOR_CREATE", message, trigger=new.resource_name)
    if sum(1 for name in CONCRETE if getattr(new, name) is not None) > 1:
        raise both_set(place, "user_list")


def _concrete(world: World, customer: AccountPlan, new: UserList, place: Place) -> tuple[Kind, _Details]:
    for name, (kind, check) in _KINDS.items():
        if getattr(new, name) is not None:
            return kind, check(world, customer, new, (*place, (name, None)))
    raise wrong(place, _LIST, "USER_LIST_MUTATE_NOT_SUPPORTED", "A user list needs a type that can be created.")


def _crm(world: World, customer: AccountPlan, new: UserList, place: Place) -> _Details:
    crm = new.crm_based_user_list
    assert crm is not None
    if crm.upload_key_type == "UNSPECIFIED":
        raise _required((*place, ("upload_key_type", None)))
    mobile = crm.upload_key_type == "MOBILE_ADVERTISING_ID"
    if mobile != bool(crm.app_id):
        code = "APP_ID_NOT_SET" if mobile else "APP_ID_NOT_ALLOWED"
        raise wrong((*place, ("app_id", None)), _LIST, code, "An app ID goes with mobile advertising IDs alone.")
    if crm.data_source_type not in {"UNSPECIFIED", "FIRST_PARTY"}:
        code = "ADVERTISER_NOT_ON_ALLOWLIST_FOR_USING_UPLOADED_DATA"
        raise wrong((*place, ("data_source_type", None)), _LIST, code, "Third-party data need an allowlist.")
    return {"upload_key_type": crm.upload_key_type, "app_id": crm.app_id, "data_source_type": "FIRST_PARTY"}


def _lookalike(world: World, customer: AccountPlan, new: UserList, place: Place) -> _Details:
    like = new.lookalike_user_list
    assert like is not None
    at: Place = (*place, ("seed_user_list_ids", None))
    seeds = sorted({str(whole(one, at)) for one in like.seed_user_list_ids})
    if not seeds:
        raise _required(at)
    found = [user_list(world, customer.id, seed) for seed in seeds]
    if None in found:
        raise wrong(at, _LIST, "SEED_LIST_DOES_NOT_EXIST", "One or more given seed lists do not exist.")
    if any(one is not None and one.kind in {"LOOKALIKE", "LOGICAL"} for one in found):  # which ones: inferred
        raise wrong(at, _LIST, "INVALID_SEED_LIST_TYPE", "One or more given seed lists have an unsupported type.")
    if like.expansion_level == "UNSPECIFIED":
        raise _required((*place, ("expansion_level", None)))
    if not like.country_codes or not all(_COUNTRY.fullmatch(code) for code in like.country_codes):
        raise wrong((*place, ("country_codes", None)), _LIST, "INVALID_COUNTRY_CODES", "Invalid country codes.")
    details = {
        "seed_user_list_ids": ",".join(seeds),
        "expansion_level": like.expansion_level,
        "country_codes": ",".join(sorted(set(like.country_codes))),
    }
    for other in world.people.audiences(CAST.platform, customer.id):
        if other.kind == "LOOKALIKE" and details.items() <= other.details.items():
            raise wrong(place, _LIST, "DUPLICATE_LOOKALIKE", "There is such a Lookalike already.")
    return details


def _logical(world: World, customer: AccountPlan, new: UserList, place: Place) -> _Details:
    logical = new.logical_user_list
    assert logical is not None
    names = [operand.user_list for rule in logical.rules for operand in rule.rule_operands]
    if not names or any(rule.operator == "UNSPECIFIED" or not rule.rule_operands for rule in logical.rules):
        raise _required((*place, ("rules", None)))
    kinds = {_operand(world, customer, name, place).kind for name in names}
    if "LOGICAL" in kinds:
        code = "CAN_NOT_ADD_LOGICAL_LIST_AS_LOGICAL_LIST_OPERAND"
        raise wrong(place, _LIST, code, "Embedded logical user lists are not allowed.")
    if "CRM_BASED" in kinds and len(kinds) > 1:
        code = "CAN_NOT_MIX_CRM_BASED_IN_LOGICAL_LIST_WITH_OTHER_LISTS"
        raise wrong(place, _LIST, code, "CRM based lists go with their like alone.")
    return {"operands": ",".join(name.rpartition("/")[2] for name in names)}


def _operand(world: World, customer: AccountPlan, name: str, place: Place) -> Audience:
    found = user_list(world, customer.id, list_id(name, customer, place))
    if found is None:
        code = "INVALID_USER_LIST_LOGICAL_RULE_OPERAND"
        raise wrong(place, _LIST, code, "User list rule operand is invalid.", trigger=name)
    return found


def _basic(world: World, customer: AccountPlan, new: UserList, place: Place) -> _Details:
    basic = new.basic_user_list
    assert basic is not None
    if not basic.actions:
        raise wrong((*place, ("actions", None)), _LIST, "CONVERSION_TYPE_ID_REQUIRED", "An action is required.")
    own = f"customers/{customer.id}/conversionActions/{conversion_action_id(customer.id)}"
    if any(action.conversion_action != own for action in basic.actions):  # there are no remarketing actions here
        raise wrong((*place, ("actions", None)), _LIST, "INVALID_CONVERSION_TYPE", "Conversion type is invalid.")
    return {}


def _rule(world: World, customer: AccountPlan, new: UserList, place: Place) -> _Details:
    rules = new.rule_based_user_list
    assert rules is not None
    if rules.prepopulation_status in {"FINISHED", "FAILED"}:
        raise invalid((*place, ("prepopulation_status", None)))
    if rules.flexible_rule_user_list is None:
        raise _required((*place, ("flexible_rule_user_list", None)))
    check_rules(rules.flexible_rule_user_list, (*place, ("flexible_rule_user_list", None)))
    return {"prepopulation_status": rules.prepopulation_status}


def _required(place: Place) -> Refusal:
    return wrong(place, "fieldError", "REQUIRED", "The required field was not present.")


_KINDS: Final[Mapping[str, tuple[Kind, Callable[[World, AccountPlan, UserList, Place], _Details]]]] = {
    "crm_based_user_list": ("CRM_BASED", _crm),
    "rule_based_user_list": ("RULE_BASED", _rule),
    "logical_user_list": ("LOGICAL", _logical),
    "basic_user_list": ("REMARKETING", _basic),
    "lookalike_user_list": ("LOOKALIKE", _lookalike),
}
