"""The messages of `userLists:mutate`.

Google Ads API docs, "UserList" and "user_lists" messages (v26, read Nov 2026).
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ..shapes import Message

Int64: TypeAlias = int | str


class CrmBasedUserList(Message, frozen=True):
    """People whom the advertiser knows."""

    app_id: str = ""
    upload_key_type: Literal["UNSPECIFIED", "CONTACT_INFO", "CRM_ID", "MOBILE_ADVERTISING_ID"] = "UNSPECIFIED"
    data_source_type: Literal[
        "UNSPECIFIED",
        "FIRST_PARTY",
        "THIRD_PARTY_CREDIT_BUREAU",
        "THIRD_PARTY_VOTER_FILE",
        "THIRD_PARTY_PARTNER_DATA",
    ] = "UNSPECIFIED"


class LookalikeUserList(Message, frozen=True):
    """People like those of other lists."""

    seed_user_list_ids: Sequence[Int64] = ()
    expansion_level: Literal["UNSPECIFIED", "NARROW", "BALANCED", "BROAD"] = "UNSPECIFIED"
    country_codes: Sequence[str] = ()


class StringRuleItem(Message, frozen=True):
    """A text is compared."""

    operator: Literal[
        "UNSPECIFIED",
        "CONTAINS",
        "EQUALS",
        "STARTS_WITH",
        "ENDS_WITH",
        "NOT_EQUALS",
        "NOT_CONTAINS",
        "NOT_STARTS_WITH",
        "NOT_ENDS_WITH",
    ] = "UNSPECIFIED"
    value: str = ""


class NumberRuleItem(Message, frozen=True):
    """A number is compared."""

    operator: Literal[
        "UNSPECIFIED",
        "GREATER_THAN",
        "GREATER_THAN_OR_EQUAL",
        "EQUALS",
        "NOT_EQUALS",
        "LESS_THAN",
        "LESS_THAN_OR_EQUAL",
    ] = "UNSPECIFIED"
    value: float | None = None


class DateRuleItem(Message, frozen=True):
    """A day is compared."""

    operator: Literal["UNSPECIFIED", "EQUALS", "NOT_EQUALS", "BEFORE", "AFTER"] = "UNSPECIFIED"
    value: str = ""
    offset_in_days: Int64 | None = None


class RuleItem(Message, frozen=True):
    """One comparison of what is `name`d."""

    name: str = ""
    number_rule_item: NumberRuleItem | None = None
    string_rule_item: StringRuleItem | None = None
    date_rule_item: DateRuleItem | None = None


class RuleItemGroup(Message, frozen=True):
    """Comparisons of which all must hold."""

    rule_items: Sequence[RuleItem] = ()


class Rule(Message, frozen=True):
    """Groups of which one must hold."""

    rule_type: Literal["UNSPECIFIED", "AND_OF_ORS", "OR_OF_ANDS"] = "UNSPECIFIED"
    rule_item_groups: Sequence[RuleItemGroup] = ()


class RuleOperand(Message, frozen=True):
    """Who did what the rule says within the last days."""

    rule: Rule | None = None
    lookback_window_days: Int64 | None = None


class FlexibleRuleUserList(Message, frozen=True):
    """Those of the inclusive operands, without those of the exclusive ones."""

    inclusive_rule_operator: Literal["UNSPECIFIED", "AND", "OR"] = "UNSPECIFIED"
    inclusive_operands: Sequence[RuleOperand] = ()
    exclusive_operands: Sequence[RuleOperand] = ()


class RuleBasedUserList(Message, frozen=True):
    """Visitors who did something."""

    prepopulation_status: Literal["UNSPECIFIED", "REQUESTED", "FINISHED", "FAILED"] = "UNSPECIFIED"
    flexible_rule_user_list: FlexibleRuleUserList | None = None


class LogicalOperand(Message, frozen=True):
    """Another list."""

    user_list: str = ""


class LogicalRule(Message, frozen=True):
    """Members of all, any or none of other lists."""

    operator: Literal["UNSPECIFIED", "ALL", "ANY", "NONE"] = "UNSPECIFIED"
    rule_operands: Sequence[LogicalOperand] = ()


class LogicalUserList(Message, frozen=True):
    """A combination of other lists."""

    rules: Sequence[LogicalRule] = ()


class ListAction(Message, frozen=True):
    """Who converted, or met a tag."""

    conversion_action: str = ""
    remarketing_action: str = ""


class BasicUserList(Message, frozen=True):
    """Who did one of some actions."""

    actions: Sequence[ListAction] = ()


class UserList(Message, frozen=True):
    """A list as a request writes it; what only answers have is a plain object here."""

    resource_name: str = ""
    name: str | None = None
    description: str | None = None
    membership_status: Literal["UNSPECIFIED", "OPEN", "CLOSED"] = "UNSPECIFIED"
    membership_life_span: Int64 | None = None
    integration_code: str | None = None
    crm_based_user_list: CrmBasedUserList | None = None
    rule_based_user_list: RuleBasedUserList | None = None
    logical_user_list: LogicalUserList | None = None
    basic_user_list: BasicUserList | None = None
    lookalike_user_list: LookalikeUserList | None = None
    similar_user_list: object = None
    id: object = None
    read_only: object = None
    size_for_display: object = None
    size_range_for_display: object = None
    size_for_search: object = None
    size_range_for_search: object = None
    type: object = None
    closing_reason: object = None
    access_reason: object = None
    account_user_list_status: object = None
    eligible_for_search: object = None
    eligible_for_display: object = None
    match_rate_percentage: object = None


class UserListOperation(Message, frozen=True):
    """One of its members is set, with a mask beside an update."""

    create: UserList | None = None
    update: UserList | None = None
    remove: str | None = None
    update_mask: str | None = None


class MutateUserLists(Message, frozen=True):
    """The body of `userLists:mutate`."""

    operations: Sequence[UserListOperation] = ()
    partial_failure: bool = False
    validate_only: bool = False


CONCRETE = (
    *("crm_based_user_list", "rule_based_user_list", "logical_user_list", "basic_user_list"),
    *("lookalike_user_list", "similar_user_list"),
)
"""The members of which a list has one."""
OUTPUT_ONLY = (
    *("id", "read_only", "size_for_display", "size_range_for_display", "size_for_search", "size_range_for_search"),
    *("type", "access_reason", "eligible_for_display", "match_rate_percentage"),
)
"""What no request may set; whether some others may be set is of no use here: they are refused too."""
UNUSED = ("closing_reason", "account_user_list_status", "eligible_for_search")
