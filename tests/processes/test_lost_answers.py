"""What the sandbox loses on purpose does not arrive over a real connection either."""

import http.client
import urllib.request
from collections.abc import Generator

import msgspec
import pytest

from bench.processes import sandbox
from tests.processes.crew import truth
from xylo_mcp.sandbox.tiktok.cast import CREDENTIALS

ADVERTISER = "7123456789012345678"
BODY = {
    "advertiser_id": ADVERTISER,
    "objective_type": "TRAFFIC",
    "budget_mode": "BUDGET_MODE_DAY",
    "budget": 60,
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    with sandbox(tmp_path_factory.mktemp("sandbox")) as started:
        yield started


@pytest.mark.parametrize(("kind", "made"), [("lose_answer", 1), ("hang", 0)])
def test_a_connection_breaks_before_the_answer_whether_or_not_the_request_was_carried_out(
    url: str, kind: str, made: int
) -> None:
    faults = msgspec.json.encode([{"platform": "tiktok", "kind": kind, "seconds": 0.01}])
    urllib.request.urlopen(urllib.request.Request(f"{url}/_faults", data=faults)).close()
    create = urllib.request.Request(
        f"{url}/tiktok/open_api/v1.3/campaign/create/",
        data=msgspec.json.encode({**BODY, "campaign_name": f"Spring {kind}"}),
        headers={"Content-Type": "application/json", "Access-Token": CREDENTIALS["ACCESS_TOKEN"]},
    )

    with urllib.request.urlopen(create) as answer, pytest.raises(http.client.IncompleteRead):
        answer.read()

    names = [one.name for one in truth(url, f"tiktok_{ADVERTISER}").campaigns]
    assert names.count(f"Spring {kind}") == made
