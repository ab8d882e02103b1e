import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FIRST_LINES = {"first_session/session.py": "sandbox: 13 rows, complete, as of "}


def test_every_example_is_among_those_that_are_run() -> None:
    examples = {str(path.relative_to(ROOT / "examples")) for path in (ROOT / "examples").rglob("*.py")}

    assert examples == set(FIRST_LINES)


@pytest.mark.parametrize("example", FIRST_LINES)
def test_an_example_runs_as_its_readme_says(example: str) -> None:
    script = ROOT / "examples" / example

    run = subprocess.run([sys.executable, script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(FIRST_LINES[example])
    assert f".venv/bin/python examples/{example}" in (script.parent / "README.md").read_text(encoding="utf-8")
