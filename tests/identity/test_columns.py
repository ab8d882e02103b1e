import re
from pathlib import Path

from xylo_mcp.ads.people import KINDS
from xylo_mcp.identity.columns import TAKEN, column_of

PAGE = Path(__file__).parents[2] / "docs" / "people.md"


def test_the_page_about_people_names_all_columns_and_only_what_is_read_as_them() -> None:
    files = PAGE.read_text(encoding="utf-8").partition("\n## Files\n")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", files, re.MULTILINE)

    named = {column: re.findall(r"`(\w+)`", names) for column, names in rows}
    assert ", ".join(named) == TAKEN
    assert list(named) == [*KINDS, "consent"]
    assert {(column, column_of(name)) for column, names in named.items() for name in (column, *names)} == {
        (column, column) for column in named
    }
