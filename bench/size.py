"""How much of a model's context the tools and their answers take, in tokens of o200k."""

import importlib
import tempfile
from collections.abc import Mapping
from typing import Protocol

import msgspec

from .figures import Figure, Goal, Unit, spread
from .pipe import Pipe
from .processes import SERVER


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
    shown = msgspec.json.encode(msgspec.json.decode(listed, type=_Listed).tools)
    whole = msgspec.json.encode(msgspec.json.decode(listed))
    return [
        _sized("eight tools as a host shows them", shown.decode(), Goal(1700)),
        _sized("whole result of tools/list", whole.decode(), Goal(4500)),
    ]


def _answers(pipe: Pipe) -> list[Figure]:
    rows = {"limit": 100}
    accounts = pipe.call("list_accounts", {}).content[0].text
    wrong = pipe.refusal("get_insights", {"date_preset": "last_week"})
    summary = msgspec.json.decode(pipe.ask("resources/read", {"uri": "xylo://summary/last_7d"}), type=_Contents)
    return [
        _row("campaign row, concise, headings shared out", pipe, rows, Goal(35)),
        _row("campaign row with insights", pipe, {**rows, "date_preset": "last_7d"}, Goal(60)),
        _sized("list_accounts", accounts),
        _sized("get_insights by default", pipe.call("get_insights", {}).content[0].text),
        _sized("summary resource, last_7d", summary.contents[0].text),
        _sized("an error", wrong.content[0].text),
    ]


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
