"""What is remembered is said to be, is as fresh as is asked for, and is put right where a platform changed its mind."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import pytest

from tests.conftest import OpenCaller
from xylo_mcp.ads.dates import resolve
from xylo_mcp.ads.errors import Misconfigured
from xylo_mcp.app import Caller, open_app
from xylo_mcp.platforms import found
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS, Answer

TOOL = {tool.name: tool.run for tool in TOOLS}
META = "act_123456789"


class Group(msgspec.Struct):
    total: dict[str, float | None]


class Clock(Protocol):
    now: datetime

    def __call__(self) -> datetime: ...


async def ask(caller: Caller, **asked: object) -> Answer:
    return await TOOL["get_insights"]({"accounts": [META], **asked}, caller)


def out_of_order(house: House) -> None:
    """Whoever asks Meta for numbers gets none, from now on."""
    house.faults.plan(Fault("meta", "html", "insights", times=-1))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"level": "campaign"},
        {"level": "ad", "granularity": "week"},
        {"level": "campaign", "breakdown": "age"},
        {"metrics": ["reach", "frequency"]},
        {"level": "campaign", "compare": True, "top": 3},
    ],
    ids=str,
)
async def test_a_question_asked_again_within_a_quarter_of_an_hour_costs_no_request(
    caller: Caller, house: House, clock: Clock, asked: dict[str, object]
) -> None:
    first = await ask(caller, **asked)
    out_of_order(house)
    clock.now += timedelta(minutes=14)

    again = await ask(caller, **asked)

    assert (first.content["cached"], again.content["cached"]) == (False, True)
    assert again.content["as_of"] == first.content["as_of"]
    assert again.content["groups"] == first.content["groups"]
    assert again.text.splitlines()[0].endswith(" (remembered)")


@pytest.mark.parametrize(("max_age", "minutes"), [(0, 1), (5, 6), (None, 16)])
async def test_what_is_older_than_is_asked_for_is_asked_again(
    caller: Caller, clock: Clock, max_age: int | None, minutes: int
) -> None:
    asked = {} if max_age is None else {"max_age": max_age}
    await ask(caller, **asked)
    clock.now += timedelta(minutes=minutes)

    answer = await ask(caller, **asked)

    assert (answer.content["cached"], answer.content["as_of"]) == (False, clock.now.isoformat(timespec="seconds"))


async def test_settled_days_are_not_asked_again_however_old_unless_that_is_asked_for(
    caller: Caller, house: House, clock: Clock
) -> None:
    days = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
    first = await ask(caller, **days)
    clock.now += timedelta(days=30)
    out_of_order(house)

    again = await ask(caller, **days)

    assert (again.content["cached"], again.content["groups"]) == (True, first.content["groups"])


async def test_a_settled_day_that_was_told_otherwise_before_is_corrected_and_named(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    days = {"date_from": "2026-01-05", "date_to": "2026-01-05", "metrics": ["spend"]}
    settings = Settings(mode="sandbox", state_dir=tmp_path)
    other = House(None, 2, clock)  # another past, in which the same account spent something else
    async with open_app(settings, clock, house) as app:
        before = await ask(Caller("test", app), **days)
    clock.now += timedelta(hours=1)
    async with open_app(settings, clock, other) as app:
        kept = await ask(Caller("test", app), **days)
        asked_anew = await ask(Caller("test", app), **days, max_age=0)
        after = await ask(Caller("test", app), **days)

    assert kept.content["groups"] == before.content["groups"]
    assert asked_anew.content["groups"] == after.content["groups"]
    was, now = spend(before), spend(asked_anew)
    (restated,) = msgspec.convert(asked_anew.content["restated"], list[dict[str, object]])
    assert "spend" in msgspec.convert(restated.pop("changed"), list[str])
    assert restated == {
        "account": META,
        "date": "2026-01-05",
        "read_before": "2026-03-18T15:30:00+00:00",
        "spend_before": was,
        "spend": now,
    }
    assert was != now
    assert f"restated: {META} 2026-01-05: spend was {was}, is {now}" in asked_anew.text
    assert after.content["restated"] == []


def spend(answer: Answer) -> object:
    (group,) = msgspec.convert(answer.content["groups"], list[Group])
    return group.total["spend"]


async def test_what_counts_as_a_conversion_is_the_operators_choice(house: House, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "counting.toml").write_text(f'[{META}]\nevents = ["lead"]\n')
    settings = Settings(mode="sandbox", state_dir=tmp_path, counting=tmp_path / "counting.toml")

    async with open_app(settings, clock, house) as app:
        leads = await ask(Caller("test", app), date_preset="last_30d", metrics=["conversions"])
        both = await TOOL["get_insights"](
            {"accounts": [META, "act_223456789"], "level": "platform", "metrics": ["conversions"]}, Caller("test", app)
        )

    assert leads.content["definitions"] == [{"platform": "meta", "counted": f"lead: {found()['meta'].events['lead']}"}]
    assert counted(leads) == true_leads(house)
    definitions = msgspec.convert(both.content["definitions"], list[dict[str, object]])
    assert [one["accounts"] for one in definitions] == [[META], ["act_223456789"]]


def counted(answer: Answer) -> float | None:
    (group,) = msgspec.convert(answer.content["groups"], list[Group])
    return group.total["conversions"]


def true_leads(house: House) -> int:
    (cast,) = (cast for cast in house.world.casts if cast.platform == "meta")
    plan = next(plan for plan in cast.accounts if plan.public_id == META)
    leads = {campaign.id for campaign in house.world.campaigns("meta", plan.id) if campaign.goal == "leads"}
    span = resolve("last_30d", house.world.today(plan))
    days = truth(house.world, META, span.since, span.until).days
    return int(sum(day.conversions for day in days if day.campaign_id in leads))


async def test_a_file_that_says_what_nobody_counts_refuses_to_start(clock: Clock, house: House, tmp_path: Path) -> None:
    (tmp_path / "counting.toml").write_text('[meta]\nevents = ["happiness"]\n')

    with pytest.raises(Misconfigured, match=r"XYLO_COUNTING: \[meta\] events: some of purchase, lead"):
        async with open_app(Settings(state_dir=tmp_path, counting=tmp_path / "counting.toml"), clock, house):
            raise AssertionError("opened")


async def test_progress_is_told_account_by_account(open_caller: OpenCaller) -> None:
    told: list[str] = []
    async with open_caller() as caller:
        await TOOL["get_insights"]({}, msgspec.structs.replace(caller, progress=told.append))

    assert len(told) == 13
    assert told[-1].endswith("has answered; 13 so far")
