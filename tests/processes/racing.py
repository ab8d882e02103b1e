"""What each of several processes does that raise budgets at the same time, under one cap."""

from random import Random

import anyio
import httpx2
import msgspec

from xylo_mcp.ads.changes import UpdateCampaign
from xylo_mcp.ads.errors import AdsError
from xylo_mcp.app import Wrappers
from xylo_mcp.gate.outcomes import Wish

from .serving import Server, opened, ready

_SLOWEST = 0.05  # seconds


class Raises(msgspec.Struct, frozen=True):
    """The raises to ask for, all at once, over a network whose delays follow from the seed."""

    tenant: str
    seed: str
    changes: list[UpdateCampaign]


class Answer(msgspec.Struct, frozen=True):
    """What a raise came to: the state of its operation, or the code of the error and the guardrails in the way."""

    campaign_id: str
    outcome: str
    rules: tuple[str, ...] = ()


class _Slow(httpx2.AsyncBaseTransport):
    """A network that takes some time there, and some time back."""

    def __init__(self, below: httpx2.AsyncBaseTransport, chance: Random) -> None:
        self._below, self._chance = below, chance

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        await anyio.sleep(self._chance.uniform(0, _SLOWEST))
        response = await self._below.handle_async_request(request)
        await anyio.sleep(self._chance.uniform(0, _SLOWEST))
        return response


async def raises(given: bytes) -> list[Answer]:
    """Ask for all raises when everybody is ready."""
    order = msgspec.json.decode(given, type=Raises)
    chance = Random(order.seed)
    answers: list[Answer] = []
    async with opened(order.tenant, Wrappers(network=lambda platform, network: _Slow(network, chance))) as server:
        await server.app.directory.account(order.changes[0].account)

        async def ask(change: UpdateCampaign) -> None:
            answers.append(await _asked(server, change))

        await ready()
        async with anyio.create_task_group() as group:
            for change in order.changes:
                group.start_soon(ask, change)
    return answers


async def _asked(server: Server, change: UpdateCampaign) -> Answer:
    wish = Wish(change, "agent", "update_campaign", server.app.directory.until())
    try:
        outcome = await server.guarded.gate.submit(wish)
    except AdsError as error:
        return Answer(change.campaign_id, error.code, tuple(limit.rule for limit in error.limits))
    assert outcome.operation is not None
    return Answer(change.campaign_id, outcome.operation.state)
