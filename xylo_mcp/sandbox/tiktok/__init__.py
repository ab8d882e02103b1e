"""TikTok's advertising API v1.3 in small: its accounts, and the server that speaks for them."""

from functools import partial

from starlette.types import ASGIApp

from ..world import World
from . import (
    accounts,
    adgroups,
    audiences,
    campaign_changes,
    campaigns,
    customer_lists,
    events,
    lookalikes,
    new_campaigns,
    pixel_events,
    report_tasks,
    reports,
    rule_audiences,
    uploads,
)
from .cast import CAST, CREDENTIALS
from .envelope import Gateway, Write
from .reports import Sizes

__all__ = ["CAST", "CREDENTIALS", "Sizes", "server"]

_VERSION = "/open_api/v1.3"
_AUDIENCE = f"{_VERSION}/dmp/custom_audience"
_OF_PEOPLE = {
    f"{_AUDIENCE}/file/upload/": Write("upload_file", "", uploads.upload),
    f"{_AUDIENCE}/create/": Write("create_audience", "advertiser_id", customer_lists.create),
    f"{_AUDIENCE}/update/": Write("update_audience", "custom_audience_id", customer_lists.update),
    f"{_AUDIENCE}/delete/": Write("delete_audience", "custom_audience_ids", audiences.delete),
    f"{_AUDIENCE}/rule/create/": Write("create_audience", "advertiser_id", rule_audiences.create),
    f"{_AUDIENCE}/lookalike/create/": Write("create_audience", "advertiser_id", lookalikes.create),
    f"{_VERSION}/event/track/": Write("send_events", "event_source_id", events.track, events.QPS),
    f"{_VERSION}/pixel/track/": Write("send_events", "pixel_code", pixel_events.track),
    f"{_VERSION}/pixel/batch/": Write("send_events", "pixel_code", pixel_events.batch),
}


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
            f"{_AUDIENCE}/list/": audiences.audience_list,
            f"{_AUDIENCE}/get/": audiences.audience_details,
        },
        {
            f"{_VERSION}/campaign/create/": Write("create_campaign", "advertiser_id", create),
            f"{_VERSION}/campaign/update/": Write("update_campaign", "campaign_id", campaign_changes.update_campaign),
            f"{_VERSION}/campaign/status/update/": Write(
                "update_status", "campaign_ids", campaign_changes.update_status
            ),
            f"{_VERSION}/report/task/create/": Write("", "", partial(report_tasks.create, sizes=sizes)),
            f"{_VERSION}/report/task/cancel/": Write("", "", report_tasks.cancel),
            **_OF_PEOPLE,
        },
        qps,
    )
