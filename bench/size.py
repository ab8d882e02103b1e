"""How much of a model's context the tools and their answers take, in tokens of o200k."""

import importlib
import re
import tempfile
from collections.abc import Mapping
from typing import Protocol

import msgspec

from .figures import Figure, Goal, Unit, spread
from .pipe import Pipe
from .processes import SERVER

_DOLLARS = ("customers/1234567890", "act_123456789", "tiktok_7123456789012345678")
"""Accounts of the sandbox: one currency, three platforms."""
_READ_TOOLS = frozenset({"list_accounts", "list_campaigns", "get_insights"})


class _Tokens(Protocol):
    def count(self, text: str, /) -> int: ...


class _Tool(msgspec.Struct, rename="camel"):
    """What a host shows the model of a tool."""

    name: str
    description: str
    input_schema: msgspec.Raw


class _Listed(msgspec.Struct):
    tools: list[_Tool]


class _Contents(msgspec.Struct):
    contents: list["_Text"]


class _Text(msgspec.Struct):
    text: str


def measure() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory(prefix="xylo-bench-") as state_dir,
        Pipe((*SERVER, "serve"), {"XYLO_MODE": "sandbox", "XYLO_STATE_DIR": state_dir}) as pipe,
    ):
        pipe.greet()
        return [*_catalog(pipe), *_answers(pipe)]


def _catalog(pipe: Pipe) -> list[Figure]:
    listed = bytes(pipe.ask("tools/list"))
    tools = msgspec.json.decode(listed, type=_Listed).tools
    reads = [tool for tool in tools if tool.name in _READ_TOOLS]
    assert len(reads) == len(_READ_TOOLS), "a tool was renamed"
    whole = msgspec.json.encode(msgspec.json.decode(listed))
    return [
        _sized("the three read tools as a host shows them", msgspec.json.encode(reads).decode(), Goal(1300)),
        _sized(f"all {len(tools)} tools as a host shows them", msgspec.json.encode(tools).decode()),
        _sized("whole result of tools/list", whole.decode()),
    ]


def _answers(pipe: Pipe) -> list[Figure]:
    rows = {"limit": 100}
    accounts = pipe.call("list_accounts", {}).content[0].text
    best = {"accounts": _DOLLARS, "level": "campaign", "top": 10, "date_preset": "last_30d"}
    wrong = pipe.refusal("get_insights", {"date_preset": "last_week"})
    summary = msgspec.json.decode(pipe.ask("resources/read", {"uri": "xylo://summary/last_7d"}), type=_Contents)
    return [
        _row("campaign row, concise, headings shared out", pipe, rows, Goal(35)),
        _row("campaign row with insights", pipe, {**rows, "date_preset": "last_7d"}, Goal(60)),
        _sized("list_accounts", accounts),
        *_by_platform(pipe),
        _sized("get_insights, the best ten campaigns of three accounts", _insights(pipe, best), Goal(600)),
        _sized("get_insights by default", _insights(pipe, {})),
        _sized("summary resource, last_7d", summary.contents[0].text, Goal(900)),
        _sized("an error", wrong.content[0].text),
    ]


def _by_platform(pipe: Pipe) -> list[Figure]:
    """Three platforms and one currency, and what each further pair of these adds."""
    asked = {"level": "platform", "date_preset": "last_7d"}
    few, many = _insights(pipe, {**asked, "accounts": _DOLLARS}), _insights(pipe, asked)
    more = _pairs(many) - _pairs(few)
    each = (_tokens(many) - _tokens(few)) / more
    return [
        _sized("get_insights by platform, three accounts", few, Goal(250)),
        _figure("each further platform and currency", "tokens", each, Goal(32), f"{more} more, {_size(many)}"),
    ]


def _insights(pipe: Pipe, asked: Mapping[str, object]) -> str:
    return pipe.call("get_insights", asked).content[0].text


def _pairs(text: str) -> int:
    """How many rows of a platform and a currency an answer has."""
    return len(re.findall(r"^(?!all )[a-z]+ [A-Z]{3} ", text, re.MULTILINE))


def _row(name: str, pipe: Pipe, question: Mapping[str, object], goal: Goal) -> Figure:
    text = pipe.call("list_campaigns", question).content[0].text
    rows = [line for line in text.splitlines() if line[:1].isdigit()]
    return _figure(name, "tokens", _tokens(text) / len(rows), goal, f"{len(rows)} rows, {_size(text)}")


def _sized(name: str, text: str, goal: Goal | None = None) -> Figure:
    return _figure(name, "tokens", _tokens(text), goal, _size(text))


def _figure(name: str, unit: Unit, value: float, goal: Goal | None, measured: str) -> Figure:
    return Figure("size", name, unit, spread([value]), goal, measured)


def _size(text: str) -> str:
    return f"{len(text.encode()):,} bytes"


def _tokens(text: str) -> int:
    counter: _Tokens = importlib.import_module("rs_bpe.bpe").openai.o200k_base()
    return counter.count(text)
