"""Changes on the wire: what is sent, how often, and what is made of the answers.

Samples: made up in the documented shapes (Google Ads API reference, v26, `GoogleAdsService`).
"""

from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.errors import AdsError, Garbled, Invalid, NotFound, Rejected, Throttled, Unavailable, Unsupported
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Look, Standing
from xylo_mcp.contract import Connection, Receipt
from xylo_mcp.platforms.google import SPEC

Connect = Callable[..., Connection]
VirtualTime = Callable[[Coroutine[object, object, None]], None]
SAMPLES = Path(__file__).parent / "samples"
ID = "customers/5000000002"
ACCOUNT = Account(ID, "google", "Kranich Räder", "EUR", "Europe/Berlin", "active", "ENABLED", "7000000001")
SINCE = datetime(2026, 11, 20, 11, tzinfo=UTC)
TOTAL = Money(Decimal("1500.50"), "EUR")
CREATE = CreateCampaign(
    ID, "Frühling", "conversions", lifetime_budget=TOTAL, starts=date(2026, 12, 1), ends=date(2026, 12, 31)
)
CREATED = Campaign(
    id="904",
    account=ID,
    name="Frühling",
    status="paused",
    delivery="paused",
    objective="conversions",
    raw_status="PAUSED",
    raw_delivery="PAUSED",
    raw_objective="SEARCH/MAXIMIZE_CONVERSIONS",
    lifetime_budget=TOTAL,
    starts=date(2026, 12, 1),
    ends=date(2026, 12, 31),
)
WINTER = Campaign(
    id="902",
    account=ID,
    name="Winter",
    status="active",
    delivery="delivering",
    objective="other",
    raw_status="ENABLED",
    raw_delivery="ELIGIBLE",
    raw_objective="SEARCH/MANUAL_CPC",
    daily_budget=Money(Decimal(9), "EUR"),
    starts=date(2026, 11, 1),
)
STANDING = Standing(WINTER, [Budget("budget/40", "campaign", daily=Money(Decimal(9), "EUR"))])
PAUSE = PauseCampaign(ID, "902")
RAISE = UpdateCampaign(ID, "902", daily_budget=Money(Decimal(31), "EUR"))


class Google:
    """Answers searches by what stands in their query and writes in turn; remembers both."""

    def __init__(self, *writes: httpx2.Response, **found: list[httpx2.Response]) -> None:
        self.writes, self.found = list(writes), found
        self.searches: list[str] = []
        self.sent: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            return httpx2.Response(200, json={"access_token": "ya29.made-up", "expires_in": 3599})
        if request.url.path.endswith(":mutate"):
            self.sent.append(request)
            return self.writes.pop(0)
        query = msgspec.json.decode(request.content, type=dict[str, str])["query"]
        self.searches.append(query)
        (about,) = [name for name, text in ABOUT.items() if text in query]
        return self.found[about].pop(0)


ABOUT = {
    "active": "NOT IN (PAUSED, REMOVED)",
    "one": "campaign.id IN (",
    "tagged": "campaign_budget.name = 'op-7f3k'",
    "named": "campaign.name = 'Frühling",
}


def sample(name: str) -> httpx2.Response:
    return httpx2.Response(200, content=(SAMPLES / f"{name}.json").read_bytes())


def row(campaign_id: str = "902", **fields: str) -> object:
    campaign = {
        "id": campaign_id,
        "name": "Winter",
        "status": "ENABLED",
        "primaryStatus": "ELIGIBLE",
        "advertisingChannelType": "SEARCH",
        "biddingStrategyType": "MANUAL_CPC",
        "startDateTime": "2026-11-01 00:00:00",
    }
    budget = {"id": "40", "amountMicros": "9000000", "explicitlyShared": False, "referenceCount": "1"}
    return {"campaign": campaign | fields, "campaignBudget": budget}


def page(*rows: object, token: str = "") -> httpx2.Response:
    return httpx2.Response(200, json={"results": rows, "nextPageToken": token, "fieldMask": "campaign.id"})


def result(**fields: object) -> httpx2.Response:
    """The answer to a write of one campaign."""
    named = {"campaignResult": {"resourceName": f"{ID}/campaigns/902", **fields}}
    return httpx2.Response(200, json={"mutateOperationResponses": [named]})


def refusal(status: int, category: str, value: str) -> httpx2.Response:
    detail = {"errors": [{"errorCode": {category: value}, "message": "No."}], "requestId": "Rq-1"}
    return httpx2.Response(status, json={"error": {"code": status, "status": "X", "details": [detail]}})


def partly() -> httpx2.Response:
    """An answer that writes part of what was asked; it is never asked for, yet documented."""
    failure = {"code": 3, "message": "Multiple errors in 'details'."}
    return httpx2.Response(200, json={"partialFailureError": failure, "mutateOperationResponses": [{}]})


async def applied(connection: Connection, change: Change, standing: Standing | None = STANDING) -> Receipt:
    async with SPEC.open(connection) as google:
        return await google.apply(ACCOUNT, change, "op-7f3k", standing)


async def failing(connection: Connection, change: Change = PAUSE) -> AdsError:
    async with SPEC.open(connection) as google:
        with pytest.raises(AdsError) as caught:
            await google.apply(ACCOUNT, change, "op-7f3k", STANDING)
    return caught.value


async def looked(connection: Connection, campaign_id: str = "") -> Look:
    async with SPEC.open(connection) as google:
        return await google.look(ACCOUNT, campaign_id)


async def found(connection: Connection, change: Change) -> tuple[list[str], bool]:
    """The ids of what is found, and whether it is surely what was meant."""
    async with SPEC.open(connection) as google:
        found = await google.find(ACCOUNT, change, "op-7f3k", SINCE)
    return [campaign.id for campaign in found.campaigns], found.sure


async def test_a_campaign_is_created_in_one_request_whose_answer_tells_what_was_stored(connection: Connect) -> None:
    google = Google(sample("created"))

    receipt = await applied(connection(google), CREATE, None)

    assert receipt == Receipt("904", CREATED)
    (request,) = google.sent
    assert str(request.url) == "https://ads.example/v26/customers/5000000002/googleAds:mutate"
    assert request.headers["login-customer-id"] == "7000000001"
    body = msgspec.json.decode(request.content, type=dict[str, object])
    assert body.keys() == {"mutateOperations", "responseContentType"}
    assert body["responseContentType"] == "MUTABLE_RESOURCE"
    assert google.searches == []


async def test_what_a_creations_answer_lacks_is_looked_up(connection: Connect) -> None:
    names = (
        f'{{"mutateOperationResponses": [{{"campaignBudgetResult": {{"resourceName": "{ID}/campaignBudgets/40"}}}},'
        f' {{"campaignResult": {{"resourceName": "{ID}/campaigns/902"}}}}]}}'
    )
    google = Google(httpx2.Response(200, content=names), one=[page(row())])

    assert await applied(connection(google), CREATE, None) == Receipt("902", WINTER)


async def test_a_change_tells_what_was_stored_even_where_reading_lags_behind(connection: Connect) -> None:
    stored = {"resourceName": f"{ID}/campaigns/902", "name": "Winter", "status": "PAUSED"}
    google = Google(result(campaign=stored), one=[page(row())])

    receipt = await applied(connection(google), PAUSE)

    assert receipt == Receipt("902", msgspec.structs.replace(WINTER, status="paused", raw_status="PAUSED"))
    assert len(google.sent) == 1


async def test_a_budget_and_its_campaign_change_in_one_request(connection: Connect) -> None:
    google = Google(sample("updated"), one=[page(row())])
    change = msgspec.structs.replace(RAISE, name="Winter", status="active")

    receipt = await applied(connection(google), change)

    assert receipt == Receipt("902", msgspec.structs.replace(WINTER, daily_budget=Money(Decimal(31), "EUR")))
    assert len(google.sent) == 1


@pytest.mark.parametrize(
    "answer",
    [
        page(),
        page(row(), row("903")),
        page(row(startDateTime="soon")),
        httpx2.Response(200, content=b"<html>"),
        refusal(403, "authorizationError", "USER_PERMISSION_DENIED"),
        refusal(500, "internalError", "TRANSIENT_ERROR"),
    ],
)
def test_a_look_that_fails_afterwards_leaves_the_write_done(
    connection: Connect, in_virtual_time: VirtualTime, answer: httpx2.Response
) -> None:
    google = Google(result(), one=[answer] * 4)

    async def receives_the_campaigns_id() -> None:
        assert await applied(connection(google), PAUSE) == Receipt("902")

    in_virtual_time(receives_the_campaigns_id())


def test_a_look_that_takes_too_long_afterwards_is_given_up(connection: Connect, in_virtual_time: VirtualTime) -> None:
    google = Google(result())

    async def slow(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(":search"):
            await anyio.sleep(3600)
        return google(request)

    async def receives_the_campaigns_id() -> None:
        with anyio.fail_after(10):
            assert await applied(connection(slow), PAUSE) == Receipt("902")

    in_virtual_time(receives_the_campaigns_id())


@pytest.mark.parametrize(
    ("answer", "kind", "nothing_done"),
    [
        (refusal(400, "campaignError", "CANNOT_MODIFY_FOR_TRIAL_CAMPAIGN"), Unsupported, True),
        (refusal(400, "mutateError", "RESOURCE_NOT_FOUND"), NotFound, True),
        (refusal(429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED"), Throttled, True),
        (refusal(409, "databaseError", "CONCURRENT_MODIFICATION"), Unavailable, False),
        (refusal(500, "internalError", "INTERNAL_ERROR"), Unavailable, False),
        (httpx2.Response(502, content=b"<html>Bad gateway"), Unavailable, False),
        (httpx2.Response(200, content=b"<html>"), Garbled, False),
        (httpx2.Response(200, content=b"{}"), Garbled, False),
        (partly(), Garbled, False),
        (httpx2.Response(200, json={"error": {"code": 400, "status": "INVALID_ARGUMENT"}}), Rejected, False),
        (httpx2.Response(200, content=(SAMPLES / "updated.json").read_bytes()[:-9]), Garbled, False),
        (refusal(400, "campaignBudgetError", "DUPLICATE_NAME"), Rejected, False),
        (refusal(400, "campaignError", "DUPLICATE_CAMPAIGN_NAME"), Invalid, True),
    ],
)
async def test_a_write_that_fails_is_sent_once_and_says_whether_it_may_be_done(
    connection: Connect, answer: httpx2.Response, kind: type[AdsError], *, nothing_done: bool
) -> None:
    google = Google(answer, sample("updated"))

    error = await failing(connection(google))

    assert (type(error), error.nothing_done, len(google.sent)) == (kind, nothing_done, 1)


async def test_a_write_whose_token_ran_out_is_sent_again_with_a_new_one(connection: Connect) -> None:
    google = Google(refusal(401, "authenticationError", "OAUTH_TOKEN_EXPIRED"), sample("created"))

    assert await applied(connection(google), CREATE, None) == Receipt("904", CREATED)
    assert len(google.sent) == 2


@pytest.mark.parametrize(
    ("change", "standing", "kind"),
    [
        (msgspec.structs.replace(CREATE, objective="leads"), None, Unsupported),
        (msgspec.structs.replace(CREATE, ends=None), None, Invalid),
        (msgspec.structs.replace(CREATE, starts=date(2026, 11, 19)), None, Invalid),
        (UpdateCampaign(ID, "902", name="Neu"), None, NotFound),
    ],
)
async def test_what_cannot_be_is_refused_alike_everywhere_and_sends_nothing(
    connection: Connect, change: Change, standing: Standing | None, kind: type[AdsError]
) -> None:
    google = Google()

    async with SPEC.open(connection(google)) as platform:
        with pytest.raises(kind):
            platform.check(ACCOUNT, change, standing)
        with pytest.raises(kind):
            await platform.validate(ACCOUNT, change, "op-7f3k", standing)
        with pytest.raises(kind):
            await platform.apply(ACCOUNT, change, "op-7f3k", standing)

    assert (google.sent, google.searches) == ([], [])


async def test_what_can_be_passes_the_check_without_a_request(connection: Connect) -> None:
    google = Google()

    async with SPEC.open(connection(google)) as platform:
        platform.check(ACCOUNT, CREATE, None)
        platform.check(ACCOUNT, RAISE, STANDING)

    assert (google.sent, google.searches) == ([], [])


async def test_a_day_is_a_day_of_the_account(connection: Connect) -> None:
    """It is noon in London, and the next day already on Kiritimati."""
    there = msgspec.structs.replace(ACCOUNT, time_zone="Pacific/Kiritimati")
    change = msgspec.structs.replace(CREATE, starts=date(2026, 11, 20))

    async with SPEC.open(connection(Google())) as platform:
        platform.check(ACCOUNT, change, None)
        with pytest.raises(Invalid):
            platform.check(there, change, None)


async def test_google_itself_checks_what_would_be_sent(connection: Connect) -> None:
    google = Google(httpx2.Response(200, content=b"{}"), sample("created"))

    async with SPEC.open(connection(google)) as platform:
        assert await platform.validate(ACCOUNT, CREATE, "op-7f3k", None) is True
        await platform.apply(ACCOUNT, CREATE, "op-7f3k", None)

    asked, done = (msgspec.json.decode(request.content, type=dict[str, object]) for request in google.sent)
    assert asked == {**done, "validateOnly": True}


async def test_what_google_would_refuse_is_refused_by_its_check_and_asked_once(connection: Connect) -> None:
    google = Google(refusal(500, "internalError", "TRANSIENT_ERROR"), httpx2.Response(200, content=b"{}"))

    async with SPEC.open(connection(google)) as platform:
        with pytest.raises(Unavailable):
            await platform.validate(ACCOUNT, CREATE, "op-7f3k", None)

    assert len(google.sent) == 1


async def test_an_account_is_looked_at_to_the_last_page(connection: Connect) -> None:
    google = Google(active=[page(row(), token="p2"), page(row("903"), row("904", endDateTime="2026-11-19 23:59:59"))])

    assert await looked(connection(google)) == Look(
        [STANDING, msgspec.structs.replace(STANDING, campaign=msgspec.structs.replace(WINTER, id="903"))]
    )
    assert len(google.searches) == 2


async def test_the_target_is_asked_for_at_once_with_what_runs(connection: Connect) -> None:
    google = Google(active=[page()], one=[page(row(status="PAUSED"))])
    both = anyio.Event()
    waiting: list[httpx2.Request] = []

    async def together(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(":search"):
            waiting.append(request)
            if len(waiting) == 2:
                both.set()
            await both.wait()
        return google(request)

    with anyio.fail_after(5):
        found = await looked(connection(together), "902")

    paused = msgspec.structs.replace(WINTER, status="paused", raw_status="PAUSED")
    assert found == Look([], msgspec.structs.replace(STANDING, campaign=paused))


async def test_a_target_that_does_not_exist_is_none(connection: Connect) -> None:
    google = Google(active=[page(row())], one=[page()])

    assert await looked(connection(google), "17") == Look([STANDING])


@pytest.mark.parametrize("part", ["active", "one"])
async def test_a_look_of_which_a_part_fails_is_an_error(connection: Connect, part: str) -> None:
    parts: Mapping[str, list[httpx2.Response]] = {"active": [page(row())], "one": [page(row())]}
    google = Google(**{**parts, part: [refusal(403, "authorizationError", "USER_PERMISSION_DENIED")]})

    with pytest.raises(AdsError):
        await looked(connection(google), "902")


async def test_a_target_with_an_id_that_is_none_sends_nothing(connection: Connect) -> None:
    google = Google()

    with pytest.raises(Invalid):
        await looked(connection(google), "902 OR 1")

    assert google.searches == []


@pytest.mark.parametrize(
    ("tagged", "named", "name", "ids", "sure"),
    [
        (["904"], ["904"], "Frühling", ["904"], True),
        (["904"], ["905"], "Frühling", ["904"], True),
        (["904", "906"], [], "Frühling", ["904", "906"], True),
        ([], ["905"], "Frühling", ["905"], False),
        ([], ["905"], "Frühling [op-7f3k]", ["905"], True),
        ([], [], "Frühling", [], False),
    ],
)
async def test_a_creation_is_surely_found_by_its_tag_alone(
    connection: Connect, tagged: list[str], named: list[str], *, name: str, ids: list[str], sure: bool
) -> None:
    google = Google(tagged=[page(*map(row, tagged))], named=[page(*map(row, named))])

    assert await found(connection(google), msgspec.structs.replace(CREATE, name=name)) == (ids, sure)
    assert google.sent == []


@pytest.mark.parametrize("change", [PAUSE, RAISE])
async def test_of_another_change_the_target_is_found_as_it_is(connection: Connect, change: Change) -> None:
    google = Google(one=[page(row(status="REMOVED")), page()])

    assert await found(connection(google), change) == (["902"], True)
    assert await found(connection(google), change) == ([], True)


def test_the_spec_says_what_google_can_do() -> None:
    assert (SPEC.creates, SPEC.apart, SPEC.overspend) == (
        frozenset({"awareness", "traffic", "conversions", "sales"}),
        (),
        Decimal(2),
    )
