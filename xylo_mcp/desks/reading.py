"""The desk for resources: lists them, and gives their text."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import mcp_types as types
from mcp.server.context import ServerRequestContext

from .. import resources
from ..app import Caller, Door
from ..resources import Resource
from ..settings import Mode
from .refusals import refusal

Context = ServerRequestContext[Door]
Paging = types.PaginatedRequestParams | None


class ReadingDesk:
    """Takes requests for resources to the catalog."""

    def __init__(self, mode: Mode, caller: Callable[[], Awaitable[Caller]]) -> None:
        self._mode, self._caller = mode, caller

    async def list_resources(self, context: Context, params: Paging) -> types.ListResourcesResult:
        """All that can be named without knowing anything."""
        return types.ListResourcesResult(resources=[one for each in resources.RESOURCES for one in _listed(each)])

    async def list_templates(self, context: Context, params: Paging) -> types.ListResourceTemplatesResult:
        """All that have variables."""
        return types.ListResourceTemplatesResult(
            resource_templates=[_template(each) for each in resources.RESOURCES if each.variables]
        )

    async def read(self, context: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        """The text of one."""
        try:
            resource, values = resources.find(params.uri)
            text = await resource.read(values, await self._caller())
        except Exception as error:  # noqa: BLE001  # the outermost door
            raise refusal(error, self._mode) from None
        mime_type = "application/json" if params.uri.endswith(".json") else resource.mime_type
        meta = dict(resource.meta) or None
        content = types.TextResourceContents(uri=params.uri, mime_type=mime_type, text=text, _meta=meta)
        # Private: what one caller may see, another may not.
        return types.ReadResourceResult(
            contents=[content], ttl_ms=resource.fresh // timedelta(milliseconds=1), cache_scope="private"
        )


def _listed(resource: Resource) -> Iterator[types.Resource]:
    if not resource.variables:
        yield _one(resource, resource.uri, resource.name, resource.title)
    for value in resource.values:
        yield _one(resource, resource.at(value), f"{resource.name}_{value}", f"{resource.title}, {value}")


def _one(resource: Resource, uri: str, name: str, title: str) -> types.Resource:
    return types.Resource(
        uri=uri,
        name=name,
        title=title,
        description=resource.description,
        mime_type=resource.mime_type,
        annotations=_annotations(resource),
        _meta=dict(resource.meta) or None,
    )


def _template(resource: Resource) -> types.ResourceTemplate:
    return types.ResourceTemplate(
        uri_template=resource.uri,
        name=resource.name,
        title=resource.title,
        description=resource.description,
        mime_type=resource.mime_type,
        annotations=_annotations(resource),
    )


def _annotations(resource: Resource) -> types.Annotations:
    return types.Annotations(audience=list(resource.audience), priority=resource.priority)
