"""What was achieved is asked once, read as it comes, and told whole or not at all.

Samples: made up, in the shapes of Google Ads API reference v26, `SearchGoogleAdsResponse` and
`SearchGoogleAdsStreamResponse` (October 2026).
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import anyio
import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled, Invalid, Throttled, Unavailable, Unsupported
from xylo_mcp.ads.insights import InsightRow, InsightsQuery, Metrics, every_row
from xylo_mcp.contract import Connection
from xylo_mcp.platforms.google import SPEC

Connect = Callable[..., Connection]
SAMPLES = Path(__file__).parent / "samples"
ACCOUNT = Account("customers/5000000002", "google", "N", "EUR", "Europe/Berlin", "active", "ENABLED", "7000000001")
D18, D19 = date(2026, 11, 18), date(2026, 11, 19)
TOTALS = InsightsQuery("campaign", D18, D19)
DAYS = InsightsQuery("campaign", D18, D19, "day")
ZERO = Decimal(0)
WINTER, AUTUMN = ("902", "Winter 2027"), ("903", "Straße im Herbst")


def metrics(spend: str, impressions: int, clicks: int, conversions: str = "0", value: str = "0") -> Metrics:
    return Metrics(Decimal(spend), impressions, clicks, Decimal(conversions), None, Decimal(value), 0)


AUTUMN_TOLD = Metrics(Decimal("0.99"), 40, 2, None, None, None, None)


class Google:
    """Answers each search with what was prepared, in turn."""

    def __init__(self, *answers: httpx2.Response) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.authorizations: list[str] = []
        self.tokens = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/token":
            self.tokens += 1
            return httpx2.Response(200, json={"access_token": f"ya29.t{self.tokens}", "expires_in": 3599})
        self.authorizations.append(request.headers["authorization"])
        body = msgspec.json.decode(request.content, type=dict[str, str])
        self.asked.append((request.url.path.partition(":")[2], body))
        return self.answers.pop(0)


class Pieces(httpx2.AsyncByteStream):
    """A body that comes in pieces, counts those that were taken, and may break off."""

    def __init__(self, *pieces: bytes, breaks: bool = False) -> None:
        self._pieces, self._breaks = pieces, breaks
        self.taken = 0
        self.closed = False

    async def __aiter__(self):  # noqa: ANN204 - an async generator
        for piece in self._pieces:
            self.taken += 1
            yield piece
        if self._breaks:
            raise httpx2.ReadError("reset by peer")

    async def aclose(self) -> None:
        self.closed = True


def text(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def sample(name: str) -> httpx2.Response:
    return httpx2.Response(200, content=text(name))


def refusal(category: str, value: str) -> bytes:
    detail = {"errors": [{"errorCode": {category: value}, "message": "No."}], "requestId": "Rq-1"}
    return msgspec.json.encode({"error": {"code": 400, "status": "X", "details": [detail]}})


async def rows_of(connection: Connection, query: InsightsQuery) -> Sequence[InsightRow]:
    async with SPEC.open(connection) as reader:
        return await every_row(reader.insights(ACCOUNT, query))


async def failing(connection: Connection, query: InsightsQuery = DAYS) -> AdsError:
    """The error that `query` ends with, without waiting for a second try."""
    with pytest.raises(AdsError) as caught, anyio.fail_after(0.2):
        await rows_of(connection, query)
    return caught.value


async def test_totals_of_campaigns_are_read_page_by_page_to_the_last(connection: Connect) -> None:
    google = Google(sample("totals_first"), sample("totals_last"))

    rows = await rows_of(connection(google), TOTALS)

    assert rows == [
        InsightRow(Metrics(Decimal("12.345678"), 2000, 31, Decimal("1.234568"), None, Decimal("40.5"), 12), *WINTER),
        InsightRow(AUTUMN_TOLD, *AUTUMN),
        InsightRow(metrics("0", 0, 0), "905", "Nothing yet"),
    ]
    (first, second) = google.asked
    assert (first[0], second) == ("search", ("search", {**first[1], "pageToken": "CKmade-up-1"}))


async def test_a_token_that_ends_between_two_pages_is_renewed_once_without_gap_or_double(connection: Connect) -> None:
    expired = httpx2.Response(401, content=refusal("authenticationError", "OAUTH_TOKEN_EXPIRED"))
    google = Google(sample("totals_first"), expired, sample("totals_last"))

    rows = await rows_of(connection(google), TOTALS)

    assert [row.campaign_id for row in rows] == ["902", "903", "905"]
    assert google.authorizations == ["Bearer ya29.t1", "Bearer ya29.t1", "Bearer ya29.t2"]
    assert [body.get("pageToken") for _, body in google.asked] == [None, "CKmade-up-1", "CKmade-up-1"]


async def test_a_repeated_page_is_refused(connection: Connect) -> None:
    pages = [httpx2.Response(200, json={"fieldMask": "x", "nextPageToken": token}) for token in ("a", "b", "a")]
    google = Google(*pages)

    assert type(await failing(connection(google), TOTALS)) is Garbled
    assert len(google.asked) == 3


async def test_days_of_campaigns_come_as_a_stream_whose_batches_are_given_on_as_they_are(connection: Connect) -> None:
    google = Google(sample("days"))

    async with SPEC.open(connection(google)) as reader:
        batches = [batch.rows async for batch in reader.insights(ACCOUNT, DAYS)]

    assert batches == [
        [
            InsightRow(metrics("12.345678", 2000, 31, "1.25", "99.9"), *WINTER, day=D18),
            InsightRow(metrics("0", 7, 0), *WINTER, day=D19),
        ],
        [InsightRow(msgspec.structs.replace(AUTUMN_TOLD, video_views=0), *AUTUMN, day=D18)],
        (),
    ]
    assert [(method, list(body)) for method, body in google.asked] == [("searchStream", ["query"])]


async def test_a_stream_is_read_no_further_than_its_reader_wants_and_is_closed(connection: Connect) -> None:
    first, second = msgspec.json.decode(text("days"), type=list[msgspec.Raw])
    pieces = Pieces(b"[" + first, b",", second, b"]")
    google = Google(httpx2.Response(200, stream=pieces))

    async with SPEC.open(connection(google)) as reader:
        batches = reader.insights(ACCOUNT, DAYS)
        batch = await anext(batches)
        taken = pieces.taken
        await batches.aclose()  # type: ignore[attr-defined]  # an async generator

    assert ([row.campaign_id for row in batch.rows], taken, pieces.closed) == (["902", "902"], 1, True)


@pytest.mark.parametrize("size", [1, 3, 64])
async def test_a_stream_may_be_cut_into_any_pieces(connection: Connect, size: int) -> None:
    body = text("days")
    pieces = Pieces(*(body[at : at + size] for at in range(0, len(body), size)))

    rows = await rows_of(connection(Google(httpx2.Response(200, stream=pieces))), DAYS)

    assert [(row.campaign_id, row.day) for row in rows] == [("902", D18), ("902", D19), ("903", D18)]


async def test_an_error_after_good_batches_is_that_error(connection: Connect) -> None:
    first, _ = msgspec.json.decode(text("days"), type=list[msgspec.Raw])
    body = b"[" + first + b"," + refusal("quotaError", "RESOURCE_EXHAUSTED") + b"]"

    error = await failing(connection(Google(httpx2.Response(200, content=body))))

    assert type(error) is Throttled
    assert error.vendor is not None
    assert (error.platform, error.vendor.code) == ("google", "quotaError.RESOURCE_EXHAUSTED")


async def test_a_stream_that_is_refused_at_once_is_the_error_that_google_says(connection: Connect) -> None:
    body = b"[" + refusal("authorizationError", "USER_PERMISSION_DENIED") + b"]"

    assert type(await failing(connection(Google(httpx2.Response(403, content=body))))) is Forbidden


async def test_a_stream_whose_connection_breaks_is_an_error_and_never_a_part(connection: Connect) -> None:
    pieces = Pieces(text("days")[:-2], breaks=True)

    assert type(await failing(connection(Google(httpx2.Response(200, stream=pieces))))) is Unavailable
    assert pieces.closed


async def test_an_expired_token_is_renewed_before_a_stream_begins(connection: Connect) -> None:
    expired = b"[" + refusal("authenticationError", "OAUTH_TOKEN_EXPIRED") + b"]"
    google = Google(httpx2.Response(401, content=expired), sample("days"))

    rows = await rows_of(connection(google), DAYS)

    assert (len(rows), google.authorizations) == (3, ["Bearer ya29.t1", "Bearer ya29.t2"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        text("days").rstrip()[:-1],
        text("days")[:900],
        b"<html>Hello",
        b"{}",
        b"[{}]",
        b"[[]]",
        b"[{}",
        b'[{"results": null, "fieldMask": "x"}]',
        text("days") + b"[]",
        text("days").replace(b'"31"', b'"many"'),
        text("days").replace(b'"31"', b"-31"),
        text("days").replace(b"1.25", b'"NaN"'),
        text("days").replace(b"1.25", b"1e15"),
        text("days").replace(b'"903"', b'"007"'),
        text("days").replace(b'"12345678"', b"12345678.5"),
        text("days").replace(b'"2026-11-19"', b'"2026-13-19"'),
    ],
)
async def test_what_is_no_stream_of_rows_is_garbled(connection: Connect, body: bytes) -> None:
    assert type(await failing(connection(Google(httpx2.Response(200, content=body))))) is Garbled


@pytest.mark.parametrize(
    ("proper", "odd"),
    [
        (b"2026-11-19", b"2026-11-18"),  # a day that comes twice
        (b'"903"', b'"902"'),  # a campaign that comes again
        (b'"903"', b'"901"'),  # not in the order asked for
        (b'"date": "2026-11-19"', b'"device": "MOBILE"'),  # without a day
        (b'"campaign"', b'"customer"'),
    ],
)
async def test_a_row_that_comes_twice_or_out_of_place_is_refused(
    connection: Connect, proper: bytes, odd: bytes
) -> None:
    body = text("days").replace(proper, odd)

    assert type(await failing(connection(Google(httpx2.Response(200, content=body))))) is Garbled


@pytest.mark.parametrize(
    "query",
    [
        msgspec.structs.replace(DAYS, campaign_ids=frozenset({"902"})),
        msgspec.structs.replace(DAYS, level="account", campaign_ids=frozenset({"903"})),
        msgspec.structs.replace(DAYS, since=D19),
        msgspec.structs.replace(DAYS, until=D18),
    ],
)
async def test_a_row_that_nobody_asked_for_is_refused(connection: Connect, query: InsightsQuery) -> None:
    assert type(await failing(connection(Google(sample("days"))), query)) is Garbled


async def test_an_account_over_some_campaigns_is_their_sum(connection: Connect) -> None:
    query = msgspec.structs.replace(DAYS, level="account", campaign_ids=frozenset({"902", "903"}))

    rows = await rows_of(connection(Google(sample("days"))), query)

    assert rows == [
        InsightRow(Metrics(Decimal("13.335678"), 2040, 33, None, None, None, 0), day=D18),
        InsightRow(metrics("0", 7, 0), day=D19),
    ]


async def test_an_accounts_total_is_one_row_and_what_google_does_not_say_is_unknown(connection: Connect) -> None:
    body = {
        "results": [
            {"customer": {"resourceName": "customers/5000000002"}, "metrics": {"costMicros": "5", "clicks": 1.0}}
        ],
        "fieldMask": "x",
    }

    rows = await rows_of(connection(Google(httpx2.Response(200, json=body))), InsightsQuery("account", D18, D19))

    assert rows == [InsightRow(Metrics(Decimal("0.000005"), None, 1, None, None, None, None))]


async def test_an_ad_has_all_that_it_belongs_to_and_no_name_where_google_knows_none(connection: Connect) -> None:
    rows = await rows_of(connection(Google(sample("ads"))), InsightsQuery("ad", D18, D19))

    assert rows == [
        InsightRow(metrics("1.5", 100, 3, "0.5", "10"), *WINTER, None, "70", "Skis", "701", ""),
        InsightRow(metrics("0", 0, 0), *WINTER, None, "70", "Skis", "702", "Spot 15s"),
    ]


async def test_ages_are_told_of_ad_groups_and_joined_to_what_was_asked_for(connection: Connect) -> None:
    by_campaign = await rows_of(
        connection(Google(sample("ages"))), InsightsQuery("campaign", D18, D19, breakdown="age")
    )
    by_account = await rows_of(connection(Google(sample("ages"))), InsightsQuery("account", D18, D19, breakdown="age"))

    assert by_campaign == [
        InsightRow(metrics("1.3", 40, 2, "0.2", "3"), *WINTER, segment="18-24"),
        InsightRow(metrics("6", 60, 2, "0.2", "3"), *WINTER, segment="unknown"),
        InsightRow(metrics("5", 50, 1, "0.1", "1.5"), *AUTUMN, segment="65+"),
    ]
    assert {row.segment: row.metrics.spend for row in by_account} == {
        "18-24": Decimal("1.3"),
        "unknown": Decimal(6),
        "65+": Decimal(5),
    }


@pytest.mark.parametrize(
    ("word", "shown"),
    [(b"AGE_RANGE_75_UP", "age_range_75_up"), (b"UNKNOWN", "unknown"), (b"Odd <b> Word", "odd__b__word")],
)
async def test_a_part_that_is_new_to_us_is_shown_as_it_is_and_its_spend_is_not_lost(
    connection: Connect, word: bytes, shown: str
) -> None:
    body = text("ages").replace(b"AGE_RANGE_65_UP", word)

    rows = await rows_of(
        connection(Google(httpx2.Response(200, content=body))), InsightsQuery("campaign", D18, D19, breakdown="age")
    )

    assert (rows[-1].segment, rows[-1].metrics.spend) == (shown, Decimal(5))


async def test_a_country_is_where_people_were_and_what_they_were_interested_in(connection: Connect) -> None:
    google = Google(sample("constants"), sample("countries"), sample("countries"))
    query = InsightsQuery("account", D18, D19, breakdown="country")

    async with SPEC.open(connection(google)) as reader:
        rows = await every_row(reader.insights(ACCOUNT, query))
        again = await every_row(reader.insights(ACCOUNT, query))

    assert (
        rows
        == again
        == [
            InsightRow(metrics("3", 20, 2, "0.2", "3"), segment="DE"),
            InsightRow(metrics("0.04", 10, 1, "0.1", "1.5"), segment="2999"),
        ]
    )
    assert [method for method, _ in google.asked] == ["search", "searchStream", "searchStream"]


async def test_conversions_of_named_events_are_asked_for_apart_and_joined_to_the_rest(connection: Connect) -> None:
    rest = msgspec.json.encode(
        {
            "results": [
                {"campaign": {"id": "902", "name": "Winter 2027"}, "metrics": {"costMicros": "10", "clicks": "4"}},
                {"campaign": {"id": "903", "name": "Straße im Herbst"}, "metrics": {"costMicros": "20", "clicks": "5"}},
            ],
            "fieldMask": "x",
        }
    )
    google = Google(sample("events"), httpx2.Response(200, content=rest))

    rows = await rows_of(connection(google), msgspec.structs.replace(TOTALS, events=("lead",)))

    assert rows == [
        InsightRow(Metrics(Decimal("0.00001"), None, 4, Decimal("2.5"), None, Decimal("12.25"), None), *WINTER),
        InsightRow(Metrics(Decimal("0.00002"), None, 5, ZERO, None, ZERO, None), *AUTUMN),
        InsightRow(Metrics(ZERO, 0, 0, Decimal(1), None, Decimal(5), 0), "904", "Late"),
    ]
    first, second = (body["query"] for _, body in google.asked)
    assert first == (
        "SELECT campaign.id, campaign.name, segments.conversion_action_category, metrics.conversions, "
        "metrics.conversions_value FROM campaign WHERE segments.date BETWEEN '2026-11-18' AND '2026-11-19' "
        "AND segments.conversion_action_category IN (IMPORTED_LEAD, MESSAGE_LEAD, PHONE_CALL_LEAD, SUBMIT_LEAD_FORM) "
        "ORDER BY campaign.id, segments.conversion_action_category"
    )
    assert "conversions" not in second


@pytest.mark.parametrize(
    ("told", "reach"),
    [
        ('"impressions": "900", "uniqueUsers": "300"', 300),
        ('"impressions": "900", "uniqueUsers": "0"', None),
        ('"impressions": "0", "uniqueUsers": "0"', 0),
        ('"impressions": "900"', None),
    ],
)
async def test_people_are_told_where_google_counts_them(connection: Connect, told: str, reach: int | None) -> None:
    body = f'{{"results": [{{"campaign": {{"id": "902"}}, "metrics": {{{told}}}}}], "fieldMask": "x"}}'
    google = Google(httpx2.Response(200, content=body))

    (row,) = await rows_of(connection(google), msgspec.structs.replace(TOTALS, reach=True))

    assert row.reach == reach


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        (InsightsQuery("campaign", D18, D19, breakdown="placement"), Unsupported),
        (InsightsQuery("ad", D18, D19, breakdown="age"), Unsupported),
        (InsightsQuery("ad", D18, D19, breakdown="gender"), Unsupported),
        (InsightsQuery("ad", D18, D19, breakdown="country"), Unsupported),
        (InsightsQuery("campaign", D18, D19, events=("purchase", "dance")), Invalid),
        (InsightsQuery("campaign", D18, D19, campaign_ids=frozenset({"a"})), Invalid),
    ],
)
async def test_what_google_cannot_answer_is_refused_before_anything_is_asked(
    connection: Connect, query: InsightsQuery, kind: type[AdsError]
) -> None:
    google = Google()

    assert type(await failing(connection(google), query)) is kind
    assert (google.asked, google.tokens) == ([], 0)
