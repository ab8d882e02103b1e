"""What can be written: campaigns are made, changed and deleted, reports made; what is about people is elsewhere."""

from collections.abc import Mapping, Sequence

from ..world import AccountPlan, Campaign, World
from . import creation
from .changes import PARAMETERS as CHANGEABLE
from .changes import changed, removed
from .errors import GraphError, no_such_object, unknown_path, unsupported
from .given import Given
from .graph import EDGES, Graph
from .insights import Subject
from .paging import Visit
from .parameters import refuse_others
from .people_writing import PeopleWriting
from .refusals import account_disabled
from .wanted import PARAMETERS, checks_only, read
from .wire import Json

_DONE: dict[str, Json] = {"success": True}


class Writing:
    """Answers every request that is not a question."""

    def __init__(self, world: World, graph: Graph, *, terms_accepted: bool = True) -> None:
        self._world, self._graph = world, graph
        self._people = PeopleWriting(world, graph, terms_accepted=terms_accepted)

    def remember(self, method: str, path: Sequence[str], arguments: Mapping[str, str]) -> None:
        """Count a request that asks to change something, whatever comes of it. A mere check asks for nothing."""
        if path[1:] == ["insights"]:
            return
        if method == "POST" and '"validate_only"' in arguments.get("execution_options", ""):
            return
        target = path[0].removeprefix("act_") if path else ""
        self._world.attempted("meta", self._people.verb(method, path) or _verb(method, path), target)

    def answer(self, method: str, path: Sequence[str], arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        """What became of a request to `path` (without its version)."""
        about_people = self._people.answer(method, path, arguments, visit)
        return about_people or self._answer(method, path, arguments, visit)

    def _answer(self, method: str, path: Sequence[str], arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        account = self._graph.account_of(path[0]) if path else None
        found = self._graph.found(path[0]) if path else None
        match method, path:
            case "POST", [node, "campaigns"] if account and node.startswith("act_"):
                return self._create(_open(account), arguments, visit)
            case "POST", [node, "insights"] if account and (node.startswith("act_") or isinstance(found, Campaign)):
                subject = Subject(account, found if isinstance(found, Campaign) else None)
                return self._graph.reports.make(subject, arguments, breaks=visit.breaks)
            case "POST", [_] if isinstance(found, Campaign):
                return self._update(_open(found.account), found.id, arguments, visit)
            case "DELETE", [_] if isinstance(found, Campaign):
                return self._delete(_open(found.account), found.id, arguments)
            case _:
                raise _not_offered(method, path, known=account is not None)

    def _create(self, account: AccountPlan, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        refuse_others(arguments, PARAMETERS, where="campaigns")
        given = Given(arguments, account)
        if checks_only(given):
            creation.check(self._world, given, read(given, self._world.campaigns("meta", account.id)))
            return _DONE
        with self._world.editing("meta") as editor:
            wanted = read(given, editor.campaigns(account))
            creation.check(self._world, given, wanted)
            campaign = creation.create(self._world, editor, given, wanted)
            return self._read_back(campaign.id, arguments, visit) or {"id": campaign.id}

    def _update(
        self, account: AccountPlan, identity: str, arguments: Mapping[str, str], visit: Visit
    ) -> dict[str, Json]:
        refuse_others(arguments, CHANGEABLE, where="a campaign")
        given = Given(arguments, account)
        if checks_only(given):
            campaigns = self._world.campaigns("meta", account.id)
            changed(self._world, _one(campaigns, identity), given, read(given, campaigns))
            return _DONE
        with self._world.editing("meta") as editor:
            campaigns = editor.campaigns(account)
            campaign = _one(campaigns, identity)
            editor.update(campaign, **changed(self._world, campaign, given, read(given, campaigns)))
            return self._read_back(identity, arguments, visit) or _DONE

    def _delete(self, account: AccountPlan, identity: str, arguments: Mapping[str, str]) -> dict[str, Json]:
        refuse_others(arguments, (), where="deleting a campaign")
        with self._world.editing("meta") as editor:
            campaign = _one(editor.campaigns(account), identity)
            editor.update(campaign, **removed(campaign))
        return _DONE

    def _read_back(self, identity: str, arguments: Mapping[str, str], visit: Visit) -> dict[str, Json]:
        """What `fields` asks of what was written (Graph API docs, "Read-After-Write", 2026-09); empty without."""
        fields = arguments.get("fields", "")
        return self._graph.read([identity], {"fields": fields}, visit) if fields.strip() else {}


def _verb(method: str, path: Sequence[str]) -> str:
    match method, path:
        case "POST", [_, "campaigns"]:
            return "create_campaign"
        case "POST", [_]:
            return "update_campaign"
        case "DELETE", [_]:
            return "delete_campaign"
        case _:
            return "_".join((method.lower(), *path[1:]))


def _open(account: AccountPlan) -> AccountPlan:
    if account.disabled:
        raise account_disabled()
    return account


def _one(campaigns: Sequence[Campaign], identity: str) -> Campaign:
    return next(one for one in campaigns if one.id == identity)


def _not_offered(method: str, path: Sequence[str], *, known: bool) -> GraphError:
    if not path:
        return unsupported(method)
    if known and len(path) > 1 and path[1] not in EDGES:
        return unknown_path(path[1:])
    return no_such_object(method, path[0])
