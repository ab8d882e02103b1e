from collections.abc import Mapping

import httpx2
import pytest

from xylo_mcp.platforms.meta.limits import pressure, regained

_BUSINESS = "X-Business-Use-Case-Usage"
_ACCOUNT = "X-Ad-Account-Usage"
_APP = "X-App-Usage"
_INSIGHTS = "X-FB-Ads-Insights-Throttle"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({_APP: '{"call_count":28,"total_time":25,"total_cputime":94}'}, 0),
        ({_APP: '{"call_count":28,"total_time":95,"total_cputime":25}'}, 2),
        ({_APP: '{"call_count":100,"total_time":95,"total_cputime":25}'}, 60),
        ({_ACCOUNT: '{"acc_id_util_pct":94.99,"reset_time_duration":100}'}, 0),
        ({_ACCOUNT: '{"acc_id_util_pct":95.01,"reset_time_duration":100}'}, 2),
        ({_ACCOUNT: '{"acc_id_util_pct":100,"reset_time_duration":30}'}, 2),
        ({_ACCOUNT: '{"acc_id_util_pct":100,"reset_time_duration":3000}'}, 2),
        ({_INSIGHTS: '{"app_id_util_pct":100,"acc_id_util_pct":10,"ads_api_access_tier":"standard_access"}'}, 60),
        ({_INSIGHTS: '{"app_id_util_pct":10,"acc_id_util_pct":96}'}, 2),
        ({_INSIGHTS: '{"app_id_util_pct":10,"acc_id_util_pct":100}'}, 2),
        ({_INSIGHTS: '{"app_id_util_pct":10,"acc_id_util_pct":94}'}, 0),
        ({_BUSINESS: '{"11":[{"type":"ads_management","call_count":96,"estimated_time_to_regain_access":0}]}'}, 2),
        ({_BUSINESS: '{"11":[{"call_count":5}],"act_12":[{"call_count":7},{"total_time":100}]}'}, 2),
        ({_BUSINESS: '{"11":[{"call_count":5,"estimated_time_to_regain_access":0.5}]}'}, 2),
        ({_APP: '{"call_count":96}', _ACCOUNT: '{"acc_id_util_pct":100,"reset_time_duration":9}'}, 2),
        ({_APP: '{"call_count":100}', _ACCOUNT: '{"acc_id_util_pct":100,"reset_time_duration":9}'}, 60),
    ],
)
def test_requests_are_held_before_meta_refuses_them(headers: Mapping[str, str], seconds: float) -> None:
    assert pressure(httpx2.Headers(headers)) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({_APP: '{"call_count":100}'}, 0),
        ({_ACCOUNT: '{"acc_id_util_pct":99,"reset_time_duration":100}'}, 0),
        ({_ACCOUNT: '{"acc_id_util_pct":100,"reset_time_duration":100}'}, 100),
        ({_BUSINESS: '{"11":[{"call_count":5,"estimated_time_to_regain_access":12}]}'}, 720),
        ({_BUSINESS: '{"11":[{"call_count":100,"estimated_time_to_regain_access":1000000000}]}'}, 86400),
        ({_ACCOUNT: '{"acc_id_util_pct":100,"reset_time_duration":-5}'}, 0),
    ],
)
def test_what_is_used_up_says_when_it_frees_up(headers: Mapping[str, str], seconds: float) -> None:
    assert regained(httpx2.Headers(headers)) == seconds


@pytest.mark.parametrize("name", [_APP, _ACCOUNT, _INSIGHTS, _BUSINESS])
@pytest.mark.parametrize(
    "text", ["", "much", "null", "[]", '{"call_count":"100"}', '{"11":[7]}', '{"acc_id_util_pct":']
)
def test_usage_that_cannot_be_read_holds_nothing(name: str, text: str) -> None:
    assert pressure(httpx2.Headers({name: text})) == 0
