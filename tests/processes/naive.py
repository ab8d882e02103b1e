"""A client as most are: it speaks the vendors' own formats, and sends a request again after any error."""

import hashlib
import hmac
from collections.abc import Mapping
from contextlib import suppress
from random import Random

import anyio
import httpx2
import msgspec

from xylo_mcp.sandbox.google.cast import CREDENTIALS as GOOGLE
from xylo_mcp.sandbox.google.cast import MANAGER
from xylo_mcp.sandbox.meta.cast import CREDENTIALS as META
from xylo_mcp.sandbox.tiktok.cast import CREDENTIALS as TIKTOK

from .intents import Claim, Creates, Intent, intent
from .serving import ready
from .storm import Storm

_TRIES = 12
Json = Mapping[str, object]
_ALONE = "customers/1234567890"
"""The account that is reached without a manager."""


class _Verdict(msgspec.Struct, frozen=True):
    """TikTok's own word on how it went, which is 0 where the others have none."""

    code: int = 0


class Naive:
    """One client of all platforms."""

    def __init__(self, sandbox: str, clients: Mapping[str, httpx2.AsyncClient]) -> None:
        self._sandbox, self._clients = sandbox, clients
        self._google_token = ""

    async def make(self, number: int) -> Claim:
        """Send what makes the campaign until an answer says that it worked."""
        wanted = intent(number)
        for tries in range(1, _TRIES + 1):
            with suppress(httpx2.HTTPError, msgspec.MsgspecError, UnicodeDecodeError):
                response = await self._sent(wanted)
                if response.is_success and msgspec.json.decode(response.content, type=_Verdict).code == 0:
                    return Claim(number, done=True, tries=tries)
        return Claim(number, done=False, tries=_TRIES)

    async def _sent(self, wanted: Intent) -> httpx2.Response:
        client = self._clients[wanted.platform]
        match wanted.platform:
            case "meta":
                url = f"{self._sandbox}/meta/v26.0/{wanted.account}/campaigns"
                return await client.post(url, params=_proof(), data=_to_meta(wanted), headers=_META)
            case "google":
                url = f"{self._sandbox}/google/v26/{wanted.account}/googleAds:mutate"
                return await client.post(url, json=_to_google(wanted), headers=await self._to_google(client, wanted))
            case _:
                url = f"{self._sandbox}/tiktok/open_api/v1.3/campaign/create/"
                return await client.post(url, json=_to_tiktok(wanted), headers=_TIKTOK)

    async def _to_google(self, client: httpx2.AsyncClient, wanted: Intent) -> Mapping[str, str]:
        if not self._google_token:
            form = {"grant_type": "refresh_token", **{name.lower(): value for name, value in GOOGLE.items()}}
            response = await client.post(f"{self._sandbox}/google/token", data=form)
            self._google_token = msgspec.json.decode(response.content, type=_Granted).access_token
        manager = {} if wanted.account == _ALONE else {"login-customer-id": MANAGER.id}
        return {"Authorization": f"Bearer {self._google_token}", **manager}


class _Granted(msgspec.Struct, frozen=True):
    access_token: str


async def creates(given: bytes) -> list[Claim]:
    """Make all campaigns."""
    order = msgspec.json.decode(given, type=Creates)
    left = list(reversed(order.numbers))
    claims: list[Claim] = []
    clients = {
        platform: httpx2.AsyncClient(
            transport=Storm(platform, httpx2.AsyncHTTPTransport(), order.sandbox, Random(f"{order.seed}/{platform}")),
            timeout=60,
        )
        for platform in ("meta", "google", "tiktok")
    }
    naive = Naive(order.sandbox, clients)

    async def work() -> None:
        while left:
            claims.append(await naive.make(left.pop()))

    await ready()
    async with anyio.create_task_group() as group:
        for _ in range(order.at_once):
            group.start_soon(work)
    return claims


_META = {"Authorization": f"Bearer {META['ACCESS_TOKEN']}"}
_TIKTOK = {"Access-Token": TIKTOK["ACCESS_TOKEN"]}


def _proof() -> Mapping[str, str]:
    proof = hmac.new(META["APP_SECRET"].encode(), META["ACCESS_TOKEN"].encode(), hashlib.sha256)
    return {"appsecret_proof": proof.hexdigest()}


def _to_meta(wanted: Intent) -> Mapping[str, str]:
    whole = wanted.daily if wanted.account in {"act_223456789", "act_323456789"} else wanted.daily * 100
    return {
        "name": wanted.name,
        "objective": "OUTCOME_TRAFFIC",
        "status": "PAUSED",
        "special_ad_categories": "[]",
        "daily_budget": str(whole),
    }


def _to_google(wanted: Intent) -> Json:
    budget = f"{wanted.account}/campaignBudgets/-1"
    return {
        "mutateOperations": [
            {
                "campaignBudgetOperation": {
                    "create": {
                        "resourceName": budget,
                        "name": wanted.name,
                        "amountMicros": str(wanted.daily * 1_000_000),
                        "explicitlyShared": False,
                    }
                }
            },
            {
                "campaignOperation": {
                    "create": {
                        "resourceName": f"{wanted.account}/campaigns/-2",
                        "name": wanted.name,
                        "status": "PAUSED",
                        "advertisingChannelType": "SEARCH",
                        "targetSpend": {},
                        "campaignBudget": budget,
                        "networkSettings": {"targetGoogleSearch": True},
                        "containsEuPoliticalAdvertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
                    }
                }
            },
        ]
    }


def _to_tiktok(wanted: Intent) -> Json:
    return {
        "advertiser_id": wanted.account.removeprefix("tiktok_"),
        "campaign_name": wanted.name,
        "objective_type": "TRAFFIC",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": wanted.daily,
        "operation_status": "DISABLE",
    }
