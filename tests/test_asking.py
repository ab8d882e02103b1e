"""Asking a person during a tool call, through the SDK's own client and a small server in memory."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Literal, Protocol

import anyio
import httpx2
import mcp_types as types
import msgspec
import pytest
from inline_snapshot import snapshot
from mcp.client.client import Client
from mcp.client.session import ClientRequestContext, ElicitationFnT
from mcp.client.streamable_http import streamable_http_client
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.shared.memory import create_client_server_memory_streams
from mcp.shared.message import SessionMessage

from xylo_mcp.asking import Asking
from xylo_mcp.questions import Asked, AskFirst, Nobody, Question, Reply
from xylo_mcp.seal import Seals

Era = Literal["legacy", "2026-07-28", "auto"]
ERAS: list[Era] = ["legacy", "2026-07-28", "auto"]
LIFE = timedelta(minutes=10)
OLD, NEW = b"o" * 32, b"n" * 32
TEXT = 'Raise the daily budget of campaign "Spring" from 50.00 to 80.00 EUR?'
ARGUMENTS = {"operation": "operation_1", "amount": 80}
REFUSED = (
    types.INVALID_PARAMS,
    "This requestState is not, or no longer, valid for this call: make the call again without it.",
    None,
)
FORMS: Mapping[str, object] = {"elicitation": {"form": {}}}
HELLO = {"protocolVersion": "2025-06-18", "capabilities": FORMS, "clientInfo": {"name": "by hand", "version": "1"}}
URL = "http://127.0.0.1:8000/mcp"
Receive = Callable[[], Awaitable[Mapping[str, object]]]
Send = Callable[[Mapping[str, object]], Awaitable[None]]
Content = Mapping[str, str | int | float | bool | list[str] | None]


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


class Shop:
    """A server with tools that ask before they spend, and what became of each call."""

    def __init__(self, seals: Seals, audience: str = "xylo", who: str = "anna") -> None:
        self.seals, self.audience, self.who = seals, audience, who
        self.replies: list[Reply | Literal["nobody"]] = []
        self.brought: list[Mapping[str, Reply]] = []
        self.ended = 0
        self.server = Server("shop", on_list_tools=self._list, on_call_tool=self._call)

    async def _list(
        self, context: ServerRequestContext[dict[str, object]], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[types.Tool(name=name, input_schema={"type": "object"}) for name in ("spend", "spend_more")]
        )

    async def _call(
        self, context: ServerRequestContext[dict[str, object]], params: types.CallToolRequestParams
    ) -> types.CallToolResult | types.InputRequiredResult:
        asking = Asking(self.seals, self.audience, self.who, params)
        person = asking.person(context.session, context.request_id)
        self.brought.append(person.answered)
        try:
            said = await self._spend(person, str((params.arguments or {})["operation"]))
        except AskFirst as first:
            return asking.ask_first(first.question)
        finally:
            self.ended += 1
        return types.CallToolResult(content=[types.TextContent(type="text", text=said)])

    async def _spend(self, person: Asked, operation_id: str) -> str:
        said = await person.ask(Question(operation_id, TEXT))
        self.replies.append(said if person.can_be_asked or person.answered else "nobody")
        return said


class Hand:
    """Answers each question the same way, and keeps what it was shown."""

    def __init__(self, answer: types.ElicitResult | types.ErrorData) -> None:
        self.answer = answer
        self.shown: list[types.ElicitRequestParams] = []

    async def __call__(
        self, context: ClientRequestContext, params: types.ElicitRequestParams
    ) -> types.ElicitResult | types.ErrorData:
        self.shown.append(params)
        return self.answer


def accepted(content: Content | None) -> types.ElicitResult:
    return types.ElicitResult(action="accept", content=None if content is None else dict(content))


YES = accepted({"approve": True})


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Era:
    return request.param


@pytest.fixture
def shop(clock: Clock) -> Shop:
    return Shop(Seals([OLD], clock))


@asynccontextmanager
async def connected(shop: Shop, era: Era, hand: ElicitationFnT | None) -> AsyncGenerator[Client]:
    async with Client(shop.server, mode=era, elicitation_callback=hand) as client:
        yield client


@pytest.mark.parametrize(
    ("given", "reply"),
    [
        pytest.param(YES, "approved", id="ticked"),
        pytest.param(accepted({"approve": False}), "declined", id="unticked"),
        pytest.param(accepted({}), "declined", id="left out"),
        pytest.param(accepted(None), "declined", id="without a form"),
        pytest.param(accepted({"approve": None}), "declined", id="null"),
        pytest.param(accepted({"approve": 1}), "declined", id="a number"),
        pytest.param(accepted({"approve": 1.0}), "declined", id="a fraction"),
        pytest.param(accepted({"approve": "true"}), "declined", id="a word"),
        pytest.param(accepted({"approve": ["true"]}), "declined", id="a list"),
        pytest.param(accepted({"Approve": True}), "declined", id="another field"),
        pytest.param(accepted({"approve": True, "amount": 90}), "declined", id="more fields"),
        pytest.param(types.ElicitResult(action="decline"), "declined", id="declined"),
        pytest.param(
            types.ElicitResult(action="decline", content={"approve": True}), "declined", id="declined, ticked"
        ),
        pytest.param(types.ElicitResult(action="cancel"), "cancelled", id="dismissed"),
        pytest.param(
            types.ElicitResult(action="cancel", content={"approve": True}), "cancelled", id="dismissed, ticked"
        ),
    ],
)
async def test_only_the_ticked_box_is_a_yes(shop: Shop, era: Era, given: types.ElicitResult, reply: Reply) -> None:
    async with connected(shop, era, Hand(given)) as client:
        result = await client.call_tool("spend", ARGUMENTS)

    assert result.content == [types.TextContent(type="text", text=reply)]
    assert shop.replies == [reply]


async def test_the_person_is_shown_the_question_and_one_box_once(shop: Shop, era: Era) -> None:
    hand = Hand(YES)

    async with connected(shop, era, hand) as client:
        await client.call_tool("spend", ARGUMENTS)

    (shown,) = hand.shown
    assert shown.model_dump(by_alias=True, exclude={"meta"}) == snapshot(
        {
            "mode": "form",
            "message": 'Raise the daily budget of campaign "Spring" from 50.00 to 80.00 EUR?',
            "requestedSchema": {
                "properties": {
                    "approve": {
                        "type": "boolean",
                        "title": "Approve",
                        "description": "Yes, do exactly this, once.",
                        "default": False,
                    }
                },
                "required": ["approve"],
                "type": "object",
            },
            "task": None,
        }
    )


async def test_who_shows_no_forms_is_not_asked_and_has_not_agreed(shop: Shop, era: Era) -> None:
    async with connected(shop, era, None) as client:
        await client.call_tool("spend", ARGUMENTS)

    assert shop.replies == ["nobody"]


@pytest.mark.parametrize(
    ("declared", "asked"),
    [
        ({"elicitation": {}}, True),
        ({"elicitation": {"form": {}}}, True),
        ({"elicitation": {"form": {}, "url": {}}}, True),
        ({"elicitation": {"url": {}}}, False),
        ({"sampling": {}}, False),
        ({}, False),
    ],
)
async def test_a_client_is_asked_only_if_it_declares_forms(
    shop: Shop, declared: Mapping[str, object], *, asked: bool
) -> None:
    result = await posted(shop, {"arguments": ARGUMENTS}, declared)

    assert result.result["resultType"] == ("input_required" if asked else "complete")
    assert shop.replies == ([] if asked else ["nobody"])


async def test_a_client_of_the_old_era_without_a_session_has_no_way_back_and_is_not_asked(shop: Shop) -> None:
    hand = Hand(YES)
    app = shop.server.streamable_http_app(stateless_http=True)
    transport = httpx2.ASGITransport(app=app)

    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport) as http,
        Client(streamable_http_client(URL, http_client=http), mode="legacy", elicitation_callback=hand) as client,
    ):
        result = await client.call_tool("spend", ARGUMENTS)

    assert result.content == [types.TextContent(type="text", text="cancelled")]
    assert shop.replies == ["nobody"]
    assert hand.shown == []


async def test_where_there_is_no_person_nobody_is_asked() -> None:
    nobody: Asked = Nobody()

    reply = await nobody.ask(Question("operation_1", TEXT))

    assert (nobody.can_be_asked, nobody.answered, reply) == (False, {}, "cancelled")


async def test_a_client_of_the_old_era_that_cannot_show_the_form_after_all_has_not_decided(shop: Shop) -> None:
    failing = Hand(types.ErrorData(code=types.INTERNAL_ERROR, message="no window"))

    async with connected(shop, "legacy", failing) as client:
        await client.call_tool("spend", ARGUMENTS)

    assert shop.replies == ["cancelled"]


GARBLED: Sequence[object] = [
    {"action": "accept", "content": {"approve": {"is": True}}},
    {"action": "accept", "content": [True]},
    {"action": "yes", "content": {"approve": True}},
    {"content": {"approve": True}},
]


@pytest.mark.parametrize("garbled", GARBLED)
async def test_an_answer_in_the_old_era_that_breaks_the_protocol_is_no_yes(shop: Shop, garbled: object) -> None:
    async with by_hand(shop) as (receive, send):
        await send({"id": 1, "method": "initialize", "params": HELLO})
        await receive()
        await send({"method": "notifications/initialized"})
        await send({"id": 2, "method": "tools/call", "params": {"name": "spend", "arguments": ARGUMENTS}})
        asked = await receive()
        await send({"id": asked["id"], "result": garbled})
        answered = await receive()

    assert (asked["method"], answered["id"]) == ("elicitation/create", 2)
    assert shop.replies == ["declined"]


@pytest.mark.parametrize("garbled", [*GARBLED, True, "approve", None])
async def test_an_answer_in_the_new_era_that_breaks_the_protocol_never_reaches_the_tool(
    shop: Shop, garbled: object
) -> None:
    first = await posted(shop, {"arguments": ARGUMENTS})
    state = first.result["requestState"]
    assert isinstance(state, str)

    again = await posted(
        shop, {"arguments": ARGUMENTS, "inputResponses": {"operation_1": garbled}, "requestState": state}
    )

    assert again.error["code"] == types.INVALID_PARAMS
    assert shop.replies == []


async def test_an_answer_to_a_question_of_another_kind_is_no_yes(shop: Shop) -> None:
    first = await posted(shop, {"arguments": ARGUMENTS})
    state = first.result["requestState"]
    assert isinstance(state, str)

    await posted(
        shop, {"arguments": ARGUMENTS, "inputResponses": {"operation_1": {"roots": []}}, "requestState": state}
    )

    assert shop.replies == ["declined"]


async def test_the_call_that_brings_an_answer_says_so_before_anything_is_asked(shop: Shop) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        await client.call_tool("spend", ARGUMENTS)

    assert shop.brought == [{}, {"operation_1": "approved"}]


async def test_an_answer_without_a_question_counts_for_nothing(shop: Shop) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        result = await answer(client, None)

    assert isinstance(result, types.InputRequiredResult)
    assert shop.brought == [{}]
    assert shop.replies == []


@pytest.mark.parametrize("answers", [None, {}, {"operation_2": YES}])
async def test_a_question_that_comes_back_without_its_answer_is_put_again(
    shop: Shop, answers: dict[str, types.InputResponse] | None
) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        state = await question(client)
        result = await client.session.call_tool(
            "spend", ARGUMENTS, input_responses=answers, request_state=state, allow_input_required=True
        )

    assert isinstance(result, types.InputRequiredResult)
    assert shop.brought == [{}, {}]
    assert shop.replies == []


async def test_an_answer_to_one_question_is_none_to_the_next(shop: Shop) -> None:
    hand = Hand(YES)

    async with connected(shop, "2026-07-28", hand) as client:
        state = await question(client)
        result = await client.session.call_tool(
            "spend",
            ARGUMENTS,
            input_responses={"operation_1": YES, "operation_2": YES},
            request_state=state,
            allow_input_required=True,
        )

    assert isinstance(result, types.CallToolResult)
    assert shop.brought == [{}, {"operation_1": "approved"}]


FORGERIES: Mapping[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "plain": lambda _: "operation_1",
    "in JSON": lambda _: '{"operation_id":"operation_1"}',
    "truncated": lambda state: state[:-1],
    "one letter changed": lambda state: state[:40] + ("A" if state[40] != "A" else "B") + state[41:],
    "lengthened": lambda state: state + "A",
    "doubled": lambda state: state * 2,
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_forged_state_is_refused(shop: Shop, forgery: str) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        state = await question(client)
        error = await refusal(client, FORGERIES[forgery](state))

    assert error == REFUSED
    assert shop.replies == []


async def test_an_answer_counts_for_ten_minutes(shop: Shop, clock: Clock) -> None:
    begin = clock.now
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        state = await question(client)
        clock.now = begin + LIFE - timedelta(microseconds=1)
        in_time = await answer(client, state)
        clock.now = begin + LIFE
        too_late = await refusal(client, state)

    assert isinstance(in_time, types.CallToolResult)
    assert too_late == REFUSED
    assert shop.replies == ["approved"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"operation": "operation_1", "amount": 80.01},
        {"operation": "operation_1", "amount": 80.0},
        {"operation": "operation_1", "amount": "80"},
        {"operation": "operation_1"},
        {"operation": "operation_1", "amount": 80, "note": None},
        {"operation": "operation_\u0661", "amount": 80},
        {"operation": "operation_1 ", "amount": 80},
    ],
)
async def test_an_answer_counts_for_no_other_arguments(shop: Shop, arguments: Mapping[str, object]) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        state = await question(client)
        error = await refusal(client, state, arguments=arguments)

    assert error == REFUSED
    assert shop.replies == []


async def test_arguments_in_another_order_are_the_same(shop: Shop) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        state = await question(client)
        await answer(client, state, arguments=dict(reversed(ARGUMENTS.items())))

    assert shop.replies == ["approved"]


async def test_an_answer_counts_for_no_other_tool(shop: Shop) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        state = await question(client, "spend")
        error = await refusal(client, state, name="spend_more")

    assert error == REFUSED
    assert shop.replies == []


@pytest.mark.parametrize(
    ("audience", "who", "keys"),
    [
        pytest.param("xylo", "ben", [OLD], id="another caller"),
        pytest.param("xylo live", "anna", [OLD], id="another server"),
        pytest.param("xylo", "anna", [NEW], id="a foreign key"),
    ],
)
async def test_an_answer_counts_nowhere_else(
    shop: Shop, clock: Clock, audience: str, who: str, keys: Sequence[bytes]
) -> None:
    other = Shop(Seals(keys, clock), audience, who)

    async with (
        connected(shop, "2026-07-28", Hand(YES)) as asked,
        connected(other, "2026-07-28", Hand(YES)) as elsewhere,
    ):
        state = await question(asked)
        error = await refusal(elsewhere, state)

    assert error == REFUSED
    assert other.replies == []


@pytest.mark.parametrize("keys", [[OLD], [OLD, NEW], [NEW, OLD]])
async def test_a_question_of_one_server_is_answered_to_another_that_has_its_key(
    shop: Shop, clock: Clock, keys: Sequence[bytes]
) -> None:
    other = Shop(Seals(keys, clock))

    async with (
        connected(shop, "2026-07-28", Hand(YES)) as asked,
        connected(other, "2026-07-28", Hand(YES)) as elsewhere,
    ):
        state = await question(asked)
        await answer(elsewhere, state)

    assert (shop.replies, other.replies) == ([], ["approved"])


async def test_an_answer_may_come_again_and_is_told_each_time(shop: Shop) -> None:
    """Which is why only a ledger may count operations."""
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        state = await question(client)
        for _ in range(2):
            await answer(client, state)

    assert shop.brought == [{}, {"operation_1": "approved"}, {"operation_1": "approved"}]


async def test_a_refused_state_is_logged_without_what_was_in_it(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    async with connected(shop, "2026-07-28", Hand(YES)) as client:
        await refusal(client, "forged-by-me")

    assert [record.getMessage() for record in caplog.records if record.name == "xylo_mcp.asking"] == [
        "a state that does not open came from anna"
    ]


async def test_a_call_that_is_cancelled_takes_its_open_question_back(shop: Shop) -> None:
    waiting = Waiting()

    async with connected(shop, "legacy", waiting) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "spend", ARGUMENTS)
            await waiting.opened.wait()
            tasks.cancel_scope.cancel()
        await waiting.closed.wait()
        listed = await client.list_tools()

    assert len(listed.tools) == 2
    assert (shop.replies, shop.ended) == ([], 1)


def test_a_question_open_for_ten_minutes_is_taken_back_undecided(
    shop: Shop, in_virtual_time: Callable[[Coroutine[object, object, None]], None]
) -> None:
    waiting = Waiting()
    took: list[float] = []

    async def call() -> None:
        async with connected(shop, "legacy", waiting) as client:
            begin = anyio.current_time()
            await client.call_tool("spend", ARGUMENTS)
            took.append(anyio.current_time() - begin)
            await waiting.closed.wait()

    in_virtual_time(call())

    assert shop.replies == ["cancelled"]
    assert took == [LIFE.total_seconds()]


class Waiting:
    """Shows the question and never answers it."""

    def __init__(self) -> None:
        self.opened, self.closed = anyio.Event(), anyio.Event()

    async def __call__(
        self, context: ClientRequestContext, params: types.ElicitRequestParams
    ) -> types.ElicitResult | types.ErrorData:
        self.opened.set()
        try:
            await anyio.Event().wait()
        finally:
            self.closed.set()
        return YES


@asynccontextmanager
async def by_hand(shop: Shop) -> AsyncGenerator[tuple[Receive, Send]]:
    """The server, and a client of the old era whose every message is written by hand."""

    async def receive() -> Mapping[str, object]:
        item = await incoming.receive()
        assert isinstance(item, SessionMessage)
        return item.message.model_dump(by_alias=True)

    async def send(message: Mapping[str, object]) -> None:
        await outgoing.send(
            SessionMessage(types.jsonrpc_message_adapter.validate_python({"jsonrpc": "2.0", **message}))
        )

    async with (
        create_client_server_memory_streams() as ((incoming, outgoing), (at_server, from_server)),
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(shop.server.run, at_server, from_server, shop.server.create_initialization_options())
        yield receive, send
        tasks.cancel_scope.cancel()


class Posted(msgspec.Struct):
    """One of the two."""

    result: dict[str, object] = {}
    error: dict[str, object] = {}


async def question(client: Client, name: str = "spend") -> str:
    """The state that comes with the question when the tool is called for the first time."""
    first = await client.session.call_tool(name, ARGUMENTS, allow_input_required=True)
    assert isinstance(first, types.InputRequiredResult)
    assert first.request_state is not None
    return first.request_state


async def answer(
    client: Client, state: str | None, name: str = "spend", arguments: Mapping[str, object] = ARGUMENTS
) -> types.CallToolResult | types.InputRequiredResult:
    """What becomes of a yes to that question."""
    return await client.session.call_tool(
        name,
        dict(arguments),
        input_responses={"operation_1": YES},
        request_state=state,
        allow_input_required=True,
    )


async def refusal(
    client: Client, state: str, name: str = "spend", arguments: Mapping[str, object] = ARGUMENTS
) -> tuple[int, str, object]:
    """The error that becomes of it."""
    with pytest.raises(MCPError) as refused:
        await answer(client, state, name, arguments)
    return refused.value.code, refused.value.message, refused.value.data


async def posted(shop: Shop, params: Mapping[str, object], declared: Mapping[str, object] = FORMS) -> Posted:
    """What the server answers to a call of the new era, written by hand."""
    envelope = {
        types.PROTOCOL_VERSION_META_KEY: "2026-07-28",
        types.CLIENT_INFO_META_KEY: {"name": "by hand", "version": "1"},
        types.CLIENT_CAPABILITIES_META_KEY: declared,
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "spend", "_meta": envelope, **params}}
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": "spend",
    }
    app = shop.server.streamable_http_app(json_response=True)
    async with app.router.lifespan_context(app), httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app)) as http:
        response = await http.post(URL, json=body, headers=headers)
    return msgspec.json.decode(response.content, type=Posted)
