"""Measures everything and prints one table."""

import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import msgspec

from . import call, creates, fan_out, fetching, gate, growth, ledger, memory, people, reading, size, start
from .figures import Figure, table

_QUESTIONS = {
    "start": start.measure,
    "call": call.measure,
    "fan-out": fan_out.measure,
    "gate": gate.measure,
    "ledger": ledger.measure,
    "growth": growth.measure,
    "reading": reading.measure,
    "fetching": fetching.measure,
    "size": size.measure,
}
_LONG = {"creates": creates.measure, "memory": memory.measure, "people": people.measure}
"""Asked for by name only: these take many minutes."""


def main() -> None:
    asked = _arguments()
    figures: list[Figure] = []
    for name in asked.questions or _QUESTIONS:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        figures.extend({**_QUESTIONS, **_LONG}[name]())
    print(f"Python {platform.python_version()}, mcp {version('mcp')}, {os.cpu_count()} cores\n")
    print(table(figures))
    if asked.json:
        Path(asked.json).write_bytes(msgspec.json.format(msgspec.json.encode(figures)))


class _Asked(argparse.Namespace):
    questions: list[str]
    json: str | None


def _arguments() -> _Asked:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "questions", nargs="*", choices=[*_QUESTIONS, *_LONG, []], help="only these; all but the long ones if left out"
    )
    parser.add_argument("--json", metavar="FILE", help="also write the figures there")
    return parser.parse_args(namespace=_Asked())


if __name__ == "__main__":
    main()
