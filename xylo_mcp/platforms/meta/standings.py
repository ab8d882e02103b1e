"""What Meta's campaigns and ad sets commit to, in our words.

Fields and values: Meta Marketing API docs, "Campaign", "Ad set" (2026-09).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from ...ads.accounts import Account
from ...ads.campaigns import Campaign
from ...ads.standings import Budget, Look, Standing
from ..reading import identifier, reading
from .payloads import budget
from .shapes import Edge, decoded, next_place
from .times import Moment, first_days, last_days

AD_SET_FIELDS = "id,campaign_id,status,daily_budget,lifetime_budget,start_time,end_time"
_OFF = frozenset({"PAUSED", "ARCHIVED", "DELETED"})


class AdSet(msgspec.Struct, frozen=True):
    """An ad set: its campaign, whether it is configured to run, and its budget; None under a campaign budget."""

    id: str
    campaign_id: str
    runs: bool
    budget: Budget


class _AdSet(msgspec.Struct):
    id: str | int
    campaign_id: str | int
    status: str | None = None
    daily_budget: str | int | None = None
    lifetime_budget: str | int | None = None
    start_time: Moment | None = None
    end_time: Moment | None = None


_DECODER = msgspec.json.Decoder(Edge[_AdSet])


def ad_sets(content: bytes, account: Account) -> tuple[Sequence[AdSet], str | None]:
    """The ad sets on a page of an account's /adsets, and the place of the next page."""
    with reading("meta"):
        edge = decoded(content, _DECODER)
        return [_ad_set(row, account) for row in edge.data], next_place(edge.paging)


def look(campaigns: Sequence[Campaign], sets: Sequence[AdSet], target: Campaign | None, now: datetime) -> Look:
    """What runs, and the campaign that was asked about."""
    budgets: dict[str, list[Budget]] = {}
    for one in sets:
        if one.runs:
            budgets.setdefault(one.campaign_id, []).append(one.budget)
    running = [_standing(one, budgets) for one in campaigns if one.status == "active" and one.delivery != "ended"]
    return Look(running, None if target is None else _standing(target, budgets))


def _standing(campaign: Campaign, budgets: Mapping[str, Sequence[Budget]]) -> Standing:
    if campaign.daily_budget is None and campaign.lifetime_budget is None:
        return Standing(campaign, budgets.get(campaign.id, ()))
    own = Budget(
        f"campaign/{campaign.id}",
        "campaign",
        campaign.daily_budget,
        campaign.lifetime_budget,
        campaign.starts,
        campaign.ends,
    )
    return Standing(campaign, (own,))


def _ad_set(row: _AdSet, account: Account) -> AdSet:
    identity = identifier(row.id)
    return AdSet(
        id=identity,
        campaign_id=identifier(row.campaign_id),
        # A status we do not know counts as on: taken for off, it could hide what spends money.
        runs=(row.status or "") not in _OFF,
        budget=Budget(
            id=f"ad_group/{identity}",
            seat="ad_group",
            daily=budget(row.daily_budget, account.currency),
            lifetime=budget(row.lifetime_budget, account.currency),
            starts=first_days([row.start_time], account)[0],
            ends=last_days([row.end_time], account)[0],
        ),
    )
