"""What does not fit an answer is had whole: every row, to the last digit, harmless in a spreadsheet."""

import csv
import io
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from xylo_mcp.ads.errors import InvalidCursor, NotFound
from xylo_mcp.ads.tables import Table
from xylo_mcp.app import Caller
from xylo_mcp.insights import Question, performance
from xylo_mcp.sandbox.house import House
from xylo_mcp.sandbox.truth import truth
from xylo_mcp.tools import TOOLS
from xylo_mcp.tools.exporting import EXPORTS, as_csv, export

TOOL = {tool.name: tool.run for tool in TOOLS}
META = "act_123456789"


async def exported(caller: Caller, **asked: object) -> str:
    """The name of the export of an answer that was cut after five rows."""
    answer = await TOOL["get_insights"]({"level": "campaign", "limit": 5, **asked}, caller)
    return str(answer.content["export"]).removeprefix(EXPORTS)


async def test_a_csv_has_every_row_of_the_answer(caller: Caller, house: House) -> None:
    name = await exported(caller, accounts=[META], date_preset="last_30d", granularity="day")

    rows = list(csv.DictReader(io.StringIO(export(name, caller))))

    since, until = date.fromisoformat(rows[0]["date_from"]), date.fromisoformat(rows[0]["date_to"])
    days = truth(house.world, META, since, until).days
    assert {(row["campaign_id"], row["date"]): Decimal(row["spend"]) for row in rows} == {
        (day.campaign_id, day.date.isoformat()): day.spend for day in days
    }
    assert {(row["platform"], row["account"], row["currency"], row["time_zone"]) for row in rows} == {
        ("meta", META, "USD", "America/Los_Angeles")
    }


async def test_json_says_the_same_and_null_where_nothing_is_known(caller: Caller) -> None:
    name = await exported(caller, accounts=[META])

    rows = msgspec.json.decode(export(name.replace(".csv", ".json"), caller), type=list[dict[str, object]])
    lines = list(csv.DictReader(io.StringIO(export(name, caller))))

    assert [(row["campaign_id"], row["reach"]) for row in rows] == [(line["campaign_id"], None) for line in lines]
    assert [Decimal(str(row["spend"])) for row in rows] == [Decimal(line["spend"]) for line in lines]


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1", "-1+2", "@SUM(A1)"])
async def test_a_name_that_a_spreadsheet_would_run_is_only_text(caller: Caller, name: str) -> None:
    found = await performance(
        await caller.asker(), [META], Question("last_7d", level="campaign"), platform="", top=0, rates=None
    )
    (section,) = found.sections
    rows = [msgspec.structs.replace(row, campaign_name=name) for row in section.tables[0]]
    renamed = found.with_sections([msgspec.structs.replace(section, tables=[Table.of(rows)])])

    cells = {line["campaign_name"] for line in csv.DictReader(io.StringIO(as_csv(renamed)))}

    assert cells == {f"'{name}"}


async def test_an_export_is_its_callers_own_and_of_a_known_format(caller: Caller) -> None:
    name = await exported(caller, accounts=[META])

    with pytest.raises(InvalidCursor):
        export(name, msgspec.structs.replace(caller, who="somebody else"))
    with pytest.raises(InvalidCursor):
        export("AbCdEf012345.csv", caller)
    with pytest.raises(NotFound):
        export(name.replace(".csv", ".exe"), caller)
