"""The rows of reports, and the report that is given at once: dimensions and metrics, all of them strings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..world import Campaign, Facts, World
from .adgroup_statuses import PRIMARY as GROUPS
from .adgroup_statuses import ad_group_status
from .cast import PLATFORM
from .envelope import Data, Marked, page_of
from .metrics import NO_DATA, NUMBERS, WORDS, Part, Subject, Tally, number, number_text, tally
from .objectives import buying_type
from .parameters import Asked
from .questions import Question, Wanted, question
from .refusals import QUERY_TOO_LARGE, Refusal
from .report_levels import DAY
from .statuses import PRIMARY, secondary_status


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large a report may be.

    Attributes:
        ids: of so many objects at most one that is given at once tells (same docs, "Run a synchronous report").
        rows: more, and it is not given at once at all; how many TikTok does not say.
        made: more, and not even a task can make it; likewise.
    """

    ids: int = 20_000
    rows: int = 500_000
    made: int = 5_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """What one row sums up; `segment` is TikTok's name of the part, `day` None where it is of all days."""

    subject: Subject
    segment: str
    day: date | None
    parts: Sequence[Part]

    @property
    def id(self) -> str:
        """Of what it is about."""
        of = self.subject
        return (of.ad or of.group or of.campaign or of.account).id


_Key = tuple[str, date | None]
_NOTHING = Facts()


def report(world: World, asked: Asked, sizes: Sizes) -> Data | Marked:
    """A page of a report's rows. Where there are too many ids, those of the objects made last, and a warning."""
    wanted = asked.read_as(Wanted)
    this = question(world, wanted)
    rows = list(every_row(world, this))
    if len(rows) > sizes.rows:
        raise Refusal(
            QUERY_TOO_LARGE,
            "Your query is too large, please reduce the query size (e.g. fewer metrics or time range) and retry after"
            " a while.",
        )
    ids = sorted({row.id for row in rows}, key=int)
    kept = frozenset(ids[-sizes.ids :])
    shown, info = page_of(rows := [row for row in rows if row.id in kept], wanted.page, wanted.page_size)
    data: dict[str, object] = {"list": [_shown(row, this) for row in rows[shown]], "page_info": info}
    if wanted.enable_total_metrics and wanted.report_type == "BASIC" and not this.dimension:
        whole = tally([part for row in rows for part in row.parts], this.accounts[0].currency)
        data["total_metrics"] = {
            metric: number_text(metric, whole) if metric in NUMBERS else NO_DATA for metric in wanted.metrics
        }
    if len(kept) == len(ids):
        return data
    return Marked(data, {"X-Tt-Ads-Throttle": f"Only {sizes.ids} ids are returned."})


def every_row(world: World, this: Question) -> Sequence[Row]:
    """All rows, in their order. With days or parts, only those that brought anything; else zeros, too."""
    return _ordered(list(_rows(world, this)), this.wanted.order_field, this.wanted.order_type)


def dimensions(row: Row, this: Question) -> Mapping[str, str]:
    """What tells a row from the others."""
    divided = {this.dimension[0]: row.segment} if this.dimension else {}
    by_day = {DAY: f"{row.day} 00:00:00"} if row.day else {}
    return {this.rows.id: row.id, **divided, **by_day}


def metrics(row: Row, this: Question) -> Mapping[str, str]:
    """What it tells."""
    sums = _tally(row)
    return {
        name: number_text(name, sums) if name in NUMBERS else WORDS[name][1](row.subject)
        for name in this.wanted.metrics
    }


def _shown(row: Row, this: Question) -> Data:
    return {"dimensions": dimensions(row, this), "metrics": metrics(row, this)}


def _rows(world: World, this: Question) -> Iterator[Row]:
    for account in this.accounts:
        found: dict[Subject, dict[_Key, list[Part]]] = {}
        for campaign in world.campaigns(PLATFORM, account.id):
            # The report is one of what was bought by auction, whatever its rows are.
            if buying_type(campaign) == "AUCTION" and _is_chosen(this, "campaign_ids", campaign.id):
                _add(world, this, campaign, found)
        if this.rows.depth == 0:
            found.setdefault(Subject(account), {})
        for subject, cells in found.items():
            if not cells and not this.by_day and not this.dimension:
                yield Row(subject, "", None, [])
            for (segment, day), parts in sorted(cells.items(), key=lambda cell: (cell[0][1] or date.min, cell[0][0])):
                yield Row(subject, segment, day, parts)


def _add(world: World, this: Question, campaign: Campaign, found: dict[Subject, dict[_Key, list[Part]]]) -> None:
    """What the rows' subjects of one campaign delivered."""
    subjects = {
        key: subject for key, subject in _subjects(world, this.rows.depth, campaign) if _admits(world, this, subject)
    }
    for subject in subjects.values():
        found.setdefault(subject, {})
    for key, segment, day, facts in _delivered(world, this, campaign):
        if key in subjects:
            cells = found[subjects[key]]
            cells.setdefault((segment, day if this.by_day else None), []).append((campaign, facts))


def _subjects(world: World, depth: int, campaign: Campaign) -> Iterator[tuple[str, Subject]]:
    """What rows of this depth are about, by the id that their deliveries bear."""
    account = campaign.account
    if depth == 0:
        yield "", Subject(account)
    elif depth == 1:
        yield "", Subject(account, campaign)
    for group in world.ad_groups(PLATFORM, campaign) if depth > 1 else ():
        if depth == 2:
            yield group.id, Subject(account, campaign, group)
        else:
            yield from ((ad.id, Subject(account, campaign, group, ad)) for ad in world.ads(group))


def _delivered(world: World, this: Question, campaign: Campaign) -> Iterator[tuple[str, str, date, Facts]]:
    """The id of the subject's deliveries, TikTok's name of the part, the day, and what it brought."""
    since, until = this.since or campaign.first_day, this.until or world.today(campaign.account)
    if this.rows.depth < 2 and not this.dimension:
        yield from (("", "", day, facts) for day, facts in world.days(PLATFORM, campaign, since, until))
        return
    _, parts = this.dimension or ("", None)
    for part in world.parts(PLATFORM, campaign, since, until, parts.breakdown if parts else ""):
        if part.facts != _NOTHING:
            key = ("", "", part.ad.ad_group, part.ad.id)[this.rows.depth]
            yield key, parts.name(part.segment) if parts else "", part.day, part.facts


def _admits(world: World, this: Question, subject: Subject) -> bool:
    """An advertiser's row holds everything, what is deleted too; an ad has the status of its ad group."""
    campaign, group, ad = subject.campaign, subject.group, subject.ad
    if campaign is None:
        return True
    if group is None:
        return any(secondary_status(campaign) in PRIMARY[status] for status in this.statuses)
    status = ad_group_status(group, campaign, world.today(campaign.account))
    return (
        any(status in GROUPS[primary] for primary in this.statuses)
        and _is_chosen(this, "adgroup_ids", group.id)
        and (ad is None or _is_chosen(this, "ad_ids", ad.id))
    )


def _is_chosen(this: Question, name: str, identity: str) -> bool:
    return name not in this.chosen or identity in this.chosen[name]


def _ordered(rows: list[Row], metric: str, order: str) -> Sequence[Row]:
    """By `metric`, where one is given; else in an order that is stable and means nothing."""
    if metric:
        worth = {id(row): number(metric, _tally(row)) for row in rows}
        return sorted(rows, key=lambda row: worth[id(row)], reverse=order == "DESC")
    return sorted(rows, key=lambda row: row.id[::-1] if row.subject.campaign else "")


def _tally(row: Row) -> Tally:
    return tally(row.parts, row.subject.account.currency)
