"""New audiences, and other names for them, as Meta's requests.

Meta Marketing API docs, "Customer File Custom Audiences", "Audience Rules", "Website", "Mobile App", "Engagement
Custom Audiences" and "Lookalike Audiences" (2026-09).
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

import msgspec

from ...ads.accounts import Account
from ...ads.audiences import AudienceKind, Reach, Rule, Seed
from ...ads.errors import Invalid, Unsupported
from ...ads.handovers import CreateAudience, UpdateAudience
from .audiences import CUSTOMER_LIST
from .changes import Request

_PLATFORM = "meta"
_DAY = 86_400  # seconds
_ID = re.compile(r"[0-9]{1,24}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_RATIOS: Mapping[Reach, Decimal] = {"narrow": Decimal("0.01"), "balanced": Decimal("0.05"), "broad": Decimal("0.10")}
"""The share of a country's people who are to be in a lookalike; Meta's own words for 1 and 5 percent are similarity
and reach."""

_LONGEST_IN_A_LIST = 180  # days
_LONGEST: Mapping[str, int] = {
    "pixel": 365,
    "app": 180,
    "page": 730,
    "ig_business": 730,
    "lead": 90,
    "canvas": 730,
}
"""For how many days each kind of source keeps who did something."""

_ENGAGED: Mapping[str, str] = {
    "page_": "page",
    "ig_": "ig_business",
    "lead_generation_": "lead",
    "instant_shopping_": "canvas",
}
"""What an event's source is, by how its name begins."""

ANYTHING: Mapping[str, Mapping[str, str]] = {
    "pixel": {"field": "url", "operator": "i_contains", "value": ""},
    "app": {"field": "event", "operator": "eq", "value": "fb_mobile_activate_app"},
    "page": {"field": "event", "operator": "eq", "value": "page_engaged"},
}
"""What counts where no event is named: any visit, any opening, any engagement.

Meta documents the last one; that an empty text stands for all visits, and an opening for all use of an app, is what
its Ads Manager makes of such audiences, and is not in its docs.
"""

_json = msgspec.json.Encoder(decimal_format="number")


def creation(account: Account, change: CreateAudience, tag: str) -> Request:
    """The one request that makes an audience; of a list, an empty one.

    Lists are told to be of people whom the advertiser knows from dealing with them (`USER_PROVIDED_ONLY`).

    Raises:
        Unsupported, Invalid: Meta has no such audience, or takes no such value.
    """
    form = {
        "name": _name(change.name),
        # First, so that it is there however Meta may shorten it.
        "description": f"{tag} {change.description}".strip(),
        **_definition(change),
    }
    return Request(f"{account.id}/customaudiences", form)


def check_update(change: UpdateAudience) -> None:
    """Refuse what cannot be changed about an audience.

    Raises:
        Unsupported, Invalid: Meta has no such change, or nothing is to be changed.
    """
    identified("audience_id", change.audience_id)
    if change.status is not None:
        raise Unsupported(
            "Meta cannot close audiences or open them.",
            "Leave status out; to keep an audience out of ads, remove it from them.",
            platform=_PLATFORM,
        )
    if not change.name and change.action is None:
        raise _wrong("Nothing is to be changed.", "Say what the audience is to have instead.")
    if change.name:
        _name(change.name)


def identified(field: str, identity: str) -> str:
    """An id, which may become part of an address.

    Raises:
        Invalid: it is none.
    """
    if not _ID.fullmatch(identity):
        raise _wrong(f"{field}: it is no id of Meta's.", "Give the digits that Meta shows as the id.")
    return identity


def _definition(change: CreateAudience) -> Mapping[str, str]:
    _fits(change)
    match change.kind, change.rule, change.seed:
        case "customer_list", None, None:
            return _list(change.days)
        case (("website" | "app_activity" | "engagement"), Rule() as rule, None):
            return _ruled(change.kind, rule)
        case "lookalike", None, Seed() as seed:
            return _lookalike(seed)
        case _:
            raise Unsupported(
                f"Meta cannot be asked for an audience of the kind {change.kind}.",
                "Use customer_list, website, app_activity, engagement or lookalike.",
                platform=_PLATFORM,
            )


def _fits(change: CreateAudience) -> None:
    """Refuse a definition of another kind of audience than the one that is wanted."""
    needs_rule = change.kind in {"website", "app_activity", "engagement"}
    if needs_rule is (change.rule is None):
        raise _wrong(
            f"source: a {change.kind} audience {'needs one' if needs_rule else 'has none of this kind'}.",
            "Say who belongs to it in the way of its kind.",
        )
    if (change.kind == "lookalike") is (change.seed is None):
        raise _wrong(
            "source: another audience is what lookalikes are made of, and no other type.",
            "Give its id to a lookalike alone.",
        )
    kept = change.rule.days if change.rule else None
    if change.kind != "customer_list" and change.days not in (None, kept):
        raise _wrong("days: it goes with customer lists, and with rules as their own.", "Leave days out.")


def _list(days: int | None) -> Mapping[str, str]:
    kept = {} if days is None else {"retention_days": str(_days("days", days, _LONGEST_IN_A_LIST))}
    return {"subtype": CUSTOMER_LIST, "customer_file_source": "USER_PROVIDED_ONLY", **kept}


def _ruled(kind: AudienceKind, rule: Rule) -> Mapping[str, str]:
    """Without a subtype, which Meta takes from the rule and does not accept beside it."""
    source = _source(kind, rule)
    if rule.url_contains and source != "pixel":
        raise _wrong("url_contains: only websites have addresses.", "Leave it out, or use the type website.")
    inclusion = {
        "event_sources": [{"id": identified("source", rule.source), "type": source}],
        "retention_seconds": _days("days", rule.days, _LONGEST[source]) * _DAY,
        "filter": {"operator": "and", "filters": _filters(source, rule)},
    }
    whole = {"inclusions": {"operator": "or", "rules": [inclusion]}}
    return {"rule": _json.encode(whole).decode(), "prefill": "true"}


def _source(kind: AudienceKind, rule: Rule) -> str:
    if kind != "engagement":
        return "pixel" if kind == "website" else "app"
    if not rule.event:
        return "page"
    source = next((source for begin, source in _ENGAGED.items() if rule.event.startswith(begin)), None)
    if source is None:
        raise _wrong(
            "event: Meta has no such engagement.",
            f"Use one of its own names, which begin with {', '.join(_ENGAGED)}; or none, for anybody of a page.",
        )
    if rule.event == "page_liked":
        raise _wrong("event: whom a page pleases is kept without an end, not for days.", "Use page_engaged.")
    return source


def _filters(source: str, rule: Rule) -> Sequence[Mapping[str, str]]:
    event = {"field": "event", "operator": "eq", "value": rule.event}
    address = {"field": "url", "operator": "i_contains", "value": rule.url_contains}
    given = [*([event] if rule.event else []), *([address] if rule.url_contains else [])]
    return given or [ANYTHING[source]]


def _lookalike(seed: Seed) -> Mapping[str, str]:
    if not seed.countries or not all(_COUNTRY.fullmatch(country) for country in seed.countries):
        raise _wrong("countries: a lookalike is of countries.", "Give ISO 3166-1 codes, as DE or US.")
    several = {"location_spec": {"geo_locations": {"countries": list(seed.countries)}}}
    where = {"country": seed.countries[0]} if len(seed.countries) == 1 else several
    spec = {"ratio": _RATIOS[seed.reach], **where}
    return {
        "subtype": "LOOKALIKE",
        "origin_audience_id": identified("source", seed.audience_id),
        "lookalike_spec": _json.encode(spec).decode(),
    }


def _days(field: str, days: int, longest: int) -> int:
    if not 1 <= days <= longest:
        raise _wrong(f"{field}: Meta takes 1 to {longest} days for this.", f"Give at most {longest} days.")
    return days


def _name(name: str) -> str:
    if not name.strip():
        raise _wrong("name: an audience needs one.", "Give it a name.")
    return name


def _wrong(message: str, fix: str) -> Invalid:
    return Invalid(message, fix, platform=_PLATFORM)
