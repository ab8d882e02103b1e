"""The parts that TikTok divides its figures into, in our words.

Dimensions and values: TikTok API for Business docs, v1.3, "Basic reports", "Audience reports", "Enumeration".
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from ...ads.insights import Breakdown, Sum

ReportType = Literal["BASIC", "AUDIENCE"]


class Divided(NamedTuple):
    """The report that knows a breakdown, the dimension that it is there, and what its parts are."""

    report: ReportType
    dimension: str
    parts: str


# Audience reports refuse all metrics of payments ("Invalid metric fields", seen 2026-08), and country is a dimension
# of basic reports, too: there it keeps its value.
DIVIDED: Mapping[Breakdown, Divided] = {
    "country": Divided("BASIC", "country_code", "the countries where the ads were seen, as two capital letters"),
    "device": Divided("AUDIENCE", "platform", "android and ios"),
    "placement": Divided("AUDIENCE", "placement", "tiktok, pangle and global_app_bundle"),
    "age": Divided("AUDIENCE", "age", "13-17, 18-24, 25-34, 35-44, 45-54 and 55+"),
    "gender": Divided("AUDIENCE", "gender", "female and male"),
}

LACKS: Mapping[Breakdown, Mapping[Sum, str]] = {
    name: {"conversion_value": f"TikTok does not tell it by {name}"}
    for name, divided in DIVIDED.items()
    if divided.report == "AUDIENCE"
}

UNKNOWN = "unknown"
_AGES = {f"age_{low}_{high}": f"{low}-{high}" for low, high in ((13, 17), (18, 24), (25, 34), (35, 44), (45, 54))}
_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("", "-", "-1", "0", "none", "null", "unknown"), UNKNOWN),
    **_AGES,
    "age_55_100": "55+",
    "placement_tiktok": "tiktok",
    "placement_pangle": "pangle",
    "placement_global_app_bundle": "global_app_bundle",
}
_COUNTRY = re.compile(r"[A-Z]{2}")
_ODD_LETTER = re.compile(r"[^a-z0-9_+/-]")
_LONGEST = 60


def segment(dimension: str, value: str) -> str:
    """TikTok's `value` of a `dimension` in our word; one that we do not know is shown as far as it is harmless."""
    if dimension == "country_code" and _COUNTRY.fullmatch(value):
        return value
    word = value.strip().lower()
    return _WORDS.get(word) or _ODD_LETTER.sub("_", word)[:_LONGEST]
