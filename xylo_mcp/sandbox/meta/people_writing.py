"""What can be written about people: audiences, who is in them, and events."""

from collections.abc import Mapping, Sequence

from ..people import Audience
from ..world import AccountPlan, World
from .audiences import making
from .audiences.membership import Membership
from .events import intake
from .graph import Graph
from .paging import Visit
from .refusals import account_disabled
from .wire import Json

_DONE: dict[str, Json] = {"success": True}
_VERBS: Mapping[tuple[str, ...], str] = {
    ("POST", "customaudiences"): "create_audience",
    ("POST",): "update_audience",
    ("DELETE",): "delete_audience",
    ("POST", "users"): "add_members",
    ("DELETE", "users"): "remove_members",
    ("POST", "usersreplace"): "replace_members",
    ("POST", "events"): "send_events",
}


class PeopleWriting:
    """Answers the requests that are its business, and leaves the others."""

    def __init__(self, world: World, graph: Graph, *, terms_accepted: bool) -> None:
        self._world, self._graph, self._terms_accepted = world, graph, terms_accepted
        self._membership = Membership(world, terms_accepted=terms_accepted)

    def verb(self, method: str, path: Sequence[str]) -> str:
        """What a request asks for; empty where it is not about people."""
        if len(path) == 1 and self._graph.audience(path[0]) is None:
            return ""
        return _VERBS.get((method, *path[1:]), "") if path else ""

    def answer(
        self, method: str, path: Sequence[str], arguments: Mapping[str, str], visit: Visit
    ) -> dict[str, Json] | None:
        """What became of a request to `path`; None where it is not about people."""
        account = self._graph.account_of(path[0]) if path else None
        if account is None:
            return None
        if audience := self._graph.audience(path[0]):
            return self._of_audience(audience, method, path[1:], arguments, visit)
        match method, path:
            case "POST", [node, "customaudiences"] if node.startswith("act_"):
                _check_open(account)
                made = making.create(self._world, account, arguments, terms_accepted=self._terms_accepted)
                return self._read_back(made.id, arguments, visit) or {"id": made.id}
            case "POST", [node, "events"] if self._graph.pixel_owner(node):
                return intake.receive(self._world, node, arguments, visit.trace)
            case _:
                return None

    def _of_audience(
        self, audience: Audience, method: str, edge: Sequence[str], arguments: Mapping[str, str], visit: Visit
    ) -> dict[str, Json] | None:
        match method, edge:
            case "POST", []:
                making.update(self._world, audience, arguments)
                return self._read_back(audience.id, arguments, visit) or _DONE
            case "DELETE", []:
                making.delete(self._world, audience, arguments)
                return _DONE
            case "POST", ["users"]:
                return self._membership.change(audience.id, "add", arguments)
            case "DELETE", ["users"]:
                return self._membership.change(audience.id, "remove", arguments)
            case "POST", ["usersreplace"]:
                return self._membership.replace(audience.id, arguments)
            case _:
                return None

    def _read_back(self, identity: str, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        """What `fields` asks of what was written; empty without."""
        fields = arguments.get("fields", "")
        return self._graph.read([identity], {"fields": fields}, visit) if fields.strip() else {}


def _check_open(account: AccountPlan) -> None:
    if account.disabled:
        raise account_disabled()
