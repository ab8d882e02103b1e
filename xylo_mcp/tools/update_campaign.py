"""update_campaign."""

from typing import Literal

from ..ads.changes import UpdateCampaign as Change
from ..ads.changes import changed_fields
from ..ads.errors import Invalid
from ..app import Caller
from .catalog import Answer, Arguments
from .writing import (
    AccountId,
    Budget,
    CampaignId,
    Day,
    DryRun,
    Key,
    Name,
    day,
    lines,
    money,
    name,
    one_budget,
    wish,
    written,
)


class UpdateCampaign(Arguments):
    """What update_campaign takes."""

    account: AccountId
    campaign_id: CampaignId
    name: Name = ""
    daily_budget: Budget | None = None
    lifetime_budget: Budget | None = None
    starts: Day = ""
    ends: Day = ""
    status: Literal["active", "paused"] | None = None
    dry_run: DryRun = False
    idempotency_key: Key = ""


async def update_campaign(asked: UpdateCampaign, caller: Caller) -> Answer:
    """Change a campaign's name, budget, dates or status; status active enables it. Values replace the old ones."""
    one_budget(asked.daily_budget, asked.lifetime_budget)
    account = await caller.app.directory.account(asked.account, caller.until)
    change = Change(
        account=account.id,
        campaign_id=asked.campaign_id,
        name=name(asked.name) if asked.name else "",
        daily_budget=money("daily_budget", asked.daily_budget, account),
        lifetime_budget=money("lifetime_budget", asked.lifetime_budget, account),
        starts=day("starts", asked.starts),
        ends=day("ends", asked.ends),
        status=asked.status,
    )
    if not changed_fields(change):
        raise Invalid("Nothing to change was given.", "Give a name, a budget, a day or a status.")
    outcome = await wish(change, caller, "update_campaign", key=asked.idempotency_key, dry_run=asked.dry_run)
    content = written(outcome, caller.app.mode)
    return Answer("\n".join(lines(outcome, content)), content)
