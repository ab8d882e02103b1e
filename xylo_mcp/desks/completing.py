"""The desk for completions: what an argument of a prompt or a resource can be, from what was typed so far."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import mcp_types as types
from mcp.server.context import ServerRequestContext

from .. import listings
from ..ads.campaigns import CampaignFilter
from ..ads.dates import PRESETS
from ..ads.errors import NotFound
from ..app import Caller, Door
from ..prompts import prompts
from ..resources import RESOURCES
from ..settings import Mode
from .refusals import refusal

Context = ServerRequestContext[Door]
_MOST = 100  # values of one answer (specification 2025-11-25, "Completion")


class CompletingDesk:
    """Takes what was typed so far to whoever knows what there is."""

    def __init__(self, mode: Mode, caller: Callable[[], Awaitable[Caller]]) -> None:
        self._mode, self._caller = mode, caller

    async def complete(self, context: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        """All that begins as was typed, at most a hundred, and how many there are."""
        typed = params.argument.value
        said = params.context.arguments if params.context else None
        try:
            source = _sources_of(params.ref).get(params.argument.name)
            found = await source(self._caller, typed, said or {}) if source else ()
        except Exception as error:  # noqa: BLE001  # the outermost door
            raise refusal(error, self._mode) from None
        return types.CompleteResult(
            completion=types.Completion(values=list(found[:_MOST]), total=len(found), has_more=len(found) > _MOST)
        )


Open = Callable[[], Awaitable[Caller]]
Source = Callable[[Open, str, Mapping[str, str]], Awaitable[Sequence[str]]]


def _sources_of(ref: types.PromptReference | types.ResourceTemplateReference) -> Mapping[str, Source]:
    """Who knows the values of each argument that can be completed.

    Raises:
        NotFound: there is no such prompt or template.
    """
    if isinstance(ref, types.PromptReference):
        prompt = prompts().get(ref.name)
        if prompt is None:
            raise NotFound(f"There is no prompt {ref.name[:60]!a}.", f"There are {', '.join(prompts())}.")
        return {name: _SOURCES[name] for name in prompt.arguments if name in _SOURCES}
    for resource in RESOURCES:
        if ref.uri == resource.uri:
            names = {name: f"{resource.name}_{name}" if name == "id" else name for name in resource.variables}
            return {name: _SOURCES[known] for name, known in names.items() if known in _SOURCES}
    there = ", ".join(resource.uri for resource in RESOURCES if resource.variables)
    raise NotFound(f"There is no template {ref.uri[:80]!a}.", f"There are {there}.")


async def _date_presets(opened: Open, typed: str, said: Mapping[str, str]) -> Sequence[str]:
    return _beginning(typed, PRESETS)


async def _account(opened: Open, typed: str, said: Mapping[str, str]) -> Sequence[str]:
    answers = await (await opened()).app.directory.accounts()
    return _beginning(typed, [account.id for account, _ in answers.answered])


async def _accounts(opened: Open, typed: str, said: Mapping[str, str]) -> Sequence[str]:
    """The last of the ids that were typed is completed, the others stay; none comes twice."""
    begun, comma, last = typed.rpartition(",")
    before = {one.strip() for one in begun.split(",")}
    found = await _account(opened, last.strip(), said)
    return [f"{begun}{comma}{one}" for one in found if one not in before]


async def _campaigns(opened: Open, typed: str, said: Mapping[str, str]) -> Sequence[str]:
    """Those of the account that was chosen before: of all accounts would cost too much."""
    account = said.get("account", "")
    if not account:
        return ()
    caller = await opened()
    page = await listings.first_page(caller.app.directory, [account], CampaignFilter(), _MOST, caller.until)
    return _beginning(typed, [campaign.id for part in page.shown for campaign in part.campaigns])


async def _operations(opened: Open, typed: str, said: Mapping[str, str]) -> Sequence[str]:
    guarded = await (await opened()).app.guarded.get()
    return _beginning(typed, await guarded.chronicle.recent())


def _beginning(typed: str, values: Sequence[str]) -> Sequence[str]:
    return [value for value in values if value.startswith(typed)]


_SOURCES: Mapping[str, Source] = {
    "account": _account,
    "accounts": _accounts,
    "campaign_id": _campaigns,
    "date_preset": _date_presets,
    "operation_id": _operations,
}
