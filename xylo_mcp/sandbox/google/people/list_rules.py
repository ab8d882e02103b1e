"""Rules of lists of visitors: which comparisons make sense.

Google Ads API docs, "FlexibleRuleUserListInfo" and "UserListRuleItemInfo" (v26, read Nov 2026).
"""

import re
from typing import Final

from ..failures import Place, Refusal, wrong
from ..shapes import both_set, whole
from .list_messages import FlexibleRuleUserList, Rule, RuleItem

_NAME: Final = re.compile(r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*")
_NOT_IN_URLS: Final = re.compile(r"[\n\r\t\"'()]")
_LONGEST: Final = 540
_LIST: Final = "userListError"


def check_rules(flexible: FlexibleRuleUserList, place: Place) -> None:
    """Refuse rules that cannot be followed."""
    if not flexible.inclusive_operands:
        raise _invalid((*place, ("inclusive_operands", None)))
    if len(flexible.inclusive_operands) > 1 and flexible.inclusive_rule_operator == "UNSPECIFIED":
        raise _invalid((*place, ("inclusive_rule_operator", None)))
    for name in ("inclusive_operands", "exclusive_operands"):
        for at, operand in enumerate(getattr(flexible, name)):
            within: Place = (*place, (name, at))
            if operand.rule is None:
                raise _invalid((*within, ("rule", None)))
            _check_rule(operand.rule, (*within, ("rule", None)))
            if operand.lookback_window_days is not None:
                _check_window(operand.lookback_window_days, (*within, ("lookback_window_days", None)))


def _check_rule(rule: Rule, place: Place) -> None:
    if rule.rule_type == "AND_OF_ORS":
        code = "RULE_TYPE_IS_NOT_SUPPORTED"
        raise wrong((*place, ("rule_type", None)), _LIST, code, "The rule type is not supported for the user list.")
    if not rule.rule_item_groups or not all(group.rule_items for group in rule.rule_item_groups):
        raise _invalid((*place, ("rule_item_groups", None)))
    for at, group in enumerate(rule.rule_item_groups):
        for number, item in enumerate(group.rule_items):
            _check_item(item, (*place, ("rule_item_groups", at), ("rule_items", number)))


def _check_item(item: RuleItem, place: Place) -> None:
    found = [one for one in (item.number_rule_item, item.string_rule_item, item.date_rule_item) if one is not None]
    if len(found) > 1:
        raise both_set(place, "rule_item")
    if not found or not _NAME.fullmatch(item.name) or found[0].operator == "UNSPECIFIED":
        raise _invalid(place)
    text, date = item.string_rule_item, item.date_rule_item
    if text and (not text.value or (item.name in {"url__", "ref_url__"} and _NOT_IN_URLS.search(text.value))):
        raise _invalid((*place, ("string_rule_item", None), ("value", None)))
    if item.number_rule_item and item.number_rule_item.value is None:
        raise _invalid((*place, ("number_rule_item", None), ("value", None)))
    if date and not date.value and date.offset_in_days is None:
        raise _invalid((*place, ("date_rule_item", None), ("value", None)))


def _check_window(days: int | str, place: Place) -> None:
    found = whole(days, place)
    if not 1 <= found <= _LONGEST:
        code = "TOO_LOW" if found < 1 else "TOO_HIGH"
        raise wrong(place, "rangeError", code, f"The window is between 1 and {_LONGEST} days.")


def _invalid(place: Place) -> Refusal:
    return wrong(place, _LIST, "INVALID_RULE", "Rule is invalid.")
