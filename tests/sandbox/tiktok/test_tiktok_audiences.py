"""The sandbox's TikTok keeps customer lists as TikTok would: who is in, how many it tells of, and when."""

from collections.abc import Awaitable, Callable, Sequence
from hashlib import sha256

import httpx2
import msgspec
import pytest

from xylo_mcp.sandbox.faults import Fault, Faults, Faulty, Kind
from xylo_mcp.sandbox.tiktok import CAST, CREDENTIALS, server
from xylo_mcp.sandbox.tiktok.cast import SOMEONE_ELSES
from xylo_mcp.sandbox.world import World

Answer = tuple[int, str, dict[str, object]]
Ask = Callable[..., Awaitable[Answer]]
Later = Callable[..., None]
Make = Callable[..., Awaitable[str]]
Filed = Callable[..., Awaitable[str]]

US, DE, JP, UK = (plan.id for plan in CAST.accounts)
AUDIENCE = "/dmp/custom_audience"
DIGESTS = [sha256(str(number).encode()).hexdigest() for number in range(2_000)]


def people(first: int, last: int) -> list[str]:
    return [f"EMAIL_SHA256={digest}" for digest in sorted(DIGESTS[first:last])]


def members(world: World, audience_id: str) -> list[str]:
    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    return [person for person, _ in world.people.members(audience)]


def refused(code: int, message: str) -> Answer:
    return code, message, {}


def rows(data: dict[str, object]) -> list[dict[str, object]]:
    return msgspec.convert(data["list"], list[dict[str, object]])


@pytest.fixture
def filed(upload: Ask) -> Filed:
    async def path(first: int, last: int, **others: str) -> str:
        _, _, data = await upload("\n".join(DIGESTS[first:last]).encode(), **others)
        return str(data["file_path"])

    return path


@pytest.fixture
def make(post: Ask, filed: Filed) -> Make:
    async def made(last: int = 1_500, **others: object) -> str:
        body = {
            "advertiser_id": US,
            "custom_audience_name": "Buyers",
            "calculate_type": "EMAIL_SHA256",
            "file_paths": [await filed(0, last)],
            **others,
        }
        code, _, data = await post(f"{AUDIENCE}/create/", **body)
        assert (code, list(data)) == (0, ["custom_audience_id"])
        return str(data["custom_audience_id"])

    return made


@pytest.fixture
def change(post: Ask) -> Ask:
    async def changed(audience_id: str, **fields: object) -> Answer:
        return await post(f"{AUDIENCE}/update/", advertiser_id=US, custom_audience_id=audience_id, **fields)

    return changed


@pytest.fixture
def shown(read: Ask) -> Callable[[], Awaitable[Sequence[dict[str, object]]]]:
    async def listed() -> Sequence[dict[str, object]]:
        code, _, data = await read(f"{AUDIENCE}/list/", advertiser_id=US)
        assert code == 0
        return rows(data)

    return listed


async def test_a_list_holds_the_people_of_its_files(world: World, make: Make, filed: Filed) -> None:
    audience_id = await make(file_paths=[await filed(0, 3), await filed(2, 4)])

    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    assert sorted(world.people.members(audience)) == [
        (person, 2 if person == f"EMAIL_SHA256={DIGESTS[2]}" else 1) for person in people(0, 4)
    ]
    assert [attempt[2:] for attempt in world.attempts()][-1] == ("create_audience", US)


async def test_a_new_list_is_processed_for_some_hours(
    world: World, make: Make, shown: Callable[[], Awaitable[Sequence[dict[str, object]]]], later: Later
) -> None:
    audience_id = await make(retention_in_days=90)
    (new,) = await shown()
    later(hours=6)
    (ready,) = await shown()
    later(days=30)
    (old,) = await shown()
    later(days=60)
    (over,) = await shown()

    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    assert new == {
        "audience_id": audience_id,
        "name": "Buyers",
        "audience_type": "Customer File Audience",
        "audience_sub_type": "NORMAL",
        "calculate_type": "EMAIL_SHA256",
        "cover_num": 0,
        "shared": False,
        "is_creator": True,
        "is_valid": False,
        "is_expiring": False,
        "is_auto_refresh": False,
        "owner_id": US,
        "msg": "Processing",
        "error_msg": "",
        "create_time": "2026-03-04 15:30:00",
        "expired_time": "2026-06-02 15:30:00",
    }
    assert ready == {**new, "cover_num": world.people.matched(audience), "is_valid": True, "msg": ""}
    assert old == {**ready, "is_expiring": True}
    assert over == {**ready, "is_valid": False}


async def test_a_list_of_too_few_ends_at_nothing_and_cannot_be_changed(
    make: Make, change: Ask, filed: Filed, shown: Callable[[], Awaitable[Sequence[dict[str, object]]]], later: Later
) -> None:
    audience_id = await make(900)
    later(hours=6)
    (small,) = await shown()

    assert (small["cover_num"], small["is_valid"], small["error_msg"]) == (
        0,
        False,
        "Fewer than 1,000 people were matched.",
    )
    too_small = refused(40002, f"custom_audience_id: Audience {audience_id} is too small and cannot be changed.")
    assert await change(audience_id, custom_audience_name="B") == too_small
    assert await change(audience_id, file_paths=[await filed(0, 2_000)], action="APPEND") == too_small


async def test_members_are_appended_removed_and_replaced(
    world: World,
    make: Make,
    change: Ask,
    filed: Filed,
    shown: Callable[[], Awaitable[Sequence[dict[str, object]]]],
    later: Later,
) -> None:
    audience_id = await make()
    later(hours=7)
    (before,) = await shown()

    assert await change(audience_id, file_paths=[await filed(1_400, 1_900)], action="APPEND") == (0, "OK", {})
    assert members(world, audience_id) == people(0, 1_900)
    (during,) = await shown()
    later(hours=7)
    (after,) = await shown()
    assert await change(audience_id, file_paths=[await filed(0, 100)], action="REMOVE") == (0, "OK", {})
    assert members(world, audience_id) == people(100, 1_900)
    assert await change(audience_id, file_paths=[await filed(500, 2_000)]) == (0, "OK", {})
    assert members(world, audience_id) == people(500, 2_000)

    assert (during["cover_num"], during["is_valid"], during["msg"]) == (before["cover_num"], True, "Processing")
    assert isinstance(after["cover_num"], int)
    assert isinstance(before["cover_num"], int)
    assert after["cover_num"] > before["cover_num"] > 1_000


@pytest.mark.parametrize(("action", "those"), [("REPLACE", (0, 900)), ("REMOVE", (0, 1_000)), ("APPEND", (900, 1_000))])
async def test_what_would_leave_too_few_is_refused_and_not_done(
    world: World, make: Make, change: Ask, filed: Filed, action: str, those: tuple[int, int]
) -> None:
    audience_id = await make(900 if action == "APPEND" else 1_500)
    before = members(world, audience_id)

    answer = await change(audience_id, file_paths=[await filed(*those)], action=action)

    message = f"action: {action} would leave the audience with fewer than 1,000 people."
    assert answer == (40002, message, {})
    assert members(world, audience_id) == before


async def test_a_name_is_changed_and_the_members_stay(world: World, make: Make, change: Ask) -> None:
    audience_id = await make()

    assert await change(audience_id, custom_audience_name="春", action="REPLACE") == (0, "OK", {})

    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    assert (audience.name, world.people.size(audience)) == ("春", 1_500)
    assert [attempt[2:] for attempt in world.attempts()][-1] == ("update_audience", audience_id)


async def test_opening_it_to_reservations_changes_nothing_else(
    make: Make, change: Ask, shown: Callable[[], Awaitable[Sequence[dict[str, object]]]]
) -> None:
    audience_id = await make()

    answer = await change(audience_id, audience_sub_type="REACH_FREQUENCY", custom_audience_name="B")

    (audience,) = await shown()
    assert answer == (0, "OK", {})
    assert (audience["name"], audience["audience_sub_type"]) == ("Buyers", "REACH_FREQUENCY")


async def test_details_tell_what_was_done_the_newest_first(make: Make, change: Ask, read: Ask, later: Later) -> None:
    audience_id = await make()
    later(hours=1)
    await change(audience_id, custom_audience_name="B")

    code, _, data = await read(f"{AUDIENCE}/get/", advertiser_id=US, custom_audience_ids=[audience_id])
    _, _, short = await read(f"{AUDIENCE}/get/", advertiser_id=US, custom_audience_ids=[audience_id], history_size=1)
    _, _, listed = await read(f"{AUDIENCE}/list/", advertiser_id=US)

    deed = {"editor": "open_api", "msg": ""}
    history = [
        {**deed, "action": "Rename", "action_detail": "B", "opt_time": "2026-03-04 16:30:00"},
        {**deed, "action": "Create", "action_detail": "Buyers", "opt_time": "2026-03-04 15:30:00"},
    ]
    details = {**rows(listed)[0], "rule": None, "lookalike_spec": None}
    assert (code, data) == (0, {"list": [{"audience_details": details, "audience_history": history}]})
    assert short == {"list": [{"audience_details": details, "audience_history": history[:1]}]}
    assert details["expired_time"] == "2027-03-04 16:30:00"


async def test_the_list_has_pages_the_newest_first_and_may_be_told_which(make: Make, read: Ask) -> None:
    first, second, third = [await make(3, custom_audience_name=name) for name in "ABC"]

    _, _, page = await read(f"{AUDIENCE}/list/", advertiser_id=US, page=2, page_size=2)
    _, _, some = await read(f"{AUDIENCE}/list/", advertiser_id=US, custom_audience_ids=[first, third, "7"])
    _, _, other = await read(f"{AUDIENCE}/list/", advertiser_id=DE)

    def ids(data: dict[str, object]) -> list[object]:
        return [one["audience_id"] for one in rows(data)]

    assert (ids(page), page["page_info"]) == (
        [first],
        {"page": 2, "page_size": 2, "total_number": 3, "total_page": 2},
    )
    assert ids(some) == [third, first]
    assert ids(other) == []
    assert len({first, second, third}) == 3


async def test_audiences_are_deleted_all_or_none(world: World, make: Make, post: Ask) -> None:
    first, second = await make(3), await make(3)
    gone = {"advertiser_id": US, "custom_audience_ids": [first, second]}

    not_all = await post(f"{AUDIENCE}/delete/", advertiser_id=US, custom_audience_ids=[first, "7"])
    there = len(world.people.audiences("tiktok", US))
    done = await post(f"{AUDIENCE}/delete/", **gone)

    assert not_all == refused(40007, "Audience 7 doesn't exist.")
    assert there == 2
    assert done == (0, "OK", {})
    assert world.people.audiences("tiktok", US) == []
    assert [attempt[2:] for attempt in world.attempts()][-1] == ("delete_audience", f"{first},{second}")


async def test_an_advertiser_has_up_to_400_audiences(world: World, post: Ask, filed: Filed, make: Make) -> None:
    audience = world.people.audience("tiktok", await make(3))
    assert audience is not None
    with world.memory.writing():
        for number in range(399):
            world.people.keep(audience, id=str(number))

    answer = await post(
        f"{AUDIENCE}/create/",
        advertiser_id=US,
        custom_audience_name="One more",
        calculate_type="EMAIL_SHA256",
        file_paths=[await filed(0, 3)],
    )

    assert answer == (40002, "custom_audience_name: An advertiser can have up to 400 audiences.", {})


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"custom_audience_name": ""}, 40002, "custom_audience_name: Expected `str` of length >= 1."),
        ({"custom_audience_name": "a" * 129}, 40002, "custom_audience_name: Expected `str` of length <= 128."),
        ({"calculate_type": "MAID_SHA256"}, 40002, "calculate_type: Invalid enum value 'MAID_SHA256'."),
        ({"file_paths": []}, 40002, "file_paths: Expected `array` of length >= 1."),
        ({"file_paths": ["a" * 16] * 501}, 40002, "file_paths: Expected `array` of length <= 500."),
        ({"file_paths": ["a" * 15]}, 40002, "file_paths[0]: Expected `str` of length >= 16."),
        ({"file_paths": ["a" * 16]}, 40905, f"The file {'a' * 16} doesn't exist."),
        ({"retention_in_days": 366}, 40002, "retention_in_days: Expected `int` <= 365."),
        ({"audience_sub_type": "RF"}, 40002, "audience_sub_type: Invalid enum value 'RF'."),
        ({"description": "x"}, 40002, "description: Unknown field."),
        ({"advertiser_id": UK}, 40001, f"The advertiser {UK} is disabled."),
        ({"advertiser_id": SOMEONE_ELSES}, 40001, f"No permission to operate advertiser {SOMEONE_ELSES}."),
    ],
)
async def test_a_list_that_breaks_a_rule_is_not_made(
    world: World, post: Ask, filed: Filed, fields: dict[str, object], code: int, message: str
) -> None:
    body = {
        "advertiser_id": US,
        "custom_audience_name": "Buyers",
        "calculate_type": "EMAIL_SHA256",
        "file_paths": [await filed(0, 3)],
        **fields,
    }

    assert await post(f"{AUDIENCE}/create/", **body) == (code, message, {})
    assert world.people.audiences("tiktok", US) == []


async def test_files_are_their_advertisers_of_one_type_and_expire(
    post: Ask, filed: Filed, later: Later, make: Make, change: Ask
) -> None:
    theirs, phones, mine = await filed(0, 3, advertiser_id=DE), await filed(0, 3, calculate_type="PHONE_SHA256"), ""
    audience_id = await make()
    mine = await filed(0, 3)
    body = {"advertiser_id": US, "custom_audience_name": "A", "calculate_type": "EMAIL_SHA256"}
    wrong_type = refused(40909, f"The file {phones} is not of the calculate_type EMAIL_SHA256.")

    assert await post(f"{AUDIENCE}/create/", **body, file_paths=[theirs]) == (
        40905,
        f"The file {theirs} doesn't exist.",
        {},
    )
    assert await post(f"{AUDIENCE}/create/", **body, file_paths=[phones]) == wrong_type
    assert await change(audience_id, file_paths=[phones], action="APPEND") == wrong_type
    later(days=7, seconds=1)
    assert await post(f"{AUDIENCE}/create/", **body, file_paths=[mine]) == (40910, f"The file {mine} has expired.", {})


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({}, 40002, "custom_audience_name: Either this or file_paths is required."),
        ({"action": "DELETE"}, 40002, "action: Invalid enum value 'DELETE'."),
        ({"audience_sub_type": "NORMAL"}, 40002, "audience_sub_type: Invalid enum value 'NORMAL'."),
        ({"file_paths": ["a" * 16]}, 40905, f"The file {'a' * 16} doesn't exist."),
        ({"custom_audience_name": "A", "custom_audience_id": "7"}, 40007, "Audience 7 doesn't exist."),
    ],
)
async def test_a_change_that_breaks_a_rule_is_not_made(
    world: World, post: Ask, make: Make, fields: dict[str, object], code: int, message: str
) -> None:
    audience_id = await make()
    before = world.people.audiences("tiktok", US)

    body = {"advertiser_id": US, "custom_audience_id": audience_id, **fields}
    assert await post(f"{AUDIENCE}/update/", **body) == (code, message, {})
    assert world.people.audiences("tiktok", US) == before


async def test_another_advertisers_audience_is_not_there(make: Make, post: Ask, read: Ask) -> None:
    audience_id = await make()
    missing = refused(40007, f"Audience {audience_id} doesn't exist.")
    theirs = {"advertiser_id": DE, "custom_audience_id": audience_id}

    assert await post(f"{AUDIENCE}/update/", **theirs, custom_audience_name="A") == missing
    assert await post(f"{AUDIENCE}/delete/", advertiser_id=DE, custom_audience_ids=[audience_id]) == missing
    assert await read(f"{AUDIENCE}/get/", advertiser_id=DE, custom_audience_ids=[audience_id]) == missing


@pytest.mark.parametrize(
    ("kind", "code"), [("throttle", 40100), ("expire_token", 40102), ("server_error", 50000), ("lose_answer", 0)]
)
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{AUDIENCE}/update/", {"custom_audience_name": "B", "advertiser_id": US}),
        (
            "/event/track/",
            {"event_source": "web", "event_source_id": f"C{US}", "data": [{"event": "X", "event_time": 1}]},
        ),
    ],
)
async def test_faults_strike_here_too_and_only_a_lost_answer_does_the_deed(
    world: World, make: Make, kind: Kind, code: int, path: str, body: dict[str, object]
) -> None:
    audience_id = await make(3)
    if "event" not in path:
        body = {**body, "custom_audience_id": audience_id}
    faults = Faults(world.memory)
    faults.plan(Fault("tiktok", kind, path))
    transport = httpx2.ASGITransport(app=Faulty(server(world), "tiktok", faults))
    headers = {"Access-Token": CREDENTIALS["ACCESS_TOKEN"]}

    async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox", headers=headers) as http:
        if kind == "lose_answer":
            with pytest.raises(ConnectionResetError):
                await http.post(f"/open_api/v1.3{path}", json=body)
        else:
            assert (await http.post(f"/open_api/v1.3{path}", json=body)).json()["code"] == code

    done = kind == "lose_answer"
    audience = world.people.audience("tiktok", audience_id)
    assert audience is not None
    assert (audience.name == "B" or bool(list(world.people.events("tiktok")))) == done
