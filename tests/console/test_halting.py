"""A halt that pauses what runs, and the resume after it, go on where they were interrupted."""

import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import anyio
import pytest

from tests.console.conftest import Run
from tests.gate.conftest import ACCOUNT, Shop, policy
from xylo_mcp.ads.operations import Operation
from xylo_mcp.app import now
from xylo_mcp.ledger import open_store, operations
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House

HALT = ("halt", "--reason", "test", "--account", ACCOUNT, "--pause-everything")
RESUME = ("resume", "--account", ACCOUNT, "--restart")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Shop]:
    """The account in the world that the commands share, under a policy that knows no pace."""
    (tmp_path / "policy.toml").write_text(policy())
    (tmp_path / "policy.toml").chmod(0o600)
    monkeypatch.setenv("XYLO_POLICY", str(tmp_path / "policy.toml"))
    house = House(tmp_path / "sandbox-1.sqlite3", 1, now)
    yield Shop(house)
    house.close()


@pytest.fixture
def recorded(tmp_path: Path) -> "Recorded":
    return Recorded(tmp_path / "ledger-sandbox-1.sqlite3")


class Recorded:
    """What the ledger says of each campaign."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def __call__(self, tool: str) -> dict[str, list[str]]:
        states: dict[str, list[str]] = {}
        for one in self.operations():
            if one.tool == tool:
                states.setdefault(one.campaign_id, []).insert(0, one.state)
        return states

    def operations(self) -> list[Operation]:
        async def read() -> list[Operation]:
            store = open_store(self._place, "default")
            listed = list(await store.read(operations.listed))
            await store.close()
            return listed

        return anyio.run(read)

    def sending(self) -> dict[str, str]:
        """The operations that nobody knows the outcome of: the id of each, by its campaign."""
        return {one.campaign_id: one.id for one in self.operations() if one.state == "sending"}


def killed_when(command: tuple[str, ...], is_time: Callable[[], bool]) -> None:
    """Run `command` as a process of its own, and kill it when it is time."""
    program = str(Path(sys.executable).parent / "xylo-mcp")
    with subprocess.Popen([program, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not is_time():
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.kill()


def hang(shop: Shop, campaigns: Sequence[str], looks: int = 0) -> Callable[[int], bool]:
    """Have none of `campaigns` answer after so many `looks`; tells whether this has happened to so many of them."""
    for campaign in campaigns:
        shop.house.faults.plan(Fault("meta", "hang", path=campaign, skip=looks))

    def has_happened(times: int) -> bool:
        return sum(fault.kind == "hang" for fault in shop.house.faults.planned()) <= len(campaigns) - times

    return has_happened


def test_a_halt_killed_in_the_middle_knows_of_each_campaign_and_goes_on(
    run: Run, shop: Shop, recorded: Recorded
) -> None:
    campaigns = [shop.open(20) for _ in range(12)]
    off = shop.open(20, on=False)
    refused = campaigns[1:3]
    for campaign in refused:
        shop.house.faults.plan(Fault("meta", "throttle", path=campaign))

    hung = hang(shop, campaigns[3:])
    killed_when(HALT, lambda: hung(8))  # as many as are paused at once: the last one is not begun
    shop.house.faults.clear()
    sending = recorded.sending()
    before = recorded("halt")
    paused = {one.id for one in shop.campaigns() if one.id in campaigns and one.switch == "off"}
    again = run(*HALT)
    resumed = run(*RESUME)

    assert before == {
        **{campaign: ["applied"] for campaign in paused},
        **{campaign: ["failed"] for campaign in refused if campaign in before},
        **{campaign: ["sending"] for campaign in sending},
    }
    assert (len(sending), set(sending) - set(campaigns[3:])) == (8, set())
    assert again.stdout.count(": applied") == len(campaigns) - len(paused)
    assert "may run on" not in again.stdout
    assert resumed.stdout.splitlines()[-1].startswith("8 are not enabled")
    for identity in sending.values():
        run("operations", "reconcile", identity)
    assert set(run(*RESUME).stdout.splitlines()) == {f"{ACCOUNT} {campaign}: applied" for campaign in sending}
    assert {one.id for one in shop.campaigns() if one.switch == "on"} == set(campaigns)
    assert shop.campaign(off).switch == "off"
    assert "There was no such halt." in run(*RESUME).stdout


def test_a_resume_killed_in_the_middle_goes_on_and_enables_each_campaign_once(
    run: Run, shop: Shop, recorded: Recorded
) -> None:
    campaigns = [shop.open(20) for _ in range(8)]
    run(*HALT)

    hung = hang(shop, [campaigns[4]], looks=1)
    killed_when(RESUME, lambda: hung(1))
    begun = {one.id for one in shop.campaigns() if one.id in campaigns and one.switch == "on"}
    again = run(*RESUME)
    unsettled = recorded.sending()[campaigns[4]]
    run("operations", "reconcile", unsettled)
    run("operations", "resolve", unsettled, "--outcome", "not-done", "--note", "it is off on Meta's own page")
    last = run(*RESUME)

    assert len(begun) < len(campaigns)
    assert again.stdout.count(": applied") == len(campaigns) - len(begun) - 1
    assert again.stdout.splitlines()[-1] == "1 are not enabled: resume again with --restart to go on with them."
    assert last.stdout == f"{ACCOUNT} {campaigns[4]}: applied\n"
    assert {one.id for one in shop.campaigns() if one.switch == "on"} == set(campaigns)
    assert recorded("resume") == {
        **{campaign: ["applied"] for campaign in campaigns},
        campaigns[4]: ["failed", "applied"],
    }


def test_a_campaign_that_gets_no_answer_keeps_no_other_running(run: Run, shop: Shop, recorded: Recorded) -> None:
    campaigns = [shop.open(20) for _ in range(10)]
    hang(shop, campaigns[:1])

    def all_others_are_paused() -> bool:
        states = {campaign: ["applied"] for campaign in campaigns}
        return recorded("halt") == {**states, campaigns[0]: ["sending"]}

    killed_when(HALT, all_others_are_paused)

    assert {one.id for one in shop.campaigns() if one.switch == "on"} == {campaigns[0]}


def test_a_platform_that_says_nothing_of_its_accounts_is_named_by_a_halt_that_should_pause_all(
    run: Run, shop: Shop
) -> None:
    shop.house.faults.plan(Fault("tiktok", "status", times=-1, status=500))

    halted = run("halt", "--reason", "test", "--platform", "tiktok", "--pause-everything")

    assert halted.stdout.splitlines() == [
        "halted: platform:tiktok, freeze_increases",
        "could not be looked at: tiktok",
        "1 may run on: halt again with --pause-everything to go on with them.",
    ]


@pytest.mark.parametrize("frozen_before", [False, True])
def test_a_freeze_of_everything_keeps_nothing_running_that_the_halt_would_pause(
    run: Run, shop: Shop, *, frozen_before: bool
) -> None:
    campaigns = [shop.open(20) for _ in range(2)]
    if frozen_before:
        run("halt", "--reason", "test", "--freeze-all")

    halted = run(*HALT, "--freeze-all")

    assert halted.exit_code == 0
    assert halted.stdout.splitlines() == [
        f"halted: account:{ACCOUNT}, freeze_all",
        *(f"{ACCOUNT} {campaign}: applied" for campaign in reversed(campaigns)),
    ]
    assert [shop.campaign(campaign).switch for campaign in campaigns] == ["off", "off"]


def test_what_a_halt_or_a_resume_leaves_undone_shows_in_how_it_ends(run: Run, shop: Shop) -> None:
    campaigns = [shop.open(20) for _ in range(2)]
    shop.house.faults.plan(Fault("meta", "throttle", path=campaigns[0]))
    ends = [run(*HALT), run(*HALT)]
    shop.house.faults.plan(Fault("meta", "redirect", path=campaigns[1]))
    ends += [run(*RESUME), run(*RESUME)]

    assert [end.exit_code for end in ends] == [1, 0, 1, 0]
    assert {shop.campaign(campaign).switch for campaign in campaigns} == {"on"}


def test_a_halt_of_a_platform_that_is_none_is_no_halt(run: Run, shop: Shop) -> None:
    halted = run("halt", "--reason", "test", "--platform", "metaa")

    assert (halted.exit_code, halted.stdout) == (2, "")
    assert "--platform metaa: there is none of this name here." in halted.stderr
    assert "There was no such halt." in run("resume").stdout
