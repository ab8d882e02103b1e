"""The campaigns that many clients are asked to make: one each, on all platforms' accounts."""

from collections.abc import Mapping, Sequence

import msgspec

ACCOUNTS: Mapping[str, Sequence[tuple[str, str]]] = {
    "meta": (("act_123456789", "USD"), ("act_223456789", "JPY"), ("act_323456789", "TWD")),
    "google": (
        ("customers/1234567890", "USD"),
        ("customers/1112223334", "EUR"),
        ("customers/2223334445", "BRL"),
        ("customers/3334445556", "AUD"),
    ),
    "tiktok": (
        ("tiktok_7123456789012345678", "USD"),
        ("tiktok_7123456789012345679", "EUR"),
        ("tiktok_7123456789012345680", "JPY"),
    ),
}
_DAILY = {"USD": 60, "EUR": 60, "BRL": 300, "AUD": 90, "JPY": 9000, "TWD": 2000}
POLICY = """\
version = 1
currency = "USD"
accounts = { "*" = "live" }
caps = { campaign = 1000, account = 1000000 }

[rates]
as_of = 2020-01-01
max_age_days = 36500
worth = { EUR = "1.10", AUD = "0.65", BRL = "0.18", TWD = "0.032", JPY = "0.0067" }
"""


class Intent(msgspec.Struct, frozen=True):
    """One campaign that somebody wants."""

    platform: str
    account: str
    name: str
    daily: int


def intent(number: int) -> Intent:
    """The intent with this number: they go round the platforms, and round each platform's accounts."""
    platforms = [*ACCOUNTS]
    platform = platforms[number % len(platforms)]
    accounts = ACCOUNTS[platform]
    account, currency = accounts[number // len(platforms) % len(accounts)]
    return Intent(platform, account, f"Intent {number:05}", _DAILY[currency])


class Creates(msgspec.Struct, frozen=True):
    """What one of several clients is to make, so many at a time, through a storm that follows from the seed."""

    sandbox: str
    numbers: Sequence[int]
    seed: str
    at_once: int = 8


class Claim(msgspec.Struct, frozen=True):
    """What a client says of an intent in the end; `tries`: after so many calls."""

    number: int
    done: bool
    tries: int
    open: bool = False
