"""Who is in an audience of Meta's sandbox: people come in, go and are replaced, in batches and sessions."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import httpx2
import msgspec
import pytest
from starlette.types import ASGIApp

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty
from xylo_mcp.sandbox.meta import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.people import Audience
from xylo_mcp.sandbox.world import World

US = "123456789"
DEVICE = "38400000-8cf0-11bd-b23e-10b96e40000d"
LIST = {"name": "Buyers", "subtype": "CUSTOM", "customer_file_source": "USER_PROVIDED_ONLY"}
Refused = Callable[[httpx2.Response], tuple[int, int, int]]
Fails = Callable[[ASGIApp, str], ASGIApp]


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def emails(first: int, last: int) -> list[str]:
    return [digest(f"{number}@example.com") for number in range(first, last)]


def payload(data: Sequence[object], schema: object = "EMAIL", **others: object) -> str:
    return json.dumps({"schema": schema, "data": [*data], **others})


def session(identity: object = 7, number: object = 1, *, last: object = True, **others: object) -> str:
    return json.dumps({"session_id": identity, "batch_seq": number, "last_batch_flag": last, **others})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def moving(clock: Clock) -> World:
    return World(7, date(2026, 11, 22), clock, (CAST,))


@pytest.fixture
def http(moving: World) -> httpx2.AsyncClient:
    return asking(server(moving))


def asking(app: ASGIApp) -> httpx2.AsyncClient:
    headers = {"authorization": f"Bearer {CREDENTIALS['ACCESS_TOKEN']}"}
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://sandbox/v26.0", headers=headers)


@pytest.fixture
def buyers(moving: World) -> Audience:
    audience = Audience("meta", US, "23850000000000001", "Buyers", "CUSTOM", moving.clock(), moving.clock())
    return moving.people.keep(audience, details={"customer_file_source": "USER_PROVIDED_ONLY"})


async def add(http: httpx2.AsyncClient, audience: Audience, data: Sequence[object], **others: str) -> httpx2.Response:
    return await http.post(f"/{audience.id}/users", data={"payload": payload(data), **others})


async def status(http: httpx2.AsyncClient, audience: Audience) -> Sequence[object]:
    fields = "operation_status,delivery_status,approximate_count_lower_bound,approximate_count_upper_bound"
    told = msgspec.json.decode((await http.get(f"/{audience.id}", params={"fields": fields})).content)
    codes = [told[name]["code"] for name in ("operation_status", "delivery_status")]
    return [*codes, told["approximate_count_lower_bound"], told["approximate_count_upper_bound"]]


def people(world: World, audience: Audience) -> list[tuple[str, int]]:
    return list(world.people.members(audience))


async def test_people_come_in_by_several_keys_in_any_order(
    http: httpx2.AsyncClient, moving: World, buyers: Audience
) -> None:
    schema = ["PHONE", "EXTERN_ID", "EMAIL", "COUNTRY", "MADID", "LOOKALIKE_VALUE", "DATA_PROCESSING_OPTIONS"]
    data: list[object] = [
        [digest("4915"), "customer|1", digest("a@example.com"), digest("de"), DEVICE, 44.5, ["LDU"]],
        ["", 2, digest("b@example.com"), "", "", 0, []],
    ]

    answer = await http.post(f"/{buyers.id}/users", json={"payload": json.loads(payload(data, schema))})

    assert answer.json() == {
        "audience_id": buyers.id,
        "session_id": "990000000000001",
        "num_received": 2,
        "num_invalid_entries": 0,
        "invalid_entry_samples": [],
    }
    everything = (
        f"EXTERN_ID=customer|1|EMAIL={digest('a@example.com')}|PHONE={digest('4915')}"
        f"|COUNTRY={digest('de')}|MADID={DEVICE}"
    )
    assert people(moving, buyers) == [(f"EXTERN_ID=2|EMAIL={digest('b@example.com')}", 1), (everything, 1)]


@pytest.mark.parametrize(
    ("schema", "data", "expected"),
    [
        ("EMAIL_SHA256", [digest("a")], f"EMAIL={digest('a')}"),
        ("PHONE_SHA256", [[digest("4915")]], f"PHONE={digest('4915')}"),
        ("MOBILE_ADVERTISER_ID", [DEVICE], f"MADID={DEVICE}"),
        (["EMAIL"], [[digest("a")]], f"EMAIL={digest('a')}"),
        (["EMAIL", "GEN"], [[digest("a"), ""]], f"EMAIL={digest('a')}"),
    ],
)
async def test_a_single_key_may_have_its_old_name_and_stand_flat(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, schema: object, data: list[object], expected: str
) -> None:
    answer = await http.post(f"/{buyers.id}/users", data={"payload": payload(data, schema)})

    assert answer.status_code == 200
    assert people(moving, buyers) == [(expected, 1)]


async def test_people_of_a_page_come_by_its_ids_for_them(
    http: httpx2.AsyncClient, moving: World, buyers: Audience
) -> None:
    given = payload([[77], ["78"], ["x"]], ["PAGEUID"], page_ids=[1])

    answer = (await http.post(f"/{buyers.id}/users", data={"payload": given})).json()

    assert (answer["num_received"], answer["num_invalid_entries"]) == (3, 1)
    assert people(moving, buyers) == [("PAGEUID=77", 1), ("PAGEUID=78", 1)]


@pytest.mark.parametrize(
    ("schema", "row"),
    [
        ("EMAIL", "john@example.com"),
        ("EMAIL", digest("a").upper()),
        ("EMAIL", digest("a")[:32]),
        ("EMAIL", ""),
        ("PHONE", "+4915112345678"),
        ("PHONE", 4915112345678),
        ("COUNTRY", "de"),
        ("MADID", DEVICE.upper()),
        ("MADID", digest(DEVICE)),
        ("EXTERN_ID", " "),
        (["EMAIL"], digest("a")),
        (["EMAIL", "PHONE"], [digest("a")]),
        (["EMAIL", "PHONE"], ["", ""]),
        (["EMAIL", "LOOKALIKE_VALUE"], [digest("a"), -1]),
        (["EMAIL", "DATA_PROCESSING_OPTIONS"], [digest("a"), ["ALL"]]),
    ],
)
async def test_what_is_not_hashed_or_not_whole_is_counted_and_does_not_fail(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, schema: object, row: object
) -> None:
    answer = (await http.post(f"/{buyers.id}/users", data={"payload": payload([row], schema)})).json()

    sample = {"0": json.dumps(row, separators=(",", ":"))}
    assert (answer["num_received"], answer["num_invalid_entries"]) == (1, 1)
    assert answer["invalid_entry_samples"] == sample
    assert people(moving, buyers) == []
    assert await status(http, buyers) == [410, 300, 1000, 1000]


async def test_good_rows_come_in_beside_bad_ones_of_which_a_hundred_are_told(
    http: httpx2.AsyncClient, moving: World, buyers: Audience
) -> None:
    answer = (await add(http, buyers, [*emails(0, 3), *("raw" for _ in range(150))])).json()

    assert (answer["num_received"], answer["num_invalid_entries"]) == (153, 150)
    assert answer["invalid_entry_samples"] == {str(position): '"raw"' for position in range(3, 103)}
    assert people(moving, buyers) == [(person, 1) for person in sorted(f"EMAIL={one}" for one in emails(0, 3))]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"payload": ""},
        {"payload": "[]"},
        {"payload": "{}"},
        {"payload": payload([])},
        {"payload": payload([None])},
        {"payload": payload(emails(0, 1), "NAME")},
        {"payload": payload([emails(0, 1)], ["EMAIL_SHA256"])},
        {"payload": payload([[1]], ["LOOKALIKE_VALUE"])},
        {"payload": payload([["7"]], ["PAGEUID"])},
        {"payload": payload(emails(0, 1), colour="red")},
        {"payload": payload(["x"] * 10_001)},
        {"payload": payload(emails(0, 1)), "colour": "red"},
        {"payload": payload(emails(0, 1)), "session": "7"},
        {"payload": payload(emails(0, 1)), "session": "{}"},
        {"payload": payload(emails(0, 1)), "session": session(0)},
        {"payload": payload(emails(0, 1)), "session": session(-1)},
        {"payload": payload(emails(0, 1)), "session": session("seven")},
        {"payload": payload(emails(0, 1)), "session": session(2**63)},
        {"payload": payload(emails(0, 1)), "session": session(number=0)},
        {"payload": payload(emails(0, 1)), "session": session(number=2)},
        {"payload": payload(emails(0, 1)), "session": session(last="yes")},
        {"payload": payload(emails(0, 1)), "session": session(colour="red")},
    ],
)
async def test_a_batch_is_refused_whole_that_cannot_be_read(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, refused: Refused, given: dict[str, str]
) -> None:
    answers = [await http.post(f"/{buyers.id}/{edge}", data=given) for edge in ("users", "usersreplace")]

    assert refused(answers[0]) == (400, 100, 0)
    assert refused(answers[1])[1] in (100, 2650)
    assert people(moving, buyers) == []


@pytest.mark.parametrize("how", ["query", "form"])
async def test_people_go_and_those_who_are_not_in_do_no_harm(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, how: str
) -> None:
    await add(http, buyers, emails(0, 5))
    given = {"payload": payload(emails(3, 9))}

    if how == "query":
        answer = await http.delete(f"/{buyers.id}/users", params=given)
    else:
        answer = await http.post(f"/{buyers.id}/users", data={**given, "method": "DELETE"})

    assert answer.json() == {
        "audience_id": buyers.id,
        "session_id": "990000000000002",
        "num_received": 6,
        "num_invalid_entries": 0,
        "invalid_entry_samples": [],
    }
    assert people(moving, buyers) == [(person, 1) for person in sorted(f"EMAIL={one}" for one in emails(0, 3))]
    assert [verb for _, _, verb, _ in moving.attempts()] == ["add_members", "remove_members"]


async def test_a_list_that_can_be_delivered_to_must_not_become_too_small(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, refused: Refused
) -> None:
    await add(http, buyers, emails(0, 150))
    some, most = {"payload": payload(emails(0, 10))}, {"payload": payload(emails(0, 100))}

    answers = [await http.delete(f"/{buyers.id}/users", params=params) for params in (some, most)]

    assert answers[0].status_code == 200
    assert refused(answers[1]) == (403, 200, 1870047)
    assert moving.people.size(buyers) == 140


async def test_a_list_is_populated_within_hours_and_counts_as_before_until_then(
    http: httpx2.AsyncClient, clock: Clock, moving: World, buyers: Audience
) -> None:
    seen = [await status(http, buyers)]
    await add(http, buyers, emails(0, 2000))
    seen.append(await status(http, buyers))
    clock.now += timedelta(hours=6)
    seen.append(await status(http, buyers))
    await add(http, buyers, emails(2000, 4000))
    seen.append(await status(http, buyers))
    clock.now += timedelta(hours=6)
    seen.append(await status(http, buyers))

    assert seen == [
        [410, 300, 1000, 1000],
        [441, 300, 1000, 1000],
        [200, 200, 1500, 1600],
        [441, 200, 1500, 1600],
        [200, 200, 3100, 3200],
    ]
    assert moving.people.matched(buyers) in range(3100, 3200)


async def test_a_session_counts_its_batches_together_and_is_told(
    http: httpx2.AsyncClient, clock: Clock, buyers: Audience, refused: Refused
) -> None:
    counts = [
        (await add(http, buyers, [*emails(0, 3), "raw"], session=session(last=False))).json()["num_received"],
        (await add(http, buyers, emails(3, 5), session=session(number=2, last=False))).json()["num_received"],
        (await add(http, buyers, emails(5, 9), session=session(number=3))).json()["num_received"],
    ]
    begun = str(int(clock.now.timestamp()))
    await add(http, buyers, emails(0, 1), session=session(8, last=False))
    now = (await http.get(f"/{buyers.id}/sessions", params={"summary": "true"})).json()
    clock.now += timedelta(hours=6)
    later = (await http.get(f"/{buyers.id}/sessions", params={"session_id": "7", "fields": "stage,num_matched"})).json()

    first = {"session_id": "7", "stage": "processing", "start_time": begun, "end_time": begun, "num_received": "10"}
    second = {"session_id": "8", "stage": "uploading", "start_time": begun, "num_received": "1"}
    zero = {"progress": "0", "num_matched": "0"}
    assert counts == [4, 6, 10]
    assert now["data"] == [
        {**first, **zero, "num_invalid_entries": "1"},
        {**second, **zero, "num_invalid_entries": "0"},
    ]
    assert now["summary"] == {"total_count": 2}
    assert later["data"] == [{"stage": "success", "num_matched": "7"}]
    assert refused(await http.get(f"/{buyers.id}/sessions", params={"fields": "colour"})) == (400, 100, 0)


@pytest.mark.parametrize(
    ("batches", "good"),
    [
        ([(1, False), (2, False), (2, False), (3, True), (3, True)], 5),
        ([(1, False), (3, False)], 1),
        ([(1, False), (2, False), (1, False)], 2),
        ([(1, True), (2, True)], 1),
    ],
)
async def test_batches_come_one_after_another_and_only_the_last_may_be_repeated(
    http: httpx2.AsyncClient, buyers: Audience, refused: Refused, batches: list[tuple[int, bool]], good: int
) -> None:
    answers = [
        await add(http, buyers, emails(number, number + 1), session=session(7, number, last=last))
        for number, last in batches
    ]

    assert [answer.json()["num_received"] for answer in answers[:good]] == [*range(1, good + 1)]
    assert [refused(answer) for answer in answers[good:]] == [(400, 100, 0)] * (len(batches) - good)


async def test_a_session_belongs_to_one_list_one_direction_and_one_schema(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, refused: Refused
) -> None:
    other = moving.people.keep(buyers, id="23850000000000002")
    await add(http, buyers, emails(0, 1), session=session(last=False))
    form = {"payload": payload(emails(1, 2)), "session": session(number=2)}
    phone = {**form, "payload": payload(emails(1, 2), "PHONE")}

    answers = [
        await http.post(f"/{other.id}/users", data=form),
        await http.delete(f"/{buyers.id}/users", params=form),
        await http.post(f"/{buyers.id}/users", data=phone),
        await http.post(f"/{buyers.id}/usersreplace", data=form),
    ]

    assert [refused(answer) for answer in answers] == [(400, 100, 0)] * 4
    assert people(moving, buyers) == [(f"EMAIL={emails(0, 1)[0]}", 1)]


async def test_only_lists_have_people_who_come_and_go(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, refused: Refused
) -> None:
    moving.people.keep(buyers, kind="WEBSITE")
    form = {"payload": payload(emails(0, 1)), "session": session()}

    answers = [await http.post(f"/{buyers.id}/{edge}", data=form) for edge in ("users", "usersreplace")]

    assert [refused(answer) for answer in answers] == [(400, 100, 0)] * 2


@pytest.fixture
async def settled(http: httpx2.AsyncClient, clock: Clock, buyers: Audience) -> Audience:
    """A list of 150 people that count."""
    await add(http, buyers, emails(0, 150))
    clock.now += timedelta(hours=6)
    return buyers


async def replace(
    http: httpx2.AsyncClient, audience: Audience, data: Sequence[object], **asked: object
) -> httpx2.Response:
    last, others = asked.pop("last", True), {"number": asked.pop("number", 1), "identity": asked.pop("identity", 9)}
    form = {"payload": payload(data), "session": session(**others, last=last, **asked)}
    return await http.post(f"/{audience.id}/usersreplace", data=form)


async def test_a_list_is_replaced_once_all_of_the_others_are_here(
    http: httpx2.AsyncClient, moving: World, settled: Audience
) -> None:
    begun = (await replace(http, settled, emails(500, 503), last=False)).json()
    between = await status(http, settled), moving.people.size(settled)
    done = (await replace(http, settled, [*emails(503, 505), "raw"], number=2)).json()

    assert begun == {
        "audience_id": settled.id,
        "session_id": "9",
        "num_received": 3,
        "num_invalid_entries": 0,
        "invalid_entry_samples": [],
    }
    assert between == ([414, 200, 1000, 1000], 150)
    assert (done["num_received"], done["num_invalid_entries"]) == (6, 1)
    assert people(moving, settled) == [(person, 1) for person in sorted(f"EMAIL={one}" for one in emails(500, 505))]
    assert await status(http, settled) == [441, 200, 1000, 1000]
    assert list(moving.people.held("meta", f"{US}/9")) == []


async def test_nothing_else_goes_on_while_a_list_is_replaced(
    http: httpx2.AsyncClient, settled: Audience, refused: Refused
) -> None:
    await replace(http, settled, emails(500, 503), last=False)

    answers = [
        await add(http, settled, emails(0, 1)),
        await http.delete(f"/{settled.id}/users", params={"payload": payload(emails(0, 1))}),
        await replace(http, settled, emails(500, 503), identity=10),
        await replace(http, settled, emails(500, 503), number=3),
    ]

    assert [refused(answer) for answer in answers] == [(400, 2650, 1870145)] * 3 + [(400, 100, 0)]


async def test_a_replacement_begins_with_its_first_batch_on_a_list_that_is_normal_and_not_too_large(
    http: httpx2.AsyncClient, moving: World, buyers: Audience, settled: Audience, refused: Refused
) -> None:
    empty = moving.people.keep(buyers, id="23850000000000002")

    answers = [
        await replace(http, settled, emails(0, 1), number=2),
        await replace(http, empty, emails(0, 1)),
        await replace(http, settled, emails(0, 1), estimated_num_total=100_000_000),
        await http.post(f"/{settled.id}/usersreplace", data={"payload": payload(emails(0, 1))}),
    ]
    await add(http, settled, emails(0, 1))
    answers.append(await replace(http, settled, emails(0, 1)))

    codes = [(400, 2650, 1870147), (400, 100, 0), (400, 2650, 1870144), (400, 100, 0), (400, 2650, 1870145)]
    assert [refused(answer) for answer in answers] == codes


async def test_a_replacement_that_is_done_takes_no_more(
    http: httpx2.AsyncClient, moving: World, settled: Audience, refused: Refused
) -> None:
    await replace(http, settled, emails(500, 501))

    assert refused(await replace(http, settled, emails(501, 502))) == (400, 2650, 1870159)
    assert people(moving, settled) == [(f"EMAIL={emails(500, 501)[0]}", 1)]


async def test_a_replacement_has_90_minutes_and_fails_after_them(
    http: httpx2.AsyncClient, clock: Clock, moving: World, settled: Audience, refused: Refused
) -> None:
    await replace(http, settled, emails(500, 503), last=False)
    clock.now += timedelta(minutes=90)
    in_time = await replace(http, settled, emails(503, 504), number=2, last=False)
    clock.now += timedelta(seconds=1)
    late = await replace(http, settled, emails(504, 505), number=3)
    failed = await status(http, settled), moving.people.size(settled)
    stage = (await http.get(f"/{settled.id}/sessions", params={"session_id": "9", "fields": "stage"})).json()
    again = await replace(http, settled, emails(600, 602), identity=10)

    assert (in_time.status_code, refused(late), again.status_code) == (200, (400, 2650, 1870158), 200)
    assert failed == ([415, 200, 1000, 1000], 150)
    assert stage["data"] == [{"stage": "timed_out"}]
    assert people(moving, settled) == [(person, 1) for person in sorted(f"EMAIL={one}" for one in emails(600, 602))]
    assert list(moving.people.held("meta", f"{US}/9")) == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("throttle", (400, 80003, 2446079)), ("expire_token", (400, 190, 463)), ("server_error", (500, 1, 0))],
)
async def test_a_planned_fault_comes_before_anybody_comes_in(
    moving: World, buyers: Audience, fails: Fails, refused: Refused, fault: str, expected: object
) -> None:
    async with asking(fails(server(moving), fault)) as failing:
        answers = [
            await add(failing, buyers, emails(0, 1)),
            await replace(failing, buyers, emails(0, 1)),
            await failing.delete(f"/{buyers.id}/users", params={"payload": payload(emails(0, 1))}),
        ]

    assert [refused(answer) for answer in answers] == [expected] * 3
    assert people(moving, buyers) == []
    assert [row[1:] for row in moving.attempts()] == [
        ("meta", verb, buyers.id) for verb in ("add_members", "replace_members", "remove_members")
    ]


async def test_people_are_in_whose_answer_was_lost(moving: World, buyers: Audience) -> None:
    faults = Faults(moving.memory)
    faults.plan(Fault("meta", "lose_answer"))

    async with asking(Faulty(server(moving), "meta", faults)) as http:
        with pytest.raises(ConnectionResetError):
            await add(http, buyers, emails(0, 1), session=session())
        again = (await add(http, buyers, emails(0, 1), session=session())).json()

    assert again["num_received"] == 2
    assert people(moving, buyers) == [(f"EMAIL={emails(0, 1)[0]}", 2)]
