"""create_campaign."""

from typing import Annotated, Literal

from pydantic import Field

from ..ads.changes import CreateCampaign as Change
from ..ads.errors import Invalid
from ..app import Caller
from .catalog import Answer, Arguments
from .writing import AccountId, Budget, Day, DryRun, Key, Name, day, lines, money, name, one_budget, wish, written

Goal = Literal["awareness", "traffic", "engagement", "leads", "app_promotion", "conversions", "sales"]


class CreateCampaign(Arguments):
    """What create_campaign takes."""

    account: AccountId
    name: Name
    objective: Goal
    daily_budget: Budget | None = None
    lifetime_budget: Budget | None = None
    starts: Day = ""
    ends: Day = ""
    status: Annotated[Literal["paused", "active"], Field(description="active: enabled after it is made")] = "paused"
    dry_run: DryRun = False
    idempotency_key: Key = ""


async def create_campaign(asked: CreateCampaign, caller: Caller) -> Answer:
    """Create a campaign with a daily or lifetime budget, paused unless status says otherwise."""
    one_budget(asked.daily_budget, asked.lifetime_budget)
    if asked.daily_budget is None and asked.lifetime_budget is None:
        raise Invalid("daily_budget: a new campaign needs a budget.", "Give daily_budget or lifetime_budget.")
    account = await caller.app.directory.account(asked.account, caller.until)
    change = Change(
        account=account.id,
        name=name(asked.name),
        objective=asked.objective,
        daily_budget=money("daily_budget", asked.daily_budget, account),
        lifetime_budget=money("lifetime_budget", asked.lifetime_budget, account),
        starts=day("starts", asked.starts),
        ends=day("ends", asked.ends),
    )
    outcome = await wish(
        change,
        caller,
        "create_campaign",
        key=asked.idempotency_key,
        dry_run=asked.dry_run,
        enable=asked.status == "active",
    )
    content = written(outcome, caller.app.mode)
    return Answer("\n".join(lines(outcome, content)), content)
