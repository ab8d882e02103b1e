"""The live server that lists are handed to, and what it is asked."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from .people_rows import COUNTRY, write
from .pipe import Pipe, Result
from .processes import SERVER

_LIST = "people.csv"
_POLICY = """
version = 1
currency = "EUR"
[accounts]
"*" = "live"
[caps]
campaign = 1000
account = 1000
[people]
lists = ["*"]
consent = "not_denied"
"""


class Part(msgspec.Struct):
    """What became of one platform's part."""

    platform: str
    target: str
    state: str
    sent: int


class Content(msgspec.Struct):
    """What became of a list."""

    complete: bool
    parts: list[Part]


def prepare(folder: Path, rows: int) -> None:
    """Put a list and a policy into `folder`."""
    write(folder / _LIST, rows)
    policy = folder / "policy.toml"
    policy.write_text(_POLICY)
    policy.chmod(0o600)


def server(folder: Path, opens: Mapping[str, Mapping[str, str]]) -> Pipe:
    """A live server that reads lists in `folder`; `opens`: the settings of its platforms."""
    given = {f"XYLO_{name.upper()}_{key}": value for name, own in opens.items() for key, value in own.items()}
    environment = {
        "XYLO_MODE": "live",
        "XYLO_STATE_DIR": str(folder / "state"),
        "XYLO_POLICY": str(folder / "policy.toml"),
        "XYLO_DATA_DIRS": str(folder),
        "XYLO_HANDOVER_DEADLINE": "3600",  # how fast this machine is says nothing
        "XYLO_DEADLINE": "300",
        **given,
    }
    return Pipe((*SERVER, "serve"), environment)


def asked(accounts: Sequence[str], name: str) -> Mapping[str, object]:
    """The arguments of create_audience."""
    return {
        "accounts": accounts,
        "name": name,
        "type": "customer_list",
        "file": _LIST,
        "default_country": COUNTRY,
    }


def said(result: Result) -> Content:
    """What became of the list."""
    return msgspec.json.decode(result.structured_content, type=Content)


def content(result: Result) -> Content:
    """Likewise, of which all must have arrived."""
    found = said(result)
    assert found.complete, result.content[0].text
    return found
