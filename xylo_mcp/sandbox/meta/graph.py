"""Nodes, their fields and their edges, wherever in a question they are named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from ..world import AccountPlan, Campaign, World
from . import accounts, adsets, campaigns
from .adsets import AdSet, ad_set, ad_set_value
from .errors import invalid, no_such_field, no_such_object, not_one_of, unknown_path, unsupported
from .fields import Field, asked, unique
from .insights import Insights, Subject
from .paging import PAGING, Listing, Visit, page
from .parameters import refuse_others
from .reports import DEFAULT as OF_A_REPORT
from .reports import Reports, Run
from .selection import question, selected_ad_sets, selected_campaigns
from .wire import Json

ME = "1000000000000001"
EDGES = frozenset({"adaccounts", "campaigns", "adsets", "insights"})
_MOST_IDS = 50
_SUMMARIES = frozenset({"", "true", "1", "total_count", '["total_count"]'})
_ME: dict[str, Json] = {"id": ME, "name": "Sandbox system user"}
_Item = TypeVar("_Item")
_Edge = Callable[[Mapping[str, str], Visit], dict[str, Json]]


@dataclass(frozen=True, slots=True)
class _Node:
    """One object: what its fields say, where its edges lead, and which fields are lists of objects with fields."""

    default: tuple[str, ...]
    value: Callable[[str], Json | None]
    edges: Mapping[str, _Edge]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def shown(self, fields: Sequence[Field], visit: Visit) -> dict[str, Json]:
        """The object with the fields that are asked for, and always its id. What has no value has no key."""
        found: dict[str, Json] = {}
        for one in unique(fields, self.default):
            value = self._value(one, visit)
            if value is not None:
                found[one.name] = value
        return {**found, "id": self.value("id") or ""}

    def _value(self, wanted: Field, visit: Visit) -> Json | None:
        edge = self.edges.get(wanted.name)
        if edge is None and wanted.name in self.parts and not wanted.arguments:
            return _picked(self.value(wanted.name), wanted, self.parts[wanted.name])
        if edge is None:
            return self.value(wanted.alone())
        inner = {"fields": wanted.inner_text} if wanted.inner else {}
        answer = edge({**wanted.arguments, **inner}, visit)
        return answer if answer["data"] or "paging" in answer else None


class Graph:
    """Everything that can be read."""

    def __init__(self, world: World) -> None:
        self._world, self._insights = world, Insights(world)
        self.reports = Reports(world, self._insights)

    def found(self, identity: str) -> Campaign | AdSet | None:
        """The campaign or the ad set with this id."""
        if not identity.isdecimal():
            return None
        return self._world.campaign("meta", identity) or ad_set(self._world, identity)

    def account_of(self, node: str) -> AccountPlan | None:
        """The account that a node is or belongs to, None if there is none."""
        if node.startswith("act_"):
            return self._world.account("meta", node.removeprefix("act_"))
        if run := self.reports.found(node):
            return run.account
        found = self.found(node)
        return found.account if isinstance(found, Campaign) else found.campaign.account if found else None

    def read(self, path: Sequence[str], arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        """What a GET of `path` (without its version) says."""
        if not path:
            return self._several(arguments, visit)
        node, *rest = path
        found = self._node(node)
        if not rest:
            refuse_others(arguments, (), where="a node")
            if run := self.reports.found(node):
                found = self._report(self.reports.asked_after(run))
            return found.shown(asked(arguments), visit)
        if len(rest) > 1 or rest[0] not in found.edges:
            raise unknown_path(rest)
        return found.edges[rest[0]](arguments, visit)

    def _several(self, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        """Nodes by their ids; one that is not there fails all."""
        if "ids" not in arguments:
            raise unsupported("get")
        refuse_others(arguments, ("ids",), where="several nodes")
        ids = [one.strip() for one in arguments["ids"].split(",")]
        if not all(ids):
            raise invalid("Param ids must be a list of object ids")
        if len(ids) > _MOST_IDS:
            raise invalid(f"Too many IDs. Maximum: {_MOST_IDS}. Provided: {len(ids)}")
        fields = asked(arguments)
        return {one: self._node(one).shown(fields, visit) for one in ids}

    def _node(self, name: str) -> _Node:
        if name in {"me", ME}:
            return _Node(("id", "name"), _value_of_me, {"adaccounts": self._accounts})
        if name.startswith("act_") and (plan := self.account_of(name)):
            return self._account(plan)
        if run := self.reports.found(name):
            return self._report(run)
        match self.found(name):
            case None:
                raise no_such_object("get", name)
            case Campaign() as campaign:
                return self._campaign(campaign)
            case found:
                return _ad_set(found)

    def _account(self, plan: AccountPlan) -> _Node:
        edges: dict[str, _Edge] = {
            "campaigns": partial(self._campaigns_of, plan),
            "adsets": partial(self._ad_sets_of, f"act_{plan.id}", lambda: self._world.campaigns("meta", plan.id)),
            "insights": partial(self._insights.answer, Subject(plan)),
        }
        return _Node(accounts.DEFAULT, partial(accounts.account_value, self._world, plan), edges)

    def _campaign(self, campaign: Campaign) -> _Node:
        edges: dict[str, _Edge] = {
            "insights": partial(self._insights.answer, Subject(campaign.account, campaign)),
            "adsets": partial(self._ad_sets_of, campaign.id, lambda: [campaign]),
        }
        value = partial(campaigns.campaign_value, self._world, campaign)
        return _Node(campaigns.DEFAULT, value, edges, campaigns.PARTS)

    def _report(self, run: Run) -> _Node:
        edges: dict[str, _Edge] = {"insights": partial(self.reports.rows, run)}
        return _Node(OF_A_REPORT, partial(self.reports.value, run), edges)

    def _accounts(self, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        refuse_others(arguments, PAGING | {"summary"}, where="adaccounts")
        plans = self._world.cast("meta").accounts
        return _listed(Listing(f"{ME}/adaccounts", arguments, ""), plans, self._account, visit)

    def _campaigns_of(self, plan: AccountPlan, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        found = selected_campaigns(self._world, self._world.campaigns("meta", plan.id), arguments)
        for one in asked(arguments):
            campaigns.check(one.name)
        listing = Listing(f"act_{plan.id}/campaigns", arguments, question(arguments))
        return _listed(listing, found, self._campaign, visit)

    def _ad_sets_of(
        self, node: str, above: Callable[[], Sequence[Campaign]], arguments: Mapping[str, str], visit: Visit
    ) -> dict[str, Json]:
        found = selected_ad_sets(self._world, above(), arguments)
        for one in asked(arguments):
            adsets.check(one.name)
        return _listed(Listing(f"{node}/adsets", arguments, question(arguments)), found, _ad_set, visit)


def _ad_set(found: AdSet) -> _Node:
    return _Node(adsets.DEFAULT, partial(ad_set_value, found), {})


def _picked(value: Json | None, wanted: Field, known: tuple[str, ...]) -> Json | None:
    """Of each object in a list, the fields that are asked for, and always its id."""
    names = [one.alone() for one in unique(wanted.inner, known)]
    for name in names:
        if name not in known:
            raise no_such_field(name, wanted.name)
    parts = value if isinstance(value, list) else []
    return [{name: part[name] for name in (*names, "id")} for part in parts if isinstance(part, dict)] or None


def _listed(listing: Listing, items: Sequence[_Item], node: Callable[[_Item], _Node], visit: Visit) -> dict[str, Json]:
    """A page of nodes, with their number if it is asked for."""
    fields = asked(listing.arguments)
    answer = page(listing, items, lambda item: node(item).shown(fields, visit), visit)
    summary = listing.arguments.get("summary", "")
    if summary in {"false", "0"}:
        return answer
    if summary not in _SUMMARIES:
        raise not_one_of("summary", ("true", "total_count"))
    return {**answer, "summary": {"total_count": len(items)}} if summary else answer


def _value_of_me(name: str) -> Json:
    if name not in _ME:
        raise no_such_field(name, "User")
    return _ME[name]
