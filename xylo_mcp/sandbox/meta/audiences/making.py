"""Audiences are made, changed and deleted (Marketing API docs, "Ad Account Custom Audiences", 2026-09)."""

from collections.abc import Collection, Mapping

from ...people import Audience
from ...world import AccountPlan, World
from ..errors import invalid
from ..given import Given
from ..parameters import refuse_others, truth
from ..refusals import rejected
from ..wire import encoded
from . import lookalikes, refusals, rules

KINDS = ("CUSTOM", "WEBSITE", "APP", "ENGAGEMENT", "LOOKALIKE")
_FIRST = 23_850_000_000_000_000
_MOST = {"CUSTOM": 500, "WEBSITE": 10_000, "APP": 200, "LOOKALIKE": 500}
_SOURCES = ("USER_PROVIDED_ONLY", "PARTNER_PROVIDED_ONLY", "BOTH_USER_AND_PARTNER_PROVIDED")
_LABELS = (
    *("APP_USERS", "AT_RISK", "CART_ABANDONERS", "DISENGAGED", "DISQUALIFIED_LEADS", "ENGAGED_USERS"),
    *("GENERAL_CUSTOMERS", "HIGH_VALUE_CUSTOMERS", "LOW_VALUE_CUSTOMERS", "OTHER_1", "OTHER_2", "OTHER_3"),
    *("QUALIFIED_LEADS", "RECENT_PURCHASERS", "TRIAL_USERS"),
)
_ALWAYS = frozenset({"name", "subtype", "description"})
_BY_RULE = frozenset({"rule", "prefill", "retention_days"})
_OF_KIND: Mapping[str, frozenset[str]] = {
    "CUSTOM": frozenset({"customer_file_source", "retention_days", "is_value_based", "audience_labels"}),
    "WEBSITE": _BY_RULE,
    "APP": _BY_RULE,
    "ENGAGEMENT": _BY_RULE,
    "LOOKALIKE": frozenset({"origin_audience_id", "lookalike_spec"}),
}
_NEEDED = {
    "CUSTOM": ("customer_file_source",),
    "WEBSITE": ("rule",),
    "APP": ("rule",),
    "ENGAGEMENT": ("rule",),
    "LOOKALIKE": ("origin_audience_id", "lookalike_spec"),
}
_PARAMETERS = _ALWAYS.union(*_OF_KIND.values())
_CHANGEABLE = frozenset({"name", "description", "rule", "retention_days", "customer_file_source", "audience_labels"})
_LONGEST_STAY = 180  # days
_LONGEST_DESCRIPTION = 1000  # inferred: Meta does not publish it


def create(world: World, account: AccountPlan, arguments: Mapping[str, str], *, terms_accepted: bool) -> Audience:
    """A new audience. What Meta takes one for that has neither a subtype nor a rule is not published: it is refused."""
    refuse_others(arguments, _PARAMETERS, where="customaudiences")
    given = Given(arguments, account)
    given.required("name", *(() if given.has("rule") else ("subtype",)))
    kind = given.word("subtype", KINDS) if given.has("subtype") else rules.kind_of(arguments["rule"])
    name = given.title("name")
    if kind == "CUSTOM" and not terms_accepted:
        raise refusals.terms_not_accepted()
    given.required(*_NEEDED[kind])
    with world.memory.writing():
        details = _details(world, given, kind)
        same = [one for one in world.people.audiences("meta", account.id) if one.kind == kind]
        if kind in _MOST and len(same) >= _MOST[kind]:
            raise refusals.too_many(_MOST[kind])
        identity, now = str(world.people.new_number(_FIRST)), world.clock()
        return world.people.keep(Audience("meta", account.id, identity, name, kind, now, now, details))


def update(world: World, audience: Audience, arguments: Mapping[str, str]) -> Audience:
    """An audience with other values for some of its parameters."""
    refuse_others(arguments, _CHANGEABLE, where="an audience")
    if not _CHANGEABLE.intersection(arguments):
        raise rejected("There is nothing to change.")  # inferred
    account = next(plan for plan in world.cast("meta").accounts if plan.id == audience.account)
    given = Given(arguments, account)
    with world.memory.writing():
        audience = world.people.audience("meta", audience.id) or audience  # as it is now
        details = {**audience.details, **_details(world, given, audience.kind)}
        details["updated"] = str(int(world.clock().timestamp()))
        name = given.title("name") if given.has("name") else audience.name
        return world.people.keep(audience, name=name, details=details)


def delete(world: World, audience: Audience, arguments: Mapping[str, str]) -> None:
    """Take an audience away, unless others are made from it."""
    refuse_others(arguments, (), where="deleting an audience")
    with world.memory.writing():
        others = world.people.audiences("meta", audience.account)
        if any(one.details.get("origin_audience_id") == audience.id for one in others):
            raise refusals.in_use()
        world.people.drop(audience)


def is_audience(identity: str) -> bool:
    """Whether an id is of the form that audiences have."""
    return identity.isdecimal() and len(identity) == len(str(_FIRST))


def _details(world: World, given: Given, kind: str) -> dict[str, str]:
    """What an audience keeps of the parameters that are given."""
    for name in sorted(_PARAMETERS.intersection(given.arguments) - _ALWAYS - _OF_KIND[kind]):
        raise rejected(f"{name} does not go with the subtype {kind}.", name)
    found: dict[str, str] = {}
    if given.has("description"):
        found["description"] = _description(given)
    if given.has("customer_file_source"):
        found["customer_file_source"] = given.word("customer_file_source", _SOURCES)
    if given.has("retention_days"):
        found["retention_days"] = str(_days(given))
    if given.has("rule"):
        rules.check(given.arguments["rule"], kind, given.account)
        found["rule"] = given.arguments["rule"]
    for name in {"prefill", "is_value_based"}.intersection(given.arguments):
        found[name] = str(truth(given.arguments, name)).lower()
    if given.has("audience_labels"):
        found["audience_labels"] = _texts(given.words("audience_labels", _LABELS))
    if given.has("lookalike_spec"):
        found |= lookalikes.wanted(world, given.account, given.arguments)
    return found


def _description(given: Given) -> str:
    text = given.arguments["description"]
    if len(text) > _LONGEST_DESCRIPTION:
        raise invalid(f"Param description must be a string of at most {_LONGEST_DESCRIPTION} characters")
    return text


def _days(given: Given) -> int:
    days = given.whole("retention_days")
    if not 1 <= days <= _LONGEST_STAY:
        raise invalid(f"Param retention_days must be an integer from 1 to {_LONGEST_STAY}")
    return days


def _texts(texts: Collection[str]) -> str:
    return encoded([*texts]).decode()
