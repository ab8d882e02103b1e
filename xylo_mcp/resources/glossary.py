"""Every word and metric that answers are made of, and where the platforms mean different things by it."""

from collections.abc import Iterator, Mapping, Sequence

from ..ads.errors import AdsError
from ..ads.insights import Metric
from ..app import Caller
from ..contract import PlatformSpec
from .catalog import Values

WORDS: Mapping[str, str] = {
    "platform": "where ads run",
    "account": "one ad account: one currency, one time zone; its id tells the platform",
    "campaign, ad_group, ad": "the three tiers, whatever a platform calls them; budgets sit on campaigns or ad groups, "
    "or are shared by campaigns and then counted once",
    "status": "as configured: active, paused, archived",
    "delivery": "what the platform really does with it; active is not always delivering",
    "objective": "awareness, traffic, engagement, leads, app_promotion, conversions, sales; other: none of these",
    "committed": "what all that is active may spend a day by its budgets; caps limit this, and a day may cost more",
    "cap": "the most that may be committed a day, in the policy's currency",
    "audience": "people to reach or leave out: customer_list (given), website, app_activity, engagement (by what they "
    "did), lookalike (like another's), other",
    "readiness": "whether ads can use an audience: ready, processing (hours), too_small, unusable, closed, unknown",
    "consent": "granted, denied or unsaid; whom the policy leaves out is counted in left_out",
    "sent, already, later, doubtful": "rows or events: taken now; there before; to be sent by the same call again; "
    "answer lost, never sent again where it could count twice",
    "halt": "the operator's stop of raises and new campaigns, or of all changes",
    "mode": "sandbox: all made up; dry_run: changes are judged, not sent; live: real money",
    "operation": "the record of one change, by operation_id: pending_approval, sending, applied, partial, failed, "
    "unknown (never sent again), quarantined (a person must say), rejected, expired",
    "approval": "a person's yes to exactly one change; no tool gives it",
    "provisional": "from that day (after ~) on, conversions may still grow: compare older days, or say so",
    "complete": "false: more with next_cursor, or somebody is named in failures",
    "date_preset": "days of each account's own time zone; last_Nd ends yesterday, today is never over",
    "- and null": "not known, or nothing to divide by; never zero",
}
METRICS: Mapping[Metric, str] = {
    "spend": "cost in the account's currency; currencies are never added",
    "impressions": "times shown",
    "clicks": "as the platform counts them: all, or only those to the destination",
    "link_clicks": "clicks that lead away from the platform's own pages",
    "conversions": "what the platform counts as such, see below; never added across platforms without saying so",
    "conversion_value": "what the counted conversions were worth, in the account's currency",
    "video_views": "as the platform counts them; from how many seconds on differs",
    "ctr": "clicks per 100 impressions",
    "cpc": "spend per click",
    "cpm": "spend per 1000 impressions",
    "cost_per_conversion": "spend per conversion",
    "conversion_rate": "conversions per 100 clicks",
    "roas": "conversion_value per spend",
    "reach": "people, of one object over one time: never added over days, objects or platforms",
    "frequency": "impressions per person reached",
}


async def glossary(values: Values, caller: Caller) -> str:
    """The words, the metrics, the platforms that are served, and the error codes."""
    return "\n".join(_lines(caller.app.directory.specs))


def _lines(specs: Sequence[PlatformSpec]) -> Iterator[str]:
    yield "# Words and metrics"
    yield ""
    yield from (f"- {word}: {meaning}" for word, meaning in WORDS.items())
    yield ""
    yield "## Metrics"
    yield from (f"- {name}: {meaning}" for name, meaning in METRICS.items())
    for spec in specs:
        yield ""
        yield f"## {spec.title} ({spec.account_example})"
        yield from _platform(spec)
    yield ""
    yield "## Error codes"
    yield from (f"- {code}: {meaning}" for code, meaning in error_codes().items())


def _platform(spec: PlatformSpec) -> Iterator[str]:
    yield f"- conversions: {spec.conversions}; may grow for {spec.settling_days} days"
    if spec.events:
        yield "- events that can be counted instead: " + "; ".join(f"{one}: {of}" for one, of in spec.events.items())
    yield from (f"- no {name}: {why}" for name, why in spec.lacks.items())
    if spec.breakdowns:
        yield f"- breakdowns: {', '.join(spec.breakdowns)}"
    yield f"- insights reach back {spec.history_days} days; a day may cost {spec.overspend} times a daily budget"
    yield f"- campaigns can be created for {', '.join(sorted(spec.creates))}"


def error_codes() -> Mapping[str, str]:
    """What each code means, in the words of the errors that have it."""
    said: dict[str, list[str]] = {}
    unseen: list[type[AdsError]] = [AdsError]
    while unseen:
        kind = unseen.pop(0)
        unseen += kind.__subclasses__()
        if "code" in vars(kind) and kind is not AdsError:
            meaning = (kind.__doc__ or "").split("\n")[0].strip().rstrip(".")
            said.setdefault(kind.code, []).append(meaning)
    told = {code: "; or: ".join(meanings) for code, meanings in said.items()}
    return {**told, AdsError.code: "Something broke inside this server"}
