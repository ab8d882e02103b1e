"""A server through whose every tool one person's data goes, on platforms that show what they were sent, and break."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import anyio
import httpx2
import mcp_types as types
import msgspec
import pytest
from mcp.client.client import Client
from mcp.client.session import ClientRequestContext
from mcp.shared.exceptions import MCPError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.conftest import StandingClock
from tests.privacy import canaries
from xylo_mcp.app import Door
from xylo_mcp.sandbox.google.cast import conversion_action_id
from xylo_mcp.sandbox.house import House
from xylo_mcp.server import build_server
from xylo_mcp.settings import Settings

Breaks = Literal["", "crashes", "echoes"]
ACCOUNTS = ("act_123456789", "customers/1234567890", "tiktok_7123456789012345678")
DESTINATIONS = [
    {"account": ACCOUNTS[0], "id": "1700000123456789"},
    {"account": ACCOUNTS[1], "id": conversion_action_id("1234567890")},
    {"account": ACCOUNTS[2], "id": "C7123456789012345678"},
]
_ECHOES: Mapping[str, Callable[[str], object]] = {
    "meta": lambda said: {
        "error": {"message": said, "type": "OAuthException", "code": 100, "fbtrace_id": "A1", "error_user_msg": said}
    },
    "google": lambda said: {"error": {"code": 400, "message": said, "status": "INVALID_ARGUMENT"}},
    "tiktok": lambda said: {"code": 40002, "message": said, "request_id": "20260318", "data": {}},
}


class Sent(msgspec.Struct, frozen=True):
    """One request as it arrived at a platform."""

    platform: str
    address: str
    headers: bytes
    body: bytes


class Shown(House):
    """The sandbox, of which every request that has people in it is shown; `breaks` says how those then end."""

    breaks: Breaks = ""

    def __init__(self, clock: StandingClock) -> None:
        super().__init__(None, 1, clock)
        self.sent: list[Sent] = []

    def app(self, platform: str) -> ASGIApp:
        """The server of `platform`, watched."""
        behind = super().app(platform)

        async def server(scope: Scope, receive: Receive, send: Send) -> None:
            body = b"".join([part async for part in _parts(receive)])
            address = f"{scope['path']}?{unquote(scope['query_string'].decode())}"
            headers = b"\n".join(b": ".join(header) for header in scope["headers"])
            self.sent.append(Sent(platform, address, headers, body))
            if self.breaks and _tells_of_people(body):
                if self.breaks == "crashes":
                    raise RuntimeError(f"{canaries.MARK} {body!r}")
                said = " ".join(["Invalid:", *canaries.TRACES.values(), *canaries.RAW.values()])
                answer = httpx2.Response(200 if platform == "tiktok" else 400, json=_ECHOES[platform](said))
                await _answer(send, answer)
                return
            await behind(scope, _again(body), send)

        return server


_DIGEST = sha256(canaries.NORMAL["email"].encode()).hexdigest().encode()


def _tells_of_people(body: bytes) -> bool:
    return _DIGEST in body or canaries.MARK.encode() in body


async def _parts(receive: Receive) -> AsyncGenerator[bytes]:
    more = True
    while more:
        message = await receive()
        more = message.get("more_body", False)
        yield message.get("body", b"")


def _again(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _answer(send: Send, answer: httpx2.Response) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content})


class Talk:
    """A client of the server; everything that it is told is `heard`."""

    def __init__(self, client: Client, heard: list[str]) -> None:
        self.client, self.heard = client, heard

    async def ask(self, tool: str, **arguments: object) -> Mapping[str, Any]:
        """Call a tool; what it gives as data."""
        try:
            result = await self.client.call_tool(tool, arguments, progress_callback=self._progress)
        except MCPError as refused:
            self.heard.append(repr(refused.error))
            return {}
        self.heard.append(result.model_dump_json(by_alias=True))
        return result.structured_content or {}

    async def read(self, uri: str) -> None:
        """Read a resource."""
        self.heard.append((await self.client.read_resource(uri)).model_dump_json())

    async def _progress(self, progress: float, total: float | None, message: str | None) -> None:
        self.heard.append(f"{progress} {total} {message}")


class Place:
    """Where a server runs: its state, the lists it may read, a temporary folder, and what it logs."""

    def __init__(self, folder: Path, clock: StandingClock) -> None:
        self.house = Shown(clock)
        self.folder, self.lists, self.policy = folder, folder / "lists", folder / "policy.toml"
        self.heard: list[str] = []
        self.lists.mkdir()
        (folder / "temporary").mkdir()
        (self.lists / "people.csv").write_text(_table([canaries.RAW, canaries.spoilt()]), encoding="utf-8")
        (self.lists / "broken.csv").write_bytes(b"email\n" + f"{canaries.MARK}@a.com\n".encode() + b"\xff\xfe\n")
        told = [canaries.event(referrer=canaries.TRACES["url"]), canaries.event(ip="\u2603", id="2")]
        lines = [msgspec.json.encode(one) for one in told]
        (self.lists / "events.jsonl").write_bytes(b"\n".join([*lines, lines[0][:-20], b'{"zqcanary": 1}']))

    @asynccontextmanager
    async def talk(
        self, era: Literal["legacy", "2026-07-28"] = "2026-07-28", reply: str = "accept"
    ) -> AsyncGenerator[Talk]:
        """A client of a server that starts here."""
        settings = Settings(
            mode="sandbox",
            state_dir=self.folder / "state",
            data_dirs=(self.lists,),
            toolsets=("audiences",),
            policy=self.policy if self.policy.exists() else None,
            handover_deadline=60,
        )

        async def answered(
            context: ClientRequestContext, params: types.ElicitRequestParams
        ) -> types.ElicitResult | types.ErrorData:
            self.heard.append(params.model_dump_json())
            return types.ElicitResult(action="accept", content={"approve": reply == "accept"})

        server = build_server(Door(settings, self.house.world.clock, self.house), "sandbox")
        async with Client(server, mode=era, elicitation_callback=answered) as client:
            yield Talk(client, self.heard)

    def says(self, people: str) -> None:
        """Have the operator's policy say this of people."""
        beginning = 'version = 1\ncurrency = "USD"\naccounts = { "*" = "live" }\ncaps = { campaign = 1, account = 1 }\n'
        channels = '[approvals]\nchannels = ["terminal", "elicitation"]\n'
        self.policy.write_text(beginning + channels + people)
        self.policy.chmod(0o600)

    def written(self) -> Mapping[str, set[str]]:
        """What of the person stands in files, other than those they came in."""
        return canaries.found_below(self.folder, [self.lists])


def _table(rows: Sequence[Mapping[str, object]]) -> str:
    lines = [",".join(canaries.RAW), *(",".join(f'"{value}"' for value in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def place(tmp_path: Path, clock: StandingClock, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(tmp_path, clock)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return made


@pytest.fixture
def nothing_said(
    place: Place, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Callable[[], None]:
    """Says by its failure what of the person was written, logged or answered so far."""
    caplog.set_level(logging.DEBUG)

    def check() -> None:
        shown = capfd.readouterr()
        logged = "\n".join([caplog.text, *(str(vars(record)) for record in caplog.records)])
        told = {"answers": "\n".join(place.heard), "logs": logged, "output": shown.out + shown.err}
        found = {name: canaries.found_in(text) for name, text in told.items()}
        assert {name: what for name, what in {**place.written(), **found}.items() if what} == {}

    return check


async def everything(talk: Talk) -> None:
    """All tools of people's data, as they should be called and as they should not."""
    people = [dict(canaries.RAW)]
    made = await talk.ask(
        "create_audience", accounts=ACCOUNTS, name="Buyers", type="customer_list", customers=people, consent="granted"
    )
    parts: Sequence[Mapping[str, str]] = made.get("parts", [])
    await talk.ask("create_audience", accounts=ACCOUNTS, name="From a file", type="customer_list", file="people.csv")
    await talk.ask(
        "create_audience", accounts=ACCOUNTS, name="Dry", type="customer_list", file="people.csv", dry_run=True
    )
    for part in parts:
        for action in ("add", "remove", "replace"):
            asked = {"account": part["account"], "audience_id": part["target"] or "1", "action": action}
            await talk.ask("update_audience", **asked, customers=people)
        await talk.ask("update_audience", **asked, file="people.csv")
        if part["operation_id"]:
            await talk.ask("get_operation", operation_id=part["operation_id"])
            await talk.read(f"xylo://operations/{part['operation_id']}")
    await talk.ask("list_audiences", accounts=ACCOUNTS)
    for told in ({"events": [canaries.event()]}, {"file": "events.jsonl"}, {"events": [canaries.event(id="t")]}):
        for more in ({}, {"dry_run": True}, {"test_code": "TEST123"}):
            await talk.ask("send_conversion", destinations=DESTINATIONS, **told, **more)


async def wrongly(talk: Talk) -> None:
    """Calls that are refused before anything leaves."""
    person, new = dict(canaries.RAW), {"accounts": ACCOUNTS, "name": "Wrong", "type": "customer_list"}
    spoilt: Sequence[object] = [
        {**person, "mail": person["email"]},
        {**person, f"{canaries.MARK}@mail.com": "x"},
        {**person, "phone": 15559093877},
        {**person, "email": [person["email"]]},
        {**person, "consent": canaries.MARK},
        {**person, "city": canaries.MARK * 500},
        person["email"],
    ]
    for customers in ([canaries.spoilt()], spoilt, str(person), person, *([one] for one in spoilt)):
        await talk.ask("create_audience", **new, customers=customers)
        await talk.ask("update_audience", account=ACCOUNTS[0], audience_id="7", action="add", customers=customers)
    listed = f"{','.join(canaries.RAW.values())}\n"
    for file in ("broken.csv", "missing.csv", listed, listed.strip() * 9, f"../{listed}.csv"):
        await talk.ask("create_audience", **new, file=file)
        await talk.ask("send_conversion", destinations=DESTINATIONS, file=file)
    await talk.ask("create_audience", **new, customers=[person], default_country=person["email"])
    for other in (
        {"time": canaries.MARK},
        {"time": "2026-03-01T10:00:00Z"},
        {"time": "2036-03-01T10:00:00Z"},
        {"value": -1},
        {"value": canaries.MARK},
        {"currency": "zqcanary"},
        {"person": canaries.spoilt()},
        {"person": person["email"]},
        {"url": f"javascript:{canaries.MARK}"},
        {"ip": canaries.MARK, "gclid": f"{canaries.MARK} \u2603", "fbc": canaries.MARK, "fbp": canaries.MARK},
        {"id": f"{canaries.MARK} \u2603"},
        {"name": f"\u2603{canaries.MARK}"},
        {"place": canaries.MARK},
        {canaries.MARK: 1},
        {"contents": [{canaries.MARK: canaries.MARK}]},
    ):
        await talk.ask("send_conversion", destinations=DESTINATIONS, events=[canaries.event(**other)])
    with anyio.move_on_after(0):
        await talk.ask("send_conversion", destinations=DESTINATIONS, events=[canaries.event(id="gone")])
