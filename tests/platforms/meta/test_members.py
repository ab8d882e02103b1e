"""Members of lists at Meta, through the real client; answers are made up in the documented shape (Meta docs,
"Customer File Custom Audiences", 2026-09)."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.errors import (
    AdsError,
    Forbidden,
    Garbled,
    InProgress,
    Invalid,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
    VendorWords,
)
from xylo_mcp.ads.handovers import CreateAudience, MembersChange, UpdateAudience
from xylo_mcp.contract import AdPlatform, Portion
from xylo_mcp.platforms.meta import members

pytestmark = pytest.mark.virtual_time

Opened = Callable[..., AbstractAsyncContextManager[AdPlatform]]
Answer = Callable[[dict[str, Any]], httpx2.Response]
ID = "act_123456789"
LIST = "238"
EMAIL, PHONE = "e233d4a29013e9d8", "67f01a2b0e2c3427"
ROWS = (
    (EMAIL, "", "", "", "", "", "", "", "crm-7", ""),
    ("", PHONE, "24d4b96f", "0e66", "", "", "4492", "c0bc", "", "38400000-8cf0-11bd-b23e-10b96e40000d"),
)
ADD = UpdateAudience(ID, LIST, "add", rows=3, content="c0ffee")
REMOVE = UpdateAudience(ID, LIST, "remove", rows=3, content="c0ffee")
REPLACE = UpdateAudience(ID, LIST, "replace", rows=3, content="c0ffee")
CREATE = CreateAudience(ID, "Customers", "customer_list", rows=3, content="c0ffee")
ONLY = Portion(1, ROWS, last=True)
FIRST, SECOND = Portion(1, ROWS, last=False), Portion(2, ROWS[:1], last=True)
NOW = datetime(2026, 3, 4, 10, 11, 12, tzinfo=UTC)
SCHEMA = ["EMAIL", "PHONE", "FN", "LN", "CT", "ST", "ZIP", "COUNTRY", "EXTERN_ID", "MADID"]


def ok(body: dict[str, Any]) -> httpx2.Response:
    rows, session = len(body["payload"]["data"]), body["session"]["session_id"]
    told = {"audience_id": LIST, "session_id": str(session), "num_received": rows, "num_invalid_entries": 0}
    return httpx2.Response(200, json={**told, "invalid_entry_samples": {}})


def but(**changes: object) -> Answer:
    return lambda body: httpx2.Response(200, json={**ok(body).json(), **changes})


def always(response: httpx2.Response) -> Answer:
    return lambda _: response


def refusal(code: int, subcode: int = 0, status: int = 400) -> Answer:
    error = {"message": f"Row {EMAIL} is bad", "code": code, "error_subcode": subcode, "fbtrace_id": "AbC123"}
    return always(httpx2.Response(status, json={"error": error}))


class Meta:
    """Owns a list, takes members as it is told to, and keeps what it was asked."""

    def __init__(self, *takes: Answer, subtype: str = "CUSTOM", owner: str = "123456789") -> None:
        self.takes = list(takes)
        self.node: dict[str, object] = {"id": LIST, "account_id": owner, "subtype": subtype}
        self.sessions: Sequence[object] = ()
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        if request.method == "GET":
            whole = self.node if request.url.path == f"/v26.0/{LIST}" else {"data": self.sessions}
            return httpx2.Response(200, json=whole)
        return self.takes.pop(0)(msgspec.json.decode(request.content))

    @property
    def told(self) -> list[tuple[str, dict[str, Any]]]:
        return [
            (request.url.path.removeprefix("/v26.0/"), msgspec.json.decode(request.content))
            for request in self.asked
            if request.method == "POST"
        ]


async def taken(
    opened: Opened, account: Account, meta: Meta, change: MembersChange, *portions: Portion, so_far: str = ""
) -> str:
    async with opened(meta) as platform:
        for portion in portions:
            so_far = await platform.take(account, change, LIST, so_far, portion)
        return so_far


async def failing(
    opened: Opened, account: Account, meta: Meta, change: MembersChange, portion: Portion = ONLY, so_far: str = ""
) -> AdsError:
    with pytest.raises(AdsError) as raised:
        await taken(opened, account, meta, change, portion, so_far=so_far)
    return raised.value


def session(note: str) -> int:
    return members.noted(note).number


@pytest.mark.parametrize(
    ("change", "path", "more"),
    [
        (CREATE, "238/users", {}),
        (ADD, "238/users", {}),
        (REMOVE, "238/users", {"method": "DELETE"}),
        (REPLACE, "238/usersreplace", {}),
    ],
)
async def test_portions_are_told_in_one_session_in_which_the_last_says_so(
    opened: Opened, account: Account, change: MembersChange, *, path: str, more: dict[str, str]
) -> None:
    meta = Meta(ok, but(num_received=3, num_invalid_entries=1))

    note = await taken(opened, account, meta, change, FIRST, SECOND)

    number = session(note)
    assert note == f"{number}/3/1/1"
    assert 0 < number < 2**63
    bodies = [
        {
            "payload": {"schema": SCHEMA, "data": [list(row) for row in rows]},
            "session": {
                "session_id": number,
                "batch_seq": place,
                "last_batch_flag": last,
                "estimated_num_total": 3,
            },
            **more,
        }
        for place, rows, last in ((1, ROWS, False), (2, ROWS[:1], True))
    ]
    assert meta.told == [(path, body) for body in bodies]
    assert {request.headers["content-type"] for request in meta.asked if request.content} == {"application/json"}


async def test_nothing_about_people_is_in_an_address(opened: Opened, account: Account) -> None:
    meta = Meta(ok, ok)

    await taken(opened, account, meta, REMOVE, FIRST, SECOND)

    assert [str(request.url) for request in meta.asked] == [
        "https://graph.facebook.com/v26.0/238?fields=id%2Caccount_id%2Csubtype",
        "https://graph.facebook.com/v26.0/238/users",
        "https://graph.facebook.com/v26.0/238/users",
    ]


async def test_what_is_to_be_done_needs_no_more_than_the_note(opened: Opened, account: Account) -> None:
    first, second = Meta(ok), Meta(ok)

    note = await taken(opened, account, first, ADD, FIRST)
    other = await taken(opened, account, second, ADD, SECOND, so_far=note)

    assert (session(other), [body["session"]["batch_seq"] for _, body in second.told]) == (session(note), [2])
    assert len(second.asked) == 1


async def test_a_list_of_our_own_making_needs_no_look_and_another_one_before_its_first_portion(
    opened: Opened, account: Account
) -> None:
    made, others = Meta(ok), Meta(ok)

    await taken(opened, account, made, CREATE, ONLY)
    await taken(opened, account, others, ADD, ONLY)

    assert [request.method for request in made.asked] == ["POST"]
    assert [request.method for request in others.asked] == ["GET", "POST"]


@pytest.mark.parametrize(
    ("meta", "kind"),
    [(Meta(owner="987654321"), NotFound), (Meta(subtype="WEBSITE"), Invalid), (Meta(subtype="LOOKALIKE"), Invalid)],
)
async def test_people_are_told_only_to_a_customer_list_of_the_account(
    opened: Opened, account: Account, meta: Meta, kind: type[AdsError]
) -> None:
    error = await failing(opened, account, meta, ADD)

    assert (type(error), error.nothing_done, meta.told) == (kind, True, [])


async def test_an_id_never_becomes_another_address(opened: Opened, account: Account) -> None:
    meta = Meta()

    async with opened(meta) as platform:
        with pytest.raises(Invalid):
            await platform.take(account, ADD, "act_123456789/customaudiences?x=", "", ONLY)

    assert meta.asked == []


@pytest.mark.parametrize(
    "told",
    [
        but(session_id="7"),
        but(session_id=None),
        but(audience_id="239"),
        but(num_received=1),
        but(num_received=None),
        always(httpx2.Response(200, json={"success": True})),
        always(httpx2.Response(200, content=b"<html>")),
    ],
)
async def test_an_answer_that_does_not_say_that_all_rows_were_received_is_garbled(
    opened: Opened, account: Account, told: Answer
) -> None:
    error = await failing(opened, account, Meta(told, told), REPLACE)

    assert (type(error), error.nothing_done) == (Garbled, False)


async def test_rows_that_came_twice_count_twice_at_meta_and_numbers_may_come_as_numbers(
    opened: Opened, account: Account
) -> None:
    def told(body: dict[str, Any]) -> httpx2.Response:
        answer = {"session_id": body["session"]["session_id"], "num_received": 4, "num_invalid_entries": None}
        return httpx2.Response(200, json={**answer, "invalid_entry_samples": []})

    note = await taken(opened, account, Meta(told), ADD, ONLY)

    assert note == f"{session(note)}/4/0/1"


@pytest.mark.parametrize(
    ("change", "portion", "so_far", "times"),
    [(ADD, ONLY, "", 2), (REMOVE, ONLY, "", 2), (REPLACE, SECOND, "9/2/0/1", 2), (REPLACE, FIRST, "", 1)],
)
async def test_only_what_may_come_twice_is_sent_again_by_the_wire(
    opened: Opened, account: Account, change: MembersChange, portion: Portion, *, so_far: str, times: int
) -> None:
    meta = Meta(refusal(2, status=503), ok)

    if times == 1:
        error = await failing(opened, account, meta, change, portion, so_far)
        assert (type(error), error.nothing_done) == (Unavailable, False)
    else:
        await taken(opened, account, meta, change, portion, so_far=so_far)

    bodies = [body for _, body in meta.told]
    assert bodies == [bodies[0]] * times


@pytest.mark.parametrize(
    ("told", "kind", "code", "nothing_done"),
    [
        (refusal(100), Rejected, "100", True),
        (refusal(100, 1713230), Rejected, "100/1713230", True),
        (refusal(200, 1870047), Rejected, "200/1870047", True),
        (refusal(200, 1870034), Forbidden, "200/1870034", True),
        (refusal(2650, 1870144), Rejected, "2650/1870144", True),
        (refusal(2650, 1870147), Rejected, "2650/1870147", True),
        (refusal(2650, 1870148), Rejected, "2650/1870148", False),
        (refusal(2650, 1870145), InProgress, "2650/1870145", True),
        (refusal(80003), Throttled, "80003", True),
    ],
)
async def test_of_a_refusal_the_codes_are_kept_and_metas_words_are_not(
    opened: Opened, account: Account, told: Answer, kind: type[AdsError], *, code: str, nothing_done: bool
) -> None:
    error = await failing(opened, account, Meta(told), REPLACE)

    assert (isinstance(error, kind), error.vendor) == (True, VendorWords(code, "", "AbC123"))
    assert (error.nothing_done, EMAIL in f"{error!r} {error.fix} {error.vendor}") == (nothing_done, False)


async def test_a_last_portion_of_a_session_that_is_finished_was_taken_before(opened: Opened, account: Account) -> None:
    finished = refusal(2650, 1870159)
    meta = Meta(ok, finished)

    note = await taken(opened, account, meta, REPLACE, FIRST)

    assert await taken(opened, account, meta, REPLACE, SECOND, so_far=note) == note
    error = await failing(opened, account, Meta(finished), REPLACE, Portion(2, ROWS, last=False), note)
    assert (isinstance(error, Rejected), error.nothing_done) == (True, True)


async def test_a_replacement_whose_first_answer_was_lost_is_found_and_goes_on(opened: Opened, account: Account) -> None:
    lost = Meta(refusal(2, status=503))
    await failing(opened, account, lost, REPLACE, FIRST)
    number = lost.told[0][1]["session"]["session_id"]
    meta = Meta(refusal(2650, 1870145), ok)
    meta.sessions = [
        {"session_id": "7", "num_received": "2"},
        {"session_id": str(number), "num_received": "2"},
        {"session_id": "8"},
    ]

    note = await taken(opened, account, meta, REPLACE, FIRST, SECOND)

    assert note == f"{number}/1/0/1"
    assert [body["session"]["session_id"] for _, body in meta.told][-1] == number
    sessions = meta.asked[2]
    assert (sessions.url.path, dict(sessions.url.params)) == (
        "/v26.0/238/sessions",
        {"fields": "session_id,num_received", "limit": "50"},
    )


@pytest.mark.parametrize("change", ["another list", "more received", "too long ago", "no list of sessions"])
async def test_another_replacement_under_way_is_waited_for_and_not_joined(
    opened: Opened, account: Account, change: str
) -> None:
    then = NOW - timedelta(minutes=91 if change == "too long ago" else 5)
    content = "beef" if change == "another list" else "c0ffee"
    other = members.new_session(msgspec.structs.replace(REPLACE, content=content), LIST, then)
    row = {"session_id": str(other.number), "num_received": "3" if change == "more received" else "2"}
    meta = Meta(refusal(2650, 1870145))
    meta.sessions = [{"session_id": "?"}] if change == "no list of sessions" else [row]

    error = await failing(opened, account, meta, REPLACE, FIRST)

    assert (isinstance(error, InProgress), len(meta.told)) == (True, 1)


@pytest.mark.parametrize("change", [ADD, REMOVE])
async def test_whoever_adds_while_members_are_replaced_has_to_wait(
    opened: Opened, account: Account, change: MembersChange
) -> None:
    meta = Meta(refusal(2650, 1870145))

    error = await failing(opened, account, meta, change)

    assert (isinstance(error, InProgress), [request.method for request in meta.asked]) == (True, ["GET", "POST"])


def test_two_handovers_of_the_same_people_have_sessions_of_their_own() -> None:
    later = NOW + timedelta(seconds=1)

    numbers = {
        members.new_session(change, LIST, moment).number
        for change in (ADD, REMOVE, REPLACE, msgspec.structs.replace(ADD, content="beef"))
        for moment in (NOW, later)
    }

    assert len(numbers) == 8


async def test_what_a_replacement_had_no_time_for_is_added_once_it_is_over(opened: Opened, account: Account) -> None:
    timed_out = refusal(2650, 1870158)
    meta = Meta(timed_out, timed_out, ok, ok)
    third, fourth = Portion(3, ROWS, last=False), Portion(4, ROWS[:1], last=True)

    meta.node["operation_status"] = {"code": 414}
    waiting = await failing(opened, account, meta, REPLACE, third, "9/4/0/1")
    meta.node["operation_status"] = {"code": 200}
    note = await taken(opened, account, meta, REPLACE, third, fourth, so_far="9/4/0/1")

    assert (isinstance(waiting, InProgress), waiting.nothing_done) == (True, True)
    assert note == f"{session(note)}/1/0/3"
    assert [
        (path, body["session"]["session_id"], body["session"]["batch_seq"], body["session"]["last_batch_flag"])
        for path, body in meta.told
    ] == [
        ("238/usersreplace", 9, 3, False),
        ("238/usersreplace", 9, 3, False),
        ("238/users", session(note), 1, False),
        ("238/users", session(note), 2, True),
    ]


async def test_nothing_is_added_to_a_replacement_that_came_to_nothing(opened: Opened, account: Account) -> None:
    meta = Meta(refusal(2650, 1870158))
    meta.node["operation_status"] = {"code": 415}

    error = await failing(opened, account, meta, REPLACE, SECOND, "9/2/0/1")

    assert (isinstance(error, Rejected), error.nothing_done, len(meta.told)) == (True, True, 1)


async def test_a_portion_without_rows_is_not_told_and_nobody_replaces_nobody(opened: Opened, account: Account) -> None:
    meta = Meta()
    nobody = Portion(2, (), last=True)

    assert await taken(opened, account, meta, REPLACE, nobody, so_far="9/2/0/1") == "9/2/0/1"
    assert await taken(opened, account, meta, ADD, nobody) == ""
    error = await failing(opened, account, meta, REPLACE, nobody)
    assert (type(error), meta.asked) == (Invalid, [])


async def test_the_end_of_a_handover_needs_no_request(opened: Opened, account: Account) -> None:
    meta = Meta()

    async with opened(meta) as platform:
        assert await platform.close(account, ADD, LIST, "9/2/0/1", "op:1") == LIST

    assert meta.asked == []
