"""The sandbox's TikTok makes audiences by rules, and audiences like others, where TikTok would."""

from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256

import msgspec
import pytest

from xylo_mcp.sandbox.people import Audience
from xylo_mcp.sandbox.tiktok import CAST
from xylo_mcp.sandbox.tiktok.cast import event_sources, pixel_id
from xylo_mcp.sandbox.world import World

Answer = tuple[int, str, dict[str, object]]
Ask = Callable[..., Awaitable[Answer]]
Later = Callable[..., None]

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
AUDIENCE = "/dmp/custom_audience"
PIXEL = pixel_id(US)
AT = "rule_spec.inclusion_rule_set.rules[0]"
URL = {"field": "URL", "operator": "CONTAINS", "values": ["us"]}
PRICE = {"field": "PRICE", "operator": "IS_GREATER_THAN", "values": ["10"]}


class Told(msgspec.Struct):
    audience_details: dict[str, object]


def rule(*sources: str, **others: object) -> dict[str, object]:
    plain: dict[str, object] = {"event_source_ids": list(sources)} if sources else {}
    return {**plain, "retention_days": 30, **others}


def filters(value: str = "PIXEL COMPLETE PAYMENT", *parameters: Mapping[str, object]) -> dict[str, object]:
    one: dict[str, object] = {"field": "EVENT", "operator": "EQ", "value": value}
    if parameters:
        one["parameter_filters"] = list(parameters)
    return {"operator": "OR", "filters": [one]}


def spec(*rules: object, without: object = None) -> dict[str, object]:
    included = {"inclusion_rule_set": {"operator": "OR", "rules": list(rules)}}
    return {**included, "exclusion_rule_set": {"operator": "OR", "rules": [without]}} if without else {**included}


@pytest.fixture
def make(post: Ask) -> Ask:
    async def made(audience_type: str, rule_spec: object, **others: object) -> Answer:
        body = {"advertiser_id": US, "custom_audience_name": "Visitors", **others}
        return await post(f"{AUDIENCE}/rule/create/", audience_type=audience_type, rule_spec=rule_spec, **body)

    return made


def only(world: World) -> Audience:
    (audience,) = world.people.audiences("tiktok", US)
    return audience


def an_ad_group(world: World) -> str:
    return next(group.id for one in world.campaigns("tiktok", US) for group in world.ad_groups("tiktok", one))


async def test_an_audience_of_visitors_keeps_its_rules(world: World, make: Ask, read: Ask, later: Later) -> None:
    visitors = spec(
        rule(PIXEL, filter_set=filters("PIXEL COMPLETE PAYMENT", URL, PRICE)), without=rule(PIXEL, retention_days=7)
    )

    code, message, data = await make("PIXEL", visitors, retention_in_days=30, is_auto_refresh=False)
    later(hours=6)
    _, _, told = await read(f"{AUDIENCE}/get/", advertiser_id=US, custom_audience_ids=[only(world).id])

    assert (code, message, data) == (0, "OK", {"custom_audience_id": only(world).id})
    details = msgspec.convert(told["list"], list[Told])[0].audience_details
    assert msgspec.json.decode(str(details.pop("rule"))) == visitors
    assert isinstance(cover := details.pop("cover_num"), int)
    assert cover > 1_000
    assert details == {
        "audience_id": only(world).id,
        "name": "Visitors",
        "audience_type": "Website Audience",
        "audience_sub_type": "NORMAL",
        "calculate_type": None,
        "shared": False,
        "is_creator": True,
        "is_valid": True,
        "is_expiring": True,
        "is_auto_refresh": False,
        "owner_id": US,
        "msg": "",
        "error_msg": "",
        "create_time": "2026-03-04 15:30:00",
        "expired_time": "2026-04-03 15:30:00",
        "lookalike_spec": None,
    }
    assert [attempt[2:] for attempt in world.attempts()] == [("create_audience", US)]


@pytest.mark.parametrize(
    ("audience_type", "sources", "others", "displayed"),
    [
        ("PIXEL", [PIXEL], {}, "Website Audience"),
        ("APP", [event_sources(US)["app"]], {}, "App Activity Audience"),
        ("OFFLINE", [event_sources(US)["offline"]], {}, "Offline Activity Audience"),
        ("ENGAGEMENT", [], {}, "Engagement Audience"),
        ("LEAD_GENERATION", [], {}, "Lead Generation"),
        (
            "ENGAGEMENT_LIVE_VIDEO",
            ["1"],
            {"identity_id": "a", "identity_type": "TT_USER"},
            "Live Engagement Audience",
        ),
        (
            "ENGAGEMENT_ORGANIC_VIDEO",
            ["1"],
            {"identity_id": "a", "identity_type": "BC_AUTH_TT", "identity_authorized_bc_id": "7"},
            "Organic Engagement Audience",
        ),
        ("BUSINESS_ACCOUNT", ["1"], {}, "Rule Business Account"),
        ("TIKTOK_SHOP", ["1"], {}, "Rule ad shop"),
    ],
)
async def test_there_are_audiences_of_nine_types(
    world: World, make: Ask, audience_type: str, sources: list[str], others: dict[str, object], displayed: str
) -> None:
    code, _, _ = await make(audience_type, spec(rule(*sources)), **others)

    assert code == 0
    assert only(world).details["audience_type"] == displayed


async def test_an_engagement_audience_is_about_the_advertisers_own_ad_groups(world: World, make: Ask) -> None:
    code, _, _ = await make("ENGAGEMENT", spec(rule(an_ad_group(world))))
    refused = await make("ENGAGEMENT", spec(rule("7")))

    assert code == 0
    assert refused == (40002, "event_source_ids: The event source 7 doesn't exist.", {})


@pytest.mark.parametrize(
    ("audience_type", "rule_spec", "message"),
    [
        ("WEBSITE", spec(rule(PIXEL)), "audience_type: Invalid enum value 'WEBSITE'."),
        ("PIXEL", {"include_rule_set": {}}, "rule_spec: Object contains unknown field `include_rule_set`."),
        ("PIXEL", {}, "rule_spec: Object missing required field `inclusion_rule_set`."),
        ("PIXEL", spec(), "rule_spec.inclusion_rule_set.rules: Expected `array` of length >= 1."),
        ("PIXEL", spec({"event_source_ids": [PIXEL]}), f"{AT}: Object missing required field `retention_days`."),
        ("PIXEL", spec(rule(PIXEL, retention_days=181)), f"{AT}.retention_days: Expected `int` <= 180."),
        ("PIXEL", spec(rule()), f"{AT}.event_source_ids: Required when audience_type is PIXEL."),
        (
            "PIXEL",
            spec(rule(f"C{US}")),
            f"{AT}.event_source_ids[0]: Expected `str` matching regex '^[0-9]{{1,19}}\\\\Z'.",
        ),
        ("PIXEL", spec(rule(pixel_id(DE))), f"event_source_ids: The event source {pixel_id(DE)} doesn't exist."),
        (
            "PIXEL",
            spec(rule(PIXEL), without=rule("7")),
            "event_source_ids: The event source 7 doesn't exist.",
        ),
        ("APP", spec(rule("7")), "event_source_ids: The event source 7 doesn't exist."),
        ("OFFLINE", spec(rule("7")), "event_source_ids: The event source 7 doesn't exist."),
        ("LEAD_GENERATION", spec(rule("7")), f"{AT}.event_source_ids: Not when audience_type is LEAD_GENERATION."),
        (
            "ENGAGEMENT_LIVE_VIDEO",
            spec(rule(*"12345678901")),
            f"{AT}.event_source_ids: No more than 10 when audience_type is ENGAGEMENT_LIVE_VIDEO.",
        ),
        (
            "ENGAGEMENT_ORGANIC_VIDEO",
            spec(rule("1", retention_days=60)),
            f"{AT}.retention_days: Must be 7, 14 or 30 when audience_type is ENGAGEMENT_ORGANIC_VIDEO.",
        ),
        (
            "BUSINESS_ACCOUNT",
            spec(rule("1", retention_days=60)),
            f"{AT}.retention_days: Must be 7, 14 or 30 when audience_type is BUSINESS_ACCOUNT.",
        ),
        (
            "ENGAGEMENT_LIVE_VIDEO",
            spec(rule("1")),
            "identity_id: Required when audience_type is ENGAGEMENT_LIVE_VIDEO.",
        ),
        (
            "PIXEL",
            spec(rule(PIXEL, filter_set={"operator": "OR", "filters": filters()["filters"] * 2})),  # type: ignore[operator]
            f"{AT}.filter_set.filters: Expected `array` of length <= 1.",
        ),
        (
            "PIXEL",
            spec(rule(PIXEL, filter_set=filters("A", URL, URL))),
            f"{AT}.filter_set.filters[0].parameter_filters: No more than one of the field URL and ten of others.",
        ),
        (
            "PIXEL",
            spec(rule(PIXEL, filter_set=filters("A", *[PRICE] * 11))),
            f"{AT}.filter_set.filters[0].parameter_filters: No more than one of the field URL and ten of others.",
        ),
        (
            "PIXEL",
            spec(rule(PIXEL, filter_set=filters("A", {**URL, "operator": "IS_LESS_THAN"}))),
            f"{AT}.filter_set.filters[0].parameter_filters: The field URL takes only CONTAINS, DOES_NOT_CONTAIN and EQ.",
        ),
        (
            "PIXEL",
            spec(rule(PIXEL, filter_set=filters("A", {**URL, "values": ["a"] * 11}))),
            f"{AT}.filter_set.filters[0].parameter_filters[0].values: Expected `array` of length <= 10.",
        ),
        (
            "PIXEL",
            spec(rule(PIXEL, filter_set=filters("A", {**URL, "values": ["a" * 101]}))),
            f"{AT}.filter_set.filters[0].parameter_filters[0].values[0]: Expected `str` of length <= 100.",
        ),
        (
            "APP",
            spec(rule(event_sources(US)["app"], filter_set=filters("A", URL))),
            f"{AT}.filter_set.filters[0].parameter_filters: Only when audience_type is PIXEL.",
        ),
    ],
)
async def test_rules_that_tiktok_does_not_have_are_refused(
    world: World, make: Ask, audience_type: str, rule_spec: object, message: str
) -> None:
    others = {"identity_type": "TT_USER"} if "VIDEO" in audience_type else {}

    assert await make(audience_type, rule_spec, **others) == (40002, message, {})
    assert world.people.audiences("tiktok", US) == []


async def test_followers_of_a_business_account_may_be_looked_for_further_back(make: Ask) -> None:
    follows = filters("BUSINESS ACCOUNT PROFILE FOLLOW")

    assert (await make("BUSINESS_ACCOUNT", spec(rule("1", retention_days=60, filter_set=follows))))[0] == 0


async def test_an_identity_of_a_business_center_needs_its_id(make: Ask) -> None:
    answer = await make("ENGAGEMENT_LIVE_VIDEO", spec(rule("1")), identity_id="a", identity_type="BC_AUTH_TT")

    message = "identity_authorized_bc_id: Required when identity_type is BC_AUTH_TT."
    assert answer == (40002, message, {})


async def test_a_rule_audience_takes_another_name_but_no_files(world: World, make: Ask, post: Ask, upload: Ask) -> None:
    await make("PIXEL", spec(rule(PIXEL)))
    _, _, file = await upload(sha256(b"a").hexdigest().encode())
    body = {"advertiser_id": US, "custom_audience_id": only(world).id}

    refused = await post(f"{AUDIENCE}/update/", **body, file_paths=[file["file_path"]])
    renamed = await post(f"{AUDIENCE}/update/", **body, custom_audience_name="B")

    assert refused == (40002, "file_paths: Only for a Customer File audience.", {})
    assert (renamed, only(world).name) == ((0, "OK", {}), "B")


@pytest.fixture
def like(post: Ask) -> Ask:
    async def made(source: str, **others: object) -> Answer:
        wanted = {
            "source_audience_id": source,
            "include_source": False,
            "mobile_os": "ALL",
            "placements": ["TikTok"],
            "location_ids": ["2921044"],
            "audience_size": "BALANCED",
            **others,
        }
        body = {"advertiser_id": US, "custom_audience_name": "Like"}
        return await post(f"{AUDIENCE}/lookalike/create/", **body, lookalike_spec=wanted)

    return made


async def test_an_audience_like_another_can_be_made_once_that_is_known(
    world: World, make: Ask, like: Ask, read: Ask, later: Later
) -> None:
    await make("PIXEL", spec(rule(PIXEL)))
    source = only(world).id
    early = await like(source)
    later(hours=6)
    code, message, data = await like(source)
    again = await like(str(data["custom_audience_id"]))
    _, _, told = await read(f"{AUDIENCE}/get/", advertiser_id=US, custom_audience_ids=[data["custom_audience_id"]])

    at = "lookalike_spec.source_audience_id"
    assert early == (40002, f"{at}: The size of the source audience must be no less than 100.", {})
    assert (code, message) == (0, "OK")
    assert again == (40002, f"{at}: The source audience cannot be a lookalike audience.", {})
    details = msgspec.convert(told["list"], list[Told])[0].audience_details
    assert (details["audience_type"], details["is_valid"]) == ("Lookalike Audience", False)
    assert details["lookalike_spec"] == {
        "source_audience_id": source,
        "include_source": False,
        "mobile_os": "ALL",
        "placements": ["TikTok"],
        "location_ids": ["2921044"],
        "audience_size": "BALANCED",
    }


@pytest.mark.parametrize(
    ("others", "code", "message"),
    [
        ({"source_audience_id": "7"}, 40007, "Audience 7 doesn't exist."),
        ({"location_ids": []}, 40002, "lookalike_spec.location_ids: Expected `array` of length >= 1."),
        ({"mobile_os": "WINDOWS"}, 40002, "lookalike_spec.mobile_os: Invalid enum value 'WINDOWS'."),
        ({"audience_size": "10"}, 40002, "lookalike_spec.audience_size: Invalid enum value '10'."),
        (
            {"placements": ["PLACEMENT_TIKTOK"]},
            40002,
            "lookalike_spec.placements[0]: Invalid enum value 'PLACEMENT_TIKTOK'.",
        ),
        ({"ratio": 1}, 40002, "lookalike_spec: Object contains unknown field `ratio`."),
    ],
)
async def test_a_lookalike_that_breaks_a_rule_is_not_made(
    like: Ask, others: dict[str, object], code: int, message: str
) -> None:
    assert await like("7", **others) == (code, message, {})


async def test_a_lookalike_is_not_opened_to_reservations(
    world: World, make: Ask, like: Ask, post: Ask, later: Later
) -> None:
    await make("PIXEL", spec(rule(PIXEL)))
    later(hours=6)
    _, _, data = await like(only(world).id)

    answer = await post(
        f"{AUDIENCE}/update/",
        advertiser_id=US,
        custom_audience_id=data["custom_audience_id"],
        audience_sub_type="REACH_FREQUENCY",
    )

    message = "audience_sub_type: A lookalike audience cannot be used in reach and frequency ads."
    assert answer == (40002, message, {})
