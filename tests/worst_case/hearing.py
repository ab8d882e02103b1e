"""What is to be heard of a server: nothing secret, nothing of others, and nothing but the truth."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec
import pytest

from tests.worst_case.acts import CANARY
from tests.worst_case.replicas import Replica, Said
from xylo_mcp.ads.errors import AdsError
from xylo_mcp.questions import Nobody
from xylo_mcp.sandbox.world import Campaign, amount

SECRETS = (
    "sandbox-meta-token",
    "sandbox-meta-secret",
    "sandbox-google-secret",
    "sandbox-google-refresh",
    "ya29.sandbox",
    "sandbox-tiktok-token",
    "sandbox-tiktok-secret",
)


def secrets_in(text: str) -> list[str]:
    """The secrets that stand in `text`."""
    return [secret for secret in SECRETS if secret in text]


def clean(said: Said) -> None:
    """No secret, nothing that an operator wrote for themselves, and no character that does not show."""
    everything = said.text + msgspec.json.encode(said.content).decode()
    assert secrets_in(everything) == [], said.text
    assert CANARY not in everything
    assert [char for char in said.text if not char.isprintable() and char != "\n"] == []
    assert said.content.get("code") != "INTERNAL"


def honest(said: Said, before: Mapping[str, Campaign], after: Mapping[str, Campaign]) -> None:
    """Who says that nothing was done did nothing, and what is said to be done is so."""
    if said.is_error and said.content["side_effects"] == "none":
        assert after == before, f"it says that nothing was done: {said.text}"
    done = said.content.get("state") == "applied" and not said.content["replayed"]
    if done and said.content["stored"] is not None:
        stored = msgspec.convert(said.content["stored"], _Stored)
        found = after[str(said.content["campaign_id"])]
        runs = stored.status == "active" or said.content.get("enabling") == "applied"
        daily = amount(found.daily, found.account.currency) if found.daily else None
        assert (runs, stored.daily_budget) == (found.switch == "on", daily), said.text


class _Stored(msgspec.Struct):
    status: str
    daily_budget: Decimal | None


async def nothing_to_see(stranger: Replica, operation: str, approval: str) -> None:
    """Somebody of another tenant learns as little of what there is as of what there is not."""
    told = [
        await stranger.call("get_operation", {"operation_id": one}, "agent one", Nobody())
        for one in (operation, "nonenonenone")
    ]
    assert told[0] == told[1], told
    assert told[0].content["code"] == "NOT_FOUND"
    guarded = await stranger.guarded()
    refused: list[str] = []
    for one in (approval, "nonenonenone"):
        with pytest.raises(AdsError) as error:
            await guarded.gate.decide(one, approve=True, approver="Ann", channel="terminal")
        refused.append(f"{error.value.code} {error.value.message} {error.value.fix}")
    for one in (operation, "nonenonenone"):
        with pytest.raises(AdsError) as error:
            await guarded.settler.settle(one)
        refused.append(f"{error.value.code} {error.value.message} {error.value.fix}")
    assert refused[0] == refused[1]
    assert refused[2] == refused[3]
    in_force = await guarded.gate.in_force()
    assert (in_force.halts, in_force.open_operations) == ([], 0)
