"""User lists of the Google sandbox: made, changed, removed, and told of."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from xylo_mcp.sandbox.google import CAST
from xylo_mcp.sandbox.google.cast import MANAGER, conversion_action_id
from xylo_mcp.sandbox.google.people.lists import PROCESSING, change_members
from xylo_mcp.sandbox.people import Audience
from xylo_mcp.sandbox.world import World

Json = dict[str, Any]
Post = Callable[..., Awaitable[httpx2.Response]]
New = Callable[..., Awaitable[str]]
Rows = Callable[[str], Awaitable[list[Json]]]
Refusals = Callable[[httpx2.Response], list[tuple[str, str]]]
Later = Callable[[timedelta], Awaitable[None]]
ACCOUNT = CAST.accounts[0].id
HOME = f"customers/{ACCOUNT}"
ACTION = f"{HOME}/conversionActions/{conversion_action_id(ACCOUNT)}"
NONE: Json = {}
CRM: Json = {"crmBasedUserList": {"uploadKeyType": "CONTACT_INFO"}}
ITEM: Json = {"name": "url__", "stringRuleItem": {"operator": "CONTAINS", "value": "shop.example/cart"}}
SIZES = "user_list.size_for_search, user_list.match_rate_percentage, user_list.eligible_for_search"


def ruled(*items: Json, **operand: object) -> Json:
    rule = {"ruleItemGroups": [{"ruleItems": list(items)}]} if items else {}
    return {"ruleBasedUserList": {"flexibleRuleUserList": {"inclusiveOperands": [{"rule": rule, **operand}]}}}


def crm(**fields: str) -> Json:
    return {"crmBasedUserList": fields}


def like(*seeds: str, **fields: object) -> Json:
    usual: Json = {"seedUserListIds": list(seeds), "expansionLevel": "BROAD", "countryCodes": ["PL"]}
    return {"lookalikeUserList": usual | fields}


def kept(world: World, list_id: str) -> Audience:
    found = world.people.audience("google", list_id)
    assert found is not None
    return found


def update(list_id: str, mask: str | None, /, **fields: object) -> Json:
    operation: Json = {"update": {"resourceName": f"{HOME}/userLists/{list_id}", **fields}}
    return operation if mask is None else operation | {"updateMask": mask}


async def test_a_new_list_is_kept_and_shown_as_it_was_made(new_list: New, world: World, rows: Rows) -> None:
    made = await new_list(description="All", membershipLifeSpan="30", integrationCode="crm-1", **CRM)

    assert kept(world, made) == Audience(
        platform="google",
        account=ACCOUNT,
        id=made,
        name="Buyers",
        kind="CRM_BASED",
        created=world.clock(),
        changed=world.clock(),
        details={
            "upload_key_type": "CONTACT_INFO",
            "app_id": "",
            "data_source_type": "FIRST_PARTY",
            "description": "All",
            "integration_code": "crm-1",
            "membership_status": "OPEN",
            "membership_life_span": "30",
        },
    )
    fields = "id, name, description, type, membership_status, membership_life_span, size_for_display, access_reason"
    names = ", ".join(f"user_list.{name}" for name in fields.split(", "))
    assert await rows(f"SELECT {names}, user_list.crm_based_user_list.upload_key_type FROM user_list") == [
        {
            "userList": {
                "id": made,
                "name": "Buyers",
                "description": "All",
                "type": "CRM_BASED",
                "membershipStatus": "OPEN",
                "membershipLifeSpan": "30",
                "accessReason": "OWNED",
                "crmBasedUserList": {"uploadKeyType": "CONTACT_INFO"},
            }
        }
    ]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({}, ("userListError.USER_LIST_MUTATE_NOT_SUPPORTED", "")),
        ({"similarUserList": {}}, ("userListError.USER_LIST_MUTATE_NOT_SUPPORTED", "")),
        ({"name": " ", **CRM}, ("userListError.INVALID_NAME", ".name")),
        ({"name": "Taken", **CRM}, ("userListError.NAME_ALREADY_USED", ".name")),
        ({"membershipLifeSpan": "541", **CRM}, ("rangeError.TOO_HIGH", ".membership_life_span")),
        ({"membershipLifeSpan": -1, **CRM}, ("rangeError.TOO_LOW", ".membership_life_span")),
        ({"sizeForSearch": "5", **CRM}, ("fieldError.VALUE_MUST_BE_UNSET", ".size_for_search")),
        (
            {"resourceName": f"{HOME}/userLists/5", **CRM},
            ("newResourceCreationError.CANNOT_SET_ID_FOR_CREATE", ".resource_name"),
        ),
        (crm(), ("fieldError.REQUIRED", ".crm_based_user_list.upload_key_type")),
        (
            crm(uploadKeyType="MOBILE_ADVERTISING_ID"),
            ("userListError.APP_ID_NOT_SET", ".crm_based_user_list.app_id"),
        ),
        (
            crm(uploadKeyType="CRM_ID", appId="a.b"),
            ("userListError.APP_ID_NOT_ALLOWED", ".crm_based_user_list.app_id"),
        ),
        (
            crm(uploadKeyType="CRM_ID", dataSourceType="THIRD_PARTY_PARTNER_DATA"),
            (
                "userListError.ADVERTISER_NOT_ON_ALLOWLIST_FOR_USING_UPLOADED_DATA",
                ".crm_based_user_list.data_source_type",
            ),
        ),
        (like(), ("fieldError.REQUIRED", ".lookalike_user_list.seed_user_list_ids")),
        (like("5"), ("userListError.SEED_LIST_DOES_NOT_EXIST", ".lookalike_user_list.seed_user_list_ids")),
        (
            {"ruleBasedUserList": {}},
            ("fieldError.REQUIRED", ".rule_based_user_list.flexible_rule_user_list"),
        ),
        (
            {"ruleBasedUserList": {"flexibleRuleUserList": {}}},
            ("userListError.INVALID_RULE", ".rule_based_user_list.flexible_rule_user_list.inclusive_operands"),
        ),
        (
            ruled(ITEM, lookbackWindowDays="541"),
            (
                "rangeError.TOO_HIGH",
                ".rule_based_user_list.flexible_rule_user_list.inclusive_operands[0].lookback_window_days",
            ),
        ),
        ({"logicalUserList": {}}, ("fieldError.REQUIRED", ".logical_user_list.rules")),
        ({"basicUserList": {}}, ("userListError.CONVERSION_TYPE_ID_REQUIRED", ".basic_user_list.actions")),
        (
            {"basicUserList": {"actions": [{"conversionAction": f"{HOME}/conversionActions/1"}]}},
            ("userListError.INVALID_CONVERSION_TYPE", ".basic_user_list.actions"),
        ),
    ],
)
async def test_a_list_that_cannot_be_is_refused(
    post: Post, new_list: New, world: World, refusals: Refusals, fields: Json, refusal: tuple[str, str]
) -> None:
    code, place = refusal
    await new_list("Taken")

    answer = await post("userLists", {"operations": [{"create": {"name": "New", **fields}}]})

    assert refusals(answer) == [(code, f"operations[0].create{place}")]
    assert [one.name for one in world.people.audiences("google", ACCOUNT)] == ["Taken"]


@pytest.mark.parametrize(
    "item",
    [
        {"name": "url__"},
        {**ITEM, "name": "1st"},
        {"name": "url__", "stringRuleItem": {"operator": "CONTAINS", "value": "(cart)"}},
        {"name": "url__", "stringRuleItem": {"value": "cart"}},
        {"name": "sum", "numberRuleItem": {"operator": "EQUALS"}},
        {"name": "day", "dateRuleItem": {"operator": "AFTER"}},
    ],
)
async def test_a_rule_that_compares_nothing_is_refused(post: Post, refusals: Refusals, item: Json) -> None:
    answer = await post("userLists", {"operations": [{"create": {"name": "Visitors", **ruled(item)}}]})

    assert [code for code, _ in refusals(answer)] == ["userListError.INVALID_RULE"]


async def test_lists_of_all_kinds_are_made(new_list: New, world: World, rows: Rows) -> None:
    seed = await new_list("Seed")
    visitors = await new_list("Visitors", **ruled(ITEM, lookbackWindowDays="7"))
    await new_list("Like them", **like(seed, expansionLevel="NARROW", countryCodes=["US", "PL"]))
    names = [{"userList": f"{HOME}/userLists/{visitors}"}]
    await new_list("Not those", logicalUserList={"rules": [{"operator": "NONE", "ruleOperands": names}]})
    await new_list("Converted", basicUserList={"actions": [{"conversionAction": ACTION}]})

    assert [(one.name, one.kind) for one in world.people.audiences("google", ACCOUNT)] == [
        ("Seed", "CRM_BASED"),
        ("Visitors", "RULE_BASED"),
        ("Like them", "LOOKALIKE"),
        ("Not those", "LOGICAL"),
        ("Converted", "REMARKETING"),
    ]
    lookalike = "user_list.lookalike_user_list"
    fields = ", ".join(f"{lookalike}.{name}" for name in ("seed_user_list_ids", "expansion_level", "country_codes"))
    assert await rows(f"SELECT {fields} FROM user_list WHERE {lookalike}.seed_user_list_ids CONTAINS ANY ({seed})") == [
        {
            "userList": {
                "lookalikeUserList": {
                    "seedUserListIds": [seed],
                    "expansionLevel": "NARROW",
                    "countryCodes": ["PL", "US"],
                }
            }
        }
    ]


async def test_lists_that_do_not_go_together_are_refused(post: Post, new_list: New, refusals: Refusals) -> None:
    seed, visitors = await new_list("Seed"), await new_list("Visitors", **ruled(ITEM))
    alike = await new_list("Like them", **like(seed))

    def operand(one: str) -> Json:
        return {"userList": f"{HOME}/userLists/{one}"}

    rules = {"rules": [{"operator": "ALL", "ruleOperands": [operand(seed), operand(visitors)]}]}
    only = {"rules": [{"operator": "ANY", "ruleOperands": [operand(visitors)]}]}
    logical = await new_list("Either", logicalUserList=only)
    nested = {"rules": [{"operator": "ANY", "ruleOperands": [operand(logical)]}]}
    unknown = {"rules": [{"operator": "ANY", "ruleOperands": [operand("5")]}]}
    new = [like(seed), like(alike), like(seed, countryCodes=["pl"]), like(seed, expansionLevel="UNSPECIFIED")]
    new += [{"logicalUserList": one} for one in (rules, nested, unknown)]

    operations = [{"create": {"name": f"New {at}", **one}} for at, one in enumerate(new)]
    answer = await post("userLists", {"operations": operations})

    assert [code for code, _ in refusals(answer)] == [
        "userListError.DUPLICATE_LOOKALIKE",
        "userListError.INVALID_SEED_LIST_TYPE",
        "userListError.INVALID_COUNTRY_CODES",
        "fieldError.REQUIRED",
        "userListError.CAN_NOT_MIX_CRM_BASED_IN_LOGICAL_LIST_WITH_OTHER_LISTS",
        "userListError.CAN_NOT_ADD_LOGICAL_LIST_AS_LOGICAL_LIST_OPERAND",
        "userListError.INVALID_USER_LIST_LOGICAL_RULE_OPERAND",
    ]


async def test_what_the_mask_names_is_changed_and_nothing_else(post: Post, new_list: New, world: World) -> None:
    made = await new_list(description="All", **CRM)
    fields = {"name": "Renamed", "membershipStatus": "CLOSED", "membershipLifeSpan": "9", "integrationCode": "no"}
    mask = "name,description,membershipStatus,membershipLifeSpan"

    answer = await post("userLists", {"operations": [update(made, mask, **fields)]})

    assert answer.json() == {"results": [{"resourceName": f"{HOME}/userLists/{made}"}]}
    changed = kept(world, made)
    told = ("description", "membership_status", "membership_life_span", "integration_code")
    assert (changed.name, *(changed.details[name] for name in told)) == ("Renamed", "", "CLOSED", "9", "")


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ((None, {"name": "N"}), ("fieldMaskError.FIELD_MASK_MISSING", "operations[0].update_mask")),
        (("speed", NONE), ("fieldMaskError.FIELD_NOT_FOUND", "operations[0].update_mask")),
        (("crmBasedUserList", NONE), ("fieldMaskError.FIELD_HAS_SUBFIELDS", "operations[0].update_mask")),
        (
            ("crmBasedUserList.uploadKeyType", CRM),
            ("fieldError.IMMUTABLE_FIELD", "operations[0].update.crm_based_user_list.upload_key_type"),
        ),
        (("name", NONE), ("userListError.INVALID_NAME", "operations[0].update.name")),
        (
            ("membershipLifeSpan", NONE),
            ("fieldError.FIELD_CANNOT_BE_CLEARED", "operations[0].update.membership_life_span"),
        ),
        (("membershipStatus", NONE), ("fieldError.FIELD_CANNOT_BE_CLEARED", "operations[0].update.membership_status")),
    ],
)
async def test_a_change_that_cannot_be_is_refused(
    post: Post,
    new_list: New,
    world: World,
    refusals: Refusals,
    change: tuple[str | None, Json],
    refusal: tuple[str, str],
) -> None:
    mask, fields = change
    before = kept(world, await new_list())

    answer = await post("userLists", {"operations": [update(before.id, mask, **fields)]})

    assert (refusals(answer), kept(world, before.id)) == ([refusal], before)


async def test_lists_of_others_and_of_nobody_are_not_found(post: Post, refusals: Refusals) -> None:
    names = ["customers/1112223334/userLists/1", f"{HOME}/userLists/1", f"{HOME}/campaigns/1", ""]

    found = [refusals(await post("userLists", {"operations": [{"remove": name}]})) for name in names]

    assert found == [
        [(code, "operations[0].remove")]
        for code in (
            "requestError.INVALID_CUSTOMER_ID",
            "mutateError.RESOURCE_NOT_FOUND",
            "requestError.RESOURCE_NAME_MALFORMED",
            "requestError.RESOURCE_NAME_MISSING",
        )
    ]


async def test_partial_failure_keeps_what_is_right(post: Post, world: World) -> None:
    operations = [{"create": {"name": "A"}}, {"create": {"name": "B", **CRM}}, {}]

    answer = await post("userLists", {"operations": operations, "partialFailure": True})

    (made,) = world.people.audiences("google", ACCOUNT)
    assert answer.json()["results"] == [{}, {"resourceName": f"{HOME}/userLists/{made.id}"}, {}]
    errors = answer.json()["partialFailureError"]["details"][0]["errors"]
    assert [error["errorCode"] for error in errors] == [
        {"userListError": "USER_LIST_MUTATE_NOT_SUPPORTED"},
        {"requestError": "OPERATION_REQUIRED"},
    ]


async def test_without_it_one_wrong_operation_undoes_the_others(post: Post, world: World) -> None:
    operations = [{"create": {"name": "B", **CRM}}, {"create": {"name": "A"}}]

    answer = await post("userLists", {"operations": operations})

    assert (answer.status_code, world.people.audiences("google", ACCOUNT)) == (400, [])


async def test_what_is_only_validated_is_not_kept_nor_counted_as_an_attempt(post: Post, world: World) -> None:
    body = {"operations": [{"create": {"name": "B", **CRM}}], "validateOnly": True}

    assert (await post("userLists", body)).json() == {}
    assert (world.people.audiences("google", ACCOUNT), world.attempts()) == ([], [])


async def test_attempts_are_remembered(post: Post, new_list: New, world: World) -> None:
    made = await new_list()
    await post("userLists", {"operations": [update(made, "name", name="Other")]})
    await post("userLists", {"operations": [{"remove": f"{HOME}/userLists/{made}"}]})
    await post("userLists", {"operations": 1})

    assert [entry[2:] for entry in world.attempts()] == [
        ("create_audience", ACCOUNT),
        ("update_audience", made),
        ("remove_audience", made),
        ("change_audience", ACCOUNT),
    ]


@pytest.mark.parametrize(
    ("body", "field", "description"),
    [
        (
            {"operations": [{"create": {"name": "N", "speed": 1}}]},
            "operations[0].create",
            "Invalid JSON payload received. Unknown name \"speed\" at 'operations[0].create': Cannot find field.",
        ),
        (
            {"operations": [{"create": {"membershipStatus": "ann@example.com"}}]},
            "operations[0].create.membership_status",
            "Invalid value at 'operations[0].create.membership_status'",
        ),
        (
            {"operations": [{"create": {**CRM, **ruled(ITEM)}}]},
            "operations[0].create",
            "Invalid value at 'operations[0].create' (oneof), oneof field 'user_list' is already set.",
        ),
        (
            {"operations": [update("1", "membership_status")]},
            "operations[0].update_mask",
            "Invalid value at 'operations[0].update_mask'",
        ),
    ],
)
async def test_what_is_no_such_message_never_reaches_the_service(
    post: Post, body: Json, field: str, description: str
) -> None:
    answer = await post("userLists", body)

    (detail,) = answer.json()["error"]["details"]
    assert answer.status_code == 400
    assert detail == {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": field, "description": description}],
    }


async def test_a_manager_has_no_lists(post: Post, refusals: Refusals) -> None:
    answer = await post("userLists", {"operations": [{"create": {"name": "N", **CRM}}]}, MANAGER.id)

    assert refusals(answer) == [("requestError.CANNOT_BE_EXECUTED_BY_MANAGER_ACCOUNT", "")]


async def test_sizes_come_when_a_list_is_processed_and_are_rounded(
    new_list: New, world: World, rows: Rows, later: Later
) -> None:
    made = await new_list()
    like_them = await new_list("Like them", **like(made))
    change_members(world, kept(world, made), "add", (f"EMAIL={number}" for number in range(1234)))
    matched = world.people.matched(kept(world, made))
    query = f"SELECT {SIZES} FROM user_list WHERE user_list.id ="

    first = await rows(f"{query} {made}")
    await later(PROCESSING)
    then, alike = await rows(f"{query} {made}"), await rows(f"{query} {like_them}")
    change_members(world, kept(world, made), "add", ["EMAIL=more"])
    during = await rows(f"{query} {made}")

    shown = {"sizeForSearch": str(matched // 10 * 10), "matchRatePercentage": 80, "eligibleForSearch": True}
    assert first == [{"userList": {"eligibleForSearch": False}}]
    assert then == during == [{"userList": shown}]
    assert alike == [{"userList": {"sizeForSearch": str(matched * 50 // 1000 * 1000), "eligibleForSearch": True}}]


async def test_nobody_comes_into_a_closed_list(new_list: New, world: World) -> None:
    made = await new_list(membershipStatus="CLOSED", **CRM)

    change_members(world, kept(world, made), "add", ["EMAIL=a"])

    assert world.people.size(kept(world, made)) == 0


async def test_each_account_has_one_conversion_action_and_tracks_its_own(rows: Rows) -> None:
    setting = "customer.conversion_tracking_setting"
    names = ("google_ads_conversion_customer", "conversion_tracking_status", "accepted_customer_data_terms")

    action = await rows(
        "SELECT conversion_action.id, conversion_action.type, conversion_action.status FROM conversion_action"
    )
    found = await rows(f"SELECT {', '.join(f'{setting}.{name}' for name in names)} FROM customer")

    assert action == [{"conversionAction": {"id": f"7{ACCOUNT}", "type": "UPLOAD_CLICKS", "status": "ENABLED"}}]
    assert found == [
        {
            "customer": {
                "conversionTrackingSetting": {
                    "googleAdsConversionCustomer": HOME,
                    "conversionTrackingStatus": "CONVERSION_TRACKING_MANAGED_BY_SELF",
                    "acceptedCustomerDataTerms": True,
                }
            }
        }
    ]


@pytest.mark.parametrize(
    "flexible",
    [
        {"inclusiveOperands": [{"rule": {"ruleItemGroups": [{"ruleItems": [ITEM]}]}}] * 2},
        {"inclusiveOperands": [NONE]},
        {"inclusiveOperands": [{"rule": {"ruleItemGroups": [NONE]}}]},
    ],
)
async def test_rules_that_cannot_be_followed_are_refused(post: Post, refusals: Refusals, flexible: Json) -> None:
    rules = {"ruleBasedUserList": {"flexibleRuleUserList": flexible}}

    answer = await post("userLists", {"operations": [{"create": {"name": "Visitors", **rules}}]})

    assert [code for code, _ in refusals(answer)] == ["userListError.INVALID_RULE"]


async def test_flexible_rules_are_ors_of_ands(post: Post, refusals: Refusals) -> None:
    rule = {"ruleType": "AND_OF_ORS", "ruleItemGroups": [{"ruleItems": [ITEM]}]}
    rules = {"ruleBasedUserList": {"flexibleRuleUserList": {"inclusiveOperands": [{"rule": rule}]}}}

    answer = await post("userLists", {"operations": [{"create": {"name": "Visitors", **rules}}]})

    assert [code for code, _ in refusals(answer)] == ["userListError.RULE_TYPE_IS_NOT_SUPPORTED"]


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        ({"create": {"name": "N", **ruled(ITEM | {"dateRuleItem": NONE})}}, "rule_items[0]"),
        ({"create": {"name": "N", "ruleBasedUserList": {"prepopulationStatus": "FAILED"}}}, "prepopulation_status"),
        ({"create": {"name": "N", "membershipLifeSpan": "9 days", **CRM}}, "membership_life_span"),
        ({"create": {"name": "N", **CRM}, "remove": "x"}, "operations[0]"),
    ],
)
async def test_what_the_front_end_cannot_read_refuses_the_request(
    post: Post, world: World, operation: Json, field: str
) -> None:
    fine = {"create": {"name": "Fine", **CRM}}

    answer = await post("userLists", {"operations": [operation, fine], "partialFailure": True})

    (detail,) = answer.json()["error"]["details"]
    (violation,) = detail["fieldViolations"]
    assert (answer.status_code, violation["field"].endswith(field)) == (400, True)
    assert world.people.audiences("google", ACCOUNT) == []


async def test_requests_without_operations_and_with_too_many_are_refused(post: Post, refusals: Refusals) -> None:
    none, many = await post("userLists", NONE), await post("userLists", {"operations": [NONE] * 10_001})

    assert refusals(none) == [("requestError.REQUIRED_FIELD_MISSING", "")]
    assert refusals(many) == [("requestError.TOO_MANY_MUTATE_OPERATIONS", "")]


async def test_only_updates_have_a_mask_and_each_list_is_touched_once(
    post: Post, new_list: New, refusals: Refusals
) -> None:
    made = await new_list()
    change = update(made, "name", name="Other")

    masked = await post("userLists", {"operations": [{"create": {"name": "N", **CRM}, "updateMask": "name"}]})
    twice = await post("userLists", {"operations": [change, change]})

    assert refusals(masked) == [("fieldMaskError.FIELD_MASK_NOT_ALLOWED", "operations[0].update_mask")]
    assert refusals(twice) == [
        ("mutateError.ID_EXISTS_IN_MULTIPLE_MUTATES", "operations[1].update.resource_name"),
    ]


async def test_what_is_no_json_is_refused_and_counted_as_an_attempt(http: httpx2.AsyncClient, world: World) -> None:
    path = f"/v26/{HOME}/userLists:mutate"

    answers = [
        await http.post(path, content=b"{", headers={"content-type": "application/json"}),
        await http.post(path, content=b"{}", headers={"content-type": "text/plain"}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert [entry[2:] for entry in world.attempts()] == [("change_audience", ACCOUNT)] * 2


async def test_a_manager_is_shown_no_lists_and_visitors_are_nobody(
    http: httpx2.AsyncClient, new_list: New, rows: Rows, later: Later
) -> None:
    await new_list("Visitors", **ruled(ITEM))
    await later(PROCESSING)

    body = {"query": "SELECT user_list.id FROM user_list"}
    manager = await http.post(f"/v26/customers/{MANAGER.id}/googleAds:search", json=body)

    assert "results" not in manager.json()
    assert await rows("SELECT user_list.size_for_search, user_list.size_range_for_search FROM user_list") == [
        {"userList": {"sizeForSearch": "0", "sizeRangeForSearch": "LESS_THAN_FIVE_HUNDRED"}}
    ]
