"""Many campaigns made by several processes in bad weather: none twice, none lost, and whatever is unclear is told."""

from pathlib import Path

from tests.conftest import LONG
from tests.processes.tally import naive, ours

CAMPAIGNS = 10_000 if LONG else 60


def test_no_campaign_is_made_twice_or_lost_whatever_the_network_does(tmp_path: Path) -> None:
    run = ours(tmp_path, "", CAMPAIGNS, seed=1)

    found = run.all
    assert (found.duplicates, found.lost, found.denied, found.given_up, run.broken) == (0, 0, 0, 0, "")
    assert found.made + found.quarantined - found.present == found.wanted == CAMPAIGNS
    assert run.left_open >= found.quarantined > 0


def test_the_same_weather_has_clients_that_simply_try_again_make_campaigns_twice(tmp_path: Path) -> None:
    run = naive(tmp_path, CAMPAIGNS, seed=1)

    assert run.by_platform["meta"].duplicates > 0
    assert run.all.denied > 0
