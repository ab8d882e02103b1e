"""What TikTok is asked to do with audiences, request by request, and what its answers prove.

Answers are made up in the documented shapes (TikTok API for Business docs, v1.3, "Upload an audience file", "Create an
audience by file", "Create an audience by rules", "Create a lookalike audience", "Update the details of an audience",
"Get all audiences", "Get available locations", 2026).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from email import message_from_bytes, policy

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Rule, Seed
from xylo_mcp.ads.errors import AdsError, Forbidden, Garbled, Invalid, NotFound, Rejected, Unavailable, Unsupported
from xylo_mcp.ads.handovers import CreateAudience, UpdateAudience
from xylo_mcp.contract import AdPlatform, FoundAudiences, Portion

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
Parts = dict[str, tuple[str | None, str]]

ID, ADVERTISER = "tiktok_7123456789012345678", "7123456789012345678"
TAG = "op:7f3k9m2q4wxy"
EMAIL, PHONE = "e2" * 32, "86" * 32
FILE = f"email_SHA256,phone_SHA256,MAID\n{EMAIL},{PHONE},\n"
FIRST, SECOND = "0a1b2c3d4e5f6071", "0a1b2c3d4e5f6072"
PORTION = Portion(1, [(EMAIL, PHONE, "")], last=True)
LIST = CreateAudience(ID, "Kunden", "customer_list", rows=1)
ADD = UpdateAudience(ID, "200100", "add", rows=1)
RENAME = UpdateAudience(ID, "200100", name="Neu")
PREFIX = "/open_api/v1.3/"
LISTED: Mapping[str, object] = {
    "audience_id": "200100",
    "name": "Kunden",
    "audience_type": "Customer File Audience",
    "calculate_type": "MULTIPLE_TYPES",
    "cover_num": 4210,
    "is_creator": True,
    "is_valid": True,
    "create_time": "2026-03-04 10:00:00",
}


class TikTok:
    """Gives its answers in turn, and keeps what it was asked: path, and parameters or body."""

    def __init__(self, *answers: httpx2.Response) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, object]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        told: object = dict(request.url.params)
        if request.method == "POST":
            assert not told
            form = request.headers["Content-Type"].startswith("multipart/form-data")
            told = parts(request) if form else msgspec.json.decode(request.content)
        self.asked.append((request.url.path.removeprefix(PREFIX), told))
        return self.answers.pop(0)


def parts(request: httpx2.Request) -> Parts:
    """The fields of a form, each with its file's name, if it has one."""
    head = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n"
    form = message_from_bytes(head + request.content, policy=policy.HTTP)
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_filename(),
            part.get_content().rstrip("\r"),
        )
        for part in form.iter_parts()
    }


def answer(data: object, code: int = 0, message: str = "OK") -> httpx2.Response:
    return httpx2.Response(200, json={"code": code, "message": message, "request_id": "r1", "data": data})


def listed(*rows: Mapping[str, object]) -> httpx2.Response:
    info = {"page": 1, "page_size": 20, "total_number": len(rows), "total_page": 1}
    return answer({"list": rows, "page_info": info})


def looked_up(audience_id: str = "200100") -> tuple[str, object]:
    ids = f'["{audience_id}"]'
    wanted = {"advertiser_id": ADVERTISER, "custom_audience_ids": ids, "page": "1", "page_size": "20"}
    return "dmp/custom_audience/list/", wanted


@pytest.mark.parametrize(
    ("change", "spec"),
    [
        (
            CreateAudience(ID, "Besuch", "website", rule=Rule("7001", 30, "PIXEL COMPLETE PAYMENT", "shop")),
            {
                "audience_type": "PIXEL",
                "rule": {
                    "event_source_ids": ["7001"],
                    "retention_days": 30,
                    "filter_set": {
                        "operator": "OR",
                        "filters": [
                            {
                                "field": "EVENT",
                                "operator": "EQ",
                                "value": "PIXEL COMPLETE PAYMENT",
                                "parameter_filters": [{"field": "URL", "operator": "CONTAINS", "values": ["shop"]}],
                            }
                        ],
                    },
                },
            },
        ),
        (
            CreateAudience(ID, "App", "app_activity", rule=Rule("7002", 7, "LAUNCH APP")),
            {
                "audience_type": "APP",
                "rule": {
                    "event_source_ids": ["7002"],
                    "retention_days": 7,
                    "filter_set": {
                        "operator": "OR",
                        "filters": [{"field": "EVENT", "operator": "EQ", "value": "LAUNCH APP"}],
                    },
                },
            },
        ),
        (
            CreateAudience(ID, "Gesehen", "engagement", rule=Rule("1790000000000001", 90)),
            {
                "audience_type": "ENGAGEMENT",
                "rule": {"event_source_ids": ["1790000000000001"], "retention_days": 90},
            },
        ),
    ],
)
async def test_an_audience_by_rule_is_one_request(
    opened: Opened, account: Account, change: CreateAudience, spec: Mapping[str, object]
) -> None:
    tiktok = TikTok(answer({"custom_audience_id": "200101"}))

    async with opened(tiktok) as platform:
        assert await platform.make_audience(account, change, TAG) == "200101"

    body = {
        "advertiser_id": ADVERTISER,
        "custom_audience_name": change.name,
        "audience_type": spec["audience_type"],
        "rule_spec": {"inclusion_rule_set": {"operator": "OR", "rules": [spec["rule"]]}},
    }
    assert tiktok.asked == [("dmp/custom_audience/rule/create/", body)]


REGIONS = answer(
    {
        "region_info": [
            {"location_id": "2921044", "name": "Germany", "parent_id": "0", "region_code": "DE", "level": "COUNTRY"},
            {"location_id": "2782113", "name": "Austria", "parent_id": "0", "region_code": "AT", "level": "COUNTRY"},
            {"location_id": "2950159", "name": "Berlin", "parent_id": "2921044", "region_code": "BE", "level": "CITY"},
        ]
    }
)


async def test_a_lookalike_is_made_for_countries_that_tiktok_knows(opened: Opened, account: Account) -> None:
    tiktok = TikTok(REGIONS, answer({"custom_audience_id": "200102"}))
    change = CreateAudience(ID, "Wie Kunden", "lookalike", seed=Seed("200100", ("AT", "DE"), "balanced"))

    async with opened(tiktok) as platform:
        assert await platform.make_audience(account, change, TAG) == "200102"

    where = {
        "advertiser_id": ADVERTISER,
        "placements": '["PLACEMENT_TIKTOK"]',
        "objective_type": "TRAFFIC",
        "level_range": "TO_COUNTRY",
    }
    spec = {
        "source_audience_id": "200100",
        "include_source": False,
        "mobile_os": "ALL",
        "placements": ["TikTok"],
        "location_ids": ["2782113", "2921044"],
        "audience_size": "BALANCED",
    }
    body = {"advertiser_id": ADVERTISER, "custom_audience_name": "Wie Kunden", "lookalike_spec": spec}
    assert tiktok.asked == [("tool/region/", where), ("dmp/custom_audience/lookalike/create/", body)]


@pytest.mark.parametrize(
    ("regions", "kind"),
    [(REGIONS, Invalid), (answer({"regions": []}), Garbled), (answer({}, 40001), Forbidden)],
)
async def test_a_lookalike_whose_countries_cannot_be_told_is_surely_not_made(
    opened: Opened, account: Account, regions: httpx2.Response, kind: type[AdsError]
) -> None:
    change = CreateAudience(ID, "Wie Kunden", "lookalike", seed=Seed("200100", ("BE",)))
    tiktok = TikTok(*[regions] * 4)

    async with opened(tiktok) as platform:
        with pytest.raises(kind) as raised:
            await platform.make_audience(account, change, TAG)

    assert raised.value.nothing_done
    assert {path for path, _ in tiktok.asked} == {"tool/region/"}


async def test_no_list_is_made_before_its_members_are_there(opened: Opened, account: Account) -> None:
    async with opened(TikTok()) as platform:
        with pytest.raises(Unsupported):
            await platform.make_audience(account, LIST, TAG)


async def test_another_name_is_given_to_an_audience_that_is_there(opened: Opened, account: Account) -> None:
    tiktok = TikTok(listed(LISTED), answer({}))

    async with opened(tiktok) as platform:
        await platform.update_audience(account, RENAME)

    body = {"advertiser_id": ADVERTISER, "custom_audience_id": "200100", "custom_audience_name": "Neu"}
    assert tiktok.asked == [looked_up(), ("dmp/custom_audience/update/", body)]


async def test_an_audience_of_nobody_knows_whom_is_not_found(opened: Opened, account: Account) -> None:
    async with opened(TikTok(listed(), listed())) as platform:
        with pytest.raises(NotFound):
            await platform.update_audience(account, RENAME)
        with pytest.raises(NotFound):
            await platform.take(account, ADD, "200100", "", PORTION)


async def test_members_go_up_as_a_file_that_is_noted(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer({"file_path": FIRST}), answer({"file_path": SECOND}))

    async with opened(tiktok) as platform:
        first = await platform.take(account, LIST, "", "", PORTION)
        second = await platform.take(account, LIST, "", first, msgspec.structs.replace(PORTION, number=2))

    assert (first, second) == (FIRST, f"{FIRST},{SECOND}")
    form = {
        "advertiser_id": (None, ADVERTISER),
        "calculate_type": (None, "MULTIPLE_TYPES"),
        "file_signature": (None, hashlib.md5(FILE.encode(), usedforsecurity=False).hexdigest()),
        "file": ("members.csv", FILE),
    }
    assert tiktok.asked == [("dmp/custom_audience/file/upload/", form)] * 2


async def test_a_list_is_looked_at_before_anybody_is_handed_over_to_it(opened: Opened, account: Account) -> None:
    tiktok = TikTok(listed(LISTED), answer({"file_path": FIRST}), answer({"file_path": SECOND}))

    async with opened(tiktok) as platform:
        note = await platform.take(account, ADD, "200100", "", PORTION)
        await platform.take(account, ADD, "200100", note, PORTION)

    paths = [path for path, _ in tiktok.asked]
    assert paths == ["dmp/custom_audience/list/"] + ["dmp/custom_audience/file/upload/"] * 2


@pytest.mark.parametrize(
    "values", [{"audience_type": "Website Audience"}, {"calculate_type": "EMAIL_SHA256"}], ids=["kind", "sort"]
)
async def test_nobody_is_handed_over_to_an_audience_that_takes_no_such_files(
    opened: Opened, account: Account, values: Mapping[str, object]
) -> None:
    tiktok = TikTok(listed({**LISTED, **values}))

    async with opened(tiktok) as platform:
        with pytest.raises(Unsupported):
            await platform.take(account, ADD, "200100", "", PORTION)

    assert tiktok.asked == [looked_up()]


async def test_a_portion_of_nobody_changes_nothing(opened: Opened, account: Account) -> None:
    async with opened(TikTok()) as platform:
        assert await platform.take(account, LIST, "", FIRST, Portion(2, [], last=True)) == FIRST


async def test_one_file_more_than_tiktok_takes_is_not_sent(opened: Opened, account: Account) -> None:
    async with opened(TikTok()) as platform:
        with pytest.raises(Invalid, match="no more files"):
            await platform.take(account, LIST, "", ",".join([FIRST] * 500), PORTION)


@pytest.mark.virtual_time
async def test_an_upload_without_an_answer_is_sent_again(opened: Opened, account: Account) -> None:
    tiktok = TikTok(httpx2.Response(502), answer({}, 40900), answer({"file_path": FIRST}))

    async with opened(tiktok) as platform:
        assert await platform.take(account, LIST, "", "", PORTION) == FIRST

    assert len(tiktok.asked) == 3
    assert tiktok.asked[0] == tiktok.asked[2]


async def test_a_list_is_made_of_its_files_in_one_request(opened: Opened, account: Account) -> None:
    tiktok = TikTok(answer({"custom_audience_id": 200100}), answer({"custom_audience_id": "200100"}))

    async with opened(tiktok) as platform:
        assert await platform.close(account, LIST, "", f"{FIRST},{SECOND}", TAG) == "200100"
        await platform.close(account, msgspec.structs.replace(LIST, days=30), "", FIRST, TAG)

    body = {
        "advertiser_id": ADVERTISER,
        "custom_audience_name": "Kunden",
        "calculate_type": "MULTIPLE_TYPES",
        "file_paths": [FIRST, SECOND],
    }
    assert tiktok.asked == [
        ("dmp/custom_audience/create/", body),
        ("dmp/custom_audience/create/", {**body, "file_paths": [FIRST], "retention_in_days": 30}),
    ]


@pytest.mark.parametrize(("action", "word"), [("add", "APPEND"), ("remove", "REMOVE"), ("replace", "REPLACE")])
async def test_a_list_is_changed_by_all_files_at_once(opened: Opened, account: Account, action: str, word: str) -> None:
    tiktok = TikTok(answer({}))

    async with opened(tiktok) as platform:
        change = msgspec.structs.replace(ADD, action=action)
        assert await platform.close(account, change, "200100", f"{FIRST},{SECOND}", TAG) == "200100"

    body = {
        "advertiser_id": ADVERTISER,
        "custom_audience_id": "200100",
        "action": word,
        "file_paths": [FIRST, SECOND],
    }
    assert tiktok.asked == [("dmp/custom_audience/update/", body)]


@pytest.mark.parametrize("change", [LIST, ADD])
async def test_a_handover_of_nobody_is_not_closed(
    opened: Opened, account: Account, change: CreateAudience | UpdateAudience
) -> None:
    async with opened(TikTok()) as platform:
        with pytest.raises(Invalid, match="Nobody was handed over"):
            await platform.close(account, change, "", "", TAG)


@pytest.mark.parametrize(
    ("said", "kind", "nothing_done"),
    [
        (httpx2.Response(502), Unavailable, False),
        (answer({}, 50000), Unavailable, False),
        (answer({}), Garbled, False),
        (answer({"custom_audience_id": "none"}), Garbled, False),
        (answer({}, 40002), Rejected, True),
        (answer({}, 40910), Rejected, True),
        (answer({}, 40001), Forbidden, True),
    ],
)
async def test_a_create_is_sent_once_and_says_whether_it_was_surely_not_carried_out(
    opened: Opened, account: Account, said: httpx2.Response, kind: type[AdsError], *, nothing_done: bool
) -> None:
    tiktok = TikTok(said)

    async with opened(tiktok) as platform:
        with pytest.raises(kind) as raised:
            await platform.close(account, LIST, "", FIRST, TAG)

    assert len(tiktok.asked) == 1
    assert raised.value.nothing_done is nothing_done


async def test_an_update_is_sent_once(opened: Opened, account: Account) -> None:
    tiktok = TikTok(httpx2.Response(502))

    async with opened(tiktok) as platform:
        with pytest.raises(Unavailable) as raised:
            await platform.close(account, ADD, "200100", FIRST, TAG)

    assert len(tiktok.asked) == 1
    assert not raised.value.nothing_done


async def test_an_answer_about_another_audience_is_none(opened: Opened, account: Account) -> None:
    async with opened(TikTok(answer({"custom_audience_id": "200999"}))) as platform:
        with pytest.raises(Garbled):
            await platform.close(account, ADD, "200100", FIRST, TAG)


async def test_a_list_that_tiktok_will_not_change_is_explained(opened: Opened, account: Account) -> None:
    said = "The audience size is less than 1,000 after the operation"

    async with opened(TikTok(answer({}, 40002, said))) as platform:
        with pytest.raises(Rejected) as raised:
            await platform.close(account, ADD, "200100", FIRST, TAG)

    assert raised.value.vendor is not None
    assert raised.value.vendor.message == said
    assert "fewer than 1,000 people" in raised.value.fix


@pytest.mark.parametrize("words", [f"Invalid row: {EMAIL}", "Invalid row: jo@example.com", "Invalid row: +4930123"])
async def test_what_tiktok_says_of_a_list_never_names_anybody(opened: Opened, account: Account, words: str) -> None:
    async with opened(TikTok(answer({}, 40002, words), answer({}, 40002, f"email {words}"))) as platform:
        with pytest.raises(Rejected) as closing:
            await platform.close(account, LIST, "", FIRST, TAG)
        with pytest.raises(Rejected) as taking:
            await platform.take(account, LIST, "", "", PORTION)

    said = [(one.value.vendor.code, one.value.vendor.message) for one in (closing, taking) if one.value.vendor]
    assert said == [("40002", ""), ("40002", "email")]


def found(*ids: str) -> FoundAudiences:
    return FoundAudiences(list(ids), sure=False)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([LISTED], found("200100")),
        ([LISTED, {**LISTED, "audience_id": "200101", "audience_type": "?"}], found("200100", "200101")),
        ([{**LISTED, "create_time": None}], found("200100")),
        ([{**LISTED, "create_time": "2026-03-04 09:58:59"}], found()),
        ([{**LISTED, "name": "Kunden 2"}], found()),
        ([{**LISTED, "is_creator": False}], found()),
        ([{**LISTED, "audience_type": "Lookalike Audience"}], found()),
        ([], found()),
    ],
)
async def test_what_a_create_may_have_made_is_found_by_name_and_time(
    opened: Opened, account: Account, rows: Sequence[Mapping[str, object]], expected: FoundAudiences
) -> None:
    tiktok = TikTok(listed(*rows))

    async with opened(tiktok) as platform:
        since = datetime(2026, 3, 4, 10, tzinfo=UTC)
        assert await platform.find_audiences(account, LIST, TAG, since) == expected

    wanted = {"advertiser_id": ADVERTISER, "page": "1", "page_size": "100"}
    assert tiktok.asked == [("dmp/custom_audience/list/", wanted)]


async def test_a_name_that_bears_the_tag_is_sure(opened: Opened, account: Account) -> None:
    name = f"Kunden {TAG}"

    async with opened(TikTok(listed({**LISTED, "name": name}))) as platform:
        change = msgspec.structs.replace(LIST, name=name)
        told = await platform.find_audiences(account, change, TAG, datetime(2026, 3, 4, 10, tzinfo=UTC))

    assert told == FoundAudiences(["200100"], sure=True)
