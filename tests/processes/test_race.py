"""However many processes raise budgets at the same time, their account's cap holds, and is used up all the same."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from random import Random

import msgspec

from bench.processes import sandbox
from tests.conftest import LONG
from tests.processes.crew import Hand, environment, hands, put_policy, together, truth
from tests.processes.ground import Ground, ground
from tests.processes.racing import Answer, Raises
from xylo_mcp.ads.changes import UpdateCampaign
from xylo_mcp.ads.money import Money

ACCOUNT = "act_123456789"
PROCESSES, EACH = 4, 16
BEFORE, CAP = 2, 600
POLICY = f"""\
version = 1
currency = "USD"
accounts = {{ "*" = "live" }}
caps = {{ campaign = 1000, account = {CAP} }}
"""
SEEDS = range(100 if LONG else 1)


def wishes(seed: int, campaigns: list[str]) -> list[UpdateCampaign]:
    """A raise of each campaign, in some order; together they are about twice what there is room for."""
    chance = Random(seed)
    order = chance.sample(campaigns, len(campaigns))
    amounts = [Decimal(chance.randint(500, 2500)) / 100 + BEFORE for _ in order]
    return [
        UpdateCampaign(ACCOUNT, campaign, daily_budget=Money(amount, "USD"))
        for campaign, amount in zip(order, amounts, strict=True)
    ]


def committed(url: str) -> dict[str, Decimal]:
    """What each campaign that runs may spend in a day, in truth."""
    running = [one for one in truth(url, ACCOUNT).campaigns if one.switch == "on"]
    return {one.id: one.daily_budget or Decimal("Infinity") for one in running}


def outcomes(answers: list[Answer], wanted: list[UpdateCampaign]) -> dict[str, Decimal]:
    """The budgets that follow from the answers; each raise was made, or did not fit under the cap."""
    assert {(one.outcome, one.rules) for one in answers} <= {("applied", ()), ("REFUSED", ("caps.account",))}
    made = {one.campaign_id for one in answers if one.outcome == "applied"}
    after = {one.campaign_id: one.daily_budget for one in wanted if one.daily_budget is not None}
    return {key: money.amount if key in made else Decimal(BEFORE) for key, money in after.items()}


class Field(msgspec.Struct, frozen=True):
    """Where the races take place: the sandbox, its ground, who races, and for which campaigns."""

    sandbox: str
    ground: Ground
    crew: Sequence[Hand]
    campaigns: list[str]

    def race(self, seed: int) -> Decimal:
        """What the account commits to after all have asked for their raises at once, starting from the same budgets."""
        self.ground.reset(ACCOUNT, self.campaigns, BEFORE)
        wanted = wishes(seed, self.campaigns)
        orders = [
            Raises(f"seed-{seed}", f"{seed}/{first}", wanted[first : first + EACH])
            for first in range(0, len(wanted), EACH)
        ]
        answers = [one for part in together(self.crew, "raises", orders, list[Answer]) for one in part]
        spent = committed(self.sandbox)
        assert spent == outcomes(answers, wanted)
        return sum(spent.values(), Decimal(0))


@contextmanager
def field(folder: Path, ledger: str | Path) -> Generator[Field]:
    """A field with fresh campaigns, whose racers share one ledger."""
    put_policy(folder, POLICY)
    with (
        sandbox(folder) as url,
        ground(folder) as made,
        hands(PROCESSES, environment(url, folder, ledger, ["meta"])) as crew,
    ):
        made.clear(ACCOUNT)
        yield Field(url, made, crew, made.open(ACCOUNT, BEFORE, number=PROCESSES * EACH))


def test_raises_from_several_processes_keep_the_cap_and_use_it_up(ledger_place: str | Path, tmp_path: Path) -> None:
    with field(tmp_path, ledger_place) as races:
        sums = [races.race(seed) for seed in SEEDS]

    assert all(Decimal(CAP) * 95 / 100 <= one <= CAP for one in sums), sums
