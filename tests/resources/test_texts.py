"""What each resource says, as a model reads it."""

import pytest
from inline_snapshot import snapshot
from rs_bpe.bpe import openai

from xylo_mcp import resources
from xylo_mcp.ads import errors
from xylo_mcp.ads.errors import AdsError, Invalid, NotFound
from xylo_mcp.ads.insights import PEOPLE, RATIOS, SUMS
from xylo_mcp.app import Caller
from xylo_mcp.resources.glossary import METRICS, error_codes
from xylo_mcp.sandbox.faults import Fault
from xylo_mcp.sandbox.house import House
from xylo_mcp.tools.list_campaigns import ListCampaigns, list_campaigns

BUSY = "tiktok_7123456789012345678"


async def read(uri: str, caller: Caller) -> str:
    resource, values = resources.find(uri)
    return await resource.read(values, caller)


async def test_the_accounts_are_a_table(caller: Caller) -> None:
    assert await read("xylo://accounts", caller) == snapshot("""\
sandbox: 13 accounts, complete
id name currency time_zone status mode cap (USD a day)
customers/1112223334 "Talwind Viajes" EUR Europe/Madrid active live 500000
customers/1234567890 "Talwind Reisen US" USD America/New_York active live 500000
customers/2223334445 "Talwind Viagens" BRL America/Sao_Paulo active live 500000
customers/3334445556 "Talwind Line Islands" AUD Pacific/Kiritimati active live 500000
act_123456789 "Bergquell Shop US" USD America/Los_Angeles active live 500000
act_223456789 "ベルククヴェル日本" JPY Asia/Tokyo active live 500000
act_323456789 "貝格泉 台灣" TWD Asia/Taipei active live 500000
act_423456789 "Bergquell Bazaar" INR Asia/Kolkata active live 500000
act_523456789 "Bergquell UK (closed)" GBP Europe/London disabled live 500000
tiktok_7123456789012345678 "Nordlicht Outdoor US" USD America/New_York active live 500000
tiktok_7123456789012345679 "Nordlicht Outdoor DE" EUR Europe/Berlin active live 500000
tiktok_7123456789012345680 "ノルドリヒト 日本" JPY Asia/Tokyo active live 500000
tiktok_7123456789012345681 "Nordlicht UK (closed)" GBP Europe/London disabled live 500000\
""")


async def test_the_guardrails_are_told_as_the_tool_tells_them(caller: Caller) -> None:
    assert await read("xylo://guardrails", caller) == snapshot("""\
sandbox: policy d14549ad65a1 (in force), amounts in USD per day
caps: campaign=1000 account=500000
raises: single_percent=100 day_percent=200 beyond=refuse
cuts: most_percent=80
pace: cooldown_minutes=1 writes_per_minute=60 campaigns_per_day=200
names: visible_tag=False
approvals: above_daily=500 channels=terminal,elicitation valid_minutes=60
looks: max_age_minutes=15
settling: minutes=30
people: lists=* destinations={*: [*]} consent=not_denied rows_per_day=5000000 approval_above_rows=2000000
rates: as_of=2020-01-01 max_age_days=36500
halts: none; operations not settled: 0\
""")


async def test_the_campaigns_of_an_account_are_a_table_of_all_of_them(caller: Caller) -> None:
    text = await read("xylo://accounts/customers%2F1234567890/campaigns", caller)

    assert text == await read("xylo://accounts/customers/1234567890/campaigns", caller)
    assert text.splitlines()[:4] == snapshot(
        [
            "sandbox: 30 campaigns, complete",
            "id name status objective budget",
            "# customers/1234567890 USD America/New_York",
            '20987000030 "Launch Lookalike 2% DACH 29" active sales 75/day',
        ]
    )


async def test_a_table_that_is_cut_says_which_call_goes_on(caller: Caller, house: House) -> None:
    plan = house.world.account("tiktok", BUSY.removeprefix("tiktok_"))
    assert plan is not None
    with house.world.editing("tiktok") as editor:
        for number in range(100):
            editor.create(plan, name=f"More {number}", goal="traffic", switch="off", daily=5000, lifetime=0)

    text = await read(f"xylo://accounts/{BUSY}/campaigns", caller)

    first, *_, last = text.splitlines()
    cursor = first.rpartition(" ")[2]
    assert first == f"sandbox: 100 campaigns, more: cursor {cursor}"
    assert last == f'Not all: go on with list_campaigns(accounts=["{BUSY}"], status="all", cursor="{cursor}").'
    rest = await list_campaigns(ListCampaigns(accounts=[BUSY], status="all", cursor=cursor), caller)
    assert rest.content["accounts"]


async def test_an_account_that_is_none_is_the_askers_mistake(caller: Caller) -> None:
    with pytest.raises(Invalid, match="'nobody' is not an account id"):
        await read("xylo://accounts/nobody/campaigns", caller)
    with pytest.raises(NotFound, match="act_404 is not reachable"):
        await read("xylo://accounts/act_404/campaigns", caller)


async def test_an_operation_that_is_none_is_the_askers_mistake(caller: Caller) -> None:
    with pytest.raises(Invalid, match="operation_id: String should match"):
        await read("xylo://operations/nothing", caller)
    with pytest.raises(NotFound, match="There is no such operation"):
        await read("xylo://operations/abcdefghijkm", caller)


async def test_days_that_have_no_name_have_no_summary(caller: Caller) -> None:
    with pytest.raises(NotFound) as refused:
        await read("xylo://summary/last_week", caller)

    assert refused.value.fix.startswith("Read one with date_preset one of today, yesterday")


async def test_an_account_whose_platform_fails_has_no_table(caller: Caller, house: House) -> None:
    await read("xylo://accounts", caller)
    house.faults.plan(Fault("tiktok", "html", times=-1))

    with pytest.raises(AdsError) as failed:
        await read(f"xylo://accounts/{BUSY}/campaigns", caller)

    assert failed.value.code == "PLATFORM_ERROR"


async def test_the_glossary_has_every_metric_every_code_and_every_platform_within_1600_tokens(caller: Caller) -> None:
    text = await read("xylo://glossary", caller)

    assert set(METRICS) == {*SUMS, *RATIOS, *PEOPLE}
    assert all(f"\n- {name}: " in text for name in (*METRICS, *error_codes()))
    assert [line for line in text.splitlines() if line.startswith("#")] == snapshot(
        [
            "# Words and metrics",
            "## Metrics",
            "## Google Ads (customers/1234567890)",
            "## Meta (act_123456789)",
            "## TikTok (tiktok_7123456789012345678)",
            "## Error codes",
        ]
    )
    for spec in caller.app.directory.specs:
        assert f"- conversions: {spec.conversions}; may grow for {spec.settling_days} days" in text
    assert openai.o200k_base().count(text) <= 1600


def test_the_glossary_explains_every_code_there_is() -> None:
    codes = {kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AdsError)}

    assert set(error_codes()) == codes
    assert error_codes()["RATE_LIMITED"] == "The platform asks to slow down; nothing was done"
