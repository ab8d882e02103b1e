"""What the documentation points to is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"(tests/[\w/]+\.py)::(\w+)")


def names_in(path: str) -> set[str]:
    """The names of the tests in a file."""
    file = ROOT / path
    tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_the_list_of_faults_names_is_there() -> None:
    named = set(NAMED.findall((ROOT / "docs" / "faults.md").read_text(encoding="utf-8")))

    missing = sorted(f"{path}::{name}" for path, name in named if name not in names_in(path))

    assert missing == []
    assert len(named) > 100


def test_every_fault_is_held_by_a_test_or_says_that_there_is_none() -> None:
    text = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    lines = [line.split(" | ") for line in text.splitlines() if re.match(r"\| [A-Z]\d\d ", line)]

    assert [line[0] for line in lines if not (NAMED.search(line[-1]) or line[-1] == "no test |")] == []
    assert len({line[0] for line in lines}) == len(lines) > 60
