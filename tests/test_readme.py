"""What README, CONTRIBUTING and docs say is so: links lead somewhere, commands, tools and settings exist."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.main import get_command

from xylo_mcp.cli import cli
from xylo_mcp.contract import PACE
from xylo_mcp.platforms import found
from xylo_mcp.prompts import prompts
from xylo_mcp.resources import RESOURCES
from xylo_mcp.settings import Settings
from xylo_mcp.tools import TOOLS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    [
        *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "prompts" / "README.md",
        *(ROOT / "examples").rglob("*.md"),
        *(ROOT / "bench").rglob("*.md"),
    ]
)
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code(page: Path) -> Iterator[str]:
    """Every line of code in `page`: of blocks, and between backticks."""
    parts = re.split(r"^```.*$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for number, part in enumerate(parts):
        yield from part.splitlines() if number % 2 else re.findall(r"`([^`\n]+)`", part)


def headings(page: Path) -> set[str]:
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in lines}


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        target, _, heading = link.partition("#")
        if re.match("[a-z]+:", link):
            assert link.startswith("https://")
            continue
        there = page.parent / target if target else page
        assert there.exists(), link
        assert not heading or heading in headings(there), link


@pages
def test_every_target_of_make_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))

    named = {name for line in code(page) for name in re.findall(r"^make ([\w-]+)", line)}
    assert named <= targets


def test_every_command_for_everyone_is_told_where_everyone_looks() -> None:
    told = "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "CONTRIBUTING.md"))

    targets = re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for name in targets if f"make {name}" not in told} <= {"help", "clean"}


def test_readme_names_every_setting_and_no_other() -> None:
    settings = {f"XYLO_{name.upper()}" for name in Settings.model_fields}
    settings |= {
        f"XYLO_{name.upper()}_{part.name}" for name, spec in found().items() for part in (*spec.settings, PACE)
    }

    assert set(re.findall(r"XYLO_[A-Z_]+", README)) == settings


def test_readme_names_the_defaults_of_the_settings() -> None:
    rows = dict(re.findall(r"^\| `XYLO_(\w+)` \|.*\| `([^`]*)` \|$", README, re.MULTILINE))

    assert rows.pop("STATE_DIR") == "~/.local/state/xylo-mcp"
    fields = Settings.model_fields
    assert {name: float(value) if name.endswith("DEADLINE") else value for name, value in rows.items()} == {
        "MODE": fields["mode"].default,
        "DEADLINE": fields["deadline"].default,
        "HANDOVER_DEADLINE": fields["handover_deadline"].default,
        "SEED": str(fields["seed"].default),
        "TENANT": fields["tenant"].default,
        "READ_ONLY": str(int(fields["read_only"].default)),
    }


def test_readme_names_every_tool_and_no_other() -> None:
    tools = re.findall(r"^\| `(\w+)` \|", README.split("## What an agent can do")[1].split("\n## ")[0], re.MULTILINE)

    assert tools == [tool.name for tool in TOOLS]


def test_readme_names_every_resource_and_prompt_and_no_other() -> None:
    section = README.split("## What it reads, and how people begin")[1].split("\n## ")[0]

    assert re.findall(r"^\| `(\w+://[^`]+)` \|", section, re.MULTILINE) == [resource.uri for resource in RESOURCES]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(prompts())


@pages
def test_every_tool_that_is_named_exists(page: Path) -> None:
    verbs = {tool.name.split("_")[0] for tool in TOOLS} | {"create", "update", "pause", "send"}
    things = r"(?:accounts?|campaigns?|insights|audiences?|conversions?|operations?|guardrails)"

    named = {line for line in code(page) if re.fullmatch(rf"(?:{'|'.join(verbs)})_{things}", line)}
    assert named <= {tool.name for tool in TOOLS}


@pages
def test_every_json_parses(page: Path) -> None:
    for line in code(page):
        written = re.search(r'(?:^|POST )([\[{]["{].*[\]}])$', line)
        if written:
            msgspec.json.decode(written[1])
        if "--add-mcp" in line:
            msgspec.json.decode(shlex.split(line.replace("$PWD", "/"))[-1])


@pages
def test_every_command_of_ours_exists_with_its_options(page: Path) -> None:
    commands = getattr(get_command(cli), "commands", {})
    options = {name: {option for part in command.params for option in part.opts} for name, command in commands.items()}

    for line in code(page):
        for name, rest in re.findall(r"xylo-mcp ([a-z]+)\b([^\"]*)", line):
            assert name in options, line
            assert set(re.findall(r"--[a-z-]+", rest)) <= options[name], line
