"""TikTok's own SDK, unmodified, tells people to the sandbox: what it sent is what the world knows."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from pathlib import Path

import pytest
import uvicorn
from business_api_client import ApiClient, Configuration
from business_api_client.api.audience_api import AudienceApi
from business_api_client.api.event_callback_api import EventCallbackApi
from business_api_client.models import (
    CustomAudienceCreateBody,
    CustomAudienceDeleteBody,
    CustomAudienceUpdateBody,
    LookalikeCreateBody,
    PixelBatchBody,
    PixelTrackBody,
    RuleCreateBody,
)
from business_api_client.models.dmpcustom_audiencelookalikecreate_lookalike_spec import (
    DmpcustomAudiencelookalikecreateLookalikeSpec as LookalikeSpec,
)
from business_api_client.models.dmpcustom_audiencerulecreate_rule_spec import (
    DmpcustomAudiencerulecreateRuleSpec as RuleSpec,
)
from business_api_client.models.dmpcustom_audiencerulecreate_rule_spec_inclusion_rule_set import (
    DmpcustomAudiencerulecreateRuleSpecInclusionRuleSet as RuleSet,
)
from business_api_client.models.dmpcustom_audiencerulecreate_rule_spec_inclusion_rule_set_filter_set import (
    DmpcustomAudiencerulecreateRuleSpecInclusionRuleSetFilterSet as FilterSet,
)
from business_api_client.models.dmpcustom_audiencerulecreate_rule_spec_inclusion_rule_set_filter_set_filters import (
    DmpcustomAudiencerulecreateRuleSpecInclusionRuleSetFilterSetFilters as Filters,
)
from business_api_client.models.dmpcustom_audiencerulecreate_rule_spec_inclusion_rule_set_filter_set_parameter_filters import (
    DmpcustomAudiencerulecreateRuleSpecInclusionRuleSetFilterSetParameterFilters as ParameterFilters,
)
from business_api_client.models.dmpcustom_audiencerulecreate_rule_spec_inclusion_rule_set_rules import (
    DmpcustomAudiencerulecreateRuleSpecInclusionRuleSetRules as Rules,
)
from business_api_client.models.pixel_content import PixelContent
from business_api_client.models.pixel_context import PixelContext
from business_api_client.models.pixel_context_ad import PixelContextAd
from business_api_client.models.pixel_context_page import PixelContextPage
from business_api_client.models.pixel_context_user import PixelContextUser
from business_api_client.models.pixel_properties import PixelProperties
from business_api_client.models.pixelbatch_batch import PixelbatchBatch
from business_api_client.tiktok_business.tiktok_exceptions import TiktokSDKError

from xylo_mcp.sandbox.people import Event
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.tiktok.cast import pixel_id
from xylo_mcp.sandbox.world import World

US = CAST.accounts[0].id
PIXEL = f"C{US}"
TOKEN = CREDENTIALS["ACCESS_TOKEN"]
DIGESTS = [sha256(str(number).encode()).hexdigest() for number in range(2_000)]


class Clock:
    now = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(seed=7, anchor=clock.now.date(), clock=clock, casts=(CAST,))


@pytest.fixture
def client(world: World) -> Iterator[ApiClient]:
    listener = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(server(world), lifespan="off", log_level="warning"))
    thread = threading.Thread(target=running.run, args=([listener],))
    thread.start()
    configuration = Configuration()
    configuration.host = f"http://127.0.0.1:{listener.getsockname()[1]}"
    client = ApiClient(configuration)
    yield client
    client.rest_client.pool_manager.clear()
    running.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture
def audiences(client: ApiClient) -> AudienceApi:
    return AudienceApi(client)


@pytest.fixture
def upload(audiences: AudienceApi, tmp_path: Path) -> Callable[..., str]:
    def uploaded(lines: Sequence[str], calculate_type: str = "EMAIL_SHA256") -> str:
        file = tmp_path / "list.csv"
        file.write_text("\n".join(lines))
        signature = md5(file.read_bytes()).hexdigest()
        told = {"advertiser_id": US, "calculate_type": calculate_type, "file_signature": signature}
        return audiences.dmp_custom_audience_file_upload(TOKEN, file=str(file), **told)["data"]["file_path"]

    return uploaded


def create(audiences: AudienceApi, calculate_type: str, *paths: str) -> str:
    body = CustomAudienceCreateBody(
        advertiser_id=US, custom_audience_name="Buyers", calculate_type=calculate_type, file_paths=list(paths)
    )
    return audiences.dmp_custom_audience_create(TOKEN, body=body)["data"]["custom_audience_id"]


def members(world: World, audience_id: str) -> list[str]:
    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    return [person for person, _ in world.people.members(audience)]


def people(first: int, last: int) -> list[str]:
    return sorted(f"EMAIL_SHA256={digest}" for digest in DIGESTS[first:last])


def test_a_list_lives_from_its_files_to_its_deletion(
    world: World, clock: Clock, audiences: AudienceApi, upload: Callable[..., str]
) -> None:
    def update(**fields: object) -> dict:
        body = CustomAudienceUpdateBody(advertiser_id=US, custom_audience_id=audience_id, **fields)
        return audiences.dmp_custom_audience_update(TOKEN, body=body)["data"]

    audience_id = create(audiences, "EMAIL_SHA256", upload(DIGESTS[:1_000]), upload(DIGESTS[1_000:1_500]))
    held = [members(world, audience_id)]
    clock.now += timedelta(days=1)
    for action, first, last in (("APPEND", 1_400, 1_900), ("REMOVE", 0, 100), ("REPLACE", 200, 1_800)):
        assert update(file_paths=[upload(DIGESTS[first:last])], action=action) == {}
        held.append(members(world, audience_id))
    assert update(custom_audience_name="春 Buyers") == {}
    clock.now += timedelta(days=1)
    listed = audiences.dmp_custom_audience_list(US, TOKEN, custom_audience_ids=[audience_id], page_size=100)["data"]
    told = audiences.dmp_custom_audience_get(US, [audience_id], TOKEN, history_size=2)["data"]
    known = world.people.audience("tiktok", audience_id)
    assert known is not None
    matched = world.people.matched(known)
    gone = CustomAudienceDeleteBody(advertiser_id=US, custom_audience_ids=[audience_id])
    assert audiences.dmp_custom_audience_delete(TOKEN, body=gone)["data"] == {}

    assert held == [people(0, 1_500), people(0, 1_900), people(100, 1_900), people(200, 1_800)]
    (item,) = listed["list"]
    assert listed["page_info"] == {"page": 1, "page_size": 100, "total_number": 1, "total_page": 1}
    assert [item[name] for name in ("audience_id", "name", "cover_num", "is_valid")] == [
        audience_id,
        "春 Buyers",
        matched,
        True,
    ]
    assert [deed["action"] for deed in told["list"][0]["audience_history"]] == ["Rename", "Replace"]
    assert world.people.audiences("tiktok", US) == []


def test_a_file_of_several_types_is_told_row_by_row(
    world: World, audiences: AudienceApi, upload: Callable[..., str]
) -> None:
    first, second, third = DIGESTS[:3]
    path = upload(["email_SHA256,phone_SHA256", f"{first},{second}", f"{third},"], "MULTIPLE_TYPES")

    audience_id = create(audiences, "MULTIPLE_TYPES", path)

    assert members(world, audience_id) == sorted(
        [f"PHONE_SHA256={second}|EMAIL_SHA256={first}", f"EMAIL_SHA256={third}"]
    )


def test_a_raw_address_is_refused_without_being_repeated(
    world: World, audiences: AudienceApi, upload: Callable[..., str]
) -> None:
    with pytest.raises(TiktokSDKError) as refused:
        upload([DIGESTS[0], "me@example.com"])

    assert "Error Code: 40909, message: Line 2 has a value that is no EMAIL_SHA256." in str(refused.value)
    assert "me@example.com" not in str(refused.value)
    assert world.people.audiences("tiktok", US) == []


def test_audiences_by_rules_and_like_others_are_understood(world: World, clock: Clock, audiences: AudienceApi) -> None:
    parameters = [ParameterFilters(field="URL", operator="CONTAINS", values=["us"])]
    filters = [Filters(field="EVENT", operator="EQ", value="PIXEL COMPLETE PAYMENT", parameter_filters=parameters)]
    rule = Rules(
        event_source_ids=[pixel_id(US)], retention_days=30, filter_set=FilterSet(filters=filters, operator="OR")
    )
    body = RuleCreateBody(
        advertiser_id=US,
        custom_audience_name="Visitors",
        audience_type="PIXEL",
        rule_spec=RuleSpec(inclusion_rule_set=RuleSet(operator="OR", rules=[rule])),
    )
    visitors = audiences.dmp_custom_audience_rule_create(TOKEN, body=body)["data"]["custom_audience_id"]
    clock.now += timedelta(days=1)
    spec = LookalikeSpec(
        source_audience_id=visitors,
        include_source=False,
        mobile_os="ALL",
        placements=["TikTok"],
        location_ids=["2921044"],
        audience_size="NARROW",
    )
    like = LookalikeCreateBody(advertiser_id=US, custom_audience_name="Like", lookalike_spec=spec)
    alike = audiences.dmp_custom_audience_lookalike_create(TOKEN, body=like)["data"]["custom_audience_id"]

    assert [(one.id, one.name, one.details["audience_type"]) for one in world.people.audiences("tiktok", US)] == [
        (visitors, "Visitors", "Website Audience"),
        (alike, "Like", "Lookalike Audience"),
    ]


def a_context(email: str) -> PixelContext:
    return PixelContext(
        user=PixelContextUser(email=email, external_id=DIGESTS[1], phone_number=DIGESTS[2], ttp="cookie"),
        ad=PixelContextAd(callback="E.C.P.demo"),
        page=PixelContextPage(url="https://shop.example/"),
    )


def test_events_are_known_as_they_were_sent(world: World, clock: Clock, client: ApiClient) -> None:
    content = PixelContent(content_id="1", content_type="product", price=10.5, quantity=2)
    body = PixelTrackBody(
        pixel_code=PIXEL,
        event="CompletePayment",
        event_id="order-1",
        timestamp="2026-03-04T15:29:00Z",
        context=a_context(DIGESTS[0]),
        properties=PixelProperties(contents=[content], currency="EUR", value=21.0),
    )
    assert EventCallbackApi(client).pixel_track(TOKEN, body=body)["data"] == {}

    (event,) = world.people.events("tiktok")
    assert event == Event(
        platform="tiktok",
        destination=PIXEL,
        name="CompletePayment",
        id="order-1",
        at=datetime(2026, 3, 4, 15, 29, tzinfo=UTC),
        received=clock.now,
        value="21.0",
        currency="EUR",
        person={
            "email": DIGESTS[0],
            "phone_number": DIGESTS[2],
            "external_id": DIGESTS[1],
            "ttp": "cookie",
            "callback": "E.C.P.demo",
        },
        details=event.details,
    )


def test_of_a_batch_the_good_events_are_taken_and_it_hears_that_not_all_are(world: World, client: ApiClient) -> None:
    batch = [
        PixelbatchBatch(type="track", event="ViewContent", event_id=str(number), context=a_context(email))
        for number, email in enumerate([DIGESTS[0], "me@example.com", DIGESTS[2]])
    ]

    with pytest.raises(TiktokSDKError) as partly:
        EventCallbackApi(client).pixel_batch(TOKEN, body=PixelBatchBody(pixel_code=PIXEL, batch=batch))

    assert "Error Code: 20001, message: Partial success" in str(partly.value)
    assert [one.id for one in world.people.events("tiktok")] == ["0", "2"]
