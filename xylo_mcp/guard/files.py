"""Policies as files: how one is read safely, and the texts to begin with."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from .policy import Policy, PolicyInvalid, load

SANDBOX = """\
# The policy of the sandbox: every account may be changed, within caps that an agent soon meets.
version = 1
currency = "USD"

[accounts]
"*" = "live"

[rates]  # the sandbox's own, which never age
as_of = 2020-01-01
max_age_days = 36500
worth = { EUR = "1.10", GBP = "1.25", AUD = "0.65", BRL = "0.18", TWD = "0.032", INR = "0.012", JPY = "0.0067", KRW = "0.0007" }

[caps]
campaign = 1000
account = 500000

[raises]
single_percent = 100
day_percent = 200

[cuts]
most_percent = 80

[pace]
cooldown_minutes = 1
writes_per_minute = 60
campaigns_per_day = 200

[approvals]
above_daily = 500
channels = ["terminal", "elicitation"]

[people]
lists = ["*"]
destinations = { "*" = ["*"] }
consent = "not_denied"
rows_per_day = 5000000
approval_above_rows = 2000000
"""  # noqa: E501  # TOML keeps an inline table on one line

_EXAMPLE = """\
# What agents may do with your accounts. Anything not named here is refused; an unknown key refuses to start.
# After a change: xylo-mcp policy check, then xylo-mcp policy adopt.
version = 1
currency = "{currency}"  # of all amounts below

[accounts]  # live, dry_run or read_only; an account that is not here cannot be changed
{accounts}

# [rates]  # what one unit of another currency is worth; too old, and nothing is raised
# as_of = 2026-01-31
# max_age_days = 30
# worth = {{ USD = "0.93" }}

[caps]  # the most that may be committed to a day; not the most that is spent: platforms overspend a day
campaign = 100
account = 500
# platform = 1000
total = 1000

[raises]  # how far one campaign may go up
single_percent = 20
day_percent = 50
beyond = "ask"  # or "refuse"

[cuts]
most_percent = 80  # a deeper cut needs a person

[budgets]
minimum = 5

[pace]
cooldown_minutes = 10
writes_per_minute = 10
campaigns_per_day = 20
identical_per_10_minutes = 3

# [quiet_hours]  # nothing is raised or enabled
# begin = 22:00:00
# end = 06:00:00
# time_zone = "account"

[approvals]  # a person has to say yes
above_daily = 50
channels = ["terminal"]  # "elicitation" trusts the client to ask a person
valid_minutes = 60

# [people]  # without this table no audience is made and no event is sent
# lists = ["act_123456789"]  # accounts that may be told of people
# destinations = {{ act_123456789 = ["1234567890"] }}  # pixels, data sets and conversion actions, by account
# consent = "granted"  # or "not_denied"
# rows_per_day = 100000  # people and events, to one account
# approval_above_rows = 10000  # at once, without a person
"""


def example(accounts: Sequence[str], currency: str) -> str:
    """A policy to begin with, for these accounts, in this currency."""
    lines = "\n".join(f'"{account}" = "dry_run"' for account in accounts) or '# "act_123456789" = "live"'
    return _EXAMPLE.format(accounts=lines, currency=currency)


def load_file(path: Path) -> tuple[Policy, str]:
    """The policy in the file at `path`, and its text.

    Raises:
        PolicyInvalid: it is not there, is wrong, or others than its owner and this process' user could change it.
    """
    try:
        with open(path, "rb", opener=_itself) as file:
            _trusted(path, os.fstat(file.fileno()))
            content = file.read()
    except OSError as failure:
        raise PolicyInvalid(f"{path} cannot be read ({failure.strerror}); it must be a file, not a link.") from None
    try:
        text = content.decode()
        return load(text), text
    except UnicodeDecodeError:
        raise PolicyInvalid(f"{path} is not UTF-8.") from None
    except PolicyInvalid as wrong:
        raise PolicyInvalid(f"{path}: {wrong}") from None


def _itself(path: str, flags: int) -> int:
    """Open what is at `path`, not what it points to, and wait for nobody to write into it."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _trusted(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise PolicyInvalid(f"{path} is no regular file.")
    if os.name != "posix":
        return  # there, the access list of the folder says who may write
    if found.st_uid not in (0, os.geteuid()):
        raise PolicyInvalid(f"{path} belongs to another user; make it yours with chown.")
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PolicyInvalid(f"{path} can be written by others; run: chmod go-w {path}")
