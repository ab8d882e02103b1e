"""Nodes, their fields and their edges, wherever in a question they are named."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ..people import Audience
from ..world import AccountPlan, Campaign, World
from . import accounts, adsets, campaigns, pixels
from .adsets import AdSet, ad_set, ad_set_value
from .audiences import sessions, shown, standing
from .audiences.making import is_audience
from .cast import owner_of
from .errors import invalid, no_such_field, no_such_object, unknown_path, unsupported
from .fields import asked, unique
from .insights import Insights, Subject
from .nodes import Edge, Node, counted, listed
from .paging import PAGING, Listing, Visit, page
from .parameters import refuse_others
from .reports import DEFAULT as OF_A_REPORT
from .reports import Reports, Run
from .selection import question, selected_ad_sets, selected_audiences, selected_campaigns
from .wire import Json

ME = "1000000000000001"
EDGES = frozenset(
    {
        *("adaccounts", "adspixels", "adsets", "campaigns", "customaudiences", "events", "insights", "sessions"),
        *("users", "usersreplace"),
    }
)
_MOST_IDS = 50
_ME: dict[str, Json] = {"id": ME, "name": "Sandbox system user"}


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

    def audience(self, identity: str) -> Audience | None:
        """The audience with this id."""
        return self._world.people.audience("meta", identity) if is_audience(identity) else None

    def pixel_owner(self, identity: str) -> AccountPlan | None:
        """The account whose pixel has this id."""
        return self._world.account("meta", owner_of(identity))

    def account_of(self, node: str) -> AccountPlan | None:
        """The account that a node is or belongs to, None if there is none."""
        if node.startswith("act_"):
            return self._world.account("meta", node.removeprefix("act_"))
        if run := self.reports.found(node):
            return run.account
        if audience := self.audience(node):
            return self._world.account("meta", audience.account)
        if owner := self.pixel_owner(node):
            return owner
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

    def _node(self, name: str) -> Node:
        if name in {"me", ME}:
            return Node(("id", "name"), _value_of_me, {"adaccounts": self._accounts})
        if name.startswith("act_") and (plan := self.account_of(name)):
            return self._account(plan)
        if run := self.reports.found(name):
            return self._report(run)
        if audience := self.audience(name):
            return self._audience(audience)
        return self._owned(name)

    def _owned(self, name: str) -> Node:
        """What an account has from the beginning: its pixel, its campaigns and their ad sets."""
        if owner := self.pixel_owner(name):
            return _pixel(owner)
        match self.found(name):
            case None:
                raise no_such_object("get", name)
            case Campaign() as campaign:
                return self._campaign(campaign)
            case found:
                return _ad_set(found)

    def _account(self, plan: AccountPlan) -> Node:
        edges: dict[str, Edge] = {
            "campaigns": partial(self._campaigns_of, plan),
            "adsets": partial(self._ad_sets_of, f"act_{plan.id}", lambda: self._world.campaigns("meta", plan.id)),
            "insights": partial(self._insights.answer, Subject(plan)),
            "customaudiences": partial(self._audiences_of, plan),
            "adspixels": partial(self._pixels_of, plan),
        }
        return Node(accounts.DEFAULT, partial(accounts.account_value, self._world, plan), edges)

    def _campaign(self, campaign: Campaign) -> Node:
        edges: dict[str, Edge] = {
            "insights": partial(self._insights.answer, Subject(campaign.account, campaign)),
            "adsets": partial(self._ad_sets_of, campaign.id, lambda: [campaign]),
        }
        value = partial(campaigns.campaign_value, self._world, campaign)
        return Node(campaigns.DEFAULT, value, edges, campaigns.PARTS)

    def _audience(self, audience: Audience) -> Node:
        value = partial(shown.audience_value, self._world, audience)
        return Node(shown.DEFAULT, value, {"sessions": partial(self._sessions_of, audience)})

    def _report(self, run: Run) -> Node:
        edges: dict[str, Edge] = {"insights": partial(self.reports.rows, run)}
        return Node(OF_A_REPORT, partial(self.reports.value, run), edges)

    def _accounts(self, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        refuse_others(arguments, PAGING | {"summary"}, where="adaccounts")
        plans = self._world.cast("meta").accounts
        return listed(Listing(f"{ME}/adaccounts", arguments, ""), plans, self._account, visit)

    def _campaigns_of(self, plan: AccountPlan, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        found = selected_campaigns(self._world, self._world.campaigns("meta", plan.id), arguments)
        for one in asked(arguments):
            campaigns.check(one.name)
        listing = Listing(f"act_{plan.id}/campaigns", arguments, question(arguments))
        return listed(listing, found, self._campaign, visit)

    def _audiences_of(self, plan: AccountPlan, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        found = selected_audiences(self._world.people.audiences("meta", plan.id), arguments)
        for one in asked(arguments):
            shown.check(one.name)
        listing = Listing(f"act_{plan.id}/customaudiences", arguments, question(arguments))
        return listed(listing, found, self._audience, visit)

    def _sessions_of(self, audience: Audience, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        refuse_others(arguments, PAGING | {"session_id", "summary"}, where="sessions")
        only = arguments.get("session_id", "")
        found = [one for one in sessions.of(self._world, audience) if only in ("", one.id)]
        names = [one.alone() for one in unique(asked(arguments), sessions.FIELDS)]
        processed = standing.operation(self._world, audience) == standing.NORMAL

        def render(session: sessions.Session) -> dict[str, Json]:
            values = {name: sessions.value(self._world, session, name, processed=processed) for name in names}
            return {name: value for name, value in values.items() if value is not None}

        listing = Listing(f"{audience.id}/sessions", arguments, only)
        return counted(listing, page(listing, found, render, visit), len(found))

    def _pixels_of(self, plan: AccountPlan, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        refuse_others(arguments, PAGING | {"summary"}, where="adspixels")
        return listed(Listing(f"act_{plan.id}/adspixels", arguments, ""), [plan], _pixel, visit)

    def _ad_sets_of(
        self, node: str, above: Callable[[], Sequence[Campaign]], arguments: Mapping[str, str], visit: Visit
    ) -> dict[str, Json]:
        found = selected_ad_sets(self._world, above(), arguments)
        for one in asked(arguments):
            adsets.check(one.name)
        return listed(Listing(f"{node}/adsets", arguments, question(arguments)), found, _ad_set, visit)


def _ad_set(found: AdSet) -> Node:
    return Node(adsets.DEFAULT, partial(ad_set_value, found), {})


def _pixel(owner: AccountPlan) -> Node:
    return Node(pixels.DEFAULT, partial(pixels.pixel_value, owner), {})


def _value_of_me(name: str) -> Json:
    if name not in _ME:
        raise no_such_field(name, "User")
    return _ME[name]
