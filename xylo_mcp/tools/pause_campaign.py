"""pause_campaign."""

from ..ads.changes import PauseCampaign as Change
from ..app import Caller
from .catalog import Answer, Arguments
from .writing import AccountId, CampaignId, DryRun, Key, lines, wish, written


class PauseCampaign(Arguments):
    """What pause_campaign takes."""

    account: AccountId
    campaign_id: CampaignId
    dry_run: DryRun = False
    idempotency_key: Key = ""


async def pause_campaign(asked: PauseCampaign, caller: Caller) -> Answer:
    """Stop a campaign's spending. Always allowed, unless the operator has frozen everything."""
    change = Change(asked.account, asked.campaign_id)
    outcome = await wish(change, caller, "pause_campaign", key=asked.idempotency_key, dry_run=asked.dry_run)
    content = written(outcome, caller.app.mode)
    return Answer("\n".join(lines(outcome, content)), content)
