"""What a report is asked for: our questions in the parameters of TikTok's reports.

Parameters: TikTok API for Business docs, v1.3, "Run a synchronous report", "Create an asynchronous report task".
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import msgspec

from ...ads.dates import Span
from ...ads.errors import Unsupported
from ...ads.insights import InsightsQuery, Level
from . import events, segments
from .shapes import PLATFORM

Which = Literal["every", "deleted", "kept"]
"""Which objects: all, those that are deleted, or the others (what TikTok takes where nothing is said)."""


class _Rows(NamedTuple):
    """The rows of a level: TikTok's name for it, its id, what else names it, and the filter by its status."""

    data_level: str
    id: str
    words: tuple[str, ...] = ()
    status: str = ""


# One dimension may be an id, that of the level; the ids above it are had as metrics (same docs, "Basic reports").
_ROWS: Mapping[Level, _Rows] = {
    "account": _Rows("AUCTION_ADVERTISER", "advertiser_id"),
    "campaign": _Rows("AUCTION_CAMPAIGN", "campaign_id", ("campaign_name",), "campaign_status"),
    "ad_group": _Rows(
        "AUCTION_ADGROUP", "adgroup_id", ("campaign_id", "campaign_name", "adgroup_name"), "adgroup_status"
    ),
    "ad": _Rows(
        "AUCTION_AD",
        "ad_id",
        ("campaign_id", "campaign_name", "adgroup_id", "adgroup_name", "ad_name"),
        "ad_status",
    ),
}
_STATUSES: Mapping[Which, str] = {"every": "STATUS_ALL", "deleted": "STATUS_DELETE"}
_SUMS = ("spend", "impressions", "clicks", "video_play_actions")


class Form(msgspec.Struct, frozen=True):
    """What the rows of a report are, and what they tell.

    Attributes:
        level: of the rows; `dimension`: what they are divided by, empty for nothing; `by_day`: and by days.
        counts, values: the metrics whose sums are the conversions and what those were worth.
    """

    level: Level
    by_day: bool
    report_type: segments.ReportType = "BASIC"
    dimension: str = ""
    reach: bool = False
    counts: tuple[str, ...] = (events.OPTIMISED,)
    values: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id that tells the rows apart."""
        return _ROWS[self.level].id

    @property
    def words(self) -> Sequence[str]:
        """What a row says of the object that it is about, and of those above it."""
        return _ROWS[self.level].words

    @property
    def metrics(self) -> Sequence[str]:
        """All that a row tells beside its dimensions."""
        people = ("reach",) if self.reach else ()
        return (*_SUMS, *self.counts, *self.values, *people, *self.words)


class Piece(msgspec.Struct, frozen=True):
    """What one report is about: some days, and some campaigns (none named: all)."""

    span: Span
    ids: Sequence[str]


def form(query: InsightsQuery) -> Form:
    """How the rows look that answer `query`.

    The choice of campaigns is documented for reports by campaign and below, so an account's are added up from those.

    Raises:
        Unsupported: TikTok does not tell that.
    """
    if not events.FAMILIES.keys() >= set(query.events):
        raise _unsupported("TikTok counts no such events.", f"Choose among {', '.join(events.FAMILIES)}.")
    level: Level = "campaign" if query.level == "account" and query.campaign_ids else query.level
    by_day = query.granularity == "day"
    chosen = tuple(dict.fromkeys(query.events))
    counts, values = tuple(events.counts(chosen)), tuple(events.values(chosen))
    if query.breakdown is None:
        return Form(level, by_day, reach=query.reach, counts=counts, values=values)
    divided = segments.DIVIDED.get(query.breakdown)
    if divided is None:
        known = ", ".join(segments.DIVIDED)
        raise _unsupported(f"TikTok does not divide by {query.breakdown}.", f"Divide by one of {known}.")
    if divided.report == "AUDIENCE":
        values = ()
        if chosen:
            raise _unsupported(
                f"Divided by {query.breakdown}, TikTok counts only each ad group's optimisation event.",
                "Ask without the breakdown, divide by country, or count what is counted by default.",
            )
    return Form(level, by_day, divided.report, divided.dimension, query.reach, counts, values)


def asked(advertiser: str, form: Form, piece: Piece, which: Which) -> Mapping[str, object]:
    """The parameters that a report has in common whether it is given at once or made later."""
    rows = _ROWS[form.level]
    conditions: list[Mapping[str, str]] = []
    if rows.status and which in _STATUSES:
        conditions.append(_any_of(rows.status, (_STATUSES[which],)))
    if piece.ids:
        conditions.append(_any_of("campaign_ids", piece.ids))
    return {
        "advertiser_id": advertiser,
        "report_type": form.report_type,
        "data_level": rows.data_level,
        "dimensions": [
            rows.id,
            *([form.dimension] if form.dimension else []),
            *(["stat_time_day"] if form.by_day else []),
        ],
        "metrics": list(form.metrics),
        "start_date": piece.span.since.isoformat(),
        "end_date": piece.span.until.isoformat(),
        **({"filtering": conditions} if conditions else {}),
    }


def hides_deleted(form: Form) -> bool:
    """Whether a report that is made later leaves out what is deleted: it cannot be narrowed by status.

    Only an advertiser's own rows hold everything (same docs, "Create an asynchronous report task").
    """
    return bool(_ROWS[form.level].status)


def _any_of(field: str, values: Sequence[str]) -> Mapping[str, str]:
    text = msgspec.json.encode(values).decode()
    return {"field_name": field, "filter_type": "IN", "filter_value": text}


def _unsupported(message: str, fix: str) -> Unsupported:
    return Unsupported(message, fix, platform=PLATFORM)
