"""A server that is killed or told to end while changes are on their way loses none of them and repeats none."""

import signal
import sqlite3
import subprocess
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import anyio
import msgspec
import pytest

from tests.gate.conftest import ACCOUNT, Shop, policy
from xylo_mcp.ads.operations import Operation
from xylo_mcp.app import now, open_app
from xylo_mcp.ledger import operations
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.meta.cast import CREDENTIALS
from xylo_mcp.sandbox.truth import truth
from xylo_mcp.settings import read_settings

OnAPort = Callable[[Sequence[str], Mapping[str, str]], AbstractContextManager[tuple[str, subprocess.Popen[bytes]]]]
PROMPTLY = 10.0
ENVELOPE: Mapping[str, object] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Place:
    """Where servers serve one account of a sandbox that is a process of its own, and outlives them."""

    def __init__(self, shop: Shop, sandbox: subprocess.Popen[bytes], environment: Mapping[str, str]) -> None:
        self.shop, self.environment = shop, environment
        self.ledger = Path(environment["XYLO_STATE_DIR"]) / "ledger-accounts.sqlite3"
        self._sandbox = sandbox

    def wait_until(self, come: Callable[[], bool]) -> None:
        """Wait for what is sure to come while the sandbox lives."""
        for _ in range(6_000):
            if come():
                return
            with pytest.raises(subprocess.TimeoutExpired):
                self._sandbox.wait(0.02)
        raise AssertionError("it does not come")

    def settled(self) -> tuple[list[Operation], list[Operation]]:
        """All operations as the server left them, and what is found out of each now."""

        async def settle() -> tuple[list[Operation], list[Operation]]:
            async with open_app(read_settings()) as app:
                guarded = await app.guarded.get()
                left = list(await guarded.store.read(operations.listed))
                return left, [await guarded.settler.settle(one.id) for one in left]

        return anyio.run(settle)


@pytest.fixture
def place(
    on_a_port: OnAPort, surroundings: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Generator[Place]:
    (tmp_path / "policy.toml").write_text(policy())
    (tmp_path / "policy.toml").chmod(0o600)
    with on_a_port(["sandbox", "--state-dir", str(tmp_path / "world")], surroundings) as (url, sandbox):
        house = House(tmp_path / "world" / "sandbox-1.sqlite3", 1, now)
        given = {**CREDENTIALS, "BASE_URL": f"{url}/meta", "REQUESTS_PER_SECOND": "1000"}
        own = {"MODE": "live", "STATE_DIR": str(tmp_path), "POLICY": str(tmp_path / "policy.toml")}
        settings = {f"XYLO_{name}": value for name, value in own.items()}
        settings |= {f"XYLO_META_{name}": value for name, value in given.items()}
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield Place(Shop(house), sandbox, {**surroundings, **settings})
        house.close()


def sent(url: str, tool: str, arguments: Mapping[str, object]) -> HTTPConnection:
    """A connection on which `tool` was called, and whose answer nobody has read yet."""
    caller = HTTPConnection(url.removeprefix("http://"))
    params: dict[str, object] = {"name": tool, "arguments": arguments, "_meta": ENVELOPE}
    body = msgspec.json.encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
    headers = {
        "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json",
        "MCP-Protocol-Version": "2026-07-28",
        "Mcp-Method": "tools/call",
        "Mcp-Name": tool,
    }
    caller.request("POST", "/mcp", body, headers)
    return caller


def test_a_create_whose_server_was_killed_is_found_by_whoever_looks_next_with_its_key(
    on_a_port: OnAPort, place: Place
) -> None:
    shop, faults = place.shop, place.shop.house.faults
    new = {"account": ACCOUNT, "name": "Spring", "objective": "traffic", "daily_budget": 20, "idempotency_key": "k1"}
    faults.plan(Fault("meta", "slow", path=f"{ACCOUNT}/campaigns", skip=1, seconds=1))  # it is looked at once before
    with on_a_port(["serve"], place.environment) as (url, server), closing(sent(url, "create_campaign", new)):
        place.wait_until(lambda: not faults.planned())
        with closing(sqlite3.connect(place.ledger, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # so that what became of it cannot be written down
            place.wait_until(lambda: bool(shop.campaigns("Spring")))
            server.kill()
            server.wait()

    (left,), (found,) = place.settled()

    (made,) = shop.campaigns("Spring")
    assert (left.state, found.state, found.campaign_id) == ("sending", "applied", made.id)
    assert found.key == "k1"
    assert shop.writes() == 1


def test_a_server_that_is_told_to_end_leaves_none_of_twenty_changes_unaccounted_for(
    on_a_port: OnAPort, place: Place
) -> None:
    shop, faults = place.shop, place.shop.house.faults
    campaigns = [shop.open(20) for _ in range(20)]
    for campaign in campaigns:
        faults.plan(Fault("meta", "slow", path=campaign, skip=1, seconds=1))  # it is looked at once before
    with on_a_port(["serve"], place.environment) as (url, server), ExitStack() as calls:
        for campaign in campaigns:
            change = {"account": ACCOUNT, "campaign_id": campaign, "daily_budget": 21}
            calls.enter_context(closing(sent(url, "update_campaign", change)))
        place.wait_until(lambda: not faults.planned())
        server.terminate()
        status = server.wait(PROMPTLY)

    left, found = place.settled()

    assert status == -signal.SIGTERM
    assert sorted(one.campaign_id for one in left) == sorted(campaigns)
    assert {one.state for one in found} <= {"applied", "unknown"}
    assert all(shop.daily(one.campaign_id) == 21 for one in found if one.state == "applied")
    attempts = [one.target for one in truth(shop.world).attempts]
    assert len(attempts) == len(set(attempts)) <= 20
