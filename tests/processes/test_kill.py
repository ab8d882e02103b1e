"""A process that is really killed in the middle of a change does nothing twice, loses nothing and breaks no cap."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec
import pytest

from bench.processes import sandbox
from tests.conftest import new_database
from tests.processes.crew import Hand, environment, hands, put_policy, truth
from tests.processes.ground import Ground, ground
from tests.processes.killing import Doomed, Ended, Inherited, Sending
from xylo_mcp.ads.changes import Change, CreateCampaign, PauseCampaign, UpdateCampaign
from xylo_mcp.ads.money import Money
from xylo_mcp.ads.operations import State
from xylo_mcp.sandbox.truth import Attempt, CampaignTruth

META, TIKTOK = "act_123456789", "tiktok_7123456789012345678"
POLICY = """\
version = 1
currency = "USD"
accounts = { "*" = "live" }
caps = { campaign = 1000, account = 50000 }
approvals = { above_daily = 500 }
"""
States = tuple[State, ...]
Shape = tuple[Decimal | None, str]
"""What a campaign may spend in a day, and whether it runs."""


def usd(amount: int) -> Money:
    return Money(Decimal(amount), "USD")


class Story(msgspec.Struct, frozen=True):
    """A change that is made again and again, each time killed elsewhere.

    Attributes:
        account: where; `change`: what, of the campaign with this id (for a new one: with this in its name).
        daily, on: what the campaign is like before.
        shapes: what the campaign may be like in truth, by what is on record some minutes later.
        holds: what its budget is held for while the outcome is not known.
        steps: so many requests it takes; `approved`: whether a person has to say yes first.
    """

    account: str
    change: Callable[[str], Change]
    shapes: Mapping[States, Sequence[Shape | None]]
    daily: int = 0
    on: bool = True
    holds: Decimal | None = None
    steps: int = 1
    approved: bool = False


STORIES = {
    "create": Story(
        META,
        lambda mark: CreateCampaign(META, f"Spring {mark}", "traffic", daily_budget=usd(20)),
        {(): [None], ("unknown",): [None], ("applied",): [(Decimal(20), "off")]},
    ),
    "raise": Story(
        META,
        lambda campaign: UpdateCampaign(META, campaign, daily_budget=usd(30)),
        {(): [(Decimal(20), "on")], ("unknown",): [(Decimal(20), "on")], ("applied",): [(Decimal(30), "on")]},
        daily=20,
        holds=Decimal(30),
    ),
    "pause": Story(
        META,
        lambda campaign: PauseCampaign(META, campaign),
        {(): [(Decimal(20), "on")], ("unknown",): [(Decimal(20), "on")], ("applied",): [(Decimal(20), "off")]},
        daily=20,
    ),
    "approved raise": Story(
        META,
        lambda campaign: UpdateCampaign(META, campaign, daily_budget=usd(600)),
        {
            ("pending_approval",): [(Decimal(400), "on")],
            ("unknown",): [(Decimal(400), "on")],
            ("applied",): [(Decimal(600), "on")],
        },
        daily=400,
        holds=Decimal(600),
        approved=True,
    ),
    "raise and enable": Story(
        TIKTOK,
        lambda campaign: UpdateCampaign(TIKTOK, campaign, daily_budget=usd(80), status="active"),
        {
            (): [(Decimal(60), "off")],
            ("unknown",): [(Decimal(60), "off"), (Decimal(80), "off")],
            ("partial",): [(Decimal(80), "off")],
            ("applied",): [(Decimal(80), "on")],
        },
        daily=60,
        on=False,
        holds=Decimal(80),
        steps=2,
    ),
}


UNTOUCHED: Sequence[States] = ((), ("pending_approval",))


class Scene(msgspec.Struct, frozen=True):
    """Where a story takes place: the process to kill, the sandbox and its ground."""

    hand: Hand
    sandbox: str
    ground: Ground

    def campaign(self, story: Story, target: str) -> CampaignTruth | None:
        """The one that the story is about, as it is; of several of one name, this fails."""
        campaigns = truth(self.sandbox, story.account).campaigns
        found = [one for one in campaigns if target in (one.id, one.name.removeprefix("Spring "))]
        assert len(found) <= 1
        return found[0] if found else None

    def attempts(self, before: int = 0) -> list[Attempt]:
        """The requests to change something that came in after so many."""
        return truth(self.sandbox, META).attempts[before:]


def shape(campaign: CampaignTruth | None) -> Shape | None:
    return None if campaign is None else (campaign.daily_budget, campaign.switch)


def each_has_its_record(attempts: Sequence[Attempt], sendings: Sequence[Sending]) -> bool:
    """Whether each request was written down before it was made, and nothing was written down twice."""
    once = len({(one.operation, one.step) for one in sendings}) == len(sendings)
    earlier = all(
        sending.at < datetime.fromisoformat(attempt.at) for attempt, sending in zip(attempts, sendings, strict=False)
    )
    return once and earlier and len(attempts) <= len(sendings)


def rehearse(scene: Scene, name: str) -> None:
    """Have the story told once by the process whose children tell it then: they know it by heart."""
    story, tenant = STORIES[name], f"{name.replace(' ', '-')}-rehearsal"
    target = scene.ground.open(story.account, story.daily, on=story.on)[0] if story.daily else tenant
    change = story.change(target)
    for deed, order in {
        "doomed": Doomed(tenant, change, approved=story.approved),
        "heir": Inherited(tenant, change, approved=story.approved),
    }.items():
        scene.hand.tell(deed, order, here=True)
        scene.hand.hear(object)


def killed_at(scene: Scene, name: str, point: int) -> tuple[bool, States]:
    """Whether the story was over before this point, and what was on record some minutes after being killed there."""
    story, tenant = STORIES[name], f"{name.replace(' ', '-')}-{point}"
    target = scene.ground.open(story.account, story.daily, on=story.on)[0] if story.daily else tenant
    change = story.change(target)
    before = len(scene.attempts())
    alive = scene.hand.do("doomed", Doomed(tenant, change, approved=story.approved, point=point), str)
    reached, left = len(scene.attempts(before)), shape(scene.campaign(story, target))
    ended = scene.hand.do("heir", Inherited(tenant, change, approved=story.approved), Ended)
    assert ended is not None
    states, attempts = ended.found.states, scene.attempts(before)
    untouched = states in UNTOUCHED

    assert left in story.shapes[states], "what is on record is what is true"
    assert ended.found.held == ((story.holds,) if states == ("unknown",) and story.holds else ())
    assert (ended.again, ended.finally_.states) == expected(story, states)
    assert shape(scene.campaign(story, target)) == (story.shapes[("applied",)][0] if untouched else left)
    assert (reached, len(attempts)) == ((0, story.steps) if untouched else (reached, reached))
    assert each_has_its_record(attempts, ended.sendings)
    assert ended.broken == ""
    return alive is not None, states


def expected(story: Story, states: States) -> tuple[str, States]:
    """What asking again comes to, and what is on record in the end: what was surely never sent is made now."""
    if states in UNTOUCHED:
        return "applied", ("applied",)
    if states == ("unknown",):
        return "OPERATION_PENDING" if story.approved else "OUTCOME_UNKNOWN", ("quarantined",)
    if story.approved:
        return "CONFLICT", states
    return "PARTIALLY_DONE" if states == ("partial",) else "applied", states


@pytest.fixture(scope="module")
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Callable[[str], Scene]]:
    """The scene with the ledger in a store; each is set once."""
    with ExitStack() as stack:

        @cache
        def scene(store: str) -> Scene:
            ledger = new_database(request.getfixturevalue("postgresql")) if store == "postgresql" else ""
            return stack.enter_context(_set(tmp_path_factory.mktemp("scene"), ledger))

        yield scene


@contextmanager
def _set(folder: Path, ledger: str) -> Generator[Scene]:
    put_policy(folder, POLICY)
    with (
        sandbox(folder) as url,
        ground(folder) as made,
        hands(1, environment(url, folder, ledger, ["meta", "tiktok"])) as (hand,),
    ):
        made.clear(META)
        made.clear(TIKTOK)
        yield Scene(hand, url, made)


@pytest.mark.parametrize(
    ("store", "name"),
    [
        pytest.param(store, name, marks=[pytest.mark.long] if store == "postgresql" and name != "raise" else [])
        for store in ("sqlite", "postgresql")
        for name in STORIES
    ],
)
def test_killed_anywhere_it_does_nothing_twice_and_loses_nothing(
    scene: Callable[[str], Scene], store: str, name: str
) -> None:
    rehearse(scene(store), name)
    seen: set[States] = set()
    point, over = 0, False
    while not over:
        over, states = killed_at(scene(store), name, point)
        seen.add(states)
        point += 1

    assert point > 7  # two of each commit and three of the request, and the run that nobody killed
    assert seen == set(STORIES[name].shapes)
