"""What the guard's tests share: cases, each made from a word for the change and what is special about it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from xylo_mcp.ads.accounts import Account
from xylo_mcp.ads.audiences import Seed
from xylo_mcp.ads.campaigns import Campaign
from xylo_mcp.ads.changes import CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.handovers import Act, CreateAudience, SendConversions, UpdateAudience
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.standings import Budget, Standing
from xylo_mcp.guard.case import Case, Scope
from xylo_mcp.guard.policy import load

NOW = datetime(2026, 3, 18, 15, 30, tzinfo=UTC)  # 11:30 in New York
ACCOUNT = Account("act_1", "meta", "Acme", "USD", "America/New_York", "active", "1")
FIFTY = Money(Decimal(50), "USD")
CAMPAIGN = Campaign("7", "act_1", "Spring", "active", "delivering", "sales", "", "", "", daily_budget=FIFTY)
RUNNING = Standing(CAMPAIGN, [Budget("b7", "campaign", daily=FIFTY)])
OFF = msgspec.structs.replace(RUNNING, campaign=msgspec.structs.replace(CAMPAIGN, status="paused"))
CHANGES: Mapping[str, tuple[Act, Standing | None]] = {
    "create": (CreateCampaign("act_1", "Spring", "sales", daily_budget=FIFTY), None),
    "raise": (UpdateCampaign("act_1", "7", daily_budget=Money(Decimal(60), "USD")), RUNNING),
    "plan": (UpdateCampaign("act_1", "7", daily_budget=Money(Decimal(60), "USD")), OFF),  # a raise while it is off
    "cut": (UpdateCampaign("act_1", "7", daily_budget=Money(Decimal(40), "USD")), RUNNING),
    "rename": (UpdateCampaign("act_1", "7", name="Summer"), RUNNING),
    "enable": (UpdateCampaign("act_1", "7", status="active"), OFF),
    "disable": (UpdateCampaign("act_1", "7", status="paused"), RUNNING),
    "pause": (PauseCampaign("act_1", "7"), RUNNING),
    "list": (CreateAudience("act_1", "Customers", "customer_list", rows=100), None),
    "alike": (CreateAudience("act_1", "Like them", "lookalike", seed=Seed("9", ("US",))), None),
    "members": (UpdateAudience("act_1", "9", "add", rows=100), None),
    "events": (SendConversions("act_1", "55", 100, ""), None),
}


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.fixture
def a_case() -> Callable[..., Case]:
    """Makes cases: `daily` is what the campaign commits to before and after, `policy` more tables of the policy."""

    def made(
        word: str,
        *,
        policy: str = "",
        accounts: str = '"act_1" = "live"',
        daily: tuple[str | None, str | None] | None = None,
        **facts: object,
    ) -> Case:
        change, before = CHANGES[word]
        text = (
            f'version = 1\ncurrency = "USD"\n[accounts]\n{accounts}\n[caps]\ncampaign = 1000\naccount = 5000\n{policy}'
        )
        case = Case(change=change, account=ACCOUNT, before=before, policy=load(text), now=NOW)
        if daily is not None:
            now, then = daily
            scope = Scope("campaign", "7", _amount(now), _amount(then), Decimal(1000))
            case = msgspec.structs.replace(case, scopes=[scope])
        return msgspec.structs.replace(case, **facts)

    return made
