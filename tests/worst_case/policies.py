"""The policies that may come into force in a play: their caps are soon met."""

from collections.abc import Sequence

_ACCOUNTS = ("act_123456789", "act_223456789", "customers/1234567890", "tiktok_7123456789012345678")


def _policy(modes: Sequence[str], caps: str, more: str) -> str:
    accounts = "\n".join(f'"{account}" = "{mode}"' for account, mode in zip(_ACCOUNTS, modes, strict=True))
    return f"""\
version = 1
currency = "USD"
[accounts]
{accounts}
[rates]
as_of = 2020-01-01
max_age_days = 36500
worth = {{ JPY = "0.0067" }}
[caps]
{caps}
[looks]
max_age_minutes = 1
[settling]
minutes = 5
{more}
"""


POLICIES: Sequence[str] = (
    _policy(
        ["live"] * 4,
        "campaign = 120\naccount = 150\nplatform = 180\ntotal = 250",
        '[approvals]\nabove_daily = 100\nchannels = ["terminal", "elicitation"]',
    ),
    _policy(
        ["live", "dry_run", "read_only", "live"],
        "campaign = 100\naccount = 120\ntotal = 160",
        '[names]\nvisible_tag = true\n[raises]\nsingle_percent = 50\nbeyond = "ask"\n[cuts]\nmost_percent = 50',
    ),
    _policy(
        ["live"] * 4,
        "campaign = 120\naccount = 150\nplatform = 180\ntotal = 250\nplatforms = { tiktok = 100 }",
        "[pace]\ncooldown_minutes = 10\nidentical_per_10_minutes = 2\n[approvals]\nabove_daily = 50",
    ),
)
