"""TikTok's advertising API v1.3 in small: its accounts, and the server that speaks for them."""

from functools import partial

from starlette.types import ASGIApp

from ..world import World
from . import accounts, adgroups, campaign_changes, campaigns, new_campaigns, report_tasks, reports
from .cast import CAST, CREDENTIALS
from .envelope import Gateway, Write
from .reports import Sizes

__all__ = ["CAST", "CREDENTIALS", "Sizes", "server"]

_VERSION = "/open_api/v1.3"


def server(world: World, qps: int = 0, *, allowlisted: bool = True, sizes: Sizes | None = None) -> ASGIApp:
    """TikTok's server over `world`.

    Args:
        world: the truth.
        qps: how many requests the app may start in a second; 0: as many as it likes.
        allowlisted: whether the app may create campaigns that are switched off.
        sizes: how large reports may be, where that is not what TikTok has.
    """
    sizes = sizes or Sizes()
    create = partial(new_campaigns.create_campaign, allowlisted=allowlisted)
    return Gateway(
        world,
        {
            f"{_VERSION}/oauth2/advertiser/get/": accounts.granted_accounts,
            f"{_VERSION}/advertiser/info/": accounts.account_details,
            f"{_VERSION}/campaign/get/": campaigns.campaign_list,
            f"{_VERSION}/adgroup/get/": adgroups.ad_group_list,
            f"{_VERSION}/report/integrated/get/": partial(reports.report, sizes=sizes),
            f"{_VERSION}/report/task/check/": report_tasks.check,
            f"{_VERSION}/report/task/download/": report_tasks.download,
        },
        {
            f"{_VERSION}/campaign/create/": Write("create_campaign", "advertiser_id", create),
            f"{_VERSION}/campaign/update/": Write("update_campaign", "campaign_id", campaign_changes.update_campaign),
            f"{_VERSION}/campaign/status/update/": Write(
                "update_status", "campaign_ids", campaign_changes.update_status
            ),
            f"{_VERSION}/report/task/create/": Write("", "", partial(report_tasks.create, sizes=sizes)),
            f"{_VERSION}/report/task/cancel/": Write("", "", report_tasks.cancel),
        },
        qps,
    )
