import re
from io import StringIO

import pytest

from xylo_mcp import demo
from xylo_mcp.tools import TOOLS


@pytest.fixture(scope="module")
def told() -> tuple[int, str]:
    out = StringIO()
    return demo.tell(out), out.getvalue()


def test_the_demo_ends_well(told: tuple[int, str]) -> None:
    status, story = told

    assert status == 0
    assert "Traceback" not in story


def test_the_demo_asks_its_questions_in_order_and_shows_each_call(told: tuple[int, str]) -> None:
    _, story = told

    questions = re.findall(r"^── (.+)\n {3}(\w+)", story, re.MULTILINE)
    assert questions == [
        ("Which accounts are there?", "list_accounts"),
        ("Which running campaigns have a sale in their name?", "list_campaigns"),
        ("How did the platforms do last week, for three accounts in one currency?", "get_insights"),
        ("Create a campaign there (it begins paused)", "create_campaign"),
        ("The same once more (agents repeat themselves)", "create_campaign"),
        ("Let it spend 5,000 a day (more than its operator allows)", "update_campaign"),
        ("Then pause it", "pause_campaign"),
        ("And last week? (a mistake: no such preset)", "get_insights"),
    ]


def test_the_demo_says_that_everything_is_made_up_before_anything_else(told: tuple[int, str]) -> None:
    _, story = told

    assert story.splitlines()[:3] == [
        "A server with three advertising platforms starts; an MCP client connects to it over stdio.",
        "Everything it answers is made up: this is the sandbox.",
        f"It offers {', '.join(tool.name for tool in TOOLS if not tool.toolset)}.",
    ]


def test_the_demo_shows_answers(told: tuple[int, str]) -> None:
    _, story = told

    assert "   sandbox: 13 accounts, complete\n" in story
    assert '   tiktok_7123456789012345678 "Nordlicht Outdoor US" USD America/New_York active live 500000\n' in story
    assert re.search(r"^ {3}sandbox: \d campaigns", story, re.MULTILINE)


def test_the_demo_draws_what_three_accounts_in_one_currency_spent(told: tuple[int, str]) -> None:
    _, story = told

    chart = story.split("   Spend, USD\n")[1].split("\n\n")[0].splitlines()
    bars = [re.fullmatch(r" {3}(\S+) +(█*) +([\d,]+\.\d\d)", line) for line in chart]
    spent = [(bar[1], len(bar[2]), float(bar[3].replace(",", ""))) for bar in bars if bar]
    assert len(spent) == len(chart) == 3
    most = max(amount for _, _, amount in spent)
    assert all(length == round(40 * amount / most) for _, length, amount in spent)
    assert {name.split("_")[0].split("/")[0] for name, _, _ in spent} == {"customers", "act", "tiktok"}


def test_the_demo_makes_a_campaign_once_refuses_what_is_too_much_and_pauses(told: tuple[int, str]) -> None:
    _, story = told

    made = re.findall(r"sandbox: applied: create campaign (\d+) of ", story)
    assert len(made) == 2
    assert len(set(made)) == 1
    assert "The outcome of an equal call within ten minutes" in story
    assert "REFUSED (sandbox): The cap for a campaign is 1000.00 USD per day" in story
    assert f"sandbox: applied: pause campaign {made[0]} of " in story


def test_the_demo_shows_how_a_mistake_is_answered(told: tuple[int, str]) -> None:
    _, story = told

    assert "   Correct the arguments and ask again.\n   INVALID_ARGUMENT (sandbox): date_preset: " in story


def test_the_demo_ends_with_the_lines_that_add_it_to_a_client(told: tuple[int, str]) -> None:
    _, story = told

    end = story[story.index("Add it to your own client") :]
    assert re.findall(r"^ {2}(Claude Code|Claude Desktop|Cursor|VS Code) ", end, re.MULTILINE) == [
        "Claude Code",
        "Claude Desktop",
        "Cursor",
        "VS Code",
    ]
    assert len(re.findall(r"xylo-mcp", end)) == 4
    assert "{" + "command" + "}" not in end
