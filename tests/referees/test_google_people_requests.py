"""Google's own message classes read what the adapter sends about people, and know every word it relies on."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args

import httpx2
import pytest
from google.ads import datamanager_v1
from google.ads.datamanager_v1.services.ingestion_service.transports.rest_base import (
    _BaseIngestionServiceRestTransport as Paths,  # pyright: ignore[reportPrivateUsage]  # says where requests go
)
from google.ads.googleads.v26.enums.types.user_list_type import UserListTypeEnum
from google.ads.googleads.v26.errors.types.conversion_upload_error import ConversionUploadErrorEnum
from google.ads.googleads.v26.errors.types.errors import ErrorCode
from google.ads.googleads.v26.services.types import (
    conversion_upload_service,
    google_ads_service,
    offline_user_data_job_service,
    user_list_service,
)
from google.protobuf.json_format import MessageToJson, Parse

from tests.platforms.google.people import ACCOUNT, ANNA, BEN, ID, NAMES, Google, not_allowlisted, says
from xylo_mcp.ads.audiences import Rule, Seed
from xylo_mcp.ads.conversions import Event, Outgoing, Place, Traces
from xylo_mcp.ads.handovers import CreateAudience, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.contract import AdPlatform, Connection, Portion
from xylo_mcp.platforms.google import SPEC, audiences, people_refusals, queries, refusals, verdicts

SAMPLES = Path(__file__).parents[1] / "platforms" / "google" / "samples"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PORTION = Portion(1, [(ANNA, BEN, *NAMES, "pl", "00001")], last=False)
JOB = says(resourceName=f"{ID}/offlineUserDataJobs/555")
WRITTEN = says(results=[{"resourceName": f"{ID}/userLists/77"}])
MESSAGES: Mapping[str, type] = {
    "userLists:mutate": user_list_service.MutateUserListsRequest,
    "offlineUserDataJobs:create": offline_user_data_job_service.CreateOfflineUserDataJobRequest,
    "555:addOperations": offline_user_data_job_service.AddOfflineUserDataJobOperationsRequest,
    "555:run": offline_user_data_job_service.RunOfflineUserDataJobRequest,
    ":uploadClickConversions": conversion_upload_service.UploadClickConversionsRequest,
    "/v1/audienceMembers:ingest": datamanager_v1.IngestAudienceMembersRequest,
    "/v1/audienceMembers:remove": datamanager_v1.RemoveAudienceMembersRequest,
    "/v1/audienceMembers:removeAll": datamanager_v1.RemoveAllAudienceMembersRequest,
    "/v1/events:ingest": datamanager_v1.IngestEventsRequest,
}
EVENTS = [
    Outgoing(
        Event("purchase", f"e-{place}", NOW, place, Money(Decimal("9.90"), "EUR"), traces=traces, consent="granted"),
        (ANNA, BEN),
    )
    for place in get_args(Place)
    for traces in (Traces(gclid="Cj0-made-up"), Traces(wbraid="0AAA"))
]


async def have_lists_made(platform: AdPlatform) -> None:
    for change in (
        CreateAudience(ID, "N", "customer_list", "D"),
        CreateAudience(ID, "N", "website", rule=Rule("", 7, url_contains="shop.example/cart")),
        *(CreateAudience(ID, "N", "lookalike", seed=Seed("77", ("PL",), reach)) for reach in ("narrow", "broad")),
    ):
        await platform.make_audience(ACCOUNT, change, "op-7f3k")
    for status in ("open", "closed"):
        await platform.update_audience(ACCOUNT, UpdateAudience(ID, "77", name="M", status=status))


async def hand_people_over(platform: AdPlatform) -> None:
    for change in (
        UpdateAudience(ID, "77", "add", consent="granted"),
        UpdateAudience(ID, "77", "remove"),
        UpdateAudience(ID, "77", "replace", consent="denied"),
    ):
        note = await platform.take(ACCOUNT, change, "77", "", PORTION)
        await platform.close(ACCOUNT, change, "77", note, "op-7f3k")


@pytest.fixture
async def sent() -> list[tuple[str, str]]:
    """Where each kind of request goes, and its body."""
    made = Google(*[WRITTEN] * 6, *[JOB, says(), says()] * 3)
    moved = Google(not_allowlisted(), *[says(requestId="t-1")] * 5)
    told = Google(says(), not_allowlisted(), says(requestId="t-1"), says(requestId="t-2"))
    for google in (made, moved, told):
        settings = {part.name: part.default for part in SPEC.settings} | {
            "CLIENT_ID": "c",
            "CLIENT_SECRET": "s",
            "REFRESH_TOKEN": "r",
        }
        connection = Connection(settings=settings, network=httpx2.MockTransport(google), clock=lambda: NOW)
        async with SPEC.open(connection) as platform:
            if google is made:
                await have_lists_made(platform)
            if google is told:
                for test in ("test", "test", ""):
                    await platform.send_events(ACCOUNT, "555", EVENTS, test)
            else:
                await hand_people_over(platform)
        assert google.answers == []
    return [(str(one.url), one.content.decode()) for google in (made, moved, told) for one in google.sent]


def test_google_reads_all_that_is_sent_about_people_as_it_is_meant(sent: list[tuple[str, str]]) -> None:
    read: set[str] = set()

    for url, body in sent:
        (end,) = [end for end in MESSAGES if url.endswith(end)]
        message = MESSAGES[end]
        parsed = Parse(body, message.pb(message()))  # type: ignore[attr-defined]  # of proto-plus
        assert Parse(MessageToJson(parsed), message.pb(message())) == parsed  # type: ignore[attr-defined]
        read.add(end)

    assert read == MESSAGES.keys()


def test_data_manager_requests_go_where_googles_own_client_sends_them(sent: list[tuple[str, str]]) -> None:
    methods = (
        Paths._BaseIngestAudienceMembers,  # nothing public says where requests go
        Paths._BaseRemoveAudienceMembers,
        Paths._BaseRemoveAllAudienceMembers,
        Paths._BaseIngestEvents,
    )
    theirs = {f"https://datamanager.googleapis.com{one._get_http_options()[0]['uri']}" for one in methods}

    assert {url for url, _ in sent if "datamanager" in url} == theirs


def test_google_knows_all_codes_and_kinds_that_are_told_apart() -> None:
    known = {
        field.name: {value.name for value in field.enum_type.values}
        for field in ErrorCode.pb(ErrorCode()).DESCRIPTOR.fields
    }
    reasons = {one.name for one in datamanager_v1.ErrorReason}
    uploads = {one.name for one in ConversionUploadErrorEnum.ConversionUploadError}
    codes = [code.partition(".") for code in people_refusals.BY_CODE]

    assert [(name, value) for name, _, value in codes if value not in known[_snake(name)]] == []
    assert [name for name in people_refusals.BY_CATEGORY if _snake(name) not in known] == []
    assert uploads | reasons >= verdicts.KNOWN
    assert people_refusals.OF_DATA_MANAGER.keys() - refusals.BY_REASON.keys() <= reasons
    assert audiences.KINDS.keys() <= {one.name for one in UserListTypeEnum.UserListType}


def test_google_reads_the_sample_of_audiences() -> None:
    shape = google_ads_service.SearchGoogleAdsResponse
    Parse((SAMPLES / "audiences.json").read_text(), shape.pb(shape()))


@pytest.mark.parametrize(
    "query", [queries.audiences("9", 5), queries.tagged_audiences("op-7"), queries.conversion_customer()]
)
def test_google_knows_each_field_that_is_asked_for(query: str) -> None:
    row = google_ads_service.GoogleAdsRow
    for path in query.removeprefix("SELECT ").partition(" FROM ")[0].split(", "):
        message = row.pb(row()).DESCRIPTOR
        for name in path.split("."):
            field = message.fields_by_name.get(name) or message.fields_by_name[f"{name}_"]
            message = field.message_type


def _snake(camel: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in camel)
