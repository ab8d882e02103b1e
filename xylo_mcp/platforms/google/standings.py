"""Puts together what an account commits to."""

from collections.abc import Sequence
from datetime import date

from ...ads.accounts import Account
from ...ads.standings import Look, Standing
from ..paging import once
from ..reading import garbled, reading
from .campaigns import CampaignRow
from .errors import PLATFORM


def look(account: Account, active: Sequence[CampaignRow], target: Sequence[CampaignRow], today: date) -> Look:
    """The `active` campaigns that are not over on `today`, and the `target`, of which there is one or none.

    The two were asked for at once: a target that became active in between counts as running too.
    """
    found, wanted = _standings(account, active), _standings(account, target)
    if len(wanted) > 1:
        raise garbled(PLATFORM)
    known = {standing.campaign.id for standing in found}
    missed = [standing for standing in wanted if standing.campaign.id not in known]
    return Look(
        running=[standing for standing in (*found, *missed) if _runs(standing, today)],
        target=wanted[0] if wanted else None,
    )


def _standings(account: Account, rows: Sequence[CampaignRow]) -> Sequence[Standing]:
    with reading(PLATFORM):
        standings = [row.standing(account) for row in rows]
    return once(PLATFORM, standings, lambda standing: standing.campaign.id)


def _runs(standing: Standing, today: date) -> bool:
    campaign = standing.campaign
    return campaign.status == "active" and (campaign.ends is None or campaign.ends >= today)
